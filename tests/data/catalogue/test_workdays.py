"""The working calendar and the policies that go by it, held against the chinesecalendar library and known vectors."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from data.catalogue.deadlines import deadline
from data.catalogue.files import due_definition, due_of, minutes_of, read_catalogue
from data.catalogue.in_force import REFERENCE
from data.catalogue.model import CalendarDay, DuePolicy, RestDays
from data.catalogue.workdays import WEEKEND, Workdays
from data.clock import Clock
from data.periods import Cycle
from tests.data.worlds import SHANGHAI

KNOWN = Workdays(read_catalogue(REFERENCE).calendar)


def test_every_day_of_twelve_years_is_what_the_library_says():
    day = date(2015, 1, 1)
    while day.year <= 2026:
        assert KNOWN.is_workday(day) == chinese_calendar.is_workday(day), day
        assert bool(KNOWN.rest_name(day)) == chinese_calendar.is_holiday(day), day
        day += timedelta(days=1)
    assert set(range(2015, 2027)) <= KNOWN.years


@pytest.mark.parametrize(
    ("nominal", "advance", "postpone"),
    [
        ("2023-01-22", "2023-01-20", "2023-01-28"),  # the first day of Spring Festival; Saturday 28 is worked
        ("2023-04-22", "2023-04-21", "2023-04-23"),  # Sunday 23 is worked
        ("2023-06-22", "2023-06-21", "2023-06-25"),  # a Thursday; Sunday 25 is worked
        ("2025-02-22", "2025-02-21", "2025-02-24"),
        ("2025-03-22", "2025-03-21", "2025-03-24"),
        ("2025-06-22", "2025-06-20", "2025-06-23"),
        ("2025-11-22", "2025-11-21", "2025-11-24"),
        ("2026-02-22", "2026-02-14", "2026-02-24"),  # Saturday 14 is worked
        ("2026-03-22", "2026-03-20", "2026-03-23"),
        ("2026-08-22", "2026-08-21", "2026-08-24"),
        ("2026-11-22", "2026-11-20", "2026-11-23"),
        ("2026-10-22", "2026-10-22", "2026-10-22"),  # a working day is not moved
        ("2026-10-10", "2026-10-10", "2026-10-10"),  # nor is a Saturday that is worked
    ],
)
def test_where_a_rest_day_goes(nominal, advance, postpone):
    day = date.fromisoformat(nominal)
    assert KNOWN.moved(day, RestDays.FIXED) == day
    assert KNOWN.moved(day, RestDays.ADVANCE) == date.fromisoformat(advance)
    assert KNOWN.moved(day, RestDays.POSTPONE) == date.fromisoformat(postpone)
    assert KNOWN.moved(day, RestDays.NTH_WORKDAY, 1) == date.fromisoformat(postpone)


@pytest.mark.parametrize(
    ("nominal", "number", "day"),
    [("2026-11-22", 2, "2026-11-24"), ("2026-02-22", 2, "2026-02-25"), ("2026-11-22", 6, "2026-11-30")],
)
def test_the_nth_working_day_after_a_rest_day(nominal, number, day):
    assert KNOWN.moved(date.fromisoformat(nominal), RestDays.NTH_WORKDAY, number) == date.fromisoformat(day)


def test_the_names_of_rest_days():
    assert KNOWN.rest_name(date(2026, 11, 22)) == WEEKEND
    assert "春节" in KNOWN.rest_name(date(2026, 2, 22)) and KNOWN.rest_name(date(2026, 2, 14)) == ""


def test_a_year_whose_holidays_are_not_known_is_told():
    policy = DuePolicy(rest_days=RestDays.POSTPONE)
    found = deadline(policy, date(2027, 4, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN)  # 2027-05-22 is a Saturday
    assert (found.due_date, found.is_calendar_known, found.rest_name) == (date(2027, 5, 24), False, WEEKEND)
    assert deadline(policy, date(2026, 10, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN).is_calendar_known


def test_a_calendar_without_working_days_is_refused():
    never = Workdays(CalendarDay(date(2026, 1, 1) + timedelta(days=n), False, "") for n in range(365))
    with pytest.raises(ValueError, match="mend the calendar"):
        never.moved(date(2026, 6, 1), RestDays.POSTPONE)


@pytest.mark.parametrize(
    ("until", "late_from"),
    [("24:00", "2026-11-21T00:00"), ("17:30", "2026-11-20T17:30"), ("12:00", "2026-11-20T12:00")],
)
def test_the_hour_of_the_moved_day(until, late_from):
    policy = DuePolicy(minutes=minutes_of(until), rest_days=RestDays.ADVANCE)
    found = deadline(policy, date(2026, 10, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN)
    assert found.at == datetime.fromisoformat(late_from).replace(tzinfo=ZoneInfo(SHANGHAI))
    assert (found.due_date, found.nominal_date) == (date(2026, 11, 20), date(2026, 11, 22))


def test_a_day_is_not_advanced_to_before_the_period_is_over():
    """Due on Sunday the 1st of March for February: the working day before is Saturday the 28th, and nobody could."""
    policy = DuePolicy(1, 1, rest_days=RestDays.ADVANCE)
    found = deadline(policy, date(2026, 2, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN)
    assert found.due_date == date(2026, 3, 2) and found.at > found.opens_at


def test_the_lock_is_counted_from_the_moved_day_at_the_same_hour():
    policy = DuePolicy(minutes=minutes_of("17:30"), rest_days=RestDays.POSTPONE, lock_days=5)
    found = deadline(policy, date(2026, 10, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN)
    assert found.lock_at.astimezone(UTC) == datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    assert deadline(DuePolicy(), date(2026, 10, 1), Cycle.MONTH, Clock(SHANGHAI), KNOWN).lock_at is None


@pytest.mark.parametrize(
    "given",
    [
        {"day": 22, "month_offset": 1},
        {"day": 20, "month_offset": 1, "rest_days": "nth_workday", "workdays": 2, "until": "12:00"},
        {"day": 22, "month_offset": 1, "lock_days": 10, "valid_from": "2027-01"},
    ],
)
def test_a_policy_reads_as_it_was_written(given):
    assert due_definition(due_of(given)) == given


@pytest.mark.parametrize("until", ["", "24:01", "00:00", "17.30", "5 pm", "-1:00", "17:60", "１７:３０"])
def test_what_is_no_time_of_day_is_refused(until):
    with pytest.raises(ValueError, match="time of day"):
        due_of({"day": 22, "month_offset": 1, "until": until})
