"""The sheet 问题清单: every issue with a link to its cell; out of sight, what the marked cells looked like before."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.fills import Fill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from loaders.blank.layout import wrapped_lines
from loaders.blank.page import place_cursor, set_page
from loaders.blank.style import HEI, SONG, Look, Painter
from loaders.cell_text import one_line, place, write_text
from loaders.marked.cells import COLORS, Mark, Originals, Words, cell_of, sheet_of

ISSUE_SHEET = "问题清单"

_WIDTHS = {"number": 7, "severity": 11, "sheet": 36, "cell": 11, "column": 24, "message": 72}
_LAST = len(_WIDTHS)
_TITLE_ROW, _FIRST_HOW, _COUNT_ROW, _HEADER_ROW = 1, 2, 4, 6
_SIGNATURE = "zhundian-marked/1"
_RECORD_ROW, _RECORD_COLUMN = 1, _LAST + 2  # row 1: the rows of issues that are done with may be deleted
_NUMBERS = re.compile(r"\d{1,4}(?:,\d{1,4}){0,999}", re.ASCII)
_MESSAGE_LIMIT, _LINE_HEIGHT, _HIGHEST_ROW = 1200, 16, 400

_LINE = Side(style="thin", color="BFC7D1")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TITLE = Look(Font(name=HEI, size=18, bold=True, color="1F3864"), alignment=Alignment(vertical="center"))
_HOW = Look(Font(name=SONG, size=11, color="404040"), alignment=Alignment(vertical="center", wrap_text=True))
_HEAD = Look(
    Font(name=HEI, size=11, bold=True, color="FFFFFF"),
    PatternFill("solid", start_color="2F5C8F", end_color="2F5C8F"),
    _GRID,
    Alignment(horizontal="center", vertical="center"),
)
_TEXT = Look(
    Font(name=SONG, size=11, color="1F1F1F"),
    border=_GRID,
    alignment=Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1),
)
_MIDDLE = replace(_TEXT, alignment=Alignment(horizontal="center", vertical="center", wrap_text=True))
_LINK = replace(_MIDDLE, font=Font(name=SONG, size=11, color="0B57B0", underline="single"))


def take_list(book: Workbook) -> Originals | None:
    """Removes our list of an earlier return and says what it remembers; None where there is none.

    Known by its signature: a section's own sheet of that name stays, and one of ours that was renamed is found.
    """
    remembered: dict[int, Fill] | None = None
    for sheet in book.worksheets:
        top = [cell for (row_no, _), cell in sheet._cells.items() if row_no == _RECORD_ROW]
        if any(cell.value == _SIGNATURE for cell in top):
            remembered = (remembered or {}) | _remembered(top)
            book.remove(sheet)
    return remembered


def _remembered(cells: Sequence[Cell]) -> dict[int, Fill]:
    """What a record says is checked by its form; what it looks like is the fill itself, and nothing to interpret."""
    records = [cell for cell in cells if isinstance(cell.value, str) and _NUMBERS.fullmatch(cell.value)]
    return {int(number): copy(cell.fill) for cell in records for number in cell.value.split(",")}


def add_list(book: Workbook, marks: Sequence[Mark], originals: Originals, words: Words) -> Worksheet:
    """The list as first and active sheet."""
    sheet = book.create_sheet(_free_name(book), 0)
    painter = Painter(sheet)
    _write_top(sheet, painter, marks, words)
    for number, mark in enumerate(marks, 1):
        _write_issue(book, sheet, painter, number, mark, words)
    if not marks:
        painter.write_across((_HEADER_ROW + 1, 1, _LAST), words["marked.none"], _MIDDLE)
    _remember(sheet, originals)
    _arrange(sheet, words, _HEADER_ROW + max(1, len(marks)))
    _open_here(book, sheet)
    return sheet


def _free_name(book: Workbook) -> str:
    taken = {name.lower() for name in book.sheetnames}
    names = (ISSUE_SHEET, *(f"{ISSUE_SHEET}{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _write_top(sheet: Worksheet, painter: Painter, marks: Sequence[Mark], words: Words) -> None:
    painter.write_across((_TITLE_ROW, 1, _LAST), words["marked.title"], _TITLE)
    sheet.row_dimensions[_TITLE_ROW].height = 34
    for row, key in enumerate(("marked.how.find", "marked.how.send"), _FIRST_HOW):
        painter.write_across((row, 1, _LAST), words[key], _HOW)
        sheet.row_dimensions[row].height = wrapped_lines(words[key], sum(_WIDTHS.values())) * _LINE_HEIGHT + 8
    _write_counts(sheet, painter, marks, words)
    for index, head in enumerate(_WIDTHS, 1):
        painter.write(sheet.cell(_HEADER_ROW, index), words[f"marked.head.{head}"], _HEAD)
    sheet.row_dimensions[_HEADER_ROW].height = 26


def _write_counts(sheet: Worksheet, painter: Painter, marks: Sequence[Mark], words: Words) -> None:
    """How many of each severity, in its colour: the legend as well."""
    for severity, (first, last) in zip(COLORS, ((1, 3), (4, 5), (6, 6)), strict=True):
        number = sum(mark.severity == severity for mark in marks)
        names = {"severity": words[f"marked.{severity}"], "meaning": words[f"marked.{severity}.meaning"]}
        text = words["marked.count"].format(number=number, **names)
        painter.write_across((_COUNT_ROW, first, last), text, _chip(severity))
    sheet.row_dimensions[_COUNT_ROW].height = 26
    sheet.row_dimensions[_COUNT_ROW + 1].height = 8


def _chip(severity: str) -> Look:
    fill = PatternFill("solid", start_color=COLORS[severity], end_color=COLORS[severity])
    return replace(_MIDDLE, font=Font(name=HEI, size=11, bold=True, color="1F1F1F"), fill=fill)


def _write_issue(book: Workbook, sheet: Worksheet, painter: Painter, number: int, mark: Mark, words: Words) -> None:
    row = _HEADER_ROW + number
    looks = (_MIDDLE, _chip(mark.severity), _TEXT, _MIDDLE, _TEXT, _TEXT)
    cells = [sheet.cell(row, index) for index in range(1, _LAST + 1)]
    for cell, look in zip(cells, looks, strict=True):
        painter.paint(cell, look)
    if _link(book, cells[3], mark, words):
        painter.paint(cells[3], _LINK)
    cells[0].value = number
    for cell, text in zip(cells[1:], _texts(mark, words), strict=True):
        write_text(cell, text)
    lines = max(wrapped_lines(str(c.value), w - 1) for c, w in zip(cells, _WIDTHS.values(), strict=True))
    sheet.row_dimensions[row].height = min(_HIGHEST_ROW, lines * _LINE_HEIGHT + 9)


def _texts(mark: Mark, words: Words) -> tuple[str, ...]:
    """What stands in the columns after the number."""
    name = one_line(mark.sheet, 60) if mark.sheet else words["marked.whole_file"]
    at = mark.cell if mark.cell else words["marked.whole_sheet"] if mark.sheet else "—"
    column, message = one_line(mark.column, 80) or "—", one_line(mark.message, _MESSAGE_LIMIT)
    return words[f"marked.{mark.severity}"], name, one_line(at, 20), column, message


def _link(book: Workbook, cell: Cell, mark: Mark, words: Words) -> bool:
    """To the issue's cell or sheet, as far as the workbook has it and shows it; False where it does not."""
    target = sheet_of(book, mark)
    if target is None or target.sheet_state != "visible":
        return False
    marked = cell_of(book, mark)
    location = place(target.title, marked.coordinate if marked is not None else "A1")
    tip = words["marked.go"].format(place=location)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location, tooltip=tip[:250])
    return True


