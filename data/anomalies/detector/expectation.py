"""What each cell should be, from everything but the cell, and what that expectation is made of."""

from dataclasses import dataclass

import numpy

from data.anomalies.detector.companions import companions
from data.anomalies.detector.movement import movement
from data.anomalies.detector.panel import Matrix, Panel
from data.anomalies.detector.smoothing import Variances, smooth
from data.anomalies.detector.spread import own_spread, rounding_spread, shape, unrest
from data.anomalies.detector.transform import Transform

MOST_SPREAD = 2.0  # a unit of which nothing is known is as large as its like within a factor of e squared, either way


@dataclass(frozen=True)
class Expectation:
    """All on the transformed scale; mean is the sum of the four parts before it."""

    level: Matrix
    season: Matrix
    movement: Matrix
    beside: Matrix
    spread: Matrix
    tail: numpy.ndarray  # degrees of freedom, one a series
    below: numpy.ndarray  # one a series: by so much the spread is wider, or narrower, on this side
    above: numpy.ndarray
    months: Matrix  # of its own series that a cell's expectation rests on
    units: Matrix  # other units that reported in that month
    bare: Matrix  # the spread before the other columns of the return and the unrest of the month are known
    narrowing: numpy.ndarray  # the factor by which knowing the other columns narrows it, one a series

    @property
    def mean(self) -> Matrix:
        return self.level + self.season + self.movement + self.beside

    def side(self, distance: numpy.ndarray, rows: numpy.ndarray) -> numpy.ndarray:
        """The factor of the spread on the side on which a figure lies."""
        return numpy.where(distance > 0, self.above[rows], self.below[rows])


def expect(panel: Panel, transform: Transform, seen: Matrix, chosen: dict[int, Variances]) -> Expectation:
    """seen: the transformed figures, NaN where there is none or where it is not believed; chosen: see smooth."""
    moved = movement(panel, seen)
    smoothed = smooth(seen - moved, panel.months, panel.group, chosen)
    residual = seen - moved - smoothed.mean
    relative = numpy.sqrt(smoothed.variance)
    bare = own_spread(panel, transform, residual / relative)[:, None] * relative
    beside, narrowing = companions(panel, residual, bare)
    standard = (residual - beside) / (bare * narrowing[:, None])
    spread = bare * numpy.maximum(unrest(panel.group, standard), unrest(panel.form, standard))
    rounding = rounding_spread(panel, transform)[:, None]
    spread = numpy.minimum(numpy.hypot(spread * narrowing[:, None], rounding), MOST_SPREAD)
    is_given = ~numpy.isnan(seen)
    units = numpy.stack([is_given[panel.group == code].sum(axis=0) for code in range(panel.group.max() + 1)])
    return Expectation(
        smoothed.level,
        smoothed.season,
        moved,
        beside,
        spread,
        *shape(panel, (residual - beside) / spread),
        is_given.sum(axis=1)[:, None] - is_given,
        units[panel.group] - is_given,
        bare,
        narrowing,
    )
