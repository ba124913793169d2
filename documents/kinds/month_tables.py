"""The table of a month by unit, for every paper that has one."""

from data.dues.tally import Tally
from documents.kinds.month_facts import MonthFacts, ranks
from documents.layout.tables import TableColumn
from documents.wording import DASH, points_cell, rate_words

_UNITS = (
    TableColumn("序号", 1.2),
    TableColumn("单位", 3.8, "left"),
    TableColumn("应报", 1.2),
    TableColumn("已报", 1.2),
    TableColumn("按时", 1.2),
    TableColumn("迟报", 1.2),
    TableColumn("未报", 1.2),
    TableColumn("零报告", 1.5),
    TableColumn("报送率", 2.0),
    TableColumn("按时率", 2.0),
    TableColumn("环比\n(百分点)", 2.0),
    TableColumn("名次", 1.2),
)
_PENDING = 7  # the place of 待报, in a month that has any


def unit_table(facts: MonthFacts) -> tuple[tuple[TableColumn, ...], list[tuple]]:
    """Columns and rows, the total at the end."""
    rows = [*_unit_rows(facts), ("", "合计", *_figures(facts.now, facts.compared), "")]
    if not facts.now.pending:
        return _UNITS, rows
    columns = (*_UNITS[:_PENDING], TableColumn("待报", 1.2), *_UNITS[_PENDING:])
    pending = [*(unit.now.pending for unit in facts.owing), facts.now.pending]
    return columns, [(*row[:_PENDING], number, *row[_PENDING:]) for row, number in zip(rows, pending, strict=True)]


def unit_note(facts: MonthFacts) -> str:
    """What stands beneath it."""
    extended = "；已延期、未到期的不计入比率。" if facts.now.extended else "。"
    alike = "环比只比较上月也应报的表。" if any(facts.left_out) else ""
    return (
        f"注：单位按规定顺序排列；名次按按时率由高到低，相同的并列。{alike}"
        f"没有应报的或者尚有未到截止时间的，不计算比率，以“—”表示{extended}"
    )


def _unit_rows(facts: MonthFacts) -> list[tuple]:
    """While something is still to come nobody has a place: it would be the first for whoever owes least."""
    units = facts.owing
    places = ranks([unit.now.told_on_time_rate if facts.now.is_over else None for unit in units])
    return [
        (number, unit.unit_name, *_figures(unit.now, unit.compared), DASH if place is None else place)
        for number, (unit, place) in enumerate(zip(units, places, strict=True), 1)
    ]


def _figures(now: Tally, compared: tuple[Tally, Tally]) -> tuple:
    counts = (now.expected, now.received, now.on_time, now.late, now.missing, now.zero_report)
    rates = (rate_words(now.told_reporting_rate), rate_words(now.told_on_time_rate))
    return *counts, *rates, points_cell(*(tally.told_on_time_rate for tally in compared))
