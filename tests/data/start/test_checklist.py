"""The checklist looks at the store: each step is ticked by what is there, and by nothing else."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Forbidden, Person, Role
from data.backup import backup
from data.catalogue.in_force import catalogue_in_force, load_catalogue, set_counting_start
from data.catalogue.model import CalendarDay
from data.people import accounts
from data.reminders.contacts import Channel, Contact, add, end
from data.settings import set_setting
from data.start.checklist import Step, checklist, first_month, first_round, hide, is_shown
from tests.conftest import OFFICE
from tests.pages.fabricated import NOW, empty_store

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def store(tmp_path: Path):
    """The small catalogue, begun with November of 2026 on the 24th of it: nothing has opened."""
    made = empty_store(tmp_path / "small.duckdb")
    set_counting_start(made.seen_by(OFFICE), NOVEMBER, NOW)
    yield made.seen_by(OFFICE)
    made.close()


def done(store, at: datetime = NOW) -> set[str]:
    return {str(standing.step) for standing in checklist(store, at) if standing.is_done}


def standing(store, step: Step, at: datetime = NOW):
    return next(one for one in checklist(store, at) if one.step is step)


def test_a_new_store_has_its_units_and_nothing_else(store):
    assert done(store) == {"units"} and is_shown(store, NOW)
    assert standing(store, Step.ACCOUNTS).missing == ("A", "B")
    assert standing(store, Step.CALENDAR).missing == ("2026", "2027")


def test_each_step_is_ticked_by_what_is_in_the_store(store, tmp_path):
    for unit in ("A", "B"):
        assert standing(store, Step.ACCOUNTS).done == "AB".index(unit)
        accounts.create(store, unit.lower() * 3, f"{unit}员", Role.REPORTER, unit)
        add(store, Contact(unit, Channel.EMAIL, f"{unit.lower()}@housing.example.cn"))
    assert done(store) == {"units", "accounts", "contacts"}
    catalogue = catalogue_in_force(store)
    holidays = tuple(CalendarDay(date(year, 1, 1), False, "元旦") for year in (2026, 2027))
    load_catalogue(store, replace(catalogue, calendar=holidays), NOW + timedelta(minutes=1))
    set_setting(store, "reminders", {"is_on": True}, NOW)
    backup(store, tmp_path / "copy.duckdb")
    at = store.now() if store.now() > NOW else NOW + timedelta(hours=1)
    assert standing(store, Step.BACKUP, at).at is not None
    assert done(store, NOW + timedelta(hours=1)) >= {"units", "accounts", "contacts", "calendar", "reminders"}
    assert standing(store, Step.DEADLINE).at == datetime.fromisoformat("2026-12-23T00:00:00+08:00")
    assert "deadline" in done(store, datetime.fromisoformat("2026-12-23T00:00:00+08:00"))
    assert "deadline" not in done(store, datetime.fromisoformat("2026-12-22T23:59:59+08:00"))


def test_what_is_taken_away_is_ticked_no_longer(store):
    contact = add(store, Contact("A", Channel.EMAIL, "a@housing.example.cn"))
    assert standing(store, Step.CONTACTS).missing == ("B",)
    end(store, contact.contact_id)
    assert standing(store, Step.CONTACTS).missing == ("A", "B")
    accounts.create(store, "aaa", "甲员", Role.REPORTER, "A")
    accounts.change(store, "aaa", is_active=False)
    assert standing(store, Step.ACCOUNTS).missing == ("A", "B")


def test_the_office_hides_it_and_nobody_else(store):
    with pytest.raises(Forbidden):
        hide(store.seen_by(Person("li", "李", Role.LEADER)), True, NOW)
    hide(store, True, NOW)
    assert not is_shown(store, NOW + timedelta(seconds=1))
    hide(store, False, NOW + timedelta(seconds=2))
    assert is_shown(store, NOW + timedelta(seconds=3))


def test_the_first_month_says_what_opens_when_and_how_many_from_whom(store):
    assert first_month(store) == NOVEMBER
    rows = [(row.unit_code, row.dues, f"{row.opens_at:%Y-%m-%d}") for row in first_round(store).itertuples()]
    assert [(unit, number) for unit, number, _ in rows] == [("A", 2), ("B", 1)]
    assert first_round(store)["first_deadline"].dt.tz_convert("Asia/Shanghai").dt.strftime("%m-%d").tolist() == [
        "12-23",
        "12-23",
    ]
