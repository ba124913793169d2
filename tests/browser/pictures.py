"""The pictures of README and docs/users: `python -m tests.browser.pictures [FOLDER]`.

Taken of the demonstration, with a server whose clock stands: on the 20th of November 2026 for what a clerk does, on
the 23rd for what the office and the leader see. Wants Debian's chromium and fonts-noto-cjk, and some ten minutes.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from data.store import Store
from locales import LOCALES, say
from tests.browser.demonstration import CLOCK, OFFICE_NAME, UNIT, demonstration, grant_an_extension
from tests.browser.test_deep_links import ARGUMENTS, CHROMIUM
from tests.conftest import OCTOBER, filled, sample_rows
from tests.served import ROOT, served
from tests.web.people import PASSWORD

FOLDER = ROOT / "docs" / "pictures"
BEFORE, AFTER = "2026-11-20T10:12:00+08:00", "2026-11-23T09:05:00+08:00"
DESK, PHONE = {"width": 1440, "height": 1040}, {"width": 390, "height": 844}
OFFICE, CLERK, LEADER = "office", "wangfang", "lina"
COLOURS = 64
LARGEST = 150_000
PATIENCE = 180_000  # milliseconds, on a machine that has other things to do
_IS_STILL = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner], [data-stale=true]')"""


@dataclass
class Camera:
    """Takes pictures of one server, in one language."""

    browser: Browser
    address: str
    folder: Path
    language: str
    _signed_in: dict[str, BrowserContext] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """What the program writes at that place."""
        return say(self.language, key, **values)

    @contextmanager
    def page(self, user: str, path: str) -> Iterator[Page]:
        """A page of the program as this account sees it, drawn to the end; the leader looks on her phone."""
        page = self._context(user).new_page()
        page.goto(f"{self.address}/{path}{'&' if '?' in path else '?'}lang={self.language}")
        page.wait_for_selector("h1", timeout=PATIENCE)
        settle(page)
        yield page
        page.close()

    def _context(self, user: str) -> BrowserContext:
        if user not in self._signed_in:
            size = PHONE if user == LEADER else DESK
            self._signed_in[user] = self.browser.new_context(locale=self.language, viewport=size)
            page = self._signed_in[user].new_page()
            page.goto(f"{self.address}/late")
            page.fill("#user", user)
            page.fill("#password", PASSWORD)
            page.click("form button")
            page.wait_for_selector("h1", timeout=PATIENCE)
            page.close()
        return self._signed_in[user]

    def take(self, name: str, page: Page, height: int | None = None) -> None:
        """Save what the window shows, in few colours; height: of the window, for this picture."""
        size = page.viewport_size
        if height:
            page.set_viewport_size(size | {"height": height})
            settle(page)
        path = self.folder / f"{name}.{self.language}.png"
        page.screenshot(path=path)
        page.set_viewport_size(size)
        with Image.open(path) as taken:
            small = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        print(f"{path.name}\t{path.stat().st_size}", flush=True)
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.name}: expected at most {LARGEST} bytes, found {path.stat().st_size}")

    def open_and_take(self, name: str, user: str, path: str, height: int | None = None) -> None:
        """A page as it opens."""
        with self.page(user, path) as page:
            self.take(name, page, height)


def settle(page: Page) -> None:
    """Wait until the page has stopped running, and holds no place for what is still to be drawn."""
    for _ in range(2):  # what has just stopped may run once more, by itself
        page.wait_for_function(_IS_STILL, timeout=PATIENCE)
        page.wait_for_timeout(800)


@contextmanager
def uploaded(camera: Camera, file: Path, button: str) -> Iterator[Page]:
    """The page of handing in after a file was dropped on it; button: what the file's card ends with."""
    with camera.page(CLERK, "upload") as page:
        page.locator("input[type=file]").set_input_files(str(file))
        page.get_by_role("button", name=camera.say(button), exact=True).wait_for(timeout=PATIENCE)
        settle(page)
        yield page
        put_away(camera, page)


def put_away(camera: Camera, page: Page) -> None:
    """What was not sent would wait on the next picture."""
    for key in ("waiting.throw", "waiting.put_away"):
        button = page.get_by_role("button", name=camera.say(key), exact=True)
        if button.count():
            button.first.click()
            settle(page)


