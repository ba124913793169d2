"""In a real browser: a section's clerk, who comes once a month, from what she has to do to the receipts."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.catalogue.in_force import set_counting_start
from data.store import Store
from tests.browser.demonstration import CLOCK, UNIT, by_the_clock, with_people
from tests.browser.test_deep_links import ARGUMENTS, PATIENCE, browser, settled
from tests.conftest import OCTOBER, REASON, filled, sample_rows
from tests.ready import reference_store
from tests.served import served
from tests.web.people import PASSWORD

pytestmark = pytest.mark.browser
__all__ = ["ARGUMENTS", "browser"]
MOMENT = "2026-11-20T10:12:00+08:00"


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """A store that counts from October on, with the office's account, a clerk's and a leader's."""
    store = reference_store(tmp_path / "store.duckdb", datetime.fromisoformat(MOMENT))
    set_counting_start(store, OCTOBER, datetime.fromisoformat(MOMENT))
    store.close()
    with_people(tmp_path / "store.duckdb")
    return by_the_clock(tmp_path / "store.duckdb", MOMENT)


@pytest.fixture
def files(store_path: Path, tmp_path: Path) -> dict[str, Path]:
    """Workbooks of her unit by what becomes of them."""
    store = Store(store_path)
    rows = sample_rows("BE-08", UNIT)
    made = {
        "good": ("BE-08.xlsx", filled(store, "BE-08", UNIT, OCTOBER)),
        "also good": ("BE-02.xlsx", filled(store, "BE-02", UNIT, OCTOBER)),
        "faulty": ("BE-08 初稿.xlsx", filled(store, "BE-08", UNIT, OCTOBER, [{**row, "r5": 43} for row in rows])),
        "asked": ("BE-01.xlsx", filled(store, "BE-01", UNIT, OCTOBER)),
    }
    store.close()
    for name, content in made.values():
        (tmp_path / name).write_bytes(content)
    return {kind: tmp_path / name for kind, (name, _) in made.items()}


@pytest.fixture
def server(store_path: Path, files: dict[str, Path]) -> Iterator[str]:
    """One server, whose clock stands two days before the deadline."""
    with served(store_path, through=(CLOCK, MOMENT)) as started:
        yield str(started)


def signed_in(browser, address: str, user: str = "wangfang", width: int = 1280) -> Page:
    page = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 1400}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.fill("#user", user)
    page.fill("#password", PASSWORD)
    page.click("form button")
    settled(page)
    return page


