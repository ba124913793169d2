"""标注版: a returned workbook with every faulty cell coloured and commented, and a list of its issues in front.

It is the sender's own file: every part that need not change is copied byte for byte. Runs in the bounded worker
process: it needs no store and no catalogue, and its input is anybody's file.
"""

import io
from collections.abc import Sequence

from loaders.marked.book import Book
from loaders.marked.cells import Mark, Words, clear_sheet, mark_sheet
from loaders.marked.issue_sheet import ISSUE_SHEET, add_list, take_list
from loaders.marked.outline import checked
from loaders.marked.parts import MarkedParts
from loaders.marked.rebuilt import rebuilt
from locales import words as all_words

__all__ = ["ISSUE_SHEET", "Mark", "marked_copy", "marked_rebuilt", "words_of"]

_ORDER = ("error", "check", "note")


def words_of(locale: str) -> dict[str, str]:
    """The words that marking needs, to be handed to it: the worker asks for no language."""
    return {key: text for key, text in all_words(locale).items() if key.startswith("marked.")}


def marked_copy(content: bytes, marks: Sequence[Mark], words: Words, is_rebuilt: bool = False) -> bytes:
    """The .xlsx with its issues marked; marks of an earlier return are taken away first.

    Raises ValueError, KeyError or FileFault where it is built so that it cannot be kept as it is.
    """
    book = Book(MarkedParts(content))
    originals = take_list(book)
    sheets = [sheet for sheet in book.sheets if sheet.kind == "worksheet"]
    for sheet in sheets:
        clear_sheet(book, sheet, originals)
    listed = sorted(marks, key=lambda mark: _ORDER.index(mark.severity))
    numbered = list(enumerate(listed, 1))
    covered: dict[int, int] = {}
    for sheet in sheets:
        covered |= mark_sheet(book, sheet, [(n, mark) for n, mark in numbered if mark.sheet == sheet.name], words)
    add_list(book, listed, covered, words, is_rebuilt)
    book.save_styles()
    for name, data in book.parts.changed():
        checked(name, data)
    return book.parts.saved()


def marked_rebuilt(sheets: Sequence[dict], marks: Sequence[Mark], words: Words) -> bytes:
    """An .xlsx made from what the reader found (name, is_hidden, cells [row_no, col_no, kind, value]), marked: for an
    .xls, a .csv, and an .xlsx that cannot be kept as it is. Its first sheet says what it is.
    """
    book, renamed = rebuilt(sheets)
    out = io.BytesIO()
    book.save(out)
    there = [mark.on(renamed.get(mark.sheet, mark.sheet)) for mark in marks]
    return marked_copy(out.getvalue(), there, words, is_rebuilt=True)