def _remember(sheet: Worksheet, originals: Originals) -> None:
    """One hidden cell for each fill that marks cover: filled like it, and naming the issues whose cells had it."""
    sheet.cell(_RECORD_ROW, _RECORD_COLUMN, _SIGNATURE).font = Font(color="FFFFFF")
    groups: list[tuple[Fill, list[int]]] = []
    for number, fill in originals.items():
        same_fill = next((numbers for other, numbers in groups if other == fill), None)
        if same_fill is not None:
            same_fill.append(number)
        elif fill.tagname == "gradientFill" or fill.fill_type:
            groups.append((fill, [number]))
    for column, (fill, numbers) in enumerate(groups, _RECORD_COLUMN + 1):
        cell = sheet.cell(_RECORD_ROW, column, ",".join(map(str, numbers)))
        cell.fill = fill
    hidden = sheet.column_dimensions[get_column_letter(_RECORD_COLUMN)]
    hidden.min, hidden.max, hidden.hidden = _RECORD_COLUMN, _RECORD_COLUMN + len(groups), True


def _arrange(sheet: Worksheet, words: Words, last_row: int) -> None:
    """What stays in sight, and how it prints."""
    for index, width in enumerate(_WIDTHS.values(), 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    right = get_column_letter(_LAST)
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    place_cursor(sheet, _HEADER_ROW + 1, list(_WIDTHS).index("cell") + 1, frozen=0)
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{right}{last_row}"
    set_page(sheet)
    sheet.oddFooter.right.text = words["marked.page"]
    sheet.print_area = f"A1:{right}{last_row}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "C00000"


def _open_here(book: Workbook, sheet: Worksheet) -> None:
    """The only selected tab: what is typed into one of several selected sheets goes into all of them."""
    for other in book._sheets:
        views = other.views if isinstance(other, Worksheet) else other.sheetViews
        for view in views.sheetView:
            view.tabSelected = other is sheet
    for view in book.views:
        view.firstSheet = 0
    book.active = 0
