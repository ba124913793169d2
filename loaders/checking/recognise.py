"""Which template, unit and period each sheet of a workbook is about: from _meta, or else from title and headers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from data.catalogue.model import Catalogue, ColumnType, Template
from data.periods import Cycle, end_of, label, parse_period, unreadable_period
from loaders.blank.layout import META_SHEET
from loaders.checking.far_out import far_fault
from loaders.checking.footers import is_signature, is_total
from loaders.checking.headers import Header, headers_of
from loaders.checking.unit_names import unit_at_start
from loaders.checking.values import plain
from loaders.issues import FileFault
from loaders.sheets import Kind, Sheet

_UNIT = re.compile(r"(?:(?:填报|责任|报送)(?:单位|科室|部门)|单位名称)\s*+(?:\([^()]{0,10}\)\s*+)?:\s*+(.*)", re.DOTALL)
_BARE_UNIT = re.compile(r"(?<!\w)单位\s*:\s*(.*)", re.DOTALL)  # often 单位：万元, a measure
_NEXT = re.compile(r"\s{2}|[|]|报送期|填报人|计量单位|$")
_PERIOD_LABEL = r"(?:报送期|所属期|数据期|统计期|报告期|统计月份|所属月份)"
_PERIOD = re.compile(
    _PERIOD_LABEL + r"\s*+(?::\s*+)?(\d{4}(?:\s*+[-年./]?\s*+(?:[QH]\s*\d|第[一二三四1-4]季度|\d{1,2}\s*月?))?)"
)
_TITLE_PERIOD = re.compile(
    r"\d{4}\s*年\s*(?:\d{1,2}\s*月(?!\s*\d{1,2}\s*日)|第[一二三四1-4]季度)|\d{4}-(?:\d{2}|Q[1-4])(?!\d|-|\s*号)"
)
_WRITTEN_ON = re.compile(r"(?:制表|填表|填报|打印|报出|编制|印发|发文)(?:日期|时间|月份)")
_NAMED = re.compile(_PERIOD_LABEL + r"\s*+:\s*+([^\s_].*)", re.DOTALL)


@dataclass(frozen=True)
class Recognised:
    """A sheet that holds a return, where its columns are, and what the workbook says it is about."""

    template: Template
    sheet: Sheet
    header_row: int
    columns: Mapping[int, str]  # col_no → column name
    unknown: Mapping[int, str]  # col_no → header text that the template does not have
    unit_code: str
    period: date


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


def recognise(sheets: list[Sheet], catalogue: Catalogue, meant: Meant) -> list[Recognised]:
    """Each sheet that holds a return, at least one. Raises FileFault with the code of a file-level issue where
    anything is missing, doubtful or contradicts.
    """
    meta = _meta(sheets)
    found = []
    for sheet, header in _returns(sheets, meta, catalogue):
        own = meta if meta.get("template_code", header.template.template_code) == header.template.template_code else {}
        _check_version(own, header.template)
        if sheet.fault:
            raise far_fault(sheet)
        found.append(_recognised(sheet, header, own, catalogue, meant))
    keys = [(one.template.template_code, one.unit_code, one.period) for one in found]
    if len(set(keys)) < len(keys):
        raise FileFault("several_sheets", found="、".join(one.sheet.name for one in found))
    return found


@dataclass(frozen=True)
class _Clues:
    """What may tell what a sheet is about. above: the texts over its header."""

    meta: Mapping[str, str]
    above: Sequence[str]
    sheet: Sheet
    header: Header
    meant: Meant


def _recognised(
    sheet: Sheet, header: Header, meta: Mapping[str, str], catalogue: Catalogue, meant: Meant
) -> Recognised:
    near = takewhile(lambda cell: cell.row_no < header.first_row, sheet.cells)
    above = [plain(cell.value) for cell in near if cell.kind is Kind.TEXT]
    faulty = {"template": header.template.template_code}
    clues = _Clues(meta, above, sheet, header, meant)
    period = _period(clues, faulty)
    unit_code = _unit(clues, catalogue, period, faulty)
    if meant.unit_code and meant.unit_code != unit_code:
        names = {"found": catalogue.unit_name(unit_code), "expected": catalogue.unit_name(meant.unit_code)}
        raise FileFault("other_units_file", **names, **faulty, unit=unit_code)
    if meant.period and written_period(meant.period, header.template.cycle) != period:
        details = {"found": label(period, header.template.cycle), "expected": meant.period}
        raise FileFault("other_periods_file", **details, **faulty, unit=unit_code)
    return Recognised(header.template, sheet, header.row_no, header.columns, header.unknown, unit_code, period)


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


def _column_texts(sheet: Sheet, header: Header, type_: ColumnType) -> list[str]:
    """The different texts in the columns of a type, as they come."""
    names = {column.name for column in header.template.columns if column.type is type_}
    cols = {col for col, name in header.columns.items() if name in names}
    texts = (plain(cell.value) for cell in sheet.cells if cell.row_no > header.row_no and cell.col_no in cols)
    return list(dict.fromkeys(text for text in texts if text and not is_total(text) and not is_signature(text)))


def _unit(clues: _Clues, catalogue: Catalogue, period: date, faulty: Mapping[str, str]) -> str:
    meta, above, sheet, header, meant = clues.meta, clues.above, clues.sheet, clues.header, clues.meant
    written = [found[1] for text in above if (found := _UNIT.search(text))]
    bare = [found[1] for text in above if (found := _BARE_UNIT.search(text))]
    written += [text for text in bare if unit_at_start(text, catalogue, end_of(period, header.template.cycle))]
    stated = [meta["unit_code"]] if meta.get("unit_code") else []
    stated += [text for text in written if text and not text.startswith("_")]
    if not stated:
        stated = _column_texts(sheet, header, ColumnType.UNIT)
        if len(stated) > 1:
            raise FileFault("several_units", found="、".join(stated[:5]), **faulty)
    if not stated and meant.unit_code:
        return meant.unit_code
    if not stated:
        raise FileFault("no_unit", **faulty)
    codes = []
    for text in stated:
        code = unit_at_start(text, catalogue, end_of(period, header.template.cycle))
        if code is None:
            raise FileFault("unknown_unit", found=_NEXT.split(text)[0].strip()[:60], **faulty)
        codes.append(code)
    if len(set(codes)) > 1:
        raise FileFault("unit_contradicts", found="、".join(map(catalogue.unit_name, dict.fromkeys(codes))), **faulty)
    return codes[0]


def _period(clues: _Clues, faulty: Mapping[str, str]) -> date:
    meta, above, sheet, header, meant = clues.meta, clues.above, clues.sheet, clues.header, clues.meant
    cycle = header.template.cycle
    stated = [meta["period"]] if meta.get("period") else []
    labelled = [found[1] for text in above if (found := _PERIOD.search(text))]
    stated += [found[1][:30] for text in above if (found := _NAMED.search(text)) and not _PERIOD.search(text)]
    above = [text for text in above if not _WRITTEN_ON.match(text)]
    titles = above[:1] if labelled else above  # below the title other months may stand, of other things
    stated += labelled + [found[0] for text in titles if (found := _TITLE_PERIOD.search(text))]
    if not stated:
        stated = _column_texts(sheet, header, ColumnType.PERIOD)[:2]
    if not stated and meant.period:
        stated = [meant.period]
    if not stated:
        raise FileFault("no_period", **faulty)
    periods = {written_period(text, cycle) for text in stated}
    if None in periods:
        raise FileFault("bad_period", found="、".join(stated), **faulty)
    if len(periods) > 1:
        raise FileFault("period_contradicts", found="、".join(stated), **faulty)
    return periods.pop()


def written_period(text: str, cycle: Cycle) -> date | None:
    """The period that a cell or title means; None when it means none. A date in the month counts as the month."""
    text = plain(text)
    if re.fullmatch(r"\d{4}\.\d", text):
        return None  # 2026.10 that a spreadsheet has turned into the number 2026.1, or January: nobody can tell
    try:
        return parse_period(text[:7] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text, cycle)
    except ValueError:
        return None
