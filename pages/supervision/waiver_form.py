"""Recording waivers, and the list of them."""

from datetime import date

import pandas
import streamlit as st

import text
from data.fault import Fault
from data.supervision import record as queries
from data.supervision import waivers
from data.supervision.waivers import Ground, Waiving
from pages.frame import acts, asking
from pages.frame.display import show_table
from pages.frame.faults import show_fault
from text import t


def show(month: date, unit_code: str | None = None, key: str = "waiver", template_code: str | None = None) -> None:
    """The form for what is late or missing of a month; of one unit, or all."""
    st.caption(t("waiver.how"))
    with st.form(f"waive-{key}", border=False):
        ground = st.selectbox(
            t("waiver.ground"), list(Ground), format_func=lambda ground_code: t(f"waiver.ground.{ground_code}")
        )
        reason = st.text_input(t("waiver.reason"), placeholder=t("supervision.reason.example"), max_chars=200)
        document = st.text_input(t("waiver.document"), max_chars=80)
        is_sent = st.form_submit_button(t("waiver.button"))
    if not is_sent:
        return
    try:
        wanted = Waiving(ground, month, reason, unit_code, template_code, document)
        waived = waivers.waive(asking.store(), wanted, asking.now())
    except Fault as fault:
        show_fault(fault)
        return
    st.toast(t("waiver.done", number=len(waived)))
    st.rerun()


def show_list(may_end: bool) -> None:
    """Every waiver, the newest first; those that hold can be taken back."""
    waiver_rows = queries.waivers(asking.store(), asking.now())
    if waiver_rows.empty:
        st.info(t("supervision.none.waivers"))
        return
    catalogue = asking.catalogue()
    rows = list(waiver_rows.itertuples())
    clock = asking.clock()

    def stamp(at: object, by: object) -> str:
        return "" if text.is_blank(at) else f"{text.moment(at, clock)} {by}"

    columns = {
        "column.unit": [text.unit_name(catalogue, row.unit_code) for row in rows],
        "column.code": [row.template_code for row in rows],
        "column.period": [text.period_label(catalogue, row.template_code, row.period) for row in rows],
        "waiver.column.ground": [t(f"waiver.ground.{row.ground}") for row in rows],
        "waiver.column.reason": [row.reason for row in rows],
        "waiver.column.document": ["" if text.is_blank(row.document_no) else row.document_no for row in rows],
        "waiver.column.made": [stamp(row.made_at, row.user_name) for row in rows],
        "waiver.column.ended": [
            stamp(row.ended_at, f"{row.ended_by}：{row.end_reason}") if not text.is_blank(row.ended_at) else ""
            for row in rows
        ],
    }
    table = text_table(columns)
    if not may_end:
        show_table(table)
        return
    key = f"waivers-{len(rows)}-{waiver_rows['ended_at'].notna().sum()}"
    chosen = show_table(table, on_select="rerun", selection_mode="multi-row", key=key).selection.rows
    holding = [rows[number].waiver_id for number in chosen if text.is_blank(rows[number].ended_at)]
    if not holding:
        st.caption(t("waiver.choose"))
        return
    reason = st.text_input(t("waiver.end.reason"), max_chars=200)
    if st.button(t("waiver.end")):
        acts.attempt(lambda: waivers.end_waivers(asking.store(), holding, asking.now(), reason))


def text_table(columns: dict[str, list]) -> pandas.DataFrame:
    """A frame under headings in the reader's language."""
    return pandas.DataFrame({t(name): values for name, values in columns.items()})
