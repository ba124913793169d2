"""The examples for a server: they name what there is, and the backup keeps what it should."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.backup import backup_into, check
from data.store import Store, StoreError
from tests.conftest import NOW
from web.settings import VARIABLES

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_every_variable_of_the_example_is_one_that_is_read():
    text = (DEPLOY / "zhundian.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?(ZHUNDIAN_\w+)=", text, re.MULTILINE))
    assert named == VARIABLES


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("name", ["zhundian.service", "zhundian-backup.service", "zhundian-backup.timer"])
def test_systemd_understands_the_units(name, tmp_path):
    for path in DEPLOY.glob("zhundian*"):
        text = path.read_text(encoding="utf-8").replace("/opt/zhundian/.venv/bin/python", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, timeout=60
    )
    assert "nknown" not in done.stderr, done.stderr


def test_the_units_run_commands_that_there_are():
    text = (DEPLOY / "zhundian-backup.service").read_text(encoding="utf-8")
    commands = re.findall(r"^ExecStart=\S+ -m data (\w+)", text, re.MULTILINE)
    assert commands == ["check", "backup"]
    both = [(DEPLOY / f"{name}.service").read_text(encoding="utf-8") for name in ("zhundian", "zhundian-backup")]
    assert all("Environment=TMPDIR=/run/zhundian" in one for one in both)  # where the door is


def test_backups_are_dated_and_the_newest_kept(store: Store, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "zhundian-notes.duckdb").write_bytes(b"somebody's own")
    names = []
    for day in range(5):
        made, gone = backup_into(store, folder, NOW + timedelta(days=day), 3)
        names.append(made.name)
        assert [path.name for path in gone] == (names[day - 3 : day - 2] if day >= 3 else [])
    assert sorted(path.name for path in folder.iterdir()) == [*names[2:], "zhundian-notes.duckdb"]
    copy = Store(made)
    assert check(copy, has_head=False) == []
    copy.close()


def test_no_copy_is_let_go_of_where_the_new_one_fails(store: Store, tmp_path, monkeypatch):
    backup_into(store, tmp_path, NOW, 1)

    def full(_target: Path) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(store, "copy_to", full)
    with pytest.raises(StoreError):
        backup_into(store, tmp_path, datetime.now(UTC), 1)
    assert len(list(tmp_path.glob("zhundian-*.duckdb"))) == 1
    with pytest.raises(ValueError, match="at least 1"):
        backup_into(store, tmp_path, NOW, 0)
