"""What waits to be sent: it outlives the program, is its owner's alone, and is bounded."""

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data import waiting
from data.waiting import Waiting, WaitingFile, waiting_id_of

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb.waiting"


def file(content: bytes, name: str = "a.xlsx", at: datetime = AT, **more) -> WaitingFile:
    return WaitingFile(waiting_id_of(content, name, "", None), name, "", None, at, size=len(content), **more)


def test_a_file_outlives_the_program_with_what_was_written(path):
    kept = file(b"one", about=(("A", "T1", date(2026, 10, 1)),), explanations={"k": "因为"})
    first = Waiting(path)
    assert first.keep("wang", kept, b"one", LONG_AGO)
    first.explain("wang", kept.waiting_id, {"k": "因为上月结转"})
    first.close()
    second = Waiting(path)
    (again,) = second.of("wang")
    assert (again.about, again.arrived_at, again.size) == (kept.about, AT, 3)
    assert again.explanations == {"k": "因为上月结转"}
    assert second.content("wang", kept.waiting_id) == b"one"
    second.drop("wang", kept.waiting_id)
    assert second.of("wang") == [] and second.content("wang", kept.waiting_id) is None
    second.close()


def test_it_is_its_owners_alone(path):
    files = Waiting(path)
    kept = file(b"one")
    files.keep("wang", kept, b"one", LONG_AGO)
    assert files.of("li") == [] and files.content("li", kept.waiting_id) is None and files.used("li") == (0, 0)
    files.drop("li", kept.waiting_id)
    assert files.used("wang") == (1, 3)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    files.close()


def test_the_same_file_again_keeps_its_words_and_the_moment_that_still_counts(path):
    files = Waiting(path)
    files.keep("wang", file(b"one", explanations={"k": "因为"}), b"one", LONG_AGO)
    later = AT + timedelta(minutes=30)
    assert files.keep("wang", file(b"one", at=later), b"one", later - timedelta(hours=1))
    (kept,) = files.of("wang")
    assert (kept.arrived_at, kept.explanations) == (AT, {"k": "因为"})
    much_later = AT + timedelta(hours=3)
    files.keep("wang", file(b"one", at=much_later), b"one", much_later - timedelta(hours=1))
    assert [one.arrived_at for one in files.of("wang")] == [much_later]
    files.close()


@pytest.mark.parametrize(("name", "limit"), [("MAX_FILES", 2), ("MAX_BYTES", 6), ("MAX_OF_ALL", 6)])
def test_there_is_no_room_for_ever_more(path, monkeypatch, name, limit):
    monkeypatch.setattr(waiting, name, limit)
    files = Waiting(path)
    assert all(files.keep("wang", file(content), content, LONG_AGO) for content in (b"one", b"two"))
    assert not files.keep("wang", file(b"third"), b"third", LONG_AGO)
    assert files.keep("wang", file(b"one"), b"one", LONG_AGO)  # it waits already
    assert files.keep("li", file(b"third"), b"third", LONG_AGO) is (name != "MAX_OF_ALL")
    files.clear()
    assert files.used("wang") == (0, 0)
    files.close()
