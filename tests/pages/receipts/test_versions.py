"""The page of versions and the receipts: who sent what, what changed, which counts; and every table is harmless."""

import ast
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandas
import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store, append
from pages.frame import asking
from pages.frame.display import harmless, neutral
from pages.receipts.comparison import difference, moved, written
from tests.conftest import signed_in
from tests.pages.fabricated import NOW, SHANGHAI, empty_store, small_store
from tests.pages.round.test_round import opened, words

PAGES = Path(__file__).parents[3] / "pages"
HOSTILE = "=1+1 <img src=x> [点我](http://x) **粗**"
SECTION_A = {"unit": "A", "template": "T1", "period": "2026-10"}
FIRST, SECOND, THIRD = (datetime(2026, 11, day, 9, 30, tzinfo=SHANGHAI) for day in (21, 22, 23))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store as the program's."""
    yield from _as_the_programs(small_store(tmp_path / "small.duckdb"), monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that has received nothing."""
    yield from _as_the_programs(empty_store(tmp_path / "empty.duckdb"), monkeypatch)


def _as_the_programs(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield store
    store.close()


def send(store: Store, submission_id: str, cells: dict[str, float | str], received: datetime, **more) -> None:
    """A further submission of A's T1 for October: row_key → value of its one column, in rows from 4 on."""
    one = {
        "submission_id": submission_id,
        "receipt_no": f"R-{submission_id}",
        "sha256": f"file-{submission_id}",
        "file_name": f"{submission_id}.xlsx",
        "unit_code": "A",
        "template_code": "T1",
        "template_version": "1",
        "period": date(2026, 10, 1),
        "version": 2,
        "kind": "correction",
        "outcome": "accepted",
        "received_at": received,
        "recorded_at": received,
        "reported_by": "李四",
        "row_count": len(cells),
        "is_sample": False,
    } | more
    with store.write() as cursor:
        append(cursor, "submission", {name: [value] for name, value in one.items()})
        facts = {
            "submission_id": [submission_id] * len(cells),
            "sheet": ["填报表"] * len(cells),
            "row_no": [4 + n for n in range(len(cells))],
            "col_no": [2] * len(cells),
            "column_name": ["cases"] * len(cells),
            "row_key": list(cells),
            "num": [value if isinstance(value, float) else None for value in cells.values()],
            "txt": [value if isinstance(value, str) else None for value in cells.values()],
        }
        append(cursor, "fact", facts)


def explain(store: Store, submission_id: str, severity: str, explanation: str | None) -> None:
    """An issue of a submission."""
    one = {
        "submission_id": submission_id,
        "issue_no": 1,
        "severity": severity,
        "code": "required",
        "sheet": "填报表",
        "cell": "B4",
        "column_name": "cases",
        "row_key": "事项0",
        "details": "{}",
        "explanation": explanation,
    }
    with store.write() as cursor:
        append(cursor, "issue", {name: [value] for name, value in one.items()})


def corrected(store: Store) -> None:
    """Version 2 changes one figure, drops 事项3 and brings two rows, one of them hostile."""
    cells = {"事项0": 130.5, "事项1": 31.0, "事项2": 32.0, "新事项": 5.0, f"@{HOSTILE}": HOSTILE}
    send(store, "c2", cells, FIRST)


def shown(app: AppTest) -> list[list]:
    """The rows of the table of changes, without their links."""
    return app.dataframe[0].value.iloc[:, 1:].fillna("").to_numpy().tolist()


def test_the_page_says_which_version_counts_and_what_changed(store: Store) -> None:
    corrected(store)
    app = opened("receipts/versions", **SECTION_A)
    assert app.success[0].value == "**现以第 2 版为准**（更正），2026-11-21 09:30 起。先后接收 2 版。"
    assert "是否按时以首次接收的第 1 版（2026-11-20 10:00）为准：按时。" in words(app)
    assert "比第 1 版：改动 1 格，新增 2 行，删除 1 行。" in words(app)
    assert "填报人：李四" in words(app) and "首次接收。" in words(app)
    assert "从第 1 版到第 2 版：改动 1 格，新增 2 行，删除 1 行。" in words(app)
    assert app.dataframe[0].value.columns.tolist() == ["原表", "变化", "行", "列", "单元格", "改前", "改后", "差"]
    assert [link.partition("&sheet")[0] for link in app.dataframe[0].value["原表"]] == [
        "form?submission=c2&cell=B4",
        "form?submission=s6&cell=B7",
        "form?submission=c2&cell=B7",
        "form?submission=c2&cell=B8",
    ]
    assert shown(app) == [
        ["改动", "事项0", "件数", "B4", "30", "130.5", "+100.5"],
        ["删除行", "事项3", "整行（1 格）", "B7:B7", "33", "", ""],
        ["新增行", "新事项", "整行（1 格）", "B7:B7", "", "5", ""],
        ["新增行", f"'@{HOSTILE}", "整行（1 格）", "B8:B8", "", f"'{HOSTILE}", ""],
    ]


def test_the_page_in_english_speaks_of_one_cell_and_two(store: Store) -> None:
    corrected(store)
    app = opened("receipts/versions", lang="en", **SECTION_A)
    assert (
        app.success[0].value == "**Version 2 counts** (correction), since 2026-11-21 09:30. 2 versions were accepted."
    )
    assert "1 cell changed, 2 rows added, 1 row removed" in words(app)
    assert shown(app)[0][:3] == ["changed", "事项0", "Cases"]


def test_any_two_versions_can_be_compared(store: Store) -> None:
    corrected(store)
    send(store, "c3", {f"事项{n}": 30.0 + n for n in range(4)}, SECOND, version=3, sha256="h6")
    app = opened("receipts/versions", **SECTION_A)
    assert "**现以第 3 版为准**" in app.success[0].value
    assert "与第 1 版是同一份文件：恢复当时的数字。" in words(app)
    app.selectbox(key="from-c3").select(1).run()
    assert "这两版的数字完全相同。" in words(app) and not app.dataframe
    app.selectbox(key="to-c3").select(1).run()
    assert "请选两个不同的版本" in words(app)
    app.selectbox(key="to-c3").select(2).run()
    assert "从第 1 版到第 2 版：改动 1 格" in words(app)


def test_a_new_file_without_a_new_figure_says_so(store: Store) -> None:
    send(store, "c2", {f"事项{n}": 30.0 + n for n in reversed(range(4))}, FIRST)
    app = opened("receipts/versions", **SECTION_A)
    assert "比第 1 版：数字都没有变。" in words(app)
    assert "又来了一份文件，但数字都没有变。" in words(app)


def test_a_returned_file_and_an_explanation_stand_in_the_history(store: Store) -> None:
    send(store, "bad", {}, SECOND, version=0, outcome="returned", kind="workbook", file_name=f"{HOSTILE}.xlsx")
    explain(store, "bad", "error", None)
    send(store, "zero", {}, THIRD, kind="zero_report")
    explain(store, "s6", "check", f"集中办结 {HOSTILE}")
    app = opened("receipts/versions", **SECTION_A)
    assert "没有接收：1 处需要改正。" in words(app)
    assert "（零报告）" in app.success[0].value
    assert "这是声明，不带数字。比第 1 版：删除 4 行。" in words(app)
    assert "说明：集中办结" in words(app)
    assert "<img" not in words(app).replace("\\<img", "") and "](http" not in words(app)


def test_one_version_and_none(store: Store) -> None:
    app = opened("receipts/versions", **SECTION_A)
    assert "只收到这一版，没有更正过。" in app.success[0].value
    assert not app.dataframe and "两版对比" not in words(app)
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET outcome = 'returned', version = 0 WHERE submission_id = 's6'")
    app = opened("receipts/versions", **SECTION_A)
    assert "还没有一版被接收" in app.warning[0].value and not app.success


def test_the_newest_period_is_shown_until_another_is_chosen(store: Store) -> None:
    app = opened("receipts/versions", unit="A", template="T1")
    assert app.query_params["period"] == "2026-10"
    app.selectbox(key="period").select("2026-08").run()
    assert "甲科 · 受理月报 · 2026\\-08" in words(app)
    assert app.query_params["period"] == "2026-08"


def test_only_what_a_unit_owes_is_offered_and_nothing_received_is_said(empty: Store) -> None:
    app = opened("receipts/versions", unit="B")
    assert app.selectbox(key="template").options == ["请选择模板", "T1 受理月报"]
    assert "还没有更正过的报送" in app.info[0].value
    app.selectbox(key="template").select("T1").run()
    assert "还没有收到过文件" in app.info[0].value


def test_the_latest_corrections_lead_to_their_versions(store: Store) -> None:
    corrected(store)
    app = opened("receipts/versions")
    assert "**甲科** 《受理月报》2026-10 期第 2 版" in words(app)
    app.button(key="correction-c2").click().run()
    assert "**现以第 2 版为准**" in app.success[0].value
    assert (app.query_params["unit"], app.query_params["period"]) == ("A", "2026-10")


def chosen(page: str, row: int) -> AppTest:
    """A page with a row of its table ticked."""
    app = opened(page)
    app.session_state["receipts"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def test_a_receipt_shows_kind_issues_with_their_explanations_and_leads_to_its_versions(store: Store) -> None:
    corrected(store)
    explain(store, "c2", "check", f"集中办结 {HOSTILE}")
    app = opened("receipts/receipts")
    table = app.dataframe[0].value
    newest = table.index[table["回执号"] == "R-c2"][0]
    assert table.loc[newest, ["单位", "报送期", "结果", "报送方式", "版本"]].tolist() == [
        "甲科",
        "2026-10",
        "已接收",
        "更正",
        "2",
    ]
    app = chosen("receipts/receipts", int(newest))
    assert "说明：集中办结" in words(app) and "](http" not in words(app)
    assert "· 按时" in words(app) and "截止 2026-11-22" in words(app)
    app.button(key="to-versions").click().run()
    assert "甲科 · 受理月报 · 2026\\-10" in words(app)


def test_receipts_of_one_outcome(store: Store) -> None:
    send(store, "bad", {}, SECOND, version=0, outcome="returned", kind="workbook")
    app = opened("receipts/receipts")
    assert "共收到 9 个文件" in words(app)
    app.button_group(key="outcome").set_value("returned").run()
    assert app.dataframe[0].value["回执号"].tolist() == ["R-bad"]


def test_receipts_are_looked_for_by_word_and_month(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    send(store, "bad", {}, SECOND, version=0, outcome="returned", kind="workbook")
    monkeypatch.setattr("pages.receipts.receipt_choices.SHOWN", 2)
    app = opened("receipts/receipts")
    assert (
        "共收到 9 个文件（退回的、更正的各算一个），下面是最近的 2 个" in words(app)
        and len(app.dataframe[0].value) == 2
    )
    app.text_input(key="receipts-search").set_value("甲科 bad").run()
    assert app.dataframe[0].value["回执号"].tolist() == ["R-bad"] and app.query_params["search"] == "甲科 bad"
    app.text_input(key="receipts-search").set_value("").run()
    app.selectbox(key="receiptsmonth").set_value("2026-08").run()
    assert "共收到 3 个文件" in words(app) and set(app.dataframe[0].value["报送期"]) == {"2026-08"}
    app.text_input(key="receipts-search").set_value("没有的").run()
    assert "没有符合条件的文件" in words(app)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("value", ["+3", "-1,234.5", "-12%", "甲=1", "", "'=1", None, -1, -0.5, True, "2026-10"])
def test_figures_and_plain_text_stay_as_they_are(value: object) -> None:
    assert harmless(value) is value


def test_columns_of_numbers_keep_their_type() -> None:
    frame = pandas.DataFrame(
        {
            "文": ["=1", None, "甲"],
            "混": pandas.Series([-1, "-x", None], dtype=object),
            "数": [-1.5, 2, float("nan")],
            "空": pandas.array([-1, None, 3], dtype="Int64"),
            "类": pandas.Categorical(["@a", "b", "@a"]),
            "时": pandas.to_datetime(["2026-10-01"] * 3),
        }
    )
    safe = neutral(frame)
    assert safe["文"].fillna("").tolist() == ["'=1", "", "甲"]
    assert safe["混"].tolist()[:2] == [-1, "'-x"]
    assert safe["类"].tolist() == ["'@a", "b", "'@a"]
    kept = ["数", "空", "时"]
    pandas.testing.assert_frame_equal(safe[kept], frame[kept])
    assert frame["文"].tolist()[0] == "=1"
    assert neutral(frame.head(0)).columns.tolist() == frame.columns.tolist()


def test_every_table_goes_through_the_one_that_makes_it_harmless() -> None:
    calls = {
        path.relative_to(PAGES).as_posix()
        for path in PAGES.glob("**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("dataframe", "data_editor", "table")
    }
    assert calls == {"frame/display.py"}


def test_values_are_written_in_full() -> None:
    assert [written(value) for value in (0.1 + 0.2, 1234567.0, -0.5, 1e14 + 1, "0012", None)] == [
        "0.30000000000000004",
        "1,234,567",
        "-0.5",
        "100,000,000,000,001",
        "0012",
        "（空）",
    ]
    assert [difference(*pair) for pair in ((0.1, 0.3), (5.0, 2.0), (None, 2.0), ("甲", 2.0))] == ["+0.2", "-3", "", ""]
    assert [moved(*pair) for pair in (("D7", "D7"), ("D7", "D9"), (None, "D9"))] == ["D7", "D7 → D9", "D9"]
