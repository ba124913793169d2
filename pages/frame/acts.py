"""Taking a step of supervision on a page: done and shown anew, or refused with the reason."""

from collections.abc import Callable

import streamlit as st

import text
from data.supervision.checks import SupervisionFault
from pages.frame import asking
from text import t


def attempt(act: Callable[[], object]) -> None:
    """Do it and show the page anew; where it is refused, say why."""
    try:
        act()
    except SupervisionFault as fault:
        st.warning(fault_words(fault), icon=":material/edit:")
        return
    st.toast(t("supervision.done.toast"))
    st.rerun()


def fault_words(fault: SupervisionFault) -> str:
    """Why it was refused."""
    details = dict(fault.details)
    if fault.code in ("state", "opened"):
        details["found"] = t(f"supervision.state.{details['found']}")
    if fault.code == "kind":
        details["found"] = t(f"supervision.kind.{details['found']}")
    if details.get("unit"):
        details["unit"] = text.unit_name(asking.catalogue(), details["unit"])
    return t(f"supervision.fault.{fault.code}", **details)
