"""A deadline in words: its date, weekday and hour, and what moved it; pages, papers and programs say it alike."""

from datetime import date, datetime

from locales import DEFAULT, say

_WEEKDAYS = {"zh-CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MIDNIGHT = 24 * 60
WEEKEND = "weekend"


def weekday(locale: str, day: date | datetime) -> str:
    """周日, Sun."""
    name = _WEEKDAYS.get(locale, _WEEKDAYS[DEFAULT])[day.weekday()]
    return name if locale == "en" else f"周{name}"


def day_words(locale: str, day: date | datetime, has_year: bool = True) -> str:
    """2026-11-22 周日; Sun 2026-11-22."""
    written = f"{day:%Y-%m-%d}" if has_year else f"{day:%m-%d}"
    return f"{weekday(locale, day)} {written}" if locale == "en" else f"{written} {weekday(locale, day)}"


def until_words(locale: str, day: date | datetime, minutes: int = _MIDNIGHT, has_year: bool = True) -> str:
    """2026-11-22 周日, the day included; 2026-11-22 周日 17:30 where it ends within the day."""
    hour = "" if minutes == _MIDNIGHT else f" {clock_words(minutes)}"
    return day_words(locale, day, has_year) + hour


def clock_words(minutes: int) -> str:
    """17:30, for the minutes of a day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def last_words(locale: str, day: date | datetime, minutes: int) -> str:
    """2026-11-22 周日（含当日）, 2026-11-20 周五 17:30: as data.clock.Clock.until takes a deadline apart."""
    if minutes != _MIDNIGHT:
        return until_words(locale, day, minutes)
    return say(locale, "deadline.inclusive", day=day_words(locale, day))


def moved_words(
    locale: str,
    due_date: date | datetime,
    nominal_date: date | datetime,
    rest_name: str,
    is_extended: bool = False,
    planned_date: date | datetime | None = None,
) -> str:
    """What moved a deadline: 原定 11-22 周日（周末），提前; 已延期，原为 11-22 周日. Empty where it stands as
    it was set on a working day; a rest day that nothing moved is told.
    """
    if is_extended and planned_date is not None:
        return say(locale, "deadline.extended", day=day_words(locale, planned_date, has_year=False))
    if not rest_name:
        return ""
    name = say(locale, "deadline.weekend") if rest_name == WEEKEND else rest_name
    if due_date == nominal_date:
        return say(locale, "deadline.fixed", rest=name)
    key = "deadline.advanced" if due_date < nominal_date else "deadline.postponed"
    return say(locale, key, day=day_words(locale, nominal_date, has_year=False), rest=name)
