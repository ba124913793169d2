"""督查: what the rules propose, what waits for whom, and what was issued: one queue, by where each case stands."""

import streamlit as st

from data.access import Right
from data.supervision import cases as supervision
from data.supervision import record as queries
from data.supervision.evidence import CaseKind
from pages.frame import asking, choices, empty
from pages.frame.choices import choose_closed_month
from pages.frame.forms import settings_form
from pages.frame.viewer import may, viewer
from pages.supervision import card, desk, tabs, waiver_form
from text import t

st.title(t("page.supervision"), anchor=False)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
is_office, is_leader = may(Right.DECIDE), may(Right.RULE)
proposed = asking.ask(queries.candidates, as_of)
cases = asking.ask(queries.cases, as_of)
listed = {tab: [case for case in cases if case.state in states] for tab, states in tabs.STATES.items()}
counts = {"candidate": len(proposed)} | {tab: len(tab_cases) for tab, tab_cases in listed.items()}
if is_leader:  # ten seconds, on a phone: first what waits for her
    number = sum(case.waits_for(viewer()) for case in cases)
    if number:
        st.warning(t("supervision.waiting", number=number), icon=":material/gavel:")
    else:
        st.success(t("supervision.nothing_waits"), icon=":material/gavel:")
else:
    st.caption(t("supervision.flow"))

tab = tabs.choose_tab(counts, is_leader, is_office)
if tab == "rules":
    st.caption(t("supervision.rules.how"))
    settings_form(
        "supervision.rules",
        queries.rules_at(asking.store(), as_of),
        lambda changed: supervision.set_rules(asking.store(), changed, asking.now()),
        {"rectify_after": ("grace", "criticism")},
    )
    st.stop()
if tab == "waivers":
    with st.expander(t("waiver.title")):
        with st.grid(2, min_column_width=220):
            month = choose_closed_month(as_of, "waiver-month")
            unit_code = choices.choose_unit()
        waiver_form.show(month, unit_code)
    waiver_form.show_list(is_office or is_leader)
    st.stop()

cases_shown = proposed if tab == "candidate" else listed[tab]
if not cases_shown:
    (st.success if tab == "candidate" else st.info)(t(f"supervision.none.{tab}"))
shown = tabs.choose_shown(cases_shown, tab)
if len(shown) < len(cases_shown):
    st.caption(t("supervision.listed", shown=len(shown), number=len(cases_shown)))
if tab == "candidate" and len(shown) > tabs.FEW:
    desk.show(shown)
elif tab == "candidate":
    for listed_case in sorted(shown, key=lambda candidate: desk.GRAVEST_FIRST.index(candidate.kind)):
        card.show_candidate(listed_case)
else:
    now_known = card.known(shown, cases, as_of)
    for kind in CaseKind if tab == "approved" and is_office else ():
        if same_kind := [listed_case for listed_case in shown if listed_case.kind is kind]:
            card.show_issue_form(kind, same_kind, now_known.today)
    for listed_case in shown:
        card.show_case(listed_case, now_known)
if is_leader:
    st.caption(t("supervision.flow"))
