"""In a real browser: from the first start to the blanks, and long work that goes on while another page is read."""

import io
import zipfile

import pytest

from tests.browser.demonstration import CLOCK, by_the_clock
from tests.browser.test_deep_links import PATIENCE, _open, browser, settled, until, with_office
from tests.pages.fabricated import empty_store
from tests.ready import reference_store
from tests.served import served

pytestmark = pytest.mark.browser
__all__ = ["browser"]
MOMENT = "2026-11-24T09:00:00+08:00"


def go(page, name: str) -> None:
    """Another page of the menu, in the same tab."""
    page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True).click()
    settled(page)


def test_from_the_first_start_to_the_blanks(browser, tmp_path):
    store = by_the_clock(with_office(empty_store(tmp_path / "store.duckdb")), MOMENT)
    with served(store, through=(CLOCK, MOMENT)) as address:
        page, leaks = _open(browser, f"{address}/welcome")
        page.get_by_role("button", name="从这个月开始").click()
        page.get_by_text("首次截止前要做的事（完成 ").wait_for(timeout=PATIENCE)
        page.get_by_text("第一个统计的是").first.wait_for(timeout=PATIENCE)
        go(page, "领取模板")
        page.get_by_role("button", name="制作全部单位的空白表").click()
        go(page, "报送期限")
        page.get_by_text("份。").first.wait_for(timeout=PATIENCE)
        with page.expect_download(timeout=PATIENCE) as downloaded:
            page.get_by_role("button", name="下载 .zip").click()
        with zipfile.ZipFile(io.BytesIO(downloaded.value.path().read_bytes())) as archive:
            assert {path.split("/")[0] for path in archive.namelist()} == {"甲科", "乙科"}
        page.get_by_role("button", name="知道了").click()
        page.get_by_role("button", name="下载 .zip").wait_for(state="detached", timeout=PATIENCE)
        go(page, "总览")
        page.get_by_role("button", name="不再显示").click()
        page.get_by_text("首次截止前要做的事").wait_for(state="detached", timeout=PATIENCE)
        assert leaks == []
        page.close()


@pytest.mark.slow
def test_the_demonstration_survives_another_page_and_the_end_of_the_server(browser, tmp_path):
    store = by_the_clock(with_office(reference_store(tmp_path / "store.duckdb")), MOMENT)
    with served(store, through=(CLOCK, MOMENT)) as address:
        page, _ = _open(browser, f"{address}/welcome")
        page.get_by_role("button", name="载入演示数据").click()
        page.get_by_text("正在装入演示数据").first.wait_for(timeout=PATIENCE)
        go(page, "报送期限")
        page.get_by_text("，可以去看别的页面").first.wait_for(timeout=PATIENCE)
        until(page, "Number((document.body.innerText.match(/(\\d+) \\/ \\d+，可以/) || [])[1]) > 60")
        page.close()
    with served(store, through=(CLOCK, MOMENT)) as address:
        page, _ = _open(browser, f"{address}/deadlines")
        page.get_by_text("演示数据只装了一半").wait_for(timeout=PATIENCE)
        page.get_by_role("button", name="接着装").click()
        page.get_by_text("演示数据装好了").wait_for(timeout=3 * PATIENCE)
        page.get_by_text("演示数据只装了一半").wait_for(state="detached", timeout=PATIENCE)
        page.close()
