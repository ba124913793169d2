"""How likely a correct figure is to be exactly this one: the mass of one least step under the expectation."""

from dataclasses import dataclass, replace

import numpy

from data.anomalies.detector.expectation import Expectation
from data.anomalies.detector.habits import (
    LONG,
    ZERO_LEAST,
    Pooled,
    full,
    pooled_habits,
    recurring,
    repeats,
    roundness,
    zeros,
    zeros_at_end,
)
from data.anomalies.detector.ordering import lagged, sum_by
from data.anomalies.detector.panel import Matrix, Panel
from data.anomalies.detector.spread import student, student_quantile
from data.anomalies.detector.transform import Scale, Transform

ODD = 0.002  # of correct cells something happened that no expectation knows: two in a thousand, one return in ten
YOUNG = 6.0  # months a series takes to settle: rows that have just begun are odd several times as often
ODD_WIDTH = 0.4  # such a cell is half as large again, or a third smaller; what truly happens seldom goes beyond twice
ODD_TAIL = 4.0  # degrees of freedom of the same
FAR_SIZE = 0.85  # more than twice as large, or as small
FAR_MONTHS = 4  # of its own without which nothing is far: the first fine is as large as it is
FAR_SLOPE = 3.0  # of such figures one in twenty is left with each factor of e more
STAYS_SLOPE = 0.5  # where three months agree on a new level, however far; one of a thousandfold is the wrong unit still
SHIFT = 0.002  # of months a series moves to a new level and stays: once in forty years of months
OFF_STEP = -7.0  # a figure with more decimals than its column has: one in a thousand correct ones
NO_COUNT = -14.0  # a fraction of a case: one in a million correct ones
OFF_SHARE = 0.05  # a column of which more figures than this have too many decimals does not keep to them
IMPOSSIBLE = -30.0  # a negative count, a percentage above its bound


