"""What is no .xlsx at all, or is called what it is not: pictures, documents, passwords, old Excel files, odd names."""

import io
import os
import random
import zipfile

from tests.loaders.arriving.cfb import compound
from tests.loaders.workshop import Blanks, Marks, add, be02, be08, fixture, packed, parts, rows_of
from tests.loaders.workshop import be08 as figures

NONE = "not_a_spreadsheet unsupported_format wrong_extension"
SAME = figures()
TABLE = "<table><tr><td>评价渠道</td><td>办结件数</td></tr><tr><td>鄂汇办APP</td><td>391</td></tr></table>"
HTML = f"<html><head><meta charset='utf-8'></head><body>{TABLE}</body></html>"
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell>'
    "<Data>1</Data></Cell></Row></Table></Worksheet></Workbook>"
)


def just(content: bytes | str):
    """The same bytes whatever the store."""
    made = content.encode() if isinstance(content, str) else content
    return lambda _: made


def office(kind: str) -> bytes:
    """A Word or PowerPoint file, as far as its parts go."""
    folder, part = {"docx": ("word", "document.xml"), "pptx": ("ppt", "presentation.xml")}[kind]
    return packed(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": b"<Relationships/>",
            f"{folder}/{part}": b"<x/>",
        }
    )


def open_document() -> bytes:
    """An .ods."""
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": b"<office:document-content/>", "META-INF/manifest.xml": b"<m/>"})


