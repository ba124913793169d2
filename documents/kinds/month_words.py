"""A month in sentences, for circular and bulletin alike."""

from collections.abc import Sequence

from data.dues.freshness import JUDGED, State
from data.dues.tally import Tally
from documents.kinds.month_facts import MonthFacts, OpenFlags, Quality
from documents.wording import (
    change_words,
    deadline_words,
    listed,
    points_words,
    rate_words,
)

_STATES = {
    State.STALE: "超期未更新",
    State.NEVER: "从未报送",
    State.AGEING: "落后",
    State.REPEATED: "内容未更新（数字与上一期全同）",
    State.HOLES: "有缺期",
}


def total_sentences(facts: MonthFacts) -> list[str]:
    """How much was due, came, came late and did not; then the same against the month before."""
    now = facts.now
    said = [
        f"本期应报{now.expected}份，已报{now.received}份，其中按时{now.on_time}份{_granted(facts)}、迟报{now.late}份；"
    ]
    said.append(f"已过截止时间未报{now.missing}份" if now.pending else f"未报{now.missing}份")
    said.append(f"；未到截止时间、有待报送{now.pending}份{_extended(facts)}。" if now.pending else "。")
    ways = [f"{name}{number}份" for name, number in (("零报告", now.zero_report), ("平台报送", now.platform)) if number]
    if ways:
        said.append(f"已报的当中，{'、'.join(ways)}。")
    if now.exempt:
        said.append(f"另有免报{now.exempt}份，不计入应报。")
    if not now.is_over:
        said.append("待全部到期后再计算报送率和按时率。")
    elif now.due:
        left_out = f"，已延期的{now.extended}份未计入" if now.extended else ""
        said.append(
            f"报送率{rate_words(now.told_reporting_rate)}，按时率{rate_words(now.told_on_time_rate)}{left_out}。"
        )
    else:
        said.append("本期没有已到期的应报数据，不计算报送率和按时率。")
    if facts.deadlines:
        days = "；".join(deadline_words(deadline) for deadline in facts.deadlines)
        said.append(f"本期截止时间为{days}。")
    return ["".join(said), compared(facts)]


def _granted(facts: MonthFacts) -> str:
    """（含按批准的延期1份）; empty where none was on time by an extension alone."""
    return f"（含按批准的延期{facts.granted}份）" if facts.granted else ""


def _extended(facts: MonthFacts) -> str:
    """（其中1份已延期，最晚至2026年12月31日（星期四）24时）; empty where nothing is pending by extension alone."""
    if not facts.now.extended:
        return ""
    until = f"，最晚至{deadline_words(facts.extended_until[-1])}" if facts.extended_until else ""
    return f"（其中{facts.now.extended}份已延期{until}）"


def compared(facts: MonthFacts) -> str:
    """环比: counts by numbers, rates by percentage points, like with like: of what was due in both months; says so
    where there is nothing to compare with.
    """
    (now, before), left_out = facts.compared, facts.left_out
    if not facts.now.is_over:
        return "本期尚有未到截止时间的，暂不与上月比较。"
    if not facts.before.expected:
        return "环比：上月没有应报数据，不作比较。"
    if not before.expected:
        return "环比：没有两个月都应报的数据，不作比较。"
    counts = [
        f"{name}{change_words(getattr(now, key), getattr(before, key))}"
        for name, key in (("应报", "expected"), ("按时", "on_time"), ("迟报", "late"), ("未报", "missing"))
        if key != "expected" or not any(left_out)
    ]
    rates = [
        f"{name}{changed}（上月{rate_words(then)}）"
        for name, rate, then in (
            ("报送率", now.told_reporting_rate, before.told_reporting_rate),
            ("按时率", now.told_on_time_rate, before.told_on_time_rate),
        )
        if (changed := points_words(rate, then))
    ]
    said = f"环比（{_of_both(now, *left_out)}），{'，'.join(counts)}"
    return f"{said}；{'，'.join(rates)}。" if rates else f"{said}。"


def _of_both(now: Tally, only_now: int, only_before: int) -> str:
    """与上月相比; where something was due in one of the months alone, what is compared and what is not."""
    if not only_now and not only_before:
        return "与上月相比"
    others = [
        f"{month}另有{number}份{other}不应报"
        for month, number, other in (("本月", only_now, "上月"), ("上月", only_before, "本月"))
        if number
    ]
    return f"只比较两个月都应报的{now.expected}份；{'，'.join(others)}"


def on_time_units(facts: MonthFacts) -> str:
    """Who was on time with everything, and who had nothing to report."""
    every = facts.prompt
    said = [f"全部按时报送的有{len(every)}个单位：{listed(every)}。" if every else "本期没有全部按时报送的单位。"]
    if not facts.now.is_over and not every:
        said = ["本期尚有未到截止时间的，暂不评定各单位是否全部按时。"]
    if facts.idle:
        said.append(f"本期没有应报数据的有{len(facts.idle)}个单位：{listed(facts.idle)}。")
    return "".join(said)


