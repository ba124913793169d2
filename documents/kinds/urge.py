"""催报通知: who owes what since when, and until when it must come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from documents.draft import Draft
from documents.kinds.courses import NAME, Course, courses_annex
from documents.kinds.month_facts import Owed
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import blank, deadline_words, moment_words, month_words

_COLUMNS = (
    TableColumn("单位", 3.0),
    TableColumn("目录模板", 4.6, "left"),
    TableColumn("报送期", 1.7),
    TableColumn("截止时间", 3.7),
    TableColumn("状态", 1.9),
)


@dataclass(frozen=True)
class UrgeFacts:
    """missing: deadline passed, nothing received; pending: the deadline is still to come. month: None for all months.
    new_deadline: by when it must come now; None leaves a blank. courses: how each came to be owed, for the annex.
    """

    draft: Draft
    month: date | None
    missing: tuple[Owed, ...] = ()
    pending: tuple[Owed, ...] = ()
    new_deadline: datetime | None = None
    courses: tuple[Course, ...] = ()


def urge(facts: UrgeFacts) -> Paper:
    """The draft; where nobody owes anything it says so."""
    month = f"{month_words(facts.month)}" if facts.month else "历月"
    paper = Paper(facts.draft, (f"关于催报{month}", "营商环境和监管数据", "的通知"))
    paper.recipients(facts.draft.recipients or _units((*facts.missing, *facts.pending)))
    as_of = moment_words(facts.draft.as_of)
    if not facts.missing and not facts.pending:
        paper.text(f"截至{as_of}，{month}营商环境和监管数据没有未报的，无需催报。")
        paper.signature()
        return paper
    paper.text(f"根据{facts.draft.basis_words}，各单位应当按期报送营商环境和监管数据。", _counts(facts, month, as_of))
    sections = [part for part in (facts.missing, facts.pending) if part]
    numbers = iter("一二三")
    for owed in sections:
        is_missing = owed is facts.missing
        title = "已过截止时间、尚未报送的" if is_missing else "尚未到截止时间、有待报送的"
        paper.heading(1, f"{next(numbers)}、{title}")
        paper.table(_COLUMNS, [_row(due, is_missing) for due in owed], size="small")
    paper.heading(1, f"{next(numbers)}、有关要求")
    by = deadline_words(facts.new_deadline) if facts.new_deadline else "　　　年　月　日　时"
    if facts.missing:
        paper.text(
            f"请上列尚未报送的单位于{by}前补报；本期确无业务发生的，报零报告；已通过相关平台报送的，登记平台报送并附凭证。"
        )
    if facts.pending:
        paper.text("请有待报送的单位按上列截止时间报送，以首次报送并通过检查的时间为准。")
    paper.text("以上情况如与实际不符，请凭报送回执及时反馈，以便核对。")
    paper.text(f"联系人及电话：{facts.draft.contact or blank(10)}")
    paper.attachments([NAME] if facts.courses else [])
    paper.signature()
    if facts.courses:
        courses_annex(paper, facts.courses, is_only=True)
    return paper


def _units(owed: Sequence[Owed]) -> list[str]:
    return list(dict.fromkeys(due.unit_name for due in owed))


def _counts(facts: UrgeFacts, month: str, as_of: str) -> str:
    said = [
        f"{'尚有' if is_missing else '另有' if facts.missing else '尚有'}{len(_units(owed))}个单位的{len(owed)}份"
        f"{'已过截止时间未报' if is_missing else '未到截止时间，有待报送'}"
        for owed, is_missing in ((facts.missing, True), (facts.pending, False))
        if owed
    ]
    return f"截至{as_of}，{month}数据{'；'.join(said)}。现将有关情况通知如下。"


def _row(owed: Owed, is_missing: bool) -> tuple[str, ...]:
    status = f"未报\n已过{owed.days_late}天" if is_missing else "待报"
    status += "\n（已延期）" if owed.is_extended else ""
    return owed.unit_name, owed.template_name, owed.period, deadline_words(owed.deadline).replace("（", "\n（"), status
