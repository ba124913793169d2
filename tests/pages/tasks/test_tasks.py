"""What a unit's people see first: their own list, five places in the menu, and what they checked and did not send."""

from datetime import datetime, timedelta

import pytest

from data.access import Person, Role
from data.waiting import WaitingFile, waiting_id_of, waiting_of
from pages.frame import asking
from pages.frame.sitemap import MENU_OF_UNIT, OVERVIEW, REVIEW, TASKS, WELCOME, home_of, page_roles
from tests.conftest import signed_in
from tests.data.tasks.test_tasks import BEFORE, OCTOBER, faulty
from tests.pages.fabricated import NOW, small_store
from tests.pages.round.test_round import opened, words

CLERK = Person("li", "李四", Role.REPORTER, "B")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "small.duckdb"))
    signed_in(monkeypatch, CLERK)
    monkeypatch.setattr(asking, "now", lambda: BEFORE)
    store = small_store(tmp_path / "small.duckdb")
    yield store
    store.close()


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_each_return_has_its_ways_and_the_time_that_is_left(store):
    said = words(opened())
    assert "乙科的待办" in said and "应报 1 份，已报 0 份，还差 1 份" in said
    assert "截止 **2026-11-22 周日 24:00** · **还有 2 天 15 小时**" in said
    app = opened("tasks/tasks")
    assert "报送" in labels(app) and [one.label for one in app.get("download_button")] == ["领表"]
    assert "甲科" not in words(app)


def test_what_is_overdue_says_for_how_long(store, monkeypatch):
    monkeypatch.setattr(asking, "now", lambda: NOW)
    assert "已过 2 天" in words(opened("tasks/tasks"))


def test_what_was_only_checked_says_that_it_is_no_return(store):
    faulty(store, "B", BEFORE - timedelta(hours=1), "checked", 2)
    said = words(opened("tasks/tasks"))
    assert "2026-11-20 08:00 检查没有通过：有 2 处需要改正。这只是检查，不算退回，也不扣分" in said


def test_a_waiting_file_is_named_on_every_page_of_hers_alone(store, monkeypatch):
    about = (("B", "T1", OCTOBER),)
    file = WaitingFile(waiting_id_of(b"x", "a.xlsx", "", None), "a.xlsx", "", None, BEFORE, about)
    waiting_of(store.path).keep(CLERK.user_code, file, b"x", datetime.min.replace(tzinfo=BEFORE.tzinfo))
    for page in ("tasks/tasks", "boards/board", "receipts/receipts"):
        said = words(opened(page))
        assert "**还没报送 1 份**：《受理月报》2026-10 期（截止 2026-11-22 周日 24:00，还有 2 天 15 小时）" in said, (
            page
        )
    signed_in(monkeypatch, Person("wu", "吴", Role.REPORTER, "B"))
    assert "还没报送" not in words(opened("tasks/tasks"))


def test_the_page_in_english(store):
    said = words(opened("tasks/tasks", lang="en"))
    assert "To do for Section B" in said and "Due by **Sun 2026-11-22 24:00** · **2 days 15 h left**" in said


def test_who_opens_on_what():
    assert home_of(Role.REPORTER, True) is TASKS and home_of(Role.REVIEWER, False) is TASKS
    assert (home_of(Role.OFFICE, True), home_of(Role.OFFICE, False), home_of(Role.LEADER, True)) == (
        *(WELCOME, OVERVIEW, OVERVIEW),
    )
    assert len(MENU_OF_UNIT[Role.REPORTER]) == 5 and REVIEW not in MENU_OF_UNIT[Role.REPORTER]
    assert page_roles()["tasks"] == {Role.REPORTER, Role.REVIEWER}
