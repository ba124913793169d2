"""A sum rule is held in every unit and month in which it can be, and by whoever keeps it."""

import numpy
import pandas
import pytest

from data.anomalies.detector import Cause, SumRule, from_rows, judge
from tests.data.anomalies.detector.panels import panel

MONTHS, PARTS = 36, ["p1", "p2", "p3"]


def table(without=(("C", "p3"),), seed: int = 7):
    """Three units, three parts and their total, as long rows; a unit may lack a part."""
    random, rows = numpy.random.default_rng(seed), []
    for unit in "ABC":
        parts = {name: numpy.round(random.normal(500, 50, MONTHS)) for name in PARTS if (unit, name) not in without}
        for name, values in (parts | {"total": sum(parts.values())}).items():
            month = pandas.date_range("2023-01-01", periods=MONTHS, freq="MS").strftime("%Y-%m-%d")
            rows.append(
                pandas.DataFrame({"source": "s", "unit": unit, "indicator": name, "month": month, "obs": values})
            )
    rule = {"source": "s", "total": "total", "parts": PARTS, "tolerance": 0.5, "units": ["A", "B", "C"]}
    return pandas.concat(rows, ignore_index=True).assign(vtype="count", dec=0, flow=1), rule


def told(rows, rule, unit, name, month):
    """(flagged, cause, suggested) of one figure."""
    of, series, column = from_rows(rows, [rule])
    verdicts = judge(of)
    at = rows.index[(rows["unit"] == unit) & (rows["indicator"] == name) & (rows["month"] == month)][0]
    place = series[at], column[at]
    return verdicts.score[place] > 0, verdicts.cause[place], verdicts.suggested[place]


def change(rows, unit, name, month, figure):
    """A copy in which one figure is another, and what it was."""
    rows = rows.copy()
    at = rows.index[(rows["unit"] == unit) & (rows["indicator"] == name) & (rows["month"] == month)][0]
    true = rows.loc[at, "obs"]
    rows.loc[at, "obs"] = figure(true)
    return rows, true


@pytest.mark.parametrize("unit", ["B", "C"])
def test_a_unit_without_one_of_the_parts_is_held_to_the_rest(unit):
    rows, rule = table()
    rows, true = change(rows, unit, "total", "2025-06-01", lambda total: round(total * 1.2))
    assert told(rows, rule, unit, "total", "2025-06-01") == (True, Cause.TOTAL_MISMATCH, true)


def test_a_part_left_blank_in_one_month_leaves_the_others_held():
    rows, rule = table(without=())
    rows, _ = change(rows, "A", "p2", "2025-03-01", lambda _: numpy.nan)  # the total still has it: nothing is wrong
    assert not told(rows, rule, "A", "total", "2025-03-01")[0]
    rows, _ = change(rows, "A", "total", "2025-03-01", lambda total: total + 9 * 500)
    assert told(rows, rule, "A", "total", "2025-03-01")[0]


def test_a_part_that_is_blank_where_there_is_nothing():
    rows, rule = table(without=())
    for month in ("2024-02-01", "2024-07-01", "2025-01-01"):
        rows, part = change(rows, "A", "p2", month, lambda _: numpy.nan)
        rows, _ = change(rows, "A", "total", month, lambda total, part=part: total - part)
    rows, true = change(rows, "A", "total", "2025-01-01", lambda total: round(total * 1.15))
    assert told(rows, rule, "A", "total", "2025-01-01") == (True, Cause.TOTAL_MISMATCH, true)


def test_a_rule_with_many_parts_is_kept_though_many_months_are_broken_by_slips():
    random = numpy.random.default_rng(3)
    parts = [numpy.round(random.normal(500, 60, (5, MONTHS))) for _ in range(8)]
    values = numpy.vstack([*parts, sum(parts)])
    total = values[40, 29]
    for _ in range(25):  # more than one month of seven
        values[random.integers(40), random.integers(29)] *= 10
        values[40, 29] = round(total * 1.15)
    names = {"units": [f"unit {n % 5}" for n in range(45)], "indicators": numpy.repeat([*"abcdefgh", "total"], 5)}
    rules = tuple(SumRule(40 + n, tuple(range(n, 40, 5)), 0.5) for n in range(5))
    verdicts = judge(panel(values, **names, rules=rules))
    assert (verdicts.cause[40, 29], verdicts.suggested[40, 29]) == (Cause.TOTAL_MISMATCH, total)


def test_a_unit_that_never_keeps_a_rule_is_left_alone_and_the_others_are_not():
    rows, rule = table(without=())
    rows.loc[(rows["unit"] == "A") & (rows["indicator"] == "total"), "obs"] += 40
    rows, true = change(rows, "B", "total", "2025-06-01", lambda total: round(total * 1.1))
    assert not told(rows, rule, "A", "total", "2025-06-01")[0]
    assert told(rows, rule, "B", "total", "2025-06-01") == (True, Cause.TOTAL_MISMATCH, true)


def test_a_cause_is_named_only_where_it_makes_the_sum_come_out_exactly():
    rows, rule = table()
    rows, true = change(rows, "B", "total", "2025-06-01", lambda _: 1632)
    rows, _ = change(rows, "B", "p1", "2025-06-01", lambda first: first + 1360 - true)  # 1632 is no 1362 upset
    assert told(rows, rule, "B", "total", "2025-06-01") == (True, Cause.TOTAL_MISMATCH, 1360)
