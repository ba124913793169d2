"""The marked copy is the sender's own file: part by part, byte by byte, but for what carries the marks."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import asdict

import pytest

from loaders.arriving.worker import READER
from loaders.marked import ISSUE_SHEET, Mark, marked_copy, words_of
from loaders.marked.outline import outline
from loaders.reading.workbook import read_workbook
from loaders.sheets import cells_told
from tests.loaders.marked import rich
from tests.loaders.workshop import BOOK, FILES, RELS, SHEET, STYLES, TYPES, packed, parts

WORDS = words_of("zh-CN")
MARKS = [
    Mark("error", "Data", "B2", "面积", "太大。"),
    Mark("check", "Data", "A4", "名称", "请核实。"),
    Mark("note", "Data", "F30", "", "这里多了一格。"),
]
CARRIERS = {TYPES, BOOK, RELS, STYLES, SHEET, "xl/worksheets/_rels/sheet1.xml.rels", "xl/comments1.xml"}
CARRIERS |= {"xl/drawings/vmlDrawing1.vml"}
"""Parts that may differ: those that say which sheets and looks there are, and the marked sheet with its comments."""


def hashes(content: bytes) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in parts(content).items()}


def cells(content: bytes) -> dict[str, list]:
    told = json.loads(read_workbook(content, "xlsx"))
    return {sheet["name"]: cells_told(sheet) for sheet in told["sheets"]}


@pytest.mark.parametrize("kind", rich.KINDS)
def test_every_part_that_carries_no_mark_is_the_senders_own(kind):
    source = rich.KINDS[kind]()
    copy = marked_copy(source, MARKS, WORDS)
    before, after = hashes(source), hashes(copy)
    selected = {"xl/chartsheets/sheet1.xml"} if kind == "chart_sheet" else set()  # it was the open one
    changed = {name for name, value in before.items() if after.get(name) != value}
    assert changed <= CARRIERS | selected
    assert list(after)[: len(before)] == list(before)  # in their order, the new ones behind them
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("kind", sorted(rich.KINDS.keys() - {"grouped"}))  # its empty row gets a cell
def test_the_marked_sheet_differs_in_nothing_but_its_marks(kind):
    source = rich.KINDS[kind]()
    before, after = unmarked(parts(source)[SHEET]), unmarked(parts(marked_copy(source, MARKS, WORDS))[SHEET])
    assert after == before


def unmarked(xml: bytes) -> bytes:
    """A sheet without what marks put into it."""
    text = re.sub(r"<!--.*?-->", "", xml.decode(), flags=re.DOTALL)
    text = re.sub(
        r'<(\w+:)?conditionalFormatting [^>]*><(\w+:)?cfRule [^>]*><(\w+:)?formula>LEN\("zhundian-mark"\).*?'
        r"</(\w+:)?conditionalFormatting>",
        "",
        text,
    )
    text = re.sub(r"<(\w+:)?legacyDrawing[^>]*/>", "", text)
    text = re.sub(r'<(\w+:)?row r="30"><(\w+:)?c r="F30" s="\d+"/></(\w+:)?row>', "", text)
    text = re.sub(r'(<(?:\w+:)?c\b[^>]*?) s=["\']\d+["\']', r"\1", text)
    text = re.sub(r' (tabSelected|priority|spans)="[\d:]+"', "", text)
    return re.sub(r'(<(?:\w+:)?c\b[^>]*?) r="[A-Z]+\d+"', r"\1", text).encode()


@pytest.mark.parametrize("kind", rich.KINDS)
def test_a_copy_is_read_like_its_source_and_goes_round_without_a_trace(kind):
    source = rich.KINDS[kind]()
    copy = marked_copy(source, MARKS, WORDS)
    assert list(cells(copy)) == [ISSUE_SHEET, *cells(source)]
    assert {**cells(copy), ISSUE_SHEET: None} == {ISSUE_SHEET: None, **cells(source)}
    twice = marked_copy(copy, MARKS, WORDS)
    assert list(cells(twice)) == list(cells(copy))
    assert parts(twice)[STYLES] == parts(copy)[STYLES]  # nothing piles up
    cleared = parts(marked_copy(twice, [], WORDS))
    assert 'zhundian-mark"' not in cleared[SHEET].decode()
    assert "准点 ──".encode() not in cleared.get("xl/comments1.xml", b"")


@pytest.mark.parametrize("kind", rich.KINDS)
def test_the_worker_keeps_it_too(kind):
    file = READER.mark(rich.KINDS[kind](), "xlsx", {"marks": [asdict(mark) for mark in MARKS], "words": WORDS})
    assert file.is_own


def test_a_thread_keeps_its_people_and_its_words():
    copy = parts(marked_copy(rich.threads(), MARKS, WORDS))
    assert "[线程批注] 请核对" in copy["xl/comments1.xml"].decode()
    assert "太大。" in copy["xl/comments1.xml"].decode()
    assert copy["xl/drawings/vmlDrawing1.vml"].count(b"<v:shape ") == 3
    assert "请核对" in copy["xl/threadedComments/threadedComment1.xml"].decode()


def test_names_on_sheets_move_with_their_sheets():
    copy = marked_copy(rich.names_and_printer(), MARKS, WORDS)
    named = {
        (node.attribute("name"), node.attribute("localSheetId"))
        for node in outline(parts(copy)[BOOK]).first("definedNames").children
    }
    assert {("合计区", ""), ("_xlnm.Print_Area", "2"), ("_xlnm.Print_Area", "0")} <= named
    again = marked_copy(copy, MARKS, WORDS)
    assert parts(again)[BOOK].count(b"<definedName ") == parts(copy)[BOOK].count(b"<definedName ")


def test_the_bytes_of_a_kept_part_are_not_even_packed_anew():
    source = rich.picture()
    with zipfile.ZipFile(io.BytesIO(source)) as before, zipfile.ZipFile(io.BytesIO(copy_of(source))) as after:
        for name in ("xl/media/image1.png", "xl/drawings/drawing1.xml"):
            old, new = before.getinfo(name), after.getinfo(name)
            assert (old.date_time, old.compress_size, old.CRC) == (new.date_time, new.compress_size, new.CRC)


def copy_of(source: bytes) -> bytes:
    return marked_copy(source, MARKS, WORDS)


def test_a_workbook_without_styles_gets_some():
    found = parts(rich.plain())
    found.pop(STYLES)
    found[RELS] = re.sub(rb'<Relationship [^>]*styles"[^>]*/>', b"", found[RELS])
    found[TYPES] = re.sub(rb'<Override PartName="/xl/styles.xml"[^>]*/>', b"", found[TYPES])
    copy = copy_of(packed(found))
    assert any(name.startswith("xl/styles") for name in parts(copy))
    assert list(cells(copy)) == [ISSUE_SHEET, "Data", "Notes"]


def test_an_empty_sheet_can_be_marked():
    found = parts(rich.plain())
    found[SHEET] = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", found[SHEET])
    sheet = parts(copy_of(packed(found)))[SHEET].decode()
    assert [m for m in re.findall(r'<c r="(\w+)"', sheet)] == ["B2", "A4", "F30"]


@pytest.mark.parametrize(("name", "kind"), [("be08.xls", "xls"), (None, "csv"), (None, "xlsx")])
def test_what_cannot_be_kept_says_so_first(name, kind):
    """An .xls, a .csv, and an .xlsx without a list of its sheets' kinds."""
    content = (FILES / name).read_bytes() if name else "名称,面积\n楼,-3\n".encode()
    if kind == "xlsx":
        found = parts(rich.plain())
        content = packed(found | {STYLES: b"<styleSheet xmlns='x'><fonts></styleSheet>"})
    file = READER.mark(content, kind, {"marks": [asdict(MARKS[0])], "words": WORDS})
    if kind == "xlsx":
        assert file is None  # nobody could read it either
        return
    assert not file.is_own
    first = next(iter(cells(file.content).values()))
    assert (5, 1, "s", WORDS["marked.rebuilt"]) in first
