"""How old the newest data is: the store's answer beside one in plain Python."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas
import pytest

from data.catalogue.model import Obligation
from data.dues.freshness import freshness
from tests.data import worlds
from tests.data.worlds import CHICAGO, KOLKATA, LENGTH, SHANGHAI, Sent, World

LOADED = datetime(2026, 12, 1, tzinfo=UTC)
MIDWINTER = datetime(2026, 1, 10, 12, tzinfo=ZoneInfo(SHANGHAI))


def expected(world: World, as_of: datetime) -> dict[tuple[str, str], tuple]:
    """(unit, template) → (newest_period, newest_received_at, age_days, behind, state), counted one by one."""
    local = as_of.astimezone(world.zone).date()
    found = {}
    for owed in world.catalogue.obligations:
        key = owed.unit_code, owed.template_code
        length = LENGTH[world.catalogue.template(key[1]).cycle.value]
        ended = owed.last_period and worlds.later_month(owed.last_period, length) < local.replace(day=1)
        opened = [due for due in world.owed if due.key[:2] == key and due.opens_at <= as_of]
        if ended or not opened:
            continue
        received = [
            (one.period, one.received_at)
            for one in world.sent
            if (one.unit, one.template, one.outcome) == (*key, "accepted") and one.received_at <= as_of
        ]
        newest, at = max(received, default=(None, None))
        behind = sum(
            due.deadline <= as_of and not due.is_exempt and (newest is None or due.period > newest) for due in opened
        )
        state = "fresh" if behind == 0 else "ageing" if behind == 1 and newest else "stale"
        age = max(0, (local - worlds.later_month(newest, length)).days) if newest else None
        found[key] = (newest, at, age, behind, state)
    return found


def told(store, as_of: datetime) -> dict[tuple[str, str], tuple]:
    rows = freshness(store, as_of).itertuples()
    return {
        (row.unit_code, row.template_code): (
            None if pandas.isna(row.newest_period) else row.newest_period.date(),
            None if pandas.isna(row.newest_received_at) else row.newest_received_at.astimezone(UTC),
            None if pandas.isna(row.age_days) else int(row.age_days),
            row.behind,
            row.state,
        )
        for row in rows
    }


@pytest.mark.parametrize("zone", [SHANGHAI, CHICAGO, KOLKATA])
@pytest.mark.parametrize("seed", range(20, 22))
def test_every_series_is_as_old_as_counted_one_by_one(tmp_path, zone, seed):
    world = worlds.random_world(seed, zone)
    store = worlds.opened(tmp_path, world, LOADED)
    for as_of in worlds.moments(world, seed, 12):
        assert told(store, as_of) == expected(world, as_of)
    store.close()


@pytest.fixture
def answer(tmp_path):
    """A question: the state of U1 x T1 under one obligation, with these periods received on the 15th after."""
    stores = []

    def ask(periods, as_of=MIDWINTER, first="2025-07-01", last=None, exempt=(), cycle="month"):
        owed = Obligation(
            "U1", "T1", date.fromisoformat(first), date.fromisoformat(last) if last else None, False, exempt
        )
        world = World(worlds.catalogue([owed], [worlds.template(cycle=cycle)]))
        for text in periods:
            period = date.fromisoformat(f"{text}-01")
            month = worlds.later_month(period, LENGTH[cycle])
            world.sent.append(Sent("U1", "T1", period, datetime(month.year, month.month, 15, tzinfo=UTC)))
        (tmp_path / str(len(stores))).mkdir()
        stores.append(worlds.opened(tmp_path / str(len(stores)), world, LOADED))
        frame = freshness(stores[-1], as_of)
        return None if frame.empty else (frame["state"][0], int(frame["behind"][0]))

    yield ask
    for store in stores:
        store.close()


def test_nothing_received_and_nothing_overdue_is_fresh(answer):
    assert answer([], first="2025-12-01") == ("fresh", 0)


def test_nothing_received_and_something_overdue_is_stale_at_once(answer):
    assert answer([], first="2025-11-01") == ("stale", 1)


def test_before_anything_was_due_there_is_no_answer(answer):
    assert answer([], first="2026-01-01") is None


def test_one_overdue_period_ages_and_two_are_stale(answer):
    assert answer(["2025-11"]) == ("fresh", 0)
    assert answer(["2025-10"]) == ("ageing", 1)
    assert answer(["2025-09"]) == ("stale", 2)


def test_data_ages_at_the_deadline_and_not_before(answer):
    assert answer(["2025-11"], datetime(2026, 1, 22, 15, 59, 59, tzinfo=UTC)) == ("fresh", 0)
    assert answer(["2025-11"], datetime(2026, 1, 22, 16, 0, tzinfo=UTC)) == ("ageing", 1)


def test_a_gap_in_the_middle_does_not_make_new_data_old(answer):
    assert answer(["2025-07", "2025-11"]) == ("fresh", 0)


def test_an_exempt_month_does_not_age(answer):
    assert answer(["2025-10"], exempt=(11,)) == ("fresh", 0)


def test_a_quarter_is_as_fresh_as_its_cycle_allows(answer):
    assert answer(["2025-07"], first="2025-01-01", cycle="quarter") == ("fresh", 0)
    after = datetime(2026, 1, 23, tzinfo=ZoneInfo(SHANGHAI))
    assert answer(["2025-07"], after, "2025-01-01", cycle="quarter") == ("ageing", 1)


def test_what_is_owed_no_longer_is_not_listed(answer):
    assert answer([], last="2025-10-01") is None
    assert answer([], last="2025-12-01") == ("stale", 5)


def test_figures_received_early_are_counted_from_the_end_of_their_period(tmp_path):
    world = World(worlds.catalogue([Obligation("U1", "T1", date(2025, 10, 1))]))
    world.sent = [Sent("U1", "T1", date(2025, 12, 1), datetime(2025, 12, 20, tzinfo=UTC))]
    store = worlds.opened(tmp_path, world, LOADED)
    assert freshness(store, datetime(2025, 12, 22, tzinfo=UTC))["age_days"].tolist() == [0]
    assert freshness(store, datetime(2025, 12, 31, 16, tzinfo=UTC))["age_days"].tolist() == [0]
    assert freshness(store, datetime(2025, 12, 31, 16, tzinfo=UTC), "U2").empty
    store.close()
