"""When the next delivery is expected, what turns old next, and the share by month: each beside plain Python."""

import statistics
from datetime import UTC, date, datetime, timedelta

import pandas
import pytest

from data.dues.expected import freshness_trend, rhythm, turning
from data.dues.freshness import JUDGED, STATES, freshness
from tests.data import worlds
from tests.data.dues import freshness_twin as twin
from tests.data.worlds import CHICAGO, SHANGHAI

LOADED = datetime(2026, 12, 1, tzinfo=UTC)
SEEDS = range(40, 43)
QUESTIONS = (rhythm, turning, freshness_trend, freshness)


@pytest.fixture(scope="module", params=[(seed, zone) for seed in SEEDS for zone in (SHANGHAI, CHICAGO)], ids=str)
def histories(request, tmp_path_factory):
    seed, zone = request.param
    history = twin.random_history(seed, zone)
    store = twin.opened(tmp_path_factory.mktemp("expected"), history, LOADED)
    moments = [moment for moment in worlds.moments(history.world, seed, 8) if moment < LOADED]
    yield store, history, moments
    store.close()


def awaited(history: twin.History, key: tuple[str, str], as_of: datetime) -> list[datetime]:
    """The deadlines to come of what has not come, as extended or exempted by then, the earliest first."""
    came = {
        one.period
        for one in history.world.sent
        if (one.unit, one.template, one.outcome) == (*key, "accepted") and one.received_at <= as_of
    }
    ends = []
    for due in history.world.owed:
        if due.key[:2] != key:
            continue
        granted = twin._granted(due, history, as_of) if due.opens_at <= as_of else due
        is_open = due.opens_at > as_of or due.period not in came
        if granted.deadline > as_of and not granted.is_exempt and is_open:
            ends.append(granted.deadline)
    return sorted(ends)


def test_the_next_is_expected_when_it_used_to_come(histories):
    store, history, moments = histories
    for as_of in moments:
        judged = worlds.judged_at(_granted_world(history, as_of), as_of)
        open_keys = {key for key, said in twin.expected(history, as_of).items() if said["state"] != "closed"}
        rows = {(row.unit_code, row.template_code): row for row in rhythm(store, as_of).itertuples()}
        assert rows.keys() == open_keys
        for key, row in rows.items():
            leads = [one.lead_days for one in judged if one.owed.key[:2] == key and one.status in ("on_time", "late")]
            assert row.n_received == len(leads)
            ends = awaited(history, key, as_of)
            if ends and ends[0] < as_of + timedelta(days=300):
                assert row.next_deadline == ends[0]
            if leads:
                assert row.lead_days == pytest.approx(statistics.median(leads))
                assert (row.early_days, row.late_days) == pytest.approx((max(leads), min(leads)))
            if leads and ends and not pandas.isna(row.next_deadline):
                wanted = row.next_deadline - timedelta(days=statistics.median(leads))
                assert abs(row.expected_at - wanted) <= timedelta(seconds=1)
                assert row.is_overdue == (row.expected_at < as_of)


def _granted_world(history: twin.History, as_of: datetime) -> worlds.World:
    owed = [twin._granted(due, history, as_of) for due in history.world.owed]
    return worlds.World(history.world.catalogue, history.world.sent, owed)


def test_what_turns_old_is_so_at_that_moment_and_not_before(histories):
    """Asked again at each moment that was named, of the same history cut off at the moment of the question."""
    store, history, moments = histories
    rank = {state.value: place for place, state in enumerate(STATES)}
    for as_of in moments[:4]:
        cut = twin.History(
            worlds.World(
                history.world.catalogue,
                [one for one in history.world.sent if one.received_at <= as_of],
                history.world.owed,
            ),
            [said for one, said in zip(history.world.sent, history.prints, strict=True) if one.received_at <= as_of],
            [change for change in history.changes if change.set_at <= as_of],
            own_cycles=history.own_cycles,
            limits=history.limits,
        )
        rows = turning(store, as_of)
        assert rows["turns_at"].is_monotonic_increasing
        for row in rows.itertuples():
            key, at = (row.unit_code, row.template_code), row.turns_at.to_pydatetime()
            assert twin.expected(cut, at)[key]["state"] in (row.next_state, "closed")
            before = twin.expected(cut, at - timedelta(microseconds=1))[key]["state"]
            assert rank[before] > rank[row.next_state] or before == row.state


def test_the_trend_is_the_state_of_each_months_last_moment(histories):
    store, history, moments = histories
    as_of = moments[-1]
    for row in freshness_trend(store, as_of, months=4).itertuples():
        states = [said["state"] for said in twin.expected(history, row.at).values()]
        judged = [state for state in states if state in set(JUDGED)]
        assert row.judged == len(judged)
        assert row.fresh == judged.count("fresh")
        if judged:
            assert row.fresh_share == pytest.approx(judged.count("fresh") / len(judged))
        assert row.at == min(as_of, worlds.midnight(worlds.later_month(row.month.date(), 1), history.world.zone))


def test_what_comes_later_changes_no_answer_of_the_past(histories):
    store, _, moments = histories
    as_of = moments[-1]
    before = [worlds.records(frame(store, as_of)) for frame in QUESTIONS]
    late = [worlds.Sent("U0", "T0", date(2026, 1, 1), as_of + timedelta(seconds=1), version=90)]
    worlds.send(store, late)
    assert before == [worlds.records(frame(store, as_of)) for frame in QUESTIONS]
