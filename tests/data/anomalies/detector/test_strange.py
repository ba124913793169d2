"""On columns that are hard to judge the detector keeps a floor, stays quiet where nothing is wrong, and means what it
says of its own certainty."""

import numpy
import pandas
import pytest

from bench.anomalies import detect
from bench.strange import SOURCES, main, strange
from data.anomalies.detector import from_rows, judge

SEED = 5


@pytest.fixture(scope="module")
def judged():
    """Strange cells with planted errors, score, cause and probability beside them."""
    cells, rules = strange(SEED)
    parts = []
    for source, rows in cells.groupby("source", sort=False):
        of, series, column = from_rows(rows, [rule for rule in rules if rule["source"] == source])
        verdicts = judge(of)
        parts.append(rows.assign(**{n: getattr(verdicts, n)[series, column] for n in ("score", "probability")}))
    whole = pandas.concat(parts)
    return whole[~whole["ignore"] & whole["obs"].notna()]


def test_errors_in_strange_columns_are_told_from_what_is_right(judged):
    flagged, bad = judged["score"] > 0, judged["bad"]
    assert 2 * (flagged & bad).sum() / (flagged.sum() + bad.sum()) >= 0.72
    assert (flagged & ~bad).sum() / (~bad).sum() <= 0.002


def test_clean_strange_columns_are_hardly_ever_asked_about():
    cells, rules = strange(SEED, clean=True)
    scores = detect(cells, rules, as_reported=False)["score"].astype(float)
    assert (scores > 0).mean() <= 0.001


def test_probabilities_mean_what_they_say_and_are_never_certain(judged):
    assert judged["probability"].max() < 1
    sure, likely = judged[judged["probability"] > 0.95], judged[judged["probability"].between(0.5, 0.95)]
    unlikely = judged[judged["probability"] < 0.2]
    assert sure["bad"].mean() >= 0.95
    assert abs(likely["bad"].mean() - likely["probability"].mean()) < 0.25
    assert abs(unlikely["bad"].mean() - unlikely["probability"].mean()) < 0.01


def test_the_same_seed_gives_the_same_panels_and_another_seed_others():
    first, again, other = strange(1)[0], strange(1)[0], strange(2)[0]
    pandas.testing.assert_frame_equal(first, again)
    assert not numpy.array_equal(first["value"].head(100), other["value"].head(100))
    assert list(first["source"].unique()) == [source.__name__ for source in SOURCES]


def test_what_is_planted_is_wrong_and_nothing_else_is():
    cells, _ = strange(3)
    assert ((cells["value"] == cells["obs"]) | cells["bad"] | cells["ignore"]).all()
    assert (cells["value"] != cells["obs"])[cells["bad"]].all()
    assert 0.012 < cells["bad"].mean() < 0.025


def test_the_command_writes_what_the_bench_reads(tmp_path, monkeypatch):
    paths = [str(tmp_path / name) for name in ("cells.csv.gz", "rules.json")]
    monkeypatch.setattr("sys.argv", ["strange", *paths, "--seed", "3", "--clean"])
    main()
    cells = pandas.read_csv(paths[0])
    assert {"source", "unit", "indicator", "month", "obs", "vtype", "dec", "flow"} <= set(cells.columns)
    assert not cells["bad"].any()
