"""Which blank workbooks a round needs: one for each obligation x period, made for its unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from data.catalogue.deadlines import Deadline, deadline_of
from data.catalogue.files import time_of
from data.catalogue.model import Catalogue, Obligation, Template
from data.periods import closing_month, parse_period, period_of, unreadable_period
from loaders.blank.workbook import blank_workbook, file_name
from locales.deadlines import weekday

Known = Mapping[tuple[str, str, date], tuple[date, int]]
"""unit, template, period → the last day in time and the minutes of that day, of dues that have opened."""


@dataclass(frozen=True)
class Offer:
    """One blank workbook that a unit may fetch; `make` builds it."""

    unit_code: str
    unit_name: str
    template: Template
    period: date
    deadline_text: str
    due_date: date
    planned: Deadline

    @property
    def file_name(self) -> str:
        """The name under which it is handed out."""
        return file_name(self.template, self.unit_name, self.period)

    def make(self, rows=()) -> bytes:
        """The .xlsx, with rows filled in when there are any."""
        return blank_workbook(self.template, self.unit_code, self.unit_name, self.period, self.deadline_text, rows)


def offers(
    catalogue: Catalogue,
    period_text: str,
    unit_code: str | None = None,
    template_code: str | None = None,
    deadlines: Known | None = None,
) -> list[Offer]:
    """The blanks of a round, each with the deadline that is known of its due, else the one that its policy
    would give. A month means every period that closes in it; with a template_code, the period of that
    template in which the month lies. Fault for what is no period, unit or template.
    """
    if unit_code:
        catalogue.unit(unit_code)
    if template_code:
        catalogue.template(template_code)
    _check_period(period_text, catalogue)
    return list(_offers(catalogue, period_text, unit_code, template_code, deadlines or {}))


def _check_period(period_text: str, catalogue: Catalogue) -> None:
    """Fault where it is a period of no template's cycle."""
    for cycle in {template.cycle for template in catalogue.templates}:
        try:
            parse_period(period_text, cycle)
            return
        except ValueError:
            continue
    raise unreadable_period(period_text)


def _offers(
    catalogue: Catalogue, period_text: str, unit_code: str | None, template_code: str | None, deadlines: Known
) -> Iterator[Offer]:
    for obligation in catalogue.obligations:
        if unit_code not in (None, obligation.unit_code):
            continue
        if template_code not in (None, obligation.template_code):
            continue
        template = catalogue.template(obligation.template_code)
        period = _period(period_text, template, is_asked=template_code is not None)
        if period is not None and _covers(obligation, period):
            yield offer(catalogue, obligation.unit_code, template, period, deadlines)


def _period(period_text: str, template: Template, is_asked: bool) -> date | None:
    try:
        period = parse_period(period_text, template.cycle)
    except ValueError:
        return None
    try:
        month = parse_period(period_text)
    except ValueError:
        return period  # written in the template's own cycle: 2026-Q4
    return period if is_asked or closing_month(period, template.cycle) == month else None


def _covers(obligation: Obligation, period: date) -> bool:
    return obligation.first_period <= period <= (obligation.last_period or period)


def offer(
    catalogue: Catalogue, unit_code: str, template: Template, period: date, deadlines: Known | None = None
) -> Offer:
    """The blank of one unit, template and period."""
    period = period_of(period, template.cycle)
    planned = deadline_of(catalogue, template, period)
    usual = (planned.due_date, planned.minutes)
    due_date, minutes = (deadlines or {}).get((unit_code, template.template_code, period), usual)
    text = f"{due_date:%Y-%m-%d}（{weekday('zh-CN', due_date)}）{time_of(minutes)}前"
    name = catalogue.unit_name(unit_code, "zh-CN", on=period)
    return Offer(unit_code, name, template, period, text, due_date, planned)
