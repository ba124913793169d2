"""Words that several pages use for a due: its status, its kind, and as of when."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas

import text
from data.dues.rounds import time_left
from locales.deadlines import clock_words, day_words
from pages.frame import asking
from text import t

HOUR, DAY = 3600, 86400  # seconds
STATEMENTS = ("zero_report", "platform_declaration")  # what counts as received and brings no figures


def status_and_kind(due: Any) -> str:
    """按时（零报告）: how a due stands, and what it was where it was no workbook."""
    return with_kind(text.status_words(due.status, due.days_late), due)


def with_kind(status: str, due: Any) -> str:
    """A status with the kind behind it, where what counts now is no workbook."""
    return t("status.with_kind", status=status, kind=t(f"kind.{due.kind}")) if due.kind in STATEMENTS else status


def last_moment_words(due: Any) -> str:
    """2026-11-22 周日 24:00: the last moment in time, always with its hour."""
    return f"{day_words(text.language(), due.due_date)} {clock_words(int(due.due_minutes))}"


def left_words(due: Any, now: datetime) -> str:
    """还有 2 天 9 小时; 还有 20 分钟 within the last hour; 已过 3 天 where it is missing, 截止已过 where it came."""
    seconds = time_left(due.deadline, now).total_seconds()
    if seconds <= 0:
        return t("days.past", days=due.days_late) if due.days_late else t("left.over")
    if seconds < HOUR:
        return t("days.left.minutes", minutes=max(1, int(seconds // 60)))
    return t("left.span", span=text.span(seconds / DAY))


def issue_numbers(errors: int, checks: int, notes: int = 0) -> str:
    """需改正 2 处、需核实 1 处、提示 3 处: issues by what they ask for; a dash where there is none."""
    numbers = {"error": errors, "check": checks, "note": notes}
    parts = [t(f"issues.{severity}", number=number) for severity, number in numbers.items() if number]
    return t("list.comma").join(parts) or text.DASH


def numbers_of(severities: Iterable[str]) -> str:
    """As issue_numbers, from the severity of each."""
    counted = Counter(map(str, severities))
    return issue_numbers(counted["error"], counted["check"], counted["note"])


def by_unit(dues: pandas.DataFrame) -> list[tuple[str, pandas.DataFrame]]:
    """(unit_code, its dues), those with the most first."""
    return sorted(dues.groupby("unit_code", sort=False), key=lambda group: -len(group[1]))


def as_of_words(as_of: datetime) -> str:
    """截至 2026-11-23 09:05."""
    return t("as_of", moment=text.moment(as_of, asking.clock()))
