"""The clock: when a period opens, and which instant is the first that is too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from data.catalogue.deadlines import deadline, dues
from data.catalogue.model import CalendarDay, DuePolicy, Obligation, RestDays
from data.catalogue.workdays import Workdays
from data.clock import Clock
from data.periods import Cycle, period_of
from tests.data import worlds
from tests.data.worlds import CHICAGO, SHANGHAI

EVERY_WEEK = Workdays([])


@pytest.mark.parametrize(
    ("period", "cycle", "day", "offset", "due_date"),
    [
        ("2026-10-01", "month", 22, 1, "2026-11-22"),
        ("2026-12-01", "month", 22, 1, "2027-01-22"),
        ("2026-11-01", "month", 22, 2, "2027-01-22"),
        ("2026-10-01", "month", 22, 0, "2026-10-22"),
        ("2026-10-01", "month", 1, 1, "2026-11-01"),
        ("2026-01-01", "month", 31, 1, "2026-02-28"),
        ("2028-01-01", "month", 31, 1, "2028-02-29"),
        ("2028-01-01", "month", 29, 1, "2028-02-29"),
        ("2027-01-01", "month", 29, 1, "2027-02-28"),
        ("2100-01-01", "month", 29, 1, "2100-02-28"),
        ("2026-03-01", "month", 31, 1, "2026-04-30"),
        ("2026-11-01", "month", 31, 1, "2026-12-31"),
        ("2026-10-01", "quarter", 22, 1, "2027-01-22"),
        ("2026-01-01", "quarter", 31, 1, "2026-04-30"),
        ("2026-10-01", "quarter", 22, 0, "2026-12-22"),
        ("2026-07-01", "half_year", 22, 1, "2027-01-22"),
        ("2026-07-01", "half_year", 31, 2, "2027-02-28"),
        ("2026-01-01", "year", 22, 1, "2027-01-22"),
        ("2027-01-01", "year", 30, 2, "2028-02-29"),
    ],
)
def test_the_last_day_in_time(period, cycle, day, offset, due_date):
    found = deadline(DuePolicy(day, offset), date.fromisoformat(period), Cycle(cycle), Clock(SHANGHAI), EVERY_WEEK)
    assert found.due_date == date.fromisoformat(due_date)
    assert found.at == datetime.fromisoformat(f"{due_date}T00:00:00+08:00") + timedelta(days=1)


@pytest.mark.parametrize(
    ("period", "cycle", "offset", "opens_at"),
    [
        ("2026-10-01", "month", 1, "2026-11-01T00:00:00+08:00"),
        ("2026-12-01", "month", 2, "2027-01-01T00:00:00+08:00"),
        ("2026-10-01", "month", 0, "2026-10-01T00:00:00+08:00"),
        ("2026-10-01", "quarter", 1, "2027-01-01T00:00:00+08:00"),
        ("2026-07-01", "half_year", 1, "2027-01-01T00:00:00+08:00"),
        ("2026-01-01", "year", 1, "2027-01-01T00:00:00+08:00"),
    ],
)
def test_a_period_opens_when_it_is_over_or_at_its_start_when_it_is_due_within_itself(period, cycle, offset, opens_at):
    found = deadline(DuePolicy(22, offset), date.fromisoformat(period), Cycle(cycle), Clock(SHANGHAI), EVERY_WEEK)
    assert found.opens_at == datetime.fromisoformat(opens_at)


@pytest.mark.parametrize(
    ("zone", "period", "day", "at"),
    [
        (SHANGHAI, "2026-10-01", 22, "2026-11-22T16:00:00+00:00"),
        (CHICAGO, "2026-10-01", 22, "2026-11-23T06:00:00+00:00"),  # winter
        (CHICAGO, "2026-06-01", 22, "2026-07-23T05:00:00+00:00"),  # summer
        (CHICAGO, "2026-02-01", 7, "2026-03-08T06:00:00+00:00"),  # midnight before the clock goes forward
        (CHICAGO, "2026-02-01", 8, "2026-03-09T05:00:00+00:00"),  # and after
        (CHICAGO, "2026-10-01", 1, "2026-11-02T06:00:00+00:00"),  # after it went back
        (CHICAGO, "2026-09-01", 31, "2026-11-01T05:00:00+00:00"),  # midnight before it goes back
        ("America/Santiago", "2026-08-01", 5, "2026-09-06T04:00:00+00:00"),  # a day that begins at one o'clock
        ("Asia/Kathmandu", "2026-10-01", 22, "2026-11-22T18:15:00+00:00"),
        ("UTC", "2026-10-01", 22, "2026-11-23T00:00:00+00:00"),
    ],
)
def test_the_deadline_is_midnight_on_the_bureaus_own_clock(zone, period, day, at):
    found = deadline(DuePolicy(day, 1), date.fromisoformat(period), Cycle.MONTH, Clock(zone), EVERY_WEEK)
    assert found.at.astimezone(UTC) == datetime.fromisoformat(at)


@settings(deadline=None, database=None, derandomize=True, max_examples=200)
@given(
    any_.dates(date(1995, 1, 1), date(2090, 12, 31)),
    any_.sampled_from(list(Cycle)),
    any_.integers(1, 31),
    any_.integers(0, 12),
    any_.sampled_from([SHANGHAI, CHICAGO, "Europe/Berlin", "Pacific/Auckland", "Asia/Kathmandu"]),
)
def test_the_last_second_of_the_due_date_is_in_time_and_the_next_is_not(day, cycle, due_day, offset, zone):
    found = deadline(DuePolicy(due_day, offset), period_of(day, cycle), cycle, Clock(zone), EVERY_WEEK)
    before = (found.at.astimezone(UTC) - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    assert before.date() == found.due_date
    assert found.at.astimezone(ZoneInfo(zone)).date() == found.due_date + timedelta(days=1)
    assert found.due_date.day == due_day or (found.due_date + timedelta(days=1)).day == 1
    assert found.opens_at < found.at


def test_dues_are_those_of_the_plain_python_count():
    for seed in range(40):
        world = worlds.random_world(seed, SHANGHAI)
        found = {(d.unit_code, d.template_code, d.period): d for d in dues(world.catalogue, date(2027, 1, 1))}
        assert set(found) == {one.key for one in world.owed}
        for one in world.owed:
            due = found[one.key]
            assert (due.month, due.due_date, due.is_exempt) == (one.month, one.due_date, one.is_exempt)
            assert (due.opens_at, due.deadline) == (one.opens_at, one.deadline)


def test_an_obligation_owes_from_its_first_through_its_last_period():
    obligation = Obligation("U1", "T1", date(2026, 3, 1), date(2026, 5, 1), True)
    found = dues(worlds.catalogue([obligation]), date(2030, 1, 1))
    assert [due.period for due in found] == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    assert all(due.zero_report_allowed for due in found)


def test_an_exempt_month_exempts_the_quarter_that_closes_in_it():
    obligation = Obligation("U1", "T1", date(2026, 1, 1), date(2026, 12, 1), exempt_months=(3, 8))
    found = dues(worlds.catalogue([obligation], [worlds.template(cycle="quarter")]), date(2027, 1, 1))
    assert [due.is_exempt for due in found] == [True, False, False, False]


# What changed lines of this module showed to be asserted nowhere (bench.mutants)

KNOWN_2026 = Workdays([CalendarDay(date(2026, 10, 1), False, "国庆节"), CalendarDay(date(2026, 12, 31), False, "调休")])


def moved(rest_days: RestDays, period: date, day: int, workdays: Workdays = KNOWN_2026, **more):
    return deadline(DuePolicy(day, 1, rest_days=rest_days, **more), period, Cycle.MONTH, Clock(SHANGHAI), workdays)


@pytest.mark.parametrize(
    ("period", "day", "is_known"),
    [
        (date(2026, 9, 1), 22, True),  # the year of the deadline is the one year that is known
        (date(2026, 12, 1), 22, False),
        (date(2026, 11, 1), 31, False),  # postponed over the turn of the year: both must be known
    ],
)
def test_a_calendar_is_known_where_the_years_of_the_deadline_are(period, day, is_known):
    assert moved(RestDays.POSTPONE, period, day).is_calendar_known is is_known


@pytest.mark.parametrize(
    ("period", "day", "due_date"),
    [
        (date(2026, 12, 1), 3, date(2027, 1, 1)),  # a Sunday, advanced to the very day that the period opens
        (date(2026, 10, 1), 1, date(2026, 11, 2)),  # a Sunday, before which nobody could be in time
    ],
)
def test_a_day_is_advanced_to_no_day_before_the_period_opens(period, day, due_date):
    found = moved(RestDays.ADVANCE, period, day, EVERY_WEEK)
    assert found.due_date == due_date and found.nominal_date.day == day and found.rest_name == "weekend"


@pytest.mark.parametrize("days", [0, 1, 5])
def test_nothing_is_taken_from_so_many_days_after_the_deadline(days):
    found = moved(RestDays.FIXED, date(2026, 9, 1), 22, lock_days=days)
    assert found.lock_at == found.at + timedelta(days=days)
    assert moved(RestDays.FIXED, date(2026, 9, 1), 22).lock_at is None
