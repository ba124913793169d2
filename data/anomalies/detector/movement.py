"""What all units of a group did in a month, as far as the other units tell, and how much of it a series follows."""

import numpy

from data.anomalies.detector.ordering import MAD_TO_SIGMA, lagged, median, sum_by
from data.anomalies.detector.panel import Matrix, Panel

CLIP = 2.0  # spreads beyond which a unit counts no further: Huber's bend, as usual for means that must not be pulled
OWN_MONTHS = 12.0  # months at which a series' own readiness to follow weighs as much as its group's
STEEP = 4.0  # spreads beyond which a month's change is no evidence for how a series follows
ROUNDS = 3  # the level of a unit and the movement of a month depend on each other; the third round changes nothing


def movement(panel: Panel, seen: Matrix) -> Matrix:
    """The part of each cell's expectation that the other units explain; 0 where a unit stands alone."""
    away = _away(panel, seen)
    others = _others(panel, away)
    change, common = away - lagged(away, 1), others - lagged(others, 1)
    return _followed(panel, change, common) * others


def _away(panel: Panel, seen: Matrix) -> Matrix:
    """Each cell against its series' level, the group's movement allowed for."""
    level = median(seen)[:, None]
    for _ in range(ROUNDS - 1):
        level = median(seen - _month_medians(panel, seen - level))[:, None]
    return seen - level


def _month_medians(panel: Panel, away: Matrix) -> Matrix:
    out = numpy.zeros_like(away)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        if len(rows) > 1:
            out[rows] = numpy.nan_to_num(median(away[rows].T))
    return out


def _others(panel: Panel, away: Matrix) -> Matrix:
    """The clipped mean of the other units, those that scatter less counting more."""
    middle = _month_medians(panel, away)
    rest = away - middle
    spread = MAD_TO_SIGMA * median(numpy.abs(rest))
    spread = numpy.maximum(numpy.nan_to_num(spread, nan=1.0), 1e-3)
    typical = numpy.array([numpy.median(spread[panel.group == code]) for code in range(panel.group.max() + 1)])
    spread = numpy.hypot(spread, typical[panel.group])[:, None]
    clipped = middle + numpy.clip(rest, -CLIP * spread, CLIP * spread)
    weight = numpy.where(numpy.isnan(away), 0, 1 / spread**2)
    total = sum_by(panel.group, weight)[panel.group] - weight
    pulled = sum_by(panel.group, weight * clipped)[panel.group] - weight * numpy.nan_to_num(clipped)
    alone = total < 1e-9
    mean = numpy.where(alone, numpy.nan, pulled / numpy.where(alone, 1, total))
    beside = numpy.nanmean([lagged(mean, 1), lagged(mean, -1), numpy.zeros_like(mean)], axis=0)
    return numpy.where(alone, beside, mean)


def _followed(panel: Panel, change: Matrix, common: Matrix) -> numpy.ndarray:
    """The share of the common movement a series takes up: regression of changes, drawn to the group's, from 0 to 1.5.

    The others' mean is itself uncertain; regression on it shrinks the share by just as much as it should.
    """
    spread = numpy.maximum(numpy.nan_to_num(MAD_TO_SIGMA * median(numpy.abs(change)), nan=1.0), 1e-3)[:, None]
    change = numpy.clip(change, -STEEP * spread, STEEP * spread)
    both = ~numpy.isnan(change) & ~numpy.isnan(common)
    product = numpy.where(both, change * common, 0).sum(axis=1)
    square = numpy.where(both, common**2, 0).sum(axis=1)
    weight = 1 / spread[:, 0] ** 2
    group = panel.group
    pooled = numpy.bincount(group, weight * product) / numpy.maximum(numpy.bincount(group, weight * square), 1e-9)
    mean_square = numpy.bincount(group, square) / numpy.maximum(numpy.bincount(group, both.sum(axis=1)), 1)
    prior = OWN_MONTHS * mean_square[group] + 1e-9
    return numpy.clip((product + prior * pooled[group]) / (square + prior), 0, 1.5)[:, None]
