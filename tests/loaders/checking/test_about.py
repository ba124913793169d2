"""Whose and which period: read wherever a sheet says it, held against every other place that says it."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.questions import answer
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from loaders.messages import message
from tests.conftest import OCTOBER, REASON, edited, filled, shanghai
from tests.loaders.arriving.test_hostile import differences, facts_of
from tests.loaders.checking.bare import bare
from tests.loaders.workshop import be02, facts

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
TITLE = {"A1": "建筑工程施工许可发放明细"}
WHO = {"A2": "填报单位：行政审批科"}
WHEN = {"D2": "报送期：2026-10"}
NOBODY = Meant()


def handed(store, content, file_name="报送.xlsx", meant=NOBODY, explanation=None) -> Receipt:
    ((receipt,),) = take_in(store, [Upload(content, file_name, BEFORE, "", explanation, meant)])
    return receipt


def codes(receipt) -> list[str]:
    return [issue.code for issue in receipt.issues if issue.severity != "note"]


def said(store, receipt) -> str:
    return " ".join(message(issue, receipt.template, "zh-CN") for issue in receipt.issues)


def is_taken(store, receipt) -> None:
    """It is XZSP's of October, without a question, with every figure."""
    assert (receipt.outcome, receipt.unit_code, receipt.period) == ("accepted", "XZSP", OCTOBER), receipt.issues
    assert codes(receipt) == []
    assert differences(facts_of(store), facts(store, be02()())) == []


def unit_ways(name: str) -> dict[str, tuple[dict, dict]]:
    """The ways to write a unit → cells above the table, cells of the foot."""
    return {
        "in one cell": ({"A2": f"填报单位：{name}"}, {}),
        "half-width colon": ({"A2": f"填报单位:{name}"}, {}),
        "a space for the colon": ({"A2": f"填报单位 {name}"}, {}),
        "nothing for the colon": ({"A2": f"填报单位{name}"}, {}),
        "underscores": ({"A2": f"填报单位：__{name}____"}, {}),
        "full-width underscores": ({"A2": f"填报单位：＿＿{name}＿＿"}, {}),
        "sealed": ({"A2": f"填报单位（盖章）：{name}"}, {}),
        "sealed behind the colon": ({"A2": f"填报单位：{name}（公章）"}, {}),
        "in brackets": ({"A2": f"填报单位（{name}）"}, {}),
        "letters apart": ({"A2": f"填 报 单 位：{' '.join(name)}"}, {}),
        "the cell beside": ({"A2": "填报单位：", "B2": name}, {}),
        "the cell beside, no colon": ({"A2": "填报单位", "B2": name}, {}),
        "some cells on": ({"A2": "填报单位：", "E2": name}, {}),
        "the seal, then the cell beside": ({"A2": "填报单位：（盖章）", "C2": name}, {}),
        "beneath": ({"A2": "填报单位", "A3": name}, {}),
        "with its bureau": ({"A2": f"填报单位：鄂州市住房和城乡建设局{name}"}, {}),
        "with its bureau for short": ({"A2": f"填报单位：市住建局{name}"}, {}),
        "报送单位": ({"A2": f"报送单位：{name}"}, {}),
        "上报单位": ({"A2": f"上报单位：{name}"}, {}),
        "编报单位": ({"A2": f"编报单位：{name}"}, {}),
        "填表单位": ({"A2": f"填表单位：{name}"}, {}),
        "责任单位": ({"A2": "责任单位：", "B2": name}, {}),
        "单位名称": ({"A2": f"单位名称：{name}"}, {}),
        "科室": ({"A2": f"科室：{name}"}, {}),
        "填报科室": ({"A2": "填报科室", "B2": name}, {}),
        "部门": ({"A2": "部门：", "B2": name}, {}),
        "单位": ({"A2": f"单位：{name}"}, {}),
        "beside the measure": ({"A2": f"填报单位：{name}", "J2": "单位：万元"}, {}),
        "before a name": ({"A2": f"填报单位：{name}  填报人：李某"}, {}),
        "after a line": ({"A2": f"填报人：李某\n填报单位：{name}"}, {}),
        "foot": ({}, {"A1": f"填报单位：{name}", "E1": "填报人：李某"}),
        "foot, two cells": ({}, {"A1": "填报单位（盖章）：", "C1": name, "E1": "审核人：", "F1": "王某"}),
        "foot, in a column of figures": ({}, {"J1": f"填报单位：{name}"}),
        "signed": ({}, {"M1": name, "M2": "2026年11月5日"}),
        "title": ({"A1": f"{name}2026年10月施工许可明细"}, {}),
        "title, with its bureau": ({"A1": f"鄂州市住建局{name}施工许可明细"}, {}),
        "title, in brackets": ({"A1": f"施工许可明细（{name}）"}, {}),
        "title, behind the month": ({"A1": f"2026年10月{name}施工许可明细"}, {}),
        "beneath an annex number": ({"A1": "附件2", "A2": f"{name}施工许可明细"}, {}),
        "alone above the table": ({"A2": name}, {}),
        "title beneath the bureau": ({"A1": "鄂州市住房和城乡建设局", "A2": f"{name}施工许可明细"}, {}),
        "above the title": ({"A1": f"鄂州市住房和城乡建设局{name}", "A2": "施工许可明细"}, {}),
        "section beneath the bureau": ({"A2": "填报单位：鄂州市住房和城乡建设局", "A3": f"填报科室：{name}"}, {}),
        "signed, with its bureau": ({}, {"M1": f"鄂州市住房和城乡建设局{name}", "M2": "2026年11月5日"}),
        "with the month, above the table": ({"A2": f"{name}（2026年10月）"}, {}),
    }