@dataclass(frozen=True)
class Outlook:
    """The clean model of every cell of a panel."""

    panel: Panel
    transform: Transform
    expectation: Expectation
    zero: Matrix  # the chance of a true zero
    full: Matrix  # the chance of a percentage at its bound, where that is a habit of its own
    lattice: numpy.ndarray  # False where a column does not keep to its decimals
    round: Matrix  # series x zeros at the end: the logarithm of how much more often than by chance
    pooled: Pooled | None = None  # what the others of a group are used to; None: as this very panel tells

    def log_mass(self, rows: numpy.ndarray, columns: numpy.ndarray, values: numpy.ndarray) -> numpy.ndarray:
        """The log-probability that the true figure of cell (row, column) is `values` (all broadcast)."""
        expectation = self.expectation
        spread = expectation.spread[rows, columns]
        distance = self.transform.forward(values, rows) - expectation.mean[rows, columns]
        log = student(distance / (spread * expectation.side(distance, rows)), expectation.tail[rows])
        log = log - numpy.log(spread * (expectation.below + expectation.above)[rows] / 2)
        log = numpy.minimum(log + self.log_step(rows, values), 0)
        zero = self.zero[rows, columns]
        log = numpy.where(values == 0, numpy.logaddexp(numpy.log(zero), log), numpy.log1p(-zero) + log)
        if self.transform.is_full.any():
            full, at_top = self.full[rows, columns], values == self.transform.top[rows]
            log = numpy.where(at_top, numpy.logaddexp(numpy.log(full), log), numpy.log1p(-full) + log)
        return log + self.penalty(rows, values)

    def log_wide(
        self, rows: numpy.ndarray, columns: numpy.ndarray, values: numpy.ndarray, about: float, tail: float
    ) -> numpy.ndarray:
        """The same where the figure is only known to lie about so far from what is expected."""
        distance = self.transform.forward(values, rows) - self.expectation.mean[rows, columns]
        width = numpy.hypot(about, 2 * self.expectation.spread[rows, columns])
        log = student(distance / width, tail) - numpy.log(width)
        return numpy.minimum(log + self.log_step(rows, values), 0)

    def penalty(self, rows: numpy.ndarray, values: numpy.ndarray) -> numpy.ndarray:
        """For figures that the column cannot hold."""
        step = 10.0 ** -self.panel.decimals[rows].astype(float)
        scale = self.transform.scale[rows]
        off = numpy.abs(values / step - numpy.round(values / step)) > 1e-4
        above = (scale == Scale.LOGIT) & (values > self.transform.top[rows])
        wrong = above | ((scale != Scale.SIGNED) & (values < 0))
        off_step = numpy.where(self.panel.vtype[rows] == "count", NO_COUNT, OFF_STEP)
        return numpy.where(off & self.lattice[rows], off_step, 0) + numpy.where(wrong, IMPOSSIBLE, 0)

    def log_step(self, rows: numpy.ndarray, values: numpy.ndarray) -> numpy.ndarray:
        """The logarithm of the width one figure stands for on the scale of the series; more for a round one where the
        column likes round ones."""
        unit = 10.0 ** -self.panel.decimals[rows].astype(float)
        liking = numpy.where(numpy.abs(values) >= LONG * unit, self.round[rows, zeros_at_end(values / unit)], 0)
        return self.transform.log_slope(values, rows) + numpy.log(unit) + liking

    def log_clean(self, values: Matrix) -> Matrix:
        """The figures as reported, all that may happen to a correct one allowed for."""
        rows, columns = numpy.arange(len(values))[:, None], numpy.arange(values.shape[1])[None, :]
        share = self._odd_share()
        usual = self._usual(values)
        odd = self.log_wide(rows, columns, values, ODD_WIDTH, ODD_TAIL) + numpy.log(share)
        shifted = self._log_shifted(rows, columns, values) + numpy.log(SHIFT)
        odd = numpy.where(values == 0, -numpy.inf, numpy.logaddexp(odd, shifted) + self.penalty(rows, values))
        repeat = repeats(self.panel, usual, self.pooled)
        same = numpy.where(values == lagged(values, 1), numpy.log(repeat), -numpy.inf)
        log = numpy.logaddexp.reduce([usual, odd, same, numpy.log(recurring(self.panel, usual, self.pooled))])
        return self._less_far(log, values)

    def pooled_habits(self) -> Pooled:
        """What the others of each group are used to, told by this panel."""
        return pooled_habits(self.panel, self._usual(self.panel.values))

    def _odd_share(self) -> Matrix:
        return ODD * (1 + YOUNG / (self.expectation.months + 1))

    def _usual(self, values: Matrix) -> Matrix:
        rows, columns = numpy.arange(len(values))[:, None], numpy.arange(values.shape[1])[None, :]
        return self.log_mass(rows, columns, values) + numpy.log1p(-self._odd_share() - SHIFT)

    def _less_far(self, log: Matrix, values: Matrix) -> Matrix:
        """What is far is less likely than its month alone tells; where three months agree on a new level, hardly."""
        every = numpy.arange(len(values))[:, None]
        far = numpy.where(values == 0, 0, self.far(every, numpy.arange(values.shape[1]), values))
        rows, columns = numpy.nonzero(far)
        seen = self.transform.forward(values, every)
        beside = [numpy.abs(seen - lagged(seen, lag))[rows, columns] for lag in (1, -1, 2, -2)]
        second = numpy.sort(numpy.nan_to_num(beside, nan=1e9), axis=0)[1]
        width = 2 * self.expectation.spread[rows, columns]
        stays = student(second / width, 4.0) - numpy.log(width) + self.log_step(rows, values[rows, columns])
        stays = numpy.minimum(stays, 0) + numpy.log(SHIFT) + self.penalty(rows, values[rows, columns])
        log = log - FAR_SLOPE * far
        log[rows, columns] = numpy.logaddexp(log[rows, columns], stays - STAYS_SLOPE * far[rows, columns])
        return log

    def far(self, rows: numpy.ndarray, columns: numpy.ndarray, values: numpy.ndarray) -> numpy.ndarray:
        """How far, on the scale of the series, a figure lies beyond the usual range, its width once more (FAR_SIZE at
        most) and FAR_SIZE: neither another month of that size, nor one beside it, nor the same figure once more makes
        it likely."""
        distance = self.transform.forward(values, rows) - self.expectation.mean[rows, columns]
        reach = student_quantile(0.975, self.expectation.tail)[rows] * self.expectation.side(distance, rows)
        reach = reach * self.expectation.spread[rows, columns]
        beyond = numpy.abs(distance) - reach - numpy.minimum(reach, FAR_SIZE) - FAR_SIZE
        beyond = numpy.where(self.expectation.months[rows, columns] < FAR_MONTHS, 0, beyond)
        return numpy.nan_to_num(numpy.maximum(beyond, 0))

    def _log_shifted(self, rows: numpy.ndarray, columns: numpy.ndarray, values: Matrix) -> Matrix:
        """Beside the month before or after, whichever is nearer: a new level shows in two months."""
        seen = self.transform.forward(values, rows)
        near = [numpy.abs(seen - lagged(seen, lag)) for lag in (1, -1)]
        width = 2 * self.expectation.spread
        log = student(numpy.nan_to_num(numpy.fmin(*near), nan=1e9) / width, 4.0) - numpy.log(width)
        return numpy.minimum(log + self.log_step(rows, values), 0)


def outlook_of(panel: Panel, transform: Transform, expectation: Expectation) -> Outlook:
    """The clean model, its habits (zeros, decimals) learnt from the panel."""
    is_given = ~numpy.isnan(panel.values)
    scaled = panel.values * 10.0 ** panel.decimals[:, None]
    off = numpy.abs(scaled - numpy.round(scaled)) > 1e-4
    share = sum_by(panel.group, (off & is_given).sum(axis=1)) / numpy.maximum(
        sum_by(panel.group, is_given.sum(axis=1)), 1
    )
    lattice = (share < OFF_SHARE)[panel.group]
    least = numpy.full_like(panel.values, ZERO_LEAST)
    bare = Outlook(panel, transform, expectation, least, numpy.zeros_like(least), lattice, roundness(panel))
    rows, columns = numpy.arange(len(panel.values))[:, None], numpy.arange(panel.values.shape[1])[None, :]
    by_chance = numpy.exp(bare.log_mass(rows, columns, numpy.zeros_like(panel.values)))
    top = numpy.broadcast_to(transform.top[:, None], panel.values.shape)
    at_top = numpy.exp(bare.log_mass(rows, columns, top)) if transform.is_full.any() else numpy.zeros_like(least)
    return replace(bare, zero=zeros(panel, by_chance), full=full(panel, transform.top, transform.is_full, at_top))
