"""迟报名单: who owes what, since when, at a moment that can be chosen; ready to paste, print and defend."""

import streamlit as st

import text
from data.dues.timeliness import late_reporters
from pages.deadlines import due_rules
from pages.documents import draft
from pages.frame import asking, choices, display, empty, ways
from pages.frame.display import show_table
from pages.frame.viewer import READERS, viewer
from pages.frame.words import as_of_words, by_unit
from pages.round import addresses, forecast_list, words
from text import t

st.title(t("page.late"), anchor=False)
empty.stop_before_the_start()
with st.grid(3, min_column_width=220):
    unit_code = choices.choose_unit()
    as_of = choices.choose_moment()
    empty.stop_where_nothing_is_due(as_of)
    month = choices.choose_month(as_of, has_all=True)

due_rules.warn_where_guessed(as_of, month, unit_code)
catalogue = asking.catalogue()
reporters = asking.ask(late_reporters, as_of, month=month, unit_code=unit_code)
title = t("late.about", month=text.month_name(month)) if month else t("late.about_all")
title += t("list.sample") if asking.is_demonstration() else ""
st.subheader(title, anchor=False)
st.caption(t("late.rule", as_of=as_of_words(as_of)))
if reporters.empty:
    st.success(t("late.nobody"), icon=":material/check_circle:")
    st.stop()

owed = reporters[reporters["status"] != "late"]
late = reporters[reporters["status"] == "late"]
with st.grid(3, min_column_width=110):
    for status in words.shown_statuses(reporters):
        of_status = reporters[reporters["status"] == status]
        units = t("late.units", number=of_status["unit_code"].nunique())
        st.metric(
            t(f"late.{status}"),
            t("copies", number=len(of_status)),
            units,
            delta_color="off",
            delta_arrow="off",
            border=True,
        )

if (owed["status"] == "pending").any() and viewer().role in READERS:
    forecast_list.show(as_of, month, unit_code)
if owed.empty:
    st.success(t("late.all_in"), icon=":material/check_circle:")
elif (owed["status"] == "pending").all():
    st.info(t("late.still_time"), icon=":material/schedule:")
with st.grid(2, min_column_width=340):
    for code, of_status in by_unit(owed):
        with st.container(border=True):
            st.markdown(f"**{text.unit_name(catalogue, code)}** :gray-badge[{t('copies', number=len(of_status))}]")
            st.markdown("\n".join(f"- {words.due_line(catalogue, due)}" for due in of_status.itertuples()))
            ways.to_dues(unit=code, month=month, status="owed").link(t("way.to_dues"))
table = words.late_table(catalogue, reporters)
if not late.empty:
    with st.expander(t("late.made_up", number=len(late))):
        show_table(words.late_table(catalogue, late), addresses.with_forms(late, as_of, unit_code)["address"].tolist())

st.subheader(t("late.take_away"), anchor=False)
with st.container(horizontal=True):
    display.download(table, t("late.file", about=title), as_of)
    draft.offer_urge(owed, as_of, month, unit_code)
with st.expander(t("late.copy"), expanded=len(reporters) <= 30):
    moment = text.moment(as_of, asking.clock())
    st.code(words.plain_list(catalogue, reporters, title, moment), language=None, wrap_lines=True)
