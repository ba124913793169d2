"""The store: many threads, one process, whole transactions, and copies that can be trusted."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from data.backup import backup, check, restore
from data.catalogue.in_force import load_catalogue
from data.store import SCHEMA_VERSION, Store, StoreError, append, insert, is_open, open_store, store_path
from tests.conftest import NOW, filled, ingest, shanghai
from tests.data import worlds
from tests.ready import copy_whole, reference_store

ROOT = Path(__file__).parents[2]
AT = shanghai("2026-11-18T09:30:00")


@pytest.fixture
def bare(tmp_path):
    """A store with nothing in it."""
    opened = Store(tmp_path / "bare.duckdb")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def received(tmp_path_factory) -> Path:
    """The file of a store that took one workbook in."""
    store = reference_store(tmp_path_factory.mktemp("received") / "store.duckdb", NOW)
    ingest(store, filled(store, "BE-08", "FJS"), "a.xlsx", AT)
    store.close()
    return store.path


@pytest.fixture
def taken(received, tmp_path):
    """A store of the test's own that took one workbook in."""
    opened = Store(copy_whole(received, tmp_path / "taken.duckdb"))
    yield opened
    opened.close()


def everything(store) -> dict[str, list[tuple]]:
    tables = [name for (name,) in store.rows("SELECT table_name FROM duckdb_tables() ORDER BY 1")]
    return {name: store.rows(f'SELECT * FROM "{name}" ORDER BY ALL') for name in tables}


def test_threads_that_read_and_write_never_lose_or_mix_rows(bare):
    def work(me: int) -> list[str]:
        wrong = []
        for n in range(50):
            with bare.write() as cursor:
                name = f"{me}-{n}"
                append(
                    cursor,
                    "calendar_day",
                    {"catalogue_id": [name] * 3, "day": [date(2026, 1, day) for day in (1, 2, 3)]},
                )
            found = bare.rows(
                "SELECT catalogue_id, count(*) FROM calendar_day WHERE catalogue_id = ? GROUP BY 1", [name]
            )
            frame = bare.frame("SELECT ? AS me, count(*) % 3 AS rest FROM calendar_day", [name])
            if found != [(name, 3)] or frame.iloc[0].tolist() != [name, 0]:
                wrong.append(f"{name}: {found} {frame.to_dict()}")
        return wrong

    with ThreadPoolExecutor(4) as threads:
        assert [wrong for one in threads.map(work, range(4)) for wrong in one] == []
    assert bare.rows("SELECT count(*), count(DISTINCT catalogue_id) FROM calendar_day") == [(600, 200)]
    assert bare.data_version == 200


def test_a_failed_transaction_leaves_nothing(bare):
    with pytest.raises(RuntimeError), bare.write() as cursor:
        append(cursor, "calendar_day", {"catalogue_id": ["x"]})
        raise RuntimeError("power cut")
    with pytest.raises(duckdb.Error), bare.write() as cursor:
        append(cursor, "calendar_day", {"catalogue_id": ["y"]})
        cursor.execute("SELECT * FROM nowhere")
    assert bare.rows("SELECT count(*) FROM calendar_day") == [(0,)]
    with bare.write() as cursor:
        append(cursor, "calendar_day", {"catalogue_id": ["z"]})
    assert bare.rows("SELECT catalogue_id FROM calendar_day") == [("z",)]


def test_nobody_sees_half_a_transaction(bare):
    with bare.write() as cursor:
        append(cursor, "calendar_day", {"catalogue_id": ["x"]})
        assert bare.rows("SELECT count(*) FROM calendar_day") == [(0,)]
    assert bare.rows("SELECT count(*) FROM calendar_day") == [(1,)]


def test_appending_nothing_is_nothing(bare):
    with bare.write() as cursor:
        append(cursor, "calendar_day", {})
        append(cursor, "calendar_day", {"catalogue_id": []})
    assert bare.rows("SELECT count(*) FROM calendar_day") == [(0,)]


