"""Figures in the wrong place: two columns of a return exchanged, the year so far instead of the month."""

from dataclasses import replace

import numpy

from data.anomalies.detector.causes import PRIOR, Cause
from data.anomalies.detector.finding import Evidence, Finding, keep_best, nothing
from data.anomalies.detector.ordering import lagged
from data.anomalies.detector.panel import Matrix, Panel
from data.anomalies.detector.spread import student

FAR = 2.0  # spreads both figures of an exchanged pair must be off
GOES_ON = 0.5  # of months after one that was a year so far are so as well: until somebody notices, two months or so
MOST_OFF = 20  # columns of a return; where more are off, it is not two of them that were exchanged
UNSEEN = 0.25  # of a usual month: by so much the season may lift or lower each month that was never seen
DIGITS = 6  # after the point; what is less is left over by adding
LEFT = 4.0  # spreads within which what a year so far leaves for its last month must lie
ABOUT = 0.7  # likewise as a logarithm, where it holds months that nobody has seen: half of it, or twice
OFTEN_NOTHING = 0.2  # chance of a true zero above which a year so far need not exceed what a month may bring
RISE = 1.0  # spreads by which a year so far must exceed a month; in February it is about double


def exchanges(evidence: Evidence, others: list[Finding]) -> list[Finding]:
    """One finding a cause. others: what was said before, which a swap must beat at both of its ends."""
    return [_swapped(evidence, others), _cumulative(evidence)]


def _swapped(evidence: Evidence, others: list[Finding]) -> Finding:
    finding = nothing(Cause.COLUMN_SWAP, evidence.values)
    panel, outlook = evidence.outlook.panel, evidence.outlook
    misfit = outlook.penalty(numpy.arange(len(panel.values))[:, None], panel.values) < 0
    off = (numpy.abs(evidence.standard) > FAR) | misfit
    without = numpy.logaddexp.reduce([evidence.log_clean, *(finding.log for finding in others)])
    rows, columns = numpy.nonzero(off & ~numpy.isnan(panel.values))
    first, second = _pairs(panel.form[rows] * panel.values.shape[1] + columns)
    upper, lower, column = rows[first], rows[second], columns[first]
    value, true = panel.values[upper, column], panel.values[lower, column]
    log = outlook.log_mass(upper, column, true) + outlook.log_mass(lower, column, value)
    log -= without[lower, column]
    columns_in_form = numpy.bincount(panel.form)[panel.form[upper]]
    log += numpy.log(PRIOR[Cause.COLUMN_SWAP] / numpy.maximum(columns_in_form - 1, 1))
    for n in numpy.argsort(log, kind="stable"):  # the likeliest partner is written last
        finding.log[upper[n], column[n]], finding.suggested[upper[n], column[n]] = log[n], true[n]
    return finding


