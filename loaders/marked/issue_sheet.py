"""The sheet 问题清单: every issue with a link to its cell; out of sight, what the marked cells looked like before."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from data.cell_text import one_line, place, write_text
from loaders.blank.layout import wrapped_lines
from loaders.blank.page import place_cursor, set_page
from loaders.blank.style import HEI, SONG, Look, Painter
from loaders.marked.book import Book, BookSheet
from loaders.marked.cells import COLORS, Mark, Numbered, Originals, Words, coordinate_of, place_of
from loaders.marked.grid import Grid
from loaders.marked.repaint import repaint
from loaders.marked.transplant import transplanted
from loaders.reading.cell_reader import Book as SharedBook
from loaders.reading.found import FoundSheet
from loaders.reading.markup import finished
from loaders.reading.sheet_xml import SheetReader
from loaders.reading.texts import rich_text
from loaders.sheets import sheet_of

ISSUE_SHEET = "问题清单"

_WIDTHS = {"number": 7, "severity": 11, "sheet": 36, "cell": 11, "column": 24, "message": 72}
_LAST = len(_WIDTHS)
_TITLE_ROW, _FIRST_HOW, _COUNT_ROW, _WARNING_ROW, _HEADER_ROW = 1, 2, 4, 5, 6
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
_WARNING = replace(_TEXT, font=Font(name=HEI, size=11, bold=True, color="C00000"))
_LINK = replace(_MIDDLE, font=Font(name=SONG, size=11, color="0B57B0", underline="single"))


def take_list(book: Book) -> Originals | None:
    """Removes our list of an earlier return and says what it remembers; None where there is none.

    Known by its signature: a section's own sheet of that name stays, and one of ours that was renamed is found.
    """
    remembered: dict[int, int] | None = None
    for index, sheet in reversed(list(enumerate(book.sheets))):
        top = _top_row(book, sheet) if sheet.kind == "worksheet" else {}
        if any(text == _SIGNATURE for text, _ in top.values()):
            remembered = (remembered or {}) | _remembered(book, top.values())
            book.remove(index)
    return remembered


def _top_row(book: Book, sheet: BookSheet) -> dict[int, tuple[str, int]]:
    """Column → (text, format) of the cells in row 1, where the file holds our signature at all."""
    strings = book.strings_part()
    texts = book.parts.read(strings) if strings else b""
    data = book.parts.read(sheet.part)
    if _SIGNATURE.encode() not in texts and _SIGNATURE.encode() not in data:
        return {}
    grid, read = Grid(data), FoundSheet(sheet.name)
    shared = [rich_text(item) for _, item in finished(texts, {"si"}, "sharedStrings")] if texts else []
    SheetReader(read, SharedBook(shared, [])).read(grid.first_row())
    looks = grid.looks_of_first_row()
    cells = sheet_of(json.loads(read.to_json())).rows.get(_RECORD_ROW, {})
    return {col_no: (str(cell.value), looks.get(col_no, 0)) for col_no, cell in cells.items()}


def _remembered(book: Book, cells: Iterable[tuple[str, int]]) -> dict[int, int]:
    """What a record says is checked by its form; what it looks like is the fill itself, and nothing to interpret."""
    records = [(text, look) for text, look in cells if _NUMBERS.fullmatch(text)]
    return {int(number): book.styles.fill_of(look) for text, look in records for number in text.split(",")}


def add_list(book: Book, marks: Sequence[Mark], originals: Originals, words: Words, is_rebuilt: bool) -> None:
    """The list as first and active sheet. is_rebuilt: this is not the sender's own file, and the list says so."""
    name = _free_name([sheet.name for sheet in book.sheets])
    made = Workbook()
    sheet = made.active
    sheet.title = name
    painter = Painter(sheet)
    _write_top(sheet, painter, marks, words)
    if is_rebuilt:
        _write_warning(sheet, painter, words)
    where = Places(book)
    for number, mark in enumerate(marks, 1):
        _write_issue(where.of(mark), sheet, painter, (number, mark), words)
    if not marks:
        painter.write_across((_HEADER_ROW + 1, 1, _LAST), words["marked.none"], _MIDDLE)
    groups = _groups(book, originals)
    _remember(sheet, groups)
    _arrange(sheet, words, _HEADER_ROW + max(1, len(marks)))
    xml, names = transplanted(made, book)
    grid = Grid(xml.encode())
    cells = {(_RECORD_ROW, column): fill for column, fill in enumerate(groups, _RECORD_COLUMN + 1)}
    repaint(grid, {cell: partial(book.styles.with_fill, fill=fill) for cell, fill in cells.items()})
    book.put_first(name, grid.saved().decode(), names)


class Places:
    """Where marks lie in a workbook, as hyperlinks name it."""

    def __init__(self, book: Book) -> None:
        self._sheets = {sheet.name: sheet for sheet in reversed(book.sheets) if sheet.kind == "worksheet"}
        self._grid = book.grid

    def of(self, mark: Mark) -> str | None:
        """An issue's cell or sheet, as far as the workbook has it and shows it; None where it does not."""
        sheet = self._sheets.get(mark.sheet)
        if sheet is None or not sheet.is_visible:
            return None
        marked = place_of(self._grid(sheet.part), mark)
        return place(sheet.name, coordinate_of(marked) if marked else "A1")


def _free_name(sheet_names: Iterable[str]) -> str:
    taken = {name.lower() for name in sheet_names}
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


def _write_warning(sheet: Worksheet, painter: Painter, words: Words) -> None:
    """Before she begins to work on it: this is not her own file."""
    text = words["marked.rebuilt"]
    painter.write_across((_WARNING_ROW, 1, _LAST), text, _WARNING)
    sheet.row_dimensions[_WARNING_ROW].height = wrapped_lines(text, sum(_WIDTHS.values())) * _LINE_HEIGHT + 12


def _write_issue(where: str | None, sheet: Worksheet, painter: Painter, numbered: Numbered, words: Words) -> None:
    """where: to which place its cell links; None for none."""
    number, mark = numbered
    row = _HEADER_ROW + number
    looks = (_MIDDLE, _chip(mark.severity), _TEXT, _MIDDLE, _TEXT, _TEXT)
    cells = [sheet.cell(row, index) for index in range(1, _LAST + 1)]
    for cell, look in zip(cells, looks, strict=True):
        painter.paint(cell, look)
    if where is not None:
        painter.paint(cells[3], _LINK)
        tip = words["marked.go"].format(place=where)
        cells[3].hyperlink = Hyperlink(ref=cells[3].coordinate, location=where, tooltip=tip[:250])
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


def _groups(book: Book, originals: Originals) -> dict[int, list[int]]:
    """Fill that marks cover → the numbers of the issues whose cells had it."""
    groups: dict[int, list[int]] = {}
    for number, fill in originals.items():
        if not book.styles.is_none(fill):
            groups.setdefault(fill, []).append(number)
    return groups


def _remember(sheet: Worksheet, groups: Mapping[int, Sequence[int]]) -> None:
    """One hidden cell for each fill that marks cover, naming the issues whose cells had it; it is filled like them."""
    sheet.cell(_RECORD_ROW, _RECORD_COLUMN, _SIGNATURE).font = Font(color="FFFFFF")
    for column, numbers in enumerate(groups.values(), _RECORD_COLUMN + 1):
        sheet.cell(_RECORD_ROW, column, ",".join(map(str, numbers)))
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
    sheet.sheet_view.tabSelected = True
