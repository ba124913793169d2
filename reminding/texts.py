"""The texts of reminders: data/reference/reminders.json, or what the office has put in their place."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from data.catalogue.in_force import REFERENCE
from data.fault import Fault
from data.reminders.contacts import LANGUAGES
from data.settings import set_setting, setting
from data.store import Store

NAME = "reminder_texts"
KINDS = ("before", "on_day", "after")
PLACEHOLDERS = ("unit", "items", "deadline", "days", "link", "count", "as_of", "bureau")
LIMITS = {"subject": 200, "body": 3000}
Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""kind → language → subject, body."""


def texts_in_force(store: Store) -> Texts:
    """The office's own texts over those that come with the program."""
    changed = setting(store, NAME, {})
    return {kind: {lang: dict(text) for lang, text in by.items()} for kind, by in (reference_texts() | changed).items()}


def set_texts(store: Store, changed: Mapping[str, Any]) -> None:
    """Put texts in the place of the program's, kind by kind; {} takes them all back. Fault, Forbidden."""
    check_texts(changed)
    set_setting(store, NAME, changed)


@cache
def reference_texts() -> dict[str, Any]:
    """The texts that come with the program."""
    return json.loads((Path(REFERENCE) / "reminders.json").read_text(encoding="utf-8"))


def check_texts(texts: Any) -> None:
    """Fault with its place where a text cannot be filled in."""
    if not isinstance(texts, Mapping) or texts.keys() - set(KINDS):
        raise Fault("reminder.text_kind", where="reminder_texts", found=str(texts)[:60], expected=", ".join(KINDS))
    for kind, by_language in texts.items():
        if not isinstance(by_language, Mapping) or set(by_language) != set(LANGUAGES):
            raise Fault("reminder.text_kind", where=kind, found=str(by_language)[:60], expected=", ".join(LANGUAGES))
        for language, text in by_language.items():
            if not isinstance(text, Mapping) or set(text) != set(LIMITS):
                raise Fault(
                    "reminder.text_kind", where=f"{kind}.{language}", found=str(text)[:60], expected="subject, body"
                )
            for part, written in text.items():
                check_text(f"{kind}.{language}.{part}", part, written)


def check_text(where: str, part: str, written: Any) -> None:
    """Fault where one text cannot be filled in; part: subject or body."""
    if not isinstance(written, str) or not 0 < len(written.strip()) <= LIMITS[part]:
        raise Fault("reminder.text_length", where=where, found=len(str(written)), expected=LIMITS[part])
    try:
        fields = [field for field in Formatter().parse(written) if field[1] is not None]
    except ValueError as error:
        raise Fault("reminder.text_braces", where=where, found=str(error)) from None
    for _, name, spec, conversion in fields:
        if name not in PLACEHOLDERS or spec or conversion:
            expected = " ".join(f"{{{placeholder}}}" for placeholder in PLACEHOLDERS)
            raise Fault("reminder.text_placeholder", where=where, found=f"{{{name}}}", expected=expected)
    names = {field[1] for field in fields}
    if part == "body" and "items" not in names:
        raise Fault("reminder.text_items", where=where)
    if part == "subject" and ("items" in names or "\n" in written or "\r" in written):
        raise Fault("reminder.text_subject", where=where)
