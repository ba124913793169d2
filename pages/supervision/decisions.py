"""等您审定: what waits for the reader's own decision, with the act beside it, on whichever page she opens."""

from datetime import datetime

import streamlit as st

from data.access import Right
from data.supervision import record as queries
from pages.frame import asking, choices
from pages.frame.viewer import may, viewer
from pages.supervision import card
from text import t

AT_ONCE = 2  # the others are a click away


def show(as_of: datetime) -> None:
    """Nothing for whoever has nothing to decide."""
    if not may(Right.RULE):
        return
    cases = asking.ask(queries.cases, as_of)
    waiting = [case for case in cases if case.waits_for(viewer())]
    if not waiting:
        return
    shown = waiting[:AT_ONCE]
    now_known = card.known(shown, cases, as_of)
    with st.container(border=True, key="decisions"):
        st.markdown(f":material/gavel: **{t('supervision.waiting', number=len(waiting))}**")
        for case in shown:
            card.show_decision(case, now_known)
        if len(waiting) > len(shown):
            choices.link("pages/supervision/supervision.py", t("supervision.waiting.all", number=len(waiting)))
