"""One uploaded file on the page: what the check found, explanations where they are wanted, sending, the receipt."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import streamlit as st

import text
from data.catalogue import Severity
from loaders import messages
from loaders.explanations import is_real_explanation
from loaders.ingest import Receipt, ingest, preview
from pages.shared import answers
from pages.shared.issue_list import escaped, show_issue, show_issues

COUNTS_FROM_ARRIVAL = timedelta(hours=1)


@dataclass
class HandIn:
    """A file in this session: when it reached us, what the check found, and the receipt once it was sent."""

    file_id: str
    file_name: str
    content: bytes
    arrived_at: datetime
    checked: Receipt
    receipt: Receipt | None = None
    explanations: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells the files of this session apart."""
        return hashlib.sha256(self.file_id.encode()).hexdigest()[:16]

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way of sending it."""
        wanted = [i for i in self.checked.issues if i.severity is Severity.CHECK]
        return (
            self.receipt is None
            and self.checked.outcome == "ready"
            and all(is_real_explanation(self.explanations.get(issue.key)) for issue in wanted)
        )


def of_session(file_id: str, file_name: str, content: bytes, arrived: datetime, reported_by: str) -> HandIn:
    """The HandIn of an uploaded file: checked once, when it arrives, and not again at every click.

    arrived: read before any file of the same upload is checked, so that nobody is late for waiting in that queue.
    """
    known: dict[str, HandIn] = st.session_state.setdefault("hand_ins", {})
    if file_id not in known:
        checked = preview(answers.store(), content, file_name, arrived)
        if checked.outcome == "returned":  # an attempt that everybody can look up, and nothing more
            checked = ingest(answers.store(), content, file_name, arrived, reported_by)
        known[file_id] = HandIn(file_id, file_name, content, arrived, checked)
    return known[file_id]


def forget_all_but(file_ids: set[str]) -> None:
    """Let go of files that were taken out of the uploader."""
    known: dict[str, HandIn] = st.session_state.setdefault("hand_ins", {})
    for file_id in known.keys() - file_ids:
        del known[file_id]


def send(hand_in: HandIn, reported_by: str) -> None:
    """Hand the file in. The moment it arrived counts, not the moment its explanations were finished, for an hour."""
    now = answers.now()
    received = hand_in.arrived_at if now - hand_in.arrived_at <= COUNTS_FROM_ARRIVAL else now
    hand_in.receipt = ingest(
        answers.store(), hand_in.content, hand_in.file_name, received, reported_by, hand_in.explanations
    )


def show(hand_in: HandIn, reported_by: str) -> None:
    """The file's card."""
    receipt = hand_in.receipt or hand_in.checked
    with st.container(border=True):
        st.markdown(f"**{escaped(hand_in.file_name)}**")
        if receipt.unit_code and receipt.template:
            st.caption(escaped(_about(receipt)))
        if hand_in.receipt:
            _show_receipt(hand_in.receipt)
        elif receipt.outcome == "duplicate":
            st.info(
                text.t("upload.duplicate", received=text.moment(receipt.received_at, _zone())), icon=":material/info:"
            )
        elif receipt.outcome == "returned":
            _show_returned(receipt)
        else:
            _show_ready(hand_in, reported_by)


def _zone() -> str:
    return answers.catalogue().bureau.timezone


def _about(receipt: Receipt) -> str:
    unit = text.unit_name(answers.catalogue(), receipt.unit_code)
    name = text.pick_words(receipt.template.template_name)
    parts = [unit, f"{receipt.template.template_code} {name}", receipt.period_label or ""]
    return " · ".join(part for part in parts if part)


def _show_returned(receipt: Receipt) -> None:
    errors = [issue for issue in receipt.issues if issue.severity is Severity.ERROR]
    others = [issue for issue in receipt.issues if issue.severity is not Severity.ERROR]
    has_cells = any(issue.cell for issue in errors)
    key = "upload.returned" if has_cells else "upload.refused"
    st.warning(text.t(key, number=len(errors)), icon=":material/edit:")
    show_issues(errors, receipt.template)
    if others:
        with st.expander(text.t("upload.others", number=len(others))):
            show_issues(others, receipt.template)


def _show_ready(hand_in: HandIn, reported_by: str) -> None:
    receipt = hand_in.checked
    checks = [issue for issue in receipt.issues if issue.severity is Severity.CHECK]
    notes = [issue for issue in receipt.issues if issue.severity is Severity.NOTE]
    if checks:
        st.warning(text.t("upload.explain", number=len(checks)), icon=":material/edit_note:")
        for issue in checks:
            _ask_explanation(hand_in, issue)
    else:
        st.success(text.t("upload.ready", rows=receipt.row_count), icon=":material/check_circle:")
    show_issues(notes, receipt.template)
    label = text.t("upload.send")
    if st.button(label, key=f"send-{hand_in.key}", type="primary", disabled=not hand_in.is_ready, width="stretch"):
        send(hand_in, reported_by)
        st.rerun()


def _ask_explanation(hand_in: HandIn, issue) -> None:
    show_issue(issue, hand_in.checked.template)
    said = st.text_input(
        text.t("upload.explanation"),
        key=f"explain-{hand_in.key}-{hashlib.sha256(issue.key.encode()).hexdigest()[:12]}",
        placeholder=text.t("upload.explanation.example"),
        label_visibility="collapsed",
    )
    hand_in.explanations[issue.key] = said
    if said and not is_real_explanation(said):
        st.caption(f":orange[{text.t('upload.explanation.poor')}]")


def _show_receipt(receipt: Receipt) -> None:
    if receipt.outcome == "returned":  # the store changed between check and sending
        _show_returned(receipt)
        return
    words = messages.status_words(receipt, text.language())
    key = "upload.duplicate" if receipt.outcome == "duplicate" else f"upload.accepted.{receipt.kind}"
    received = text.moment(receipt.received_at, _zone())
    st.success(text.t(key, received=received, status=words, version=receipt.version), icon=":material/check_circle:")
    shown = {"receipt_no": receipt.receipt_no or text.DASH, "deadline": _last_moment(receipt), "status": words}
    for column, (name, value) in zip(st.columns(3), shown.items(), strict=True):
        column.markdown(f":small[:gray[{text.t(f'upload.{name}')}]]  \n**{value}**")
    with st.expander(text.t("upload.receipt_text")):
        st.code(messages.receipt_text(receipt, answers.catalogue(), text.language()), language=None, wrap_lines=True)


def _last_moment(receipt: Receipt) -> str:
    """The deadline as the last day in time; — where nothing was due."""
    if receipt.deadline is None:
        return text.DASH
    last = receipt.deadline.astimezone(answers.zone()) - timedelta(seconds=1)
    return text.day(last.date())
