"""What is expected of a cell: without the cell, in the column's own unit, from as much as there is."""

import numpy
import pytest

from data.anomalies.detector import Cause, judge
from data.anomalies.detector.first_look import first_expectation
from data.anomalies.detector.smoothing import smooth
from data.anomalies.detector.transform import transform_of
from tests.data.anomalies.detector.panels import panel, town, with_figure

ROW, COLUMN = 4, 20


def seen(of):
    return transform_of(of).forward(of.values, numpy.arange(len(of.values))[:, None])


@pytest.mark.parametrize("figure", [0.0, 1.0, 1e9])
def test_a_cell_does_not_move_its_own_expectation_in_pass_one(figure):
    before, after = panel(town()), panel(with_figure(town(), ROW, COLUMN, figure))
    expected = [first_expectation(one, seen(one))[ROW, COLUMN] for one in (before, after)]
    assert expected[0] == pytest.approx(expected[1], abs=1e-12)


def test_leaving_a_month_out_is_the_same_as_not_having_it():
    values = numpy.log(town(units=3, months=20))
    months, group = numpy.arange(24264, 24284), numpy.zeros(3, int)
    chosen = {0: (2.0, 24.0, 0.3, 0.0)}
    whole = smooth(values, months, group, chosen)
    missing = smooth(with_figure(values, 1, 7, numpy.nan), months, group, chosen)
    assert whole.mean[1, 7] == pytest.approx(missing.mean[1, 7], abs=2e-3)  # the centre it starts from has moved
    assert whole.variance[1, 7] == pytest.approx(missing.variance[1, 7])


def test_a_later_month_cannot_change_an_earlier_verdict():
    values = town(units=5, months=14)
    changed = values.copy()
    changed[:, 10:] *= 100
    first, second = (judge(panel(some), months=[6, 9], causal=True) for some in (values, changed))
    assert numpy.array_equal(first.score, second.score)
    assert numpy.array_equal(first.low, second.low)


def test_the_last_month_alone_is_the_last_column_of_all_causal_verdicts():
    of = panel(town(units=4, months=13))
    every, last = judge(of, causal=True), judge(of, months=[12], causal=True)
    assert numpy.array_equal(every.score[:, 12:], last.score)


def test_twice_is_the_same():
    of = panel(town())
    assert numpy.array_equal(judge(of).score, judge(of).score)


def test_the_parts_are_what_the_expectation_is_made_of():
    of = panel(town())
    verdicts = judge(of)
    mean = verdicts.level + verdicts.season + verdicts.movement + verdicts.beside
    expected = transform_of(of).back(mean, numpy.arange(12)[:, None])
    assert verdicts.expected == pytest.approx(expected, abs=0.5)
    assert (verdicts.n_months == 35).all() and (verdicts.n_units == 11).all()


def test_the_range_is_in_the_columns_unit_and_decimals_and_holds_what_is_right():
    counts = judge(panel(town()))
    assert (counts.low == numpy.round(counts.low)).all() and (counts.low >= 0).all()
    inside = (counts.low <= town()) & (town() <= counts.high)
    assert 0.92 <= inside.mean() <= 0.99
    days = judge(panel(town() / 1000, vtype="duration", decimals=1))
    assert days.high * 10 == pytest.approx(numpy.round(days.high * 10))
    assert (days.high < 1000).all()


def test_percentages_stay_within_their_bounds():
    random = numpy.random.default_rng(5)
    share = numpy.round(100 / (1 + numpy.exp(-random.normal(4, 0.4, (8, 24)))), 1)
    verdicts = judge(panel(share, vtype="pct", decimals=1, is_flow=False))
    assert (verdicts.high <= 100).all() and (verdicts.low >= 0).all()
    assert not (verdicts.score > 0).any()
    slip = judge(panel(with_figure(share, 2, 9, share[2, 9] * 10), vtype="pct", decimals=1, is_flow=False))
    assert slip.cause[2, 9] == Cause.DECIMAL_SLIP


def test_negative_figures_are_ordinary_where_they_are_usual():
    random = numpy.random.default_rng(6)
    net = numpy.round(random.normal(20, 60, (6, 24)), 1)
    verdicts = judge(panel(net, vtype="money", decimals=1))
    assert (verdicts.score > 0).mean() < 0.01
    assert (verdicts.low < 0).any()
    assert judge(panel(with_figure(net, 1, 5, 9000.5), vtype="money", decimals=1)).score[1, 5] > 0


def test_a_move_that_all_units_make_is_no_error():
    values = town(noise=0.03)
    values[:, COLUMN] = numpy.round(values[:, COLUMN] * 0.4)
    verdicts = judge(panel(values))
    assert not (verdicts.score[:, COLUMN] > 0).any()
    assert (verdicts.peers[:, COLUMN] >= 10).all()
    alone = judge(panel(with_figure(town(noise=0.03), ROW, COLUMN, round(town(noise=0.03)[ROW, COLUMN] * 0.4))))
    assert alone.score[ROW, COLUMN] > 0


def test_new_year_that_moves_between_january_and_february_is_learnt_by_a_unit_alone():
    values = numpy.round(town(units=1, months=60, noise=0.02) * 1.0)
    days = {0: 0.2, 12: 1.0, 25: 0.9, 36: 0.6, 37: 0.4, 48: 0.1, 49: 0.9, 1: 0.8}
    for column, share in days.items():
        values[0, column] = round(values[0, column] * (1 - 0.5 * share))
    verdicts = judge(panel(values))
    assert not (verdicts.score[0, [12, 25, 36, 37, 49]] > 0).any()


def test_the_effect_is_the_difference_to_the_suggestion_and_its_share_of_the_total():
    values = town()
    true = values[ROW, COLUMN]
    verdicts = judge(panel(with_figure(values, ROW, COLUMN, true * 10)))
    assert verdicts.effect[ROW, COLUMN] == true * 9
    assert verdicts.effect_share[ROW, COLUMN] == pytest.approx(true * 9 / values[:, COLUMN].sum())
    assert verdicts.effect[0, 0] == 0
