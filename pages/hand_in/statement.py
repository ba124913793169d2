"""What a statement without figures said: a zero report's reason; a platform's count and day, with the proof."""

from datetime import datetime

import streamlit as st

import text
from data.audit import Act
from data.submissions.received import declarations, original
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.frame.viewer import handing_out
from text import t


def show_statement(submission_id: str, as_of: datetime) -> None:
    """Nothing for a submission that is no statement."""
    found = asking.ask(declarations, as_of)
    for own in found[found["submission_id"] == submission_id].to_dict("records"):
        values = {
            "received": text.moment(own["received_at"], asking.clock()),
            "by": escaped(own["reported_by"]) or t("declare.said.nobody"),
        }
        if own["kind"] == "zero_report":
            st.markdown(t("declare.said.zero_report", reason=escaped(own["reason"]), **values))
            continue
        values |= {"number": f"{int(own['count']):,}", "on": text.day(own["delivered_on"])}
        st.markdown(t("declare.said.platform_declaration", platform=escaped(own["platform"]), **values))
        st.download_button(
            t("declare.proof.download"),
            data=handing_out(
                Act("proof_downloaded", own["receipt_no"], own["unit_code"]),
                lambda store, sha256=own["proof_sha256"]: original(store, sha256),
            ),
            file_name=own["proof_name"],
            icon=":material/download:",
            key=f"proof-{submission_id}",
            on_click="ignore",
        )
