"""The words of one message: the template of its kind filled in, an item a line, cut to what the channel takes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data.catalogue.model import Catalogue
from data.dues.freshness import JUDGED, FreshnessTally, State
from data.fault import Fault
from data.periods import Cycle, label
from data.reminders.contacts import Channel, Contact
from locales import pick, say
from reminding.plan import Item, Message
from reminding.texts import Texts

LIMITS = {Channel.EMAIL: 200_000, Channel.WECOM: 2048, Channel.DINGTALK: 18_000}
"""Bytes of UTF-8. 企业微信 documents 2048 for a text; 钉钉 takes 20,000 for the whole of a request."""


@dataclass(frozen=True)
class Writer:
    """Writes messages. link: where to hand in; empty where the server does not know its own address. freshness: of each
    unit's data, and of all (None).
    """

    catalogue: Catalogue
    texts: Texts
    as_of: datetime
    link: str = ""
    is_made_up: bool = False
    freshness: Mapping[str | None, FreshnessTally] = field(default_factory=dict)

    def write(self, message: Message) -> tuple[str, str]:
        """Subject and body; a robot is sent both, one after the other, within its limit."""
        locale, limit = message.contact.locale, LIMITS[message.contact.channel]
        subject = self._subject(message)
        room = limit - len(robot_text(subject, "").encode())
        lines, aside = self._lines(message), self._freshness(message.contact)
        for shown in range(len(lines), -1, -1):
            rest = [say(locale, "reminders.message.rest", number=len(lines) - shown)] if shown < len(lines) else []
            body = self._body(message, "\n".join([*lines[:shown], *rest, *aside]))
            if len(body.encode()) <= room:
                return subject, body
        return subject, _cut(body, room, say(locale, "reminders.message.cut"))

    def _subject(self, message: Message) -> str:
        locale = message.contact.locale
        filled = self._template(message)["subject"].format_map(self._values(message) | {"link": self.link})
        marked = say(locale, "reminders.message.made_up", subject=filled) if self.is_made_up else filled
        return plain(marked)[:200]

    def _body(self, message: Message, items: str) -> str:
        template = self._template(message)["body"]
        if not self.link:  # nobody is told to go nowhere
            template = "\n".join(line for line in template.split("\n") if "{link}" not in line)
        return template.format_map(self._values(message) | {"items": items, "link": self.link}).strip()

    def _template(self, message: Message) -> dict[str, str]:
        """By what the items are, whatever the step: nobody is told that today is the last day when it has passed."""
        if any(item.status == "missing" for item in message.items):
            kind = "after"
        else:
            kind = "on_day" if message.items[0].days <= 0 else "before"
        return self.texts[kind][message.contact.locale]

    def _values(self, message: Message) -> dict[str, str]:
        locale, first = message.contact.locale, message.items[0]
        return {
            "unit": self._addressee(message.contact),
            "deadline": self.deadline(first.deadline, locale),
            "days": str(abs(first.days)),
            "count": str(len(message.items)),
            "as_of": self.catalogue.clock.minute(self.as_of),
            "bureau": plain(pick(self.catalogue.bureau.bureau_name, locale)),
        }

    def _addressee(self, contact: Contact) -> str:
        if contact.unit_code is None:
            return say(contact.locale, "reminders.message.everybody")
        return self._unit(contact.unit_code, contact.locale)

    def _unit(self, code: str, locale: str) -> str:
        return plain(self.catalogue.unit_name(code, locale))

    def _lines(self, message: Message) -> list[str]:
        """A line an item; in the bureau's group each unit's under its name."""
        locale = message.contact.locale
        if message.contact.unit_code is not None:
            return [self.line(item, locale) for item in message.items]
        lines = []
        for code in dict.fromkeys(item.unit_code for item in message.items):
            unit_items = [item for item in message.items if item.unit_code == code]
            head = say(locale, "reminders.message.unit", unit=self._unit(code, locale), number=len(unit_items))
            lines += [
                f"{head}\n{self.line(unit_items[0], locale)}",
                *(self.line(item, locale) for item in unit_items[1:]),
            ]
        return lines

    def _freshness(self, contact: Contact) -> list[str]:
        """How much of the unit's data is not up to date; nothing where all of it is."""
        tally, locale = self.freshness.get(contact.unit_code), contact.locale
        if tally is None or tally.judged == tally.fresh:
            return []
        states = say(locale, "list.comma").join(
            say(locale, "freshness.count", state=say(locale, f"freshness.{state}"), number=tally.counts[state])
            for state in JUDGED
            if tally.counts[state] and state is not State.FRESH
        )
        return [say(locale, "reminders.message.freshness", all=tally.judged, fresh=tally.fresh, states=states)]

    def line(self, item: Item, locale: str) -> str:
        """· 受理月报（T1）2026-10 期，2026-11-22 周日 24:00 截止，还有 3 天"""
        try:
            template = self.catalogue.template(item.template_code)
            name, period = pick(template.template_name, locale), label(item.period, template.cycle)
        except Fault:  # it is no longer in the catalogue; what is owed is still owed
            name, period = item.template_code, label(item.period, Cycle.MONTH)
        return say(
            locale,
            "reminders.message.line",
            template=plain(name),
            code=item.template_code,
            period=period,
            deadline=self.deadline(item.deadline, locale),
            state=say(locale, f"reminders.message.{_state(item)}{'.one' * (abs(item.days) == 1)}", days=abs(item.days)),
        )

    def deadline(self, deadline: datetime, locale: str) -> str:
        """2026-11-22 周日 24:00: midnight belongs to the day that it ends."""
        day, minutes = self.catalogue.clock.until(deadline)
        weekday = say(locale, "reminders.message.weekdays").split()[day.weekday()]
        hour = f"{minutes // 60:02}:{minutes % 60:02}"
        return say(locale, "reminders.message.deadline", day=f"{day}", weekday=weekday, hour=hour)


def robot_text(subject: str, body: str) -> str:
    """What a robot says."""
    return f"{subject}\n\n{body}"


def plain(text: str) -> str:
    """One line of anybody's text, without characters that are not seen. 企业微信 takes <@…> in a text for a call."""
    seen = (character for character in text if character.isspace() or unicodedata.category(character)[0] != "C")
    return " ".join("".join(seen).split()).replace("<@", "＜@")


def _state(item: Item) -> str:
    if item.status == "pending":
        return "left" if item.days > 0 else "today"
    return "past" if item.days < 0 else "past_today"


def _cut(text: str, limit: int, mark: str) -> str:
    room = max(0, limit - len(mark.encode()))
    return text.encode()[:room].decode("utf-8", "ignore") + mark
