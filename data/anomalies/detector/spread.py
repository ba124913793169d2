"""How far a cell may lie from its expectation: a series' own spread drawn towards its group's, rounding, tails."""

import functools

import numpy

from data.anomalies.detector.ordering import MAD_TO_SIGMA, median, median_of_others
from data.anomalies.detector.panel import Matrix, Panel
from data.anomalies.detector.transform import Transform

# The logarithm of a spread estimated from n months has variance 1.36 / n (the median absolute deviation of a normal
# sample); spreads of units within a group differ by a factor of about 1.5, variance 0.16. Their ratio is the number of
# months at which the two weigh the same.
POOL = 8.5
TRIMMED = 1.25  # times the trimmed mean is four fifths of a normal sample's deviation: it counts only where more than
# half of the months are the same, as with days of which 20 are usual
LEAST_CELLS = 40  # residuals of a group without which its tails are taken as usual
TAILS = (2.5, 4.0, 7.0, 15.0)  # degrees of freedom tried; below 2.5 nothing is ever unlikely, above 15 it is normal
USUAL_TAIL = 4.0
STEEPEST = -0.5  # a unit four times as large scatters half as much, as a sum of four independent ones would; no less
SIZES = 10.0  # units a factor e apart that must show it before half of it is believed
CALM = 4.0  # the log of a spread from n units has variance 1.36 / n, that of months among each other about 0.35 (0.6
# squared: a restless month scatters twice as much); as with POOL their ratio is the number at which both weigh the same
QUARTER = 1.7  # of a normal sample's deviations, in units of their median, a quarter is larger
MOST_UNREST = 4.0  # a form typed in the wrong unit is off in all columns, by fifty spreads and more; it must not pass
SIDE = 0.95  # the quantile by which the two sides of a distribution are compared
SIDES = (0.4, 1.6)  # a side is hardly less than half as wide as both, nor twice
SETTLED = 80.0  # cells at which that quantile, off by a tenth, is half believed
RELUCTANCE = 2.0  # log-likelihood to gain over the usual tail, as in smoothing


def own_spread(panel: Panel, transform: Transform, standard: Matrix) -> numpy.ndarray:
    """One number a series: the spread of its noise, from residuals divided by the root of their relative variance."""
    counts = (~numpy.isnan(standard)).sum(axis=1)
    rounding = rounding_spread(panel, transform)
    sigma = numpy.nan_to_num(MAD_TO_SIGMA * median(numpy.abs(standard)))
    sigma = numpy.maximum.reduce([sigma, TRIMMED * _trimmed_mean(numpy.abs(standard)), rounding])
    expected = _pooled(panel, sigma, counts)
    weight = counts / (counts + POOL)
    blend = numpy.exp(weight * numpy.log(sigma) + (1 - weight) * numpy.log(expected))
    return numpy.maximum(blend, rounding)


