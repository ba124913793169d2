"""What opens under a unit of the late list: how each line came about, and the 核查单 to take along."""

from datetime import date, datetime

import streamlit as st

from pages.documents import draft
from pages.round.course_words import Courses


def show(unit_code: str, courses: Courses, month: date | None, as_of: datetime, key: str = "owed") -> None:
    """Closed until somebody asks; nothing where nothing happened yet. month None: the list is of all months, and the
    sheet is of one.
    """
    if courses.is_empty:
        return
    with st.expander(courses.label, icon=":material/history:", key=f"course-{key}-{unit_code}"):
        st.markdown(courses.body)
        if month is not None:
            draft.offer_chronology(unit_code, month, as_of, key)
