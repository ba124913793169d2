"""What every sheet of a workbook shares: its paper, where it opens, and a protection without a password."""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from loaders.blank.words import WORDS

SHEET_NAME_CODE = "&A"  # in the page header, for a wide table's later pages lack the title


def set_page(sheet: Worksheet, pages_wide: int = 1) -> None:
    """A4 landscape, as many pages wide as told and as long as it takes, numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_wide, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.6, 0.75
    margins.header = margins.footer = 0.35
    sheet.HeaderFooter.scaleWithDoc = False  # else the signatures shrink with a wide table
    sheet.oddHeader.right.text, sheet.oddHeader.right.size = SHEET_NAME_CODE, 9
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = WORDS["page"], 10


def protect(sheet: Worksheet) -> None:
    """No password: it guards against slips, not against people. False lifts the ban on an action."""
    rules = sheet.protection
    rules.sheet = True
    rules.formatCells = rules.formatColumns = rules.formatRows = False
    rules.insertRows = rules.deleteRows = rules.sort = rules.autoFilter = False


def place_cursor(sheet: Worksheet, row: int, column: int, frozen: int) -> None:
    """Opens the sheet where typing begins; the panes must be frozen already."""
    view = sheet.sheet_view
    view.pane.activePane = "bottomRight" if 0 < frozen < column else "bottomLeft"
    for selection in view.selection:
        selection.activeCell = selection.sqref = f"{get_column_letter(column)}{row}"
