"""Every page in a browser, and what its rerun costs the server.

python -m bench.pages STORE [--rounds N]

STORE: one with a history (python -m loaders sample); it is copied, never changed. Prints, a line a page: from the click
in the menu until everything is drawn, in Debian's chromium, warm; processor time of the server for one warm rerun; what
the rerun sends. Then the first load with an empty cache: seconds, and megabytes over the wire.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.month import copied
from bench.visitor import memory_megabytes, processor_seconds, signed_in, tab, with_accounts
from tests.browser.test_deep_links import ARGUMENTS, CHROMIUM, PATIENCE
from tests.served import Served, served

RERUNS = 10
USER = "bench-office"
MENU = (
    "overview late upload declare templates review receipts versions indicators rows timeliness freshness anomalies "
    "board unit supervision deadlines documents reminders users audit"
)
# A page is drawn when its script has ended, nothing of the page before is left, and every chart and table that can be
# seen without scrolling has its picture; of what only its rim is seen, none is wanted.
DRAWN = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const isSeen = one => one.offsetParent && one.getBoundingClientRect().top < window.innerHeight - 100
        && one.getBoundingClientRect().height > 0;
    const haveAll = (kind, picture) => [...document.querySelectorAll(`[data-testid=${kind}]`)]
        .every(one => !isSeen(one) || one.querySelector(picture));
    return app && app.dataset.testScriptState === 'notRunning' && document.querySelector('h1')
        && !document.querySelector('[data-stale=true]')
        && haveAll('stPlotlyChart', '.main-svg') && haveAll('stDataFrame', 'canvas');
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = copied(options.store, Path(folder))
        with_accounts(store, [])
        path = store.path
        store.close()
        with served(path) as server:
            costs = _costs(server, MENU.split())
            _print_browser(server, MENU.split(), costs, options.rounds)


def _costs(server: Served, pages: Sequence[str]) -> list[float]:
    """Processor milliseconds of a warm rerun of each page; prints them, those of the first, and kB that it sends."""
    costs = []
    with tab(signed_in(server.address, USER)) as office:
        office.open("anomalies")  # every figure is judged once after a start
        for page in pages:
            first = _cost(server, lambda page=page: office.open(page), 1)
            warm = min(_cost(server, lambda page=page: office.open(page), RERUNS) for _ in range(2))
            costs.append(warm)
            print(f"{page:12} first {first:5.0f} ms, warm {warm:4.0f} ms of processor time, sends", end=" ")
            print(f"{office.size / 1024:4.0f} kB", flush=True)
    return costs


def _cost(server: Served, act, times: int) -> float:
    before = processor_seconds(server.process_id)
    for _ in range(times):
        act()
    time.sleep(0.1)
    return 1000 * (processor_seconds(server.process_id) - before) / times


def _print_browser(server: Served, pages: Sequence[str], costs: Sequence[float], rounds: int) -> None:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        seconds, megabytes, page = _first_load(browser, server)
        drawn = {name: [] for name in pages}
        for _ in range(rounds + 1):  # the first round warms
            for name in (*pages[1:], pages[0]):  # the first of them is open already
                drawn[name].append(_click(page, name))
        browser.close()
    every = []
    for name in pages:
        seconds_of_page = statistics.median(drawn[name][1:])
        every.append(seconds_of_page)
        print(f"{name:12} drawn {1000 * seconds_of_page:5.0f} ms, most {1000 * max(drawn[name][1:]):5.0f} ms")
    print(f"all pages: drawn p50 {1000 * statistics.median(every):.0f} ms, most {1000 * max(every):.0f} ms")
    print(f"a warm rerun: p50 {statistics.median(costs):.0f} ms of processor time, most {max(costs):.0f} ms")
    print(f"first load, nothing in the browser's cache: {seconds:.2f} s, {megabytes:.2f} MB over the wire")
    print("memory of the server: {} MB, at most {} MB".format(*memory_megabytes(server.process_id)))


def _first_load(browser, server: Served) -> tuple[float, float, Page]:
    """Signed in already, as most people are who open a page: seconds, megabytes, and the page."""
    cookies = signed_in(server.address, USER).cookies
    for is_counted in (False, True):  # the server packs each script once after its start
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": name, "value": value, "url": server.address} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        received = []
        network.on("Network.loadingFinished", lambda told, sizes=received: sizes.append(told["encodedDataLength"]))
        network.on(
            "Network.webSocketFrameReceived",
            lambda told, sizes=received: sizes.append(len(told["response"]["payloadData"]) * 3 / 4),
        )
        began = time.perf_counter()
        page.goto(server.address)
        page.wait_for_function(DRAWN, polling=10)
        took = time.perf_counter() - began
        if not is_counted:
            context.close()
    return took, sum(received) / 1e6, page


def _click(page: Page, name: str) -> float:
    """Seconds from the click in the menu until the page is drawn."""
    links = page.locator("[data-testid=stSidebarNav] a")
    link = links.first if name == "overview" else page.locator(f"[data-testid=stSidebarNav] a[href$='/{name}']").first
    title = page.locator("h1").first.inner_text()
    began = time.perf_counter()
    link.click()
    page.wait_for_function(
        "before => { const title = document.querySelector('h1'); return title && title.innerText !== before; }",
        arg=title,
        polling=10,
    )
    page.wait_for_function(DRAWN, polling=10)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
