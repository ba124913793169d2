"""The clock: when a period opens and which instant is the first that is too late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.catalogue import Catalogue, DuePolicy
from data.periods import Cycle, add_months, closing_month, end_of


@dataclass(frozen=True)
class Deadline:
    """opens_at: the period can be handed in; due_date: the last day in time; at: the first instant too late."""

    opens_at: datetime
    due_date: date
    at: datetime


def deadline(policy: DuePolicy, period: date, cycle: Cycle, timezone: str) -> Deadline:
    """The deadline of a period under a policy, in the bureau's own time zone, never in UTC.

    A day that the month does not have (the 31st of February) means its last day.
    """
    zone = ZoneInfo(timezone)
    closing = closing_month(period, cycle)
    month = add_months(closing, policy.month_offset)
    last = add_months(month, 1) - timedelta(days=1)
    due_date = month.replace(day=min(policy.day, last.day))
    opens = end_of(period, cycle) if policy.month_offset > 0 else period
    return Deadline(
        datetime.combine(opens, time.min, zone),
        due_date,
        datetime.combine(due_date + timedelta(days=1), time.min, zone),
    )


@dataclass(frozen=True)
class Due:
    """应报: one obligation x period; `month` is the last month of the period."""

    unit_code: str
    template_code: str
    period: date
    month: date
    opens_at: datetime
    deadline: datetime
    due_date: date
    is_exempt: bool
    zero_report_allowed: bool


def dues(catalogue: Catalogue, until: date) -> list[Due]:
    """Every due of the catalogue whose period begins by `until`, one for each obligation x period."""
    found: dict[tuple[str, str, date], Due] = {}
    for obligation in catalogue.obligations:
        template = catalogue.template(obligation.template_code)
        period = obligation.first_period
        while period <= min(until, obligation.last_period or until):
            end = deadline(template.due, period, template.cycle, catalogue.bureau.timezone)
            month = closing_month(period, template.cycle)
            due = Due(
                obligation.unit_code,
                obligation.template_code,
                period,
                month,
                end.opens_at,
                end.at,
                end.due_date,
                month.month in obligation.exempt_months,
                obligation.zero_report_allowed,
            )
            found.setdefault((due.unit_code, due.template_code, due.period), due)
            period = end_of(period, template.cycle)
    return list(found.values())
