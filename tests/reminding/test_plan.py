"""Who is reminded at which step: a table of days, and random histories against the same rule in plain Python."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.catalogue.in_force import set_counting_start
from data.catalogue.model import Obligation
from data.fault import Fault
from data.reminders.contacts import Channel, Contact, add, contacts, end
from reminding.plan import coming, owed, plan
from reminding.policy import Policy, read_policy
from tests.conftest import shanghai
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Sent, World
from tests.reminding.conftest import mail_to

ON = Policy(is_on=True)


@pytest.mark.parametrize(
    ("status", "days", "step"),
    [
        ("pending", 4, None),
        ("pending", 3, "before-3"),
        ("pending", 2, None),
        ("pending", 1, "before-1"),
        ("pending", 0, "on_day"),
        ("missing", 0, "on_day"),  # the deadline was at noon
        ("missing", -1, "after-1"),
        ("missing", -2, None),
        ("missing", -3, "after-3"),
        ("pending", -1, None),  # the clock has not judged her late, so nobody says so
        ("missing", 1, None),
        *[(status, days, None) for status in ("exempt", "on_time", "late") for days in (3, 0, -1)],
    ],
)
def test_the_step_of_a_due(status, days, step):
    assert ON.step(status, days) == step


def test_steps_that_are_switched_off_are_none():
    assert replace(ON, on_day=False).step("pending", 0) is None
    assert replace(ON, days_before=()).step("pending", 3) is None
    assert replace(ON, days_after=(7,)).step("missing", -7) == "after-7"


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ({"days_before": [0]}, "days"),
        ({"days_before": [1.5]}, "days"),
        ({"days_after": [True]}, "days"),
        ({"days_after": "1, x"}, "days"),
        ({"days_after": list(range(1, 9))}, "days"),
        ({"days_after": [61]}, "days"),
        ({"hour": 24}, "hour"),
        ({"hour": "9"}, "hour"),
        ({"is_on": 1}, "policy"),
        ({"every": 1}, "policy"),
        ([], "policy"),
    ],
)
def test_a_setting_that_is_none_is_refused(kept, code):
    with pytest.raises(Fault) as found:
        read_policy(kept)
    assert found.value.code == f"reminder.{code}"


def world_with(tmp_path, *templates, sent=(), exempt=()):
    """A store in which unit U owes each template from October 2026 on, with a contact."""
    obligations = [Obligation("U", one.template_code, date(2026, 10, 1), None, False, exempt) for one in templates]
    world = World(worlds.catalogue(obligations, templates), list(sent))
    store = worlds.opened(tmp_path, world, datetime(2026, 10, 1, tzinfo=UTC))
    set_counting_start(store, date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC))
    add(store, mail_to("U", "u@u.example"))
    return store


def said(store, moment: str, policy: Policy = ON) -> list[tuple]:
    """(step, templates) of each message at a moment on the bureau's clock."""
    found = plan(store, shanghai(moment), policy)
    return [(one.step, [item.template_code for item in one.items]) for one in found.messages]


def test_a_due_by_the_first_is_reminded_in_the_month_before_and_not_before_the_hour(tmp_path):
    store = world_with(tmp_path, worlds.template("T1", day=1, offset=2))  # October's by 1 December
    days = {day: said(store, f"2026-{day} 09:00") for day in ("11-27", "11-28", "11-29", "11-30", "12-01", "12-02")}
    assert days == {
        "11-27": [],
        "11-28": [("before-3", ["T1"])],
        "11-29": [],
        "11-30": [("before-1", ["T1"])],
        "12-01": [("on_day", ["T1"])],
        "12-02": [("after-1", ["T1"])],
    }
    assert said(store, "2026-11-28 08:59:59") == [] and said(store, "2026-11-28 23:59:59") != []
    assert said(store, "2026-11-29 00:00") == []
    store.close()


def test_the_last_day_of_february_and_of_the_year(tmp_path):
    end = worlds.template("T1", day=31, offset=1)
    store = world_with(tmp_path, end)
    assert said(store, "2026-12-28 10:00") == [("before-3", ["T1"])]  # November's, by 31 December
    assert ("after-1", ["T1"]) in said(store, "2027-01-01 10:00")
    assert said(store, "2027-02-28 10:00") == [("on_day", ["T1"])]  # January's
    assert said(store, "2027-03-01 10:00") == [("after-1", ["T1"])]
    store.close()


def test_two_steps_on_one_day_are_one_message_and_the_most_urgent_leads(tmp_path):
    early, late = worlds.template("T1", day=21), worlds.template("T2", day=24)
    store = world_with(tmp_path, late, early)
    assert said(store, "2026-11-21 10:00") == [("on_day", ["T1", "T2"])]
    assert said(store, "2026-11-22 10:00") == [("after-1", ["T1"])]
    assert said(store, "2026-11-24 10:00") == [("after-3", ["T1", "T2"])]
    store.close()


