"""审核: what a template wants reviewed is approved by its unit, then accepted or returned by the office; then locked.

The clock does not ask: the first hand-in that passed the checks decides timeliness, whatever becomes of it here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.fault import Fault
from data.reasons import DECISION, is_reason, tidy
from data.store import Store, named_rows


class ReviewStep(StrEnum):
    """What can be done with a submission under review, as it is kept."""

    APPROVED = "approved"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"


_FROM = {  # step → the states from which it can be taken
    ReviewStep.APPROVED: ("submitted",),
    ReviewStep.ACCEPTED: ("approved",),
    ReviewStep.RETURNED: ("submitted", "approved"),
    ReviewStep.REOPENED: ("approved", "accepted"),
}
_LOCKING = ("approved", "accepted")


@dataclass(frozen=True)
class Lock:
    """Why a unit x template x period takes nothing more: its version was approved or accepted, when and by whom."""

    version: int
    since: datetime
    by: str


class Locked(Exception):
    """Something was handed in for what is locked. Nothing was written."""

    def __init__(self, lock: Lock) -> None:
        super().__init__(f"version {lock.version} was approved by {lock.by}")
        self.lock = lock


def take(store: Store, submission_id: str, step: ReviewStep, reason: str = "") -> None:
    """Take a step as store.person. Fault where the state or the reason forbids it, Forbidden where her role does.

    Whoever handed in does not approve. The office approves only in the stead of a unit's reviewer, with a reason.
    """
    reason = tidy(reason)
    with store.write() as cursor:
        now = store.now()
        review = cursor.execute(
            """SELECT unit_code, template_code, period, version, receipt_no, sent_by, state FROM review_at($now)
            WHERE submission_id = $id""",
            {"now": now, "id": submission_id},
        )
        rows = named_rows(review)
        if not rows:
            raise Fault("review.unknown", found=submission_id)
        (row,) = rows
        is_own = row.sent_by == store.person.user_code and store.person.may(Right.APPROVE, row.unit_code)
        if step is ReviewStep.APPROVED and is_own:
            raise Fault("review.own", receipt_no=row.receipt_no)
        is_by_token = (row.sent_by or "").startswith("token:") and not store.person.may(Right.DECIDE)
        if step is ReviewStep.APPROVED and is_by_token:  # whose program it was, nobody can tell
            raise Fault("review.token", receipt_no=row.receipt_no)
        is_instead = _is_instead(store, step, row.state, row.unit_code)
        if row.state not in _FROM[step]:
            raise Fault("review.state", receipt_no=row.receipt_no, found=row.state, step=step.value)
        if (is_instead or step in (ReviewStep.RETURNED, ReviewStep.REOPENED)) and not is_reason(reason, DECISION):
            raise Fault("review.reason", receipt_no=row.receipt_no, limit=DECISION.min_length)
        cursor.execute(
            """INSERT INTO review_step (submission_id, step, taken_at, user_code, user_name, reason)
            SELECT $id, $step,
                greatest($now, max(taken_at) + INTERVAL 1 MICROSECOND), $code, $name, $reason FROM review_step""",
            {
                "id": submission_id,
                "step": step.value,
                "now": now,
                "code": store.person.user_code,
                "name": store.person.user_name,
                "reason": reason or None,
            },
        )
        about = {"template": row.template_code, "period": row.period, "version": row.version}
        if reason:
            about["reason"] = reason
        if is_instead:
            about["instead_of_reviewer"] = True
        audit.keep(store, cursor, [Act(f"review_{step.value}", row.receipt_no, row.unit_code, about)])


def _is_instead(store: Store, step: ReviewStep, state: str, unit_code: str) -> bool:
    """True where the office approves in the reviewer's stead. Forbidden where the step is not the person's to take."""
    by_unit = store.person.may(Right.APPROVE, unit_code)
    if by_unit and (step is ReviewStep.APPROVED or (step is ReviewStep.RETURNED and state == "submitted")):
        return False
    store.person.must_have(Right.DECIDE)
    return step is ReviewStep.APPROVED


def locked_returns(where: Any, keys: Iterable[tuple[str | None, str | None, date | None]]) -> dict[tuple, Lock]:
    """Those of these (unit, template, period) that are locked now. where: a Store, or the cursor of a transaction."""
    wanted = sorted({key for key in keys if all(key)})
    if not wanted:
        return {}
    ask = where.rows if isinstance(where, Store) else lambda *arguments: named_rows(where.execute(*arguments))
    if not ask("SELECT 1 FROM submission WHERE needs_review LIMIT 1", []):
        return {}
    sql = """SELECT unit_code, template_code, period, version, step_at, step_by FROM review_at($now)
        SEMI JOIN (SELECT unnest($units::VARCHAR[]) AS unit_code, unnest($templates::VARCHAR[]) AS template_code,
            unnest($periods::DATE[]) AS period) USING (unit_code, template_code, period)
        WHERE state IN (SELECT unnest($locking::VARCHAR[])) ORDER BY step_at"""
    units, templates, periods = (list(column) for column in zip(*wanted, strict=True))
    values = {"now": datetime.now(UTC), "units": units, "templates": templates, "periods": periods}
    values["locking"] = list(_LOCKING)
    return {
        (row.unit_code, row.template_code, row.period): Lock(row.version, row.step_at, row.step_by)
        for row in ask(sql, values)
    }
