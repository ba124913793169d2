"""A second process finds the store in use and has its owner run the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import data.commands
import loaders.commands
from data.door import Door, knock
from data.store import open_store
from tests.conftest import NOW, filled
from tests.ready import reference_copy

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def owner(tmp_path, monkeypatch):
    """A store in use by this process, with its door open."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    store = open_store(reference_copy(tmp_path / "store.duckdb", NOW))
    door = Door(store.path, {"data": data.commands.run_for_another, "loaders": loaders.commands.run_for_another})
    yield store
    door.close()
    store.close()


def call(store, *words: str, folder: Path) -> subprocess.CompletedProcess:
    """Another process, started in a folder of its own."""
    environment = {**os.environ, "ZHUNDIAN_STORE": str(store.path), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_a_question_is_answered_by_the_owner(owner, tmp_path):
    asked = call(owner, "data", "late", "--period", "2026-10", "--as-of", "2026-11-23", "--json", folder=tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert {row["status"] for row in json.loads(asked.stdout)} == {"missing"}


def test_a_file_named_from_the_callers_folder_is_taken_in(owner, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(filled(owner, "BE-02", "XZSP"))
    taken = call(owner, "loaders", "ingest", "a.xlsx", "--json", folder=folder)
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout)["outcome"] == "accepted"
    assert owner.rows("SELECT count(*) FROM submission") == [(1,)]


def test_errors_and_exit_codes_come_back(owner, tmp_path):
    refused = call(owner, "data", "late", "--period", "soon", folder=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "soon" in refused.stderr


def test_a_store_in_use_is_not_replaced(owner, tmp_path):
    made = call(owner, "data", "backup", "copy.duckdb", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    restored = call(owner, "data", "restore", "copy.duckdb", folder=tmp_path)
    assert restored.returncode == 2
    assert "stop the dashboard" in restored.stderr


def test_without_the_key_nobody_is_heard(owner):
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    note = json.loads(owner.path.with_name(owner.path.name + ".door").read_text())
    assert owner.path.with_name(owner.path.name + ".door").stat().st_mode & 0o077 == 0
    with pytest.raises(AuthenticationError):
        Client(note["address"], authkey=b"guess")


def test_garbage_and_a_mute_caller_hold_up_nobody(tmp_path, capsys):
    import json
    import socket

    path = tmp_path / "s.duckdb"
    door = Door(path, {"data": lambda words, folder, out, errors: 0})
    address = json.loads((tmp_path / "s.duckdb.door").read_text())["address"]
    for greeting in (b"GET / HTTP/1.1\r\n\r\n", b""):
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(address)
        caller.send(greeting)
        assert knock(path, "data", []) == 0
    door.close()
