"""The expectation of a cell from the other months of its own series: Gaussian-process regression, each cell left out.

A series is a level that drifts, a season that changes slowly, and noise; all variances are in units of the noise. With
P the inverse of the covariance, the rest predicts cell i as y_i - (P y)_i / P_ii with variance 1 / P_ii: no refit.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy

from data.anomalies.detector.new_year import holiday_share
from data.anomalies.detector.ordering import MAD_TO_SIGMA, median, median_of_others
from data.anomalies.detector.panel import Matrix

Variances = tuple[float, float, float, float]  # level's drift, its length in months, the season, New Year's shift

LEVEL_PRIOR = 1000.0  # nothing is known of a series' level before its first month: thirty times its noise, squared
SEASON_MEMORY = 96.0  # months; a season loses a third of its likeness in about three years
DRIFTS = ((0.1, 24.0), (0.5, 6.0), (0.5, 24.0), (2.0, 6.0), (2.0, 24.0), (8.0, 6.0), (8.0, 24.0), (32.0, 24.0))
SEASONS = (0.0, 0.3, 1.0, 4.0, 16.0)  # variances, a factor of about four apart: finer steps change no expectation
NEW_YEARS = (0.0, 4.0, 25.0)  # the same for all months with the holiday: none, twice the noise, five times
USUAL = (2.0, 24.0, 0.3, 0.0)  # where a group is too small to tell
TRIED = 12  # series of a group on which its variances are chosen: a dozen series of a year are 144 cells
RELUCTANCE = 2.0  # log-likelihood a choice must gain over the usual one: the bar of Akaike's criterion for two numbers
TAIL = 4.0  # degrees of freedom while choosing; heavy, because suspects may still be in
CHUNK = 400  # series inverted at a time: 400 matrices of 60 x 60 are 12 MB


@dataclass(frozen=True)
class Smooth:
    """Per cell, without the cell: the mean in its two parts, and the variance of a new value in units of the noise."""

    level: Matrix
    season: Matrix
    variance: Matrix

    @property
    def mean(self) -> Matrix:
        return self.level + self.season


def smooth(seen: Matrix, months: numpy.ndarray, group: numpy.ndarray, chosen: dict[int, Variances]) -> Smooth:
    """seen: NaN for gaps and suspects; both get an expectation all the same. chosen: the variances of each group, to
    which those not there yet are added; a second pass over the same figures need not choose again."""
    centre = numpy.nan_to_num(median(seen))[:, None]
    away, is_given = seen - centre, ~numpy.isnan(seen)
    alone = is_given.sum(axis=1)[:, None] - is_given == 0
    parts = [numpy.empty_like(seen) for _ in range(3)]
    for code in range(group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(group == code)
        if code not in chosen:
            chosen[code] = _choose(away[rows], months)
        level, season = _covariances(months, *chosen[code])
        parts[0][rows] = _typical_of_others(centre[rows], is_given[rows])
        for first in range(0, len(rows), CHUNK):
            some = rows[first : first + CHUNK]
            estimates = _leave_one_out(away[some], level, season)
            parts[0][some] = numpy.where(alone[some], parts[0][some], estimates[0] + centre[some])
            parts[1][some], parts[2][some] = estimates[1:]
    return Smooth(*parts)


def _typical_of_others(centre: Matrix, is_given: numpy.ndarray) -> Matrix:
    """The level of the other units, all there is to go by where a series has no other month; its own if it is alone."""
    others = median_of_others(numpy.where(is_given.any(axis=1)[:, None], centre, numpy.nan))
    return numpy.where(numpy.isnan(others), centre, others)


def _covariances(months: numpy.ndarray, *variances: float) -> tuple[Matrix, Matrix]:
    return _covariances_of(tuple(months.tolist()), *variances)


@lru_cache(maxsize=64)  # the same few are tried for every group
def _covariances_of(
    named: tuple[int, ...], drift: float, length: float, season: float, new_year: float
) -> tuple[Matrix, Matrix]:
    months = numpy.array(named)
    apart = numpy.abs(months[:, None] - months[None, :])
    level = LEVEL_PRIOR + drift * numpy.exp(-apart / length)
    share = holiday_share(months)
    yearly = season * (apart % 12 == 0) * numpy.exp(-apart / SEASON_MEMORY)
    return level, yearly + new_year * share[:, None] * share[None, :]


def _choose(away: Matrix, months: numpy.ndarray) -> Variances:
    """The variances under which the group's cells are best predicted by the rest of their series."""
    rows = numpy.unique(numpy.linspace(0, len(away) - 1, min(TRIED, len(away))).astype(int))
    away, yearly = away[rows], len(months) > 12
    best = USUAL if yearly else (*USUAL[:2], 0.0, 0.0)
    bar = _fit(away, months, best) + RELUCTANCE
    best, bar = _better(away, months, best, bar, [(drift, length, *best[2:]) for drift, length in DRIFTS])
    if yearly:
        best, bar = _better(away, months, best, bar, [(*best[:2], season, best[3]) for season in SEASONS])
        best, bar = _better(away, months, best, bar, [(*best[:3], new_year) for new_year in NEW_YEARS])
    return best


