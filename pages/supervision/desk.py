"""Many proposals at once: a table to choose from, the grave ones first and praise folded; taken up together."""

from collections.abc import Sequence

import pandas
import streamlit as st

import text
from data.access import Right
from data.supervision import cases as supervision
from data.supervision.evidence import Candidate, CaseKind
from pages.frame import asking
from pages.frame.acts import attempt
from pages.frame.display import show_table
from pages.frame.viewer import may
from pages.supervision import card
from pages.supervision import words as said
from text import t

GRAVEST_FIRST = (CaseKind.TALK, CaseKind.RECTIFICATION, CaseKind.CRITICISM, CaseKind.PRAISE)


def show(candidates: Sequence[Candidate]) -> None:
    """The tables, what may be done with those that are chosen, and the card of each of them."""
    in_order = sorted(candidates, key=lambda candidate: GRAVEST_FIRST.index(candidate.kind))
    grave = [candidate for candidate in in_order if candidate.kind is not CaseKind.PRAISE]
    praise = [candidate for candidate in in_order if candidate.kind is CaseKind.PRAISE]
    st.caption(t("supervision.desk.how"))
    chosen = _choose(grave, "supervision-grave") if grave else []
    if praise:
        with st.expander(t("supervision.desk.praise", number=len(praise)), expanded=not grave):
            chosen += _choose(praise, "supervision-praise")
    if not chosen:
        return
    if may(Right.DECIDE) and len(chosen) > 1:
        _offer_all(chosen)
    for candidate in chosen:
        card.show_candidate(candidate)


def _choose(candidates: Sequence[Candidate], key: str) -> list[Candidate]:
    """Those of a table that are ticked. Another list is another table, so that no tick moves to another unit."""
    catalogue = asking.catalogue()
    columns = {
        "supervision.kind": [t(f"supervision.kind.{candidate.kind}") for candidate in candidates],
        "column.unit": [text.unit_name(catalogue, candidate.unit_code) for candidate in candidates],
        "supervision.desk.month": [text.month_name(candidate.month) for candidate in candidates],
        "supervision.desk.why": [said.reasons(candidate.reasons) for candidate in candidates],
    }
    table = pandas.DataFrame({t(name): values for name, values in columns.items()})
    listed = hash(tuple(candidate.case_id for candidate in candidates))
    ticked = show_table(table, on_select="rerun", selection_mode="multi-row", key=f"{key}-{listed}").selection.rows
    return [candidates[row] for row in ticked if row < len(candidates)]


def _offer_all(chosen: Sequence[Candidate]) -> None:
    """One question that names every case, then all of them are taken up, or none."""
    with st.popover(t("supervision.desk.open", number=len(chosen)), type="primary"):
        st.markdown("\n".join(f"- {said.heading(candidate)}" for candidate in chosen))
        if st.button(t("supervision.desk.open.yes"), key="open-chosen", type="primary"):
            ids, now = [candidate.case_id for candidate in chosen], asking.now()
            names = t("list.comma").join(said.plain_heading(candidate) for candidate in chosen)
            act = t("supervision.act.open")
            attempt(
                lambda: supervision.open_cases(asking.store(), ids, now), "supervision.done.named", act=act, case=names
            )
