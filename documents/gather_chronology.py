"""From the store to what papers tell of the course of things: the annex of a notice, and a unit's 核查单."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.audit import head_at
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.chronology.chronologies import chronologies
from data.chronology.events import ATTEMPTS, Attempt, Chronology, Event, Happened
from data.extracts import extracts
from data.periods import closing_month
from data.store import Store
from documents.chronology_words import contact_words, event_words, public_words
from documents.gather import draft_of, period_label, template_name, unit_order
from documents.kinds.chronology import ChronologyFacts, Entry, Record, Told
from documents.kinds.courses import Course
from documents.wording import day_words, deadline_words, hour_words

ZH = "zh-CN"
Key = tuple[str, str, date]
_DECISIONS = (Happened.EXTENDED, Happened.EXEMPTED, Happened.REVOKED, Happened.WAIVED)
_MARKS = {"on_time": "按时", "pending": "待报", "exempt": "免报"}


def courses(store: Store, as_of: datetime, keys: Iterable[Key], on: date) -> tuple[Course, ...]:
    """Of each of these dues (unit, template, period) the course of things, units in the official order and named as of
    a day.
    """
    catalogue, wanted = catalogue_in_force(store), set(keys)
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    months = {closing_month(period, cycles[code]) for _, code, period in wanted if code in cycles}
    told = [
        chronology
        for month in sorted(months)
        for chronology in chronologies(store, as_of, month)
        if chronology.due is not None and (*chronology.key[:2], chronology.key[2].date()) in wanted
    ]
    order = {code: place for place, code in enumerate(unit_order(catalogue))}
    told.sort(key=lambda chronology: order.get(chronology.unit_code, len(order)))
    return tuple(_course(catalogue, chronology, on) for chronology in told)


def _course(catalogue: Catalogue, chronology: Chronology, on: date) -> Course:
    due, events = chronology.due, chronology.events

    def lines(*kinds: Happened) -> tuple[str, ...]:
        return tuple(_line(catalogue, chronology, event) for event in events if event.what in kinds)

    set_ = (public_words(chronology, event, ZH) for event in events if event.what is Happened.DEADLINE)
    return Course(
        catalogue.unit_name(chronology.unit_code, on=on),
        template_name(catalogue, due.template_code),
        period_label(catalogue, due.template_code, due.period),
        (*set_, *lines(*_DECISIONS)),
        lines(*ATTEMPTS, Happened.SENT_BACK),
        lines(Happened.REMINDED),
    )


def _line(catalogue: Catalogue, chronology: Chronology, event: Event) -> str:
    """11月21日16时20分 报送，被退回：E5等3处不符合要求（回执4f3a…）."""
    at = catalogue.clock.local(event.at)
    receipt = f"（回执{event.attempt.receipt_no}）" if event.attempt else ""
    return f"{at.month}月{at.day}日{hour_words(at)} {public_words(chronology, event, ZH)}{receipt}"


def chronology_facts(store: Store, as_of: datetime, month: date, unit_code: str, **given: Any) -> ChronologyFacts:
    """All that is known of what a unit owed for a month, with what proves it. Fault for a unit that there is not."""
    draft = draft_of(store, as_of, **given)
    catalogue = catalogue_in_force(store)
    name = catalogue.unit_name(catalogue.unit(unit_code).unit_code, on=draft.as_of.date())
    told = chronologies(store, as_of, month, unit_code)
    of_dues = [chronology for chronology in told if chronology.due is not None]
    unknown = tuple(event for chronology in told if chronology.due is None for event in chronology.events)
    attempts = [attempt for chronology in told for attempt in chronology.attempts]
    number, hash_ = head_at(store, as_of)
    if not given.get("recipients"):
        draft = replace(draft, recipients=(name,))
    return ChronologyFacts(
        draft,
        name,
        month,
        tuple(_told(catalogue, chronology) for chronology in of_dues),
        tuple(_entry(catalogue, Chronology(unit_code, None, unknown), event) for event in unknown),
        tuple(_record(catalogue, attempt) for attempt in sorted(attempts, key=lambda attempt: attempt.received_at)),
        next((contact_words(chronology, ZH) for chronology in of_dues), ""),
        f"{number}-{hash_}" if number else "",
        tuple(extracts(store, sorted({_row_of(attempt) for attempt in attempts if attempt.seal}))),
    )


def _told(catalogue: Catalogue, chronology: Chronology) -> Told:
    due = chronology.due
    events = [event for event in chronology.events if event.what is not Happened.OPENED]
    return Told(
        template_name(catalogue, due.template_code),
        due.template_code,
        period_label(catalogue, due.template_code, due.period),
        deadline_words(catalogue.clock.local(due.deadline.to_pydatetime())),
        _verdict(due),
        due.status,
        _ground(catalogue, chronology),
        tuple(_entry(catalogue, chronology, event) for event in events),
    )


def _verdict(due: Any) -> str:
    """迟报3天, 未报（已过1天）, 待报（已延期）."""
    if due.status == "late":
        return f"迟报{due.days_late}天"
    if due.status == "missing":
        return f"未报\n已过{due.days_late}天"
    return "待报\n（已延期）" if due.is_extended else _MARKS[due.status]


def _ground(catalogue: Catalogue, chronology: Chronology) -> str:
    """What the verdict rests on: the receipt of the first that was accepted, or that there is none."""
    deciding = next((attempt for attempt in chronology.attempts if attempt.decides), None)
    if deciding is None:
        if returned := len(chronology.returned):
            return f"退回{returned}件，没有收到通过检查的"
        return "只在网页上检查过，没有报送" if chronology.attempts else "没有报送过，也没有检查过文件"
    at = catalogue.clock.local(deciding.received_at)
    return f"{day_words(at.date())}{hour_words(at)}首次收到，回执{deciding.receipt_no}"


def _entry(catalogue: Catalogue, chronology: Chronology, event: Event) -> Entry:
    at = catalogue.clock.local(event.at)
    receipt = event.attempt.receipt_no if event.attempt else ""
    return Entry(f"{at:%Y-%m-%d}\n{at:%H:%M:%S}", event_words(catalogue, chronology, event, ZH), receipt)


def _record(catalogue: Catalogue, attempt: Attempt) -> Record:
    outcomes: dict[str, str] = {Happened.ACCEPTED: "接收", Happened.RETURNED: "退回", Happened.CHECKED: "仅检查"}
    return Record(
        attempt.receipt_no,
        catalogue.clock.second(attempt.received_at),
        outcomes[attempt.outcome],
        attempt.file_name.rpartition("/")[2],
        attempt.size,
        attempt.sha256,
        attempt.seal,
    )


def _row_of(attempt: Attempt) -> int:
    """The number of the row in the audit trail that its seal names."""
    return int(attempt.seal.partition("-")[0])
