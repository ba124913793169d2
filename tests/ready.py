"""Ready stores: each kind is built once a process, by the program's own code, and copied for whoever asks for one."""

import shutil
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from data.catalogue.in_force import ensure_catalogue
from data.store import Store

_FOLDER = TemporaryDirectory(prefix="zhundian-ready-", ignore_cleanup_errors=True)
_NAME = "store.duckdb"


def ready_copy(build: Callable[..., object], path: Path, *words: Hashable) -> Path:
    """A copy at path of the closed store that build(another path, *words) leaves behind, and of what lies beside it;
    build runs once a process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return copy_whole(_built(build, *words) / _NAME, path)


def copy_whole(store_path: Path, path: Path) -> Path:
    """A copy at path of a closed store and of what lies beside it."""
    for made in store_path.parent.glob(f"{store_path.name}*"):
        shutil.copyfile(made, path.with_name(path.name + made.name.removeprefix(store_path.name)))
    return path


@cache
def _built(build: Callable[..., object], *words: Hashable) -> Path:
    folder = Path(_FOLDER.name) / f"{_built.cache_info().misses}"
    folder.mkdir()
    build(folder / _NAME, *words)
    assert not (folder / f"{_NAME}.wal").exists(), "the store was not closed"
    return folder


def reference_copy(path: Path, now: datetime | None = None) -> Path:
    """A closed store with the reference catalogue, first started at now (default: when the tests began)."""
    return ready_copy(_reference, path, now)


def reference_store(path: Path, now: datetime | None = None) -> Store:
    """The same, open."""
    return Store(reference_copy(path, now))


def _reference(path: Path, now: datetime | None) -> None:
    store = Store(path)
    ensure_catalogue(store, now or datetime.now(UTC))
    store.close()
