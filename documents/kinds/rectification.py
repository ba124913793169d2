"""限期整改通知书: facts with dates, basis, what to mend by when; on its own page the reply, receipt and closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from documents.draft import Draft
from documents.kinds.case_facts import FAILING_COLUMNS, Failing, Issued, failing_rows, failing_words
from documents.kinds.courses import NAME, Course, courses_annex
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import blank, deadline_words

_ITEMS = (TableColumn("序号", 1.0), TableColumn("整改事项", 7.0, "left"), TableColumn("整改标准", 7.0, "left"))
_FORM = (TableColumn("栏目", 3.0), TableColumn("内容", 12.6, "left"))


@dataclass(frozen=True)
class RectificationFacts:
    """due_at: by when it must be mended, None for a blank. items: (what, standard); empty: those that follow from the
    failings. issued: the notices that this one rests on. reply_to: who receives the report.
    """

    draft: Draft
    unit_name: str
    failings: tuple[Failing, ...] = ()
    due_at: datetime | None = None
    items: tuple[tuple[str, str], ...] = ()
    issued: tuple[Issued, ...] = ()
    remarks: str = ""
    reply_to: str = ""
    courses: tuple[Course, ...] = ()


def rectification(facts: RectificationFacts) -> Paper:
    """The draft."""
    paper = Paper(facts.draft, ("限期整改通知书",))
    paper.recipients([facts.unit_name])
    paper.text(f"根据{facts.draft.basis_words}，经核查，你单位营商环境和监管数据报送工作存在下列问题，现责令限期整改。")
    paper.heading(1, "一、存在的问题")
    failed = failing_words(facts.failings)
    paper.text(f"你单位{failed}，具体如下。{facts.remarks}" if failed else (facts.remarks or blank(20)))
    if facts.failings:
        paper.table(FAILING_COLUMNS, failing_rows(facts.failings), size="small")
    if facts.issued:
        paper.text(f"此前已印发：{'、'.join(notice.words() for notice in facts.issued)}。")
    paper.heading(1, "二、整改事项和标准")
    items = facts.items or _items(facts.failings)
    paper.table(_ITEMS, [(number, *item) for number, item in enumerate(items, 1)], size="small")
    paper.heading(1, "三、整改时限")
    by = deadline_words(facts.due_at) if facts.due_at else "　　　年　月　日　时"
    reply_to = facts.reply_to or facts.draft.signed_by
    paper.text(f"请于{by}前完成整改，并向{reply_to}报送书面整改报告。逾期未完成整改的，按有关规定处理。")
    paper.text(f"联系人及电话：{facts.draft.contact or blank(10)}")
    form = "整改报告、签收和销号表"
    paper.attachments([form, NAME] if facts.courses else [form])
    paper.signature()
    paper.annex((form,), is_only=not facts.courses)
    paper.table(_FORM, _form(facts, by), size="normal")
    if facts.courses:
        courses_annex(paper, facts.courses)
    return paper


def _items(failings: Sequence[Failing]) -> list[tuple[str, str]]:
    missing = [failing for failing in failings if failing.received_at is None]
    items = [
        (f"补报《{failing.template_name}》{failing.period}期数据", "通过检查并取得报送回执") for failing in missing
    ]
    if len(missing) < len(failings):
        items.append(("查明迟报原因，落实报送责任", "明确填报、审核人员和时间安排，下期起按时报送"))
    return items or [(blank(10), blank(10))]


def _form(facts: RectificationFacts, by: str) -> list[tuple[str, str]]:
    signed = "签字：　　　　　　　　　年　月　日　时"
    room = "\n" * 4
    return [
        ("被通知单位", facts.unit_name),
        ("文　号", facts.draft.number_words.strip("　")),
        ("整改时限", by),
        ("签　收", f"\n{signed}"),
        ("整改情况", f"{room}单位负责人{signed}"),
        ("核查意见", f"{room}核查人{signed}"),
        ("销　号", f"\n\n审定人{signed}"),
    ]
