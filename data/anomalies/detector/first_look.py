"""Pass one: which cells are too far off to be believed while the expectation is being learnt. Medians only, and each
cell's own value is left out of what it is compared with."""

import numpy

from data.anomalies.detector.ordering import MAD_TO_SIGMA, lagged, median, median_of_others, window
from data.anomalies.detector.panel import Matrix, Panel

REACH = 6  # months to each side: half a year, so that a season's two flanks are both seen
FAR = 5.0  # standard deviations; a cell wrongly set aside costs one month of many, one kept bends its neighbours
ONE_YEAR = 2.0  # on the logarithm: seven times
LEAST_SIGMA = 0.02  # two per cent: series that hardly move are left to the second pass
POOL = 8.5  # months at which a series' own spread weighs as much as its group's: see spread.POOL


def first_expectation(panel: Panel, seen: Matrix) -> Matrix:
    """The median of the neighbouring months, shifted by what the other units of the group did in that month."""
    shift = movement_of_others(panel, seen)
    return shift + median(window(seen - shift, REACH))


def first_suspects(panel: Panel, seen: Matrix) -> numpy.ndarray:
    """True where a cell is far from its neighbours and, with years to compare, from the same month of other years."""
    off = seen - first_expectation(panel, seen)
    years = [lagged(off, panel.year * k) for k in (-4, -3, -2, -1, 1, 2, 3, 4) if abs(panel.year * k) < seen.shape[1]]
    same_month = _same_month(numpy.stack(years, axis=-1)) if years else numpy.full_like(seen, numpy.nan)
    distance = numpy.fmin(numpy.abs(off), numpy.abs(off - same_month))
    return distance > FAR * _sigma(panel, off)[:, None]


def _same_month(years: numpy.ndarray) -> Matrix:
    """How far off the same month of other years was, their median; a single one vouches for ONE_YEAR at most, lest the
    same mistake made twice be taken for a season."""
    off = median(years)
    alone = (~numpy.isnan(years)).sum(axis=-1) == 1
    return numpy.where(alone, numpy.clip(off, -ONE_YEAR, ONE_YEAR), off)


def movement_of_others(panel: Panel, seen: Matrix) -> Matrix:
    """What the other units did in each month against their own median; half believed for one unit, more for many."""
    away = seen - median(seen)[:, None]
    moved = numpy.zeros_like(seen)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        if len(rows) > 1:
            others = (~numpy.isnan(away[rows])).sum(axis=0) - ~numpy.isnan(away[rows])
            moved[rows] = numpy.nan_to_num(median_of_others(away[rows])) * others / (others + 1)
    return moved


def _sigma(panel: Panel, off: Matrix) -> numpy.ndarray:
    """The spread of each series drawn towards its group's, on the logarithm."""
    counts = (~numpy.isnan(off)).sum(axis=1)
    sigma = numpy.maximum(numpy.nan_to_num(MAD_TO_SIGMA * median(numpy.abs(off)), nan=LEAST_SIGMA), LEAST_SIGMA)
    pooled = numpy.ones_like(sigma)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = panel.group == code
        pooled[rows] = numpy.median(sigma[rows])
    weight = counts / (counts + POOL)
    return numpy.exp(weight * numpy.log(sigma) + (1 - weight) * numpy.log(pooled))
