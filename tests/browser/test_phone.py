"""In a real browser, on a phone: the first screen is the answer, with what waits for her decision and the act."""

from datetime import datetime

import pytest

from data.people import accounts
from data.supervision import cases
from data.supervision import record as queries
from data.supervision.evidence import CaseKind
from tests.browser.demonstration import CLOCK, by_the_clock
from tests.browser.test_deep_links import PATIENCE, browser, settled
from tests.pages.fabricated import small_store
from tests.served import served
from tests.web.people import PASSWORD

pytestmark = pytest.mark.browser
__all__ = ["browser"]
MOMENT = "2026-12-03T09:00:00+08:00"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The small store on 3 December 2026, with a rectification that waits for the leader."""
    store = small_store(tmp_path_factory.mktemp("phone") / "store.duckdb")
    now = datetime.fromisoformat(MOMENT)
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    first = accounts.create(office, "lina", "李娜", accounts.Role.LEADER, None)
    accounts.change_password(office, accounts.account(office, "lina").person(), first, PASSWORD)
    proposed = next(one for one in queries.candidates(office, now) if one.kind is CaseKind.RECTIFICATION)
    cases.open_case(office, proposed.case_id, now)
    store.close()
    with served(by_the_clock(store.path, MOMENT), through=(CLOCK, MOMENT)) as opened:
        yield str(opened)


@pytest.fixture
def page(browser, address):
    """The leader's phone."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    opened = context.new_page()
    opened.goto(f"{address}/overview")
    opened.fill("#user", "lina")
    opened.fill("#password", PASSWORD)
    opened.click("form button")
    opened.wait_for_selector("h1", timeout=PATIENCE)
    settled(opened)
    yield opened
    context.close()


def bottom(locator) -> float:
    """Where an element ends, in pixels of the window."""
    box = locator.bounding_box()
    return box["y"] + box["height"]


def test_the_first_screen_is_the_answer(page, address):
    page.goto(f"{address}/overview?month=2026-10")
    settled(page)
    approve = page.get_by_role("button", name="同意", exact=True)
    for said in ("乙科 1 份", "比上月（66.67%）", "等您审定：1 件"):
        assert bottom(page.get_by_text(said).first) < bottom(approve)
    assert bottom(approve) < PHONE["height"]
    approve.click()
    page.get_by_text("等您审定").wait_for(state="detached", timeout=PATIENCE)


@pytest.mark.parametrize("where", ["timeliness", "receipts", "indicators", "board", "unit", "rows", "late"])
def test_filters_are_one_line_that_opens(page, address, where):
    page.goto(f"{address}/{where}")
    page.wait_for_selector("h1", timeout=PATIENCE)
    settled(page)
    if page.get_by_test_id("stSelectbox").count() == 0:
        return  # a catalogue without indicators
    line = page.locator(".folded summary").first
    block = page.locator('[class*="-folded"]').first
    assert line.bounding_box()["height"] < 44 and block.bounding_box()["height"] < 60
    assert not block.get_by_test_id("stSelectbox").first.is_visible()
    line.click()
    block.get_by_test_id("stSelectbox").first.wait_for(timeout=PATIENCE)


def test_on_a_desk_nothing_is_folded(page, address):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/timeliness")
    page.get_by_test_id("stSelectbox").first.wait_for(timeout=PATIENCE)
    assert not page.locator(".folded").first.is_visible()
