"""Filled lists of people: read in a process of its own, checked whole, and brought into force all or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.access import Role
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, Severity
from data.cells import address
from data.people.accounts import ROLES, Account, AccountFault, accounts, checked, import_all, normal
from data.store import Store
from loaders.arriving.gate import FileKind, check_file
from loaders.arriving.worker import READER
from loaders.checking.unit_names import unit_by_name
from loaders.issues import FileFault, Issue
from loaders.messages import message
from loaders.people.sheets import COLUMNS, HEADER, MAX_PEOPLE, role_text
from loaders.sheets import Cell, Kind, Sheet
from locales import LOCALES, say

_COLUMN_OF = {"user_code": "user", "user_name": "user_name", "role": "role", "unit": "unit"}  # by the fault's code


@dataclass(frozen=True)
class ListFault:
    """What is wrong in a list: the words access.fault.<code>, and the cell (None: the list as a whole).

    because: why the file cannot be read at all.
    """

    code: str
    cell: str | None = None
    found: str = ""
    because: Issue | None = None

    def words(self, locale: str) -> str:
        """Where, what was expected and what was found."""
        said = say(locale, f"access.fault.{self.code}", found=self.found)
        if self.because:
            return f"{said} {message(self.because, None, locale)}"
        return f"{self.cell}: {said}" if self.cell else said


def read_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], list[ListFault]]:
    """The accounts of a filled list, and every fault in it; both may hold something, and then nothing counts."""
    try:
        if check_file(content, file_name).kind is not FileKind.XLSX:
            return [], [ListFault("list.kind", found=file_name)]
        sheet = _list(READER.read(content, FileKind.XLSX.value).sheets)
    except FileFault as fault:
        because = Issue(Severity.ERROR, fault.code, details=fault.details)
        return [], [ListFault("list.kind", found=file_name, because=because)]
    columns = _columns(sheet)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        wanted = "、".join(say(LOCALES[0], f"people.list.{name}") for name in missing)
        return [], [ListFault("list.columns", found=wanted)]
    rows = {row_no: _cells(sheet, row_no, columns) for row_no in sorted(sheet.rows) if row_no > HEADER}
    rows = {row_no: cells for row_no, cells in rows.items() if any(_text(cell) for cell in cells.values())}
    if not 0 < len(rows) <= MAX_PEOPLE:
        return [], [ListFault("list.rows", found=str(len(rows)))]
    catalogue, found, faults = catalogue_in_force(store), {}, []
    for row_no, cells in rows.items():
        if formulas := [cell for cell in cells.values() if cell.kind in (Kind.ERROR, Kind.UNCOMPUTED)]:
            faults += [ListFault("list.formula", address(row_no, cell.col_no), _text(cell)) for cell in formulas]
            continue
        own = _person(store, catalogue, {name: _text(cell) for name, cell in cells.items()})
        if not isinstance(own, Account):
            faults += [ListFault(code, address(row_no, columns[_COLUMN_OF[code]]), text) for code, text in own.items()]
        elif own.user_code in found:
            faults.append(ListFault("list.twice", address(row_no, columns["user"]), own.user_code))
        else:
            found[own.user_code] = (row_no, own)
    faults += _last_office(store, found, columns["role"])
    return [own for _, own in found.values()], faults


def take_people(store: Store, content: bytes, file_name: str) -> tuple[list[Account], dict[str, str], list[ListFault]]:
    """Bring a filled list into force, whole or not at all: accounts, first passwords of the new ones, faults."""
    found, faults = read_people(store, content, file_name)
    if faults:
        return [], {}, faults
    try:
        return found, import_all(store, found), []
    except AccountFault as fault:  # somebody changed accounts while the list was read
        return [], {}, [ListFault(fault.code, None, str(fault.details.get("found", "")))]


def _list(sheets: Sequence[Sheet]) -> Sheet:
    """The first sheet that is seen; the choices of the drop-downs lie in a hidden one."""
    sheet = next((one for one in sheets if not one.is_hidden), None)
    if sheet is None or sheet.fault:
        raise FileFault("broken_workbook", found=sheet.fault if sheet else "xlsx")
    return sheet


def _columns(sheet: Sheet) -> dict[str, int]:
    known = {say(locale, f"people.list.{name}").casefold(): name for locale in LOCALES for name in COLUMNS}
    header = {column: str(cell.value).strip().casefold() for column, cell in sheet.rows.get(HEADER, {}).items()}
    return {known[text]: column for column, text in header.items() if text in known}


def _cells(sheet: Sheet, row_no: int, columns: Mapping[str, int]) -> dict[str, Cell]:
    """column → cell, of those that are there."""
    return {name: cell for name, column in columns.items() if (cell := sheet.rows[row_no].get(column))}


def _text(cell: Cell) -> str:
    if cell.kind is Kind.NUMBER and float(cell.value).is_integer():  # an account made of digits
        return str(int(cell.value))
    return str(cell.value).strip()


def _person(store: Store, catalogue: Catalogue, texts: Mapping[str, str]) -> Account | dict[str, str]:
    """One row as an account, or the faults in it: code → what was found."""
    role = _role(texts.get("role", ""))
    unit = unit_by_name(texts.get("unit", ""), catalogue) if role and role.is_of_unit else None
    own = Account(normal(texts.get("user", "")), texts.get("user_name", ""), role or Role.LEADER, unit)
    faults = {} if role else {"role": texts.get("role", "")}
    if role and role.is_of_unit and unit is None:
        faults["unit"] = texts.get("unit", "")
    for tried in (Account(own.user_code, "x", Role.LEADER), Account("xx", own.user_name, Role.LEADER)):
        try:
            checked(store, tried)
        except AccountFault as fault:
            faults[fault.code] = str(fault.details["found"])
    return faults or own


def _last_office(store: Store, found: Mapping[str, tuple[int, Account]], column: int) -> list[ListFault]:
    """The rows that would take the office's last account away; none where one is left that can sign in."""
    office = {one.user_code for one in accounts(store) if one.role is Role.OFFICE and one.is_active}
    known = {one.user_code for one in accounts(store)}
    gone = {code for code in office & found.keys() if found[code][1].role is not Role.OFFICE}
    new = {code for code, (_, own) in found.items() if own.role is Role.OFFICE and code not in known}
    if office - gone or new or not gone:
        return []
    return [ListFault("last_office", address(found[code][0], column), code) for code in sorted(gone)]


def _role(text: str) -> Role | None:
    known = {role_text(role, locale).casefold(): role for role in ROLES for locale in LOCALES}
    return (known | {role.value: role for role in ROLES}).get(text.casefold())
