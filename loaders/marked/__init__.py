"""标注版: a returned workbook with every faulty cell coloured and commented, and a list of its issues in front.

Runs in the bounded worker process: it needs no store and no catalogue, and its input is anybody's file.
"""

import io
import sys
from collections.abc import Sequence

from openpyxl import Workbook, load_workbook

from loaders.marked.cells import Mark, Words, clear_cells, mark_cells
from loaders.marked.formulas import known_values, with_values
from loaders.marked.issue_sheet import ISSUE_SHEET, add_list, take_list
from loaders.marked.rebuilt import rebuilt
from locales import words as all_words

__all__ = ["ISSUE_SHEET", "Mark", "marked_workbook", "words_of"]

_ORDER = ("error", "check", "note")


def words_of(locale: str) -> dict[str, str]:
    """The words that `marked_workbook` needs, to be handed to it: the worker asks for no language."""
    return {key: text for key, text in all_words(locale).items() if key.startswith("marked.")}


def marked_workbook(content: bytes, sheets: list[dict] | None, marks: Sequence[Mark], words: Words) -> bytes:
    """The .xlsx with its issues marked; marks of an earlier return are taken away first.

    sheets: what the reader found (name, is_hidden, cells [row_no, col_no, kind, value]); the workbook is rebuilt
    from them where it is no .xlsx or openpyxl cannot carry it over. Raises where there are none either.

    Formulas stay formulas and keep the values that the file held: a clerk mends her own formulas, and the file is
    judged the same whether or not a spreadsheet program has opened it in between.
    """
    if content.startswith(b"PK"):
        try:
            return _marked_own(content, marks, words)
        except Exception as error:  # whatever openpyxl cannot carry over, what the reader found is there
            if not sheets:
                raise
            print(f"marked from its cells: {type(error).__name__}: {error}", file=sys.stderr)
    if not sheets:
        raise ValueError("expected an .xlsx, or the sheets that the reader found; found neither")
    book, renamed = rebuilt(sheets)
    return _saved(book, [mark.on(renamed.get(mark.sheet, mark.sheet)) for mark in marks], words)


def _marked_own(content: bytes, marks: Sequence[Mark], words: Words) -> bytes:
    book = load_workbook(io.BytesIO(content), rich_text=True)
    values = known_values(content, book)
    book.calculation.fullCalcOnLoad = False  # it would say that the values which we put back are guesses
    return with_values(_saved(book, marks, words), book, values)


def _saved(book: Workbook, marks: Sequence[Mark], words: Words) -> bytes:
    clear_cells(book, take_list(book))
    listed = sorted(marks, key=lambda mark: _ORDER.index(mark.severity))
    originals = mark_cells(book, listed, words)
    add_list(book, listed, originals, words)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
