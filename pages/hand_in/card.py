"""One file that is not sent yet: what to mend, what to explain, sending, throwing away, the marked-up workbook."""

import hashlib

import streamlit as st

import text
from data.catalogue.model import Severity
from data.periods import closing_month
from loaders import messages
from loaders.arriving.quota import MAX_BYTES, MAX_FILES, Used
from loaders.intake.ingest import Receipt
from loaders.issues import Issue
from pages.frame import asking
from pages.frame.escaping import escaped
from pages.hand_in.hand_in import HandIn, explain, send, throw_away
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
        if hand_in.is_waiting:
            _offer_sending(hand_in, reported_by)
            _offer_throwing_away(hand_in, "waiting.throw")
        else:
            if hand_in.outcome == "returned":
                offer_marked_workbook(hand_in.upload.content, hand_in.upload.file_name, hand_in.shown, hand_in.key)
            _offer_throwing_away(hand_in, "waiting.put_away")


def _show_one(hand_in: HandIn, receipt: Receipt) -> None:
    if receipt.outcome in ("returned", "checked"):
        _show_returned(receipt)
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
    """The button is always live: whoever still has the cursor in a field must not click for nothing. What is missing is
    said beneath it, so that it does not move under the finger.
    """
    if st.button(text.t("upload.send"), key=f"send-{hand_in.key}", type="primary", width="stretch"):
        hand_in.is_asked_to_send = True
        if not hand_in.unexplained:
            send(hand_in, reported_by)
            st.rerun()
    if hand_in.is_asked_to_send and hand_in.unexplained:
        st.warning(_missing(hand_in.unexplained), icon=":material/edit_note:")
    st.caption(text.t("waiting.kept" if hand_in.is_kept else "waiting.not_kept"))


def _missing(unexplained: list[Issue]) -> str:
    """还没有报送：还有 2 处没有写明原因（E5、F7）…"""
    cells = text.t("list.comma").join(
        dict.fromkeys(issue.cell or text.t("upload.missing.whole") for issue in unexplained)
    )
    return text.t("upload.missing", number=len(unexplained), cells=escaped(cells))


def _offer_throwing_away(hand_in: HandIn, key: str) -> None:
    if st.button(text.t(key), key=f"throw-{hand_in.key}", type="tertiary", icon=":material/delete:"):
        throw_away(hand_in)
        st.rerun()


def _ask_explanation(hand_in: HandIn, receipt: Receipt, issue: Issue) -> None:
    show_issue(issue, receipt.template)
    said = st.text_input(
        text.t("upload.explanation"),
        key=f"explain-{hand_in.key}-{hashlib.sha256(issue.key.encode()).hexdigest()[:12]}",
        value=hand_in.explanations.get(issue.key, ""),
        placeholder=text.t("upload.explanation.example"),
        label_visibility="collapsed",
    )
    explain(hand_in, issue, said)
