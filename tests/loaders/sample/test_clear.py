"""A demonstration that is cleared: the store answers as a new one with its catalogue; the office's own is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.access import SAMPLE_NAME, Role
from data.anomalies.triage import answer_days
from data.backup import check
from data.boards.standings import board_rules_at, objections, points_at, publications
from data.catalogue.in_force import (
    catalogue_in_force,
    ensure_catalogue,
    has_begun,
    load_catalogue,
    set_counting_start,
)
from data.dues.changes import Until, exempt, extend
from data.dues.forecast import likely_late
from data.dues.granted import due_changes
from data.dues.policy import set_policy
from data.people import accounts, tokens
from data.questions import QUESTIONS
from data.reminders import contacts
from data.reminders.contacts import Channel, Contact
from data.reminders.history import reminder_log
from data.settings import set_setting, setting
from data.store import Store
from data.submissions.received import declarations, has_sample, submissions
from data.supervision.record import candidates, cases, rules_at, waivers
from data.tables import LETTERS, NONE, TABLES
from loaders.sample.clear import clear_sample
from reminding.plan import owed
from reminding.policy import policy_of
from tests.conftest import OCTOBER, filled, ingest, shanghai
from tests.data.test_tables import STAYS, columns_of, row_of
from tests.data.worlds import records
from tests.loaders.sample.test_sample import NOW, opened, reduced

TRIED = {
    "points": {"late_day": 5}, "boards": {}, "boards_shown": "all", "supervision": {"late_days": 1}, "anomaly_days": 1,
    "reminders": {"is_on": True}, "documents": {"basis": "某建办〔2026〕1号"}, "reminder_texts": {},
}  # fmt: skip
MOMENTS = tuple(map(shanghai, ("2026-11-19T12:00:00", "2026-11-24T12:00:00")))


def demonstration(path: Path) -> Store:
    """A made-up history of one file in which everything was tried: no table is without a row."""
    store = opened(path, reduced())
    set_counting_start(store.seen_by(replace(store.person, user_name=SAMPLE_NAME)), OCTOBER, NOW)
    ingest(
        store, filled(store, "BE-04", "FJS"), "示例.xlsx", shanghai("2026-11-18T09:00:00"), SAMPLE_NAME, is_sample=True
    )
    exempt(store, [("ZFD", "SV-02", OCTOBER)], "机构调整期间", NOW)
    extend(store, [("CZK", "DQ-01", OCTOBER)], Until(shanghai("2026-12-10T00:00:00").date()), "系统停机两天", NOW)
    set_policy(store, None, OCTOBER, lambda policy: replace(policy, day=10), NOW)
    for name, value in TRIED.items():
        set_setting(store, name, value)
    accounts.create(store, "office", "张建国", Role.OFFICE)
    token, _ = tokens.create(store, "统计系统", Role.LEADER)
    tokens.end(store, token.token_id)
    contacts.add(store, Contact("FJS", Channel.EMAIL, "fjs@example.org"))
    columns = columns_of(store)
    with store.write() as cursor:
        for table in TABLES:
            if not cursor.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone():
                row = row_of(table, columns[table.name], "FJS")
                cursor.execute(f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(row))})', row)
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store, dict[str, list]]]:
    """A store whose demonstration was cleared, a new one with its catalogue, and what the first held before."""
    cleared = demonstration(tmp_path_factory.mktemp("cleared") / "store.duckdb")
    before = contents(cleared)
    clear_sample(cleared, NOW)
    fresh = Store(tmp_path_factory.mktemp("fresh") / "store.duckdb")
    load_catalogue(fresh, catalogue_in_force(cleared), NOW)
    ensure_catalogue(fresh, NOW)
    yield cleared, fresh, before
    cleared.close()
    fresh.close()


def contents(store: Store) -> dict[str, list]:
    return {table.name: store.rows(f'SELECT * FROM "{table.name}" ORDER BY ALL') for table in TABLES}


def answers(store: Store) -> dict[str, object]:
    """What pages, papers and commands ask, at several moments."""
    told: dict[str, object] = {"begun": has_begun(store), "sample": has_sample(store)}
    for at in MOMENTS:
        for name, question in QUESTIONS.items():
            told[f"{name} {at}"] = records(question(store, at, None, None))
        for question in (submissions, declarations, due_changes, likely_late, waivers, reminder_log):
            told[f"{question.__name__} {at}"] = records(question(store, at))
        for question in (cases, candidates, owed, rules_at, points_at, board_rules_at, publications, policy_of):
            told[f"{question.__name__} {at}"] = question(store, at)
        told[f"objections {at}"] = records(objections(store, at))
        told[f"answer_days {at}"] = answer_days(store, at)
    return told


def test_the_demonstration_had_a_row_in_every_table(stores: tuple) -> None:
    assert [name for name, rows in stores[2].items() if not rows] == []


def test_what_is_left_is_what_a_new_store_with_that_catalogue_holds(stores: tuple) -> None:
    cleared, fresh, _ = stores
    left, new = contents(cleared), contents(fresh)
    for table in TABLES:
        if table.made_up != NONE and table.name != "setting":
            assert left[table.name] == new[table.name], table.name
    assert {name for (name,) in cleared.rows("SELECT setting_name FROM setting")} == set(LETTERS)
    assert check(cleared) == []


def test_every_question_is_answered_as_in_a_new_store(stores: tuple) -> None:
    cleared, fresh, _ = stores
    assert answers(cleared) == answers(fresh)
    for store in (cleared, fresh):
        set_counting_start(store, OCTOBER, NOW)
    told = answers(cleared)
    assert told == answers(fresh)
    late = [row for row in told[f"late {MOMENTS[1]}"] if row[1] == "SV-02"]
    assert [row[4] for row in late] == ["missing"]  # its exemption was of the demonstration


def test_what_is_the_offices_own_stays(stores: tuple) -> None:
    cleared, _, before = stores
    after = contents(cleared)
    for name in STAYS - {"audit", "workday"}:
        assert after[name] == before[name], name
    assert after["audit"][: len(before["audit"])] == before["audit"]
    assert after["audit"][len(before["audit"])][7] == "sample_cleared"
    assert setting(cleared, "documents", {}) == TRIED["documents"]
    assert {template.policy(OCTOBER).day for template in catalogue_in_force(cleared).templates} == {10}


def test_a_store_that_was_begun_in_earnest_keeps_everything(tmp_path: Path) -> None:
    """It holds no demonstration, so there is nothing to clear, whatever the button or the command says."""
    store = opened(tmp_path / "store.duckdb", reduced())
    set_counting_start(store, OCTOBER, NOW)
    exempt(store, [("ZFD", "SV-02", OCTOBER)], "机构调整期间", NOW)
    set_setting(store, "points", {"late_day": 5})
    before = contents(store)
    assert clear_sample(store, NOW) == 0
    assert contents(store) == before
    store.close()


def test_a_demonstration_that_was_cut_short_before_its_first_file_can_be_cleared(tmp_path: Path) -> None:
    store = opened(tmp_path / "store.duckdb", reduced())
    set_counting_start(store.seen_by(replace(store.person, user_name=SAMPLE_NAME)), OCTOBER, NOW)
    assert has_sample(store)
    assert clear_sample(store, NOW) == 0
    assert not has_sample(store) and not has_begun(store)
    set_counting_start(store, OCTOBER, NOW)
    ingest(store, filled(store, "BE-04", "FJS"), "a.xlsx", shanghai("2026-11-18T09:00:00"))
    assert not has_sample(store)
    store.close()
