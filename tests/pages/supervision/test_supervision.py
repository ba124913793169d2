"""The pages of supervision and boards: what each role sees there and does, in numbers counted by hand."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Person, Role
from data.boards import publishing
from data.fault import Fault
from data.people.audit_trail import audit_trail
from data.store import Store
from data.supervision import cases, waivers
from data.supervision import record as queries
from data.supervision.checks import ALWAYS
from data.supervision.evidence import CaseKind
from data.supervision.waivers import Ground, Waiving
from pages.audit import words as audit_words
from pages.frame import asking
from pages.supervision import desk, tabs
from tests.conftest import OFFICE, signed_in
from tests.pages.fabricated import SHANGHAI, small_store
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import metrics, opened, words

LEADER = Person("zhao", "赵局长", Role.LEADER)
REPORTER = Person("wang", "王五", Role.REPORTER, "B")
NOW = datetime(2026, 12, 3, 9, 0, tzinfo=SHANGHAI)  # the grace of October is over: B's T1 was never received
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The small store on 3 December 2026."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield made.seen_by(OFFICE)
    made.close()


def seen_by(monkeypatch, person: Person, page: str, **query: str):
    signed_in(monkeypatch, person)
    return opened(page, **query)


def tab(app, name: str):
    """The page at another step of the queue."""
    return app.segmented_control(key="supervision-tab").set_value(name).run()


def open_case(store: Store, kind: CaseKind = CaseKind.RECTIFICATION) -> str:
    one = next(one for one in queries.candidates(store, NOW) if one.kind is kind)
    return cases.open_case(store, one.case_id, NOW).case_id


def test_the_office_sees_what_is_proposed_and_on_what_evidence(store, monkeypatch):
    said = words(seen_by(monkeypatch, OFFICE, "supervision/supervision"))
    assert ":orange-badge[通报批评] **乙科** · 2026年10月" in said
    assert "补报截止仍未收到 1 份（标准 1 份）" in said
    assert "受理月报（T1）2026-10：补报截止时未收到。截止 2026-11-22 周日，未收到" in said
    assert ":blue-badge[限期整改] **乙科** · 2026年10月" in said and "甲科" not in said


def test_several_proposals_are_taken_up_together(store, monkeypatch):
    monkeypatch.setattr(tabs, "FEW", 1)
    wanted = queries.candidates(store, NOW)
    app = seen_by(monkeypatch, OFFICE, "supervision/supervision")
    assert app.dataframe[0].value["种类"].tolist() == ["限期整改", "通报批评"]
    assert "截止 2026-11-22" not in words(app)
    listed = sorted(wanted, key=lambda candidate: desk.GRAVEST_FIRST.index(candidate.kind))
    key = f"supervision-grave-{hash(tuple(candidate.case_id for candidate in listed))}"
    app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    app.run()
    assert words(app).count("截止 2026-11-22") == 2
    app.button(key="open-chosen").click().run()
    assert {case.case_id for case in queries.cases(store, ALWAYS)} == {candidate.case_id for candidate in wanted}
    assert "没有候选" in words(app)


def test_all_of_several_proposals_are_taken_up_or_none(store):
    ids = [candidate.case_id for candidate in queries.candidates(store, NOW)]
    for asked in ([], [ids[0], "0" * 64]):
        with pytest.raises(Fault) as refused:
            cases.open_cases(store, asked, NOW)
        assert refused.value.code == "supervision.unknown" and queries.cases(store, ALWAYS) == []
    assert {case.state for case in cases.open_cases(store, ids, NOW)} == {"opened"}


def test_it_goes_from_the_office_to_the_leader_to_the_document_to_its_end(store, monkeypatch):
    app = seen_by(monkeypatch, OFFICE, "supervision/supervision")
    (wanted,) = (one.case_id for one in queries.candidates(store, NOW) if one.kind is CaseKind.RECTIFICATION)
    app.button(key=f"open-{wanted}").click().run()
    assert queries.cases(store, ALWAYS)[0].state == "opened"

    app = seen_by(monkeypatch, LEADER, "supervision/supervision")
    assert "等您审定：1 件" in words(app) and "还有 1 份没有报" in words(app)
    pressed(app, "同意")
    assert "没有等您审定的" in words(app)
    assert "整改完成" not in [button.label for button in app.button]

    app = tab(seen_by(monkeypatch, OFFICE, "supervision/supervision"), "approved")
    next(one for one in app.text_input if one.label == "文号").set_value("12 号")
    pressed(app, "发文")
    assert "文号应像“鄂州建办通〔2026〕12号”" in words(app)
    next(one for one in app.text_input if one.label == "文号").set_value("鄂州建改[2026]3号")
    pressed(app, "发文")
    app = tab(app, "issued")
    assert "整改期限 2026-12-10 周四" in words(app) and "还有 1 份未收到：T1 2026-10" in words(app)
    assert "发文 鄂州建改〔2026〕3号（2026-12-03 周四）" in words(app)
    pressed(app, "整改完成")
    assert "还有 1 份没有收到：T1 2026-10" in app.warning[-1].value

    with store.write() as cursor:
        cursor.execute(
            """INSERT INTO submission BY NAME SELECT 's99' AS submission_id, 'B' AS unit_code, 'T1' AS template_code,
            DATE '2026-10-01' AS period, 1 AS version, 'workbook' AS kind, 'accepted' AS outcome,
            TIMESTAMPTZ '2026-12-02 10:00:00+08' AS received_at"""
        )
    app = tab(seen_by(monkeypatch, OFFICE, "supervision/supervision"), "issued")
    assert "点名的 1 份都已收到" in words(app)
    pressed(app, "整改完成")
    pressed(app, "销号")
    assert "没有在整改或等销号的" in words(app)
    assert "已销号" in words(tab(app, "done"))
    steps = [step.step for step in queries.cases(store, ALWAYS)[0].steps]
    assert steps == ["opened", "approved", "issued", "rectified", "closed"]


def test_a_no_wants_a_reason_and_a_changed_case_cannot_be_approved(store, monkeypatch):
    case_id = open_case(store, CaseKind.CRITICISM)
    app = seen_by(monkeypatch, LEADER, "supervision/supervision")
    pressed(app, "不同意")
    assert "请写明理由" in app.warning[-1].value
    app = tab(seen_by(monkeypatch, OFFICE, "supervision/supervision"), "candidate")
    (other,) = (one.case_id for one in queries.candidates(store, NOW))  # the rectification of the same return
    form = next(one for one in app.text_input if one.label == "说明")
    form.set_value("系统 22 日全天故障")
    pressed(app, "登记免责")
    assert other not in {one.case_id for one in queries.candidates(store, NOW)}
    app = seen_by(monkeypatch, LEADER, "supervision/supervision")
    assert "T1 2026-10 由“补报截止时未收到”变为“已免责”" in words(app) and "够不上当初的规则" in words(app)
    assert app.button(key=f"approve-{case_id}").disabled


def test_the_office_records_a_decision_on_paper(store, monkeypatch):
    open_case(store)
    app = tab(seen_by(monkeypatch, OFFICE, "supervision/supervision"), "opened")
    assert "同意" not in [button.label for button in app.button]
    next(one for one in app.text_input if one.label.startswith("审定人")).set_value("赵局长")
    next(one for one in app.text_input if one.label.startswith("纸质审定")).set_value("12 月 2 日呈批件")
    pressed(app, "补录")
    app = tab(app, "approved")
    assert "张建国按纸质审定补录：赵局长 同意，12 月 2 日呈批件" in words(app)


def test_thresholds_are_changed_on_the_page(store, monkeypatch):
    app = tab(seen_by(monkeypatch, OFFICE, "supervision/supervision"), "rules")
    app.number_input(key="supervision.rules-omitted_dues").set_value(2)
    pressed(app, "保存")
    assert queries.rules_at(store, ALWAYS).omitted_dues == 2
    assert "限期整改" in words(tab(app, "candidate")) and "通报批评" not in words(app)


def test_waivers_are_listed_and_taken_back(store, monkeypatch):
    app = tab(seen_by(monkeypatch, LEADER, "supervision/supervision"), "waivers")
    assert "没有免责登记" in app.info[-1].value
    next(one for one in app.text_input if one.label == "说明").set_value("省厅通知顺延三天")
    pressed(app, "登记免责")
    table = app.dataframe[0].value
    assert sorted(table["单位"]) == ["乙科", "甲科"] and set(table["事由"]) == {"系统故障"}


def test_a_unit_reads_what_was_issued_to_it_and_nothing_before(store, monkeypatch):
    case_id = open_case(store)
    cases.decide(store.seen_by(LEADER), case_id, True, NOW)
    assert "发给本单位的文件" not in words(seen_by(monkeypatch, REPORTER, "boards/board"))
    cases.issue(store, [case_id], "鄂州建改〔2026〕3号", NOW)
    said = words(seen_by(monkeypatch, REPORTER, "boards/board"))
    assert "发给本单位的文件（1）" in said and "鄂州建改〔2026〕3号，2026-12-03 周四 发文" in said
    assert "整改期限 2026-12-10 周四" in said and "还有 1 份未收到：T1 2026-10" in said and "赵局长" not in said
    other = seen_by(monkeypatch, Person("a", "甲", Role.REPORTER, "A"), "boards/board")
    assert "发给本单位的文件" not in words(other)


def test_the_trail_tells_every_step_in_words(store, monkeypatch):
    case_id = open_case(store)
    cases.decide(store, case_id, True, NOW, "12 月 2 日呈批件", "赵局长")
    cases.issue(store, [case_id], "鄂州建改〔2026〕3号", NOW)
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, OCTOBER, "省厅公告系统故障", "B"), NOW)
    publishing.publish(store, "month", OCTOBER, NOW)
    rows = list(audit_trail(store, ALWAYS, limit=5).itertuples())
    catalogue = asking.catalogue()
    told = [audit_words.sentence(row, catalogue, "zh-CN") for row in rows]
    short = case_id[:8]
    assert told == [
        "公布积分榜",
        "免责登记 · T1 · 乙科 · 2026-10",
        f"督查：发文 · {short} · 乙科",
        f"督查：审定同意 · {short} · 乙科",
        f"督查：核实并立项 · {short} · 乙科",
    ]
    details = [audit_words.details(row, catalogue, "zh-CN") for row in rows]
    assert details[0] == {"榜": "月榜", "月份": "2026-10", "第几版": "1"}
    assert details[1]["免责事由"] == "系统故障" and details[2]["文号"] == "鄂州建改〔2026〕3号"
    assert details[3]["审定人"] == "赵局长" and details[3]["按纸质审定补录"] == "是"
    assert details[4] == {"依据条数": "1", "月份": "2026-10", "种类": "限期整改"}


# Boards


def test_the_board_of_october(store, monkeypatch):
    """A: T1 on time, T2 a day late: 72.5; B: T1 missing: 0."""
    app = seen_by(monkeypatch, OFFICE, "boards/board")
    table = app.dataframe[0].value
    assert table[["名次", "单位", "得分", "计分份数", "按时"]].values.tolist() == [
        [1, "甲科", 72.5, 2, 1],
        [2, "乙科", 0.0, 1, 0],
    ]
    assert "2026年10月：2 个单位参加排名，0 个全部按时。" in words(app)
    assert "提醒名单" in words(app) and "黑榜" not in words(app) and "迟报先扣 50 分" in words(app)
    assert "（4×100 + 3×45 + 3×0）÷ 10 = 53.50 分" in words(app) and "40% 得 67.00 分" in words(app)
    pressed(app, "公布2026年10月积分榜")
    assert "第 1 版" in words(app) and "由张建国公布" in words(app)


def test_a_unit_sees_its_own_points_and_objects(store, monkeypatch):
    app = seen_by(monkeypatch, REPORTER, "boards/board")
    assert metrics(app) == {"得分": "0.00", "按时率": "0%", "计分份数": "1", "迟报": "0", "未报": "1"}
    assert "甲科" not in words(app)
    publishing.publish(store, "month", OCTOBER, NOW)
    app = seen_by(monkeypatch, REPORTER, "boards/board")
    assert metrics(app)["名次"] == "2" and "提醒名单" in words(app) and "甲科" not in words(app)
    assert "2026-12-10 周四前可以提（公布后 5 个工作日）" in words(app)
    app.text_area[0].set_value("系统 22 日全天故障，截图已交")
    pressed(app, "提交异议")
    assert "系统 22 日全天故障，截图已交" in words(app) and "待答复" in words(app)

    app = seen_by(monkeypatch, OFFICE, "boards/board")
    pressed(app, "异议成立")
    assert "请写明理由" in app.warning[-1].value
    next(one for one in app.text_input if one.label == "答复").set_value("经核实系统故障属实")
    next(one for one in app.selectbox if one.label == "成立时一并免责").set_value("system_fault").run()
    pressed(app, "异议成立")
    assert store.rows("SELECT unit_code, ground FROM waiver") == [("B", "system_fault")]
    assert app.dataframe[0].value["得分"].tolist() == [72.5, 0.0]  # as published
    app.segmented_control(key="board-view").set_value("now").run()
    assert app.dataframe[0].value["名次"].tolist()[0] == 1 and app.dataframe[0].value["得分"].isna().tolist() == [
        False,
        True,
    ]
    assert "经核实系统故障属实" in words(seen_by(monkeypatch, REPORTER, "boards/board"))


def test_after_the_window_there_is_no_form(store, monkeypatch):
    publishing.publish(store, "month", OCTOBER, NOW - timedelta(days=8))
    app = seen_by(monkeypatch, REPORTER, "boards/board")
    assert "提异议的时间已过（截至 2026-12-02 周三）" in words(app) and not app.text_area


def test_the_year_and_another_formula(store, monkeypatch):
    """A: 100, 67.5 (one of two 3 days late), 72.5; B: 100, 100, 0."""
    ticks = itertools.count()  # settings of the same moment would be in no order
    monkeypatch.setattr(asking, "now", lambda: NOW + timedelta(seconds=next(ticks)))
    app = seen_by(monkeypatch, OFFICE, "boards/board")
    app.segmented_control(key="board").set_value("year").run()
    assert app.dataframe[0].value[["单位", "得分", "月数"]].values.tolist() == [["甲科", 80.0, 3], ["乙科", 66.67, 3]]
    assert "年榜是各月得分的平均" in words(app) and "本年还没过完" in words(app)
    app.segmented_control(key="board").set_value("month").run()
    app.selectbox(key="preset").set_value("day_by_day").run()
    pressed(app, "套用预设")
    assert app.dataframe[0].value["得分"].tolist() == [9.5, 0.0]
    app.number_input(key="points-late_day").set_value(2.0)
    next(button for button in app.button if button.label == "保存").click().run()
    assert app.dataframe[0].value["得分"].tolist() == [9.0, 0.0]


@pytest.mark.parametrize("page", ["supervision/supervision", "boards/board"])
def test_both_pages_speak_english(store, monkeypatch, page):
    open_case(store)
    publishing.publish(store, "month", OCTOBER, NOW)
    app = seen_by(monkeypatch, OFFICE, page, lang="en")
    assert ("Criticism" if page.startswith("supervision") else "Reminders") in words(app)
