"""Words and figures as the reader sees them: language, rates, days, moments, and the catalogue's names."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pandas
import streamlit as st

from data.catalogue.deadlines import Deadline
from data.catalogue.model import Catalogue
from data.clock import Clock
from data.dues.digits import hundredths, two_decimals
from data.fault import Fault
from data.periods import Cycle, label
from locales import LOCALES, measure_words, pick, remembered, say, words
from locales.contradictions import others_words
from locales.deadlines import day_words, last_words, moved_words, until_words

DASH = "—"


_SPEAKING: ContextVar[str | None] = ContextVar("speaking", default=None)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Within it this is the reader's language: what is worked out for many readers asks thousands of times."""
    before = _SPEAKING.set(locale)
    try:
        yield
    finally:
        _SPEAKING.reset(before)


def language() -> str:
    """The reader's language: what was chosen in the menu, else what the address asks for, else what she chose last."""
    if spoken := _SPEAKING.get():
        return spoken
    asked = st.session_state.get("language") or st.query_params.get("lang")
    return asked if asked in LOCALES else remembered(st.context.cookies)


def t(key: str, **values: object) -> str:
    """The text of `key` in the reader's language; of `key`.one where there is one and `number` is 1."""
    singular = f"{key}.one"
    is_one = values.get("number") == 1 and singular in words(language())
    return say(language(), singular if is_one else key, **values)


def pick_words(texts: Mapping[str, str]) -> str:
    """The reader's language of a catalogue text."""
    return pick(dict(texts), language())


def likelihood(share: float) -> str:
    """95%, and > 99% above that: an estimate is never certain."""
    return "> 99%" if share > 0.99 else estimate(share)


def rate(share: float | Fraction | None) -> str:
    """79.59%, as on paper, and a dash where nothing was due: never 0%. What is not all is never 100%."""
    if share is None or pandas.isna(share):
        return DASH
    return f"{two_decimals(hundredths(Fraction(share)))}%"


def estimate(share: float | None, digits: int = 0) -> str:
    """98%, of what is no count: a likelihood, a share that is estimated. 99.6% is not rounded up to 100%, nor 0.4% down
    to 0%.
    """
    if share is None or pandas.isna(share):
        return DASH
    share = float(share)
    written = f"{share:.{digits}%}"
    is_rounded_away = (share < 1 and written == f"{1:.{digits}%}") or (share > 0 and written == f"{0:.{digits}%}")
    return f"{share:.{digits + 1}%}" if is_rounded_away else written


def day(moment: date | None, has_year: bool = True) -> str:
    """2026-11-22 周日."""
    if moment is None or pandas.isna(moment):
        return DASH
    return day_words(language(), moment, has_year)


def planned(deadline: Deadline) -> str:
    """As `deadline`, of a period that has not opened."""
    until = until_words(language(), deadline.due_date, deadline.minutes)
    nominal = deadline.nominal_date or deadline.due_date
    note = moved_words(language(), deadline.due_date, nominal, deadline.rest_name)
    return t("deadline.with_note", until=until, note=note) if note else until


def last_moment(deadline: datetime, clock: Clock) -> str:
    """The last moment in time of a deadline on the bureau's clock: 2026-11-22 周日（含当日）."""
    return last_words(language(), *clock.until(deadline))


def deadline(due: Any) -> str:
    """2026-11-20 周五（原定 11-22 周日（周末），提前）: until when a due is in time, and what moved it. due: a row of
    data.dues.timeliness.dues.
    """
    until, note = until_words(language(), due.due_date, due.due_minutes), deadline_note(due)
    return t("deadline.with_note", until=until, note=note) if note else until


def deadline_note(due: Any) -> str:
    """What moved the deadline of such a row; empty where nothing did."""
    is_extended = due.change_kind == "extension"
    return moved_words(language(), due.due_date, due.nominal_date, due.rest_name, is_extended, due.planned_date)


def moment(when: datetime | None, clock: Clock) -> str:
    """2026-11-23 09:05, on the bureau's clock."""
    if when is None or pandas.isna(when):
        return DASH
    return clock.minute(when)


def number(value: float | None) -> str:
    """1,234 or 98.5; a dash where there is none."""
    if value is None or pandas.isna(value):
        return DASH
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def is_blank(written: object) -> bool:
    """True for what a frame holds where there is no text."""
    return written is None or pandas.isna(written) or written == ""


def span(days: float) -> str:
    """3 天 5 小时, 提前 2 小时: whole hours, cut off and never rounded up."""
    hours = int(abs(days) * 24)
    parts = [t("span.days", number=hours // 24)] if hours >= 24 else []
    parts += [t("span.hours", number=hours % 24)] if hours % 24 or not parts else []
    said = t("span.join").join(parts)
    return t("span.before", span=said) if days < 0 else said


def measure(unit_of_measure: str) -> str:
    """A unit of measure in the reader's language; as the catalogue writes it where there is no other word."""
    return measure_words(language(), unit_of_measure)


def status_words(status: str, days_late: int = 0) -> str:
    """按时, 迟报 3 天, 未报，已过 2 天, 待报, 免报."""
    return t(f"status.{status}.sentence", days=days_late)


def month_name(month: date) -> str:
    """2026年10月."""
    return t("month.name", year=month.year, month=month.month, written=f"{month:%Y-%m}")


def unit_name(catalogue: Catalogue, unit_code: str, on: date | None = None) -> str:
    """The name that the unit bore on that day (None: its newest)."""
    return catalogue.unit_name(unit_code, language(), on)


def contradicted(others: Iterable[Mapping[str, Any]]) -> str:
    """The other figures that a figure contradicts, with receipt and cell."""
    return others_words(language(), others)


def template_name(catalogue: Catalogue, template_code: str) -> str:
    """The template's name; the code itself for one that the catalogue no longer has."""
    try:
        return pick_words(catalogue.template(template_code).template_name)
    except Fault:
        return template_code


def period_label(catalogue: Catalogue, template_code: str, period: date) -> str:
    """2026-10, or 2026-Q4 for a template that is due by the quarter."""
    try:
        return label(period, catalogue.template(template_code).cycle)
    except Fault:
        return label(period, Cycle.MONTH)
