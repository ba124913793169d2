"""One submission under review: what it is, what is remarkable in it, and the steps that the reader may take."""

from datetime import datetime
from typing import Any

import streamlit as st

import text
from data.access import Right, Role
from data.submissions.received import issues
from data.submissions.review import ReviewStep, take
from data.submissions.reviewed import review_states
from data.submissions.versions import changes, tally, versions
from loaders.intake.kept import kept_issues
from pages.frame import acts, asking, ways
from pages.frame.escaping import escaped
from pages.frame.viewer import may, viewer
from pages.frame.words import numbers_of
from pages.hand_in.issue_list import show_issues
from pages.hand_in.statement import show_statement
from pages.receipts.comparison import tally_words
from pages.receipts.original import offer_original
from text import t

COLOURS = {"submitted": "orange", "approved": "blue", "accepted": "green", "returned": "red"}
_LABELS = {
    ReviewStep.ACCEPTED: "review.accept",
    ReviewStep.RETURNED: "review.return",
    ReviewStep.REOPENED: "review.reopen",
}


def state_badge(state: str) -> str:
    """Where it stands, as a badge."""
    return f":{COLOURS.get(state, 'gray')}-badge[{t(f'review.state.{state}')}]"


def show_state(submission_id: str, as_of: datetime) -> None:
    """Where a submission stands in its review; nothing where it needs none. A return says why."""
    states = asking.ask(review_states, as_of)
    for review in states[states["submission_id"] == submission_id].itertuples():
        last = _last_step(review)
        st.markdown(
            " ".join(filter(None, (state_badge(review.state), f":small[:gray[{escaped(last)}]]" if last else "")))
        )
        if review.state == "returned":
            at = text.moment(review.step_at, asking.clock())
            said = t("review.returned", reason=escaped(review.reason), by=escaped(review.step_by), at=at)
            st.warning(said, icon=":material/assignment_return:")


def is_hidden(submission_id: str, as_of: datetime) -> bool:
    """True for a leader where it has not been accepted yet: she sees that it is there, not what is in it."""
    reviews = asking.ask(review_states, as_of)
    states = reviews.loc[reviews["submission_id"] == submission_id, "state"].tolist()
    return viewer().role is Role.LEADER and bool(states) and states[0] not in ("accepted", "reopened")


def steps_for(review: Any) -> list[ReviewStep]:
    """The steps that the reader may take now."""
    by_unit, by_office = may(Right.APPROVE, review.unit_code), may(Right.DECIDE)
    allowed = {
        "submitted": [ReviewStep.APPROVED, ReviewStep.RETURNED] if by_unit or by_office else [],
        "approved": [ReviewStep.ACCEPTED, ReviewStep.RETURNED, ReviewStep.REOPENED] if by_office else [],
        "accepted": [ReviewStep.REOPENED] if by_office else [],
    }
    steps = allowed.get(review.state, [])
    is_own = by_unit and review.sent_by == viewer().user_code
    return [step for step in steps if not (is_own and step is ReviewStep.APPROVED)]


def show(review: Any, as_of: datetime) -> None:
    """The card. review: a row of data.submissions.reviewed.reviews."""
    catalogue = asking.catalogue()
    with st.container(border=True):
        names = (text.unit_name(catalogue, review.unit_code), text.template_name(catalogue, review.template_code))
        period = text.period_label(catalogue, review.template_code, review.period)
        version = t("versions.version", version=review.version)
        st.markdown(f"**{escaped(' · '.join((*names, period)))}** {version} {state_badge(review.state)}")
        received = text.moment(review.received_at, asking.clock())
        by = review.reported_by or text.DASH
        line = t("review.line", received=received, by=by, rows=review.row_count, receipt=review.receipt_no)
        st.caption(escaped(" · ".join(filter(None, (line, _last_step(review))))))
        show_statement(review.submission_id, as_of)
        _show_difference(review, as_of)
        _show_issues(review, as_of)
        with st.container(horizontal=True):
            offer_original(review, f"original-{review.submission_id}")
            ways.to_form(review.submission_id).link(t("way.to_form"))
        _ask_step(review)


def _last_step(review: Any) -> str:
    if text.is_blank(review.step_by):
        return ""
    said = t("review.step", by=review.step_by, at=text.moment(review.step_at, asking.clock()))
    return said if text.is_blank(review.reason) else f"{said} · {t('review.reason_was', reason=review.reason)}"


def _show_difference(review: Any, as_of: datetime) -> None:
    """Against the version that counts now."""
    report = {"unit_code": review.unit_code, "template_code": review.template_code, "period": review.period.date()}
    submissions = asking.ask(versions, as_of, **report)
    current = submissions[submissions["is_current"]]
    if review.state not in ("submitted", "approved"):
        return
    if current.empty:
        st.markdown(t("review.first"))
        return
    cell_changes = changes(asking.store(), current.iloc[0]["submission_id"], review.submission_id)
    words = tally_words(tally(cell_changes))
    st.markdown(t("review.changes", version=current.iloc[0]["version"], changes=words))


def _show_issues(review: Any, as_of: datetime) -> None:
    listed = kept_issues(asking.ask(issues, as_of, submission_id=review.submission_id))
    if listed:
        templates = {template.template_code: template for template in asking.catalogue().templates}
        with st.expander(t("review.issues", said=numbers_of(issue.severity for issue in listed))):
            show_issues(listed, templates.get(review.template_code))


def _ask_step(review: Any) -> None:
    """The reason and a button for each step that may be taken."""
    steps = steps_for(review)
    if review.state == "submitted" and may(Right.APPROVE, review.unit_code) and ReviewStep.APPROVED not in steps:
        st.caption(t("review.own"))
    if not steps:
        return
    reason = st.text_input(
        t("review.reason"), key=f"reason-{review.submission_id}", placeholder=t("review.reason.example"), max_chars=200
    )
    with st.container(horizontal=True):
        for step in steps:
            instead = step is ReviewStep.APPROVED and not may(Right.APPROVE, review.unit_code)
            label = _LABELS.get(step, "review.approve.instead" if instead else "review.approve")
            kind = "primary" if step in (ReviewStep.ACCEPTED, ReviewStep.APPROVED) and not instead else "secondary"
            if st.button(t(label), key=f"{step.value}-{review.submission_id}", type=kind):
                _take(review, step, reason)


def _take(review: Any, step: ReviewStep, reason: str) -> None:
    acts.attempt(lambda: take(asking.store(), review.submission_id, step, reason), "review.done.toast")
