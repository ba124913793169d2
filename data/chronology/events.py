"""What may happen to a due, each with its moment; and an attempt to hand it in, with its receipt and its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.catalogue.model import DuePolicy
from data.reminders.contacts import Contact


class Happened(StrEnum):
    """opened: it can be handed in; deadline: the first instant too late; returned: a file was sent and came back;
    checked: a file was only checked on the page, and had errors; accepted: a file or statement; sent_back: by a person,
    in the review; the rest is what the office did.
    """

    OPENED = "opened"
    DEADLINE = "deadline"
    CHECKED = "checked"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    REMINDED = "reminded"
    EXTENDED = "extended"
    EXEMPTED = "exempted"
    REVOKED = "revoked"
    WAIVED = "waived"


LISTED = ("missing", "late", "pending")
"""The statuses of the lines of a late list."""
ATTEMPTS = (Happened.CHECKED, Happened.RETURNED, Happened.ACCEPTED)


@dataclass(frozen=True)
class Attempt:
    """A file or statement that reached us. decides: the first that was accepted, by which the due is judged. seal: its
    place in the audit trail, as the receipt says it; empty where it has none. entered_why: it was entered later than it
    came, and why. issues: rows of the table issue, of what was not accepted.
    """

    submission_id: str
    receipt_no: str
    file_name: str
    sha256: str
    size: int
    outcome: str
    kind: str
    version: int
    received_at: datetime
    recorded_at: datetime
    by: str
    decides: bool = False
    seal: str = ""
    entered_why: str = ""
    issues: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Event:
    """One thing that happened. by: who did it; to: whom a message went to. attempt: of ATTEMPTS alone. details: plain
    values, by the kind of event: see `data.chronology.chronologies`.
    """

    at: datetime
    what: Happened
    by: str = ""
    to: str = ""
    attempt: Attempt | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chronology:
    """A due and what happened to it. due: a row of data.dues.timeliness.dues; None: files of the unit that belong to no
    due, since nobody could tell what they were. policy: the rule that gave its day; None: the day stands as it was
    frozen, and no rule that is kept gives it. contacts: whom reminders reach, for the office alone.
    """

    unit_code: str
    due: Any
    events: tuple[Event, ...]
    policy: DuePolicy | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def key(self) -> tuple[str, str, date] | None:
        """unit, template, period; None for files that belong to no due."""
        return None if self.due is None else (self.unit_code, self.due.template_code, self.due.period)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Everything that was sent or checked, the first one first."""
        return tuple(event.attempt for event in self.events if event.attempt is not None)

    @property
    def sent(self) -> tuple[Attempt, ...]:
        """What was handed in, accepted or not; not what was only checked."""
        return tuple(attempt for attempt in self.attempts if attempt.outcome != Happened.CHECKED)

    @property
    def last_receipt_no(self) -> str | None:
        """Of what was handed in last; None where nothing was."""
        return self.sent[-1].receipt_no if self.sent else None

    @property
    def returned(self) -> tuple[Attempt, ...]:
        """What came back."""
        return tuple(attempt for attempt in self.attempts if attempt.outcome == Happened.RETURNED)

    @property
    def reminders(self) -> tuple[Event, ...]:
        """What was sent to its people and to the bureau's groups."""
        return tuple(event for event in self.events if event.what is Happened.REMINDED)

    @property
    def is_failing(self) -> bool:
        """Late or missing: what a list of the late names."""
        return self.due is not None and self.due.status in ("late", "missing")

    @property
    def is_listed(self) -> bool:
        """Late, missing or still owed: a line of the late list."""
        return self.due is not None and self.due.status in LISTED
