"""Words that several pages use for a due: its status, its kind, and as of when."""

from datetime import datetime
from typing import Any

import pandas

import text
from pages.frame import asking
from text import t

STATEMENTS = ("zero_report", "platform_declaration")  # what counts as received and brings no figures


def status_and_kind(due: Any) -> str:
    """按时（零报告）: how a due stands, and what it was where it was no workbook."""
    return with_kind(text.status_words(due.status, due.days_late), due)


def with_kind(status: str, due: Any) -> str:
    """A status with the kind behind it, where what counts now is no workbook."""
    return t("status.with_kind", status=status, kind=t(f"kind.{due.kind}")) if due.kind in STATEMENTS else status


def by_unit(dues: pandas.DataFrame) -> list[tuple[str, pandas.DataFrame]]:
    """(unit_code, its dues), those with the most first."""
    return sorted(dues.groupby("unit_code", sort=False), key=lambda group: -len(group[1]))


def as_of_words(as_of: datetime) -> str:
    """截至 2026-11-23 09:05."""
    return t("as_of", moment=text.moment(as_of, asking.clock()))
