"""How periods are written, read and stepped through."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from data.fault import Fault
from data.periods import (
    Cycle,
    add_months,
    closing_month,
    end_of,
    label,
    month_asked,
    parse_period,
    period_asked,
    period_of,
    unreadable_period,
)

ORDINARY = settings(deadline=None, database=None, derandomize=True, max_examples=150)
DAYS = any_.dates(date(1900, 1, 1), date(2998, 12, 31))
CYCLES = any_.sampled_from(list(Cycle))


@pytest.mark.parametrize(
    "text",
    [
        "2026-10",
        "2026.10",
        "2026/10",
        "202610",
        "2026年10月",
        "2026年10月份",
        "2026年10",
        " 2026 年 10 月 ",
        "2026 - 10",
        "\t2026-10\n",
    ],
)
def test_every_way_to_write_october(text):
    assert parse_period(text) == date(2026, 10, 1)


@pytest.mark.parametrize(("text", "month"), [("2026-1", 1), ("2026年9月", 9), ("2026/01", 1), ("202612", 12)])
def test_a_month_may_have_one_digit(text, month):
    assert parse_period(text) == date(2026, month, 1)


@pytest.mark.parametrize(
    "text", ["2026-Q4", "2026Q4", "2026q4", "2026 Q4", "2026年第四季度", "2026年4季度", "2026年第4季度", "2026第四季度"]
)
def test_every_way_to_write_the_fourth_quarter(text):
    assert parse_period(text, Cycle.QUARTER) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("text", "cycle", "period"),
    [
        ("2026-H1", Cycle.HALF_YEAR, date(2026, 1, 1)),
        ("2026h2", Cycle.HALF_YEAR, date(2026, 7, 1)),
        ("2026", Cycle.YEAR, date(2026, 1, 1)),
        ("2026年", Cycle.YEAR, date(2026, 1, 1)),
        ("2026-11", Cycle.QUARTER, date(2026, 10, 1)),
        ("2026-11", Cycle.HALF_YEAR, date(2026, 7, 1)),
        ("2026-11", Cycle.YEAR, date(2026, 1, 1)),
        ("2026-Q2", Cycle.HALF_YEAR, date(2026, 1, 1)),
        ("2026-Q3", Cycle.YEAR, date(2026, 1, 1)),
        ("2026-H2", Cycle.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_shorter_period_means_the_longer_one_in_which_it_lies(text, cycle, period):
    assert parse_period(text, cycle) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2026",
        "2026-13",
        "2026-00",
        "2026-0",
        "202613",
        "202600",
        "0000-01",
        "26-10",
        "10-2026",
        "2026-10-22",
        "20261022",
        "2026年10月22日",
        "2026-10x",
        "x2026-10",
        "2026-Q4",
        "2026-H2",
        "2026 10",
        "-2026-10",
        "2026--10",
        "2026-010",
        "十月",
        "October 2026",
        "None",
        "46296",
        "2026-10\n2026-11",
    ],
)
def test_what_is_no_month_is_refused_with_what_was_found(text):
    with pytest.raises(ValueError, match="expected a period such as 2026-10") as refused:
        parse_period(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("2026-Q5", Cycle.QUARTER),
        ("2026-Q0", Cycle.QUARTER),
        ("2026第五季度", Cycle.QUARTER),
        ("2026", Cycle.QUARTER),
        ("2026-H1", Cycle.QUARTER),
        ("2026-H3", Cycle.HALF_YEAR),
        ("2026", Cycle.HALF_YEAR),
        ("2026-13", Cycle.YEAR),
        ("26", Cycle.YEAR),
        ("", Cycle.YEAR),
    ],
)
def test_what_is_no_period_of_the_cycle_is_refused(text, cycle):
    with pytest.raises(ValueError, match="expected a period"):
        parse_period(text, cycle)


@ORDINARY
@given(DAYS, CYCLES)
def test_a_label_reads_back_as_its_period(day, cycle):
    period = period_of(day, cycle)
    assert parse_period(label(period, cycle), cycle) == period


@ORDINARY
@given(any_.text(max_size=12))
def test_any_text_is_a_period_or_a_value_error(text):
    for cycle in Cycle:
        try:
            period = parse_period(text, cycle)
        except ValueError:
            continue
        assert period == period_of(period, cycle)


@ORDINARY
@given(DAYS, CYCLES)
def test_every_day_lies_in_exactly_one_period(day, cycle):
    period = period_of(day, cycle)
    assert period <= day < end_of(period, cycle)
    assert period_of(end_of(period, cycle), cycle) == end_of(period, cycle)
    assert period_of(closing_month(period, cycle), cycle) == period
    assert add_months(closing_month(period, cycle), 1) == end_of(period, cycle)


@ORDINARY
@given(DAYS, any_.integers(-1200, 1200))
def test_months_add_up(day, months):
    found = add_months(day, months)
    assert found.day == 1
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert add_months(found, -months) == day.replace(day=1)


@pytest.mark.parametrize(
    ("cycle", "months", "text"),
    [
        (Cycle.MONTH, 1, "2026-07"),
        (Cycle.QUARTER, 3, "2026-Q3"),
        (Cycle.HALF_YEAR, 6, "2026-H2"),
        (Cycle.YEAR, 12, "2026"),
    ],
)
def test_labels_and_lengths(cycle, months, text):
    assert cycle.months == months
    assert label(period_of(date(2026, 7, 31), cycle), cycle) == text


def test_what_somebody_typed_is_read_or_refused_with_its_beginning():
    assert month_asked("2026年10月") == date(2026, 10, 1)
    assert period_asked("2026-11", Cycle.QUARTER) == date(2026, 10, 1)
    with pytest.raises(Fault) as refused:
        month_asked("x" * 99)
    assert refused.value.details == {"found": "x" * 60, "cycle": "month"}
    assert unreadable_period("y" * 99).details == {"found": "y" * 60}
    assert unreadable_period("y").name == "period"


@pytest.mark.parametrize(("word", "month"), [("一", 1), ("二", 4), ("三", 7), ("四", 10)])
def test_a_quarter_in_words(word, month):
    assert parse_period(f"2026年第{word}季度", Cycle.QUARTER) == date(2026, month, 1)
