"""The files of a reader: checked once when they arrive, kept until they are sent or thrown away, explained, sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import streamlit as st

from data.access import Role
from data.catalogue.model import Severity
from data.reasons import FIGURE, is_reason
from data.store import open_store
from data.waiting import Waiting, WaitingFile, waiting_id_of, waiting_of
from loaders.arriving.quota import Used, used_by
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, preview, take_in
from loaders.intake.opening import Upload, split
from loaders.issues import Issue
from pages.frame import asking
from pages.frame.viewer import viewer
from text import language, t
from web.lanes import FILES

COUNTS_FROM_ARRIVAL = timedelta(hours=1)
_SHOWN, _DONE = "hand_ins", "handed_in"


@dataclass
class HandIn:
    """A file: when it reached us, what the check found in it, and the receipts once it was sent. is_kept: it outlives
    the session; is_asked_to_send: she pressed the button, and is told what is missing.
    """

    key: str
    upload: Upload
    checked: list[Receipt]
    receipts: list[Receipt] = field(default_factory=list)
    explanations: dict[str, str] = field(default_factory=dict)
    is_kept: bool = False
    is_asked_to_send: bool = False

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
    def unexplained(self) -> list[Issue]:
        """Those of them that still want one."""
        return [issue for issue in self.checks if not is_reason(self.explanations.get(issue.key), FIGURE)]

    @property
    def outcome(self) -> str:
        """accepted, returned or duplicate; before it is sent ready or explain, where words are still wanted. What was
        only checked and is faulty is as returned.
        """
        outcomes = {"returned" if receipt.outcome == "checked" else receipt.outcome for receipt in self.shown}
        for outcome in ("returned", "ready", "accepted"):
            if outcome in outcomes:
                return "explain" if outcome == "ready" and self.unexplained else outcome
        return "duplicate"

    @property
    def is_waiting(self) -> bool:
        """It can be sent, and was not."""
        return self.outcome in ("ready", "explain")


def arrived(upload: Upload) -> None:
    """Check what somebody has chosen (of an archive each file), keep what can be sent, and let it take the place of
    what she had chosen for the same return and could not send.

    upload.received_at: read before any file of the same upload is checked, so that nobody is late for waiting in that
    queue.
    """
    for part in split(upload):
        named = replace(part, file_name=_written(part.file_name), archive=_written(part.archive))
        key = waiting_id_of(part.content, named.file_name, named.archive, part.meant.unit_code)
        hand_in = HandIn(key, named, _checked(part, keep_faulty=True))
        if hand_in.is_waiting:
            earlier = _of_session().get(key)
            hand_in.explanations = earlier.explanations if earlier else {}
            _keep(hand_in)
        for other in [other for other in _of_session().values() if other.outcome == "returned"]:
            if other.keys & hand_in.keys and not any(None in about for about in other.keys):
                del _of_session()[other.key]
        _of_session()[key] = hand_in


def _checked(upload: Upload, keep_faulty: bool = False) -> list[Receipt]:
    store = asking.store()
    with FILES.entered():
        return preview(store, upload, keep_faulty=keep_faulty)


def _written(name: str) -> str:
    return name.encode("utf-8", "replace").decode()  # a name of broken bytes cannot be kept


def _keep(hand_in: HandIn) -> None:
    upload = hand_in.upload
    about = tuple(key for key in hand_in.keys if None not in key)
    file = WaitingFile(
        *(hand_in.key, upload.file_name, upload.archive, upload.meant.unit_code, upload.received_at),
        about,
        hand_in.explanations,
    )
    fresh_since = upload.received_at - COUNTS_FROM_ARRIVAL
    hand_in.is_kept = _waiting().keep(viewer().user_code, file, upload.content, fresh_since)


def unknown_yet() -> list[WaitingFile]:
    """The reader's files that wait and that this session does not know yet."""
    return [file for file in _waiting().of(viewer().user_code) if file.waiting_id not in _of_session()]


def found_again(file: WaitingFile, reported_by: str) -> None:
    """A file that waited is checked anew: what it is compared with may have changed since."""
    content = _waiting().content(viewer().user_code, file.waiting_id)
    if content is None:
        return
    received_at = asking.clock().local(file.arrived_at)
    upload = Upload(content, file.file_name, received_at, reported_by, meant=Meant(file.unit_code))
    upload = replace(upload, archive=file.archive)
    hand_in = HandIn(file.waiting_id, upload, _checked(upload), is_kept=True)
    hand_in.explanations = dict(file.explanations)
    _of_session()[file.waiting_id] = hand_in
    if not hand_in.is_waiting:  # sent meanwhile from elsewhere, or not to be sent any more: the page says which
        _waiting().drop(viewer().user_code, file.waiting_id)


def explain(hand_in: HandIn, issue: Issue, said: str) -> None:
    """Keep what she writes as she writes it."""
    if hand_in.explanations.get(issue.key, "") == said:
        return
    hand_in.explanations[issue.key] = said
    if hand_in.is_kept:
        _waiting().explain(viewer().user_code, hand_in.key, hand_in.explanations)


def throw_away(hand_in: HandIn) -> None:
    """She does not want it sent, or has read what is wrong with it."""
    _of_session().pop(hand_in.key, None)
    _waiting().drop(viewer().user_code, hand_in.key)


def open_files() -> list[HandIn]:
    """What is not sent yet, in the order in which it came."""
    return [hand_in for hand_in in _of_session().values() if not hand_in.receipts]


def sent_files() -> list[HandIn]:
    """What was sent in this session, in the order in which it was."""
    return st.session_state.setdefault(_DONE, [])


def forget_sent() -> None:
    """The receipts have been read; they stay in the list of receipts."""
    st.session_state[_DONE] = []


def send(hand_in: HandIn, reported_by: str) -> None:
    """Hand the file in. The moment it arrived counts, not the moment its explanations were finished, for an hour."""
    now = asking.now()
    upload = replace(
        hand_in.upload,
        received_at=_counted(hand_in.upload.received_at, now),
        reported_by=reported_by,
        explanations=hand_in.explanations,
    )
    store = asking.store()
    with FILES.entered():
        (receipts,) = take_in(store, [upload])
    _waiting().drop(viewer().user_code, hand_in.key)
    if any(
        receipt.outcome == "returned" for receipt in receipts
    ):  # what it is held against has changed since the check
        hand_in.checked, hand_in.is_kept = receipts, False
        return
    hand_in.receipts = receipts
    _of_session().pop(hand_in.key, None)
    sent_files().append(hand_in)


def _counted(arrived_at: datetime, now: datetime) -> datetime:
    return arrived_at if now - arrived_at <= COUNTS_FROM_ARRIVAL else now


def same_return(hand_ins: Iterable[HandIn]) -> list[HandIn]:
    """Of those that wait the ones about one and the same return: the second would silently correct the first."""
    waiting = [hand_in for hand_in in hand_ins if hand_in.is_waiting]
    return [one for one in waiting if any(one.keys & other.keys for other in waiting if other is not one)]


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


def over_quota(size: int) -> Used | None:
    """What the reader has sent already, where this file would be more than her share of a day."""
    used = used_by(asking.store(), asking.now())
    return None if used.has_room_for(size) else used


def _of_session() -> dict[str, HandIn]:
    return st.session_state.setdefault(_SHOWN, {})


def _waiting() -> Waiting:
    return waiting_of(open_store().path)
