"""The range that is shown: holds what is right and is narrow enough to be used, also where columns are strange."""

import numpy
import pandas
import pytest

from bench.anomalies import detect
from bench.strange import SOURCES, strange
from data.anomalies.detector import judge
from tests.data.anomalies.detector.panels import panel

SEED = 4


def fines(units: int = 8, months: int = 36):
    """Two months of three are zero; the others reach over four powers of ten."""
    random = numpy.random.default_rng(11)
    happens = random.random((units, months)) < 0.35
    return numpy.where(happens, numpy.round(random.lognormal(12, 1.5, (units, months))), 0)


@pytest.fixture(scope="module")
def clean():
    """Cells of the strange panels without any error, with low and high."""
    cells, rules = strange(SEED, clean=True)
    return pandas.concat([cells, detect(cells, rules, as_reported=False)], axis=1)


def test_where_most_months_are_zero_the_range_holds_the_rest_and_stays_near_them():
    values = fines()
    verdicts = judge(panel(values, vtype="money"))
    inside = (verdicts.low <= values) & (values <= verdicts.high)
    assert 0.92 <= inside.mean() <= 0.99
    assert inside[values > 0].mean() >= 0.75
    assert (verdicts.low == 0).all()
    assert verdicts.high.max() <= 3 * values.max()
    assert numpy.median(verdicts.high) <= numpy.median(values.max(axis=1))


def test_as_reported_too_once_there_are_a_few_months():
    values = fines()
    verdicts = judge(panel(values, vtype="money"), months=list(range(12, 36)), causal=True)
    assert verdicts.high.max() <= 5 * values.max()


@pytest.mark.parametrize("source", [source.__name__ for source in SOURCES])
def test_strange_columns_are_held_and_not_drowned(clean, source):
    rows = clean[clean["source"] == source]
    inside = (rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])
    assert 0.93 <= inside.mean() <= 0.995
    largest = rows.groupby(["unit", "indicator"])["value"].transform("max")
    width = (rows["high"].astype(float) / largest.where(largest >= 5)).dropna()
    assert width.quantile(0.95) <= 3


def test_percentages_that_are_mostly_at_their_bound():
    random = numpy.random.default_rng(3)
    cases = random.integers(20, 80, (8, 30))
    share = numpy.round(100 * random.binomial(cases, 0.992) / cases, 2)
    assert 0.4 < (share == 100).mean() < 0.9
    verdicts = judge(panel(share, vtype="pct", decimals=2, is_flow=False))
    assert (verdicts.score > 0).mean() < 0.005
    assert (verdicts.high == 100).all()
    assert (verdicts.low <= share).mean() >= 0.93
    share[3, 9] = 10.0
    assert judge(panel(share, vtype="pct", decimals=2, is_flow=False)).score[3, 9] > 0
