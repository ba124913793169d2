"""A due's chronology in words, for pages, lists and papers alike: what happened, by which rule, whom to call."""

import json
from dataclasses import replace
from datetime import date

from data.catalogue.model import Catalogue, Severity, Template
from data.chronology.events import Attempt, Chronology, Event, Happened
from data.fault import Fault
from loaders.issues import Issue
from loaders.messages import message
from locales import say
from locales.deadlines import clock_words, day_words, moved_words, policy_words

_STATEMENTS = ("zero_report", "platform_declaration")
_UNSAID = "—"


def event_words(catalogue: Catalogue, chronology: Chronology, event: Event, locale: str) -> str:
    """报送“10月.xlsx”，被退回：应为整数（共 3 处问题）. Without the moment and the receipt's number."""
    if event.attempt is not None:
        return _attempt_words(catalogue, chronology, event.attempt, locale)
    return _happened_words(chronology, event, locale)


def public_words(chronology: Chronology, event: Event, locale: str) -> str:
    """As `event_words`, for a paper that goes to everybody: no persons, no addresses, no file's name, nothing that a
    cell held.
    """
    details, attempt = event.details, event.attempt
    if event.what is Happened.REMINDED:
        values = {"outcome": say(locale, f"reminders.outcome.{details['outcome']}")}
        values |= {"channel": say(locale, f"reminders.channel.{details['channel']}")}
        return say(locale, "chronology.public.reminded", step=step_words(details["step"], locale), **values)
    if attempt is None:
        return _happened_words(chronology, replace(event, by=""), locale)
    if attempt.outcome == Happened.ACCEPTED:
        decides = ".decides" if attempt.decides else ""
        return say(locale, f"chronology.public.accepted{decides}", version=attempt.version)
    cell = next((row.cell for row in attempt.issues if row.cell and row.severity == Severity.ERROR), "")
    key = "chronology.public.why" if cell else "chronology.public.why.whole"
    why = say(locale, key, cell=cell, number=len(attempt.issues)) if attempt.issues else ""
    return say(locale, f"chronology.public.{attempt.outcome}", why=why or say(locale, "chronology.why.none"))


def contact_words(chronology: Chronology, locale: str) -> str:
    """王芳 邮箱 wang@example.cn, one after the other; empty where there is none."""
    said = (
        f"{contact.contact_name} {say(locale, f'reminders.channel.{contact.channel.value}')} {contact.shown}".strip()
        for contact in chronology.contacts
    )
    return say(locale, "list.comma").join(said)


def rule_words(chronology: Chronology, locale: str) -> str:
    """规则：次月 22 日，当日有效；休息日不变。原定 11-22 周日（周末），顺延。"""
    due = chronology.due
    if chronology.policy is None:
        return say(locale, "chronology.rule.frozen")
    policy = policy_words(locale, chronology.policy)
    moved = moved_words(locale, due.planned_date, due.nominal_date, due.rest_name)
    key = "chronology.rule.moved" if moved else "chronology.rule"
    return say(locale, key, policy=policy, moved=moved)


def why_words(catalogue: Catalogue, chronology: Chronology, attempt: Attempt, locale: str) -> str:
    """The gravest issue of a file that came back, and how many there are."""
    issues = [_issue(row) for row in attempt.issues]
    issues.sort(key=lambda issue: list(Severity).index(issue.severity))
    if not issues:
        return say(locale, "chronology.why.none")
    first = issues[0]
    told = message(first, _template(catalogue, chronology), locale).rstrip("。.")
    told = f"{first.cell} {told}" if first.cell else told
    key = "chronology.why.more" if issues[1:] else "chronology.why.first"
    return say(locale, key, message=told, number=len(issues))


def _happened_words(chronology: Chronology, event: Event, locale: str) -> str:
    return _SAYING.get(event.what, _decision_words)(chronology, event, locale)


def _attempt_words(catalogue: Catalogue, chronology: Chronology, attempt: Attempt, locale: str) -> str:
    values = {"file": (attempt.file_name or "").rpartition("/")[2], "version": attempt.version}
    if attempt.outcome != Happened.ACCEPTED:
        unknown = ".unknown" if chronology.due is None else ""
        why = why_words(catalogue, chronology, attempt, locale)
        return say(locale, f"chronology.{attempt.outcome}{unknown}", why=why, **values)
    kind = ".statement" if attempt.kind in _STATEMENTS else ""
    decides = ".decides" if attempt.decides else ""
    said = say(locale, f"chronology.accepted{kind}{decides}", kind=say(locale, f"kind.{attempt.kind}"), **values)
    if not attempt.entered_why:
        return said
    at = catalogue.clock.minute(attempt.recorded_at)
    return say(locale, "chronology.entered", said=said, at=at, why=attempt.entered_why)


def _deadline_words(chronology: Chronology, event: Event, locale: str) -> str:
    due = chronology.due
    minutes = chronology.policy.minutes if chronology.policy else int(due.due_minutes)
    until = f"{day_words(locale, due.planned_date)} {clock_words(minutes)}"
    key = "chronology.deadline.replaced" if event.details["is_replaced"] else "chronology.deadline"
    return say(locale, key, until=until, rule=rule_words(chronology, locale)).strip()


def _reminder_words(chronology: Chronology, event: Event, locale: str) -> str:
    details = event.details
    key = "chronology.reminded.all" if details["is_to_all"] else "chronology.reminded"
    return say(
        locale,
        key,
        step=step_words(details["step"], locale),
        channel=say(locale, f"reminders.channel.{details['channel']}"),
        to=event.to,
        outcome=say(locale, f"reminders.outcome.{details['outcome']}"),
    )


def step_words(step: str, locale: str) -> str:
    """截止前 3 天, 截止当天, 截止后 1 天, 人工催报, 测试."""
    kind, _, days = step.partition("-")
    if not days:
        return say(locale, f"reminders.step.{kind}")
    return say(locale, f"reminders.step.{kind}{'.one' if days == '1' else ''}", number=int(days))


def _decision_words(chronology: Chronology, event: Event, locale: str) -> str:
    """Extended, exempted, taken back, waived: with reason, document and who decided."""
    details = event.details
    reason = details["reason"] or _UNSAID
    if document := details.get("document_no"):
        reason = say(locale, "chronology.document", reason=reason, document=document)
    until = ""
    if day := details.get("until"):
        until = f"{day_words(locale, date.fromisoformat(day))} {clock_words(details['minutes'])}"
    said = say(locale, f"chronology.{event.what}", reason=reason, until=until, receipt=details.get("receipt_no", ""))
    return say(locale, "chronology.by", said=said, by=event.by) if event.by else said


def _opened_words(chronology: Chronology, event: Event, locale: str) -> str:
    return say(locale, "chronology.opened")


_SAYING = {
    Happened.OPENED: _opened_words,
    Happened.DEADLINE: _deadline_words,
    Happened.REMINDED: _reminder_words,
}


def _template(catalogue: Catalogue, chronology: Chronology) -> Template | None:
    if chronology.due is None:
        return None
    try:
        return catalogue.template(chronology.due.template_code)
    except Fault:
        return None


def _issue(row: object) -> Issue:
    """A row of the table issue as the issue that it was."""
    where = (row.sheet, row.cell, row.column_name, row.row_key)
    return Issue(Severity(row.severity), row.code, *where, json.loads(row.details), row.explanation)