def _trimmed_mean(far: Matrix) -> numpy.ndarray:
    """The mean of each series without its largest tenth; 0 where nothing is known."""
    counts = (~numpy.isnan(far)).sum(axis=1)
    kept = numpy.maximum(counts * 9 // 10, numpy.minimum(counts, 1))
    ordered = numpy.nan_to_num(numpy.sort(far, axis=1))
    return numpy.where(numpy.arange(far.shape[1]) < kept[:, None], ordered, 0).sum(axis=1) / numpy.maximum(kept, 1)


def rounding_spread(panel: Panel, transform: Transform) -> numpy.ndarray:
    """The standard deviation that rounding alone causes, at the series' typical size."""
    typical = numpy.nan_to_num(median(panel.values))
    rows = numpy.arange(len(typical))
    return panel.step / numpy.sqrt(12) * numpy.exp(transform.log_slope(typical, rows))


def _pooled(panel: Panel, sigma: numpy.ndarray, counts: numpy.ndarray) -> numpy.ndarray:
    """The spread usual in the group for a unit of this size; a count that adds up scatters at least by its root."""
    chance = counting_spread(panel)
    beyond = numpy.log(numpy.sqrt(numpy.maximum(sigma**2 - chance**2, (sigma / 2) ** 2)))
    size = numpy.log(numpy.maximum(numpy.nan_to_num(median(numpy.abs(panel.values)), nan=0), panel.step))
    pooled = numpy.empty_like(sigma)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        told = rows[counts[rows] >= min(3, counts[rows].max())]
        middle, typical = numpy.median(beyond[told]), numpy.median(size[told])
        away = size[told] - typical
        slope = numpy.sum(away * (beyond[told] - middle)) / (numpy.sum(away**2) + SIZES)
        pooled[rows] = numpy.exp(middle + numpy.clip(slope, STEEPEST, 0) * (size[rows] - typical))
    return numpy.hypot(pooled, chance)


def counting_spread(panel: Panel) -> numpy.ndarray:
    """On the logarithm a count of mean m scatters by 1 / sqrt(m); only figures that add up are counts of events."""
    typical = numpy.maximum(numpy.nan_to_num(median(panel.values)), 0)
    is_count = (panel.vtype == "count") & panel.is_flow & (panel.step <= 1)
    return numpy.where(is_count, 1 / numpy.sqrt(typical + 1), 0.0)


def unrest(codes: numpy.ndarray, standard: Matrix, usual: numpy.ndarray | None = None) -> Matrix:
    """The factor by which the rest of a group, or of a form, scatters more in a month than usual: a new rule, a new
    boundary, a lockdown. Series that know nothing of each other's month count as CALM usual ones. usual: see
    `usually_off`; None where the months of `standard` tell it themselves."""
    usual = usually_off(standard) if usual is None else usual
    factor = numpy.ones_like(standard)
    for code in range(codes.max(initial=-1) + 1):
        rows = numpy.flatnonzero(codes == code)
        if len(rows) > 1:
            far = numpy.abs(standard[rows]) * MAD_TO_SIGMA
            far = far / numpy.maximum(usual[rows] / QUARTER, 1)[:, None]
            others = (~numpy.isnan(far)).sum(axis=0) - ~numpy.isnan(far)
            log_factor = numpy.log(numpy.clip(numpy.nan_to_num(median_of_others(far), nan=1.0), 1.0, None))
            factor[rows] = numpy.exp(log_factor * others / (others + CALM))
    return numpy.minimum(factor, MOST_UNREST)


def usually_off(standard: Matrix) -> numpy.ndarray:
    """What three months of four of each series do not exceed: one that is restless all the time tells of no month."""
    far = numpy.abs(standard) * MAD_TO_SIGMA
    ordered = numpy.sort(far, axis=1)
    place = numpy.minimum((~numpy.isnan(far)).sum(axis=1) * 3 // 4, far.shape[1] - 1)
    return numpy.nan_to_num(ordered[numpy.arange(len(far)), place], nan=QUARTER)


def tails(panel: Panel, standard: Matrix) -> numpy.ndarray:
    """Degrees of freedom of a Student distribution for each series, chosen by its group's residuals."""
    degrees = numpy.full(len(standard), USUAL_TAIL)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        given = standard[rows][~numpy.isnan(standard[rows])]
        if len(given) >= LEAST_CELLS:
            fits = [student(given, nu).sum() for nu in TAILS]
            usual = fits[TAILS.index(USUAL_TAIL)]
            if max(fits) > usual + RELUCTANCE:
                degrees[rows] = TAILS[int(numpy.argmax(fits))]
    return degrees


def shape(panel: Panel, standard: Matrix) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Of each series, told by its group: the degrees of freedom, and how much wider than both together its deviations
    are below and above. Rare cases scatter below their level, where zero is near, and hardly above."""
    degrees = tails(panel, standard)
    sides = [numpy.ones(len(standard)), numpy.ones(len(standard))]
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        given = standard[rows][~numpy.isnan(standard[rows])]
        if len(given) >= LEAST_CELLS:
            usual = float(student_quantile(SIDE, degrees[rows[0]]))
            weight = len(given) / (len(given) + SETTLED)
            for n, sign in enumerate((-1, 1)):
                wide = float(numpy.quantile(sign * given, SIDE)) / usual
                sides[n][rows] = numpy.clip(wide, *SIDES) ** weight
    return degrees, *sides


def student(standard: numpy.ndarray, nu: numpy.ndarray | float) -> numpy.ndarray:
    """The log-density of Student's distribution at deviations measured in units of 1.4826 median absolute deviations,
    so that its middle is as wide as the normal one of the same median."""
    factor = _middle(nu)
    scaled = standard * factor
    return numpy.log(factor) + _log_constant(nu) - (nu + 1) / 2 * numpy.log1p(scaled**2 / nu)


def _middle(nu: numpy.ndarray | float) -> numpy.ndarray:
    """The third quartile of Student's distribution over the normal one (0.6745), to within 0.5 %."""
    return 1 + 0.362 / nu + 0.118 / nu**2


def _log_constant(nu: numpy.ndarray | float) -> numpy.ndarray:
    nu = numpy.asarray(nu, dtype=float)
    return _log_gamma((nu + 1) / 2) - _log_gamma(nu / 2) - numpy.log(nu * numpy.pi) / 2


def _log_gamma(x: numpy.ndarray) -> numpy.ndarray:
    """Stirling's series after five steps of the recurrence: exact to ten digits for x > 0."""
    shifted = x + 5
    series = (shifted - 0.5) * numpy.log(shifted) - shifted + numpy.log(2 * numpy.pi) / 2
    series += 1 / (12 * shifted) - 1 / (360 * shifted**3)
    return series - numpy.log(x * (x + 1) * (x + 2) * (x + 3) * (x + 4))


_AT = numpy.linspace(0, 12, 2401)


def student_quantile(held: numpy.ndarray | float, nu: numpy.ndarray | float) -> numpy.ndarray:
    """Where Student's distribution, in the units of `student`, has so much below it; held from 0.5."""
    if numpy.ndim(nu):
        each, number = numpy.unique(nu, return_inverse=True)
        return numpy.array([student_quantile(held, float(degrees)) for degrees in each])[number]
    return numpy.interp(held, _below(float(nu)), _AT)


@functools.cache
def _below(nu: float) -> numpy.ndarray:
    density = numpy.exp(student(_AT, nu))
    steps = (density[1:] + density[:-1]) / 2 * (_AT[1] - _AT[0])
    return 0.5 + numpy.append(0.0, numpy.cumsum(steps))
