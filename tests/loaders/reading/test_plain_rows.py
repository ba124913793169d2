"""The quick way through a sheet finds what the parser finds, or leaves it to the parser."""

import json
import random
import zipfile
from io import BytesIO

import pytest

from loaders.issues import FileFault
from loaders.reading import plain_rows
from loaders.reading.cell_reader import Book
from loaders.reading.formats import look
from loaders.reading.found import FoundSheet
from loaders.reading.sheet_xml import SheetReader
from loaders.sheets import sheet_of
from tests.conftest import filled

STRINGS = ["名称", "", "a_x000A_b", "  两端空格 ", "是", "否"]
LOOKS = [look(code) for code in ("General", "0.00", "0.0%", "yyyy-mm-dd", "h:mm", '0!.0000"万"', "[>=1]0;0%", "0000")]
PLAIN_ROWS = (
    '<row r="{0}" spans="1:3" x14ac:dyDescent="0.25"><c r="A{0}" t="s"><v>0</v></c><c r="B{0}"><v>{0}</v></c></row>'
)


def sheet_xml(rows: str) -> bytes:
    return f'<worksheet xmlns="x" xmlns:x14ac="y"><cols/><sheetData>{rows}</sheetData></worksheet>'.encode()


def told(data: bytes, is_stale: bool = False) -> object:
    """What a sheet holds, or the fault that it has."""
    sheet = FoundSheet("Data")
    try:
        number = SheetReader(sheet, Book(STRINGS, LOOKS, is_stale)).read(data)
    except FileFault as fault:
        return fault.code
    found = sheet_of(json.loads(sheet.to_json()))
    return number, list(found.cells), found.hidden_rows, found.fault, found.strays


def by_parser(monkeypatch, data: bytes, is_stale: bool = False) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(SheetReader, "_take_plain", _never)
        return told(data, is_stale)


def _never(*_) -> None:
    raise plain_rows.NotPlain


def is_plain(data: bytes) -> bool:
    sheet = FoundSheet("Data")
    try:
        SheetReader(sheet, Book(STRINGS, LOOKS))._take_plain(data)
    except plain_rows.NotPlain:
        return False
    return True


@pytest.mark.parametrize("as_excel", [True, False])
def test_ordinary_sheets_go_the_quick_way(store, as_excel):
    if as_excel:
        assert is_plain(sheet_xml("".join(PLAIN_ROWS.format(n) for n in range(1, 50))))
        return
    with zipfile.ZipFile(BytesIO(filled(store, "BE-02", "XZSP"))) as archive:
        assert is_plain(archive.read("xl/worksheets/sheet1.xml"))


STRANGE = [
    '<c r="A60" t="n"><f>1+1</f><v>2</v></c>',
    '<c r="A60"><f t="shared" ref="A60:A61" si="0">B60*2</f><v>2</v></c><c r="B60"><f t="shared" si="0"/><v>0</v></c>',
    '<c r="A60"><f>SUM(B1:B9)</f></c><c r="B60" t="str"><f>""</f></c>',
    '<c r="A60" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>',
    "<c r=\"A60\"><f>cmd|'/c calc'!A0</f><v>1</v></c>",
    '<c r="A60" t="e" vm="1"><v>#VALUE!</v></c>',
    '<c r="A60" t="n"><v>1</v><v>2</v></c>',
    '<c r="A61" t="n"><v>1</v></c>',
    '<c r="A60" t="n"><v>1</v></c>stray',
    '<c r="A60" t="n"><v>1</v></c>&bad;',
    '<c r="A60" t="str"><v>a&amp;b</v></c><c r="B60" t="inlineStr"><is><t>x &lt; y</t></is></c>',
    '<c r="A60" t="str"><v>a\x01b</v></c>',
    '<c r="A60" t="str"><v>a\rb</v></c>',
    '<c r="A60" t="str"><v>a]]>b</v></c>',
    '<c r="A60" t="n"><v>1</v>',
    '<c r="A60" s="1"><c r="B60"/>',
    '<c r="A60" s="1"/><v>1</v></c>',
    '<c r="A60" s="1" s="2"><v>1</v></c>',
    '<c r="A60" t="inlineStr"><v>1</v></c>',
    '<c r="A60" t="n"><is><t>x</t></is></c>',
    '<c r="A60" t="inlineStr"><is><t>粗</t></is></c>',
    '<c r="B60" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
    '<c r="A60" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
    '<c r="A60"><v>1</v></c><c r="B60" t="inlineStr"><is><t></t></is></c>',
    '<c r="A60" t="str"><v><!-- a --></v></c>',
    '<c r="B60"><v>1</v></c><c r="A60"><v>1</v></c>',
    '<c r="A60"><v>1</v></c><c r="A60"><v>2</v></c>',
    "<c><v>1</v></c><c><v>2</v></c>",
    '<c s="1" r="A60"><v>1</v></c>',
    '<c t="s" r="A60"><v>0</v></c>',
    '<c r="A60" t="s" s="1"><v>4</v></c>',
    '<c r="A60" t="s"><v>99</v></c>',
    '<c r="A60" t="s"><v></v></c>',
    '<c r="A60" t="s"><v>1</v></c>',
    '<c r="A60"></c><c r="B60"><v>7</v></c>',
    '<c r="A60" t="b"><v>1</v></c><c r="B60" t="d"><v>2026-10-09T00:00:00</v></c><c r="C60" t="e"><v>#N/A</v></c>',
    '<c r="A60" t="zz"><v>1</v></c>',
    '<c r="A60"><v>NaN</v></c><c r="B60"><v>1e999</v></c><c r="C60"><v>.5</v></c><c r="D60"><v>007</v></c>',
    '<c r="B60"><v>4231,55</v></c>',
    '<c r="A60"><v>1,2</v></c><c r="B60"><v>3,</v></c>',
    '<c r="A60"><v>1\n2</v></c>',
    '<c r="A60"><v> 5 </v></c><c r="B60"><v>-1.5E-3</v></c><c r="C60"><v>+3</v></c><c r="D60"><v>5.</v></c>',
    '<c r="A60"><v>123456789012345678901234567890123456789</v></c>',
    '<c r="A60" s="3"><v>46304</v></c><c r="B60" s="3"><v>-1</v></c><c r="C60" s="4"><v>0.5</v></c>',
    '<c r="A60" s="5"><v>0</v></c><c r="B60" s="5"><v>31000</v></c><c r="C60" s="6"><v>0.5</v></c>',
    '<c r="D60" s="99"><v>1</v></c>',
    '<c r="XFD60" t="s"><v>3</v></c>',
    '<c r="A60"><v>1</v></c><c r="XFD60"><v>3</v></c>',
    '<c r="A60"><v>1</v></c><c r="XFE60"><v>3</v></c>',
    '<c r="A60" t="inlineStr"><is><t>a</t></is></c><c r="IW60" t="str"><v> </v></c><c r="IX60" t="str"><v>　</v></c>',
    '<c r="A60"><v>1</v><extLst><ext uri="x"/></extLst></c>',
]
ROWS = [
    '<row r="60" r="61"><c r="A60" t="n"><v>1</v></c></row>',
    '<row><c r="A60" t="n"><v>1</v></c></row>',
    '<row r="060"><c r="A60"><v>1</v></c></row>',
    '<row spans="1:2" r="60"><c r="A60"><v>1</v></c></row>',
    '<row r="60" hidden="1"><c r="A60"><v>1</v></c></row>',
    '<row hidden="true" r="60"><c r="A60"><v>1</v></c></row>',
    '<row r="60" hidden="1"><c r="A60"/></row>',
    '<row r="60"/>',
    '<row r="60" ht="3"></row>',
    '<row r="60"><c r="A60"><v>1</v></c></row><row r="60"><c r="A60"><v>1</v></c></row>',
    '<row r="3"><c r="A3"><v>1</v></c></row>',
    '<row r="59999"><c r="A59999"><v>1</v></c></row><row r="60001"><c r="A60001" t="str"><v> </v></c></row>'
    '<row r="60002"><c r="B60002"><v>1</v></c></row><row r="60003"><c r="B60003"><v>1</v></c></row>',
    '<row r="70000"><c r="C70000"><v>1</v></c></row>',
    '<row r="60">\n  <c r="A60">\n <v>1</v>\n</c>\n</row>',
]


