"""A store that is missing is a loss to be told, not one to be made; and a restore that dies is finished or undone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data import audit, traces, witness
from data import backup as backups
from data.access import OWNER, Role
from data.backup import backup, backup_into, check, create_anew, restore
from data.commands import main
from data.people import accounts
from data.store import Store, open_store
from data.store_errors import StoreMissing
from tests.conftest import NOW, filled, ingest, shanghai
from tests.ready import reference_store

AT = shanghai("2026-11-18T09:30:00")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process is set to have its store; nothing is there."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "disk" / "store.duckdb"))
    monkeypatch.setenv("ZHUNDIAN_WITNESS", str(tmp_path / "witness"))
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "store.duckdb"


def in_use(path: Path, is_earnest: bool = True) -> None:
    """A closed store that took a workbook in; in earnest somebody has an account."""
    store = reference_store(path, NOW)
    ingest(store, filled(store, "BE-08", "FJS"), "a.xlsx", AT)
    if is_earnest:
        accounts.create_first(store, "admin", "张建国", "a-good-Password-1")
    store.close()


def test_a_new_path_is_a_new_store(path):
    Store(path).close()
    assert main(["check"]) == 0
    open_store().close()


@pytest.mark.parametrize("left", [".audit", ".sessions", ".arriving", ".before-20261101T000000Z", ".restoring", ".wal"])
def test_where_traces_lie_nothing_is_made(path, left):
    traces.beside(path, left).write_text('{"kept": "x"}' if left == ".restoring" else "x", encoding="utf-8")
    if left == ".restoring":  # a restore that was cut short after all was moved, and then the store was lost
        traces.beside(path, ".audit").write_text("x", encoding="utf-8")
    with pytest.raises(StoreMissing, match="restore"):
        Store(path)
    assert not path.exists()


def test_a_lost_file_is_told_and_not_backed_up_over(path, tmp_path, capsys):
    in_use(path, is_earnest=False)
    path.unlink()
    (tmp_path / "copies").mkdir()
    for words in (["check"], ["backup", str(tmp_path / "copies"), "--keep", "1"], ["late"]):
        assert main(words) == 2
        assert "is missing" in capsys.readouterr().err
    assert not path.exists() and list((tmp_path / "copies").iterdir()) == []


def test_an_unmounted_disk_is_told_with_the_newest_backup_and_what_it_lacks(path, tmp_path, capsys):
    in_use(path)
    (tmp_path / "copies").mkdir()
    assert main(["backup", str(tmp_path / "copies")]) == 0
    (copy,) = (tmp_path / "copies").iterdir()
    audit.note(open_store(), audit.Act("tried"))
    open_store().close()
    path.parent.rename(tmp_path / "away")
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert "is missing" in told and str(copy) in told and "acts noted after it: 1" in told
    assert not path.exists()
    path.parent.mkdir(exist_ok=True)  # the empty mount point
    with pytest.raises(StoreMissing):
        Store(path)
    path.parent.rmdir()
    (tmp_path / "away").rename(path.parent)
    assert main(["check"]) == 0
    open_store().close()


def test_a_new_store_in_its_place_is_an_act_of_its_own(path, capsys):
    in_use(path)
    path.unlink()
    assert main(["create"]) == 0
    assert main(["create"]) == 2  # there is one now
    store = Store(path)
    assert store.value("SELECT count(*) FROM audit WHERE \"action\" = 'store_created'") == 1
    assert check(store) == []
    store.close()
    assert list(path.parent.glob("store.duckdb.before-*.audit"))


# Backups


@pytest.fixture
def copies(path, tmp_path) -> Path:
    """A folder with three good copies of a store in use, a day between."""
    in_use(path)
    folder = tmp_path / "copies"
    folder.mkdir()
    store = Store(path)
    for day in (3, 2, 1):
        backup_into(store, folder, datetime.now(UTC) - timedelta(days=day), None)
    store.close()
    return folder


def test_a_store_that_goes_on_takes_the_place_of_the_oldest(path, copies):
    store = Store(path)
    done = backup_into(store, copies, datetime.now(UTC), 2)
    assert (done.doubts, len(done.gone), len(list(copies.iterdir()))) == ([], 2, 2)
    store.close()


def _another(path: Path) -> None:
    path.unlink()
    create_anew(path)
    in_use_anew = Store(path)
    accounts.create_first(in_use_anew, "admin", "张建国", "a-good-Password-1")
    in_use_anew.close()


def _shrunk(path: Path) -> None:
    store = Store(path)
    with store.write() as cursor:
        for table in ("fact", "submission"):
            cursor.execute(f"DELETE FROM {table}")
    store.close()


def _older(path: Path) -> None:
    store = Store(path)
    with store.write() as cursor:
        cursor.execute("DELETE FROM audit WHERE audit_no > 4")
    store.close()


@pytest.mark.parametrize("lose", [_another, _shrunk, _older])
def test_a_copy_that_lost_something_takes_no_others_place(path, copies, lose):
    good = sorted(copies.iterdir())
    lose(path)
    for night in range(4):
        store = Store(path)
        done = backup_into(store, copies, datetime.now(UTC) + timedelta(days=night), 2)
        assert done.doubts and done.made.name.endswith(".doubtful.duckdb")
        store.close()
    assert [copy for copy in good if copy.exists()] == good
    assert len(list(copies.glob("*.doubtful.duckdb"))) == 2
    store = Store(path)
    assert backup_into(store, copies, datetime.now(UTC) + timedelta(days=9), 2, is_sure=True).doubts == []
    assert backup_into(store, copies, datetime.now(UTC) + timedelta(days=10), 2).doubts == [] or lose is not _another
    store.close()


def test_the_command_says_so_and_fails(path, copies, capsys):
    _shrunk(path)
    assert main(["backup", str(copies), "--keep", "1", "--json"]) == 1
    assert "it holds 0 submissions, there are 1" in capsys.readouterr().out
    open_store().close()


# A restore that dies


class Death(BaseException):
    """A kill: nothing of the program runs any more."""


def _dies_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The process dies before the file system is changed for the number-th time."""
    left, is_dead = iter(range(number)), []
    monkeypatch.setattr(backups, "undo", lambda path: None if is_dead else traces.undo(path))

    def dying(change):
        def run(*words, **named):
            if is_dead or next(left, None) is None:
                is_dead.append(1)
                raise Death
            return change(*words, **named)

        return run

    monkeypatch.setattr(Path, "replace", dying(Path.replace))
    monkeypatch.setattr(Path, "unlink", dying(Path.unlink))


