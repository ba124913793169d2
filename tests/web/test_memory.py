"""Rubbish is collected once a minute, not after each rerun, and not among what the start left."""

import gc
import threading
import tomllib
from pathlib import Path

import pytest

from web import memory

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_no_rerun_pays_for_a_whole_collection() -> None:
    assert tomllib.loads(CONFIG.read_text(encoding="utf-8"))["runner"]["postScriptGC"] is False


def test_what_is_there_at_the_start_is_looked_through_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    is_collected = threading.Event()
    monkeypatch.setattr(memory, "SECONDS", 0.01)
    collecting = memory.Collecting()
    before = gc.get_freeze_count()
    try:
        collecting.start()
        assert gc.get_freeze_count() > before
        monkeypatch.setattr(gc, "collect", lambda *_: is_collected.set() or 0)
        assert is_collected.wait(5)
    finally:
        collecting.stop()
        gc.unfreeze()


def test_it_may_end_before_it_has_begun() -> None:
    memory.Collecting().stop()
