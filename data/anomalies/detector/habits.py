"""What a column is used to: zeros, round figures, figures that stay or come again. Correct figures with such habits
are no evidence of a slip. The shares leave out the cell they are held against; roundness is a matter of the group."""

import numpy

from data.anomalies.detector.ordering import lagged, sum_by
from data.anomalies.detector.panel import Matrix, Panel

ZEROS = 5  # at the end of a figure that are told apart; more are met too seldom to count
LONG = 100.0  # least decimals; the ends of shorter figures are no habit but their size
ROUND_CELLS = 10.0  # figures of a column that must be round before half of the habit is believed
ZERO_OWN = 12.0  # months at which a series' own share of zeros weighs as much as its group's
ZERO_SLIPS = 0.004  # share of zeros in a group put down to slips: twice causes.PRIOR, to allow for a careless section
ZERO_LEAST = 0.0005  # share of zeros in a column that never had one
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
    zero = numpy.where(panel.values == 0, 1 - numpy.minimum(by_chance, 1), 0)
    is_given = ~numpy.isnan(panel.values)
    series_zeros, months = zero.sum(axis=1)[:, None], is_given.sum(axis=1)[:, None]
    group_zeros = sum_by(panel.group, series_zeros)[panel.group] - series_zeros
    group_months = sum_by(panel.group, months)[panel.group] - months
    pooled = numpy.clip((group_zeros - ZERO_SLIPS * group_months) / (group_months + ZERO_OWN), 0, 0.5)
    share = (numpy.maximum(series_zeros - zero - 1, 0) + ZERO_OWN * pooled) / (months - is_given + ZERO_OWN)
    return numpy.clip(share, ZERO_LEAST, MOST)


def repeats(panel: Panel, log_mass: Matrix) -> Matrix:
    """The chance that a correct figure equals the one before for a reason of its own (a rent that is fixed for years),
    from the other cells, what pure chance and slips give taken off."""
    values, before = panel.values, lagged(panel.values, 1)
    both = ~numpy.isnan(values) & ~numpy.isnan(before) & (values != 0)
    excess = numpy.where(both & (values == before), 1 - numpy.exp(numpy.minimum(log_mass, 0)), 0)
    series_repeats, pairs = excess.sum(axis=1)[:, None], both.sum(axis=1)[:, None]
    others = sum_by(panel.group, series_repeats)[panel.group] - series_repeats
    other_pairs = sum_by(panel.group, pairs)[panel.group] - pairs
    pooled = numpy.maximum(others - REPEAT_SLIPS * other_pairs, 0) / (other_pairs + REPEAT_OWN)
    share = (numpy.maximum(series_repeats - excess - 1, 0) + REPEAT_OWN * pooled) / (pairs - both + REPEAT_OWN)
    return numpy.clip(share, REPEAT_LEAST, MOST)


def recurring(panel: Panel, log_mass: Matrix) -> Matrix:
    """The chance that a correct figure is one the series had in other months: percentages of five cases know six
    values. Learnt from how many figures have a twin, those taken off that chance or a copy explains."""
    values = panel.values
    is_figure = ~numpy.isnan(values) & (values != 0)
    twins = numpy.stack([(values == values[:, [t]]).sum(axis=1) for t in range(values.shape[1])], axis=1) - 1
    months = numpy.maximum(is_figure.sum(axis=1)[:, None] - 1, 1)
    excess = numpy.where(
        is_figure & (twins > 0), numpy.maximum(1 - months * numpy.exp(numpy.minimum(log_mass, 0)), 0), 0
    )
    series_repeats, cells = excess.sum(axis=1)[:, None], is_figure.sum(axis=1)[:, None]
    others = sum_by(panel.group, series_repeats)[panel.group] - series_repeats
    other_cells = sum_by(panel.group, cells)[panel.group] - cells
    pooled = numpy.maximum(others - TWIN_SLIPS * other_cells, 0) / (other_cells + REPEAT_OWN)
    share = (numpy.maximum(series_repeats - 2 * (excess > 0), 0) + REPEAT_OWN * pooled) / (cells + REPEAT_OWN)
    return numpy.where(is_figure, numpy.minimum(share, MOST) * numpy.maximum(twins, 0) / months, 0)
