"""A draft read back as its user's program reads it: paragraphs, tables, sections, fonts and the figures of charts."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.chart.chartspace import ChartSpace
from openpyxl.xml.functions import fromstring

from documents.draft import Draft
from documents.layout.paper import Paper

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 24, 9, 5, tzinfo=SHANGHAI)
NASTY = (
    "甲&乙<科>",
    '=1+"2"',
    "一个名字长得出奇的单位" * 6,
    "带表情的😀科",
    "断\n行\t与\x0b控制\ud800符",
    "[u](x) *星* `号`",
)


def draft(**given) -> Draft:
    """A draft of a bureau that does not exist."""
    return Draft(**({"bureau_name": "某市某局", "as_of": AS_OF} | given))


def read(paper: Paper) -> Docx:
    """The file as python-docx opens it."""
    return Document(io.BytesIO(paper.content()))


def texts(document: Docx) -> list[str]:
    """Every paragraph of the body that says something."""
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def tables(document: Docx) -> list[list[list[str]]]:
    """Every table, row by row."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def fonts(document: Docx, style: str) -> tuple[str, str, float]:
    """(East-Asian font, Latin font, points) of a style."""
    found = document.styles[style]
    names = found.element.rPr.find(qn("w:rFonts"))
    assert "heme" not in str(names.items())
    return names.get(qn("w:eastAsia")), names.get(qn("w:ascii")), found.font.size.pt


@dataclass(frozen=True)
class ReadChart:
    """kind: bar or line; series: name → value by category, gaps left out; and the same from the workbook behind it."""

    kind: str
    categories: list[str]
    series: dict[str, dict[str, float]]
    in_workbook: dict[str, dict[str, float]]


def charts(paper: Paper) -> list[ReadChart]:
    """The document's charts, as openpyxl understands them."""
    with zipfile.ZipFile(io.BytesIO(paper.content())) as package:
        parts = sorted(name for name in package.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", name))
        return [_chart(package, name) for name in parts]


def _chart(package: zipfile.ZipFile, name: str) -> ReadChart:
    xml = re.sub(rb"<c:externalData.*</c:externalData>", b"", package.read(name))  # openpyxl looks for id, not r:id
    space = ChartSpace.from_tree(fromstring(xml))
    plot = space.chart.plotArea._charts[0]
    series, categories = {}, []
    for one in plot.ser:
        categories = [point.v for point in one.cat.strRef.strCache.pt]
        cached = {point.idx: float(point.v) for point in one.val.numRef.numCache.pt}
        series[one.tx.strRef.strCache.pt[0].v] = {categories[place]: value for place, value in cached.items()}
    number = re.search(r"\d+", name)[0]
    relations = ElementTree.fromstring(package.read(f"word/charts/_rels/chart{number}.xml.rels"))
    target = next(iter(relations)).get("Target").removeprefix("../")
    sheet = load_workbook(io.BytesIO(package.read(f"word/{target}"))).active
    heading, *rows = sheet.iter_rows()
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    behind = {
        head.value: {str(row[0].value): row[n].value for row in rows if row[n].value is not None}
        for n, head in enumerate(heading[1:], 1)
    }
    return ReadChart(plot.tagname.removesuffix("Chart"), categories, series, behind)
