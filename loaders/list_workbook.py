"""Lists for people as .xlsx: a title, the moment they were true, and a table ready to print."""

import io
from collections.abc import Mapping
from datetime import datetime

import pandas
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data.cell_text import write_text
from data.clock import Clock

_THIN = Side(style="thin", color="B8C4D0")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER = 4


def list_workbook(
    frame: pandas.DataFrame,
    title: str,
    as_of_line: str,
    sheet_name: str,
    clock: Clock,
    more: Mapping[str, pandas.DataFrame] | None = None,
) -> bytes:
    """The frame as a workbook; its column names are the headings. Text that looks like a formula stays text, and a
    moment is shown as on the bureau's clock: a sheet knows no zones. more: further sheets, by their names.
    """
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, shown in {sheet_name: frame, **(more or {})}.items():
        _list_sheet(workbook.create_sheet(name[:31]), shown, title, as_of_line, clock)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _list_sheet(sheet: Worksheet, frame: pandas.DataFrame, title: str, as_of_line: str, clock: Clock) -> None:
    write_text(sheet["A1"], title)
    write_text(sheet["A2"], as_of_line)
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14), Font(color="5B6B7B")
    for column, heading in enumerate(frame.columns, start=1):
        _write(sheet.cell(_HEADER, column), str(heading), clock)
        sheet.cell(_HEADER, column).font = Font(bold=True)
        sheet.cell(_HEADER, column).fill = PatternFill("solid", fgColor="E8EEF5")
    for row, values in enumerate(frame.itertuples(index=False), start=_HEADER + 1):
        for column, value in enumerate(values, start=1):
            _write(sheet.cell(row, column), value, clock)
    _lay_out(sheet, frame)


def _write(cell: Cell, value: object, clock: Clock) -> None:
    cell.border = _BOX
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    if value is None or pandas.isna(value):
        return
    if isinstance(value, datetime):
        shown = clock.local(value) if value.tzinfo else value
        cell.value = shown.replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm" if shown.hour or shown.minute else "yyyy-mm-dd"
        return
    if isinstance(value, str):
        write_text(cell, value)
        return
    cell.value = value
    if isinstance(value, float):
        cell.number_format = "0.0%"


def _lay_out(sheet: Worksheet, frame: pandas.DataFrame) -> None:
    for index, heading in enumerate(frame.columns, start=1):
        longest = max([_width(str(heading)), *(_width(str(value)) for value in frame.iloc[:, index - 1])])
        sheet.column_dimensions[get_column_letter(index)].width = min(44, max(8, longest + 2))
    last = get_column_letter(max(1, len(frame.columns)))
    sheet.freeze_panes = f"A{_HEADER + 1}"
    sheet.auto_filter.ref = f"A{_HEADER}:{last}{_HEADER + len(frame)}"
    sheet.print_title_rows = f"{_HEADER}:{_HEADER}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"


def _width(written: str) -> int:
    """Columns that a text takes: a Chinese character is two wide."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in written[:60])
