"""The audit trail: one row an act, each chained to the one before by its hash, and its head noted outside the store.

A changed row no longer fits its hash, a missing one leaves a gap in the numbers, and a tail that was cut off is behind
the head. Whoever can write both files and recompute all hashes can still forge it: note a head on paper now and then
(`python -m data audit --head`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.access import Person
from data.store import Store, append

_START = "0" * 64
_COLUMNS = 'audit_no, "at", user_code, user_name, role, via, address, "action", unit_code, subject, details'
_MAX_TEXT = 2000  # of one value: what strangers send must not fill the store


@dataclass(frozen=True)
class Act:
    """What somebody did. subject: what it was done to (an account, a receipt number, a file's name)."""

    action: str
    subject: str = ""
    unit_code: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


_FAULTS = {
    "missing": "rows {first} to {last} are missing",
    "twice": "row {first} is there twice",
    "unchained": "row {first} does not follow the row before it",
    "changed": "row {first} was changed",
    "no_head": "the head of the trail is not noted in {path}",
    "cut_off": "the trail ends at row {first}, without row {last} as it was noted: rows are missing",
}


@dataclass(frozen=True)
class TrailFault:
    """What is wrong with the trail: missing, twice, unchained, changed, no_head or cut_off, and at which rows."""

    code: str
    first: int = 0
    last: int = 0
    path: str = ""

    def __str__(self) -> str:
        return "audit: " + _FAULTS[self.code].format(first=self.first, last=self.last, path=self.path)


def note(store: Store, act: Act, person: Person | None = None, at: datetime | None = None) -> None:
    """Keep one act in a transaction of its own; of store.person, unless another person is given."""
    with store.write(is_news=False) as cursor:
        keep(store, cursor, [act], person, at)


def keep(
    store: Store, cursor: Any, acts: Sequence[Act], person: Person | None = None, at: datetime | None = None
) -> None:
    """Keep acts within the transaction that does them, so that neither is there without the other."""
    if not acts:
        return
    person, at = person or store.person, at or datetime.now(UTC)
    number, previous = _last(cursor)
    head = read_head(store.path)
    if number and (head is None or not _has(cursor, head)):  # said for ever, since the head is now written anew
        heads = {"expected": head or "a head beside the store", "found": [number, previous]}
        acts = [Act("audit_head_lost", details=heads), *acts]
    rows = []
    for act in acts:
        number += 1
        row = [number, at, *_who(person), act.action, act.unit_code, _text(act.subject), _json(act.details)]
        rows.append([*row, previous, previous := _hash(row, previous)])
    names = [name.strip().strip('"') for name in f"{_COLUMNS}, previous_hash, hash".split(",")]
    append(cursor, "audit", {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
    store.after_commit(lambda: _write_head(store.path, number, previous))


def faults(store: Store, has_head: bool = True) -> list[TrailFault]:
    """What is wrong with the trail; reads all of it. has_head False: a backup, which has no head beside it."""
    trail_faults = []
    expected, previous = 1, _START
    for *row, row_previous, row_hash in _rows(store):
        (own_number, *_) = row
        number = expected if own_number is None else own_number  # somebody took its number away: changed, like the rest
        if number > expected:
            trail_faults.append(TrailFault("missing", expected, number - 1))
        elif number < expected:
            trail_faults.append(TrailFault("twice", number))
        elif row_previous != previous:
            trail_faults.append(TrailFault("unchained", number))
        if row_hash != _hash(row, row_previous):
            trail_faults.append(TrailFault("changed", number))
        expected, previous = number + 1, row_hash
    if has_head:
        trail_faults += _head_faults(store, expected - 1)
    return trail_faults


def read_details(kept: str | None) -> dict[str, Any]:
    """The details of a row; empty where they can no longer be read: a row that was tampered with is shown too."""
    try:
        read = json.loads(kept or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def rewrite_head(store: Store) -> None:
    """Note the head of a store that came from elsewhere whole: a restored backup."""
    with store.cursor() as cursor:
        _write_head(store.path, *_last(cursor))


def head(store: Store) -> tuple[int, str]:
    """Number and hash of the newest row; 0 and zeros where there is none."""
    with store.cursor() as cursor:
        return _last(cursor)


def head_path(store_path: Path) -> Path:
    """Where the head is noted: beside the store."""
    return store_path.with_name(f"{store_path.name}.audit")


def read_head(store_path: Path) -> list | None:
    """[number, hash] as noted; None where nothing legible is."""
    try:
        number, hash_ = head_path(store_path).read_text(encoding="ascii").split()
        return [int(number), hash_]
    except (OSError, ValueError):
        return None


def _head_faults(store: Store, last: int) -> list[TrailFault]:
    noted = read_head(store.path)
    if noted is None:
        return [TrailFault("no_head", path=str(head_path(store.path)))] if last else []
    with store.cursor() as cursor:
        if _has(cursor, noted):
            return []
    return [TrailFault("cut_off", last, noted[0])]


def _write_head(store_path: Path, number: int, hash_: str) -> None:
    if not number:
        return
    path = head_path(store_path)
    partial = path.with_name(f"{path.name}.partial")
    with suppress(OSError):  # the act itself is kept; a head that lags behind is no fault, and the next act moves it
        partial.write_text(f"{number} {hash_}\n", encoding="ascii")
        partial.replace(path)


def _last(cursor: Any) -> tuple[int, str]:
    row = cursor.execute("SELECT audit_no, hash FROM audit ORDER BY audit_no DESC LIMIT 1").fetchone()
    return row or (0, _START)


def _has(cursor: Any, noted: Sequence) -> bool:
    return bool(cursor.execute("SELECT 1 FROM audit WHERE audit_no = ? AND hash = ?", list(noted)).fetchone())


def _rows(store: Store) -> Iterator[tuple]:
    step = 20_000
    for first in range(0, store.value("SELECT count(*) FROM audit"), step):
        yield from store.rows(
            f"SELECT {_COLUMNS}, previous_hash, hash FROM audit ORDER BY audit_no, hash LIMIT {step} OFFSET {first}"
        )


def _who(person: Person) -> list[str]:
    return [_text(person.user_code), _text(person.user_name), person.role.value, person.via, _text(person.address)]


def _text(text: str) -> str:
    return text[:_MAX_TEXT].encode("utf-8", "replace").decode()


def _json(details: Mapping[str, Any]) -> str:
    short = {name: _text(value) if isinstance(value, str) else value for name, value in details.items()}
    return json.dumps(short, ensure_ascii=False, default=str, sort_keys=True)


def _hash(row: Sequence, previous: str) -> str:
    number, at, *rest = row
    written = [previous, number, at and at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(written, ensure_ascii=False).encode()).hexdigest()
