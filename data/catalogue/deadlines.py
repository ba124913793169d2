"""Deadlines: when a period opens, which instant is the first that is too late, and what moved it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.catalogue.model import Catalogue, DuePolicy, RestDays, Template
from data.catalogue.workdays import Workdays
from data.clock import MIDNIGHT, Clock
from data.periods import Cycle, add_months, closing_month, end_of


@dataclass(frozen=True)
class Deadline:
    """opens_at: the period can be handed in; due_date: the last day in time; at: the first instant too late.

    nominal_date: the day before it was moved; rest_name: why it is no working day (see Workdays.rest_name), empty where
    it is one. is_calendar_known: False where the holidays of that year are not. lock_at: nothing is taken from then on.
    """

    opens_at: datetime
    due_date: date
    at: datetime
    minutes: int = MIDNIGHT
    nominal_date: date | None = None
    rest_name: str = ""
    is_calendar_known: bool = True
    lock_at: datetime | None = None


def deadline(policy: DuePolicy, period: date, cycle: Cycle, clock: Clock, workdays: Workdays) -> Deadline:
    """The deadline of a period under a policy, on the bureau's clock, never in UTC.

    A day that the month does not have (the 31st of February) means its last day. A day is not advanced to before the
    period can be handed in: nobody could be in time then, so it is postponed.
    """
    closing = closing_month(period, cycle)
    month = add_months(closing, policy.month_offset)
    last = add_months(month, 1) - timedelta(days=1)
    nominal = month.replace(day=min(policy.day, last.day))
    opens = end_of(period, cycle) if policy.month_offset > 0 else period
    due_date = workdays.moved(nominal, policy.rest_days, policy.workdays)
    if due_date < opens:
        due_date = workdays.moved(nominal, RestDays.POSTPONE)
    lock = None
    if policy.lock_days is not None:
        lock = clock.at(due_date + timedelta(days=policy.lock_days), policy.minutes)
    return Deadline(
        clock.start(opens),
        due_date,
        clock.at(due_date, policy.minutes),
        policy.minutes,
        nominal,
        workdays.rest_name(nominal),
        set(range(min(nominal, due_date).year, max(nominal, due_date).year + 1)) <= workdays.years,
        lock,
    )


def deadline_of(catalogue: Catalogue, template: Template, period: date) -> Deadline:
    """The deadline under the catalogue's policy for the period; a due that has opened may have kept an earlier one."""
    policy = template.policy(closing_month(period, template.cycle))
    return deadline(policy, period, template.cycle, catalogue.clock, Workdays(catalogue.calendar))


@dataclass(frozen=True)
class Due:
    """应报: one obligation x period; `month` is the last month of the period. The rest as in Deadline."""

    unit_code: str
    template_code: str
    period: date
    month: date
    opens_at: datetime
    deadline: datetime
    due_date: date
    is_exempt: bool
    zero_report_allowed: bool
    due_minutes: int
    nominal_date: date
    rest_name: str
    is_calendar_known: bool
    lock_at: datetime | None


def dues(catalogue: Catalogue, until: date) -> list[Due]:
    """Every due of the catalogue whose period begins by `until`, one for each obligation x period; a unit that is not
    there on the last day of a period owes nothing for it.
    """
    workdays = Workdays(catalogue.calendar)
    by_key: dict[tuple[str, str, date], Due] = {}
    for obligation in catalogue.obligations:
        template = catalogue.template(obligation.template_code)
        period = obligation.first_period
        while period <= min(until, obligation.last_period or until):
            month, after = closing_month(period, template.cycle), end_of(period, template.cycle)
            key = (obligation.unit_code, obligation.template_code, period)
            if key not in by_key and catalogue.has_unit(obligation.unit_code, after - timedelta(days=1)):
                end = deadline(template.policy(month), period, template.cycle, catalogue.clock, workdays)
                by_key[key] = Due(
                    *key,
                    month,
                    end.opens_at,
                    end.at,
                    end.due_date,
                    month.month in obligation.exempt_months,
                    obligation.zero_report_allowed,
                    end.minutes,
                    end.nominal_date or end.due_date,
                    end.rest_name,
                    end.is_calendar_known,
                    end.lock_at,
                )
            period = after
    return list(by_key.values())
