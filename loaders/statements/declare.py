"""Other ways to have delivered: nothing happened (零报告), or it went through a platform (已通过平台报送).

A statement is kept like a file, brings no figures, and counts from the moment it reached us.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import PureWindowsPath
from typing import Any

from data.access import Right
from data.audit import seals
from data.catalogue.deadlines import deadline_of
from data.catalogue.in_force import catalogue_in_force, freeze_dues
from data.catalogue.model import Catalogue, Severity, Template
from data.clock import Clock
from data.dues.changes import is_closed
from data.dues.standing import standings
from data.fault import Fault
from data.periods import label
from data.store import Store
from data.submissions.received import backdated, has_sample
from data.submissions.review import Locked
from loaders.intake.entries import About, Arrival, Declared, Recorded
from loaders.intake.ingest import Receipt
from loaders.intake.record import record_declaration
from loaders.issues import Issue

ZERO_REPORT, PLATFORM_DECLARATION = "zero_report", "platform_declaration"
MAX_COUNT = 1_000_000_000
MAX_PROOF = 10 * 1024 * 1024
PROOF_TYPES = ("pdf", "png", "jpg", "jpeg", "xlsx")
_SIGNATURES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "xlsx": b"PK\x03\x04"}
_FILE_NAMES = {ZERO_REPORT: "零报告", PLATFORM_DECLARATION: "平台报送声明"}


@dataclass(frozen=True)
class _Due:
    """What the due that a statement serves wants."""

    is_exempt: bool
    zero_report_allowed: bool
    lock_at: datetime | None


@dataclass(frozen=True)
class Delivered:
    """What went through a platform: how many records, on which day, and the file that proves it."""

    count: int
    on: date
    proof: bytes
    proof_name: str


def zero_report(
    store: Store,
    unit_code: str,
    template_code: str,
    period: date,
    received_at: datetime,
    reported_by: str,
    reason: str = "",
) -> Receipt:
    """零报告: nothing happened in the period. Accepted, or a duplicate of the statement that counts now.

    received_at: when it reached us, with a time zone. Raises Fault where it cannot be taken in.
    """
    catalogue, received_at = catalogue_in_force(store), store.timely(received_at)
    template = catalogue.template(template_code)
    _check_zero_allowed(_due_or_fault(store, catalogue, unit_code, template, period, received_at), template)
    about = About(unit_code, template_code, template.version, period)
    return _take_in(store, ZERO_REPORT, about, Declared(_clean(reason)), received_at, reported_by)


def platform_declaration(
    store: Store,
    unit_code: str,
    template_code: str,
    period: date,
    received_at: datetime,
    reported_by: str,
    delivered: Delivered,
) -> Receipt:
    """已通过平台报送: records went through the template's platform on a day, and here is the proof of it.

    It is received when this statement is, whatever the day of the delivery. Otherwise as `zero_report`.
    """
    catalogue, received_at = catalogue_in_force(store), store.timely(received_at)
    template = catalogue.template(template_code)
    due = _due_or_fault(store, catalogue, unit_code, template, period, received_at)
    if not template.platform:
        raise Fault("declaration.platform_not_allowed", template=template_code)
    _check_count(delivered.count, due, template)
    _check_day(delivered.on, template, period, catalogue.clock.day(received_at))
    name = _clean(PureWindowsPath(delivered.proof_name).name)
    _check_proof(delivered.proof, name)
    about = About(unit_code, template_code, template.version, period)
    declared = Declared("", delivered.count, delivered.on, template.platform["zh-CN"], delivered.proof, name)
    return _take_in(store, PLATFORM_DECLARATION, about, declared, received_at, reported_by)


def _clean(text: str) -> str:
    """One line that can be kept: broken bytes of a command line or a file name are not."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _due(store: Store, about: About, as_of: datetime) -> _Due | None:
    rows = store.rows(
        """SELECT is_exempt, zero_report_allowed, lock_at FROM due_at($as_of)
        WHERE unit_code = $unit_code AND template_code = $template_code AND period = $period""",
        _key(about) | {"as_of": as_of},
    )
    return _Due(**rows[0]._asdict()) if rows else None


def _key(about: About) -> dict[str, Any]:
    return {"unit_code": about.unit_code, "template_code": about.template_code, "period": about.period}


def _due_or_fault(
    store: Store, catalogue: Catalogue, unit_code: str, template: Template, period: date, received_at: datetime
) -> _Due:
    """The due that has opened by received_at and wants something delivered."""
    due = _due(store, About(unit_code, template.template_code, None, period), received_at)
    if due is None:
        raise _no_due(catalogue, unit_code, template, period, received_at)
    if due.is_exempt:
        raise Fault("declaration.exempt", template=template.template_code, period=label(period, template.cycle))
    if is_closed(due.lock_at, received_at) and not store.person.may(Right.MANAGE):
        limit = catalogue.clock.minute(due.lock_at)
        raise Fault("declaration.due_closed", period=label(period, template.cycle), limit=limit)
    return due


