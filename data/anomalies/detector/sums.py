"""Totals that do not match their parts: which figure, replaced by what the rest implies, mends it most credibly."""

from dataclasses import dataclass

import numpy

from data.anomalies.detector.causes import PRIOR, Cause
from data.anomalies.detector.finding import Evidence, Finding, nothing
from data.anomalies.detector.ordering import lagged
from data.anomalies.detector.panel import SumRule
from data.anomalies.detector.slips import POWERS, is_transposed, precision

EXCEPTION = 0.0001  # of correct returns break a rule the others keep: rounding nobody thought of
BROKEN_SHARE = 0.4  # a rule broken more often than this is none that the unit keeps, and says nothing; errors in
# one part of eight break one month in seven
OTHERS = 6.0  # months of its own at which a unit's keeping of a rule weighs as much as that of the other units
FEW_BROKEN = 2  # months in which a unit that has just begun may break what all others keep
UNLIKE = -1.0  # at most so much is held against a total where a part is blank: that makes it smaller
LEFT_OUT = 4.0  # spreads within which a blank part may be what the total has over the others
SAME = 0.006  # relative; what another cause suggests and what the rule implies are then the same figure
TOTALS = 0.8  # of broken sums the total is at fault: sheets compute totals, and a mistyped part moves a computed one
WAYS = 4  # a typed cause has about so many variants (which power, which pair of digits)
COMPUTED = -2.0  # a total that matches its parts is hardly wrong by itself: a figure in seven of those mistyped


@dataclass(frozen=True)
class Gap:
    """What a total is over its parts, month by month (NaN: nothing to compare), and where that breaks the rule.
    is_guessed: a part that is usually reported is blank, so that its expected figure stands in for it."""

    over: numpy.ndarray
    is_broken: numpy.ndarray
    is_guessed: numpy.ndarray


def gap_of(evidence: Evidence, rule: SumRule) -> Gap:
    """A blank part is nothing, or a figure that was left out: the rule is broken where neither makes the sum come out.
    What a unit's blanks mean is told from its other months."""
    over = _over(evidence, rule)
    parts = numpy.array(rule.parts)
    is_blank = numpy.isnan(evidence.values[parts])
    is_off = numpy.abs(over) > rule.tolerance + 1e-9
    if not (is_blank.any(axis=0) & is_off).any():
        return Gap(over, is_off, numpy.zeros_like(is_off))
    blank = is_blank.any(axis=0) & ~numpy.isnan(over)
    signs = rule.sign_of()[:, None]
    left_out, *ends = (
        numpy.where(is_blank, signs * _figure(evidence, parts, signs * side), 0).sum(axis=0)
        for side in (0, -LEFT_OUT, LEFT_OUT)
    )
    least, most = numpy.minimum(*ends), numpy.maximum(*ends)
    is_explained = blank & (over >= least) & (over <= most)
    is_guessed = blank & is_off & (2 * (blank & ~is_off).sum() < blank.sum())
    return Gap(numpy.where(is_guessed, over - left_out, over), is_off & ~is_explained, is_guessed)


def _figure(evidence: Evidence, rows: numpy.ndarray, spreads: numpy.ndarray) -> numpy.ndarray:
    """What is expected of some series in all months, so many spreads off (one number a series)."""
    expectation = evidence.outlook.expectation
    seen = expectation.mean[rows] + spreads * expectation.spread[rows]
    return evidence.outlook.transform.back(seen, rows[:, None])


def sums(evidence: Evidence, others: list[Finding]) -> list[Finding]:
    """The findings under each cause that a broken rule supports. others: what the causes said without the rules."""
    findings: dict[Cause, Finding] = {}
    gaps = [gap_of(evidence, rule) for rule in evidence.outlook.panel.rules]
    for rule, gap, is_kept in zip(evidence.outlook.panel.rules, gaps, _kept(evidence, gaps), strict=True):
        if is_kept:
            for column in numpy.flatnonzero(gap.is_broken):
                _weigh(evidence, rule, gap, int(column), findings, others)
    return list(findings.values())


def matched_totals(evidence: Evidence) -> numpy.ndarray:
    """To be added to what is said against a total: COMPUTED where it matches its parts."""
    relief = numpy.zeros_like(evidence.values)
    for rule in evidence.outlook.panel.rules:
        gap = numpy.abs(_over(evidence, rule))
        relief[rule.total, gap <= rule.tolerance] = COMPUTED
    return relief


def _over(evidence: Evidence, rule: SumRule) -> numpy.ndarray:
    """The total less its parts, a blank part as nothing; NaN where there is no total, or none of its parts."""
    parts = evidence.values[list(rule.parts)] * rule.sign_of()[:, None]
    return numpy.where(
        numpy.isnan(parts).all(axis=0), numpy.nan, evidence.values[rule.total] - numpy.nansum(parts, axis=0)
    )


def _kept(evidence: Evidence, gaps: list["Gap"]) -> list[bool]:
    """Which rules their unit keeps: broken in few of its months, the other units' counting as OTHERS of its own."""
    panel = evidence.outlook.panel
    names = [(panel.source[rule.total], panel.indicator[rule.total], len(rule.parts)) for rule in panel.rules]
    counts = numpy.array([(gap.is_broken.sum(), (~numpy.isnan(gap.over)).sum()) for gap in gaps], float).reshape(-1, 2)
    whole: dict[tuple, numpy.ndarray] = {}
    for name, count in zip(names, counts, strict=True):
        whole[name] = whole.get(name, 0) + count
    kept = []
    for n, name in enumerate(names):
        broken, checked = whole[name] - counts[n]
        share = (counts[n, 0] + OTHERS * broken / max(checked, 1.0)) / (counts[n, 1] + OTHERS * (checked > 0))
        has_begun = counts[n, 0] <= FEW_BROKEN and broken <= BROKEN_SHARE * checked
        kept.append(has_begun or share <= BROKEN_SHARE)
    return kept


