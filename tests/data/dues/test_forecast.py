"""Who will be late: a case computed by hand, calibration that never looks ahead, and random histories."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy
import pandas
import pytest

from data.catalogue.model import Obligation
from data.dues.forecast import LEAN, calibration, likely_late, tried_estimates
from data.dues.timeliness import dues
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Sent, World

ZONE = ZoneInfo(SHANGHAI)
START = datetime(2025, 1, 1, tzinfo=ZONE)


def history(tmp_path, habits: dict[str, list[float]]):
    """A store in which each unit sent T1 of January 2026 on so many days before (negative: after) each deadline."""
    sent = [
        Sent(unit, "T1", date(2026, month, 1), datetime(2026, month + 1, 23, tzinfo=ZONE) - timedelta(days=lead))
        for unit, leads in habits.items()
        for month, lead in enumerate(leads, start=1)
    ]
    obligations = [Obligation(unit, "T1", date(2026, 1, 1)) for unit in habits]
    return worlds.opened(tmp_path, World(worlds.catalogue(obligations), sent), START)


def test_the_share_of_the_times_that_were_as_open_leaning_on_wider_ones(tmp_path):
    """U1 was always open three days ahead and late in two of four; U2 had always sent by then."""
    store = history(tmp_path, {"U1": [1, -2, 2, -1], "U2": [10, 9, 8, 5]})
    as_of = datetime(2026, 6, 20, tzinfo=ZONE)  # three days before the deadline of May
    found = likely_late(store, as_of, date(2026, 5, 1)).set_index("unit_code")
    everybody = (2 + LEAN * 2 / 8) / (4 + LEAN)  # two of the four that were open then; two of all eight
    unit = (2 + LEAN * everybody) / (4 + LEAN)
    assert found.loc["U1", "probability"] == pytest.approx((2 + LEAN * unit) / (4 + LEAN))
    assert found.loc["U1", ["n_cases", "n_late"]].tolist() == [4, 2]
    assert found.loc["U2", "probability"] == pytest.approx(everybody)  # never open so late before: nothing of its own
    assert found.loc["U2", ["n_cases", "n_late"]].tolist() == [0, 0]
    assert found.loc["U1", "lead_days"] == pytest.approx(3)
    early = likely_late(store, as_of - timedelta(days=10), date(2026, 5, 1)).set_index("unit_code")
    assert early.loc["U2", "n_cases"] == 4 and early.loc["U2", "probability"] < found.loc["U2", "probability"]
    store.close()


def test_without_any_past_there_is_no_estimate_and_what_came_in_is_none(tmp_path):
    store = history(tmp_path, {"U1": [3], "U2": []})
    as_of = datetime(2026, 2, 21, tzinfo=ZONE)
    found = likely_late(store, as_of)
    assert found["unit_code"].tolist() == ["U2"] and found["probability"].isna().all()
    assert calibration(store, as_of).empty
    assert likely_late(store, datetime(2026, 2, 24, tzinfo=ZONE)).empty  # nothing is pending any more
    store.close()


def test_an_estimate_of_the_past_is_what_would_have_been_said_then(tmp_path):
    """Each tried estimate equals the one that `likely_late` gives as of that moment, on a store that ends there."""
    luck = numpy.random.default_rng(5)
    store = history(tmp_path, {f"U{n}": list(luck.choice([9.0, 4.0, 2.0, 0.5, -1.0], 8)) for n in range(6)})
    tried = tried_estimates(store, datetime(2026, 9, 30, tzinfo=ZONE), [3.0])
    assert len(tried) > 10
    for period, own in tried.groupby("period"):
        made = own["deadline"].iloc[0] - timedelta(days=3)
        said = likely_late(store, made, period.date())
        both = own.merge(said, on=["unit_code", "template_code", "period"], suffixes=("", "_said"))
        assert len(both) == len(own)
        assert both["probability"].to_numpy() == pytest.approx(both["probability_said"].to_numpy())
    store.close()


def test_a_calibrated_world_is_found_calibrated(tmp_path):
    """Units that are late by a fixed chance of their own: what is expected and what is observed lie close."""
    luck = numpy.random.default_rng(11)
    shares = [0.1, 0.8] * 15
    habits = {f"U{n:02}": list(numpy.where(luck.random(9) < share, -1.0, 0.5)) for n, share in enumerate(shares)}
    store = history(tmp_path, habits)
    held = calibration(store, datetime(2026, 12, 1, tzinfo=ZONE), [1.0])
    assert held["n"].sum() > 150
    for row in held.itertuples():
        spread = 3 * (row.expected * (1 - row.expected) / row.n) ** 0.5
        assert abs(row.expected - row.observed) < spread + 0.1, row
    assert held["observed"].iloc[-1] > held["observed"].iloc[0] + 0.3
    store.close()


def test_random_histories_give_shares_between_0_and_1_for_exactly_the_pending(tmp_path):
    world = worlds.random_world(3, SHANGHAI)
    store = worlds.opened(tmp_path, world, START)
    for as_of in worlds.moments(world, 3, 12):
        found, known = likely_late(store, as_of), dues(store, as_of)
        assert len(found) == (known["status"] == "pending").sum()
        assert found["probability"].dropna().between(0, 1).all()
        assert (found["n_late"] <= found["n_cases"]).all()
        assert found["probability"].dropna().is_monotonic_decreasing
        assert isinstance(found, pandas.DataFrame)
    store.close()
