"""Three plain methods for comparison, as DHIS2 defines them: series x month in, a score of the same shape out.

All judge a figure against a series it is itself part of, and ignore gaps (NaN). A score is NaN where the method cannot
say anything, which its users are shown as such.
"""

from enum import StrEnum

import numpy

from data.anomalies.detector.ordering import median
from data.anomalies.detector.panel import Matrix

Z_THRESHOLD = 3.0  # DHIS2's default for both z-scores
NORMAL_QUARTILE = 0.6745  # of Iglewicz and Hoaglin: brings the median absolute deviation to the standard deviation
ROUNDING = 1e-12
BOUNDS = 2.0  # population deviations around the mean from which DHIS2 generates minimum and maximum


class Method(StrEnum):
    """Stable names."""

    Z_SCORE = "z_score"
    MODIFIED_Z_SCORE = "modified_z_score"
    MIN_MAX = "min_max"


def z_score(values: Matrix) -> Matrix:
    """(value - mean) / population deviation. Of n figures none exceeds sqrt(n - 1): ten reach 3 at most."""
    count, mean, deviation = _moments(values)
    usable = (count > 1) & (deviation > 0)
    return numpy.where(usable, (values - mean) / numpy.where(usable, deviation, 1), numpy.nan)


def modified_z_score(values: Matrix) -> Matrix:
    """0.6745 * (value - median) / median absolute deviation; NaN where more than half of the figures are equal."""
    middle = median(values)[:, None]
    deviation = median(numpy.abs(values - middle))[:, None]
    usable = deviation > 0
    return numpy.where(usable, NORMAL_QUARTILE * (values - middle) / numpy.where(usable, deviation, 1), numpy.nan)


def bounds(values: Matrix, factor: float = BOUNDS) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Minimum and maximum for each series: the mean less and plus `factor` population deviations."""
    _, mean, deviation = _moments(values)
    return (mean - factor * deviation)[:, 0], (mean + factor * deviation)[:, 0]


def min_max(values: Matrix, low: numpy.ndarray, high: numpy.ndarray) -> Matrix:
    """How far a figure lies beyond its bounds, in its own unit; 0 on and within them. One low and high a series."""
    beyond = numpy.maximum(values - high[:, None], low[:, None] - values)
    return numpy.where(numpy.isnan(beyond), numpy.nan, numpy.maximum(beyond, 0))


def flags(values: Matrix, method: Method, threshold: float = Z_THRESHOLD) -> numpy.ndarray:
    """True where the method calls a figure an outlier; the threshold, which MIN_MAX does not use, is one itself, though
    rounding may take the last digit of a score that is exactly there.
    """
    if method is Method.MIN_MAX:
        return min_max(values, *bounds(values)) > 0
    score = z_score(values) if method is Method.Z_SCORE else modified_z_score(values)
    return numpy.abs(score) >= threshold * (1 - ROUNDING)


def _moments(values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Count, mean and population deviation of each series, as columns."""
    is_given = ~numpy.isnan(values)
    count = is_given.sum(axis=1, keepdims=True)
    total = numpy.where(is_given, values, 0).sum(axis=1, keepdims=True)
    mean = numpy.where(count > 0, total / numpy.maximum(count, 1), numpy.nan)
    square = numpy.where(is_given, (values - mean) ** 2, 0).sum(axis=1, keepdims=True)
    return count, mean, numpy.sqrt(square / numpy.maximum(count, 1))
