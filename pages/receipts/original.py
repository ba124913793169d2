"""The file as it was received, to download; each download is noted in the audit trail."""

from typing import Any

import pandas
import streamlit as st

from data.audit import Act
from data.submissions.received import original
from pages.frame.viewer import handing_out
from text import t


def offer_original(submission: Any, key: str | None = None) -> None:
    """A button. submission: has receipt_no, unit_code, sha256 and file_name."""
    unit_code = None if pandas.isna(submission.unit_code) else submission.unit_code
    st.download_button(
        t("receipts.original"),
        data=handing_out(
            Act("original_downloaded", submission.receipt_no, unit_code),
            lambda store: original(store, submission.sha256),
        ),
        file_name=submission.file_name,
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )
