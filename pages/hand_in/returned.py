"""The button that gives a returned file back to its section with every issue marked in it."""

from collections.abc import Sequence

import streamlit as st

import text
from data.audit import Act
from loaders.intake.ingest import Receipt
from loaders.returned import can_be_marked, marked_file, marked_name
from pages.frame.viewer import handing_out


def offer_marked_workbook(content: bytes, file_name: str, receipts: Sequence[Receipt], key: str) -> None:
    """Nothing where no cell can be pointed at. key: what tells the files of this session apart."""
    if not can_be_marked(receipts):
        return
    kept = f"marked-{key}-{text.language()}"
    if kept not in st.session_state:
        st.session_state[kept] = marked_file(content, file_name, receipts, text.language())
    file = st.session_state[kept]
    if file is None:
        st.caption(text.t("upload.marked.failed"))
        return
    if not file.is_own:  # before she downloads it, and works on it
        st.warning(text.t("upload.marked.rebuilt"), icon=":material/info:")
    st.download_button(
        text.t("upload.marked"),
        data=handing_out(Act("marked_downloaded", file_name), lambda _, content=file.content: content),
        file_name=marked_name(file_name, text.language()),
        key=f"marked-button-{key}",
        icon=":material/format_color_fill:",
        type="primary",
        width="stretch",
        on_click="ignore",
    )
    st.caption(text.t("upload.marked.how"))
