"""The audit trail: one row an act, each chained to the one before by its hash, and its head noted outside the store.

A changed row no longer fits its hash, a missing one leaves a gap in the numbers, and a tail that was cut off is behind
the heads: the one beside the store, those of data/witness outside its reach, and those on receipts, notices and
backups. That something was lost is itself a row, and a fault for ever.
"""

import errno
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import witness
from data.access import OWNER, Person
from data.store import Store, append, make_private, store_path

_START = "0" * 64
COLUMNS = 'audit_no, "at", user_code, user_name, role, via, address, "action", unit_code, subject, details'
_SEAL = 16  # characters of a hash: 64 bits, more than anybody tries out
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
    "witnessed": "the trail ends at row {first}, without row {last} as it was noted in {path}: rows are missing",
    "lost": "before row {first} the head of the trail was gone, or rows were; see there what was expected",
    "clock": "at row {first} the clock was moved; see there by how much, and what follows: data clock",
}
_PAST = ("lost", "clock")  # what is told for ever, whatever is in order now
LOST, MOVED, CONFIRMED = "audit_head_lost", "clock_moved", "clock_confirmed"
"""Acts of the store itself: its trail was not what was noted of it; the clock was moved; and of the office's: it was
looked at, and is right.
"""
_compared: set[Path] = set()  # stores whose trail was held against the witness since this process began


