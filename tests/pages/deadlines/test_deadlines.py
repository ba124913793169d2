"""The page of deadlines: rules, extensions and the calendar, as the office changes them and others see them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force, ensure_catalogue, load_catalogue, set_counting_start
from data.catalogue.model import DuePolicy, RestDays
from data.dues.changes import Until, extend
from data.dues.granted import due_changes
from data.dues.timeliness import dues
from data.fault import Fault
from data.store import open_store
from loaders.statements.declare import zero_report
from pages.frame import asking
from tests.conftest import OCTOBER, OFFICE, filled, ingest, sample_rows, shanghai, signed_in
from tests.pages.fabricated import NOW, small_store
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words

LEADER = Person("zhao", "赵局长", Role.LEADER)
REPORTER = Person("wang", "王五", Role.REPORTER, "A")


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    signed_in(monkeypatch)
    yield made
    made.close()


def test_the_rules_and_the_next_deadlines_are_told(store):
    shown = words(opened("deadlines/deadlines"))
    assert "每月：次月 22 日，当日有效；休息日不变" in shown
    assert "适用于 2 个模板：T1 受理月报、T2 办结月报" in shown


def test_the_office_changes_a_rule_and_what_has_opened_stays(store):
    app = opened("deadlines/deadlines")
    app.selectbox(key="due-rest").set_value(RestDays.ADVANCE)
    app.number_input(key="due-lock").set_value(10)
    app.multiselect(key="due-templates").set_value(["T2"]).run()
    months = app.selectbox(key="due-since").options
    app.selectbox(key="due-since").set_value(app.selectbox(key="due-since").value).run()
    pressed(app, "保存规则")
    assert "1 个模板从" in app.success[0].value and len(months) == 13
    catalogue = catalogue_in_force(store)
    (change,) = catalogue.template("T2").due_changes
    assert (change.rest_days, change.lock_days, change.day) == (RestDays.ADVANCE, 10, 22)
    assert catalogue.template("T1").due_changes == ()
    pressed(app, "保存规则")
    assert "没有改动" in app.info[0].value


def test_an_extension_is_granted_shown_and_taken_back(store):
    app = opened("deadlines/deadlines")
    app.multiselect(key="grant-units").set_value(["B"]).run()
    app.text_input(key="grant-reason").set_value("平台停机检修")
    app.text_input(key="grant-document").set_value("鄂建信〔2026〕3号").run()
    pressed(app, "批准")
    (one,) = due_changes(store, datetime.now(UTC)).itertuples()
    assert (one.unit_code, one.kind, one.reason, one.set_by) == ("B", "extension", "系统故障、平台停机检修", "张建国")
    shown = words(app)
    assert "**乙科** T1 受理月报 :green-badge[有效]" in shown and "鄂建信〔2026〕3号" in shown
    app.text_input(key=f"why-{one.change_id}").set_value("录入有误").run()
    pressed(app, "确定撤销")
    assert ":gray-badge[已撤销]" in words(app) and "录入有误" in words(app)
    assert not due_changes(store, datetime.now(UTC))["is_in_force"].any()


def test_a_refusal_says_why_and_writes_nothing(store):
    app = opened("deadlines/deadlines")
    app.multiselect(key="grant-units").set_value(["B"]).run()
    app.selectbox(key="grant-why").set_value("other").run()
    pressed(app, "批准")
    assert any("请写明理由" in one.value for one in app.warning)
    assert due_changes(store, datetime.now(UTC)).empty


@pytest.mark.parametrize("person", [LEADER, REPORTER])
def test_others_read_and_change_nothing(store, monkeypatch, person):
    monkeypatch.setattr(asking, "now", lambda: NOW)
    for minutes, unit in enumerate(("A", "B"), start=1):
        until, at = Until(NOW.date() + timedelta(days=9)), NOW - timedelta(minutes=minutes)
        extend(store.seen_by(OFFICE), [(unit, "T1", OCTOBER)], until, "上级延期", at)
    signed_in(monkeypatch, person)
    app = opened("deadlines/deadlines")
    shown = words(app)
    assert "次月 22 日" in shown and "甲科" in shown
    assert ("乙科" in shown) == (person is LEADER)
    assert not [button.label for button in app.button if button.label in ("批准", "保存规则", "确定撤销")]


def test_a_year_without_holidays_is_told(store):
    assert "放假安排还没有录入" in opened("deadlines/deadlines").warning[0].value


def test_the_deadline_says_what_moved_it_on_the_late_list(tmp_path, monkeypatch):
    store = small_store(tmp_path / "store.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    signed_in(monkeypatch)
    monkeypatch.setattr(asking, "now", lambda: NOW)
    extend(store, [("B", "T1", OCTOBER)], Until(date(2026, 11, 23), 17 * 60 + 30), "上级延期", NOW)
    app = opened("round/late")
    assert "截止 2026-11-23 周一 17:30（已延期，原为 11-22 周日）" in words(app)
    store.close()


# What is closed, at the door


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """The reference store, in which BE-08 takes nothing more five days after the day it was due."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    made = open_store()
    begun = shanghai("2026-09-30T00:00:00")  # before October opens: what has opened keeps its rules
    ensure_catalogue(made, begun)
    catalogue = catalogue_in_force(made)
    policy = DuePolicy(lock_days=5)
    templates = tuple(replace(one, due=policy) if one.template_code == "BE-08" else one for one in catalogue.templates)
    load_catalogue(made, replace(catalogue, templates=templates), begun)
    set_counting_start(made, OCTOBER, begun)
    yield made
    made.close()


def test_a_workbook_after_the_lock_goes_back_to_the_unit_and_the_office_may_enter_it(closed):
    content = filled(closed, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    clerk = closed.seen_by(Person("wang", "王五", Role.REPORTER, "DAG"))
    late = shanghai("2026-11-28T00:00:00")
    returned = ingest(clerk, content, "a.xlsx", late)
    assert returned.outcome == "returned" and returned.issues[0].code == "due_closed"
    assert returned.issues[0].details["limit"] == "2026-11-28 00:00"
    with pytest.raises(Fault) as refused:
        zero_report(clerk, "DAG", "BE-08", OCTOBER, late, "王五")
    assert refused.value.code in ("declaration.due_closed", "declaration.zero_not_allowed")
    in_time = ingest(clerk, content, "a.xlsx", late - timedelta(seconds=1))
    assert (in_time.outcome, in_time.status, in_time.days_late) == ("accepted", "late", 5)


def test_an_extension_opens_what_was_closed(closed):
    content = filled(closed, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    clerk = closed.seen_by(Person("wang", "王五", Role.REPORTER, "DAG"))
    at = shanghai("2026-11-28T09:00:00")
    extend(closed, [("DAG", "BE-08", OCTOBER)], Until(date(2026, 11, 30)), "上级延期", at)
    receipt = ingest(clerk, content, "a.xlsx", at + timedelta(hours=1))
    assert (receipt.outcome, receipt.status) == ("accepted", "on_time")
    office = ingest(closed, filled(closed, "BE-08", "FJS", OCTOBER, sample_rows("BE-08", "FJS")), "b.xlsx", at)
    assert (office.outcome, office.issues[0].code) == ("accepted", "due_closed")
    row = dues(closed, at, unit_code="FJS").set_index("template_code").loc["BE-08"]
    assert (row["status"], row["days_late"]) == ("late", 6)
