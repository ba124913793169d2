"""What pages work out is kept by all that it depends on: nobody is shown what was worked out for other eyes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import text
from data.access import Person, Role
from data.store import Store
from pages.frame import asking, moment
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, small_store

PEOPLE = (
    Person("o", "办", Role.OFFICE),
    Person("l", "领导", Role.LEADER),
    Person("a", "甲", Role.REPORTER, "A"),
    Person("ra", "甲审", Role.REVIEWER, "A"),
    Person("b", "乙", Role.REPORTER, "B"),
)


@pytest.fixture
def store(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """甲科 A and 乙科 B, asked in the middle of a minute."""
    made = small_store(tmp_path / "store.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(moment, "chosen", lambda: None)
    monkeypatch.setattr(moment, "in_address", lambda: ())
    yield made
    made.close()


def units_received(store: Store, as_of: datetime) -> list[str]:
    """Whose submissions can be seen, as a question of data."""
    return [row.unit_code for row in store.rows("SELECT DISTINCT unit_code FROM submission ORDER BY ALL")]


def said(as_of: datetime, word: str = "") -> tuple[Any, ...]:
    """What depends on everything that may tell readers apart."""
    ASKED.append(word)
    seen = asking.ask(units_received, as_of)
    person = asking.store().person
    return tuple(seen), person.role, person.unit_code, text.t("page.late"), moment.in_address(), word


ASKED: list[str] = []


def test_each_is_shown_what_she_may_see(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):  # the second time from what is kept
        for person in PEOPLE:
            signed_in(monkeypatch, person)
            units, role, unit_code, *_ = asking.worked_out(said, NOW)
            assert (role, unit_code) == (person.role, person.unit_code)
            assert list(units) == ([person.unit_code] if person.unit_code else ["A", "B"])


def test_the_same_eyes_share_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ASKED.clear()
    for user in ("a", "another"):
        signed_in(monkeypatch, Person(user, user, Role.REPORTER, "A"))
        asking.worked_out(said, NOW)
    assert len(ASKED) == 1


def test_each_language_moment_and_choice_has_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, PEOPLE[0])
    for _ in range(2):
        for locale, word in (("zh-CN", "迟报名单"), ("en", "Late list")):
            with text.speaking(locale):
                assert asking.worked_out(said, NOW)[3] == text.t("page.late"), word
        for address in ((), ((moment.KEY, "2026-11-01T09:00"),)):
            monkeypatch.setattr(moment, "in_address", lambda address=address: address)
            assert asking.worked_out(said, NOW)[4] == address
        for word in ("a", "b"):
            assert asking.worked_out(said, NOW, word=word)[5] == word


def test_it_is_asked_anew_with_the_minute_and_with_each_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, PEOPLE[0])
    minute = NOW.replace(second=0, microsecond=0)
    ASKED.clear()
    for seconds in (0, 59, 60):  # within a minute no deadline passes
        asking.worked_out(said, minute + timedelta(seconds=seconds))
    assert len(ASKED) == 2
    with store.write() as cursor:
        cursor.execute("DELETE FROM submission WHERE unit_code = 'B'")
    assert asking.worked_out(said, minute + timedelta(seconds=60))[0] == ("A",)


def test_what_a_pages_own_script_defines_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, PEOPLE[0])
    months = [NOW.date()]
    with pytest.raises(TypeError, match="function of a module"):
        asking.worked_out(lambda as_of: months, NOW)
    monkeypatch.setattr(said, "__module__", "__main__")
    with pytest.raises(TypeError, match="function of a module"):
        asking.worked_out(said, NOW)


def test_a_right_is_asked_for_whatever_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.access import Forbidden
    from data.supervision.record import candidates

    signed_in(monkeypatch, PEOPLE[0])
    asking.ask(candidates, NOW)
    signed_in(monkeypatch, PEOPLE[2])
    with pytest.raises(Forbidden):
        asking.ask(candidates, NOW)


def test_a_store_opened_anew_at_the_same_place_is_another(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "chosen", lambda: None)
    monkeypatch.setattr(moment, "in_address", lambda: ())
    path = tmp_path / "store.duckdb"
    monkeypatch.setenv("ZHUNDIAN_STORE", str(path))
    signed_in(monkeypatch, PEOPLE[0])
    for expected in (["A", "B"], ["A"]):
        opened = small_store(path)
        if expected == ["A"]:
            opened._file.connection.execute("DELETE FROM submission WHERE unit_code = 'B'")  # at data version 0
        assert asking.ask(units_received, NOW) == expected
        opened.close()
        path.unlink()