def quality_sentences(facts: MonthFacts) -> list[str]:
    """Returned files against the month before, who has not sent again, and what was explained."""
    quality, before = facts.quality, facts.quality_before
    if not quality.returned:
        said = ["本期没有退回的文件" + (f"（上月{before.returned}件）。" if before.returned else "。")]
    else:
        said = [
            f"本期因强制性错误或未作说明退回文件{quality.returned}件，比上月{_changed(quality, before)}，"
            f"涉及{quality.returned_reports}份报表；"
            f"其中{quality.returned_reports - quality.not_sent_again}份已改正重报并接收，"
            f"{quality.not_sent_again}份尚未重报。"
        ]
        said.append(f"退回件数：{'、'.join(f'{name}{number}件' for name, number in quality.units)}。")
    if quality.checks:
        explained = "均已" if quality.explained == quality.checks else f"其中{quality.explained}处已"
        said.append(f"已接收的报表中有核实性问题{quality.checks}处，{explained}由报送单位说明原因。")
    else:
        said.append("已接收的报表没有核实性问题。")
    return ["".join(said), *freshness_sentences(facts)]


def freshness_sentences(facts: MonthFacts) -> list[str]:
    """数据时效: how much of the data is up to date, and in which states the rest is; none where nothing is judged."""
    tally = facts.freshness
    if tally is None or not tally.judged:
        return []
    said = f"数据时效方面，参评的{tally.judged}项数据（单位×目录模板）中，{tally.fresh}项最新，"
    said += f"最新率{rate_words(tally.fresh_share)}"
    rest = [f"{_STATES[state]}{tally.counts[state]}项" for state in JUDGED if state in _STATES and tally.counts[state]]
    return [f"{said}；其余{'、'.join(rest)}。" if rest else f"{said}。"]


_NAMED = 10  # returns with open flags that are named


def flag_sentence(flags: Sequence[OpenFlags]) -> str:
    """Which suspected anomalies wait for an answer, the most first; says so where none does. Suspected, not wrong."""
    if not flags:
        return "本期数据没有待核实的疑似异常。"
    most = sorted(flags, key=lambda open_flags: -open_flags.number)
    named = "；".join(
        f"{open_flags.unit_name}《{open_flags.template_name}》{open_flags.number}处"
        + (f"（{'、'.join(open_flags.columns)}）" if open_flags.columns else "")
        for open_flags in most[:_NAMED]
    )
    rest = f"；其余{len(most) - _NAMED}份报表见“疑似异常”" if len(most) > _NAMED else ""
    number = sum(open_flags.number for open_flags in flags)
    said = f"疑似异常尚有{number}处待有关单位核实，涉及{len(flags)}份报表：{named}{rest}。"
    return f"{said}疑似异常不等于错误，核实前不作认定。"


def _changed(quality: Quality, before: Quality) -> str:
    return change_words(quality.returned, before.returned).replace("份", "件")


def problem_sentences(facts: MonthFacts) -> list[str]:
    """What went wrong, by kind and with the units; says so where nothing did."""
    missing = [(unit.unit_name, unit.now.missing) for unit in facts.units if unit.now.missing]
    late = [(unit.unit_name, unit.now.late) for unit in facts.units if unit.now.late]
    said = []
    if missing:
        said.append(f"有{len(missing)}个单位的{facts.now.missing}份数据已过截止时间仍未报送：{_numbered(missing)}。")
    if late:
        said.append(f"有{len(late)}个单位的{facts.now.late}份数据迟报：{_numbered(late)}。")
    if facts.quality.not_sent_again:
        said.append(f"有{facts.quality.not_sent_again}份报表被退回后尚未重报，报送前的自查需要加强。")
    if not said:
        return ["本期没有未报、迟报和退回后未重报的情况。"]
    if len(said) == 1:
        return said
    return [f"{order}是{sentence}" for order, sentence in zip("一二三", said, strict=False)]


def _numbered(counts: list[tuple[str, int]]) -> str:
    return "、".join(f"{name}{number}份" for name, number in counts)


def requirement_sentences(facts: MonthFacts) -> list[str]:
    """What is asked of the units: generic, for people to sharpen; the next deadline with date, weekday and hour."""
    said = []
    if facts.now.missing or facts.quality.not_sent_again:
        said.append("尚未报送和退回后未重报的单位，请于　　月　　日　　时前补报，并说明原因。")
    if facts.now.late or facts.now.missing:
        said.append("迟报、未报的单位要查找原因，落实报送责任，明确填报、审核人员，避免再次发生。")
    if facts.quality.returned:
        said.append("有文件退回的单位要对照退回意见逐条改正，报送前先行自查，提高一次通过率。")
    said.append(_next(facts))
    if len(said) == 1:
        return said
    return [f"（{order}）{sentence}" for order, sentence in zip("一二三四", said, strict=False)]


def _next(facts: MonthFacts) -> str:
    if not facts.next_deadlines:
        return "请各单位继续按规定时间做好下期数据报送工作。"
    first, *others = facts.next_deadlines
    if not others:
        return f"请各单位于{deadline_words(first)}前做好下期数据报送工作。"
    return f"下期数据最早于{deadline_words(first)}截止，各模板的截止时间不同，请各单位按各自的截止时间报送。"