@pytest.mark.parametrize("way", unit_ways(""))
def test_a_unit_is_read_however_it_is_written(store, way):
    above, foot = unit_ways("行政审批科")[way]
    is_taken(store, handed(store, bare(store, TITLE | WHEN | above, foot=foot)))


@pytest.mark.parametrize("way", unit_ways(""))
def test_another_units_name_is_another_units_file(store, way):
    """And never filled in from who sends it."""
    above, foot = unit_ways("建筑业管理科")[way]
    receipt = handed(store, bare(store, TITLE | WHEN | above, foot=foot), meant=Meant("XZSP"))
    assert (receipt.outcome, codes(receipt)) == ("returned", ["other_units_file"])
    assert "建筑业管理科" in said(store, receipt) and "格" in said(store, receipt)
    assert facts_of(store) == {}


@pytest.mark.parametrize("way", unit_ways(""))
def test_two_units_are_told_with_both_places_or_asked_about(store, way):
    above, foot = unit_ways("建筑业管理科")[way]
    receipt = handed(
        store, bare(store, TITLE | WHEN | above | {"M1": "上报部门：行政审批科"}, foot=foot), meant=Meant("XZSP")
    )
    assert receipt.outcome == "returned"
    assert set(codes(receipt)) <= {"unit_contradicts", "other_unit_named"} and codes(receipt), receipt.issues
    words = said(store, receipt).replace(" ", "")
    assert "建筑业管理科" in words and ("M1" in words or "行政审批科" in words)


@pytest.mark.parametrize(
    "above",
    [
        {"A2": "填报单位：火星科"},
        {"A2": "填报单位：", "B2": "火星科"},
        {"A2": "科室：火星科"},
        {"A2": "填报单位：__火星科__"},
        {"A2": "填报单位：行政审批科、建筑业管理科"},
        {"A2": "填报单位：行政审批科（ZJK）"},
    ],
)
def test_a_unit_that_nobody_knows_is_not_the_senders(store, above):
    receipt = handed(store, bare(store, TITLE | WHEN | above), meant=Meant("XZSP"))
    assert codes(receipt) == ["unknown_unit"]


@pytest.mark.parametrize(
    "above",
    [
        {"A2": "填报单位："},
        {"A2": "填报单位：__________"},
        {"A2": "填报单位：（盖章）"},
        {"A2": "填报单位：", "D2": "报送期：2026-10"},
        {"A2": "填报单位：", "J2": "单位：万元"},
        {"A2": "填报单位：", "J2": "万元"},
        {"A2": "计量单位：万元"},
        {"A2": "填报说明：各责任单位每月22日前报行政审批科和建筑业管理科汇总"},
        {"A2": "报：领导小组办公室"},
        {"A1": "领导小组办公室施工许可明细"},
        {"A2": "建设单位：鄂州示例置业有限公司"},
        {"A2": "填报单位负责人：王某"},
    ],
)
def test_what_names_no_unit_leaves_it_to_the_sender(store, above):
    is_taken(store, handed(store, bare(store, TITLE | WHEN | above), meant=Meant("XZSP")))


