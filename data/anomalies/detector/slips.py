"""Slips of one figure: the point, the unit, two digits, one digit, the sign, a zero in place of nothing."""

import numpy

from data.anomalies.detector.causes import PRIOR, Cause
from data.anomalies.detector.finding import Evidence, Finding, keep_best, nothing
from data.anomalies.detector.panel import Matrix

DIGITS = 14  # figures up to 10**14 steps
NEAR = 1.5  # spreads below which no slip of digits can be told from noise
FAR = 3.0  # likewise for one digit more or less, which changes the size about tenfold
ANY_WIDTH = 1.0  # a figure that is wrong for no known reason lies within a factor of e, more or less
ANY_TAIL = 2.0  # degrees of freedom: nor is a hundred times out of the question
UNFIT = -3.0  # log: one unexplained figure in twenty is one its column cannot hold; nearly all such are slips
KEYS = 5  # digits of a usual figure, for which PRIOR is meant; a slip of the hand happens per key, so to long ones more
DOUBLED = 0.8  # of surplus digits are the one before typed twice; the rest is any key
POWERS = {Cause.DECIMAL_SLIP: ((1, 0.5), (-1, 0.5)), Cause.UNIT_SLIP: ((2, 0.2), (-2, 0.2), (4, 0.2), (-4, 0.2))}
POWERS[Cause.UNIT_SLIP] += ((3, 0.1), (-3, 0.1))  # 万元 is 10 000 and a per cent 100; thousands are rarer here


def slips(evidence: Evidence) -> list[Finding]:
    """One finding a cause."""
    findings = [_powers(evidence, cause) for cause in POWERS]
    return [*findings, _transposed(evidence), _digit(evidence), _sign(evidence), _zero(evidence), _doubled(evidence)]


def unexplained(evidence: Evidence) -> Finding:
    """Anything at all in place of the true figure."""
    finding = nothing(Cause.UNEXPLAINED, evidence.values)
    rows, columns = numpy.nonzero(~numpy.isnan(evidence.values))
    value = evidence.values[rows, columns]
    log = evidence.outlook.log_wide(rows, columns, value, ANY_WIDTH, ANY_TAIL)
    log = log + numpy.maximum(evidence.outlook.penalty(rows, value), UNFIT)
    finding.log[rows, columns] = log + numpy.log(PRIOR[Cause.UNEXPLAINED])
    return finding


def _powers(evidence: Evidence, cause: Cause) -> Finding:
    """Divided figures lose digits: what was reported stands for all true figures that round to it."""
    finding = nothing(cause, evidence.values)
    off = evidence.outlook.penalty(numpy.arange(len(evidence.values))[:, None], evidence.values) < 0
    rows, columns = numpy.nonzero(((numpy.abs(evidence.standard) > NEAR) | off) & (evidence.values != 0))
    value, panel = evidence.values[rows, columns], evidence.outlook.panel
    for power, share in POWERS[cause]:
        true, width = value / 10.0**power, numpy.zeros_like(value)
        if power < 0:
            width = precision(value, panel.decimals[rows]) * 10.0**-power
            true = _within(evidence, rows, columns, true, width)
        log = evidence.outlook.log_mass(rows, columns, true) + numpy.log(share * PRIOR[cause])
        log = log + numpy.log(numpy.maximum(width / panel.step[rows], 1))
        keep_best(finding, rows, columns, log[:, None], true[:, None])
    return finding


def precision(value: numpy.ndarray, decimals: numpy.ndarray) -> numpy.ndarray:
    """The last decimal a divided figure is written with: its own or the column's, but two at least, as sheets show."""
    shown = numpy.maximum(decimals, 2)
    for _ in range(4):
        shown = shown + (numpy.abs(value * 10.0**shown - numpy.round(value * 10.0**shown)) > 1e-4)
    return 10.0**-shown


def _within(
    evidence: Evidence, rows: numpy.ndarray, columns: numpy.ndarray, true: numpy.ndarray, width: numpy.ndarray
) -> numpy.ndarray:
    """The likeliest figure within width around `true`: what was lost in rounding is filled in from the expectation,
    the two weighed by their variances."""
    panel, outlook = evidence.outlook.panel, evidence.outlook
    unit, step = 10.0 ** -panel.decimals[rows].astype(float), panel.step[rows]
    expected = outlook.transform.back(outlook.expectation.mean[rows, columns], rows)
    spread = outlook.expectation.spread[rows, columns] * numpy.exp(-outlook.transform.log_slope(expected, rows))
    weight = width**2 / (width**2 + 12 * spread**2)
    filled = true + numpy.clip(weight * (expected - true), -width / 2, width / 2)
    return numpy.where(width > unit, numpy.round(filled / step) * step, true)


