"""迟报名单: who owes what, since when, at a moment that can be chosen; ready to paste, print and defend."""

import streamlit as st

from data.access import Right
from data.dues.freshness import freshness, freshness_tally
from pages.deadlines import due_rules
from pages.documents import draft
from pages.frame import asking, choices, display, empty, folding, ways
from pages.frame.display import show_table
from pages.frame.viewer import READERS, may, viewer
from pages.frame.words import as_of_words
from pages.round import course_card, forecast_list, freshness_words
from pages.round.late_list import late_list
from text import t

st.title(t("page.late"), anchor=False)
empty.stop_before_the_start()
as_of = asking.as_of()
with folding.filters(2):
    unit_code = choices.choose_unit()
    empty.stop_where_nothing_is_due(as_of)
    month = choices.choose_month(as_of, has_all=True)

due_rules.warn_where_guessed(as_of, month, unit_code)
listed = asking.worked_out(late_list, as_of, month=month, unit_code=unit_code)
st.subheader(listed.title, anchor=False)
st.caption(t("late.rule", as_of=as_of_words(as_of)))
states = asking.ask(freshness, as_of, unit_code=unit_code)["state"]
st.caption(t("freshness.late_caption", sentence=freshness_words.sentence(freshness_tally(states))))
if not listed.number:
    st.success(t("late.nobody"), icon=":material/check_circle:")
    st.stop()

with st.grid(3, min_column_width=110):
    for status, number, units in listed.counts:
        st.metric(
            t(f"late.{status}"),
            t("copies", number=number),
            t("late.units", number=units),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )

is_pending = listed.owed["status"] == "pending"
if is_pending.any() and viewer().role in READERS:
    forecast_list.show(as_of, month, unit_code)
if listed.owed.empty:
    st.success(t("late.all_in"), icon=":material/check_circle:")
elif is_pending.all():
    st.info(t("late.still_time"), icon=":material/schedule:")
with st.grid(2, min_column_width=340):
    for card in listed.cards:
        with st.container(border=True):
            st.markdown(card.heading)
            st.markdown(card.lines)
            course_card.show(card.unit_code, card.courses, month, as_of)
            ways.to_dues(unit=card.unit_code, month=month, status="owed").link(t("way.to_dues"))
if listed.made_up:
    with st.expander(t("late.made_up", number=listed.number_late)):
        show_table(listed.made_up)
    with st.grid(2, min_column_width=340):
        for card in listed.made_up_cards:
            with st.container(border=True):
                st.markdown(card.heading)
                st.markdown(card.lines)
                course_card.show(card.unit_code, card.courses, month, as_of, "late")

st.subheader(t("late.take_away"), anchor=False)
with st.container(horizontal=True):
    display.download(listed.as_frame, t("late.file", about=listed.title), as_of, more=listed.courses)
    draft.offer_urge(listed.owed, as_of, month, unit_code)
    if may(Right.MANAGE) and not listed.owed.empty:
        ways.to_urging().link(t("late.urge"), ":material/notifications:")
with st.expander(t("late.copy"), expanded=listed.number <= 30):
    st.code(listed.plain, language=None, wrap_lines=True)
