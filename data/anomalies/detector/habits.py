"""What a column is used to: zeros, round figures, figures that stay or come again. Correct figures with such habits
are no evidence of a slip. The shares leave out the cell they are held against; roundness is a matter of the group."""

from dataclasses import dataclass

import numpy

from data.anomalies.detector.ordering import lagged, median, sum_by
from data.anomalies.detector.panel import Matrix, Panel

ZEROS = 5  # at the end of a figure that are told apart; more are met too seldom to count
LONG = 100.0  # least decimals; the ends of shorter figures are no habit but their size
ROUND_CELLS = 10.0  # figures of a column that must be round before half of the habit is believed
ZERO_OWN = 12.0  # months at which a series' own share of zeros weighs as much as its group's
ZERO_SLIPS = 0.004  # share of zeros in a group put down to slips: twice causes.PRIOR, to allow for a careless section
ZERO_LEAST = 0.0005  # share of zeros in a column that never had one
FULL_LEAST = 0.1  # chance of a percentage at its bound where its group is often there
STEADY = 0.25  # a series whose usual months are within a quarter of each other does not fall to nothing now and then
ZERO_STEADY = 3  # of its zeros may be slips before they are a habit
REPEAT_OWN = 20.0  # pairs of months at which a series' own habit of repeating weighs as much as its group's
REPEAT_SLIPS = 0.01  # share of figures that repeat because one was copied: thrice causes.PRIOR, forms included
TWIN_SLIPS = 0.02  # share of figures that have a twin because one was copied: two for each copy, three in a thousand,
# and as many again for rounding by hand
REPEAT_LEAST = 0.0005  # a figure may stay the same for a good reason even where that never happened
MOST = 0.95  # of any habit; nothing is certain


def zeros_at_end(steps: numpy.ndarray) -> numpy.ndarray:
    """How many zeros a figure, counted in least decimals, ends with; ZEROS at most."""
    count = numpy.zeros(numpy.shape(steps), dtype=int)
    for power in range(1, ZEROS + 1):
        count += numpy.abs(steps / 10.0**power - numpy.round(steps / 10.0**power)) < 1e-4 / 10.0**power
    return count


def roundness(panel: Panel) -> Matrix:
    """series x zeros at the end: the logarithm of how much more often a group's figures end so than by chance."""
    is_long = numpy.abs(panel.values) * 10.0 ** panel.decimals[:, None] >= LONG
    ends = zeros_at_end(numpy.where(is_long, panel.values, 1) * 10.0 ** panel.decimals[:, None])
    counts = numpy.stack([((ends == k) & is_long).sum(axis=1) for k in range(ZEROS + 1)], axis=1)
    chance = numpy.append(0.9 * 10.0 ** -numpy.arange(ZEROS), 10.0**-ZEROS)
    pooled = sum_by(panel.group, counts)[panel.group] + ROUND_CELLS * chance
    return numpy.log(pooled / pooled.sum(axis=1, keepdims=True) / chance)


def zeros(panel: Panel, by_chance: Matrix) -> Matrix:
    """The chance of a zero that is not just a small count (by_chance tells how likely that is): the share of such
    zeros in the other months, drawn to the group's."""
    size = numpy.log(numpy.abs(numpy.where(panel.values == 0, numpy.nan, panel.values)))
    is_steady = numpy.nan_to_num(median(numpy.abs(size - median(size)[:, None]))) < STEADY
    slips = numpy.where(is_steady, ZERO_STEADY, 1)[:, None]
    return numpy.clip(_share(panel, panel.values == 0, by_chance, slips), ZERO_LEAST, MOST)


def full(panel: Panel, top: numpy.ndarray, is_apart: numpy.ndarray, by_chance: Matrix) -> Matrix:
    """Likewise the chance of a percentage at its bound; 0 where that is no habit (is_apart: one truth a series)."""
    share = _share(panel, panel.values == top[:, None], by_chance, 1)
    return numpy.where(is_apart[:, None], numpy.clip(share, FULL_LEAST, MOST), 0)


def _share(panel: Panel, is_habit: numpy.ndarray, by_chance: Matrix, slips: numpy.ndarray | int) -> Matrix:
    """slips: so many of a series' other months with that figure are no habit yet."""
    habit = numpy.where(is_habit, 1 - numpy.minimum(by_chance, 1), 0)
    is_given = ~numpy.isnan(panel.values)
    own, months = habit.sum(axis=1)[:, None], is_given.sum(axis=1)[:, None]
    others = sum_by(panel.group, own)[panel.group] - own
    other_months = sum_by(panel.group, months)[panel.group] - months
    pooled = numpy.clip((others - ZERO_SLIPS * other_months) / (other_months + ZERO_OWN), 0, 0.5)
    return (numpy.maximum(own - habit - slips, 0) + ZERO_OWN * pooled) / (months - is_given + ZERO_OWN)


