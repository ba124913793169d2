"""Indicators as command line and API answer them: by month, unit, or a column of the template."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.indicator import Indicator
from data.catalogue.model import Catalogue
from data.fault import Fault
from data.indicators.breakdown import split, values_by_row
from data.indicators.returns import doubts, returns_behind
from data.indicators.values import COLUMNS, values, within
from data.periods import closing_month
from data.readable import Rows, as_read, wanted
from data.store import Store

GRAINS = {"month": "month", "unit": "unit_code"}
_COUNTED = ("owed", "reported", "late", "missing", "pending", "corrected", "flagged", "explained")


def answer(
    store: Store, as_of: datetime, indicator_code: str | None, by: Sequence[str], period: str | None, unit: str | None
) -> Rows:
    """A row per indicator (None: every one) and what it is asked by: month, unit, and of one indicator also a column by
    which it may be split. period as written: a month, quarter, half-year or year; None: all. Fault for what is unknown.
    """
    catalogue = catalogue_in_force(store)
    chosen = catalogue.indicator(indicator_code) if indicator_code else None
    if unit:
        catalogue.unit(unit)
    columns = _columns(by, chosen)
    span = months_of(period)
    grain = [GRAINS[name] for name in by if name in GRAINS]
    if columns and chosen:
        rows = split(store, as_of, chosen.indicator_code, columns[0], unit)
        frame = values_by_row(within(rows, *span) if span else rows, chosen, grain)
    else:
        returns = returns_behind(store, as_of, unit, indicator_code)
        returns = within(returns, *span) if span else returns
        frame = values(catalogue, returns, doubts(store, as_of, unit), grain)
    return [_read(row, catalogue) for row in frame.to_dict("records")]


def _columns(by: Sequence[str], chosen: Indicator | None) -> list[str]:
    """The columns among what is asked by; one at most, and of one indicator."""
    columns = [name for name in by if name not in GRAINS]
    offered = (*GRAINS, *(chosen.breakdowns if chosen else ()))
    if len(columns) > 1 or len(set(by)) < len(by) or not set(columns) <= set(offered):
        raise Fault("catalogue.by", expected=", ".join(offered), found=", ".join(by)[:60])
    return columns


def months_of(period: str | None) -> tuple[date, date] | None:
    """The first and the last month of a period as written; None for all."""
    month, first, cycle = wanted(period)
    if month is not None:
        return month, month
    return (first, closing_month(first, cycle)) if first is not None and cycle is not None else None


def _read(row: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Every row has the same names; what is not asked by is None, and so are the counts of returns of a split."""
    indicator = catalogue.indicator(row["indicator_code"])
    words: dict[str, Any] = {
        "indicator": indicator.indicator_code,
        "indicator_name": indicator.indicator_name["zh-CN"],
        "measure": indicator.measure,
        "template": indicator.template_code or None,
        "month": f"{row['month']:%Y-%m}" if "month" in row else None,
    }
    unit = row.get("unit_code")
    words |= {"unit": unit, "unit_name": catalogue.unit_name(unit) if unit else None, "row": row.get("row")}
    figures = {name: row.get(name) for name in COLUMNS} | {name: int(row[name]) for name in _COUNTED if name in row}
    return words | as_read(figures, catalogue)
