"""Figures taken from elsewhere: last month, last year, another unit. That they agree to the last digit is the evidence,
so that six digits say much and two say little."""

import numpy

from data.anomalies.detector.causes import PRIOR, Cause
from data.anomalies.detector.finding import Evidence, Finding, nothing
from data.anomalies.detector.ordering import lagged, sum_by

FORM_LEAST = 2  # figures that must repeat before a form counts as copied
CHANGED = -4.0  # log: one figure in fifty of a copied form has been brought up to date, or was corrected since
COMMON = -0.7  # log of one half: a figure likelier than that repeats by itself


def copies(evidence: Evidence) -> list[Finding]:
    """One finding a cause."""
    return [
        _of_cell(evidence, Cause.COPY_CELL, 1),
        _of_form(evidence, Cause.COPY_FORM, 1),
        _last_year(evidence),
        _other_unit(evidence),
    ]


def _last_year(evidence: Evidence) -> Finding:
    year = evidence.outlook.panel.year
    cell = _of_cell(evidence, Cause.LASTYEAR_COPY, year)
    form = _of_form(evidence, Cause.LASTYEAR_COPY, year)
    return Finding(cell.cause, numpy.logaddexp(cell.log, form.log), cell.suggested)


def _of_cell(evidence: Evidence, cause: Cause, lag: int) -> Finding:
    finding = nothing(cause, evidence.values)
    same = (evidence.values == lagged(evidence.values, lag)) & (evidence.values != 0)
    finding.log[same] = numpy.log(PRIOR[cause])
    return finding


def _copied(log_prior: float | numpy.ndarray, source_right: numpy.ndarray) -> numpy.ndarray:
    """Of two equal figures either may be the copy: the one whose model is likelier to hold the other is not."""
    return log_prior - numpy.logaddexp(0, log_prior - source_right)


def _of_form(evidence: Evidence, cause: Cause, lag: int) -> Finding:
    """The figures of a return that both months have are equal; the odds against chance multiply."""
    finding = nothing(cause, evidence.values)
    values, before = evidence.values, lagged(evidence.values, lag)
    both = ~numpy.isnan(values) & ~numpy.isnan(before)
    same = both & (values == before)
    telling = same & (values != 0) & (evidence.log_clean < COMMON)
    form = evidence.outlook.panel.form
    against = numpy.where(telling, -evidence.log_clean, 0) + numpy.where(both & ~same, CHANGED, 0)
    odds = numpy.log(PRIOR[cause]) + sum_by(form, against)
    odds = numpy.where(sum_by(form, telling) >= FORM_LEAST, odds, -numpy.inf)[form]
    finding.log[telling] = (evidence.log_clean + odds)[telling]
    return finding


def _other_unit(evidence: Evidence) -> Finding:
    """Figures equal to those of another unit of the group in the same month, one by one and as a form."""
    finding = nothing(Cause.OTHER_UNIT, evidence.values)
    copy, source, column = _equal_pairs(evidence)
    panel = evidence.outlook.panel
    others = numpy.maximum(panel.units_in_group[copy] - 1, 1)
    prior = numpy.log(PRIOR[Cause.OTHER_UNIT] / others)
    single = _copied(prior, evidence.log_clean[source, column])
    log = numpy.logaddexp(single, _as_form(evidence, copy, source, column, prior))
    numpy.logaddexp.at(finding.log, (copy, column), log)
    return finding


def _equal_pairs(evidence: Evidence) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """(row, other row, column) of equal figures, each pair in both orders; found by sorting, as neighbours."""
    group = evidence.outlook.panel.group
    rows, columns = numpy.nonzero(~numpy.isnan(evidence.values) & (evidence.values != 0))
    order = numpy.lexsort((evidence.values[rows, columns], columns, group[rows]))
    rows, columns = rows[order], columns[order]
    values = evidence.values[rows, columns]
    same = (values[1:] == values[:-1]) & (columns[1:] == columns[:-1]) & (group[rows[1:]] == group[rows[:-1]])
    first, second = rows[:-1][same], rows[1:][same]
    return numpy.append(first, second), numpy.append(second, first), numpy.tile(columns[1:][same], 2)


def _as_form(
    evidence: Evidence, copy: numpy.ndarray, source: numpy.ndarray, column: numpy.ndarray, prior: numpy.ndarray
) -> numpy.ndarray:
    """Where most figures of one return are another unit's, their odds multiply; -inf elsewhere."""
    form = evidence.outlook.panel.form
    telling = (evidence.log_clean[copy, column] < COMMON) & (evidence.log_clean[source, column] < COMMON)
    forms, months = form.max(initial=0) + 1, evidence.values.shape[1]
    pair = numpy.unique((form[copy] * forms + form[source]) * months + column, return_inverse=True)[1].ravel()
    itself, other = (numpy.bincount(pair, telling * evidence.log_clean[rows, column]) for rows in (copy, source))
    count = numpy.bincount(pair, telling)[pair] if len(pair) else numpy.zeros(0)
    filled = sum_by(form, ~numpy.isnan(evidence.values))[form[copy], column]
    odds = _copied(prior, other[pair]) - itself[pair] + CHANGED * (filled - count)
    whole = telling & (count >= FORM_LEAST) & (2 * count > filled)
    return numpy.where(whole, evidence.log_clean[copy, column] + odds, -numpy.inf)
