"""The detector: expectation, causes, verdicts; then once more without the suspects."""

from dataclasses import dataclass, fields, replace

import numpy

from data.anomalies.detector.causes import CAUSES, Cause
from data.anomalies.detector.copies import copies
from data.anomalies.detector.exchange import exchanges
from data.anomalies.detector.expectation import expect
from data.anomalies.detector.finding import Evidence, Finding
from data.anomalies.detector.first_look import first_suspects
from data.anomalies.detector.ordering import median
from data.anomalies.detector.outlook import Outlook, outlook_of
from data.anomalies.detector.panel import Matrix, Panel
from data.anomalies.detector.slips import slips, unexplained
from data.anomalies.detector.sums import matched_totals, sums
from data.anomalies.detector.transform import Scale, Transform, transform_of
from data.anomalies.detector.verdicts import Verdicts, verdicts_of

PASSES = 2  # after the first look; a third changes fewer than one verdict in a thousand
ZERO_APART = 8.0  # steps: a count of mean 8 is zero once in three thousand months, so a zero is no small count
ZERO_MORE = 0.15  # share of zeros beyond what a small count explains: then a zero means that nothing was done
SET_ASIDE = 0.0  # score above which a cell, wrong rather than right, teaches the next pass nothing
MEMORY = 36  # months that a judgement of one month looks back: three of each month of the year; 60 find no more


def judge(panel: Panel, months: numpy.ndarray | list[int] | None = None, causal: bool = False) -> Verdicts:
    """Judge the columns `months` (None: all). causal: each with the data up to it, as it looked when it came in."""
    if not panel.values.size:
        return Verdicts(**{field.name: numpy.empty(panel.values.shape) for field in fields(Verdicts)})
    wanted = numpy.arange(panel.values.shape[1]) if months is None else numpy.asarray(months, dtype=int)
    if not causal:
        return _judge(panel).only(wanted)
    parts = []
    for month in wanted:
        past = panel.until(int(month), MEMORY)
        parts.append(_judge(past).only(numpy.array([past.values.shape[1] - 1])))
    return Verdicts.beside_each_other(parts)


@dataclass(frozen=True)
class Fitted:
    """What the last pass over a panel rested on, and what it said. taught: the figures that its expectation was learnt
    from, on the scale of their series; NaN elsewhere.
    """

    evidence: Evidence
    taught: Matrix
    verdicts: Verdicts


def _judge(panel: Panel) -> Verdicts:
    return fitted(panel).verdicts


@numpy.errstate(divide="ignore", invalid="ignore")  # a gap is NaN and an impossible cause log 0 on purpose
def fitted(panel: Panel) -> Fitted:
    """All columns of a panel judged together."""
    transform = transform_of(panel)
    rows = numpy.arange(len(panel.values))[:, None]
    seen = transform.forward(panel.values, rows)
    usable = numpy.where(never_usable(panel, transform), numpy.nan, seen)
    suspect = first_suspects(panel, usable)
    repaired, chosen = panel.values, {}
    for _ in range(PASSES):
        expectation = expect(panel, transform, numpy.where(suspect, numpy.nan, usable), chosen)
        outlook = outlook_of(panel, transform, expectation)
        set_aside, evidence = suspect, evidence_of(outlook, seen, repaired)
        verdicts = verdicts_of(evidence, findings_of(evidence))
        suspect = verdicts.score > SET_ASIDE
        repaired = repaired_by(verdicts, panel.values, suspect)
    return Fitted(evidence, numpy.where(set_aside, numpy.nan, usable), verdicts)


def repaired_by(verdicts: Verdicts, values: Matrix, suspect: numpy.ndarray) -> Matrix:
    """The figures with what was likely meant, or else what was expected, in the place of suspects."""
    guess = numpy.where(numpy.isnan(verdicts.suggested), verdicts.expected, verdicts.suggested)
    return numpy.where(suspect, guess, values)


def never_usable(panel: Panel, transform: Transform) -> numpy.ndarray:
    """Cells no expectation is learnt from: figures the column cannot hold, zeros that mean nothing was done,
    percentages at their bound where most are.
    """
    typical = median(numpy.where(panel.values == 0, numpy.nan, numpy.abs(panel.values))) / panel.step
    zeros = (panel.values == 0).sum(axis=1) / numpy.maximum((~numpy.isnan(panel.values)).sum(axis=1), 1)
    apart = (numpy.nan_to_num(typical) >= ZERO_APART) | (zeros - numpy.exp(-numpy.nan_to_num(typical)) > ZERO_MORE)
    apart &= (transform.scale != Scale.SIGNED) & (zeros < 1)
    impossible = (panel.values < 0) & (transform.scale != Scale.SIGNED)[:, None]
    impossible |= (panel.values > transform.top[:, None]) & (transform.scale == Scale.LOGIT)[:, None]
    at_top = (panel.values == transform.top[:, None]) & transform.is_full[:, None]
    return impossible | ((panel.values == 0) & apart[:, None]) | at_top


def evidence_of(outlook: Outlook, seen: Matrix, repaired: Matrix) -> Evidence:
    """What causes start from. seen: the figures on the scale of their series."""
    values, expectation = outlook.panel.values, outlook.expectation
    distance = seen - expectation.mean
    standard = distance / (expectation.spread * expectation.side(distance, numpy.arange(len(values))[:, None]))
    return Evidence(outlook, outlook.log_clean(values), numpy.where(numpy.isnan(values), numpy.nan, standard), repaired)


def findings_of(evidence: Evidence) -> list[Finding]:
    """What every cause says, one finding each."""
    relief = matched_totals(evidence)
    findings = [*slips(evidence), unexplained(evidence)]
    findings += [*copies(evidence), *exchanges(evidence, findings)]
    findings = [replace(finding, log=finding.log + relief) for finding in findings]
    findings += sums(evidence, findings)
    return [_of_cause(cause, findings, evidence.values) for cause in CAUSES]


def _of_cause(cause: Cause, findings: list[Finding], values: Matrix) -> Finding:
    """All findings under one cause as one; the suggestion of the likeliest."""
    log, suggested = numpy.full_like(values, -numpy.inf), numpy.full_like(values, numpy.nan)
    for finding in findings:
        if finding.cause is cause:
            suggested = numpy.where(finding.log > log, finding.suggested, suggested)
            log = numpy.logaddexp(log, finding.log)
    return Finding(cause, log, suggested)