PERIODS = {
    "in one cell": {"D2": "报送期：2026-10"},
    "a month in Chinese": {"D2": "报送期：2026年10月"},
    "月份": {"D2": "报送期：2026年10月份"},
    "figures": {"D2": "报送期：202610"},
    "a number": {"D2": "报送期：", "E2": 202610},
    "a date beside": {"D2": "报送期：", "E2": date(2026, 10, 1)},
    "the last day beside": {"D2": "报送期：", "E2": datetime(2026, 10, 31)},
    "a date as text": {"D2": "报送期：2026-10-01"},
    "beneath": {"D2": "报送期", "D3": "2026年10月"},
    "no colon, beside": {"D2": "所属期", "E2": "2026年10月"},
    "underscores": {"D2": "报送期：__2026__年__10__月"},
    "blanks": {"D2": "报送期： 2026 年 10 月"},
    "over several cells": {"D2": "报送期：", "E2": 2026, "F2": "年", "G2": 10, "H2": "月"},
    "letters apart": {"D2": "报 送 期：2026年10月"},
    "Chinese figures": {"D2": "报送期：二〇二六年十月"},
    "a short year": {"D2": "报送期：26年10月"},
    "month alone, the year in the title": {"A1": "2026年施工许可明细", "D2": "报送月份：10月"},
    "month alone, the year beside": {"D2": "月份：10月", "F2": "2026年"},
    "统计月份": {"D2": "统计月份：2026年10月"},
    "统计时间": {"D2": "统计时间：2026年10月1日至10月31日"},
    "the whole month": {"D2": "报送期：2026年10月1日—31日"},
    "所属时期": {"D2": "所属时期：2026.10"},
    "数据期": {"D2": "数据期：2026/10"},
    "a year ago in brackets": {"D2": "报送期：2026年10月（上年同期：2025年10月）"},
    "title": {"A1": "2026年10月施工许可明细"},
    "title in Chinese figures": {"A1": "二○二六年十月份施工许可明细"},
    "title and a comparison, with a label": {"A1": "2026年10月施工许可明细（同比2025年10月）", "D2": "报送期：2026-10"},
    "alone above the table": {"F2": "2026年10月"},
    "in a line": {"F2": "时间：2026年10月"},
    "beside the measure": {"F2": "2026年10月    单位：万元"},
    "beside the unit": {"A2": "填报单位：行政审批科    2026年10月"},
    "title that speaks of units": {"A1": "责任单位施工许可统计表2026年10月"},
    "beside a day of writing": {"A1": "2026年10月明细", "F2": "单位负责人：王某  填表日期：2026年11月"},
    "beneath the bureau": {
        "A1": "鄂州市住房和城乡建设局",
        "A2": "2026年10月施工许可明细",
        "A3": "填报单位：行政审批科",
    },
    "a date that a spreadsheet made of it": {"F2": date(2026, 10, 1)},
    "a line of a year ago": {"A1": "2026年10月明细", "A3": "（同比2025年10月）"},
    "made later": {"A1": "2026年10月施工许可明细", "F2": "制表日期：2026年11月5日"},
    "made in another month": {"D2": "报送期：2026-10", "F2": "2026年11月"},
    "sent by": {"D2": "报送期：2026-10", "F2": "截止：2026-11-22"},
    "a note on another month": {"D2": "报送期：2026-10", "A3": "注：2026年9月数据已更正，与8月相比有增长"},
}


@pytest.mark.parametrize("way", PERIODS)
def test_a_period_is_read_however_it_is_written(store, way):
    is_taken(store, handed(store, bare(store, TITLE | WHO | PERIODS[way])))


