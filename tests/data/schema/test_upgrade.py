"""Stores as released programs wrote them open, are brought to the newest schema, and answer as they did."""

import contextlib
import gzip
import importlib
import io
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from data.backup import backup, check, restore
from data.catalogue.in_force import catalogue_in_force
from data.schema import steps as sequence
from data.schema import upgrade
from data.schema.steps import SchemaStep, newest
from data.store import SCHEMA_VERSION, Store, StoreError, open_store
from data.submissions.prints import keep_prints

STORES = Path(__file__).parents[1] / "stores"
NAMES = sorted(path.name.removesuffix(".duckdb.gz") for path in STORES.glob("*.duckdb.gz"))
OLDEST, NEWEST = "schema-1", "schema-3-reminders"


def unpacked(name: str, folder: Path) -> Path:
    """The store of an old program, in a file of the test's own."""
    path = folder / "store.duckdb"
    path.write_bytes(gzip.decompress((STORES / f"{name}.duckdb.gz").read_bytes()))
    return path


def rows_of(path: Path) -> dict[str, int]:
    """table → number of its rows, read by DuckDB alone."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def asked(words: str) -> list[dict]:
    """What a command of this program answers."""
    program, *arguments = words.split()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = importlib.import_module(f"{program}.commands").main([*arguments, "--json"])
    assert code == 0, words
    return json.loads(out.getvalue())


def as_known_then(row: dict, old: dict) -> dict:
    """Of a row what the old program said too; but “fresh” stood over holes then."""
    return {name: value for name, value in row.items() if name in old and not _is_of_freshness(name, row)}


def _is_of_freshness(name: str, row: dict) -> bool:
    return name == "state" and "age_days" in row and "behind" in row


@pytest.mark.parametrize("name", NAMES)
def test_a_store_of_an_old_program_answers_as_before(name: str, tmp_path: Path, monkeypatch) -> None:
    path = unpacked(name, tmp_path)
    before = rows_of(path)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(path))
    try:
        for words, old in json.loads((STORES / f"{name}.json").read_text(encoding="utf-8")).items():
            rows = asked(words)
            assert len(rows) == len(old), words
            left = Counter(json.dumps(as_known_then(row, row), sort_keys=True) for row in old)
            left.subtract(json.dumps(as_known_then(row, old[0]), sort_keys=True) for row in rows)
            assert +left == Counter(), words
        store = open_store()
        assert check(store, has_head=False) == []
        taken = [number for (number,) in store.rows("SELECT schema_version FROM store_info ORDER BY 1")]
        assert taken[-1] == newest() and len(set(taken)) == len(taken)
        kept = {table: store.rows(f'SELECT count(*) FROM "{table}"')[0][0] for table in before}
    finally:
        open_store(path).close()
    for table in before.keys() - {"store_info", "due", "due_plan", "workday", "audit"}:
        assert kept[table] == before[table], table
    (aside,) = tmp_path.glob(f"store.duckdb.before-schema-{newest()}-*")
    assert rows_of(aside) == before


def test_returns_of_an_old_store_get_the_prints_that_new_ones_have(tmp_path: Path) -> None:
    store = Store(unpacked(NEWEST, tmp_path))
    sql = "SELECT submission_id, print, is_quiet FROM figure_print ORDER BY 1"
    by_step = store.rows(sql)
    with store.write() as cursor:
        cursor.execute("DELETE FROM figure_print")
        ids = [i for (i,) in cursor.execute("SELECT DISTINCT submission_id FROM fact").fetchall()]
        keep_prints(cursor, catalogue_in_force(store), ids)
    assert by_step and store.rows(sql) == by_step
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_has_every_column_of_a_new_store_and_is_copied_once(name: str, tmp_path: Path) -> None:
    path = unpacked(name, tmp_path)
    sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    new = Store(tmp_path / "new.duckdb")
    wanted = new.rows(sql)
    new.close()
    for _ in range(2):
        store = Store(path)
        assert store.rows(sql) == wanted
        store.close()
    assert len(list(tmp_path.glob("store.duckdb.*"))) == 1


def test_steps_of_a_case_that_had_no_numbers_get_them_in_their_order(tmp_path: Path) -> None:
    path = unpacked("schema-3-boards", tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM supervision_step; ALTER TABLE supervision_step DROP COLUMN step_no")
        for case, step, moment in (
            ("b", "issued", "2026-11-03"), ("a", "opened", "2026-11-01"), ("b", "opened", "2026-11-02"),
            ("b", "closed", "2026-11-03"),
        ):  # fmt: skip
            connection.execute(
                "INSERT INTO supervision_step (case_id, step, taken_at) VALUES (?, ?, ?)", [case, step, moment]
            )
    store = Store(path)
    found = store.rows("SELECT case_id, step_no, step FROM supervision_step ORDER BY 1, 2")
    assert found == [("a", 1, "opened"), ("b", 1, "opened"), ("b", 2, "issued"), ("b", 3, "closed")]
    store.close()


def test_a_store_whose_making_was_cut_short_is_made(tmp_path: Path) -> None:
    """Released programs made it table by table, and wrote its number last."""
    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(sequence.steps()[0].sql)
    store = Store(path)
    assert store.rows("SELECT count(*), max(schema_version) FROM store_info") == [(newest(), newest())]
    store.close()
    assert list(tmp_path.glob("*before*")) == []


# Where it cannot be done


def with_one_more(monkeypatch: pytest.MonkeyPatch, *sql: str) -> None:
    """A program with further steps."""
    known = sequence.steps()
    more = [SchemaStep(newest() + number, f"{newest() + number:03}_more", text) for number, text in enumerate(sql, 1)]
    monkeypatch.setattr(sequence, "steps", lambda: (*known, *more))
    monkeypatch.setattr("data.store.SCHEMA_VERSION", newest())


@pytest.mark.parametrize("name", [OLDEST, NEWEST])
@pytest.mark.parametrize("good", [0, 1], ids=["first", "later"])
def test_a_step_that_fails_leaves_the_store_as_it_was(name: str, good: int, tmp_path: Path, monkeypatch) -> None:
    path = unpacked(name, tmp_path)
    if not good:  # nothing but the failing step is pending
        Store(path).close()
        for aside in tmp_path.glob("*.before-*"):
            aside.unlink()
    before = rows_of(path)
    with_one_more(monkeypatch, *["CREATE TABLE more_1 (n INTEGER)"] * good, "ALTER TABLE nowhere ADD COLUMN n INTEGER")
    with pytest.raises(StoreError, match=r"(?s)_more: .*nowhere.*left as it was.*program version that wrote it"):
        Store(path)
    assert rows_of(path) == before
    assert [one.name for one in tmp_path.iterdir()] == ["store.duckdb"]
    monkeypatch.undo()
    store = Store(path)
    assert check(store, has_head=False) == []
    store.close()


def test_without_room_for_the_copy_nothing_is_changed(tmp_path: Path, monkeypatch) -> None:
    path = unpacked(OLDEST, tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(upgrade.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(
        StoreError, match=f"expected {len(before)} bytes free .* found 1.*Nothing was changed; make room"
    ):
        Store(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["store.duckdb"]


def test_a_copy_that_fails_half_way_changes_nothing(tmp_path: Path, monkeypatch) -> None:
    path = unpacked(OLDEST, tmp_path)
    before = rows_of(path)

    def half(_store: Store, target: Path) -> None:
        target.write_bytes(b"half")
        raise StoreError("No space left on device")

    monkeypatch.setattr(Store, "copy_to", half)
    with pytest.raises(StoreError, match=r"(?s)older program.*No space left.*Nothing was changed"):
        Store(path)
    assert rows_of(path) == before
    assert [one.name for one in tmp_path.iterdir()] == ["store.duckdb"]


def test_what_a_copy_that_was_cut_short_left_is_cleared_away(tmp_path: Path) -> None:
    path = unpacked(OLDEST, tmp_path)
    left = tmp_path / f"store.duckdb.before-schema-{newest()}-20260101T000000000000Z.partial"
    left.write_bytes(b"half")
    Store(path).close()
    assert not left.exists()
    assert len(list(tmp_path.glob("store.duckdb.before-*"))) == 1


def test_an_older_program_refuses_a_newer_store_and_leaves_it(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "store.duckdb"
    with monkeypatch.context() as later:
        with_one_more(later, "CREATE TABLE more_1 (n INTEGER)")
        Store(path).close()
    before = path.read_bytes()
    with pytest.raises(
        StoreError, match=f"expected a store of schema {SCHEMA_VERSION}, found {SCHEMA_VERSION + 1}; open"
    ):
        Store(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["store.duckdb"]


def test_a_backup_of_an_old_program_is_restored_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    source = unpacked(NEWEST, tmp_path / "backups")
    before = source.read_bytes()
    restore(source, tmp_path / "store.duckdb")
    assert source.read_bytes() == before
    assert [one.name for one in (tmp_path / "backups").iterdir()] == ["store.duckdb"]
    store = Store(tmp_path / "store.duckdb")
    assert store.rows("SELECT max(schema_version) FROM store_info") == [(newest(),)]
    assert check(store) == []
    backup(store, tmp_path / "backups" / "new.duckdb")
    store.close()
    assert sorted(one.name for one in tmp_path.glob("store.duckdb*")) == ["store.duckdb", "store.duckdb.audit"]


# Killed


KILLED = """
import os, signal, sys
from pathlib import Path
from data.schema import steps, upgrade
from data.store import Store
at, take = int(sys.argv[2]), steps.take
class Dying:
    def __init__(self, connection): self.connection = connection
    def begin(self): self.connection.begin()
    def execute(self, *words): return self.connection.execute(*words)
    def commit(self): os.kill(os.getpid(), signal.SIGKILL)
    def rollback(self): self.connection.rollback()
upgrade.take = lambda connection, step: take(Dying(connection) if step.number == at else connection, step)
Store(Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX")
@pytest.mark.parametrize("at", range(2, newest() + 1))
def test_a_kill_in_the_middle_leaves_a_store_that_goes_on(at: int, tmp_path: Path) -> None:
    path = unpacked(OLDEST, tmp_path)
    before = rows_of(path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(at)], cwd=Path(__file__).parents[3], timeout=60)
    assert done.returncode == -signal.SIGKILL
    store = Store(path)
    assert store.rows("SELECT count(DISTINCT schema_version), max(schema_version) FROM store_info") == [
        (newest(), newest())
    ]
    assert check(store, has_head=False) == []
    for table in before.keys() - {"store_info"}:
        assert store.rows(f'SELECT count(*) FROM "{table}"') == [(before[table],)], table
    store.close()
