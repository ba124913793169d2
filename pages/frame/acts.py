"""Taking a step on a page: done and shown anew, or refused with the reason."""

from collections.abc import Callable

import streamlit as st

from pages.frame.faults import is_done
from text import t


def attempt(act: Callable[[], object], /, done: str = "supervision.done.toast", **named: str) -> None:
    """Do it, say so in the words `done` with what is `named`, and show the page anew; where it is refused, say why."""
    if is_done(act):
        st.toast(t(done, **named))
        st.rerun()
