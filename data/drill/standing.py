"""Whether the backups were tried of late: what /healthz and /metrics say of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.drill.drill import FAILED, PASSED
from data.people.audit_trail import first_act, last_act
from data.store import Store

AGE = timedelta(days=40)
"""How old the last good drill may be, and the first backup without one: the timer runs once a month."""


@dataclass(frozen=True)
class DrillStanding:
    """passed_at, failed_at: of the last good and the last bad one (None: never). is_late: another is wanted."""

    passed_at: datetime | None
    failed_at: datetime | None
    is_late: bool

    @property
    def is_bad(self) -> bool:
        """Whether the last one went wrong."""
        return self.failed_at is not None and (self.passed_at is None or self.passed_at < self.failed_at)


def drill_standing(store: Store, now: datetime) -> DrillStanding:
    """As the audit trail has it."""
    passed, failed = last_act(store, PASSED), last_act(store, FAILED)
    since = passed or first_act(store, "backup_written")
    standing = DrillStanding(passed, failed, since is not None and now - since > AGE)
    return DrillStanding(passed, failed, standing.is_late or standing.is_bad)
