"""What was sent to whom, and what became of it."""

import json
from datetime import date, datetime

import pandas

from data.store import Store


def reminder_log(
    store: Store, as_of: datetime, unit_code: str | None = None, month: date | None = None
) -> pandas.DataFrame:
    """One row per try, the newest first: reminder_id, try_no, for_day, step (before-3, on_day, after-1, by_hand, test),
    contact_id, contact_name, unit_code (None: the whole bureau's group), channel, address (a robot's is masked),
    subject, body, dues (JSON), tried_at, tried_by, outcome (sent, failed, unsure, sending), error, retry_at.

    unit_code: also what the bureau's group was told of that unit. month: tries that remind of anything of that round.
    """
    sent = store.frame(
        """SELECT r.*, CASE WHEN settled_at <= $as_of THEN outcome ELSE 'sending' END AS outcome,
            CASE WHEN settled_at <= $as_of THEN error END AS error,
            CASE WHEN settled_at <= $as_of THEN retry_at END AS retry_at
        FROM reminder r LEFT JOIN reminder_outcome USING (reminder_id, try_no)
        WHERE tried_at <= $as_of ORDER BY tried_at DESC, unit_code, channel""",
        {"as_of": as_of},
    )
    if sent.empty or not (unit_code or month):
        return sent
    told = sent["dues"].map(json.loads)
    wanted = pandas.Series(True, index=sent.index)
    if unit_code:
        wanted &= (sent["unit_code"] == unit_code) | told.map(lambda dues: any(d["unit"] == unit_code for d in dues))
    if month:
        wanted &= told.map(lambda dues: any(due["month"] == month.isoformat() for due in dues))
    return sent[wanted]
