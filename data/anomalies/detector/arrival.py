"""A return held against the months before it. What they tell is learnt once and serves every return of the month; many
returns, of several templates too, are judged in one go, and none of them knows of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy

from data.anomalies.detector.companions import clipped, coefficients
from data.anomalies.detector.expectation import MOST_SPREAD, Expectation
from data.anomalies.detector.finding import Evidence
from data.anomalies.detector.first_look import FAR
from data.anomalies.detector.judge import (
    MEMORY,
    PASSES,
    SET_ASIDE,
    evidence_of,
    findings_of,
    fitted,
    never_usable,
    repaired_by,
)
from data.anomalies.detector.outlook import Outlook
from data.anomalies.detector.panel import Matrix, Panel, SumRule
from data.anomalies.detector.spread import unrest, usually_off
from data.anomalies.detector.transform import Transform
from data.anomalies.detector.verdicts import Verdicts, verdicts_of

AHEAD = -1  # the column of the month that is to come: the last one, in which nothing is known


@dataclass(frozen=True)
class Learned:
    """What the months before one tell of it. panel: its last column is that month, empty.

    below, above: how many spreads from the expectation the range of correct figures reaches, one number a series, NaN
    where nothing is known; column, siblings: see `coefficients`; usual: see `usually_off`.
    """

    panel: Panel
    outlook: Outlook
    repaired: Matrix
    below: numpy.ndarray
    above: numpy.ndarray
    column: numpy.ndarray
    siblings: Matrix
    usual: numpy.ndarray

    @property
    def size(self) -> int:
        """Bytes, about."""
        return _bytes(self)


@dataclass(frozen=True)
class Arrival:
    """A unit's return. rows: its series in the learnt panel; values: their figures; decimals: digits after the point
    that its columns show now, at least those of before.
    """

    learned: Learned
    rows: numpy.ndarray
    values: numpy.ndarray
    decimals: numpy.ndarray


@numpy.errstate(divide="ignore", invalid="ignore")  # a gap is NaN and an impossible cause log 0 on purpose
def learn(panel: Panel) -> Learned:
    """panel: of one source, its last column empty; at most MEMORY columns of it are read."""
    panel = panel.until(panel.values.shape[1] - 1, MEMORY)
    fit = fitted(panel)
    outlook, verdicts = fit.evidence.outlook, fit.verdicts
    expectation, rows = outlook.expectation, numpy.arange(len(panel.values))
    residual = fit.taught - (expectation.mean - expectation.beside)
    column, siblings = coefficients(panel, residual, expectation.bare)
    standard = (residual - expectation.beside) / (expectation.bare * expectation.narrowing[:, None])
    mean, spread = expectation.mean[:, AHEAD], expectation.spread[:, AHEAD]
    low, high = (outlook.transform.forward(end[:, AHEAD], rows) for end in (verdicts.low, verdicts.high))
    outlook = replace(outlook, pooled=outlook.pooled_habits())
    ends = ((mean - low) / spread, (high - mean) / spread)
    return Learned(panel, outlook, fit.evidence.repaired, *ends, column, siblings, usually_off(standard))


@numpy.errstate(divide="ignore", invalid="ignore")
def judge_arrivals(arrivals: Sequence[Arrival]) -> list[Verdicts]:
    """The verdicts on each return: one column, its series in the order of its rows. All are of the same month, and
    learnt from the same months before it.
    """
    together = _together(arrivals)
    panel, outlook, repaired = together.panel, together.outlook, together.repaired
    rows = numpy.arange(len(panel.values))
    seen = outlook.transform.forward(panel.values, rows[:, None])
    never = never_usable(panel, outlook.transform)[:, AHEAD]
    off = seen[:, AHEAD] - outlook.expectation.mean[:, AHEAD]
    suspect = numpy.abs(off) > FAR * outlook.expectation.spread[:, AHEAD]
    for _ in range(PASSES):
        taught = numpy.where(suspect | never, numpy.nan, off)
        outlook = replace(together.outlook, expectation=_with_siblings(together, taught))
        evidence = evidence_of(outlook, seen, repaired)
        findings = [_last(finding) for finding in findings_of(evidence)]
        verdicts = verdicts_of(_last_evidence(evidence), findings, _ends(together, outlook))
        flagged = verdicts.score[:, 0] > SET_ASIDE
        if not flagged.any() and not suspect.any():
            break  # another pass would rest on the very same figures
        suspect = flagged
        mended = repaired_by(verdicts, panel.values[:, [AHEAD]], flagged[:, None])
        repaired = numpy.hstack([repaired[:, :AHEAD], mended])
    return _apart(verdicts, [len(arrival.rows) for arrival in arrivals])


def _apart(verdicts: Verdicts, lengths: Sequence[int]) -> list[Verdicts]:
    parts, start = [], 0
    for length in lengths:
        rows = slice(start, start := start + length)
        parts.append(Verdicts(**{field.name: getattr(verdicts, field.name)[rows] for field in fields(Verdicts)}))
    return parts


@dataclass(frozen=True)
class _Together:
    """Several returns as the rows of one panel, in which each series is alone in its group, and each return a form."""

    arrivals: Sequence[Arrival]
    panel: Panel
    outlook: Outlook
    repaired: Matrix
    form: numpy.ndarray


def _together(arrivals: Sequence[Arrival]) -> _Together:
    form = numpy.repeat(numpy.arange(len(arrivals)), [len(arrival.rows) for arrival in arrivals])
    panels = [_panel_of(arrival, number) for number, arrival in enumerate(arrivals)]
    panel = _stacked(panels)
    first = numpy.cumsum([0, *(len(arrival.rows) for arrival in arrivals)])
    rules = [rule for part, start in zip(panels, first, strict=False) for rule in _moved(part.rules, int(start))]
    panel = replace(panel, rules=tuple(rules))
    panel.__dict__["group"], panel.__dict__["form"] = numpy.arange(len(form)), form
    panel.__dict__["step"] = numpy.concatenate([_step_of(arrival) for arrival in arrivals])
    outlook = replace(_stacked([_picked(arrival.learned.outlook, arrival.rows) for arrival in arrivals]), panel=panel)
    repaired = numpy.concatenate([arrival.learned.repaired[arrival.rows] for arrival in arrivals])
    repaired[:, AHEAD] = panel.values[:, AHEAD]
    return _Together(arrivals, panel, outlook, repaired, form)


def _panel_of(arrival: Arrival, number: int) -> Panel:
    panel, rows = arrival.learned.panel, arrival.rows
    values = panel.values[rows]
    values[:, AHEAD] = arrival.values
    place = {int(row): n for n, row in enumerate(rows)}
    rules = tuple(placed for rule in panel.rules if (placed := rule.placed(place)))
    source = numpy.full(len(rows), str(number))  # a sum that one unit never keeps says nothing of another's
    picked = {
        field.name: getattr(panel, field.name)[rows]
        for field in fields(Panel)
        if field.name not in ("values", "months", "source", "decimals", "rules")
    }
    return Panel(values=values, months=panel.months, source=source, decimals=arrival.decimals, rules=rules, **picked)


def _moved(rules: Sequence[SumRule], by: int) -> list[SumRule]:
    return [replace(rule, total=rule.total + by, parts=tuple(part + by for part in rule.parts)) for rule in rules]


def _step_of(arrival: Arrival) -> numpy.ndarray:
    """As the whole group rounds, unless this return shows that it does not."""
    step, unit = arrival.learned.panel.step[arrival.rows], 10.0 ** -arrival.decimals.astype(float)
    return numpy.where(arrival.decimals > arrival.learned.panel.decimals[arrival.rows], unit, step)


def _picked(whole: Any, rows: numpy.ndarray) -> Any:
    """A dataclass of what is known series by series, for some of them."""
    parts = {}
    for field in fields(whole):
        part = getattr(whole, field.name)
        if isinstance(part, numpy.ndarray):
            parts[field.name] = part[rows]
        elif isinstance(part, Panel) or part is None:
            parts[field.name] = part
        else:
            parts[field.name] = _picked(part, rows)
    return type(whole)(**parts)


def _stacked(parts: Sequence[Any]) -> Any:
    """Dataclasses of what is known series by series, one beneath the other; months are those of the first."""
    stacked = {}
    for field in fields(parts[0]):
        values = [getattr(part, field.name) for part in parts]
        if isinstance(values[0], numpy.ndarray):
            is_shared = isinstance(parts[0], Panel) and field.name == "months"
            stacked[field.name] = values[0] if is_shared else numpy.concatenate(values)
        elif isinstance(values[0], Expectation | Transform) or field.name == "pooled":
            stacked[field.name] = _stacked(values)
        else:
            stacked[field.name] = values[0]
    return type(parts[0])(**stacked)


def _with_siblings(together: _Together, taught: numpy.ndarray) -> Expectation:
    """The expectation once the other columns of each return are known. taught: how far each figure is off, NaN where it
    is not believed."""
    expectation = together.outlook.expectation
    bare, narrowing = expectation.bare[:, AHEAD], expectation.narrowing
    told, start = numpy.zeros_like(bare), 0
    for arrival in together.arrivals:
        rows, own = slice(start, start := start + len(arrival.rows)), arrival.learned.column[arrival.rows]
        sides = numpy.zeros(len(arrival.learned.siblings))
        sides[own] = clipped(taught[rows] / bare[rows])
        told[rows] = (sides @ arrival.learned.siblings)[own]
    beside = told * bare
    standard = (taught - beside) / (bare * narrowing)
    usual = numpy.concatenate([arrival.learned.usual[arrival.rows] for arrival in together.arrivals])
    restless = unrest(together.form, standard[:, None], usual)[:, 0]
    spread = expectation.spread[:, AHEAD]
    wider = numpy.sqrt(spread**2 + (bare * narrowing) ** 2 * (restless**2 - 1))
    return replace(
        expectation,
        beside=_ahead(expectation.beside, beside),
        spread=_ahead(expectation.spread, numpy.maximum(spread, numpy.minimum(wider, MOST_SPREAD))),
    )


def _ahead(matrix: Matrix, last: numpy.ndarray) -> Matrix:
    return numpy.hstack([matrix[:, :AHEAD], last[:, None]])


def _ends(together: _Together, outlook: Outlook) -> tuple[Matrix, Matrix, Matrix]:
    """low, expected, high, as far from the expectation as the months before reached."""
    expectation, transform, rows = outlook.expectation, outlook.transform, numpy.arange(len(together.panel.values))
    below, above = (
        numpy.concatenate([getattr(arrival.learned, side)[arrival.rows] for arrival in together.arrivals])
        for side in ("below", "above")
    )
    mean, spread = expectation.mean[:, AHEAD], expectation.spread[:, AHEAD]
    unit = 10.0 ** -together.panel.decimals.astype(float)
    ends = (mean - below * spread, numpy.where(numpy.isnan(below), numpy.nan, mean), mean + above * spread)
    return tuple((numpy.round(transform.back(end, rows) / unit) * unit)[:, None] for end in ends)


def _last_evidence(evidence: Evidence) -> Evidence:
    """Of the last month alone."""
    outlook = evidence.outlook
    panel = replace(outlook.panel, values=outlook.panel.values[:, [AHEAD]], months=outlook.panel.months[[AHEAD]])
    panel.__dict__.update({name: outlook.panel.__dict__[name] for name in ("group", "form", "step")})
    expectation = _last(outlook.expectation)
    ahead = {name: getattr(outlook, name)[:, [AHEAD]] for name in ("zero", "full")}
    outlook = replace(outlook, panel=panel, expectation=expectation, **ahead)
    return replace(_last(evidence), outlook=outlook)


def _last(whole: Any) -> Any:
    """A dataclass with the last column of each of its matrices."""
    wide = {
        field.name: getattr(whole, field.name)[:, [AHEAD]]
        for field in fields(whole)
        if isinstance(getattr(whole, field.name), numpy.ndarray) and getattr(whole, field.name).ndim > 1
    }
    return replace(whole, **wide)


def _bytes(whole: Any) -> int:
    if isinstance(whole, numpy.ndarray):
        return whole.nbytes
    if hasattr(whole, "__dataclass_fields__"):
        return sum(_bytes(getattr(whole, field.name)) for field in fields(whole))
    return 0
