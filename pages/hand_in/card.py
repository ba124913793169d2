"""One uploaded file on the page: what to mend, what to explain, sending, the receipt, the marked-up workbook."""

import hashlib

import streamlit as st

import text
from data.catalogue.model import Severity
from data.periods import closing_month
from data.reasons import FIGURE, is_reason
from loaders import messages
from loaders.arriving.quota import MAX_BYTES, MAX_FILES, Used
from loaders.intake.ingest import Receipt
from loaders.issues import Issue
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.hand_in.hand_in import HandIn, send
from pages.hand_in.issue_list import show_issue, show_issues
from pages.hand_in.returned import offer_marked_workbook


def show(hand_in: HandIn, reported_by: str) -> None:
    """The file's card, a part for each table that it holds."""
    with st.container(border=True):
        st.markdown(f"**{escaped(hand_in.upload.shown_name)}**")
        for receipt in hand_in.shown:
            if receipt.unit_code and receipt.template:
                st.caption(escaped(_about(receipt)))
            _show_one(hand_in, receipt)
        if hand_in.outcome in ("ready", "explain"):
            _offer_sending(hand_in, reported_by)
        if hand_in.outcome == "returned":
            offer_marked_workbook(hand_in.upload.content, hand_in.upload.file_name, hand_in.shown, hand_in.key)


def _show_one(hand_in: HandIn, receipt: Receipt) -> None:
    if receipt.outcome == "returned":
        _show_returned(receipt)
    elif hand_in.receipts:
        show_receipt(receipt)
    elif receipt.outcome == "duplicate":
        received = text.moment(receipt.received_at, asking.clock())
        st.info(text.t("upload.duplicate", received=received), icon=":material/info:")
    else:
        _show_ready(hand_in, receipt)


def show_over_quota(reported_by: str, used: Used) -> None:
    """Why no more of her files are taken today, and what to do."""
    megabytes = 1024 * 1024
    size, limit = f"{used.size / megabytes:.0f}", f"{MAX_BYTES // megabytes}"
    values = {"name": escaped(reported_by), "files": used.files, "size": size, "max_files": MAX_FILES}
    st.warning(text.t("upload.quota", **values, max_size=limit), icon=":material/front_hand:")


def _about(receipt: Receipt) -> str:
    unit = text.unit_name(asking.catalogue(), receipt.unit_code)
    name = text.pick_words(receipt.template.template_name)
    parts = [unit, f"{receipt.template.template_code} {name}", receipt.period_label or ""]
    return " · ".join(part for part in parts if part)


def _show_returned(receipt: Receipt) -> None:
    errors = [issue for issue in receipt.issues if issue.severity is Severity.ERROR]
    others = [issue for issue in receipt.issues if issue.severity is not Severity.ERROR]
    if any(issue.cell for issue in errors):
        st.warning(text.t("upload.returned", number=len(errors)), icon=":material/edit:")
    elif errors:
        title = messages.title(errors[0], text.language())
        st.warning(f"**{title}** · {text.t('upload.refused')}", icon=":material/edit:")
    show_issues(errors, receipt.template)
    if others:
        with st.expander(text.t("upload.others", number=len(others))):
            show_issues(others, receipt.template)


def _show_ready(hand_in: HandIn, receipt: Receipt) -> None:
    checks = [issue for issue in receipt.issues if issue.severity is Severity.CHECK]
    notes = [issue for issue in receipt.issues if issue.severity is Severity.NOTE]
    if checks:
        st.warning(text.t("upload.explain", number=len(checks)), icon=":material/edit_note:")
        for issue in checks:
            _ask_explanation(hand_in, receipt, issue)
    else:
        st.success(text.t("upload.ready", number=receipt.row_count), icon=":material/check_circle:")
    _warn_of_another_round(receipt)
    for issue in notes:
        if issue.code == "replaces":  # one click would overwrite what was accepted
            values = {"version": issue.details["found"], "received": issue.details["limit"]}
            st.warning(text.t("upload.replaces", **values), icon=":material/published_with_changes:")
    show_issues([issue for issue in notes if issue.code != "replaces"], receipt.template)


def _warn_of_another_round(receipt: Receipt) -> None:
    """Last month's file is as good as this month's, and seldom meant."""
    month = asking.this_round(asking.now())
    closing = closing_month(receipt.period, receipt.template.cycle)
    if month and closing < month:
        values = {"period": receipt.period_label, "month": text.month_name(month)}
        st.warning(text.t("upload.other_round", **values), icon=":material/event_busy:")


def _offer_sending(hand_in: HandIn, reported_by: str) -> None:
    label, is_waiting = text.t("upload.send"), hand_in.outcome == "explain"
    if st.button(label, key=f"send-{hand_in.key}", type="primary", disabled=is_waiting, width="stretch"):
        send(hand_in, reported_by)
        st.rerun()


def _ask_explanation(hand_in: HandIn, receipt: Receipt, issue: Issue) -> None:
    show_issue(issue, receipt.template)
    said = st.text_input(
        text.t("upload.explanation"),
        key=f"explain-{hand_in.key}-{hashlib.sha256(issue.key.encode()).hexdigest()[:12]}",
        placeholder=text.t("upload.explanation.example"),
        label_visibility="collapsed",
    )
    hand_in.explanations[issue.key] = said
    if said and not is_reason(said, FIGURE):
        st.caption(f":orange[{text.t('upload.explanation.poor')}]")


def show_receipt(receipt: Receipt) -> None:
    """What was accepted, when, and whether in time."""
    words = messages.status_words(receipt, text.language())
    key = "upload.duplicate" if receipt.outcome == "duplicate" else f"upload.accepted.{receipt.kind}"
    received = text.moment(receipt.received_at, asking.clock())
    st.success(text.t(key, received=received, status=words, version=receipt.version), icon=":material/check_circle:")
    if receipt.review:
        st.caption(f":material/rate_review: {text.t('review.after_upload')}")
    shown = {"receipt_no": receipt.receipt_no or text.DASH, "deadline": _last_moment(receipt), "status": words}
    for column, (name, value) in zip(st.columns(3), shown.items(), strict=True):
        column.markdown(f":small[:gray[{text.t(f'upload.{name}')}]]  \n**{value}**")
    with st.expander(text.t("upload.receipt_text")):
        st.code(messages.receipt_text(receipt, asking.catalogue(), text.language()), language=None, wrap_lines=True)


def _last_moment(receipt: Receipt) -> str:
    """The deadline as the last day in time; — where nothing was due."""
    if receipt.deadline is None:
        return text.DASH
    return text.last_moment(receipt.deadline, asking.clock())
