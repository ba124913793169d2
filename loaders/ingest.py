"""From a file to a submission: gate → read → recognise → check → record. The page and the command line both call it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from data.catalogue import Catalogue, Severity, Template
from data.catalogue_store import catalogue_in_force, freeze_dues
from data.periods import end_of, label
from data.store import Store
from loaders.check import MAX_ISSUES, Row, check_sheet
from loaders.explanations import is_real_explanation
from loaders.gate import check_file
from loaders.issues import FileFault, Issue
from loaders.recognise import Recognised, recognise
from loaders.record import (
    About,
    Arrival,
    Recorded,
    find_duplicate,
    record_accepted,
    record_returned,
    replaced_by,
)
from loaders.worker import READER

Explanations = str | Mapping[str, str] | None
"""One text for every check of the file, or a text for each Issue.key."""


@dataclass(frozen=True)
class Receipt:
    """回执: what became of a file. status is that of the due it serves (None where nothing was due)."""

    file_name: str
    sha256: str
    outcome: str
    received_at: datetime
    receipt_no: str | None = None
    submission_id: str | None = None
    unit_code: str | None = None
    template: Template | None = None
    period: date | None = None
    version: int = 0
    kind: str = "workbook"
    status: str | None = None
    deadline: datetime | None = None
    days_late: int = 0
    row_count: int = 0
    issues: list[Issue] = field(default_factory=list)

    @property
    def period_label(self) -> str | None:
        """The period as it is written: 2026-10, 2026-Q4."""
        return label(self.period, self.template.cycle) if self.period and self.template else None

    @property
    def unexplained(self) -> list[Issue]:
        """The checks that still want an explanation."""
        return [i for i in self.issues if i.severity is Severity.CHECK and not i.explanation]


@dataclass(frozen=True)
class _Read:
    """A file after it was read and checked; nothing has been written yet."""

    about: About
    template: Template | None
    sheet: str
    rows: list[Row]
    issues: list[Issue]


def ingest(
    store: Store,
    content: bytes,
    file_name: str,
    received_at: datetime,
    reported_by: str = "",
    explanations: Explanations = None,
    is_sample: bool = False,
) -> Receipt:
    """Take a file in. Accepted, or returned with its issues, or a duplicate of what is there; never half.

    received_at: when it reached us, with a time zone. A file with unexplained checks is returned.
    """
    catalogue = catalogue_in_force(store)
    file_name = file_name.encode("utf-8", "replace").decode()  # a name of broken bytes cannot be kept
    local = received_at.astimezone(ZoneInfo(catalogue.bureau.timezone))
    arrival = Arrival(content, file_name, local, reported_by, is_sample)
    read = _read(store, arrival, catalogue, explanations)
    if any(issue.severity is Severity.ERROR for issue in read.issues) or _unexplained(read.issues):
        known = find_duplicate(store, arrival, read.about) if read.about.period else None
        recorded = known or record_returned(store, arrival, read.about, read.issues)
    else:
        freeze_dues(store, min(received_at, datetime.now(UTC)))
        recorded = record_accepted(store, arrival, read.about, read.rows, read.sheet, read.issues)
    return _receipt(store, arrival, read, recorded)


def preview(
    store: Store, content: bytes, file_name: str, received_at: datetime, explanations: Explanations = None
) -> Receipt:
    """What `ingest` would find, with nothing written: outcome is ready, returned or duplicate."""
    catalogue = catalogue_in_force(store)
    arrival = Arrival(content, file_name, received_at.astimezone(ZoneInfo(catalogue.bureau.timezone)), "")
    read = _read(store, arrival, catalogue, explanations)
    known = find_duplicate(store, arrival, read.about) if read.about.period else None
    is_returned = any(issue.severity is Severity.ERROR for issue in read.issues)
    outcome = "returned" if is_returned else "ready"
    recorded = known or Recorded(outcome, "", "", 0, "workbook", received_at)
    return _receipt(store, arrival, read, recorded)


def _read(store: Store, arrival: Arrival, catalogue: Catalogue, explanations: Explanations) -> _Read:
    """Read and check a file; a FileFault becomes its one error issue."""
    try:
        check_file(arrival.content, arrival.file_name)
        found = recognise(READER.read(arrival.content), catalogue)
    except FileFault as fault:
        return _fault(fault, catalogue)
    about = About(found.unit_code, found.template.template_code, found.template.version, found.period)
    try:
        issues = _obligation_issues(store, found, catalogue, arrival.received_at)
        issues += _replacement_issues(store, arrival, about)
        checked = check_sheet(found, catalogue, store)
    except FileFault as fault:
        issue = Issue(Severity.ERROR, fault.code, found.sheet.name, details=fault.details)
        return _Read(about, found.template, found.sheet.name, [], [issue])
    issues += checked.issues
    for issue in issues:
        if issue.severity is Severity.CHECK:
            issue.explanation = _explanation(issue, explanations)
    return _Read(about, found.template, found.sheet.name, checked.rows, _bounded(issues))


def _bounded(issues: list[Issue]) -> list[Issue]:
    if len(issues) <= MAX_ISSUES:
        return issues
    rest = Issue(Severity.NOTE, "more_issues", details={"found": len(issues) - MAX_ISSUES})
    return [*issues[:MAX_ISSUES], rest]


def _fault(fault: FileFault, catalogue: Catalogue) -> _Read:
    """A file that could not be used, with as much as is known of what it was about."""
    details = fault.details
    known = {template.template_code: template for template in catalogue.templates}
    template = known.get(details.get("template", ""))
    about = About(
        details.get("unit"),
        template.template_code if template else None,
        template.version if template else None,
    )
    return _Read(about, template, "", [], [Issue(Severity.ERROR, fault.code, details=details)])


def _obligation_issues(store: Store, found: Recognised, catalogue: Catalogue, received_at: datetime) -> list[Issue]:
    """Is anybody owed this? A unit that never owes the template has picked a wrong one."""
    cycle = found.template.cycle
    owed = [
        o
        for o in catalogue.obligations
        if o.unit_code == found.unit_code and o.template_code == found.template.template_code
    ]
    details: dict[str, Any] = {
        "unit": found.unit_code,
        "template": found.template.template_code,
        "period": label(found.period, cycle),
    }
    if not owed:
        return [Issue(Severity.ERROR, "not_obliged", details=details)]
    local_day = _local_day(received_at, catalogue)
    if found.period > local_day:
        return [Issue(Severity.ERROR, "future_period", details=details)]
    issues = []
    if end_of(found.period, cycle) > local_day and found.template.due.month_offset > 0:
        issues.append(Issue(Severity.NOTE, "period_not_over", details=details))
    if not any(o.first_period <= found.period <= (o.last_period or found.period) for o in owed):
        issues.append(Issue(Severity.NOTE, "outside_obligation", details=details))
    return issues


def _replacement_issues(store: Store, arrival: Arrival, about: About) -> list[Issue]:
    """A correction is told what it replaces, and above all that it brings earlier figures back."""
    replaced = replaced_by(store, arrival, about)
    if replaced is None:
        return []
    version, received_at, before = replaced
    at = received_at.astimezone(arrival.received_at.tzinfo)
    details = {"found": version, "row": before, "limit": f"{at:%Y-%m-%d %H:%M}"}
    return [Issue(Severity.NOTE, "brings_back" if before else "replaces", details=details)]


def _local_day(moment: datetime, catalogue: Catalogue) -> date:
    return moment.astimezone(ZoneInfo(catalogue.bureau.timezone)).date()


def _explanation(issue: Issue, explanations: Explanations) -> str | None:
    text = explanations.get(issue.key) if isinstance(explanations, Mapping) else explanations
    return text.strip() if text and is_real_explanation(text) else None


def _unexplained(issues: list[Issue]) -> bool:
    return any(issue.severity is Severity.CHECK and not issue.explanation for issue in issues)


def _receipt(store: Store, arrival: Arrival, read: _Read, recorded: Recorded) -> Receipt:
    due = _due(store, read.about, max(recorded.received_at, arrival.received_at))
    was_received = recorded.outcome in ("accepted", "duplicate")
    return Receipt(
        file_name=arrival.file_name,
        sha256=arrival.sha256,
        outcome=recorded.outcome,
        received_at=recorded.received_at,
        receipt_no=recorded.receipt_no or None,
        submission_id=recorded.submission_id or None,
        unit_code=read.about.unit_code,
        template=read.template,
        period=read.about.period,
        version=recorded.version,
        kind=recorded.kind,
        status=due[0] if due and was_received else None,
        deadline=due[1] if due else None,
        days_late=due[2] if due and was_received else 0,
        row_count=len(read.rows),
        issues=read.issues if recorded.outcome != "duplicate" else [],
    )


def _due(store: Store, about: About, as_of: datetime) -> tuple[str, datetime, int] | None:
    """(status, deadline, days_late) of the due that a file serves; the period may still be open or planned."""
    if not (about.unit_code and about.template_code and about.period):
        return None
    key = [about.unit_code, about.template_code, about.period]
    where = "WHERE unit_code = $2 AND template_code = $3 AND period = $4"
    found = store.rows(f"SELECT status, deadline, days_late FROM timeliness_at($1) {where}", [as_of, *key])
    if found:
        return found[0]
    planned = store.rows(
        "SELECT 'on_time', deadline, 0 FROM due_plan WHERE unit_code = $1 AND template_code = $2 AND period = $3",
        key,
    )
    return planned[0] if planned else None
