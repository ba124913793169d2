"""A restore reads its source and nothing more, and names who and what came back with it."""

import os
from datetime import UTC, datetime

import pytest

from data.access import Role
from data.backup import backup
from data.commands import main
from data.people import accounts, tokens
from data.store import Store, open_store
from tests.conftest import NOW
from tests.ready import reference_store


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A store with two tokens and two accounts; since its backup one of each was ended."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "disk" / "store.duckdb"))
    monkeypatch.setenv("ZHUNDIAN_WITNESS", str(tmp_path / "witness"))
    store = reference_store(tmp_path / "disk" / "store.duckdb", NOW)
    made = [tokens.create(store, name, Role.LEADER)[0] for name in ("kept", "ended")]
    for name in ("wang", "zhao"):
        accounts.create(store, name, "王五", Role.REPORTER, "FJS")
    (tmp_path / "media").mkdir()
    backup(store, tmp_path / "media" / "copy.duckdb")
    tokens.end(store, made[1].token_id)
    accounts.change(store, "zhao", is_active=False)
    store.close()
    return tmp_path / "media" / "copy.duckdb", made[1].token_id


@pytest.mark.parametrize("is_ended", [False, True])
def test_what_came_back_is_named_and_ended_where_that_is_asked(copied, capsys, is_ended):
    source, token_id = copied
    assert main(["restore", str(source), *(["--end"] if is_ended else [])]) == 0
    told = capsys.readouterr()
    assert token_id in told.out and "zhao" in told.out and "wang" not in told.out
    assert ("open the door again" in told.err) is not is_ended
    store = open_store()
    token = next(token for token in tokens.tokens(store) if token.token_id == token_id)
    assert token.is_valid(datetime.now(UTC)) is not is_ended
    assert accounts.account(store, "zhao").is_active is not is_ended
    store.close()


def test_a_damaged_store_cannot_say_what_was_ended(copied, capsys, tmp_path):
    (tmp_path / "disk" / "store.duckdb").write_bytes(b"what a power cut left" * 99)
    assert main(["restore", str(copied[0])]) == 0
    assert "is not known" in capsys.readouterr().err
    open_store().close()


def test_the_source_may_lie_on_media_that_cannot_be_written(copied):
    source, _ = copied
    before = source.read_bytes()
    source.chmod(0o400)
    source.parent.chmod(0o500)
    try:
        assert main(["restore", str(source)]) == 0
    finally:
        source.parent.chmod(0o700)
    open_store().close()
    assert source.read_bytes() == before and [file.name for file in source.parent.iterdir()] == ["copy.duckdb"]


def test_store_and_backup_are_their_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        store = Store(tmp_path / "store.duckdb")
        with store.write() as cursor:
            cursor.execute("INSERT INTO counting_start (set_by) VALUES ('x')")
        backup(store, tmp_path / "copy.duckdb")
        made = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert {name: mode for name, mode in made.items() if name != "store.duckdb.audit"} == dict.fromkeys(
        ("store.duckdb", "store.duckdb.wal", "copy.duckdb"), 0o600
    )
