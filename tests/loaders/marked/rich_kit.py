"""What workbooks are put together from: parts, relationships, drawings, comments."""

import io

from openpyxl import Workbook

from tests.loaders.workshop import SHEET, TYPES, packed, parts, replaced

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument."
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def plain() -> bytes:
    """A sheet Data with a head and four rows, and a sheet Notes."""
    book = Workbook()
    book.active.title = "Data"
    for row in (["名称", "面积", "日期"], *([f"楼{n}", n * 10, 46300 + n] for n in range(1, 5))):
        book.active.append(row)
    book.create_sheet("Notes").append(["备忘"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, data: str | bytes, content_type: str = "") -> bytes:
    """One more part, and what it is."""
    added = packed(parts(content) | {name: data.encode() if isinstance(data, str) else data})
    if not content_type:
        return added
    return replaced(added, TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>')


def with_ending(content: bytes, ending: str, content_type: str) -> bytes:
    """What all parts of an ending are."""
    line = f'<Default Extension="{ending}" ContentType="{content_type}"/>'
    return replaced(content, TYPES, "</Types>", f"{line}</Types>")


def led_from(content: bytes, rels: str, id_: str, kind: str, target: str) -> bytes:
    """A relationship more; kind: its last word, or a whole address."""
    found = parts(content)
    before = found.get(rels, f'{HEAD}<Relationships xmlns="{RELATIONS}"></Relationships>'.encode())
    uri = kind if ":" in kind else f"{OFFICE}/{kind}"
    line = f'<Relationship Id="{id_}" Type="{uri}" Target="{target}"/></Relationships>'
    return packed(found | {rels: before.replace(b"</Relationships>", line.encode())})


def in_sheet(content: bytes, text: str, before: str = "</worksheet>") -> bytes:
    """Elements put into the first sheet, before another piece of it."""
    return replaced(content, SHEET, before, f"{text}{before}")


def drawing(content: bytes, inside: str, targets: dict[str, tuple[str, str]] | None = None) -> bytes:
    """A drawing on the first sheet; targets: id → (kind, part) that it leads to."""
    space = "http://schemas.openxmlformats.org/drawingml/2006"
    names = f'xmlns:xdr="{space}/spreadsheetDrawing" xmlns:a="{space}/main" xmlns:r="{OFFICE}"'
    place = "<xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    place += "</xdr:from><xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0"
    anchor = f"<xdr:twoCellAnchor>{place}</xdr:rowOff></xdr:to>{inside}<xdr:clientData/></xdr:twoCellAnchor>"
    content = with_part(
        content,
        "xl/drawings/drawing1.xml",
        f"{HEAD}<xdr:wsDr {names}>{anchor}</xdr:wsDr>",
        f"{TYPE}drawing+xml",
    )
    for id_, (kind, target) in (targets or {}).items():
        content = led_from(content, "xl/drawings/_rels/drawing1.xml.rels", id_, kind, target)
    content = led_from(content, SHEET_RELS, "rIdD", "drawing", "../drawings/drawing1.xml")
    return in_sheet(content, f'<drawing xmlns:r="{OFFICE}" r:id="rIdD"/>')


def comments(content: bytes, cell: str, author: str, text: str) -> bytes:
    """An old comment with its box, as Excel writes them."""
    note = (
        f'<comments xmlns="{MAIN}"><authors><author>{author}</author></authors><commentList><comment ref="{cell}"'
        f' authorId="0"><text><r><rPr><b/><sz val="9"/></rPr><t xml:space="preserve">{text}</t></r></text></comment>'
        "</commentList></comments>"
    )
    column, row = ord(cell[0]) - 65, int(cell[1:]) - 1
    box = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600"'
        ' o:spt="202" path="m,l,21600r21600,l21600,xe"/><v:shape id="_x0000_s1025" type="#_x0000_t202"'
        ' style="visibility:hidden"><x:ClientData ObjectType="Note"><x:Anchor>1,15,0,2,3,15,4,1</x:Anchor>'
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape></xml>"
    )
    content = with_part(content, "xl/comments1.xml", HEAD + note, f"{TYPE}spreadsheetml.comments+xml")
    content = with_ending(with_part(content, "xl/drawings/vmlDrawing1.vml", box), "vml", f"{TYPE}vmlDrawing")
    content = led_from(content, SHEET_RELS, "rIdC", "comments", "../comments1.xml")
    content = led_from(content, SHEET_RELS, "rIdV", "vmlDrawing", "../drawings/vmlDrawing1.vml")
    return in_sheet(content, f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdV"/>')
