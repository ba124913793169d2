"""A full disk and a read-only place: a clear message, exit 2, nothing half, and the store goes on afterwards."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from data.backup import check
from data.store import Store
from loaders.intake.ingest import Upload, take_in
from tests.conftest import NOW, REASON, filled, sample_rows
from tests.loaders.workshop import with_parts
from tests.ready import ready_copy, reference_store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits and permissions of POSIX")
ROOT = Path(__file__).parents[2]
NEEDS_PERMISSIONS = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(),
    reason="root writes anywhere",
)
LIMITED = """
import resource, signal, sys
from loaders.commands import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
raise SystemExit(main(sys.argv[2:]))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one accepted file."""
    return ready_copy(_with_one_file, tmp_path / "place" / "store.duckdb")


def _with_one_file(path: Path) -> None:
    made = reference_store(path, NOW)
    assert _received(made, 0) == "accepted"
    made.close()


def test_a_full_disk_is_said_and_leaves_the_store_whole(path: Path, tmp_path: Path) -> None:
    files = _files(path, tmp_path, 40)
    room = path.stat().st_size + 300_000
    code, out, errors = _run([sys.executable, "-c", LIMITED, str(room), "ingest", "--json", *files], path)
    assert code == 2, (code, errors[-600:])
    assert "Traceback" not in errors
    assert any(word in errors.lower() for word in ("written", "space", "disk", "too large", "opened")), errors
    told = sum('"accepted"' in line for line in out.splitlines())
    store = Store(path)
    assert check(store) == []
    kept = store.rows("SELECT count(*) FROM submission WHERE outcome = 'accepted'")[0][0]
    assert 1 + told <= kept <= 1 + len(files)
    assert _received(store, 77) == "accepted"
    assert check(store) == []
    store.close()


@pytest.mark.slow
def test_the_disk_fills_up_again_and_again(path: Path, tmp_path: Path) -> None:
    """Ever a little more room: each time it stops with a clear answer, and nothing that was told is lost."""
    files, told = _files(path, tmp_path, 12), 1
    for room in (0, 100_000, 600_000):
        size = path.stat().st_size + room
        code, out, errors = _run([sys.executable, "-c", LIMITED, str(size), "ingest", "--json", *files], path)
        assert code in (0, 2) and "Traceback" not in errors, (room, code, errors[-600:])
        told += sum('"accepted"' in line for line in out.splitlines())
        store = Store(path)
        assert check(store) == []
        assert store.rows("SELECT count(*) FROM submission WHERE outcome = 'accepted'")[0][0] >= told
        store.close()
    code, _, errors = _run([sys.executable, "-m", "loaders", "ingest", *files], path)
    assert code == 0, errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux")
def test_an_answer_that_cannot_be_written_is_no_success(path: Path, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            _ingest(_files(path, tmp_path, 1)), env=_environment(path), cwd=ROOT, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2, done.stderr.decode()[-400:]
    store = Store(path)
    assert check(store) == []
    store.close()


@NEEDS_PERMISSIONS
def test_a_read_only_place_is_said(path: Path, tmp_path: Path) -> None:
    files = _files(path, tmp_path, 1)
    before = path.read_bytes()
    for place in (path, path.parent):
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        code, out, errors = _run([*_unprivileged(tmp_path), *_ingest(files)], path)
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    assert code == 2 and out == "", (code, out, errors)
    assert str(path.name) in errors and "Traceback" not in errors
    assert path.read_bytes() == before
    store = Store(path)
    assert _received(store, 5) == "accepted"
    assert check(store) == []
    store.close()


@NEEDS_PERMISSIONS
def test_a_new_store_in_a_read_only_place_is_said(tmp_path: Path) -> None:
    place = tmp_path / "shut"
    place.mkdir()
    place.chmod(0o555)
    try:
        code, out, errors = _run(
            [*_unprivileged(tmp_path), sys.executable, "-m", "data", "check"], place / "store.duckdb"
        )
    finally:
        place.chmod(0o755)
    assert code == 2 and out == "" and "Traceback" not in errors, (code, out, errors)
    assert list(place.iterdir()) == []


def test_a_store_that_is_a_folder_is_said(tmp_path: Path) -> None:
    code, out, errors = _run([sys.executable, "-m", "data", "check"], tmp_path)
    assert code == 2 and out == "" and "Traceback" not in errors, (code, out, errors)


def _unprivileged(tmp_path: Path) -> list[str]:
    """What runs a command as somebody whom permissions bind; nothing where we are somebody like that."""
    if os.geteuid() != 0:
        return []
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/tmp") and folder.is_relative_to("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"]


def _files(path: Path, tmp_path: Path, number: int) -> list[str]:
    store = Store(path)
    found = []
    for index in range(1, number + 1):
        found.append(tmp_path / f"{index:02}.xlsx")
        found[-1].write_bytes(_content(store, index))
    store.close()
    return [str(file) for file in found]


def _content(store: Store, index: int) -> bytes:
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 4000.0 + index
    picture = random.Random(index).randbytes(200_000)  # takes room, whatever is compressed
    return with_parts(filled(store, "BE-02", "XZSP", rows=rows), {"xl/media/image1.png": picture})


def _received(store: Store, index: int) -> str:
    upload = Upload(_content(store, index), "a.xlsx", NOW, "", REASON)
    return next(iter(take_in(store, [upload])))[0].outcome


def _ingest(files: list[str]) -> list[str]:
    return [sys.executable, "-m", "loaders", "ingest", "--json", *files]


def _environment(path: Path) -> dict[str, str]:
    return os.environ | {"ZHUNDIAN_STORE": str(path)}


def _run(command: list[str], path: Path) -> tuple[int, str, str]:
    done = subprocess.run(command, env=_environment(path), cwd=ROOT, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()
