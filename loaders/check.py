"""Checks a recognised sheet against its template: types, required cells, values, row keys, rules."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.catalogue import Catalogue, Column, ColumnType, Severity, Template
from data.cells import address
from data.periods import label
from data.rules import broken_rules, columns_of_rule
from data.store import Store
from loaders.issues import FileFault, Issue
from loaders.recognise import Recognised, unit_by_name, written_period
from loaders.sheets import Cell
from loaders.values import parse, plain

MAX_ISSUES = 500
_TOTALS = frozenset({"合计", "总计", "小计", "本页合计", "total"})
_SIGNATURES = (
    "单位负责人",
    "审核人",
    "填报人",
    "填表人",
    "制表人",
    "备注",
    "注:",
    "说明:",
    "联系电话",
    "填报日期",
)


@dataclass
class Row:
    """One data row: values by column name (None: blank), and the columns of the sheet that they came from.

    Period and unit have values, for the rules, but no place: they belong to the submission, not to its facts.
    """

    row_no: int
    values: dict[str, Any]
    col_nos: dict[str, int]
    faulty: set[str] = field(default_factory=set)
    key: str = ""


@dataclass
class Checked:
    """What a sheet holds and what is wrong with it."""

    rows: list[Row]
    issues: list[Issue]


def check_sheet(found: Recognised, catalogue: Catalogue, store: Store) -> Checked:
    """Every issue of the sheet. Raises FileFault where the sheet as a whole cannot be used."""
    template = found.template
    present = set(found.columns.values())
    missing = [column for column in template.columns if column.required and column.name not in present]
    if missing:
        raise FileFault(
            "missing_columns",
            found="、".join(column.label["zh-CN"] for column in missing),
            template=template.template_code,
            unit=found.unit_code,
            period=found.period.isoformat(),
        )
    checked = Checked([], _header_issues(found))
    for row_no, cells in found.sheet.rows().items():
        if row_no > found.header_row:
            _take_row(row_no, cells, found, catalogue, checked)
    if not checked.rows:
        raise FileFault(
            "no_rows",
            template=template.template_code,
            unit=found.unit_code,
            period=found.period.isoformat(),
        )
    _check_keys(checked, found)
    _check_rules(checked, found, store)
    checked.issues.sort(key=_place)
    return checked


def _place(issue: Issue) -> tuple[int, int, int, str]:
    """Errors first, then as one reads the sheet: row by row, from left to right."""
    letters, digits = re.fullmatch(r"([A-Z]*)(\d*)", issue.cell or "").groups()
    return list(Severity).index(issue.severity), int(digits or 0), len(letters), letters


def _header_issues(found: Recognised) -> list[Issue]:
    at = found.header_row
    unknown = [
        Issue(Severity.NOTE, "unknown_column", found.sheet.name, address(at, col), details={"found": text[:60]})
        for col, text in found.unknown.items()
    ]
    names = list(found.columns.values())
    repeated = [
        Issue(Severity.ERROR, "repeated_column", found.sheet.name, address(at, col), name)
        for index, (col, name) in enumerate(found.columns.items())
        if name in names[:index]
    ]
    return unknown + repeated


def _take_row(row_no: int, cells: dict[int, Cell], found: Recognised, catalogue: Catalogue, checked: Checked) -> None:
    template, sheet = found.template, found.sheet.name
    frame = {c.name for c in template.columns if c.type in (ColumnType.PERIOD, ColumnType.UNIT)}
    own = {col: cell for col, cell in cells.items() if found.columns.get(col, "period") not in frame}
    filled = [plain(cell.value) for cell in own.values() if plain(cell.value)]
    known = [plain(cell.value) for col, cell in sorted(cells.items()) if col in found.columns]
    first = next(filter(None, known), "")
    if not filled:
        return
    signed = sum(text.startswith(_SIGNATURES) for text in filled) or first.startswith(_SIGNATURES)
    if signed * 2 >= len(filled):  # titles and perhaps a name beside each; a row of figures has more in it
        return
    if {first.lower().replace(" ", ""), filled[0].lower().replace(" ", "")} & _TOTALS:
        checked.issues.append(Issue(Severity.NOTE, "total_row", sheet, address(row_no, min(cells))))
        return
    places = {name: col for col, name in found.columns.items()}
    row = Row(row_no, {}, {name: col for name, col in places.items() if name not in frame})
    for column in template.columns:
        col_no = places.get(column.name)
        cell = cells.get(col_no) if col_no else None
        value, issue = _value(cell, column, found, catalogue)
        row.values[column.name] = value
        if issue:
            row.faulty.add(column.name)
            issue.sheet, issue.column_name = sheet, column.name
            issue.cell = address(row_no, col_no) if col_no else None
            checked.issues.append(issue)
    row.key = "|".join(_written(row.values[name], found) for name in template.row_key)
    checked.rows.append(row)


def _value(cell: Cell | None, column: Column, found: Recognised, catalogue: Catalogue) -> tuple[Any, Issue | None]:
    if column.type is ColumnType.PERIOD:
        text = plain(cell.value) if cell else ""
        period = written_period(text, found.template.cycle) if text else found.period
        wrong = period != found.period
        return found.period, Issue(Severity.ERROR, "other_period", details={"found": text}) if wrong else None
    if column.type is ColumnType.UNIT:
        text = plain(cell.value) if cell else ""
        wrong = bool(text) and unit_by_name(text, catalogue) != found.unit_code
        return found.unit_code, Issue(Severity.ERROR, "other_unit", details={"found": text}) if wrong else None
    value, problem = parse(cell, column)
    if problem:
        return None, Issue(Severity.ERROR, problem[0], details=problem[1])
    if value is None and column.required:
        given = plain(cell.value) if cell else ""
        return None, Issue(Severity.ERROR, "required", details={"found": given} if given else {})
    return value, None


def _written(value: Any, found: Recognised) -> str:
    if isinstance(value, date):
        return value.isoformat() if value != found.period else label(value, found.template.cycle)
    return "" if value is None else str(value)


def _check_keys(checked: Checked, found: Recognised) -> None:
    first: dict[str, int] = {}
    for row in checked.rows:
        if row.key in first:
            name = next(iter(found.template.row_key), None)
            col_no = row.col_nos.get(name) if name else min(row.col_nos.values())
            details = {"found": row.key, "row": first[row.key]}
            cell = address(row.row_no, col_no or 1)
            checked.issues.append(
                Issue(Severity.ERROR, "duplicate_key", found.sheet.name, cell, name, row.key, details)
            )
        else:
            first[row.key] = row.row_no


def _check_rules(checked: Checked, found: Recognised, store: Store) -> None:
    """A rule is asked only of rows whose cells, as far as it names them, could be read."""
    values = [row.values for row in checked.rows]
    for rule, index in broken_rules(store, found.template, values):
        row = checked.rows[index]
        names = [name for name in columns_of_rule(rule) if name in row.values]
        if row.faulty & set(names):
            continue
        details = {"rule": rule.code, "found": {name: _plain_value(row.values[name]) for name in names}}
        name = _blamed(names, found.template)
        col_no = row.col_nos.get(name) if name else None
        cell = address(row.row_no, col_no or min(row.col_nos.values()))
        checked.issues.append(Issue(rule.severity, "rule", found.sheet.name, cell, name, row.key, details))


def _blamed(names: list[str], template: Template) -> str | None:
    """The cell that a broken rule points at: a rate, which is worked out from the others, else the first one named."""
    frame = (ColumnType.PERIOD, ColumnType.UNIT)
    columns = [column for column in map(template.column, names) if column.type not in frame]
    rates = [column for column in columns if column.type is ColumnType.PCT]
    return next((column.name for column in [*rates, *columns]), None)


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
