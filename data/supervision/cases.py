"""督查: 候选 → 信息办核实 → 分管领导审定 → 发文(文号) → 整改 → 销号. A case's steps and who may take them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from data import audit
from data.access import Forbidden, Right
from data.audit import Act
from data.catalogue.in_force import clock_of, workdays
from data.fault import Fault
from data.reasons import tidy
from data.settings import set_setting, setting
from data.store import Store, insert
from data.supervision import record as queries
from data.supervision.checks import (
    ALWAYS,
    check_closing,
    check_evidence,
    check_number,
    must_say,
    normal_number,
)
from data.supervision.evidence import Candidate, CaseKind
from data.supervision.record import Case
from data.supervision.rules import Rules


class CaseState(StrEnum):
    """Where a case stands: the step that was taken last."""

    OPENED = "opened"
    APPROVED = "approved"
    DECLINED = "declined"
    ISSUED = "issued"
    RECTIFIED = "rectified"
    CLOSED = "closed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


_FROM = {
    CaseState.APPROVED: (CaseState.OPENED,),
    CaseState.DECLINED: (CaseState.OPENED,),
    CaseState.ISSUED: (CaseState.APPROVED,),
    CaseState.RECTIFIED: (CaseState.ISSUED,),
    CaseState.CLOSED: (CaseState.ISSUED, CaseState.RECTIFIED),
    CaseState.WAIVED: (CaseState.OPENED, CaseState.APPROVED),
    CaseState.WITHDRAWN: (CaseState.ISSUED, CaseState.RECTIFIED, CaseState.CLOSED),
}
_REASONED = (CaseState.DECLINED, CaseState.WAIVED, CaseState.WITHDRAWN)


@dataclass(frozen=True)
class _Taken:
    """A step as somebody takes it; the document's number and days of one that goes out."""

    state: CaseState
    at: datetime
    reason: str
    document_no: str | None = None
    issued_on: date | None = None
    due_date: date | None = None


def set_rules(store: Store, values: dict[str, Any], now: datetime) -> Rules:
    """Change thresholds from now on; cases that are open keep theirs. Fault, Forbidden."""
    wanted = setting(store, "supervision", {}) | values
    rules = Rules.of(wanted)
    set_setting(store, "supervision", wanted, now)
    return rules


def open_case(store: Store, case_id: str, now: datetime, note: str = "") -> Case:
    """信息办核实: the office has checked a proposal and takes it up; its evidence is frozen as it stands."""
    return open_cases(store, [case_id], now, note)[0]


def open_cases(store: Store, case_ids: Sequence[str], now: datetime, note: str = "") -> list[Case]:
    """Several proposals taken up at once, all or none of them. Fault, Forbidden."""
    store.person.must_have(Right.DECIDE)
    with store.write() as cursor:
        for case_id in case_ids:
            if cases := queries.cases(store, ALWAYS, case_id=case_id):
                raise Fault("supervision.opened", found=cases[0].state)
        proposed = {candidate.case_id: candidate for candidate in queries.candidates(store, now)}
        if not case_ids or not proposed.keys() >= set(case_ids):
            raise Fault("supervision.unknown")
        rules = asdict(queries.rules_at(store, now))
        for case_id in dict.fromkeys(case_ids):
            _open(store, cursor, proposed[case_id], rules, _Taken(CaseState.OPENED, now, tidy(note)))
    return [_read(store, case_id) for case_id in case_ids]


def _open(store: Store, cursor: Any, candidate: Candidate, rules: dict[str, Any], taken: _Taken) -> None:
    kept = {"reasons": [asdict(reason) for reason in candidate.reasons], "rules": rules}
    row = {
        "case_id": candidate.case_id,
        "kind": candidate.kind.value,
        "unit_code": candidate.unit_code,
        "month": candidate.month,
        "evidence": _json(candidate.evidence),
        "rule": _json(kept),
        "opened_at": taken.at,
        "opened_by": store.person.user_code,
    }
    insert(cursor, "supervision_case", row)
    evidence = {"kind": candidate.kind.value, "evidence": len(candidate.evidence)}
    _take(store, cursor, candidate, taken, evidence)


def decide(
    store: Store,
    case_id: str,
    is_approved: bool,
    now: datetime,
    reason: str = "",
    decided_by: str = "",
) -> Case:
    """分管领导审定. A leader decides herself; or the office records what a leader (decided_by) decided on paper, with
    where that is written as the reason. Whoever opened the case does not decide it.
    """
    state = CaseState.APPROVED if is_approved else CaseState.DECLINED
    reason, decided_by = tidy(reason), tidy(decided_by)
    is_recorded = not store.person.may(Right.RULE)
    if is_recorded and not store.person.may(Right.DECIDE):
        raise Forbidden(store.person, Right.RULE)
    with store.write() as cursor:
        case = _in_state(store, case_id, state)
        if is_recorded and len(decided_by) < 2:
            raise Fault("supervision.decided_by")
        if not is_recorded and case.steps[0].user_code == store.person.user_code:
            raise Fault("supervision.own")
        if is_recorded:
            must_say(reason)
        details: dict[str, Any] = {"decided_by": decided_by, "is_recorded": True} if is_recorded else {}
        if is_approved:
            details |= check_evidence(store, case, now, reason)
        elif not is_recorded:
            must_say(reason)
        _take(store, cursor, case, _Taken(state, now, reason), details)
    return _read(store, case_id)


