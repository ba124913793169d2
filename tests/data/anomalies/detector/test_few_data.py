"""Short series, gaps, zeros, figures that never move: something is said, and how little it rests on."""

import numpy
import pytest

from data.anomalies.detector import Cause, judge
from data.anomalies.detector.classic import z_score
from tests.data.anomalies.detector.panels import panel, town, with_figure


def test_six_months_are_enough_where_there_are_units():
    values = town(units=10, months=6)
    slip = with_figure(values, 3, 4, values[3, 4] * 10)
    verdicts = judge(panel(slip))
    assert verdicts.cause[3, 4] == Cause.DECIMAL_SLIP
    assert (verdicts.score > 0).sum() == 1
    assert not (numpy.abs(z_score(slip)) > 3).any()
    assert not verdicts.is_thin.any()


def test_few_data_say_so():
    assert judge(panel([[50, 52, 51]])).is_thin.all()
    assert judge(panel(town(units=20, months=4))).is_thin.all()
    assert not judge(panel(town(units=1, months=24))).is_thin.any()


def test_one_month_of_one_series_has_no_range():
    verdicts = judge(panel([[50]]))
    assert numpy.isnan(verdicts.low[0, 0]) and numpy.isnan(verdicts.expected[0, 0])
    assert verdicts.score[0, 0] < 0 and verdicts.is_thin[0, 0]


def test_a_series_that_never_moved_is_not_blind():
    values = numpy.full((3, 12), 35.0)
    assert not (judge(panel(values, is_flow=False)).score > 0).any()
    verdicts = judge(panel(with_figure(values, 1, 7, 350), is_flow=False))
    assert (verdicts.cause[1, 7], verdicts.suggested[1, 7]) == (Cause.DECIMAL_SLIP, 35)
    assert verdicts.low[1, 7] < 35 < verdicts.high[1, 7]


def test_a_fixed_figure_of_many_digits_is_no_copy():
    rent = numpy.repeat(numpy.array([[123456.78], [98765.43], [45678.12]]), 18, axis=1)
    verdicts = judge(panel(rent, vtype="money", decimals=2))
    assert not (verdicts.score[:, 3:] > 0).any()


def test_gaps_get_an_expectation_and_no_score():
    values = town()
    values[2, 5:12] = numpy.nan
    verdicts = judge(panel(values))
    assert numpy.isnan(verdicts.score[2, 5:12]).all()
    assert (verdicts.low[2, 5:12] < verdicts.expected[2, 5:12]).all()
    assert (verdicts.cause[2, 5:12] == Cause.NONE).all()
    inside = (verdicts.low[2, 5:12] <= town()[2, 5:12]) & (town()[2, 5:12] <= verdicts.high[2, 5:12])
    assert inside.mean() > 0.5


def test_zeros_are_ordinary_where_they_are_usual_and_not_where_they_are_not():
    random = numpy.random.default_rng(8)
    few = random.poisson(1.5, (8, 24)).astype(float)
    assert not (judge(panel(few)).score > 0).any()
    often = town(units=8, months=24) * (random.random((8, 24)) < 0.7)
    verdicts = judge(panel(often))
    assert not (verdicts.score[often == 0] > 0).any()
    assert (verdicts.low[often == 0] == 0).all()
    usual = with_figure(town(units=8, months=24), 2, 3, 0)
    assert judge(panel(usual)).cause[2, 3] == Cause.ZERO_FOR_MISSING


@pytest.mark.parametrize("values", [[[0.0] * 6] * 2, [[numpy.nan] * 6] * 2, [[5.0]], [[1e15] * 5], [[-3.0, 4.0]]])
def test_nothing_breaks_on_odd_panels(values):
    for causal in (False, True):
        verdicts = judge(panel(values), causal=causal)
        assert verdicts.score.shape == numpy.shape(values)


def test_an_empty_panel_has_no_verdicts():
    assert judge(panel(numpy.empty((0, 5)))).score.shape == (0, 5)
