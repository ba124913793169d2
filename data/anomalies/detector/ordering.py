"""Medians and sums that ignore gaps, over the last axis or over groups of series, without a loop over cells."""

import numpy

from data.anomalies.detector.panel import Matrix

MAD_TO_SIGMA = 1.4826  # makes the median absolute deviation of a normal sample its standard deviation


def median(values: numpy.ndarray) -> numpy.ndarray:
    """Over the last axis; NaN where nothing is known. numpy.nanmedian takes over twice as long."""
    ordered = numpy.sort(values, axis=-1)
    counts = (~numpy.isnan(values)).sum(axis=-1)
    low = numpy.maximum((counts - 1) // 2, 0)[..., None]
    high = numpy.minimum(counts // 2, values.shape[-1] - 1)[..., None]
    middle = numpy.take_along_axis(ordered, low, -1) + numpy.take_along_axis(ordered, high, -1)
    return numpy.where(counts > 0, middle[..., 0] / 2, numpy.nan)


def median_of_others(values: Matrix) -> Matrix:
    """For each entry the median of its column without itself; NaN where it stands alone."""
    count, others = len(values), (~numpy.isnan(values)).sum(axis=0) - ~numpy.isnan(values)
    order = numpy.argsort(values, axis=0)
    rank = numpy.empty_like(order)
    numpy.put_along_axis(rank, order, numpy.arange(count)[:, None], axis=0)
    ordered = numpy.take_along_axis(values, order, axis=0)
    picked = []
    for place in (numpy.maximum((others - 1) // 2, 0), numpy.maximum(others // 2, 0)):
        picked.append(numpy.take_along_axis(ordered, numpy.minimum(place + (place >= rank), count - 1), axis=0))
    return numpy.where(others > 0, (picked[0] + picked[1]) / 2, numpy.nan)


def sum_by(codes: numpy.ndarray, values: Matrix) -> Matrix:
    """One row per code: the sum of the rows that carry it, gaps as 0."""
    total = numpy.zeros((codes.max() + 1, *values.shape[1:]))
    numpy.add.at(total, codes, numpy.nan_to_num(values))
    return total


def window(values: Matrix, reach: int) -> numpy.ndarray:
    """series x month x (2 * reach): the neighbouring months of each cell without the cell itself."""
    padded = numpy.pad(values, ((0, 0), (reach, reach)), constant_values=numpy.nan)
    wide = numpy.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    return numpy.delete(wide, reach, axis=2)


def lagged(values: Matrix, lag: int) -> Matrix:
    """values[:, t - lag]; NaN before the beginning (or, for a negative lag, after the end)."""
    out = numpy.full_like(values, numpy.nan, dtype=float)
    if 0 <= lag < values.shape[1]:
        out[:, lag:] = values[:, : values.shape[1] - lag]
    elif -values.shape[1] < lag < 0:
        out[:, :lag] = values[:, -lag:]
    return out