def test_a_moment_comes_back_as_the_same_instant(bare):
    moments = [AT, datetime(2026, 11, 1, 6, 30, tzinfo=ZoneInfo(worlds.CHICAGO)), datetime(1999, 1, 1, tzinfo=UTC)]
    with bare.write() as cursor:
        append(cursor, "counting_start", {"set_at": moments})
        for moment in moments:
            cursor.execute("INSERT INTO counting_start (set_at) VALUES (?)", [moment])
    found = [row[0].astimezone(UTC) for row in bare.rows("SELECT set_at FROM counting_start")]
    assert found == [moment.astimezone(UTC) for moment in moments] * 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Chicago", "Asia/Kathmandu"])
def test_a_day_is_cut_on_the_bureaus_clock_in_every_thread(bare, zone):
    bare.set_zone(zone)
    moment = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    expected = moment.astimezone(ZoneInfo(zone)).date()
    with ThreadPoolExecutor(3) as threads:
        found = threads.map(lambda _: bare.rows("SELECT ?::TIMESTAMPTZ::DATE", [moment])[0][0], range(9))
        assert set(found) == {expected}


def test_a_process_has_one_store_of_a_path(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "deep" / "store.duckdb"))
    assert store_path() == (tmp_path / "deep" / "store.duckdb").resolve()
    opened = open_store()
    assert open_store() is open_store(tmp_path / "deep" / ".." / "deep" / "store.duckdb") is opened
    assert is_open(store_path())
    opened.close()
    assert not is_open(store_path())


def test_a_second_process_is_told_that_the_store_is_in_use(bare):
    words = [sys.executable, "-m", "data", "dues", "--json"]
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | {"ZHUNDIAN_STORE": str(bare.path)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert str(bare.path) in done.stderr
    assert "in use by another process" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_store_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear bureau, " * 1000)
    with pytest.raises(StoreError, match="cannot be opened as a store"):
        Store(path)
    assert path.read_bytes() == b"Dear bureau, " * 1000


@pytest.fixture
def foreign(tmp_path):
    """Another program's DuckDB file."""
    path = tmp_path / "foreign.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE sales AS SELECT 1 AS n")
    return path


def test_another_programs_database_is_no_store(foreign):
    before = foreign.read_bytes()
    with pytest.raises(StoreError):
        Store(foreign).close()
    assert foreign.read_bytes() == before


