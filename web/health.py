"""/healthz: whether the store opens and takes what is written, and what stands in the way; measured, not supposed."""

import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.catalogue.files import CatalogueError
from data.drill.standing import drill_standing
from data.people.audit_trail import last_act
from data.store import store_path
from data.store_errors import StoreError
from web.owner import prepare

_HOLDS = 5.0  # seconds for which an answer is good: whoever asks without a pause costs nothing
_FREE = 64 << 20  # bytes that must be free beside the store
_BACKUP = timedelta(hours=36)
_measuring = threading.Lock()
_last: list[tuple[float, "Health"]] = []


@dataclass(frozen=True)
class Health:
    """measured: name → what was found; wrong: the names of what must be seen to now; late: of what should be soon."""

    measured: Mapping[str, str]
    wrong: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether people can work."""
        return not self.wrong

    @property
    def words(self) -> str:
        """ok, or what is wrong."""
        return f"wrong: {', '.join(self.wrong)}" if self.wrong else "ok"

    def __str__(self) -> str:
        first = f"{self.words}; look at: {', '.join(self.late)}" if self.late else self.words
        return "\n".join([first, *(f"{name}: {found}" for name, found in self.measured.items())]) + "\n"


def health() -> Health:
    """As it is now, or was a few seconds ago."""
    with _measuring:
        if not _last or time.monotonic() - _last[0][0] > _HOLDS:
            _last[:] = [(time.monotonic(), _measure())]
        return _last[0][1]


def _measure() -> Health:
    measured, wrong, late = {}, [], []
    try:
        measured |= _of_store(wrong, late)
    except (StoreError, CatalogueError) as error:
        measured["store"] = getattr(error, "cause", "other")
        wrong.append("store")
    try:
        free = shutil.disk_usage(store_path().parent).free
    except OSError:
        measured["disk"] = "not there"
        wrong.append("disk")
    else:
        measured["disk"] = f"{free >> 20} MB free"
        if free < _FREE:
            wrong.append("disk")
    return Health(measured, tuple(wrong), tuple(late))


def _of_store(wrong: list[str], late: list[str]) -> dict[str, str]:
    store = prepare()
    now = store.now()
    written, backup = store.value('SELECT max("at") FROM audit'), last_act(store, "backup_written")
    off = store.timekeeper.off_by()
    if off:
        wrong.append("clock")
    if backup is None or now - backup > _BACKUP:
        late.append("backup")
    drilled = drill_standing(store, now)
    if drilled.is_late:
        late.append("drill")
    failed = f"; the last one failed {_since(drilled.failed_at, now)}" if drilled.is_bad else ""
    return {
        "store": "open",
        "last_write": _since(written, now),
        "last_backup": _since(backup, now),
        "last_good_drill": _since(drilled.passed_at, now) + failed,
        "clock": f"off by {off.total_seconds():+.0f} s" if off else "right",
    }


def _since(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{max(0, (now - moment).total_seconds()):.0f} s ago"
