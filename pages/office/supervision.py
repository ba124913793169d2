"""督查: what the rules propose, what waits for whom, and what was issued: one queue, by where each case stands."""

from datetime import date

import streamlit as st

import text
from data import supervision
from data.access import Right
from data.queries import supervision as queries
from data.supervision_rules import Kind
from pages.shared import answers, board_views, supervision_card, waiver_form
from pages.shared.settings_form import settings_form
from pages.shared.viewer import may
from text import t

TABS = {
    "opened": ("opened",),
    "approved": ("approved",),
    "issued": ("issued", "rectified"),
    "done": ("closed", "declined", "waived", "withdrawn"),
}
st.title(t("page.supervision"), anchor=False)
as_of = answers.now()
answers.stop_where_nothing_is_due(as_of)
st.caption(t("supervision.flow"))
is_office, is_leader = may(Right.DECIDE), may(Right.RULE)
proposed = queries.candidates(answers.store(), as_of)
cases = queries.cases(answers.store(), as_of)
listed = {tab: [case for case in cases if case.state in states] for tab, states in TABS.items()}
counts = {"candidate": len(proposed)} | {tab: len(own) for tab, own in listed.items()}
if is_leader:
    number = sum(supervision_card.is_mine(case) for case in cases)
    (st.warning if number else st.success)(
        t("supervision.waiting", number=number) if number else t("supervision.nothing_waits"), icon=":material/gavel:"
    )

order = ["opened", "candidate"] if is_leader else ["candidate", "opened"]
tabs = [*order, "approved", "issued", "done", "waivers", *(["rules"] if is_office else [])]


def named(tab: str) -> str:
    """待审定（2）."""
    name = t(f"supervision.tab.{tab}")
    return t("supervision.tab.count", name=name, number=counts[tab]) if counts.get(tab) else name


tab = st.segmented_control(
    t("supervision.tab"), tabs, default=tabs[0], format_func=named, key="supervision-tab", required=True
)
if tab == "rules":
    st.caption(t("supervision.rules.how"))
    settings_form(
        "supervision.rules",
        queries.rules_at(answers.store(), as_of),
        lambda changed: supervision.set_rules(answers.store(), changed, answers.now()),
        {"rectify_after": ("grace", "criticism")},
    )
    st.stop()
if tab == "waivers":
    with st.expander(t("waiver.title")):
        left, right = st.columns(2)
        with left:
            month = board_views.choose_month(as_of, "waiver-month")
        with right:
            unit_code = answers.choose_unit()
        waiver_form.show(month, unit_code)
    waiver_form.show_list(is_office or is_leader)
    st.stop()

found = proposed if tab == "candidate" else listed[tab]
if not found:
    (st.success if tab == "candidate" else st.info)(t(f"supervision.none.{tab}"))
    st.stop()
left, right = st.columns(2)
with left:
    months = sorted({one.month for one in found}, reverse=True)
    every = [] if tab == "candidate" else [None]

    def month_words(month: date | None) -> str:
        """2026年10月, or all."""
        return text.month_name(month) if month else t("choice.all_months")

    month = st.selectbox(
        t("supervision.month"), [*every, *months, *([] if every else [None])], format_func=month_words, key=f"m-{tab}"
    )
with right:
    kinds = [kind for kind in Kind if any(one.kind is kind for one in found)]
    kind = st.selectbox(
        t("supervision.kind"),
        [None, *kinds],
        format_func=lambda one: t(f"supervision.kind.{one}") if one else t("supervision.every_kind"),
        key=f"k-{tab}",
    )
shown = [one for one in found if month in (None, one.month) and kind in (None, one.kind)]
if tab == "candidate":
    for one in shown:
        supervision_card.show_candidate(one)
    st.stop()
now_known = supervision_card.known(shown, cases, as_of)
if tab == "approved" and is_office:
    for each in kinds:
        if own := [one for one in shown if one.kind is each]:
            supervision_card.show_issue_form(each, own, now_known.today)
for one in shown:
    supervision_card.show_case(one, now_known)