def test_a_store_of_another_schema_is_refused_and_let_go(tmp_path):
    path = tmp_path / "store.duckdb"
    store = Store(path)
    with store.write() as cursor:
        cursor.execute("UPDATE store_info SET schema_version = 99")
    store.close()
    with pytest.raises(StoreError, match=f"expected a store of schema {SCHEMA_VERSION}, found 99"):
        Store(path)
    done = subprocess.run(
        [sys.executable, "-c", f"import duckdb; duckdb.connect({str(path)!r})"], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def damaged(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + 4000] = b"\x55" * 4000
    path.write_bytes(content)


def test_a_damaged_file_is_not_called_in_use(tmp_path, taken):
    backup(taken, tmp_path / "copy.duckdb")
    damaged(tmp_path / "copy.duckdb", 20_000)
    with pytest.raises(StoreError) as refused:
        Store(tmp_path / "copy.duckdb").close()
    assert "in use" not in str(refused.value)


# Copies


def test_a_backup_that_fails_is_none(tmp_path, taken, monkeypatch):
    def half_a_copy(target):
        for path in (target, target.with_name(target.name + ".wal")):
            path.write_bytes(b"half")
        raise StoreError("the disk is full")

    monkeypatch.setattr(taken, "copy_to", half_a_copy)
    with pytest.raises(StoreError):
        backup(taken, tmp_path / "copies" / "copy.duckdb")
    assert not list((tmp_path / "copies").iterdir())
    assert not taken.rows("SELECT 1 FROM audit WHERE action = 'backup_written'")
    monkeypatch.undo()
    backup(taken, tmp_path / "copies" / "copy.duckdb")
    assert taken.rows("SELECT count(*) FROM audit WHERE action = 'backup_written'") == [(1,)]


def test_a_backup_holds_everything_and_a_restore_brings_it_back(tmp_path, taken):
    before = everything(taken)
    backup(taken, tmp_path / "copies" / "copy.duckdb")
    assert restore(tmp_path / "copies" / "copy.duckdb", tmp_path / "new" / "store.duckdb") is None
    again = Store(tmp_path / "new" / "store.duckdb")
    assert everything(again)["audit"][-1][7] == "restored"
    assert everything(again)["audit"][:-1] == before.pop("audit")
    assert {name: rows for name, rows in everything(again).items() if name != "audit"} == before
    content = again.rows("SELECT content, sha256 FROM workbook_file")[0]
    assert hashlib.sha256(content[0]).hexdigest() == content[1]
    assert check(again) == []
    receipt = ingest(again, filled(again, "BE-02", "XZSP"), "b.xlsx", AT)
    assert (receipt.outcome, receipt.status) == ("accepted", "on_time")
    again.close()


def test_a_backup_is_never_written_over_a_file(tmp_path, bare):
    (tmp_path / "copy.duckdb").write_bytes(b"mine")
    with pytest.raises(StoreError, match="exists already"):
        backup(bare, tmp_path / "copy.duckdb")
    assert (tmp_path / "copy.duckdb").read_bytes() == b"mine"


def test_a_backup_can_be_made_while_others_write(tmp_path, bare):
    def write(n: int) -> None:
        with bare.write() as cursor:
            append(cursor, "calendar_day", {"catalogue_id": [str(n)] * 10})

    with ThreadPoolExecutor(3) as threads:
        done = [threads.submit(write, n) for n in range(40)]
        done.append(threads.submit(backup, bare, tmp_path / "copy.duckdb"))
        done += [threads.submit(write, n) for n in range(40, 60)]
        assert all(one.exception() is None for one in done)
    copy = Store(tmp_path / "copy.duckdb")
    assert copy.rows("SELECT count(*) % 10 FROM calendar_day") == [(0,)]
    copy.close()
    assert not list(tmp_path.glob("*.partial*"))


def in_place(tmp_path) -> tuple[Path, bytes]:
    """An old store that a restore would replace, closed."""
    path = tmp_path / "old.duckdb"
    store = Store(path)
    with store.write() as cursor:
        append(cursor, "calendar_day", {"catalogue_id": ["old"]})
    store.close()
    return path, path.read_bytes()


def test_the_store_that_a_restore_replaces_is_kept(tmp_path, taken):
    path, _ = in_place(tmp_path)
    backup(taken, tmp_path / "copy.duckdb")
    kept = restore(tmp_path / "copy.duckdb", path)
    old = Store(kept)
    assert old.rows("SELECT catalogue_id FROM calendar_day") == [("old",)]
    old.close()
    assert not list(tmp_path.glob("*.arriving*"))


def test_two_restores_in_a_row_keep_both_earlier_stores(tmp_path, bare):
    path, _ = in_place(tmp_path)
    backup(bare, tmp_path / "copy.duckdb")
    kept = [restore(tmp_path / "copy.duckdb", path) for _ in range(3)]
    assert len(set(kept)) == len([one for one in kept if one.exists()]) == 3


@pytest.mark.parametrize("what", ["nothing", "text", "empty", "cut", "damaged", "not whole"])
def test_a_backup_that_is_none_or_not_whole_is_refused_and_the_old_store_untouched(tmp_path, taken, what):
    path, before = in_place(tmp_path)
    source = tmp_path / "copy.duckdb"
    if what == "not whole":
        with taken.write() as cursor:
            cursor.execute("INSERT INTO submission SELECT * FROM submission")
    if what != "nothing":
        backup(taken, source)
    if what in ("text", "empty"):
        source.write_bytes(b"no store" * (1000 if what == "text" else 0))
    if what == "cut":
        source.write_bytes(source.read_bytes()[:-100_000])
    if what == "damaged":
        damaged(source, 20_000)
    with pytest.raises(StoreError):
        restore(source, path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("old.duckdb.*"))


def test_another_programs_database_is_not_restored(tmp_path, foreign):
    path, before = in_place(tmp_path)
    with pytest.raises(StoreError):
        restore(foreign, path)
    assert path.read_bytes() == before


def test_a_store_that_cannot_be_opened_any_more_can_be_replaced_by_its_backup(tmp_path, taken):
    backup(taken, tmp_path / "copy.duckdb")
    path = tmp_path / "broken.duckdb"
    path.write_bytes(b"what a power cut left" * 100)
    kept = restore(tmp_path / "copy.duckdb", path)
    assert kept.read_bytes() == b"what a power cut left" * 100
    again = Store(path)
    assert check(again) == []
    assert again.rows("SELECT count(*) FROM submission") == [(1,)]
    again.close()


def test_a_store_that_this_process_has_open_is_not_replaced(tmp_path, taken):
    backup(taken, tmp_path / "copy.duckdb")
    opened = open_store(tmp_path / "mine.duckdb")
    try:
        with pytest.raises(StoreError, match="in use"):
            restore(tmp_path / "copy.duckdb", tmp_path / "mine.duckdb")
    finally:
        opened.close()


# Damage that check finds


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("INSERT INTO submission SELECT * FROM submission", "submissions that are there twice: 1"),
        (
            "INSERT INTO submission SELECT * REPLACE ('other' AS submission_id) FROM submission",
            "versions that are there twice: 1",
        ),
        ("INSERT INTO due SELECT * FROM due LIMIT 3", "dues that are there twice: 3"),
        ("UPDATE submission SET outcome = 'returned'", "facts of no accepted submission: 16"),
        ("INSERT INTO fact (submission_id) VALUES ('nobody')", "facts of no accepted submission: 1"),
        ("DELETE FROM fact", "accepted submissions without facts: 1"),
        ("INSERT INTO fact SELECT * FROM fact LIMIT 2", "facts that are there twice: 2"),
        ("INSERT INTO issue (submission_id) VALUES ('nobody')", "issues of no submission: 1"),
        ("DELETE FROM workbook_file", "submissions whose file is not kept: 1"),
        (
            "INSERT INTO issue (submission_id, severity) SELECT submission_id, 'error' FROM submission",
            "accepted submissions with an error issue: 1",
        ),
        ("INSERT INTO declaration (submission_id) VALUES ('nobody')", "declarations of no accepted submission: 1"),
        (
            "INSERT INTO declaration (submission_id) SELECT submission_id FROM submission",
            "declarations of no accepted submission: 1",
        ),
        ("UPDATE submission SET kind = 'zero_report'", "submissions whose declaration is not kept: 1"),
        (
            "INSERT INTO declaration (submission_id) VALUES ('one'), ('one'), ('two')",
            "declarations that are there twice: 1",
        ),
        (
            "UPDATE submission SET kind = 'platform_declaration';"
            "INSERT INTO declaration (submission_id) SELECT submission_id FROM submission",
            "declarations whose proof is not kept: 1",
        ),
        (
            "UPDATE submission SET kind = 'platform_declaration';"
            "INSERT INTO declaration (submission_id, proof_sha256) SELECT submission_id, 'gone' FROM submission",
            "declarations whose proof is not kept: 1",
        ),
        ("UPDATE workbook_file SET content = content || 'x'::BLOB", "a kept file is not what it was"),
    ],
)
def test_every_kind_of_damage_is_found_and_counted(taken, damage, told):
    assert check(taken) == []
    with taken.write() as cursor:
        cursor.execute(damage)
    assert [fault for fault in check(taken) if fault.startswith(told)], check(taken)


def test_a_loaded_catalogue_is_there_after_a_restart(tmp_path):
    world = worlds.random_world(1, worlds.SHANGHAI)
    store = worlds.opened(tmp_path, world, AT)
    before = everything(store)
    store.close()
    again = Store(tmp_path / "store.duckdb")
    assert everything(again) == before
    assert load_catalogue(again, world.catalogue, AT) is False
    again.close()


def test_rows_are_read_by_the_names_of_their_columns(store):
    (row,) = store.rows('SELECT 1 AS "count", 2 AS number, count(*) FROM submission')
    assert (row.count, row.number) == (1, 2) and row == (1, 2, 0)
    assert store.value("SELECT 7") == 7


def test_a_row_is_inserted_by_the_names_of_its_columns(store):
    with store.write() as cursor:
        insert(cursor, "counting_start", {"set_by": "x", "first_month": date(2026, 10, 1)})
    (row,) = store.rows("SELECT first_month, set_at, set_by FROM counting_start")
    assert row == (date(2026, 10, 1), None, "x")
