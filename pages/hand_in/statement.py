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
    statements = asking.ask(declarations, as_of)
    for statement in statements[statements["submission_id"] == submission_id].to_dict("records"):
        values = {
            "received": text.moment(statement["received_at"], asking.clock()),
            "by": escaped(statement["reported_by"]) or t("declare.said.nobody"),
        }
        if statement["kind"] == "zero_report":
            st.markdown(t("declare.said.zero_report", reason=escaped(statement["reason"]), **values))
            continue
        values |= {"number": f"{int(statement['count']):,}", "on": text.day(statement["delivered_on"])}
        st.markdown(t("declare.said.platform_declaration", platform=escaped(statement["platform"]), **values))
        st.download_button(
            t("declare.proof.download"),
            data=handing_out(
                Act("proof_downloaded", statement["receipt_no"], statement["unit_code"]),
                lambda store, sha256=statement["proof_sha256"]: original(store, sha256),
            ),
            file_name=statement["proof_name"],
            icon=":material/download:",
            key=f"proof-{submission_id}",
            on_click="ignore",
        )
