"""In a real browser: every page opens by its address, as the very first request too; nothing leaves this computer."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.people.accounts import create_first
from data.store import Store
from tests.browser.demonstration import CLOCK, by_the_clock
from tests.pages.fabricated import NOW, empty_store, small_store
from tests.served import served
from tests.web.people import PASSWORD

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 120_000  # milliseconds, for a machine that has much else to do
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = (
    "",
    "overview",
    "late",
    "upload",
    "declare",
    "templates",
    "receipts",
    "versions",
    "rows",
    "form",
    "dues",
    "wall",
    "indicators",
    "timeliness",
    "freshness",
    "anomalies",
    "documents",
    "deadlines",
    "board",
    "unit",
    "supervision",
    "reminders",
    "users",
    "audit",
)


OFTEN = ("", "late", "upload", "rows", "indicators", "form", "audit")
"""Opened in the ordinary tests too; the others in the slow ones, and through AppTest."""


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Debian's chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with playwright.sync_playwright() as engine:
        launched = engine.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield launched
        launched.close()


def with_office(store: Store) -> Path:
    """The path of the store, closed, with the account that _open signs in with."""
    create_first(store, "office", "张建国", PASSWORD)
    store.close()
    return store.path


def _open(browser, address: str) -> tuple:
    """The page, after the sign-in that it first shows, and the addresses beyond this computer that it asked for."""
    page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.fill("#user", "office")
    page.fill("#password", PASSWORD)
    page.click("form button")
    settled(page)
    return page, leaks_of(asked)


def settled(page) -> None:
    """Wait until the page's script has run, and everything that it asks for has come."""
    page.wait_for_selector("h1", timeout=PATIENCE)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)
    page.wait_for_load_state("networkidle")


def until(page, is_so: str) -> None:
    """Wait for something that is asked of the page; Playwright's own waiting is forbidden by the page's policy."""
    end = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(is_so):
        assert time.monotonic() < end, is_so
        page.wait_for_timeout(100)


def leaks_of(asked: list[str]) -> list[str]:
    """The addresses beyond this computer."""
    return [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]


def judge(page, leaks: list[str], path: str = "") -> None:
    """The menu is there (but on the meeting room's screen), nothing is wrong, nobody is asked anything, nothing was
    fetched from outside.
    """
    assert page.get_by_test_id("stSidebarNav").get_by_text("迟报名单").is_visible() is (path != "wall")
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_role("dialog").count() == 0
    assert leaks == []


@pytest.mark.parametrize("path", [pytest.param(one, marks=() if one == "late" else pytest.mark.slow) for one in PAGES])
def test_first_request_after_a_start(browser, tmp_path: Path, path: str) -> None:
    """A server for each page: what was opened first once decided how Streamlit served everything. One is among the
    ordinary tests; the cause that was found, a .py directly in pages/, test_directions.py looks for.
    """
    with served(with_office(small_store(tmp_path / "store.duckdb"))) as address:
        page, leaks = _open(browser, f"{address}/{path}")
        judge(page, leaks, path)
        page.close()


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server over the small store, whose clock stands at NOW; the address."""
    path = with_office(small_store(tmp_path_factory.mktemp("small") / "store.duckdb"))
    with served(by_the_clock(path, NOW.isoformat()), through=(CLOCK, NOW.isoformat())) as server:
        yield str(server)


@pytest.fixture(scope="module")
def office(browser, small_server: str) -> Iterator:
    """A browser in which the office is signed in at that server."""
    page, _ = _open(browser, small_server)
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1280, "height": 900}, storage_state=page.context.storage_state()
    )
    page.close()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.mark.parametrize("path", [pytest.param(p, marks=() if p in OFTEN else pytest.mark.slow) for p in PAGES])
def test_a_page_opens_by_its_address(small_server: str, office, path: str) -> None:
    page, asked = office.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{small_server}/{path}")
    settled(page)
    judge(page, leaks_of(asked), path)
    page.close()


def test_welcome_is_the_first_page_of_an_empty_store(browser, tmp_path: Path) -> None:
    with served(with_office(empty_store(tmp_path / "store.duckdb"))) as address:
        page, leaks = _open(browser, f"{address}/welcome")
        assert page.get_by_role("heading", name="欢迎使用准点").is_visible()
        assert page.get_by_role("dialog").count() == 0
        assert leaks == []
        page.close()


def test_language_survives_a_change_of_page(browser, small_server: str) -> None:
    page, _ = _open(browser, f"{small_server}/late?lang=en")
    page.get_by_test_id("stSidebarNav").get_by_text("Freshness").click()
    page.wait_for_selector("h1:has-text('Freshness')", timeout=PATIENCE)
    settled(page)
    assert page.url.endswith("/freshness?lang=en")
    page.close()


def test_unit_survives_a_change_of_page(browser, small_server: str) -> None:
    page, _ = _open(browser, f"{small_server}/late?unit=B")
    page.get_by_test_id("stSidebarNav").get_by_text("数据时效").click()
    page.get_by_text("共 1 项").wait_for(timeout=PATIENCE)
    settled(page)
    assert page.url.endswith("/freshness?unit=B")
    page.get_by_test_id("stSelectbox").locator("input").first.click()
    page.get_by_role("option", name="甲科").click()
    page.get_by_text("共 2 项").wait_for(timeout=PATIENCE)
    page.get_by_test_id("stSidebarNav").get_by_text("按时率").click()
    page.get_by_text("应报 6 份").wait_for(timeout=PATIENCE)
    page.close()


_BEYOND_THE_SHEET = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart] .main-svg')]
    .filter(chart => chart.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"""
_EVERY_TABLE_HAS_COME = """() => {
    const onPaper = document.querySelectorAll(".on-paper table").length;
    return onPaper > 0 && document.querySelectorAll("[data-testid=stDataFrame]").length === onPaper;
}"""
"""A table of the screen is drawn by a part of Streamlit that the browser fetches when the first one comes."""


@pytest.mark.parametrize("path", ["timeliness", "late"])
def test_on_paper_charts_fit_and_tables_are_whole(small_server: str, office, path: str) -> None:
    page = office.new_page()
    page.goto(f"{small_server}/{path}")
    settled(page)
    until(page, "window.zhundianPrints === true")
    until(page, _EVERY_TABLE_HAS_COME)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 between its margins
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.get_by_text("打印于").is_visible()
    assert page.evaluate(_BEYOND_THE_SHEET) == 0
    for table in page.get_by_test_id("stDataFrame").all():
        assert not table.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".main-svg[viewBox]").count() == 0
    page.close()


def test_the_moment_survives_a_change_of_page(small_server: str, office) -> None:
    page = office.new_page()
    page.goto(f"{small_server}/late?as_of=2026-11-23T09:00")
    page.get_by_text("这是 2026-11-23 09:00 的情况").wait_for()
    page.get_by_test_id("stSidebarNav").get_by_text("数据时效").click()
    page.wait_for_selector("h1:has-text('数据时效')")
    page.get_by_text("这是 2026-11-23 09:00 的情况").wait_for()
    settled(page)
    assert page.url.endswith("/freshness?as_of=2026-11-23T09%3A00") or page.url.endswith("as_of=2026-11-23T09:00")
    page.get_by_role("button", name="回到现在").click()
    page.get_by_text("这是 2026-11-23 09:00 的情况").wait_for(state="detached")
    settled(page)
    assert "as_of" not in page.url
    page.close()
