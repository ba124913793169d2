"""Many files at once: one table of what became of each, and one button that sends all that can be sent."""

import pandas
import streamlit as st

import text
from data.catalogue.model import Severity
from loaders.intake.ingest import Receipt
from pages.frame import asking
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.words import numbers_of
from pages.hand_in.hand_in import HandIn, same_return, send


def show(hand_ins: list[HandIn], reported_by: str) -> None:
    """Nothing for a single file, whose card says it all."""
    if len(hand_ins) < 2:
        return
    outcomes = [hand_in.outcome for hand_in in hand_ins]
    counts = {name: outcomes.count(name) for name in ("ready", "explain", "returned")}
    sent = outcomes.count("duplicate")
    st.markdown(text.t("upload.counts", total=len(hand_ins), sent=sent, **counts))
    _show_table(hand_ins)
    twice = same_return(hand_ins)
    if twice:
        names = escaped("、".join(hand_in.upload.shown_name for hand_in in twice))
        st.warning(text.t("upload.same_table", names=names), icon=":material/content_copy:")
    ready = [hand_in for hand_in in hand_ins if hand_in.outcome == "ready" and hand_in not in twice]
    if len(ready) > 1 and st.button(text.t("upload.send_all", number=len(ready)), type="primary"):
        bar = st.progress(0.0)
        for done, hand_in in enumerate(ready, start=1):
            send(hand_in, reported_by)
            bar.progress(done / len(ready), text=hand_in.upload.shown_name)
        st.rerun()


def _show_table(hand_ins: list[HandIn]) -> None:
    rows = [(hand_in, receipt) for hand_in in hand_ins for receipt in hand_in.shown]
    units = [receipt.unit_code and text.unit_name(asking.catalogue(), receipt.unit_code) for _, receipt in rows]
    table = pandas.DataFrame(
        {
            text.t("upload.table.outcome"): [text.t(f"upload.outcome.{hand_in.outcome}") for hand_in, _ in rows],
            text.t("upload.table.file"): [hand_in.upload.shown_name for hand_in, _ in rows],
            text.t("upload.table.unit"): [unit or text.DASH for unit in units],
            text.t("upload.table.template"): [r.template.template_code if r.template else text.DASH for _, r in rows],
            text.t("upload.table.period"): [receipt.period_label or text.DASH for _, receipt in rows],
            text.t("upload.table.issues"): [_to_do(receipt) for _, receipt in rows],
        }
    )
    show_table(table, width="stretch")


def _to_do(receipt: Receipt) -> str:
    """What is to be mended or explained; notes only tell."""
    return numbers_of(issue.severity for issue in receipt.issues if issue.severity is not Severity.NOTE)
