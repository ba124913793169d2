"""Flags of all months by unit: how many wait for an answer, and of which kind they are."""

from datetime import datetime

import pandas
import streamlit as st

import text
from charts.anomalies import causes_by_unit, flags_by_month
from data.anomalies.flags import anomalies
from data.anomalies.triage import FlagState
from pages.frame import asking, display
from text import t

MONTHS = 24


def show(as_of: datetime) -> None:
    """Both figures; nothing where there is no flag."""
    flags = asking.ask_daily(anomalies, as_of)
    months = [pandas.Timestamp(month) for month in asking.months(as_of)[:MONTHS][::-1]]
    flags = flags[flags["month"].isin(months)]
    if flags.empty:
        return
    is_answered = flags["state"].map(lambda state: FlagState(state).is_answered).astype(bool)
    counts = flags.assign(waiting=~is_answered, answered=is_answered)
    by_month = counts.groupby(["unit_code", "month"], as_index=False)[["waiting", "answered"]].sum()
    by_kind = flags.groupby(["unit_code", "kind"], as_index=False).size().rename(columns={"size": "number"})
    most = flags["unit_code"].value_counts()
    units = {code: text.unit_name(asking.catalogue(), code) for code in most.index}
    st.subheader(t("flags.by_month"), anchor=False)
    st.caption(t("flags.by_month.caption"))
    display.show(flags_by_month(by_month, units, months, t), "chart.flags_by_month")
    with st.expander(t("flags.causes")):
        display.show(causes_by_unit(by_kind, units, t), "chart.causes_by_unit")
