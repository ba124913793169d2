"""Workbooks as sections make them themselves: no _meta, only what the test writes around the table."""

from collections.abc import Mapping

from openpyxl import Workbook

from data.store import Store
from tests.conftest import edited, filled

Cells = Mapping[str, object]
"""Address → value; the header is in row 4, the figures begin in row 5."""


def bare(
    store: Store,
    above: Cells,
    template: str = "BE-02",
    unit: str = "XZSP",
    tab: str = "Sheet1",
    foot: Cells | None = None,
) -> bytes:
    """The unit's sample rows of October in a sheet that says nothing of itself but what is given; foot: cells of rows
    beneath the figures, row 1 being the second one below the last.
    """

    def write(book: Workbook) -> None:
        for name in ("_meta", "填报说明"):
            del book[name]
        sheet = book.worksheets[0]
        sheet.title = tab
        sheet.protection.sheet = False
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for row in sheet.iter_rows(max_row=3):
            for cell in row:
                cell.value = None
        for address, value in above.items():
            sheet[address] = value
        last = max(row_no for row_no in range(5, 60) if any(cell.value is not None for cell in sheet[row_no]))
        for address, value in (foot or {}).items():
            cell = sheet[address]
            sheet.cell(cell.row + last + 1, cell.column, value)

    return edited(filled(store, template, unit), write)