def test_a_period_at_the_foot_is_read(store):
    content = bare(store, TITLE, foot={"A1": "填报单位：行政审批科", "E1": "报送期：2026年10月", "H1": "填报人：李某"})
    is_taken(store, handed(store, content))


@pytest.mark.parametrize(
    "text",
    [
        "2026年1-10月",
        "2026年1—10月",
        "2026年1月至10月",
        "2026年1月－10月",
        "1月至10月",
        "2026年1月—2026年10月",
        "2026.1-10月",
        "202601-202610",
        "2026年9月26日至10月25日",
        "2026-09-26至2026-10-25",
        "2026年第四季度",
        "2026年前三季度",
        "2026年上半年",
        "一至十月",
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_a_stretch_of_time_is_no_month(store, text, split):
    when = {"D2": "报送期：", "E2": text} if split else {"D2": f"报送期：{text}"}
    receipt = handed(store, bare(store, TITLE | WHO | when), meant=Meant("XZSP"))
    assert set(codes(receipt)) <= {"period_range", "bad_period"} and codes(receipt)
    assert "报送期" in said(store, receipt) and ("E2" if split else "D2") in said(store, receipt)


def test_a_stretch_over_several_cells_is_no_month(store):
    above = {"D2": "报送期：", "E2": date(2026, 9, 26), "F2": "至", "G2": date(2026, 10, 25)}
    assert codes(handed(store, bare(store, TITLE | WHO | above))) == ["period_range"]


def with_cover(content, **cells):
    """The same with a cover in front."""

    def write(book):
        cover = book.create_sheet("封面", 0)
        for place, value in cells.items():
            cover[place] = value

    return edited(content, write)


def test_a_cover_is_read_and_held_against_the_sheet(store):
    own = {"B5": "填报单位（盖章）：", "C5": "行政审批科", "B6": "报送期：2026年10月"}
    other = own | {"C5": "建筑业管理科"}
    is_taken(store, handed(store, with_cover(bare(store, TITLE), **own)))
    receipt = handed(store, with_cover(bare(store, TITLE), **other), meant=Meant("XZSP"))
    assert codes(receipt) == ["other_units_file"] and "封面" in said(store, receipt)
    receipt = handed(store, with_cover(bare(store, TITLE | WHO | WHEN), **other))
    assert codes(receipt) == ["other_unit_named"] and "“封面”的 C5 格" in said(store, receipt)


def test_a_stretch_that_is_the_quarter_is_the_quarter(store):
    rows = filled(store, "PR-01", "ZCFG")
    content = edited(rows, lambda book: book.worksheets[0].__setitem__("D2", "报送期：2026年10月至12月"))
    receipt = handed(store, content)
    assert (receipt.outcome, receipt.period_label) == ("accepted", "2026-Q4")


@pytest.mark.parametrize(
    "above",
    [
        {"A1": "2025年10月施工许可明细（同期对比2026年10月）"},
        {"A1": "2026年9月、2026年10月施工许可明细"},
        {"A1": "鄂州市住房和城乡建设局", "B1": "2025年10月施工许可明细（同期对比2026年10月）"},
        {"A1": "2026年9月和10月施工许可明细"},
        {"D2": "报送期：2026年9月、10月"},
        {"A1": "2026年9月施工许可明细", "D2": "报送期：2026-10"},
        {"A1": "9月施工许可明细", "D2": "报送期：2026-10"},
        {"A1": "2026年9月施工许可明细", "F2": "2026年10月"},
        {"D2": "报送期：2026-10", "F2": "所属期：2026年9月"},
        {"A1": "2026年1—9月施工许可明细", "D2": "报送期：2026-10"},
    ],
)
def test_two_months_contradict_and_both_are_told(store, above):
    receipt = handed(store, bare(store, TITLE | WHO | above), meant=Meant("XZSP"))
    assert codes(receipt) == ["period_contradicts"]
    words = said(store, receipt)
    assert "报送期" in words and all(
        f"{place} 格" in words for place, text in above.items() if "月" in text or "-" in text
    )
    assert receipt.issues[0].sheet == "Sheet1"


def test_a_month_alone_that_is_not_the_month_of_sending_is_asked_about(store):
    receipt = handed(store, bare(store, TITLE | WHO | {"D2": "报送期：2026-09", "F2": "2026年10月"}))
    assert ("other_period_named", "F2") in [(issue.code, issue.cell) for issue in receipt.issues]


def test_a_month_without_a_year_is_asked_for(store):
    receipt = handed(store, bare(store, TITLE | WHO | {"D2": "报送期：10月"}), meant=Meant("XZSP"))
    assert codes(receipt) == ["bad_period"]


@pytest.mark.parametrize(
    ("tab", "code"),
    [
        ("10月", None),
        ("2026年10月", None),
        ("202610", None),
        ("1-10月", "wider_period_named"),
        ("行政审批科", None),
        ("9月", "other_period_named"),
        ("2026.09", "other_period_named"),
        ("建筑业管理科", "other_unit_named"),
        ("ZJK", "other_unit_named"),
        ("1", None),
        ("办公室装修", None),
    ],
)
def test_the_tab_is_held_against_the_sheet(store, tab, code):
    receipt = handed(store, bare(store, TITLE | WHO | WHEN, tab=tab))
    assert codes(receipt) == ([code] if code else [])
    if code:
        assert f"工作表名“{tab}”" in said(store, receipt)
        assert handed(store, bare(store, TITLE | WHO | WHEN, tab=tab), explanation=REASON).outcome == "accepted"


@pytest.mark.parametrize(
    ("tab", "above"),
    [
        ("10月", {"A1": "2026年施工许可明细"} | WHO),
        ("2026年10月", WHO),
        ("行政审批科", WHEN),
        ("行政审批科10月", {"A1": "2026年度明细"}),
    ],
)
def test_the_tab_is_read_where_the_sheet_says_nothing(store, tab, above):
    is_taken(store, handed(store, bare(store, TITLE | above, tab=tab)))


HONEST_NAMES = [
    "报送.xlsx",
    "施工许可2026-11-20.xlsx",
    "施工许可20261120.xlsx",
    "施工许可2026年11月20日报.xlsx",
    "施工许可11月20日.xlsx",
    "施工许可1120.xlsx",
    "施工许可(1).xlsx",
    "施工许可 - 副本 (2).xlsx",
    "BE-02_建筑工程施工许可发放明细_行政审批科_2026-10_标注版.xlsx",
    "10月施工许可 李某.xlsx",
    "2026年10月施工许可最终版2.xlsx",
    "11月报送施工许可.xlsx",
    "2026年11月上报_施工许可.xlsx",
    "2026年四季度施工许可.xlsx",
    "施工许可（报领导小组办公室）.xlsx",
    "报送信息中心-施工许可.xlsx",
    "办公室装修工程施工许可.xlsx",
    "行政审批科科长签字版.xlsx",
    "XZSP.xlsx",
    "建筑业施工许可.xlsx",
    "2026年10月与9月对比.xlsx",
    "房产交易所转行政审批科施工许可.xlsx",
    "工作专班要的施工许可.xlsx",
]


@pytest.mark.parametrize("name", HONEST_NAMES)
def test_the_name_of_a_file_is_weak_evidence(store, name):
    is_taken(store, handed(store, bare(store, TITLE | WHO | WHEN), name))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("建筑业管理科2026年10月.xlsx", "other_unit_named"),
        ("施工许可_建筑业管理科_李某.xlsx", "other_unit_named"),
        ("BE-02_ZJK_2026-10.xlsx", "other_unit_named"),
        ("施工许可2026年9月.xlsx", "other_period_named"),
        ("9月施工许可.xlsx", "other_period_named"),
        ("202609施工许可_20261120.xlsx", "other_period_named"),
        ("BE-02_行政审批科_2026-09.xlsx", "other_period_named"),
        ("2026年1-9月施工许可.xlsx", "other_period_named"),
        ("2026年1-10月施工许可.xlsx", "wider_period_named"),
        ("2025年10月施工许可.xlsx", "other_period_named"),
        ("2026年8月报送施工许可.xlsx", "other_period_named"),
        ("8月上报施工许可.xlsx", "other_period_named"),
    ],
)
def test_a_file_that_is_called_by_another_unit_or_month_is_asked_about(store, name, code):
    content = bare(store, TITLE | WHO | WHEN)
    receipt = handed(store, content, name)
    assert (receipt.outcome, codes(receipt)) == ("returned", [code])
    assert f"文件名“{name}”" in said(store, receipt)
    assert handed(store, content, name, explanation=REASON).outcome == "accepted"


