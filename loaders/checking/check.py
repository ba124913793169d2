"""Checks a recognised sheet against its template: types, required cells, values, row keys, rules."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from data.catalogue.conditions import Condition, blamed, clauses
from data.catalogue.model import Catalogue, Column, ColumnType, Severity
from data.catalogue.rules import broken_conditions
from data.cells import address
from data.store import Store
from loaders.checking.alike import alike_issues
from loaders.checking.as_seen import as_seen
from loaders.checking.collecting import collecting_later
from loaders.checking.headers import said_measure
from loaders.checking.lookalikes import likely_heading
from loaders.checking.measures import Fit
from loaders.checking.no_data import NoData
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row, take_rows
from loaders.checking.stated_measures import OtherMeasure, other_measure, other_measure_beneath
from loaders.checking.values import parse, plain
from loaders.issues import FileFault, Issue
from loaders.sheets import Kind

MAX_ISSUES = 500
_SERIAL = re.compile(r"序\s*号|行\s*[号次]|项次|序|no\.?|#", re.IGNORECASE)  # a column of numbers of the sender's own
_WORDS = (ColumnType.STR, ColumnType.CODE)


@collecting_later()
def check_cells(recognised: Recognised, catalogue: Catalogue) -> Checked:
    """Every issue of the sheet but those of its rules. Raises FileFault where the sheet as a whole cannot be used."""
    template = recognised.template
    about = {"template": template.template_code, "unit": recognised.unit_code, "period": recognised.period.isoformat()}
    _refuse_measure(other_measure(recognised), about)
    present = set(recognised.columns.values())
    missing = [column for column in template.columns if column.required and column.name not in present]
    if missing:
        raise FileFault("missing_columns", found="、".join(_missed(column, recognised) for column in missing), **about)
    if lost := _row_above(recognised):
        raise FileFault("row_above_header", found=str(lost), **about)
    checked = take_rows(recognised, catalogue)
    _refuse_measure(other_measure_beneath(recognised, checked.left_out), about)
    checked.issues[:0] = _header_issues(recognised)
    if not checked.rows and all(issue.code != NoData.SCARCE for issue in checked.issues):
        raise FileFault("no_rows", **about)
    _note_hidden(checked, recognised)
    _check_keys(checked, recognised)
    checked.issues += as_seen(recognised, checked) + alike_issues(recognised, checked)
    return checked


@collecting_later()
def check_rules(store: Store, sheets: Sequence[tuple[Recognised, Checked]]) -> None:
    """Adds the issues of broken rules, sheets of one template together, and puts all issues in order.

    A condition of a rule is asked only of rows whose cells, as far as it names them, could be read.
    """
    by_template: dict[str, list[tuple[Recognised, Checked]]] = {}
    for found, checked in sheets:
        by_template.setdefault(found.template.template_code, []).append((found, checked))
    for together in by_template.values():
        rows = [(found, checked, row) for found, checked in together for row in checked.rows]
        broken: dict[tuple[str, int], list[Condition]] = {}
        for condition, index in broken_conditions(store, together[0][0].template, [row.values for _, _, row in rows]):
            if not rows[index][2].faulty & set(condition.columns):
                broken.setdefault((condition.rule.code, index), []).append(condition)
        for (_, index), conditions in broken.items():
            found, checked, row = rows[index]
            checked.issues += _rule_issues(conditions, row, found)
    for _, checked in sheets:
        checked.issues.sort(key=_place)


def _refuse_measure(other: OtherMeasure | None, about: dict[str, str]) -> None:
    """Figures that are a thousand times too large look like any others: the sheet goes back."""
    if other:
        column = other.column
        said = {"found": other.text, "cell": other.place, "column_name": column.name}
        raise FileFault("other_measure", **said, expected=column.unit_of_measure or "—", **about)


def _missed(column: Column, recognised: Recognised) -> str:
    """A column that is not there, with the heading that looks like it."""
    label, others = column.label["zh-CN"], recognised.unknown.values()
    like = next((t for t in others if said_measure(t, column) is Fit.NONE), None) or likely_heading(column, others)
    return f"{label}（表头里有“{like[:40]}”）" if like else label


def _place(issue: Issue) -> tuple[int, int, int, str]:
    """Errors first, then as one reads the sheet: row by row, from left to right."""
    letters, digits = re.fullmatch(r"([A-Z]*)(\d*)", issue.cell or "").groups()
    return list(Severity).index(issue.severity), int(digits or 0), len(letters), letters


def _row_above(recognised: Recognised) -> int | None:
    """A row above the header that looks like figures: a table sorted together with its header loses such rows."""
    typed = {column.name for column in recognised.template.columns if column.required}
    cols = [col for col, name in recognised.columns.items() if name in typed]
    own = {col: recognised.template.column(recognised.columns[col]) for col in cols}
    for row_no, row in recognised.sheet.rows.items():
        if row_no >= recognised.header_row:
            return None
        filled = [col for col in cols if col in row and plain(row[col].value)]
        firm = [col for col in filled if row[col].kind in (Kind.NUMBER, Kind.PERCENT, Kind.DATE)]
        read = [col for col in filled if own[col].type not in _WORDS and not parse(row[col], own[col])[1]]
        if len(filled) * 2 > len(cols) and (firm or len(read) * 2 > len(cols)):
            return row_no
    return None


def _header_issues(recognised: Recognised) -> list[Issue]:
    at = recognised.header_row
    unknown = [
        Issue(Severity.NOTE, "unknown_column", recognised.sheet.name, address(at, col), details={"found": text[:60]})
        for col, text in recognised.unknown.items()
        if not _SERIAL.fullmatch(text)
    ]
    names = list(recognised.columns.values())
    repeated = [
        Issue(Severity.ERROR, "repeated_column", recognised.sheet.name, address(at, col), name)
        for index, (col, name) in enumerate(recognised.columns.items())
        if name in names[:index]
    ]
    return unknown + repeated


def _note_hidden(checked: Checked, recognised: Recognised) -> None:
    """Hidden rows and columns count like all others; whoever sends them is told."""
    rows = [str(row.row_no) for row in checked.rows if row.row_no in recognised.sheet.hidden_rows]
    hidden = recognised.sheet.hidden_columns
    places = [address(1, col)[:-1] for col in recognised.columns if any(first <= col <= last for first, last in hidden)]
    if rows or places:
        details = {"found": "、".join([*rows[:10], *places[:10]])}
        checked.issues.append(Issue(Severity.NOTE, "hidden_content", recognised.sheet.name, details=details))


def _folded(key: str) -> str:
    """A key as people tell keys apart: AB 12 and ab12 are one."""
    return re.sub(r"\s", "", re.sub(r"[‐-―−]", "-", plain(key))).casefold()


def _check_keys(checked: Checked, recognised: Recognised) -> None:
    first: dict[str, int] = {}
    for row in checked.rows:
        key = _folded(row.key)
        if row.faulty.intersection(recognised.template.row_key):
            continue  # what is asked for there already makes no pair
        if key in first:
            name = next(iter(recognised.template.row_key), None)
            col_no = row.col_nos.get(name) if name else min(row.col_nos.values())
            details = {"found": row.key, "row": first[key]}
            cell = address(row.row_no, col_no or 1)
            checked.issues.append(
                Issue(Severity.ERROR, "duplicate_key", recognised.sheet.name, cell, name, row.key, details)
            )
        else:
            first[key] = row.row_no


def _rule_issues(conditions: list[Condition], row: Row, recognised: Recognised) -> list[Issue]:
    """One issue for each broken condition of a rule that has words of its own, else one for all of them."""
    if clauses(conditions[0].rule):
        return [_rule_issue([condition], row, recognised) for condition in conditions]
    return [_rule_issue(conditions, row, recognised)]


def _rule_issue(conditions: list[Condition], row: Row, recognised: Recognised) -> Issue:
    first, rule = conditions[0], conditions[0].rule
    names = [name for condition in conditions for name in condition.columns]
    details = {"rule": rule.code, "found": {name: _plain_value(row.values[name]) for name in names}}
    if clauses(rule):
        details["condition"] = first.number
    name = blamed(first, row.values, recognised.template)
    col_no = row.col_nos.get(name) if name else None
    cell = address(row.row_no, col_no or min(row.col_nos.values()))
    return Issue(rule.severity, "rule", recognised.sheet.name, cell, name, row.key, details)


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
