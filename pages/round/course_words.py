"""How each line of the late list came about: in Markdown for its card, and as tables to take along."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas

import text
from data.access import Right
from data.chronology.events import Chronology, Event, Happened
from documents.chronology_words import contact_words, event_words, rule_words
from pages.frame import asking
from pages.frame.escaping import escaped
from text import t

_SHOWN = 12  # events of one due on its card; the sheet and the list have all


@dataclass(frozen=True)
class Courses:
    """What opens under a card: the line to press, and the Markdown beneath. is_empty: nothing came, nobody was
    reminded, and no deadline has passed.
    """

    label: str
    body: str
    is_empty: bool


def courses(unit_code: str, dues: pandas.DataFrame, told: Sequence[Chronology]) -> Courses:
    """Of these dues of a unit, and of the files that nobody could recognise."""
    keys = set(zip(dues["template_code"], dues["period"], strict=True))
    of_unit = [c for c in told if c.unit_code == unit_code]
    mine = [c for c in of_unit if c.due is not None and (c.due.template_code, c.due.period) in keys]
    unknown = [c for c in of_unit if c.due is None]
    blocks = _blocks(sorted(mine, key=lambda chronology: not chronology.attempts) + unknown)
    if sees_reminders() and mine:
        people = contact_words(mine[0], text.language())
        blocks.append(escaped(t("chronology.contact", contacts=people) if people else t("chronology.no_contact")))
    has_happened = any(c.attempts or c.reminders for c in [*mine, *unknown])
    is_empty = not has_happened and set(dues["status"]) <= {"pending"}
    return Courses(_label([*mine, *unknown]), "\n\n".join(blocks), is_empty)


def sees_reminders() -> bool:
    """Reminders and addresses are the office's alone; of whoever does not see them nobody says that there are none."""
    return asking.store().person.may(Right.MANAGE)


def _label(told: Sequence[Chronology]) -> str:
    numbers = {"attempts": sum(len(c.sent) for c in told), "returned": sum(len(c.returned) for c in told)}
    if not sees_reminders():
        return t("chronology.open.unit", **numbers)
    reminders = len({(event.at, event.to) for c in told for event in c.reminders})
    return t("chronology.open", reminders=reminders, **numbers)


def _blocks(told: Sequence[Chronology]) -> list[str]:
    """Names and events in order; dues to which the very same happened stand together."""
    alike: dict[str, list[str]] = {}
    for chronology in told:
        alike.setdefault(_events(chronology), []).append(f"**{escaped(_heading(chronology))}**")
    return ["  \n".join(names) + f"\n\n{events}" for events, names in alike.items()]


def _heading(chronology: Chronology) -> str:
    due, catalogue = chronology.due, asking.catalogue()
    if due is None:
        return t("chronology.unknown")
    name = text.template_name(catalogue, due.template_code)
    return f"{name} {text.period_label(catalogue, due.template_code, due.period)}"


def _events(chronology: Chronology) -> str:
    due = chronology.due
    shown = [event for event in chronology.events if event.what is not Happened.OPENED][-_SHOWN:]
    lines = [_line(chronology, event) for event in shown]
    if due is not None and not chronology.attempts:
        lines.append(f"- {t('chronology.never')}")
    if due is not None and sees_reminders() and not chronology.reminders:
        lines.append(f"- {t('chronology.not_reminded')}")
    return "\n".join(lines)


def _line(chronology: Chronology, event: Event) -> str:
    catalogue = asking.catalogue()
    said = escaped(event_words(catalogue, chronology, event, text.language()))
    if event.attempt:
        said += f" `{event.attempt.receipt_no}`"
    return f"- :gray[{catalogue.clock.second(event.at)}] {said}"


def with_numbers(table: pandas.DataFrame, reporters: pandas.DataFrame, told: Sequence[Chronology]) -> pandas.DataFrame:
    """The late list with how often was tried and reminded, the last receipt, whom to call and the rule of the day."""
    by_key = {c.key: c for c in told if c.due is not None}
    rows = [by_key[due.unit_code, due.template_code, due.period] for due in reporters.itertuples()]
    columns = {
        "chronology.column.attempts": [len(c.sent) for c in rows],
        "chronology.column.returned": [len(c.returned) for c in rows],
        "chronology.column.last_receipt": [c.last_receipt_no for c in rows],
        "chronology.column.rule": [rule_words(c, text.language()) for c in rows],
    }
    if sees_reminders():
        columns["chronology.column.reminders"] = [len(c.reminders) for c in rows]
        columns["chronology.column.contacts"] = [contact_words(c, text.language()) or None for c in rows]
    return table.assign(**{t(name): values for name, values in columns.items()})


def course_table(told: Sequence[Chronology]) -> pandas.DataFrame:
    """Every event of every line, with receipt, file and hash: a sheet of the list."""
    catalogue = asking.catalogue()
    rows = [
        (
            text.unit_name(catalogue, c.unit_code),
            None if c.due is None else c.due.template_code,
            t("chronology.unknown") if c.due is None else text.template_name(catalogue, c.due.template_code),
            None if c.due is None else text.period_label(catalogue, c.due.template_code, c.due.period),
            catalogue.clock.second(event.at),
            event_words(catalogue, c, event, text.language()),
            *_proof(event),
        )
        for c in told
        for event in c.events
    ]
    names = [f"column.{name}" for name in ("unit", "code", "template", "period")]
    names += [f"chronology.column.{name}" for name in ("at", "what", "receipt", "file", "sha256", "seal")]
    return pandas.DataFrame(rows, columns=[t(name) for name in names])


def _proof(event: Event) -> tuple[str | None, ...]:
    attempt = event.attempt
    if attempt is None:
        return None, None, None, None
    return attempt.receipt_no, attempt.file_name, attempt.sha256, attempt.seal or None