@pytest.mark.parametrize(
    "name", ["行政审批科2026年10月施工许可.xlsx", "XZSP_202610_20261120.xlsx", "行政审批科 2026.10.xlsx"]
)
def test_a_files_name_is_read_where_the_sheet_says_nothing(store, name):
    is_taken(store, handed(store, bare(store, TITLE), name))


def test_a_files_name_alone_may_make_it_another_units(store):
    receipt = handed(store, bare(store, TITLE | WHEN), "建筑业管理科施工许可.xlsx", Meant("XZSP"))
    assert codes(receipt) == ["other_units_file"] and "文件名" in said(store, receipt)


def test_the_day_on_which_it_was_sent_is_no_period(store):
    receipt = handed(store, bare(store, TITLE | WHO), "施工许可2026-11-20.xlsx", Meant("XZSP"))
    assert codes(receipt) == ["no_period"]


def test_our_own_blank_is_held_against_title_and_foot(store):
    own = filled(store, "BE-02", "XZSP")
    content = edited(own, lambda book: book.worksheets[0].__setitem__("A1", "建筑业管理科明细"))
    assert codes(handed(store, content)) == ["other_unit_named"]
    content = edited(own, lambda book: book.worksheets[0].__setitem__("E12", "填报单位：建筑业管理科"))
    receipt = handed(store, content)
    assert codes(receipt) == ["unit_contradicts"]
    assert "E12" in said(store, receipt) and "模板自带的登记" in said(store, receipt)