def _no_due(catalogue: Catalogue, unit_code: str, template: Template, period: date, received_at: datetime) -> Fault:
    """Why nothing is due: who does not owe it at all, what has not opened yet, or what is not counted."""
    code, written = template.template_code, label(period, template.cycle)
    catalogue.unit(unit_code)
    if (unit_code, code) not in {(owed.unit_code, owed.template_code) for owed in catalogue.obligations}:
        return Fault("declaration.not_obliged", unit=unit_code, template=code)
    opens_at = deadline_of(catalogue, template, period).opens_at
    limit = f"{catalogue.clock.day(opens_at)}"
    if received_at >= opens_at:
        return Fault("declaration.not_due", unit=unit_code, template=code, period=written)
    if period <= catalogue.clock.day(received_at):
        return Fault("declaration.not_over", period=written, limit=limit)
    return Fault("declaration.not_begun", period=written, limit=limit)


def _check_zero_allowed(due: _Due, template: Template) -> None:
    if not due.zero_report_allowed:
        raise Fault("declaration.zero_not_allowed", template=template.template_code)


def _check_count(count: int, due: _Due, template: Template) -> None:
    if count == 0:  # nothing went through the platform: that is a zero report, where there may be one
        _check_zero_allowed(due, template)
        raise Fault("declaration.count_zero", template=template.template_code)
    if type(count) is not int or not 0 < count <= MAX_COUNT:
        raise Fault("declaration.bad_count", found=count, limit=f"{MAX_COUNT:,}")


def _check_day(day: date, template: Template, period: date, today: date) -> None:
    if day > today:
        raise Fault("declaration.date_in_future", found=day, limit=today)
    if day < period:
        written = label(period, template.cycle)
        raise Fault("declaration.date_before_period", found=day, limit=period, period=written)


def _check_proof(proof: bytes, name: str) -> None:
    if not name:
        raise Fault("declaration.proof_missing")
    if not proof:
        raise Fault("declaration.proof_empty", found=name)
    if len(proof) > MAX_PROOF:
        raise Fault("declaration.proof_too_large", found=f"{len(proof) / 1048576:.1f} MB", limit=MAX_PROOF // 1048576)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in PROOF_TYPES:
        raise Fault("declaration.proof_type", found=name)
    is_signed = proof.startswith(_SIGNATURES[extension.replace("jpeg", "jpg")])
    if not is_signed or (extension == "xlsx" and b"xl/workbook.xml" not in proof):
        raise Fault("declaration.proof_content", found=name, type=extension)


def _take_in(
    store: Store, kind: str, about: About, declared: Declared, received_at: datetime, reported_by: str
) -> Receipt:
    catalogue = catalogue_in_force(store)
    template = catalogue.template(about.template_code)
    file_name = "_".join((_FILE_NAMES[kind], about.unit_code, about.template_code, label(about.period, template.cycle)))
    arrival = Arrival(
        _statement(kind, about, declared, template, _clean(reported_by)),
        f"{'示例_' if has_sample(store) else ''}{file_name}.json",
        catalogue.clock.local(received_at),
        _clean(reported_by),
    )
    issues = _replacement_notes(store, about, arrival, catalogue.clock)
    freeze_dues(store, min(received_at, store.now()))
    try:
        recorded = record_declaration(store, arrival, about, kind, declared, issues)
    except Locked as locked:
        limit = catalogue.clock.minute(locked.lock.since)
        raise Fault("declaration.locked", found=locked.lock.version, limit=limit, by=locked.lock.by) from locked
    return _receipt(store, arrival, about, template, recorded, issues)


def _statement(kind: str, about: About, declared: Declared, template: Template, reported_by: str) -> bytes:
    """What is said, always in the same bytes, so that the same statement again is a duplicate."""
    said = asdict(declared) | {"kind": kind, "unit": about.unit_code, "template": about.template_code}
    said |= {"period": label(about.period, template.cycle), "reported_by": reported_by}
    said["proof"] = declared.proof_sha256
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()


def _replacement_notes(store: Store, about: About, arrival: Arrival, clock: Clock) -> list[Issue]:
    """A statement that takes the place of figures says that they count no longer."""
    replaced = store.rows(
        """SELECT kind, version, received_at FROM current_at($as_of)
        WHERE unit_code = $unit_code AND template_code = $template_code AND period = $period""",
        _key(about) | {"as_of": arrival.received_at},
    )
    if not replaced:
        return []
    (row,) = replaced
    code = "statement_replaces_" + ("statement" if row.kind in _FILE_NAMES else "figures")
    return [Issue(Severity.NOTE, code, details={"found": row.version, "limit": clock.minute(row.received_at)})]


def _receipt(
    store: Store, arrival: Arrival, about: About, template: Template, recorded: Recorded, issues: list[Issue]
) -> Receipt:
    moment = max(store.now(), recorded.received_at, arrival.received_at)
    return Receipt(
        file_name=arrival.file_name,
        sha256=arrival.sha256,
        outcome=recorded.outcome,
        received_at=recorded.received_at,
        receipt_no=recorded.receipt_no,
        submission_id=recorded.submission_id,
        unit_code=about.unit_code,
        template=template,
        period=about.period,
        version=recorded.version,
        kind=recorded.kind,
        standing=standings(store, [about.key], moment)[about.key],
        issues=[] if recorded.outcome == "duplicate" else issues,
        review="submitted" if recorded.outcome == "accepted" and template.review else None,
        seal=seals(store, [recorded.receipt_no]).get(recorded.receipt_no),
        entered_at=backdated(store, [recorded.submission_id]).get(recorded.submission_id),
    )
