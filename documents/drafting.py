"""One call a kind that follows from the store: the draft as a Paper, and the act that goes into the audit trail."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from data.audit import Act
from data.store import Store
from documents.gather_chronology import chronology_facts
from documents.gather_flags import open_flags
from documents.gather_month import month_facts
from documents.gather_urge import urge_facts
from documents.kinds.bulletin import BulletinFacts, bulletin
from documents.kinds.chronology import chronology
from documents.kinds.circular import circular
from documents.kinds.urge import urge
from documents.layout.paper import Paper
from documents.picture.month import month_picture
from documents.report.month import month_report
from documents.wording import month_words

HTML, PNG = "text/html", "image/png"
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


def draft_chronology(store: Store, as_of: datetime, month: date, unit_code: str, **given: Any) -> Paper | None:
    """报送情况核查单 of a unit's month; None where the unit owed nothing."""
    facts = chronology_facts(store, as_of, month, unit_code, **given)
    return chronology(facts) if facts.dues else None


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
    facts = month_facts(store, as_of, month, **given)
    return bulletin(BulletinFacts(facts, issue_no, whole_no, copies, open_flags(store, as_of, month)))


def month_page(store: Store, as_of: datetime, month: date, **given: Any) -> bytes:
    """月度报告, as one HTML file."""
    return month_report(month_facts(store, as_of, month, **given))


def month_in_one_picture(store: Store, as_of: datetime, month: date, **given: Any) -> bytes:
    """一图读懂, a PNG. Raises Fault (document.no_typeface)."""
    return month_picture(month_facts(store, as_of, month, **given))


SHEETS: dict[str, tuple[Callable[..., bytes], str, str]] = {
    "report": (month_page, "html", HTML),
    "picture": (month_in_one_picture, "png", PNG),
}
"""kind → (what makes it of a month, its extension, its media type): for reading and passing on, no official papers."""


def sheet_name(kind: str, month: date) -> str:
    """2026年10月数据报送情况.png."""
    return f"{month_words(month)}数据报送情况.{SHEETS[kind][1]}"


def act_of_sheet(kind: str, month: date, as_of: datetime, known_at: datetime | None) -> Act:
    """What the trail notes when it is handed out."""
    return Act("document_drafted", sheet_name(kind, month), None, _said(as_of, known_at))


DRAFTS: dict[str, Callable[..., Paper | None]] = {
    "urge": draft_urge,
    "chronology": draft_chronology,
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
    return Act("document_drafted", paper.title, unit_code, _said(paper.draft.as_of, paper.draft.known_at))


def _said(as_of: datetime, known_at: datetime | None) -> dict[str, str]:
    moments = {"as_of": as_of, "known_at": known_at}
    return {name: moment.isoformat(timespec="minutes") for name, moment in moments.items() if moment}
