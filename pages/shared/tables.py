"""Every table on screen goes through here: what a spreadsheet would run as a formula is handed out as text.

Streamlit's toolbar saves and copies the cells as they are, and a section's file may hold anything.
"""

import re
from typing import Any

import pandas
import streamlit as st

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")  # +3 and -1,234.5 are figures wherever they are pasted


def harmless(value: Any) -> Any:
    """Text that a spreadsheet may take for a formula, with an apostrophe before it; anything else as it is."""
    is_risky = isinstance(value, str) and value.startswith(_STARTS) and not _NUMBER.fullmatch(value)
    return f"'{value}" if is_risky else value


def neutral(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The frame with harmless text; columns of numbers, truths and moments stay as they are."""
    written = frame.select_dtypes(["object", "string", "category"]).columns
    return frame.assign(**{name: frame[name].map(harmless) for name in written})


def show_table(frame: pandas.DataFrame, **more: Any) -> Any:
    """st.dataframe, without an index, of the harmless frame; returns what st.dataframe returns."""
    return st.dataframe(neutral(frame), hide_index=True, **more)
