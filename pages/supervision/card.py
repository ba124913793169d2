"""One proposal or case: what it says, on what evidence, and the steps that the reader may take now."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

import text
from data.access import Right
from data.supervision import cases as supervision
from data.supervision import record as queries
from data.supervision.evidence import Candidate, CaseKind, Notice, Round
from data.supervision.record import Case
from data.supervision.rules import Rules
from pages.documents import draft
from pages.frame import asking
from pages.frame.acts import attempt
from pages.frame.viewer import may
from pages.supervision import waiver_form
from pages.supervision import words as said
from text import t

AT_ONCE = 5  # pieces of evidence that are shown without asking
STATES = {
    "opened": "orange",
    "approved": "blue",
    "issued": "red",
    "rectified": "blue",
    "closed": "green",
}


def show_candidate(candidate: Candidate) -> None:
    """A proposal; the office may take it up, or waive what it rests on."""
    with st.container(border=True):
        st.markdown(said.heading(candidate))
        st.markdown(said.reasons(candidate.reasons))
        show_evidence(candidate.evidence)
        if not may(Right.DECIDE):
            return
        with st.container(horizontal=True):
            if st.button(t("supervision.act.open"), key=f"open-{candidate.case_id}", type="primary"):
                case_id, now = candidate.case_id, asking.now()
                _attempt(candidate, "open", lambda: supervision.open_case(asking.store(), case_id, now))
            if candidate.kind in (CaseKind.CRITICISM, CaseKind.RECTIFICATION):
                with st.popover(t("supervision.act.waive")):
                    waiver_form.show(candidate.month, candidate.unit_code, key=candidate.case_id)


@dataclass(frozen=True)
class Known:
    """What is known now: each unit's rounds under the rules of the cases, every notice, and the day."""

    rounds: dict[str, dict[str, list[Round]]]
    notices: list[Notice]
    today: date

    def of(self, case: Case) -> dict[str, list[Round]]:
        """unit → its rounds, by the case's own rules."""
        return self.rounds[json.dumps(case.rules)]


def known(cases: Sequence[Case], every: Sequence[Case], as_of: datetime) -> Known:
    """Worked out once for all the cards of a page."""
    rules = {json.dumps(case.rules): Rules.of(case.rules) for case in cases}
    rounds = {key: asking.ask(queries.history, as_of, rules=rules_) for key, rules_ in rules.items()}
    return Known(rounds, [case.notice for case in every], asking.clock().day(as_of))


def show_case(case: Case, now_known: Known) -> None:
    """A case, and what may be done with it next."""
    with st.container(border=True):
        badge = f":{STATES.get(case.state, 'gray')}-badge[{t(f'supervision.state.{case.state}')}]"
        st.markdown(f"{said.heading(case)} {badge}")
        st.markdown(said.reasons(case.reasons))
        show_evidence(case.evidence)
        is_sound = _show_state(case, now_known)
        st.caption("  \n".join(said.step(step) for step in case.steps))
        if case.state == "opened" and may(Right.RULE):
            is_changed = bool(queries.changes(case, now_known.of(case), now_known.notices))
            _decide(case, is_sound, is_changed)
        if may(Right.DECIDE):
            if case.state in ("opened", "approved", "issued"):
                draft.offer_cases([case.case_id], asking.now(), key=case.case_id)
            _show_office_steps(case)


def show_decision(case: Case, now_known: Known) -> None:
    """A case in few lines for whoever decides on it, with her two buttons; the evidence lies behind a click."""
    st.markdown(f"{said.heading(case)}  \n{said.reasons(case.reasons)}")
    is_sound = _show_state(case, now_known)
    is_changed = bool(queries.changes(case, now_known.of(case), now_known.notices))
    _decide(case, is_sound, is_changed, has_evidence=True)


def show_evidence(kept: list[dict]) -> None:
    """A few pieces at once, many behind a click."""
    lines = [f"- {said.evidence(item)}" for item in kept]
    if len(lines) <= AT_ONCE:
        st.markdown("\n".join(lines))
        return
    with st.expander(t("supervision.evidence.more", number=len(lines))):
        st.markdown("\n".join(lines))


def _show_state(case: Case, now_known: Known) -> bool:
    """What has changed since it was opened, and how far a rectification is; False where the rule is no longer met."""
    by_unit, notices = now_known.of(case), now_known.notices
    if case.kind is CaseKind.RECTIFICATION and case.notice.is_in_force:
        show_check(case, by_unit, now_known.today)
        return True
    if case.state not in ("opened", "approved", "issued", "rectified"):
        return True
    if changes := queries.changes(case, by_unit, notices):
        st.warning(said.changes(changes), icon=":material/change_circle:")
    is_sound = queries.still_holds(case, by_unit, notices)
    if not is_sound:
        key = "supervision.no_longer.issued" if case.notice.is_in_force else "supervision.no_longer"
        st.warning(t(key), icon=":material/block:")
    return is_sound


def show_check(case: Case, by_unit: dict[str, list[Round]], today: date) -> None:
    """Until when an issued rectification runs, and what the program finds of what it names."""
    due_date, items = case.step("issued").due_date, queries.closing_check(case, by_unit)
    is_done = all(item.settled_by for item in items)
    is_overdue = not is_done and case.is_past_due(today)
    st.markdown(t("supervision.overdue" if is_overdue else "supervision.due", day=text.day(due_date)))
    if case.state != "closed":
        (st.success if is_done else st.info)(said.check(items), icon=":material/fact_check:")


