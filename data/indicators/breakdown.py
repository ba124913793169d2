"""An indicator by the texts of a column of its template: by item, channel, stage."""

from collections.abc import Sequence
from datetime import datetime

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.indicator import Indicator, Span
from data.fault import Fault
from data.indicators.parts import parts
from data.indicators.values import valued
from data.periods import closing_month
from data.store import Store

_FIGURES = ("value", "numerator", "denominator", "target", "target_high", "gap", "is_met")


def split(
    store: Store, as_of: datetime, indicator_code: str, column: str, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per return that counts and text of the column: unit_code, month, row (the text; empty where it was left
    blank), numerator and denominator. Fault for a column by which the catalogue does not split the indicator.
    """
    catalogue = catalogue_in_force(store)
    indicator = catalogue.indicator(indicator_code)
    if column not in indicator.breakdowns:
        raise Fault("catalogue.by", expected=", ".join(("month", "unit", *indicator.breakdowns)), found=column[:60])
    template = catalogue.template(indicator.template_code)
    unit_code = store.person.unit_code or unit_code
    rows = parts(store, as_of, template, [indicator], unit_code, column)
    rows = rows[rows["has_figures"]]
    months = [closing_month(period.date(), template.cycle) for period in rows["period"]]
    rows = rows.assign(month=pandas.to_datetime(months))
    return rows[["unit_code", "month", "row", "numerator", "denominator"]].reset_index(drop=True)


def values_by_row(rows: pandas.DataFrame, indicator: Indicator, by: Sequence[str] = ()) -> pandas.DataFrame:
    """One row per text, and month and/or unit_code (by): row, value, numerator, denominator, target, target_high, gap
    and is_met as in data.indicators.values. Over several months a stock is that of the last one.
    """
    if indicator.span is Span.STOCK and "month" not in by:
        rows = rows[rows["month"] == rows["month"].max()]
    names = ["indicator_code", *by, "row", *_FIGURES]
    if rows.empty:
        return pandas.DataFrame(columns=names)
    groups = rows.assign(last_month=rows["month"]).groupby([*by, "row"], sort=True)
    summed = groups[["numerator", "denominator"]].sum(min_count=1).join(groups["last_month"].max()).reset_index()
    return valued(summed, indicator).assign(indicator_code=indicator.indicator_code)[names]
