"""延期 and 免报: what the office decides about single dues, with reason, who and when; nothing is overwritten."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force, clock_of, freeze_dues
from data.clock import MIDNIGHT
from data.fault import Fault
from data.periods import label
from data.reasons import DECISION, is_reason, tidy
from data.store import Store, append, insert, named_rows

MAX_YEAR = 2200
Key = tuple[str, str, date]
"""unit, template, period."""


class ChangeKind(StrEnum):
    """extension: to another deadline; exemption: nothing is due."""

    EXTENSION = "extension"
    EXEMPTION = "exemption"


@dataclass(frozen=True)
class Until:
    """A new last day in time, and the minutes of it after which it is too late."""

    day: date
    minutes: int = MIDNIGHT


def extend(
    store: Store, dues: Sequence[Key], until: Until, reason: str, now: datetime, document_no: str = ""
) -> list[str]:
    """Give these dues another deadline, all or none; returns the change_ids. Fault where one is not due or exempt,
    or its deadline would not become later than the one that holds: nobody becomes late by an extension, and a
    shorter one wants the longer one taken back first. Forbidden to all but the office.
    """
    if until.day.year > MAX_YEAR:
        raise Fault("due.too_far", found=until.day, limit=MAX_YEAR)
    at = clock_of(store).at(until.day, until.minutes)
    values = {"due_date": until.day, "due_minutes": until.minutes, "deadline": at}
    return _keep(store, ChangeKind.EXTENSION, dues, reason, now, document_no, values)


def exempt(store: Store, dues: Sequence[Key], reason: str, now: datetime, document_no: str = "") -> list[str]:
    """Let nothing be due, all or none; otherwise as `extend`."""
    values = {"due_date": None, "due_minutes": None, "deadline": None}
    return _keep(store, ChangeKind.EXEMPTION, dues, reason, now, document_no, values)


def revoke(store: Store, change_id: str, reason: str, now: datetime) -> None:
    """Take a change back: from now on the due goes by what it went by before. Answers as of earlier moments stay."""
    store.person.must_have(Right.MANAGE)
    reason = _reason(reason)
    with store.write() as cursor:
        key = cursor.execute(
            "SELECT unit_code, template_code, period FROM due_change WHERE change_id = ?", [change_id]
        ).fetchone()
        if key is None:
            raise Fault("due.unknown", found=change_id)
        if cursor.execute("SELECT 1 FROM due_change_end WHERE change_id = ?", [change_id]).fetchone():
            raise Fault("due.ended", found=change_id)
        row = {"change_id": change_id, "reason": reason, "ended_at": now, "ended_by": store.person.user_name}
        insert(cursor, "due_change_end", row)
        details = _named(store, key) | {"reason": reason}
        audit.keep(store, cursor, [Act("due_change_revoked", change_id[:8], key[0], details)])


def lock_moments(store: Store, keys: Iterable[tuple], as_of: datetime) -> dict[tuple, datetime]:
    """unit, template, period → from when on nothing is taken, of those of these dues that have such a moment."""
    wanted = {key for key in keys if all(key)}
    any_lock = "SELECT lock_at FROM due UNION ALL SELECT lock_at FROM due_plan"  # what opened may not be frozen yet
    if not wanted or not store.rows(f"SELECT 1 FROM ({any_lock}) WHERE lock_at IS NOT NULL LIMIT 1"):
        return {}
    rows = store.rows(
        "SELECT unit_code, template_code, period, lock_at FROM due_at($as_of) WHERE lock_at IS NOT NULL",
        {"as_of": as_of},
    )
    locks = {(row.unit_code, row.template_code, row.period): row.lock_at for row in rows}
    return {key: at for key, at in locks.items() if key in wanted}


def is_closed(lock_at: datetime | None, moment: datetime) -> bool:
    """Whether nothing is taken any more for a due with this lock moment (None: it has none)."""
    return lock_at is not None and moment >= lock_at


def _check(store: Store, cursor: Any, dues: Sequence[Key], now: datetime, at: datetime | None) -> None:
    """Fault unless each due has opened and is owed, and `at` (of an extension) lies after its deadline."""
    rows = named_rows(
        cursor.execute("SELECT unit_code, template_code, period, deadline, is_exempt FROM due_at($now)", {"now": now})
    )
    opened = {(row.unit_code, row.template_code, row.period): row for row in rows}
    clock = clock_of(store)
    for key in dues:
        if key not in opened:
            raise Fault("due.no_due", **_about(store, key))
        deadline = opened[key].deadline
        if opened[key].is_exempt:
            raise Fault("due.exempt", **_about(store, key))
        if at is not None and at <= deadline:
            asked_day, limit = clock.day(at), clock.last_day(deadline)
            raise Fault("due.not_later", found=asked_day, limit=limit, **_about(store, key))


def _about(store: Store, key: Key) -> dict[str, Any]:
    """The due that a fault speaks of; unit_code for whoever says it in another language."""
    return _named(store, key) | {"unit_code": key[0]}


def _named(store: Store, key: Key) -> dict[str, Any]:
    catalogue = catalogue_in_force(store)
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    written = label(key[2], cycles[key[1]]) if key[1] in cycles else f"{key[2]:%Y-%m}"
    return {"unit": catalogue.unit_name(key[0]), "template": key[1], "period": written}


def _reason(text: str) -> str:
    reason = tidy(text)
    if not is_reason(reason, DECISION):
        raise Fault("due.reason", limit=DECISION.min_length)
    return reason


def _keep(
    store: Store,
    kind: ChangeKind,
    dues: Sequence[Key],
    reason: str,
    now: datetime,
    document_no: str,
    values: dict[str, Any],
) -> list[str]:
    store.person.must_have(Right.MANAGE)
    dues = list(dict.fromkeys(dues))
    reason, document_no, ids = _reason(reason), " ".join(document_no.split()), [str(uuid.uuid4()) for _ in dues]
    freeze_dues(store, now)
    with store.write() as cursor:
        _check(store, cursor, dues, now, values["deadline"])
        # strictly after what was decided before, whatever the clock says: the newest must be one
        (set_at,) = cursor.execute(
            "SELECT greatest($now, (SELECT max(set_at) + INTERVAL 1 MICROSECOND FROM due_change))", {"now": now}
        ).fetchone()
        same = {"kind": kind.value, "reason": reason, "document_no": document_no or None, "set_at": set_at, **values}
        columns = {name: [value] * len(dues) for name, value in same.items()}
        columns |= {"change_id": ids, "set_by": [store.person.user_name] * len(dues)}
        for place, name in enumerate(("unit_code", "template_code", "period")):
            columns[name] = [key[place] for key in dues]
        append(cursor, "due_change", columns)
        details = {"reason": reason, "document_no": document_no, "until": str(values["due_date"] or "")}
        acts = [
            Act(f"due_{kind.value}", change_id[:8], key[0], _named(store, key) | details)
            for change_id, key in zip(ids, dues, strict=True)
        ]
        audit.keep(store, cursor, acts)
    return ids
