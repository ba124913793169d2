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
