"""What was received of the round, each with its receipt."""

import pandas
import streamlit as st

import text
from pages.frame import asking, ways
from pages.frame.escaping import escaped
from pages.frame.words import status_and_kind
from text import t


def show(received: pandas.DataFrame) -> None:
    """received: rows of data.tasks.tasks.tasks that have a receipt; a line leads to the file as it is kept."""
    lines = []
    for row in received.itertuples():
        words = {
            "template": f"{row.template_code} {escaped(text.template_name(asking.catalogue(), row.template_code))}",
            "period": text.period_label(asking.catalogue(), row.template_code, row.period),
            "status": status_and_kind(row),
            "receipt": row.receipt_no,
            "received": text.moment(row.received_at, asking.clock()),
            "address": ways.form_address(row.submission_id),
        }
        lines.append(t("tasks.received.line", **words))
    st.markdown("\n".join(lines))
