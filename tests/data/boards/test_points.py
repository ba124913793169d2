"""Points: what each due costs, the mean, the bonus, and what a formula may be."""

from datetime import date
from decimal import Decimal

import pytest

from data.boards.points import PRESETS, Points, Scored, examples, is_early_and_clean, lost, month_points
from data.fault import Fault

MONTHS = [date(2026, number, 1) for number in (8, 9, 10)]
HUNDRED, TEN = PRESETS["average_100"], PRESETS["day_by_day"]


def due(status="on_time", days=0, lead=2.0, corrected=False, returns=0, month=MONTHS[-1]) -> Scored:
    return Scored("A", "T1", month, month, status, days, lead, corrected, returns)


@pytest.mark.parametrize(
    ("one", "hundred", "ten"),
    [
        (due(), "0", "0"),
        (due("late", 1), "0.5", "1"),
        (due("late", 9), "4.5", "9"),
        (due("late", 10), "5", "10"),
        (due("late", 11), "5", "10"),
        (due("missing", 40), "5", "10"),
        (due(corrected=True), "1", "1"),
        (due("late", 10, corrected=True), "6", "10"),
        (due(returns=2), "0", "0"),
        (due(returns=3), "0.5", "0"),
        (due("late", 3, corrected=True, returns=5), "3", "4"),
    ],
)
def test_what_a_due_costs(one, hundred, ten):
    assert lost(one, HUNDRED) == Decimal(hundred)
    assert lost(one, TEN) == Decimal(ten)  # never more than the ten it began with


@pytest.mark.parametrize(
    ("dues", "points"),
    [
        ([], None),
        ([due()], "100.00"),
        ([due("late", 1), due()], "99.75"),
        ([due("late", 1), due(), due()], "99.83"),
        ([due("missing", 9)] * 12, "95.00"),
        ([due("missing", 9)], "95.00"),
        ([due("late", 1)] * 2 + [due()] * 6, "99.88"),  # 99.875: half up, as everybody rounds by hand
    ],
)
def test_a_units_points_are_the_mean_over_its_dues(dues, points):
    found = month_points({MONTHS[-1]: dues}, MONTHS, HUNDRED)
    assert found == (None if points is None else Decimal(points))


@pytest.mark.parametrize(
    ("spoiled", "points"),
    [
        (None, "101.00"),
        (due(lead=0.999), "100.00"),
        (due(lead=1.0), "101.00"),
        (due(returns=2), "101.00"),
        (due(returns=3), "99.50"),
        (due(corrected=True), "99.00"),
        (due("late", 1, lead=-0.5), "99.50"),
    ],
)
def test_early_and_clean_for_three_months_is_worth_a_point(spoiled, points):
    months = {month: [due(month=month)] for month in MONTHS}
    if spoiled:
        months[MONTHS[-1]] = [spoiled]
    assert month_points(months, MONTHS, HUNDRED) == Decimal(points)


@pytest.mark.parametrize("gone", MONTHS[:2])
def test_a_month_before_that_was_not_early_or_had_nothing_due_ends_the_bonus(gone):
    months = {month: [due(month=month)] for month in MONTHS}
    assert month_points(months | {gone: [due("late", 1)]}, MONTHS, HUNDRED) == Decimal(100)
    assert month_points(months | {gone: []}, MONTHS, HUNDRED) == Decimal(100)
    assert not is_early_and_clean([], HUNDRED)


def test_a_preset_with_values_in_place_of_its_own():
    assert Points.of({}) == PRESETS["on_time_100"]
    assert Points.of({"late_day": 0.5}) == HUNDRED  # as it was set when there was no other
    assert Points.of({"preset": "day_by_day"}) == TEN
    made = Points.of({"preset": "day_by_day", "late_day": 0.1, "late_cap": 1})
    assert (made.base, made.late_day, made.missing) == (10, 0.1, 10)
    assert lost(due("late", 3), made) == Decimal("0.3")  # not 0.30000000000000004


@pytest.mark.parametrize(
    "values",
    [
        {"preset": "x"},
        {"n": 1},
        {"late_day": -1},
        {"base": "100"},
        {"bonus_months": 0},
        {"returns_free": 1.5},
        {"missing": True},
    ],
    ids=str,
)
def test_what_is_no_formula_is_refused(values):
    with pytest.raises(Fault, match=r"^setting\."):
        Points.of(values)


def test_the_delivered_formula_shows_the_on_time_rate():
    by_mix = {(e.on_time, e.late, e.missing): str(e.points) for e in examples(Points.of({}))}
    assert by_mix == {
        (10, 0, 0): "100.00",
        (8, 2, 0): "89.00",
        (4, 6, 0): "67.00",
        (4, 3, 3): "53.50",
        (0, 10, 0): "45.00",
        (0, 0, 10): "0.00",
    }
    assert [str(e.points) for e in examples(HUNDRED)][2:5] == ["99.70", "98.35", "99.50"]  # which tell nobody apart
    given = [month_points({MONTHS[-1]: [due("late", days)]}, MONTHS, Points.of({})) for days in (1, 2, 6, 7, 40)]
    assert given == [45, 40, 20, 20, 20]


def test_each_due_more_on_time_shows_in_the_points_where_the_rest_is_alike():
    points = Points.of({})
    for number in range(1, 13):
        for rest in ("late", "missing"):
            found = [
                month_points({MONTHS[-1]: [due()] * n + [due(rest, 1)] * (number - n)}, MONTHS, points)
                for n in range(number + 1)
            ]
            assert found == sorted(found) and len(set(found)) == len(found)