def _pairs(place: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """All ordered pairs of different positions that share a place."""
    order = numpy.argsort(place, kind="stable")
    ends = numpy.flatnonzero(numpy.diff(place[order])) + 1
    places = [some for some in numpy.split(order, ends) if 1 < len(some) <= MOST_OFF]
    pairs = [(a, b) for some in places for a in some for b in some if a != b]
    if not pairs:
        return numpy.zeros(0, int), numpy.zeros(0, int)
    return tuple(numpy.array(pairs).T)


def _cumulative(evidence: Evidence) -> Finding:
    """What is left after the year so far is taken off: the repaired months, or last month's figure if that one was
    a year so far as well. Where months of the year are not known, only the size of the whole can be judged."""
    finding = nothing(Cause.CUMULATIVE, evidence.values)
    panel = evidence.outlook.panel
    before, filled, absent = _year_so_far(evidence)
    rising = (evidence.standard > RISE) | (evidence.outlook.zero > OFTEN_NOTHING)
    rows, columns = numpy.nonzero(rising & panel.is_flow[:, None] & (panel.values > 0) & (_elapsed(panel) > 0))
    taken = numpy.stack([part[rows, columns] for part in (before, lagged(panel.values, 1))], axis=1)
    true = numpy.round(panel.values[rows, columns][:, None] - taken, DIGITS)
    possible = ~numpy.isnan(true) & (true >= 0) & (taken > 0)
    possible[:, 1] &= _is_so_far(evidence, before, filled, absent)[rows, columns - 1]
    log = evidence.outlook.log_mass(rows[:, None], columns[:, None], numpy.where(possible, true, 0))
    log = numpy.where(possible, log, -numpy.inf)
    whole = _as_whole(evidence, rows, columns, filled[rows, columns], absent[rows, columns])
    candidates = numpy.column_stack([log, whole]) - numpy.log(3)
    keep_best(finding, rows, columns, candidates, numpy.column_stack([true, numpy.full(len(rows), numpy.nan)]))
    return replace(finding, log=evidence.log_clean + _in_runs(finding.log - evidence.log_clean, panel))


def _elapsed(panel: Panel) -> numpy.ndarray:
    """Columns of its year before each column."""
    return panel.months % 12 // panel.stride


def _is_so_far(evidence: Evidence, before: Matrix, filled: Matrix, absent: Matrix) -> numpy.ndarray:
    """Where a figure is about the year so far, as January's always is: less the months before it leaves a month as it
    is expected, or, where months are not known, its size is that of all of them."""
    outlook = evidence.outlook
    rows = numpy.arange(len(before))[:, None]
    left = numpy.round(evidence.values - before, DIGITS)
    seen = outlook.transform.forward(numpy.maximum(left, 0), rows)
    near = numpy.abs(seen - outlook.expectation.mean) < LEFT * outlook.expectation.spread
    near |= (left == 0) & (outlook.zero > OFTEN_NOTHING)
    whole = filled + outlook.transform.back(outlook.expectation.mean, rows)
    sized = numpy.abs(numpy.log(numpy.maximum(evidence.values, 1e-9) / numpy.maximum(whole, 1e-9))) < ABOUT
    return (left >= 0) & numpy.where(absent > 0, sized, near) | (_elapsed(outlook.panel) == 0)


def _as_whole(
    evidence: Evidence, rows: numpy.ndarray, columns: numpy.ndarray, filled: numpy.ndarray, absent: numpy.ndarray
) -> numpy.ndarray:
    """The log-probability of the figure as the sum of the months so far, of which some are only expected."""
    outlook = evidence.outlook
    value = evidence.values[rows, columns]
    expected = outlook.transform.back(outlook.expectation.mean[rows, columns], rows)
    whole = numpy.maximum(filled + expected, outlook.panel.step[rows])
    month = numpy.hypot(outlook.expectation.spread[rows, columns] * numpy.sqrt(absent + 1), UNSEEN * absent)
    width = numpy.maximum(month * expected / whole, outlook.panel.step[rows] / whole)
    log = student(numpy.log(value / whole) / width, 4.0) - numpy.log(width)
    return numpy.where(absent > 0, numpy.minimum(log + outlook.log_step(rows, value), 0), -numpy.inf)


def _in_runs(ratio: Matrix, panel: Panel) -> Matrix:
    """From the log-likelihood ratio of each month alone, the log-odds of each within its year: who begins to add up
    tends to go on, so that each month of a run speaks for the others. Forwards, then backwards, through the months."""
    gap = numpy.isnan(panel.values)
    likelihood = numpy.where(gap, 1.0, numpy.exp(numpy.clip(numpy.nan_to_num(ratio, nan=-40.0), -40, 40)))
    january = panel.months % 12 < panel.stride
    start = PRIOR[Cause.CUMULATIVE]
    before, after = numpy.full_like(ratio, start), numpy.ones_like(ratio)
    for t in range(1, ratio.shape[1]):
        if not january[t]:
            wrong = before[:, t - 1] * likelihood[:, t - 1] * (not january[t - 1])
            share = wrong / (wrong + 1 - before[:, t - 1])
            before[:, t] = start + (GOES_ON - start) * share
    for t in range(ratio.shape[1] - 2, -1, -1):
        if not january[t + 1]:
            ahead = likelihood[:, t + 1] * after[:, t + 1]
            after[:, t] = (GOES_ON * ahead + 1 - GOES_ON) / (start * ahead + 1 - start)
    return ratio + numpy.log(before / (1 - before)) + numpy.log(after)


def _year_so_far(evidence: Evidence) -> tuple[Matrix, Matrix, Matrix]:
    """Before each month of its year: the sum of known figures; the same with gaps filled, and with the months before
    the panel begins; and the number of those filled."""
    panel = evidence.outlook.panel
    rows, columns = numpy.arange(len(panel.values))[:, None], numpy.arange(len(panel.months))
    expected = evidence.outlook.transform.back(evidence.outlook.expectation.mean, rows)
    gap = numpy.isnan(panel.values)
    delivered, filled = numpy.where(gap, 0, evidence.repaired), numpy.where(gap, expected, evidence.repaired)
    elapsed = _elapsed(panel)
    start = numpy.maximum(columns - elapsed, 0)
    sums = []
    for part in (delivered, filled, gap.astype(float)):
        running = numpy.cumsum(part, axis=1) - part
        sums.append(running - running[:, start])
    unseen = numpy.maximum(elapsed - columns, 0)
    return sums[0], sums[1] + unseen * expected[:, :1], sums[2] + unseen