def issue(
    store: Store,
    case_ids: list[str],
    document_no: str,
    now: datetime,
    issued_on: date | None = None,
    due_date: date | None = None,
    reason: str = "",
) -> list[Case]:
    """发文: approved cases go out under one document's number, all or none of them. One document is of one kind and one
    day (None: today), and names a unit once. due_date: of a rectification; None: rectify_days working days on.
    """
    store.person.must_have(Right.DECIDE)
    number, reason = normal_number(document_no), tidy(reason)
    with store.write() as cursor:
        today = _day(store, now)
        issued_on = issued_on or today
        approved = [_in_state(store, case_id, CaseState.ISSUED) for case_id in dict.fromkeys(case_ids)]
        if not approved:
            raise Fault("supervision.unknown")
        for case in approved:
            if not max(case.month, today - timedelta(days=366)) <= issued_on <= today:
                raise Fault("supervision.issued_on", found=issued_on.isoformat())
        check_number(store, approved, number, issued_on)
        for case in approved:
            due = None
            if case.kind is CaseKind.RECTIFICATION:
                rectify_days = Rules.of(case.rules).rectify_days
                due = due_date or workdays(store).nth_after(issued_on, rectify_days)
                if due < issued_on:
                    raise Fault("supervision.due_date", found=due.isoformat())
            details = check_evidence(store, case, now, reason)
            _take(store, cursor, case, _Taken(CaseState.ISSUED, now, reason, number, issued_on, due), details)
    return [_read(store, case.case_id) for case in approved]


def rectified(store: Store, case_id: str, now: datetime, reason: str = "") -> Case:
    """整改: everything that the notice names has come in; the reason notes the unit's own report, if there was one."""
    store.person.must_have(Right.DECIDE)
    with store.write() as cursor:
        case = _in_state(store, case_id, CaseState.RECTIFIED)
        if case.kind is not CaseKind.RECTIFICATION:
            raise Fault("supervision.kind", found=case.kind.value)
        _take(store, cursor, case, _Taken(CaseState.RECTIFIED, now, tidy(reason)), check_closing(store, case, now))
    return _read(store, case_id)


def close(store: Store, case_id: str, now: datetime, reason: str = "") -> Case:
    """销号. A rectification is rectified first, and checked once more; of a talk the reason notes what came of it."""
    store.person.must_have(Right.DECIDE)
    with store.write() as cursor:
        case = _in_state(store, case_id, CaseState.CLOSED)
        details: dict[str, Any] = {}
        if case.kind is CaseKind.RECTIFICATION:
            if case.state != CaseState.RECTIFIED:
                raise Fault("supervision.state", found=case.state, step=CaseState.CLOSED.value)
            details = check_closing(store, case, now)
        if case.kind is CaseKind.TALK:
            must_say(tidy(reason))
        _take(store, cursor, case, _Taken(CaseState.CLOSED, now, tidy(reason)), details)
    return _read(store, case_id)


def drop(store: Store, case_id: str, now: datetime, reason: str) -> Case:
    """免责 of the whole case, until it is issued; after that it is withdrawn (撤销), and no longer counts."""
    store.person.must_have(Right.DECIDE)
    with store.write() as cursor:
        there = queries.cases(store, ALWAYS, case_id=case_id)
        is_issued = bool(there) and there[0].notice.is_in_force
        state = CaseState.WITHDRAWN if is_issued else CaseState.WAIVED
        case = _in_state(store, case_id, state)
        _take(store, cursor, case, _Taken(state, now, tidy(reason)), {})
    return _read(store, case_id)


def _in_state(store: Store, case_id: str, state: CaseState) -> Case:
    """The case, if the step can be taken from where it stands."""
    there = queries.cases(store, ALWAYS, case_id=case_id)
    if not there:
        raise Fault("supervision.unknown")
    if there[0].state not in _FROM[state]:
        raise Fault("supervision.state", found=there[0].state, step=state.value)
    return there[0]


def _take(store: Store, cursor: Any, case: Any, taken: _Taken, details: dict[str, Any]) -> None:
    state, reason = taken.state, taken.reason
    if state in _REASONED:
        must_say(reason)
    sql = "SELECT count(*), max(taken_at) FROM supervision_step WHERE case_id = ?"
    number, last = cursor.execute(sql, [case.case_id]).fetchone()
    at = max(taken.at, last) if last else taken.at  # clocks are set back now and then; the order of steps is not
    row = {"case_id": case.case_id, "step_no": number + 1, "step": state.value, "taken_at": at}
    row |= {"user_code": store.person.user_code, "user_name": store.person.user_name, "reason": reason or None}
    papers = {"document_no": taken.document_no, "issued_on": taken.issued_on, "due_date": taken.due_date}
    insert(cursor, "supervision_step", row | papers | {"details": _json(details)})
    about = {"notice": case.kind.value, "month": f"{case.month:%Y-%m}"}
    about |= {name: str(value) for name, value in ({"reason": reason} | papers).items() if value}
    about |= {name: details[name] for name in ("decided_by", "is_recorded", "evidence") if name in details}
    about |= {name: len(details[name]) for name in ("changed", "check") if name in details}
    audit.keep(store, cursor, [Act(f"supervision_{state.value}", case.case_id[:8], case.unit_code, about)])


def _read(store: Store, case_id: str) -> Case:
    return queries.cases(store, ALWAYS, case_id=case_id)[0]


def _day(store: Store, now: datetime) -> date:
    return clock_of(store).day(now)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