def test_who_is_exempt_or_has_handed_in_hears_nothing(tmp_path):
    handed_in = Sent("U", "T1", date(2026, 10, 1), shanghai("2026-11-20 09:30"))
    returned = Sent("U", "T2", date(2026, 10, 1), shanghai("2026-11-20 09:30"), "returned", 0)
    store = world_with(tmp_path, worlds.template("T1"), worlds.template("T2"), sent=[handed_in, returned])
    assert said(store, "2026-11-19 10:00") == [("before-3", ["T1", "T2"])]
    assert said(store, "2026-11-21 10:00") == [("before-1", ["T2"])]
    store.close()
    store = world_with(tmp_path / "exempt", worlds.template("T1"), exempt=(10,))
    assert said(store, "2026-11-22 10:00") == [] and said(store, "2026-12-22 10:00") == [("on_day", ["T1"])]
    store.close()


def test_before_the_store_has_begun_nobody_owes(tmp_path):
    world = World(worlds.catalogue([Obligation("U", "T1", date(2026, 1, 1))]))
    store = worlds.opened(tmp_path, world, datetime(2026, 10, 1, tzinfo=UTC))
    add(store, mail_to("U", "u@u.example"))
    assert said(store, "2026-11-23 10:00") == []
    store.close()


def test_units_without_a_contact_are_named_and_the_group_hears_of_all(tmp_path):
    store = world_with(tmp_path, worlds.template("T1"))
    end(store, contacts(store)[0].contact_id)
    add(store, Contact(None, Channel.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"))
    found = plan(store, shanghai("2026-11-22 10:00"), ON)
    assert [(one.contact.unit_code, one.step) for one in found.messages] == [(None, "on_day")]
    assert found.unreached == ("U",)
    store.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_random_histories_give_the_same_as_one_by_one(tmp_path, seed):
    world = worlds.random_world(seed, SHANGHAI)
    store = worlds.opened(tmp_path, world, datetime(2026, 12, 1, tzinfo=UTC))
    units = sorted({unit.unit_code for unit in world.catalogue.units})
    for unit in units[1:]:
        add(store, mail_to(unit, f"{unit}@u.example"))
    policy = Policy(True, 0, (5, 2, 1), True, (1, 4, 9))
    number, key = 0, lambda one: (one.unit_code, one.template_code, one.period)
    moments = [*worlds.moments(world, seed, 24)]
    moments += [due.deadline + timedelta(days=days, hours=5) for due in world.owed[:12] for days in (-3, -1, 0, 3)]
    for as_of in [
        moment for moment in moments if moment < datetime(2027, 1, 1, tzinfo=UTC)
    ]:  # as far as the world goes
        today = as_of.astimezone(world.zone).date()
        expected: dict[str, set] = {}
        for one in worlds.judged_at(world, as_of):
            days = (one.owed.due_date - today).days
            is_at = (one.status == "pending" and (days in (5, 2, 1) or days == 0)) or (
                one.status == "missing" and days in (0, -1, -4, -9)
            )
            if is_at:
                expected.setdefault(one.owed.unit, set()).add((one.owed.key, days))
        found = plan(store, as_of, policy)
        told = {m.contact.unit_code: {(key(i), i.days) for i in m.items} for m in found.messages}
        assert told == {unit: dues for unit, dues in expected.items() if unit != units[0]}
        assert set(found.unreached) == expected.keys() & {units[0]}
        assert all(m.items[0].days == min(i.days for i in m.items) for m in found.messages)
        everything = {one.owed.key for one in worlds.judged_at(world, as_of) if one.status in ("pending", "missing")}
        assert set(map(key, owed(store, as_of))) == everything
        number += sum(map(len, told.values()))
    assert number > 10
    store.close()


def test_what_opens_soon_is_coming_too(tmp_path):
    """Asked at the end of November, when nothing of November's round has opened yet."""
    store = world_with(tmp_path, worlds.template("T1"))
    days = {f"{one.day:%m-%d}" for one in coming(store, shanghai("2026-11-30 12:00"), ON)}
    assert {"12-19", "12-21", "12-22", "12-23", "12-25"} <= days
    store.close()


def test_what_is_coming_is_what_will_go(tmp_path):
    store = world_with(tmp_path, worlds.template("T1"), worlds.template("T2", day=24))
    found = coming(store, shanghai("2026-11-20 12:00"), ON, days=10)
    assert [(f"{one.day:%m-%d}", one.step, one.unit_code, one.number) for one in found] == [
        ("11-21", "before-1", "U", 1),
        ("11-21", "before-3", "U", 1),
        ("11-22", "on_day", "U", 1),
        ("11-23", "after-1", "U", 1),
        ("11-23", "before-1", "U", 1),
        ("11-24", "on_day", "U", 1),
        ("11-25", "after-3", "U", 1),
        ("11-25", "after-1", "U", 1),
        ("11-27", "after-3", "U", 1),
    ]
    for day in sorted({one.day for one in found}):
        own = {one.step for one in found if one.day == day}
        messages = plan(store, shanghai(f"{day} 09:00"), ON).messages
        assert {item.step for m in messages for item in m.items} == own
    store.close()
