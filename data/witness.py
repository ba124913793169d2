"""What is noted outside the store's reach: the heads of its audit trail and its backups, line by line, only ever added.

One small file a store, in a folder of its own: ZHUNDIAN_WITNESS, else var/witness in the program's folder. It begins
with the first account, that is when somebody works with the store in earnest, and only for the store that the process
is set to use. Whoever loses the store, or the disk with all that lies beside it, still has this; and what was cut off
the trail is missed here, whatever was written since.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HEAD, RESTORED, CREATED, BACKUP = "head", "restored", "created", "backup"
BEGINS_WITH = "account_created"
"""The act with which a store is used in earnest."""
HEAD, RESTORED, BACKUP = "head", "restored", "backup"


@dataclass(frozen=True)
class Noted:
    """One line. kind: head (of the trail after an act), restored (from here on the trail goes on from a backup's),
    created (a new store was made in a lost one's place) or backup (its file in `path`). number, hash: of the trail's
    newest row then.
    """

    at: str
    kind: str
    number: int
    hash: str
    path: str = ""


def folder() -> Path:
    """Where it is noted."""
    return Path(os.environ.get("ZHUNDIAN_WITNESS") or Path(__file__).parents[1] / "var" / "witness")


def path_of(store_path: Path) -> Path:
    """The file for a store."""
    return folder() / f"{store_path.name}-{hashlib.sha256(str(store_path).encode()).hexdigest()[:12]}.heads"


def since_restored(store_path: Path) -> list[Noted]:
    """The lines after the last restore, or after a new store was made in a lost one's place: what was noted before was
    given up then.
    """
    lines = noted(store_path)
    last_restored = max((index for index, line in enumerate(lines, 1) if line.kind in (RESTORED, CREATED)), default=0)
    return lines[last_restored:]


def existed(store_path: Path) -> bool:
    """Whether a store was used in earnest at this path."""
    return last(store_path, HEAD) is not None


def add(store_path: Path, kind: str, head: Sequence, path: str = "") -> None:
    """Add a line; head: number and hash. A folder that cannot be written is no reason to refuse an act."""
    number, hash_ = head
    line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {kind} {number} {hash_} {path}".rstrip() + "\n"
    file = path_of(store_path)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
            out.write(line.encode("utf-8", "replace"))


def noted(store_path: Path) -> list[Noted]:
    """Every legible line, the oldest first; a line that a power cut left half is none."""
    try:
        text = path_of(store_path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in map(_read, text.splitlines()) if line]


def newest_backup(store_path: Path) -> dict[str, Any]:
    """path and at of the newest backup that is known, and how many acts were noted after it (lost); empty: none is."""
    backup, head = last(store_path, BACKUP), last(store_path, HEAD)
    if backup is None:
        return {}
    return {"backup": backup.path, "at": backup.at, "lost": max(0, head.number - backup.number) if head else None}


def last(store_path: Path, kind: str) -> Noted | None:
    """The newest line of a kind."""
    return next((line for line in reversed(noted(store_path)) if line.kind == kind), None)


def _read(text: str) -> Noted | None:
    at, kind, number, hash_, *path = [*text.split(" ", 4), "", "", "", ""][:5]
    return Noted(at, kind, int(number), hash_, path[0]) if number.isdecimal() and len(hash_) == 64 else None
