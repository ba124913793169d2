"""The uploaded files of a session: checked once when they arrive, explained, sent, and what became of them."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

import streamlit as st

from data.access import Role
from data.catalogue.model import Severity
from data.reasons import FIGURE, is_reason
from loaders.arriving.quota import Used, used_by
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, preview, take_in
from loaders.intake.opening import Upload, split
from loaders.issues import Issue
from pages.frame import asking
from pages.frame.viewer import viewer
from text import language, t

COUNTS_FROM_ARRIVAL = timedelta(hours=1)


@dataclass
class HandIn:
    """A file in this session: when it reached us, what the check found in it, and the receipts once it was sent."""

    key: str
    upload: Upload
    checked: list[Receipt]
    receipts: list[Receipt] = field(default_factory=list)
    explanations: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> list[Receipt]:
        """What is known of the file by now: one receipt a table in it."""
        return self.receipts or self.checked

    @property
    def keys(self) -> set[tuple]:
        """The units, templates and periods that it is about."""
        return {
            (receipt.unit_code, receipt.template and receipt.template.template_code, receipt.period)
            for receipt in self.shown
        }

    @property
    def checks(self) -> list[Issue]:
        """What wants an explanation before the file can be sent."""
        return [issue for receipt in self.checked for issue in receipt.issues if issue.severity is Severity.CHECK]

    @property
    def outcome(self) -> str:
        """accepted, returned or duplicate; before it is sent ready or explain, where words are still wanted."""
        outcomes = {receipt.outcome for receipt in self.shown}
        for outcome in ("returned", "ready", "accepted"):
            if outcome in outcomes:
                return "explain" if outcome == "ready" and not self._is_explained() else outcome
        return "duplicate"

    def _is_explained(self) -> bool:
        return all(is_reason(self.explanations.get(issue.key), FIGURE) for issue in self.checks)


def of_session(file_id: str, upload: Upload) -> list[HandIn]:
    """What an uploaded file holds (an archive: several files), checked once and not again at every click.

    upload.received_at: read before any file of the same upload is checked, so that nobody is late for waiting in that
    queue.
    """
    hand_ins: dict[str, list[HandIn]] = st.session_state.setdefault("hand_ins", {})
    wanted = f"{file_id}|{upload.meant.unit_code}"
    if wanted not in hand_ins:
        hand_ins[wanted] = [_checked(f"{file_id}|{number}", part) for number, part in enumerate(split(upload))]
    return hand_ins[wanted]


def _checked(name: str, upload: Upload) -> HandIn:
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    return HandIn(key, upload, preview(asking.store(), upload, keep_returned=True))


def ask_reporter() -> str:
    """Who hands in: the reader herself. The office may name whose mail it passes on; the audit trail has both."""
    person = viewer()
    if person.role is not Role.OFFICE:
        st.text_input(t("upload.by.own"), person.user_name, disabled=True, key=f"own-name-{language()}")
        return person.user_name
    said = st.text_input(
        t("upload.by.office"),
        key="reported_by",
        placeholder=person.user_name,
        max_chars=40,
        persist_state="session",
    )
    return said.strip() or person.user_name


def over_quota(file_id: str, size: int) -> Used | None:
    """What the reader has sent already, where this file would be more than her share of a day."""
    hand_ins: dict[str, list[HandIn]] = st.session_state.setdefault("hand_ins", {})
    if any(name.startswith(f"{file_id}|") for name in hand_ins):
        return None
    used = used_by(asking.store(), asking.now())
    return None if used.has_room_for(size) else used


def forget_all_but(file_ids: set[str]) -> None:
    """Let go of files that were taken out of the uploader."""
    hand_ins: dict[str, list[HandIn]] = st.session_state.setdefault("hand_ins", {})
    for name in [name for name in hand_ins if name.rpartition("|")[0] not in file_ids]:
        del hand_ins[name]


def send(hand_in: HandIn, reported_by: str) -> None:
    """Hand the file in. The moment it arrived counts, not the moment its explanations were finished, for an hour."""
    now = asking.now()
    arrived = hand_in.upload.received_at
    upload = replace(
        hand_in.upload,
        received_at=arrived if now - arrived <= COUNTS_FROM_ARRIVAL else now,
        reported_by=reported_by,
        explanations=hand_in.explanations,
    )
    (hand_in.receipts,) = take_in(asking.store(), [upload])


def meant_by(unit_code: str | None) -> Meant:
    """What the page's reader says her files are: those of her unit."""
    return Meant(unit_code)
