"""In what measure a sheet counts: read right however it is said, or asked about, never taken for another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalogue.in_force import catalogue_in_force
from loaders.checking.measures import Fit, fit, leading_measures, listed_measures, measure_in_format, shown_otherwise
from loaders.messages import receipt_object
from tests.conftest import NOW, REASON, edited, filled, ingest, sample_rows, shanghai
from tests.examples import examples
from tests.loaders.arriving.test_hostile import empty, facts_of
from tests.loaders.checking.bare import bare
from tests.ready import reference_store

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
SAME = {
    "万元": ["万元", "（万元）", "单位：万元", "人民币万元", "万元（人民币）", "万", "万 元", "10k yuan"],
    "元": ["元", "人民币元", "元人民币", "元整", "［元］"],
    "㎡": ["㎡", "m²", "m2", "M2", "平方米", "平米", "平方", "（平方米）"],
    "工作日": ["工作日", "个工作日", "（工作日）", "工作天"],
    "日(自然日)": ["日", "天", "自然日", "日历天", "个自然日"],
    "件": ["件", "个", "宗", "笔", "项", "人次", "套"],
    "%": ["%", "％", "百分比", "百分数"],
    "小时": ["小时", "个小时", "h"],
}
OTHER = {
    "万元": ["元", "千元", "百万元", "亿元", "亿", "人民币元", "元/㎡", "美元", "万美元", "%", "件"],
    "元": ["万元", "万", "千元", "亿元"],
    "㎡": ["万㎡", "万平方米", "亩", "公顷", "平方公里", "元/㎡", "m"],
    "工作日": ["天", "日", "自然日", "小时", "个月", "分钟"],
    "日(自然日)": ["工作日", "个工作日", "小时"],
    "件": ["万件", "千件", "万", "%", "元"],
    "%": ["‰", "千分比", "小数"],
    "小时": ["分钟", "天", "工作日"],
}
NONE = ["备注", "含税", "不含税", "其中地下", "建筑面积", "当月", "月", "年", "说明", "", "住宅", "XZSP", "本年累计"]


@pytest.mark.parametrize(("own", "texts"), SAME.items())
def test_kin_are_the_same(own, texts):
    assert {text: fit(text, own) for text in texts} == dict.fromkeys(texts, Fit.SAME)


@pytest.mark.parametrize(("own", "texts"), OTHER.items())
def test_others_are_others(own, texts):
    assert {text: fit(text, own) for text in texts} == dict.fromkeys(texts, Fit.OTHER)


@pytest.mark.parametrize("own", ["万元", "㎡", "件", "%"])
def test_remarks_are_no_measures(own):
    assert {text: fit(text, own) for text in NONE} == dict.fromkeys(NONE, Fit.NONE)


def test_a_measure_that_nobody_knows_is_itself():
    assert fit("TEU", "TEU") is Fit.SAME
    assert fit("万元", "TEU") is Fit.OTHER


def test_lists_of_measures():
    assert leading_measures("万元、平方米  填表人:李某") == ["万元", "平方米"]
    assert leading_measures("行政审批科(XZSP)") == []
    assert listed_measures("万元,件,%") == ["万元", "件", "%"]
    assert listed_measures("万元,李某") == []


@pytest.mark.parametrize(
    ("number", "look", "own", "shown"),
    [
        (42315500, '0!.0,"万"', "万元", "4231.6万"),
        (42315500, '0!.0,"万元"', "元", None),
        (42315500, '0.00"元"', "万元", "42315500.00元"),
        (4231.55, '0.00"万元"', "万元", None),
        (4231.55, '0.00"万元/day"', "万元", None),
        (5, '0"万元"', "元", "5万元"),
        (12, '0"个"', "件", None),
        (12, '0"万件"', "件", "12万件"),
        (4231, "0,", "万元", "4"),
        (1876, "[$￥-804]#,##0.00", "万元", None),
    ],
)
def test_what_a_format_writes_beside_a_figure(number, look, own, shown):
    assert shown_otherwise(number, look, own) == shown
    assert measure_in_format("[$￥-804]#,##0.00") == ""


# Files


def put(**cells):
    """An edit that writes texts into cells of the form."""

    def write(book):
        for place, value in cells.items():
            book.worksheets[0][place] = value

    return write


def beneath(**cells):
    """The same in a row that is put in under the header."""
    return lambda book: (book.worksheets[0].insert_rows(5), put(**cells)(book))


def formatted(place: str, code: str, value: float | None = None):
    def write(book):
        cell = book.worksheets[0][place]
        cell.value = cell.value if value is None else value
        cell.number_format = code

    return write


def grouped(text: str):
    """A group of two columns with its own heading over them."""

    def write(book):
        sheet = book.worksheets[0]
        sheet.insert_rows(4)
        sheet["I4"] = text
        sheet.merge_cells("I4:J4")

    return write


RIGHT = {
    "area in 平方米": put(I4="建筑面积（平方米）"),
    "area in 平米": put(I4="建筑面积(平米)"),
    "area in m²": put(I4="建筑面积 m²"),
    "days with 个": put(M4="承诺时限（个工作日）", N4="实际用时\n工作日"),
    "price in 万": put(J4="合同价格（万）"),
    "price in 人民币万元": put(J4="合同价格（人民币万元）"),
    "a colon": put(J4="合同价格："),
    "labelled": put(J4="合同价格（计量单位：万元）"),
    "and what must be filled": put(J4="合同价格（万元）（必填）"),
    "a column of remarks": put(R4="合同价格（备注）", R5="含暂列金"),
    "a column of parts": put(R4="建筑面积（其中地下）", R5=100),
    "a column with tax": put(R4="合同价格（含税）", R5=5000),
    "a column by area": put(R4="合同价格/建筑面积", R5=0.2),
    "the same again in yuan": put(R4="合同价格（元）", R5=42315500),
    "beside its label": put(K2="计量单位：", L2="万元"),
    "a list above": put(K2="单位：万元、平方米、工作日"),
    "above, in RMB": put(K2="金额单位：人民币万元"),
    "in the title": put(A1="BE-02 建筑工程施工许可办理月报（单位：万元、㎡）"),
    "above, before somebody's name": put(K2="单位：万元    填报人：李某"),
    "the row of measures in kin": put(J3="（万元）", I3="（平方米）", M3="个工作日"),
    "no row of measures": put(**{f"{column}3": None for column in "ABCDEFGHIJKLMNOPQ"}),
    "a row of measures under the header": beneath(J5="万元", I5="平方米", M5="工作日", N5="个工作日"),
    "the same in brackets": beneath(C5="/", J5="（万元）", I5="（㎡）"),
    "at the foot": put(C9="注：1. 金额单位：万元。2. 本表每月22日前报送。"),
    "of the kind of the counted": put(K2="计量单位：件"),
    "a date in four cells": put(K2="2026", L2="年", M2="10", N2="月"),
    "by the month": put(K2="按月填报"),
    "the unit's own name": put(K2="单位", L2="行政审批科"),
    "days over all": put(K2="单位：天"),
    "a format in 万元": formatted("J5", '0.00"万元"'),
    "a format in yuan signs": formatted("J5", '_ ￥* #,##0.00_ ;_ ￥* \\-#,##0.00_ ;_ ￥* "-"??_ ;_ @_ '),
    "a format in 工作日": formatted("M5", '0"个工作日"'),
    "paired with what they measure": put(K2="（金额：万元；面积：平方米）"),
    "paired in brackets": put(K2="金额（万元）、面积（㎡）"),
    "paired in a label": put(K2="单位：面积㎡、金额万元"),
    "paired at the foot": put(C9="注：合同价格单位万元，建筑面积单位平方米"),
    "all alike at the foot": put(C9="备注：上表金额均为万元。"),
    "the price of one square metre": put(K2="说明：单方造价（元）=合同价格÷建筑面积"),
    "a blank in a sentence": put(K2="建设单位 个，金额____元，面积 12 亩"),
    "a group's measures": grouped("规模与价格（万元、㎡）"),
}
WRONG = {
    "in brackets": (put(J4="合同价格（元）"), "J4"),
    "after a blank": (put(J4="合同价格 元"), "J4"),
    "on a line of its own": (put(J4="合同价格\n元"), "J4"),
    "after a stroke": (put(J4="合同价格/元"), "J4"),
    "full-width brackets": (put(J4="合同价格［元］"), "J4"),
    "in 亿元": (put(J4="合同价格（亿元）"), "J4"),
    "in 人民币元": (put(J4="合同价格（人民币元）"), "J4"),
    "with tax": (put(J4="合同价格（元，含税）"), "J4"),
    "area in 万平方米": (put(I4="建筑面积（万平方米）"), "I4"),
    "area in 亩": (put(I4="建筑面积（亩）"), "I4"),
    "hours": (put(M4="承诺时限（小时）"), "M4"),
    "days that are no working days": (put(M4="承诺时限（天）"), "M4"),
    "beside its label": (put(K2="计量单位：", L2="元"), "L2"),
    "below its label": (put(K1="计量单位", K2="元"), "K2"),
    "labelled": (put(K2="单位：元"), "K2"),
    "money's label": (put(K2="金额单位", L2="人民币元"), "L2"),
    "before somebody's name": (put(K2="单位：元    填报人：李某"), "K2"),
    "in 千元": (put(K2="（单位：千元）"), "K2"),
    "in the title": (put(A1="BE-02 建筑工程施工许可办理月报（元）"), "A1"),
    "in the title, labelled": (put(A1="BE-02 建筑工程施工许可办理月报（单位：元）"), "A1"),
    "in a sentence": (put(K2="金额均以元填报"), "K2"),
    "in the row of measures": (put(J3="必填·元"), "J3"),
    "in the row of measures, in brackets": (put(J3="（元）"), "J3"),
    "in the row of measures, area": (put(I3="选填·万㎡"), "I3"),
    "in a row under the header": (beneath(J5="元", I5="平方米", M5="工作日"), "J5"),
    "at the foot": (put(A9="注：合同价格以元计"), "A9"),
    "at the foot, labelled": (put(C9="备注：金额单位为元"), "C9"),
    "at the foot, in a sentence": (put(C9="说明：1.金额以元为单位"), "C9"),
    "of the area": (put(K2="面积单位：万㎡"), "K2"),
    "in a list": (put(K2="单位：万元、万㎡"), "K2"),
    "paired with what they measure": (put(K2="（金额：元；面积：平方米）"), "K2"),
    "paired in brackets": (put(K2="金额（元）、面积（㎡）"), "K2"),
    "paired in a label": (put(K2="单位：面积㎡、金额元"), "K2"),
    "paired at the foot": (put(C9="注：合同价格单位元，建筑面积单位平方米"), "C9"),
    "all alike at the foot": (put(C9="备注：上表金额均为元。"), "C9"),
    "of a group": (grouped("规模与造价（元）"), "I4"),
    "against the heading's own": (put(K2="计量单位：元", J4="合同价格（万元）"), "K2"),
}
SHOWN = {
    "a format in 元": formatted("J5", '0.00"元"'),
    "a format in 万 of a figure in 元": formatted("J5", '0!.0,"万"', 42315500),
    "a format in thousands": formatted("J5", "0.00,", 42315500),
    "a format in 亿元": formatted("J5", '0.00"亿元"'),
    "a format in 公顷": formatted("I5", '0.00"公顷"'),
}


def sent(store, edit):
    return ingest(store, edited(filled(store, "BE-02", "XZSP"), edit), "a.xlsx", BEFORE, explanations=REASON)


@pytest.mark.parametrize("edit", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_taken_as_it_is(store, edit):
    ingest(store, filled(store, "BE-02", "XZSP"), "b.xlsx", BEFORE)
    plain = facts_of(store)
    empty(store)
    receipt = sent(store, edit)
    assert receipt.outcome == "accepted", receipt.issues
    assert facts_of(store) == plain


@pytest.mark.parametrize(("edit", "place"), WRONG.values(), ids=WRONG)
def test_another_measure_is_told_with_its_place(store, edit, place):
    receipt = sent(store, edit)
    (issue,) = receipt_object(receipt, "zh-CN")["issues"]
    assert (issue["code"], issue["cell"]) == ("other_measure", place)
    assert issue["expected"] in ("万元", "㎡", "工作日")
    assert "缺少必填列" not in issue["message"] and "计量单位" in issue["message"]
    assert facts_of(store) == {}


@pytest.mark.parametrize("edit", SHOWN.values(), ids=SHOWN)
def test_a_format_that_shows_another_quantity_is_told_with_both(store, edit):
    receipt = sent(store, edit)
    (issue,) = [issue for issue in receipt_object(receipt, "zh-CN")["issues"] if issue["severity"] == "error"]
    assert issue["code"] == "shown_otherwise"
    assert issue["found"] in issue["message"] and "公式" not in issue["message"]
    assert facts_of(store) == {}


@pytest.mark.parametrize(("heading", "code"), [("合同价格（元）", "other_measure"), ("合同价格（人民币万元）", None)])
def test_a_csv_says_it_too(store, heading, code):
    rows = sample_rows("BE-02", "XZSP")
    columns = catalogue_in_force(store).template("BE-02").columns
    lines = [[heading if column.name == "contract_price" else column.label["zh-CN"] for column in columns]]
    lines += [["" if row[column.name] is None else str(row[column.name]) for column in columns] for row in rows]
    content = "\r\n".join(",".join(line) for line in lines).encode()
    receipt = ingest(store, content, "a.csv", BEFORE)
    assert [issue.code for issue in receipt.issues] == ([code] if code else [])


def test_the_heading_that_may_be_meant_is_named(store):
    receipt = sent(store, put(J4="合同价格（含税）"))
    (issue,) = receipt_object(receipt, "zh-CN")["issues"]
    assert issue["code"] == "missing_columns" and "合同价格(含税)" in issue["message"]


@pytest.mark.parametrize(("tab", "codes"), [("明细(单位元)", ["other_measure"]), ("明细(单位万元)", []), ("10月", [])])
def test_the_name_of_a_sheet_says_it_too(store, tab, codes):
    content = bare(store, {"A1": "行政审批科2026年10月建筑工程施工许可发放明细"}, tab=tab)
    assert [issue.code for issue in ingest(store, content, "a.xlsx", BEFORE).issues] == codes


@pytest.mark.parametrize(
    ("file_name", "codes"),
    [
        ("施工许可明细（单位元）.xlsx", ["other_measure"]),
        ("施工许可明细（金额：元）.xlsx", ["other_measure"]),
        ("2026年10月施工许可-单位：元.xlsx", ["other_measure"]),
        ("施工许可明细（元）.xlsx", ["other_measure"]),
        ("施工许可明细（万元）.xlsx", []),
        ("施工许可明细（一单元）.xlsx", []),
        ("施工许可明细（2）.xlsx", []),
    ],
)
def test_so_does_the_name_of_the_file(store, file_name, codes):
    content = bare(store, {"A1": "行政审批科2026年10月建筑工程施工许可发放明细"})
    assert [issue.code for issue in ingest(store, content, file_name, BEFORE).issues] == codes


@pytest.mark.parametrize("heading", ["合同价款（万元）", "合同价", "施工合同价格(万元)"])
def test_a_heading_that_is_much_like_a_missing_one_is_named(store, heading):
    (issue,) = receipt_object(sent(store, put(J4=heading)), "zh-CN")["issues"]
    assert issue["code"] == "missing_columns" and f"表头里有“{heading[:4].rstrip('（')}" in issue["message"]


measures = st.sampled_from(["万元", "万", "人民币万元", "元", "千元", "亿元", "人民币元"])
ways = st.sampled_from(
    ["({})", "（{}）", " {}", "/{}", "［{}］", "【{}】", "(单位：{})", "\n{}", "，{}", "（必填，{}）"]
)
places = st.sampled_from(["heading", "above", "beside", "row of measures", "title", "foot", "format"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory):

    with_reference = reference_store(tmp_path_factory.mktemp("measures") / "store.duckdb", NOW)
    yield with_reference
    with_reference.close()


@examples(60)
@given(measures, ways, places)
def test_a_measure_is_read_right_or_asked_about(opened, measure: str, way: str, place: str) -> None:
    """However 万元 is said the figures are kept; whatever else is said of them, they are not."""
    edit = {
        "heading": put(J4="合同价格" + way.format(measure)),
        "above": put(K2=f"单位：{measure}"),
        "beside": put(K2="金额单位", L2=measure),
        "row of measures": put(J3=f"必填·{measure}"),
        "title": put(A1=f"施工许可月报（单位：{measure}）"),
        "foot": put(C9=f"注：金额单位：{measure}"),
        "format": formatted("J5", f'0.00"{measure}"'),
    }[place]
    try:
        receipt = sent(opened, edit)
        kept = facts_of(opened)
    finally:
        empty(opened)
    if re.search("万", measure):
        assert receipt.outcome == "accepted", receipt.issues
        assert kept["BE-02", "420704202610130101", "contract_price"] == 4231.55
    else:
        assert receipt.outcome == "returned" and kept == {}
