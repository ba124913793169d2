"""A code that was typed as a number is kept as its cell shows it, or goes back: never another key than people see."""

import pytest

from tests.conftest import REASON, edited, filled, ingest, sample_rows, shanghai
from tests.loaders.arriving.test_hostile import facts_of
from tests.loaders.workshop import FILES

BEFORE = shanghai("2026-11-18T09:30:00")
SEEN = [
    ("0000", 112, "0112"),
    ('"EZCJ-"0000', 112, "EZCJ-0112"),
    ("0.00", 12.1, "12.10"),
    ("000-0000", 7110112, "711-0112"),
    ("General", 5, "5"),
    ("0", 12, "12"),
    ("00\\.00", 1310, "13.10"),
    ('"第"000"号"', 7, "第007号"),
    ("@", 77, "77"),
    ("0000-0000000", 7113861234, "0711-3861234"),
    ("000000;-000000", 112, "000112"),
    ("0_ ", 112, "112"),
    ('0"-A"', 12, "12-A"),
    ("[$-804]0000", 113, "0113"),
    ("0000;[Red]-0000;0000;@", 114, "0114"),
]
KEYS = {seen for _, _, seen in SEEN} | {"EZCJ-0115"}


def codes_typed_as_numbers(store) -> bytes:
    """A ledger of the archive whose keys are numbers under the formats above, and a text under one."""
    first = sample_rows("AR-01", "DAG")[0]
    rows = [first | {"archive_no": f"K{n}", "project_name": f"示例工程{n}"} for n in range(len(KEYS))]

    def write(book):
        for row_no, (code, number, _) in enumerate(SEEN, 5):
            typed(book.worksheets[0].cell(row_no, 3), code, number)
        typed(book.worksheets[0].cell(5 + len(SEEN), 3), '"EZCJ-"@', "0115")

    return edited(filled(store, "AR-01", "DAG", rows=rows), write)


def typed(cell, code: str, value: float | str) -> None:
    cell.value, cell.number_format = value, code


def with_cell(store, place: str, code: str, value: float, template: str = "AR-01", unit: str = "DAG"):
    content = edited(filled(store, template, unit), lambda book: typed(book.worksheets[0][place], code, value))
    return ingest(store, content, "a.xlsx", BEFORE, explanations=REASON)


def codes(receipt) -> set[tuple[str, str | None]]:
    return {(issue.code, issue.cell) for issue in receipt.issues if issue.severity == "error"}


def test_codes_are_kept_as_they_are_seen(store):
    receipt = ingest(store, codes_typed_as_numbers(store), "a.xlsx", BEFORE, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    assert {key for _, key, _ in facts_of(store)} == KEYS


def test_the_same_in_the_old_format(store):
    """Made by LibreOffice from the workbook of codes_typed_as_numbers."""
    receipt = ingest(store, (FILES / "ar01_codes.xls").read_bytes(), "a.xls", BEFORE, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    assert {key for _, key, _ in facts_of(store)} == KEYS


@pytest.mark.parametrize("written", ["0112", '="0112"', "12.10", "EZCJ-0112", "007"])
def test_a_csv_is_kept_as_it_is(store, written):
    quoted = '"' + written.replace('"', '""') + '"'
    head = "报送期,填报单位,档案认可/接收编号,工程名称,预验收日期,案卷数,电子文件数,状态"
    line = f"2026-10,城建档案馆,{quoted},示例小学,2026-09-21,42,311,待移交"
    receipt = ingest(store, f"{head}\r\n{line}\r\n".encode(), "a.csv", BEFORE, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    assert {key for _, key, _ in facts_of(store)} == {written.strip('="')}


@pytest.mark.parametrize(
    ("format_", "number", "code"),
    [
        ("# ?/?", 0.5, "not_as_shown"),
        ("0.00E+00", 12345678, "not_as_shown"),
        ("#,##0", 1234567, "not_as_shown"),
        ("[DBNum1]0", 12, "not_as_shown"),
        ("General", 1 / 3, "not_as_shown"),
        ("0,", 112000, "not_as_shown"),
        ("0.0%%", 0.5, "not_as_shown"),
        (";;;", 112, "hidden_number"),
        ("yyyy-mm-dd", 46000, "text_as_date"),
        ('m"月"d"日"', 46000, "text_as_date"),
    ],
)
def test_a_code_of_which_nobody_can_tell_what_is_seen_goes_back(store, format_, number, code):
    receipt = with_cell(store, "C5", format_, number)
    assert codes(receipt) == {(code, "C5")}
    assert facts_of(store) == {}


@pytest.mark.parametrize(
    ("format_", "number", "kept"),
    [
        ("General", 112, "112"),
        ("0000", 112, "0112"),
        ("0.00", 12.1, "12.10"),
        ('0"号楼"', 3, "3号楼"),
        ('"3-"00', 5, "3-05"),
        ("h:mm", 110 / 1440, "1:50"),
        ("0%", 0.5, "50%"),
        ("#,##0", 1234567, "1,234,567"),
        ("General", 1 / 3, "0.333333333333333"),
        ("yyyy-mm-dd", 46000, "2025-12-09"),
    ],
)
def test_texts_that_are_numbers_are_kept_as_they_are_seen(store, format_, number, kept):
    receipt = with_cell(store, "D5", format_, number)
    assert receipt.outcome == "accepted", receipt.issues
    assert facts_of(store)["AR-01", "EZCJ-RK-2026-0112", "project_name"] == kept


@pytest.mark.parametrize("format_", ['m"月"d"日"', "d-mmm", "mmm-yy", "# ?/?"])
def test_a_house_number_that_became_a_date_goes_back(store, format_):
    (only,) = codes(with_cell(store, "D5", format_, 46000.25))
    assert only in {("text_as_date", "D5"), ("not_as_shown", "D5")}


@pytest.mark.parametrize("written", ["#N/A", "NaN", "-inf", "1.#QNAN", "########", "#REF!"])
def test_what_programs_write_for_no_value_is_no_code(store, written):
    content = edited(filled(store, "AR-01", "DAG"), lambda book: book.worksheets[0].__setitem__("C5", written))
    (code,) = codes(ingest(store, content, "a.xlsx", BEFORE, explanations=REASON))
    assert code in {("broken_number", "C5"), ("cell_error", "C5")}


def test_figures_are_kept_whole_whatever_is_shown_of_them(store):
    receipt = with_cell(store, "J5", "0", 4231.55, "BE-02", "XZSP")
    assert receipt.outcome == "accepted"
    assert facts_of(store)["BE-02", "420704202610130101", "contract_price"] == 4231.55