@pytest.mark.parametrize("is_there", [True, False])
def test_a_restore_may_die_before_any_change_of_a_file(tmp_path, monkeypatch, is_there):
    source = tmp_path / "copy.duckdb"
    in_use(tmp_path / "first.duckdb")
    first = Store(tmp_path / "first.duckdb")
    backup(first, source)
    first.close()
    outcomes = []
    for number in range(40):
        path = tmp_path / f"{number}" / "store.duckdb"
        path.parent.mkdir()
        store = reference_store(path, NOW)
        for _ in range(3):
            audit.note(store, audit.Act("tried"))
        store.close()
        if not is_there:
            path.unlink()
        with monkeypatch.context() as patch:
            _dies_at(patch, number)
            try:
                restore(source, path)
                has_died = False
            except Death:
                has_died = True
        try:
            store = Store(path)
        except StoreMissing:
            assert not is_there
            outcomes.append("missing")
            restore(source, path)
            store = Store(path)
        else:
            received = store.value("SELECT count(*) FROM submission")
            outcomes.append("restored" if received else "old")
        assert check(store) == []
        audit.note(store, audit.Act("tried"))
        assert check(store) == []
        store.close()
        assert not list(path.parent.glob("*.restoring*")) or outcomes[-1] == "old"
        if not has_died:
            break
    else:
        pytest.fail("it never came to its end")
    before, after = outcomes[: outcomes.index("restored")], outcomes[outcomes.index("restored") :]
    assert set(before) == {"old" if is_there else "missing"} and set(after) == {"restored"} and len(after) >= 5


def test_what_a_restore_had_copied_is_deleted_at_the_next(tmp_path):
    in_use(tmp_path / "store.duckdb")
    store = Store(tmp_path / "store.duckdb")
    backup(store, tmp_path / "copy.duckdb")
    store.close()
    traces.beside(store.path, ".arriving").write_bytes(b"half a copy")
    restore(tmp_path / "copy.duckdb", store.path)
    again = Store(store.path)
    assert check(again) == [] and not list(tmp_path.glob("*.arriving*"))
    again.close()


def test_a_loss_is_seen_from_outside_though_all_beside_the_store_is_in_order(path):
    """Somebody cut the trail, and made the head beside it fit."""
    in_use(path)
    store = Store(path)
    for _ in range(4):
        audit.note(store, audit.Act("tried"), OWNER)
    with store.write() as cursor:
        cursor.execute("DELETE FROM audit WHERE audit_no > (SELECT max(audit_no) - 3 FROM audit)")
    audit.rewrite_head(store)
    assert [fault.code for fault in audit.faults(store)] == ["witnessed"]
    store.close()
    audit._compared.clear()  # another process
    store = Store(path)
    audit.note(store, audit.Act("tried"), OWNER)
    for _ in range(2):
        audit.note(store, audit.Act("tried"), OWNER)
        assert [fault.code for fault in audit.faults(store)] == ["lost"]
    store.close()


def test_a_trail_that_was_emptied_is_told_for_ever(tmp_path):
    store = reference_store(tmp_path / "store.duckdb", NOW)
    with store.write() as cursor:
        cursor.execute("DELETE FROM audit")
    audit.note(store, audit.Act("tried"), OWNER)
    audit.note(store, audit.Act("tried"), OWNER)
    assert [fault.code for fault in audit.faults(store)] == ["lost"]
    store.close()


def test_after_a_restore_the_heads_that_it_gave_up_are_no_loss(path, tmp_path):
    in_use(path)
    store = Store(path)
    backup(store, tmp_path / "copy.duckdb")
    accounts.create(store, "wang", "王五", Role.REPORTER, "FJS")
    store.close()
    restore(tmp_path / "copy.duckdb", path)
    audit._compared.clear()
    store = Store(path)
    audit.note(store, audit.Act("tried"))
    assert check(store) == []
    witness.path_of(path).write_text(
        "".join(line for line in witness.path_of(path).open() if " restored " not in line), encoding="utf-8"
    )  # it died before it could note that; the trail itself says what it gave up
    assert check(store) == []
    store.close()