def _weigh(evidence: Evidence, rule: SumRule, gap: "Gap", column: int, findings: dict, others: list[Finding]) -> None:
    """Each member in turn is taken to be the only wrong one: how likely is what the rest implies for it, against what
    was reported, and how likely is it that the implied figure became the reported one?"""
    members, moves = numpy.array((rule.total, *rule.parts)), numpy.array((1, *-rule.sign_of()))
    is_given = ~numpy.isnan(evidence.values[members, column])
    members, moves = members[is_given], moves[is_given]
    values = evidence.values[members, column]
    implied = values - moves * gap.over[column]
    decimals = evidence.outlook.panel.decimals[members].astype(float)
    implied = numpy.round(implied * 10**decimals) / 10**decimals
    pairs = [_likeliest(evidence, rule, row, column, true, others) for row, true in zip(members, implied, strict=True)]
    columns = numpy.full(len(members), column)
    clean = evidence.log_clean[members, column]
    weight = numpy.array([log for _, log in pairs])
    gain = evidence.outlook.log_mass(members, columns, implied) - clean
    if len(members) <= len(rule.parts):
        gain = numpy.where(members == rule.total, numpy.maximum(gain, UNLIKE), gain)
    weight += gain
    exception = numpy.log(EXCEPTION) + _anything(evidence, rule.total, column, implied[0])
    for n, row in enumerate(members):
        rest = numpy.logaddexp.reduce([*numpy.delete(weight, n), exception])
        cause = pairs[n][0]
        finding = findings.setdefault(cause, nothing(cause, evidence.values))
        odds = weight[n] - rest
        if n == numpy.argmax(weight) and weight[n] > exception:  # one of them is wrong: the likeliest is always shown
            odds = max(odds, 0.0)
        odds += clean[n]
        if odds > finding.log[row, column]:
            finding.log[row, column] = odds
            finding.suggested[row, column] = numpy.nan if gap.is_guessed[column] else implied[n]


def _likeliest(
    evidence: Evidence, rule: SumRule, row: int, column: int, true: float, others: list[Finding]
) -> tuple[Cause, float]:
    """The cause under which `true` is most likely to have become the figure reported, and its log-probability."""
    other = Cause.TOTAL_MISMATCH if row == rule.total else Cause.UNEXPLAINED
    share = TOTALS if row == rule.total else (1 - TOTALS) / len(rule.parts)
    weighted = [(other, _anything(evidence, row, column, true) + numpy.log(PRIOR[Cause.TOTAL_MISMATCH] * share))]
    typed = set(_typed(evidence, rule, row, column, true))
    typed |= {finding.cause for finding in others if _agrees(finding, rule, row, column, true)}
    weighted += [(cause, numpy.log(PRIOR[cause] / WAYS)) for cause in typed - {Cause.UNEXPLAINED}]
    return max(weighted, key=lambda pair: pair[1])


def _agrees(finding: Finding, rule: SumRule, row: int, column: int, true: float) -> bool:
    """Whether a cause suggests what the rule implies; only a divided figure has lost digits that it may differ by."""
    lost = SAME * abs(true) if finding.cause in POWERS else 0.0
    return abs(finding.suggested[row, column] - true) <= 2 * rule.tolerance + lost


def _anything(evidence: Evidence, row: int, column: int, true: float) -> float:
    """The log-probability that a figure replaced by anything of its order of magnitude is the one reported."""
    transform, value, where = evidence.outlook.transform, evidence.values[[row], column], numpy.array([row])
    distance = abs(float((transform.forward(value, where) - transform.forward(numpy.array([true]), where))[0]))
    return min(float(evidence.outlook.log_step(where, value)[0]), 0.0) - distance - numpy.log(2)


def _typed(evidence: Evidence, rule: SumRule, row: int, column: int, true: float) -> list[Cause]:
    value, tolerance = evidence.values[row, column], rule.tolerance
    causes, decimals = [], evidence.outlook.panel.decimals[[row]]
    for cause, powers in ((Cause.DECIMAL_SLIP, (1, -1)), (Cause.UNIT_SLIP, (2, -2, 3, -3, 4, -4))):
        for power in powers:
            lost = float(precision(numpy.array([value]), decimals)[0]) / 2 if power < 0 else 0.0
            if value and abs(value / 10.0**power - true) <= tolerance + 1.01 * lost * 10.0**-power:
                causes.append(cause)
    if value == 0:
        causes.append(Cause.ZERO_FOR_MISSING)
    elif abs(value + true) <= tolerance:
        causes.append(Cause.SIGN_FLIP)
    elif is_transposed(value, true, int(decimals[0])):
        causes.append(Cause.TRANSPOSITION)
    for cause, lag in ((Cause.COPY_CELL, 1), (Cause.LASTYEAR_COPY, evidence.outlook.panel.year)):
        if value and value == lagged(evidence.values[row][None, :], lag)[0, column]:
            causes.append(cause)
    return causes
