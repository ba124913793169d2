"""The chronologies of dues as of a moment, and the same as rows for programs and lists."""

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue.model import DuePolicy
from data.chronology import gathering
from data.chronology.events import Chronology, Event, Happened
from data.dues.timeliness import dues
from data.reminders.contacts import Contact, contacts
from data.store import Store

COLUMNS = ("unit_code", "template_code", "period", "status", "days_late", "at", "event")
COLUMNS += ("receipt_no", "file_name", "sha256", "seal", "by", "to", "details")
_NAMED = 20  # issues of one file that are named


def chronologies(
    store: Store,
    as_of: datetime,
    month: date | None = None,
    unit_code: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[Chronology]:
    """One per due of a month (None: of all), of a unit (None: of all) and of these statuses (None: of all), by unit,
    template and period, each with its events in order; behind a unit's dues the files that nobody could recognise, if
    there are any of that time.

    details by event: opened: none; deadline: due_date, nominal_date, rest_name, is_calendar_known, is_replaced, and of
    the rule day, month_offset, minutes, rest_days, workdays (as it was set, before any extension); extended: until,
    minutes, reason, document_no, change_id; reminded: step, channel, outcome, try_no, is_to_all (to the bureau's
    group), subject.
    """
    rows = dues(store, as_of, month, unit_code)
    if rows.empty:
        return []
    since = rows["opens_at"].min().to_pydatetime()
    periods = (rows["period"].min().date(), rows["period"].max().date())
    every = (
        gathering.sent(store, as_of, unit_code, since, periods),
        gathering.sent_back(store, as_of, unit_code),
        gathering.reminded(store, as_of, unit_code, month),
        gathering.decided(store, as_of, unit_code),
    )
    reached, policy_of = _reached(store), gathering.policies(store)
    by_unit: dict[str, list[Chronology]] = {}
    for due in rows[rows["status"].isin(list(statuses))].itertuples() if statuses is not None else rows.itertuples():
        key = (due.unit_code, due.template_code, due.period.date())
        policy = policy_of(due)
        happened = [*_set(due, policy), *(event for events in every for event in events.get(key, ()))]
        mine = tuple(sorted((event for event in happened if event.at <= as_of), key=_order))
        people = tuple(reached.get(due.unit_code, ()))
        by_unit.setdefault(due.unit_code, []).append(Chronology(due.unit_code, due, mine, policy, people))
    for code, of_unit in by_unit.items():
        if unknown := every[0].get((code, None, None)):
            of_unit.append(Chronology(code, None, tuple(unknown)))
    return [chronology for code in sorted(by_unit) for chronology in by_unit[code]]


def chronology_rows(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per event, by due and then by time: see COLUMNS. details: JSON; template_code, period and status are None
    for a file that could not be recognised.
    """
    rows = [
        _row(chronology, event)
        for chronology in chronologies(store, as_of, month, unit_code)
        for event in chronology.events
    ]
    return pandas.DataFrame(rows, columns=list(COLUMNS))


def _reached(store: Store) -> dict[str, list[Contact]]:
    by_unit: dict[str, list[Contact]] = {}
    for contact in contacts(store):
        if contact.unit_code:
            by_unit.setdefault(contact.unit_code, []).append(contact)
    return by_unit


def _order(event: Event) -> tuple[datetime, bool]:
    """At one instant what is too late comes after the deadline."""
    return event.at, event.what is not Happened.DEADLINE


def _set(due: Any, policy: DuePolicy | None) -> tuple[Event, Event]:
    """What the calendar does by itself."""
    details: dict[str, Any] = {
        "due_date": due.planned_date.date().isoformat(),
        "nominal_date": due.nominal_date.date().isoformat(),
        "rest_name": due.rest_name,
        "is_calendar_known": bool(due.is_calendar_known),
        "is_replaced": due.change_kind is not None and not pandas.isna(due.change_kind),
    }
    if policy is not None:
        details |= {name: getattr(policy, name) for name in ("day", "month_offset", "minutes", "workdays")}
        details |= {"rest_days": policy.rest_days.value}
    opened = Event(due.opens_at.to_pydatetime(), Happened.OPENED)
    return opened, Event(due.planned_deadline.to_pydatetime(), Happened.DEADLINE, details=details)


def _row(chronology: Chronology, event: Event) -> tuple[Any, ...]:
    due, attempt = chronology.due, event.attempt
    about = (None, None, None, None)
    if due is not None:
        about = (due.template_code, due.period, due.status, int(due.days_late))
    file = (attempt.receipt_no, attempt.file_name, attempt.sha256, attempt.seal or None) if attempt else (None,) * 4
    details = dict(event.details) | (_of_attempt(attempt) if attempt else {})
    said = json.dumps(details, ensure_ascii=False, default=str)
    return (chronology.unit_code, *about, event.at, event.what.value, *file, event.by or None, event.to or None, said)


def _of_attempt(attempt: Any) -> dict[str, Any]:
    """kind, version, whether it decides, why it was entered later, and what it came back for."""
    told: dict[str, Any] = {"kind": attempt.kind, "version": attempt.version or None, "decides": attempt.decides}
    if attempt.entered_why:
        told |= {"recorded_at": attempt.recorded_at.isoformat(), "entered_why": attempt.entered_why}
    if attempt.issues:
        names = ("severity", "code", "sheet", "cell")
        named = [{name: _plain(getattr(issue, name)) for name in names} for issue in attempt.issues[:_NAMED]]
        told |= {"issues": named, "issue_count": len(attempt.issues)}
    return told


def _plain(value: Any) -> Any:
    return None if value is None or pandas.isna(value) else value
