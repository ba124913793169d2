"""Reporting periods: the month, quarter, half-year or year that a workbook is about.

A period is the DATE of its first day; how long it lasts is the template's cycle.
"""

import re
from datetime import date
from enum import StrEnum

from data.fault import Fault


class Cycle(StrEnum):
    """How often a template is due."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in months."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


_FORMS = (
    (re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?(?:份)?$"), Cycle.MONTH),
    (re.compile(r"(\d{4})(\d{2})$"), Cycle.MONTH),
    (re.compile(r"(\d{4})\s*[-年]?\s*(?:Q|第)?([1-4一二三四])(?:季度)?$"), Cycle.QUARTER),
    (re.compile(r"(\d{4})\s*[-年]?\s*H([12])$"), Cycle.HALF_YEAR),
    (re.compile(r"(\d{4})\s*年?$"), Cycle.YEAR),
)
_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_of(day: date, cycle: Cycle) -> date:
    """The first day of the period of this cycle in which `day` lies."""
    month = (day.month - 1) // cycle.months * cycle.months + 1
    return date(day.year, month, 1)


def end_of(period: date, cycle: Cycle) -> date:
    """The first day after the period."""
    return add_months(period, cycle.months)


def closing_month(period: date, cycle: Cycle) -> date:
    """The first day of the period's last month: the monthly round in which it is collected."""
    return add_months(period, cycle.months - 1)


def parse_period(text: str, cycle: Cycle = Cycle.MONTH) -> date:
    """The period written in `text`: 2026-10, 2026年10月, 202610, 2026-Q4, 2026年第四季度, 2026-H2, 2026.

    A month is accepted for a longer cycle and means the period in which it lies.
    Raises ValueError when it is no period, or one longer than the cycle.
    """
    compact = text.strip().upper()
    for pattern, written in _FORMS:
        match = pattern.match(compact)
        if not match or written.months > cycle.months:
            continue
        year = int(match[1])
        number = match[2] if pattern.groups > 1 else "1"
        number = _CHINESE_DIGITS.get(number) or int(number)
        month = (number - 1) * written.months + 1
        if year and 1 <= month <= 12:
            return period_of(date(year, month, 1), cycle)
    raise ValueError(f"expected a period such as 2026-10 ({cycle}), found {text!r}")


def period_asked(text: str, cycle: Cycle = Cycle.MONTH) -> date:
    """`parse_period` of what somebody typed; Fault where it cannot be read."""
    try:
        return parse_period(text, cycle)
    except ValueError:
        raise Fault("catalogue.period.cycle", found=text[:60], cycle=cycle.value) from None


def month_asked(text: str) -> date:
    """The month that somebody typed; Fault where it is none."""
    return period_asked(text, Cycle.MONTH)


def unreadable_period(text: str) -> Fault:
    """For what is a period of no cycle."""
    return Fault("catalogue.period", found=text[:60])


def label(period: date, cycle: Cycle = Cycle.MONTH) -> str:
    """How a period is written: 2026-10, 2026-Q4, 2026-H2, 2026."""
    match cycle:
        case Cycle.MONTH:
            return f"{period:%Y-%m}"
        case Cycle.QUARTER:
            return f"{period.year}-Q{(period.month - 1) // 3 + 1}"
        case Cycle.HALF_YEAR:
            return f"{period.year}-H{(period.month - 1) // 6 + 1}"
        case Cycle.YEAR:
            return f"{period.year}"
