"""Stretches of time that are no month, wherever they stand; and a unit at the foot beside its stamp."""

import pytest

from loaders.checking.recognise import Meant
from tests.conftest import edited, filled
from tests.loaders.checking.bare import bare
from tests.loaders.checking.test_about import TITLE, WHEN, WHO, codes, handed, is_taken, said

pytestmark = pytest.mark.variants

NAME = "施工许可明细"
WIDER = "wider_period_named"


@pytest.mark.parametrize(
    "above",
    [
        {"D2": "统计期间：2026年1月至本月"},
        {"D2": "报送期：2026年1月-目前"},
        {"D2": "统计时间：自2026年1月起"},
        {"D2": "统计时间：2026年1月1日起至今"},
        {"D2": "报送期：2026年01-10"},
        {"D2": "统计时段：2026年9月底至10月底"},
        {"D2": "报送期：2026.01-2026.10"},
        {"D2": "报送期：2026/1-2026/10"},
        {"D2": "报送期：2026年9月26日0时至2026年10月25日24时"},
        {"D2": "报送期：2026年10月上旬"},
        {"D2": "报送期：2026年前10个月"},
        {"A1": f"2026年1月以来{NAME}"},
        {"A1": f"2026.1-2026.10{NAME}"},
        {"A1": f"2026年元月至10月{NAME}"},
        {"A1": f"2026年9、10月{NAME}"},
        {"A1": f"2026年9&10月{NAME}"},
        {"A1": f"2026年9，10两月{NAME}"},
        {"A1": f"2026年{NAME}（前十月）"},
        {"A1": f"2026年10月上旬{NAME}"},
    ],
)
def test_a_stretch_of_time_is_never_a_month_and_is_told_by_itself(store, above):
    receipt = handed(store, bare(store, TITLE | WHO | above))
    assert codes(receipt) == ["period_range"], receipt.issues
    assert NAME not in said(store, receipt)


@pytest.mark.parametrize("tab", ["2026.01-2026.10", "2026年1月以来", "2026年9、10月"])
def test_a_tabs_stretch_of_time_is_told_where_nothing_else_is(store, tab):
    assert codes(handed(store, bare(store, TITLE | WHO, tab=tab))) == ["period_range"]


@pytest.mark.parametrize(
    ("above", "tab", "file_name", "foot"),
    [
        ({"A1": f"2026年1-10月{NAME}"} | WHEN, "", "", {}),
        ({"A1": f"2026年1月以来{NAME}"} | WHEN, "", "", {}),
        ({"A1": f"2026年10月{NAME}（本年累计数）"}, "", "", {}),
        ({"A1": f"2026年10月上旬{NAME}"} | WHEN, "", "", {}),
        (WHEN, "1-10月累计", "", {}),
        (WHEN, "", "施工许可2026年1-10月.xlsx", {}),
        (WHEN | {"A3": "统计口径：2026年1月1日至10月31日"}, "", "", {}),
        (WHEN | {"F2": "（2026年1-10月）"}, "", "", {}),
        (WHEN, "", "", {"A1": "注：以上数据为2026年1-10月累计数"}),
        (WHEN, "", "", {"A1": "注：本表为累计数"}),
    ],
)
def test_more_than_the_month_is_asked_about(store, above, tab, file_name, foot):
    content = bare(store, TITLE | WHO | above, tab=tab or "Sheet1", foot=foot)
    receipt = handed(store, content, file_name or "报送.xlsx")
    assert (receipt.outcome, codes(receipt)) == ("returned", [WIDER]), receipt.issues


def test_our_own_blank_of_the_year_so_far_is_asked_about(store):
    def write(book):
        book.worksheets[0]["A1"] = f"{NAME}（1-10月累计）"

    assert codes(handed(store, edited(filled(store, "BE-02", "XZSP"), write))) == [WIDER]


@pytest.mark.parametrize(
    ("above", "foot"),
    [
        ({"A1": f"2026年10月{NAME}（较2026年1-9月）"}, {}),
        ({"A3": "与上年同期1-10月对比"}, {}),
        ({}, {"A1": "注：本年累计办理153件"}),
        ({}, {"A1": "注：2026年1-10月共办理施工许可153件"}),
        ({}, {"A1": "注：以上数据同比为2025年1-10月"}),
        ({"A3": "自2026年10月起执行新表"}, {}),
        ({}, {"A1": "单位：行政审批科"}),
        ({}, {"A1": "单位：万元"}),
    ],
)
def test_what_is_only_compared_or_added_is_not_asked_about(store, above, foot):
    is_taken(store, handed(store, bare(store, TITLE | WHO | WHEN | above, foot=foot)))


def test_columns_of_the_year_so_far_are_the_templates_own(store):
    def write(book):
        sheet = book.worksheets[0]
        sheet["A1"] = f"{sheet['A1'].value}（含本年累计）"

    assert WIDER not in codes(handed(store, edited(filled(store, "BE-01", "XZSP"), write)))


@pytest.mark.parametrize(
    "foot", ["单位（盖章）：建筑业管理科    负责人：张三", "单位：建筑业管理科", "单位盖章：建筑业管理科"]
)
def test_a_unit_beside_its_stamp_at_the_foot_is_read(store, foot):
    content = bare(store, TITLE | WHEN, foot={"A1": foot})
    assert codes(handed(store, content, meant=Meant("XZSP"))) == ["other_units_file"]
    assert codes(handed(store, bare(store, TITLE | WHO | WHEN, foot={"A1": foot}))) == ["unit_contradicts"]


def test_two_months_of_one_title_are_both_told(store):
    receipt = handed(store, bare(store, WHO | {"A1": f"2026年9月和10月{NAME}"}))
    words = said(store, receipt)
    assert codes(receipt) == ["period_contradicts"] and "（2026年9月）" in words and "（10月）" in words


def test_a_month_without_its_year_is_told(store):
    receipt = handed(store, bare(store, WHO | {"A1": f"10月{NAME}"}))
    assert codes(receipt) == ["period_without_year"]
    assert "“10月”" in said(store, receipt)
