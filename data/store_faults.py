"""What an error of the database or the system means for the store, and what is to be done: each cause has its words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data import witness
from data.store_errors import StoreBusy, StoreError

_MARKS = (  # the first whose text is in the error; DuckDB gives no codes
    ("busy", ("set lock", "used by another process")),
    ("full", ("no space left", "file too large", "disk quota", "out of disk", "not enough disk")),
    ("not_allowed", ("permission denied", "read-only file system", "access is denied", "operation not permitted")),
    ("disk", ("input/output error", "could not write", "fsync failed")),
    ("damaged_log", ("replaying wal", "wal file", ".wal")),
    (
        "damaged",
        (
            "not a valid duckdb",
            "corrupt",
            "checksum",
            "could not read",
            "serialization",
            "failed to load metadata",
            "deserialize",
        ),
    ),
    ("failed", ("internal error", "fatal error", "has been invalidated")),
    ("memory", ("out of memory", "could not allocate")),
)
_TO_DO = {
    "full": "The disk is full. Reading goes on; make room, then try again. Nothing that was confirmed is lost.",
    "not_allowed": "Check who owns the file and its folder, and that the disk is not mounted read-only.",
    "disk": "The disk fails to read or write. What was being done was not saved; what was confirmed is there. Look at "
    "the disk and the system's log, then start the program anew; where it fails again, restore the newest backup on "
    "another disk: python -m data restore BACKUP.",
    "damaged_log": "Its log (.wal), which holds what was written last, is damaged. Waiting does not help: "
    "copy both files elsewhere, then restore the newest backup: python -m data restore BACKUP.",
    "damaged": "The file is damaged: waiting does not help. Copy it elsewhere, then restore the newest backup: "
    "python -m data restore BACKUP.",
    "failed": "The database engine failed. Start the program anew; where it fails again, the file is damaged: copy it "
    "elsewhere, then restore the newest backup: python -m data restore BACKUP.",
    "memory": "The machine has too little free memory. Nothing was changed; try again.",
    "other": "Check the path, its permissions, the free space.",
}


def cause_of(error: Exception) -> str:
    """The cause, by the words of the error; `other` where they say nothing that is known."""
    text = str(error).lower()
    return next((cause for cause, marks in _MARKS if any(mark in text for mark in marks)), "other")


def not_open(path: Path, error: Exception) -> StoreError:
    """The error of a store that could not be opened."""
    cause = cause_of(error)
    if cause == "busy":
        return StoreBusy(
            f"{path} is in use by another process: {error}\n"
            "One process owns the store. Stop the other one, or do this on its pages.",
            details={"path": str(path)},
        )
    return _said(path, f"{path} cannot be opened as a store: {error}", cause)


def not_read(path: Path, error: Exception) -> StoreError:
    """The error of an open store that cannot be read."""
    cause = cause_of(error)
    return _said(path, f"{path} cannot be read: {error}", "failed" if cause == "other" else cause)


def not_written(path: Path, error: Exception) -> StoreError:
    """The error of an open store that takes nothing."""
    return _said(path, f"{path}: nothing was written: {error}", cause_of(error))


def _said(path: Path, text: str, cause: str) -> StoreError:
    newest, to_do = witness.newest_backup(path), _TO_DO[cause]
    if cause in ("disk", "damaged", "damaged_log", "failed"):
        to_do += f" {backup_words(newest)}"
    return StoreError(f"{text}\n{to_do}", cause, {"path": str(path), **newest})


def backup_words(newest: Mapping[str, Any]) -> str:
    """What there is to go back to, of witness.newest_backup."""
    if not newest:
        return "No backup is known."
    told = f"The newest backup that is known: {newest['backup']} of {newest['at']}"
    return told if newest["lost"] is None else f"{told}; acts noted after it: {newest['lost']}"
