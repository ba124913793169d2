"""Keeps files and what became of them: submissions, facts and issues of a batch in one transaction, or nothing."""

import uuid
from collections.abc import Iterable, Sequence

from data import audit
from data.access import SAMPLE, Right
from data.backdating import keep_backdating
from data.catalogue.in_force import catalogue_in_force
from data.store import Store, named_rows
from data.submissions.received import has_sample
from data.submissions.review import Locked, locked_returns
from loaders.intake.entries import About, Arrival, Declared, Entry, Recorded
from loaders.intake.record_tables import Batch
from loaders.issues import Issue

_SPACE = uuid.UUID("6f1b2c52-2f57-5d0c-9f0e-0a7b9d1d3c11")


History = dict[tuple, list[Recorded]]
"""(unit, template, period) → its accepted submissions, the one that counts first."""


def history_of(store: Store, abouts: Iterable[About]) -> History:
    """The accepted submissions of these units, templates and periods."""
    with store.cursor() as cursor:
        return _history(cursor, abouts)


def _history(cursor, abouts: Iterable[About]) -> History:
    keys = {about.key for about in abouts if about.period}
    history: History = {}
    if not keys:
        return history
    units, templates, periods = (list(column) for column in zip(*keys, strict=True))
    rows = named_rows(
        cursor.execute(
            """SELECT unit_code, template_code, period, submission_id, receipt_no, version, kind, received_at, sha256
        FROM submission SEMI JOIN (SELECT unnest($units::VARCHAR[]) AS unit_code, unnest($templates::VARCHAR[]) AS
            template_code, unnest($periods::DATE[]) AS period) USING (unit_code, template_code, period)
        WHERE outcome = 'accepted' ORDER BY received_at DESC, version DESC""",
            {"units": units, "templates": templates, "periods": periods},
        )
    )
    for row in rows:
        kept = (row.submission_id, row.receipt_no, row.version, row.kind, row.received_at, row.sha256)
        history.setdefault((row.unit_code, row.template_code, row.period), []).append(Recorded("accepted", *kept))
    return history


def duplicate_of(history: History, arrival: Arrival, about: About) -> Recorded | None:
    """The accepted submission that this file repeats: the one that counts now, or one received at that very moment."""
    for index, earlier in enumerate(history.get(about.key, ())):
        if earlier.sha256 == arrival.sha256 and (index == 0 or earlier.received_at == arrival.received_at):
            return Recorded(
                "duplicate",
                earlier.submission_id,
                earlier.receipt_no,
                earlier.version,
                earlier.kind,
                earlier.received_at,
            )
    return None


def record(store: Store, entries: Sequence[Entry]) -> list[Recorded]:
    """Keep these, in this order, all or none; what each one became. A repeated file changes nothing. What comes into a
    demonstration is part of it, by whatever way, so that it can still be cleared.

    They are handed in by store.person: Forbidden where she may not report for a unit that one is accepted for; Locked
    where one has been approved meanwhile.
    """
    for entry in entries:
        if entry.is_accepted:
            store.person.must_have(Right.REPORT, entry.about.unit_code)
    wants_review = _reviewed_templates(store)
    with store.write() as cursor:
        history = _history(cursor, (entry.about for entry in entries))
        locked = locked_returns(cursor, [entry.about.key for entry in entries if entry.is_accepted])
        is_sample = store.person.via == SAMPLE or has_sample(cursor)
        now = store.now()
        batch = Batch(cursor, catalogue_in_force(store), store.person, wants_review, is_sample, now)
        recorded = []
        for entry in entries:
            recorded_entry = duplicate_of(history, entry.arrival, entry.about) if entry.is_accepted else None
            if recorded_entry is None and entry.about.key in locked:
                raise Locked(locked[entry.about.key])
            if recorded_entry is None:
                accepted = history.get(entry.about.key, [])
                recorded_entry = _recorded(entry, 1 + max((version.version for version in accepted), default=0))
                if entry.is_accepted:
                    _insert(history.setdefault(entry.about.key, []), recorded_entry)
                batch.add(entry, recorded_entry)
            recorded.append(recorded_entry)
        batch.write()
        if store.person.via != SAMPLE:
            audit.keep(store, cursor, [*batch.acts(), *keep_backdating(store, cursor, batch.entered(), now)])
    return recorded


def _reviewed_templates(store: Store) -> frozenset[str]:
    """The templates whose submissions need a review now; the made-up history needs none."""
    templates = catalogue_in_force(store).templates if store.person.via != SAMPLE else ()
    return frozenset(template.template_code for template in templates if template.review)


def _insert(accepted: list[Recorded], new: Recorded) -> None:
    accepted.append(new)
    accepted.sort(key=lambda version: (version.received_at, version.version), reverse=True)


def record_declaration(
    store: Store, arrival: Arrival, about: About, kind: str, declared: Declared, issues: list[Issue]
) -> Recorded:
    """Keep an accepted statement that brings no figures (kind: zero_report, platform_declaration); arrival.content is
    the statement itself. The same statement while it counts changes nothing.
    """
    return record(store, [Entry(arrival, about, True, issues, kind=kind, declared=declared)])[0]


def _recorded(entry: Entry, version: int) -> Recorded:
    arrival, about = entry.arrival, entry.about
    outcome = "accepted" if entry.is_accepted else "returned" if entry.is_sent else "checked"
    version = version if entry.is_accepted else 0
    parts = [arrival.sha256, about.unit_code, about.template_code, about.period, version]
    if not entry.is_accepted:  # each return and each check is an event of its own
        parts += [arrival.received_at.isoformat(), uuid.uuid4()]
    submission_id = str(uuid.uuid5(_SPACE, "|".join(map(str, parts))))
    receipt_no = f"{arrival.received_at:%Y%m%d}-{submission_id[:8].upper()}"
    kind = entry.kind or ("correction" if version > 1 else "workbook")
    return Recorded(outcome, submission_id, receipt_no, version, kind, arrival.received_at, arrival.sha256)
