"""Big honest files: rows with formats alone, slips far out, more rows than are read; and the bombs beside."""

import io
import json
import re
import zipfile

import pytest

from loaders.issues import FileFault
from loaders.messages import message
from loaders.reading import long_sheet, package
from loaders.reading.xlsx import read_xlsx
from loaders.sheets import Sheet, sheet_of
from tests.conftest import filled, ingest, shanghai
from tests.loaders.arriving.test_hostile import facts_of
from tests.loaders.workshop import SHEET, be02, facts, packed, parts

BEFORE = shanghai("2026-11-18T09:30:00")


def with_rows(content: bytes, rows: str) -> bytes:
    """More rows beneath all others of the first sheet."""
    found = parts(content)
    sheet = found[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    return packed(found | {SHEET: sheet})


def without_last_rows(content: bytes, above: int) -> bytes:
    """The first sheet without its formatted rows from `above` on."""
    found = parts(content)
    sheet = re.sub(rb'<row r="(\d+)"[^>]*>.*?</row>', lambda m: m[0] if int(m[1]) < above else b"", found[SHEET])
    return packed(found | {SHEET: sheet})


def formatted(first: int, last: int, columns: str = "ABCDEFGHIJKLMNOPQ") -> str:
    cells = "".join(f'<c r="{letter}#" s="1"/>' for letter in columns)
    row = f'<row r="#" ht="20" customHeight="1">{cells}</row>'
    return "".join(row.replace("#", str(number)) for number in range(first, last))


def cell_beneath(content: bytes, place: str, cell: str) -> bytes:
    row_no = re.sub("[A-Z]", "", place)
    return with_rows(without_last_rows(content, 10), f'<row r="{row_no}">{cell}</row>')


def text_at(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


@pytest.fixture
def few(monkeypatch):
    """The limits of a part so low that a few thousand rows are many."""
    monkeypatch.setattr(package, "MAX_PART", 400_000)
    monkeypatch.setattr(long_sheet, "MAX_PART", 400_000)
    monkeypatch.setattr(package, "RATIO_FROM", 100_000)
    monkeypatch.setattr(package, "_PIECE", 20_000)


def sheets(content: bytes) -> dict[str, Sheet]:
    return {found.name: sheet_of(json.loads(found.to_json())) for found in read_xlsx(content)[0]}


def test_formatted_empty_rows_are_read_like_none(store, few):
    content = without_last_rows(filled(store, "BE-02", "XZSP"), 10)
    long = with_rows(content, formatted(10, 4000))
    assert zipfile.ZipFile(io.BytesIO(long)).getinfo(SHEET).file_size > 1_000_000
    read, plain = sheets(long), sheets(content)
    assert [list(sheet.cells) for sheet in read.values()] == [list(sheet.cells) for sheet in plain.values()]


def test_a_row_behind_formatted_ones_is_not_lost(store, few):
    content = without_last_rows(filled(store, "BE-02", "XZSP"), 10)
    long = with_rows(
        content, formatted(10, 3000) + f'<row r="3000">{text_at("C3000", "末行")}</row>' + formatted(3001, 6000)
    )
    (form, *_) = sheets(long).values()
    assert form.rows[3000][3].value == "末行"


def test_what_is_as_long_and_says_something_is_refused(store, few):
    content = without_last_rows(filled(store, "BE-02", "XZSP"), 10)
    values = formatted(10, 6000, "ABC").replace('s="1"/>', 's="1"><v>1</v></c>')
    with pytest.raises(FileFault) as fault:
        read_xlsx(with_rows(content, values))
    assert fault.value.code in ("too_many_cells", "unsafe_package")


def test_a_sheet_of_blanks_is_still_a_bomb(store, few):
    found = parts(filled(store, "BE-02", "XZSP"))
    found[SHEET] = found[SHEET].replace(b"<sheetData>", b" " * 5_000_000 + b"<sheetData>")
    with pytest.raises(FileFault) as fault:
        read_xlsx(packed(found))
    assert (fault.value.code, fault.value.details) == ("unsafe_package", {"found": "inflated size"})


def test_more_than_can_be_opened_says_which_rows_to_delete(store, monkeypatch):
    monkeypatch.setattr(package, "MAX_SHEET", 100_000)
    long = with_rows(without_last_rows(filled(store, "BE-02", "XZSP"), 10), formatted(10, 2000))
    receipt = ingest_here(store, monkeypatch, long)
    assert [issue.code for issue in receipt.issues] == ["formatted_rows"]
    assert "删除" in message(receipt.issues[0], None, "zh-CN")


def ingest_here(store, monkeypatch, content: bytes):
    """Taken in, read in this process: what is patched here holds."""
    from loaders.arriving import worker
    from loaders.reading.workbook import read_workbook

    read = lambda content, kind: worker._workbook(read_workbook(content, kind).encode())  # noqa: E731
    monkeypatch.setattr(worker.READER, "read", read)
    return ingest(store, content, "a.xlsx", BEFORE)


@pytest.mark.parametrize("place", ["XFD4", "IW5", "ZZ7", "A60001", "C99999", "XFD1048576"])
@pytest.mark.parametrize("text", [" ", "　", "\u200b", "\n \t"])
def test_blanks_far_out_are_passed_over(store, place, text):
    content = filled(store, "BE-02", "XZSP")
    row_no = int(re.sub("[A-Z]", "", place))
    if row_no < 10:
        found = parts(content)
        ending = re.compile(rf'(<row r="{row_no}".*?)</row>'.encode(), re.DOTALL)
        found[SHEET] = ending.sub(rb"\1" + text_at(place, text).encode() + b"</row>", found[SHEET], count=1)
        content = packed(found)
    else:
        content = cell_beneath(content, place, text_at(place, text))
    receipt = ingest(store, content, "a.xlsx", BEFORE)
    assert (receipt.outcome, receipt.row_count) == ("accepted", 3)
    assert facts_of(store) == facts(store, be02()())


@pytest.mark.parametrize(
    ("place", "code", "says"),
    [
        ("A60001", "stray_row", "第 60001 行"),
        ("C99999", "stray_row", "C99999"),
        ("XFD9", "stray_cell", "XFD9"),
        ("IW9", "stray_cell", "IW9"),
    ],
)
@pytest.mark.parametrize("value", ["<v>5</v>", "<f>1+1</f><v>2</v>"])
def test_what_lies_far_out_is_named(store, place, code, says, value):
    content = cell_beneath(filled(store, "BE-02", "XZSP"), place, f'<c r="{place}">{value}</c>')
    receipt = ingest(store, content, "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == [code]
    assert says in message(receipt.issues[0], receipt.template, "zh-CN")
    assert says.strip("第 行") in message(receipt.issues[0], receipt.template, "en")


def test_a_file_that_is_returned_anyway_is_told_where_blanks_lie(store):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["XFD4"] = "别的表", " "
    out = io.BytesIO()
    book.save(out)
    receipt = ingest(store, out.getvalue(), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["no_template", "stray_blank"]
    assert "XFD4" in message(receipt.issues[1], None, "zh-CN")