@dataclass(frozen=True)
class TrailFault:
    """What is wrong with the trail, by its code in _FAULTS, and at which rows."""

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
    store: Store,
    cursor: Any,
    acts: Sequence[Act],
    person: Person | None = None,
    at: datetime | None = None,
    is_due: bool = False,
) -> None:
    """Keep acts within the transaction that does them, so that neither is there without the other. is_due: also where
    there are none, for what the store itself has to say.
    """
    if not acts and not is_due:
        return
    person, keeper = person or store.person, store.timekeeper
    number, previous = _last(cursor)
    at = at or keeper.now()
    acts = [*_lost(store, cursor, number, previous), *_moved(store), *acts]
    rows = []
    for act in acts:
        number += 1
        row = [number, at, *_who(person), act.action, act.unit_code, _text(act.subject), _json(act.details)]
        rows.append([*row, previous, previous := _hash(row, previous)])
    names = [name.strip().strip('"') for name in f"{COLUMNS}, previous_hash, hash".split(",")]
    append(cursor, "audit", {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
    is_earnest = any(act.action == witness.BEGINS_WITH for act in acts)
    store.after_commit(lambda: _note_head(store, (number, previous), is_earnest))


def _lost(store: Store, cursor: Any, number: int, hash_: str) -> list[Act]:
    """The act that says for ever that the trail is not what was noted of it; none where it is."""
    if store.is_copy:
        return []
    try:
        beside, missing = read_head(store.path), None
    except OSError:  # told for ever only what was seen; the next act looks again
        return []
    if store.path == store_path() and store.path not in _compared:
        missing = _unwitnessed(store, cursor)
        store.after_commit(lambda: _compared.add(store.path))
    is_there = _has(cursor, beside) if beside else not number
    if is_there and missing is None:
        return []
    details: dict[str, Any] = {"expected": beside or "a head beside the store", "found": [number, hash_]}
    if missing:
        details["witness"] = [missing.number, missing.hash]
    return [Act(LOST, details=details)]


def _unwitnessed(store: Store, cursor: Any) -> witness.Noted | None:
    """The newest head that was noted outside the store's reach and is not in the trail; None: all are there, were given
    up by a restore, or a row says already that they are not.
    """
    lines = witness.since_restored(store.path)
    given_up = {hash_ for (hash_,) in cursor.execute(_GIVEN_UP).fetchall()}
    last = max((index for index, line in enumerate(lines, 1) if line.hash in given_up), default=0)
    for line in reversed(lines[last:]):
        if line.kind == witness.HEAD and not _has(cursor, (line.number, line.hash)):
            is_told = cursor.execute(_TELLS, {"action": LOST, "hash": line.hash}).fetchone()
            return None if is_told else line
    return None


_GIVEN_UP = """SELECT details ->> '$.given_up[1]' FROM audit WHERE "action" = 'restored' AND json_valid(details)"""
_TELLS = """SELECT 1 FROM audit WHERE "action" = $action AND contains(details, $hash)"""


def _moved(store: Store) -> list[Act]:
    """The act that says that the clock was moved, once each time."""
    keeper = store.timekeeper
    if keeper.is_told or store.is_copy:
        return []
    off = keeper.off_by()
    if not off:
        return []

    def told() -> None:
        keeper.is_told = True

    store.after_commit(told)
    believed = keeper.now()
    moments = {"clock": believed + off, "believed": believed}
    details: dict[str, Any] = {name: at.isoformat(timespec="seconds") for name, at in moments.items()}
    return [Act(MOVED, details=details | {"seconds": round(off.total_seconds())})]


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
    return trail_faults + _past_faults(store)


def is_of_the_past(fault: str) -> bool:
    """Whether a line of check tells of what was once, and stays whatever is done."""
    return any(fault.startswith(f"audit: {_FAULTS[code].partition('{')[0]}") for code in _PAST)


def note_loss(store: Store) -> TrailFault | None:
    """Say for ever that the trail is not what was noted of it, or that the clock was moved, without waiting for an act;
    what was said, None where there was nothing to say.
    """
    with store.cursor() as cursor:
        number, hash_ = _last(cursor)
        is_lost = bool(_lost(store, cursor, number, hash_))
    if not is_lost and store.timekeeper.is_told:
        return None
    with store.write(is_news=False) as cursor:
        keep(store, cursor, (), is_due=True)
    return TrailFault("lost" if is_lost else "clock", number + 1)


def seals(store: Store, receipt_nos: Sequence[str]) -> dict[str, str]:
    """receipt → the seal of the act by which it was given: number and beginning of the hash of its row, which holds all
    rows before it. On paper in somebody else's hands it is a head that nobody here can change.
    """
    rows = store.seen_by(OWNER).rows(
        """SELECT subject, max(audit_no) AS audit_no, arg_max(hash, audit_no) AS hash FROM audit
        WHERE subject IN (SELECT unnest($1::VARCHAR[])) AND "action" IN ('submission_accepted', 'submission_returned')
        GROUP BY subject""",
        [list(receipt_nos)],
    )
    return {row.subject: f"{row.audit_no}-{row.hash[:_SEAL]}" for row in rows}


def seal_at(store: Store, as_of: datetime) -> str:
    """The head of the trail at a moment, for paper that leaves the house: number and beginning of its hash; empty where
    there is none yet.
    """
    rows = store.seen_by(OWNER).rows(
        'SELECT audit_no, hash FROM audit WHERE "at" <= $1 ORDER BY audit_no DESC LIMIT 1', [as_of]
    )
    return f"{rows[0].audit_no}-{rows[0].hash[:_SEAL]}" if rows else ""


def holds(store: Store, seal: str) -> bool:
    """Whether the trail has the row of a seal, or of a whole head (number-hash). ValueError for what is neither."""
    number, _, hash_ = seal.strip().partition("-")
    if not number.isdecimal() or len(hash_) < _SEAL:
        raise ValueError(f"expected a number, a hyphen and at least {_SEAL} characters of a hash, found {seal!r}")
    sql = "SELECT 1 FROM audit WHERE audit_no = ? AND starts_with(hash, ?)"
    return bool(store.rows(sql, [int(number), hash_.lower()]))


def losses(store: Store) -> list[int]:
    """The rows that say that something was lost before them."""
    rows = store.rows('SELECT audit_no FROM audit WHERE "action" = ? ORDER BY audit_no', [LOST])
    return [row.audit_no for row in rows]


def _past_faults(store: Store) -> list[TrailFault]:
    """Of the clock until somebody has said that it is right; of what was lost for ever."""
    rows = store.rows(
        """SELECT audit_no, "action" FROM audit WHERE "action" = $lost OR ("action" = $moved AND audit_no > (
            SELECT coalesce(max(audit_no), 0) FROM audit WHERE "action" = $confirmed)) ORDER BY audit_no""",
        {"lost": LOST, "moved": MOVED, "confirmed": CONFIRMED},
    )
    return [TrailFault("lost" if row.action == LOST else "clock", row.audit_no) for row in rows]


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


def head_at(store: Store, as_of: datetime) -> tuple[int, str]:
    """As `head`, of what had been noted by a moment."""
    with store.cursor() as cursor:
        row = cursor.execute(
            'SELECT audit_no, hash FROM audit WHERE "at" <= ? ORDER BY audit_no DESC LIMIT 1', [as_of]
        ).fetchone()
        return row or (0, _START)


def head_path(store_path: Path) -> Path:
    """Where the head is noted: beside the store."""
    return store_path.with_name(f"{store_path.name}.audit")


def read_head(store_path: Path) -> list | None:
    """[number, hash] as noted; None where nothing legible is. OSError where the disk fails to answer: that is no sign
    that the head is gone.
    """
    try:
        number, hash_ = head_path(store_path).read_text(encoding="ascii").split()
        return [int(number), hash_]
    except ValueError:
        return None
    except OSError as fault:
        if fault.errno == errno.EIO:
            raise
        return None


def _head_faults(store: Store, last: int) -> list[TrailFault]:
    told: list[TrailFault] = []
    try:
        noted = read_head(store.path)
    except OSError:
        noted = None
    with store.cursor() as cursor:
        if noted is None:
            told += [TrailFault("no_head", path=str(head_path(store.path)))] if last else []
        elif not _has(cursor, noted):
            told.append(TrailFault("cut_off", last, noted[0]))
        if store.path == store_path() and (missing := _unwitnessed(store, cursor)):
            told.append(TrailFault("witnessed", last, missing.number, str(witness.path_of(store.path))))
    return told


def _note_head(store: Store, head: tuple[int, str], is_earnest: bool) -> None:
    _write_head(store.path, *head)
    if not store.is_copy and store.path == store_path() and (is_earnest or witness.existed(store.path)):
        witness.add(store.path, witness.HEAD, head)


def _write_head(store_path: Path, number: int, hash_: str) -> None:
    if not number:
        return
    path = head_path(store_path)
    partial = path.with_name(f"{path.name}.partial")
    with suppress(OSError):  # the act itself is kept; a head that lags behind is no fault, and the next act moves it
        partial.write_text(f"{number} {hash_}\n", encoding="ascii")
        make_private(partial)
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
            f"SELECT {COLUMNS}, previous_hash, hash FROM audit ORDER BY audit_no, hash LIMIT {step} OFFSET {first}"
        )


def _who(person: Person) -> list[str]:
    return [_text(person.user_code), _text(person.user_name), person.role.value, person.via, _text(person.address)]


def _text(text: str) -> str:
    return text[:_MAX_TEXT].encode("utf-8", "replace").decode()


def _json(details: Mapping[str, Any]) -> str:
    short = {name: _text(value) if isinstance(value, str) else value for name, value in details.items()}
    return json.dumps(short, ensure_ascii=False, default=str, sort_keys=True)


def _hash(row: Sequence, previous: str) -> str:
    return hashlib.sha256(hashed(row, previous).encode()).hexdigest()


def hashed(row: Sequence, previous: str) -> str:
    """The text, in UTF-8, whose SHA-256 is the row's hash."""
    number, at, *rest = row
    written = [previous, number, at and at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return json.dumps(written, ensure_ascii=False)
