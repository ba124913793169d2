"""Which template, unit and period each sheet of a workbook is about: from _meta, or else from title and headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.catalogue.model import Catalogue, Template
from data.periods import Cycle, label, unreadable_period
from loaders.blank.layout import META_SHEET
from loaders.blank.words import WORDS
from loaders.checking.around import on_covers, surroundings
from loaders.checking.clues import Clues
from loaders.checking.far_out import far_fault
from loaders.checking.headers import Header, headers_of
from loaders.checking.time_words import written_period
from loaders.checking.values import plain
from loaders.checking.which_period import period_of_sheet
from loaders.checking.whose import signed_rows, unit_of_sheet
from loaders.issues import FileFault, Issue
from loaders.sheets import Sheet


@dataclass(frozen=True)
class Recognised:
    """A sheet that holds a return, where its columns are, and what the workbook says it is about.

    doubts: questions about places that say otherwise. foot_rows: rows beneath the table that are about the sheet.
    """

    template: Template
    sheet: Sheet
    header_row: int
    columns: Mapping[int, str]  # col_no → column name
    unknown: Mapping[int, str]  # col_no → header text that the template does not have
    unit_code: str
    period: date
    doubts: tuple[Issue, ...] = ()
    foot_rows: frozenset[int] = frozenset()
    file_name: str = ""


@dataclass(frozen=True)
class Meant:
    """What the person who hands a file in says it is about; None: she says nothing. period as written: 2026-10."""

    unit_code: str | None = None
    period: str | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, unit_code: str | None, period: str | None) -> "Meant":
        """What somebody typed; Fault for a unit that the catalogue does not have, and what is no period."""
        if unit_code:
            catalogue.unit(unit_code)
        if period and not any(written_period(period, cycle) for cycle in Cycle):
            raise unreadable_period(period)
        return cls(unit_code or None, period or None)


def recognise(
    sheets: list[Sheet], catalogue: Catalogue, meant: Meant, file_name: str = "", received_on: date | None = None
) -> list[Recognised]:
    """Each sheet that holds a return, at least one. Raises FileFault with the code of a file-level issue where
    anything is missing, doubtful or contradicts. file_name, received_on: as the file reached us, and when; what the
    name says is held against the sheet.
    """
    meta = _meta(sheets)
    recognised = []
    returns = _returns(sheets, meta, catalogue)
    tables = {sheet.name for sheet, _ in returns} | {META_SHEET, WORDS["notes_sheet"]}
    covers = on_covers(sheet for sheet in sheets if not sheet.is_hidden and sheet.name not in tables)
    for sheet, header in returns:
        own = meta if meta.get("template_code", header.template.template_code) == header.template.template_code else {}
        _check_version(own, header.template)
        if sheet.fault:
            raise far_fault(sheet)
        clues = Clues(catalogue, sheet, header, own, surroundings(sheet, header), covers, file_name, received_on)
        recognised.append(_recognised(clues, meant))
    keys = [(one.template.template_code, one.unit_code, one.period) for one in recognised]
    if len(set(keys)) < len(keys):
        raise FileFault("several_sheets", found="、".join(one.sheet.name for one in recognised))
    return recognised


def _recognised(clues: Clues, meant: Meant) -> Recognised:
    header, catalogue = clues.header, clues.catalogue
    period, period_doubts = period_of_sheet(clues, meant.period)
    unit_code, unit_doubts, places = unit_of_sheet(clues, period, meant.unit_code)
    name = catalogue.unit_name(unit_code)
    if meant.unit_code and meant.unit_code != unit_code:
        readings = [(mention, name) for mention in places]
        expected = catalogue.unit_name(meant.unit_code)
        raise clues.fault("other_units_file", readings, expected=expected, unit=unit_code)
    if meant.period and written_period(meant.period, header.template.cycle) != period:
        written = label(period, header.template.cycle)
        raise clues.fault("other_periods_file", found=written, expected=meant.period, unit=unit_code)
    foot_rows = frozenset(signed_rows(clues, period))
    about = (header.template, clues.sheet, header.row_no, header.columns, header.unknown, unit_code, period)
    return Recognised(*about, (*period_doubts, *unit_doubts), foot_rows, clues.file_name)


def _meta(sheets: list[Sheet]) -> dict[str, str]:
    for sheet in sheets:
        if sheet.name == META_SHEET:
            rows = sheet.rows.values()
            return {plain(row[1].value): plain(row[2].value) for row in rows if 1 in row and 2 in row}
    return {}


def _returns(sheets: list[Sheet], meta: Mapping[str, str], catalogue: Catalogue) -> list[tuple[Sheet, Header]]:
    """The sheets that look like returns, each with the template that _meta names or else that fits best."""
    code = meta.get("template_code")
    if code and code not in {template.template_code for template in catalogue.templates}:
        raise FileFault("unknown_template", found=code)
    fits = []
    for sheet in sheets:
        if sheet.is_hidden or sheet.name == META_SHEET:
            continue
        found = headers_of(sheet, catalogue)
        if found:
            fits.append((sheet, min(found, key=lambda one: (one.template.template_code != code, -one.score))))
    if not fits or (code and code not in {header.template.template_code for _, header in fits}):
        raise _not_there(sheets, code, catalogue)
    return fits


def _not_there(sheets: list[Sheet], code: str | None, catalogue: Catalogue) -> FileFault:
    """Where the table is, if a hidden sheet holds it; else that no sheet does."""
    for sheet in sheets:
        headers = headers_of(sheet, catalogue) if sheet.is_hidden and sheet.name != META_SHEET else []
        codes = [header.template.template_code for header in sorted(headers, key=lambda header: -header.score)]
        if codes and (code is None or code in codes):
            return FileFault("hidden_sheet", found=sheet.name[:60], template=code or codes[0])
    return FileFault("no_header", template=code) if code else FileFault("no_template")


def _check_version(meta: Mapping[str, str], template: Template) -> None:
    version = meta.get("template_version", template.version)
    if version != template.version:
        raise FileFault("old_version", template=template.template_code, found=version, expected=template.version)
