"""The archive for a computer without internet: what is in it, and that it installs with the network off."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bundle_module():
    """deploy/bundle.py."""
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "deploy" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUNDLE = bundle_module()


def packages(name: str, python: str = "3.11") -> set[str]:
    return {line.partition("==")[0] for line in BUNDLE.wanted_lines(name, python)}


def test_each_platform_gets_what_holds_there():
    assert set(BUNDLE.PLATFORMS) == {"windows-x86_64", "linux-x86_64", "linux-aarch64"} == set(BUNDLE.MARKERS)
    assert "colorama" in packages("windows-x86_64") and "colorama" not in packages("linux-x86_64")
    for name in BUNDLE.PLATFORMS:
        assert {"streamlit", "duckdb", "tzdata", "watchdog"} <= packages(name)
        assert "httpx2-jsfetch" not in packages(name, "3.13")
        for line in BUNDLE.wanted_lines(name, "3.11"):
            assert ";" not in line and "--hash=sha256:" in line


def test_the_program_is_packed_without_tests_stores_and_history(tmp_path, monkeypatch):
    own = [
        "dashboard.py",
        ".streamlit/config.toml",
        "deploy/zhundian-backup.service",
        "data/store.py",
        "locales/en/a.json",
    ]
    others = [".git/config", ".venv/bin/python", "var/store.duckdb", "store.duckdb.wal", "tests/test_a.py", ".ci/run"]
    others += ["data/__pycache__/store.pyc", "wheels/a.whl", "zhundian-linux-x86_64-python3.11.tar.gz", ".env"]
    for name in own + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(BUNDLE, "ROOT", tmp_path)
    assert {file.relative_to(tmp_path).as_posix() for file in BUNDLE.program_files()} == set(own)
    monkeypatch.undo()
    packed = {file.relative_to(ROOT).as_posix() for file in BUNDLE.program_files()}
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    skipped = ("tests/", "bench/", ".ci/", ".gitignore")
    assert packed >= {name for name in kept if name and not name.startswith(skipped) and '"' not in name}


@pytest.mark.parametrize(
    "words",
    [
        ["--platform", "solaris"],
        ["--platform", "linux-x86_64", "--python", "3.9"],
        ["--platform", "linux-x86_64", "--python", "latest"],
        ["--platform", "linux-x86_64", "--out", "nowhere"],
        [],
    ],
)
def test_what_cannot_be_packed_is_refused(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bundle", *words])
    with pytest.raises(SystemExit) as ended:
        BUNDLE.main()
    assert ended.value.code not in (0, None) and not list(tmp_path.iterdir())


@pytest.mark.slow
def test_it_installs_and_runs_with_the_network_off(tmp_path):
    machine = {"x86_64": "linux-x86_64", "aarch64": "linux-aarch64"}.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        pytest.skip("for Linux")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tarfile.open(BUNDLE.bundle(machine, python, tmp_path)) as packed:
        packed.extractall(tmp_path, filter="data")
    offline = ["unshare", "-n"] if os.geteuid() == 0 and shutil.which("unshare") else []
    if offline and subprocess.run([*offline, "true"], check=False).returncode:
        offline = []
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "ZHUNDIAN_", "PYTHON"))}
    alone |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "ZHUNDIAN_STORE": str(tmp_path / "store.duckdb")}
    command = [*offline, sys.executable, "start.py", "run", "-m", "data", "late", "--json"]
    ran = subprocess.run(command, cwd=tmp_path / "zhundian", env=alone, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stderr
    assert '"status": "pending"' in ran.stdout or ran.stdout.strip().endswith("[]")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BUNDLE.PLATFORMS if not name.endswith(platform.machine())])
def test_every_package_has_a_wheel_for_the_other_platforms(name, tmp_path):
    BUNDLE.fetch(name, "3.12", tmp_path / "wheels")
    assert len(list((tmp_path / "wheels").iterdir())) == len(packages(name, "3.12"))
