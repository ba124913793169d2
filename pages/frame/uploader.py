"""Streamlit's file uploader in the reader's language: it speaks English only, so its two texts are drawn over."""

import streamlit as st

import text

_RELABEL = """<style>
[data-testid="stFileUploaderDropzone"] > span button p,
[data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0 }}
[data-testid="stFileUploaderDropzone"] > span button p::after {{ content: "{choose}"; font-size: 1rem }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{drop}"; font-size: 0.875rem }}
[data-testid="stFileChip"][aria-invalid="true"]::after {{ content: "{over_limit}"; color: #c0392b; font-size: 0.875rem;
  flex-basis: 100% }}
[data-testid="stFileChip"][aria-invalid="true"] {{ flex-wrap: wrap; height: auto; max-width: 100% }}
</style>"""


def draw_over_uploaders() -> None:
    """To be called once on a page that has uploaders."""
    st.html(
        _RELABEL.format(
            choose=text.t("upload.choose"), drop=text.t("upload.drop"), over_limit=text.t("upload.over_limit")
        )
    )