def _better(away: Matrix, months: numpy.ndarray, best: Variances, bar: float, tried: list[Variances]) -> tuple:
    """The best of those tried that passes the bar, else the best so far; and the bar for the next."""
    tried = [variances for variances in tried if variances != best]
    fits = [_fit(away, months, variances) for variances in tried]
    top = int(numpy.argmax(fits))
    return (tried[top], fits[top]) if fits[top] > bar else (best, bar)


def _fit(away: Matrix, months: numpy.ndarray, variances: Variances) -> float:
    level, season = _covariances(months, *variances)
    is_given, inverse = _inverse(away, level + season)
    diagonal = numpy.einsum("sii->si", inverse)
    error = numpy.einsum("sij,sj->si", inverse, numpy.where(is_given, away, 0)) / numpy.sqrt(diagonal)
    error = numpy.where(is_given & (is_given.sum(axis=1) > 2)[:, None], error, numpy.nan)
    sigma = numpy.maximum(MAD_TO_SIGMA * median(numpy.abs(error)), 1e-6)[:, None]
    log = -numpy.log(sigma) + numpy.log(diagonal) / 2 - (TAIL + 1) / 2 * numpy.log1p((error / sigma) ** 2 / TAIL)
    return float(numpy.nansum(numpy.where(numpy.isnan(error), numpy.nan, log)))


def _inverse(away: Matrix, covariance: Matrix) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The inverse for the known months of each series; a month that is not known is cut off with a variance of 1."""
    is_given = ~numpy.isnan(away)
    packed = numpy.packbits(is_given, axis=1)
    _, firsts, place = numpy.unique(packed.view(f"V{packed.shape[1]}"), return_index=True, return_inverse=True)
    told = is_given[firsts]  # series with the same gaps have the same inverse; most have none
    both = told[:, :, None] & told[:, None, :]
    inverse = numpy.linalg.inv(numpy.where(both, covariance, 0) + numpy.eye(away.shape[1]))
    return is_given, inverse[place.ravel()]


def _leave_one_out(away: Matrix, level: Matrix, season: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    is_given, inverse = _inverse(away, level + season)
    diagonal = numpy.einsum("sii->si", inverse)
    weights = numpy.einsum("sij,sj->si", inverse, numpy.where(is_given, away, 0))
    inverse = numpy.where(is_given[:, :, None] & is_given[:, None, :], inverse, 0)
    residual = weights / diagonal
    parts = [weights @ part - numpy.einsum("ij,sji->si", part, inverse) * residual for part in (level, season)]
    reach = numpy.einsum("sij,ij->si", (level + season) @ inverse, level + season)
    outside = numpy.diagonal(level + season) + 1 - reach
    return *parts, numpy.where(is_given, 1 / diagonal, numpy.maximum(outside, 1))
