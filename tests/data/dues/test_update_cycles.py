"""How often data is to be renewed: what the office may set, from when on it holds, and what comes of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from data.access import Forbidden, Person, Role
from data.catalogue.model import Obligation
from data.dues.freshness import freshness
from data.dues.update_cycles import Limits, UpdateCycle, set_limits, set_update_cycle, update_rules
from data.fault import Fault
from data.store import Store
from tests.data import worlds
from tests.data.worlds import Sent, World

LOADED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 4, tzinfo=UTC)
LEADER = Person("lina", "李娜", Role.LEADER)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    """One section whose January came on 15 February and nothing since; asked on 1 April its February is missing."""
    world = World(worlds.catalogue([Obligation("U1", "T1", date(2026, 1, 1))]))
    world.sent = [Sent("U1", "T1", date(2026, 1, 1), datetime(2026, 2, 15, tzinfo=UTC))]
    opened = worlds.opened(tmp_path, world, LOADED)
    yield opened
    opened.close()


def state(store: Store, as_of: datetime = NOW) -> str:
    return freshness(store, as_of)["state"][0]


@pytest.mark.parametrize(
    ("cycle", "warn", "error", "code"),
    [
        ("month", "nan", "2", "limit"),
        ("month", "1", "inf", "limit"),
        ("month", "-1", "2", "limit"),
        ("month", "0", "2", "limit"),
        ("month", True, "2", "limit"),
        ("month", None, "2", "limit"),
        ("month", "1", "1e9", "limit"),
        ("month", "zwei", "2", "limit"),
        ("month", "3", "2", "order"),
        ("month", "1.5", "2", "whole"),
        ("week", "10.5", "10", "order"),
        ("moon", "1", "2", "cycle"),
        ("on_occurrence", "1", "2", "no_limits"),
    ],
)
def test_what_is_no_limit_is_refused_and_nothing_is_kept(store, cycle, warn, error, code):
    with pytest.raises(Fault) as refused:
        set_limits(store, cycle, warn, error, NOW)
    assert refused.value.code == f"freshness.{code}"
    assert store.rows("SELECT 1 FROM setting") == []


def test_only_the_office_sets_them(store):
    seen = store.seen_by(LEADER)
    for attempt in (
        lambda: set_limits(seen, "month", 1, 2, NOW),
        lambda: set_update_cycle(seen, "T1", "day", NOW),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_new_limits_hold_from_then_on_and_never_before(store):
    before = NOW - timedelta(seconds=1)
    assert state(store) == "ageing"
    set_limits(store, "month", "1", "1", NOW)
    assert (state(store, before), state(store)) == ("ageing", "stale")
    set_limits(store, "month", 2, 3, NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    assert (state(store, before), state(store), state(store, later)) == ("ageing", "stale", "holes")
    assert update_rules(store, later).limits[UpdateCycle.MONTH] == Limits(2, 3)
    assert update_rules(store, before).limits[UpdateCycle.MONTH] == Limits(1, 2)


def test_data_that_is_renewed_every_week_ages_by_the_days_since_it_came(store):
    set_update_cycle(store, "T1", "week", LOADED)
    came = datetime(2026, 2, 15, 4, tzinfo=UTC)
    found = [state(store, came + timedelta(days=days)) for days in (0, 7, 8, 14, 15)]
    assert found == ["fresh", "fresh", "ageing", "ageing", "stale"]


def test_data_that_comes_as_things_happen_is_never_stale_but_its_gap_is_told(store):
    set_update_cycle(store, "T1", "on_occurrence", LOADED)
    assert state(store) == "holes"


def test_a_cycle_of_months_is_the_templates_own_or_none(store):
    with pytest.raises(Fault) as refused:
        set_update_cycle(store, "T1", "quarter", NOW)
    assert refused.value.code == "freshness.other_cycle"
    with pytest.raises(Fault):
        set_update_cycle(store, "T9", "day", NOW)
    set_update_cycle(store, "T1", "day", NOW)
    set_update_cycle(store, "T1", "month", NOW + timedelta(days=1))
    assert update_rules(store).own == {}
    assert update_rules(store, NOW).own == {"T1": UpdateCycle.DAY}
