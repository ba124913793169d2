"""Acts of the audit trail in words: who, what, from where, and the details of one."""

import json
from typing import Any

import pandas
import streamlit as st

import text
from locales import words
from pages.shared import answers
from pages.shared.issue_list import escaped
from text import t

GROUPS = {
    "sign_in": ["signed_in", "signed_out", "sign_in_failed", "password_changed"],
    "hand_in": ["submission_accepted", "submission_returned"],
    "review": ["review_approved", "review_accepted", "review_returned", "review_reopened"],
    "people": ["account_created", "account_changed", "password_reset", "signed_out_everywhere"],
    "token": ["token_created", "token_ended"],
    "rules": ["catalogue_loaded", "counting_start_set", "sample_loaded", "sample_cleared"],
    "export": [
        "original_downloaded",
        "proof_downloaded",
        "marked_downloaded",
        "list_downloaded",
        "people_downloaded",
        "slips_downloaded",
        "audit_downloaded",
        "catalogue_exported",
    ],
    "care": ["backup_written", "restored", "audit_head_lost"],
}


def actor(row: Any) -> str:
    """张三 (zhang); whoever is not known by name by her account alone."""
    if not row.user_code:
        return t("audit.nobody")
    return row.user_code if row.user_name in ("", row.user_code) else f"{row.user_name} ({row.user_code})"


def sentence(row: Any) -> str:
    """What was done, in words; an act that has none yet by its code."""
    key = f"audit.act.{row.action}"
    details = json.loads(row.details)
    unit = "" if pandas.isna(row.unit_code) else text.unit_name(answers.catalogue(), row.unit_code)
    about = " · ".join(filter(None, (str(details.get("template") or ""), unit, str(details.get("period") or "")[:7])))
    said = t(key) if key in words(text.language()) else row.action
    subject = row.subject if row.subject != row.user_code else ""
    return " · ".join(filter(None, (said, subject, about)))


def place(row: Any) -> str:
    """The page, a program or this machine, and the address."""
    return " ".join(filter(None, (t(f"audit.via.{row.via}"), row.address)))


def show_details(row: Any, zone: str) -> None:
    """Everything that was kept of one act."""
    with st.container(border=True):
        st.markdown(f"**{escaped(sentence(row))}**")
        st.caption(escaped(f"{text.moment(row.at, zone)} · {actor(row)} · {place(row)}"))
        details = json.loads(row.details)
        if details:
            st.json(details)
