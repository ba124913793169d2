"""Acts of the audit trail in words: who, what, from where, and the details of one. Without Streamlit, since a download
is made outside the page, where the reader's language is not at hand.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas

from data.access import Role
from data.audit import read_details
from data.catalogue.model import Catalogue
from data.fault import Fault
from data.periods import label
from locales import say, words

GROUPS = {
    "sign_in": ["signed_in", "signed_out", "sign_in_failed", "password_changed"],
    "hand_in": ["submission_accepted", "submission_returned", "submission_checked", "submission_backdated"],
    "review": ["review_approved", "review_accepted", "review_returned", "review_reopened"],
    "supervision": [
        "supervision_opened",
        "supervision_approved",
        "supervision_declined",
        "supervision_issued",
        "supervision_rectified",
        "supervision_closed",
        "supervision_waived",
        "supervision_withdrawn",
        "waiver_made",
        "waiver_ended",
    ],
    "boards": ["board_published", "objection_made", "objection_upheld", "objection_dismissed"],
    "people": ["account_created", "account_changed", "password_reset", "signed_out_everywhere"],
    "token": ["token_created", "token_ended"],
    "reminding": [
        "reminder_sent",
        "reminder_failed",
        "reminder_unsure",
        "contact_added",
        "contact_changed",
        "contact_ended",
    ],
    "rules": ["catalogue_loaded", "counting_start_set", "setting_changed", "sample_loaded", "sample_cleared"],
    "anomalies": ["anomaly_confirmed", "anomaly_to_correct", "anomaly_redefined", "anomaly_reopened"],
    "due_changes": ["due_extension", "due_exemption", "due_change_revoked"],
    "export": [
        "original_downloaded",
        "proof_downloaded",
        "marked_downloaded",
        "list_downloaded",
        "rows_downloaded",
        "document_drafted",
        "people_downloaded",
        "contacts_downloaded",
        "slips_downloaded",
        "audit_downloaded",
        "catalogue_exported",
    ],
    "care": [
        "backup_written",
        "drill_passed",
        "drill_failed",
        "restored",
        "store_created",
        "audit_head_lost",
        "clock_moved",
        "clock_confirmed",
    ],
}
_IN_WORDS = {"way": "audit.way", "role": "access.role", "kind": "kind", "actions": "audit.group"} | {
    "notice": "supervision.kind",
    "ground": "waiver.ground",
    "board": "board.kind",
}
_IN_SENTENCE = ("name", "role")


def trail_table(entries: pandas.DataFrame, catalogue: Catalogue, locale: str) -> pandas.DataFrame:
    """The trail as people read it, under its headings: when, who, what, from where, number."""
    rows = list(entries.itertuples())
    columns = {
        "audit.column.at": [moment(row, catalogue) for row in rows],
        "audit.column.who": [actor(row, locale) for row in rows],
        "audit.column.what": [sentence(row, catalogue, locale) for row in rows],
        "audit.column.from": [place(row, locale) for row in rows],
        "audit.column.no": [row.audit_no for row in rows],
    }
    return pandas.DataFrame({say(locale, name): values for name, values in columns.items()})


def moment(row: Any, catalogue: Catalogue) -> str:
    """To the second, on the bureau's clock."""
    return catalogue.clock.second(row.at)


def actor(row: Any, locale: str) -> str:
    """张三 (zhang); whoever is not known by name by her account alone."""
    if not row.user_code:
        return row.user_name or say(locale, "audit.nobody" if row.role == Role.NOBODY else "audit.machine")
    return row.user_code if row.user_name in ("", row.user_code) else f"{row.user_name} ({row.user_code})"


def sentence(row: Any, catalogue: Catalogue, locale: str) -> str:
    """What was done, to what, for which unit; an act that has no words yet by its code."""
    kept, key = read_details(row.details), f"audit.act.{row.action}"
    key += ".instead" if kept.get("instead_of_reviewer") else ""
    said = say(locale, key) if key in words(locale) else str(row.action)
    unit = "" if pandas.isna(row.unit_code) else catalogue.unit_name(row.unit_code, locale)
    about = [_value(name, kept, catalogue, locale) for name in _IN_SENTENCE if name in kept]
    about += [str(kept.get("template") or ""), unit]
    about += [_value("period", kept, catalogue, locale)] if kept.get("period") else []
    if kept.get("is_active") is False:
        about.append(say(locale, "people.state.disabled"))
    subject = row.subject if row.subject != row.user_code else ""
    return " · ".join(filter(None, (said, subject, *about)))


def place(row: Any, locale: str) -> str:
    """The page, a program or this machine, and the address."""
    key = f"audit.via.{row.via}"
    return " ".join(filter(None, (say(locale, key) if key in words(locale) else str(row.via), row.address)))


def details(row: Any, catalogue: Catalogue, locale: str) -> dict[str, str]:
    """Everything else that was kept of one act: what it is called → what it was."""
    kept = read_details(row.details)
    return {_named(name, locale): _value(name, kept, catalogue, locale) for name in kept}


def _named(name: str, locale: str) -> str:
    key = f"audit.detail.{name}"
    return say(locale, key) if key in words(locale) else name


def _value(name: str, kept: Mapping[str, Any], catalogue: Catalogue, locale: str) -> str:
    value = kept[name]
    if f"{_IN_WORDS.get(name)}.{value}" in words(locale):
        return say(locale, f"{_IN_WORDS[name]}.{value}")
    if isinstance(value, bool):
        return say(locale, "audit.yes" if value else "audit.no")
    if name == "period":
        return _period(str(value), str(kept.get("template")), catalogue)
    if name == "received_at":
        return catalogue.clock.second(datetime.fromisoformat(value))
    if isinstance(value, dict):
        return "；".join(f"{about}：{said}" for about, said in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _period(day: str, template_code: str, catalogue: Catalogue) -> str:
    try:
        return label(date.fromisoformat(day), catalogue.template(template_code).cycle)
    except (Fault, ValueError):  # of a template that is no longer in the catalogue
        return day
