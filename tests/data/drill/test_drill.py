"""The restore drill: what differs is named, what came after the backup is no difference, and nothing is touched."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data import audit
from data.access import Forbidden, Person, Role
from data.backup import backup, backup_into, check, present_faults, restore
from data.boards.publishing import publish
from data.commands import main
from data.drill.asked import ASKED
from data.drill.drill import FAILED, PASSED, drill
from data.drill.standing import AGE, drill_standing
from data.dues.changes import Until, extend
from data.people import accounts
from data.store import Store, open_store
from data.store_errors import StoreError
from tests.conftest import NOW, OCTOBER, REASON, filled, ingest, shanghai
from tests.ready import ready_copy, reference_store

AT = shanghai("2026-11-18T09:30:00")
LATER = Until(AT.date() + timedelta(days=9))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with returns, a change, a board and an account."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "place" / "store.duckdb"))
    store = Store(ready_copy(_in_use, tmp_path / "place" / "store.duckdb"))
    yield store
    store.close()


def _in_use(path: Path) -> None:
    store = reference_store(path, NOW)
    ingest(store, filled(store, "BE-08", "FJS"), "a.xlsx", AT)
    ingest(store, b"no workbook", "b.xlsx", AT)
    extend(
        store,
        [("DAG", "BE-08", OCTOBER)],
        Until(AT.date() + timedelta(days=9)),
        "系统故障，经局办公室同意",
        store.now(),
    )
    publish(store, "month", OCTOBER, shanghai("2026-11-24T09:00:00"))
    accounts.create(store, "wang", "王五", Role.REPORTER, "FJS")
    store.close()


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> Path:
    """A backup of it in a folder of its own."""
    (tmp_path / "copies").mkdir()
    return backup_into(store, tmp_path / "copies", store.now(), 5).made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer questions, where it does not matter which."""
    quick = ("dues", "late", "timeliness", "received", "changes", "issues", "published")
    monkeypatch.setattr("data.drill.drill.ASKED", {name: ASKED[name] for name in quick})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _last(store: Store) -> tuple[str, dict]:
    row = store.rows('SELECT "action", details FROM audit ORDER BY audit_no DESC LIMIT 1')[0]
    return row.action, json.loads(row.details)


def test_a_good_backup_is_told_and_noted_and_nothing_is_touched(store: Store, copy: Path, tmp_path: Path) -> None:
    """What came after it is no difference, though it says that it was received before."""
    late_entry = filled(store, "BE-08", "DAG")
    assert ingest(store, late_entry, "c.xlsx", AT + timedelta(hours=3), "", REASON).outcome == "accepted"
    extend(
        store,
        [("XZSP", "BE-01", OCTOBER)],
        Until(AT.date() + timedelta(days=9)),
        "系统故障，经局办公室同意",
        store.now(),
    )
    before, beside = _digest(copy), sorted(tmp_path.rglob("*"))
    result = drill(store)
    assert result.is_good and result.backup == copy and result.questions == len(ASKED) and result.rows > 50
    assert _digest(copy) == before and sorted(tmp_path.rglob("*")) == beside  # the scratch is swept
    action, details = _last(store)
    assert action == PASSED and details["rows"] == result.rows and details["differences"] == []
    assert check(store) == []


@pytest.mark.parametrize(
    ("loss", "asked"),
    [
        ("DELETE FROM submission WHERE outcome = 'accepted'", {"dues", "late", "timeliness", "received"}),
        ("UPDATE submission SET received_at = received_at + INTERVAL 9 DAY", {"dues", "received"}),
        ("DELETE FROM due_change", {"changes", "dues", "late"}),
        ("DELETE FROM issue", {"issues", "received"}),
        ("DELETE FROM board_publication", {"published"}),
    ],
)
def test_what_the_store_has_lost_since_is_named(
    store: Store, few: None, copy: Path, loss: str, asked: set[str]
) -> None:
    with store.write() as cursor:
        cursor.execute(loss)
    result = drill(store, copy)
    named = {difference.question for difference in result.differences}
    assert not result.is_good and asked <= named, named
    assert all(difference.only_backup or difference.only_store for difference in result.differences)
    action, details = _last(store)
    assert action == FAILED and {told.split(":")[0] for told in details["differences"]} == named


