"""月度报送情况通报: totals against the month before, every unit, quality, problems, what is asked; two annexes."""

from documents.kinds.month_charts import rates_by_month, rates_by_unit
from documents.kinds.month_facts import MonthFacts
from documents.kinds.month_tables import unit_note, unit_table
from documents.kinds.month_words import (
    on_time_units,
    problem_sentences,
    quality_sentences,
    requirement_sentences,
    total_sentences,
)
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import listed, moment_words, month_words

_PROBLEMS = (
    TableColumn("序号", 1.0),
    TableColumn("单位", 2.8, "left"),
    TableColumn("目录模板", 4.0, "left"),
    TableColumn("报送期", 2.0),
    TableColumn("问题", 2.3),
    TableColumn("情况", 4.6, "left"),
)
_TEMPLATES = 18  # columns of templates that fit beside each other


def circular(facts: MonthFacts) -> Paper:
    """The draft."""
    month = month_words(facts.month)
    paper = Paper(facts.draft, (f"关于{month}", "营商环境和监管数据", "报送情况的通报"))
    paper.recipients(facts.draft.recipients or [unit.unit_name for unit in facts.owing])
    paper.text(
        f"根据{facts.draft.basis_words}，现将{month}营商环境和监管数据报送情况通报如下"
        f"（数据截至{moment_words(facts.draft.as_of)}，是否按时以首次报送并通过检查的时间为准）。"
    )
    if not facts.owing:
        paper.text(f"{month}各单位均没有应报的营商环境和监管数据。")
        paper.signature()
        paper.imprint()
        return paper
    _body(paper, facts)
    has_problems = bool(facts.problems)
    paper.attachments(["报送情况表", "问题清单"] if has_problems else ["报送情况表"])
    paper.signature()
    _annex_table(paper, facts, is_only=not has_problems)
    if has_problems:
        _annex_problems(paper, facts)
    paper.imprint()
    return paper


def _body(paper: Paper, facts: MonthFacts) -> None:
    paper.heading(1, "一、总体情况")
    for said in total_sentences(facts):
        paper.text(said)
    months = [month for month, tally in facts.trend if tally.told_on_time_rate is not None]
    if len(months) > 1:
        paper.caption("图1　近12个月报送率和按时率")
        paper.chart(rates_by_month(facts))
    paper.heading(1, "二、各单位情况")
    paper.text(on_time_units(facts))
    paper.caption(f"表1　各单位{month_words(facts.month)}报送情况")
    columns, rows = unit_table(facts)
    paper.table(columns, rows, size="small", has_total=True)
    paper.note(unit_note(facts))
    if facts.now.told_on_time_rate is not None:
        paper.caption(f"图{2 if len(months) > 1 else 1}　各单位{month_words(facts.month)}按时率")
        paper.chart(rates_by_unit(facts))
    paper.heading(1, "三、数据质量")
    for said in quality_sentences(facts):
        paper.text(said)
    paper.heading(1, "四、存在问题")
    for said in problem_sentences(facts):
        paper.text(said)
    paper.heading(1, "五、下一步要求")
    for said in requirement_sentences(facts):
        paper.text(said)


def _annex_table(paper: Paper, facts: MonthFacts, is_only: bool) -> None:
    paper.annex((f"{month_words(facts.month)}", "营商环境和监管数据", "报送情况表"), is_landscape=True, is_only=is_only)
    codes = [code for code, _ in facts.templates]
    for start in range(0, len(codes), _TEMPLATES):
        part = codes[start : start + _TEMPLATES]
        columns = [TableColumn("单位", 4.4, "left"), *(TableColumn(code, 1.0) for code in part)]
        columns += [TableColumn("应报", 1.0), TableColumn("按时", 1.0)]
        rows = [
            (unit.unit_name, *(unit.marks.get(code, "") for code in part), unit.now.expected, unit.now.on_time)
            for unit in facts.owing
        ]
        rows.append(("合计", *("" for _ in part), facts.now.expected, facts.now.on_time))
        paper.table(columns, rows, size="smallest", has_total=True)
    paper.note(
        "注：√ 按时报送；延 按批准的延期按时报送；零 零报告（按时）；平 平台报送（按时）；迟3 迟报3天后收到；"
        "未报 已过截止时间未报；待报 未到截止时间；延期 已延期、未到期；免 本期免报；空格 没有报送责任。"
    )
    paper.note(f"目录模板：{'；'.join(f'{code} {name}' for code, name in facts.templates)}。")


def _annex_problems(paper: Paper, facts: MonthFacts) -> None:
    paper.annex((f"{month_words(facts.month)}", "营商环境和监管数据", "问题清单"))
    rows = [
        (number, problem.unit_name, problem.template_name, problem.period, problem.what, problem.details)
        for number, problem in enumerate(facts.problems, 1)
    ]
    paper.table(_PROBLEMS, rows, size="small")
    units = listed(list(dict.fromkeys(problem.unit_name for problem in facts.problems)))
    paper.note(f"注：共{len(rows)}项，涉及{units}。核实性问题是已说明原因并接收的，列出备查。")
