"""How a workbook looks: a few looks, each turned into one style record that the cells share."""

from dataclasses import dataclass, replace
from functools import cache

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.styleable import StyleableObject
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from data.catalogue.model import Column, ColumnType
from loaders.blank.layout import is_automatic

SONG, HEI = "宋体", "黑体"
_LINE = Side(style="thin", color="A6A6A6")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NO_BORDER = Border()
_LOCKED, _UNLOCKED = Protection(locked=True), Protection(locked=False)
_NO_FILL = PatternFill()
_BODY = Font(name=SONG, size=11)

NUMBER_FORMATS = {
    ColumnType.INT: "0",
    ColumnType.DEC: "#,##0.00##",
    ColumnType.PCT: "0.00",
    ColumnType.DATE: "yyyy-mm-dd",
}


def _fill(color: str) -> PatternFill:
    return PatternFill("solid", start_color=color, end_color=color)


def _align(horizontal: str, vertical: str = "center", wrap: bool = True, indent: int = 0) -> Alignment:
    return Alignment(horizontal=horizontal, vertical=vertical, wrap_text=wrap, indent=indent)


_LEFT, _CENTRE, _RIGHT = _align("left"), _align("center"), _align("right", wrap=False)
_LEFT_ONE_LINE = _align("left", wrap=False)
_INDENTED = _align("left", indent=1)


@dataclass(frozen=True, eq=False)
class Look:
    """Everything about a cell but its value; compared by identity, for comparing fonts and fills is slow."""

    font: Font = _BODY
    fill: PatternFill = _NO_FILL
    border: Border = _NO_BORDER
    alignment: Alignment = _LEFT
    protection: Protection = _LOCKED
    number_format: str = "General"


TITLE = Look(Font(name=HEI, size=18, bold=True, color="1F3864"), alignment=_LEFT_ONE_LINE)
IDENTITY = Look(alignment=_LEFT_ONE_LINE)
DEADLINE = Look(Font(name=SONG, size=11, bold=True, color="C00000"), alignment=_LEFT_ONE_LINE)
MEASURE = Look(Font(name=SONG, size=9, color="7F7F7F"), alignment=_align("center", "bottom", wrap=False))
REQUIRED = Look(Font(name=HEI, size=11, bold=True, color="FFFFFF"), _fill("2F5C8F"), _GRID, _CENTRE)
OPTIONAL = Look(Font(name=HEI, size=11, bold=True, color="1F3864"), _fill("DCE6F1"), _GRID, _CENTRE)
AUTOMATIC = Look(Font(name=HEI, size=11, bold=True, color="7F7F7F"), _fill("E7E6E6"), _GRID, _CENTRE)
FREE = Look(protection=_UNLOCKED)
SECTION = Look(Font(name=HEI, size=12, bold=True, color="1F3864"), alignment=_LEFT_ONE_LINE)
NOTE = Look()
NOTE_HEAD = OPTIONAL
NOTE_CELL = Look(Font(name=SONG, size=10.5), border=_GRID, alignment=_INDENTED)
NOTE_MIDDLE = replace(NOTE_CELL, alignment=_CENTRE)
NOTE_STRONG = replace(NOTE_MIDDLE, font=Font(name=SONG, size=10.5, bold=True, color="C00000"))
MISSING_FILL = PatternFill("solid", start_color="FFF2CC", end_color="FFF2CC")
"""As a conditional fill Excel reads the end colour, LibreOffice the start colour: both are set."""


def header_look(column: Column) -> Look:
    """The head of a column: required, optional or filled in by the program."""
    if is_automatic(column):
        return AUTOMATIC
    return REQUIRED if column.required else OPTIONAL


@cache
def data_look(type_: ColumnType, bordered: bool) -> Look:
    """A cell to fill in. What is no number or date is text, so that an 18-digit code keeps its digits."""
    automatic = type_ in (ColumnType.PERIOD, ColumnType.UNIT)
    words = _INDENTED if type_ in (ColumnType.STR, ColumnType.CODE) else _CENTRE
    return Look(
        fill=_fill("F2F2F2") if automatic else _NO_FILL,
        border=_GRID if bordered else _NO_BORDER,
        alignment=_RIGHT if type_.is_number else words,
        protection=_UNLOCKED,
        number_format=NUMBER_FORMATS.get(type_, "@"),
    )


class Painter:
    """Gives looks to the cells of one sheet.

    Setting openpyxl's public style properties looks six parts up again for every cell; sharing the record
    that they end in is many times faster. A cell that needs a flag of its own gets a copy.
    """

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._records: dict[Look, StyleArray] = {}

    def record(self, look: Look) -> StyleArray:
        """The workbook's record of this look."""
        if look not in self._records:
            self._records[look] = self._new_record(look)
        return self._records[look]

    def _new_record(self, look: Look) -> StyleArray:
        target = StyleableObject(self._sheet, StyleArray())
        target.font, target.fill, target.border = look.font, look.fill, look.border
        target.alignment, target.protection = look.alignment, look.protection
        target.number_format = look.number_format
        return target._style

    def paint(self, target: Cell | ColumnDimension, look: Look) -> None:
        """For what holds no text of its own."""
        target._style = self.record(look)

    def write(self, cell: Cell, text: str | int, look: Look) -> None:
        """Text stays text, even where it begins like a formula."""
        cell.value = text
        if isinstance(text, str):
            cell.data_type = "s"
        cell._style = self.record(look)

    def write_across(self, place: tuple[int, int, int], text: str | int, look: Look) -> None:
        """One text merged over a row's columns; `place`: row, first and last column."""
        row, first, last = place
        self.write(self._sheet.cell(row, first), text, look)
        for column in range(first + 1, last + 1):
            self.paint(self._sheet.cell(row, column), look)
        if last > first:  # merge_cells() would work the borders out again, at half the cost of a workbook
            self._sheet.merged_cells.add(CellRange(None, first, row, last, row))
