"""The clerk's page: what a file's check says, explanations, sending, the receipt."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.access import Person, Role
from data.catalogue.in_force import set_counting_start
from data.store import open_store
from loaders.arriving import quota
from loaders.statements.declare import zero_report
from tests.conftest import OFFICE, REASON, edited, filled, ingest, sample_rows, signed_in
from tests.loaders.intake.test_ways import joined
from tests.pages.round.test_round import opened
from tests.ready import reference_copy


@pytest.fixture
def page(tmp_path, monkeypatch):
    """(the upload page, its store)."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    signed_in(monkeypatch)
    store = open_store(reference_copy(tmp_path / "store.duckdb"))
    set_counting_start(store, date(2026, 10, 1), datetime.now(UTC))
    yield opened("hand_in/upload"), store
    store.close()


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop files into the uploader."""
    app.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files])
    return app.run()


def send_buttons(app: AppTest) -> list:
    return [button for button in app.button if button.label == "报送"]


def accepted(store) -> int:
    return store.rows("SELECT count(*) FROM submission WHERE outcome = 'accepted'")[0][0]


def test_a_good_file_is_sent_by_one_button_and_answered_with_a_receipt(page):
    app, store = page
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    assert accepted(store) == 0
    assert "3 行" in app.success[0].value
    send_buttons(app)[0].click().run()
    assert accepted(store) == 1
    receipt_no = store.rows("SELECT receipt_no FROM submission")[0][0]
    assert receipt_no in " ".join(one.value for one in app.markdown)
    app.run()
    assert store.rows("SELECT count(*) FROM submission") == [(1,)]


def test_what_is_sent_on_the_page_of_a_demonstration_is_part_of_it(page):
    app, store = page
    ingest(store, filled(store, "BE-08", "FJS"), "示例.xlsx", datetime.now(UTC), "示例数据", is_sample=True)
    app = app.run()
    assert any("演示" in one.value for one in app.caption)
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    send_buttons(app)[0].click().run()
    assert store.rows("SELECT unit_code, is_sample FROM submission ORDER BY 1") == [("FJS", True), ("XZSP", True)]


def test_a_faulty_file_says_which_cell_to_mend_and_offers_no_sending(page):
    app, store = page
    rows = sample_rows("BE-02", "XZSP")
    rows[1]["contract_price"] = -5
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP", rows=rows)))
    said = " ".join(one.value for one in app.markdown)
    assert "J6" in said and "合同价格" in said and "5" in said
    assert send_buttons(app) == []
    assert "1 处需要改正" in app.warning[0].value
    app.run()
    assert store.rows("SELECT outcome FROM submission") == [("checked",)]
    assert store.rows("SELECT count(*) FROM fact") == [(0,)]


def test_checks_are_explained_one_by_one_before_sending(page):
    app, store = page
    upload(app, ("BE-01.xlsx", filled(store, "BE-01", "XZSP")))
    assert not send_buttons(app)[0].disabled
    app = send_buttons(app)[0].click().run()
    assert "还有 2 处没有写明原因" in app.warning[-1].value and accepted(store) == 0
    fields = [field for field in app.text_input if field.key and field.key.startswith("explain-")]
    assert len(fields) == 2
    fields[0].set_value(REASON).run()
    app.text_input(key=fields[1].key).set_value("核实无误核实无误").run()
    app = send_buttons(app)[0].click().run()
    assert "还有 1 处没有写明原因" in app.warning[-1].value and accepted(store) == 0
    app.text_input(key=fields[1].key).set_value("上月受理的一件在本月办结").run()
    send_buttons(app)[0].click().run()
    assert accepted(store) == 1
    kept = {row[0] for row in store.rows("SELECT explanation FROM issue WHERE severity = 'check'")}
    assert kept == {REASON, "上月受理的一件在本月办结"}


def test_several_files_at_once_and_one_that_was_sent_before(page):
    app, store = page
    one, two = filled(store, "BE-02", "XZSP"), filled(store, "BE-08", "XZSP")
    upload(app, ("a.xlsx", one), ("b.xlsx", two))
    next(button for button in app.button if "2 份" in button.label).click().run()
    assert accepted(store) == 2
    fresh = opened("hand_in/upload")
    upload(fresh, ("a.xlsx", one))
    assert "已经收到" in fresh.info[0].value
    assert send_buttons(fresh) == []


def test_what_stands_in_a_file_is_shown_as_text(page):
    app, store = page
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["channel"] = "<b>**[点我](http://x)**"
    upload(app, ("<img src=x>.xlsx", filled(store, "BE-02", "XZSP", rows=rows)))
    said = " ".join(one.value for one in app.markdown)
    assert r"\<img" in said and r"\<b\>" in said
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(", said)


def test_before_the_start_nobody_is_asked_for_anything(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "fresh.duckdb"))
    signed_in(monkeypatch)
    store = open_store(reference_copy(tmp_path / "fresh.duckdb"))
    for page_name in ("hand_in/upload", "round/late", "round/overview", "round/timeliness", "round/freshness"):
        app = opened(page_name)
        assert "还没有开始统计" in app.info[0].value
        assert not app.metric
    store.close()


def test_a_file_that_was_replaced_says_that_it_brings_earlier_figures_back(page):
    app, store = page
    first = filled(store, "BE-02", "XZSP")
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 9999
    now = datetime.now(UTC)
    ingest(store, first, "a.xlsx", now - timedelta(hours=2))
    ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "b.xlsx", now - timedelta(hours=1))
    upload(app, ("a.xlsx", first))
    said = " ".join(one.value for one in app.markdown)
    assert "恢复旧数字" in said and "第 1 版" in said and "第 2 版" in said


def test_an_archive_is_shown_file_by_file_and_each_is_sent_by_itself(page):
    app, store = page
    bad = edited(filled(store, "BE-08", "FJS"), lambda book: book.worksheets[0].__setitem__("D5", "若干"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("施工许可.xlsx", filled(store, "BE-02", "XZSP"))
        made.writestr("好差评.xlsx", bad)
    upload(app, ("十月.zip", out.getvalue()))
    assert [list(row) for row in app.dataframe[0].value.iloc[:, :2].to_numpy()] == [
        ["可报送", "十月.zip/施工许可.xlsx"],
        ["需改正", "十月.zip/好差评.xlsx"],
    ]
    assert "可报送 1" in " ".join(one.value for one in app.markdown)
    (button,) = send_buttons(app)
    button.click().run()
    assert accepted(store) == 1
    assert any("已接收（第 1 版）" in one.value for one in app.success)


def test_a_returned_file_can_be_had_marked_up(page):
    app, store = page
    bad = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__("J6", -5))
    upload(app, ("BE-02.xlsx", bad))
    (button,) = app.get("download_button")
    assert "下载标注版" in button.label
    upload(opened("hand_in/upload"), ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    app = upload(opened("hand_in/upload"), ("照片.xlsx", b"\x89PNG 1234"))
    assert list(app.get("download_button")) == []
    assert any("不是电子表格" in one.value for one in app.warning)


def test_another_units_file_is_told_at_once(page):
    app, store = page
    app.selectbox(key="unit").set_value("FJS").run()
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    assert "别的单位的表" in app.warning[0].value
    assert send_buttons(app) == []


def test_a_workbook_of_two_tables_is_one_card_and_one_button(page):
    app, store = page
    upload(app, ("合.xlsx", joined(filled(store, "BE-02", "XZSP"), filled(store, "BE-08", "XZSP"))))
    (button,) = send_buttons(app)
    button.click().run()
    assert accepted(store) == 2
    assert [line[:5] for line in app.dataframe[0].value["模板"]] == ["BE-02", "BE-08"]
    assert set(app.dataframe[0].value["回执号"]) == {row[0] for row in store.rows("SELECT receipt_no FROM submission")}


def test_a_person_who_has_sent_her_share_is_told_so(page, monkeypatch):
    app, store = page
    monkeypatch.setattr(quota, "MAX_FILES", 1)
    ingest(store.seen_by(OFFICE), b"x", "a.xlsx", datetime.now(UTC), "张三")
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    assert "达到上限" in app.warning[0].value
    assert send_buttons(app) == []
    signed_in(monkeypatch, Person("li", "李四", Role.REPORTER, "XZSP"))
    app.run()
    upload(app, ("BE-02.xlsx", filled(store, "BE-02", "XZSP")))
    assert len(send_buttons(app)) == 1


def test_the_same_table_twice_is_not_sent_with_all(page):
    app, store = page
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 9999
    files = [("a.xlsx", filled(store, "BE-02", "XZSP")), ("b.xlsx", filled(store, "BE-02", "XZSP", rows=rows))]
    files += [("c.xlsx", filled(store, "BE-08", "FJS")), ("d.xlsx", filled(store, "BE-08", "DAG"))]
    upload(app, *files)
    assert "是同一张表" in app.warning[0].value and "a\\.xlsx、b\\.xlsx" in app.warning[0].value
    next(button for button in app.button if "2 份" in button.label).click().run()
    assert store.rows("SELECT DISTINCT template_code FROM submission WHERE outcome = 'accepted'") == [("BE-08",)]


def test_a_correction_and_another_round_are_said_in_amber(page):
    app, store = page
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", datetime.now(UTC))
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 9999
    upload(app, ("b.xlsx", filled(store, "BE-02", "XZSP", rows=rows)))
    assert "作为更正" in app.warning[-1].value
    app = upload(opened("hand_in/upload"), ("c.xlsx", filled(store, "BE-02", "XZSP", date(2026, 9, 1))))
    assert "2026-09" in " ".join(one.value for one in app.warning)


def test_what_was_entered_later_and_what_was_declared_is_told_with_the_versions(page):
    _, store = page
    now, october = datetime.now(UTC), date(2026, 10, 1)
    ingest(store, filled(store, "DQ-01", "XZSP"), "mail.xlsx", now - timedelta(hours=5), "张三", REASON)
    zero_report(store, "XZSP", "DQ-01", october, now, "李四", "本月没有异议数据")
    app = opened("receipts/versions", unit="XZSP", template="DQ-01", period="2026-10")
    said = " ".join(one.value for one in app.markdown)
    assert said.count("补记") == 1
    assert "本月没有异议数据" in said
