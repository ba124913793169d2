"""Words of the data pages: names of columns and groups, figures as the template writes them, how each came about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import text
from data.catalogue.adding import COUNT
from data.catalogue.model import Column, ColumnType, Template
from data.periods import label
from data.rows.asked import Asked, written
from data.rows.sums import PERIOD, UNIT, How
from pages.frame import asking, ways
from text import t


def heading(column: Column) -> str:
    """网办率（%）."""
    name = name_of(column)
    return f"{name} ({text.measure(column.unit_of_measure)})" if column.unit_of_measure else name


def name_of(column: Column) -> str:
    """The column's label."""
    return t("rows.count") if column is COUNT else text.pick_words(column.label)


def headings(columns: Sequence[Column], taken: Sequence[str] = ()) -> dict[str, str]:
    """The name of a column → its heading; those that two would share end with the column's own name."""
    plain = [heading(column) for column in columns]
    every = [*plain, *taken]
    return {
        column.name: title if every.count(title) == 1 else f"{title} · {column.name}"
        for column, title in zip(columns, plain, strict=True)
    }


def figure(value: float | None, column: Column) -> str:
    """10,613, 83.96 or 1,234.5: as many decimals as a template writes, at most two unless it is very small."""
    if value is None:
        return text.DASH
    if column.type is ColumnType.INT and float(value).is_integer():
        return f"{value:,.0f}"
    digits = 2 if abs(value) >= 0.1 or not value else 4
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".")


def with_measure(value: float | None, column: Column) -> str:
    """The figure with its unit of measure."""
    unit = "" if value is None else text.measure(column.unit_of_measure)
    return f"{figure(value, column)}{'' if unit == '%' else ' ' if unit else ''}{unit}"


def how_words(row: Any, template: Template, column: Column) -> str:
    """How a figure of `totals` or `pivoted` came about, or why there is none."""
    period = "" if row.period is None else label(row.period, template.cycle)
    if row.how == How.NONE:
        return t(f"rows.why.{row.why}", period=period)
    plain = Column("", {}, ColumnType.INT)
    above, below = figure(row.above, plain), figure(row.below, plain)
    return t(f"rows.how.{row.how}", period=period, given=f"{row.given:,}", above=above, below=below)


def grouping_name(template: Template, name: str) -> str:
    """What rows are laid out by."""
    if name in (UNIT, PERIOD):
        return t(f"rows.by.{name}")
    return text.pick_words(template.column(name).label)


def group_name(template: Template, name: str, value: Any) -> str:
    """One group of it: a unit's name, a period as written, a text."""
    if value is None:
        return t("rows.group.none")
    if name == UNIT:
        return text.unit_name(asking.catalogue(), value)
    return label(value, template.cycle) if name == PERIOD else str(value)


def months_words(asked: Asked) -> str:
    """2025-10 至 2026-09."""
    first, last = (_month(month) for month in (asked.first, asked.last))
    if first and last:
        return (
            t("rows.sentence.month", first=first)
            if first == last
            else t("rows.sentence.months", first=first, last=last)
        )
    if first or last:
        return t("rows.sentence.since", first=first) if first else t("rows.sentence.until", last=last)
    return t("rows.sentence.ever")


def _month(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else ""


def here(asked: Asked, **more: str) -> str:
    """The address of this page with another question, in the reader's language and at her moment."""
    return ways.to_rows(written(asked) | more).address
