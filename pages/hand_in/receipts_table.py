"""The receipts of what was just sent: one by itself, several in one table to copy and print; and what is still owed."""

from collections.abc import Sequence

import pandas
import streamlit as st

import text
from loaders import messages
from loaders.intake.ingest import Receipt
from pages.frame import asking
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.hand_in import still_owed
from pages.hand_in.hand_in import HandIn
from text import t


def show(sent: Sequence[HandIn]) -> None:
    """Nothing where nothing was sent in this session."""
    receipts = [receipt for hand_in in sent for receipt in hand_in.receipts]
    if not receipts:
        return
    with st.container(border=True, key="receipts-of-batch"):
        if len(receipts) == 1:
            show_receipt(receipts[0])
        else:
            _show_all(receipts)
        for unit_code in dict.fromkeys(receipt.unit_code for receipt in receipts if receipt.unit_code):
            still_owed.show(unit_code)


def _show_all(receipts: Sequence[Receipt]) -> None:
    st.success(t("receipts.batch", number=len(receipts)), icon=":material/check_circle:")
    names = [
        f"{receipt.template.template_code} {text.pick_words(receipt.template.template_name)}" for receipt in receipts
    ]
    columns = {
        "upload.receipt_no": [receipt.receipt_no or text.DASH for receipt in receipts],
        "column.template": names,
        "column.period": [receipt.period_label or text.DASH for receipt in receipts],
        "column.unit": [text.unit_name(asking.catalogue(), receipt.unit_code) for receipt in receipts],
        "column.received_at": [text.moment(receipt.received_at, asking.clock()) for receipt in receipts],
        "upload.status": [_result(receipt) for receipt in receipts],
    }
    show_table(pandas.DataFrame({t(name): values for name, values in columns.items()}), width="stretch")
    lines = zip(*columns.values(), strict=True)
    st.caption(t("receipts.batch.how"))
    st.code("\n".join("  ".join(line) for line in lines), language=None, wrap_lines=True)


def _result(receipt: Receipt) -> str:
    status = messages.status_words(receipt, text.language())
    return t("receipts.batch.again", status=status) if receipt.outcome == "duplicate" else status


def show_receipt(receipt: Receipt) -> None:
    """What was accepted, when, and whether in time."""
    words = messages.status_words(receipt, text.language())
    key = "upload.duplicate" if receipt.outcome == "duplicate" else f"upload.accepted.{receipt.kind}"
    received = text.moment(receipt.received_at, asking.clock())
    if receipt.template:
        name = text.pick_words(receipt.template.template_name)
        st.markdown(f"**{receipt.template.template_code} {escaped(name)}** · {receipt.period_label or text.DASH}")
    st.success(t(key, received=received, status=words, version=receipt.version), icon=":material/check_circle:")
    if receipt.review:
        st.caption(f":material/rate_review: {t('review.after_upload')}")
    shown = {"receipt_no": receipt.receipt_no or text.DASH, "deadline": _last_moment(receipt), "status": words}
    for column, (name, value) in zip(st.columns(3), shown.items(), strict=True):
        column.markdown(f":small[:gray[{t(f'upload.{name}')}]]  \n**{value}**")
    with st.expander(t("upload.receipt_text")):
        st.code(messages.receipt_text(receipt, asking.catalogue(), text.language()), language=None, wrap_lines=True)


def _last_moment(receipt: Receipt) -> str:
    """The deadline as the last day in time; — where nothing was due."""
    if receipt.deadline is None:
        return text.DASH
    return text.last_moment(receipt.deadline, asking.clock())
