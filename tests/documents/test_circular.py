"""The circular and the bulletin from plain facts: what they say, and what their charts hold."""

from datetime import date, datetime

import pytest

from documents.kinds.bulletin import BulletinFacts, bulletin
from documents.kinds.circular import circular
from documents.kinds.month_facts import MonthFacts, OpenFlags, Problem, Quality, Tally, UnitMonth, ranks, total
from documents.layout.native_charts import Chart, Series, _above
from documents.wording import rate_words
from tests.documents.reading import NASTY, SHANGHAI, charts, draft, read, tables, texts

MONTH = date(2026, 10, 1)
UNITS = (
    UnitMonth("甲科", Tally(4, 0, 0, 0, 1, 1, 0), Tally(3, 1), {"T1": "√", "T2": "零"}),
    UnitMonth("乙科", Tally(1, 1, 1, 0, 0, 0, 1), Tally(3), {"T1": "迟2", "T2": "未报"}),
    UnitMonth("丙科", Tally(), Tally(1)),
    UnitMonth("丁科", Tally(exempt=2), Tally(1), {"T1": "免"}),
)


def facts(units=UNITS, **given) -> MonthFacts:
    """October 2026: 5 of 7 on time, after 8 of 9 in September."""
    trend = tuple((date(2026, n, 1), Tally(n, 1)) for n in range(1, 9))
    trend += ((date(2026, 9, 1), total(unit.before for unit in units)),)
    trend += ((MONTH, total(unit.now for unit in units)),)
    return MonthFacts(
        **{
            "draft": draft(),
            "month": MONTH,
            "units": units,
            "trend": trend,
            "templates": (("T1", "甲表"), ("T2", "乙表")),
            "quality": Quality(3, 2, 1, 2, 1, (("乙科", 3),)),
            "quality_before": Quality(1, 1),
            "problems": (Problem("乙科", "乙表", "2026-10", "未报", "已过2天"),),
            "deadlines": (datetime(2026, 11, 23, tzinfo=SHANGHAI),),
            "next_deadlines": (datetime(2026, 12, 22, 17, 30, tzinfo=SHANGHAI),),
            **given,
        }
    )


def test_it_says_the_month_in_figures():
    said = "\n".join(texts(read(circular(facts()))))
    assert "本期应报7份，已报6份，其中按时5份、迟报1份；未报1份。" in said
    assert "零报告1份、平台报送1份" in said and "另有免报3份，不计入应报" in said
    assert "报送率85.71%，按时率71.43%" in said
    assert "应报减少2份，按时减少3份，迟报持平，未报增加1份" in said
    assert "报送率下降14.29个百分点（上月100%），按时率下降17.46个百分点（上月88.89%）" in said
    assert "本期截止时间为2026年11月22日（星期日）24时" in said
    assert "全部按时报送的有1个单位：甲科" in said and "本期没有应报数据的有1个单位：丙科" in said
    assert "退回文件3件，比上月增加2件，涉及2份报表；其中1份已改正重报并接收，1份尚未重报" in said
    assert "核实性问题2处，其中1处已由报送单位说明原因" in said
    assert "一是有1个单位的1份数据已过截止时间仍未报送：乙科1份" in said
    assert "请各单位于2026年12月22日（星期二）17时30分前做好下期数据报送工作" in said
    assert "甲科、乙科、丁科：" in said  # whom it goes to, where nobody is named
    for heading in ("一、总体情况", "二、各单位情况", "三、数据质量", "四、存在问题", "五、下一步要求"):
        assert heading in said


def test_the_table_keeps_the_official_order_and_leaves_rates_blank():
    table = tables(read(circular(facts())))[0]
    rows = {row[1]: row[2:] for row in table[1:]}
    assert [row[1] for row in table[1:]] == ["甲科", "乙科", "丁科", "合计"]
    assert rows["甲科"] == ["4", "4", "4", "0", "0", "1", "100%", "100%", "+25", "1"]
    assert rows["乙科"] == ["3", "2", "1", "1", "1", "0", "66.67%", "33.33%", "-66.67", "2"]
    assert rows["丁科"] == ["0", "0", "0", "0", "0", "0", "—", "—", "—", "—"]
    assert rows["合计"] == ["7", "6", "5", "1", "1", "1", "85.71%", "71.43%", "-17.46", ""]
    for column in range(6):
        assert sum(int(rows[name][column]) for name in ("甲科", "乙科", "丁科")) == int(rows["合计"][column])
    for received, on_time, late, missing, due in ((int(r[1]), *map(int, r[2:5]), int(r[0])) for r in rows.values()):
        assert received == on_time + late and received + missing == due


