"""Totals that do not match their parts: which figure, replaced by what the rest implies, mends it most credibly."""

import numpy

from data.anomalies.detector.causes import PRIOR, Cause
from data.anomalies.detector.finding import Evidence, Finding, nothing
from data.anomalies.detector.ordering import lagged
from data.anomalies.detector.panel import SumRule
from data.anomalies.detector.slips import is_transposed, precision

EXCEPTION = 0.0001  # of correct returns break a rule the others keep: rounding nobody thought of
BROKEN_SHARE = 0.1  # a rule broken more often than this by all units is no rule they keep, and says nothing
SAME = 0.006  # relative; what another cause suggests and what the rule implies are then the same figure
TOTALS = 0.8  # of broken sums the total is at fault: sheets compute totals, and a mistyped part moves a computed one
WAYS = 4  # a typed cause has about so many variants (which power, which pair of digits)
COMPUTED = -2.0  # a total that matches its parts is hardly wrong by itself: a figure in seven of those mistyped


def sums(evidence: Evidence, others: list[Finding]) -> list[Finding]:
    """The findings under each cause that a broken rule supports. others: what the causes said without the rules."""
    findings: dict[Cause, Finding] = {}
    kept = _kept(evidence)
    for rule in evidence.outlook.panel.rules:
        if kept[_name(evidence, rule)]:
            for column in numpy.flatnonzero(_breaks(evidence, rule)):
                _weigh(evidence, rule, int(column), findings, others)
    return list(findings.values())


def matched_totals(evidence: Evidence) -> numpy.ndarray:
    """To be added to what is said against a total: COMPUTED where it matches its parts."""
    relief = numpy.zeros_like(evidence.values)
    for rule in evidence.outlook.panel.rules:
        gap = numpy.abs(_gap(evidence, rule))
        relief[rule.total, gap <= rule.tolerance] = COMPUTED
    return relief


def _gap(evidence: Evidence, rule: SumRule) -> numpy.ndarray:
    return evidence.values[rule.total] - evidence.values[list(rule.parts)].sum(axis=0)


def _breaks(evidence: Evidence, rule: SumRule) -> numpy.ndarray:
    return numpy.abs(_gap(evidence, rule)) > rule.tolerance + 1e-9


def _name(evidence: Evidence, rule: SumRule) -> tuple[str, str]:
    panel = evidence.outlook.panel
    return str(panel.source[rule.total]), str(panel.indicator[rule.total])


def _kept(evidence: Evidence) -> dict[tuple[str, str], bool]:
    """Which rules the units keep, told from all units together."""
    counts: dict[tuple[str, str], list[int]] = {}
    for rule in evidence.outlook.panel.rules:
        count = counts.setdefault(_name(evidence, rule), [0, 0])
        count[0] += int(_breaks(evidence, rule).sum())
        count[1] += int((~numpy.isnan(_gap(evidence, rule))).sum())
    return {name: broken <= max(3, BROKEN_SHARE * checked) for name, (broken, checked) in counts.items()}


def _weigh(evidence: Evidence, rule: SumRule, column: int, findings: dict, others: list[Finding]) -> None:
    """Each member in turn is taken to be the only wrong one: how likely is what the rest implies for it, against what
    was reported, and how likely is it that the implied figure became the reported one?"""
    members = numpy.array((rule.total, *rule.parts))
    gap = _gap(evidence, rule)[column]
    values = evidence.values[members, column]
    implied = values - numpy.where(members == rule.total, 1, -1) * gap
    decimals = evidence.outlook.panel.decimals[members].astype(float)
    implied = numpy.round(implied * 10**decimals) / 10**decimals
    pairs = [_likeliest(evidence, rule, row, column, true, others) for row, true in zip(members, implied, strict=True)]
    columns = numpy.full(len(members), column)
    clean = evidence.log_clean[members, column]
    weight = numpy.array([log for _, log in pairs])
    weight += evidence.outlook.log_mass(members, columns, implied) - clean
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
            finding.log[row, column], finding.suggested[row, column] = odds, implied[n]


def _likeliest(
    evidence: Evidence, rule: SumRule, row: int, column: int, true: float, others: list[Finding]
) -> tuple[Cause, float]:
    """The cause under which `true` is most likely to have become the figure reported, and its log-probability."""
    other = Cause.TOTAL_MISMATCH if row == rule.total else Cause.UNEXPLAINED
    share = TOTALS if row == rule.total else (1 - TOTALS) / len(rule.parts)
    weighted = [(other, _anything(evidence, row, column, true) + numpy.log(PRIOR[Cause.TOTAL_MISMATCH] * share))]
    typed = set(_typed(evidence, rule, row, column, true))
    agree = 2 * rule.tolerance + SAME * abs(true)
    typed |= {finding.cause for finding in others if abs(finding.suggested[row, column] - true) <= agree}
    weighted += [(cause, numpy.log(PRIOR[cause] / WAYS)) for cause in typed - {Cause.UNEXPLAINED}]
    return max(weighted, key=lambda pair: pair[1])


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
