"""A made-up history that was broken off says so, is told to its end by another run, and is cleared like a whole one."""

from datetime import UTC, date, datetime

import pytest

from data.catalogue.in_force import catalogue_in_force
from data.submissions.received import is_sample_unfinished
from loaders.blank.offers import offers
from loaders.sample.clear import clear_sample
from loaders.sample.history import load_sample
from loaders.sample.maker import Maker
from tests.ready import reference_store

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)


class BrokenOff(Exception):
    """The power went."""


@pytest.fixture
def half(tmp_path):
    """A store with the first files of one month."""
    store = reference_store(tmp_path / "store.duckdb", NOW)

    def after_a_few(done: int, number: int, name: str) -> None:
        if done == 5:
            raise BrokenOff

    assert not is_sample_unfinished(store)
    with pytest.raises(BrokenOff):
        load_sample(store, months=1, until=OCTOBER, now=NOW, progress=after_a_few)
    yield store
    store.close()


def test_it_is_said_and_told_to_its_end(half) -> None:
    assert is_sample_unfinished(half)
    told = load_sample(half, months=1, until=OCTOBER, now=NOW)
    assert told["known"] >= 5 and told["files"] > 0 and not is_sample_unfinished(half)
    assert load_sample(half, months=1, until=OCTOBER, now=NOW)["files"] == 0


def test_it_is_cleared(half) -> None:
    assert clear_sample(half, NOW) >= 5 and not is_sample_unfinished(half)


def test_a_maker_that_ended_is_told(half) -> None:
    with Maker() as maker:
        maker._process.kill()
        maker._process.wait()
        with pytest.raises(OSError):
            maker.make(offers(catalogue_in_force(half), "2026-10")[0], [])
