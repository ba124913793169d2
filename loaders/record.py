"""Keeps files and what became of them: submissions, facts and issues of a batch in one transaction, or nothing."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from data.store import Store, append
from loaders.check import Row
from loaders.issues import Issue

_SPACE = uuid.UUID("6f1b2c52-2f57-5d0c-9f0e-0a7b9d1d3c11")


@dataclass(frozen=True)
class Arrival:
    """A file as it reached us."""

    content: bytes
    file_name: str
    received_at: datetime
    reported_by: str
    is_sample: bool = False

    @cached_property
    def sha256(self) -> str:
        """The file's identity."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class About:
    """What a file turned out to be about; None where it could not be told."""

    unit_code: str | None = None
    template_code: str | None = None
    template_version: str | None = None
    period: date | None = None

    @property
    def key(self) -> tuple[str | None, str | None, date | None]:
        """Unit, template and period: what versions are counted by."""
        return self.unit_code, self.template_code, self.period


@dataclass(frozen=True)
class Declared:
    """What a statement without figures says; its proof is kept like a file. None where a zero report has none."""

    reason: str = ""
    count: int | None = None
    delivered_on: date | None = None
    platform: str | None = None
    proof: bytes | None = None
    proof_name: str | None = None

    @property
    def proof_sha256(self) -> str | None:
        """The proof's identity."""
        return None if self.proof is None else hashlib.sha256(self.proof).hexdigest()


@dataclass(frozen=True)
class Entry:
    """What is to be kept: a submission that is accepted or returned. kind None: a workbook, or its correction."""

    arrival: Arrival
    about: About
    is_accepted: bool
    issues: Sequence[Issue] = ()
    rows: Sequence[Row] = ()
    sheet: str = ""
    kind: str | None = None
    declared: Declared | None = None


@dataclass(frozen=True)
class Recorded:
    """What was written: outcome is accepted, returned or duplicate (nothing new was written)."""

    outcome: str
    submission_id: str
    receipt_no: str
    version: int
    kind: str
    received_at: datetime
    sha256: str = ""


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
    found = cursor.execute(
        """SELECT unit_code, template_code, period, submission_id, receipt_no, version, kind, received_at, sha256
        FROM submission SEMI JOIN (SELECT unnest($units::VARCHAR[]) AS unit_code, unnest($templates::VARCHAR[]) AS
            template_code, unnest($periods::DATE[]) AS period) USING (unit_code, template_code, period)
        WHERE outcome = 'accepted' ORDER BY received_at DESC, version DESC""",
        {"units": units, "templates": templates, "periods": periods},
    ).fetchall()
    for row in found:
        history.setdefault(row[:3], []).append(Recorded("accepted", *row[3:]))
    return history


def duplicate_of(history: History, arrival: Arrival, about: About) -> Recorded | None:
    """The accepted submission that this file repeats: the one that counts now, or one received at that very moment."""
    for index, known in enumerate(history.get(about.key, ())):
        if known.sha256 == arrival.sha256 and (index == 0 or known.received_at == arrival.received_at):
            return Recorded(
                "duplicate", known.submission_id, known.receipt_no, known.version, known.kind, known.received_at
            )
    return None


def record(store: Store, entries: Sequence[Entry]) -> list[Recorded]:
    """Keep these, in this order, all or none; what each one became. A repeated file changes nothing."""
    with store.write() as cursor:
        history = _history(cursor, (entry.about for entry in entries))
        batch = _Batch(cursor)
        recorded = []
        for entry in entries:
            known = duplicate_of(history, entry.arrival, entry.about) if entry.is_accepted else None
            if known is None:
                accepted = history.get(entry.about.key, [])
                known = _recorded(entry, 1 + max((one.version for one in accepted), default=0))
                if entry.is_accepted:
                    _insert(history.setdefault(entry.about.key, []), known)
                batch.add(entry, known)
            recorded.append(known)
        batch.write()
    return recorded


def _insert(accepted: list[Recorded], new: Recorded) -> None:
    accepted.append(new)
    accepted.sort(key=lambda one: (one.received_at, one.version), reverse=True)


def record_declaration(
    store: Store, arrival: Arrival, about: About, kind: str, declared: Declared, issues: list[Issue]
) -> Recorded:
    """Keep an accepted statement that brings no figures (kind: zero_report, platform_declaration); arrival.content is
    the statement itself. The same statement while it counts changes nothing.
    """
    return record(store, [Entry(arrival, about, True, issues, kind=kind, declared=declared)])[0]


