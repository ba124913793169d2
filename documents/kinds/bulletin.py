"""工作简报: the month on two pages for leaders; a name large, its number, a rule, and below whom it goes to."""

from dataclasses import dataclass

from documents.kinds.month_charts import rates_by_month, rates_by_unit
from documents.kinds.month_facts import MonthFacts, OpenFlags
from documents.kinds.month_words import (
    compared,
    flag_sentence,
    on_time_units,
    problem_sentences,
    quality_sentences,
    requirement_sentences,
    total_sentences,
)
from documents.layout.paper import Paper
from documents.wording import moment_words, month_words

NAME = "优化营商环境工作简报"


@dataclass(frozen=True)
class BulletinFacts:
    """issue_no, whole_no: 第×期（总第×期）, blank while nobody has given them. copies: how many are printed. flags: the
    suspected anomalies of the month that nobody has answered yet.
    """

    month: MonthFacts
    issue_no: str = ""
    whole_no: str = ""
    copies: str = ""
    flags: tuple[OpenFlags, ...] = ()


def bulletin(facts: BulletinFacts) -> Paper:
    """The draft. Its name is black: the red one comes with the printed head."""
    month, draft = facts.month, facts.month.draft
    number = f"第{facts.issue_no or '　　'}期（总第{facts.whole_no or '　　'}期）"
    title = (f"{month_words(month.month)}", "营商环境和监管数据", "报送情况")
    paper = Paper(draft, title, bulletin_head=(NAME, number))
    if not month.owing:
        paper.text(f"{month_words(month.month)}各单位均没有应报的营商环境和监管数据。")
        paper.bulletin_foot(facts.copies)
        return paper
    paper.text(f"【数据截至{moment_words(draft.as_of)}】", total_sentences(month)[0])
    paper.text(compared(month))
    paper.heading(1, "一、按时报送情况")
    paper.text(on_time_units(month))
    if sum(tally.told_on_time_rate is not None for _, tally in month.trend) > 1:
        paper.caption("近12个月报送率和按时率")
        paper.chart(rates_by_month(month))
    if month.now.told_on_time_rate is not None:
        paper.caption("各单位按时率")
        paper.chart(rates_by_unit(month))
    _section(paper, "二、需要关注的问题", problem_sentences(month))
    _section(paper, "三、数据质量", [*quality_sentences(month), flag_sentence(facts.flags)])
    _section(paper, "四、下一步工作", requirement_sentences(month))
    paper.bulletin_foot(facts.copies)
    return paper


def _section(paper: Paper, title: str, sentences: list[str]) -> None:
    paper.heading(1, title)
    for said in sentences:
        paper.text(said)
