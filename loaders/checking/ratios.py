"""核实性: 0.95 in a column of percentages, where nothing so small has ever been: a ratio typed for 95 %."""

from collections.abc import Iterator

from data.catalogue.model import Column, ColumnType, Severity, TemplateKind
from data.cells import address
from loaders.checking.past import Past
from loaders.checking.past_rows import range_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.issues import Issue

_WHOLE = 100  # a rate may reach it; what can only be a few percent may well be less than one
_FEW = 0.05  # who writes 0.03 of a rate hardly means 3 %


def ratio_issues(past: Past, recognised: Recognised, checked: Checked) -> list[Issue]:
    """One question a column, about its first such figure. Where the past is long enough to say what is far outside,
    that question is asked instead; where a rule is broken already, its sentence says enough.
    """
    issues = []
    for column in recognised.template.columns:
        if column.type is ColumnType.PCT and column.max == _WHOLE:
            rows = list(_rows(past, column, recognised, checked))
            if rows:
                issues.append(_issue(rows, column, recognised))
    return issues


def _rows(past: Past, column: Column, recognised: Recognised, checked: Checked) -> Iterator[Row]:
    is_ledger = recognised.template.kind is TemplateKind.LEDGER
    told = {issue.cell for issue in checked.issues if issue.column_name == column.name}
    for row in checked.rows:
        figure = row.values.get(column.name)
        if figure is None or not _FEW <= figure < 1 or column.name not in row.col_nos:
            continue
        figures = past.figures.get(("" if is_ledger else row.key, column.name), ())
        if address(row.row_no, row.col_nos[column.name]) in told:
            continue
        if not any(0 < earlier < 1 for _, earlier in figures) and range_of(figures, column, is_ledger) is None:
            yield row


def _issue(rows: list[Row], column: Column, recognised: Recognised) -> Issue:
    places = [address(row.row_no, row.col_nos[column.name]) for row in rows]
    figure = rows[0].values[column.name]
    details = {"found": figure, "suggested": float(f"{figure * 100:.12g}"), "places": places[1:]}
    return Issue(Severity.CHECK, "likely_ratio", recognised.sheet.name, places[0], column.name, rows[0].key, details)