@dataclass(frozen=True)
class Pooled:
    """What the other units of each series' group are used to: shares of figures that repeat or come again, n x 1."""

    repeats: Matrix
    recurring: Matrix


def pooled_habits(panel: Panel, log_mass: Matrix) -> Pooled:
    """As all of a panel tells them."""
    repeated, pairs = _repeated(panel, log_mass)
    recurred, cells = _recurred(panel, log_mass)[:2]
    return Pooled(_others_repeat(panel, repeated, pairs), _others_recur(panel, recurred, cells))


def repeats(panel: Panel, log_mass: Matrix, pooled: Pooled | None = None) -> Matrix:
    """The chance that a correct figure equals the one before for a reason of its own (a rent that is fixed for years),
    from the other cells, what pure chance and slips give taken off. pooled: None where the panel itself tells it."""
    excess, both = _repeated(panel, log_mass)
    others = _others_repeat(panel, excess, both) if pooled is None else pooled.repeats
    series_repeats, pairs = excess.sum(axis=1)[:, None], both.sum(axis=1)[:, None]
    share = (numpy.maximum(series_repeats - excess - 1, 0) + REPEAT_OWN * others) / (pairs - both + REPEAT_OWN)
    return numpy.clip(share, REPEAT_LEAST, MOST)


def _repeated(panel: Panel, log_mass: Matrix) -> tuple[Matrix, numpy.ndarray]:
    """How far each figure repeats the one before beyond chance; which ones could."""
    values, before = panel.values, lagged(panel.values, 1)
    both = ~numpy.isnan(values) & ~numpy.isnan(before) & (values != 0)
    return numpy.where(both & (values == before), 1 - numpy.exp(numpy.minimum(log_mass, 0)), 0), both


def _others_repeat(panel: Panel, excess: Matrix, both: numpy.ndarray) -> Matrix:
    others, other_pairs = _of_others(panel, excess), _of_others(panel, both)
    return numpy.maximum(others - REPEAT_SLIPS * other_pairs, 0) / (other_pairs + REPEAT_OWN)


def _of_others(panel: Panel, cells: Matrix) -> Matrix:
    """The sum over the other series of the group, one column."""
    total = cells.sum(axis=1)[:, None]
    return sum_by(panel.group, total)[panel.group] - total


def recurring(panel: Panel, log_mass: Matrix, pooled: Pooled | None = None) -> Matrix:
    """The chance that a correct figure is one the series had in other months: percentages of five cases know six
    values. Learnt from how many figures have a twin, those taken off that chance or a copy explains. pooled: None where
    the panel itself tells it."""
    excess, is_figure, twins = _recurred(panel, log_mass)
    others = _others_recur(panel, excess, is_figure) if pooled is None else pooled.recurring
    series_repeats, cells = excess.sum(axis=1)[:, None], is_figure.sum(axis=1)[:, None]
    share = (numpy.maximum(series_repeats - 2 * (excess > 0), 0) + REPEAT_OWN * others) / (cells + REPEAT_OWN)
    months = numpy.maximum(cells - 1, 1)
    return numpy.where(is_figure, numpy.minimum(share, MOST) * numpy.maximum(twins, 0) / months, 0)


def _recurred(panel: Panel, log_mass: Matrix) -> tuple[Matrix, numpy.ndarray, Matrix]:
    """How far each figure comes again beyond chance; which ones could; how many twins it has."""
    values = panel.values
    is_figure = ~numpy.isnan(values) & (values != 0)
    twins = numpy.stack([(values == values[:, [t]]).sum(axis=1) for t in range(values.shape[1])], axis=1) - 1
    months = numpy.maximum(is_figure.sum(axis=1)[:, None] - 1, 1)
    beyond = numpy.maximum(1 - months * numpy.exp(numpy.minimum(log_mass, 0)), 0)
    return numpy.where(is_figure & (twins > 0), beyond, 0), is_figure, twins


def _others_recur(panel: Panel, excess: Matrix, is_figure: numpy.ndarray) -> Matrix:
    others, other_cells = _of_others(panel, excess), _of_others(panel, is_figure)
    return numpy.maximum(others - TWIN_SLIPS * other_cells, 0) / (other_cells + REPEAT_OWN)
