"""NaN and infinity leave no reader as numbers, in whatever column they stand, and stop no other file."""

import json
import math
import struct

import pytest

from data.store import Store
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from loaders.reading.found import FoundSheet
from loaders.sheets import cells_told
from tests.conftest import REASON, edited, filled, ingest, preview, shanghai
from tests.loaders.arriving.test_hostile import facts_of
from tests.loaders.workshop import FILES, number_cell

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
_NUMBER, _MULRK = 0x0203, 0x00BD
_COLUMNS = [(2, "code"), (4, "text"), (8, "amount"), (9, "amount"), (10, "date"), (12, "count")]


def with_number_in_xls(content: bytes, col: int, number: float) -> bytes:
    """be02.xls with a number record in row 6, in the place of the
    record that holds that row's figures.
    """
    found = content.index(struct.pack("<HHHH", _MULRK, 36, 5, 9))
    style = struct.unpack_from("<H", content, found + 8)[0]
    record = struct.pack("<HHHHHd", _NUMBER, 14, 5, col, style, number)
    filler = struct.pack("<HH", 0x0867, 40 - len(record) - 4).ljust(40 - len(record), b"\0")
    return content[:found] + record + filler + content[found + 40 :]


def cells(receipt: Receipt) -> set[tuple[str, str | None]]:
    return {(issue.code, issue.cell) for issue in receipt.issues if issue.severity == "error"}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("col", "kind"), _COLUMNS)
def test_an_xls_may_hold_anything_in_any_column(store, col, kind, number):
    content = with_number_in_xls((FILES / "be02.xls").read_bytes(), col, number)
    receipt = ingest(store, content, "a.xls", BEFORE, explanations=REASON)
    code = {"amount": "not_a_number", "count": "not_a_number", "date": "bad_date"}.get(kind, "broken_number")
    assert (code, f"{chr(65 + col)}6") in cells(receipt)
    assert facts_of(store) == {}


@pytest.mark.parametrize("written", ["NaN", "INF", "-Infinity", "1.#QNAN", "1.#INF", "1e999", "nan(0x1)"])
@pytest.mark.parametrize(
    ("place", "code"), [("J5", "not_a_number"), ("C5", "broken_number"), ("K5", "bad_date"), ("O5", "broken_number")]
)
def test_an_xlsx_goes_back_with_the_cell(store, written, place, code):
    receipt = ingest(store, number_cell(filled(store, "BE-02", "XZSP"), place, written), "a.xlsx", BEFORE)
    assert cells(receipt) == {(code, place)}
    assert facts_of(store) == {}


@pytest.mark.parametrize("written", ["NaN", "nan", "1.#QNAN", "-1.#IND", "inf", "Infinity", "∞"])
@pytest.mark.parametrize("place", ["I5", "J5", "M5"])
def test_the_same_as_text_is_no_number(store, written, place):
    content = edited(filled(store, "BE-02", "XZSP"), lambda book: book.worksheets[0].__setitem__(place, written))
    assert cells(ingest(store, content, "a.xlsx", BEFORE)) == {("not_a_number", place)}


@pytest.mark.parametrize("written", ["NaN", "inf", "1.#QNAN"])
def test_a_csv_too(store, written):
    head = "报送期,填报单位,档案认可/接收编号,工程名称,预验收日期,案卷数,电子文件数,数字化率,状态"
    line = f"2026-10,城建档案馆,K1,示例小学,2026-09-21,42,{written},{written},待移交"
    receipt = ingest(store, f"{head}\r\n{line}\r\n".encode(), "a.csv", BEFORE)
    assert cells(receipt) == {("not_a_number", "G2"), ("not_a_number", "H2")}


def test_what_leaves_a_reader_is_json():
    sheet = FoundSheet("a")
    sheet.add([(1, 1, "n", 1.5), (1, 2, "n0.00", math.nan), (1, 3, "p0%", -math.inf), (1, 4, "s", "NaN")])
    told = json.loads(sheet.to_json(), parse_constant=pytest.fail)
    assert cells_told(told) == [(1, 1, "n", 1.5), (1, 2, "q", "NaN"), (1, 3, "q", "-∞"), (1, 4, "s", "NaN")]


def test_the_page_is_told_as_well(store):
    content = with_number_in_xls((FILES / "be02.xls").read_bytes(), 12, math.nan)
    assert ("not_a_number", "M6") in cells(preview(store, content, "a.xls", BEFORE))


def test_the_other_files_of_the_call_are_taken(store: Store):
    broken = with_number_in_xls((FILES / "be02.xls").read_bytes(), 12, math.nan)
    names = [("a.xlsx", filled(store, "AR-01", "DAG")), ("b.xls", broken), ("c.xlsx", filled(store, "BE-09", "FJS"))]
    uploads = [Upload(content, name, BEFORE, "", REASON) for name, content in names]
    outcomes = [receipt.outcome for receipts in take_in(store, uploads) for receipt in receipts]
    assert outcomes == ["accepted", "returned", "accepted"]
