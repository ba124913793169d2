"""The overview's first screen: better or worse, the names that owe, and what waits for the reader's decision."""

from datetime import date

import pytest

from data.people.audit_trail import audit_trail
from data.supervision import record as queries
from data.supervision.checks import ALWAYS
from pages.frame import asking
from tests.conftest import OFFICE, signed_in
from tests.pages.fabricated import small_store
from tests.pages.round.test_round import opened, words
from tests.pages.supervision.test_supervision import LEADER, NOW, REPORTER, open_case

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The small store on 3 December 2026."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    yield made.seen_by(OFFICE)
    made.close()


def seen(monkeypatch, person, **query):
    signed_in(monkeypatch, person)
    return opened(**query)


def test_worse_than_last_month_and_who_owes(store, monkeypatch):
    said = words(seen(monkeypatch, OFFICE, month="2026-10"))  # 1 of 3 on time, in September 2 of 3
    assert "按时率 33.33%，比上月（66.67%）**低 33.33 个百分点**。" in said
    assert "乙科 1 份" in said


def test_nothing_is_compared_before_there_is_anything(store, monkeypatch):
    assert "个百分点" not in words(seen(monkeypatch, OFFICE, month="2026-08")).split("指标")[0]


def test_the_leader_decides_where_she_reads(store, monkeypatch):
    case_id = open_case(store)
    app = seen(monkeypatch, LEADER)
    assert "**等您审定：1 件**" in words(app) and "限期整改" in words(app)
    app.button(key=f"approve-{case_id}").click().run()
    assert queries.cases(store, ALWAYS, case_id=case_id)[0].state == "approved"
    assert "等您审定" not in words(app)
    assert audit_trail(store, NOW)["user_code"].tolist().count(LEADER.user_code) == 1


@pytest.mark.parametrize("person", [OFFICE, REPORTER])
def test_nobody_else_is_asked_to_decide(store, monkeypatch, person):
    open_case(store)
    assert "等您审定" not in words(seen(monkeypatch, person))


def test_the_same_numbers_say_what_they_count(store, monkeypatch):
    """甲科 and 乙科 owe other things in other months: wherever a number spans the months, it says so."""
    signed_in(monkeypatch, OFFICE)
    unit = opened("units/unit", unit="B")
    assert {one.label: one.delta for one in unit.metric}["欠报（各月合计）"] == "其中 2026年11月 1 份"
    flags = words(opened("anomalies/anomalies", month="all"))
    assert "各月共 " in flags
    assert "2026年10月共 " in words(opened("anomalies/anomalies", month="2026-10"))
    with store.write() as cursor:
        cursor.execute("UPDATE due SET zero_report_allowed = (template_code = 'T1')")
    declare = words(opened("hand_in/declare", unit="A", month="2026-11"))
    assert "2026年11月本单位还没报 2 份，其中 1 份可以在这里" in declare
    receipts = words(opened("receipts/receipts"))
    assert "共收到 8 个文件" in receipts
