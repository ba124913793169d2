"""督查 as rules: who would be praised, criticised, told to rectify or called to a talk. Figures in, proposals out.

A proposal is no accusation: it says which rule met which dues, and people decide. Nothing here is ever stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from data.fault import Fault
from data.periods import add_months
from data.supervision.evidence import Candidate, CaseKind, Notice, Reason, Round, Verdict

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
        """The rules with these values in place of defaults. Fault where one cannot be."""
        defaults = {field.name: field.default for field in fields(cls)}
        for name, value in values.items():
            if name not in defaults:
                raise Fault("setting.unknown", expected=", ".join(defaults), found=name)
            if name == "rectify_after":
                if value not in ("grace", "criticism"):
                    raise Fault("setting.rectify_after", name=name, found=value)
                continue
            low, high = _BOUNDS.get(name, (1, 60) if name in ("rectify_days", "look_back") else (0, 60))
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise Fault("setting.whole_number", name=name, low=low, high=high, found=value)
        return cls(**values)


def criticism(unit_rounds: Sequence[Round], month: date, rules: Rules) -> Candidate | None:
    """通报批评 for a unit's month: something omitted, very late, much late, or late again and again."""
    past = [unit_round for unit_round in unit_rounds if unit_round.month <= month and unit_round.counted]
    if not past or past[-1].month != month or not past[-1].is_settled or not past[-1].unpunctual:
        return None
    this, run = past[-1], _late_run(past)
    omitted = sum(due.verdict is Verdict.OMITTED for due in this.unpunctual)
    late = [due for due in this.unpunctual if due.verdict is Verdict.LATE]  # coming later adds nothing to an omission
    reasons = [
        Reason("omitted", omitted, rules.omitted_dues),
        Reason("days", max((due.days_late for due in late), default=0), rules.late_days),
        Reason("dues", len(this.unpunctual), rules.late_dues),
        # once in every late_months months of a run, not in each month after the first ones
        Reason("months", run if rules.late_months and run % rules.late_months == 0 else 0, rules.late_months),
    ]
    met = tuple(reason for reason in reasons if reason.limit and reason.number >= reason.limit)
    if not met:
        return None
    is_run = any(reason.code == "months" for reason in met)
    shown = past[-rules.late_months :] if is_run else [this]
    return Candidate(
        CaseKind.CRITICISM,
        this.unit_code,
        month,
        met,
        tuple(due for unit_round in shown for due in unit_round.unpunctual),
    )


def _late_run(past: Sequence[Round]) -> int:
    """How many rounds in a row, up to the last, had something unpunctual. `past`: those in which anything was owed."""
    run = 0
    for unit_round in reversed(past):
        if not unit_round.is_settled or not unit_round.unpunctual:
            break
        run += 1
    return run


def rectification(
    unit_rounds: Sequence[Round], month: date, rules: Rules, notices: Iterable[Notice]
) -> Candidate | None:
    """限期整改 for what is still missing of a unit's month."""
    this = next((unit_round for unit_round in unit_rounds if unit_round.month == month and unit_round.is_settled), None)
    open_ = tuple(due for due in this.counted if due.received_at is None) if this else ()
    if not open_:
        return None
    criticised = any(
        notice.kind is CaseKind.CRITICISM and notice.month == month and notice.is_in_force for notice in notices
    )
    if rules.rectify_after == "criticism" and not criticised:
        return None
    return Candidate(CaseKind.RECTIFICATION, this.unit_code, month, (Reason("open", len(open_), 1),), open_)


def praise(unit_rounds: Sequence[Round], month: date, rules: Rules) -> Candidate | None:
    """通报表扬: each of the months up to this one had something due, and all of it was on time."""
    by_month = {unit_round.month: unit_round for unit_round in unit_rounds}
    wanted = [by_month.get(add_months(month, -back)) for back in reversed(range(rules.praise_months))]
    if not all(unit_round and unit_round.is_perfect for unit_round in wanted):
        return None
    dues = tuple(due for unit_round in wanted for due in unit_round.counted)
    return Candidate(
        CaseKind.PRAISE, unit_rounds[0].unit_code, month, (Reason("perfect", len(wanted), rules.praise_months),), dues
    )


def praises(unit_rounds: Sequence[Round], rules: Rules, notices: Iterable[Notice]) -> list[Candidate]:
    """Those of a unit's whole history, no two within praise_months of each other or of one that was decided on."""
    taken = [
        notice.month
        for notice in notices
        if notice.kind is CaseKind.PRAISE and notice.state not in ("waived", "withdrawn")
    ]
    praised = {notice.month for notice in notices if notice.kind is CaseKind.PRAISE}
    candidates = []
    for unit_round in unit_rounds:
        if (
            any(abs(_months(unit_round.month, other)) < rules.praise_months for other in taken)
            or unit_round.month in praised
        ):
            continue
        if candidate := praise(unit_rounds, unit_round.month, rules):
            candidates.append(candidate)
            taken.append(unit_round.month)
    return candidates


def talk(notices: Sequence[Notice], day: date, rules: Rules) -> Candidate | None:
    """约谈 of a unit on a day: enough criticisms issued in the months before it, and since its last talk was issued."""
    talks = [notice for notice in notices if notice.kind is CaseKind.TALK]
    if any(notice.state in ("opened", "approved") for notice in talks):
        return None
    last = max(((notice.issued_on, notice.issued_at) for notice in talks if notice.is_in_force), default=None)
    counted = [
        notice
        for notice in notices
        if notice.kind is CaseKind.CRITICISM
        and notice.is_in_force
        and months_before(day, rules.talk_months) < notice.issued_on <= day
        and (last is None or (notice.issued_on, notice.issued_at) > last)
    ]
    if len(counted) < rules.talk_criticisms:
        return None
    counted.sort(key=lambda notice: (notice.issued_on, notice.issued_at, notice.case_id))
    reason = Reason("criticisms", len(counted), rules.talk_criticisms, rules.talk_months)
    return Candidate(CaseKind.TALK, counted[-1].unit_code, counted[-1].month, (reason,), notices=tuple(counted))


def proposals(
    by_unit: Mapping[str, Sequence[Round]], notices: Sequence[Notice], rules: Rules, day: date
) -> list[Candidate]:
    """Everything that the rules propose on a day and that has no case yet, by month, unit and kind."""
    case_ids = {notice.case_id for notice in notices}
    first = add_months(day, -rules.look_back)
    candidates: list[Candidate] = []
    for unit_code in sorted({*by_unit, *(unit_round.unit_code for unit_round in notices)}):
        unit_rounds = by_unit.get(unit_code, ())
        given = [unit_round for unit_round in notices if unit_round.unit_code == unit_code]
        candidates += praises(unit_rounds, rules, given)
        for unit_round in unit_rounds:
            candidates += filter(
                None,
                (
                    criticism(unit_rounds, unit_round.month, rules),
                    rectification(unit_rounds, unit_round.month, rules, given),
                ),
            )
        candidates += filter(None, (talk(given, day, rules),))
    new = (
        unit_round
        for unit_round in candidates
        if unit_round.case_id not in case_ids and (unit_round.month >= first or unit_round.kind is CaseKind.TALK)
    )
    return sorted(new, key=lambda unit_round: (unit_round.month, unit_round.unit_code, unit_round.kind), reverse=False)


def months_before(day: date, number: int) -> date:
    """The same day so many months earlier; the month's last where it has no such day."""
    first = add_months(day, -number)
    last = (add_months(first, 1) - first).days
    return first.replace(day=min(day.day, last))


def _months(later: date, earlier: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
