"""Where things stand in a workbook: rows, sheets, column widths, what is frozen and what a screen shows."""

import math
import re
from unicodedata import east_asian_width

from data.catalogue.model import Column, ColumnType, Template
from loaders.blank.words import yes_no

TITLE_ROW = 1
IDENTITY_ROW = 2
MEASURE_ROW = 3
HEADER_ROW = 4
FIRST_DATA_ROW = 5
LAST_DATA_ROW = 2004
TABLE_ROWS = 25
"""Rows that print as an empty table; those below carry the same formats and checks, without borders."""

META_SHEET = "_meta"
LISTS_SHEET = "_lists"
LAYOUT_VERSION = "1"

SCREEN_WIDTH = 118
FROZEN_WIDTH = 62
PAGE_WIDTH = 320
"""Characters that can still be read on one A4 landscape page; wider tables take more pages."""

_WIDTHS = {
    ColumnType.PERIOD: 10,
    ColumnType.UNIT: 10,
    ColumnType.INT: 10,
    ColumnType.DEC: 12,
    ColumnType.PCT: 10,
    ColumnType.BOOL: 10,
    ColumnType.DATE: 13,
}
_ILLEGAL_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


def text_width(text: str) -> int:
    """Width in half-width characters; Chinese fonts draw the ambiguous ones (“ ≥ ·) full width."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def wrapped_lines(text: str, width: float) -> int:
    """How many lines `text` takes in a column of that width; a little pessimistic."""
    return sum(max(1, math.ceil(text_width(line) / _per_line(width))) for line in text.split("\n"))


def _per_line(width: float) -> int:
    """Half-width characters of 11-point Chinese that fit beside each other, counted in whole Chinese ones."""
    return max(2, int(0.9 * width - 0.5) // 2 * 2)


def sheet_name(template: Template) -> str:
    """The form's sheet: code and Chinese name within Excel's 31 characters."""
    name = f"{template.template_code}_{template.template_name['zh-CN']}"
    return _ILLEGAL_IN_SHEET_NAME.sub("", name)[:31]


def column_width(column: Column, note: str) -> int:
    """Wide enough for its values, for the small `note` above, and for a header of at most three lines."""
    header = text_width(column.label["zh-CN"])
    width = max(_value_width(column), math.ceil(text_width(note) * 0.82) + 2, math.ceil(header / 3 + 3))
    # A last line of a single character is better avoided.
    wider = (w for w in range(width, width + 4) if header <= _per_line(w) or header % _per_line(w) not in (1, 2))
    return min(36, next(wider, width))


def _value_width(column: Column) -> int:
    if column.type is ColumnType.ENUM:
        return max(10, 4 + max(map(text_width, yes_no(column)), default=0))
    if column.type is ColumnType.CODE:
        return max(10, min(30, (column.max_length or 22) + 4))
    if column.type is ColumnType.STR:
        return 32 if (column.max_length or 0) > 200 else 24
    return _WIDTHS[column.type]


def frozen_columns(template: Template, widths: list[int]) -> int:
    """How many leading columns tell a row's identity and stay in sight while the rest scrolls."""
    count = total = 0
    for column, width in zip(template.columns, widths, strict=True):
        names_row = column.name in template.row_key or is_automatic(column)
        if not names_row or total + width > FROZEN_WIDTH:
            break
        count, total = count + 1, total + width
    return count


def is_automatic(column: Column) -> bool:
    """True for what the program takes from the workbook itself."""
    return column.type in (ColumnType.PERIOD, ColumnType.UNIT)


def span_to(widths: list[int], first: int, wanted: float) -> int:
    """The last column (from 1) of a merge that starts at `first` and is at least `wanted` wide."""
    last, total = first, 0.0
    while True:
        total += widths[last - 1] if last <= len(widths) else 8.43
        if total >= wanted:
            return last
        last += 1
