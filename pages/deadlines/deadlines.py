"""期限: by when each template is due and what moves it, extensions and exemptions, and the working calendar."""

import streamlit as st

from data.access import Right
from data.dues.granted import due_changes
from pages.deadlines import calendar_table, due_change_cards, due_rules
from pages.frame import asking, choices, empty, folding
from pages.frame.viewer import may
from text import t

st.title(t("page.deadlines"), anchor=False)
st.caption(t("due.how"))
as_of = asking.now()
catalogue = asking.catalogue()
due_rules.warn_of_missing_years(as_of)
rules, changes, days = st.tabs([t("due.rules"), t("due.changes"), t("due.calendar")])

with rules:
    if may(Right.MANAGE):
        due_rules.ask_change(as_of)
    due_rules.show(asking.catalogue(), as_of)  # as it is after the form above was saved
with changes:
    empty.stop_before_the_start()
    with folding.filters(2):
        unit_code = choices.choose_unit()
        month = choices.choose_month(as_of, has_all=True) if asking.this_round(as_of) else None
    if may(Right.MANAGE):
        due_change_cards.ask_new(as_of, month, unit_code)
    granted = asking.ask(due_changes, as_of, month=month, unit_code=unit_code)
    if granted.empty:
        st.info(t("due.changes.none"), icon=":material/event_available:")
    for change in granted.itertuples():
        due_change_cards.show(catalogue, change)
with days:
    calendar_table.show(catalogue, as_of)
