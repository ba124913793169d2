"""Which template, unit and period a workbook is about: from its _meta sheet, or else from title and headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from data.catalogue import Catalogue, ColumnType, Template
from data.periods import Cycle, parse_period
from loaders.blank.layout import META_SHEET
from loaders.issues import FileFault
from loaders.sheets import Cell, Kind, Sheet
from loaders.values import plain

HEADER_WITHIN = 15  # rows from the top in which a header is looked for
_UNIT = re.compile(r"(?:填报单位|责任单位|报送单位)[::]\s*([^|｜]+?)\s*(?:\s{2}|[|｜]|报送期|$)")
_BARE_UNIT = re.compile(r"(?<!\w)单位[::]\s*([^|｜]+?)\s*(?:\s{2}|[|｜]|报送期|$)")  # often 单位：万元, a measure
_PERIOD = re.compile(r"报送期[::]?\s*(\d{4}(?:\s*[-年./]?\s*(?:[QH]\s*\d|第[一二三四1-4]季度|\d{1,2}\s*月?))?)")
_TITLE_PERIOD = re.compile(r"\d{4}\s*年\s*(?:\d{1,2}\s*月|第[一二三四1-4]季度)|\d{4}-(?:\d{2}|Q[1-4])(?!\d|-)")


@dataclass(frozen=True)
class Recognised:
    """The sheet that holds the data, where its columns are, and what the workbook says it is about."""

    template: Template
    sheet: Sheet
    header_row: int
    columns: Mapping[int, str]  # col_no → column name
    unknown: Mapping[int, str]  # col_no → header text that the template does not have
    unit_code: str
    period: date


@dataclass(frozen=True)
class _Header:
    row_no: int
    columns: dict[int, str]
    unknown: dict[int, str]
    score: float


def recognise(sheets: list[Sheet], catalogue: Catalogue) -> Recognised:
    """Raises FileFault with the code of a file-level issue where anything is missing, doubtful or contradicts."""
    meta = _meta(sheets)
    template, sheet, header = _template(sheets, meta, catalogue)
    _check_version(meta, template)
    above = [plain(cell.value) for cell in sheet.cells if cell.row_no < header.row_no and cell.kind is Kind.TEXT]
    faulty = {"template": template.template_code}
    unit_code = _unit(meta, above, sheet, header, template, catalogue, faulty)
    period = _period(meta, above, sheet, header, template, faulty | {"unit": unit_code})
    return Recognised(template, sheet, header.row_no, header.columns, header.unknown, unit_code, period)


def _meta(sheets: list[Sheet]) -> dict[str, str]:
    for sheet in sheets:
        if sheet.name == META_SHEET:
            rows = sheet.rows().values()
            return {plain(row[1].value): plain(row[2].value) for row in rows if 1 in row and 2 in row}
    return {}


def _template(sheets: list[Sheet], meta: Mapping[str, str], catalogue: Catalogue) -> tuple[Template, Sheet, _Header]:
    """The sheet and template that fit best; of a sheet that fits several, the one that _meta names."""
    code = meta.get("template_code")
    if code and code not in {template.template_code for template in catalogue.templates}:
        raise FileFault("unknown_template", found=code)
    fits: list[tuple[float, Template, Sheet, _Header]] = []
    for sheet in sheets:
        if sheet.is_hidden or sheet.name == META_SHEET:
            continue
        top = [(row_no, row) for row_no, row in sheet.rows().items() if row_no <= HEADER_WITHIN]
        found = [(header.score, t, sheet, header) for t in catalogue.templates if (header := _header(top, t))]
        found.sort(key=lambda fit: (fit[1].template_code != code, -fit[0]))  # what _meta says goes first
        fits += found[:1]
    if not fits:
        raise FileFault("no_header" if code else "no_template", **({"template": code} if code else {}))
    if code and len(fits) == 1 and fits[0][1].template_code != code:
        raise FileFault("no_header", template=code)
    if len(fits) > 1:
        raise FileFault("several_sheets", found="、".join(fit[2].name for fit in fits))
    return fits[0][1:]


def _header(top: list[tuple[int, dict[int, Cell]]], template: Template) -> _Header | None:
    """The row among a sheet's top rows that names at least half of the template's columns."""
    labels = {_label(column.label["zh-CN"]): column.name for column in template.columns}
    labels |= {_label(column.label.get("en", "")): column.name for column in template.columns}
    labels.pop("", None)
    best: _Header | None = None
    for row_no, row in top:
        found = {col: labels[label] for col, c in row.items() if (label := _label(str(c.value))) in labels}
        named = len(set(found.values()))
        if named * 2 < len(template.columns):
            continue
        unknown = {col: plain(c.value) for col, c in row.items() if col not in found and c.kind is Kind.TEXT}
        score = named / len(template.columns) - len(unknown) / 1000
        if best is None or score > best.score:
            best = _Header(row_no, found, unknown, score)
    return best


@lru_cache(maxsize=8192)  # every sheet is held against every template, and their headers hardly change
def _label(text: str) -> str:
    return re.sub(r"[\s*]|\(选填\)|\(必填\)", "", plain(text)).lower()


def _check_version(meta: Mapping[str, str], template: Template) -> None:
    version = meta.get("template_version", template.version)
    if version != template.version:
        raise FileFault("old_version", template=template.template_code, found=version, expected=template.version)


def _column_values(sheet: Sheet, header: _Header, template: Template, type_: ColumnType) -> list[tuple[str, Cell]]:
    names = {column.name for column in template.columns if column.type is type_}
    cols = {col for col, name in header.columns.items() if name in names}
    return [
        (plain(cell.value), cell)
        for cell in sheet.cells
        if cell.row_no > header.row_no and cell.col_no in cols and plain(cell.value)
    ]


def unit_by_name(text: str, catalogue: Catalogue) -> str | None:
    """The code of the unit that is called so: by code, by any of its names, or as name(code)."""
    wanted = plain(text).strip("()")
    for unit in catalogue.units:
        names = {plain(name) for name in unit.unit_name.values()}
        if wanted == unit.unit_code or wanted in names:
            return unit.unit_code
        if any(wanted in (f"{name}({unit.unit_code}", f"{unit.unit_code} {name}") for name in names):
            return unit.unit_code
    return None


def _unit(meta, above, sheet, header, template, catalogue, faulty) -> str:
    written = [found[1] for text in above if (found := _UNIT.search(text))]
    bare = [found[1] for text in above if (found := _BARE_UNIT.search(text))]
    written += [text for text in bare if unit_by_name(text, catalogue)]
    stated = [("_meta", meta["unit_code"])] if meta.get("unit_code") else []
    stated += [("title", text) for text in written if not text.startswith("_")]
    if not stated:
        in_cells = list(dict.fromkeys(t for t, _ in _column_values(sheet, header, template, ColumnType.UNIT)))
        if len(in_cells) > 1:
            raise FileFault("several_units", found="、".join(in_cells[:5]), **faulty)
        stated = [("cells", text) for text in in_cells]
    if not stated:
        raise FileFault("no_unit", **faulty)
    codes = {}
    for where, text in stated:
        code = unit_by_name(text, catalogue)
        if code is None:
            raise FileFault("unknown_unit", found=text, **faulty)
        codes.setdefault(code, where)
    if len(codes) > 1:
        raise FileFault("unit_contradicts", found="、".join(codes), **faulty)
    return next(iter(codes))


def _period(meta, above, sheet, header, template, faulty) -> date:
    stated = [meta["period"]] if meta.get("period") else []
    stated += [found[1] for text in above if (found := _PERIOD.search(text))]
    if not stated:
        stated = [found[0] for text in above if (found := _TITLE_PERIOD.search(text))]
    if not stated:
        values = _column_values(sheet, header, template, ColumnType.PERIOD)
        stated = list(dict.fromkeys(text for text, _ in values))[:2]
    if not stated:
        raise FileFault("no_period", **faulty)
    periods = {written_period(text, template.cycle) for text in stated}
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
