"""异常处置: what people say of a flagged figure: it is right, it will be corrected, or its definition has changed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force, clock_of, workdays
from data.fault import Fault
from data.periods import label
from data.reasons import FIGURE, is_reason, tidy
from data.settings import setting
from data.store import Store, append

RULE = "rule"  # the kind of a check that fired
CONTRADICTION = "contradiction"  # of what disagrees with another return; every other kind of flag is a Cause
ANSWER_DAYS = 5  # working days, as published for checking disputed data; the setting anomaly_days says otherwise


class FlagStep(StrEnum):
    """confirmed: the figure is right; to_correct: a correction is to come; redefined: from this period on the column
    means something else; reopened: what was said no longer holds.
    """

    CONFIRMED = "confirmed"
    TO_CORRECT = "to_correct"
    REDEFINED = "redefined"
    REOPENED = "reopened"


class FlagState(StrEnum):
    """Where a flag stands: open, explained (by the section when it sent the figure), confirmed, redefined, to_correct,
    or overdue: open or to be corrected beyond its days.
    """

    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"
    REDEFINED = "redefined"
    TO_CORRECT = "to_correct"
    OVERDUE = "overdue"

    @property
    def is_answered(self) -> bool:
        """Nobody owes an answer."""
        return self in (FlagState.EXPLAINED, FlagState.CONFIRMED, FlagState.REDEFINED)


@dataclass(frozen=True)
class Flagged:
    """The figure that is meant; column_name None: the whole form. value: as it stands, None for a form."""

    unit_code: str
    template_code: str
    period: date
    row_key: str
    column_name: str | None
    value: float | None
    cause: str


def answer(store: Store, about: Flagged, step: FlagStep, reason: str, now: datetime) -> None:
    """Keep what somebody says of a flag. A unit's people speak of their own figures, and say that one is right or will
    be corrected; the office says all, and alone that a definition changed or that an answer does not hold.

    Fault for a reason that is too short; Forbidden for what is not the person's.
    """
    if step in (FlagStep.REDEFINED, FlagStep.REOPENED):
        store.person.must_have(Right.DECIDE)
    else:
        store.person.must_have(Right.REPORT, about.unit_code)
    reason = tidy(reason)
    if not is_reason(reason, FIGURE):
        raise Fault("anomaly.reason", limit=FIGURE.min_length)
    if step is FlagStep.REDEFINED and about.column_name is None:
        raise Fault("anomaly.whole_form")
    due = _due_date(store, now) if step is FlagStep.TO_CORRECT else None
    kept = {
        "unit_code": about.unit_code,
        "template_code": about.template_code,
        "period": about.period,
        "row_key": about.row_key or "",
        "column_name": about.column_name,
        "value": about.value,
        "cause": about.cause,
        "step": step.value,
        "reason": reason,
        "due_date": due,
        "taken_at": now,
        "user_code": store.person.user_code,
        "user_name": store.person.user_name,
    }
    catalogue = catalogue_in_force(store)
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    said = {"template": about.template_code, "period": label(about.period, cycles[about.template_code])}
    said |= {"column": about.column_name or "", "value": about.value, "reason": reason}
    with store.write() as cursor:
        append(cursor, "anomaly_step", {name: [value] for name, value in kept.items()})
        audit.keep(store, cursor, [Act(f"anomaly_{step.value}", about.row_key or "", about.unit_code, said)])


def answer_days(store: Store, as_of: datetime) -> int:
    """Working days within which a flag wants an answer, and a promised correction must come."""
    return int(setting(store, "anomaly_days", ANSWER_DAYS, as_of))


def _due_date(store: Store, now: datetime) -> date:
    return workdays(store).nth_after(clock_of(store).day(now), answer_days(store, now))
