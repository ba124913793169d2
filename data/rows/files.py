"""Accepted rows as files to take away: .xlsx for people, .csv and .parquet for programs.

A .csv has one line of names and nothing above it, so that every program reads it; which rows it has and as of when is
said in its last two columns, on each line, and in short in its name. The words of a workbook are those of a locale:
files for people are a surface, whoever asks for them.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

import pandas
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from data.catalogue.model import ColumnType
from data.cell_text import harmless, write_text
from data.readable import Rows
from data.rows.handed_out import ABOUT, AS_OF, QUESTION, HandedOut, parquet
from data.rows.question_words import question_words
from locales import measure_words, pick, say

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
MOST = {"xlsx": 20_000, "csv": 100_000, "parquet": 100_000}
"""Rows that a file may have: a workbook is written cell by cell."""

_HEADER = 5
_FILL = PatternFill("solid", fgColor="E8EEF5")
_WIDTHS = {ColumnType.STR: 28, ColumnType.CODE: 20, ColumnType.ENUM: 18, ColumnType.DATE: 12}


def file_of(table: HandedOut, format_: str, locale: str) -> bytes:
    """The rows in one of the formats of MEDIA."""
    make: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: rows_workbook(table, locale),
        "csv": lambda: rows_csv(table),
        "parquet": lambda: parquet(table),
    }
    return make[format_]()


def rows_csv(table: HandedOut) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read it; a cell that one would run as a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.frame.columns, AS_OF, QUESTION])
    about = [table.as_of, harmless(table.question)]
    for values in _lines(table.frame):
        writer.writerow(["" if value is None else harmless(value) for value in values] + about)
    return out.getvalue().encode("utf-8-sig", "replace")


def rows_workbook(table: HandedOut, locale: str) -> bytes:
    """A title, which rows and as of when, then the rows under the template's own headings; text stays text. The
    addresses of the cells stand in columns of their own, folded away.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(say(locale, "rows.file.sheet"))
    first_cell = len(ABOUT) + len(table.columns)
    _lay_out(sheet, table, first_cell)
    title = f"{table.template.template_code} {pick(table.template.template_name, locale)}"
    sheet.append([_text(sheet, title, Font(bold=True, size=14))])
    sheet.append(
        [_text(sheet, say(locale, "rows.file.as_of", moment=_moment(table.as_of), number=f"{len(table.frame):,}"))]
    )
    question = question_words(table.asked, table.catalogue, locale)
    sheet.append([_text(sheet, say(locale, "rows.file.question", question=question))])
    sheet.append([])
    sheet.append([_heading(sheet, heading) for heading in _headings(table, locale)])
    for values in _lines(table.frame):
        sheet.append([_cell(sheet, value) for value in values])
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def figures_file(rows: Rows, about: Mapping[str, str], format_: str) -> bytes:
    """Totals or a layout as command line and API say them, with the columns of `about` on every line."""
    frame = pandas.DataFrame([row | about for row in rows], dtype=object)
    if format_ == "parquet":
        sink = io.BytesIO()
        frame.convert_dtypes().to_parquet(sink, index=False)
        return sink.getvalue()
    if format_ == "csv":
        texts = frame.map(lambda value: "" if value is None else harmless(value))
        return texts.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace")
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, str(name)) for name in frame.columns])
    for values in _lines(frame):
        sheet.append([_cell(sheet, value) for value in values])
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _moment(iso: str) -> str:
    """2026-11-23 09:00:00, by the bureau's clock."""
    return datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M:%S")


def _lines(frame: pandas.DataFrame) -> Iterator[Sequence]:
    """The rows as plain values, None where there is nothing."""
    columns = [column.astype(object).where(column.notna(), None).tolist() for _, column in frame.items()]
    return zip(*columns, strict=True)


def _headings(table: HandedOut, locale: str) -> list[str]:
    about = [say(locale, f"rows.file.{'sheet_name' if name == 'sheet' else name}") for name in ABOUT]
    labels = []
    for one in table.columns:
        measure = f" ({measure_words(locale, one.unit_of_measure)})" if one.unit_of_measure else ""
        labels.append(pick(one.label, locale) + measure)
    return [*about, *labels, *(say(locale, "rows.file.cell", column=label) for label in labels)]


def _cell(sheet: WriteOnlyWorksheet, value: object) -> object:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def _text(sheet: WriteOnlyWorksheet, text: str, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    write_text(cell, text)
    if font is not None:
        cell.font = font
    return cell


def _heading(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = _text(sheet, text, Font(bold=True))
    cell.fill, cell.alignment = _FILL, Alignment(wrap_text=True, vertical="center")
    return cell


def _lay_out(sheet: WriteOnlyWorksheet, table: HandedOut, first_cell: int) -> None:
    """Widths, what stays in sight, and paper; before the first row, since the sheet is written as it grows."""
    widths = [8, 18, 10, 20, 6, 38, 28, 6, *(_WIDTHS.get(column.type, 12) for column in table.columns)]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    last = len(table.frame.columns)
    if last > first_cell:
        sheet.column_dimensions.group(get_column_letter(first_cell + 1), get_column_letter(last), hidden=True)
    sheet.freeze_panes = f"D{_HEADER + 1}"
    sheet.auto_filter.ref = f"A{_HEADER}:{get_column_letter(last)}{_HEADER + len(table.frame)}"
    sheet.print_title_rows = f"{_HEADER}:{_HEADER}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
