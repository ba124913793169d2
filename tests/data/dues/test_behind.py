"""The dues behind a figure are those that it counts, on random histories; and the submission that stands for each."""

import random
from datetime import UTC, datetime

import pandas
import pytest

from data.access import Person, Role
from data.dues.behind import GROUPS, Wanted, dues_behind, first_accepted
from data.dues.timeliness import dues, figures
from tests.data import worlds
from tests.data.worlds import key_of, random_world

STATUSES = (None, "on_time", "late", "missing", "pending", "exempt", *GROUPS)
EVERYTHING = 10_000


@pytest.fixture(scope="module", params=[0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def history(request, tmp_path_factory):
    """A random world, and the store that holds it."""
    world = random_world(request.param, worlds.SHANGHAI)
    store = worlds.opened(tmp_path_factory.mktemp("behind"), world, datetime(2024, 1, 1, tzinfo=UTC))
    yield world, store, random.Random(request.param)
    store.close()


def meant(row, wanted: Wanted) -> bool:
    """By plain Python."""
    month = row.month.date()
    if wanted.month not in (None, month) or wanted.unit_code not in (None, row.unit_code):
        return False
    if wanted.template_code not in (None, row.template_code):
        return False
    if (wanted.since and month < wanted.since) or (wanted.until and month > wanted.until):
        return False
    return {
        None: True,
        "received": row.status in ("on_time", "late"),
        "owed": row.status in ("missing", "pending"),
        "awaited": row.status in ("missing", "pending") and not row.is_extended,
        "extended": row.status == "pending" and row.is_extended,
        "open": row.status == "pending" and not row.is_extended,
    }.get(wanted.status, row.status == wanted.status)


def test_what_is_listed_is_what_was_asked_for(history) -> None:
    world, store, luck = history
    for as_of in worlds.moments(world, 5, 3):
        every = list(dues(store, as_of).itertuples())
        if not every:
            continue
        for status in STATUSES:
            one, other = luck.choice(every), luck.choice(every)
            wanted = Wanted(
                luck.choice([None, one.month.date()]),
                luck.choice([None, min(one.month, other.month).date()]),
                luck.choice([None, max(one.month, other.month).date()]),
                luck.choice([None, one.unit_code]),
                luck.choice([None, one.template_code]),
                status,
            )
            found = dues_behind(store, as_of, wanted, EVERYTHING)
            assert sorted(map(key_of, found.itertuples())) == sorted(key_of(row) for row in every if meant(row, wanted))
            assert set(found["dues"]) <= {len(found)}
            part = dues_behind(store, as_of, wanted, 3)
            assert part["submission_id"].isna().tolist() == found["submission_id"].isna().tolist()[:3]
            assert set(part["dues"]) <= {len(found)}


def test_every_figure_has_as_many_dues_behind_it(history) -> None:
    world, store, luck = history
    for as_of in worlds.moments(world, 7, 2):
        by = luck.choice([("unit_code", "month"), ("template_code",), ("unit_code", "template_code", "month")])
        for figure in figures(store, as_of, by).itertuples():
            of = {name: getattr(figure, name) for name in by}
            of |= {"month": of["month"].date()} if "month" in of else {}
            for status in ("on_time", "late", "missing", "pending", "exempt", "received", "owed", "extended"):
                assert len(dues_behind(store, as_of, Wanted(**of, status=status), EVERYTHING)) == getattr(
                    figure, status
                )


def test_the_submission_that_stands_for_a_due(history) -> None:
    """Without reviews: the accepted one that came last; where none was accepted the returned one that came last."""
    world, store, _ = history
    kept = store.rows(
        "SELECT unit_code, template_code, period, outcome, version, received_at, submission_id FROM submission"
    )
    for as_of in worlds.moments(world, 9, 3):
        first = {key_of(row): row.submission_id for row in first_accepted(store, as_of).itertuples()}
        for due in dues_behind(store, as_of, Wanted(), EVERYTHING).itertuples():
            own = [one for one in kept if one[:3] == key_of(due) and one.received_at <= as_of]
            accepted = [one for one in own if one.outcome == "accepted"]
            shown = max(accepted or own, key=lambda one: (one.received_at, one.version), default=None)
            assert (None if pandas.isna(due.submission_id) else due.submission_id) == (shown and shown.submission_id)
            assert (due.is_returned, due.returns) == (bool(own) and not accepted, len(own) - len(accepted))
            earliest = min(accepted, key=lambda one: (one.received_at, one.version), default=None)
            assert first.get(key_of(due)) == (earliest and earliest.submission_id)


def test_a_section_is_listed_its_own_alone(history) -> None:
    _, store, _ = history
    as_of = datetime(2026, 12, 1, tzinfo=UTC)
    units = {row.unit_code for row in dues(store, as_of).itertuples()}
    for unit_code in units:
        own = store.seen_by(Person("x", "x", Role.REPORTER, unit_code))
        assert set(dues_behind(own, as_of, Wanted(), EVERYTHING)["unit_code"]) == {unit_code}
        assert dues_behind(own, as_of, Wanted(unit_code=next(iter(units - {unit_code}), "none"))).empty
        assert set(first_accepted(own, as_of)["unit_code"]) <= {unit_code}
