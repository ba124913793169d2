"""Supervision in words: why something is proposed, its evidence, what has changed, and what was done with it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import text
from data.clock import MIDNIGHT
from data.periods import parse_period
from data.supervision.evidence import Candidate, CaseKind, Reason
from data.supervision.record import Case, CaseStep, Change, ClosingItem
from pages.frame import asking
from pages.frame.escaping import escaped
from text import t

COLOURS = {
    CaseKind.PRAISE: "green",
    CaseKind.CRITICISM: "orange",
    CaseKind.RECTIFICATION: "blue",
    CaseKind.TALK: "violet",
}


def heading(case: Candidate | Case) -> str:
    """Kind, unit and month in Markdown."""
    unit = escaped(text.unit_name(asking.catalogue(), case.unit_code))
    return (
        f":{COLOURS[case.kind]}-badge[{t(f'supervision.kind.{case.kind}')}] **{unit}** · {text.month_name(case.month)}"
    )


def plain_heading(case: Candidate | Case) -> str:
    """Unit, month and kind without marks, for a line that names what was done."""
    unit = text.unit_name(asking.catalogue(), case.unit_code)
    return f"{unit} {text.month_name(case.month)} {t(f'supervision.kind.{case.kind}')}"


def reasons(given: Sequence[Reason | dict[str, Any]]) -> str:
    """Which thresholds were met, the most serious first."""
    said = []
    for reason in given:
        kept = reason if isinstance(reason, dict) else asdict(reason)
        values = {name: kept[name] for name in ("number", "limit", "window")}
        said.append(t(f"supervision.reason.{kept['code']}", **values))
    return t("supervision.and").join(said)


def evidence(kept: dict[str, Any]) -> str:
    """One piece of evidence in Markdown: a due, or an issued criticism."""
    if "verdict" not in kept:
        month, day = date.fromisoformat(kept["month"]), date.fromisoformat(kept["issued_on"])
        number = escaped(kept["document_no"])
        return t("supervision.evidence.notice", document=number, day=text.day(day), month=text.month_name(month))
    received = t("supervision.evidence.never")
    if kept["received_at"]:
        moment = text.moment(datetime.fromisoformat(kept["received_at"]), asking.clock())
        received = t("supervision.evidence.received", moment=moment)
    return t(
        "supervision.evidence",
        template=text.template_name(asking.catalogue(), kept["template_code"]),
        code=kept["template_code"],
        period=period(kept["template_code"], kept["period"]),
        verdict=t(f"supervision.verdict.{kept['verdict']}", days=kept["days_late"]),
        deadline=_deadline(datetime.fromisoformat(kept["deadline"])),
        received=received,
    )


def _deadline(at: datetime) -> str:
    """The last day in time; the moment, where it is not the end of a day."""
    day, minutes = asking.clock().until(at)
    return text.day(day) if minutes == MIDNIGHT else text.moment(at, asking.clock())


def period(template_code: str, first_day: str) -> str:
    """2026-10, or 2026-Q4, of a period that is kept as the first day."""
    return text.period_label(asking.catalogue(), template_code, parse_period(first_day[:7]))


def changes(differences: Sequence[Change]) -> str:
    """What of the evidence is no longer as it was."""
    items = []
    for change in differences:
        is_due = bool(change.template_code)
        what = (
            f"{change.template_code} {period(change.template_code, change.period)}"
            if is_due
            else escaped(change.period)
        )
        was, now = (
            t(f"supervision.verdict.{name}", days=days)
            for name, days in ((change.was, change.was_days), (change.now, change.now_days))
        )
        items.append(t("supervision.changed.item", what=what, was=was, now=now))
    return t("supervision.changed", number=len(differences), items=t("list.comma").join(items))


def check(items: Sequence[ClosingItem]) -> str:
    """What the program found of what a rectification demands."""
    open_ = [f"{item.template_code} {period(item.template_code, item.period)}" for item in items if not item.settled_by]
    if not open_:
        return t("supervision.check.all", number=len(items))
    return t("supervision.check.open", number=len(open_), items=t("list.comma").join(open_))


def step(taken: CaseStep) -> str:
    """One thing that was done, by whom and when, in Markdown."""
    day = text.day(taken.issued_on) if taken.issued_on else ""
    said = t(f"supervision.step.{taken.step}", document=escaped(taken.document_no), day=day)
    if taken.reason:
        said = t("supervision.step.reason", step=said, reason=escaped(taken.reason))
    at, by = text.moment(taken.taken_at, asking.clock()), escaped(taken.user_name)
    if taken.details.get("is_recorded"):
        return t("supervision.step.recorded", at=at, by=by, decider=escaped(taken.details["decided_by"]), step=said)
    return t("supervision.step", at=at, by=by, step=said)
