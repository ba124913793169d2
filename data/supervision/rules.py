"""督查 as rules: who would be praised, criticised, told to rectify or called to a talk. Figures in, proposals out.

A proposal is no accusation: it says which rule met which dues, and people decide. Nothing here is ever stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from data.fault import Fault
from data.periods import add_months
from data.supervision.evidence import Candidate, Kind, Notice, Reason, Round, Verdict

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
        known = {field.name: field.default for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise Fault("setting.unknown", expected=", ".join(known), found=name)
            if name == "rectify_after":
                if value not in ("grace", "criticism"):
                    raise Fault("setting.rectify_after", name=name, found=value)
                continue
            low, high = _BOUNDS.get(name, (1, 60) if name in ("rectify_days", "look_back") else (0, 60))
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise Fault("setting.whole_number", name=name, low=low, high=high, found=value)
        return cls(**values)


def criticism(own: Sequence[Round], month: date, rules: Rules) -> Candidate | None:
    """通报批评 for a unit's month: something omitted, very late, much late, or late again and again."""
    past = [one for one in own if one.month <= month and one.counted]
    if not past or past[-1].month != month or not past[-1].is_settled or not past[-1].unpunctual:
        return None
    this, run = past[-1], _late_run(past)
    omitted = sum(due.verdict is Verdict.OMITTED for due in this.unpunctual)
    late = [due for due in this.unpunctual if due.verdict is Verdict.LATE]  # coming later adds nothing to an omission
    found = [
        Reason("omitted", omitted, rules.omitted_dues),
        Reason("days", max((due.days_late for due in late), default=0), rules.late_days),
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
    reason = Reason("criticisms", len(counted), rules.talk_criticisms, rules.talk_months)
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
