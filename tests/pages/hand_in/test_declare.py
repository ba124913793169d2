"""The page of zero reports and platform declarations, and the places where it is seen that there was one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.catalogue.in_force import load_catalogue
from data.store import open_store
from data.submissions.received import declarations, original
from loaders.statements.declare import Delivered, platform_declaration, zero_report
from pages.frame import asking
from tests.conftest import OCTOBER, signed_in
from tests.pages.fabricated import NOW, catalogue, small_store
from tests.pages.round.test_round import opened, words

PNG = b"\x89PNG\r\n\x1a\n made up"
PLATFORM = {"zh-CN": "某平台", "en": "Some platform"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The small store on 24 November: B still owes T1, which may be zero; T2 may go through a platform."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "small.duckdb"))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    known = catalogue()
    templates = (known.templates[0], replace(known.templates[1], platform=PLATFORM))
    obligations = (*known.obligations[:2], replace(known.obligations[2], zero_report_allowed=True))
    store = small_store(tmp_path / "small.duckdb")
    load_catalogue(store, replace(known, templates=templates, obligations=obligations), NOW)
    with store.write() as cursor:  # as if the catalogue had always been so
        cursor.execute("UPDATE due SET zero_report_allowed = TRUE WHERE unit_code = 'B'")
    yield store
    store.close()


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def notices(app) -> str:
    return "\n".join(one.value for one in app.warning)


def test_without_a_unit_it_asks_for_one(store):
    assert "请先选择单位" in words(opened("hand_in/declare"))


def test_a_unit_with_nothing_of_the_kind_is_sent_to_the_upload(store, monkeypatch):
    with store.write() as cursor:
        cursor.execute("UPDATE due SET zero_report_allowed = FALSE")
    app = opened("hand_in/declare", unit="B")
    assert "乙科2026年10月没有可以零报告或通过平台报送的表" in words(app)
    assert not app.expander


def test_a_zero_report_is_one_button_under_a_plain_sentence(store):
    app = opened("hand_in/declare", unit="B")
    assert [one.label for one in app.expander] == ["本期没有业务：报零报告"]
    assert "可以在这里报的：1 份还没报" in words(app)
    assert ":red-badge[未报，已过 2 天]" in words(app)
    assert "我代表**乙科**说明：**2026-10 期没有发生《受理月报》的业务，一条也没有。**" in words(app)
    app.text_input(key="reported_by").set_value("李*四*").run()
    next(field for field in app.text_input if field.label == "说明（选填）").set_value("没有申请").run()
    press(app, "确认：《受理月报》2026-10 期为零")
    assert "已接收零报告（第 1 版）" in app.success[0].value and "迟报 2 天" in app.success[0].value
    assert ":orange-badge[迟报 2 天（零报告）]" in words(app)
    said = declarations(store, NOW, "B").iloc[0]
    assert (said["kind"], said["reason"], said["reported_by"]) == ("zero_report", "没有申请", "李*四*")
    assert not [one for one in app.expander if "零报告" in one.label]
    fresh = opened("hand_in/declare", unit="B")
    assert "2026-11-24 09:00 收到零报告（李\\*四\\*）。没有申请" in words(fresh)
    assert store.rows("SELECT count(*) FROM declaration") == [(1,)]


def test_what_went_through_the_platform_wants_count_day_and_proof(store):
    app = opened("hand_in/declare", unit="A")
    assert [one.label for one in app.expander] == ["不用原来那份，改为已通过某平台报送"]
    assert "已收到第 1 版报表" in notices(app)
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "没有填在平台上报送的日期" in notices(app)
    app.date_input[0].set_value(NOW.date())
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "报送条数应是" in notices(app)
    app.number_input[0].set_value(0)
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "T2 不接受零报告" in notices(app)
    app.number_input[0].set_value(12)
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "没有附凭证" in notices(app)
    app.file_uploader[0].set_value(("回执.png", b"not a picture", "image/png"))
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "内容不是 png 文件" in notices(app).replace("\\", "")
    assert store.rows("SELECT count(*) FROM declaration") == [(0,)]
    app.file_uploader[0].set_value(("回执.png", PNG, "image/png"))
    press(app, "确认：《办结月报》2026-10 期已通过平台报送")
    assert "已接收平台报送声明（第 2 版）" in app.success[0].value
    said = declarations(store, NOW, "A").iloc[0]
    assert (said["count"], said["delivered_on"].date()) == (12, NOW.date())
    assert original(open_store(), said["proof_sha256"]) == PNG
    fresh = opened("hand_in/declare", unit="A")
    assert "2026-11-24 周二 通过某平台报送 12 条" in words(fresh)


def test_an_exempt_table_asks_for_nothing(store):
    with store.write() as cursor:
        cursor.execute("UPDATE due SET is_exempt = TRUE WHERE unit_code = 'B'")
    app = opened("hand_in/declare", unit="B")
    assert ":gray-badge[免报]" in words(app) and "这一期免报" in words(app)
    assert not app.expander


def test_the_page_in_english(store):
    app = opened("hand_in/declare", unit="B", lang="en")
    assert app.title[0].value == "Zero and platform reports"
    assert "On behalf of **Section B** I state" in words(app)


def test_other_pages_say_what_came_instead_of_a_workbook(store):
    earlier = NOW - timedelta(hours=1)
    zero_report(store, "B", "T1", OCTOBER, earlier, "")
    platform_declaration(store, "A", "T2", OCTOBER, earlier, "", Delivered(12, OCTOBER, PNG, "a.png"))
    assert "已报的当中：零报告 1 份、平台报送 1 份。 截至" in words(opened())
    late = opened("round/late")
    assert "乙科：《受理月报》2026-10期（迟 2 天，零报告）" in late.code[0].value
    assert set(late.dataframe[0].value["状态"]) == {"迟报（零报告）", "迟报（平台报送）"}
    table = opened("round/timeliness").dataframe[1].value  # the first holds the roll-ups
    assert table["报送方式"].value_counts().to_dict() == {"报表": 7, "零报告": 1, "平台报送": 1}
    assert "迟报（零报告）" in words(opened("hand_in/templates", unit="B"))


def test_the_overview_names_what_was_exempt(store):
    with store.write() as cursor:
        cursor.execute("UPDATE due SET is_exempt = TRUE WHERE unit_code = 'B'")
    assert "另有免报 1 份，不计入应报。" in words(opened())
