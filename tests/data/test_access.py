"""Rights as a table, and the rows that each role meets in the store, against the same rule in plain Python."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from data.access import OWNER, Forbidden, Person, Right, Role
from data.catalogue.in_force import catalogue_in_force, load_catalogue, set_counting_start
from data.store import Store, append
from loaders.intake.entries import About, Arrival, Entry
from loaders.intake.record import record
from loaders.sample.clear import clear_sample
from loaders.sample.history import load_sample
from tests.conftest import NOW, OCTOBER, filled, ingest, sample_rows, shanghai

UNITS = ("A", "B", "C'; DROP TABLE fact; --")
MAY = {
    Role.REPORTER: {Right.READ, Right.REPORT},
    Role.REVIEWER: {Right.READ, Right.REPORT, Right.APPROVE},
    Role.OFFICE: {Right.READ, Right.REPORT, Right.DECIDE, Right.MANAGE, Right.READ_AUDIT},
    Role.LEADER: {Right.READ, Right.RULE, Right.READ_AUDIT},
    Role.MONITOR: {Right.MONITOR},
    Role.NOBODY: set(),
}


@pytest.mark.parametrize(("role", "right"), list(itertools.product(Role, Right)))
def test_the_table_of_rights(role, right):
    own, other = Person("x", "x", role, "A"), "B"
    is_of_unit = role in (Role.REPORTER, Role.REVIEWER)
    wants_unit = right in (Right.READ, Right.REPORT, Right.APPROVE)
    assert own.may(right, "A") == (right in MAY[role])
    assert own.may(right, other) == (right in MAY[role] and not (is_of_unit and wants_unit))
    if not own.may(right, other):
        with pytest.raises(Forbidden, match=right.value):
            own.must_have(right, other)


def world(store: Store, rng: random.Random) -> list[dict]:
    """Random submissions of three units, accepted and returned, under review and not, with cells and files."""
    made = []
    for number in range(80):
        unit = rng.choice([*UNITS, None])
        outcome = "accepted" if unit and rng.random() < 0.6 else "returned"
        made.append(
            {
                "submission_id": f"s{number}",
                "sha256": f"f{number}",
                "receipt_no": f"r{number}",
                "unit_code": unit,
                "outcome": outcome,
                "template_code": "T",
                "period": date(2026, 1 + number % 9, 1),
                "version": number,
                "received_at": NOW + timedelta(minutes=number),
                "sent_unit": rng.choice([*UNITS, None]),
                "needs_review": outcome == "accepted" and rng.random() < 0.5,
            }
        )
    shown = [one for one in made if one["needs_review"] and rng.random() < 0.5]
    with store.write() as cursor:
        append(cursor, "submission", {name: [one[name] for one in made] for name in made[0]})
        ids = [one["submission_id"] for one in made]
        append(cursor, "fact", {"submission_id": ids, "num": [1.0] * len(ids)})
        append(cursor, "issue", {"submission_id": ids, "code": ["x"] * len(ids)})
        append(cursor, "workbook_file", {"sha256": [f"f{n}" for n in range(80)], "content": [b"x"] * 80})
        append(
            cursor,
            "review_step",
            {"submission_id": [one["submission_id"] for one in shown], "step": ["accepted"] * len(shown)},
        )
    return [one | {"is_shown": not one["needs_review"] or one in shown} for one in made]


def seen(person: Person, one: dict) -> tuple[bool, bool]:
    """Whether she sees that it is there, and what is in it."""
    if person.role is Role.OFFICE:
        return True, True
    if person.role is Role.LEADER:
        return True, one["is_shown"]
    if not person.role.is_of_unit:
        return False, False
    whose = one["unit_code"] if one["outcome"] == "accepted" else one["sent_unit"] or one["unit_code"]
    return (whose == person.unit_code,) * 2


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit", UNITS)
def test_what_each_role_meets_in_the_store(store, role, unit):
    made = world(store, random.Random(11))
    person = Person("x", "x", role, unit)
    own = store.seen_by(person)
    expected = [{one["submission_id"] for one in made if seen(person, one)[place]} for place in (0, 1)]
    assert {one for (one,) in own.rows("SELECT submission_id FROM submission")} == expected[0]
    for table in ("fact", "issue"):
        assert {one for (one,) in own.rows(f"SELECT submission_id FROM {table}")} == expected[1], table
    files = {one.replace("f", "s") for (one,) in own.rows("SELECT sha256 FROM workbook_file")}
    assert files == expected[1]
    later = datetime(2027, 1, 1, tzinfo=UTC)
    through = {one for (one,) in own.rows("SELECT submission_id FROM accepted_at(?)", [later])}  # macros meet it too
    assert through == {one["submission_id"] for one in made if one["outcome"] == "accepted"} & expected[0]
    assert store.rows("SELECT count(*) FROM submission") == [(80,)]


def test_dues_and_accounts_are_hidden_as_well(store):
    own = store.seen_by(Person("x", "x", Role.REPORTER, "DAG"))
    later = datetime(2027, 3, 1, tzinfo=UTC)
    assert own.rows("SELECT DISTINCT unit_code FROM timeliness_at(?)", [later]) == [("DAG",)]
    for table in ("audit", "account", "password", "token", "token_end"):
        assert own.rows(f'SELECT count(*) FROM "{table}"') == [(0,)]
    assert store.rows("SELECT count(*) FROM audit")[0][0] > 0
    assert store.seen_by(Person("z", "z", Role.LEADER)).rows('SELECT count(*) FROM "password"') == [(0,)]


def test_people_of_two_units_at_once_never_meet(store):
    world(store, random.Random(5))

    def look(number: int) -> bool:
        unit = UNITS[number % 3]
        own = store.seen_by(Person("x", "x", Role.REPORTER, unit))
        found = own.rows("SELECT DISTINCT unit_code FROM submission WHERE outcome = 'accepted'")
        return found == [(unit,)]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(240)))


def test_a_question_that_failed_leaves_nothing_behind(store):
    own = store.seen_by(Person("x", "x", Role.REPORTER, "A"))
    for _ in range(3):
        with pytest.raises(Exception, match="nowhere"):
            own.rows("SELECT * FROM nowhere")
        assert own.rows("SELECT count(*) FROM submission") == [(0,)]


# Writing


def test_nobody_hands_in_for_another_unit(store):
    arrival = Arrival(b"x", "a.xlsx", shanghai("2026-11-18T09:00:00"), "王五")
    entry = Entry(arrival, About("FJS", "BE-08", "1", OCTOBER), True)
    for person in (
        Person("x", "x", Role.REPORTER, "DAG"),
        Person("z", "z", Role.LEADER),
        Person("m", "m", Role.MONITOR),
    ):
        with pytest.raises(Forbidden, match="FJS"):
            record(store.seen_by(person), [entry])
    assert store.rows("SELECT count(*) FROM submission") == [(0,)]


def test_a_file_of_another_unit_comes_back_to_whoever_sent_it(store):
    own = store.seen_by(Person("x", "x", Role.REPORTER, "DAG"))
    content = filled(store, "BE-08", "FJS", OCTOBER, sample_rows("BE-08", "FJS"))
    with pytest.raises(Forbidden):  # the page says whose files are meant, and returns it; this is the floor below
        ingest(own, content, "a.xlsx", shanghai("2026-11-18T09:00:00"))
    assert store.rows("SELECT count(*) FROM submission") == [(0,)]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.MONITOR, Role.NOBODY])
def test_only_the_office_changes_the_rules(store, role):
    own = store.seen_by(Person("x", "x", role, "DAG"))
    for act in (
        lambda: load_catalogue(own, catalogue_in_force(store), NOW),
        lambda: set_counting_start(own, OCTOBER, NOW),
        lambda: load_sample(own, 1, now=NOW),
        lambda: clear_sample(own),
    ):
        with pytest.raises(Forbidden, match="manage"):
            act()
    assert OWNER.may(Right.MANAGE)
