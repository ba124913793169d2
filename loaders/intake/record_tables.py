"""The rows that a batch of submissions puts into the tables of the store, gathered and appended table by table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from data.access import Person
from data.attested import attesting, cells_of
from data.audit import Act
from data.catalogue.model import Catalogue
from data.store import append
from data.submissions.prints import keep_prints
from loaders.checking.rows import Row
from loaders.intake.entries import Declared, Entry, Recorded
from loaders.issues import Issue


@dataclass
class Batch:
    """The rows of one transaction, gathered by table and appended at once."""

    cursor: Any
    catalogue: Catalogue
    person: Person
    wants_review: frozenset[str]
    is_sample: bool
    now: datetime
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    submissions: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, list]] = field(default_factory=list)
    sealed: list[tuple[str, Act]] = field(default_factory=list)

    def add(self, entry: Entry, recorded: Recorded) -> None:
        arrival, declared = entry.arrival, entry.declared
        self.files.setdefault(arrival.sha256, (arrival.file_name, arrival.content))
        self.submissions.append(self._submission(entry, recorded))
        self.sealed.append((recorded.submission_id, _act(entry, recorded)))
        self.issues += _issues(recorded.submission_id, entry.issues)
        if entry.is_accepted and entry.rows:
            self.facts.append(_facts(recorded.submission_id, entry.sheet, entry.rows))
        if declared:
            if declared.proof is not None:
                self.files.setdefault(declared.proof_sha256, (declared.proof_name, declared.proof))
            _declare(self.cursor, recorded.submission_id, declared)

    def write(self) -> None:
        stored = self.cursor.execute(
            "SELECT sha256 FROM workbook_file WHERE sha256 IN (SELECT unnest($1::VARCHAR[]))", [list(self.files)]
        ).fetchall()
        for (sha256,) in stored:
            del self.files[sha256]
        append(self.cursor, "workbook_file", _files(self.files, self.now))
        append(self.cursor, "submission", _by_column(self.submissions))
        append(self.cursor, "issue", _by_column(self.issues))
        append(self.cursor, "fact", self._fact_columns())
        keep_prints(self.cursor, self.catalogue, [some["submission_id"][0] for some in self.facts if some["num"]])

    def acts(self) -> list[Act]:
        """What the audit trail says of them; each act holds a digest of the figures, so that none changes unseen."""
        cells = cells_of(self.cursor, self._fact_columns())
        return [
            replace(act, details=attesting(act.details, submission_id, cells.get(submission_id)))
            for submission_id, act in self.sealed
        ]

    def entered(self) -> list[tuple[str, str, str | None, datetime]]:
        """Submission, receipt, unit and moment of receipt of each."""
        names = ("submission_id", "receipt_no", "unit_code", "received_at")
        return [tuple(row[name] for name in names) for row in self.submissions]

    def _fact_columns(self) -> dict[str, list]:
        names = self.facts[0] if self.facts else {}
        return {name: [v for some in self.facts for v in some[name]] for name in names}

    def _submission(self, entry: Entry, recorded: Recorded) -> dict[str, Any]:
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
            "recorded_at": self.now,
            "reported_by": arrival.reported_by,
            "row_count": len(entry.rows) if entry.is_accepted else 0,
            "is_sample": self.is_sample,
            "sent_by": self.person.user_code or None,
            "sent_unit": self.person.unit_code,
            "needs_review": entry.is_accepted and about.template_code in self.wants_review,
        }


def _by_column(rows: list[dict[str, Any]]) -> dict[str, list]:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


def _files(files: dict[str, tuple[str, bytes]], now: datetime) -> dict[str, list]:
    return {
        "sha256": list(files),
        "file_name": [name for name, _ in files.values()],
        "size": [len(content) for _, content in files.values()],
        "content": [content for _, content in files.values()],
        "stored_at": [now] * len(files),
    }


def _act(entry: Entry, recorded: Recorded) -> Act:
    """What the audit trail says of it, the explanations word for word."""
    about, arrival = entry.about, entry.arrival
    details = {
        "file": arrival.file_name,
        "sha256": arrival.sha256,
        "template": about.template_code,
        "period": about.period,
        "version": recorded.version,
        "kind": recorded.kind,
        "received_at": arrival.received_at.astimezone(UTC).isoformat(),
    }
    if explained := {f"{i.code} {i.cell or ''}".strip(): i.explanation for i in entry.issues if i.explanation}:
        details["explanations"] = explained
    if entry.declared and entry.declared.reason:
        details["reason"] = entry.declared.reason
    return Act(f"submission_{recorded.outcome}", recorded.receipt_no, about.unit_code, details)


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
