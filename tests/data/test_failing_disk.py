"""The disk fails at the n-th write, at the n-th read: nothing confirmed is lost, and what happened has words."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = shutil.which("cc")
pytestmark = pytest.mark.skipif(COMPILER is None or sys.platform != "linux", reason="a C compiler on Linux")
WAYS = [("read", "EIO"), ("write", "EIO"), ("write", "ENOSPC")]
ACTS = ("ingest", "decision", "backup", "restore")


@pytest.fixture(scope="module")
def shim(tmp_path_factory) -> Path:
    """What stands between the program and the disk."""
    made = tmp_path_factory.mktemp("shim") / "failing_disk.so"
    source = ROOT / "tests" / "data" / "failing_disk.c"
    subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


def played(shim: Path, folder: Path, act: str, kind: str, error: str, step: int) -> list[dict]:
    command = [sys.executable, "-m", "tests.data.failing_disk", str(folder), act, kind, error, str(step)]
    environment = os.environ | {"LD_PRELOAD": str(shim)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=900, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("act", ACTS)
def test_a_failing_disk_here_and_there(shim, tmp_path, act):
    assert_holds(act, "EIO", played(shim, tmp_path, act, "write", "EIO", 17))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "error"), WAYS)
@pytest.mark.parametrize("act", ACTS)
def test_the_disk_fails_at_every_call(shim, tmp_path, act, kind, error):
    assert_holds(act, error, played(shim, tmp_path, act, kind, error, 1))


def assert_holds(act: str, error: str, tries: list[dict]) -> None:
    assert len(tries) > 1 and not tries[-1]["hit"] and all(one["hit"] for one in tries[:-1])
    assert "told" in tries[-1], tries[-1]
    for one in tries:
        assert "bug" not in one and "lost" not in one, one
        assert one["faults"] == [], one
        is_shut = "fsync" in one.get("text", "")  # then DuckDB trusts itself no more, until the program starts anew
        assert one["reads"] == "as before" or (is_shut and one["reads"] == one["error"]), one
        if "error" in one:
            assert one["said"] and one["error"] == ("full" if error == "ENOSPC" else "disk"), one
        is_done = {
            "ingest": one["kept"] == 1,
            "decision": one["changes"] == 1,
            "backup": one["copies"] == [True],
            "restore": one["restored"] == 1,
        }[act]
        assert is_done or "told" not in one, one  # what was confirmed is there
        assert all(one["copies"]) and one["later"] + one["restored"] == 1, one  # the old store, or the restored one
