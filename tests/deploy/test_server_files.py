"""The examples for a server: they name what there is, and the backup keeps what it should."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import data.commands
from data import audit
from data.audit import Act
from data.backup import backup_into, check
from data.store import Store, StoreError
from tests.conftest import NOW
from web.settings import VARIABLES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def test_every_variable_of_the_example_is_one_that_is_read():
    text = (DEPLOY / "zhundian.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?(ZHUNDIAN_\w+)=", text, re.MULTILINE))
    assert named == VARIABLES


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize(
    "name", [path.name for path in sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))]
)
def test_systemd_understands_the_units(name, tmp_path):
    for path in DEPLOY.glob("zhundian*"):
        text = path.read_text(encoding="utf-8").replace("/opt/zhundian/.venv/bin/python", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, timeout=60
    )
    told = [line for line in done.stderr.splitlines() if "zhundian" in line]  # not what it says of the machine's own
    assert not told and done.returncode == 0, done.stderr


@pytest.mark.parametrize(("name", "wanted"), [("backup", ["backup", "check"]), ("drill", ["drill"])])
def test_the_units_run_commands_that_there_are(name, wanted):
    text = (DEPLOY / f"zhundian-{name}.service").read_text(encoding="utf-8")
    commands = re.findall(r"^ExecStart=\S+ -m data (.+)", text, re.MULTILINE)
    assert [words.split()[0] for words in commands] == wanted
    for words in commands:
        data.commands._parser().parse_args(shlex.split(words))


@pytest.mark.parametrize("name", ["zhundian-backup", "zhundian-drill"])
def test_the_backup_reaches_the_door_and_leaves_it_standing(name):
    service, copies = (settings_of(DEPLOY / f"{unit}.service") for unit in ("zhundian", name))
    assert ("Environment", f"TMPDIR=/run/{dict(service)['RuntimeDirectory']}") in service  # where it is, not in /tmp
    assert "RuntimeDirectory" not in dict(copies)  # systemd would clear it away after each backup
    assert ("PrivateTmp", "yes") in service and ("PrivateTmp", "yes") in copies
    for setting in ("User", "Group", "EnvironmentFile", "WorkingDirectory"):
        assert dict(service)[setting] == dict(copies)[setting]


def test_both_units_are_shut_in():
    wanted = {("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("ProtectHome", "yes")}
    wanted |= {("CapabilityBoundingSet", ""), ("PrivateDevices", "yes")}
    for path in DEPLOY.glob("*.service"):
        assert wanted <= set(settings_of(path)), path.name


def settings_of(path: Path) -> list[tuple[str, str]]:
    """Every Name=value of a unit."""
    return re.findall(r"^(\w+)=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_names_commands_that_there_are():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    asked = [shlex.split(words) for words in re.findall(r"zhundian data ([a-z][^`#…\n]*)", text)]
    assert {words[0] for words in asked} == {"audit", "backup", "check", "create", "drill", "restore", "tokens"}
    for words in asked:
        data.commands._parser().parse_args(words)  # SystemExit where it does not know them


def test_the_readme_installs_every_file_that_there_is():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    copied = {path.name for pattern in re.findall(r"deploy/([*.\w-]+)", text) for path in DEPLOY.glob(pattern)}
    told = {"README.md", "bundle.py"}  # start.py runs the latter
    assert copied == {path.name for path in DEPLOY.iterdir() if path.is_file()} - told


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_servers_command_asks_the_services_store(store: Store, tmp_path):
    (tmp_path / "zhundian.env").write_text(f"#ZHUNDIAN_STORE=/nowhere\nZHUNDIAN_STORE={store.path}\n", encoding="utf-8")
    audit.note(store, Act("marked"))
    store.close()
    text = (DEPLOY / "zhundian").read_text(encoding="utf-8")
    for there, here in (
        ("/opt/zhundian/.venv/bin/python", sys.executable),
        ("/opt/zhundian", str(ROOT)),
        ("/etc/zhundian", str(tmp_path)),
        ("runuser -u zhundian -- ", ""),
    ):
        assert there in text
        text = text.replace(there, here)
    copy = tmp_path / "copy.duckdb"

    def run() -> subprocess.CompletedProcess:
        command = ["sh", "-c", text, "zhundian", "data", "backup", str(copy)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert run().returncode == 0
    made = Store(copy)
    assert made.rows("SELECT count(*) FROM audit WHERE \"action\" = 'marked'") == [(1,)]
    made.close()
    assert copy.stat().st_mode & 0o077 == 0  # the copy is nobody else's
    (tmp_path / "zhundian.env").write_text("ZHUNDIAN_STORE=\n", encoding="utf-8")
    assert run().returncode == 2  # never the program's own folder


def test_backups_are_dated_and_the_newest_kept(store: Store, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "zhundian-notes.duckdb").write_bytes(b"somebody's own")
    names = []
    for day in range(5):
        copied = backup_into(store, folder, NOW + timedelta(days=day), 3)
        names.append(copied.made.name)
        assert [path.name for path in copied.gone] == (names[day - 3 : day - 2] if day >= 3 else [])
    assert sorted(path.name for path in folder.iterdir()) == [*names[2:], "zhundian-notes.duckdb"]
    copy = Store(copied.made)
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
