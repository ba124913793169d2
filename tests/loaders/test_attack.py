"""What once broke or slipped through: damaged zips, rows that vanished, footnote marks in numbers."""

import pytest

from loaders.explanations import is_real_explanation
from tests.conftest import edited, filled, ingest, preview, shanghai

BEFORE = shanghai("2026-11-18T09:30:00")


def test_damaged_bytes_anywhere_are_answered(store):
    content = filled(store, "BE-02", "XZSP")
    for place in range(40, len(content), 97):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        assert preview(store, bytes(damaged), "a.xlsx", BEFORE).outcome in ("ready", "returned")


@pytest.mark.parametrize(("cell", "text"), [("C5", "审核人员培训基地"), ("A5", "备注楼改造")])
def test_a_row_of_figures_never_vanishes_for_how_it_begins(store, cell, text):
    content = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__(cell, text))
    receipt = ingest(store, content, "a.xlsx", BEFORE)
    assert receipt.row_count == 3


@pytest.mark.parametrize("text", ["35①", "12²", "5⑫"])
def test_a_mark_beside_a_number_is_no_digit(store, text):
    content = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__("J5", text))
    assert "not_a_number" in [issue.code for issue in ingest(store, content, "a.xlsx", BEFORE).issues]


def test_a_measure_above_the_table_names_no_unit(store):
    def write(book):
        book.worksheets[0].insert_rows(4)
        book.worksheets[0]["A4"] = "计量单位：万元"

    assert ingest(store, edited(filled(store, "BE-02", "XZSP"), write), "a.xlsx", BEFORE).outcome == "accepted"


@pytest.mark.parametrize(
    "text", ["情况属实无异常", "已核实，请审批", "123456789", "Verified OK", "经科室核实无误", "asdfgh", "asdf12"]
)
def test_empty_phrases(text):
    assert not is_real_explanation(text)
