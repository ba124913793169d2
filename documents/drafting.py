"""One call a kind that follows from the store: the draft as a Paper, and the act that goes into the audit trail."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from data.audit import Act
from data.store import Store
from documents.draft import Draft
from documents.gather import urge_facts
from documents.gather_month import month_facts
from documents.kinds.bulletin import BulletinFacts, bulletin
from documents.kinds.circular import circular
from documents.kinds.urge import urge
from documents.layout.paper import Paper

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_IN_NAMES = str.maketrans({letter: "_" for letter in '\\/:*?"<>|'})
_MAX_NAME = 60  # of 255 bytes; a letter has up to four


def draft_urge(
    store: Store,
    as_of: datetime,
    month: date | None = None,
    unit_codes: Sequence[str] = (),
    has_pending: bool = False,
    new_deadline: datetime | None = None,
    **given: Any,
) -> Paper | None:
    """催报通知; None where nobody owes anything, and there is nobody to write to."""
    facts = urge_facts(store, as_of, month, unit_codes, has_pending, new_deadline, **given)
    return urge(facts) if facts.missing or facts.pending else None


def draft_circular(store: Store, as_of: datetime, month: date, **given: Any) -> Paper:
    """月度报送情况通报."""
    return circular(month_facts(store, as_of, month, **given))


def draft_bulletin(
    store: Store,
    as_of: datetime,
    month: date,
    issue_no: str = "",
    whole_no: str = "",
    copies: str = "",
    **given: Any,
) -> Paper:
    """工作简报."""
    return bulletin(BulletinFacts(month_facts(store, as_of, month, **given), issue_no, whole_no, copies))


DRAFTS: dict[str, Callable[..., Paper | None]] = {
    "urge": draft_urge,
    "circular": draft_circular,
    "bulletin": draft_bulletin,
}


def file_name(paper: Paper, about: str = "") -> str:
    """关于…的通知（稿）.docx; about: what tells it apart from others with the same title, such as a unit's name."""
    title, about = (text.translate(_NOT_IN_NAMES).strip(" .") for text in (paper.title, about))
    behind = f"_{about[: _MAX_NAME // 3]}" if about else ""
    return f"{title[: _MAX_NAME - len(behind)]}{behind}（{paper.draft.mark.value}）.docx"


def act_of(paper: Paper, unit_code: str | None = None) -> Act:
    """What the trail notes when a draft is handed out."""
    return Act("document_drafted", paper.title, unit_code, _moments(paper.draft))


def _moments(draft: Draft) -> dict[str, str]:
    moments = {"as_of": draft.as_of, "known_at": draft.known_at}
    return {name: moment.isoformat(timespec="minutes") for name, moment in moments.items() if moment}
