"""In a real browser: from any number to its cell in at most three clicks, and each address opens the same elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from data.catalogue.in_force import load_catalogue, set_counting_start
from tests.browser.demonstration import CLOCK, by_the_clock
from tests.browser.test_deep_links import PATIENCE, _open, browser, settled, with_office  # noqa: F401 - a fixture
from tests.pages.fabricated import FIRST, NOW, catalogue, small_store
from tests.pages.indicators.test_indicators import INDICATORS
from tests.served import served

pytestmark = pytest.mark.browser
MOST = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server over the small store, whose clock stands at NOW; its address."""
    store = small_store(tmp_path_factory.mktemp("clicks") / "store.duckdb")
    load_catalogue(store, replace(catalogue(), indicators=INDICATORS), NOW)
    set_counting_start(store, FIRST, NOW)
    with served(by_the_clock(with_office(store), NOW.isoformat()), through=(CLOCK, NOW.isoformat())) as started:
        yield str(started)


@pytest.fixture
def office(browser, server: str) -> Iterator:  # noqa: F811
    """A page of the office's, signed in."""
    page, _ = _open(browser, f"{server}/receipts")
    yield page
    page.context.close()


class Clicking:
    """Somebody who clicks, and how often she has. page: where she is now, also in a tab that a click opened."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def link(self, label: str) -> None:
        """A link on the page."""
        self._done(lambda: self.page.get_by_role("link", name=label).first.click(timeout=PATIENCE))

    def mark(self, chart: str, across: float, down: float) -> None:
        """A place of a figure, as shares of its plot."""
        frame = self.page.locator(f".st-key-{chart}")
        frame.scroll_into_view_if_needed()
        box = frame.locator(".nsewdrag").first.bounding_box()
        x, y = box["x"] + box["width"] * across, box["y"] + box["height"] * down
        self.page.mouse.move(x - 4, y)
        self.page.mouse.move(x, y, steps=4)
        self.page.wait_for_timeout(500)
        page = self.page.evaluate("location.pathname")  # the query changes first
        self._done(lambda: self.page.mouse.click(x, y))
        self.page.wait_for_function("page => location.pathname !== page", arg=page, timeout=PATIENCE)
        settled(self.page)

    def line(self, number: int = 0, at: int = 20) -> None:
        """The link in front of a line of the page's first table, which opens a tab. at: behind the boxes to tick, where
        the table has some.
        """
        table = self.page.get_by_test_id("stDataFrame").first
        table.locator("canvas").first.wait_for(timeout=PATIENCE)
        self.page.wait_for_timeout(500)  # what was unfolded grows for a while
        table.evaluate("table => table.scrollIntoView({block: 'center'})")
        self.page.wait_for_timeout(500)
        box = table.locator("canvas").first.bounding_box()
        x, y = box["x"] + at, box["y"] + 35 * (number + 1) + 18
        self.page.mouse.move(x + 60, y)
        self.page.mouse.move(x, y, steps=4)
        self.page.wait_for_timeout(500)
        with self.page.context.expect_page(timeout=PATIENCE) as opening:
            self.page.mouse.click(x, y)
        self.page, self.clicks = opening.value, self.clicks + 1
        settled(self.page)

    def cell(self) -> None:
        """A cell of the form."""
        self._done(lambda: self.page.locator(".zd-form td a").nth(1).click(timeout=PATIENCE))
        self.page.wait_for_selector(".zd-form td.lit", timeout=PATIENCE)

    def _done(self, click: Callable[[], None]) -> None:
        before = self.page.url
        click()
        self.clicks += 1
        self.page.wait_for_function("before => location.href !== before", arg=before, timeout=PATIENCE)
        settled(self.page)


def by_overview(reader: Clicking) -> None:
    reader.link("看已报的")
    reader.line()
    reader.cell()


def by_overview_bar(reader: Clicking) -> None:
    reader.mark("chart-round_bar", 0.2, 0.5)
    reader.line()
    reader.cell()


def by_overview_flag(reader: Clicking) -> None:
    reader.link("打开原表")
    reader.cell()


def by_late_list(reader: Clicking) -> None:
    reader.page.locator("summary", has_text="迟报后已补报").first.click(timeout=PATIENCE)  # unfolds the table
    reader.clicks += 1
    reader.line()
    reader.cell()


def by_heatmap(reader: Clicking) -> None:
    reader.mark("chart-heatmap", 0.16, 0.25)
    reader.line()
    reader.cell()


def by_ranking(reader: Clicking) -> None:
    reader.mark("chart-ranking", 0.3, 0.25)
    reader.line()
    reader.cell()


def by_freshness(reader: Clicking) -> None:
    reader.mark("chart-freshness", 0.25, 0.25)
    reader.line()
    reader.cell()


def by_indicator_cell(reader: Clicking) -> None:
    reader.mark("chart-indicator-heatmap", 0.96, 0.25)
    reader.line()
    reader.cell()


def by_indicator_bar(reader: Clicking) -> None:
    reader.mark("chart-indicator-ranking", 0.2, 0.25)
    reader.line()
    reader.cell()


def by_flag(reader: Clicking) -> None:
    reader.link("打开原表")
    reader.cell()


def by_board(reader: Clicking) -> None:
    reader.line()
    reader.line()
    reader.cell()


def by_receipts(reader: Clicking) -> None:
    reader.line(at=62)
    reader.cell()


def by_versions(reader: Clicking) -> None:
    reader.link("打开原表")
    reader.cell()


WAYS = {
    by_overview: "overview?month=2026-09",
    by_indicator_cell: "indicators?indicator=CASES&month=2026-09",
    by_indicator_bar: "indicators?indicator=CASES&month=2026-09",
    by_overview_bar: "overview?month=2026-09",
    by_overview_flag: "overview?month=2026-10",
    by_late_list: "late?month=2026-10",
    by_heatmap: "timeliness",
    by_ranking: "timeliness",
    by_freshness: "freshness",
    by_flag: "anomalies?month=2026-10",
    by_board: "board",
    by_receipts: "receipts",
    by_versions: "versions?unit=A&template=T1&period=2026-10",
}
"""From a number to its cell → where it begins."""
ORDINARY = (by_heatmap, by_flag)


@pytest.mark.parametrize(
    ("start", "way"),
    [pytest.param(start, way, marks=() if way in ORDINARY else pytest.mark.slow) for way, start in WAYS.items()],
    ids=lambda value: value.__name__ if callable(value) else value.partition("?")[0],
)
def test_from_a_number_to_its_cell(server: str, office, browser, start: str, way: Callable) -> None:  # noqa: F811
    office.goto(f"{server}/{start}")
    settled(office)
    reader = Clicking(office)
    way(reader)
    lit = reader.page.locator(".zd-form td.lit").inner_text()
    assert reader.clicks <= MOST and lit
    colleague, _ = _open(browser, reader.page.url)
    assert colleague.locator(".zd-form td.lit").inner_text() == lit
    assert colleague.locator("h1").first.inner_text() == reader.page.locator("h1").first.inner_text()
    colleague.close()


def test_going_back_finds_the_page_as_it_was(server: str, office) -> None:
    office.goto(f"{server}/timeliness")
    settled(office)
    Clicking(office).mark("chart-heatmap", 0.16, 0.25)
    assert "/dues?" in office.url
    office.go_back()
    office.wait_for_url("**/timeliness", timeout=PATIENCE)
    settled(office)
    assert office.get_by_text("应报 9 份").is_visible()


def test_a_bar_of_the_data_leads_to_its_rows_and_a_figure_answers_above_them(server, office):
    """On the page itself: only what it is asked changes."""
    office.goto(f"{server}/rows?template=T1&view=layout&by=unit&across=none&measure=cases")
    settled(office)
    box = office.locator("[class*=st-key-rows-bars] .nsewdrag").first.bounding_box()
    x, y = box["x"] + 40, box["y"] + box["height"] * 0.25
    office.mouse.move(x - 4, y)
    office.mouse.move(x, y, steps=4)
    office.wait_for_timeout(500)
    office.mouse.click(x, y)
    office.wait_for_function("() => location.search.includes('view=rows')", timeout=PATIENCE)
    settled(office)
    assert "unit=" in office.url
    table = office.get_by_test_id("stDataFrame").first
    box = table.locator("canvas").first.bounding_box()
    office.mouse.click(box["x"] + 420, box["y"] + 35 + 18)
    answer = office.locator(".st-key-rows-answer")
    answer.get_by_text("单元格").wait_for(timeout=PATIENCE)
    assert answer.bounding_box()["y"] < table.bounding_box()["y"]
    assert answer.get_by_role("link").get_attribute("href").split("?")[0].endswith("form")
