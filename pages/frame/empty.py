"""What a page says where there is nothing to show yet."""

from datetime import date, datetime

import streamlit as st

import text
from data.access import Right
from data.catalogue.in_force import has_begun
from data.store import open_store
from pages.frame import asking, first_month
from pages.frame.choices import link
from pages.frame.viewer import may


def stop_before_the_start() -> None:
    """On a store that nobody has begun with, nobody owes anything yet: says how to begin and ends the page."""
    if not has_begun(open_store()):
        st.info(text.t("empty.not_begun" if may(Right.MANAGE) else "empty.not_begun.others"), icon=":material/flag:")
        if may(Right.MANAGE):
            link("pages/start/welcome.py", text.t("page.welcome"))
        st.stop()


def stop_where_nothing_is_due(as_of: datetime) -> date:
    """This round's month; before the start, or where no round has opened, says so and ends the page."""
    stop_before_the_start()
    month = asking.this_round(as_of)
    if month is None:
        st.info(text.t("empty.no_round"), icon=":material/event_available:")
        first_month.show()
        st.stop()
    return month
