"""Figures that want an answer, by when, and the way to it."""

import pandas
import streamlit as st

from data.anomalies.triage import FlagState
from pages.anomalies import flag_words, triage_card
from pages.frame import asking, choices, ways
from pages.frame.escaping import escaped
from pages.frame.sitemap import ANOMALIES
from text import t

SHOWN = 3


def show(flags: pandas.DataFrame) -> None:
    """Those that come first by their day; nothing where nobody is asked anything."""
    if flags.empty:
        return
    catalogue = asking.catalogue()
    overdue = int((flags["state"] == FlagState.OVERDUE.value).sum())
    st.subheader(t("tasks.flags", number=len(flags)), anchor=False)
    st.caption(t("tasks.flags.how") + (t("tasks.flags.overdue", number=overdue) if overdue else ""))
    for flag in flags.head(SHOWN).itertuples():
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"{triage_card.badge(flag)} {escaped(flag_words.flag_reason(catalogue, flag))}")
            st.caption(escaped(flag_words.flag_place(catalogue, flag)))
    ways.Way(ANOMALIES, {"month": choices.EVERY}).link(t("tasks.to_flags", number=len(flags)))
