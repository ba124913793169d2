"""Filled lists of people: read in a process of its own, checked whole, and brought into force all or not at all."""

from collections.abc import Mapping, Sequence

from data.access import Role
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.cells import address
from data.fault import Fault
from data.people.accounts import ROLES, Account, accounts, checked, import_all, normal
from data.store import Store
from loaders.arriving.gate import FileKind, check_file
from loaders.arriving.worker import READER
from loaders.checking.unit_names import unit_by_name
from loaders.checking.values import number_shown
from loaders.issues import FileFault
from loaders.list_faults import CellFault
from loaders.people.sheets import COLUMNS, HEADER, MAX_PEOPLE, role_text
from loaders.sheets import Cell, Kind, Sheet
from locales import LOCALES, say

_NO_TEXT = (Kind.ERROR, Kind.UNCOMPUTED, Kind.PICTURE, Kind.BROKEN, Kind.OTHERWISE)
_COLUMN_OF = {"user_code": "user", "user_name": "user_name", "role": "role", "unit": "unit"}  # by the fault's name


def read_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], list[CellFault]]:
    """The accounts of a filled list, and every fault in it; both may hold something, and then nothing counts."""
    try:
        if check_file(content, file_name).kind is not FileKind.XLSX:
            return [], [CellFault(Fault("people_list.kind", found=file_name))]
        sheet = _list(READER.read(content, FileKind.XLSX.value).sheets)
    except FileFault as fault:
        return [], [CellFault(Fault("people_list.kind", found=file_name), because=fault)]
    columns = _columns(sheet)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        wanted = "、".join(say(LOCALES[0], f"people.list.{name}") for name in missing)
        return [], [CellFault(Fault("people_list.columns", found=wanted))]
    rows = {row_no: _cells(sheet, row_no, columns) for row_no in sorted(sheet.rows) if row_no > HEADER}
    rows = {row_no: cells for row_no, cells in rows.items() if any(_text(cell) for cell in cells.values())}
    if not 0 < len(rows) <= MAX_PEOPLE:
        return [], [CellFault(Fault("people_list.rows", found=len(rows)))]
    catalogue, people, faults = catalogue_in_force(store), {}, []
    for row_no, cells in rows.items():
        if formulas := [cell for cell in cells.values() if cell.kind in _NO_TEXT]:
            faults += [
                CellFault(Fault("people_list.formula", found=_text(cell)), address(row_no, cell.col_no))
                for cell in formulas
            ]
            continue
        person, wrong = _person(store, catalogue, {name: _text(cell) for name, cell in cells.items()})
        if wrong:
            faults += [CellFault(fault, address(row_no, columns[_COLUMN_OF[fault.name]])) for fault in wrong]
        elif person.user_code in people:
            fault = Fault("people_list.twice", found=person.user_code)
            faults.append(CellFault(fault, address(row_no, columns["user"])))
        else:
            people[person.user_code] = (row_no, person)
    faults += _last_office(store, people, columns["role"])
    return [person for _, person in people.values()], faults


def take_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], dict[str, str], list[CellFault]]:
    """Bring a filled list into force, whole or not at all: accounts, first passwords of the new ones, faults."""
    people, faults = read_people(store, content, file_name)
    if faults:
        return [], {}, faults
    try:
        return people, import_all(store, people), []
    except Fault as fault:  # somebody changed accounts while the list was read
        return [], {}, [CellFault(fault)]


def _list(sheets: Sequence[Sheet]) -> Sheet:
    """The first sheet that is seen; the choices of the drop-downs lie in a hidden one."""
    sheet = next((candidate for candidate in sheets if not candidate.is_hidden), None)
    if sheet is None or sheet.fault:
        raise FileFault("broken_workbook", found=sheet.fault if sheet else "xlsx")
    return sheet


def _columns(sheet: Sheet) -> dict[str, int]:
    headings = {say(locale, f"people.list.{name}").casefold(): name for locale in LOCALES for name in COLUMNS}
    header = {column: str(cell.value).strip().casefold() for column, cell in sheet.rows.get(HEADER, {}).items()}
    return {headings[text]: column for column, text in header.items() if text in headings}


def _cells(sheet: Sheet, row_no: int, columns: Mapping[str, int]) -> dict[str, Cell]:
    """column → cell, of those that are there."""
    return {name: cell for name, column in columns.items() if (cell := sheet.rows[row_no].get(column))}


def _text(cell: Cell) -> str:
    if cell.kind is Kind.NUMBER:  # an account made of digits
        return number_shown(cell) or str(cell.value)
    return str(cell.value).strip()


def _person(store: Store, catalogue: Catalogue, texts: Mapping[str, str]) -> tuple[Account, list[Fault]]:
    """One row as an account, and what is wrong with it."""
    role = _role(texts.get("role", ""))
    unit = unit_by_name(texts.get("unit", ""), catalogue) if role and role.is_of_unit else None
    account = Account(normal(texts.get("user", "")), texts.get("user_name", ""), role or Role.LEADER, unit)
    faults = [] if role else [Fault("account.role", found=texts.get("role", ""))]
    if role and role.is_of_unit and unit is None:
        faults.append(Fault("account.unit", found=texts.get("unit", "")))
    for tried in (Account(account.user_code, "x", Role.LEADER), Account("xx", account.user_name, Role.LEADER)):
        try:
            checked(store, tried)
        except Fault as fault:
            faults.append(fault)
    return account, faults


def _last_office(store: Store, people: Mapping[str, tuple[int, Account]], column: int) -> list[CellFault]:
    """The rows that would take the office's last account away; none where one is left that can sign in."""
    before = accounts(store)
    office = {account.user_code for account in before if account.role is Role.OFFICE and account.is_active}
    every = {account.user_code for account in before}
    gone = {code for code in office & people.keys() if people[code][1].role is not Role.OFFICE}
    new = {code for code, (_, person) in people.items() if person.role is Role.OFFICE and code not in every}
    if office - gone or new or not gone:
        return []
    return [
        CellFault(Fault("account.last_office", found=code), address(people[code][0], column)) for code in sorted(gone)
    ]


def _role(text: str) -> Role | None:
    roles = {role_text(role, locale).casefold(): role for role in ROLES for locale in LOCALES}
    return (roles | {role.value: role for role in ROLES}).get(text.casefold())