def test_rows_of_the_foot_are_no_data(store):
    foot = {"C1": "填报单位：行政审批科", "J1": "报送期：2026-10", "C2": "行政审批科", "C3": "填报人：李某"}
    receipt = handed(store, bare(store, TITLE, foot=foot))
    assert (receipt.outcome, receipt.row_count) == ("accepted", 3), receipt.issues


def test_a_csv_says_whose_and_when_in_cells_of_their_own(store):
    book = load_workbook_rows(store)
    lines = [["建筑工程施工许可发放明细"], ["填报单位：", "行政审批科", "", "报送期：", "2026年10月"], *book]
    width = max(map(len, lines))
    text = "\r\n".join(",".join(str(v) for v in row + [""] * (width - len(row))) for row in lines)
    receipt = handed(store, text.encode("utf-8-sig"), "报送.csv")
    is_taken(store, receipt)
    other = text.replace("行政审批科", "建筑业管理科")
    assert codes(handed(store, other.encode("utf-8-sig"), "报送.csv", Meant("XZSP"))) == ["other_units_file"]


def load_workbook_rows(store) -> list[list]:
    """Header and rows of the October sheet, as a .csv has them."""
    import io

    sheet = load_workbook(io.BytesIO(bare(store, {}))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=7)]
    return [["" if v is None else v.date() if isinstance(v, datetime) else v for v in row] for row in rows]


def test_a_blank_that_was_made_before_its_unit_was_renamed_counts_by_its_code(store):
    old = filled(store, "BE-08", "FJS")
    catalogue = catalogue_in_force(store)
    new_name = {"zh-CN": "房产交易服务中心", "en": "Housing transaction centre"}
    units = tuple(replace(u, unit_name=new_name) if u.unit_code == "FJS" else u for u in catalogue.units)
    load_catalogue(store, replace(catalogue, units=units), shanghai("2026-11-25T09:00:00"))
    receipt = handed(store, old, "BE-08_房产交易所_2026-10.xlsx", Meant("FJS"))
    assert (receipt.outcome, receipt.unit_code, codes(receipt)) == ("accepted", "FJS", [])
    for day, name in (("2026-11-22", "房产交易所"), ("2026-11-28", "房产交易服务中心")):
        rows = answer(store, "dues", shanghai(f"{day}T00:00:00"), "2026-10", "FJS")
        assert {row["unit_name"] for row in rows} == {name}
    bare_of_code = edited(old, lambda book: book.worksheets[0].__setitem__("A2", "填报单位：行政审批科（FJS）"))
    assert codes(handed(store, bare_of_code, meant=Meant("FJS"))) == ["unknown_unit"]


