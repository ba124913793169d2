"""Between which figures 95 % of correct ones lie: of the months in which something happened as wide as the column's
figures are, and no wider than needed where zeros already make up most of what is correct."""

import numpy

from data.anomalies.detector.finding import Evidence
from data.anomalies.detector.ordering import MAD_TO_SIGMA
from data.anomalies.detector.panel import Matrix
from data.anomalies.detector.spread import student_quantile
from data.anomalies.detector.transform import Scale

SHOWN = 0.95
# Cells of a group at which its own quantile of deviations weighs as much as that of the distribution: either is then
# off by about two points of a hundred.
SETTLED = 80.0
# Of the figures that are no zeros so many at least lie below the upper end, also where zeros alone are 95 %: a range
# that left out two of three would help nobody.
MOST_LUMPS = 0.8


def ranges(evidence: Evidence, believed: numpy.ndarray) -> tuple[Matrix, Matrix, Matrix]:
    """low, expected, high as figures of the column: rounded to its decimals (a figure stands for half a step
    to either side), within what it can hold. believed: cells that teach how far correct figures lie off."""
    outlook = evidence.outlook
    panel, transform, expectation = outlook.panel, outlook.transform, outlook.expectation
    rows = numpy.arange(len(panel.values))[:, None]
    below, above = _reach(evidence, believed)
    ends = (-below[:, None] * expectation.spread, 0.0, above[:, None] * expectation.spread)
    low, expected, high = (transform.back(expectation.mean + end, rows) for end in ends)
    unit = 10.0 ** -panel.decimals[:, None].astype(float)
    low, high = numpy.round(low / unit) * unit, numpy.round(high / unit) * unit
    low = numpy.where(outlook.zero > (1 - SHOWN) / 2, numpy.minimum(low, 0), low)
    high = numpy.where(outlook.full > (1 - SHOWN) / 2, numpy.maximum(high, transform.top[:, None]), high)
    low = numpy.where(transform.scale[:, None] == Scale.SIGNED, low, numpy.maximum(low, 0))
    blind = expectation.months + expectation.units == 0
    return tuple(numpy.where(blind, numpy.nan, part) for part in (low, numpy.round(expected / unit) * unit, high))


def _reach(evidence: Evidence, believed: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """How many spreads below and above the expectation the ends lie, one number a series: the group's own quantiles,
    drawn to what its distribution says. Zeros that mean that nothing was done, and percentages at their bound, are no
    deviations; one end holds them, so that the other has the fewer others to hold."""
    outlook = evidence.outlook
    group, tail = outlook.panel.group, outlook.expectation.tail
    habitual = _habitual(evidence)
    held_below, held_above = _held(outlook.full), _held(outlook.zero)
    below, above = numpy.empty(len(group)), numpy.empty(len(group))
    for code in range(group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(group == code)
        standard = evidence.standard[rows][believed[rows] & ~habitual[rows]]
        below[rows] = _blend(-standard, held_below[rows], float(tail[rows[0]]))
        above[rows] = _blend(standard, held_above[rows], float(tail[rows[0]]))
    return below * outlook.expectation.below, above * outlook.expectation.above


def _held(habit: Matrix) -> numpy.ndarray:
    """What share of the figures that are not the habit an end must hold, where the other end holds the habit."""
    share = numpy.median(habit, axis=1)
    held = numpy.maximum((SHOWN - share) / (1 - share), MOST_LUMPS)
    return numpy.where(share > (1 - SHOWN) / 2, held, (1 + SHOWN) / 2)


def _habitual(evidence: Evidence) -> numpy.ndarray:
    """Zeros, and percentages at their bound, that are likelier to be the column's habit than one figure of many."""
    outlook = evidence.outlook
    is_habit = numpy.zeros(evidence.values.shape, bool)
    for chance, end in ((outlook.zero, numpy.zeros(len(is_habit))), (outlook.full, outlook.transform.top)):
        rows, columns = numpy.nonzero((evidence.values == end[:, None]) & (chance > 0))
        mass = numpy.exp(outlook.log_mass(rows, columns, end[rows]))
        is_habit[rows, columns] = 2 * chance[rows, columns] > mass
    return is_habit


def _blend(standard: numpy.ndarray, held: numpy.ndarray, nu: float) -> numpy.ndarray:
    usual = student_quantile(held, nu)
    if not len(standard):
        return usual
    weight = len(standard) / (len(standard) + SETTLED)
    return weight * numpy.maximum(numpy.quantile(standard, held), MAD_TO_SIGMA / 10) + (1 - weight) * usual
