"""Steps, outcomes and contacts of reminders in the reader's words."""

from typing import Any

import text
from data.reminders.contacts import Contact
from documents import chronology_words
from locales import words
from pages.frame import asking
from text import language, t

BADGES = {"sent": "green", "failed": "red", "unsure": "orange", "sending": "blue"}


def step_words(step: str) -> str:
    """截止前 3 天, 截止当天, 截止后 1 天, 人工催报, 测试."""
    return chronology_words.step_words(step, language())


def outcome_words(row: Any) -> str:
    """已发出; 没发出，09:05 再试."""
    said = t(f"reminders.outcome.{row.outcome}")
    if text.is_blank(row.retry_at):
        return said
    return t("reminders.outcome.again", said=said, at=asking.clock().hour(row.retry_at))


def error_words(error: str | None) -> str:
    """What went wrong: in words where it has some, else as the other side said it."""
    if text.is_blank(error):
        return ""
    keys = [key for key in (f"fault.reminder.{error}", f"reminders.error.{error}") if key in words(language())]
    return t(keys[0]) if keys else str(error)


def unit_words(unit_code: str | None) -> str:
    """The unit's name; the group of the whole bureau."""
    return t("reminders.bureau") if text.is_blank(unit_code) else text.unit_name(asking.catalogue(), unit_code)


def contact_words(contact: Contact) -> str:
    """王五 邮箱 wang@example.cn."""
    return " ".join(
        filter(None, (contact.contact_name, t(f"reminders.channel.{contact.channel.value}"), contact.shown))
    )
