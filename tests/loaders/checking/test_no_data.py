"""Rows that are no data: left out with one sentence at most, and never a row of figures without a word."""

import datetime

import pytest
from openpyxl.utils import get_column_letter

from loaders.checking.footers import is_day, is_signature, is_total
from loaders.messages import receipt_object
from tests.conftest import REASON, edited, filled, ingest, shanghai
from tests.loaders.arriving.test_hostile import empty, facts_of

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
UNITS = {"BE-01": "XZSP", "BE-02": "XZSP", "BE-09": "FJS", "AR-01": "DAG"}
TOTALS = [
    "合计",
    "合\u3000计",
    "合计数",
    "合计:34件",
    "合计34件",
    "共4项",
    "共计 34 件",
    "小计(住宅)",
    "本页小计",
    "以上合计",
    "总计(万元)",
    "共计:",
    "累计",
    "本月合计",
    "住宅小计",
    "一季度合计",
    "合计金额",
    "总 计",
    "TOTAL",
    "合计(大写):",
    "全市合计",
    "共 3 条",
    "以上共4项",
    "计:34件",
    "合计 33",
    "汇总",
    "总计:20095.75万元",
    "合计共34件",
]
EVENTS = [
    "合计工程项目部办公楼",
    "示例小区",
    "共青团路改造",
    "小计量器具厂",
    "总计划工程",
    "合计路1号",
    "计算机大楼",
    "累计贡献奖",
    "本月受理件数",
    "执法人员总数",
]
CLOSINGS = [
    "单位负责人:王某",
    "填报人:李某",
    "联系电话:0711-1",
    "注:1. 本表",
    "审核:李四",
    "以下空白",
    "※ 备注:无",
    "制表人:张三",
    "制表人 张三",
    "制表人张三",
    "审核人",
    "以下无正文",
    "(以下无正文)",
    "备注:无",
    "备注",
    "说明:略",
    "(盖章)",
    "单位(盖章):",
    "填报日期:2026年10月31日",
    "填报日期",
    "第1页 共2页",
    "注1:口径",
    "填报人(签字):",
    "经办人_____",
    "附注:",
    "数据来源:系统",
    "公章",
    "本表一式两份",
]
NAMES = [
    "审核人员培训基地",
    "备注楼改造",
    "说明牌制作",
    "注册大厅",
    "附件楼",
    "填报人数统计室",
    "联系人民医院",
    "盖章机采购项目楼",
    "公章刻制店",
    "时间广场",
    "单位宿舍",
]


def test_what_is_a_total_and_what_is_called_like_one():
    assert [text for text in TOTALS if not is_total(text)] == []
    assert [text for text in EVENTS if is_total(text)] == []


def test_what_closes_a_sheet_and_what_begins_like_it():
    assert [text for text in CLOSINGS if not is_signature(text)] == []
    assert [text for text in NAMES if is_signature(text)] == []
    assert all(map(is_day, ["2026年10月31日", "2026-10-31", "2026 年 10 月", "二〇二六年十月三十一日", "年 月 日"]))


def put(**cells):
    def write(book):
        for place, value in cells.items():
            book.worksheets[0][place] = value

    return write


def beside_own_numbers(**cells):
    """Cells of a sheet that has got a column of the sender's own numbers on its left; the places are those after it."""
    return lambda book: (
        book.worksheets[0].insert_cols(1),
        put(A4="序号", A5=1, A6=2, A7=3)(book),
        put(**cells)(book),
    )


def header_again(book):
    sheet = book.worksheets[0]
    for column in range(1, 18):
        sheet.cell(9, column, sheet.cell(4, column).value)


def numbered(form: str):
    def write(book):
        book.worksheets[0].insert_rows(5)
        for column in range(1, 18):
            text = form.format(column)
            book.worksheets[0].cell(5, column, int(text) if text.isdecimal() else text)

    return write


def whole_row(text: str):
    return put(**{f"{get_column_letter(column)}9": text for column in range(3, 18)})


