"""恢复演练: the newest backup is brought up in a scratch place, and what it answers is held against the store, as of
the backup's own moment. The backup is only read; of the store nothing changes but the act that says how it went.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data import audit
from data.access import OWNER, Right
from data.audit import Act
from data.backup import newest_copy, present_faults
from data.drill.asked import ASKED, answers
from data.store import Store, copy_store
from data.store_errors import StoreError

PASSED, FAILED = "drill_passed", "drill_failed"
_EXCUSES = ("catalogue_loaded", "counting_start_set", "sample_loaded", "sample_cleared", "restored")
_MOMENT = 'SELECT greatest((SELECT max("at") FROM audit), (SELECT max(recorded_at) FROM submission))'
_SHOWN, _LONG = 3, 300  # rows of a difference that are kept, and how much of each
_RESERVE = 64 << 20  # bytes that stay free beside the copy


@dataclass(frozen=True)
class Difference:
    """A question that the two answer differently. only_backup, only_store: how many rows the other has not."""

    question: str
    only_backup: int
    only_store: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        told = f"{self.question}: {self.only_backup} rows of the backup alone, {self.only_store} of the store alone"
        return f"{told}, such as {self.examples[0]}"


@dataclass(frozen=True)
class Drill:
    """How it went. as_of: the moment of the backup, None where it could not be opened. rows: of all answers together.
    since: what the store has had since then and may explain a difference (another catalogue, say).
    """

    backup: Path
    as_of: datetime | None
    questions: int
    rows: int
    faults: tuple[str, ...]
    differences: tuple[Difference, ...]
    since: tuple[str, ...]
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the backup opened, is whole, and answered every question as the store does."""
        return not self.faults and not self.differences


def drill(store: Store, source: Path | None = None, scratch: Path | None = None) -> Drill:
    """Try the newest backup. source: a folder of dated copies or one file; None: the last one that the store wrote.
    scratch: the folder in which it is brought up, None: beside the store. Forbidden to all but the office; StoreError
    where there is no backup or no room.
    """
    store.person.must_have(Right.MANAGE)
    backup, began = _chosen(store, source), time.monotonic()
    with _scratch(store, scratch, backup.stat().st_size) as place:
        try:
            copy_store(backup, place)
            copy = Store(place, is_copy=True)
        except StoreError as error:
            faults = (str(error).splitlines()[0].replace(str(place), str(backup)),)
            result = Drill(backup, None, 0, 0, faults, (), (), time.monotonic() - began)
        else:
            try:
                result = _held_against(store, copy, backup, began)
            finally:
                copy.close()
    audit.note(store, _act(result))
    return result


def _chosen(store: Store, source: Path | None) -> Path:
    if source is not None and source.is_file():
        return source
    if source is not None:
        copy = newest_copy(source) if source.is_dir() else None
        if copy is None:
            raise StoreError(f"{source}: expected a backup, or a folder with zhundian-….duckdb in it, found none")
        return copy
    written = """SELECT subject FROM audit WHERE "action" = 'backup_written' ORDER BY audit_no DESC"""
    there = (Path(row.subject) for row in store.rows(written) if Path(row.subject).is_file())
    copy = next(there, None)
    if copy is None:
        raise StoreError("no backup that this store wrote is there any more: name one with --from FOLDER or FILE")
    return copy


@contextmanager
def _scratch(store: Store, folder: Path | None, size: int) -> Iterator[Path]:
    """Where the copy goes, which is swept afterwards; so is what a drill that was killed has left. The store has one
    owner, and so no other drill is under way there.
    """
    parent = folder or store.path.parent
    prefix = f"{store.path.name}.drill-"
    for left in parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    free = shutil.disk_usage(parent).free
    if free < size + _RESERVE:
        raise StoreError(
            f"{parent}: expected {size + _RESERVE} bytes free for a copy of the backup, found {free}; "
            "name a folder with more room by --scratch",
            "full",
        )
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as place:
        yield Path(place) / "store.duckdb"


def _held_against(store: Store, copy: Store, backup: Path, began: float) -> Drill:
    faults = present_faults(copy, has_head=False)
    number, hash_ = audit.head(copy)
    if number and not audit.holds(store.seen_by(OWNER), f"{number}-{hash_}"):
        faults.append(
            f"row {number} of its audit trail is not in the store's: it is of another store, or one lost rows"
        )
    as_of = copy.value(_MOMENT) or store.now()
    now, then = store.seen_by(OWNER).known_at(as_of), copy.known_at(as_of)
    differences, rows = [], 0
    for question in ASKED:
        there, here = answers(then, question, as_of), answers(now, question, as_of)
        rows += there.total()
        if there != here:
            gone, new = there - here, here - there
            shown = tuple(row[:_LONG] for row in list((gone or new).elements())[:_SHOWN])
            differences.append(Difference(question, gone.total(), new.total(), shown))
    since = tuple(row.action for row in store.rows(_SINCE, [number, list(_EXCUSES)]))
    told = (tuple(faults), tuple(differences), since)
    return Drill(backup, as_of, len(ASKED), rows, *told, time.monotonic() - began)


_SINCE = 'SELECT DISTINCT "action" FROM audit WHERE audit_no > ? AND "action" IN (SELECT unnest(?)) ORDER BY 1'


def _act(result: Drill) -> Act:
    details = {
        "as_of": result.as_of and result.as_of.isoformat(timespec="seconds"),
        "questions": result.questions,
        "rows": result.rows,
        "faults": list(result.faults)[:_SHOWN],
        "differences": [str(difference)[:_LONG] for difference in result.differences],
        "since": list(result.since),
        "seconds": round(result.seconds, 1),
    }
    return Act(PASSED if result.is_good else FAILED, str(result.backup), details=details)
