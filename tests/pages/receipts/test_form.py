"""The form of a submission: its heads, rows and values, the lit cell and what is known of it; and who sees it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.access import Person, Role
from data.store import Store, append
from pages.frame import asking
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, small_store
from tests.pages.receipts.test_versions import FIRST, SECOND, corrected, explain, send
from tests.pages.round.test_round import opened, words

NONE = "没有可以打开的报送：网址不完整，或者没有这一份您能查看的报送。"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store as the program's."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield made
    made.close()


def drawn(app: AppTest) -> str:
    """The HTML of the form."""
    (table,) = [element.proto.body for element in app.get("html") if "zd-form" in element.proto.body]
    return table.partition("</style>")[2]


def test_it_is_drawn_as_its_sheet_with_the_cell_lit(store: Store) -> None:
    app = opened("receipts/form", submission="s6", cell="B5")
    assert app.title[0].value == "受理月报"
    assert "**甲科 · 2026\\-10 · 第 1 版**" in words(app)
    table = drawn(app)
    assert '<th class=" of-lit">B</th>' in table and ">件数</th>" in table
    assert [f">{number}</a>" in table for number in ("30", "31", "32", "33", "34")] == [True] * 4 + [False]
    lit = table.partition('class="lit')[2]
    assert (
        'href="form?submission=s6&amp;cell=B5"' in lit.partition("</td>")[0] and ">31</a>" in lit.partition("</td>")[0]
    )
    assert "B5 件数" in app.subheader[0].value and "### 31" in words(app)
    assert "第 1 版：31" in words(app)


def test_every_version_of_the_cell_leads_to_its_own_form(store: Store) -> None:
    corrected(store)
    app = opened("receipts/form", submission="s6", cell="B4")
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["第 2 版：130\\.5 :green-badge[现行]"] == "submission=c2&cell=B4"
    assert "这一版已被后来的版本代替" in app.info[0].value
    app = opened("receipts/form", submission="c2", cell="B4")
    assert "### 130\\.5" in words(app) and not app.info
    assert {link.proto.label for link in app.get("page_link")} == {"第 1 版：30"}


def test_the_explanation_of_the_section_stands_at_its_cell(store: Store) -> None:
    explain(store, "s6", "check", "集中办结上月结转件")
    app = opened("receipts/form", submission="s6", cell="B4")
    assert (
        "报送时的问题与说明" in words(app) and words(app).count("集中办结上月结转件") == 2
    )  # at the cell, and in the list
    assert '<span class="mark">▲</span>30' in drawn(app)
    assert words(opened("receipts/form", submission="s6", cell="B5")).count("集中办结上月结转件") == 1


def test_a_copied_form_says_so_above_it(store: Store) -> None:
    app = opened("receipts/form", submission="s6")
    assert "整张表的疑似异常" in words(app) and "4 个数字和往期相同" in words(app)
    assert "点表中任何一格" in words(app)


def test_a_cell_that_is_not_there_is_named(store: Store) -> None:
    app = opened("receipts/form", submission="s6", cell="ZZ9")
    assert app.info[0].value == "这份表里没有 ZZ9 这一格。"
    assert 'class="lit' not in drawn(app)


def test_what_stands_in_a_cell_is_text_and_nothing_else(store: Store) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    send(store, "c2", {"事项0": 1.0, "事项1": hostile}, FIRST)
    table = drawn(opened("receipts/form", submission="c2", cell="B5"))
    assert "<img" not in table and "&lt;img" in table


def test_a_long_form_is_turned_page_by_page(store: Store) -> None:
    send(store, "c2", {f"事项{n}": float(n) for n in range(200)}, FIRST)
    app = opened("receipts/form", submission="c2")
    assert "第 4–83 行，共 200 行" in words(app)
    (later,) = [link.proto for link in app.get("page_link") if link.proto.label == "后面的行"]
    assert later.query_string == "submission=c2&row=84"
    app = opened("receipts/form", submission="c2", cell="B150")
    assert ">146</a>" in drawn(app) and "第 120–199 行" in words(app)


def test_a_returned_file_and_a_statement_say_what_they_are(store: Store) -> None:
    send(store, "bad", {}, SECOND, version=0, outcome="returned", kind="workbook")
    explain(store, "bad", "error", None)
    app = opened("receipts/form", submission="bad")
    assert "这份文件没有接收" in app.warning[0].value and "已退回" in words(app)
    send(store, "zero", {}, SECOND, kind="zero_report")
    with store.write() as cursor:
        append(cursor, "declaration", {"submission_id": ["zero"], "reason": ["本月没有发生"]})
    app = opened("receipts/form", submission="zero")
    assert "这是声明，不带数字。" in app.info[0].value and "本月没有发生" in words(app)


@pytest.mark.parametrize("query", [{}, {"submission": ""}, {"submission": "nothing"}, {"submission": "s7' OR 1=1 --"}])
def test_one_calm_sentence_where_there_is_nothing(store: Store, query: dict[str, str]) -> None:
    app = opened("receipts/form", **query)
    assert [info.value for info in app.info] == [NONE] and not app.error


def test_another_units_is_said_in_the_very_same_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, Person("b", "乙", Role.REPORTER, "B"))
    app = opened("receipts/form", submission="s6", cell="B5")
    assert [info.value for info in app.info] == [NONE]
    assert "甲科" not in words(app) and "受理月报" not in words(app)
    assert opened("receipts/form", submission="s5").title[0].value == "受理月报"  # its own


def test_a_leader_sees_no_figure_that_is_under_review(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    send(store, "c2", {"事项0": 77777.0}, FIRST, needs_review=True)
    signed_in(monkeypatch, Person("l", "李娜", Role.LEADER))
    app = opened("receipts/form", submission="c2", cell="B4")
    assert "审核通过后才能看到数字" in app.info[0].value and "77" not in words(app)
    assert not any("zd-form" in element.proto.body for element in app.get("html"))
    assert "第 2 版：审核中" in "".join(
        link.proto.label for link in opened("receipts/form", submission="s6", cell="B4").get("page_link")
    )


def test_before_it_came_it_is_not_there(store: Store) -> None:
    assert opened("receipts/form", submission="s6", as_of="2026-11-19T09:00").info[0].value == NONE
    assert opened("receipts/form", submission="s6", as_of="2026-11-21T09:00").title[0].value == "受理月报"
    assert opened("receipts/form", submission="s6", as_of="nonsense").title[0].value == "受理月报"


def test_it_speaks_english(store: Store) -> None:
    app = opened("receipts/form", submission="s6", cell="B5", lang="en")
    assert "Section A · 2026\\-10 · version 1" in words(app) and "Version 1\\: 31" in words(app)
    assert date(2026, 10, 1).isoformat() not in words(app)
