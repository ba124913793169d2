"""What every sheet of a workbook shares: its paper, and a protection without a password."""

from openpyxl.worksheet.worksheet import Worksheet

from loaders.blank_words import WORDS


def set_page(sheet: Worksheet, pages_wide: int = 1) -> None:
    """A4 landscape, as many pages wide as told and as long as it takes, numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_wide, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.75, 0.35
    sheet.HeaderFooter.scaleWithDoc = False  # else the signatures shrink with a wide table
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = WORDS["page"], 10


def protect(sheet: Worksheet) -> None:
    """No password: it guards against slips, not against people. False lifts the ban on an action."""
    rules = sheet.protection
    rules.sheet = True
    rules.formatCells = rules.formatColumns = rules.formatRows = False
    rules.insertRows = rules.deleteRows = rules.sort = rules.autoFilter = False
