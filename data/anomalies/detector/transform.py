"""The scale on which months of a series are comparable: logarithm, logit of a percentage, or signed for net figures."""

from dataclasses import dataclass
from enum import IntEnum

import numpy

from data.anomalies.detector.ordering import median, sum_by
from data.anomalies.detector.panel import Panel

NEGATIVE_SHARE = 0.04  # below it, negative figures of a group are slips of the sign (met in well under 1 of 100 cells)
NEGATIVE_LEAST = 2  # one negative figure alone is a slip, however short the panel
ABOVE_SHARE = 0.04  # likewise for percentages above 100
STRAIGHT = 5.0  # times the typical size of a net figure, within which its noise is a sum and the view is straight
FULL_SHARE = 0.15  # of a group's percentages at their bound: as with zeros, more than a good month now and then
FULL_CELLS = 12  # other percentages of a group without which nothing is known of them
PCT_OFFSET = 0.005  # of the bound: half a case of a hundred, so that 100 % and 99.5 % stay neighbours


class Scale(IntEnum):
    """How a series is seen."""

    LOG = 0
    LOGIT = 1
    SIGNED = 2


@dataclass(frozen=True)
class Transform:
    """One scale, offset and bound a series. offset keeps a zero finite: half the least step, as for any rounded
    figure; for signed series it is the size at which the view turns from straight to logarithmic. is_full: percentages
    that are at their bound so often that this says nothing of the other months."""

    scale: numpy.ndarray
    offset: numpy.ndarray
    top: numpy.ndarray
    is_full: numpy.ndarray

    def forward(self, values: numpy.ndarray, rows: numpy.ndarray) -> numpy.ndarray:
        """values on the scale of series `rows` (broadcast against each other)."""
        scale, offset, top = self.scale[rows], self.offset[rows], self.top[rows]
        log = numpy.log1p(numpy.abs(values) / offset)
        log = numpy.where(values >= 0, log, -log)
        inside = numpy.clip(values, 0, top)
        beyond = (values - inside) / offset
        logit = numpy.log((inside + offset) / (top - inside + offset)) + beyond
        signed = numpy.arcsinh(values / offset)
        return numpy.choose(scale, [log, logit, signed])

    def back(self, seen: numpy.ndarray, rows: numpy.ndarray) -> numpy.ndarray:
        """The inverse of `forward`."""
        scale, offset, top = self.scale[rows], self.offset[rows], self.top[rows]
        bounded = numpy.clip(seen, -700, 700)  # beyond it exp overflows
        log = numpy.sign(seen) * numpy.expm1(numpy.abs(bounded)) * offset
        share = 1 / (1 + numpy.exp(-bounded))
        logit = numpy.clip(share * (top + 2 * offset) - offset, 0, top)
        return numpy.choose(scale, [log, logit, numpy.sinh(bounded) * offset])

    def log_slope(self, values: numpy.ndarray, rows: numpy.ndarray) -> numpy.ndarray:
        """The logarithm of the derivative of `forward`."""
        scale, offset, top = self.scale[rows], self.offset[rows], self.top[rows]
        log = -numpy.log(numpy.abs(values) + offset)
        inside = numpy.clip(values, 0, top)
        logit = numpy.log(1 / (inside + offset) + 1 / (top - inside + offset))
        signed = -numpy.log(numpy.hypot(values, offset))
        return numpy.choose(scale, [log, logit, signed])


def transform_of(panel: Panel) -> Transform:
    """The scale of every series; one decision a group, so that comparable series stay comparable."""
    scale = numpy.zeros(len(panel.values), dtype=int)
    top = numpy.full(len(panel.values), 100.0)
    for code in range(panel.group.max(initial=-1) + 1):
        rows = numpy.flatnonzero(panel.group == code)
        given = panel.values[rows][~numpy.isnan(panel.values[rows])]
        top[rows] = 1.0 if len(given) and panel.decimals[rows[0]] >= 2 and numpy.mean(given <= 1) > 0.9 else 100.0
        scale[rows] = _scale(given, str(panel.vtype[rows[0]]), top[rows[0]])
    typical = median(numpy.where(panel.values == 0, numpy.nan, numpy.abs(panel.values)))
    typical = numpy.maximum(numpy.nan_to_num(typical, nan=1.0), panel.step)
    half = panel.step / 2
    at_top = sum_by(panel.group, (panel.values == top[:, None]).sum(axis=1))
    given_cells = sum_by(panel.group, (~numpy.isnan(panel.values)).sum(axis=1))
    is_habit = (at_top > FULL_SHARE * given_cells) & (given_cells - at_top >= FULL_CELLS)
    is_full = (scale == Scale.LOGIT) & is_habit[panel.group]
    offset = numpy.choose(scale, [half, numpy.maximum(half, PCT_OFFSET * top), STRAIGHT * typical])
    return Transform(scale, offset, top, is_full)


def _scale(given: numpy.ndarray, vtype: str, top: float) -> Scale:
    negative = (given < 0).sum()
    if negative >= NEGATIVE_LEAST and negative > NEGATIVE_SHARE * len(given):
        return Scale.SIGNED
    if vtype == "pct" and (given > top).sum() <= max(1, ABOVE_SHARE * len(given)):
        return Scale.LOGIT
    return Scale.LOG
