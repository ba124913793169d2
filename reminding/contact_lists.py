"""Lists of contacts as .xlsx or .csv: written to be filled in, read back whole or not at all."""

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.cells import address
from data.reminders.contacts import LANGUAGES, Channel, Contact, ContactFault, add_all, contacts
from data.store import Store
from loaders.arriving.gate import FileKind, check_file
from loaders.arriving.worker import READER
from loaders.cell_text import harmless, write_text
from loaders.checking.unit_names import unit_by_name
from loaders.issues import FileFault, Issue, Severity
from loaders.messages import message
from loaders.sheets import Cell, Kind, Sheet
from locales import LOCALES, say

COLUMNS = ("unit", "channel", "address", "name", "secret", "locale")
_WIDTHS = (32, 12, 60, 20, 30, 10)
MAX_CONTACTS = 500
_COLUMN_OF = {"unit": "unit", "bureau": "unit", "channel": "channel", "locale": "locale", "name": "name"}


class ListFault(ValueError):
    """A list that was not taken, and nothing of it. faults: (cell or empty, code of reminders.fault, its details)."""

    def __init__(self, faults: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        super().__init__("; ".join(f"{cell} {code} {dict(details)}".strip() for cell, code, details in faults))
        self.faults = list(faults)

    def words(self, locale: str) -> list[str]:
        """Where, what was expected, what was found, a line each."""
        said = [(cell, say(locale, f"reminders.fault.{code}", **details)) for cell, code, details in self.faults]
        return [f"{cell}: {text}" if cell else text for cell, text in said]


def write_list(store: Store, locale: str, is_csv: bool = False) -> bytes:
    """Every contact in use. A robot's address is masked and its secret left out; read back like that, both stay."""
    rows = [_written(one, catalogue_in_force(store), locale) for one in contacts(store)]
    header = [say(locale, f"reminders.list.{name}") for name in COLUMNS]
    if is_csv:
        out = io.StringIO()
        csv.writer(out).writerows([header, *([harmless(cell) for cell in row] for row in rows)])
        return out.getvalue().encode("utf-8-sig")  # or a spreadsheet takes it for GBK
    book = Workbook()
    sheet = book.active
    sheet.title = say(locale, "reminders.list.sheet")
    for row_no, row in enumerate([header, *rows], 1):
        for column, text in enumerate(row, 1):
            write_text(sheet.cell(row_no, column), text)
    for cell, width in zip(sheet[1], _WIDTHS, strict=True):
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF5")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take_list(store: Store, content: bytes, file_name: str) -> list[Contact]:
    """Bring a filled list into force; contacts that are not on it stay. ListFault, Forbidden."""
    rows, columns = _read(content, file_name)
    known = {(one.unit_code, one.channel, one.shown): one for one in contacts(store)}
    catalogue, wanted, places, faults = catalogue_in_force(store), [], [], []
    for row_no, cells in rows.items():
        try:
            one = _contact(catalogue, {name: _text(cell) for name, cell in cells.items()})
        except ContactFault as fault:
            faults.append((address(row_no, columns[fault.code]), fault.code, fault.details))
            continue
        there = known.get((one.unit_code, one.channel, one.address))
        if there:  # also a robot under its mask
            kept = (there.address, one.secret or there.secret)
            one = Contact(one.unit_code, one.channel, kept[0], one.contact_name, kept[1], one.locale)
        wanted.append(one)
        places.append(row_no)
    if faults:
        raise ListFault(faults)
    try:
        return add_all(store, wanted)
    except ContactFault as fault:
        details = {name: value for name, value in fault.details.items() if name != "index"}
        column = columns.get(_COLUMN_OF.get(fault.code, "secret" if fault.code == "secret" else "address"), 1)
        raise ListFault([(address(places[fault.details["index"]], column), fault.code, details)]) from None


def channel_text(channel: Channel, locale: str) -> str:
    """邮箱, 企业微信, 钉钉."""
    return say(locale, f"reminders.channel.{channel.value}")


def _written(one: Contact, catalogue: Catalogue, locale: str) -> list[str]:
    unit = "" if one.unit_code is None else f"{catalogue.unit_name(one.unit_code, locale)}({one.unit_code})"
    return [unit, channel_text(one.channel, locale), one.shown, one.contact_name, "", one.locale]


def _read(content: bytes, file_name: str) -> tuple[dict[int, dict[str, Cell]], dict[str, int]]:
    """row_no → column → cell of the first sheet that is seen, and column → its number."""
    try:
        kind = check_file(content, file_name).kind
        if kind not in (FileKind.XLSX, FileKind.CSV):
            raise ListFault([("", "list_kind", {"found": file_name})])
        sheet = next((one for one in READER.read(content, kind.value).sheets if not one.is_hidden), None)
    except FileFault as fault:
        because = message(Issue(Severity.ERROR, fault.code, details=fault.details), None, LOCALES[0])
        raise ListFault([("", "list_kind", {"found": f"{file_name}: {because}"})]) from None
    columns = _columns(sheet) if sheet and not sheet.fault else {}
    missing = [name for name in COLUMNS[:3] if name not in columns]
    if missing:
        wanted = "、".join(say(LOCALES[0], f"reminders.list.{name}") for name in missing)
        raise ListFault([("", "list_columns", {"found": wanted})])
    rows = {
        row_no: {name: cells[number] for name, number in columns.items() if number in cells}
        for row_no, cells in sorted(sheet.rows.items())
        if row_no > 1
    }
    rows = {row_no: cells for row_no, cells in rows.items() if any(_text(cell) for cell in cells.values())}
    if not 0 < len(rows) <= MAX_CONTACTS:
        raise ListFault([("", "list_rows", {"found": len(rows), "limit": MAX_CONTACTS})])
    return rows, columns


def _columns(sheet: Sheet) -> dict[str, int]:
    known = {say(locale, f"reminders.list.{name}").casefold(): name for locale in LOCALES for name in COLUMNS}
    header = {column: str(cell.value).strip().casefold() for column, cell in sheet.rows.get(1, {}).items()}
    return {known[text]: column for column, text in header.items() if text in known}


def _contact(catalogue: Catalogue, texts: Mapping[str, str]) -> Contact:
    """One row. ContactFault, whose code is the column's name."""
    unit = texts.get("unit", "")
    code = unit_by_name(unit, catalogue) if unit else None
    if unit and code is None:
        raise ContactFault("unit", found=unit)
    channels = {channel_text(one, locale).casefold(): one for one in Channel for locale in LOCALES}
    channel = (channels | {one.value: one for one in Channel}).get(texts.get("channel", "").casefold())
    if channel is None:
        raise ContactFault("channel", found=texts.get("channel", ""))
    locale = texts.get("locale") or LANGUAGES[0]
    if locale not in LANGUAGES:
        raise ContactFault("locale", found=locale)
    return Contact(code, channel, texts.get("address", ""), texts.get("name", ""), texts.get("secret", ""), locale)


def _text(cell: Cell) -> str:
    if cell.kind is Kind.NUMBER and float(cell.value).is_integer():
        return str(int(cell.value))
    return str(cell.value).strip().removeprefix("'")
