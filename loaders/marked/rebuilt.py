"""A plain .xlsx from the cells that a reader found: for .xls, .csv, and an .xlsx with parts that break openpyxl."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data.cell_text import legal, write_text
from loaders.blank.layout import text_width
from loaders.reading.number_text import NEGATIVE

_ILLEGAL_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_CODE = re.compile(r"0\d+|\d{12,}", re.ASCII)
_NARROWEST, _WIDEST = 9, 44
_ROWS_MEASURED = 300
_FORMATS = {"p": "0.00%", "d": "yyyy-mm-dd"}


def rebuilt(sheets: Sequence[dict[str, Any]]) -> tuple[Workbook, dict[str, str]]:
    """The workbook, and its sheets' names by those that were found, for a name may not be one that Excel allows."""
    book = Workbook()
    book.remove(book.active)
    names: dict[str, str] = {}
    for sheet_data in sheets:
        sheet = book.create_sheet(_free_name(sheet_data["name"], book.sheetnames))
        names.setdefault(sheet_data["name"], sheet.title)
        sheet.sheet_state = "hidden" if sheet_data.get("is_hidden") else "visible"
        for row_no, col_no, kind, value in sheet_data["cells"]:
            _write(sheet.cell(row_no, col_no), kind, value)
        _set_widths(sheet, sheet_data["cells"])
    return book, names


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    name = _ILLEGAL_IN_NAME.sub("_", legal(wanted)).strip("' ")[:31] or "Sheet"
    used = {other.lower() for other in taken}
    numbered = (f"{name[:27]}_{number}" for number in range(2, len(used) + 3))
    return next(filter(lambda free: free.lower() not in used, (name, *numbered)))


def _write(cell: Cell, told: str, value: Any) -> None:
    """A formula without a value comes as text: who wrote it sees what it was, and it never runs. told: the kind, and
    behind it the code of its number format, without which a code of digits would be seen as another one.
    """
    kind, look = told[0], told[1:].removeprefix(NEGATIVE)
    if kind == "e":
        cell.value = value if value in ERROR_CODES else "#NUM!"
    elif kind in ("n", "p", "b", "x"):
        cell.value = value
    elif kind != "d" or not _write_date(cell, str(value)):
        write_text(cell, str(value))
        if _CODE.fullmatch(str(value)):
            cell.number_format = "@"  # else the code becomes a number, and loses digits, when somebody edits it
    if look or (kind in _FORMATS and cell.data_type != "s"):
        cell.number_format = look or _FORMATS[kind]


def _write_date(cell: Cell, text: str) -> bool:
    try:
        cell.value = date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _set_widths(sheet: Worksheet, cells: Sequence[Sequence[Any]]) -> None:
    """As wide as the longest text, but for titles, which stand alone in their row and run over the next columns."""
    widths: dict[int, int] = {}
    rows: dict[int, list[tuple[int, str]]] = {}
    for row_no, col_no, kind, value in cells:
        if row_no <= _ROWS_MEASURED:
            rows.setdefault(row_no, []).append((col_no, f"{value:.2%}" if kind[0] == "p" else str(value)))
    for row in rows.values():
        for col_no, text in row if len(row) > 1 else ():
            widths[col_no] = max(widths.get(col_no, 0), text_width(text) + 2)
    for col_no, width in widths.items():
        sheet.column_dimensions[get_column_letter(col_no)].width = min(_WIDEST, max(_NARROWEST, width))
