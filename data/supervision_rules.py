"""督查 as rules: who would be praised, criticised, told to rectify or called to a talk. Figures in, proposals out.

A proposal is no accusation: it says which rule met which dues, and people decide. Nothing here is ever stored.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.periods import add_months


class Kind(StrEnum):
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
_BOUNDS = {"grace_days": (0, 60), "praise_months": (1, 36), "talk_months": (1, 60), "talk_criticisms": (1, 60)}


@dataclass(frozen=True)
class Rules:
    """The thresholds; 0 switches one of a criticism off.

    grace_days: working days after the deadline until which a late return may still be made up (补报). late_days: one
    return takes all points at four days in a published rule. late_months: 连续三次, as published elsewhere.
    rectify_days: working days. rectify_after: grace, or criticism: only once one was issued for the month. look_back:
    months before today for which anything is proposed.
    """

    grace_days: int = 5
    praise_months: int = 3
    omitted_dues: int = 1
    late_days: int = 4
    late_dues: int = 3
    late_months: int = 3
    rectify_days: int = 5
    rectify_after: str = "grace"
    talk_criticisms: int = 3
    talk_months: int = 12
    look_back: int = 12

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Rules":
        """The rules with these values in place of defaults. ValueError names what was expected and found."""
        known = {field.name: field.default for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"expected one of {', '.join(known)}, found {name!r}")
            if name == "rectify_after":
                if value not in ("grace", "criticism"):
                    raise ValueError(f"{name}: expected grace or criticism, found {value!r}")
                continue
            low, high = _BOUNDS.get(name, (1, 60) if name in ("rectify_days", "look_back") else (0, 60))
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"{name}: expected a whole number from {low} to {high}, found {value!r}")
        return cls(**values)


@dataclass(frozen=True)
class Owed:
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
        if self.status == "exempt" or self.waiver:
            return Verdict.EXEMPT if self.status == "exempt" else Verdict.WAIVED
        if self.status == "on_time":
            return Verdict.ON_TIME
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
    dues: tuple[Owed, ...]
    is_settled: bool

    @property
    def counted(self) -> tuple[Owed, ...]:
        return tuple(due for due in self.dues if due.counts)

    @property
    def unpunctual(self) -> tuple[Owed, ...]:
        return tuple(due for due in self.dues if due.verdict in _UNPUNCTUAL)

    @property
    def is_perfect(self) -> bool:
        """Settled, something was owed, and all of it was on time."""
        return self.is_settled and bool(self.counted) and not self.unpunctual


@dataclass(frozen=True)
class Reason:
    """Which threshold was met: number is what was found, limit what the rule says."""

    code: str
    number: int
    limit: int


@dataclass(frozen=True)
class Notice:
    """A case as far as later proposals care; the state is that of data.supervision.State."""

    case_id: str
    kind: Kind
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

    kind: Kind
    unit_code: str
    month: date
    reasons: tuple[Reason, ...]
    dues: tuple[Owed, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def case_id(self) -> str:
        """Always the same for the same kind, unit and month; for a talk, for the same newest criticism."""
        about = self.notices[-1].case_id if self.notices else f"{self.month:%Y-%m}"
        return hashlib.sha256(f"{self.kind}|{self.unit_code}|{about}".encode()).hexdigest()

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """What is frozen into the case when it is opened."""
        return [due_evidence(due) for due in self.dues] + [notice_evidence(one) for one in self.notices]


def due_evidence(due: Owed) -> dict[str, Any]:
    """One due as it stands in a case."""
    names = ("template_code", "period", "month", "deadline", "days_late", "received_at")
    kept = {name: asdict(due)[name] for name in names}
    return {name: _iso(value) for name, value in kept.items()} | {"verdict": due.verdict.value}


def notice_evidence(one: Notice) -> dict[str, Any]:
    """One issued criticism as it stands in the case of a talk."""
    return {"case_id": one.case_id, "document_no": one.document_no, "issued_on": _iso(one.issued_on)} | {
        "month": _iso(one.month)
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rounds(dues: Iterable[Owed], as_of: datetime, first_instant: Mapping[date, datetime]) -> dict[str, list[Round]]:
    """unit → its rounds, the earliest first. first_instant: month → when it begins on the bureau's clock.

    A month is not settled before the next has begun: until then dues of it may still open.
    """
    grouped: dict[tuple[str, date], list[Owed]] = {}
    for due in dues:
        grouped.setdefault((due.unit_code, due.month), []).append(due)
    found: dict[str, list[Round]] = {}
    for (unit_code, month), own in sorted(grouped.items()):
        has_opened = as_of >= first_instant[add_months(month, 1)]
        is_settled = has_opened and all(due.is_made_up for due in own if due.counts)
        found.setdefault(unit_code, []).append(Round(unit_code, month, tuple(own), is_settled))
    return found


def criticism(own: Sequence[Round], month: date, rules: Rules) -> Candidate | None:
    """通报批评 for a unit's month: something omitted, very late, much late, or late again and again."""
    past = [one for one in own if one.month <= month and one.counted]
    if not past or past[-1].month != month or not past[-1].is_settled or not past[-1].unpunctual:
        return None
    this, run = past[-1], _late_run(past)
    omitted = sum(due.verdict is Verdict.OMITTED for due in this.unpunctual)
    found = [
        Reason("omitted", omitted, rules.omitted_dues),
        Reason("days", max((due.days_late for due in this.unpunctual if due.received_at), default=0), rules.late_days),
        Reason("dues", len(this.unpunctual), rules.late_dues),
        # once in every late_months months of a run, not in each month after the first ones
        Reason("months", run if rules.late_months and run % rules.late_months == 0 else 0, rules.late_months),
    ]
    met = tuple(reason for reason in found if reason.limit and reason.number >= reason.limit)
    if not met:
        return None
    is_run = any(reason.code == "months" for reason in met)
    shown = past[-rules.late_months :] if is_run else [this]
    return Candidate(Kind.CRITICISM, this.unit_code, month, met, tuple(due for one in shown for due in one.unpunctual))