def of_the_clerk(camera: Camera, bad: Path, asked: Path) -> None:
    """The blanks, a file that comes back, one that wants an explanation, a zero report."""
    camera.open_and_take("clerk-tasks", CLERK, "tasks", 1300)
    camera.open_and_take("clerk-templates", CLERK, "templates")
    with uploaded(camera, bad, "upload.marked") as page:
        camera.take("clerk-returned", page, 1060)
    with uploaded(camera, asked, "upload.send") as page:
        camera.take("clerk-explain", page, 1060)
    camera.open_and_take("clerk-declare", CLERK, "declare")


def of_the_receipt(camera: Camera, good: Path) -> None:
    """A file is handed in for good: each language wants one of its own, and nothing is the same afterwards."""
    with uploaded(camera, good, "upload.send") as page:
        camera.take("clerk-ready", page)
        page.get_by_role("button", name=camera.say("upload.send"), exact=True).click()
        page.get_by_text(camera.say("upload.receipt_text")).wait_for(timeout=PATIENCE)
        settle(page)
        camera.take("clerk-receipt", page)


def of_the_round(camera: Camera) -> None:
    """The morning of the 23rd, for the office and for the leader's phone."""
    camera.open_and_take("overview", OFFICE, "overview", 1300)
    camera.open_and_take("late", OFFICE, "late", 1250)
    camera.open_and_take("leader-overview", LEADER, "overview")
    camera.open_and_take("leader-late", LEADER, "late")
    camera.open_and_take("leader-supervision", LEADER, "supervision", 1500)


def of_the_office(camera: Camera) -> None:
    """How a missing return is defended, and what is done about it."""
    camera.open_and_take("receipts", OFFICE, "receipts")
    with camera.page(OFFICE, "deadlines") as page:
        page.get_by_role("tab", name=camera.say("due.changes")).click()
        settle(page)
        camera.take("deadlines", page)
    for name in ("anomalies", "documents", "supervision", "reminders", "users"):
        camera.open_and_take(name, OFFICE, name)
    camera.open_and_take("board", OFFICE, "board?month=2026-09")
    camera.open_and_take("clerk-anomalies", CLERK, "anomalies")


def workbooks(store_path: Path, folder: Path) -> tuple[dict[str, Path], Path, Path]:
    """Workbooks of the clerk's: one a language with nothing to mend, one with a slip, one that wants a reason."""
    store = Store(store_path)

    def written(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    rows = [{**row, "r5": 43} for row in sample_rows("BE-08", UNIT)]
    good = {
        language: written(f"{code} 行政审批科 2026-10.xlsx", filled(store, code, UNIT, OCTOBER))
        for language, code in zip(LOCALES, ("BE-08", "BE-09"), strict=True)
    }
    bad = written("BE-08 行政审批科 2026-10（初稿）.xlsx", filled(store, "BE-08", UNIT, OCTOBER, rows))
    asked = written("BE-01 行政审批科 2026-10.xlsx", filled(store, "BE-01", UNIT, OCTOBER))
    store.close()
    return good, bad, asked


def main(folder: Path, stores: Path) -> None:
    """Take all of them, anew. stores: where the two demonstrations are made, or are from before."""
    folder.mkdir(parents=True, exist_ok=True)
    before, after = demonstration(stores, BEFORE), demonstration(stores, AFTER)
    good, bad, asked = workbooks(before, stores)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        with served(before, through=(CLOCK, BEFORE)) as address:
            cameras = [Camera(browser, str(address), folder, language) for language in LOCALES]
            for camera in cameras:
                of_the_clerk(camera, bad, asked)
            for camera in cameras:
                of_the_receipt(camera, good[camera.language])
        with served(after, {"LOGNAME": OFFICE_NAME}, through=(CLOCK, AFTER)) as address:
            cameras = [Camera(browser, str(address), folder, language) for language in LOCALES]
            for camera in cameras:
                of_the_round(camera)
            grant_an_extension(after, AFTER)
            for camera in cameras:
                of_the_office(camera)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, Path(place))
