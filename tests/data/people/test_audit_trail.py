"""What is asked of the trail, beside the same answer in plain Python."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from data import audit
from data.access import Person, Role
from data.audit import Act
from data.people.audit_trail import Wanted, audit_trail, last_act, last_sign_ins
from data.store import Store
from tests.conftest import NOW
from tests.ready import reference_store

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
PEOPLE = [
    Person("wang", "王五", Role.REPORTER, "DAG"),
    Person("wangli", "王丽", Role.OFFICE),
    Person("token:ab12", "Wang's program", Role.REPORTER, "XZSP", "api"),
    Person("", "", Role.NOBODY),
]
ACTIONS = ["signed_in", "submission_accepted", "account_changed"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for the module's questions, which change nothing in it."""
    opened = reference_store(tmp_path_factory.mktemp("trail") / "store.duckdb", NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def acts(store: Store) -> list[tuple]:
    """(number, at, person, action, unit, subject) of 200 acts at random, the newest first."""
    chance, kept = random.Random(20261122), []
    for number in range(200):
        person, action = chance.choice(PEOPLE), chance.choice(ACTIONS)
        unit, subject = chance.choice([None, "DAG", "XZSP"]), chance.choice(["wang", "R-1", "WANG", "%"])
        at = BEGAN + timedelta(hours=number)
        audit.note(store, Act(action, subject, unit, {"way": chance.choice(["password", "oidc"])}), person, at)
        kept.append((audit.head(store)[0], at, person, action, unit, subject))
    return kept[::-1]


@pytest.mark.parametrize(
    "who", [None, "wang", "WANG", "王", "王五", "token:ab12", "program", "r-1", "%", "_", "nobody"]
)
@pytest.mark.parametrize("unit", [None, "DAG"])
@pytest.mark.parametrize("actions", [None, ["signed_in"], ["account_changed", "signed_in"], ["unheard_of"]])
def test_it_is_narrowed_down_as_in_plain_python(store, acts, who, unit, actions):
    since, as_of = BEGAN + timedelta(hours=20), BEGAN + timedelta(hours=180)
    expected = [
        number
        for number, at, person, action, own_unit, subject in acts
        if since <= at <= as_of
        and (
            who is None or who.lower() in (person.user_code, subject.lower()) or who.lower() in person.user_name.lower()
        )
        and (unit is None or own_unit == unit)
        and (actions is None or action in actions)
    ]
    wanted = Wanted(since, who, actions, unit)
    found = audit_trail(store, as_of, wanted)
    assert found["audit_no"].tolist() == expected
    assert audit_trail(store, as_of, wanted, limit=3)["audit_no"].tolist() == expected[:3]


def test_rows_that_came_later_are_left_out(store, acts):
    newest = acts[40][0]
    assert audit_trail(store, BEGAN + timedelta(days=30), newest=newest, limit=1)["audit_no"].tolist() == [newest]


def test_it_is_known_when_somebody_came_last_and_how(store, acts):
    seen = last_sign_ins(store)
    for person in PEOPLE:
        own = [row for row in acts if row[2] is person and row[3] == "signed_in"]
        assert seen[person.user_code][0] == own[0][1]
        kept = store.rows("SELECT details FROM audit WHERE audit_no = ?", [own[0][0]])[0][0]
        assert seen[person.user_code][1] == audit.read_details(kept)["way"]
    assert last_act(store, "account_changed") == next(row[1] for row in acts if row[3] == "account_changed")
    assert last_act(store, "unheard_of") is None


def test_a_row_that_was_tampered_with_breaks_no_question(store, acts, tmp_path):
    store.copy_to(tmp_path / "tampered.duckdb")
    tampered = Store(tmp_path / "tampered.duckdb")
    with tampered.write() as cursor:
        cursor.execute("UPDATE audit SET details = '{' WHERE \"action\" = 'signed_in'")
    assert {way for _, way in last_sign_ins(tampered).values()} == {None}
    tampered.close()
