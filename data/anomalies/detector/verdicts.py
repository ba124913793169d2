"""What the detector says of each cell."""

from dataclasses import dataclass, fields

import numpy

from data.anomalies.detector.causes import Cause
from data.anomalies.detector.finding import Evidence, Finding
from data.anomalies.detector.ordering import sum_by
from data.anomalies.detector.panel import Matrix
from data.anomalies.detector.ranges import ranges

THIN_MONTHS = 4  # of a series' own; fewer say nothing of its spread
THIN_CELLS = 12  # own months and other units together: a year's worth
PEER = 2.0  # spreads: one month in twenty without a common cause
CERTAIN = 0.999  # what is learnt from figures is never certain; shown as “> 99 %”
CAUTION = 0.2  # added to the log-odds, so that a chance of 45 % is flagged: where nine of ten errors are found, found
# errors and right flags are in best balance at half of .9


@dataclass(frozen=True)
class Verdicts:
    """Matrices series x judged month; every cell has a place, a gap has NaN for a score.

    score: the log-odds that the figure is wrong, and CAUTION; > 0 is flagged. cause, second: values of Cause, with the
    probability that they are what happened. low, high: hold 95 % of correct figures; NaN, as expected, where nothing is
    known. suggested: NaN where the cause does not tell. effect: what a flagged figure adds over the suggested or else
    the expected one; effect_share: that against the total of the group's units, where figures can be totalled. peers:
    other units that left their own level and season the same way. level, season, movement, beside: what expected is
    made of, on the scale of the series (a difference of 0.1 is about 10 %). n_months, n_units: what it rests on.
    is_thin: too few of them to rely on.
    """

    score: Matrix
    probability: Matrix
    cause: Matrix
    cause_probability: Matrix
    second: Matrix
    second_probability: Matrix
    expected: Matrix
    low: Matrix
    high: Matrix
    suggested: Matrix
    effect: Matrix
    effect_share: Matrix
    peers: Matrix
    level: Matrix
    season: Matrix
    movement: Matrix
    beside: Matrix
    n_months: Matrix
    n_units: Matrix
    is_thin: Matrix

    def only(self, columns: numpy.ndarray) -> "Verdicts":
        """The verdicts on some columns."""
        return Verdicts(**{field.name: getattr(self, field.name)[:, columns] for field in fields(self)})

    @staticmethod
    def beside_each_other(parts: list["Verdicts"]) -> "Verdicts":
        """Verdicts on the same series, column after column."""
        names = [field.name for field in fields(Verdicts)]
        return Verdicts(**{name: numpy.hstack([getattr(part, name) for part in parts]) for name in names})


def verdicts_of(
    evidence: Evidence, findings: list[Finding], ends: tuple[Matrix, Matrix, Matrix] | None = None
) -> Verdicts:
    """Weigh the causes against each other and against the figure being correct. ends: low, expected and high where they
    are known already.
    """
    expectation = evidence.outlook.expectation
    weighed = _weighed(evidence, findings)
    flagged = weighed["score"] > 0
    low, expected, high = ends or ranges(evidence, ~numpy.isnan(evidence.values) & ~flagged)
    guess = numpy.where(numpy.isnan(weighed["suggested"]), expected, weighed["suggested"])
    effect = numpy.where(flagged, evidence.values - guess, 0.0)
    return Verdicts(
        **weighed,
        expected=expected,
        low=low,
        high=high,
        effect=effect,
        effect_share=_share_of_total(evidence, guess, effect),
        peers=_peers(evidence, flagged),
        level=expectation.level,
        season=expectation.season,
        movement=expectation.movement,
        beside=expectation.beside,
        n_months=expectation.months,
        n_units=expectation.units,
        is_thin=(expectation.months < THIN_MONTHS) | (expectation.months + expectation.units < THIN_CELLS),
    )


def _weighed(evidence: Evidence, findings: list[Finding]) -> dict[str, Matrix]:
    """Score, causes and suggestion."""
    logs = numpy.stack([finding.log for finding in findings])
    wrong = numpy.logaddexp.reduce(logs, axis=0)
    odds = numpy.where(numpy.isnan(evidence.values), numpy.nan, wrong - evidence.log_clean)
    flagged = odds + CAUTION > 0
    order = numpy.argsort(-logs, axis=0, kind="stable")[:2]
    shares = CERTAIN * numpy.exp(numpy.take_along_axis(logs, order, 0) - numpy.logaddexp(wrong, evidence.log_clean))
    names = numpy.array([finding.cause.value for finding in findings], dtype=object)[order]
    suggestions = numpy.stack([finding.suggested for finding in findings])
    picked = numpy.take_along_axis(suggestions, order[:1], 0)[0]
    return {
        "score": odds + CAUTION,
        "probability": CERTAIN / (1 + numpy.exp(-numpy.clip(odds, -50, 50))),
        "cause": numpy.where(flagged, names[0], Cause.NONE.value),
        "cause_probability": numpy.where(numpy.isnan(odds), numpy.nan, shares[0]),
        "second": numpy.where(flagged, names[1], Cause.NONE.value),
        "second_probability": numpy.where(numpy.isnan(odds), numpy.nan, shares[1]),
        "suggested": numpy.where(flagged, picked, numpy.nan),
    }


def _share_of_total(evidence: Evidence, guess: Matrix, effect: Matrix) -> Matrix:
    """The effect against the total over the units of the group, the guess taken where a figure is flagged."""
    panel = evidence.outlook.panel
    total = sum_by(panel.group, numpy.where(effect == 0, evidence.values, guess))[panel.group]
    summable = numpy.isin(panel.vtype, ("count", "money"))[:, None]
    return numpy.where(summable & (total != 0), effect / numpy.abs(total), numpy.nan)


def _peers(evidence: Evidence, flagged: numpy.ndarray) -> Matrix:
    expectation, group = evidence.outlook.expectation, evidence.outlook.panel.group
    moved = evidence.standard + (expectation.movement + expectation.beside) / expectation.spread
    count = numpy.zeros_like(moved)
    for side in (-1, 1):
        far = side * moved > PEER
        others = sum_by(group, (far & ~flagged).astype(float))[group] - (far & ~flagged)
        count = numpy.where(side * moved > 0, others, count)
    return count
