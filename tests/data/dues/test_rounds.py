"""Where a round stands: over to the minute, days and hours left, extensions, several due days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.catalogue.model import DuePolicy, Obligation
from data.dues.changes import Until, extend
from data.dues.rounds import coming_deadlines, round_standing
from data.dues.timeliness import dues
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Sent, World

ZONE = ZoneInfo(SHANGHAI)
OCTOBER, AFTERNOON = date(2026, 10, 1), 16 * 60 + 30


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """For October U1 and U2 owe T1 by 22 November and T2 by 25 November, 16:30; U1 sent T1; on the 24th U2's T1 was
    extended to 5 December, 12:00.
    """
    templates = [worlds.template("T1"), replace(worlds.template("T2"), due=DuePolicy(25, 1, AFTERNOON))]
    obligations = [Obligation(unit, code, OCTOBER, OCTOBER) for unit in ("U1", "U2") for code in ("T1", "T2")]
    world = World(worlds.catalogue(obligations, templates), [Sent("U1", "T1", OCTOBER, at("2026-11-20T10:00"))])
    opened = worlds.opened(tmp_path_factory.mktemp("rounds"), world, at("2026-10-01T00:00"))
    extend(opened, [("U2", "T1", OCTOBER)], Until(date(2026, 12, 5), 720), "系统故障", at("2026-11-24T09:00"))
    yield opened
    opened.close()


def asked(store, text: str):
    return round_standing(store, at(text), OCTOBER)


def test_while_it_runs_the_next_day_counts(store):
    standing = asked(store, "2026-11-20T12:00")
    assert not standing.is_over and standing.open == 3
    assert (standing.next_open_day.due_date, standing.next_open_day.days_left) == (date(2026, 11, 22), 2)
    assert standing.main_day == standing.next_open_day and len(standing.due_days) == 2


def test_between_two_due_days(store):
    standing = asked(store, "2026-11-23T12:00")
    assert not standing.is_over and standing.tally.missing == 1 and standing.open == 2
    assert standing.missing_units == ("U2",) and sorted(standing.open_units) == ["U1", "U2"]
    first, second = standing.due_days
    assert (first.has_passed, first.days_past, second.days_left) == (True, 1, 2)


def test_the_hour_of_the_last_day(store):
    standing = asked(store, "2026-11-25T16:01")
    day = standing.next_open_day
    assert (day.days_left, day.has_hour, day.time_left) == (0, True, timedelta(minutes=29))
    assert not standing.is_over and standing.extended_units == ("U2",)


def test_over_with_the_minute_though_the_day_goes_on(store):
    standing = asked(store, "2026-11-25T16:51")
    assert standing.is_over and standing.tally.missing == 2 and standing.tally.told_on_time_rate is not None
    assert standing.main_day.due_date == date(2026, 11, 25) and standing.main_day.has_passed
    assert (standing.tally.extended, standing.extended_units) == (1, ("U2",))
    assert [(day.due_date, day.days_left) for day in standing.extended_days] == [(date(2026, 12, 5), 10)]
    assert standing.next_day == standing.extended_days[0] and standing.next_open_day is None


def test_after_the_extension_nothing_is_to_come(store):
    standing = asked(store, "2026-12-05T12:00")
    assert standing.tally.is_settled and standing.tally.missing == 3 and standing.next_day is None
    assert standing.main_day.due_date == date(2026, 11, 25)  # the day of the extension was U2's alone


@pytest.mark.parametrize("moment", ["2026-11-25T16:30", "2026-11-26T16:29", "2026-11-26T16:30", "2026-12-09T00:00"])
def test_days_past_are_the_days_late_of_its_dues(store, moment):
    days = {
        row.due_date.date(): row.days_late for row in dues(store, at(moment)).itertuples() if row.status == "missing"
    }
    for day in asked(store, moment).due_days:
        if day.tally.missing:
            assert day.days_past == days[day.due_date]


def test_the_deadlines_to_come(store):
    assert coming_deadlines(store, at("2026-10-20T00:00"), OCTOBER) == [at("2026-11-23T00:00"), at("2026-11-25T16:30")]
    assert coming_deadlines(store, at("2026-11-23T00:00"), OCTOBER)[0] == at("2026-11-25T16:30")
