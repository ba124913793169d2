"""What is handed out about people as .xlsx: the list to fill in, and slips with the first passwords."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.access import Role
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.cell_text import write_text
from data.people.accounts import ROLES, Account, accounts
from data.store import Store
from locales import say

COLUMNS = ("user", "user_name", "role", "unit")
MAX_PEOPLE = 500  # the first password of each costs a tenth of a second to hash
HEADER = 1
_SLIP = {"user_name": 14, "unit": 24, "role": 12, "user": 18, "password": 20, "address": 34, "todo": 30}
_TEXT = "@"  # so that a telephone number keeps its zeros and is not written as 1.38E+10


def people_list(store: Store, locale: str) -> bytes:
    """The .xlsx to fill in, with the accounts that there are; role and unit drop down."""
    catalogue = catalogue_in_force(store)
    book = Workbook()
    sheet = book.active
    sheet.title = say(locale, "people.list.sheet")
    _write_header(sheet, [say(locale, f"people.list.{name}") for name in COLUMNS], (18, 16, 14, 34))
    for row, account in enumerate(accounts(store), HEADER + 1):
        unit = _unit_text(catalogue, account.unit_code, locale) if account.unit_code else ""
        for column, text in enumerate((account.user_code, account.user_name, role_text(account.role, locale), unit), 1):
            write_text(sheet.cell(row, column), text)
    sheet.column_dimensions["A"].number_format = _TEXT
    choices = book.create_sheet("choices")
    choices.sheet_state = "hidden"
    units = dict.fromkeys(unit.unit_code for unit in catalogue.units)
    for row, role in enumerate(ROLES, 1):
        choices.cell(row, 1, role_text(role, locale))
    for row, code in enumerate(units, 1):
        write_text(choices.cell(row, 2), _unit_text(catalogue, code, locale))
    for letter, column, length in (("C", "A", len(ROLES)), ("D", "B", len(units))):
        rule = DataValidation("list", f"choices!${column}$1:${column}${length}", allow_blank=True)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{HEADER + 1}:{letter}{HEADER + MAX_PEOPLE}")
    sheet.freeze_panes = "A2"
    return _saved(book)


def slips(
    people: Sequence[Account], passwords: Mapping[str, str], origin: str, catalogue: Catalogue, locale: str
) -> bytes:
    """A sheet to be cut into slips, one a row: who, where to go, the first password, and what to do with it."""
    book = Workbook()
    sheet = book.active
    sheet.title = say(locale, "people.slips")
    _write_header(sheet, [say(locale, f"people.slip.{name}") for name in _SLIP], tuple(_SLIP.values()))
    for row, account in enumerate((account for account in people if account.user_code in passwords), HEADER + 1):
        unit = catalogue.unit_name(account.unit_code, locale) if account.unit_code else ""
        who, todo = (
            (account.user_name, unit, role_text(account.role, locale), account.user_code),
            say(locale, "people.slip.do"),
        )
        for column, text in enumerate((*who, passwords[account.user_code], origin, todo), 1):
            write_text(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = 34
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return _saved(book)


def role_text(role: Role, locale: str) -> str:
    """The role as lists and slips write it."""
    return say(locale, f"access.role.{role.value}")


def _unit_text(catalogue: Catalogue, unit_code: str, locale: str) -> str:
    return f"{catalogue.unit_name(unit_code, locale)}({unit_code})"


def _write_header(sheet: Worksheet, headings: Sequence[str], widths: Sequence[int]) -> None:
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = sheet.cell(HEADER, column, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF5")
        sheet.column_dimensions[cell.column_letter].width = width


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
