"""The same mistake in many cells is told once, with every cell."""

import pytest

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Severity
from loaders.issues import Issue
from loaders.messages import receipt_text
from loaders.repeated import LEAST, MOST_TOLD, grouped, others
from tests.conftest import filled, ingest, sample_rows, shanghai


def issue(cell: str | None, column: str | None = "area", code: str = "number", found="三万", **more) -> Issue:
    return Issue(Severity.ERROR, code, "表", cell, column, details={"found": found}, **more)


def test_three_alike_are_told_together_where_the_first_stood():
    listed = [issue("B5"), issue("C5", "price"), issue("B6"), issue(None, None, "no_unit"), issue("B7")]
    assert [[one.cell for one in group] for group in grouped(listed)] == [["B5", "B6", "B7"], ["C5"], [None]]


@pytest.mark.parametrize(
    "other",
    [
        issue("C5", "price"),
        issue("B9", code="too_small"),
        issue("B9", explanation="已核实"),
        Issue(Severity.CHECK, "number", "表", "B9", "area"),
        Issue(Severity.ERROR, "number", "另一张", "B9", "area"),
        Issue(Severity.ERROR, "number", "表", "B9", "area", details={"rule": "R1"}),
    ],
)
def test_what_is_not_the_same_stands_alone(other):
    assert grouped([issue("B5"), issue("B6"), issue("B7"), other])[1] == [other]


def test_two_are_told_one_by_one_and_what_has_no_cell_too():
    assert [len(group) for group in grouped([issue("B5"), issue("B6")])] == [1, 1]
    assert [len(group) for group in grouped([issue(None, None)] * 4)] == [1] * 4


def test_the_others_are_named_with_what_stands_in_them():
    group = [issue("B5"), issue("B6", found="五万"), issue("B7", found=None)]
    assert others(group, None, "zh-CN") == "同样的问题还有 2 处：B6（五万）、B7。"
    assert others(group[:1], None, "zh-CN") == ""
    many = [issue(f"B{row}", found=None) for row in range(5, 5 + MOST_TOLD + 3)]
    assert others(many, None, "en").startswith(f"The same in {MOST_TOLD + 2} more cells: B6, B7")
    assert others(many, None, "en").endswith("…")


def test_a_column_of_words_for_figures_is_one_line_of_the_receipt(store):
    rows = [row | {"area": "三万"} for row in sample_rows("BE-02", "XZSP")]
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "报送.xlsx", shanghai("2026-11-18T09:30:00"))
    wrong = [one for one in receipt.issues if one.column_name == "area"]
    assert len(wrong) == len(rows) >= LEAST
    said = receipt_text(receipt, catalogue_in_force(store), "zh-CN")
    assert said.count(f"!{wrong[0].cell} ") == 1 and f"!{wrong[1].cell} " not in said
    assert f"同样的问题还有 {len(wrong) - 1} 处：{wrong[1].cell}（三万）" in said
