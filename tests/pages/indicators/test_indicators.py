"""The page of the indicators, and its row on the first page, against a small store that is counted by hand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.access import Person, Role
from data.catalogue.in_force import load_catalogue
from data.catalogue.indicator import Aim, Indicator, Span, Tallied, Target
from data.store import Store
from pages.frame import asking
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, catalogue, small_store
from tests.pages.round.test_round import metrics, opened, words

PAGE = "indicators/indicators"
T1 = {"template_code": "T1", "breakdowns": ("item",), "source": {"zh-CN": "任务 9", "en": "task 9"}}
MEAN = {"denominator": "count(cases)", "aim": Aim.LOWER, "span": Span.STOCK, "targets": (Target(2026, 10.0),)}
TIME = {"measure": "%", "tally": Tallied.ON_TIME_RATE, "targets": (Target(2020, 100.0),)}
INDICATORS = (
    Indicator("CASES", {"zh-CN": "受理件数", "en": "Cases"}, numerator="sum(cases)", measure="件", **T1),
    Indicator("MEAN", {"zh-CN": "每项件数", "en": "Mean"}, numerator="sum(cases)", measure="件", **MEAN, **T1),
    Indicator("TIME", {"zh-CN": "按时率", "en": "On time"}, **TIME),
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store with three indicators, on the morning of 24 November 2026."""
    store = small_store(tmp_path / "small.duckdb")
    load_catalogue(store, replace(catalogue(), indicators=INDICATORS), NOW)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield store
    store.close()


def value_of(app: AppTest, label: str) -> str:
    return metrics(app)[label]


def test_every_indicator_is_a_tile_the_worst_first(store: Store) -> None:
    app = opened(PAGE)
    assert list(metrics(app)) == ["每项件数", "按时率", "受理件数"]  # 210 % and 67 points off; the last has no target
    # T1 of October: A repeats September's 30+31+32+33 = 126; B has sent nothing
    assert metrics(app) == {"每项件数": "31.5 件", "按时率": "33.3%", "受理件数": "126 件"}
    assert "3 项指标，2 项没有达到目标，0 项达到，1 项没有定目标。" in words(app)
    assert "2 份报表计入 1 份，未报 1 份" in words(app)


def test_a_change_is_told_in_the_colour_of_better_or_worse(store: Store) -> None:
    app = opened(PAGE, month="2026-09")
    tiles = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    # September: A 126, B's numbers are 35 to 38: 146; August: A 126 and B 134
    assert tiles["受理件数"] == ("272 件", "+12")
    assert "较上年同期" not in words(app)


def test_one_indicator_says_what_it_is_and_what_it_rests_on(store: Store) -> None:
    app = opened(PAGE, indicator="CASES", month="2026-09")
    assert "受理件数 :gray[:small[CASES]]" in [one.value for one in app.header]
    assert r"合计\(件数\) · 受理月报 · 任务 9" in words(app)
    assert value_of(app, "2026年9月") == "272 件"
    assert "2 份报表计入 2 份，有疑问待答复 1 份，迟报 1 份。" in words(app)
    table = app.dataframe[0].value
    assert table.loc[table["月份"] == "2026-09", "数值"].tolist() == [126, 146]
    assert (
        table.loc[table["单位"] == "乙科", "数值"].tolist()[0] != table.loc[table["单位"] == "甲科", "数值"].tolist()[0]
    )


def test_the_address_says_which_indicator_and_which_unit(store: Store) -> None:
    app = opened(PAGE, indicator="TIME", unit="A", month="2026-10")
    assert value_of(app, "2026年10月") == "50.0%"
    assert "按时报送的份数 ÷ 应报份数（免报、待报不计）" in words(app)


def test_in_english_by_the_address(store: Store) -> None:
    app = opened(PAGE, lang="en")
    assert "3 indicators, 2 miss their target, 0 reach it, 1 have none." in words(app)


def test_a_unit_meets_its_own_figures_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, Person("b", "乙某", Role.REPORTER, "B"))
    app = opened(PAGE, month="2026-09")
    assert value_of(app, "受理件数") == "146 件"
    assert "1 份报表计入 1 份" in words(app)


def test_without_indicators_the_page_says_where_they_come_from(store: Store) -> None:
    load_catalogue(store, catalogue(), NOW)
    assert "indicators.json" in words(opened(PAGE))


def test_the_first_page_ends_with_the_indicators_that_want_a_look(store: Store) -> None:
    app = opened()
    assert "指标（2026年10月）" in words(app)
    assert metrics(app)["受理件数"] == "126 件"


def test_the_first_page_of_a_catalogue_without_indicators_says_nothing_of_them(store: Store) -> None:
    load_catalogue(store, catalogue(), NOW)
    assert "指标" not in words(opened())


def test_the_page_of_a_unit_has_its_own_indicators(store: Store) -> None:
    told = metrics(opened("units/unit", unit="A"))
    assert (told["受理件数"], told["每项件数"]) == ("126 件", "31.5 件")
    assert metrics(opened("units/unit", unit="B"))["受理件数"] == "—"  # it has sent nothing
