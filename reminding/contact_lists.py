"""Lists of contacts as .xlsx or .csv: written to be filled in, read back whole or not at all."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.cell_text import harmless, write_text
from data.cells import address
from data.fault import Fault
from data.reminders.contacts import LANGUAGES, Channel, Contact, add_all, contacts
from data.store import Store
from loaders.arriving.gate import FileKind, check_file
from loaders.arriving.worker import READER
from loaders.checking.unit_names import unit_by_name
from loaders.issues import FileFault
from loaders.list_faults import CellFault
from loaders.sheets import Cell, Kind, Sheet
from locales import LOCALES, say

COLUMNS = ("unit", "channel", "address", "name", "secret", "locale")
_WIDTHS = (32, 12, 60, 20, 30, 10)
MAX_CONTACTS = 500
_COLUMN_OF = {"unit": "unit", "bureau": "unit", "channel": "channel", "locale": "locale", "name": "name"}


def write_list(store: Store, locale: str, is_csv: bool = False) -> bytes:
    """Every contact in use. A robot's address is masked and its secret left out; read back like that, both stay."""
    rows = [_written(contact, catalogue_in_force(store), locale) for contact in contacts(store)]
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


def take_list(store: Store, content: bytes, file_name: str) -> tuple[list[Contact], list[CellFault]]:
    """Bring a filled list into force, whole or not at all; contacts that are not on it stay. The contacts of the list,
    or what is wrong in it. Forbidden.
    """
    try:
        rows, columns = _read(content, file_name)
    except FileFault as fault:
        return [], [CellFault(Fault("contact_list.kind", found=file_name), because=fault)]
    except Fault as fault:
        return [], [CellFault(fault)]
    by_address = {(contact.unit_code, contact.channel, contact.shown): contact for contact in contacts(store)}
    catalogue, wanted, places, faults = catalogue_in_force(store), [], [], []
    for row_no, cells in rows.items():
        try:
            contact = _contact(catalogue, {name: _text(cell) for name, cell in cells.items()})
        except Fault as fault:
            faults.append(CellFault(fault, address(row_no, columns[fault.name])))
            continue
        there = by_address.get((contact.unit_code, contact.channel, contact.address))
        if there:  # also a robot under its mask
            contact = replace(contact, address=there.address, secret=contact.secret or there.secret)
        wanted.append(contact)
        places.append(row_no)
    if faults:
        return [], faults
    try:
        return add_all(store, wanted), []
    except Fault as fault:
        column = columns.get(_COLUMN_OF.get(fault.name, "secret" if fault.name == "secret" else "address"), 1)
        return [], [CellFault(fault, address(places[fault.details["index"]], column))]


def channel_text(channel: Channel, locale: str) -> str:
    """邮箱, 企业微信, 钉钉."""
    return say(locale, f"reminders.channel.{channel.value}")


def _written(contact: Contact, catalogue: Catalogue, locale: str) -> list[str]:
    unit = "" if contact.unit_code is None else f"{catalogue.unit_name(contact.unit_code, locale)}({contact.unit_code})"
    return [unit, channel_text(contact.channel, locale), contact.shown, contact.contact_name, "", contact.locale]


def _read(content: bytes, file_name: str) -> tuple[dict[int, dict[str, Cell]], dict[str, int]]:
    """row_no → column → cell of the first sheet that is seen, and column → its number. FileFault, Fault."""
    kind = check_file(content, file_name).kind
    if kind not in (FileKind.XLSX, FileKind.CSV):
        raise Fault("contact_list.kind", found=file_name)
    sheet = next((candidate for candidate in READER.read(content, kind.value).sheets if not candidate.is_hidden), None)
    columns = _columns(sheet) if sheet and not sheet.fault else {}
    missing = [name for name in COLUMNS[:3] if name not in columns]
    if missing:
        wanted = "、".join(say(LOCALES[0], f"reminders.list.{name}") for name in missing)
        raise Fault("contact_list.columns", found=wanted)
    rows = {
        row_no: {name: cells[number] for name, number in columns.items() if number in cells}
        for row_no, cells in sorted(sheet.rows.items())
        if row_no > 1
    }
    rows = {row_no: cells for row_no, cells in rows.items() if any(_text(cell) for cell in cells.values())}
    if not 0 < len(rows) <= MAX_CONTACTS:
        raise Fault("contact_list.rows", found=len(rows), limit=MAX_CONTACTS)
    return rows, columns


def _columns(sheet: Sheet) -> dict[str, int]:
    headings = {say(locale, f"reminders.list.{name}").casefold(): name for locale in LOCALES for name in COLUMNS}
    header = {column: str(cell.value).strip().casefold() for column, cell in sheet.rows.get(1, {}).items()}
    return {headings[text]: column for column, text in header.items() if text in headings}


def _contact(catalogue: Catalogue, texts: Mapping[str, str]) -> Contact:
    """One row. Fault, whose name is the column's."""
    unit = texts.get("unit", "")
    code = unit_by_name(unit, catalogue) if unit else None
    if unit and code is None:
        raise Fault("contact.unit", found=unit)
    channels = {channel_text(listed, locale).casefold(): listed for listed in Channel for locale in LOCALES}
    channel = (channels | {listed.value: listed for listed in Channel}).get(texts.get("channel", "").casefold())
    if channel is None:
        raise Fault("contact.channel", found=texts.get("channel", ""))
    locale = texts.get("locale") or LANGUAGES[0]
    if locale not in LANGUAGES:
        raise Fault("contact.locale", found=locale)
    return Contact(code, channel, texts.get("address", ""), texts.get("name", ""), texts.get("secret", ""), locale)


def _text(cell: Cell) -> str:
    if cell.kind is Kind.NUMBER and float(cell.value).is_integer():
        return str(int(cell.value))
    return str(cell.value).strip().removeprefix("'")
