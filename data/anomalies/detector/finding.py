"""What one cause has to say about every cell."""

from dataclasses import dataclass

import numpy

from data.anomalies.detector.causes import Cause
from data.anomalies.detector.outlook import Outlook
from data.anomalies.detector.panel import Matrix


@dataclass(frozen=True)
class Finding:
    """log: the log-probability, cause included, of the figure as reported (-inf: not possible). suggested: what the
    figure would then have been, NaN where the cause does not tell."""

    cause: Cause
    log: Matrix
    suggested: Matrix


@dataclass(frozen=True)
class Evidence:
    """What every cause starts from: the clean model, the figures, how likely they are if correct, and how far off."""

    outlook: Outlook
    log_clean: Matrix
    standard: Matrix  # deviations in spreads
    repaired: Matrix  # the figures with suspects replaced by what they should be

    @property
    def values(self) -> Matrix:
        return self.outlook.panel.values


def nothing(cause: Cause, values: Matrix) -> Finding:
    """A finding to fill in."""
    return Finding(cause, numpy.full_like(values, -numpy.inf), numpy.full_like(values, numpy.nan))


def keep_best(finding: Finding, rows: numpy.ndarray, columns: numpy.ndarray, log: Matrix, suggested: Matrix) -> None:
    """Add candidates (cells x candidates) to the finding: probabilities add up, the likeliest is suggested."""
    best = numpy.argmax(log, axis=1)[:, None]
    top = numpy.take_along_axis(log, best, 1)[:, 0]
    better = top > finding.log[rows, columns]
    finding.suggested[rows[better], columns[better]] = numpy.take_along_axis(suggested, best, 1)[better, 0]
    safe = numpy.where(numpy.isfinite(top), top, 0)[:, None]
    with numpy.errstate(divide="ignore"):
        total = numpy.log(numpy.exp(log - safe).sum(axis=1)) + safe[:, 0]
    finding.log[rows, columns] = numpy.logaddexp(finding.log[rows, columns], total)
