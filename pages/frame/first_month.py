"""What the first month that counts will bring: what opens when, and how many from whom."""

import pandas
import streamlit as st

import text
from data.start.checklist import first_month, first_round
from pages.frame import asking
from pages.frame.display import show_table
from pages.frame.viewer import viewer
from text import t


def show() -> None:
    """One sentence, and a line a unit; whoever belongs to a unit sees her own. Nothing where nothing is planned."""
    store, month = asking.store(), first_month(asking.store())
    coming = first_round(store)
    if unit_code := viewer().unit_code:
        coming = coming[coming["unit_code"] == unit_code]
    if month is None or coming.empty:
        return
    clock, catalogue = asking.clock(), asking.catalogue()
    days = {name: clock.local(coming[name].min().to_pydatetime()) for name in ("opens_at", "first_deadline")}
    st.markdown(
        t(
            "first_month.sentence",
            month=text.month_name(month),
            dues=int(coming["dues"].sum()),
            units=coming["unit_code"].nunique(),
            opens=text.day(days["opens_at"].date()),
            deadline=text.last_moment(days["first_deadline"], clock),
        )
    )
    rows = list(coming.itertuples())
    columns = {
        "column.unit": [text.unit_name(catalogue, row.unit_code) for row in rows],
        "first_month.dues": [row.dues for row in rows],
        "first_month.opens": [text.moment(row.opens_at, clock) for row in rows],
        "column.deadline": [text.last_moment(row.last_deadline, clock) for row in rows],
    }
    show_table(pandas.DataFrame({t(name): values for name, values in columns.items()}))