def _whole(evidence: Evidence, far: float) -> tuple[numpy.ndarray, ...]:
    """The cells worth a look, their figures in least decimals, sign and length."""
    rows, columns = numpy.nonzero((numpy.abs(evidence.standard) > far) & (evidence.values != 0))
    value = evidence.values[rows, columns]
    unit = 10.0 ** -evidence.outlook.panel.decimals[rows].astype(float)
    whole = numpy.round(numpy.abs(value) / unit)
    fits = (whole < 10.0**DIGITS) & (whole > 0) & (numpy.abs(numpy.abs(value) / unit - whole) < 1e-4)
    rows, columns, value, unit, whole = (part[fits] for part in (rows, columns, value, unit, whole))
    length = numpy.floor(numpy.log10(whole) + 1e-9).astype(int) + 1
    return rows, columns, whole.astype(numpy.int64), unit * numpy.sign(value), length


def _transposed(evidence: Evidence) -> Finding:
    finding = nothing(Cause.TRANSPOSITION, evidence.values)
    rows, columns, whole, unit, length = _whole(evidence, NEAR)
    place = 10 ** numpy.arange(DIGITS - 1)
    low, high = whole[:, None] // place % 10, whole[:, None] // (place * 10) % 10
    true = whole[:, None] + (low - high) * 9 * place
    leads = numpy.arange(DIGITS - 1) + 2 == length[:, None]  # no figure begins with a zero
    possible = (numpy.arange(DIGITS - 1) + 1 < length[:, None]) & (low != high) & ~(leads & (low == 0))
    log = _log(evidence, rows, columns, true * unit[:, None], possible)
    log += numpy.log(PRIOR[Cause.TRANSPOSITION] / (KEYS - 1))
    keep_best(finding, rows, columns, log, true * unit[:, None])
    return finding


def is_transposed(value: float, true: float, decimals: int) -> bool:
    """True where two neighbouring digits of one, exchanged, give the other."""
    typed, expected = (f"{abs(number):.{decimals}f}".replace(".", "") for number in (value, true))
    differ = [n for n in range(min(len(typed), len(expected))) if typed[n] != expected[n]]
    if len(typed) != len(expected) or len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    return typed[differ[0]] == expected[differ[1]] and typed[differ[1]] == expected[differ[0]]


def _digit(evidence: Evidence) -> Finding:
    """One digit lost, or one too many."""
    finding = nothing(Cause.DIGIT_DROP, evidence.values)
    rows, columns, whole, unit, length = _whole(evidence, FAR)
    place = 10 ** numpy.arange(DIGITS)
    head, tail = whole[:, None] // place, whole[:, None] % place
    lost = (head * 10 * place + tail)[:, :, None] + numpy.arange(10) * place[:, None]
    possible = (numpy.arange(DIGITS) <= length[:, None])[:, :, None] & (lost >= (10**length)[:, None, None])
    lost, possible = (part.reshape(len(whole), 10 * DIGITS) for part in (lost, possible))
    prior = numpy.log(PRIOR[Cause.DIGIT_DROP] / 2 / KEYS)
    log = _log(evidence, rows, columns, lost * unit[:, None], possible) + prior
    keep_best(finding, rows, columns, log, lost * unit[:, None])
    surplus = whole[:, None] // (place * 10) * place + tail
    twice = (head % 10 == head // 10 % 10) & (head >= 10)
    share = numpy.where(twice, DOUBLED, (1 - DOUBLED) / 10)
    possible = (numpy.arange(DIGITS) < length[:, None]) & (length > 1)[:, None]
    log = _log(evidence, rows, columns, surplus * unit[:, None], possible) + prior + numpy.log(share)
    keep_best(finding, rows, columns, log, surplus * unit[:, None])
    return finding


def _log(
    evidence: Evidence, rows: numpy.ndarray, columns: numpy.ndarray, true: Matrix, possible: Matrix
) -> numpy.ndarray:
    log = numpy.full(true.shape, -numpy.inf)
    cell, _ = numpy.nonzero(possible)
    log[possible] = evidence.outlook.log_mass(rows[cell], columns[cell], true[possible])
    return log


def _sign(evidence: Evidence) -> Finding:
    finding = nothing(Cause.SIGN_FLIP, evidence.values)
    rows, columns = numpy.nonzero((evidence.values != 0) & (numpy.abs(evidence.standard) > NEAR))
    true = -evidence.values[rows, columns]
    log = evidence.outlook.log_mass(rows, columns, true) + numpy.log(PRIOR[Cause.SIGN_FLIP])
    keep_best(finding, rows, columns, log[:, None], true[:, None])
    return finding


def _doubled(evidence: Evidence) -> Finding:
    """Everything counted twice: half of the figure is one that the column can hold."""
    finding = nothing(Cause.DOUBLED, evidence.values)
    rows, columns = numpy.nonzero((evidence.values != 0) & (evidence.standard > NEAR))
    true = evidence.values[rows, columns] / 2
    log = evidence.outlook.log_mass(rows, columns, true) + numpy.log(PRIOR[Cause.DOUBLED])
    keep_best(finding, rows, columns, log[:, None], true[:, None])
    return finding


def _zero(evidence: Evidence) -> Finding:
    finding = nothing(Cause.ZERO_FOR_MISSING, evidence.values)
    finding.log[evidence.values == 0] = numpy.log(PRIOR[Cause.ZERO_FOR_MISSING])
    return finding