def _recorded(entry: Entry, version: int) -> Recorded:
    arrival, about = entry.arrival, entry.about
    outcome = "accepted" if entry.is_accepted else "returned"
    version = version if entry.is_accepted else 0
    parts = [arrival.sha256, about.unit_code, about.template_code, about.period, version]
    if not entry.is_accepted:  # each return is an event of its own
        parts += [arrival.received_at.isoformat(), uuid.uuid4()]
    submission_id = str(uuid.uuid5(_SPACE, "|".join(map(str, parts))))
    receipt_no = f"{arrival.received_at:%Y%m%d}-{submission_id[:8].upper()}"
    kind = entry.kind or ("correction" if version > 1 else "workbook")
    return Recorded(outcome, submission_id, receipt_no, version, kind, arrival.received_at, arrival.sha256)


@dataclass
class _Batch:
    """The rows of one transaction, gathered by table and appended at once."""

    cursor: Any
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    submissions: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, list]] = field(default_factory=list)

    def add(self, entry: Entry, recorded: Recorded) -> None:
        arrival, declared = entry.arrival, entry.declared
        self.files.setdefault(arrival.sha256, (arrival.file_name, arrival.content))
        self.submissions.append(_submission(entry, recorded))
        self.issues += _issues(recorded.submission_id, entry.issues)
        if entry.is_accepted and entry.rows:
            self.facts.append(_facts(recorded.submission_id, entry.sheet, entry.rows))
        if declared:
            if declared.proof is not None:
                self.files.setdefault(declared.proof_sha256, (declared.proof_name, declared.proof))
            _declare(self.cursor, recorded.submission_id, declared)

    def write(self) -> None:
        known = self.cursor.execute(
            "SELECT sha256 FROM workbook_file WHERE sha256 IN (SELECT unnest($1::VARCHAR[]))", [list(self.files)]
        ).fetchall()
        for (sha256,) in known:
            del self.files[sha256]
        append(self.cursor, "workbook_file", _files(self.files))
        append(self.cursor, "submission", _by_column(self.submissions))
        append(self.cursor, "issue", _by_column(self.issues))
        names = self.facts[0] if self.facts else {}
        append(self.cursor, "fact", {name: [v for some in self.facts for v in some[name]] for name in names})


def _by_column(rows: list[dict[str, Any]]) -> dict[str, list]:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


def _files(files: dict[str, tuple[str, bytes]]) -> dict[str, list]:
    return {
        "sha256": list(files),
        "file_name": [name for name, _ in files.values()],
        "size": [len(content) for _, content in files.values()],
        "content": [content for _, content in files.values()],
        "stored_at": [datetime.now(UTC)] * len(files),
    }


def _submission(entry: Entry, recorded: Recorded) -> dict[str, Any]:
    arrival, about = entry.arrival, entry.about
    return {
        "submission_id": recorded.submission_id,
        "receipt_no": recorded.receipt_no,
        "sha256": arrival.sha256,
        "file_name": arrival.file_name,
        "unit_code": about.unit_code,
        "template_code": about.template_code,
        "template_version": about.template_version,
        "period": about.period,
        "version": recorded.version,
        "kind": recorded.kind,
        "outcome": recorded.outcome,
        "received_at": arrival.received_at,
        "recorded_at": datetime.now(UTC),
        "reported_by": arrival.reported_by,
        "row_count": len(entry.rows) if entry.is_accepted else 0,
        "is_sample": arrival.is_sample,
    }


def _declare(cursor, submission_id: str, declared: Declared) -> None:
    cursor.execute(
        """INSERT INTO declaration (submission_id, "count", delivered_on, platform, proof_sha256, proof_name, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            submission_id,
            declared.count,
            declared.delivered_on,
            declared.platform,
            declared.proof_sha256,
            declared.proof_name,
            declared.reason,
        ],
    )


def _issues(submission_id: str, issues: Sequence[Issue]) -> list[dict[str, Any]]:
    return [
        {
            "submission_id": submission_id,
            "issue_no": number,
            "severity": issue.severity.value,
            "code": issue.code,
            "sheet": issue.sheet,
            "cell": issue.cell,
            "column_name": issue.column_name,
            "row_key": issue.row_key,
            "details": json.dumps(issue.details, ensure_ascii=False, default=str),
            "explanation": issue.explanation,
        }
        for number, issue in enumerate(issues, 1)
    ]


def _facts(submission_id: str, sheet: str, rows: Sequence[Row]) -> dict[str, list]:
    cells = [
        (row.row_no, row.col_nos[name], name, row.key, value)
        for row in rows
        for name, value in row.values.items()
        if value is not None and name in row.col_nos
    ]
    is_number = [isinstance(cell[4], int | float) for cell in cells]
    return {
        "submission_id": [submission_id] * len(cells),
        "sheet": [sheet] * len(cells),
        "row_no": [cell[0] for cell in cells],
        "col_no": [cell[1] for cell in cells],
        "column_name": [cell[2] for cell in cells],
        "row_key": [cell[3] for cell in cells],
        "num": [float(cell[4]) if is_one else None for is_one, cell in zip(is_number, cells, strict=True)],
        "txt": [None if is_one else str(cell[4]) for is_one, cell in zip(is_number, cells, strict=True)],
    }
