"""Who was on time: random histories judged by the store and, one by one, in plain Python."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pandas
import pytest

from data.catalogue.in_force import load_catalogue, set_counting_start
from data.catalogue.model import Obligation
from data.dues.timeliness import dues, late_reporters, round_at, timeliness
from tests.data import worlds
from tests.data.worlds import CHICAGO, KOLKATA, SHANGHAI, Sent, World

LOADED = datetime(2026, 12, 1, tzinfo=UTC)
COUNTS = ("due", "received", "on_time", "late", "missing", "pending", "exempt")
RATES = ("reporting_rate", "on_time_rate")


HISTORIES = [(zone, seed) for zone in (SHANGHAI, CHICAGO, KOLKATA) for seed in range(2)]


@pytest.fixture(scope="module", params=HISTORIES, ids=str)
def asked(request, tmp_path_factory):
    """(world, store, moments) of one random history; nobody writes into it."""
    zone, seed = request.param
    world = worlds.random_world(seed, zone)
    store = worlds.opened(tmp_path_factory.mktemp("asked"), world, LOADED)
    yield world, store, worlds.moments(world, seed, 16)
    store.close()


def test_every_due_is_judged_as_one_by_one(asked):
    world, store, moments = asked
    for as_of in moments:
        expected = {one.owed.key: one for one in worlds.judged_at(world, as_of)}
        found = list(dues(store, as_of).itertuples())
        assert sorted(map(worlds.key_of, found)) == sorted(expected)
        for row in found:
            one = expected[worlds.key_of(row)]
            assert row.status == one.status, (one, as_of)
            assert (row.deadline, row.opens_at) == (one.owed.deadline, one.owed.opens_at)
            assert (row.due_date.date(), row.month.date()) == (one.owed.due_date, one.owed.month)
            assert row.versions == one.versions
            assert (None if pandas.isna(row.kind) else row.kind) == one.kind
            assert row.lead_days == pytest.approx(one.lead_days, nan_ok=True, abs=1e-9)
            first = None if pandas.isna(row.first_received_at) else row.first_received_at.astimezone(UTC)
            assert first == one.first


@pytest.mark.parametrize("zone", [SHANGHAI, KOLKATA, CHICAGO])
def test_days_late_counts_the_days_that_have_begun_on_the_bureaus_clock(tmp_path, zone):
    world = worlds.random_world(7, zone)
    store = worlds.opened(tmp_path, world, LOADED)
    for as_of in worlds.moments(world, 7, 24):
        expected = {one.owed.key: one for one in worlds.judged_at(world, as_of)}
        for row in dues(store, as_of).itertuples():
            assert row.days_late == expected[worlds.key_of(row)].days_late, (expected[worlds.key_of(row)], as_of)
    store.close()


@pytest.mark.parametrize(
    ("received_at", "days"),
    [
        ("2026-10-23T00:00:00-05:00", 1),
        ("2026-10-31T23:30:00-05:00", 9),
        ("2026-11-02T23:30:00-06:00", 11),  # the clock went back on the first of November
        ("2026-11-03T00:00:00-06:00", 12),
    ],
)
def test_a_day_of_25_hours_is_one_day_late(tmp_path, received_at, days):
    world = World(worlds.catalogue([Obligation("U1", "T1", date(2026, 9, 1), date(2026, 9, 1))], zone=CHICAGO))
    world.sent = [Sent("U1", "T1", date(2026, 9, 1), datetime.fromisoformat(received_at))]
    store = worlds.opened(tmp_path, world, LOADED)
    row = dues(store, LOADED).iloc[0]
    assert (row["status"], row["days_late"]) == ("late", days)
    store.close()


@pytest.mark.parametrize(
    ("received_at", "days"),
    [
        ("2026-03-24T00:30:00-05:00", 18),  # the clock went forward on the eighth of March
        ("2026-03-24T23:30:00-05:00", 18),
    ],
)
def test_a_day_of_23_hours_is_one_day_late(tmp_path, received_at, days):
    catalogue = worlds.catalogue(
        [Obligation("U1", "T1", date(2026, 2, 1), date(2026, 2, 1))], [worlds.template(day=6)], zone=CHICAGO
    )
    sent = [Sent("U1", "T1", date(2026, 2, 1), datetime.fromisoformat(received_at))]
    store = worlds.opened(tmp_path, World(catalogue, sent), LOADED)
    row = dues(store, LOADED).iloc[0]
    assert (row["status"], row["days_late"]) == ("late", days)
    store.close()


def test_the_figures_by_every_grain_are_counted_one_by_one(asked):
    world, store, moments = asked
    grains = [("unit_code",), ("template_code",), ("period",), ("month",), ("unit_code", "template_code", "period"), ()]
    for as_of in moments[::6]:
        judged = worlds.judged_at(world, as_of)
        for grain in grains:
            groups = defaultdict(list)
            for one in judged:
                names = {
                    "unit_code": one.owed.unit,
                    "template_code": one.owed.template,
                    "period": pandas.Timestamp(one.owed.period),
                    "month": pandas.Timestamp(one.owed.month),
                }
                groups[tuple(names[name] for name in grain)].append(one)
            if not grain:
                groups[()] = judged
            frame = timeliness(store, as_of, by=grain)
            assert [tuple(row) for row in frame[list(grain)].itertuples(index=False)] == sorted(groups)
            for row, group in zip(frame.to_dict("records"), (groups[key] for key in sorted(groups)), strict=True):
                expected = worlds.figures(group)
                assert {name: row[name] for name in COUNTS} == {name: expected[name] for name in COUNTS}
                for name in RATES:
                    assert row[name] == pytest.approx(expected[name], nan_ok=True, abs=1e-12)


def test_no_rate_leaves_0_to_1_and_no_rate_is_given_where_nothing_was_due(asked):
    _, store, moments = asked
    for as_of in moments[::4]:
        frame = timeliness(store, as_of)
        for name in RATES:
            assert frame[name].dropna().between(0, 1).all()
            assert (frame[name].isna() == (frame["due"] == 0)).all()
        assert (frame["on_time"] <= frame["received"]).all()
        assert (frame["received"] <= frame["due"]).all()


def test_the_longest_overdue_come_first(asked):
    world, store, moments = asked
    for as_of in moments[::4]:
        frame = late_reporters(store, as_of)
        expected = [one for one in worlds.judged_at(world, as_of) if one.status in ("missing", "late", "pending")]
        assert sorted(map(worlds.key_of, frame.itertuples())) == sorted(one.owed.key for one in expected)
        order = [(-row.days_late, row.deadline, row.unit_code, row.template_code) for row in frame.itertuples()]
        assert all(first <= second for first, second in pairwise(order))
        for statuses in (["missing"], ["late", "pending"]):
            found = late_reporters(store, as_of, statuses=statuses)
            wanted = [one.owed.key for one in expected if one.status in statuses]
            assert sorted(map(worlds.key_of, found.itertuples())) == sorted(wanted)


def test_filters_leave_exactly_their_rows(asked):
    world, store, moments = asked
    as_of = max(moments)
    judged = worlds.judged_at(world, as_of)
    for unit, month in {(one.owed.unit, one.owed.month) for one in judged}:
        expected = sorted(one.owed.key for one in judged if (one.owed.unit, one.owed.month) == (unit, month))
        assert sorted(map(worlds.key_of, dues(store, as_of, month, unit).itertuples())) == expected
        late = late_reporters(store, as_of, month, unit, ["late", "missing", "pending", "on_time", "exempt"])
        assert sorted(map(worlds.key_of, late.itertuples())) == expected
        break
    assert dues(store, as_of, unit_code="NOBODY").empty


def test_the_round_is_the_newest_month_whose_dues_have_opened(asked):
    world, store, moments = asked
    for as_of in [*moments, datetime(2020, 1, 1, tzinfo=UTC)]:
        expected = max((one.owed.month for one in worlds.judged_at(world, as_of)), default=None)
        assert round_at(store, as_of) == expected


def test_a_moment_is_the_same_on_every_clock(asked):
    _, store, moments = asked
    for as_of in moments[::5]:
        answers = [worlds.records(dues(store, as_of.astimezone(ZoneInfo(zone)))) for zone in ("UTC", CHICAGO, SHANGHAI)]
        assert answers[0] == answers[1] == answers[2]


def test_what_comes_later_never_changes_the_answer_of_the_past(tmp_path):
    for seed in range(2):
        (tmp_path / str(seed)).mkdir()
        world = worlds.random_world(seed + 40, SHANGHAI)
        cut = datetime(2025, 6, 23, tzinfo=ZoneInfo(SHANGHAI))
        all_sent = world.sent
        world.sent = [one for one in all_sent if one.received_at <= cut]
        store = worlds.opened(tmp_path / str(seed), world, LOADED)
        before = worlds.records(dues(store, cut)), worlds.records(timeliness(store, cut, ["unit_code"]))
        worlds.send(store, [one for one in all_sent if one.received_at > cut])
        other = worlds.catalogue([Obligation("U0", "T0", date(2024, 1, 1))], [worlds.template("T0", day=1)])
        load_catalogue(store, other, LOADED + timedelta(hours=1))
        assert (worlds.records(dues(store, cut)), worlds.records(timeliness(store, cut, ["unit_code"]))) == before
        store.close()


def test_dues_before_the_first_month_that_counts_are_nobodys_lateness(tmp_path):
    world = worlds.random_world(11, SHANGHAI)
    store = worlds.opened(tmp_path, world, LOADED)
    moments = worlds.moments(world, 11, 20)
    for first, at in ((date(2025, 3, 1), 1), (date(2024, 9, 1), 2), (date(2026, 2, 1), 3)):
        set_counting_start(store, first, LOADED + timedelta(minutes=at))
        for as_of in moments[::5]:
            expected = [one.owed.key for one in worlds.judged_at(world, as_of, first)]
            assert sorted(map(worlds.key_of, dues(store, as_of).itertuples())) == sorted(expected)
    store.close()


@pytest.fixture
def october(tmp_path):
    """A store in which U1 owes T1 for October 2026 alone, by 22 November."""
    world = World(worlds.catalogue([Obligation("U1", "T1", date(2026, 10, 1), date(2026, 10, 1))]))
    store = worlds.opened(tmp_path, world, LOADED)
    yield store
    store.close()


def status(store, as_of: str) -> tuple[str, int]:
    row = dues(store, datetime.fromisoformat(as_of)).iloc[0]
    return row["status"], int(row["days_late"])


def sent(at: str, outcome: str = "accepted", version: int = 1, kind: str = "") -> Sent:
    return Sent("U1", "T1", date(2026, 10, 1), datetime.fromisoformat(at), outcome, version, kind)


@pytest.mark.parametrize(
    ("received_at", "expected"),
    [
        ("2026-11-22T23:59:59.999999+08:00", ("on_time", 0)),
        ("2026-11-23T00:00:00+08:00", ("late", 1)),
        ("2026-11-22T16:00:00+00:00", ("late", 1)),
        ("2026-11-22T15:59:59+00:00", ("on_time", 0)),
        ("2026-11-22T09:59:59-06:00", ("on_time", 0)),
        ("2026-10-02T00:00:00+08:00", ("on_time", 0)),
        ("2026-11-24T00:00:00+08:00", ("late", 2)),
    ],
)
def test_the_edge_of_the_deadline(october, received_at, expected):
    worlds.send(october, [sent(received_at)])
    assert status(october, "2026-12-25T00:00:00+08:00") == expected


def test_a_due_that_is_not_received_is_pending_then_missing(october):
    assert status(october, "2026-11-22T23:59:59.999999+08:00") == ("pending", 0)
    assert status(october, "2026-11-23T00:00:00+08:00") == ("missing", 1)
    assert status(october, "2026-11-23T23:59:59+08:00") == ("missing", 1)
    assert status(october, "2026-11-24T00:00:00+08:00") == ("missing", 2)


def test_a_due_is_not_asked_for_before_its_period_is_over(october):
    assert dues(october, datetime.fromisoformat("2026-10-31T23:59:59+08:00")).empty
    assert status(october, "2026-11-01T00:00:00+08:00") == ("pending", 0)


def test_a_correction_never_changes_what_the_first_file_decided(october):
    worlds.send(october, [sent("2026-11-22T12:00:00+08:00"), sent("2026-11-30T12:00:00+08:00", version=2)])
    assert status(october, "2026-12-25T00:00:00+08:00") == ("on_time", 0)


def test_the_kind_is_that_of_what_counts_now(october):
    zero = sent("2026-11-10T12:00:00+08:00", kind="zero_report")
    worlds.send(october, [zero, sent("2026-11-12T12:00:00+08:00", version=2)])
    worlds.send(october, [sent("2026-11-13T12:00:00+08:00", "returned", 0)])
    asked = [f"2026-11-{day}T00:00:00+08:00" for day in (10, 11, 13, 20)]
    kinds = [dues(october, datetime.fromisoformat(as_of)).iloc[0]["kind"] for as_of in asked]
    assert [None if pandas.isna(kind) else kind for kind in kinds] == [None, "zero_report", "correction", "correction"]


def test_a_returned_file_counts_for_nothing(october):
    worlds.send(october, [sent("2026-11-10T12:00:00+08:00", "returned", 0)])
    assert status(october, "2026-11-20T00:00:00+08:00") == ("pending", 0)
    assert status(october, "2026-11-23T00:00:00+08:00") == ("missing", 1)
    worlds.send(october, [sent("2026-11-25T12:00:00+08:00")])
    assert status(october, "2026-11-26T00:00:00+08:00") == ("late", 3)
    assert status(october, "2026-11-25T11:59:59+08:00") == ("missing", 3)


def test_another_units_file_does_not_serve(october):
    worlds.send(october, [Sent("U2", "T1", date(2026, 10, 1), datetime(2026, 11, 10, tzinfo=UTC))])
    worlds.send(october, [Sent("U1", "T2", date(2026, 10, 1), datetime(2026, 11, 10, tzinfo=UTC))])
    worlds.send(october, [Sent("U1", "T1", date(2026, 9, 1), datetime(2026, 11, 10, tzinfo=UTC))])
    assert status(october, "2026-11-23T00:00:00+08:00") == ("missing", 1)


def test_overlapping_obligations_make_one_due(tmp_path):
    twice = [Obligation("U1", "T1", date(2026, 1, 1), date(2026, 6, 1)), Obligation("U1", "T1", date(2026, 4, 1))]
    store = worlds.opened(tmp_path, World(worlds.catalogue(twice)), LOADED)
    frame = dues(store, datetime(2026, 9, 1, tzinfo=UTC))
    assert len(frame) == len(set(frame["period"])) == 8
    store.close()


def test_an_unknown_grain_is_refused(october):
    with pytest.raises(ValueError, match="expected some of"):
        timeliness(october, LOADED, by=["unit_name"])
