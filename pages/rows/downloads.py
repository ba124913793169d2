"""All rows that are asked for as a file; each download is noted in the audit trail."""

from datetime import datetime

import pandas
import streamlit as st

import text
from data.rows.asked import Asked, written
from data.rows.commands import download_act
from data.rows.files import MEDIA, MOST, file_of
from data.rows.handed_out import file_stem, handed_out, question_of
from data.rows.question_words import question_words
from pages.frame import asking, display
from pages.frame.viewer import handing_out
from pages.rows.address import key
from text import t


def offer(asked: Asked, as_of: datetime, number: int) -> None:
    """A drawer with a button a format; one that is too small for so many rows says so."""
    with st.popover(t("rows.download", number=f"{number:,}"), icon=":material/download:"):
        st.caption(t("rows.download.how"))
        for format_ in MEDIA:
            _button(asked, as_of, number, format_)


def offer_figures(table: pandas.DataFrame, title: str, asked: Asked, as_of: datetime) -> None:
    """Totals or a layout as they stand on the page, with the question in words, as a workbook."""
    words = question_words(asked, asking.catalogue(), text.language())
    display.download(table, title, as_of, t("rows.file.question", question=words))


def _button(asked: Asked, as_of: datetime, number: int, format_: str) -> None:
    is_too_many = number > MOST[format_]
    locale = text.language()
    st.download_button(
        f".{format_}",
        data=handing_out(
            download_act(question_of(asked), f".{format_}", number, asked),
            lambda store: file_of(handed_out(store, as_of, asked, MOST[format_]), format_, locale),
        ),
        file_name=f"{file_stem(asked, as_of, asking.clock())}.{format_}",
        mime=MEDIA[format_],
        disabled=is_too_many,
        help=t("rows.download.too_many", format=f".{format_}", most=f"{MOST[format_]:,}") if is_too_many else None,
        width="stretch",
        on_click="ignore",
        key=key(f"download-{format_}-{hash(tuple(written(asked).items()))}"),
    )
