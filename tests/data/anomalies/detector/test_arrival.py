"""A return held against what was learnt once: the same verdicts alone or among others, and those of a judgement of the
whole panel in all that matters.
"""

from dataclasses import fields, replace

import numpy
import pytest

from bench.judging import panel as made_up
from data.anomalies.detector import Cause, Panel, judge
from data.anomalies.detector.arrival import Arrival, judge_arrivals, learn
from data.anomalies.detector.verdicts import Verdicts

UNITS, FIGURES = 6, 5


def panel(seed: int, months: int = 24, source: str = "T") -> Panel:
    whole = made_up(UNITS, FIGURES, months, seed)
    return replace(whole, source=numpy.full(len(whole.values), source))


def ahead(whole: Panel) -> Panel:
    values = whole.values.copy()
    values[:, -1] = numpy.nan
    return replace(whole, values=values)


def arrivals(whole: Panel) -> list[Arrival]:
    """Every unit's return of the last month."""
    learned = learn(ahead(whole))
    rows = [numpy.flatnonzero(whole.unit == str(unit)) for unit in range(UNITS)]
    return [Arrival(learned, own, whole.values[own, -1], whole.decimals[own]) for own in rows]


def assert_same(one: Verdicts, other: Verdicts) -> None:
    for field in fields(Verdicts):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if a.dtype == object:
            assert (a == b).all(), field.name
        else:
            numpy.testing.assert_allclose(a.astype(float), b.astype(float), rtol=1e-9, atol=1e-9, err_msg=field.name)


@pytest.mark.parametrize("seed", range(3))
def test_a_return_is_judged_alike_alone_and_among_others(seed):
    others = arrivals(panel(seed + 50, source="OTHER"))
    own = arrivals(panel(seed))
    together = judge_arrivals([*others[:2], *own, *others[2:]])[2 : 2 + len(own)]
    for arrival, verdicts in zip(own, together, strict=True):
        (alone,) = judge_arrivals([arrival])
        assert_same(alone, verdicts)


def test_what_was_learnt_is_not_changed_by_what_it_is_asked():
    own = arrivals(panel(1))
    first, second = judge_arrivals(own), judge_arrivals(own)
    for one, other in zip(first, second, strict=True):
        assert_same(one, other)
    assert numpy.isnan(own[0].learned.panel.values[:, -1]).all()


@pytest.mark.parametrize("seed", range(3))
def test_it_flags_what_judging_the_whole_panel_flags(seed):
    whole = panel(seed)
    whole.values[::7, -1] *= 1000
    for unit, verdicts in enumerate(judge_arrivals(arrivals(whole))):
        own = whole.unit == str(unit)
        values = whole.values.copy()
        values[~own, -1] = numpy.nan
        expected = judge(replace(whole, values=values), [values.shape[1] - 1], causal=True)
        flagged = expected.score[own, 0] > 0
        assert ((verdicts.score[:, 0] > 0) == flagged).all()
        assert (verdicts.cause[flagged, 0] == expected.cause[own][flagged, 0]).all()
        low, high = verdicts.low[:, 0], verdicts.high[:, 0]
        near = numpy.abs(numpy.log((low + high) / (expected.low + expected.high)[own, 0]))
        assert numpy.median(near) < 0.05


def test_a_slip_is_named_with_what_it_may_have_meant():
    whole = panel(4)
    true = whole.values[0, -1]
    whole.values[0, -1] = true * 1000
    verdicts = judge_arrivals(arrivals(whole))[0]
    assert verdicts.cause[0, 0] == Cause.UNIT_SLIP and verdicts.suggested[0, 0] == true
    assert (verdicts.score[1:, 0] < 0).mean() > 0.7


def test_figures_with_more_decimals_than_before_are_no_slips():
    whole = panel(5)
    (arrival, *_) = arrivals(whole)
    finer = replace(arrival, values=arrival.values + 0.25, decimals=numpy.full(len(arrival.rows), 2))
    plain, fine = judge_arrivals([arrival])[0], judge_arrivals([finer])[0]
    assert ((fine.score > 0) == (plain.score > 0)).mean() > 0.7 and not numpy.isnan(fine.low).any()


def test_a_whole_return_that_repeats_last_months_is_a_copied_form():
    whole = panel(6)
    own = whole.unit == "2"
    whole.values[own, -1] = whole.values[own, -2]
    verdicts = judge_arrivals(arrivals(whole))[2]
    assert (verdicts.cause[verdicts.score > 0] == Cause.COPY_FORM).sum() >= 2
