"""Figures are judged at the start and after a write, so that a page finds it done."""

import time
from datetime import UTC, datetime

from data.store import StoreError
from web import judging as module
from web.judging import Judging


class _Store:
    """A store that counts as written when it is told so."""

    state = (0, 0)

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)


def _until(is_done) -> bool:
    end = time.monotonic() + 20
    while not is_done() and time.monotonic() < end:
        time.sleep(0.01)
    return is_done()


def test_what_was_written_is_judged_once_and_nothing_else(monkeypatch):
    store, asked = _Store(), []
    monkeypatch.setattr(module, "anomalies", lambda asked_store, _: asked.append(asked_store.state))
    judging = Judging(lambda: store, pause=0.01)
    judging.start()
    try:
        assert _until(lambda: asked == [(0, 0)])
        store.state = (0, 1)
        assert _until(lambda: asked == [(0, 0), (0, 1)])
        time.sleep(0.1)
    finally:
        judging.stop()
    assert asked == [(0, 0), (0, 1)]


def test_a_store_that_cannot_be_opened_is_tried_again(monkeypatch):
    store, tries, asked = _Store(), [], []
    monkeypatch.setattr(module, "anomalies", lambda *_: asked.append(1))

    def store_of():
        tries.append(1)
        if len(tries) < 3:
            raise StoreError("locked")
        return store

    judging = Judging(store_of, pause=0.01)
    judging.start()
    try:
        assert _until(lambda: asked == [1])
    finally:
        judging.stop()
