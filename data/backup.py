"""Copies of the store, and whether a store is whole."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import audit, witness
from data.access import OWNER, Person
from data.attested import contradictions
from data.audit import Act
from data.lineage import doubts
from data.schema.upgrade import log_of
from data.store import Store, copy_store, is_open, make_private, store_path
from data.store_errors import StoreBusy, StoreError
from data.store_faults import cause_of, not_written
from data.tables import TABLES
from data.traces import before_name, beside, finish, set_aside, swap, undo

_NAME = "zhundian-"
_DOUBTFUL = ".doubtful.duckdb"


def check(store: Store, has_head: bool = True) -> list[str]:
    """What contradicts itself in the store, one line each; empty when it is whole. Reads every kept file and the audit
    trail. has_head False: a backup, beside which no head of the trail is noted.
    """
    faults = []
    for fault, sql in _questions():
        number = store.value(sql)
        if number:
            faults.append(f"{fault}: {number}")
    for sha256, content in store.rows("SELECT sha256, content FROM workbook_file"):
        if hashlib.sha256(content).hexdigest() != sha256:
            faults.append(f"a kept file is not what it was: {sha256}")
    return faults + contradictions(store) + [str(fault) for fault in audit.faults(store, has_head)]


def _questions() -> Iterator[tuple[str, str]]:
    """What may be wrong with the rows of each table, and the SQL that counts it."""
    for table in TABLES:
        for key in table.keys:
            columns = _listed(key.columns)
            yield (
                key.fault,
                f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" WHERE {key.where} GROUP BY {columns} '
                "HAVING count(*) > 1)",
            )
        for reference in table.references:
            is_named = " AND ".join(f'"{name}" IS NOT NULL' for name in reference.columns)
            is_there = " AND ".join(
                f'other."{target}" = here."{name}"'
                for name, target in zip(reference.columns, reference.targets, strict=True)
            )
            yield (
                reference.fault,
                f'SELECT count(*) FROM (SELECT * FROM "{table.name}" WHERE {is_named}) here '
                f'ANTI JOIN (SELECT * FROM "{reference.table}" WHERE {reference.where}) other ON {is_there}',
            )
        for contradiction in table.contradictions:
            yield contradiction.fault, f'SELECT count(*) FROM "{table.name}" WHERE {contradiction.condition}'


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def backup(store: Store, target: Path) -> None:
    """A consistent copy, originals included, in one new file; written aside first, so a full disk leaves no half."""
    if target.exists():
        raise StoreError(f"{target} exists already; a backup is never written over a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    _forget(partial)
    try:
        store.copy_to(partial)
        make_private(partial)
        partial.replace(target)
    except OSError as error:
        raise not_written(target, error) from error
    finally:
        _forget(partial)
    audit.note(store, Act("backup_written", str(target)))  # only now: a copy that failed is none
    if store.path == store_path():
        witness.add(store.path, witness.BACKUP, audit.head(store), str(target))


@dataclass(frozen=True)
class Copied:
    """A copy in a folder. gone: the older ones that were deleted. doubts: why it took no other's place."""

    made: Path
    gone: list[Path]
    doubts: list[str]


def backup_into(store: Store, folder: Path, now: datetime, keep: int | None, is_sure: bool = False) -> Copied:
    """A copy named by its moment, and then the older ones are deleted, but for the newest `keep` (None: all are kept).

    Only files that are named so count; the new one is written before an old one goes. A copy that has lost something
    against the one before, is of another store or of one that is not whole is named `doubtful` and takes no other's
    place, until is_sure says that all is well. ValueError for a keep below 1.
    """
    if keep is not None and keep < 1:
        raise ValueError(f"expected to keep at least 1, found {keep}")
    for left in folder.glob(f"{_NAME}*.partial*"):  # of a copy that a death cut short
        left.unlink()
    made = folder / f"{_NAME}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    before = _copies(folder, ".duckdb")
    backup(store, made)
    told = [] if is_sure else doubts(made, before[-1]) if before else []
    if not is_sure and (faults := present_faults(store)):
        told.append("the store is not whole: " + "; ".join(faults))
    if told:
        doubtful = made.with_name(f"{made.stem}{_DOUBTFUL}")
        made.replace(doubtful)
        made = doubtful
    copies = _copies(folder, _DOUBTFUL if told else ".duckdb")
    gone = copies[:-keep] if keep else []
    for path in gone:
        path.unlink()
    return Copied(made, gone, told)


