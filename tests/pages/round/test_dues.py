"""The dues behind a figure: as many as the figure says, each with the way to its form; addresses win over choices."""

from collections.abc import Iterator
from pathlib import Path

import pandas
import pytest

from data.access import Person, Role
from data.store import Store
from pages.frame import asking
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, small_store
from tests.pages.receipts.test_versions import SECOND, send
from tests.pages.round.test_round import opened, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store as the program's."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield made
    made.close()


def listed(app) -> list[tuple]:
    """way, status, unit, template, period of each line."""
    table = app.dataframe[0].value
    way = [None if pandas.isna(one) else one for one in table.get("原表", [None] * len(table))]
    return list(zip(way, table["状态"], table["单位"], table["模板"], table["报送期"], strict=True))


def test_the_dues_of_a_month_each_with_its_form(store: Store) -> None:
    app = opened("round/dues", month="2026-10")
    assert "应报 3 份，已报 2 份：按时 1 份、迟报 1 份；未报 1 份、待报 0 份。" in words(app)
    assert listed(app) == [
        ("form?submission=s6", "按时", "甲科", "受理月报", "2026-10"),
        ("form?submission=s7", "迟报 1 天", "甲科", "办结月报", "2026-10"),
        (None, "未报，已过 2 天", "乙科", "受理月报", "2026-10"),
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"month": "all"}, 9),
        ({"month": "all", "status": "late"}, 2),
        ({"month": "all", "status": "received"}, 8),
        ({"month": "all", "unit": "B"}, 3),
        ({"month": "all", "template": "T2"}, 3),
        ({"month": "all", "since": "2026-09"}, 6),
        ({"month": "all", "since": "2026-09", "until": "2026-09"}, 3),
        ({"month": "all", "since": "nonsense"}, 9),
        ({"unit": "A", "template": "T1", "month": "2026-09", "status": "late"}, 1),
    ],
)
def test_the_address_says_what_is_listed(store: Store, query: dict[str, str], number: int) -> None:
    app = opened("round/dues", **query)
    assert f"共列 {number} 份" in words(app) and len(listed(app)) == number


def test_nothing_of_that_kind_is_said(store: Store) -> None:
    assert "没有一份是这个状态" in opened("round/dues", month="2026-10", status="pending").info[0].value


def test_a_file_that_was_returned_is_the_way_where_none_was_accepted(store: Store) -> None:
    send(store, "bad", {}, SECOND, unit_code="B", version=0, outcome="returned", kind="workbook")
    assert listed(opened("round/dues", month="2026-10", unit="B")) == [
        ("form?submission=bad", "未报，已过 2 天（退回 1 次）", "乙科", "受理月报", "2026-10")
    ]


def test_the_address_wins_over_what_was_chosen_before_and_leaves_it_as_it_was(store: Store) -> None:
    app = opened("round/timeliness", unit="B")
    app.switch_page("../round/dues.py")
    app.query_params.clear()
    app.query_params["month"] = "2026-09"
    app.run()
    assert "共列 3 份" in words(app)
    app.query_params.clear()
    app.switch_page("../round/timeliness.py")
    app.run()
    assert app.query_params["unit"] == ["B"] or app.query_params["unit"] == "B"


def test_a_section_is_shown_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, Person("b", "乙", Role.REPORTER, "B"))
    assert {line[2] for line in listed(opened("round/dues", month="all", unit="A"))} == {"乙科"}


def test_the_language_and_the_moment_go_with_the_links(store: Store) -> None:
    app = opened("round/dues", month="2026-09", unit="B", lang="en", as_of="2026-11-23T09:00")
    assert app.dataframe[0].value["Form"].tolist() == ["form?submission=s5&lang=en&as_of=2026-11-23T09%3A00"]


def test_late_list_leads_to_the_file_that_decided(store: Store) -> None:
    send(store, "c2", {"事项0": 1.0}, NOW, template_code="T2")
    app = opened("round/late", month="2026-10")
    assert app.dataframe[0].value["原表"].tolist() == ["form?submission=s7"]


def test_overview_leads_to_what_each_figure_counts(store: Store) -> None:
    app = opened()
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["看已报的 2 份"] == "month=2026-10&status=received&from=overview"
    assert links["看迟报的 1 份"] == "month=2026-10&status=late&from=overview"
    assert links["看未报的 1 份"] == "month=2026-10&status=missing&from=overview"
    assert links["看全部 3 份"] == "month=2026-10&from=overview"
    assert links["打开原表"].startswith("submission=s6")
