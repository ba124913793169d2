"""The rows from which chronologies are made: attempts with their issues, reminders, decisions and rules, by due."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pandas

from data.audit import seals
from data.catalogue.deadlines import deadline_of
from data.catalogue.in_force import catalogue_of
from data.catalogue.model import DuePolicy
from data.chronology.events import Attempt, Event, Happened
from data.dues.behind import first_accepted
from data.dues.granted import due_changes
from data.fault import Fault
from data.periods import closing_month
from data.reminders.history import reminder_log
from data.store import Store
from data.supervision.record import waivers

Key = tuple[str, str | None, date | None]
"""unit, template, period; both None for a file that could not be recognised."""
ByDue = dict[Key, list[Event]]
_KINDS = {"extension": Happened.EXTENDED, "exemption": Happened.EXEMPTED}


def sent(store: Store, as_of: datetime, unit_code: str | None, since: datetime, periods: tuple[date, date]) -> ByDue:
    """What was handed in or checked for the periods from one to another, and from `since` on the files of which nobody
    could tell what they are. A file that others sent by mistake and that came back is no attempt of the unit.
    """
    rows = store.rows(
        """SELECT s.*, coalesce(f.size, 0) AS size, b.reason AS entered_why,
            is_entered_later(s.received_at, s.recorded_at, s.is_sample) AS is_entered_later
        FROM submission s LEFT JOIN (SELECT sha256, any_value(size) AS size FROM workbook_file GROUP BY sha256) f
                USING (sha256)
            LEFT JOIN backdating b USING (submission_id)
        WHERE s.received_at <= $as_of AND coalesce(s.sent_unit, s.unit_code) IS NOT NULL
            AND (outcome = 'accepted' OR coalesce(s.sent_unit, s.unit_code) = coalesce(s.unit_code, s.sent_unit))
            AND ($unit_code::VARCHAR IS NULL OR coalesce(s.unit_code, s.sent_unit) = $unit_code)
            AND CASE WHEN s.template_code IS NOT NULL AND s.period IS NOT NULL
                THEN s.period BETWEEN $first AND $last ELSE s.received_at >= $since END
        ORDER BY s.received_at, s.version""",
        {"as_of": as_of, "unit_code": unit_code, "since": since, "first": periods[0], "last": periods[1]},
    )
    deciding = set(first_accepted(store, as_of, unit_code)["submission_id"])
    sealed = seals(store, [row.receipt_no for row in rows])
    wrong = _wrong(store, [row.submission_id for row in rows if row.outcome != "accepted"])
    by_due: ByDue = {}
    for row in rows:
        attempt = _attempt(row, row.submission_id in deciding, sealed, tuple(wrong.get(row.submission_id, ())))
        is_whole = row.template_code is not None and row.period is not None
        about = (row.template_code, row.period) if is_whole else (None, None)
        event = Event(row.received_at, Happened(row.outcome), attempt.by, attempt=attempt)
        by_due.setdefault((row.unit_code or row.sent_unit, *about), []).append(event)
    return by_due


def _wrong(store: Store, submission_ids: list[str]) -> dict[str, list[Any]]:
    """submission → its rows of the table issue."""
    by_id: dict[str, list[Any]] = {}
    for issue in store.rows(
        "SELECT * FROM issue WHERE submission_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY submission_id, issue_no",
        [submission_ids],
    ):
        by_id.setdefault(issue.submission_id, []).append(issue)
    return by_id


def _attempt(row: Any, decides: bool, sealed: dict[str, str], wrong: tuple[Any, ...]) -> Attempt:
    return Attempt(
        *(row.submission_id, row.receipt_no, row.file_name, row.sha256, int(row.size), row.outcome, row.kind),
        *(int(row.version), row.received_at, row.recorded_at, row.reported_by or ""),
        decides=decides,
        seal=sealed.get(row.receipt_no, ""),
        entered_why=row.entered_why or ("—" if row.is_entered_later else ""),
        issues=wrong,
    )


def sent_back(store: Store, as_of: datetime, unit_code: str | None) -> ByDue:
    """What a person sent back in the review: that costs no timeliness, and people remember it as a return."""
    rows = store.rows(
        """SELECT s.unit_code, s.template_code, s.period, s.receipt_no, r.taken_at, r.user_name, r.reason
        FROM review_step r JOIN submission s USING (submission_id)
        WHERE step = 'returned' AND taken_at <= $as_of AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)""",
        {"as_of": as_of, "unit_code": unit_code},
    )
    by_due: ByDue = {}
    for row in rows:
        details = {"receipt_no": row.receipt_no, "reason": row.reason or ""}
        event = Event(row.taken_at, Happened.SENT_BACK, row.user_name or "", details=details)
        by_due.setdefault((row.unit_code, row.template_code, row.period), []).append(event)
    return by_due


def reminded(store: Store, as_of: datetime, unit_code: str | None, month: date | None) -> ByDue:
    """Every try to remind of a due, whatever became of it."""
    by_due: ByDue = {}
    for row in reminder_log(store, as_of, unit_code, month).itertuples():
        details = {"step": row.step, "channel": row.channel, "outcome": row.outcome, "try_no": int(row.try_no)}
        details |= {"is_to_all": _blank(row.unit_code) is None, "subject": row.subject}
        to = f"{_blank(row.contact_name) or ''} {row.address}".strip()
        event = Event(row.tried_at.to_pydatetime(), Happened.REMINDED, _blank(row.tried_by) or "", to, details=details)
        for due in json.loads(row.dues):
            key = (due["unit"], due["template"], date.fromisoformat(due["period"]))
            by_due.setdefault(key, []).append(event)
    return by_due


def decided(store: Store, as_of: datetime, unit_code: str | None) -> ByDue:
    """Extensions and exemptions, their ends, and waivers."""
    by_due: ByDue = {}
    for key, event in (*_changes(store, as_of, unit_code), *_waivers(store, as_of, unit_code)):
        by_due.setdefault(key, []).append(event)
    return by_due


def _changes(store: Store, as_of: datetime, unit_code: str | None) -> Iterator[tuple[Key, Event]]:
    for row in due_changes(store, as_of, unit_code=unit_code).itertuples():
        key = (row.unit_code, row.template_code, row.period.date())
        details = {"change_id": row.change_id[:8], "reason": row.reason, "document_no": _blank(row.document_no) or ""}
        if row.kind == "extension":
            details |= {"until": row.due_date.date().isoformat(), "minutes": int(row.due_minutes)}
        yield key, Event(row.set_at.to_pydatetime(), _KINDS[row.kind], row.set_by, details=details)
        if _blank(row.ended_at) is not None:
            ended = {"change_id": row.change_id[:8], "reason": _blank(row.end_reason) or ""}
            yield key, Event(row.ended_at.to_pydatetime(), Happened.REVOKED, row.ended_by, details=ended)


def _waivers(store: Store, as_of: datetime, unit_code: str | None) -> Iterator[tuple[Key, Event]]:
    for row in waivers(store, as_of, unit_code, is_active=True).itertuples():
        details = {"reason": row.reason, "document_no": _blank(row.document_no) or "", "ground": row.ground}
        at = row.made_at.to_pydatetime()
        yield (
            (row.unit_code, row.template_code, row.period.date()),
            Event(at, Happened.WAIVED, row.user_name, details=details),
        )


def policies(store: Store) -> Callable[[Any], DuePolicy | None]:
    """What tells of a due the rule that gave its day: by the catalogue under which it was frozen, and only if that rule
    gives the very day that is frozen.
    """
    catalogues = {
        (row.unit_code, row.template_code, row.period): row.catalogue_id
        for row in store.rows(
            "SELECT unit_code, template_code, period, catalogue_id FROM due_plan "
            "UNION ALL SELECT unit_code, template_code, period, catalogue_id FROM due"
        )
    }
    kept: dict[tuple[str, str, date], tuple[DuePolicy, datetime] | None] = {}

    def policy_of(due: Any) -> DuePolicy | None:
        period = due.period.date()
        catalogue_id = catalogues.get((due.unit_code, due.template_code, period))
        if catalogue_id is None:
            return None
        about = (catalogue_id, due.template_code, period)
        if about not in kept:
            kept[about] = _given(store, *about)
        rule = kept[about]
        return rule[0] if rule and rule[1] == due.planned_deadline.to_pydatetime() else None

    return policy_of


def _given(store: Store, catalogue_id: str, template_code: str, period: date) -> tuple[DuePolicy, datetime] | None:
    """The rule of a catalogue for a period, and the deadline that it gives."""
    catalogue = catalogue_of(store, catalogue_id)
    try:
        template = catalogue.template(template_code)
    except Fault:
        return None
    return template.policy(closing_month(period, template.cycle)), deadline_of(catalogue, template, period).at


def _blank(value: Any) -> Any:
    """The value; None for every way in which a frame says that there is none."""
    return None if value is None or pandas.isna(value) else value
