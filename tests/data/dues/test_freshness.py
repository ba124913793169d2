"""How fresh the data is: the store's answer beside one in plain Python, and each fault that it once had."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas
import pytest

from data.catalogue.in_force import refresh_dues
from data.catalogue.model import Obligation, Unit
from data.dues.freshness import freshness, freshness_tally
from tests.data import worlds
from tests.data.dues import freshness_twin as twin
from tests.data.worlds import CHICAGO, KOLKATA, LENGTH, SHANGHAI, Sent, World

LOADED = datetime(2026, 12, 1, tzinfo=UTC)
MIDWINTER = datetime(2026, 1, 10, 12, tzinfo=ZoneInfo(SHANGHAI))


def told(store, as_of: datetime) -> twin.Answer:
    def plain(value):
        return None if pandas.isna(value) else value

    return {
        (row.unit_code, row.template_code): {
            "newest": None if pandas.isna(row.newest_period) else row.newest_period.date(),
            "age": plain(row.age_days),
            "delivered_at": None if pandas.isna(row.delivered_at) else row.delivered_at.astimezone(UTC),
            "delivered_days": plain(row.delivered_days),
            "behind": row.behind,
            "holes": row.holes,
            "repeated": row.repeated,
            "next_deadline": None if pandas.isna(row.next_deadline) else row.next_deadline.astimezone(UTC),
            "state": row.state,
        }
        for row in freshness(store, as_of).itertuples()
    }


@pytest.mark.parametrize("zone", [SHANGHAI, CHICAGO, KOLKATA])
@pytest.mark.parametrize("seed", range(20, 25))
def test_every_series_is_as_fresh_as_counted_one_by_one(tmp_path, zone, seed):
    history = twin.random_history(seed, zone)
    store = twin.opened(tmp_path, history, LOADED)
    for as_of in worlds.moments(history.world, seed, 12):
        assert told(store, as_of) == twin.expected(history, as_of)
    store.close()


def test_the_histories_meet_every_state():
    histories = [(seed, twin.random_history(seed, SHANGHAI)) for seed in range(20, 25)]
    states = {
        said["state"]
        for seed, history in histories
        for as_of in worlds.moments(history.world, seed, 24)
        for said in twin.expected(history, as_of).values()
    }
    assert states == {"stale", "never", "ageing", "repeated", "holes", "fresh", "awaited", "closed"}


@pytest.mark.parametrize("seed", range(30, 34))
def test_an_answer_of_the_past_stays_when_later_rows_and_catalogues_come(tmp_path, seed):
    """Asked with the rows up to a moment alone, and with all of them and later catalogues."""
    history = twin.random_history(seed, SHANGHAI)
    moments = [m for m in worlds.moments(history.world, seed, 8) if datetime(2025, 2, 1, tzinfo=UTC) < m < LOADED]
    whole = history.world.catalogue
    ended = [replace(o, last_period=o.first_period) for o in whole.obligations[: len(whole.obligations) // 2]]
    shorter = replace(whole, obligations=tuple(ended), calendar=())
    units = tuple(replace(unit, valid_to=date(2024, 5, 31)) for unit in whole.units)
    gone = replace(whole, obligations=whole.obligations[1:], units=units)
    for number, as_of in enumerate(moments):
        known = [n for n, one in enumerate(history.world.sent) if one.received_at <= as_of]
        before = replace_sent(history, known)
        answers = []
        for name, one, later in (
            ("then", before, []),
            ("after", history, [(LOADED, shorter), (LOADED.replace(month=12, day=2), gone)]),
        ):
            (tmp_path / f"{number}{name}").mkdir()
            one.later = later
            store = twin.opened(tmp_path / f"{number}{name}", one, datetime(2024, 1, 1, tzinfo=UTC))
            refresh_dues(store, as_of)  # as every start of the program does
            answers.append(told(store, as_of))
            store.close()
        assert answers[0] == answers[1]


def replace_sent(history, known):
    world = World(history.world.catalogue, [history.world.sent[n] for n in known], history.world.owed)
    return replace(history, world=world, prints=[history.prints[n] for n in known])


@pytest.fixture
def answer(tmp_path):
    """A question: what is said of U1 x T1 under one obligation, with these periods received on the 15th after; prints:
    what their returns said, by the period as written.
    """
    stores = []

    def ask(periods, as_of=MIDWINTER, first="2025-07-01", last=None, exempt=(), cycle="month", prints=(), **unit):
        owed = Obligation(
            "U1", "T1", date.fromisoformat(first), date.fromisoformat(last) if last else None, False, exempt
        )
        world = World(worlds.catalogue([owed], [worlds.template(cycle=cycle)]))
        world.catalogue = replace(world.catalogue, units=(Unit("U1", worlds.words("单位"), **unit),))
        for text in periods:
            period = date.fromisoformat(f"{text}-01")
            month = worlds.later_month(period, LENGTH[cycle])
            world.sent.append(Sent("U1", "T1", period, datetime(month.year, month.month, 15, tzinfo=UTC)))
        said = [dict(prints).get(text) for text in periods]
        (tmp_path / str(len(stores))).mkdir()
        stores.append(twin.opened(tmp_path / str(len(stores)), twin.History(world, said), LOADED))
        frame = freshness(stores[-1], as_of)
        return None if frame.empty else frame.iloc[0]

    yield ask
    for store in stores:
        store.close()


def state(row) -> tuple:
    return row["state"], int(row["behind"]), int(row["holes"])


def test_an_empty_store_is_fresh_nowhere(answer):
    """Nothing was ever received: that was “fresh” until the first deadline."""
    assert state(answer([], first="2025-12-01")) == ("awaited", 0, 0)
    assert state(answer([], first="2025-11-01")) == ("never", 1, 0)
    assert answer([], first="2026-01-01") is None
    tally = freshness_tally(["awaited", "awaited"])
    assert (tally.judged, tally.fresh, tally.fresh_share) == (0, 0, None)


def test_fresh_never_stands_over_a_hole(answer):
    assert state(answer(["2025-07", "2025-11"])) == ("holes", 0, 3)
    assert state(answer(["2025-07", "2025-08", "2025-09", "2025-10", "2025-11"])) == ("fresh", 0, 0)


def test_what_is_one_behind_tells_the_five_that_are_missing_before(answer):
    row = answer(["2025-04", "2025-10"], first="2025-04-01")
    assert state(row) == ("ageing", 1, 5)


def test_one_missing_period_ages_and_two_are_stale(answer):
    months = [f"2025-{month:02}" for month in range(7, 12)]
    assert state(answer(months)) == ("fresh", 0, 0)
    assert state(answer(months[:-1])) == ("ageing", 1, 0)
    assert state(answer(months[:-2])) == ("stale", 2, 0)


def test_data_ages_at_the_deadline_and_not_before(answer):
    months = [f"2025-{month:02}" for month in range(7, 12)]
    assert state(answer(months, datetime(2026, 1, 22, 15, 59, 59, tzinfo=UTC)))[0] == "fresh"
    assert state(answer(months, datetime(2026, 1, 22, 16, 0, tzinfo=UTC)))[0] == "ageing"


def test_an_exempt_month_is_no_hole_and_does_not_age(answer):
    assert state(answer(["2025-07", "2025-09"], exempt=(8, 10, 11))) == ("fresh", 0, 0)


def test_a_quarter_is_as_fresh_as_its_cycle_allows(answer):
    quarters = ["2025-01", "2025-04", "2025-07"]
    assert state(answer(quarters, first="2025-01-01", cycle="quarter"))[0] == "fresh"
    after = datetime(2026, 1, 23, tzinfo=ZoneInfo(SHANGHAI))
    assert state(answer(quarters, after, "2025-01-01", cycle="quarter"))[0] == "ageing"


def test_what_is_owed_no_longer_is_closed_and_not_stale_for_ever(answer):
    assert state(answer([], last="2025-10-01")) == ("closed", 4, 0)
    assert state(answer([], last="2025-12-01")) == ("never", 5, 0)  # its last is awaited
    assert state(answer(["2025-07"], valid_to=date(2025, 9, 30))) == ("closed", 2, 0)
    assert state(answer([], valid_to=date(2026, 3, 1))) == ("never", 5, 0)


def test_repeated_figures_are_no_new_data(answer):
    months = [f"2025-{month:02}" for month in range(7, 12)]
    same = {month: ("same", False) for month in months[2:]}
    row = answer(months, prints=same)
    assert state(row) == ("repeated", 0, 0)
    assert (row["newest_period"].date(), row["repeated"], row["delivered_days"]) == (date(2025, 9, 1), 2, 26)
    assert row["age_days"] == (date(2026, 1, 10) - date(2025, 10, 1)).days


def test_repeated_figures_do_not_make_a_missing_period_good(answer):
    row = answer(
        ["2025-07", "2025-08", "2025-09", "2025-11"], prints=dict.fromkeys(["2025-09", "2025-11"], ("p", False))
    )
    assert (*state(row), row["repeated"]) == ("ageing", 1, 0, 1)


def test_a_quiet_month_after_a_quiet_month_is_new_data(answer):
    months = [f"2025-{month:02}" for month in range(7, 12)]
    assert state(answer(months, prints=dict.fromkeys(months, ("zeros", True)))) == ("fresh", 0, 0)


def test_figures_received_early_are_counted_from_the_end_of_their_period(tmp_path):
    world = World(worlds.catalogue([Obligation("U1", "T1", date(2025, 10, 1))]))
    world.sent = [Sent("U1", "T1", date(2025, 12, 1), datetime(2025, 12, 20, tzinfo=UTC))]
    store = worlds.opened(tmp_path, world, LOADED)
    assert freshness(store, datetime(2025, 12, 22, tzinfo=UTC))["age_days"].tolist() == [0]
    assert freshness(store, datetime(2025, 12, 31, 16, tzinfo=UTC))["age_days"].tolist() == [0]
    assert freshness(store, datetime(2025, 12, 31, 16, tzinfo=UTC), "U2").empty
    store.close()
