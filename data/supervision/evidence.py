"""What supervision judges: dues as they count, a unit's rounds, notices, and a proposal with its evidence."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.clock import Clock
from data.dues.rounds import is_month_over


class CaseKind(StrEnum):
    """What a notice is: 通报表扬, 通报批评, 限期整改, 约谈."""

    PRAISE = "praise"
    CRITICISM = "criticism"
    RECTIFICATION = "rectification"
    TALK = "talk"


class Verdict(StrEnum):
    """How a due counts here. open: its deadline or the days of grace are not over; exempt and waived do not count."""

    ON_TIME = "on_time"
    LATE = "late"
    OMITTED = "omitted"  # 漏报: not there when the days of grace were over, even if it came afterwards
    OPEN = "open"
    EXEMPT = "exempt"
    WAIVED = "waived"


_UNPUNCTUAL = (Verdict.LATE, Verdict.OMITTED)


@dataclass(frozen=True)
class JudgedDue:
    """One due as it counts. makeup_ends: the first instant after the days of grace. waiver: its reason, or empty."""

    unit_code: str
    template_code: str
    period: date
    month: date
    deadline: datetime
    status: str
    days_late: int
    received_at: datetime | None
    makeup_ends: datetime
    is_made_up: bool
    waiver: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.status == "exempt":
            return Verdict.EXEMPT
        if self.status == "on_time":  # whatever was waived before an extension made it so
            return Verdict.ON_TIME
        if self.waiver:
            return Verdict.WAIVED
        if self.status == "late" and self.received_at < self.makeup_ends:
            return Verdict.LATE
        return Verdict.OMITTED if self.is_made_up else Verdict.OPEN

    @property
    def counts(self) -> bool:
        return self.verdict not in (Verdict.EXEMPT, Verdict.WAIVED)


@dataclass(frozen=True)
class Round:
    """What one unit owed for one month. is_settled: every deadline and all days of grace are over."""

    unit_code: str
    month: date
    dues: tuple[JudgedDue, ...]
    is_settled: bool

    @property
    def counted(self) -> tuple[JudgedDue, ...]:
        return tuple(due for due in self.dues if due.counts)

    @property
    def unpunctual(self) -> tuple[JudgedDue, ...]:
        return tuple(due for due in self.dues if due.verdict in _UNPUNCTUAL)

    @property
    def is_perfect(self) -> bool:
        """Settled, something was owed, and all of it was on time."""
        return self.is_settled and bool(self.counted) and not self.unpunctual


@dataclass(frozen=True)
class Reason:
    """Which threshold was met: number is what was found, limit what the rule says; window: within so many months."""

    code: str
    number: int
    limit: int
    window: int = 0


@dataclass(frozen=True)
class Notice:
    """A case as far as later proposals care; the state is that of data.supervision.State."""

    case_id: str
    kind: CaseKind
    unit_code: str
    month: date
    state: str
    issued_on: date | None = None
    issued_at: datetime | None = None
    document_no: str = ""

    @property
    def is_in_force(self) -> bool:
        """Issued and not withdrawn."""
        return self.state in ("issued", "rectified", "closed")


@dataclass(frozen=True)
class Candidate:
    """候选: a proposal with its evidence: dues, or the notices that add up to a talk."""

    kind: CaseKind
    unit_code: str
    month: date
    reasons: tuple[Reason, ...]
    dues: tuple[JudgedDue, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def case_id(self) -> str:
        """Always the same for the same kind, unit and month; for a talk, for the same newest criticism."""
        about = self.notices[-1].case_id if self.notices else f"{self.month:%Y-%m}"
        return hashlib.sha256(f"{self.kind}|{self.unit_code}|{about}".encode()).hexdigest()

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """What is frozen into the case when it is opened."""
        return [due_evidence(due) for due in self.dues] + [notice_evidence(notice) for notice in self.notices]


def due_evidence(due: JudgedDue) -> dict[str, Any]:
    """One due as it stands in a case."""
    names = ("template_code", "period", "month", "deadline", "days_late", "received_at")
    kept = {name: asdict(due)[name] for name in names}
    return {name: _iso(value) for name, value in kept.items()} | {"verdict": due.verdict.value}


def notice_evidence(notice: Notice) -> dict[str, Any]:
    """One issued criticism as it stands in the case of a talk."""
    return {"case_id": notice.case_id, "document_no": notice.document_no, "issued_on": _iso(notice.issued_on)} | {
        "month": _iso(notice.month)
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rounds(dues: Iterable[JudgedDue], as_of: datetime, clock: Clock) -> dict[str, list[Round]]:
    """unit → its rounds, the earliest first. A month is not settled before it is over."""
    grouped: dict[tuple[str, date], list[JudgedDue]] = {}
    for due in dues:
        grouped.setdefault((due.unit_code, due.month), []).append(due)
    by_unit: dict[str, list[Round]] = {}
    for (unit_code, month), round_dues in sorted(grouped.items()):
        is_settled = is_month_over(month, as_of, clock) and all(due.is_made_up for due in round_dues if due.counts)
        by_unit.setdefault(unit_code, []).append(Round(unit_code, month, tuple(round_dues), is_settled))
    return by_unit
