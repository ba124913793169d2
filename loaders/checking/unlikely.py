"""核实性: the figures of a return that past and other units make unlikely, told before it is sent."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy

from data.access import SAMPLE
from data.anomalies.before import Before, before
from data.anomalies.detector import Cause, Verdicts
from data.anomalies.detector.arrival import Arrival, judge_arrivals
from data.anomalies.judged import FORM_LEAST, details_of, shown, weight
from data.anomalies.panels import ROWS, digits_shown
from data.anomalies.returns import watched
from data.catalogue.adding import SUM_DIGITS
from data.catalogue.model import Severity, TemplateKind
from data.cells import address
from data.store import Store
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.issues import Issue

SURE = 0.95  # with few data only what leaves hardly a doubt is worth a section's time
MOST = 12  # told of one return: who is asked about forty figures explains none; the office's page has them all


@dataclass(frozen=True)
class _Cell:
    """A figure of a return; place None: a ledger's sum, which nobody has typed."""

    row_key: str
    column_name: str
    figure: float
    place: str | None = None


@dataclass(frozen=True)
class _Held:
    """A return as it is judged: its figures, in the order of the arrival's rows, and what they are held against."""

    recognised: Recognised
    cells: Sequence[_Cell]
    arrival: Arrival


def unlikely_issues(
    store: Store, returns: Iterable[tuple[Recognised, Checked]], as_of: datetime
) -> dict[Key, list[Issue]]:
    """unit, template, period → check issues of figures that are likely wrong, held against what counts as of a moment;
    the most important first. With few data only what is nearly certain; nothing for the made-up history.

    All returns of a period are judged together, which is many times as fast; none of them knows of the others.
    """
    if store.person.via == SAMPLE:
        return {}
    together: dict[tuple[int, ...], list[_Held]] = {}
    for recognised, checked in returns:
        if checked.rows and not any(issue.severity is Severity.ERROR for issue in checked.issues):
            held = _held(store, as_of, recognised, checked)
            if held is not None:
                together.setdefault(tuple(held.arrival.learned.panel.months), []).append(held)
    return {
        key_of(held.recognised): _told(held, verdicts)
        for same_month in together.values()
        for held, verdicts in zip(same_month, judge_arrivals([each.arrival for each in same_month]), strict=True)
    }


def _held(store: Store, as_of: datetime, recognised: Recognised, checked: Checked) -> _Held | None:
    """None where there is nothing to be held against."""
    cells = {(cell.row_key, cell.column_name): cell for cell in _cells(recognised, checked)}
    unit_code, template = recognised.unit_code, recognised.template
    past = before(store, as_of, template, (unit_code, recognised.period), cells.keys()) if cells else None
    if past is None:
        return None
    rows = numpy.array([past.row_of[unit_code, *place] for place in cells])
    figures = numpy.array([cell.figure for cell in cells.values()], dtype=float)
    names = numpy.array([cell.column_name for cell in cells.values()])
    arrival = Arrival(past.learned, rows, figures, _decimals(past, rows, figures, names))
    return _Held(recognised, list(cells.values()), arrival)


def _decimals(past: Before, rows: numpy.ndarray, figures: numpy.ndarray, names: numpy.ndarray) -> numpy.ndarray:
    panel = past.learned.panel
    decimals = panel.decimals[rows].copy()
    for name in set(names.tolist()):
        own = names == name
        decimals[own] = numpy.maximum(decimals[own], digits_shown(figures[own], str(panel.vtype[rows[own][0]])))
    return decimals


def _cells(recognised: Recognised, checked: Checked) -> list[_Cell]:
    """The return's numbers that are judged."""
    template, wanted = recognised.template, watched(recognised.template)
    cells = [
        _Cell(row.key, name, float(row.values[name]), address(row.row_no, row.col_nos[name]))
        for row in checked.rows
        for name in row.col_nos
        if name in wanted and isinstance(row.values.get(name), int | float) and not isinstance(row.values[name], bool)
    ]
    return _sums(cells, len(checked.rows)) if template.kind is TemplateKind.LEDGER else cells


def _sums(cells: Iterable[_Cell], number: int) -> list[_Cell]:
    """A ledger's columns as sums, and its number of rows."""
    columns: dict[str, list[float]] = {}
    for cell in cells:
        columns.setdefault(cell.column_name, []).append(cell.figure)
    sums = [(name, round(math.fsum(figures), SUM_DIGITS)) for name, figures in sorted(columns.items())]
    return [_Cell("", name, figure) for name, figure in (*sums, (ROWS, float(number)))]


def _told(held: _Held, verdicts: Verdicts) -> list[Issue]:
    sheet = held.recognised.sheet.name
    is_sure = ~verdicts.is_thin[:, 0].astype(bool) | (verdicts.probability[:, 0] > SURE)
    is_flagged = (verdicts.score[:, 0] > 0) & is_sure
    is_copied = is_flagged & (verdicts.cause[:, 0] == Cause.COPY_FORM)
    issues = []
    if is_copied.sum() >= FORM_LEAST:
        is_flagged &= ~is_copied
        details = {"cause": Cause.COPY_FORM.value, "found": int(is_copied.sum())}
        issues.append(Issue(Severity.CHECK, "unlikely_form", sheet, details=details))
    details = {row: details_of(verdicts, row, 0) for row in numpy.flatnonzero(is_flagged).tolist()}
    heaviest = sorted(details, key=lambda row: -weight(details[row]))[: MOST - len(issues)]
    return issues + [_issue(held, verdicts, row, details[row]) for row in heaviest]


def _issue(held: _Held, verdicts: Verdicts, row: int, details: dict) -> Issue:
    cell, template = held.cells[row], held.recognised.template
    low, high, suggested = shown(verdicts, (row, 0), int(held.arrival.decimals[row]), template, cell.column_name)
    said = {
        "cause": str(verdicts.cause[row, 0]),
        "found": _plain(cell.figure),
        "low": _plain(low),
        "high": _plain(high),
        "suggested": _plain(suggested),
        "probability": details["probability"],
        "n_months": details["n_months"],
        "n_units": details["n_units"],
    }
    sheet = held.recognised.sheet.name
    return Issue(Severity.CHECK, "unlikely", sheet, cell.place, cell.column_name, cell.row_key, said)


def _plain(number: float) -> float | int | None:
    if numpy.isnan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)
