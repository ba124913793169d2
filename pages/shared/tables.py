"""Every table on screen goes through here: what a spreadsheet would run as a formula is handed out as text.

Streamlit's toolbar saves and copies the cells as they are, and a section's file may hold anything.
"""

from typing import Any

import pandas
import streamlit as st

from loaders.cell_text import harmless


def neutral(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The frame with harmless text; columns of numbers, truths and moments stay as they are."""
    written = frame.select_dtypes(["object", "string", "category"]).columns
    return frame.assign(**{name: frame[name].map(harmless) for name in written})


def show_table(frame: pandas.DataFrame, **more: Any) -> Any:
    """st.dataframe, without an index, of the harmless frame; returns what st.dataframe returns."""
    return st.dataframe(neutral(frame), hide_index=True, **more)


def edit_table(frame: pandas.DataFrame, **more: Any) -> pandas.DataFrame:
    """st.data_editor of the harmless frame, to which rows may be added; returns it as edited."""
    return st.data_editor(neutral(frame), hide_index=True, num_rows="dynamic", **more)