SHORT = ["建管科", "建筑科", "建筑管理科", "市住建局建管科"]
SHORT_WAYS = {
    "title": lambda name: bare_of({"A1": f"{name}2026年10月施工许可明细"}),
    "title, glued": lambda name: bare_of({"A1": f"{name}施工许可明细"}),
    "alone": lambda name: bare_of(TITLE | {"A2": name}),
    "label": lambda name: bare_of(TITLE | {"A2": f"填报单位：{name}"}),
    "tab": lambda name: bare_of(TITLE, tab=name),
    "signed": lambda name: bare_of(TITLE, foot={"M1": name, "M2": "2026年11月5日"}),
}


def bare_of(above, **more):
    return lambda store: bare(store, WHEN | above, **more)


@pytest.mark.parametrize("way", SHORT_WAYS)
@pytest.mark.parametrize("name", SHORT)
def test_a_short_name_of_another_unit_is_another_units(store, name, way):
    receipt = handed(store, SHORT_WAYS[way](name)(store), meant=Meant("XZSP"))
    assert receipt.outcome == "returned" and set(codes(receipt)) <= {"other_units_file", "other_unit_named"}
    assert "建筑业管理科" in said(store, receipt)


@pytest.mark.parametrize("way", SHORT_WAYS)
def test_ones_own_short_name_is_ones_own(store, way):
    is_taken(store, handed(store, SHORT_WAYS[way]("审批科")(store), meant=Meant("XZSP")))


def test_a_short_name_in_the_name_of_the_file_is_asked_about(store):
    receipt = handed(store, bare(store, TITLE | WHEN), "建管科10月报表.xlsx", Meant("XZSP"))
    assert codes(receipt) == ["other_unit_named"]


def test_where_only_a_short_name_says_whose_it_is_the_office_is_asked(store):
    content = bare(store, TITLE | WHEN | {"A2": "填报单位：审批科"})
    receipt = handed(store, content)
    assert codes(receipt) == ["short_unit_name"] and "行政审批科" in said(store, receipt)
    is_explained = handed(store, content, explanation=REASON)
    assert (is_explained.outcome, is_explained.unit_code) == ("accepted", "XZSP")


@pytest.mark.parametrize(
    "line",
    [
        "请于22日前报市场监管科汇总",
        "领导小组办公室",
        "房产所有权登记情况",
        "建设科技示范项目",
        "信息科",
        "配合单位：建筑业管理科",
        "抄送：建筑业管理科",
        "牵头单位：市政府办公室",
        "填报人：李某",
        "制表：李某  审核：王某",
    ],
)
def test_what_is_no_units_name_is_none(store, line):
    is_taken(store, handed(store, bare(store, TITLE | WHO | WHEN | {"A3": line}), meant=Meant("XZSP")))


HINTS = ("牵头单位", "承办单位", "主办科室", "经办科室", "归口科室", "单位全称", "报自", "填报", "制表", "数据来源")


@pytest.mark.parametrize("place", ["cell", "beside", "foot"])
@pytest.mark.parametrize("label", HINTS)
def test_who_leads_or_made_the_table_is_asked_about_where_it_is_another(store, label, place):
    def content(name):
        if place == "foot":
            return bare(store, TITLE | WHEN, foot={"A1": f"{label}：{name}"})
        cells = {"A2": f"{label}：{name}"} if place == "cell" else {"A2": f"{label}：", "B2": name}
        return bare(store, TITLE | WHEN | cells)

    receipt = handed(store, content("建筑业管理科"), meant=Meant("XZSP"))
    assert receipt.outcome == "returned" and set(codes(receipt)) <= {"other_units_file", "other_unit_named"}
    is_taken(store, handed(store, content("行政审批科"), meant=Meant("XZSP")))


