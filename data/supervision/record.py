"""督查: what the rules propose as of a moment, the cases with their steps, and whether their evidence still stands."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas

from data.access import Forbidden, Person, Right
from data.catalogue.in_force import clock_of, workdays
from data.settings import setting
from data.store import Store
from data.supervision.evidence import Candidate, CaseKind, JudgedDue, Notice, Round, due_evidence, rounds
from data.supervision.rules import Rules, criticism, praise, proposals

_STEPS = "step, taken_at, user_code, user_name, reason, document_no, issued_on, due_date, details"


@dataclass(frozen=True)
class CaseStep:
    """One thing that was done with a case."""

    step: str
    taken_at: datetime
    user_code: str
    user_name: str
    reason: str
    document_no: str
    issued_on: date | None
    due_date: date | None
    details: dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What has become of a piece of evidence since the case was opened: its verdict and days late then and now."""

    template_code: str
    period: str
    was: str
    now: str
    was_days: int = 0
    now_days: int = 0


@dataclass(frozen=True)
class Case:
    """A proposal that was taken up. state: its last step. Evidence and rules are those of the day it was opened."""

    case_id: str
    kind: CaseKind
    unit_code: str
    month: date
    evidence: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    rules: dict[str, Any]
    steps: tuple[CaseStep, ...]

    @property
    def state(self) -> str:
        return self.steps[-1].step

    def step(self, *names: str) -> CaseStep | None:
        """The last of its steps of these names."""
        return next((step for step in reversed(self.steps) if step.step in names), None)

    def waits_for(self, person: Person) -> bool:
        """Whether it is this person's to decide: nobody decides on what she took up herself."""
        return self.state == "opened" and person.may(Right.RULE) and self.steps[0].user_code != person.user_code

    def is_past_due(self, today: date) -> bool:
        """Whether the last day of an issued rectification is over."""
        issued = self.step("issued")
        return issued is not None and issued.due_date is not None and issued.due_date < today

    @property
    def notice(self) -> Notice:
        """The case as the rules know it."""
        issued = self.step("issued")
        return Notice(
            self.case_id,
            self.kind,
            self.unit_code,
            self.month,
            self.state,
            issued.issued_on if issued else None,
            issued.taken_at if issued else None,
            issued.document_no if issued else "",
        )


def rules_at(store: Store, as_of: datetime) -> Rules:
    """The thresholds in force."""
    return Rules.of(setting(store, "supervision", {}, as_of))


def waivers(store: Store, as_of: datetime, unit_code: str | None = None, is_active: bool = False) -> pandas.DataFrame:
    """One row per waived due, the newest first: waiver_id, unit_code, template_code, period, month, ground
    (system_fault, extension_from_above, reorganisation), reason, document_no, made_at, user_name, ended_at, ended_by,
    end_reason (blank while it holds). is_active: only those that hold.
    """
    return store.frame(
        """SELECT w.waiver_id, w.unit_code, template_code, period, "month", ground, w.reason, document_no, made_at,
            w.user_name, ended_at, e.user_name AS ended_by, e.reason AS end_reason
        FROM waiver w LEFT JOIN (FROM waiver_end WHERE ended_at <= $as_of) e USING (waiver_id)
        WHERE made_at <= $as_of AND ($unit_code::VARCHAR IS NULL OR w.unit_code = $unit_code)
            AND (ended_at IS NULL OR NOT $is_active) ORDER BY made_at DESC, w.unit_code, template_code, period""",
        {"as_of": as_of, "unit_code": unit_code, "is_active": is_active},
    )


def history(store: Store, as_of: datetime, rules: Rules, unit_code: str | None = None) -> dict[str, list[Round]]:
    """unit → its rounds, the earliest first, each due with how it counts."""
    clock, days = clock_of(store), workdays(store)
    excused = {
        (row.unit_code, row.template_code, row.period.date()): row.ground
        for row in waivers(store, as_of, unit_code, is_active=True).itertuples()
    }
    rows = store.rows(
        """SELECT unit_code, template_code, period, "month", deadline, due_date, status, days_late, first_received_at
        FROM timeliness_at($as_of) WHERE $unit_code::VARCHAR IS NULL OR unit_code = $unit_code
        ORDER BY unit_code, "month", template_code, period""",
        {"as_of": as_of, "unit_code": unit_code},
    )
    ends: dict[date, datetime] = {}
    dues = []
    for row in rows:
        if row.due_date not in ends:
            ends[row.due_date] = clock.end(days.nth_after(row.due_date, rules.grace_days))
        end = max(row.deadline, ends[row.due_date])
        key = (row.unit_code, row.template_code, row.period)
        judged = (row.month, row.deadline, row.status, row.days_late, row.first_received_at)
        dues.append(JudgedDue(*key, *judged, end, as_of >= end, excused.get(key, "")))
    return rounds(dues, as_of, clock)