@pytest.mark.parametrize("row", [f'<row r="60">{cells}</row>' for cells in STRANGE] + ROWS)
@pytest.mark.parametrize("is_stale", [False, True])
def test_what_is_written_otherwise_means_the_same(monkeypatch, row, is_stale):
    before = "".join(PLAIN_ROWS.format(number) for number in range(50, 60))
    after = PLAIN_ROWS.format(60_000) if "6000" not in row and "59999" not in row else ""
    data = sheet_xml(before + row + ("" if "70000" in row else after))
    assert told(data, is_stale) == by_parser(monkeypatch, data, is_stale)


@pytest.mark.parametrize("seed", range(40))
def test_random_sheets_mean_the_same(monkeypatch, seed):
    """Mixed as they come: texts, numbers, days, formulas, blanks, rows of every kind, in pieces of any size."""
    chance = random.Random(seed)
    cells = [cell for cell in STRANGE if "60" in cell and is_same(cell)]
    rows = []
    for row_no in range(1, 300):
        if chance.random() < 0.05:
            rows.append(f'<row r="{row_no}">{chance.choice(cells)}</row>'.replace("60", str(row_no)))
            continue
        made = "".join(cell_of(chance, letter, row_no) for letter in "ABCDEFGH" if chance.random() < 0.9)
        hidden = ' hidden="1"' if chance.random() < 0.03 else ""
        rows.append(f'<row r="{row_no}" ht="1{chance.randrange(3)}.5"{hidden}>{made}</row>')
    monkeypatch.setattr(plain_rows, "_PIECE_BYTES", chance.choice([700, 3000, 1 << 20]))
    monkeypatch.setattr(plain_rows, "_SAMPLE", chance.choice([40, 1 << 14]))
    data = sheet_xml("".join(rows))
    assert told(data) == by_parser(monkeypatch, data)


def is_same(cell: str) -> bool:
    """Cells that may stand in any row: no fault of the whole sheet, no other numbers of 60 in them."""
    return isinstance(told(sheet_xml(f'<row r="60">{cell}</row>')), tuple) and cell.count("60") == cell.count('60"')


def cell_of(chance: random.Random, letter: str, row_no: int) -> str:
    place, look_no = f"{letter}{row_no}", chance.randrange(len(LOOKS))
    number = chance.choice([str(chance.randrange(99999)), f"{chance.random() * 1e5:.4f}", "-3.5", "0", "1E-3", "46304"])
    kinds = [
        f'<c r="{place}" s="{look_no}"><v>{number}</v></c>',
        f'<c r="{place}"><v>{number}</v></c>',
        f'<c r="{place}" s="{look_no}" t="s"><v>{chance.randrange(len(STRINGS))}</v></c>',
        f'<c r="{place}" t="str"><v>张{chance.randrange(9)}</v></c>',
        f'<c r="{place}" s="{look_no}"/>',
        f'<c r="{place}" t="inlineStr"><is><t>李_x0041_{chance.randrange(9)}</t></is></c>',
        f'<c r="{place}"><f>A1*2</f><v>{number}</v></c>',
    ]
    return chance.choice(kinds[: chance.choice([1, 4, 7])])
