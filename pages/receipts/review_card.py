"""One submission under review: what it is, what is remarkable in it, and the steps that the reader may take."""

from datetime import datetime
from typing import Any

import streamlit as st

import text
from data.access import Right, Role
from data.audit import Act
from data.submissions.received import issues, original
from data.submissions.review import Step, take
from data.submissions.reviewed import review_states
from data.submissions.versions import changes, tally, versions
from loaders.intake.kept import kept_issues
from pages.frame import acts, asking
from pages.frame.escaping import escaped
from pages.frame.viewer import handing_out, may, viewer
from pages.hand_in.issue_list import show_issues
from pages.hand_in.statement import show_statement
from pages.receipts.comparison import tally_words
from text import t

COLOURS = {"submitted": "orange", "approved": "blue", "accepted": "green", "returned": "red"}
_LABELS = {Step.ACCEPTED: "review.accept", Step.RETURNED: "review.return", Step.REOPENED: "review.reopen"}


def state_badge(state: str) -> str:
    """Where it stands, as a badge."""
    return f":{COLOURS.get(state, 'gray')}-badge[{t(f'review.state.{state}')}]"


def show_state(submission_id: str, as_of: datetime) -> None:
    """Where a submission stands in its review; nothing where it needs none. A return says why."""
    found = asking.ask(review_states, as_of)
    for own in found[found["submission_id"] == submission_id].itertuples():
        last = _last_step(own)
        st.markdown(" ".join(filter(None, (state_badge(own.state), f":small[:gray[{escaped(last)}]]" if last else ""))))
        if own.state == "returned":
            at = text.moment(own.step_at, asking.clock())
            said = t("review.returned", reason=escaped(own.reason), by=escaped(own.step_by), at=at)
            st.warning(said, icon=":material/assignment_return:")


def is_hidden(submission_id: str, as_of: datetime) -> bool:
    """True for a leader where it has not been accepted yet: she sees that it is there, not what is in it."""
    found = asking.ask(review_states, as_of)
    states = found.loc[found["submission_id"] == submission_id, "state"].tolist()
    return viewer().role is Role.LEADER and bool(states) and states[0] not in ("accepted", "reopened")


def steps_for(one: Any) -> list[Step]:
    """The steps that the reader may take now."""
    by_unit, by_office = may(Right.APPROVE, one.unit_code), may(Right.DECIDE)
    allowed = {
        "submitted": [Step.APPROVED, Step.RETURNED] if by_unit or by_office else [],
        "approved": [Step.ACCEPTED, Step.RETURNED, Step.REOPENED] if by_office else [],
        "accepted": [Step.REOPENED] if by_office else [],
    }
    steps = allowed.get(one.state, [])
    is_own = by_unit and one.sent_by == viewer().user_code
    return [step for step in steps if not (is_own and step is Step.APPROVED)]


def show(one: Any, as_of: datetime) -> None:
    """The card. one: a row of data.submissions.reviewed.reviews."""
    catalogue = asking.catalogue()
    with st.container(border=True):
        names = (text.unit_name(catalogue, one.unit_code), text.template_name(catalogue, one.template_code))
        period = text.period_label(catalogue, one.template_code, one.period)
        version = t("versions.version", version=one.version)
        st.markdown(f"**{escaped(' · '.join((*names, period)))}** {version} {state_badge(one.state)}")
        received = text.moment(one.received_at, asking.clock())
        by = one.reported_by or text.DASH
        line = t("review.line", received=received, by=by, rows=one.row_count, receipt=one.receipt_no)
        st.caption(escaped(" · ".join(filter(None, (line, _last_step(one))))))
        show_statement(one.submission_id, as_of)
        _show_difference(one, as_of)
        _show_issues(one, as_of)
        st.download_button(
            t("receipts.original"),
            data=handing_out(
                Act("original_downloaded", one.receipt_no, one.unit_code), lambda store: original(store, one.sha256)
            ),
            file_name=one.file_name,
            icon=":material/download:",
            key=f"original-{one.submission_id}",
            on_click="ignore",
        )
        _ask_step(one)


def _last_step(one: Any) -> str:
    if text.is_blank(one.step_by):
        return ""
    said = t("review.step", by=one.step_by, at=text.moment(one.step_at, asking.clock()))
    return said if text.is_blank(one.reason) else f"{said} · {t('review.reason_was', reason=one.reason)}"


def _show_difference(one: Any, as_of: datetime) -> None:
    """Against the version that counts now."""
    report = {"unit_code": one.unit_code, "template_code": one.template_code, "period": one.period.date()}
    known = asking.ask(versions, as_of, **report)
    current = known[known["is_current"]]
    if one.state not in ("submitted", "approved"):
        return
    if current.empty:
        st.markdown(t("review.first"))
        return
    found = changes(asking.store(), current.iloc[0]["submission_id"], one.submission_id)
    words = tally_words(tally(found))
    st.markdown(t("review.changes", version=current.iloc[0]["version"], changes=words))


def _show_issues(one: Any, as_of: datetime) -> None:
    listed = kept_issues(asking.ask(issues, as_of, submission_id=one.submission_id))
    if listed:
        templates = {template.template_code: template for template in asking.catalogue().templates}
        with st.expander(t("review.issues", number=len(listed))):
            show_issues(listed, templates.get(one.template_code))


def _ask_step(one: Any) -> None:
    """The reason and a button for each step that may be taken."""
    steps = steps_for(one)
    if one.state == "submitted" and may(Right.APPROVE, one.unit_code) and Step.APPROVED not in steps:
        st.caption(t("review.own"))
    if not steps:
        return
    reason = st.text_input(
        t("review.reason"), key=f"reason-{one.submission_id}", placeholder=t("review.reason.example"), max_chars=200
    )
    with st.container(horizontal=True):
        for step in steps:
            instead = step is Step.APPROVED and not may(Right.APPROVE, one.unit_code)
            label = _LABELS.get(step, "review.approve.instead" if instead else "review.approve")
            kind = "primary" if step in (Step.ACCEPTED, Step.APPROVED) and not instead else "secondary"
            if st.button(t(label), key=f"{step.value}-{one.submission_id}", type=kind):
                _take(one, step, reason)


def _take(one: Any, step: Step, reason: str) -> None:
    acts.attempt(lambda: take(asking.store(), one.submission_id, step, reason), "review.done.toast")
