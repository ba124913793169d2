"""A few made-up months in the ordinary tests, more in the slow ones; and faults of the program that make them fall."""

import os
from pathlib import Path

import pytest

from data import timekeeper
from data.timekeeper import Timekeeper
from loaders.intake import ingest, record
from tests.simulator.__main__ import repeat
from tests.simulator.play import Play

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")


def played(folder: Path, seed: int, months: int) -> None:
    try:
        Play(folder, seed).run(months)
    except Exception as error:
        raise AssertionError(f"fell: {repeat(seed, months)}") from error


@pytest.mark.parametrize("seed", [3, 115])
def test_a_month_in_which_everything_goes_wrong(tmp_path, seed):
    played(tmp_path, seed, 1)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_months_in_which_everything_goes_wrong(tmp_path_factory, block):
    """A hundred: what two processors play in about five minutes."""
    for seed in range(1000 + 13 * block, 1000 + 13 * (block + 1)):
        played(tmp_path_factory.mktemp(f"{seed}"), seed, 2)


@pytest.mark.slow
def test_a_file_that_counts_twice_makes_them_fall(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(ingest, "duplicate_of", lambda *_: None)
    monkeypatch.setattr(record, "duplicate_of", lambda *_: None)
    with pytest.raises(AssertionError, match="fell: "):
        for seed in range(5):
            played(tmp_path_factory.mktemp(f"{seed}"), seed, 1)


@pytest.mark.slow
def test_a_clock_that_is_believed_makes_them_fall(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(Timekeeper, "now", lambda _: timekeeper._wall())
    with pytest.raises(AssertionError, match="fell: "):
        for seed in range(5):
            played(tmp_path_factory.mktemp(f"{seed}"), seed, 1)
