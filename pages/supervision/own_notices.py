"""What was issued to a unit, as its own people see it: the document, why, and what is still to be done."""

from datetime import datetime

import streamlit as st

import text
from data.supervision import record as queries
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.supervision import card
from pages.supervision import words as said
from text import t


def show(as_of: datetime) -> None:
    """Nothing where nothing was issued; what was withdrawn says so."""
    cases = queries.cases(asking.store(), as_of)
    if not cases:
        return
    st.subheader(t("supervision.own", number=len(cases)), anchor=False)
    now_known = card.known(cases, cases, as_of)
    for case in cases:
        issued = case.step("issued")
        with st.container(border=True):
            st.markdown(f"{said.heading(case)} :gray-badge[{t(f'supervision.state.{case.state}')}]")
            day = text.day(issued.issued_on)
            st.markdown(t("supervision.own.issued", document=escaped(issued.document_no), day=day))
            st.markdown(said.reasons(case.reasons))
            card.show_evidence(case.evidence)
            if issued.due_date and case.notice.is_in_force:
                card.show_check(case, now_known.of(case), now_known.today)
            for step in case.steps:
                if step.step == "withdrawn":
                    st.caption(said.step(step))
