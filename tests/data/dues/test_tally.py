"""Counts and the figures that follow: SQL, rows and plain Python say the same; when a rate may be told."""

from fractions import Fraction

import pandas
import pytest

from data.dues.rounds import last_settled, over_by_month, round_standing, settled_months
from data.dues.tally import COUNTS, Tally, summed, tally_of, total
from data.dues.timeliness import dues, figures
from tests.histories import Expected, moments, random_history

FIGURES = ("received", "due", "expected", "reporting_rate", "on_time_rate", "is_over")


@pytest.fixture(scope="module", params=range(3))
def told(request, tmp_path_factory):
    """(store, history, moments); nobody writes into it."""
    store, history = random_history(request.param, tmp_path_factory.mktemp("told"))
    yield store, history, moments(history, request.param, 6)
    store.close()


def test_figures_are_those_of_plain_python(told):
    store, history, asked = told
    for as_of in asked:
        stood = history.at(as_of)
        by_month = figures(store, as_of, ["month"]).set_index("month")
        every = dues(store, as_of)
        assert len(by_month) == len({one.owed.month for one in stood})
        for month in {one.owed.month for one in stood}:
            expected = Expected.of([one for one in stood if one.owed.month == month], as_of, history.world.zone)
            row = by_month.loc[pandas.Timestamp(month)]
            tally = tally_of(every[every["month"] == pandas.Timestamp(month)])
            assert tuple(row[list(COUNTS)]) == tuple(getattr(tally, name) for name in COUNTS)
            for name in FIGURES:
                assert getattr(tally, name) == getattr(expected, name), (name, month, as_of)
            for status in ("on_time", "late", "missing", "pending", "exempt"):
                assert getattr(tally, status) == expected.count[status]
            standing = round_standing(store, as_of, month)
            assert standing.tally == tally and total(part for _, part in standing.units) == tally
            assert total(day.tally for day in standing.due_days) == Tally(
                **{name: getattr(tally, name) for name in COUNTS if name != "exempt"}
            )
            assert all(day.has_passed == (day.time_left.total_seconds() <= 0) for day in standing.due_days)
            assert standing.tally.missing == sum(d.tally.missing for d in standing.due_days if d.has_passed)


def test_a_coarser_grain_sums_and_divides_anew(told):
    store, _, asked = told
    for as_of in asked[:2]:
        fine = figures(store, as_of, ["unit_code", "template_code", "period", "month"])
        for by in (["month"], ["unit_code"], ["unit_code", "month"]):
            pandas.testing.assert_frame_equal(
                summed(fine, by).sort_values(by, ignore_index=True), figures(store, as_of, by), check_dtype=False
            )


def test_settled_and_over_months(told):
    store, history, asked = told
    for as_of in asked:
        stood, zone = history.at(as_of), history.world.zone
        by_month = {
            month: Expected.of([one for one in stood if one.owed.month == month], as_of, zone)
            for month in sorted({one.owed.month for one in stood})
        }
        settled = [m for m, one in by_month.items() if not one.count["pending"] and not one.is_running]
        assert settled_months(store, as_of, list(by_month)) == settled
        assert last_settled(store, as_of) == max((m for m in settled if by_month[m].expected), default=None)
        over = over_by_month(figures(store, as_of, ["unit_code", "month"]))
        assert [month.date() for month in over["month"]] == [month for month, one in by_month.items() if one.is_over]


def test_a_rate_is_told_once_it_is_over():
    assert Tally(on_time=3).told_on_time_rate == 1
    assert Tally(on_time=3, early=3, pending=5).told_on_time_rate is None
    assert Tally(on_time=39, late=4, missing=5, pending=1, extended=1).told_on_time_rate == Fraction(39, 48)
    assert Tally(on_time=39, late=4, pending=6, extended=6).told_on_time_rate == Fraction(39, 43)
    assert Tally(on_time=3, missing=1, pending=2, extended=1).told_on_time_rate is None
    assert Tally(on_time=3, running=3).told_on_time_rate is None
    assert Tally(pending=2, extended=2).told_on_time_rate is None and not Tally(pending=2, extended=2).is_over
    assert Tally(on_time=2, early=2, pending=9, extended=9).told_on_time_rate is None  # all were put off
    assert Tally(exempt=4).told_on_time_rate is None


def test_nothing_sums_to_nothing():
    assert total([]) == Tally() and Tally().on_time_rate is None and Tally().is_settled