LEFT_OUT = {
    "合计数": ("BE-02", put(C9="合计数", J9=20095.75), "total_row"),
    "合计:34件": ("BE-01", put(C10="合计：34件"), "total_row"),
    "共4项": ("BE-01", put(C9="共4项"), "total_row"),
    "共计 34 件": ("BE-01", put(C9="共计 34 件"), "total_row"),
    "小计（住宅）": ("BE-02", put(C9="小计（住宅）", J9=5), "total_row"),
    "本页小计": ("BE-02", put(E9="本页小计", J9=5), "total_row"),
    "以上合计": ("BE-02", put(C9="以上合计", J9=20095.75), "total_row"),
    "住宅小计": ("BE-02", put(C9="住宅小计", J9=3), "total_row"),
    "合　　计": ("AR-01", put(C9="合　　计", J9=227, K9=1693), "total_row"),
    "a total in words": ("BE-02", put(C9="合计（大写）：", E9="贰万元"), "total_row"),
    "a total after period and unit": ("BE-02", put(A9="2026-10", B9="行政审批科", C9="合计", J9=2), "total_row"),
    "a total of a list": ("BE-09", put(C7="合计", E7=5, F7=5), "total_row"),
    "an average": ("BE-01", put(C9="平均值", N9=99.0), "row_left_out"),
    "growth": ("BE-02", put(C9="同比增长（%）", J9=100), "row_left_out"),
    "the year before": ("BE-02", put(E9="上年同期", J9=100), "row_left_out"),
    "own numbers": ("BE-02", beside_own_numbers(), None),
    "a total without figures beside": ("BE-02", beside_own_numbers(A9="合计"), None),
    "signatures beside": ("BE-02", beside_own_numbers(A9="制表人：张三", F9="审核人：李四"), None),
    "a note beside": ("BE-02", beside_own_numbers(A9="注：数据截至月末"), None),
    "a note": ("BE-02", put(C9="注：本表数据截至10月31日"), None),
    "words": ("BE-02", put(E9="说明：以上为网办数据"), None),
    "several notes": (
        "BE-02",
        put(C9="注：1.本表每月报送。", C10="2.合同价格以万元计。", C11="3、面积以平方米计。"),
        None,
    ),
    "signatures": ("BE-02", put(C9="制表人：张三", F9="审核人：李四", K9="2026年11月2日"), None),
    "signatures in cells": ("BE-02", put(C9="制表人", D9="张三", F9="审核人", G9="李四", J9="填表日期"), None),
    "a stamp": ("BE-02", put(C9="填报单位（盖章）：", H9="单位负责人（签字）："), None),
    "no more": ("BE-02", put(C9="（以下无正文）"), None),
    "what follows": ("BE-02", put(C9="（以下为市政工程）"), None),
    "a page": ("BE-02", put(H9="第 1 页 共 1 页"), None),
    "a day": ("BE-02", put(C9="2026年10月31日"), "row_left_out"),
    "a day as a date": ("BE-02", put(K9=datetime.date(2026, 10, 31)), "row_left_out"),
    "a part's title": ("BE-02", put(C9="二、市政工程"), "row_left_out"),
    "nothing this month": ("BE-02", put(C9="本月无业务"), "row_left_out"),
    "strokes": ("BE-02", whole_row("/"), None),
    "dashes": ("BE-02", whole_row("——"), None),
    "dots": ("BE-02", put(C9="……"), None),
    "the header again": ("BE-02", header_again, None),
    "numbers of columns": ("BE-02", numbered("{}"), None),
    "numbers in brackets": ("BE-02", numbered("（{}）"), None),
    "a stamp's picture": ("BE-02", put(H9='=_xlfn.DISPIMG("ID_1",1)'), "picture_row"),
    "signed with a figure": ("BE-02", put(C9="制表人：张三", J9=20095.75), "row_left_out"),
    "noted with a figure": ("BE-02", put(C9="注：", J9=20095.75), "row_left_out"),
}


@pytest.mark.parametrize(("template", "edit", "code"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_they_are_left_out_with_a_sentence_at_most(store, template, edit, code):
    content = filled(store, template, UNITS[template])
    ingest(store, content, "a.xlsx", BEFORE, explanations=REASON)
    before = facts_of(store)
    empty(store)
    receipt = ingest(store, edited(content, edit), "a.xlsx", BEFORE, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    assert facts_of(store) == before
    assert [issue.code for issue in receipt.issues if issue.code != "rule"] == ([code] if code else [])


def test_what_was_left_out_is_in_the_sentence(store):
    content = edited(filled(store, "BE-02", "XZSP"), put(C9="制表人：张三", J9=20095.75))
    (issue,) = receipt_object(ingest(store, content, "a.xlsx", BEFORE), "zh-CN")["issues"]
    assert issue["cell"] == "C9" and "第 9 行" in issue["message"] and "20095.75" in issue["message"]


@pytest.mark.parametrize("text", ["合计", "小计", *EVENTS[:6], *NAMES])
def test_an_event_is_kept_whatever_it_is_called(store, text):
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), put(E5=text)), "a.xlsx", BEFORE)
    assert receipt.outcome == "accepted", receipt.issues
    assert facts_of(store)["BE-02", "420704202610130101", "project_name"] == text


