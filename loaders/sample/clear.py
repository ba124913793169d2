"""Takes the made-up history out again, so that a store that was only looked at can begin in earnest."""

from datetime import UTC, datetime

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import freeze_dues, plan_anew
from data.store import Store
from data.submissions.received import has_sample
from data.tables import NONE, TABLES
from data.waiting import waiting_of


def clear_sample(store: Store, now: datetime | None = None) -> int:
    """Remove a made-up history and whatever was decided about it, the only facts that are ever removed; returns the
    number of submissions. Then the store answers as a new one with its catalogue; data/tables.py says what stays. Where
    there is none, nothing is changed.

    Raises ValueError, with nothing removed, where the store holds any real submission.
    """
    store.person.must_have(Right.MANAGE)
    now = now or datetime.now(UTC)
    with store.write() as cursor:
        real, made_up = cursor.execute(
            "SELECT count(*) FILTER (NOT coalesce(is_sample, false)), count(*) FILTER (is_sample) FROM submission"
        ).fetchone()
        if real:
            raise ValueError(f"the store holds {real} real submissions; nothing was removed")
        if not has_sample(cursor):
            return 0
        for table in TABLES:
            if table.made_up != NONE:
                cursor.execute(f'DELETE FROM "{table.name}" WHERE {table.made_up}')
        plan_anew(store, cursor, now)
        audit.keep(store, cursor, [Act("sample_cleared", details={"submissions": made_up})])
    waiting_of(store.path).clear()  # what was tried here is not to be sent into the store that begins
    freeze_dues(store, now)
    return made_up
