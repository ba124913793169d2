"""The page of reviews: what its people see and do there, and where else the state shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force, load_catalogue, set_counting_start
from data.store import Store, open_store
from data.submissions.review import ReviewStep, take
from tests.conftest import OCTOBER, OFFICE, filled, ingest, sample_rows, signed_in
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words
from tests.ready import ready_copy, reference_copy, reference_store

REPORTER = Person("wang", "王五", Role.REPORTER, "DAG")
REVIEWER = Person("li", "李四", Role.REVIEWER, "DAG")
LEADER = Person("zhao", "赵局长", Role.LEADER)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The reference store, begun in October, in which BE-08 wants a review and 城建档案馆 has handed it in."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    made = open_store(ready_copy(_handed_in, tmp_path / "store.duckdb"))
    yield made
    made.close()


def _handed_in(path: Path) -> None:
    made, now = reference_store(path), datetime.now(UTC)
    set_counting_start(made, date(2026, 10, 1), now)
    catalogue = catalogue_in_force(made)
    templates = tuple(replace(one, review=one.template_code == "BE-08") for one in catalogue.templates)
    load_catalogue(made, replace(catalogue, templates=templates), now)
    content = filled(made, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    ingest(made.seen_by(REPORTER), content, "be08.xlsx", datetime.now(UTC), "王五")
    made.close()


def seen_by(monkeypatch, person: Person, page: str = "receipts/review"):
    signed_in(monkeypatch, person)
    return opened(page)


def test_it_goes_from_the_reviewer_to_the_office_to_the_leader(store, monkeypatch):
    app = seen_by(monkeypatch, REVIEWER)
    assert "城建档案馆" in words(app) and "等您处理（1）" in words(app) and "待审核" in words(app)
    assert [one.label for one in app.button if one.key and one.key.startswith("accepted")] == []
    pressed(app, "审核通过")
    assert "没有等您处理的" in words(app) and "已审核，待签收" in words(app)

    leader = seen_by(monkeypatch, LEADER, "receipts/receipts")
    assert leader.dataframe[0].value["模板"].tolist() == ["BE-08"]

    app = seen_by(monkeypatch, OFFICE)
    assert "等您处理（1）" in words(app) and "李四" in words(app)
    pressed(app, "签收")
    assert "没有等您处理的" in words(app) and "已签收" in words(app)
    assert store.rows("SELECT count(*) FROM current_at(now()) WHERE template_code = 'BE-08'") == [(1,)]


def test_a_return_wants_a_reason_and_the_clerk_is_told(store, monkeypatch):
    app = seen_by(monkeypatch, REVIEWER)
    pressed(app, "退回")
    assert "请写明理由" in app.warning[0].value
    next(one for one in app.text_input if one.key.startswith("reason-")).set_value("评价总数与台账不符").run()
    pressed(app, "退回")
    assert "审核退回" in words(app)
    clerk = seen_by(monkeypatch, REPORTER)
    assert "评价总数与台账不符" in words(clerk) and "李四" in words(clerk)
    assert [one.label for one in clerk.button if one.key and one.key.startswith(("approved", "returned"))] == []


def test_the_office_reopens_what_it_has_accepted(store, monkeypatch):
    (own,) = store.rows("SELECT submission_id FROM submission")[0]
    take(store.seen_by(REVIEWER), own, ReviewStep.APPROVED)
    take(store.seen_by(OFFICE), own, ReviewStep.ACCEPTED)
    app = seen_by(monkeypatch, OFFICE)
    next(one for one in app.text_input if one.key.startswith("reason-")).set_value("单位来函要求更正").run()
    pressed(app, "重新开放")
    assert "已重新开放" in words(app)


def test_whoever_handed_it_in_is_told_that_another_must_approve(store, monkeypatch):
    app = seen_by(monkeypatch, replace(REVIEWER, user_code="wang"))
    assert "您自己报的" in words(app) and "审核通过" not in [one.label for one in app.button]


def test_where_no_template_wants_it_the_page_says_how(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "plain.duckdb"))
    made = open_store(reference_copy(tmp_path / "plain.duckdb"))
    app = seen_by(monkeypatch, OFFICE)
    assert "review" not in app.info[-1].value and "维护目录的人" in app.info[-1].value
    made.close()