def printed(content: bytes, **texts: str) -> bytes:
    """With headers and footers; texts: oddHeader_left and so on."""

    def write(book):
        for place, text in texts.items():
            side, part = place.split("_")
            getattr(getattr(book.worksheets[0], side), part).text = text

    return edited(content, write)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"oddHeader_left": "填报单位：建筑业管理科"}, "other_unit_named"),
        ({"oddHeader_center": "建筑业管理科施工许可明细"}, "other_unit_named"),
        ({"oddHeader_center": '&"宋体,加粗"&14建管科施工许可明细'}, "other_unit_named"),
        ({"oddFooter_left": "填报单位：建筑业管理科"}, "other_unit_named"),
        ({"oddHeader_right": "报送期：2026年9月"}, "other_period_named"),
        ({"oddFooter_center": "2026年9月施工许可明细"}, "other_period_named"),
        ({"oddHeader_right": "2026年1-10月"}, "wider_period_named"),
        ({"oddHeader_right": "单位：元"}, "other_measure"),
    ],
)
def test_what_is_printed_on_each_page_is_held_against_the_sheet(store, texts, code):
    receipt = handed(store, printed(bare(store, TITLE | WHO | WHEN), **texts), meant=Meant("XZSP"))
    assert codes(receipt) == [code], receipt.issues
    if code != "other_measure":
        assert "页眉页脚" in said(store, receipt)


def test_whose_and_when_may_be_printed_on_each_page_alone(store):
    texts = {"oddHeader_left": "填报单位：行政审批科", "oddHeader_right": "2026年10月", "oddFooter_center": "第 &P 页"}
    is_taken(store, handed(store, printed(bare(store, TITLE), **texts)))


def test_page_numbers_and_days_of_printing_say_nothing(store):
    texts = {"oddHeader_left": "鄂州市住房和城乡建设局", "oddFooter_center": "第 &P 页 共 &N 页"}
    texts |= {"oddFooter_right": "打印日期：&D", "oddFooter_left": "2026年11月"}
    is_taken(store, handed(store, printed(bare(store, TITLE | WHO | WHEN), **texts)))


STOCKS = ("MW-01", "ZJK", {"A2": "填报单位：建筑业管理科"})


@pytest.mark.parametrize(
    "above",
    [
        {"A1": "截至2026年10月底农民工工资保证金情况"},
        {"A1": "农民工工资保证金情况", "D2": "截至2026年10月底"},
        {"A1": "农民工工资保证金情况", "D2": "截止到2026年10月末"},
        {"A1": "农民工工资保证金情况", "D2": "截至2026年10月31日"},
        {"A1": "农民工工资保证金情况", "D2": "截至时间：2026年10月底"},
        {"A1": "2026年农民工工资保证金情况（截至10月底）"},
    ],
)
def test_a_table_of_stocks_may_say_at_whose_end_it_is(store, above):
    template, unit, who = STOCKS
    receipt = handed(store, bare(store, who | above, template, unit))
    assert (receipt.outcome, receipt.period, codes(receipt)) == ("accepted", OCTOBER, []), receipt.issues


def test_of_what_happens_it_may_be_all_until_then(store):
    receipt = handed(store, bare(store, WHO | {"A1": "截至2026年10月底施工许可明细"}))
    assert codes(receipt) == ["wider_period_named"]
    assert codes(handed(store, bare(store, WHO | {"A1": "截至2026年9月底施工许可明细", **WHEN}))) != []


@pytest.mark.parametrize(
    ("title", "tab", "is_asked"),
    [
        ("2025年度施工许可明细", "Sheet1", True),
        ("施工许可明细", "2025年", True),
        ("2026年施工许可明细", "Sheet1", False),
        ("施工许可明细（2025年版）", "Sheet1", False),
        ("施工许可明细（同比2025年）", "Sheet1", False),
    ],
)
def test_another_years_template_is_asked_about(store, title, tab, is_asked):
    receipt = handed(store, bare(store, WHO | WHEN | {"A1": title}, tab=tab))
    assert codes(receipt) == (["other_period_named"] if is_asked else []), receipt.issues


def test_a_zero_among_chinese_figures_is_one(store):
    is_taken(store, handed(store, bare(store, WHO | {"A1": "施工许可明细（二0二六年十月）"})))
