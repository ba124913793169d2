"""Contacts whose people have left, and all units at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.access import Person, Role
from data.people import accounts
from data.reminders.contacts import Channel, Contact, add
from data.reminders.history import reminder_log
from data.store import Store
from reminding.holders import left_behind
from reminding.outside import Outside
from reminding.plan import overdue_units, owed
from reminding.sending import Sender
from tests.conftest import NOW, OFFICE
from tests.disputed import AS_OF, UNIT, with_a_dispute
from tests.ready import reference_store
from tests.reminding.conftest import RobotHost, robots  # noqa: F401


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    made = with_a_dispute(reference_store(tmp_path / "store.duckdb", NOW))
    first = accounts.create_first(made, "office", "张建国", "zhundian-2024-Test").person()
    yield made.seen_by(first)
    made.close()


@pytest.mark.parametrize(("user", "name"), [("chen.c", "陈晨"), ("zaz", "别名"), ("zaz@housing.example.cn", "别名")])
def test_a_disabled_account_leaves_its_contact_behind(office, user, name):
    accounts.create(office, user, name, Role.REPORTER, UNIT)
    accounts.create(office, "other", "陈晨", Role.REPORTER, "ZFD")  # of another unit
    assert left_behind(office) == []
    accounts.change(office, user, is_active=False)
    accounts.change(office, "other", is_active=False)
    ((contact, account),) = left_behind(office)
    assert (contact.address, account.user_code) == ("zaz@housing.example.cn", user)
    accounts.create(office, "chenchen2", "陈晨", Role.REPORTER, UNIT)
    assert left_behind(office) == []  # she has another account


def test_all_that_are_overdue_are_reminded_at_once_and_nobody_twice(office, robots: RobotHost):  # noqa: F811
    for unit in (UNIT, "ZFD"):
        add(office, Contact(unit, Channel.WECOM, f"{robots.wecom}{unit}"))
    sender = Sender(office, Outside(), lambda: AS_OF)
    overdue = overdue_units(owed(office, AS_OF))
    assert {UNIT, "ZFD"} < set(overdue)
    shown = {contact.unit_code for contact, _, _ in sender.preview(*overdue)}
    report = sender.send_to_units(overdue)
    assert shown == {UNIT, "ZFD"} == {attempt.contact.unit_code for attempt in report.done}
    assert set(report.unreached) == set(overdue) - shown
    assert [contact.channel for contact, _ in report.left] == [Channel.EMAIL]  # there is no mail server
    again = sender.send_to_units(overdue)
    assert again.done == [] and len(again.held) == 2
    by_hand = reminder_log(office, AS_OF)
    assert (by_hand["step"] == "by_hand").sum() == 2


def test_it_is_the_offices_act(office):
    clerk = office.seen_by(Person("a", "甲", Role.REPORTER, UNIT))
    with pytest.raises(Exception, match="may not manage"):
        Sender(clerk, Outside(), lambda: AS_OF).send_to_units([UNIT])
    assert OFFICE.role is Role.OFFICE