def binary_workbook(blanks: Blanks) -> bytes:
    """An .xlsb: the package of an .xlsx with binary parts."""
    found = parts(blanks.be08)
    types = found["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    )
    root = found["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/workbook.bin")
    kept = {"[Content_Types].xml": types, "_rels/.rels": root, "xl/workbook.bin": b"\x83\x01\x00"}
    return packed(kept | {"xl/worksheets/sheet1.bin": b"\x81\x01\x00"})


def called(file_name: str):
    """The good workbook; only its name is odd."""
    return {"make": lambda b: b.be08, "file_name": file_name}


# Nothing, too much, noise
add("empty: no bytes", just(b""), "empty_file")
add("empty: only blanks", just(b"  \r\n\t "), "empty_file not_a_spreadsheet csv_as_excel")
add("empty: one byte", just(b"P"), NONE + " csv_as_excel")
add("empty: a csv of nothing", just(b""), "empty_file", file_name="报送.csv")
add("empty: a csv of blank lines", just(b"\r\n\r\n"), "empty_file no_template no_header no_rows", file_name="报送.csv")
add("large: 11 MB of noise", lambda _: random.Random(1).randbytes(11 << 20), "too_large", marks=Marks(is_heavy=True))
add(
    "large: 11 MB of csv",
    lambda _: b"1,2,3,4\r\n" * (11 << 17),
    "too_large",
    file_name="报送.csv",
    marks=Marks(is_heavy=True),
)
add("noise: 5 kB", lambda _: random.Random(2).randbytes(5000), NONE + " csv_as_excel")
add("noise: zeros", just(bytes(5000)), NONE + " csv_as_excel")
add(
    "noise: noise behind a zip's signature",
    lambda _: b"PK\x03\x04" + random.Random(3).randbytes(5000),
    "broken_workbook unsafe_package not_a_spreadsheet",
)
add(
    "noise: noise behind an OLE signature",
    lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + random.Random(4).randbytes(5000),
    "broken_workbook not_a_spreadsheet",
    file_name="报送.xls",
)

# Other kinds of file
for label, head in (
    ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF"),
    ("RAR", b"Rar!\x1a\x07\x01\0"),
    ("7z", b"7z\xbc\xaf\x27\x1c"),
    ("gzip", b"\x1f\x8b\x08\0"),
    ("program", b"MZ\x90\0\x03\0"),
    ("program of Linux", b"\x7fELF\x02\x01"),
    ("TIFF", b"II*\0"),
    ("SQLite", b"SQLite format 3\0"),
    ("DuckDB", b"\0" * 8 + b"DUCK"),
    ("MP4", b"\0\0\0\x18ftypmp42"),
    ("WPS cloud link", b"\x00\x00\x00\x01wps"),
    ("Python", b"import os\nos.system('x')\n"),
    ("RTF", b"{\\rtf1\\ansi"),
    ("dBase", b"\x03\x7e\x0b\x19"),
    ("SYLK", b"ID;PWXL;N;E\r\nP;PGeneral\r\n"),
):
    body = head + (b" " * 200 if head.isascii() else bytes(200))
    for ending in ("xlsx", "xls"):
        add(f"kind: {label} named .{ending}", just(body), NONE + " csv_as_excel", file_name=f"报送.{ending}")
add("kind: PDF named .pdf", just(b"%PDF-1.7\n" + b"x" * 200), NONE, file_name="报送.pdf")
add("kind: PNG named .png", just(b"\x89PNG\r\n\x1a\n" + bytes(200)), NONE, file_name="报送.png")
for kind in ("docx", "pptx"):
    add(f"kind: .{kind} named .xlsx", just(office(kind)), NONE)
    add(f"kind: .{kind}", just(office(kind)), NONE, file_name=f"报送.{kind}")
add("kind: .ods", just(open_document()), NONE, file_name="报送.ods")
add("kind: .ods named .xlsx", just(open_document()), NONE)
add("kind: .xlsb", binary_workbook, "unsupported_format macros wrong_extension", file_name="报送.xlsb")
add("kind: .xlsb named .xlsx", binary_workbook, "unsupported_format macros")
add(
    "kind: Word 97 named .xls",
    lambda _: compound({"WordDocument": b"\xec\xa5\xc1\0" * 2000}),
    NONE,
    file_name="报送.xls",
)
add("kind: Word 97", lambda _: compound({"WordDocument": b"\xec\xa5\xc1\0" * 2000}), NONE, file_name="报送.doc")
add(
    "kind: an OLE file with nothing in it",
    lambda _: compound({"Nothing": b"x"}),
    NONE + " broken_workbook",
    file_name="报送.xls",
)
add("kind: JSON", just(b'[{"a": 1}]' * 30), NONE + " csv_as_excel")

# Web pages and texts with a spreadsheet's name
for label, text in (
    ("plain", HTML),
    ("a bare table", TABLE),
    ("in capitals", HTML.upper()),
    ("behind blanks", "\r\n\r\n  " + HTML),
    ("behind a mark", "\ufeff" + HTML),
    ("behind a comment", f"<!-- x -->{HTML}"),
    ("with a doctype", "<!DOCTYPE html>" + HTML),
    ("as XHTML", '<?xml version="1.0"?>\n<!DOCTYPE html>' + HTML),
):
    for ending in ("xls", "xlsx"):
        add(
            f"html: {label}, named .{ending}",
            just(text),
            "html_as_excel" + (" xml_as_excel" if "XHTML" in label else ""),
            file_name=f"报送.{ending}",
        )
add("html: GBK", just(HTML.encode("gbk")), "html_as_excel", file_name="报送.xls")
add("html: UTF-16", just(HTML.encode("utf-16")), "html_as_excel not_a_spreadsheet csv_as_excel", file_name="报送.xls")
add(
    "html: a mail archive",
    just(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
        "Content-Type: text/html\r\n\r\n" + HTML
    ),
    "html_as_excel " + NONE + " csv_as_excel",
    file_name="报送.xls",
)
add("html: named .html", just(HTML), "html_as_excel wrong_extension not_a_spreadsheet", file_name="报送.html")
add(
    "html: named .csv",
    just(HTML),
    "html_as_excel wrong_extension csv_shape no_template no_header",
    file_name="报送.csv",
)
for ending in ("xls", "xlsx", "xml"):
    add(
        f"xml: a workbook of 2003 named .{ending}",
        just(XML_2003),
        "xml_as_excel wrong_extension unsupported_format" if ending == "xml" else "xml_as_excel",
        file_name=f"报送.{ending}",
    )
add("xml: any other", just('<?xml version="1.0"?><a/>'), "xml_as_excel not_a_spreadsheet html_as_excel")
for ending in ("xls", "xlsx"):
    add(
        f"text: csv named .{ending}",
        just("评价渠道,办结件数\r\n鄂汇办APP,391\r\n"),
        "csv_as_excel",
        file_name=f"报送.{ending}",
    )
    add(
        f"text: tabs named .{ending}",
        just("评价渠道\t办结件数\r\n鄂汇办APP\t391\r\n".encode("gbk")),
        "csv_as_excel",
        file_name=f"报送.{ending}",
    )
add("text: a letter", just("各位领导：本月无数据，谢谢。"), NONE + " csv_as_excel")

# Passwords, macros, old Excel files
add("password: .xls by LibreOffice", fixture("be08_encrypted.xls"), "encrypted", file_name="报送.xls")
add(
    "password: an EncryptedPackage",
    lambda _: compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": os.urandom(6000)}),
    "encrypted",
)
add(
    "password: a rights-managed package",
    lambda _: compound({"\x06DataSpaces/Version": b"x", "EncryptedPackage": b"y" * 5000}),
    "encrypted",
)
add("xls: macros", fixture("be08_macros.xls"), "macros", file_name="报送.xls")
add("xls: an embedded object", fixture("be08_embedded.xls"), "embedded_object accepted", SAME, file_name="报送.xls")
add("xls: #DIV/0!", fixture("be08_div0.xls"), "cell_error", file_name="报送.xls")
add(
    "xls: a number merged over two rows",
    fixture("be02_merged_number.xls"),
    "merged_number required",
    file_name="报送.xls",
)
add("honest xls: percentages and counts", fixture("be08.xls"), None, SAME, file_name="报送.xls")
add("honest xls: codes and dates", fixture("be02.xls"), None, be02(), file_name="报送.xls")
add("honest xls: 1904 dates", fixture("be02_1904.xls"), None, be02(), file_name="报送.xls")
add(
    "honest xls: formulas",
    fixture("be08_formulas.xls"),
    None,
    be08({(0, "active_rate"): 100 * 352 / 391}),
    file_name="报送.xls",
)
add("honest xls: a hidden row", fixture("be02_hidden.xls"), None, be02(), file_name="报送.xls", notes="hidden_content")
add(
    "honest xls: a text merged over rows",
    fixture("be02_merged_text.xls"),
    None,
    be02({(1, "contractor"): "湖北示例建工有限公司", (2, "contractor"): "湖北示例建工有限公司"}),
    file_name="报送.xls",
)
add("honest xls: named .et", fixture("be08.xls"), None, SAME, file_name="报送.et")
add("honest xls: named .XLS", fixture("be08.xls"), None, SAME, file_name="报送.XLS")
add("honest xls: named .xlsx", fixture("be08.xls"), None, SAME, notes="extension_differs")
for part, label in ((0.3, "a third"), (0.7, "two thirds"), (0.97, "almost all")):
    add(
        f"xls: cut off after {label}",
        lambda b, part=part: _cut("be08.xls", part)(b),
        "broken_workbook accepted reader_gave_up not_a_spreadsheet",
        SAME,
        file_name="报送.xls",
    )
add("honest xlsx: by LibreOffice", fixture("be02_libreoffice.xlsx"), None, be02())

# Names
add("honest name: .XLSX", **called("报送.XLSX"), rows=SAME)
add("honest name: .xlsx called .xls", **called("报送.xls"), rows=SAME, notes="extension_differs")
add("honest name: .xlsx called .et", **called("报送.et"), rows=SAME, notes="extension_differs")
for name in (
    "报送（1）.xlsx",
    "附件2：10月报表（最终版）(2).xlsx",
    "a b.xlsx",
    "🏗️.xlsx",
    "10月.报表.v2.xlsx",
    "房" * 60 + ".xlsx",
    "报送 .xlsx",
    "O'Brien & Co;--.xlsx",
    "报送。.xlsx",
    "~$报送.xlsx",
):
    add(f"honest name: {name[:20]}", **called(name), rows=SAME)
for name, label in (
    ("../../报送.xlsx", "leads up"),
    ("..\\..\\报送.xlsx", "leads up with backslashes"),
    ("/etc/报送.xlsx", "absolute"),
    ("C:\\用户\\报送.xlsx", "a drive"),
    ("报\x00送.xlsx", "NUL"),
    ("报送.xlsx\x00.png", "NUL before another ending"),
    ("报\n送.xlsx", "a line break"),
    ("报\x1b[31m送.xlsx", "an escape sequence"),
    ("a" * 300 + ".xlsx", "300 letters"),
    ("房" * 290 + ".xlsx", "290 Chinese letters"),
    ("报送.xlsx:$DATA", "an NTFS stream"),
    ("x.exe:报送.xlsx", "a stream before"),
    ("报送\u202excod.xlsx", "turned round"),
):
    add(f"name: {label}", **called(name), codes="bad_name wrong_extension")
for name, label in (
    ("", "empty"),
    (".xlsx", "only an ending"),
    ("报送", "no ending"),
    ("报送.", "only a dot"),
    ("报送.pdf", "a PDF's"),
    ("报送.exe", "a program's"),
    ("报送.xlsx.exe", "two endings"),
    ("报送.docx", "a letter's"),
    ("报送.xlsx ", "a blank at its end"),
    ("报送.xlsx.", "a dot at its end"),
    ("报送.csv", "a csv's"),
    ("报送.zip", "a zip's"),
    ("CON.xlsx", "a device's"),
    ("报\udcff送.xlsx", "broken bytes"),
    ("报送.xlsm", "a macro workbook's"),
    ("报送.xltx", "a model's"),
    ("报送.ods", "LibreOffice's"),
    ("报送。xlsx", "a Chinese dot"),
    ("报送.xlsx\u200b", "an invisible letter at its end"),
):
    add(
        f"name: {label}", **called(name), codes="bad_name wrong_extension unsupported_format macros accepted", rows=SAME
    )


def _cut(name: str, part: float):
    def make(blanks: Blanks) -> bytes:
        content = fixture(name)(blanks)
        return content[: int(len(content) * part)]

    return make


# Archives of files
def bundle(files, edit=None) -> bytes:
    """A .zip: (name, content) pairs; edit(archive) may do more to it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 9, 0, 0)), content)
        if edit:
            edit(archive)
    return out.getvalue()


def gbk_names(blanks: Blanks) -> bytes:
    """Names in GBK without a mark, as Windows' own zip of Chinese files writes them."""
    made = bundle([("AAAA.xlsx", blanks.be08), ("BBBB.xlsx", blanks.be02)])
    return made.replace(b"AAAA", "报送".encode("gbk")).replace(b"BBBB", "明细".encode("gbk"))


def both() -> dict:
    """The figures of both blanks."""
    return {"BE-08": rows_of("BE-08", "FJS"), "BE-02": rows_of("BE-02", "XZSP")}


def pair(blanks: Blanks) -> list[tuple[str, bytes]]:
    """Two good workbooks."""
    return [("BE-08.xlsx", blanks.be08), ("BE-02.xlsx", blanks.be02)]


def zeros() -> bytes:
    """200 MB that take 200 kB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("报送.xlsx", "w") as stream:
        for _ in range(200):
            stream.write(bytes(1 << 20))
    return out.getvalue()


ZIP = "报送.zip"
GONE = "unsafe_package broken_workbook not_a_spreadsheet"
add("honest archive: two workbooks", lambda b: bundle(pair(b)), None, both, ZIP, marks=Marks(accepted=2))
add(
    "honest archive: in folders",
    lambda b: bundle([("10月/", b""), ("10月/a/好差评.xlsx", b.be08), ("10月/b/明细.xlsx", b.be02)]),
    None,
    both,
    ZIP,
    marks=Marks(accepted=2),
)
add("honest archive: names in GBK", gbk_names, None, both, ZIP, marks=Marks(accepted=2))
add(
    "honest archive: a Mac's leavings",
    lambda b: bundle([*pair(b), ("__MACOSX/._BE-08.xlsx", b"\0\5\x16\7"), (".DS_Store", b"\0"), ("Thumbs.db", b"\0")]),
    None,
    both,
    ZIP,
    marks=Marks(accepted=2),
)
add(
    "honest archive: old Excel files",
    lambda b: bundle([("a.xls", fixture("be08.xls")(b)), ("b.xlsx", b.be02)]),
    None,
    both,
    ZIP,
    marks=Marks(accepted=2),
)
add("honest archive: the same twice", lambda b: bundle([("a.xlsx", b.be08), ("b.xlsx", b.be08)]), None, SAME, ZIP)
add(
    "archive: one good, one picture",
    lambda b: bundle([("a.xlsx", b.be08), ("b.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99))]),
    NONE,
    SAME,
    ZIP,
    marks=Marks(accepted=1),
)
add(
    "archive: one good, one with an error",
    lambda b: bundle([("a.xlsx", b.be08), ("b.xls", fixture("be08_div0.xls")(b))]),
    "cell_error",
    SAME,
    ZIP,
    marks=Marks(accepted=1),
)
add("archive: nested", lambda b: bundle([("inner.zip", bundle(pair(b)))]), "nested_archive", file_name=ZIP)
add(
    "archive: nested and named .xlsx",
    lambda b: bundle([("inner.xlsx", bundle(pair(b)))]),
    "nested_archive not_a_spreadsheet wrong_extension",
    file_name=ZIP,
)
add("archive: nothing in it", lambda _: bundle([]), GONE + " empty_file empty_archive no_rows", file_name=ZIP)
add("archive: only folders", lambda _: bundle([("a/", b"")]), GONE + " empty_file empty_archive no_rows", file_name=ZIP)
add(
    "archive: only a text",
    lambda _: bundle([("说明.txt", "你好".encode())]),
    NONE + " empty_file empty_archive",
    file_name=ZIP,
)
add("archive: a bomb in it", lambda _: zeros(), GONE + " too_large", file_name=ZIP, marks=Marks(is_heavy=True))
add(
    "archive: a bomb in a workbook in it",
    lambda b: bundle([("a.xlsx", zeros())]),
    GONE + " too_large nested_archive",
    file_name=ZIP,
    marks=Marks(is_heavy=True),
)
add(
    "archive: 3,000 entries",
    lambda _: bundle([(f"{n}.xlsx", b"x") for n in range(3000)]),
    "unsafe_package too_large",
    file_name=ZIP,
)
add(
    "archive: a name that leads up",
    lambda b: bundle([("../../a.xlsx", b.be08)]),
    "unsafe_package bad_name accepted",
    SAME,
    ZIP,
)
add(
    "archive: a name twice",
    lambda b: bundle([("a.xlsx", b.be08), ("a.xlsx", b.be02)]),
    "unsafe_package bad_name",
    file_name=ZIP,
)
add("archive: cut off", lambda b: bundle(pair(b))[:-300], GONE, file_name=ZIP)
add("archive: named .xlsx", lambda b: bundle(pair(b)), NONE + " nested_archive", file_name="报送.xlsx")
add("archive: with a password", lambda b: _locked(b), "encrypted unsafe_package", file_name=ZIP)
add("archive: bzip2", lambda b: _squeezed(b), "unsafe_package broken_workbook", file_name=ZIP)


def _locked(blanks: Blanks) -> bytes:
    made = bytearray(bundle([("a.xlsx", blanks.be08)]))
    made[6] |= 1
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def _squeezed(blanks: Blanks) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.xlsx", blanks.be08)
    return out.getvalue()
