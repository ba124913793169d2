"""Every cause, planted once into figures that are otherwise right: it is named, and undone where it can be."""

from dataclasses import replace

import numpy
import pytest

from data.anomalies.detector import Cause, SumRule, judge
from tests.data.anomalies.detector.panels import panel, town, with_figure

ROW, COLUMN = 4, 20


def told(values, row=ROW, column=COLUMN, **kinds):
    """The verdict on one cell as (flagged, cause, suggested)."""
    verdicts = judge(panel(values, **kinds))
    return verdicts.score[row, column] > 0, verdicts.cause[row, column], verdicts.suggested[row, column]


def sized(figure):
    """A town in which the cell, quite rightly, is `figure`."""
    values = town()
    values[ROW] = numpy.round(values[ROW] / values[ROW, COLUMN] * figure)
    return values


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        (10, Cause.DECIMAL_SLIP),
        (0.1, Cause.DECIMAL_SLIP),
        (100, Cause.UNIT_SLIP),
        (0.01, Cause.UNIT_SLIP),
        (1000, Cause.UNIT_SLIP),
        (10_000, Cause.UNIT_SLIP),
        (0.0001, Cause.UNIT_SLIP),
    ],
)
def test_a_factor_of_ten_is_named_and_undone(factor, cause):
    values = town()
    true = values[ROW, COLUMN]
    flagged, found, suggested = told(with_figure(values, ROW, COLUMN, round(true * factor, 2)))
    assert (flagged, found) == (True, cause)
    assert suggested == pytest.approx(true, rel=0.02)


def test_two_digits_exchanged():
    values = sized(18_345)
    assert told(with_figure(values, ROW, COLUMN, 81_345)) == (True, Cause.TRANSPOSITION, 18_345)


def test_a_digit_lost_and_a_digit_twice():
    values = sized(18_345)
    assert told(with_figure(values, ROW, COLUMN, 8_345)) == (True, Cause.DIGIT_DROP, 18_345)
    assert told(with_figure(values, ROW, COLUMN, 118_345)) == (True, Cause.DIGIT_DROP, 18_345)


def test_a_sign():
    values = town()
    assert told(with_figure(values, ROW, COLUMN, -values[ROW, COLUMN])) == (
        True,
        Cause.SIGN_FLIP,
        values[ROW, COLUMN],
    )


def test_zero_instead_of_missing_suggests_no_figure():
    flagged, cause, suggested = told(with_figure(town(), ROW, COLUMN, 0))
    assert (flagged, cause) == (True, Cause.ZERO_FOR_MISSING)
    assert numpy.isnan(suggested)


def test_last_months_figure_counts_by_its_digits():
    values = town()
    assert told(with_figure(values, ROW, COLUMN, values[ROW, COLUMN - 1]))[:2] == (True, Cause.COPY_CELL)
    small = town(level=2.0, noise=0.3)
    assert not told(with_figure(small, ROW, COLUMN, small[ROW, COLUMN - 1]))[0]


def test_last_years_figure():
    values = town(noise=0.1)
    assert told(with_figure(values, ROW, COLUMN, values[ROW, COLUMN - 12]))[:2] == (True, Cause.LASTYEAR_COPY)


def test_another_units_figure_is_held_against_the_one_it_does_not_fit():
    values = town()
    other = 5
    values[other] = numpy.round(values[ROW] * 1.8 + numpy.arange(values.shape[1]))
    verdicts = judge(panel(with_figure(values, ROW, COLUMN, values[other, COLUMN])))
    assert verdicts.cause[ROW, COLUMN] == Cause.OTHER_UNIT
    assert verdicts.score[other, COLUMN] < 0


def form(seed: int = 3):
    """Four units with three columns of different size."""
    values = numpy.vstack([town(seed + n, units=4, level=level) for n, level in enumerate((6.0, 9.0, 12.0))])
    names = {"units": [f"unit {n % 4}" for n in range(12)], "indicators": numpy.repeat(["a", "b", "c"], 4)}
    return values, names


def test_a_whole_form_of_last_month():
    values, names = form()
    for row in (1, 5, 9):
        values[row, COLUMN] = values[row, COLUMN - 1]
    verdicts = judge(panel(values, **names))
    assert [verdicts.cause[row, COLUMN] for row in (1, 5, 9)] == [Cause.COPY_FORM] * 3


def test_a_whole_form_of_another_unit():
    values, names = form()
    values[[2, 6, 10]] = numpy.round(values[[1, 5, 9]] * numpy.array([[1.8], [1.9], [2.1]]))
    values[[1, 5, 9], COLUMN] = values[[2, 6, 10], COLUMN]
    verdicts = judge(panel(values, **names))
    assert [verdicts.cause[row, COLUMN] for row in (1, 5, 9)] == [Cause.OTHER_UNIT] * 3
    assert (verdicts.score[[2, 6, 10], COLUMN] < 0).all()


def test_two_columns_exchanged():
    values, names = form()
    a, b = values[1, COLUMN], values[5, COLUMN]
    values[1, COLUMN], values[5, COLUMN] = b, a
    verdicts = judge(panel(values, **names))
    assert [verdicts.cause[row, COLUMN] for row in (1, 5)] == [Cause.COLUMN_SWAP] * 2
    assert (verdicts.suggested[1, COLUMN], verdicts.suggested[5, COLUMN]) == (a, b)


