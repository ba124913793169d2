"""Text from anybody's file, made fit for a workbook: no formulas, no characters that XML refuses, names that link."""

import re
from copy import copy

from openpyxl.cell import Cell

_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # openpyxl lets the last ones through


def legal(text: str, limit: int = 32_000) -> str:
    """The text without what XML cannot hold; shortened with … beyond the limit."""
    kept = _ILLEGAL.sub("", text)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def one_line(text: str, limit: int) -> str:
    """The same with every run of white space as one blank."""
    return legal(" ".join(legal(text).split()), limit)


def write_text(cell: Cell, text: str) -> None:
    """Text stays text, now and when somebody edits it: nothing of a file becomes a formula."""
    cell.value = legal(text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell._style = copy(cell._style)  # cells of the same look share one record
        cell.quotePrefix = True


def place(sheet_name: str, coordinate: str) -> str:
    """A place as a hyperlink names it: 'it''s'!A1."""
    quoted = sheet_name.replace("'", "''")
    return f"'{quoted}'!{coordinate}"
