"""A past moment, chosen once in the frame: every monitoring page shows it, says so, and offers nothing to do."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from data.access import OWNER
from data.catalogue.model import Obligation
from data.store import Store
from data.submissions.received import entered_later
from pages.frame import asking
from tests.conftest import shanghai, signed_in
from tests.data import worlds
from tests.data.worlds import Sent, World
from tests.pages.round.test_round import metrics, opened, words

OCTOBER = datetime(2026, 10, 1).date()
NOW = shanghai("2026-11-27T10:00")
FOLLOWING = [
    "round/overview", "round/late", "round/timeliness", "round/freshness", "anomalies/anomalies", "boards/board",
    "supervision/supervision", "receipts/receipts", "receipts/versions", "documents/documents",
]  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Three owe; one came on the 20th, one on the 24th; one was received on the 21st and entered on the 25th."""
    obligations = [Obligation(unit, "T1", OCTOBER, OCTOBER) for unit in ("U1", "U2", "U3")]
    days = {"U1": "20", "U2": "24", "U3": "21"}
    sent = [Sent(unit, "T1", OCTOBER, shanghai(f"2026-11-{day}T09:00")) for unit, day in days.items()]
    made = worlds.opened(tmp_path, World(worlds.catalogue(obligations), sent), shanghai("2026-10-01T00:00"))
    with made.write() as cursor:
        cursor.execute("UPDATE submission SET recorded_at = received_at")
        cursor.execute("UPDATE submission SET recorded_at = ? WHERE unit_code = 'U3'", [shanghai("2026-11-25T09:00")])
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    signed_in(monkeypatch)
    yield made
    made.close()


def test_what_was_entered_later_is_counted_and_can_be_left_out(store: Store) -> None:
    moment = shanghai("2026-11-23T09:00")
    assert entered_later(store, moment) == 1
    assert entered_later(store, shanghai("2026-11-25T09:00")) == 0
    assert store.known_at(moment).value("SELECT count(*) FROM submission") == 1
    assert store.known_at(moment).seen_by(OWNER).value("SELECT count(*) FROM submission") == 1
    assert store.value("SELECT count(*) FROM submission") == 3  # the store itself hides nothing


def test_a_past_moment_by_the_address(store: Store) -> None:
    assert metrics(opened())["已报 / 应报"] == "3 / 3"
    app = opened(as_of="2026-11-23T09:00")
    assert metrics(app)["已报 / 应报"] == "2 / 3"
    assert "这是 2026-11-23 09:00 的情况。 其中 1 份在此之前收到、之后才录入。" in words(app)
    app.toggle(key="known").set_value(True).run()
    assert metrics(app)["已报 / 应报"] == "1 / 3"
    assert "当时收到但之后才录入的 1 份没有算进来。" in words(app)
    assert (app.query_params["as_of"], app.query_params["known"]) == ("2026-11-23T09:00", "then")


def test_the_address_alone_shows_what_was_known_then(store: Store) -> None:
    assert metrics(opened(as_of="2026-11-23T09:00", known="then"))["已报 / 应报"] == "1 / 3"


def test_it_is_chosen_in_the_frame_kept_through_pages_and_left_with_a_button(store: Store) -> None:
    app = opened()
    app.datetime_input(key="as_of").set_value(datetime(2026, 11, 23, 9)).run()
    assert metrics(app)["已报 / 应报"] == "2 / 3"
    app.switch_page("../round/late.py").run()
    assert "这是 2026-11-23 09:00 的情况。" in words(app)
    (back,) = [button for button in app.button if button.label == "回到现在"]
    back.click().run()
    assert "这是" not in words(app) and "as_of" not in app.query_params


@pytest.mark.parametrize("page", FOLLOWING)
def test_every_monitoring_page_says_which_moment_it_shows(store: Store, page: str) -> None:
    assert "这是 2026-11-23 09:00 的情况。" in words(opened(page, as_of="2026-11-23T09:00"))


@pytest.mark.parametrize("page", ["hand_in/upload", "deadlines/deadlines", "reminders/reminders", "people/users"])
def test_a_page_that_shows_the_present_claims_no_other_moment(store: Store, page: str) -> None:
    app = opened(page, as_of="2026-11-23T09:00")
    assert "这是" not in words(app)
    assert not [control for control in app.datetime_input if control.key == "as_of"]


@pytest.mark.parametrize("written", ["2027-01-01T00:00", "yesterday", "", "2026-11-31T09:00", "2026-11-27T10:00+08:00"])
def test_what_is_no_past_moment_is_the_present(store: Store, written: str) -> None:
    app = opened(as_of=written)
    assert metrics(app)["已报 / 应报"] == "3 / 3"
    assert "这是" not in words(app) and "as_of" not in app.query_params


@pytest.mark.parametrize("page", ["supervision/supervision", "anomalies/anomalies", "boards/board"])
def test_nothing_can_be_done_in_the_past(store: Store, page: str) -> None:
    def offered(app: AppTest) -> set[str]:
        return {button.label for button in app.button} - {"退出登录", "回到现在"}

    assert offered(opened(page, as_of="2026-11-26T09:00")) == set()
    if page == "boards/board":  # whose settings the office may change at present
        assert offered(opened(page))
