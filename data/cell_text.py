"""Text from anybody, made fit for the workbooks that we hand out: it stays text, and every character of it."""

import re
from copy import copy
from typing import Any

from openpyxl.cell import Cell

FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")  # +3 and -1,234.5 are figures wherever they are pasted
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # openpyxl lets the last ones through
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what would be read as an escape
_CONTROL = re.compile("[\x01-\x08\x0b-\x0f\x10-\x1f]")


def legal(text: str, limit: int = 32_000) -> str:
    """The text without what XML cannot hold; shortened with … beyond the limit."""
    kept = _ILLEGAL.sub("", text)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def one_line(text: str, limit: int) -> str:
    """The same with every run of white space as one blank."""
    return legal(" ".join(legal(text).split()), limit)


def written(text: str) -> str:
    """The text as a cell's XML holds it (ST_Xstring): control characters as _x0008_, and _x0008_ itself as text."""
    return legal(_CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", _ESCAPED.sub("_x005F_", text)), 32_767)


def write_text(cell: Cell, text: str) -> None:
    """Text stays text, now and when somebody edits it: nothing of a file becomes a formula."""
    cell.value = written(text)
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell._style = copy(cell._style)  # cells of the same look share one record
        cell.quotePrefix = True


def harmless(value: Any) -> Any:
    """Text that a spreadsheet may take for a formula, with an apostrophe before it; anything else as it is."""
    is_risky = isinstance(value, str) and value.startswith((*FORMULA_STARTS, "\n")) and not _NUMBER.fullmatch(value)
    return f"'{value}" if is_risky else value


def place(sheet_name: str, coordinate: str) -> str:
    """A place as a hyperlink names it: 'it''s'!A1."""
    quoted = sheet_name.replace("'", "''")
    return f"'{quoted}'!{coordinate}"