def test_the_charts_hold_the_figures_of_the_tables():
    line, bars = charts(circular(facts()))
    assert (line.kind, bars.kind) == ("line", "bar")
    assert bars.series == bars.in_workbook == {"按时率": {"甲科": 100, "乙科": 33.33}}
    assert line.categories[0] == "26年1月" and line.categories[-1] == "26年10月" and len(line.categories) == 10
    expected = {f"{one.year % 100}年{one.month}月": tally for one, tally in facts().trend}
    for name, tally in expected.items():
        assert rate_words(tally.on_time_rate) == f"{line.series['按时率'][name]:g}%"
        assert rate_words(tally.reporting_rate) == f"{line.series['报送率'][name]:g}%"
    assert line.series == line.in_workbook


def test_a_month_without_dues_is_a_gap_in_the_line():
    trend = tuple((month, Tally() if n == 3 else tally) for n, (month, tally) in enumerate(facts().trend))
    line = charts(circular(facts(trend=trend)))[0]
    assert "26年4月" in line.categories and "26年4月" not in line.series["按时率"]


def test_the_annexes_hold_every_due_and_every_problem():
    found = tables(read(circular(facts())))
    assert found[1][0] == ["单位", "T1", "T2", "应报", "按时"]
    assert found[1][1:] == [
        ["甲科", "√", "零", "4", "4"],
        ["乙科", "迟2", "未报", "3", "1"],
        ["丁科", "免", "", "0", "0"],
        ["合计", "", "", "7", "5"],
    ]
    assert found[2][1] == ["1", "乙科", "乙表", "2026-10", "未报", "已过2天"]
    said = texts(read(circular(facts())))
    assert "附件：1.报送情况表" in said and "2.问题清单" in said
    alone = texts(read(circular(facts(problems=()))))
    assert "附件：报送情况表" in alone and "附件" in alone and "附件2" not in alone


def test_a_month_that_is_not_over_has_no_rates_and_no_places():
    units = (*UNITS[:1], UnitMonth("乙科", Tally(1, 0, 0, 2), Tally(3)))
    made = circular(facts(units))
    said = "\n".join(texts(read(made)))
    assert "本期应报7份，已报5份，其中按时5份、迟报0份；已过截止时间未报0份；未到截止时间、有待报送2份" in said
    assert "按时率1" not in said.replace("近12个月报送率和按时率", "") and "暂不与上月比较" in said
    table = tables(read(made))[0]
    assert table[0][7] == "待报"
    assert table[2] == ["2", "乙科", "3", "1", "1", "0", "0", "2", "0", "—", "—", "—", "—"]
    assert table[1][-1] == "—" and table[3][2] == "7"
    assert [chart.kind for chart in charts(made)] == ["line"]


def test_nothing_due_says_so():
    made = circular(facts((UnitMonth("甲科", Tally()),), problems=()))
    said = "\n".join(texts(read(made)))
    assert "2026年10月各单位均没有应报的营商环境和监管数据。" in said
    assert "%" not in said and charts(made) == []
    assert "均没有应报" in "\n".join(bulletin(BulletinFacts(facts((UnitMonth("甲科", Tally()),)))).lines)


def test_no_month_before_is_not_compared():
    said = "\n".join(circular(facts(trend=((MONTH, Tally(5, 1, 1)),))).lines)
    assert "上月没有应报数据，不作比较" in said


def test_a_month_with_quarterly_returns_is_compared_like_with_like():
    """甲科: 3 monthly returns on time in both months, and 2 quarterly ones late in this one alone."""
    units = (
        UnitMonth("甲科", Tally(3, 2), Tally(2, 1), alike=(Tally(3), Tally(2, 1))),
        UnitMonth("乙科", Tally(1), Tally(1)),
    )
    made = circular(facts(units))
    said = "\n".join(made.lines)
    assert "环比（只比较两个月都应报的4份；本月另有2份上月不应报），按时增加1份，迟报减少1份，未报持平" in said
    assert "按时率上升25个百分点（上月75%）" in said and "按时率66.67%" in said
    rows = {row[1]: row[2:] for row in tables(read(made))[0][1:]}
    assert (rows["甲科"][8], rows["乙科"][8], rows["合计"][8]) == ("+33.33", "0", "+25")
    assert "环比只比较上月也应报的表。" in said