def _decide(case: Case, is_sound: bool, is_changed: bool, has_evidence: bool = False) -> None:
    """A leader's two buttons; a no asks for its reason first. has_evidence: it is shown beside them."""
    store, now = asking.store(), asking.now()
    reason = _reason(case, "supervision.reason.changed") if is_sound and is_changed else ""
    with st.container(horizontal=True):
        key = f"approve-{case.case_id}"
        if st.button(t("supervision.act.approve"), key=key, type="primary", disabled=not is_sound):
            _attempt(case, "approve", lambda: supervision.decide(store, case.case_id, True, now, reason))
        with st.popover(t("supervision.act.decline")):
            why = st.text_input(t("supervision.reason.decline"), key=f"why-{case.case_id}", max_chars=200)
            if st.button(t("supervision.act.decline"), key=f"decline-{case.case_id}"):
                _attempt(case, "decline", lambda: supervision.decide(store, case.case_id, False, now, why))
        if has_evidence:
            with st.popover(t("supervision.evidence.more", number=len(case.evidence)), type="tertiary"):
                st.markdown("\n".join(f"- {said.evidence(item)}" for item in case.evidence))


def _show_office_steps(case: Case) -> None:
    if case.state == "opened":
        with st.popover(t("supervision.act.record")):
            _record_decision(case)
    if case.state in ("opened", "approved", "issued", "rectified", "closed"):
        reason = _reason(case, "supervision.reason")
        with st.container(horizontal=True):
            _offer_office_steps(case, reason)


def _offer_office_steps(case: Case, reason: str) -> None:
    store, now = asking.store(), asking.now()
    is_rectification = case.kind is CaseKind.RECTIFICATION
    if case.state == "issued" and is_rectification:
        _button(case, "rectified", lambda: supervision.rectified(store, case.case_id, now, reason), "primary")
    if case.state == "rectified" or (case.state == "issued" and not is_rectification):
        _button(case, "close", lambda: supervision.close(store, case.case_id, now, reason), "primary")
    label = "withdraw" if case.notice.is_in_force else "waive"
    _button(case, label, lambda: supervision.drop(store, case.case_id, now, reason))


def _button(case: Case, label: str, act: Callable[[], object], kind: str = "secondary") -> None:
    if st.button(t(f"supervision.act.{label}"), key=f"{label}-{case.case_id}", type=kind):
        _attempt(case, label, act)


def _attempt(case: Candidate | Case, label: str, act: Callable[[], object]) -> None:
    """Take a step, and say which it was and with which case."""
    attempt(act, "supervision.done.named", act=t(f"supervision.act.{label}"), case=said.plain_heading(case))


def _record_decision(case: Case) -> None:
    """What a leader decided on paper."""
    with st.form(f"record-{case.case_id}", border=False):
        by = st.text_input(t("supervision.decided_by"), max_chars=40)
        ways = {"approve": True, "decline": False}
        way = st.radio(
            t("supervision.decision"),
            list(ways),
            format_func=lambda way_code: t(f"supervision.act.{way_code}"),
            horizontal=True,
        )
        reason = st.text_input(t("supervision.recorded_reason"), max_chars=200)
        if st.form_submit_button(t("supervision.act.record.yes")):
            about = (ways[way], asking.now(), reason, by)
            _attempt(case, "record", lambda: supervision.decide(asking.store(), case.case_id, *about))


def show_issue_form(kind: CaseKind, approved: list[Case], today: date) -> None:
    """Approved cases of one kind that went out as one document."""
    by_id = {case.case_id: case for case in approved}
    with st.form(f"issue-{kind}"):
        st.markdown(
            f"**{t('supervision.issue.title', kind=t(f'supervision.kind.{kind}'), number=len(approved))}**",
            help=t("supervision.issue.help"),
        )
        chosen = st.multiselect(
            t("supervision.issue.units"),
            list(by_id),
            default=list(by_id),
            format_func=lambda case_id: (
                f"{text.unit_name(asking.catalogue(), by_id[case_id].unit_code)} {by_id[case_id].month:%Y-%m}"
            ),
            key=f"issue-which-{kind}",
        )
        with st.grid(3, min_column_width=200):
            number = st.text_input(t("supervision.issue.no"), placeholder=t("supervision.issue.no.example"))
            on = st.date_input(t("supervision.issue.on"), today, max_value=today, format="YYYY-MM-DD")
            due = None
            if kind is CaseKind.RECTIFICATION:
                days = Rules.of(approved[0].rules).rectify_days
                due = st.date_input(t("supervision.issue.due", days=days), None, format="YYYY-MM-DD")
        reason = st.text_input(t("supervision.reason"), max_chars=200)
        if st.form_submit_button(t("supervision.act.issue"), type="primary"):
            about = (chosen, number, asking.now(), on, due, reason)
            papers = t("supervision.desk.several", kind=t(f"supervision.kind.{kind}"), number=len(chosen))
            act = t("supervision.act.issue")
            attempt(lambda: supervision.issue(asking.store(), *about), "supervision.done.named", act=act, case=papers)


def _reason(case: Case, label: str) -> str:
    return st.text_input(
        t(label), key=f"reason-{case.case_id}", placeholder=t("supervision.reason.example"), max_chars=200
    )
