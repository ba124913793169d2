"""核实性: the figures of a return that past and other units make unlikely, told before it is sent."""

import math
from collections.abc import Iterable
from datetime import date, datetime

import numpy
import pandas

from data.access import OWNER, SAMPLE
from data.anomalies.detector import Cause, Verdicts, judge
from data.anomalies.flags import FORM_LEAST, details_of, shown, weight
from data.anomalies.panels import ROWS, SUM_DIGITS, Figures, arranged, cells_of, watched, without_the_redefined
from data.catalogue.model import Severity, Template, TemplateKind
from data.cells import address
from data.store import Store
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.issues import Issue

SURE = 0.95  # with few data only what leaves hardly a doubt is worth a section's time
MOST = 12  # told of one return: who is asked about forty figures explains none; the office's page has them all


def unlikely_issues(
    store: Store, returns: Iterable[tuple[Recognised, Checked]], as_of: datetime
) -> dict[tuple[str, str, date], list[Issue]]:
    """unit, template, period → check issues of figures that are likely wrong, held against what counts as of a moment;
    the most important first. With few data only what is nearly certain; nothing for the made-up history.
    """
    if store.person.via == SAMPLE:
        return {}
    by_template: dict[str, list[tuple[Recognised, Checked]]] = {}
    for found, checked in returns:
        if checked.rows and not any(issue.severity is Severity.ERROR for issue in checked.issues):
            by_template.setdefault(found.template.template_code, []).append((found, checked))
    issues = {}
    for own in by_template.values():
        template = own[0][0].template
        whole = store.seen_by(OWNER)
        before = without_the_redefined(whole, as_of, template, cells_of(whole, as_of, template))
        if not before.empty:
            for found, checked in own:
                issues[(found.unit_code, template.template_code, found.period)] = _issues(before, found, checked)
    return issues


def _issues(before: pandas.DataFrame, recognised: Recognised, checked: Checked) -> list[Issue]:
    template, period = recognised.template, pandas.Timestamp(recognised.period)
    now = _cells(recognised, checked)
    # The periods before alone: whoever sends the same figures is asked the same, first or last of her round.
    rows = before["row_key"].isin(now["row_key"]) & (before["period"] < period)
    cells = pandas.concat([before[rows], now], ignore_index=True)
    figures = arranged(cells, template)
    column = figures.column(recognised.period)
    if column is None or len(figures.periods) < 2:
        return []
    verdicts = judge(figures.panel, [column], causal=True)
    mine = figures.cells[(figures.cells["unit_code"] == recognised.unit_code) & (figures.cells["column"] == column)]
    row = mine["row"]
    is_sure = ~verdicts.is_thin[row, 0].astype(bool) | (verdicts.probability[row, 0] > SURE)
    flagged = mine[(verdicts.score[row, 0] > 0) & is_sure]
    return _told(figures, verdicts, flagged, recognised)


def _cells(recognised: Recognised, checked: Checked) -> pandas.DataFrame:
    """The return's numbers as `cells_of` would give them once it counts."""
    template, wanted = recognised.template, watched(recognised.template)
    rows = [
        (row.key, name, float(row.values[name]), row.row_no, row.col_nos[name])
        for row in checked.rows
        for name in row.col_nos.keys() & wanted
        if isinstance(row.values.get(name), int | float) and not isinstance(row.values[name], bool)
    ]
    if template.kind is TemplateKind.LEDGER:
        rows = _sums(rows, len(checked.rows))
    cells = pandas.DataFrame(rows, columns=["row_key", "column_name", "num", "row_no", "col_no"])
    about = {
        "unit_code": recognised.unit_code,
        "period": pandas.Timestamp(recognised.period),
        "sheet": recognised.sheet.name,
    }
    return cells.assign(**about, submission_id="")


def _sums(cells: list[tuple], number: int) -> list[tuple]:
    """A ledger's columns as sums, and its number of rows; without a place, since nobody has typed them."""
    columns: dict[str, list[float]] = {}
    for _, name, figure, *_ in cells:
        columns.setdefault(name, []).append(figure)
    sums = [(name, round(math.fsum(figures), SUM_DIGITS)) for name, figures in sorted(columns.items())]
    return [("", name, figure, numpy.nan, numpy.nan) for name, figure in (*sums, (ROWS, float(number)))]


def _told(figures: Figures, verdicts: Verdicts, flagged: pandas.DataFrame, recognised: Recognised) -> list[Issue]:
    causes = verdicts.cause[flagged["row"], 0]
    copied = flagged[causes == Cause.COPY_FORM]
    issues = []
    if len(copied) >= FORM_LEAST:
        flagged = flagged[causes != Cause.COPY_FORM]
        details = {"cause": Cause.COPY_FORM.value, "found": len(copied)}
        issues.append(Issue(Severity.CHECK, "unlikely_form", recognised.sheet.name, details=details))
    weighed = []
    for cell in flagged.itertuples():
        details = details_of(verdicts, cell.row, 0)
        weighed.append((weight(details), cell, details))
    weighed.sort(key=lambda one: -one[0])
    return issues + [
        _issue(figures, verdicts, cell, details, recognised.template)
        for _, cell, details in weighed[: MOST - len(issues)]
    ]


def _issue(figures: Figures, verdicts: Verdicts, cell, details: dict, template: Template) -> Issue:
    low, high, suggested = shown(figures, verdicts, cell.row, 0, template)
    said = {
        "cause": str(verdicts.cause[cell.row, 0]),
        "found": _plain(cell.num),
        "low": _plain(low),
        "high": _plain(high),
        "suggested": _plain(suggested),
        "probability": details["probability"],
        "n_months": details["n_months"],
        "n_units": details["n_units"],
    }
    where = None if pandas.isna(cell.row_no) else address(int(cell.row_no), int(cell.col_no))
    return Issue(Severity.CHECK, "unlikely", cell.sheet, where, cell.column_name, cell.row_key, said)


def _plain(number: float) -> float | int | None:
    if numpy.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)
