"""Keeps a file and what became of it: file, submission, facts and issues in one transaction, or nothing."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from data.store import Store, append
from loaders.check import Row
from loaders.issues import Issue

_SPACE = uuid.UUID("6f1b2c52-2f57-5d0c-9f0e-0a7b9d1d3c11")
_KEY = "unit_code = $unit_code AND template_code = $template_code AND period = $period"


@dataclass(frozen=True)
class Arrival:
    """A file as it reached us."""

    content: bytes
    file_name: str
    received_at: datetime
    reported_by: str
    is_sample: bool = False

    @property
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


@dataclass(frozen=True)
class Recorded:
    """What was written: outcome is accepted, returned or duplicate (nothing new was written)."""

    outcome: str
    submission_id: str
    receipt_no: str
    version: int
    kind: str
    received_at: datetime


def replaced_by(store: Store, arrival: Arrival, about: About) -> tuple[int, datetime, int | None] | None:
    """What this file would replace: (version, received_at) of the one that counts, and the version as which the very
    same file has counted before, if it has; None where it would be the first.
    """
    accepted = store.rows(
        f"""SELECT version, received_at, sha256 FROM submission WHERE outcome = 'accepted' AND {_KEY}
        ORDER BY received_at DESC, version DESC""",
        _key(about),
    )
    if not accepted or accepted[0][2] == arrival.sha256:
        return None
    before = next((version for version, _, sha256 in accepted if sha256 == arrival.sha256), None)
    return accepted[0][0], accepted[0][1], before


def find_duplicate(store: Store, arrival: Arrival, about: About) -> Recorded | None:
    """The accepted submission that this file repeats: the one that counts now, or one received at that very moment."""
    with store.cursor() as cursor:
        return _duplicate(cursor, arrival, about)


def _duplicate(cursor, arrival: Arrival, about: About) -> Recorded | None:
    accepted = cursor.execute(
        f"""SELECT sha256, submission_id, receipt_no, version, kind, received_at FROM submission
        WHERE outcome = 'accepted' AND {_KEY} ORDER BY received_at DESC, version DESC""",
        _key(about),
    ).fetchall()
    for index, row in enumerate(accepted):
        if row[0] == arrival.sha256 and (index == 0 or row[5] == arrival.received_at):
            return Recorded("duplicate", *row[1:])
    return None


def record_accepted(
    store: Store, arrival: Arrival, about: About, rows: list[Row], sheet: str, issues: list[Issue]
) -> Recorded:
    """Keep an accepted file as the next version of its unit, template and period; a repeated file changes nothing."""
    with store.write() as cursor:
        known = _duplicate(cursor, arrival, about)
        if known:
            return known
        latest = cursor.execute(
            f"SELECT coalesce(max(version), 0) FROM submission WHERE outcome = 'accepted' AND {_KEY}",
            _key(about),
        ).fetchone()[0]
        kind = "correction" if latest else "workbook"
        recorded = _recorded("accepted", arrival, about, latest + 1, kind)
        _keep(cursor, arrival, about, recorded, len(rows), issues)
        append(cursor, "fact", _facts(recorded.submission_id, sheet, rows))
        return recorded


def record_declaration(store: Store, arrival: Arrival, about: About, kind: str) -> Recorded:
    """Keep an accepted statement that brings no figures (kind: zero_report, platform_declaration); arrival.content is
    the statement itself. The same statement while it counts changes nothing.
    """
    with store.write() as cursor:
        known = _duplicate(cursor, arrival, about)
        if known:
            return known
        latest = cursor.execute(
            f"SELECT coalesce(max(version), 0) FROM submission WHERE outcome = 'accepted' AND {_KEY}",
            _key(about),
        ).fetchone()[0]
        recorded = _recorded("accepted", arrival, about, latest + 1, kind)
        _keep(cursor, arrival, about, recorded, 0, [])
        return recorded


def record_returned(store: Store, arrival: Arrival, about: About, issues: list[Issue]) -> Recorded:
    """Keep a returned file with its issues; nothing of it reaches the facts."""
    recorded = _recorded("returned", arrival, about, 0, "workbook")
    with store.write() as cursor:
        _keep(cursor, arrival, about, recorded, 0, issues)
    return recorded


def _recorded(outcome: str, arrival: Arrival, about: About, version: int, kind: str) -> Recorded:
    parts = [arrival.sha256, about.unit_code, about.template_code, about.period, version]
    if outcome == "returned":  # each return is an event of its own
        parts += [arrival.received_at.isoformat(), uuid.uuid4()]
    submission_id = str(uuid.uuid5(_SPACE, "|".join(map(str, parts))))
    receipt_no = f"{arrival.received_at:%Y%m%d}-{submission_id[:8].upper()}"
    return Recorded(outcome, submission_id, receipt_no, version, kind, arrival.received_at)


def _key(about: About) -> dict[str, Any]:
    return {
        "unit_code": about.unit_code,
        "template_code": about.template_code,
        "period": about.period,
    }


def _keep(cursor, arrival: Arrival, about: About, recorded: Recorded, row_count: int, issues: list[Issue]):
    cursor.execute(
        """INSERT INTO workbook_file SELECT $sha256, $name, $size, $content, now()
        WHERE NOT EXISTS (SELECT 1 FROM workbook_file WHERE sha256 = $sha256)""",
        {
            "sha256": arrival.sha256,
            "name": arrival.file_name,
            "size": len(arrival.content),
            "content": arrival.content,
        },
    )
    cursor.execute(
        """INSERT INTO submission (submission_id, receipt_no, sha256, file_name, unit_code, template_code,
            template_version, period, version, kind, outcome, received_at, recorded_at, reported_by, row_count,
            is_sample) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now(), ?, ?, ?)""",
        [
            recorded.submission_id,
            recorded.receipt_no,
            arrival.sha256,
            arrival.file_name,
            about.unit_code,
            about.template_code,
            about.template_version,
            about.period,
            recorded.version,
            recorded.kind,
            recorded.outcome,
            arrival.received_at,
            arrival.reported_by,
            row_count,
            arrival.is_sample,
        ],
    )
    append(cursor, "issue", _issue_columns(recorded.submission_id, issues))


def _issue_columns(submission_id: str, issues: list[Issue]) -> dict[str, list]:
    return {
        "submission_id": [submission_id] * len(issues),
        "issue_no": list(range(1, len(issues) + 1)),
        "severity": [issue.severity.value for issue in issues],
        "code": [issue.code for issue in issues],
        "sheet": [issue.sheet for issue in issues],
        "cell": [issue.cell for issue in issues],
        "column_name": [issue.column_name for issue in issues],
        "row_key": [issue.row_key for issue in issues],
        "details": [json.dumps(issue.details, ensure_ascii=False, default=str) for issue in issues],
        "explanation": [issue.explanation for issue in issues],
    }


def _facts(submission_id: str, sheet: str, rows: list[Row]) -> dict[str, list]:
    cells = [
        (row.row_no, row.col_nos[name], name, row.key, value)
        for row in rows
        for name, value in row.values.items()
        if value is not None and name in row.col_nos
    ]
    numbers = [c[4] if isinstance(c[4], int | float) else None for c in cells]
    return {
        "submission_id": [submission_id] * len(cells),
        "sheet": [sheet] * len(cells),
        "row_no": [cell[0] for cell in cells],
        "col_no": [cell[1] for cell in cells],
        "column_name": [cell[2] for cell in cells],
        "row_key": [cell[3] for cell in cells],
        "num": [float(number) if number is not None else None for number in numbers],
        "txt": [None if n is not None else str(c[4]) for n, c in zip(numbers, cells, strict=True)],
    }
