"""Which part of the queue is looked at: by step, and where there is much, by month and kind."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

import text
from data.supervision.evidence import Candidate, CaseKind
from data.supervision.record import Case
from pages.frame import folding
from text import t

STATES = {
    "opened": ("opened",),
    "approved": ("approved",),
    "issued": ("issued", "rectified"),
    "done": ("closed", "declined", "waived", "withdrawn"),
}
FEW = 5  # so many are looked through without choosing


def choose_tab(counts: Mapping[str, int], is_leader: bool, is_office: bool) -> str:
    """The step; first what waits for the reader."""
    order = ["opened", "candidate"] if is_leader else ["candidate", "opened"]
    tabs = [*order, "approved", "issued", "done", "waivers", *(["rules"] if is_office else [])]

    def named(tab: str) -> str:
        name = t(f"supervision.tab.{tab}")
        return t("supervision.tab.count", name=name, number=counts[tab]) if counts.get(tab) else name

    label, key = t("supervision.tab"), "supervision-tab"
    return st.segmented_control(label, tabs, default=tabs[0], format_func=named, key=key, required=True)


def choose_shown(cases: Sequence[Candidate | Case], tab: str) -> list[Candidate | Case]:
    """Those of a month and a kind: of proposals the newest month first, of cases all, unless another is chosen."""
    if len(cases) <= FEW:
        return list(cases)
    months = sorted({case.month for case in cases}, reverse=True)
    kinds = [kind for kind in CaseKind if any(case.kind is kind for case in cases)]
    with folding.filters(2):
        month = st.selectbox(
            t("supervision.month"),
            [*months, None] if tab == "candidate" else [None, *months],
            format_func=_month_words,
            key=f"month-{tab}",
        )
        kind = st.selectbox(
            t("supervision.kind"),
            [None, *kinds],
            format_func=lambda case: t(f"supervision.kind.{case}") if case else t("supervision.every_kind"),
            key=f"kind-{tab}",
        )
        folding.tell(_month_words(month))
        folding.tell(t(f"supervision.kind.{kind}") if kind else t("supervision.every_kind"))
    return [kind_code for kind_code in cases if month in (None, kind_code.month) and kind in (None, kind_code.kind)]


def _month_words(month: date | None) -> str:
    return text.month_name(month) if month else t("choice.all_months")
