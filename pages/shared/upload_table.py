"""Many files at once: one table of what became of each, and one button that sends all that can be sent."""

import pandas
import streamlit as st

import text
from pages.shared import answers
from pages.shared.hand_in import HandIn, send
from pages.shared.tables import show_table


def show(hand_ins: list[HandIn], reported_by: str) -> None:
    """Nothing for a single file, whose card says it all."""
    if len(hand_ins) < 2:
        return
    outcomes = [one.outcome for one in hand_ins]
    counts = {name: outcomes.count(name) for name in ("ready", "explain", "returned")}
    sent = outcomes.count("accepted") + outcomes.count("duplicate")
    st.markdown(text.t("upload.counts", total=len(hand_ins), sent=sent, **counts))
    _show_table(hand_ins)
    ready = [one for one in hand_ins if one.outcome == "ready"]
    if len(ready) > 1 and st.button(text.t("upload.send_all", number=len(ready)), type="primary"):
        bar = st.progress(0.0)
        for done, one in enumerate(ready, start=1):
            send(one, reported_by)
            bar.progress(done / len(ready), text=one.upload.shown_name)
        st.rerun()


def _show_table(hand_ins: list[HandIn]) -> None:
    rows = [(one, receipt) for one in hand_ins for receipt in one.shown]
    units = [receipt.unit_code and text.unit_name(answers.catalogue(), receipt.unit_code) for _, receipt in rows]
    table = pandas.DataFrame(
        {
            text.t("upload.table.outcome"): [text.t(f"upload.outcome.{one.outcome}") for one, _ in rows],
            text.t("upload.table.file"): [one.upload.shown_name for one, _ in rows],
            text.t("upload.table.unit"): [unit or text.DASH for unit in units],
            text.t("upload.table.template"): [r.template.template_code if r.template else text.DASH for _, r in rows],
            text.t("upload.table.period"): [receipt.period_label or text.DASH for _, receipt in rows],
            text.t("upload.table.issues"): [len(receipt.issues) for _, receipt in rows],
        }
    )
    show_table(table, width="stretch")
