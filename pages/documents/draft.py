"""Drafts of documents on a page: what one will say, the button that hands it out, and what all of them begin with."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

import pandas
import streamlit as st

from data.access import Right
from data.audit import Act
from data.store import Store
from documents.draft import DraftMark
from documents.drafting import DRAFTS, MEDIA_TYPE, SHEETS, act_of, act_of_sheet, file_name, sheet_name
from documents.gather_case import draft_cases
from documents.kinds.chronology import title as chronology_title
from documents.layout.paper import Paper
from documents.settings import LISTS, TEXTS, document_settings, set_document_settings
from pages.frame import asking
from pages.frame.acts import attempt
from pages.frame.viewer import handing_out, may, viewer
from text import t

_MANY = 60  # lines shown


def offer_urge(owed: pandas.DataFrame, as_of: datetime, month: date | None, unit_code: str | None) -> None:
    """On the late list: the notice to those who owe; before the deadline it reminds. Nothing where nobody owes, or for
    whoever drafts no documents.
    """
    if owed.empty or not viewer().may(Right.DECIDE):  # of a past moment too: what was sent can be shown again
        return
    has_pending = not (owed["status"] == "missing").any()
    choices = {"month": month, "unit_codes": [unit_code] if unit_code else [], "has_pending": has_pending}
    paper = asking.ask(DRAFTS["urge"], as_of, **choices)
    if paper is not None:
        offer("urge", paper, as_of, choices, unit_code)


def offer_chronology(unit_code: str, month: date, as_of: datetime, key: str) -> None:
    """On the late list: the 核查单 of a unit, made only when somebody presses the button; for who drafts documents."""
    if not viewer().may(Right.DECIDE):
        return
    title = "".join(chronology_title(asking.catalogue().unit_name(unit_code), month))
    choices = {"month": month, "unit_code": unit_code}
    st.download_button(
        t("documents.download.chronology"),
        data=handing_out(
            Act("document_drafted", title, unit_code), lambda store: _content("chronology", store, as_of, choices)
        ),
        file_name=f"{title}（{DraftMark.DRAFT.value}）.docx",
        mime=MEDIA_TYPE,
        icon=":material/fact_check:",
        key=f"draft-chronology-{key}-{unit_code}",
        on_click="ignore",
    )


def _content(kind: str, store: Store, as_of: datetime, choices: Mapping[str, Any]) -> bytes:
    paper = DRAFTS[kind](store, as_of, **choices)
    return paper.content() if paper else b""


def offer(
    kind: str,
    paper: Paper,
    as_of: datetime,
    choices: Mapping[str, Any],
    unit_code: str | None = None,
    kind_of_button: Literal["primary", "secondary"] = "secondary",
) -> None:
    """The button: the draft is made anew from the store when somebody presses it, and the trail notes it."""
    st.download_button(
        t(f"documents.download.{kind}"),
        data=handing_out(act_of(paper, unit_code), lambda store: DRAFTS[kind](store, as_of, **choices).content()),
        file_name=file_name(paper),
        mime=MEDIA_TYPE,
        icon=":material/draft:",
        type=kind_of_button,
        key=f"draft-{kind}",
        on_click="ignore",
    )


def offer_sheets(month: date, as_of: datetime) -> None:
    """The month as a page and as a picture, for reading on a phone and passing on."""
    for kind, (make, _, media_type) in SHEETS.items():
        st.download_button(
            t(f"documents.download.{kind}"),
            data=handing_out(
                act_of_sheet(kind, month, as_of, asking.store().known), partial(_made, make, as_of, month)
            ),
            file_name=sheet_name(kind, month),
            mime=media_type,
            icon=":material/image:" if kind == "picture" else ":material/article:",
            key=f"sheet-{kind}",
            on_click="ignore",
        )


def _made(make: Callable[..., bytes], as_of: datetime, month: date, store: Store) -> bytes:
    return make(store, as_of, month)


def offer_cases(case_ids: list[str], as_of: datetime, key: str) -> None:
    """The draft of the notice of supervision cases."""
    paper = draft_cases(asking.store(), as_of, case_ids)
    st.download_button(
        t("documents.download.case"),
        data=handing_out(act_of(paper), lambda store: draft_cases(store, as_of, case_ids).content()),
        file_name=file_name(paper),
        mime=MEDIA_TYPE,
        icon=":material/draft:",
        key=f"draft-case-{key}",
        on_click="ignore",
    )


def show_text(paper: Paper) -> None:
    """What the draft says, in its own words: Chinese, whatever the reader's language."""
    lines = [line.strip("　") for line in paper.lines if line.strip("　 ")]
    with st.container(border=True, height=420):
        st.text("\n".join(lines[:_MANY]))
        if len(lines) > _MANY:
            st.caption(t("documents.more", number=len(lines) - _MANY))


def show_settings() -> None:
    """What every draft begins with, kept in the store; only for who may change it."""
    if not may(Right.MANAGE):
        return
    kept = document_settings(asking.store())
    with st.expander(t("documents.settings"), icon=":material/tune:"), st.form("document-settings", border=False):
        st.caption(t("documents.settings.how"))
        marks = [mark.value for mark in DraftMark]
        changes: dict[str, Any] = {
            "mark": st.radio(t("documents.mark"), marks, index=marks.index(kept["mark"] or marks[0]), horizontal=True)
        }
        for name in TEXTS:
            if name != "mark":
                hint = t(f"documents.{name}.example")
                changes[name] = st.text_input(t(f"documents.{name}"), kept[name], placeholder=hint, max_chars=1000)
        for name in LISTS:
            written = st.text_area(t(f"documents.{name}"), "\n".join(kept[name]), help=t("documents.one_a_line"))
            changes[name] = written.split("\n")
        if st.form_submit_button(t("documents.save"), type="primary"):
            attempt(lambda: set_document_settings(asking.store(), changes), "documents.saved")
