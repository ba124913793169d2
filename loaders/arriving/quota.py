"""How much one person may send through the page within a day; the command line is the office's own and has no limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.store import Store
from data.waiting import waiting_of

MAX_FILES = 200
MAX_BYTES = 200 * 1024 * 1024
_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Used:
    """What somebody has sent within the last day, and what of hers waits to be sent."""

    files: int
    size: int

    def has_room_for(self, size: int) -> bool:
        """Whether one more file of that size may come."""
        return self.files < MAX_FILES and self.size + size <= MAX_BYTES


def used_by(store: Store, now: datetime) -> Used:
    """What store.person has sent, accepted or returned, or checked and found faulty, by the moment of recording; the
    same file counts each time. What waits to be sent counts for as long as it does.
    """
    rows = store.rows(
        """SELECT count(*) AS files, coalesce(sum(size), 0) AS size FROM
            (SELECT DISTINCT sha256, recorded_at FROM submission WHERE sent_by = $by AND recorded_at > $since)
        JOIN workbook_file USING (sha256)""",
        {"by": store.person.user_code, "since": now - _WITHIN},
    )
    files, size = waiting_of(store.path).used(store.person.user_code)
    return Used(rows[0].files + files, rows[0].size + size)