def cases(store: Store, as_of: datetime, unit_code: str | None = None, case_id: str | None = None) -> list[Case]:
    """Every case that the reader may see, the newest month first; steps after as_of are not known."""
    case_rows = store.rows(
        f"""SELECT case_id, kind, unit_code, "month", evidence, "rule", {_STEPS}
        FROM supervision_case JOIN supervision_step USING (case_id)
        WHERE taken_at <= $as_of AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)
            AND ($case_id::VARCHAR IS NULL OR case_id = $case_id)
        ORDER BY "month" DESC, unit_code, kind, case_id, step_no""",
        {"as_of": as_of, "unit_code": unit_code, "case_id": case_id},
    )
    grouped: dict[str, list[Any]] = {}
    for row in case_rows:
        grouped.setdefault(row.case_id, []).append(row)
    return [_case(rows) for rows in grouped.values()]


def _case(rows: list[Any]) -> Case:
    """rows: one a step, each with the columns of its case."""
    case = rows[0]
    kept, evidence = json.loads(case.rule), json.loads(case.evidence)
    about = (case.case_id, CaseKind(case.kind), case.unit_code, case.month)
    return Case(*about, evidence, kept["reasons"], kept["rules"], tuple(map(_step, rows)))


def _step(row: Any) -> CaseStep:
    who, days = (row.user_code, row.user_name), (row.issued_on, row.due_date)
    details = json.loads(row.details or "{}")
    return CaseStep(row.step, row.taken_at, *who, row.reason or "", row.document_no or "", *days, details)


def candidates(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> list[Candidate]:
    """候选: what the rules propose and nobody has taken up, by month, unit and kind. Forbidden to units: a proposal is
    no finding.
    """
    if not (store.person.may(Right.DECIDE) or store.person.may(Right.RULE)):
        raise Forbidden(store.person, Right.RULE)
    rules = rules_at(store, as_of)
    notices = [case.notice for case in cases(store, as_of, unit_code)]
    proposed = proposals(history(store, as_of, rules, unit_code), notices, rules, clock_of(store).day(as_of))
    return [candidate for candidate in proposed if month is None or candidate.month == month]


def changes(case: Case, by_unit: dict[str, list[Round]], notices: list[Notice]) -> list[Change]:
    """What of a case's evidence is no longer as it was: waived, exempted, another deadline, a notice withdrawn. That
    something missing has come in is no change: it was missing when it was said to be.
    """
    dues = {_key(due): due for unit_round in by_unit.get(case.unit_code, ()) for due in unit_round.dues}
    in_force = {notice.case_id for notice in notices if notice.is_in_force}
    differences = []
    for kept in case.evidence:
        if "verdict" not in kept:
            if kept["case_id"] not in in_force:
                differences.append(Change("", kept["document_no"], "issued", "withdrawn"))
            continue
        due = dues.get((kept["template_code"], kept["period"]))
        now = due_evidence(due) if due else {"verdict": "gone", "days_late": 0, "deadline": ""}
        is_late = kept["verdict"] == now["verdict"] == "late"
        if now["verdict"] != kept["verdict"] or (is_late and now["days_late"] != kept["days_late"]):
            told = (kept["verdict"], now["verdict"], kept["days_late"], now["days_late"])
            differences.append(Change(kept["template_code"], kept["period"], *told))
    return differences


def still_holds(case: Case, by_unit: dict[str, list[Round]], notices: list[Notice]) -> bool:
    """Whether the rules that opened a case would still propose it on what is known now."""
    rules, unit_rounds = Rules.of(case.rules), by_unit.get(case.unit_code, [])
    match case.kind:
        case CaseKind.PRAISE:
            return praise(unit_rounds, case.month, rules) is not None
        case CaseKind.CRITICISM:
            return criticism(unit_rounds, case.month, rules) is not None
        case CaseKind.RECTIFICATION:
            missing = {_key(due) for unit_round in unit_rounds for due in unit_round.counted if due.received_at is None}
            return any((kept["template_code"], kept["period"]) in missing for kept in case.evidence)
    in_force = {notice.case_id for notice in notices if notice.is_in_force}
    return sum(kept["case_id"] in in_force for kept in case.evidence) >= rules.talk_criticisms


def _key(due: JudgedDue) -> tuple[str, str]:
    """How evidence names a due of its unit."""
    return due.template_code, due.period.isoformat()


@dataclass(frozen=True)
class ClosingItem:
    """What a rectification demands, and what the program finds of it: received_at, or why it needs nothing any more."""

    template_code: str
    period: str
    received_at: datetime | None
    settled_by: str = ""  # received, waived, exempt or gone; empty while it is open


def closing_check(case: Case, by_unit: dict[str, list[Round]]) -> list[ClosingItem]:
    """Each due that a rectification names, and whether it was received by now."""
    dues = {_key(due): due for unit_round in by_unit.get(case.unit_code, ()) for due in unit_round.dues}
    items = []
    for kept in case.evidence:
        due = dues.get((kept["template_code"], kept["period"]))
        item = ClosingItem(kept["template_code"], kept["period"], due.received_at if due else None)
        if due is None:
            item = replace(item, settled_by="gone")
        elif due.received_at is not None:
            item = replace(item, settled_by="received")
        elif not due.counts:
            item = replace(item, settled_by=due.verdict.value)
        items.append(item)
    return items
