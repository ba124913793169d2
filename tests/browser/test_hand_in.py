"""In a real browser: a clerk uploads a workbook, gets a receipt, and the other pages know of it."""

from datetime import datetime
from pathlib import Path

import pytest

from data.catalogue.in_force import set_counting_start
from tests.browser.demonstration import CLOCK, by_the_clock
from tests.browser.test_deep_links import PATIENCE, _open, browser, settled, with_office
from tests.conftest import OCTOBER, filled, sample_rows
from tests.ready import reference_store
from tests.served import served

pytestmark = pytest.mark.browser
__all__ = ["browser"]
MOMENT = "2026-11-20T10:12:00+08:00"


def test_a_workbook_handed_in_shows_on_the_other_pages(browser, tmp_path: Path) -> None:
    store = reference_store(tmp_path / "store.duckdb", datetime.fromisoformat(MOMENT))
    set_counting_start(store, OCTOBER, datetime.fromisoformat(MOMENT))
    rows = sample_rows("BE-08", "DAG")
    good = tmp_path / "BE-08 城建档案馆.xlsx"
    good.write_bytes(filled(store, "BE-08", "DAG", OCTOBER, rows))
    bad = tmp_path / "坏表.xlsx"
    bad.write_bytes(filled(store, "BE-08", "DAG", OCTOBER, [{**rows[0], "r5": 43}]))
    with served(by_the_clock(with_office(store), MOMENT), through=(CLOCK, MOMENT)) as address:
        page, leaks = _open(browser, f"{address}/upload")
        page.set_viewport_size({"width": 1280, "height": 1500})
        page.locator("input[type=file]").set_input_files(str(bad))
        page.get_by_text("处需要改正").wait_for(timeout=PATIENCE)
        assert page.get_by_text("五级评价").first.is_visible() or page.get_by_text("评价总数").first.is_visible()
        settled(page)
        page.locator("input[type=file]").set_input_files(str(good))  # it takes the place of the faulty one
        page.get_by_role("button", name="报送", exact=True).click()
        page.get_by_text("已接收（第 1 版）").wait_for(timeout=PATIENCE)
        assert page.get_by_text("回执号").first.is_visible()
        page.get_by_test_id("stSidebarNav").get_by_text("报送记录").click()
        page.get_by_text("共收到 2 个文件").wait_for(timeout=PATIENCE)
        page.get_by_test_id("stSidebarNav").get_by_text("总览").click()
        page.get_by_text("1 / 49").wait_for(timeout=PATIENCE)
        assert leaks == []
        page.close()
