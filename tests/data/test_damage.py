"""Damage is told as damage: each cause has its sentence and its way out, on the command line, the pages, the API."""

import random
import shutil
from pathlib import Path

import pytest

from data import audit
from data.backup import check
from data.commands import main
from data.people import accounts
from data.store import Store, open_store
from data.store_errors import StoreError
from data.store_faults import cause_of
from locales import LOCALES
from locales.stores import store_title, store_words
from tests.conftest import NOW, filled, ingest, shanghai
from tests.ready import reference_store
from web import health, owner

AT = shanghai("2026-11-18T09:30:00")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed store in use, with a backup that the witness knows."""
    path = tmp_path / "store.duckdb"
    monkeypatch.setenv("ZHUNDIAN_STORE", str(path))
    monkeypatch.setenv("ZHUNDIAN_WITNESS", str(tmp_path / "witness"))
    store = reference_store(path, NOW)
    accounts.create_first(store, "admin", "张建国", "a-good-Password-1")
    ingest(store, filled(store, "BE-08", "FJS"), "a.xlsx", AT)
    store.close()
    assert main(["backup", str(tmp_path / "copy.duckdb")]) == 0
    open_store().close()
    return path


def told_of(path: Path, capsys) -> str:
    """What the command line says; exit code 2, no traceback."""
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    return told


def assert_words(error: StoreError) -> None:
    for locale in LOCALES:
        assert store_title(error, locale) and store_words(error, locale)


@pytest.mark.parametrize("left", [0, 1, 5000, 0.5])
def test_a_truncated_file_is_damaged_and_the_way_out_is_the_newest_backup(path, capsys, tmp_path, left):
    content = path.read_bytes()
    path.write_bytes(content[: left if isinstance(left, int) else int(len(content) * left)])
    told = told_of(path, capsys)
    assert "damaged" in told and "restore" in told and str(tmp_path / "copy.duckdb") in told
    with pytest.raises(StoreError) as refused:
        Store(path)
    assert refused.value.cause == "damaged" and refused.value.details["backup"]
    words = store_words(refused.value, "zh-CN")
    assert "恢复" in words and "数据没有丢" not in words and refused.value.details["at"] in words
    assert main(["restore", str(tmp_path / "copy.duckdb")]) == 0
    open_store().close()


@pytest.mark.parametrize("seed", range(12))
def test_a_bad_block_is_told_as_damage_or_found_by_check_and_is_never_a_traceback(path, capsys, seed):
    content, chance = bytearray(path.read_bytes()), random.Random(seed)
    at = chance.randrange(12288, len(content) - 4096)
    content[at : at + 4096] = chance.randbytes(4096)
    path.write_bytes(content)
    try:
        store = Store(path)
    except StoreError as error:
        assert error.cause in ("damaged", "failed"), error
        assert_words(error)
        return
    try:
        check(store)
        for (table,) in store.rows("SELECT table_name FROM duckdb_tables()"):
            store.rows(f'SELECT * FROM "{table}"')
    except StoreError as error:
        assert error.cause in ("damaged", "failed"), error
        assert "restore" in str(error)
        assert_words(error)
    finally:
        store.close()


def _with_log(path: Path, tmp_path: Path) -> Path:
    """The store as a power cut leaves it: with a log that holds its last acts."""
    store = Store(path)
    for number in range(20):
        audit.note(store, audit.Act("tried", f"{number}" * 50))
    cut = tmp_path / "cut"
    cut.mkdir()
    for ending in ("", ".wal", ".audit"):
        shutil.copy(f"{path}{ending}", cut)
    store.close()
    return cut / path.name


def test_a_log_that_was_flipped_is_said_to_be_the_log(path, tmp_path, capsys):
    cut = _with_log(path, tmp_path)
    log = Path(f"{cut}.wal")
    content = bytearray(log.read_bytes())
    for at in range(len(content) // 2, len(content) // 2 + 64):
        content[at] ^= 0xFF
    log.write_bytes(content)
    try:
        store = Store(cut)
    except StoreError as error:
        assert error.cause in ("damaged", "damaged_log", "failed") and "Check the path" not in str(error), error
        assert_words(error)
        return
    assert any(fault.code == "cut_off" for fault in audit.faults(store))  # DuckDB took what was good of it
    store.close()


def test_a_log_that_was_cut_short_is_told_at_once_and_for_ever(path, tmp_path, monkeypatch, capsys):
    cut = _with_log(path, tmp_path)
    log = Path(f"{cut}.wal")
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])
    store = Store(cut)
    owner._tell_losses(store)
    assert "the head of the trail" in capsys.readouterr().err
    owner._tell_losses(store)
    assert capsys.readouterr().err == ""
    assert [fault for fault in check(store) if audit.is_of_the_past(fault)] and audit.losses(store)
    store.close()


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("IO Error: Could not set lock on file", "busy"),
        ("IO Error: Could not write file: No space left on device", "full"),
        ("IO Error: Cannot open file: Permission denied", "not_allowed"),
        ("IO Error: Cannot open file: Read-only file system", "not_allowed"),
        ("Corrupt database file: computed checksum 1 does not match", "damaged"),
        ("IO Error: Failure while replaying WAL file", "damaged_log"),
        ('Failed to commit: Could not write file "/x/store.duckdb.wal": Input/output error', "disk"),
        ('IO Error: Could not read from file "/x/store.duckdb": Input/output error', "disk"),
        ("FATAL Error: fsync failed!", "disk"),
        ('Could not write file "/x/store.duckdb.wal": No space left on device', "full"),
        ("Out of Memory Error: could not allocate block", "memory"),
        ("INTERNAL Error: attempted to access index 3", "failed"),
        ("FATAL Error: database has been invalidated. Original error: Corrupt database file", "damaged"),
        ("something", "other"),
    ],
)
def test_each_cause_has_its_own_sentence(text, cause):
    assert cause_of(Exception(text)) == cause
    said = {locale: store_words(StoreError(text, cause), locale) for locale in LOCALES}
    others = {
        store_words(StoreError("", other), "en") for other in ("busy", "full", "damaged", "other") if other != cause
    }
    assert said["en"] not in others and said["zh-CN"] != said["en"]


# What the server measures


@pytest.fixture
def measured(monkeypatch):
    """/healthz as it is now."""
    monkeypatch.setattr(owner, "_open_door", lambda _: None)
    monkeypatch.setattr(owner, "_ready", {})

    def measure() -> health.Health:
        health._last.clear()
        return health.health()

    yield measure
    health._last.clear()


def test_a_store_that_works_is_well_and_says_when_it_was_written_and_copied(path, measured):
    state = measured()
    assert state.is_well and str(state).startswith("ok\n")
    assert (
        set(state.measured) == {"store", "last_write", "last_backup", "last_good_drill", "clock", "disk"}
        and not state.late
    )
    open_store().close()


def test_what_is_wrong_is_named(path, measured, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 5))
    assert measured().wrong == ("disk",)
    monkeypatch.undo()
    open_store().close()


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: path.write_bytes(b"x" * 99999)], ids=["gone", "damaged"])
def test_a_lost_store_is_not_well(path, measured, lose):
    lose(path)
    state = measured()
    assert "store" in state.wrong and state.measured["store"] in ("missing", "damaged")
    assert not str(state).startswith("ok")


def test_a_full_disk_stops_no_reader(path, measured, monkeypatch):
    store = owner.prepare()

    def full(*_):
        raise StoreError("nothing was written: No space left on device", "full")

    monkeypatch.setattr(owner, "refresh_dues", full)
    owner._ready[str(path)] -= owner.timedelta(hours=1)
    assert owner.prepare() is store
    assert store.value("SELECT count(*) FROM submission") == 1
    store.close()
