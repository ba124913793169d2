"""What was flagged in all months, a mistake each, by unit: how many wait for an answer, and of which kind they are."""

from datetime import datetime

import pandas
import streamlit as st

import text
from charts.anomalies import causes_by_unit, flags_by_month
from data.anomalies.cards import cards, flags_by_card, waiting
from pages.frame import asking, display, ways
from text import t

MONTHS = 24


def show(as_of: datetime) -> None:
    """Both figures; nothing where there is no flag."""
    every = cards(asking.ask_daily(flags_by_card, as_of))
    months = [pandas.Timestamp(month) for month in asking.months(as_of)[:MONTHS][::-1]]
    every = every[every["month"].isin(months)]
    if every.empty:
        return
    is_waiting = waiting(every)
    counts = every.assign(waiting=is_waiting, answered=~is_waiting)
    by_month = counts.groupby(["unit_code", "month"], as_index=False)[["waiting", "answered", "figures"]].sum()
    by_kind = every.groupby(["unit_code", "kind"], as_index=False).size().rename(columns={"size": "number"})
    most = every["unit_code"].value_counts()
    units = {code: text.unit_name(asking.catalogue(), code) for code in most.index}
    st.subheader(t("flags.by_month"), anchor=False)
    st.caption(t("flags.by_month.caption"))
    here = "-".join(st.query_params.get(name, "") for name in ("unit", "month"))  # a click on a cell is of this view
    figure = flags_by_month(by_month, units, months, t, ways.flags_address)
    display.show(figure, "chart.flags_by_month", key=f"flags-by-month-{here}", has_links=True)
    with st.expander(t("flags.causes")):
        display.show(causes_by_unit(by_kind, units, t), "chart.causes_by_unit")
