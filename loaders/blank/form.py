"""The first sheet: title, who and when, the table to fill in, and how it prints."""

from collections.abc import Mapping, Sequence
from math import ceil

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from data.catalogue.model import ColumnType, Template, TemplateKind
from data.cell_text import write_text
from loaders.blank import style
from loaders.blank.layout import (
    FIRST_DATA_ROW,
    HEADER_ROW,
    IDENTITY_ROW,
    LAST_DATA_ROW,
    MEASURE_ROW,
    PAGE_WIDTH,
    SCREEN_WIDTH,
    TABLE_ROWS,
    TITLE_ROW,
    column_width,
    frozen_columns,
    is_automatic,
    span_to,
    text_width,
    wrapped_lines,
)
from loaders.blank.needs import note_words
from loaders.blank.page import place_cursor, protect, set_page
from loaders.blank.words import WORDS

Row = Mapping[str, object]
_LAST_COLUMN = 16384


def write_form(sheet: Worksheet, template: Template, identity: Sequence[str], rows: Sequence[Row]) -> None:
    """`identity`: the texts of unit, period and deadline, as they stand in row 2."""
    widths = [column_width(column, note_words(column, template)) for column in template.columns]
    painter = style.Painter(sheet)
    _write_top(sheet, painter, template, identity, widths)
    _write_heads(sheet, painter, template, widths)
    _write_columns(sheet, painter, template, widths)
    _write_rows(sheet, painter, template, rows)
    _fit_rows(sheet, template, widths, rows)
    _arrange(sheet, template, widths)
    protect(sheet)


def _write_top(
    sheet: Worksheet, painter: style.Painter, template: Template, identity: Sequence[str], widths: list[int]
) -> None:
    """Merged over what a screen shows at once, not over the whole of a wide table."""
    screen = span_to(widths, 1, min(SCREEN_WIDTH, sum(widths)))
    first = last = 1
    for number, text in enumerate(identity, 1):
        is_last = number == len(identity)
        last = span_to(widths, first, text_width(text) * 1.1 + 4)
        last = max(last, screen) if is_last else last
        look = style.DEADLINE if is_last else style.IDENTITY
        painter.write_across((IDENTITY_ROW, first, last), text, look)
        first = last + 1
    title = WORDS["title"].format(code=template.template_code, name=template.template_name["zh-CN"])
    last = max(last, span_to(widths, 1, text_width(title) * 1.8))
    painter.write_across((TITLE_ROW, 1, last), title, style.TITLE)
    sheet.row_dimensions[TITLE_ROW].height = 34
    sheet.row_dimensions[IDENTITY_ROW].height = 22


def _write_heads(sheet: Worksheet, painter: style.Painter, template: Template, widths: list[int]) -> None:
    """Unit of measure and need in small print, and the label alone below it, so that it can be recognised."""
    lines = [1]
    for index, (column, width) in enumerate(zip(template.columns, widths, strict=True), 1):
        painter.write(sheet.cell(MEASURE_ROW, index), note_words(column, template), style.MEASURE)
        painter.write(sheet.cell(HEADER_ROW, index), column.label["zh-CN"], style.header_look(column))
        lines.append(wrapped_lines(column.label["zh-CN"], width))
    sheet.row_dimensions[MEASURE_ROW].height = 16
    sheet.row_dimensions[HEADER_ROW].height = max(lines) * 15 + 9


def _write_columns(sheet: Worksheet, painter: style.Painter, template: Template, widths: list[int]) -> None:
    """Widths, and formats for whole columns. Beyond the table all is unlocked: a protected sheet gives up a
    row only where none of its cells is locked, out to the last column."""
    for index, (column, width) in enumerate(zip(template.columns, widths, strict=True), 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = width
        painter.paint(dimension, style.data_look(column.type, bordered=False))
    after = len(widths) + 1
    letter = get_column_letter(after)
    rest = ColumnDimension(sheet, index=letter, min=after, max=_LAST_COLUMN)
    painter.paint(rest, style.FREE)
    sheet.column_dimensions[letter] = rest


def _write_rows(sheet: Worksheet, painter: style.Painter, template: Template, rows: Sequence[Row]) -> None:
    records = [painter.record(style.data_look(column.type, bordered=True)) for column in template.columns]
    names = [column.name for column in template.columns]
    for offset in range(max(TABLE_ROWS, len(rows))):
        row = rows[offset] if offset < len(rows) else {}
        if unknown := set(row) - set(names):
            raise ValueError(f"expected columns of {template.template_code}, found {sorted(unknown)}")
        for index, (name, record) in enumerate(zip(names, records, strict=True), 1):
            _write_value(sheet, FIRST_DATA_ROW + offset, index, row.get(name), record)


def _fit_rows(sheet: Worksheet, template: Template, widths: list[int], rows: Sequence[Row]) -> None:
    """Heights for the rows whose text wraps; Excel works those of later entries out by itself."""
    wide = {
        column.name: width - 1
        for column, width in zip(template.columns, widths, strict=True)
        if column.type in (ColumnType.STR, ColumnType.CODE)
    }
    for number, row in enumerate(rows, FIRST_DATA_ROW):
        lines = [wrapped_lines(str(row.get(name) or ""), width) for name, width in wide.items()]
        if max(lines, default=1) > 1:
            sheet.row_dimensions[number].height = max(lines) * 15 + 6


def _write_value(sheet: Worksheet, row: int, column: int, value: object, record: StyleArray) -> None:
    if isinstance(value, bool):
        value = WORDS["yes"] if value else WORDS["no"]
    cell = sheet.cell(row, column, None if isinstance(value, str) else value)
    cell._style = record
    if isinstance(value, str):
        write_text(cell, value)


def _arrange(sheet: Worksheet, template: Template, widths: list[int]) -> None:
    """What stays in sight on screen, and what repeats on paper."""
    frozen = frozen_columns(template, widths)
    sheet.freeze_panes = sheet.cell(FIRST_DATA_ROW, frozen + 1)
    entries = (index for index, column in enumerate(template.columns, 1) if not is_automatic(column))
    place_cursor(sheet, FIRST_DATA_ROW, next(entries, 1), frozen)
    sheet.sheet_view.zoomScale = 100
    sheet.sheet_view.showGridLines = False
    sheet.sheet_format.defaultRowHeight = 22
    sheet.sheet_format.customHeight = True
    if template.kind is TemplateKind.LEDGER:
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(widths))}{LAST_DATA_ROW}"
    set_page(sheet, pages_wide=ceil(sum(widths) / PAGE_WIDTH))
    sheet.print_title_rows = f"{TITLE_ROW}:{HEADER_ROW}"
    sheet.oddFooter.left.text, sheet.oddFooter.left.size = WORDS["signatures"], 10
