"""公文起草: a draft of a notice, a circular or a bulletin from what the store knows; read here, then taken away."""

from datetime import timedelta

import streamlit as st

import text
from documents.drafting import DRAFTS
from pages.documents import draft
from pages.frame import asking, empty, folding
from pages.frame.choices import choose, choose_month, choose_one_unit
from text import t

st.title(t("page.documents"), anchor=False)
st.caption(t("documents.how"))
empty.stop_before_the_start()

kind = choose("kind", list(DRAFTS), lambda code: t(f"documents.kind.{code}"), t("documents.kind"), None)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
with folding.filters(2):
    month = choose_month(as_of, has_all=kind == "urge")
choices = {"month": month}
if kind == "urge":
    catalogue = asking.catalogue()
    choices["unit_codes"] = st.multiselect(
        t("documents.units"),
        asking.obliged_units(),
        format_func=lambda code: text.unit_name(catalogue, code),
        placeholder=t("choice.all_units"),
        key="urged-units",
    )
    choices["has_pending"] = st.checkbox(t("documents.pending"), key="urge-pending")
if kind == "chronology":
    choices["unit_code"] = choose_one_unit()
with st.grid(3 if kind == "bulletin" else 2, min_column_width=110 if kind == "bulletin" else 220):
    if kind == "urge":
        half_hour = timedelta(minutes=30)
        by = st.datetime_input(
            t("documents.by"), value=None, step=half_hour, help=t("documents.by.help"), key="urge-by"
        )
        choices["new_deadline"] = asking.clock().wall(by) if by else None
    for name in ("issue_no", "whole_no", "copies") if kind == "bulletin" else ("number",):
        choices[name] = st.text_input(t(f"documents.{name}"), max_chars=40, key=f"document-{name}").strip()

paper = asking.ask(DRAFTS[kind], as_of, **choices)
if paper is None:
    st.success(t("documents.nobody"), icon=":material/check_circle:")
else:
    with st.container(horizontal=True):
        draft.offer(kind, paper, as_of, choices, kind_of_button="primary")
        if kind == "circular":
            draft.offer_sheets(month, as_of)
    st.subheader(t("documents.text"), anchor=False)
    draft.show_text(paper)
draft.show_settings()
