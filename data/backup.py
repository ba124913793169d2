"""Copies of the store, and whether a store is whole."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from data import audit
from data.access import OWNER, Person
from data.audit import Act
from data.schema.upgrade import log_of
from data.store import Store, StoreBusy, StoreError, copy_store, is_open
from data.tables import TABLES

_NAME = "zhundian-"


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
    return faults + [str(fault) for fault in audit.faults(store, has_head)]


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
        partial.replace(target)
    finally:
        _forget(partial)
    audit.note(store, Act("backup_written", str(target)))  # only now: a copy that failed is none


def backup_into(store: Store, folder: Path, now: datetime, keep: int | None) -> tuple[Path, list[Path]]:
    """A copy named by its moment, and then the older ones are deleted, but for the newest `keep` (None: all are kept).

    Only files that are named so count; the new one is written before an old one goes. ValueError for a keep below 1.
    """
    if keep is not None and keep < 1:
        raise ValueError(f"expected to keep at least 1, found {keep}")
    made = folder / f"{_NAME}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    backup(store, made)
    copies = sorted(folder.glob(f"{_NAME}????????T??????Z.duckdb"))
    gone = copies[:-keep] if keep else []
    for path in gone:
        path.unlink()
    return made, gone


def restore(source: Path, path: Path, person: Person = OWNER) -> Path | None:
    """Make a backup the store at `path`; what was there is kept beside it. Returns where (None: there was nothing).
    The backup itself stays as it is, also where an older program wrote it. person: whose act it is.

    Raises StoreError where the backup is none, is not whole, or the store is in use.
    """
    if is_open(path):
        raise StoreError(f"{path} is in use; stop the dashboard, then restore")
    if not source.is_file():
        raise StoreError(f"{source}: expected a backup file, found none")
    arriving = path.with_name(path.name + ".arriving")
    _forget(arriving)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_store(source, arriving)
        faults = _faults_of(arriving, source)
        if faults:
            raise StoreError(f"{source} is not whole and was not restored: " + "; ".join(faults))
        kept = _swap(arriving, path)
        _note_restored(path, person, {"backup": str(source), "previous_store": str(kept) if kept else None})
        return kept
    finally:
        _forget(arriving)


def _faults_of(arriving: Path, source: Path) -> list[str]:
    """What contradicts itself in the copy of a backup, brought to the newest schema."""
    try:
        copy = Store(arriving, is_copy=True)
    except StoreError as error:
        raise StoreError(str(error).replace(str(arriving), str(source))) from error
    try:
        return check(copy, has_head=False)
    finally:
        copy.close()


def _forget(path: Path) -> None:
    for file in (path, log_of(path)):
        file.unlink(missing_ok=True)


def _note_restored(path: Path, person: Person, details: dict[str, str | None]) -> None:
    """The trail goes on from where the backup's ended; that it does is its next line."""
    restored = Store(path)
    try:
        audit.rewrite_head(restored)
        audit.note(restored, Act("restored", details=details), person)
    finally:
        restored.close()


def _swap(arriving: Path, path: Path) -> Path | None:
    kept = None
    if path.exists():
        try:
            Store(path).close()  # also writes its log into the file
        except StoreBusy:
            raise
        except StoreError:
            pass  # it cannot be opened any more: the reason to restore
        kept = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
        path.replace(kept)
        for ending in (".wal", ".audit"):  # a log left behind would be replayed into the new store
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
    arriving.replace(path)
    return kept
