"""Sessions and failed tries, in a small SQLite file beside the store: they change at each click and are no facts.

Losing the file signs everybody out, and nothing else. Of a session's token only its sha256 is kept.
"""

import hashlib
import ipaddress
import os
import secrets
import sqlite3
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

IDLE = 2 * 3600  # seconds without a click after which a session ends
LIFETIME = 12 * 3600  # seconds after which it ends whatever happens: a working day
WINDOW = 15 * 60  # seconds over which failed tries are counted
MAX_OF_USER, MAX_OF_ADDRESS = 10, 40
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS session (
        token_hash TEXT PRIMARY KEY, user_code TEXT, opened_at REAL, seen_at REAL, address TEXT, way TEXT);
    CREATE TABLE IF NOT EXISTS failure (whose TEXT, failed_at REAL);
    CREATE INDEX IF NOT EXISTS failure_of ON failure (whose, failed_at);
    CREATE TABLE IF NOT EXISTS token_use (token_id TEXT PRIMARY KEY, used_at REAL);
"""


@dataclass(frozen=True)
class Session:
    """An open session. opened_at: seconds since the epoch. way: password, oidc or proxy."""

    user_code: str
    opened_at: float
    address: str
    way: str


class Sessions:
    """The sessions of one store; any thread may call."""

    def __init__(self, path: Path) -> None:
        self._lock, self._reserving = threading.Lock(), threading.Lock()
        try:
            self._file = _opened(path)
        except (sqlite3.Error, OSError) as error:  # a full disk: people can sign in all the same, until the next start
            print(f"{path}: {error}; sessions are kept in memory", file=sys.stderr, flush=True)
            self._file = _opened(None)

    def open(self, user_code: str, address: str, way: str) -> str:
        """Begin a session; returns its token, 256 bits of chance, for the cookie."""
        token, now = secrets.token_urlsafe(32), time.time()
        self._try("DELETE FROM session WHERE seen_at < ? OR opened_at < ?", now - IDLE, now - LIFETIME)
        self._do(
            "INSERT INTO session (token_hash, user_code, opened_at, seen_at, address, way) VALUES (?, ?, ?, ?, ?, ?)",
            *(_hash(token), user_code, now, now, address, way),
        )
        return token

    def held_by(self, token: str) -> Session | None:
        """The session of a token, which is now in use again; None where it is none, or has ended."""
        now, token_hash = time.time(), _hash(token)
        rows = self._do(
            "SELECT user_code, opened_at, address, way, seen_at FROM session WHERE token_hash = ?", token_hash
        )
        if not rows:
            return None
        row, seen_at = rows[0], rows[0]["seen_at"]
        session = Session(row["user_code"], row["opened_at"], row["address"], row["way"])
        if now - seen_at > IDLE or now - session.opened_at > LIFETIME:
            self.end(token)
            return None
        if now - seen_at > 30:  # not a write a request
            self._try("UPDATE session SET seen_at = ? WHERE token_hash = ?", now, token_hash)
        return session

    def end(self, token: str) -> None:
        """Sign out."""
        self._do("DELETE FROM session WHERE token_hash = ?", _hash(token))

    def end_all_of(self, user_code: str) -> None:
        """Sign an account out everywhere."""
        self._do("DELETE FROM session WHERE user_code = ?", user_code)

    def count(self) -> int:
        """Sessions that are open now."""
        now = time.time()
        sql = "SELECT count(*) AS number FROM session WHERE seen_at >= ? AND opened_at >= ?"
        return self._do(sql, now - IDLE, now - LIFETIME)[0]["number"]

    def reserve(self, user_code: str, address: str) -> int:
        """Take a try at this account from this address before any work is done for it, so that no number of them at
        once gets past the limit. It counts as failed until `forget_failures`. Seconds until there is one; 0: taken.
        """
        limits = ((f"user {user_code}", MAX_OF_USER), (f"address {network_of(address)}", MAX_OF_ADDRESS))
        with self._reserving:
            wait = max(self._wait(whose, limit) for whose, limit in limits)
            if wait:
                return wait
            now = time.time()
            self._do("DELETE FROM failure WHERE failed_at < ?", now - WINDOW)
            for whose, _ in limits:
                self._do("INSERT INTO failure (whose, failed_at) VALUES (?, ?)", whose, now)
        return 0

    def wait_for_address(self, address: str) -> int:
        """Seconds until this address may try again; 0: now."""
        return self._wait(f"address {address}", MAX_OF_ADDRESS)

    def note_address_failure(self, address: str) -> None:
        """A wrong token, which belongs to no account."""
        self._do("INSERT INTO failure (whose, failed_at) VALUES (?, ?)", f"address {address}", time.time())

    def give_back(self, user_code: str, address: str) -> None:
        """The try that was taken last was none: it did not fail."""
        for whose in (f"user {user_code}", f"address {network_of(address)}"):
            self._do(
                "DELETE FROM failure WHERE rowid = (SELECT max(rowid) FROM failure WHERE whose = ?)",
                whose,
            )

    def forget_failures(self, user_code: str, address: str) -> None:
        """She has got in: her own failed tries are forgotten; of those of her address, only this one."""
        self.give_back(user_code, address)
        self._do("DELETE FROM failure WHERE whose = ?", f"user {user_code}")

    def note_use(self, token_id: str) -> None:
        """A program has come with this token."""
        self._try("INSERT OR REPLACE INTO token_use (token_id, used_at) VALUES (?, ?)", token_id, time.time())

    def uses(self) -> dict[str, float]:
        """token_id → when it was last used, in seconds since the epoch."""
        return dict(self._do("SELECT token_id, used_at FROM token_use"))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()

    def _wait(self, whose: str, limit: int) -> int:
        since = time.time() - WINDOW
        sql = "SELECT failed_at FROM failure WHERE whose = ? AND failed_at >= ? ORDER BY failed_at DESC LIMIT ?"
        failures = self._do(sql, whose, since, limit)
        return 0 if len(failures) < limit else int(failures[-1]["failed_at"] - since) + 1

    def _try(self, sql: str, *values: object) -> None:
        """Bookkeeping, without which reading goes on: a full disk stops nobody who only reads."""
        with suppress(sqlite3.OperationalError):
            self._do(sql, *values)

    def _do(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._file.execute(sql, values).fetchall()


def network_of(address: str) -> str:
    """Whom tries from an address are counted for: a house has a whole /64 of IPv6, and one address of IPv4."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if read.version == 4 or read.ipv4_mapped:
        return str(read.ipv4_mapped if read.version == 6 else read)
    return str(ipaddress.ip_network((read, 64), strict=False))


def _opened(path: Path | None) -> sqlite3.Connection:
    """The file with its tables, its owner's alone; None: in memory."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = os.umask(0o077)
    try:
        file = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        file.row_factory = sqlite3.Row
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.executescript(_SCHEMA)
    finally:
        if path is not None:
            os.umask(before)
    for part in (path, *(path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm"))) if path else ():
        with suppress(OSError):
            part.chmod(0o600)
    return file


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_open: dict[Path, Sessions] = {}
_opening = threading.Lock()


def sessions_of(store_path: Path) -> Sessions:
    """The process's one Sessions of a store."""
    path = store_path.with_name(f"{store_path.name}.sessions")
    with _opening:
        if path not in _open:
            _open[path] = Sessions(path)
        return _open[path]
