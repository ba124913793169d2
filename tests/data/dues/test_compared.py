"""Better or worse than before: only what is over is compared, and only with what was counted."""

from datetime import date
from fractions import Fraction

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.dues.compared import against_before
from data.dues.tally import COUNTS
from data.periods import add_months

OCTOBER, SEPTEMBER, LAST_YEAR = date(2026, 10, 1), date(2026, 9, 1), date(2025, 10, 1)


def by_month(numbers: dict[date, dict[str, int]]) -> pandas.DataFrame:
    """A line a month, with the counts that are named; all others are 0."""
    nothing = dict.fromkeys(COUNTS, 0)
    return pandas.DataFrame([{"month": pandas.Timestamp(day), **nothing, **counts} for day, counts in numbers.items()])


def test_last_month_and_last_year() -> None:
    october, september, last_year = {"on_time": 3, "missing": 1}, {"on_time": 4}, {"on_time": 1, "late": 1}
    told = against_before(by_month({OCTOBER: october, SEPTEMBER: september, LAST_YEAR: last_year}), OCTOBER)
    assert [(one.months_before, one.month, one.rate, one.gained) for one in told] == [
        (1, SEPTEMBER, Fraction(1), Fraction(-1, 4)),
        (12, LAST_YEAR, Fraction(1, 2), Fraction(1, 4)),
    ]


@pytest.mark.parametrize("still", [{"pending": 1}, {"running": 1}])
def test_a_round_that_still_runs_is_neither_better_nor_worse(still: dict[str, int]) -> None:
    running = {OCTOBER: {"on_time": 3, **still}, SEPTEMBER: {"on_time": 4}}
    assert against_before(by_month(running), OCTOBER) == []
    before = {OCTOBER: {"on_time": 3}, SEPTEMBER: {"on_time": 4, **still}}
    assert against_before(by_month(before), OCTOBER) == []


def test_what_was_not_counted_has_no_entry() -> None:
    alone = by_month({OCTOBER: {"on_time": 3}})
    assert against_before(alone, OCTOBER) == [] and against_before(alone, SEPTEMBER) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=13, max_size=13))
def test_the_same_in_plain_python(counts: list[tuple[int, int, int]]) -> None:
    named = [dict(zip(("on_time", "late", "missing"), one, strict=True)) for one in counts]
    frame = by_month({add_months(LAST_YEAR, n): one for n, one in enumerate(named)})
    rates = [Fraction(one[0], sum(one)) if sum(one) else None for one in counts]
    expected = {
        before: rates[12] - rates[12 - before]
        for before in (1, 12)
        if rates[12] is not None and rates[12 - before] is not None
    }
    assert {one.months_before: one.gained for one in against_before(frame, OCTOBER)} == expected
