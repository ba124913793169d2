"""The connection in our own words: Streamlit speaks English only, and of itself, where it has lost the server."""

import json

import streamlit as st

from text import t

_BAND = """<style>
[data-testid="stApp"][data-test-connection-state]:not([data-test-connection-state="CONNECTED"])::before {{
  content: {lost}; position: fixed; top: 0; left: 0; right: 0; z-index: 1000000; padding: 0.6rem 1rem;
  background: #b35900; color: #fff; text-align: center; font-size: 1rem; }}
[data-testid="stConnectionStatus"],
body:has([data-test-connection-state]:not([data-test-connection-state="CONNECTED"])) [role="dialog"],
body:has([data-test-connection-state]:not([data-test-connection-state="CONNECTED"])) [data-testid="stDialog"]
  {{ display: none !important }}
</style>"""


def say_in_our_words() -> None:
    """While the connection is lost, a band above the page says that nothing is lost, in place of Streamlit's words."""
    st.html(_BAND.format(lost=json.dumps(t("connection.lost"), ensure_ascii=False)))
