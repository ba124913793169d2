"""Far outside is asked about, whatever else stands in the table; a past mistake vouches for nothing."""

import numpy
import pytest

from data.anomalies.detector import Cause, judge
from tests.data.anomalies.detector.panels import panel, town, with_figure


def seldom(units: int = 6, months: int = 36, seed: int = 2):
    """Fines of 2 to about 114 in half of the months."""
    random = numpy.random.default_rng(seed)
    happens = random.random((units, months)) < 0.5
    return numpy.where(happens, numpy.round(random.lognormal(2.7, 0.9, (units, months)).clip(2, 114), 2), 0)


@pytest.mark.parametrize("figure", [2_000.0, 86_000.0, 140_000.0])
def test_a_thousand_times_what_months_bring(figure):
    verdicts = judge(panel(with_figure(seldom(), 2, 30, figure), vtype="money", decimals=2))
    assert verdicts.score[2, 30] > 0
    assert verdicts.high[2, 30] < figure / 5


@pytest.mark.parametrize("earlier", [18, 29, 24])
def test_the_same_mistake_before_does_not_vouch(earlier):
    values = with_figure(with_figure(seldom(), 2, 30, 86_000.0), 2, earlier, 71_500.0)
    verdicts = judge(panel(values, vtype="money", decimals=2))
    assert (verdicts.score[2, [earlier, 30]] > 0).all()
    last = judge(panel(values[:, :31], vtype="money", decimals=2), months=[30], causal=True)
    assert last.score[2, 0] > 0


def test_a_year_earlier_in_a_column_without_zeros():
    values = town(units=1, months=24)
    for column in (10, 22):
        values[0, column] *= 1000
    verdicts = judge(panel(values))
    assert list(verdicts.cause[0, [10, 22]]) == [Cause.UNIT_SLIP] * 2


def test_what_no_factor_explains_is_called_so():
    values = with_figure(seldom(), 2, 30, 0.0)
    values[2, 30] = 73_000.7
    assert judge(panel(values, vtype="money", decimals=2)).cause[2, 30] != Cause.NONE
    steady = town(noise=0.02)
    steady[4, 20] = round(steady[4, 20] * 37.3)
    assert judge(panel(steady)).cause[4, 20] == Cause.UNEXPLAINED


def test_a_new_level_that_stays_is_none():
    values = town(noise=0.08)
    values[3, 20:] = numpy.round(values[3, 20:] * 18)
    assert not (judge(panel(values)).score[3, 22:] > 0).any()


def test_a_fraction_of_a_case_is_asked_about():
    random = numpy.random.default_rng(5)
    counts = random.poisson(2.0, (8, 24)).astype(float)
    verdicts = judge(panel(with_figure(counts, 3, 12, 0.2)))
    assert verdicts.score[3, 12] > 0
    assert (verdicts.score > 0).sum() == 1


def test_three_zeros_in_a_steady_series_do_not_excuse_each_other():
    values = town(units=6, months=48, noise=0.04)
    values[2, [9, 25, 40]] = 0
    assert list(judge(panel(values)).cause[2, [9, 25, 40]]) == [Cause.ZERO_FOR_MISSING] * 3


def test_rare_cases_scatter_less_above_than_below():
    counts = numpy.random.default_rng(6).poisson(2.5, (10, 30)).astype(float)
    verdicts = judge(panel(with_figure(counts, 4, 15, 40)))
    assert verdicts.cause[4, 15] in (Cause.DECIMAL_SLIP, Cause.DIGIT_DROP)
    assert verdicts.high[4].max() <= 3 * counts.max()
