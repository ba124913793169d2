"""The control of the moment above a page, and the band that says that a past one is shown."""

from datetime import timedelta

import streamlit as st

import text
from data.submissions.received import entered_later
from pages.frame import asking, moment
from pages.frame.viewer import store_of_viewer
from text import t


def choose() -> None:
    """The control of the moment."""
    with st.container(horizontal=True, horizontal_alignment="right", key="moment"):
        past = moment.chosen()
        label = t("moment.past", moment=text.moment(asking.as_of(), asking.clock())) if past else t("moment.now")
        with st.popover(label, icon=":material/history:"):
            st.datetime_input(
                t("moment.choose"),
                value=None,
                key=moment.KEY,
                step=timedelta(minutes=1),
                max_value=asking.now().replace(tzinfo=None),
                persist_state="session",
                help=t("moment.help"),
            )
    moment.keep_in_address()


def show() -> None:
    """Where a past moment is chosen, the band that says so, with the way back."""
    if not moment.chosen():
        return
    as_of = asking.as_of()
    later = entered_later(store_of_viewer(), as_of)
    with st.container(horizontal=True, vertical_alignment="center", key="moment-band"):
        st.warning(_words(as_of, later), icon=":material/history:")
        if later:
            st.toggle(t("moment.known"), key=moment.KNOWN, persist_state="session", help=t("moment.known.help"))
        st.button(t("moment.back"), on_click=moment.leave, icon=":material/update:", width="content")


def _words(as_of, later: int) -> str:
    said = t("moment.band", moment=text.moment(as_of, asking.clock()))
    if not later:
        return said
    return f"{said} {t('moment.band.known' if moment.is_known_then() else 'moment.band.later', number=later)}"
