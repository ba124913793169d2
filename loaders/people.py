"""Lists of people as .xlsx: one to fill in, reading it back, and slips with the first passwords to hand out."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from data.access import Role
from data.accounts import ROLES, Account, AccountFault, accounts, import_all, normal
from data.catalogue import Catalogue
from data.catalogue_store import catalogue_in_force
from data.cells import address
from data.store import Store
from loaders.cell_text import write_text
from loaders.gate import FileKind, check_file
from loaders.issues import FileFault
from loaders.sheets import Kind, Sheet
from loaders.unit_names import unit_by_name
from loaders.worker import READER
from locales import LOCALES, say

COLUMNS = ("user", "user_name", "role", "unit")
MAX_PEOPLE = 500  # the first password of each costs a tenth of a second to hash
_HEADER = 1


@dataclass(frozen=True)
class ListFault:
    """What is wrong in a list: the words access.fault.<code>, and the cell (None: the list as a whole)."""

    code: str
    cell: str | None = None
    found: str = ""

    def words(self, locale: str) -> str:
        """Where, what was expected and what was found."""
        said = say(locale, f"access.fault.{self.code}", found=self.found)
        return f"{self.cell}: {said}" if self.cell else said


def people_list(store: Store, locale: str) -> bytes:
    """The .xlsx to fill in, with the accounts that there are; role and unit drop down."""
    catalogue = catalogue_in_force(store)
    book = Workbook()
    sheet = book.active
    sheet.title = say(locale, "people.list.sheet")
    for column, name in enumerate(COLUMNS, 1):
        cell = sheet.cell(_HEADER, column, say(locale, f"people.list.{name}"))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF5")
        sheet.column_dimensions[cell.column_letter].width = (18, 16, 14, 34)[column - 1]
    for row, one in enumerate(accounts(store), _HEADER + 1):
        unit = _unit_text(catalogue, one.unit_code, locale) if one.unit_code else ""
        for column, text in enumerate((one.user_code, one.user_name, _role_text(one.role, locale), unit), 1):
            write_text(sheet.cell(row, column), text)
    choices = book.create_sheet("choices")
    choices.sheet_state = "hidden"
    units = dict.fromkeys(unit.unit_code for unit in catalogue.units)
    for row, role in enumerate(ROLES, 1):
        choices.cell(row, 1, _role_text(role, locale))
    for row, code in enumerate(units, 1):
        write_text(choices.cell(row, 2), _unit_text(catalogue, code, locale))
    for letter, column, length in (("C", "A", len(ROLES)), ("D", "B", len(units))):
        rule = DataValidation("list", f"choices!${column}$1:${column}${length}", allow_blank=True)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{_HEADER + 1}:{letter}{MAX_PEOPLE}")
    sheet.freeze_panes = "A2"
    return _saved(book)


def read_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], list[ListFault]]:
    """The accounts of a filled list, and every fault in it. Read in a process of its own, like all that is uploaded."""
    try:
        if check_file(content, file_name).kind is not FileKind.XLSX:
            return [], [ListFault("list.kind", found=file_name)]
        sheet = READER.read(content, FileKind.XLSX.value).sheets[0]
    except FileFault:
        return [], [ListFault("list.kind", found=file_name)]
    columns = _columns(sheet)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        wanted = "、".join(say(LOCALES[0], f"people.list.{name}") for name in missing)
        return [], [ListFault("list.columns", found=wanted)]
    rows = [row_no for row_no in sorted(sheet.rows) if row_no > _HEADER and _texts(sheet, row_no, columns)]
    if not 0 < len(rows) <= MAX_PEOPLE:
        return [], [ListFault("list.rows", found=str(len(rows)))]
    catalogue = catalogue_in_force(store)
    found, faults, seen = [], [], {}
    for row_no in rows:
        one, own = _person(sheet, row_no, columns, catalogue)
        if one and seen.setdefault(one.user_code, row_no) != row_no:
            own.append(ListFault("list.twice", address(row_no, columns["user"]), one.user_code))
        faults += own
        if one and not own:
            found.append(one)
    return found, faults


def take_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], dict[str, str], list[ListFault]]:
    """Bring a filled list into force, whole or not at all: accounts, first passwords of the new ones, faults."""
    found, faults = read_people(store, content, file_name)
    if faults:
        return [], {}, faults
    try:
        return found, import_all(store, found), []
    except AccountFault as fault:
        index = fault.details.get("index")
        where = f"{found[index].user_code}" if index is not None else None
        return [], {}, [ListFault(fault.code, where, str(fault.details.get("found", "")))]


def slips(
    people: Sequence[Account], passwords: Mapping[str, str], origin: str, catalogue: Catalogue, locale: str
) -> bytes:
    """A sheet to be cut into slips: who, where to go, and the first password of each."""
    book = Workbook()
    sheet = book.active
    sheet.title = say(locale, "people.slips")
    names = ("user_name", "unit", "role", "user", "password", "address")
    for column, name in enumerate(names, 1):
        cell = sheet.cell(1, column, say(locale, f"people.slip.{name}"))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF5")
        sheet.column_dimensions[cell.column_letter].width = (14, 24, 12, 18, 20, 34)[column - 1]
    wanted = [one for one in people if one.user_code in passwords]
    for row, one in enumerate(wanted, 2):
        unit = catalogue.unit_name(one.unit_code, locale) if one.unit_code else ""
        values = (one.user_name, unit, _role_text(one.role, locale), one.user_code, passwords[one.user_code], origin)
        for column, text in enumerate(values, 1):
            write_text(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = 34
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return _saved(book)


def _columns(sheet: Sheet) -> dict[str, int]:
    known = {say(locale, f"people.list.{name}").casefold(): name for locale in LOCALES for name in COLUMNS}
    header = {column: str(cell.value).strip().casefold() for column, cell in sheet.rows.get(_HEADER, {}).items()}
    return {known[text]: column for column, text in header.items() if text in known}


def _texts(sheet: Sheet, row_no: int, columns: Mapping[str, int]) -> dict[str, str]:
    """column → text, of the cells that hold any."""
    cells = {name: sheet.rows[row_no].get(column) for name, column in columns.items()}
    return {name: text for name, cell in cells.items() if cell and (text := _text(cell.kind, cell.value))}


def _text(kind: Kind, value: object) -> str:
    if kind is Kind.NUMBER and float(value).is_integer():  # an account made of digits
        return str(int(value))
    return "" if kind in (Kind.ERROR, Kind.UNCOMPUTED) else str(value).strip()


def _person(
    sheet: Sheet, row_no: int, columns: Mapping[str, int], catalogue: Catalogue
) -> tuple[Account | None, list[ListFault]]:
    texts = _texts(sheet, row_no, columns)
    faults = []
    for name, code in (("user", "user_code"), ("user_name", "user_name")):
        if name not in texts:
            faults.append(ListFault(code, address(row_no, columns[name])))
    role = _role(texts.get("role", ""))
    if role is None:
        faults.append(ListFault("role", address(row_no, columns["role"]), texts.get("role", "")))
        return None, faults
    unit = unit_by_name(texts.get("unit", ""), catalogue) if role.is_of_unit else None
    if role.is_of_unit and unit is None:
        faults.append(ListFault("unit", address(row_no, columns["unit"]), texts.get("unit", "")))
    return Account(normal(texts.get("user", "")), texts.get("user_name", ""), role, unit), faults


def _role(text: str) -> Role | None:
    known = {_role_text(role, locale).casefold(): role for role in ROLES for locale in LOCALES}
    return (known | {role.value: role for role in ROLES}).get(text.casefold())


def _role_text(role: Role, locale: str) -> str:
    return say(locale, f"access.role.{role.value}")


def _unit_text(catalogue: Catalogue, unit_code: str, locale: str) -> str:
    return f"{catalogue.unit_name(unit_code, locale)}({unit_code})"


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