def test_a_backup_that_is_damaged_or_of_another_store_fails_the_drill(
    store: Store, few: None, copy: Path, tmp_path: Path
) -> None:
    content = bytearray(copy.read_bytes())
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_bytes(content[: len(content) // 2])
    result = drill(store, damaged)
    assert not result.is_good and result.as_of is None and str(damaged) in result.faults[0]
    assert _last(store)[0] == FAILED
    other = reference_store(tmp_path / "other.duckdb", NOW)
    audit.note(other, audit.Act("tried"))
    backup(other, tmp_path / "of-another.duckdb")
    other.close()
    assert any("another store" in fault for fault in drill(store, tmp_path / "of-another.duckdb").faults)


def test_a_changed_figure_of_the_backup_is_found_by_its_own_trail(store: Store, copy: Path, monkeypatch) -> None:
    monkeypatch.setattr("data.drill.drill.ASKED", {"indicators": ASKED["indicators"]})
    made = Store(copy)
    with made.write() as cursor:
        cursor.execute("UPDATE fact SET num = num + 1 WHERE num > 0")
    made.close()
    result = drill(store, copy)
    assert any("figures" in fault for fault in result.faults)
    assert [difference.question for difference in result.differences] == ["indicators"]


def test_doubtful_copies_and_other_files_are_not_chosen(store: Store, few: None, copy: Path) -> None:
    shutil.copy(copy, copy.with_name("zhundian-20991231T000000Z.doubtful.duckdb"))
    (copy.parent / "notes.duckdb").write_bytes(b"somebody's own")
    assert drill(store, copy.parent).backup == copy


def test_without_a_backup_or_room_it_does_not_run(store: Store, copy: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(StoreError, match="expected a backup"):
            drill(store, source)
    usage = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr("data.drill.drill.shutil.disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="bytes free") as refused:
        drill(store, copy)
    assert refused.value.cause == "full"
    monkeypatch.undo()
    copy.unlink()
    with pytest.raises(StoreError, match="--from"):
        drill(store)
    with pytest.raises(Forbidden):
        drill(store.seen_by(Person("li", "李", Role.LEADER)))


def test_what_a_killed_drill_left_is_swept_by_the_next(store: Store, few: None, copy: Path, tmp_path: Path) -> None:
    left = store.path.with_name(f"{store.path.name}.drill-abcd")
    left.mkdir()
    (left / "store.duckdb").write_bytes(b"half")
    assert drill(store, copy, tmp_path / "place").is_good and not left.exists()


def test_the_command_says_how_it_went(store: Store, few: None, copy: Path, capsys) -> None:
    store.close()
    assert main(["drill", "--json", "--from", str(copy.parent)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_good"] and told["backup"] == str(copy) and told["differences"] == told["faults"] == []
    with open_store().write() as cursor:
        cursor.execute("DELETE FROM due_change")
    assert main(["drill"]) == 1
    assert "changes: 1 rows of the backup alone" in capsys.readouterr().out
    assert main(["drill", "--from", str(copy.parent.parent / "nowhere")]) == 2
    open_store().close()


def test_a_drill_is_wanted_once_a_month_and_after_a_bad_one(store: Store) -> None:
    now = store.now()
    assert drill_standing(store, now).is_late is False  # nothing was ever copied: that is told already
    audit.note(store, audit.Act("backup_written"), at=now)
    assert not drill_standing(store, now + AGE).is_late
    assert drill_standing(store, now + AGE + timedelta(seconds=1)).is_late
    audit.note(store, audit.Act(PASSED), at=now + AGE)
    assert not drill_standing(store, now + AGE * 2).is_late
    audit.note(store, audit.Act(FAILED), at=now + AGE + timedelta(hours=1))
    standing = drill_standing(store, now + AGE + timedelta(hours=2))
    assert standing.is_late and standing.is_bad


def test_a_backup_of_a_store_that_once_lost_something_can_be_restored(tmp_path: Path) -> None:
    """What is told for ever is no reason to refuse the only copy that there is."""
    path = tmp_path / "store.duckdb"
    store = reference_store(path, NOW)
    audit.note(store, audit.Act("tried"))
    audit.head_path(path).unlink()
    assert audit.note_loss(store)
    backup(store, tmp_path / "copy.duckdb")
    store.close()
    restore(tmp_path / "copy.duckdb", path)
    again = Store(path)
    assert check(again) and present_faults(again) == []
    again.close()