@pytest.mark.parametrize("word", ["合计", "合计：", "共3项", "本页小计"])
def test_a_total_under_the_senders_own_numbers_is_one_question(store, word):
    edit = beside_own_numbers(A9=word, I9=33, J9=34)
    receipt = ingest(store, edited(filled(store, "BE-01", "XZSP"), edit), "a.xlsx", BEFORE, explanations=REASON)
    (issue,) = [i for i in receipt_object(receipt, "zh-CN")["issues"] if i["severity"] != "check"]
    assert (issue["code"], issue["cell"], issue["severity"]) == ("total_row_beside", "A9", "error")
    assert word.rstrip("：") in issue["message"] and "第 9 行" in issue["message"]


@pytest.mark.parametrize(
    "cells",
    [
        {"C8": "420704202610139999", "E8": "示例", "F8": "示例建工", "H8": "示例建工", "J8": 5},
        {"E8": "示例", "J8": 5, "K8": "2026-10-08", "L8": "2026-10-09", "M8": 7, "N8": 2},
    ],
)
def test_a_row_that_was_begun_is_asked_about(store, cells):
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), put(**cells)), "a.xlsx", BEFORE)
    assert receipt.outcome == "returned"
    assert {issue.code for issue in receipt.issues} - {"rule"} == {"required"}


SCARCE = {
    "a name": {"E8": "示例"},
    "a name and a figure": {"E8": "备注楼改造", "J8": 5},
    "a figure far below": {"J60": 5},
    "a stray letter": {"N70": "x"},
    "a numbered note": {"C8": "1、本表按发证日期统计；"},
    "a star": {"C8": "★为省级重点项目"},
    "of which": {"C8": "其中：房屋建筑", "I8": 90000, "J8": 30000},
    "prefilled choices": {"O8": "全程网办", "P8": "否", "Q8": "是"},
    "a dragged zero": {"N8": 0},
}


@pytest.mark.parametrize("cells", SCARCE.values(), ids=SCARCE)
def test_a_row_that_holds_hardly_anything_is_one_question(store, cells):
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), put(**cells)), "a.xlsx", BEFORE)
    (issue,) = receipt_object(receipt, "zh-CN")["issues"]
    first = next(iter(cells))
    assert (receipt.outcome, issue["code"], issue["cell"]) == ("returned", "not_a_row", first)
    assert (
        f"第 {first[1:]} 行" in issue["message"]
        and str(cells[first]).split("：")[0].strip("（）")[:4] in issue["message"]
    )


def test_such_a_row_alone_is_told_as_what_it_is(store):
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=[{"project_name": "示例"}]), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["not_a_row"]


def test_choices_of_a_ledger_alone_are_no_row_however_many(store):
    edit = put(J20=0, K20=0, M20="已移交")
    receipt = ingest(store, edited(filled(store, "AR-01", "DAG"), edit), "a.xlsx", BEFORE)
    assert "required" not in [issue.code for issue in receipt.issues if issue.cell and issue.cell.endswith("20")]


STAND_INS = ["/", "\\", "-", "—", "N/A", "同上", "〃", "待补充", "待定"]


@pytest.mark.parametrize("text", STAND_INS)
def test_a_word_that_says_nothing_does_not_fill_what_must_be_filled(store, text):
    edit = put(F5=text, H6=text)
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), edit), "a.xlsx", BEFORE)
    told = receipt_object(receipt, "zh-CN")["issues"]
    assert [(issue["code"], issue["cell"], issue["found"]) for issue in told] == [
        ("required", "F5", text),
        ("required", "H6", text),
    ]
    assert all(f"“{text}”不算填写" in issue["message"] for issue in told)


def test_none_is_an_answer_and_what_may_be_blank_keeps_its_words(store):
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), put(F5="无")), "a.xlsx", BEFORE)
    assert receipt.outcome == "accepted", receipt.issues
    assert "无" in facts_of(store).values()


def test_a_column_of_the_senders_own_that_is_no_number_is_told(store):
    edit = beside_own_numbers(A4="分管领导")
    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), edit), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["unknown_column"]
