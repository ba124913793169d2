"""Copies of the store, and whether a store is whole."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from data import audit
from data.access import OWNER, Person
from data.audit import Act
from data.store import Store, StoreBusy, StoreError, is_open

_NAME = "zhundian-"
_FAULTS = {
    "submissions that are there twice": """
        SELECT count(*) FROM (SELECT submission_id FROM submission GROUP BY ALL HAVING count(*) > 1)""",
    "versions that are there twice": """
        SELECT count(*) FROM (SELECT 1 FROM submission WHERE outcome = 'accepted'
            GROUP BY unit_code, template_code, period, version HAVING count(*) > 1)""",
    "dues that are there twice": """
        SELECT count(*) FROM (SELECT 1 FROM due GROUP BY unit_code, template_code, period HAVING count(*) > 1)""",
    "facts of no accepted submission": """
        SELECT count(*) FROM fact WHERE submission_id NOT IN (
            SELECT submission_id FROM submission WHERE outcome = 'accepted')""",
    "accepted submissions without facts": """
        SELECT count(*) FROM submission WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction')
            AND submission_id NOT IN (SELECT submission_id FROM fact)""",
    "facts that are there twice": """
        SELECT count(*) FROM (SELECT 1 FROM fact GROUP BY submission_id, sheet, row_no, col_no HAVING count(*) > 1)""",
    "issues of no submission": """
        SELECT count(*) FROM issue WHERE submission_id NOT IN (SELECT submission_id FROM submission)""",
    "submissions whose file is not kept": """
        SELECT count(*) FROM submission WHERE sha256 NOT IN (SELECT sha256 FROM workbook_file)""",
    "declarations of no accepted submission": """
        SELECT count(*) FROM declaration WHERE submission_id NOT IN (
            SELECT submission_id FROM submission WHERE outcome = 'accepted'
                AND kind IN ('zero_report', 'platform_declaration'))""",
    "submissions whose declaration is not kept": """
        SELECT count(*) FROM submission WHERE kind IN ('zero_report', 'platform_declaration')
            AND submission_id NOT IN (SELECT submission_id FROM declaration)""",
    "declarations that are there twice": """
        SELECT count(*) FROM (SELECT 1 FROM declaration GROUP BY submission_id HAVING count(*) > 1)""",
    "declarations whose proof is not kept": """
        SELECT count(*) FROM declaration JOIN submission USING (submission_id)
            WHERE kind = 'platform_declaration' AND coalesce(proof_sha256, '') NOT IN (
                SELECT sha256 FROM workbook_file)""",
    "accepted submissions with an error issue": """
        SELECT count(*) FROM submission JOIN issue USING (submission_id)
            WHERE outcome = 'accepted' AND severity = 'error'""",
}


def check(store: Store, has_head: bool = True) -> list[str]:
    """What contradicts itself in the store, one line each; empty when it is whole. Reads every kept file and the audit
    trail. has_head False: a backup, beside which no head of the trail is noted.
    """
    found = []
    for fault, sql in _FAULTS.items():
        number = store.value(sql)
        if number:
            found.append(f"{fault}: {number}")
    for sha256, content in store.rows("SELECT sha256, content FROM workbook_file"):
        if hashlib.sha256(content).hexdigest() != sha256:
            found.append(f"a kept file is not what it was: {sha256}")
    return found + [str(fault) for fault in audit.faults(store, has_head)]


def backup(store: Store, target: Path) -> None:
    """A consistent copy, originals included, in one new file; written aside first, so a full disk leaves no half."""
    if target.exists():
        raise StoreError(f"{target} exists already; a backup is never written over a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    log = partial.with_name(partial.name + ".wal")
    partial.unlink(missing_ok=True)
    log.unlink(missing_ok=True)
    try:
        store.copy_to(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
    audit.note(store, Act("backup_written", str(target)))  # only now: a copy that failed is none


def backup_into(store: Store, folder: Path, now: datetime, keep: int | None) -> tuple[Path, list[Path]]:
    """A copy named by its moment, and then the older ones let go of but for the newest `keep` (None: all are kept).

    Only files that are named so count; the new one is written before an old one goes. ValueError for a keep below 1.
    """
    if keep is not None and keep < 1:
        raise ValueError(f"expected to keep at least 1, found {keep}")
    made = folder / f"{_NAME}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    backup(store, made)
    known = sorted(folder.glob(f"{_NAME}????????T??????Z.duckdb"))
    gone = known[:-keep] if keep else []
    for path in gone:
        path.unlink()
    return made, gone


def restore(source: Path, path: Path, person: Person = OWNER) -> Path | None:
    """Make a backup the store at `path`; what was there is kept beside it. Returns where (None: there was nothing).
    person: whose act it is.

    Raises StoreError where the backup is none, is not whole, or the store is in use.
    """
    if is_open(path):
        raise StoreError(f"{path} is in use; stop the dashboard, then restore")
    if not source.is_file():
        raise StoreError(f"{source}: expected a backup file, found none")
    arriving = path.with_name(path.name + ".arriving")
    arriving.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = Store(source)
    try:
        found = check(copy, has_head=False)
        if found:
            raise StoreError(f"{source} is not whole and was not restored: " + "; ".join(found))
        copy.copy_to(arriving)
        kept = _swap(arriving, path)
        _note_restored(path, person, {"backup": str(source), "previous_store": str(kept) if kept else None})
        return kept
    finally:
        copy.close()
        arriving.unlink(missing_ok=True)


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
