"""Indicators of a catalogue: what they may say, what is refused and named, and that they come back as they were."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.catalogue.files import CatalogueError, read_catalogue, write_catalogue
from data.catalogue.in_force import REFERENCE, catalogue_in_force, load_catalogue
from data.catalogue.indicator import Aim, Indicator, Span, Tallied, Target
from data.catalogue.indicator_check import faults_of_indicators
from data.catalogue.model import Catalogue, ColumnType, Nature, Obligation
from data.catalogue.xlsx import read_catalogue_xlsx, write_catalogue_xlsx
from data.store import Store
from tests.data import worlds
from tests.data.worlds import column, words

NOW = datetime(2026, 11, 20, tzinfo=UTC)
COLUMNS = (
    column("period", ColumnType.PERIOD),
    column("kind", ColumnType.ENUM, values=("甲", "乙")),
    column("done", nature=Nature.FLOW),
    column("every", nature=Nature.FLOW),
    column("waiting", nature=Nature.STOCK),
    column("so_far", nature=Nature.CUMULATIVE),
    column("days", ColumnType.DEC, nature=Nature.LEVEL),
    column("rate", ColumnType.PCT, nature=Nature.LEVEL),
)


def indicator(numerator: str = "sum(done)", denominator: str = "sum(every)", **more) -> Indicator:
    given = {"template_code": "T1", "numerator": numerator, "denominator": denominator, "measure": "%"}
    return Indicator("I-1", words("指标"), **(given | ({"measure": "件"} if not denominator else {}) | more))


def with_indicators(*indicators: Indicator) -> Catalogue:
    obligations = (Obligation("A", "T1", date(2026, 1, 1)),)
    return worlds.catalogue(obligations, [worlds.template(columns=COLUMNS)], indicators=indicators)


def faults(*indicators: Indicator) -> list[str]:
    return list(faults_of_indicators(with_indicators(*indicators)))


@pytest.mark.parametrize(
    "numerator",
    [
        "sum(done)",
        "SUM(done) - sum(coalesce(every, 0))",
        "sum(done - every)",
        "2 * sum(done) + count(*)",
        "sum(done) / 10",
        "count(days) FILTER (WHERE days <= 7 AND kind = '甲')",
        "sum(days * done) FILTER (days IS NOT NULL)",
        "count_if(kind = '乙')",
        "-sum(done)",
    ],
)
def test_what_indicators_need_may_be_said(numerator):
    assert faults(indicator(numerator)) == []


@pytest.mark.parametrize(
    ("numerator", "told"),
    [
        ("avg(days)", "calls avg, which cannot be added over units and months"),
        ("max(days)", "calls max"),
        ("count(DISTINCT kind)", "DISTINCT"),
        ("sum(done) / sum(every)", "is no sum"),
        ("sum(done) * sum(every)", "is no sum"),
        ("round(sum(done))", "is no sum"),
        ("done", "is no sum"),
        ("7", "is no sum"),
        ("sum(gone)", "names no column of the template: gone"),
        ("sum(kind)", "does not fit its columns"),
        ("sum(sum(done))", "does not fit its columns"),
        ("sum(done) OVER ()", "uses window"),
        ("(SELECT count(*) FROM fact)", "uses subquery"),
        ("sum(done) FILTER (WHERE getenv('HOME') = '')", "calls getenv"),
        ("sum(random())", "calls random"),
        ("sum(done", "is no SQL expression"),
        ("sum(done), count(*)", "calls row"),
        ("", "is no SQL expression"),
        ("sum(waiting)", "adds up waiting, which stands at a month's end: expected span stock"),
        ("sum(so_far)", "adds up so_far, which stands at a month's end"),
        ("sum(rate)", "adds up rate, which is a rate or an average: give its parts"),
    ],
)
def test_what_no_indicator_may_say_is_refused_and_named(numerator, told):
    (fault,) = faults(indicator(numerator))
    assert fault.startswith("indicator I-1, numerator: ")
    assert told in fault


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (indicator(denominator="sum(gone)"), "indicator I-1, denominator: names no column of the template: gone"),
        (indicator("sum(days)", ""), "numerator: adds up days, which is a rate or an average"),
        (indicator(measure="%", denominator=""), ": a measure of % wants a denominator"),
        (indicator(template_code="T9"), ": no such template: 'T9'"),
        (indicator(template_code=""), ": has neither a template nor a tally"),
        (indicator(breakdowns=("gone",)), ", breakdowns: names no column of the template: gone"),
        (indicator(breakdowns=("done",)), ", breakdowns: expected a column of texts, found done"),
        (indicator(targets=(Target(2026, float("nan")),)), ", target of 2026: expected numbers, found nan and None"),
        (indicator(targets=(Target(2026, 1.0, 2.0),)), ", target of 2026: a band has two edges, everything else one"),
        (indicator(aim=Aim.BAND, targets=(Target(2026, 9.0, 2.0),)), "its upper edge lies below its lower one"),
        (indicator(tally=Tallied.ON_TIME_RATE), ": a rate of the dues has no expressions and no breakdowns"),
        (replace(indicator(), indicator_name={"en": "x"}), ": has no zh-CN name"),
        (replace(indicator(), indicator_code="a b"), ": a code is letters, digits, - and _"),
    ],
)
def test_every_other_fault_is_named_with_its_place(given, told):
    assert any(told in fault for fault in faults(given))


def test_a_code_stands_once():
    assert faults(indicator(), indicator()) == ["indicators: I-1 is there twice"]


def test_a_wrong_expression_is_named_and_nothing_is_loaded(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    load_catalogue(store, with_indicators(indicator()), NOW)
    with pytest.raises(CatalogueError, match="indicator I-1, numerator: names no column of the template: gone"):
        load_catalogue(store, with_indicators(indicator("sum(gone)")), NOW)
    assert catalogue_in_force(store) == with_indicators(indicator())
    assert store.rows("SELECT count(*) FROM indicator") == [(1,)]
    store.close()


SOME = {"template_code": "T1", "numerator": "sum(waiting)", "measure": "件"}
BAND = {"aim": Aim.BAND, "measure": "工作日", "targets": (Target(2026, 1.0, 2.5),)}
TWO = (Target(2020, 99.5), Target(2026, 100.0))
ODD = (
    indicator(targets=TWO, breakdowns=("kind",), source=words("任务 4：“网办率”")),
    Indicator("B", words("=带"), "T1", "sum(days * done)", "sum(done)", **BAND),
    Indicator("S", words("在办"), **SOME, aim=Aim.LOWER, span=Span.STOCK, targets=(Target(2020, 0.0),)),
    Indicator("R", words("按时率"), tally=Tallied.ON_TIME_RATE, measure="%"),
)


@pytest.mark.parametrize("form", ["folder", "xlsx", "store"])
def test_indicators_come_back_as_they_were_written(form, tmp_path):
    given = with_indicators(*ODD)
    if form == "folder":
        write_catalogue(given, tmp_path / "out")
        assert read_catalogue(tmp_path / "out") == given
    elif form == "xlsx":
        write_catalogue_xlsx(given, tmp_path / "all.xlsx")
        assert read_catalogue_xlsx(tmp_path / "all.xlsx") == given
    else:
        store = Store(tmp_path / "store.duckdb")
        load_catalogue(store, given, NOW)
        assert catalogue_in_force(store) == given
        store.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"aim": "up"}, "indicator I-1: ValueError: 'up' is not a valid Aim"),
        ({"targets": {"soon": 100}}, "targets: expected a year"),
        ({"targets": {"2026": "100"}}, "targets: expected a year"),
        ({"numerator": 7}, "numerator: expected a text, found 7"),
        ({"target": 100}, "expected no such name"),
        ({"indicator_name": "网办率"}, "expected texts such as"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, change, told):
    write_catalogue(with_indicators(indicator()), tmp_path)
    path = tmp_path / "indicators.json"
    (definition,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([definition | change]), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"indicators\.json") as refused:
        read_catalogue(tmp_path)
    assert told in str(refused.value)


def test_a_catalogue_may_have_none_and_is_then_the_same_as_before_there_were_any(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    load_catalogue(store, with_indicators(), NOW)
    write_catalogue(with_indicators(), tmp_path / "out")
    assert not (tmp_path / "out" / "indicators.json").exists()
    assert load_catalogue(store, read_catalogue(tmp_path / "out"), NOW) is False
    assert load_catalogue(store, with_indicators(indicator()), NOW) is True
    store.close()


def test_those_of_the_reference_are_in_order_and_say_which_task_they_come_from():
    indicators = read_catalogue(REFERENCE).indicators
    assert 12 <= len(indicators) <= 20
    for one in indicators:
        assert set(one.indicator_name) == set(one.source) == {"zh-CN", "en"}
