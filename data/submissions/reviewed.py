"""What is under review, and what was done with it."""

from datetime import datetime

import pandas

from data.store import Store


def reviews(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per submission that needs a review, the one received last first: submission_id, receipt_no, unit_code,
    template_code, period, version, kind, received_at, reported_by, sent_by, file_name, sha256, row_count, state
    (submitted, approved, accepted, returned, reopened, superseded), step_at, step_by, reason (of its last step).
    """
    return store.frame(
        """SELECT submission_id, receipt_no, unit_code, template_code, period, version, kind, received_at, reported_by,
            sent_by, file_name, sha256, row_count, state, step_at, step_by, reason
        FROM review_at($as_of) WHERE $unit_code::VARCHAR IS NULL OR unit_code = $unit_code
        ORDER BY received_at DESC, version DESC""",
        {"as_of": as_of, "unit_code": unit_code},
    )


def review_states(store: Store, as_of: datetime) -> pandas.DataFrame:
    """submission_id, state, step_by, step_at, reason of every submission that needs a review."""
    return store.frame("SELECT submission_id, state, step_by, step_at, reason FROM review_at($as_of)", {"as_of": as_of})