def newest_copy(folder: Path) -> Path | None:
    """The newest dated copy of a folder, doubtful ones left out."""
    return next(reversed(_copies(folder, ".duckdb")), None)


def _copies(folder: Path, ending: str) -> list[Path]:
    """The copies of a folder, the oldest first; doubtful ones have an ending of their own."""
    return sorted(folder.glob(f"{_NAME}????????T??????Z{ending}"))


def restore(source: Path, path: Path, person: Person = OWNER) -> Path | None:
    """Make a backup the store at `path`; what was there is kept beside it. Returns where (None: there was nothing).
    The backup itself is only read, also where an older program wrote it. person: whose act it is.

    A death at any point leaves the old store or the restored one: what had not begun to replace anything is undone,
    what had is brought to its end when the store is next opened. Raises StoreError where the backup is none, is not
    whole, or the store is in use.
    """
    if is_open(path):
        raise StoreError(f"{path} is in use; stop the dashboard, then restore", "busy")
    if not source.is_file():
        raise StoreError(f"{source}: expected a backup file, found none")
    finish(path)
    was_there = path.exists()
    arriving = beside(path, ".arriving")
    undo(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_store(source, arriving)
        faults = _faults_of(arriving, source)
        if faults:
            raise StoreError(f"{source} is not whole and was not restored: " + "; ".join(faults))
        _let_go(path)
        kept = before_name(path)
        details = {"backup": str(source), "previous_store": str(kept) if was_there else None}
        head = _note_restored(arriving, path, person, details)
        swap(path, kept)
        if path == store_path():
            witness.add(path, witness.RESTORED, head, str(source))
        return kept if was_there else None
    except OSError as error:
        if not beside(path, ".restoring").exists():
            raise not_written(path, error) from error
        told = f"{path}: the restore was cut short: {error}\nIt is brought to its end when the store is next opened."
        raise StoreError(told, cause_of(error), {"path": str(path)}) from error
    finally:
        undo(path)


def create_anew(path: Path, person: Person = OWNER) -> list[Path]:
    """A new, empty store where one was lost or deleted; what that left is set aside, and returned. StoreError where
    there is a store.
    """
    finish(path)
    if path.exists():
        raise StoreError(f"{path}: expected no store, found one; nothing was changed")
    moved = set_aside(path)
    store = Store(path, is_new=True)
    try:
        audit.note(store, Act("store_created", details={"set_aside": [left.name for left in moved]}), person)
        if path == store_path() and witness.existed(path):
            witness.add(path, witness.CREATED, audit.head(store))
    finally:
        store.close()
    return moved


def _faults_of(arriving: Path, source: Path) -> list[str]:
    """What contradicts itself in the copy of a backup, brought to the newest schema."""
    try:
        copy = Store(arriving, is_copy=True)
    except StoreError as error:
        raise StoreError(str(error).replace(str(arriving), str(source)), error.cause, error.details) from error
    try:
        return present_faults(copy, has_head=False)
    finally:
        copy.close()


def present_faults(store: Store, has_head: bool = True) -> list[str]:
    """What contradicts itself now; what was lost once and is told for ever is no reason against a copy."""
    return [fault for fault in check(store, has_head) if not audit.is_of_the_past(fault)]


def _forget(path: Path) -> None:
    for file in (path, log_of(path)):
        with suppress(OSError):  # swept by the next
            file.unlink(missing_ok=True)


def _note_restored(arriving: Path, path: Path, person: Person, details: dict[str, Any]) -> tuple[int, str]:
    """The trail goes on from where the backup's ended; that it does is its next line, with the head it gives up."""
    given_up = audit.read_head(path)
    copy = Store(arriving, is_copy=True)
    try:
        audit.rewrite_head(copy)
        audit.note(copy, Act("restored", details=details | ({"given_up": given_up} if given_up else {})), person)
        return audit.head(copy)
    finally:
        copy.close()


def _let_go(path: Path) -> None:
    """Nobody may have the store that is to be replaced; one that can be opened takes its log into its file."""
    if not path.exists():
        return
    try:
        Store(path).close()
    except StoreBusy:
        raise
    except StoreError:
        pass  # it cannot be opened any more: the reason to restore