def test_the_year_so_far_instead_of_the_month():
    values = town()
    true = values[ROW, 28:31].copy()
    for column in (28, 29, 30):  # May to July of the third year
        values[ROW, column] = values[ROW, 24:28].sum() + true[: column - 27].sum()
    verdicts = judge(panel(values))
    assert list(verdicts.cause[ROW, 28:31]) == [Cause.CUMULATIVE] * 3
    assert verdicts.suggested[ROW, 28:31] == pytest.approx(true)
    assert Cause.CUMULATIVE not in judge(panel(values, is_flow=False)).cause


def test_the_year_so_far_may_have_begun_before_the_panel():
    values = town(units=8, months=20)
    late = replace(panel(values[:, 3:]), months=2022 * 12 + 3 + numpy.arange(17))
    so_far = values[3, :6].sum()
    verdicts = judge(replace(late, values=with_figure(values[:, 3:], 3, 2, so_far)))
    assert verdicts.cause[3, 2] == Cause.CUMULATIVE
    assert numpy.isnan(verdicts.suggested[3, 2])


def test_a_doubled_figure_is_no_year_so_far():
    values = town(noise=0.03)
    true = values[ROW, 31]  # August: the year so far is eight times as large
    assert told(with_figure(values, ROW, 31, true * 2), column=31) == (True, Cause.DOUBLED, true)
    alone = judge(panel(with_figure(values, ROW, 31, true + values[ROW, 30]))).cause[ROW, 31]
    assert alone != Cause.CUMULATIVE


def test_last_months_figure_is_taken_off_only_where_it_was_a_year_so_far():
    values = town(noise=0.03)
    true = values[ROW, 26:32].copy()
    for column in (29, 30, 31):
        values[ROW, column] = values[ROW, 24:26].sum() + true[: column - 25].sum()
    values[ROW, 27] = numpy.nan  # so that not all of the year is known
    verdicts = judge(panel(values))
    assert list(verdicts.cause[ROW, 29:32]) == [Cause.CUMULATIVE] * 3
    assert verdicts.suggested[ROW, 31] == pytest.approx(true[5])


def test_a_year_so_far_of_a_column_that_is_mostly_zero_is_told_by_its_digits():
    values = numpy.zeros((6, 36))
    random = numpy.random.default_rng(4)
    happens = random.random(values.shape) < 0.3
    values[happens] = numpy.round(random.lognormal(9, 1.2, happens.sum()), 2)
    values[2, 24:32] = [0, 5812.44, 0, 0, 9120.1, 14932.54, 14932.54, 0]
    verdicts = judge(panel(values, vtype="money", decimals=2))
    assert set(verdicts.cause[2, [29, 30]]) <= {Cause.CUMULATIVE, Cause.COPY_CELL}
    assert verdicts.suggested[2, 29] == 0


def test_quarters_add_up_and_repeat_as_months_do():
    values = town(units=8, months=24)
    of = replace(panel(values), months=2022 * 12 + 3 * numpy.arange(24))
    so_far, copied = values[3, 20:23].sum(), values[5, 19]
    changed = with_figure(with_figure(values, 3, 22, so_far), 5, 23, copied)
    verdicts = judge(replace(of, values=changed))
    assert verdicts.cause[3, 22] == Cause.CUMULATIVE
    assert verdicts.cause[5, 23] == Cause.LASTYEAR_COPY


def totals():
    """Three units, two parts and their total."""
    parts = [town(seed, units=3, level=8.0) for seed in (1, 2)]
    values = numpy.vstack([*parts, parts[0] + parts[1]])
    names = {"units": [f"unit {n % 3}" for n in range(9)], "indicators": numpy.repeat(["a", "b", "total"], 3)}
    rules = tuple(SumRule(6 + n, (n, 3 + n), 0.5) for n in range(3))
    return values, names | {"rules": rules}


def test_a_total_that_does_not_match_its_parts():
    values, names = totals()
    true = values[7, COLUMN]
    values[7, COLUMN] = round(true * 1.06)
    verdicts = judge(panel(values, **names))
    assert verdicts.cause[7, COLUMN] == Cause.TOTAL_MISMATCH
    assert verdicts.suggested[7, COLUMN] == true
    assert (verdicts.score[[1, 4], COLUMN] < 0).all()


def test_the_part_that_is_wrong_is_found_and_its_cause_named():
    values, names = totals()
    true = values[1, COLUMN]
    values[1, COLUMN] = true * 10
    verdicts = judge(panel(values, **names))
    assert (verdicts.cause[1, COLUMN], verdicts.suggested[1, COLUMN]) == (Cause.DECIMAL_SLIP, true)
    assert verdicts.score[7, COLUMN] < 0


def test_a_rule_nobody_keeps_says_nothing():
    values, names = totals()
    values[6:9] *= 1.1
    assert not (judge(panel(numpy.round(values), **names)).score > 0).any()


def test_what_no_cause_explains_is_flagged_as_such():
    values = town(noise=0.02)
    assert told(with_figure(values, ROW, COLUMN, round(values[ROW, COLUMN] * 4.37)))[:2] == (True, Cause.UNEXPLAINED)


def test_the_second_best_cause_comes_with_its_probability():
    verdicts = judge(panel(with_figure(town(), ROW, COLUMN, town()[ROW, COLUMN] * 10)))
    first, second = verdicts.cause_probability[ROW, COLUMN], verdicts.second_probability[ROW, COLUMN]
    assert verdicts.second[ROW, COLUMN] not in (Cause.NONE, Cause.DECIMAL_SLIP)
    assert 0.5 < first <= 1 and 0 <= second < first
    assert first + second <= verdicts.probability[ROW, COLUMN] + 1e-9
