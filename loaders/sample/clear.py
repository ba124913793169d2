"""Takes the made-up history out again, so that a store that was only looked at can begin in earnest."""

from data import audit
from data.access import Right
from data.audit import Act
from data.store import Store

_SUPERVISION = ("supervision_case", "supervision_step", "waiver", "waiver_end", "objection", "objection_step")
_HOLDING = ("fact", "issue", "declaration", "review_step", "workbook_file", "submission", "counting_start")
_HOLDING += (*_SUPERVISION, "board_publication", "board_line")


def clear_sample(store: Store) -> int:
    """Remove a made-up history, the only facts that are ever removed; returns the number of submissions.

    Raises ValueError, with nothing removed, where the store holds any real submission.
    """
    store.person.must_have(Right.MANAGE)
    with store.write() as cursor:
        real, made_up = cursor.execute(
            "SELECT count(*) FILTER (NOT is_sample), count(*) FILTER (is_sample) FROM submission"
        ).fetchone()
        if real:
            raise ValueError(f"the store holds {real} real submissions; nothing was removed")
        for table in _HOLDING:
            cursor.execute(f"DELETE FROM {table}")
        audit.keep(store, cursor, [Act("sample_cleared", details={"submissions": made_up})])
    return made_up