def test_what_was_on_time_by_an_extension_is_said_to_be():
    assert "其中按时5份（含按批准的延期2份）、迟报1份" in "\n".join(circular(facts(granted=2)).lines)
    assert "按批准的延期2份" not in "\n".join(circular(facts()).lines)


def test_the_bulletin_names_open_flags_and_has_its_charts_before_what_comes_next():
    flags = (OpenFlags("甲科", "甲表", 1, ("办件数",)), OpenFlags("乙科", "乙表", 3))
    made = bulletin(BulletinFacts(facts(), flags=flags))
    said = "\n".join(made.lines)
    assert "疑似异常尚有4处待有关单位核实，涉及2份报表：乙科《乙表》3处；甲科《甲表》1处（办件数）。" in said
    assert said.index("各单位按时率") < said.index("四、下一步工作") and len(charts(made)) == 2
    assert "没有待核实的疑似异常" in "\n".join(bulletin(BulletinFacts(facts())).lines)
    many = tuple(OpenFlags(f"第{n}科", "甲表", 1) for n in range(12))
    assert "；其余2份报表见“疑似异常”。" in "\n".join(bulletin(BulletinFacts(facts(), flags=many)).lines)


def test_labels_of_the_line_stand_where_nothing_lies():
    values = (100.0, 87.72, 87.76, 81.63, 90.0, 99.0)
    chart = Chart(False, tuple("abcdef"), (Series("按时率", values), Series("报送率", (100.0,) * 6)), 70.0, "")
    assert _above(chart) == [2]  # 100 and 99 have the other line above them, the rest go on upwards at a side
    alone = Chart(False, tuple("abc"), (Series("按时率", (90.0, None, 95.0)),), 70.0, "")
    assert _above(alone) == [0, 2]


def test_nothing_went_wrong():
    units = (UnitMonth("甲科", Tally(4), Tally(4)),)
    said = "\n".join(circular(facts(units, quality=Quality(), problems=())).lines)
    assert "本期没有未报、迟报和退回后未重报的情况。" in said and "补报" not in said
    assert "按时率持平（上月100%）" in said


def test_thirty_units_by_seventeen_templates():
    templates = tuple((f"T{n:02d}", f"模板{n}") for n in range(17))
    marks = {code: "√" for code, _ in templates}
    units = tuple(UnitMonth(f"第{n}科", Tally(17), Tally(16, 1), marks) for n in range(30))
    document = read(circular(facts(units, templates=templates)))
    first, matrix, _, _ = tables(document)
    assert len(first) == 32 and len(matrix) == 32 and len(matrix[0]) == 20
    assert matrix[31][-2:] == ["510", "510"]
    assert all(sum(column.width.mm for column in table.columns) <= 225.2 for table in document.tables)
    wide = read(circular(facts(units, templates=tuple((f"T{n}", "x") for n in range(40)))))
    assert len([table for table in tables(wide) if table[0][0] == "单位"]) == 3


def test_nasty_names_survive():
    units = tuple(UnitMonth(name, Tally(1, 1), Tally(2), {"T1": "√"}) for name in NASTY)
    made = circular(facts(units))
    found = [row[1] for row in tables(read(made))[0][1:-1]]
    assert found[:4] == list(NASTY[:4])
    assert len(charts(made)[1].categories) == len(NASTY)


def test_places_are_shared():
    assert ranks([None, 1, 0, 1, None, 2]) == [None, 2, 4, 2, None, 1]


@pytest.mark.parametrize("number", ["", "11"])
def test_the_bulletin_has_its_own_head(number):
    made = bulletin(BulletinFacts(facts(), number, number and "35", number and "60"))
    said = texts(read(made))
    assert said[0] == "稿" and said[1] == "优化营商环境工作简报"
    assert said[2] == (f"第{number or '　　'}期（总第{'35' if number else '　　'}期）")
    assert any(line.strip("　").startswith("某市某局\t") for line in said)
    assert said[-1].strip() == f"（共印{'60' if number else '　　'}份）"
    assert "按时率71.43%" in "\n".join(said)
    assert [chart.kind for chart in charts(made)] == ["line", "bar"]
    assert made.title.startswith("优化营商环境工作简报")
