"""The log of reminders: a row before each try, a row with its outcome after it. Never changed, never taken away."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.reminders.contacts import Contact
from data.store import Store, insert, named_rows

MAX_ERROR = 300


class Outcome(StrEnum):
    """What became of a try. SENDING: it is under way, or its process ended before it could say."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Try:
    """One message on its way. dues: what it reminds of, as JSON holds it."""

    reminder_id: str
    try_no: int
    for_day: date
    step: str
    contact: Contact
    subject: str
    body: str
    dues: Sequence[dict[str, Any]]
    tried_at: datetime

    @property
    def key(self) -> tuple[str, int]:
        """What its outcome is found by."""
        return self.reminder_id, self.try_no


@dataclass(frozen=True)
class Tried:
    """One try as the log has it, for whoever decides on the next. keys: of what it reminded of."""

    reminder_id: str
    try_no: int
    contact_id: str
    step: str
    keys: frozenset[str]
    tried_at: datetime
    outcome: Outcome
    retry_at: datetime | None


def begin(store: Store, cursor: Any, attempt: Try) -> None:
    """Note a try within the transaction that decided on it. Nothing may leave before that is kept."""
    store.person.must_have(Right.MANAGE)
    reminder_id, try_no = attempt.key
    row = {
        "reminder_id": reminder_id,
        "try_no": try_no,
        "for_day": attempt.for_day,
        "step": attempt.step,
        "contact_id": attempt.contact.contact_id,
        "contact_name": attempt.contact.contact_name,
        "unit_code": attempt.contact.unit_code,
        "channel": attempt.contact.channel.value,
        "address": attempt.contact.shown,
        "subject": attempt.subject,
        "body": attempt.body,
        "dues": json.dumps(list(attempt.dues), ensure_ascii=False),
        "tried_at": attempt.tried_at,
        "tried_by": store.person.user_name,
    }
    insert(cursor, "reminder", row)


def settle(
    store: Store, attempt: Try, outcome: Outcome, at: datetime, error: str = "", retry_at: datetime | None = None
) -> None:
    """Note what became of a try, with its line in the audit trail."""
    about: dict[str, Any] = {"step": attempt.step, "channel": attempt.contact.channel.value, "dues": len(attempt.dues)}
    if error:
        about["error"] = error[:MAX_ERROR]
    act = Act(f"reminder_{outcome.value}", attempt.contact.noted, attempt.contact.unit_code, about)
    with store.write(is_news=False) as cursor:
        _settle(cursor, attempt.key, outcome, error, retry_at, at)
        audit.keep(store, cursor, [act])


def give_up_lost(store: Store, in_flight: Collection[tuple[str, int]], at: datetime) -> int:
    """Tries that no process is at any more: nobody knows whether they arrived. None is sent again by itself."""
    lost = "SELECT reminder_id, try_no, unit_code FROM reminder ANTI JOIN reminder_outcome USING (reminder_id, try_no)"
    if not any((row.reminder_id, row.try_no) not in in_flight for row in store.rows(lost)):
        return 0
    with store.write(is_news=False) as cursor:
        lost_tries = [row for row in named_rows(cursor.execute(lost)) if (row.reminder_id, row.try_no) not in in_flight]
        for row in lost_tries:
            _settle(cursor, (row.reminder_id, row.try_no), Outcome.UNSURE, "interrupted", None, at)
        acts = [Act("reminder_unsure", unit_code=row.unit_code, details={"error": "interrupted"}) for row in lost_tries]
        audit.keep(store, cursor, acts)
    return len(lost_tries)


def tries(store: Store, since: datetime | None = None, for_day: date | None = None) -> list[Tried]:
    """The tries since a moment, or of a day's steps, the first one first."""
    rows = store.rows(
        """SELECT reminder_id, try_no, contact_id, step, dues, tried_at, coalesce(outcome, 'sending') AS outcome,
            retry_at
        FROM reminder LEFT JOIN reminder_outcome USING (reminder_id, try_no)
        WHERE ($since::TIMESTAMPTZ IS NULL OR tried_at >= $since) AND ($day::DATE IS NULL OR for_day = $day)
        ORDER BY tried_at, try_no""",
        {"since": since, "day": for_day},
    )
    return [
        Tried(
            *(row.reminder_id, row.try_no, row.contact_id, row.step),
            frozenset(due["key"] for due in json.loads(row.dues)),
            *(row.tried_at, Outcome(row.outcome), row.retry_at),
        )
        for row in rows
    ]


def _settle(
    cursor: Any, key: tuple[str, int], outcome: Outcome, error: str, retry_at: datetime | None, at: datetime
) -> None:
    reminder_id, try_no = key
    row = {"reminder_id": reminder_id, "try_no": try_no, "outcome": outcome.value}
    row |= {"error": error[:MAX_ERROR] or None, "retry_at": retry_at, "settled_at": at}
    insert(cursor, "reminder_outcome", row)