def _late_run(past: Sequence[Round]) -> int:
    """How many rounds in a row, up to the last, had something unpunctual. `past`: those in which anything was owed."""
    run = 0
    for one in reversed(past):
        if not one.is_settled or not one.unpunctual:
            break
        run += 1
    return run


def rectification(own: Sequence[Round], month: date, rules: Rules, notices: Iterable[Notice]) -> Candidate | None:
    """限期整改 for what is still missing of a unit's month."""
    this = next((one for one in own if one.month == month and one.is_settled), None)
    open_ = tuple(due for due in this.counted if due.received_at is None) if this else ()
    if not open_:
        return None
    criticised = any(one.kind is Kind.CRITICISM and one.month == month and one.is_in_force for one in notices)
    if rules.rectify_after == "criticism" and not criticised:
        return None
    return Candidate(Kind.RECTIFICATION, this.unit_code, month, (Reason("open", len(open_), 1),), open_)


def praise(own: Sequence[Round], month: date, rules: Rules) -> Candidate | None:
    """通报表扬: each of the months up to this one had something due, and all of it was on time."""
    by_month = {one.month: one for one in own}
    wanted = [by_month.get(add_months(month, -back)) for back in reversed(range(rules.praise_months))]
    if not all(one and one.is_perfect for one in wanted):
        return None
    dues = tuple(due for one in wanted for due in one.counted)
    return Candidate(Kind.PRAISE, own[0].unit_code, month, (Reason("perfect", len(wanted), rules.praise_months),), dues)


def praises(own: Sequence[Round], rules: Rules, notices: Iterable[Notice]) -> list[Candidate]:
    """Those of a unit's whole history, no two within praise_months of each other or of one that was decided on."""
    taken = [one.month for one in notices if one.kind is Kind.PRAISE and one.state not in ("waived", "withdrawn")]
    known = {one.month for one in notices if one.kind is Kind.PRAISE}
    found = []
    for one in own:
        if any(abs(_months(one.month, other)) < rules.praise_months for other in taken) or one.month in known:
            continue
        if candidate := praise(own, one.month, rules):
            found.append(candidate)
            taken.append(one.month)
    return found


def talk(notices: Sequence[Notice], day: date, rules: Rules) -> Candidate | None:
    """约谈 of a unit on a day: enough criticisms issued in the months before it, and since its last talk was issued."""
    talks = [one for one in notices if one.kind is Kind.TALK]
    if any(one.state in ("opened", "approved") for one in talks):
        return None
    last = max(((one.issued_on, one.issued_at) for one in talks if one.is_in_force), default=None)
    counted = [
        one
        for one in notices
        if one.kind is Kind.CRITICISM
        and one.is_in_force
        and months_before(day, rules.talk_months) < one.issued_on <= day
        and (last is None or (one.issued_on, one.issued_at) > last)
    ]
    if len(counted) < rules.talk_criticisms:
        return None
    counted.sort(key=lambda one: (one.issued_on, one.issued_at, one.case_id))
    reason = Reason("criticisms", len(counted), rules.talk_criticisms)
    return Candidate(Kind.TALK, counted[-1].unit_code, counted[-1].month, (reason,), notices=tuple(counted))


def proposals(
    by_unit: Mapping[str, Sequence[Round]], notices: Sequence[Notice], rules: Rules, day: date
) -> list[Candidate]:
    """Everything that the rules propose on a day and that has no case yet, by month, unit and kind."""
    known = {one.case_id for one in notices}
    first = add_months(day, -rules.look_back)
    found: list[Candidate] = []
    for unit_code in sorted({*by_unit, *(one.unit_code for one in notices)}):
        own = by_unit.get(unit_code, ())
        given = [one for one in notices if one.unit_code == unit_code]
        found += praises(own, rules, given)
        for one in own:
            found += filter(None, (criticism(own, one.month, rules), rectification(own, one.month, rules, given)))
        found += filter(None, (talk(given, day, rules),))
    new = (one for one in found if one.case_id not in known and (one.month >= first or one.kind is Kind.TALK))
    return sorted(new, key=lambda one: (one.month, one.unit_code, one.kind), reverse=False)


def months_before(day: date, number: int) -> date:
    """The same day so many months earlier; the month's last where it has no such day."""
    first = add_months(day, -number)
    last = (add_months(first, 1) - first).days
    return first.replace(day=min(day.day, last))


def _months(one: date, other: date) -> int:
    return (one.year - other.year) * 12 + one.month - other.month
