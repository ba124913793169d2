"""Whether a backup may take the place of the one before: it must be of the same store, and have lost nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.store import read_only
from data.store_errors import StoreError

_RECEIVED = "SELECT count(*) FROM s.submission WHERE NOT coalesce(is_sample, false)"
_NEWEST = "SELECT max(recorded_at), bool_or(coalesce(is_sample, false)) FROM s.submission"
_TRAIL = 'SELECT audit_no, hash, "at" FROM s.audit ORDER BY audit_no DESC LIMIT 1'
_ACCOUNTS = "SELECT count(*) FROM s.account"
_FIRST = "SELECT min(created_at) FROM s.store_info"
_SMALLER = 0.5  # of the bytes of the one before


@dataclass(frozen=True)
class Summary:
    """What a copy holds. head: number and hash of its trail's newest row; made_at: when the store was made."""

    path: Path
    bytes: int
    received: int
    accounts: int
    newest_at: datetime | None
    made_at: datetime | None
    head: tuple[int, str] | None
    has_sample: bool


def summary(path: Path) -> Summary:
    """Of a copy, which is only read. StoreError where it cannot be."""
    received, newest, trail, accounts, first = read_only(path, [_RECEIVED, _NEWEST, _TRAIL, _ACCOUNTS, _FIRST])
    last = trail[0] if trail else None
    moments = [moment for moment in ((newest or [(None, False)])[0][0], last and last[2]) if moment]
    return Summary(
        path,
        path.stat().st_size,
        received[0][0] if received else 0,
        accounts[0][0] if accounts else 0,
        max(moments, default=None),
        first[0][0] if first else None,
        last[:2] if last else None,
        bool(newest and newest[0][1]),
    )


def doubts(made: Path, before: Path) -> list[str]:
    """Why a new copy must not take the place of the one before; empty where it may."""
    try:
        new, old = summary(made), summary(before)
    except StoreError as error:
        return [str(error).splitlines()[0]]
    told = []
    if (old.made_at and new.made_at != old.made_at) or not _goes_on(new, old):
        told.append("it is of another store, or its audit trail does not go on from there")
    if new.received < old.received:
        told.append(f"it holds {new.received} submissions, there are {old.received}")
    if new.accounts < old.accounts:
        told.append(f"it holds {new.accounts} changes of accounts, there are {old.accounts}")
    if old.newest_at and (new.newest_at is None or new.newest_at < old.newest_at):
        told.append(f"its newest row is of {new.newest_at}, there it is of {old.newest_at}")
    if new.bytes < old.bytes * _SMALLER and not old.has_sample:
        told.append(f"it has {new.bytes} bytes, that one {old.bytes}")
    return told


def _goes_on(new: Summary, old: Summary) -> bool:
    """Whether the newest row that the old trail has is in the new one."""
    if old.head is None:
        return True
    number, hash_ = old.head
    (rows,) = read_only(new.path, [f"SELECT 1 FROM s.audit WHERE audit_no = {number:d} AND hash = '{hash_}'"])
    return bool(rows)
