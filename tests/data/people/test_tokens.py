"""Tokens: the secret is shown once, opens what its role may, and nothing once it was ended or has expired."""

from datetime import UTC, datetime, timedelta

import pytest

from data import audit
from data.access import Forbidden, Person, Right, Role
from data.fault import Fault
from data.people import tokens
from data.people.tokens import Token
from data.store import Store
from tests.conftest import OFFICE

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def office(store: Store) -> Store:
    """The reference store as its office sees it."""
    return store.seen_by(OFFICE)


def test_a_token_opens_what_its_role_may(office):
    unit, everything, figures = (
        tokens.create(office, "a", role, "DAG")[1] for role in (Role.REPORTER, Role.LEADER, Role.MONITOR)
    )
    own = tokens.bearer(office, unit, "10.0.0.7")
    assert (own.role, own.unit_code, own.via, own.address) == (Role.REPORTER, "DAG", "api", "10.0.0.7")
    assert own.user_code.startswith("token:") and own.user_name == "a"
    assert own.may(Right.REPORT, "DAG") and not own.may(Right.REPORT, "XZSP")
    reader = tokens.bearer(office, everything)
    assert reader.unit_code is None and reader.may(Right.READ, "XZSP") and not reader.may(Right.REPORT, "DAG")
    watcher = tokens.bearer(office, figures)
    assert watcher.may(Right.MONITOR) and not watcher.may(Right.READ, "DAG")


def test_the_secret_is_kept_nowhere(office):
    secrets = [tokens.create(office, f"token {n}", Role.LEADER)[1] for n in range(3)]
    assert len(set(secrets)) == 3 and all(one.startswith(tokens.PREFIX) and len(one) > 50 for one in secrets)
    kept = str([office.rows(f"SELECT * FROM {table}") for table in ("token", "token_end", "audit")])
    assert not any(one in kept or one.removeprefix(tokens.PREFIX) in kept for one in secrets)


@pytest.mark.parametrize("shown", ["", "zhundian_", "x" * 5000, "zhundian_" + "a" * 43, "'; DROP TABLE token; --"])
def test_what_is_no_token_opens_nothing(office, shown):
    tokens.create(office, "a", Role.LEADER)
    assert tokens.bearer(office, shown) is None


def test_an_ended_token_opens_nothing_and_ends_once(office):
    made, secret = tokens.create(office, "导数程序", Role.REPORTER, "DAG")
    other = tokens.create(office, "另一个", Role.LEADER)[1]
    tokens.end(office, made.token_id)
    tokens.end(office, made.token_id)
    assert tokens.bearer(office, secret) is None and tokens.bearer(office, other)
    (ended,) = [one for one in tokens.tokens(office) if one.ended_at]
    assert (ended.token_id, ended.ended_by) == (made.token_id, OFFICE.user_name)
    found = office.rows('SELECT "action", subject, unit_code, details FROM audit ORDER BY audit_no')[-3:]
    assert [row[0] for row in found] == ["token_created", "token_created", "token_ended"]
    assert found[-1][1:3] == (made.token_id, "DAG") and "导数程序" in found[-1][3]


def test_a_token_expires_at_its_moment(office, monkeypatch):
    made = Token("x", "x", Role.LEADER, None, NOW, "x", expires_at=NOW)
    assert made.is_valid(NOW - timedelta(microseconds=1)) and not made.is_valid(NOW)
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    secret = tokens.create(office, "short", Role.LEADER, expires_at=expires_at)[1]
    assert tokens.bearer(office, secret)
    monkeypatch.setattr(Store, "now", lambda _: expires_at)
    assert tokens.bearer(office, secret) is None


@pytest.mark.parametrize(
    ("name", "role", "unit", "days", "code"),
    [
        ("", Role.LEADER, None, None, "token.name"),
        ("  ", Role.LEADER, None, None, "token.name"),
        ("x" * 61, Role.LEADER, None, None, "token.name"),
        ("x", Role.OFFICE, None, None, "account.role"),
        ("x", Role.REVIEWER, "DAG", None, "account.role"),
        ("x", Role.REPORTER, None, None, "account.unit"),
        ("x", Role.REPORTER, "XXX", None, "catalogue.unit"),
        ("x", Role.LEADER, None, -1, "token.past"),
        ("x", Role.LEADER, None, 0, "token.past"),
    ],
)
def test_what_is_no_token_is_not_made(office, name, role, unit, days, code):
    expires = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    with pytest.raises(Fault) as told:
        tokens.create(office, name, role, unit, expires)
    assert told.value.code == code and tokens.tokens(office) == []


def test_ending_what_is_not_there_is_refused(office):
    with pytest.raises(Fault, match=r"token\.unknown"):
        tokens.end(office, "nothing")


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.NOBODY, Role.MONITOR])
def test_only_the_office_makes_and_ends_them(office, role):
    made, secret = tokens.create(office, "a", Role.LEADER)
    own = office.seen_by(Person("x", "x", role, "DAG"))
    with pytest.raises(Forbidden):
        tokens.create(own, "b", Role.LEADER)
    with pytest.raises(Forbidden):
        tokens.end(own, made.token_id)
    assert tokens.tokens(own) == [] and tokens.bearer(office, secret)


def test_a_token_that_cannot_be_noted_is_not_made(office, monkeypatch):
    def full(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr(audit, "keep", full)
    with pytest.raises(OSError, match="no space"):
        tokens.create(office, "a", Role.LEADER)
    assert tokens.tokens(office) == []