def choose(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").first.set_input_files([str(file) for file in files])


def see(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def test_home_is_what_she_has_to_do(browser, server: str) -> None:
    page = signed_in(browser, server)
    see(page, "行政审批科的待办")
    entries = page.get_by_test_id("stSidebarNavLink").all_inner_texts()
    assert [entry.split("\n")[-1] for entry in entries] == ["待办", "报送", "报送记录", "疑似异常", "积分榜"]
    see(page, "2026-11-22 周日 24:00")
    see(page, "还有 2 天 13 小时")
    card = page.locator("[data-testid=stVerticalBlock]:has-text('DQ-01')").last
    for way in ("报送", "领表", "零报告"):
        assert card.get_by_role("button", name=way).first.is_visible(), way
    settled(page)
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text("个单位").count() == 0 and page.get_by_text("按时率").count() == 0
    page.goto(f"{server}/declare")  # what is not in her menu keeps its address
    see(page, "零报告与平台报送")


def test_one_click_sends_or_says_what_is_missing_while_a_field_has_the_cursor(browser, server, files) -> None:
    page = signed_in(browser, server)
    page.goto(f"{server}/upload")
    settled(page)
    choose(page, files["asked"])
    see(page, "有 2 处数字需要您说明原因")
    settled(page)
    fields = page.get_by_placeholder("例如：上月受理")
    fields.nth(0).click()
    page.keyboard.type(REASON)
    press(page, "报送")
    see(page, "还有 1 处没有写明原因")
    settled(page)
    fields.nth(1).click()
    page.keyboard.type(REASON)
    press(page, "报送")
    see(page, "已接收（第 1 版）")
    see(page, "本期还差")


def test_what_was_checked_waits_for_her_alone_through_reload_and_restart(browser, store_path, files) -> None:
    with served(store_path, through=(CLOCK, MOMENT)) as first:
        page = signed_in(browser, str(first))
        page.goto(f"{first}/upload")
        settled(page)
        choose(page, files["asked"])
        see(page, "有 2 处数字需要您说明原因")
        settled(page)
        page.get_by_placeholder("例如：上月受理").first.fill(REASON)
        page.get_by_placeholder("例如：上月受理").first.blur()
        settled(page)
        page.goto(f"{first}/receipts")
        see(page, "还没报送 1 份")
        see(page, "2026-10 期（截止 2026-11-22 周日 24:00，还有 2 天 13 小时）")
        office = signed_in(browser, str(first), "office")
        assert office.get_by_text("还没报送 1 份").count() == 0
        office.goto(f"{first}/upload")
        settled(office)
        assert office.get_by_text("BE-01.xlsx").count() == 0
    with served(store_path, through=(CLOCK, MOMENT)) as second:
        page = signed_in(browser, str(second))
        see(page, "还没报送 1 份")
        see(page, "这张表已经检查，")
        page.get_by_role("link", name="去报送").click()
        see(page, "BE-01.xlsx")
        settled(page)
        assert page.get_by_placeholder("例如：上月受理").first.input_value() == REASON
        press(page, "不报这份，扔掉")
        page.get_by_text("BE-01.xlsx").wait_for(state="detached")
        page.goto(str(second))
        see(page, "行政审批科的待办")
        settled(page)
        assert page.get_by_text("还没报送").count() == 0


def test_any_file_is_answered_in_words(browser, server, tmp_path) -> None:
    page = signed_in(browser, server)
    page.goto(f"{server}/upload")
    settled(page)
    for name, content, answer in (
        ("说明.docx", b"not a workbook", "电子表格"),
        ("扫描件.pdf", b"%PDF-1.7 made up", "PDF"),
        ("宏.xlsm", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("大.xlsx", b"PK" + b"\0" * (12 * 1024 * 1024), "一份最多 10 MB"),
    ):
        (tmp_path / name).write_bytes(content)
        choose(page, tmp_path / name)
        see(page, name)
        see(page, answer)
        settled(page)
        press(page, "看过了，收起")
        page.get_by_text(name).first.wait_for(state="detached")
    assert page.get_by_text("not allowed").count() == 0
    (tmp_path / "更大.xlsx").write_bytes(b"PK" + b"\0" * (33 * 1024 * 1024))
    choose(page, tmp_path / "更大.xlsx")
    chip = page.locator("[data-testid=stFileChip][aria-invalid=true]")
    chip.wait_for()
    said = chip.evaluate("chip => getComputedStyle(chip, '::after').content")
    assert "每份不超过 10 MB" in said


def test_after_a_zero_report_no_other_form_stands_open(browser, server) -> None:
    page = signed_in(browser, server)
    page.goto(f"{server}/declare")
    settled(page)
    boxes = page.get_by_text("本期没有业务：报零报告")
    assert boxes.count() > 1
    boxes.first.click()
    button = page.get_by_role("button", name="期为零")
    button.first.wait_for()
    assert button.count() == 1 and "2026-10" in button.first.inner_text()
    button.first.click()
    see(page, "已接收零报告（第 1 版）")
    settled(page)
    assert page.get_by_role("button", name="期为零").count() == 0
    see(page, "本期还差")


def test_a_faulty_file_checked_four_times_is_no_return(browser, server, store_path, files) -> None:
    page = signed_in(browser, server)
    page.goto(f"{server}/upload")
    settled(page)
    page.get_by_text("放心检查：不扣分").click()
    see(page, "检查没通过不算退回")
    for number in range(1, 5):
        choose(page, files["faulty"])
        page.locator(f".st-key-upload-{number}").wait_for(state="attached")  # checked: the uploader begins anew
        see(page, "处需要改正")
        settled(page)
    page.goto(f"{server}/receipts")
    see(page, "检查未通过 4")
    assert page.get_by_text("已退回").count() == 0
    page.goto(server)
    see(page, "这只是检查，不算退回，也不扣分")


def test_receipts_of_several_files_are_one_table(browser, server, files) -> None:
    page = signed_in(browser, server)
    page.goto(f"{server}/upload")
    settled(page)
    choose(page, files["good"], files["also good"])
    page.get_by_role("button", name="报送全部可报送的 2 份").click()
    see(page, "已报送 2 份，回执如下。")
    settled(page)
    assert len(page.get_by_test_id("stCode").first.inner_text().strip().splitlines()) == 2
    see(page, "本期还差")
    page.get_by_role("link", name="回到待办").click()
    see(page, "本期已收到的 2 份")


def test_a_lost_connection_is_told_in_our_words(browser, store_path, files) -> None:
    with served(store_path, through=(CLOCK, MOMENT)) as started:
        page = signed_in(browser, str(started))
    page.wait_for_selector("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])", timeout=PATIENCE)
    app = page.locator("[data-testid=stApp]")
    assert "正在重新连接" in app.evaluate("app => getComputedStyle(app, '::before').content")
    assert page.locator("[role=dialog]:visible").count() == 0
