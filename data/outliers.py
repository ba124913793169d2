"""Which values a series' own past makes unlikely. Plain numpy on matrices series x month; knows no store."""

import numpy

THRESHOLD = 3.5  # modified z-score of Iglewicz and Hoaglin (1993), here against the months before only
MIN_MONTHS = 4  # below that a median says nothing; jumps still do
WINDOW = 24  # months looked back
COUNT_STEP = 0.5  # half a case: lets a zero have a logarithm
LEVEL_FLOOR = 0.10  # a scale of less than 10 % would flag a rounding
RATE_FLOOR = 2.5  # percentage points: one case of forty; in small units a single case moves a rate by as much
JUMP_FACTOR = 2.0  # doubling or halving; the published 30 % is meant for totals and fires on noise in single rows
JUMP_BASE = 10.0  # from 1 to 3 is no news
JUMP_NOISE = 4.0  # a count varies by its own square root


def transform(values: numpy.ndarray, is_rate: numpy.ndarray) -> numpy.ndarray:
    """Counts and amounts as signed logarithms, rates (True in is_rate, one flag a row) as they are."""
    logs = numpy.sign(values) * numpy.log((numpy.abs(values) + COUNT_STEP) / COUNT_STEP)
    return numpy.where(is_rate[:, None], values, logs)


def restore(transformed: numpy.ndarray, is_rate: numpy.ndarray) -> numpy.ndarray:
    """The inverse of `transform`, row by row, for one value a row."""
    values = numpy.sign(transformed) * (numpy.exp(numpy.abs(transformed)) - 1) * COUNT_STEP
    return numpy.where(is_rate, transformed, values)


def outliers(values: numpy.ndarray, is_rate: numpy.ndarray, is_count: numpy.ndarray, month: int) -> dict:
    """Judge column `month` against the up to WINDOW columns before it.

    values: series x month, NaN where nothing was reported. Returns arrays with one entry a series: z (NaN with fewer
    than MIN_MONTHS of past), low, high (the range within which nothing is flagged), median, months.
    """
    past = transform(values[:, max(0, month - WINDOW) : month], is_rate)
    months = (~numpy.isnan(past)).sum(axis=1)
    enough = months >= MIN_MONTHS
    centre, spread = _centre_and_spread(past, enough)
    floor = _floor(restore(centre, is_rate), is_rate, is_count)
    scale = numpy.maximum(1.4826 * spread, floor) * (1 + 2 / numpy.maximum(months, 1))
    now = transform(values[:, month : month + 1], is_rate)[:, 0]
    return {
        "z": (now - centre) / scale,
        "low": restore(centre - THRESHOLD * scale, is_rate),
        "high": restore(centre + THRESHOLD * scale, is_rate),
        "median": restore(centre, is_rate),
        "months": months,
    }


def _centre_and_spread(past: numpy.ndarray, enough: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    centre = numpy.full(len(past), numpy.nan)
    spread = numpy.full(len(past), numpy.nan)
    if enough.any():
        centre[enough] = numpy.nanmedian(past[enough], axis=1)
        spread[enough] = numpy.nanmedian(numpy.abs(past[enough] - centre[enough, None]), axis=1)
    return centre, spread


def _floor(median: numpy.ndarray, is_rate: numpy.ndarray, is_count: numpy.ndarray) -> numpy.ndarray:
    """The least scale: where MAD is 0 (the same value for months) a count still varies like a Poisson count."""
    poisson = 1 / numpy.sqrt(numpy.abs(median) + 1)
    floor = numpy.where(is_count, numpy.maximum(poisson, LEVEL_FLOOR), LEVEL_FLOOR)
    return numpy.where(is_rate, RATE_FLOOR, floor)


def jumps(values: numpy.ndarray, is_rate: numpy.ndarray, month: int) -> numpy.ndarray:
    """The ratio to the month before where it is a jump, NaN elsewhere; the fall back after a lone peak is none."""
    ratio = numpy.full(len(values), numpy.nan)
    if month == 0:
        return ratio
    now, before = values[:, month], values[:, month - 1]
    usable = (before > 0) & (now >= 0) & ~is_rate & (numpy.maximum(now, before) >= JUMP_BASE)
    usable &= numpy.abs(now - before) > JUMP_NOISE * numpy.sqrt(numpy.maximum(now, before))
    quotient = numpy.where(usable, (now + COUNT_STEP) / (before + COUNT_STEP), 1)
    jumped = (quotient >= JUMP_FACTOR) | (quotient <= 1 / JUMP_FACTOR)
    return numpy.where(usable & jumped & ~_returns(values, month), quotient, numpy.nan)


def _returns(values: numpy.ndarray, month: int) -> numpy.ndarray:
    """True where the value lies within half to double of the median of the months before the last."""
    past = values[:, max(0, month - WINDOW) : month - 1]
    known = (~numpy.isnan(past)).sum(axis=1) >= MIN_MONTHS - 1
    median = numpy.full(len(values), numpy.nan)
    if known.any():
        median[known] = numpy.nanmedian(past[known], axis=1)
    now = values[:, month]
    return known & (now <= 2 * median) & (now >= median / 2)
