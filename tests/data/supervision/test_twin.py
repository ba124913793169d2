"""What supervision proposes, against its plain twin: random histories, and a year of the sample."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.store import Store
from data.supervision import cases, waivers
from data.supervision import record as queries
from data.supervision.waivers import Ground, Waiving
from loaders.sample.history import load_sample
from loaders.sample.story import Story
from tests.conftest import shanghai
from tests.data import worlds
from tests.data.supervision.test_cases import LEADER, LOADED, OFFICE, REASON, ZONE
from tests.data.supervision.twin import Given, Line, expected
from tests.data.worlds import SHANGHAI, Sent
from tests.ready import reference_store


def days_off(store: Store) -> set[date]:
    return {day for (day,) in store.rows("SELECT day FROM workday WHERE NOT is_workday")}


def told(store: Store, as_of: datetime) -> set[tuple]:
    """The program's proposals in the twin's form."""
    return {
        (
            one.kind.value,
            one.unit_code,
            one.month,
            frozenset((reason.code, reason.number) for reason in one.reasons),
            frozenset(due_key(due) for due in one.dues) | frozenset(given.issued_on for given in one.notices),
        )
        for one in queries.candidates(store, as_of)
    }


def due_key(due) -> tuple:
    return due.unit_code, due.template_code, due.period


def judged_lines(world: worlds.World, as_of: datetime) -> list[Line]:
    found = []
    for one in worlds.judged_at(world, as_of):
        owed = one.owed
        about = (owed.unit, owed.template, owed.period, owed.month, owed.due_date, owed.deadline)
        found.append(Line(*about, one.status, one.days_late, one.first))
    return found


def temperate_world(seed: int) -> tuple[worlds.World, random.Random]:
    """A random world in which some units are mostly punctual, so that there is something to praise as well."""
    luck = random.Random(seed)
    world = worlds.random_world(seed, SHANGHAI)
    good = {unit for unit in sorted({due.unit for due in world.owed}) if luck.random() < 0.5}
    world.sent = [one for one in world.sent if one.unit not in good]
    for due in world.owed:
        if due.unit in good:
            late = timedelta(days=luck.choice([1, 3, 4, 9])) if luck.random() < 0.12 else -timedelta(days=1)
            world.sent.append(Sent(due.unit, due.template, due.period, due.deadline + late))
    return world, luck


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow) if seed == 1 else seed for seed in (0, 1, 3)]
)
def test_random_histories_of_dues_cases_and_waivers_against_a_plain_twin(tmp_path, seed):
    world, luck = temperate_world(seed)
    store = worlds.opened(tmp_path, world, LOADED).seen_by(OFFICE)
    off, ledger, excused, kinds = days_off(store), {}, set(), set()
    rules = {"talk_criticisms": 2, "look_back": luck.choice([6, 12, 30])} if seed % 2 else {}
    if rules:
        cases.set_rules(store, rules, datetime(2023, 12, 1, tzinfo=UTC))
    orders = itertools.count(1)
    for step in range(30):
        now = datetime(2024, 6, 1, 4, tzinfo=UTC) + timedelta(
            days=27 * step + luck.randint(0, 9), hours=luck.randint(0, 20)
        )
        found = told(store, now)
        assert found == expected(judged_lines(world, now), list(ledger.values()), excused, now, ZONE, off, rules)
        kinds |= {one[0] for one in found}
        for one in queries.candidates(store, now):
            at = now + timedelta(seconds=next(orders))  # what was done before may have taken a proposal away
            if luck.random() < 0.5 and one.case_id in {each.case_id for each in queries.candidates(store, at)}:
                ledger[one.case_id] = taken_somewhere(store, one, at, luck, next(orders))
        for case_id, given in list(ledger.items()):
            if given.state == "issued" and luck.random() < 0.1:
                cases.drop(store, case_id, now + timedelta(hours=5), REASON)
                ledger[case_id] = given._replace(state="withdrawn")
        for owed in sorted({(due.unit, due.month) for due in world.owed if due.deadline <= now}):
            if luck.random() < 0.02:
                try:
                    excused |= set(waivers.waive(store, Waiving(Ground.EXTENSION, owed[1], REASON, owed[0]), now))
                except Fault as fault:
                    assert fault.code == "supervision.nothing_to_waive"
    assert {"criticism", "rectification", "praise"} <= kinds, kinds


def taken_somewhere(store: Store, one, now: datetime, luck: random.Random, order: int) -> Given:
    """A proposal taken on to some state, and what the twin is to know of it."""
    cases.open_case(store, one.case_id, now)
    state, day = luck.choice(["opened", "approved", "declined", "waived", "issued", "issued", "issued"]), None
    if state in ("approved", "issued", "declined"):
        cases.decide(store.seen_by(LEADER), one.case_id, state != "declined", now, REASON)
    if state == "issued":
        day = now.astimezone(ZONE).date() - timedelta(days=luck.choice([0, 0, 1, 3]))
        cases.issue(store, [one.case_id], f"鄂州建办通〔{now.year}〕{order}号", now, day)
    if state == "waived":
        cases.drop(store, one.case_id, now, REASON)
    return Given(one.kind.value, one.unit_code, one.month, state, day, order)


def compare_a_year(store: Store, lines_at, last: datetime) -> set[str]:
    """Month by month through the last twelve, the queue being worked off as it comes; the kinds that were met."""
    ledger, kinds, orders, off = {}, set(), itertools.count(1), days_off(store)
    for back in reversed(range(13)):
        now = last - timedelta(days=30 * back)
        found = told(store, now)
        assert found == expected(lines_at(now), list(ledger.values()), set(), now, ZONE, off)
        kinds |= {one[0] for one in found}
        for one in queries.candidates(store, now):
            order = next(orders)
            at = now + timedelta(seconds=order)
            cases.open_case(store, one.case_id, at)
            cases.decide(store.seen_by(LEADER), one.case_id, True, at)
            cases.issue(store, [one.case_id], f"鄂州建办通〔{now.year}〕{order}号", at)
            day = now.astimezone(ZONE).date()
            ledger[one.case_id] = Given(one.kind.value, one.unit_code, one.month, "issued", day, order)
        later = now + timedelta(hours=6)
        assert told(store, later) == expected(lines_at(later), list(ledger.values()), set(), later, ZONE, off)
    return kinds


def lines_of(store: Store):
    """The dues as the store has judged them, which test_timeliness holds against a twin of its own."""
    sql = """SELECT unit_code, template_code, period, "month", due_date, deadline, status, days_late, first_received_at
        FROM timeliness_at(?)"""
    return lambda as_of: [Line(*row) for row in store.rows(sql, [as_of])]


@pytest.mark.slow
def test_a_year_of_the_sample_story_proposes_exactly_what_its_twin_does(tmp_path):
    """The made-up history's moments without its workbooks: every unit and template of the reference catalogue."""
    now = shanghai("2026-11-29T12:00:00")
    store = reference_store(tmp_path / "store.duckdb", shanghai("2024-10-01T00:00:00")).seen_by(OFFICE)
    story = Story(catalogue_in_force(store), date(2026, 10, 1), now)
    columns = "unit_code, template_code, period, month, opens_at, deadline, is_exempt"
    names = columns.split(", ")
    owed = [
        SimpleNamespace(**dict(zip(names, row, strict=True)))
        for row in store.rows(f"SELECT {columns} FROM due_at(?) WHERE month >= DATE '2025-08-01'", [now])
    ]
    worlds.send(
        store,
        [
            Sent(due.unit_code, due.template_code, due.period, sending.received_at)
            for due in owed
            for sending in story.sendings(due)
            if sending.way != "returned"
        ],
    )
    with store.write() as cursor:
        cursor.execute("INSERT INTO counting_start VALUES (DATE '2025-08-01', TIMESTAMPTZ '2025-08-01', 'x')")
    assert compare_a_year(store, lines_of(store), now) == {"praise", "criticism", "rectification", "talk"}
    issued = store.rows(
        """SELECT kind, count(*) FROM supervision_case JOIN supervision_step USING (case_id) WHERE step = 'issued'
        GROUP BY kind ORDER BY kind"""
    )
    assert all(number > 3 for _, number in issued), issued
    store.close()


@pytest.mark.slow
def test_a_year_of_the_sample_as_it_is_loaded(tmp_path):
    store = reference_store(tmp_path / "store.duckdb", shanghai("2024-10-01T00:00:00"))
    now = shanghai("2026-11-29T12:00:00")
    load_sample(store, 14, now=now)
    assert "talk" in compare_a_year(store.seen_by(OFFICE), lines_of(store), now)
    store.close()
