"""On a town with planted errors the detector keeps a floor; z > 3 stays below, far below where series are short."""

import numpy
import pandas
import pytest

from bench.anomalies import COLUMNS, detect, figures, main
from data.anomalies.detector import judge
from data.anomalies.detector.classic import Method, flags
from tests.data.anomalies.detector.panels import panel, town

MONTHS = pandas.date_range("2021-01-01", periods=60, freq="MS").strftime("%Y-%m-%d")


def planted(months: int, seed: int = 1):
    """Two columns of twelve units with one error in fifty: slips, zeros, copies, digits; and where they are."""
    random = numpy.random.default_rng(seed)
    true = numpy.vstack([town(seed, months=months, level=7.0), town(seed + 1, months=months, level=10.0)])
    seen, bad = true.copy(), numpy.zeros(true.shape, bool)
    for _ in range(true.size // 50):
        row, column = random.integers(len(true)), random.integers(1, months)
        choices = [true[row, column] * 10, true[row, column] * 100, round(true[row, column] / 10, 2), 0.0]
        choices += [true[row, column - 1], float("9" + str(int(true[row, column]))[1:])]
        seen[row, column] = choices[random.integers(len(choices))]
        bad[row, column] = seen[row, column] != true[row, column]
    return true, seen, bad


def f1(flagged, bad):
    return 2 * (flagged & bad).sum() / (flagged.sum() + bad.sum())


@pytest.mark.parametrize(("months", "floor", "margin"), [(8, 0.8, 0.5), (36, 0.85, 0.05)])
def test_f1_stays_above_its_floor_and_above_z(months, floor, margin):
    _, seen, bad = planted(months)
    names = {"units": [f"unit {n % 12}" for n in range(24)], "indicators": numpy.repeat(["a", "b"], 12)}
    score = judge(panel(seen, **names)).score
    assert f1(score > 0, bad) >= floor
    assert f1(flags(seen, Method.Z_SCORE), bad) < f1(score > 0, bad) - margin


def cells(months: int = 14):
    true, seen, bad = planted(months)
    place = pandas.MultiIndex.from_product([["a", "b"], range(12), MONTHS[:months]])
    table = place.to_frame(index=False, name=["indicator", "unit", "month"])
    table = table.assign(source="town", unit="unit " + table["unit"].astype(str))
    table = table.assign(value=true.ravel(), obs=seen.ravel(), bad=bad.ravel(), kind="", ignore=False)
    return table.assign(vtype="count", dec=0.0, flow=1.0)


def test_the_bench_answers_row_by_row_whatever_the_order():
    table = cells()
    found = detect(table, [], as_reported=False)
    assert list(found.columns) == list(COLUMNS) and len(found) == len(table)
    mixed = table.sample(frac=1, random_state=1)
    again = detect(mixed, [], as_reported=False)
    again.index = mixed.index
    assert (again["score"] > 0).sort_index().tolist() == (found["score"] > 0).tolist()
    assert any(line.startswith("F1 0.") for line in figures(table, found))


def test_the_bench_as_reported_and_for_young_series():
    table = cells()
    reported = detect(table, [], as_reported=True)
    assert f1((reported["score"] > 0).to_numpy(), table["bad"].to_numpy()) > 0.7
    young = detect(table, [], as_reported=False, last=6)
    assert young["score"].notna().sum() == 24 * 6


def test_the_command_writes_a_row_a_row_and_prints_figures_only_when_asked(tmp_path, monkeypatch, capsys):
    cells(6).to_csv(tmp_path / "cells.csv.gz", index=False)
    (tmp_path / "rules.json").write_text("[]")
    paths = [str(tmp_path / name) for name in ("cells.csv.gz", "rules.json", "out.csv")]
    monkeypatch.setattr("sys.argv", ["anomalies", *paths])
    main()
    assert capsys.readouterr().out == ""
    assert list(pandas.read_csv(paths[2]).columns) == list(COLUMNS)
    monkeypatch.setattr("sys.argv", ["anomalies", *paths, "--as-reported", "--figures"])
    main()
    assert "average precision" in capsys.readouterr().out
    assert len(pandas.read_csv(paths[2])) == 24 * 6
