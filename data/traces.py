"""What lies beside a store: traces of one that is gone, and a restore that was cut short and is brought to its end."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from data import witness
from data.store_errors import StoreMissing
from data.store_faults import backup_words

BESIDE = (".wal", ".audit")
"""Endings of what goes where the store goes."""
_TRACES = (".wal", ".audit", ".sessions", ".arriving", ".restoring")


def beside(path: Path, ending: str) -> Path:
    """The file of that ending beside a store."""
    return path.with_name(path.name + ending)


def traces(path: Path) -> list[Path]:
    """What a store that is not there has left beside its place."""
    there = [beside(path, ending) for ending in _TRACES if beside(path, ending).exists()]
    with suppress(OSError):
        there += sorted(path.parent.glob(f"{path.name}.before-*"))
    return there


def must_be_new(path: Path) -> None:
    """StoreMissing where a store was at this path: it is not made anew by being asked for."""
    left = traces(path)
    if not left and not witness.existed(path):
        return
    newest, head = witness.newest_backup(path), witness.last(path, witness.HEAD)
    found = ", ".join(trace.name for trace in left) or f"nothing, though it was in use until {head.at if head else '?'}"
    raise StoreMissing(
        f"{path} is missing: expected the store that was there, found {found}.\n"
        "Nothing was made in its place. See whether its disk is there; or restore: "
        f"python -m data restore BACKUP. {backup_words(newest)}.\n"
        "Only where it was deleted on purpose: python -m data create",
        details={"path": str(path), **newest},
    )


def set_aside(path: Path) -> list[Path]:
    """Move what a lost store left out of a new one's way; nothing is deleted. Returns what was moved."""
    name, moved = f"{path.name}.before-{_now()}", []
    for ending in (*_TRACES, ".sessions-wal", ".sessions-shm"):
        left = beside(path, ending)
        if left.exists():
            moved.append(left.replace(path.with_name(name + ending)))
    return moved


def before_name(path: Path) -> Path:
    """Where the store that a restore replaces will be kept."""
    return path.with_name(f"{path.name}.before-{_now()}")


def swap(path: Path, kept: Path) -> None:
    """Put `.arriving` in the place of the store, which is kept with what lies beside it. What is to be done is noted
    first, so that after a death at any point the rest of it is done when the store is next opened.
    """
    journal = beside(path, ".restoring")
    partial = beside(path, ".restoring.partial")
    with partial.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"kept": kept.name}))
        out.flush()
        os.fsync(out.fileno())
    partial.replace(journal)
    _sync(path.parent)
    finish(path)


def finish(path: Path) -> None:
    """Bring a restore that was cut short to its end; nothing where there was none."""
    journal = beside(path, ".restoring")
    if not journal.exists():
        return
    with _alone(journal) as is_there:
        if not is_there:
            return
        kept = path.with_name(json.loads(journal.read_text(encoding="utf-8"))["kept"])
        arriving = beside(path, ".arriving")
        if arriving.exists():
            _keep(path, kept)  # its log too: one left behind would be replayed into the new store
            arriving.replace(path)
        for ending in BESIDE:  # its log is there where the disk failed as it was closed, and holds its last acts
            if beside(arriving, ending).exists():
                beside(arriving, ending).replace(beside(path, ending))
        _sync(path.parent)
        journal.unlink(missing_ok=True)
        _sync(path.parent)


def undo(path: Path) -> None:
    """Delete what a restore had copied that replaced nothing; where a restore is to be finished, nothing."""
    if beside(path, ".restoring").exists():
        return
    for ending in (".arriving", ".arriving.wal", ".arriving.audit", ".restoring.partial"):
        with suppress(OSError):  # on a disk that fails; the next restore tries again
            beside(path, ending).unlink(missing_ok=True)


def _keep(path: Path, kept: Path) -> None:
    """The store first, then what lies beside it; each step is skipped where it was done before a death."""
    if path.exists() and not kept.exists():
        path.replace(kept)
    for ending in BESIDE:
        if beside(path, ending).exists() and not beside(kept, ending).exists():
            beside(path, ending).replace(beside(kept, ending))


@contextmanager
def _alone(journal: Path) -> Iterator[bool]:
    """Whether the journal is still there once no other process is at it."""
    try:
        with journal.open("r+b") as held:
            if os.name != "nt":
                import fcntl

                fcntl.flock(held, fcntl.LOCK_EX)
            yield journal.exists()
    except FileNotFoundError:  # the other one has come to the end
        yield False


def _sync(folder: Path) -> None:
    """Have the names of a folder outlive a power cut, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
