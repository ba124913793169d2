"""Extensions and exemptions: which there are, and which still hold."""

from datetime import date, datetime
from typing import Any

import pandas

from data.store import Store


def change_id_of(store: Store, beginning: str) -> str:
    """The id of the one change whose id begins so; what was asked for where there is none, or more."""
    matches = store.rows("SELECT change_id FROM due_change WHERE starts_with(change_id, ?)", [beginning])
    return matches[0].change_id if len(matches) == 1 else beginning


def due_changes(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per change made by as_of, the newest first: change_id, kind (extension, exemption), unit_code,
    template_code, period, month, planned_date (the last day in time before), due_date and due_minutes (the new one;
    NaT and NaN for an exemption), reason, document_no, set_at, set_by, ended_at, ended_by, end_reason (blank while it
    was not taken back), is_in_force (the due goes by it).
    """
    return store.frame(
        """SELECT c.change_id, c.kind, c.unit_code, c.template_code, c.period, d."month", d.planned_date, c.due_date,
            c.due_minutes, c.reason, c.document_no, c.set_at, c.set_by, e.ended_at, e.ended_by, e.reason AS end_reason,
            coalesce(d.change_id = c.change_id, false) AS is_in_force
        FROM due_change c
            LEFT JOIN due_at($as_of) d USING (unit_code, template_code, period)
            LEFT JOIN (SELECT * FROM due_change_end WHERE ended_at <= $as_of) e ON e.change_id = c.change_id
        WHERE c.set_at <= $as_of AND ($month::DATE IS NULL OR d."month" = $month)
            AND ($unit_code::VARCHAR IS NULL OR c.unit_code = $unit_code)
        ORDER BY c.set_at DESC, c.unit_code, c.template_code""",
        {"as_of": as_of, "month": month, "unit_code": unit_code},
    )


def is_by_extension(due: Any) -> bool:
    """Whether a row of `dues` is on time by an extension alone: it came after its planned deadline."""
    return due.status == "on_time" and due.first_received_at >= due.planned_deadline
