"""Checks a recognised sheet against its template: types, required cells, values, row keys, rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.catalogue import Catalogue, Column, ColumnType, Rule, Severity, Template
from data.cells import address
from data.periods import label
from data.rules import broken_rules, columns_of_rule
from data.store import Store
from loaders.footers import is_signature, is_total
from loaders.headers import label_of
from loaders.issues import FileFault, Issue
from loaders.recognise import Recognised, written_period
from loaders.sheets import Cell
from loaders.unit_names import unit_by_name
from loaders.values import parse, plain

MAX_ISSUES = 500
_COLUMN_LETTERS = frozenset("甲乙丙丁戊己庚辛")


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


def check_cells(found: Recognised, catalogue: Catalogue) -> Checked:
    """Every issue of the sheet but those of its rules. Raises FileFault where the sheet as a whole cannot be used."""
    template = found.template
    about = {"template": template.template_code, "unit": found.unit_code, "period": found.period.isoformat()}
    for text, column in _other_measures(found):
        raise FileFault("other_measure", found=text, expected=column.unit_of_measure or "—", **about)
    present = set(found.columns.values())
    missing = [column for column in template.columns if column.required and column.name not in present]
    if missing:
        raise FileFault("missing_columns", found="、".join(column.label["zh-CN"] for column in missing), **about)
    checked = Checked([], _header_issues(found))
    merged = _merged_cells(found, checked)
    names = {found.columns[col]: col for col in reversed(found.columns)}
    for row_no, cells in found.sheet.rows.items():
        if row_no > found.header_row:
            if merged and row_no in merged:
                cells = dict(sorted((merged[row_no] | cells).items()))
            _take_row(row_no, cells, found, names, catalogue, checked)
    if not checked.rows:
        raise FileFault("no_rows", **about)
    _note_hidden(checked, found)
    _check_keys(checked, found)
    return checked


def check_rules(store: Store, sheets: Sequence[tuple[Recognised, Checked]]) -> None:
    """Adds the issues of broken rules, sheets of one template together, and puts all issues in order.

    A rule is asked only of rows whose cells, as far as it names them, could be read.
    """
    by_template: dict[str, list[tuple[Recognised, Checked]]] = {}
    for found, checked in sheets:
        by_template.setdefault(found.template.template_code, []).append((found, checked))
    for together in by_template.values():
        rows = [(found, checked, row) for found, checked in together for row in checked.rows]
        for rule, index in broken_rules(store, together[0][0].template, [row.values for _, _, row in rows]):
            found, checked, row = rows[index]
            if issue := _rule_issue(rule, row, found):
                checked.issues.append(issue)
    for _, checked in sheets:
        checked.issues.sort(key=_place)


def _other_measures(found: Recognised) -> Iterator[tuple[str, Column]]:
    """Headers that name a column and another measure than its own: 合同价格(元) where 万元 is meant."""
    labels = {label_of(words): c for c in found.template.columns for words in c.label.values()}
    for text in found.unknown.values():
        bare = re.sub(r"\([^()]*\)$|[/,].*$", "", label_of(text))
        if bare != label_of(text) and bare in labels and labels[bare].type.is_number:
            yield text[:60], labels[bare]


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


def _merged_cells(found: Recognised, checked: Checked) -> dict[int, dict[int, Cell]]:
    """row_no → col_no → the cell that a merged area puts there: a text holds for every row that it spans.

    A number over several rows is an error: nobody can tell whose it is.
    """
    merged: dict[int, dict[int, Cell]] = {}
    for area in found.sheet.merges:
        name = found.columns.get(area.col_no)
        cell = found.sheet.rows.get(area.row_no, {}).get(area.col_no)
        is_below = area.row_no > found.header_row and area.last_row > area.row_no
        if name is None or cell is None or not is_below or not plain(cell.value):
            continue
        if found.template.column(name).type.is_number:
            place = address(area.row_no, area.col_no)
            details = {"found": str(cell.value)}
            checked.issues.append(Issue(Severity.ERROR, "merged_number", found.sheet.name, place, name, None, details))
            continue
        for row_no in range(area.row_no + 1, min(area.last_row, area.row_no + 2000) + 1):
            if row_no in found.sheet.rows:
                merged.setdefault(row_no, {})[area.col_no] = cell
    return merged


def _note_hidden(checked: Checked, found: Recognised) -> None:
    """Hidden rows and columns count like all others; whoever sends them is told."""
    rows = [str(row.row_no) for row in checked.rows if row.row_no in found.sheet.hidden_rows]
    hidden = found.sheet.hidden_columns
    places = [address(1, col)[:-1] for col in found.columns if any(first <= col <= last for first, last in hidden)]
    if rows or places:
        details = {"found": "、".join([*rows[:10], *places[:10]])}
        checked.issues.append(Issue(Severity.NOTE, "hidden_content", found.sheet.name, details=details))


def _take_row(
    row_no: int,
    cells: dict[int, Cell],
    found: Recognised,
    places: Mapping[str, int],
    catalogue: Catalogue,
    checked: Checked,
) -> None:
    template, sheet = found.template, found.sheet.name
    frame = template.frame_names
    own = {col: cell for col, cell in cells.items() if found.columns.get(col, "period") not in frame}
    filled = [text for cell in own.values() if (text := plain(cell.value))]
    if not filled:
        return
    if _is_no_data(row_no, cells, filled, found, checked):
        return
    _check_width(row_no, found)
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


def _is_no_data(row_no: int, cells: dict[int, Cell], filled: list[str], found: Recognised, checked: Checked) -> bool:
    """Signatures, totals, and the rows of measures or column numbers that some tables have beneath their header."""
    known = [plain(cell.value) for col, cell in cells.items() if col in found.columns]
    first = next(filter(None, known), "")
    signed = sum(map(is_signature, filled)) or is_signature(first)
    if signed * 2 >= len(filled):  # titles and perhaps a name beside each; a row of figures has more in it
        return True
    if is_total(first) or is_total(filled[0]):
        where = address(row_no, min(cells))
        checked.issues.append(Issue(Severity.NOTE, "total_row", found.sheet.name, where))
        return True
    return not checked.rows and (_is_measures(cells, found) or _is_numbering(filled))


def _is_measures(cells: dict[int, Cell], found: Recognised) -> bool:
    """万元, 件, % and nothing else, each under the column that is measured so."""
    measures = {
        col: found.template.column(found.columns[col]).unit_of_measure if col in found.columns else None
        for col in cells
    }
    return all(measures[col] and plain(cell.value).strip("()") == plain(measures[col]) for col, cell in cells.items())


def _is_numbering(filled: list[str]) -> bool:
    """甲 乙 1 2 3 …, the numbers of the columns."""
    numbers = [float(text) for text in filled if re.fullmatch(r"\d{1,3}(?:\.0)?", text)]
    letters = [text for text in filled if text in _COLUMN_LETTERS]
    return len(numbers) + len(letters) == len(filled) and bool(letters) and numbers == list(range(1, len(numbers) + 1))


def _check_width(row_no: int, found: Recognised) -> None:
    """A row of a .csv with more or fewer fields than its header has shifted somewhere; nobody can tell where."""
    widths = found.sheet.widths
    if widths is not None and widths[row_no] != widths[found.header_row]:
        details = {"row": row_no, "found": widths[row_no], "expected": widths[found.header_row]}
        raise FileFault("csv_shape", **details, template=found.template.template_code, unit=found.unit_code)


def _value(cell: Cell | None, column: Column, found: Recognised, catalogue: Catalogue) -> tuple[Any, Issue | None]:
    if column.type is ColumnType.PERIOD:
        text = plain(cell.value) if cell else ""
        period = written_period(text, found.template.cycle) if text else found.period
        wrong = period != found.period
        return found.period, Issue(Severity.ERROR, "other_period", details={"found": text}) if wrong else None
    if column.type is ColumnType.UNIT:
        text = plain(cell.value) if cell else ""
        wrong = bool(text) and unit_by_name(text, catalogue, found.period) != found.unit_code
        return found.unit_code, Issue(Severity.ERROR, "other_unit", details={"found": text}) if wrong else None
    value, problem = parse(cell, column, found.sheet.is_1904)
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


def _rule_issue(rule: Rule, row: Row, found: Recognised) -> Issue | None:
    names = [name for name in columns_of_rule(rule) if name in row.values]
    if row.faulty & set(names):
        return None
    details = {"rule": rule.code, "found": {name: _plain_value(row.values[name]) for name in names}}
    name = _blamed(names, found.template)
    col_no = row.col_nos.get(name) if name else None
    cell = address(row.row_no, col_no or min(row.col_nos.values()))
    return Issue(rule.severity, "rule", found.sheet.name, cell, name, row.key, details)


def _blamed(names: list[str], template: Template) -> str | None:
    """The cell that a broken rule points at: a rate, which is worked out from the others, else the first one named."""
    frame = (ColumnType.PERIOD, ColumnType.UNIT)
    columns = [column for column in map(template.column, names) if column.type not in frame]
    rates = [column for column in columns if column.type is ColumnType.PCT]
    return next((column.name for column in [*rates, *columns]), None)


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
