"""A picture that lies in a cell is told as a picture, in every column and whoever has written it."""

import pytest

from loaders.messages import receipt_object
from tests.conftest import edited, filled, ingest, shanghai
from tests.loaders.arriving.test_hostile import facts_of
from tests.loaders.workshop import cell, text_cell

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
WPS = "<f>_xlfn.DISPIMG(&quot;ID_61A4C7AE&quot;,1)</f><v>=DISPIMG(&quot;ID_61A4C7AE&quot;,1)</v>"
WRITTEN = {
    "WPS": (WPS, 't="str"'),
    "WPS without the prefix": (WPS.replace("_xlfn.", ""), 't="str"'),
    "WPS, seen by LibreOffice": ("<f>dispimg(&quot;ID_1&quot;,1)</f><v>#NAME?</v>", 't="e"'),
    "WPS, seen by a program that computes nothing": ("<f>_xlfn.DISPIMG(&quot;ID_1&quot;,1)</f>", ""),
    "Excel, placed in the cell": ("<v>#VALUE!</v>", 't="e" vm="1"'),
    "Excel, IMAGE": ("<f>_xlfn.IMAGE(&quot;https://192.0.2.1/a.png&quot;)</f><v>#VALUE!</v>", 't="e" vm="2"'),
    "Excel, IMAGE not computed": ("<f>_xlfn.IMAGE(A1,&quot;&quot;,1)</f><v></v>", ""),
    "Excel, IMAGE that gave nothing": ("<f>IMAGE(A1)</f><v>0</v>", ""),
}
PLACES = {
    "period": "A5",
    "unit": "B5",
    "code": "C5",
    "required text": "E5",
    "optional area": "I5",
    "price": "J5",
    "date": "K5",
    "count": "M5",
    "list": "O5",
    "yes or no": "P5",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("inner", "attributes"), WRITTEN.values(), ids=WRITTEN)
def test_a_picture_is_told_as_such(store, inner, attributes, place):
    receipt = ingest(store, cell(filled(store, "BE-02", "XZSP"), place, inner, attributes), "a.xlsx", BEFORE)
    assert {(issue.code, issue.cell) for issue in receipt.issues} == {("picture", place)}
    (issue,) = receipt_object(receipt, "zh-CN")["issues"]
    assert "图片" in issue["message"] and "DISPIMG" not in issue["message"]
    assert facts_of(store) == {}


@pytest.mark.parametrize("place", ["E5", "I5", "J5", "K5", "O5"])
@pytest.mark.parametrize("text", ['=DISPIMG("ID_61A4C7AE",1)', '=_xlfn.DISPIMG("ID_1",1)', '= dispimg("a",1)'])
def test_its_formula_as_text_is_a_picture_too(store, text, place):
    receipt = ingest(store, text_cell(filled(store, "BE-02", "XZSP"), place, text), "a.xlsx", BEFORE)
    assert {(issue.code, issue.cell) for issue in receipt.issues} == {("picture", place)}


def test_a_csv_that_was_made_from_such_a_sheet(store):
    head = "报送期,填报单位,档案认可/接收编号,工程名称,预验收日期,案卷数,电子文件数,状态"
    line = '2026-10,城建档案馆,K1,"=DISPIMG(""ID_1"",1)",2026-09-21,42,"=DISPIMG(""ID_2"",1)",待移交'
    receipt = ingest(store, f"{head}\r\n{line}\r\n".encode(), "a.csv", BEFORE)
    assert {(issue.code, issue.cell) for issue in receipt.issues} == {("picture", "D2"), ("picture", "G2")}


def test_an_error_is_no_picture(store):
    spilled = "<f>_xlfn.UNIQUE(A1:A3)</f><v>#VALUE!</v>"
    for inner, attributes in ((spilled, 't="e" vm="1"'), ("<v>#VALUE!</v>", 't="e"'), ("<v>#N/A</v>", 't="e" vm="1"')):
        receipt = ingest(store, cell(filled(store, "BE-02", "XZSP"), "J5", inner, attributes), "a.xlsx", BEFORE)
        assert [issue.code for issue in receipt.issues] == ["cell_error"]


@pytest.mark.parametrize("text", ["=IMAGES of the site", "DISPIMG 示例工程", "图片展示厅", "IMAGE(示例)大厦"])
def test_a_name_that_sounds_like_one_is_kept(store, text):
    receipt = ingest(store, text_cell(filled(store, "BE-02", "XZSP"), "E5", text), "a.xlsx", BEFORE)
    assert receipt.outcome == "accepted"
    assert facts_of(store)["BE-02", "420704202610130101", "project_name"] == text


def test_pictures_where_nothing_is_reported_do_no_harm(store):
    content = edited(
        filled(store, "BE-02", "XZSP"),
        lambda book: [book.worksheets[0].__setitem__(p, '=_xlfn.DISPIMG("ID_1",1)') for p in ("A1", "T6", "C9")],
    )
    receipt = ingest(store, content, "a.xlsx", BEFORE)
    assert receipt.outcome == "accepted"
    assert [(issue.code, issue.cell) for issue in receipt.issues] == [("picture_row", "C9")]
