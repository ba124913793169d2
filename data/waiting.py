"""还没报送: files that were checked on the page and not sent, kept for their owner in an SQLite file beside the store.

They are nobody's facts: no question, list or backup of the store knows them, and nobody but their owner is shown them.
Losing the file costs an upload. How much is kept is bounded, for each person and for all together.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

MAX_FILES = 60
MAX_BYTES = 100 * 1024 * 1024
MAX_OF_ALL = 4 * 1024 * 1024 * 1024
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS waiting (
        user_code TEXT, waiting_id TEXT, file_name TEXT, archive TEXT, unit_code TEXT, arrived_at REAL, about TEXT,
        explanations TEXT, size INTEGER, content BLOB, PRIMARY KEY (user_code, waiting_id));
"""
_SHOWN = "waiting_id, file_name, archive, unit_code, arrived_at, about, explanations, size"

Key = tuple[str, str, date]
"""Unit, template, period."""


@dataclass(frozen=True)
class WaitingFile:
    """A file that waits to be sent. archive: the .zip that it lay in; unit_code: whose it was said to be (None: the one
    that the file names); about: what was found in it; explanations: Issue.key → words.
    """

    waiting_id: str
    file_name: str
    archive: str
    unit_code: str | None
    arrived_at: datetime
    about: tuple[Key, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    size: int = 0

    @property
    def shown_name(self) -> str:
        """The file's name, with the archive that it came in."""
        return f"{self.archive}/{self.file_name}" if self.archive else self.file_name


def waiting_id_of(content: bytes, file_name: str, archive: str, unit_code: str | None) -> str:
    """The same file, chosen again for the same unit, is the same one."""
    named = json.dumps([hashlib.sha256(content).hexdigest(), file_name, archive, unit_code])
    return hashlib.sha256(named.encode()).hexdigest()[:24]


class Waiting:
    """The waiting files of one store; any thread may call. Each person reaches her own alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._file.row_factory = sqlite3.Row
        self._file.execute("PRAGMA auto_vacuum = FULL")  # what was sent gives its room back
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.executescript(_SCHEMA)

    def keep(self, user_code: str, file: WaitingFile, content: bytes, fresh_since: datetime) -> bool:
        """Keep a file; False where there is no room for it, or none on the disk. One that waits already stays as it is,
        with the moment at which it came first, unless that was before `fresh_since`.
        """
        about = json.dumps([[unit, template, period.isoformat()] for unit, template, period in file.about])
        try:
            with self._lock:
                known = self._file.execute(
                    "SELECT arrived_at FROM waiting WHERE user_code = ? AND waiting_id = ?",
                    (user_code, file.waiting_id),
                ).fetchone()
                if known:
                    arrived = known["arrived_at"]
                    arrived = file.arrived_at.timestamp() if arrived < fresh_since.timestamp() else arrived
                    self._file.execute(
                        "UPDATE waiting SET arrived_at = ?, about = ? WHERE user_code = ? AND waiting_id = ?",
                        (arrived, about, user_code, file.waiting_id),
                    )
                    return True
                if not self._has_room(user_code, len(content)):
                    return False
                self._file.execute(
                    f"INSERT INTO waiting (user_code, {_SHOWN}, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(user_code, file.waiting_id, file.file_name, file.archive, file.unit_code),
                        *(file.arrived_at.timestamp(), about, json.dumps(dict(file.explanations))),
                        *(len(content), content),
                    ),
                )
                return True
        except sqlite3.Error:  # a full disk, say: the file can still be sent at once, and the page says so
            return False

    def _has_room(self, user_code: str, size: int) -> bool:
        files, used = self._used(user_code)
        (all_used,) = self._file.execute("SELECT coalesce(sum(size), 0) FROM waiting").fetchone()
        return files < MAX_FILES and used + size <= MAX_BYTES and all_used + size <= MAX_OF_ALL

    def _used(self, user_code: str) -> tuple[int, int]:
        sql = "SELECT count(*), coalesce(sum(size), 0) FROM waiting WHERE user_code = ?"
        return tuple(self._file.execute(sql, (user_code,)).fetchone())

    def used(self, user_code: str) -> tuple[int, int]:
        """How many files of hers wait, and how many bytes they take."""
        with self._lock:
            return self._used(user_code)

    def of(self, user_code: str) -> list[WaitingFile]:
        """Hers, the one that came first before."""
        sql = f"SELECT {_SHOWN} FROM waiting WHERE user_code = ? ORDER BY arrived_at, rowid"
        return [_file(row) for row in self._do(sql, user_code)]

    def content(self, user_code: str, waiting_id: str) -> bytes | None:
        """The file's bytes; None where none of hers waits by that name any more."""
        rows = self._do("SELECT content FROM waiting WHERE user_code = ? AND waiting_id = ?", user_code, waiting_id)
        return rows[0]["content"] if rows else None

    def explain(self, user_code: str, waiting_id: str, explanations: Mapping[str, str]) -> None:
        """What she has written so far."""
        written = json.dumps(dict(explanations))
        sql = "UPDATE waiting SET explanations = ? WHERE user_code = ? AND waiting_id = ?"
        self._do(sql, written, user_code, waiting_id)

    def drop(self, user_code: str, waiting_id: str) -> None:
        """Sent, or thrown away."""
        self._do("DELETE FROM waiting WHERE user_code = ? AND waiting_id = ?", user_code, waiting_id)

    def clear(self) -> None:
        """Everybody's: the demonstration is cleared."""
        self._do("DELETE FROM waiting")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()

    def _do(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._file.execute(sql, values).fetchall()


def _file(row: sqlite3.Row) -> WaitingFile:
    about = tuple((unit, template, date.fromisoformat(day)) for unit, template, day in json.loads(row["about"]))
    return WaitingFile(
        *(row["waiting_id"], row["file_name"], row["archive"], row["unit_code"]),
        datetime.fromtimestamp(row["arrived_at"], UTC),
        about,
        json.loads(row["explanations"]),
        row["size"],
    )


_open: dict[Path, Waiting] = {}
_opening = threading.Lock()


def waiting_of(store_path: Path) -> Waiting:
    """The process's one Waiting of a store."""
    path = store_path.with_name(f"{store_path.name}.waiting")
    with _opening:
        if path not in _open:
            _open[path] = Waiting(path)
        return _open[path]
