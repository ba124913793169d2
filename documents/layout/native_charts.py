"""Charts that Word and WPS draw themselves and let people edit: a part with the figures, and a workbook of them."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.text.paragraph import Paragraph
from openpyxl import Workbook

from documents.layout.package import repacked
from documents.layout.typeface import BODY
from documents.wording import plain

_EMU = 36_000  # in a millimetre
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_COLOURS = ("2F6DA8", "DB7448", "8A97A5")
_MARKS = ("square", "circle", "triangle")


@dataclass(frozen=True)
class Series:
    """A line, or the bars of one colour. values: percentages, None where there is none: a gap, never 0."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """bars: lying bars, the first on top; otherwise lines. height: mm. description: for those who cannot see it."""

    bars: bool
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    height: float
    description: str


def add_chart(document: Document, paragraph: Paragraph, chart: Chart, number: int, width: float, at: datetime) -> None:
    """Put a chart into a paragraph of its own. number: 1 for the document's first; width: mm."""
    package = document.part.package
    content = repacked(_workbook(chart, at))
    book = Part(
        PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"), CONTENT_TYPE.SML_SHEET, content, package
    )
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    part._blob = _chart_xml(chart, part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)).encode()
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    name = escape(plain(chart.description), {'"': "&quot;"})
    drawing = (
        f'<w:r xmlns:w="{_WORD}"><w:drawing><wp:inline xmlns:wp="{_DRAWING}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width * _EMU:.0f}" cy="{chart.height * _EMU:.0f}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="图{number}" descr="{name}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_MAIN}"><a:graphicData uri="{_CHART}">'
        f'<c:chart xmlns:c="{_CHART}" xmlns:r="{_RELATIONS}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    paragraph._p.append(parse_xml(drawing))


def _workbook(chart: Chart, at: datetime) -> bytes:
    """What opens when somebody edits the figures."""
    book = Workbook()
    book.properties.creator = ""
    book.properties.created = book.properties.modified = at.replace(tzinfo=None, microsecond=0)
    sheet = book.active
    sheet.title = "Sheet1"
    for column, series in enumerate(chart.series, 2):
        _text(sheet.cell(1, column), series.name)
    for row, category in enumerate(chart.categories, 2):
        _text(sheet.cell(row, 1), category)
        for column, series in enumerate(chart.series, 2):
            sheet.cell(row, column).value = series.values[row - 2]
    written = io.BytesIO()
    book.save(written)
    return _with_fixed_time(written.getvalue(), at)


def _with_fixed_time(content: bytes, at: datetime) -> bytes:
    """The library writes the clock's time over `modified` when it saves."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + moment, data)
            new.writestr(name, data)
    return out.getvalue()


def _text(cell, text: str) -> None:
    cell.value, cell.data_type = plain(text), "s"  # never a formula, whatever it begins with


def _chart_xml(chart: Chart, relation: str) -> str:
    kind = _bars(chart) if chart.bars else _lines(chart)
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(chart.series) > 1 else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}" xmlns:r="{_RELATIONS}">'
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f'<c:plotArea><c:layout/>{kind}{_axes(chart)}</c:plotArea>{legend}<c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{_font(1000)}<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _bars(chart: Chart) -> str:
    series = "".join(
        _series(chart, n, f'<c:spPr>{_fill(n)}</c:spPr><c:invertIfNegative val="0"/>{_labels("outEnd")}')
        for n in range(len(chart.series))
    )
    return (
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        '<c:gapWidth val="45"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
    )


def _lines(chart: Chart) -> str:
    series = []
    for n in range(len(chart.series)):
        dash = '<a:prstDash val="sysDash"/>' if n else ""
        line = f'<c:spPr><a:ln w="22225" cap="rnd">{_fill(n)}{dash}<a:round/></a:ln></c:spPr>'
        mark = f'<c:marker><c:symbol val="{_MARKS[n]}"/><c:size val="6"/><c:spPr>{_fill(n)}</c:spPr></c:marker>'
        labels = "" if n else _labels("b", _above(chart), is_narrow=True)  # two lines' labels would overlap
        series.append(_series(chart, n, line + mark + labels, '<c:smooth val="0"/>'))
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{"".join(series)}<c:marker val="1"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:lineChart>'
    )


def _series(chart: Chart, number: int, looks: str, after: str = "") -> str:
    series, rows = chart.series[number], len(chart.categories)
    letter = chr(ord("B") + number)
    names = "".join(f'<c:pt idx="{n}"><c:v>{_safe(name)}</c:v></c:pt>' for n, name in enumerate(chart.categories))
    values = "".join(
        f'<c:pt idx="{n}"><c:v>{value:g}</c:v></c:pt>' for n, value in enumerate(series.values) if value is not None
    )
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f'<c:tx><c:strRef><c:f>Sheet1!${letter}$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{_safe(series.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>{looks}'
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${rows + 1}</c:f><c:strCache>"
        f'<c:ptCount val="{rows}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>Sheet1!${letter}$2:${letter}${rows + 1}</c:f><c:numCache>"
        f'<c:formatCode>General</c:formatCode><c:ptCount val="{rows}"/>{values}</c:numCache></c:numRef></c:val>'
        f"{after}</c:ser>"
    )


def _axes(chart: Chart) -> str:
    """Categories on one side, 0 to 100 % on the other; lying bars begin at the top."""
    order, place, other = ("maxMin", "l", "t") if chart.bars else ("minMax", "b", "l")
    grid = f"<c:majorGridlines>{_thin('D9D9D9')}</c:majorGridlines>"
    low = 0 if chart.bars else _floor(chart)
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_thin()}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{110 if chart.bars else 105}"/><c:min val="{low}"/></c:scaling>'
        f'<c:delete val="{1 if chart.bars else 0}"/><c:axPos val="{other}"/>{"" if chart.bars else grid}'
        '<c:numFmt formatCode="0&quot;%&quot;" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{_thin()}<c:crossAx val="1"/>'
        '<c:crosses val="autoZero"/><c:crossBetween val="between"/>'
        f'<c:majorUnit val="{20 if low < 60 else 10}"/></c:valAx>'
    )


def _floor(chart: Chart) -> int:
    """The lowest tens below every value, so that a line that stays high still shows its shape."""
    lowest = min((value for series in chart.series for value in series.values if value is not None), default=0.0)
    return max(0, int((lowest - 5) // 10) * 10)


def _above(chart: Chart) -> list[int]:
    """The points of the first line whose label stands above it: no lower than their neighbours, and with no other line
    close above. Below all others, a label would lie on the line that leads down from there.
    """
    values, others = chart.series[0].values, chart.series[1:]
    room = (105 - _floor(chart)) * 0.2
    above = []
    for n, value in enumerate(values):
        if value is None:
            continue
        near = [values[m] for m in (n - 1, n + 1) if 0 <= m < len(values) and values[m] is not None]
        over = [series.values[n] for series in others if series.values[n] is not None]
        is_peak = all(value >= other for other in near)
        if is_peak and all(other <= value - room or other >= value + room for other in over):
            above.append(n)
    return above


def _labels(place: str, above: Sequence[int] = (), is_narrow: bool = False) -> str:
    """above: points whose label stands above them. is_narrow: one decimal, small, and on white, for points that lie so
    close that two decimals would run into each other.
    """
    shown = "".join(
        f'<c:{name} val="{value}"/>'
        for name, value in (
            ("showLegendKey", 0),
            ("showVal", 1),
            ("showCatName", 0),
            ("showSerName", 0),
            ("showPercent", 0),
            ("showBubbleSize", 0),
        )
    )
    code, size = ("0.#", 800) if is_narrow else ("0.##", 900)
    fill = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' if is_narrow else "<a:noFill/>"
    looks = f'<c:numFmt formatCode="{code}&quot;%&quot;" sourceLinked="0"/><c:spPr>{fill}</c:spPr>{_font(size)}'
    each = "".join(f'<c:dLbl><c:idx val="{n}"/>{looks}<c:dLblPos val="t"/>{shown}</c:dLbl>' for n in above)
    return f'<c:dLbls>{each}{looks}<c:dLblPos val="{place}"/>{shown}</c:dLbls>'


def _fill(number: int) -> str:
    return f'<a:solidFill><a:srgbClr val="{_COLOURS[number]}"/></a:solidFill>'


def _thin(colour: str = "7F7F7F") -> str:
    return f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr>'


def _font(size: int) -> str:
    face = f'<a:latin typeface="{BODY}"/><a:ea typeface="{BODY}"/>'
    fill = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}" b="0">{fill}{face}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _safe(text: str) -> str:
    return escape(plain(text))
