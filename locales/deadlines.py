"""A deadline in words: its date, weekday and hour, and what moved it; pages, papers and programs say it alike."""

from datetime import date, datetime
from typing import Any

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


def policy_words(locale: str, policy: Any) -> str:
    """次月 22 日，17:30 前；遇休息日提前到上一个工作日；到期 10 天后不再接收. policy: a DuePolicy."""
    month = say(locale, f"due.month.{min(policy.month_offset, 2)}", number=policy.month_offset)
    key = "due.until.midnight" if policy.minutes == _MIDNIGHT else "due.until.hour"
    until = say(locale, key, hour=clock_words(policy.minutes))
    parts = [say(locale, "due.policy", month=month, day=policy.day, until=until)]
    parts.append(say(locale, f"due.rest.{policy.rest_days}", number=policy.workdays))
    if policy.lock_days is not None:
        parts.append(say(locale, "due.lock", number=policy.lock_days))
    return say(locale, "due.join").join(parts)
