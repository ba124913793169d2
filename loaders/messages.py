"""The words of an issue and of a receipt, in the reader's language; the store keeps only codes and details."""

from datetime import datetime
from typing import Any

from data.catalogue.model import Catalogue, Template
from data.clock import Clock
from data.periods import label
from loaders.intake.ingest import Receipt
from loaders.issues import Issue
from loaders.repeated import grouped, others
from loaders.variants import wording
from loaders.wording import column_label, expected, found, shown
from locales import pick, say, words
from locales.deadlines import last_words


def message(issue: Issue, template: Template | None, locale: str) -> str:
    """One sentence: what was found, what was expected, what to do."""
    values = {"found": "", "row": "", "limit": "", **shown(issue, template, locale)}
    return say(locale, f"issue.{wording(issue, template, locale)}", **values).strip()


def title(issue: Issue, locale: str) -> str:
    """A verdict on a whole file in two or three words; for the issue of a cell, its severity."""
    key = f"title.{issue.code}"
    return say(locale, key if key in words(locale) else f"severity.{issue.severity.value}")


def receipt_object(receipt: Receipt, locale: str) -> dict[str, Any]:
    """The object that `ingest --json` prints for a file."""
    template = receipt.template
    return {
        "file": receipt.file_name,
        "sha256": receipt.sha256,
        "outcome": receipt.outcome,
        "unit": receipt.unit_code,
        "template": template.template_code if template else None,
        "period": label(receipt.period, template.cycle) if template and receipt.period else None,
        "version": receipt.version or None,
        "kind": receipt.kind,
        "status": receipt.status,
        "received_at": receipt.received_at.isoformat(),
        "deadline": _iso(receipt.deadline),
        "days_late": receipt.days_late,
        "uncounted": receipt.standing.uncounted,
        "first_received_at": _iso(receipt.standing.first_received_at),
        "receipt_no": receipt.receipt_no,
        "submission_id": receipt.submission_id,
        "rows": receipt.row_count,
        "review": receipt.review,
        "entered_at": _iso(receipt.entered_at),
        "seal": receipt.seal,
        "issues": [issue_object(issue, template, locale) for issue in receipt.issues],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def issue_object(issue: Issue, template: Template | None, locale: str) -> dict[str, Any]:
    """The object of one issue: codes for programs, found/expected/message for people."""
    return {
        "severity": issue.severity.value,
        "code": issue.code,
        "rule": issue.details.get("rule"),
        "sheet": issue.sheet,
        "cell": issue.cell,
        "column": issue.column_name,
        "column_label": column_label(template, issue.column_name, locale) or None,
        "found": found(issue, template, locale),
        "expected": expected(issue, template, locale),
        "message": message(issue, template, locale),
        "explanation": issue.explanation,
    }


def receipt_text(receipt: Receipt, catalogue: Catalogue, locale: str) -> str:
    """A receipt in words: what became of the file, when it came, on time or how late, and every issue."""
    clock = catalogue.clock
    lines = [f"{receipt.file_name}: {outcome_words(receipt, locale)}"]
    if receipt.unit_code and receipt.template:
        lines.append(
            say(
                locale,
                "receipt.about",
                unit=catalogue.unit_name(receipt.unit_code, locale),
                template=f"{receipt.template.template_code} {pick(receipt.template.template_name, locale)}",
                period=receipt.period_label or "—",
                version=receipt.version or "—",
            )
        )
    lines.append(
        say(
            locale,
            "receipt.times.duplicate" if receipt.outcome == "duplicate" else "receipt.times",
            receipt_no=receipt.receipt_no or "—",
            received_at=clock.second(_deciding_moment(receipt)),
            deadline=last_words(locale, *clock.until(receipt.deadline)) if receipt.deadline else "—",
            status=_status_and_first(receipt, clock, locale),
        )
    )
    if receipt.entered_at:
        lines.append(say(locale, "receipt.entered", at=clock.second(receipt.entered_at)))
    if receipt.reported_by:
        lines.append(say(locale, "receipt.by", by=receipt.reported_by))
    if receipt.seal:
        lines.append(say(locale, "receipt.seal", seal=receipt.seal))
    for group in grouped(receipt.issues):
        issue = group[0]
        where = "!".join(part for part in (issue.sheet, issue.cell) if part)
        severity = say(locale, f"severity.{issue.severity.value}")
        lines.append(f"  [{severity}] {where} {message(issue, receipt.template, locale)}")
        if len(group) > 1:
            lines.append(f"      {others(group, receipt.template, locale)}")
        if issue.explanation:
            lines.append(say(locale, "receipt.explained", words=issue.explanation))
    return "\n".join(lines)


def outcome_words(receipt: Receipt, locale: str) -> str:
    """What became of the file, and for a file that lacks only explanations, that it does."""
    if receipt.outcome == "returned" and not any(i.severity.value == "error" for i in receipt.issues):
        return say(locale, "receipt.unexplained", number=len(receipt.unexplained))
    return say(locale, f"receipt.{receipt.outcome}")


def _deciding_moment(receipt: Receipt) -> datetime:
    """When the file was received; of one that repeats another, when the due's first was."""
    first = receipt.standing.first_received_at
    return first if receipt.outcome == "duplicate" and first else receipt.received_at


def _status_and_first(receipt: Receipt, clock: Clock, locale: str) -> str:
    """The status, and where an earlier submission than the one that is named decided it, when that came."""
    words, first = status_words(receipt, locale), receipt.standing.first_received_at
    if receipt.status is None or first is None or first == _deciding_moment(receipt):
        return words
    return say(locale, "receipt.by_first", status=words, first=clock.second(first))


def status_words(receipt: Receipt, locale: str) -> str:
    """On time, or by how many days late; that and why the period is not counted; — where the file did not count."""
    if receipt.standing.uncounted:
        month, opens_at = receipt.standing.first_month, receipt.standing.opens_at
        values = {"month": f"{month:%Y-%m}" if month else "", "day": f"{opens_at:%Y-%m-%d}" if opens_at else ""}
        return say(locale, f"receipt.uncounted.{receipt.standing.uncounted}", **values)
    if receipt.status is None:
        return "—"
    return say(locale, f"receipt.status.{receipt.status}", days=receipt.days_late)
