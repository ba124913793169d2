"""What once broke or slipped through: damaged zips, rows that vanished, footnote marks in numbers."""

import io
import zipfile

import pytest
from openpyxl.cell import Cell

from data.reasons import FIGURE, is_reason
from tests.conftest import edited, filled, ingest, preview, sample_rows, shanghai

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
    assert not is_reason(text, FIGURE)


def changed(store, edit, template: str = "BE-02", unit: str = "XZSP"):
    return ingest(store, edited(filled(store, template, unit), edit), "a.xlsx", BEFORE)


def codes(receipt) -> set[str]:
    return {issue.code for issue in receipt.issues}


@pytest.mark.parametrize("format_", ["0,", "#,##0.0,,", ";;;", "0.0%%"])
def test_a_number_that_is_shown_as_another_is_not_taken(store, format_):
    receipt = changed(store, lambda book: setattr(book.worksheets[0]["J6"], "number_format", format_))
    assert codes(receipt) == {"hidden_number" if format_ == ";;;" else "shown_otherwise"}


def test_a_value_under_a_merged_cell_is_seen_by_nobody(store):
    def merge(book):
        sheet = book.worksheets[0]
        sheet.merge_cells("I6:J6")
        sheet["I6"] = 100
        sheet._cells[(6, 10)] = Cell(sheet, row=6, column=10, value=1876)

    receipt = changed(store, merge)
    assert {(i.code, i.cell) for i in receipt.issues if i.severity == "error"} == {("required", "J6")}


def test_rows_that_were_sorted_above_their_header_are_missed(store):
    def sort(book):
        sheet = book.worksheets[0]
        for cell in list(sheet[4]):
            above, header = sheet.cell(5, cell.column).value, cell.value
            sheet.cell(5, cell.column).value, sheet.cell(4, cell.column).value = header, above

    assert "row_above_header" in codes(changed(store, sort))


@pytest.mark.parametrize(("said", "code"), [("金额单位：元", "other_measure"), ("金额单位：万元", None)])
def test_a_measure_of_money_above_the_table_must_be_that_of_its_columns(store, said, code):
    def write(book):
        book.worksheets[0].insert_rows(4)
        book.worksheets[0]["A4"] = said

    receipt = changed(store, write)
    assert ("other_measure" in codes(receipt)) is (code is not None)


@pytest.mark.parametrize(("text", "number"), [("1 876", 1876.0), ("- 5", None), ("12 13", None), ("1876.5 ", 1876.5)])
def test_blanks_between_digits_group_thousands_or_part_two_numbers(store, text, number):
    receipt = changed(store, lambda book: book.worksheets[0].__setitem__("J6", text))
    kept = store.rows("SELECT num FROM fact WHERE column_name = 'contract_price' AND row_no = 6")
    assert kept == ([(number,)] if receipt.outcome == "accepted" else [])
    assert (receipt.outcome == "accepted") is (number is not None)


def test_a_long_explanation_is_judged_at_once():
    assert not is_reason("已经核实无误" * 2000, FIGURE)  # a pattern that tries all ways to part it would never end


def test_what_is_written_beneath_the_month_is_no_month(store):
    def write(book):
        book.worksheets[0].insert_rows(4)
        book.worksheets[0]["A4"] = "填表日期：2026年11月"

    assert changed(store, write).outcome == "accepted"


@pytest.mark.parametrize("again", ["ab 12", "ＡＢ12", "AB\n12"])
def test_keys_that_people_take_for_one_are_one(store, again):
    rows = sample_rows("BE-07", "XZSP")[:1]
    rows = [{**rows[0], "task_code": "AB12"}, {**rows[0], "task_code": again}]
    receipt = ingest(store, filled(store, "BE-07", "XZSP", rows=rows), "a.xlsx", BEFORE)
    assert {"duplicate_key", "bad_pattern"} & codes(receipt)


def test_a_zero_that_nobody_has_computed_is_no_zero(store):
    def write(book):
        book.calculation.fullCalcOnLoad = True
        book.worksheets[0]["J6"] = "=SUM(1,2)"

    content = edited(filled(store, "BE-02", "XZSP"), write)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            made.writestr(
                name, source.read(name).replace(b"</f><v />", b"</f><v>0</v>").replace(b"</f><v/>", b"</f><v>0</v>")
            )
    assert b"</f><v>0</v>" in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert "formula_without_value" in codes(ingest(store, out.getvalue(), "a.xlsx", BEFORE))


@pytest.mark.parametrize(
    "text", ["审核：李四", "负责人：张三", "以下空白", "※ 备注：无", "本月合计", "总计（万元）", "共计："]
)
def test_what_stands_beneath_the_figures_is_no_data(store, text):
    receipt = changed(store, lambda book: book.worksheets[0].__setitem__("A9", text))
    assert (receipt.outcome, receipt.row_count) == ("accepted", 3)


def test_a_whole_row_of_a_ledger_is_an_event_whatever_it_is_called(store):
    receipt = changed(store, lambda book: book.worksheets[0].__setitem__("B6", "合计"))
    assert receipt.row_count == 3 and "total_row" not in codes(receipt)


@pytest.mark.parametrize("text", ["2026年10月9号", "2026年10月9日星期五", "2026—10—09", "2026·10·9"])
def test_days_as_people_write_them(store, text):
    assert changed(store, lambda book: book.worksheets[0].__setitem__("K5", text)).outcome == "accepted"


def test_two_units_in_a_title_are_not_the_first(store):
    def write(book):
        book.worksheets[0]["A2"] = "填报单位：行政审批科、房产交易所"

    assert "unknown_unit" in codes(changed(store, write))
