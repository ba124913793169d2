"""Workbooks with what clerks and their programs put into them and openpyxl does not know, each made part by part."""

import re
from collections.abc import Callable

from tests.loaders.marked.rich_kit import (
    HEAD,
    MAIN,
    OFFICE,
    SHEET_RELS,
    TYPE,
    comments,
    drawing,
    in_sheet,
    led_from,
    plain,
    with_ending,
    with_part,
)
from tests.loaders.workshop import BOOK, RELS, SHEET, STYLES, packed, parts, replaced

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def text_box() -> bytes:
    shape = (
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="文本框 1"/><xdr:cNvSpPr txBox="1"/>'
        "</xdr:nvSpPr>"
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>本月数据已经科长审核</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp>"
    )
    return drawing(plain(), shape)


def picture() -> bytes:
    shape = (
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="图片 1"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>"
    )
    content = drawing(plain(), shape, {"rId1": ("image", "../media/image1.png")})
    return with_ending(with_part(content, "xl/media/image1.png", PNG), "png", "image/png")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92"
    "ef0000000049454e44ae426082"
)


def chart() -> bytes:
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="图表 1"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart'
        ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId1"/></a:graphicData></a:graphic>'
        "</xdr:graphicFrame>"
    )
    content = drawing(plain(), frame, {"rId1": ("chart", "../charts/chart1.xml")})
    series = (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>Data!$B$2:$B$5</c:f></c:numRef></c:val></c:ser>'
    )
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    plot = f'<c:barChart><c:barDir val="col"/>{series}<c:axId val="1"/><c:axId val="2"/></c:barChart>'
    text = f'{HEAD}<c:chartSpace xmlns:c="{space}"><c:chart><c:plotArea>{plot}</c:plotArea></c:chart></c:chartSpace>'
    return with_part(content, "xl/charts/chart1.xml", text, f"{TYPE}drawingml.chart+xml")


def sparklines() -> bytes:
    group = (
        f'<x14:sparklineGroups xmlns:xm="{XM}"><x14:sparklineGroup displayEmptyCellsAs="gap"><x14:sparklines>'
        "<x14:sparkline><xm:f>Data!B2:B5</xm:f><xm:sqref>D2</xm:sqref></x14:sparkline></x14:sparklines>"
        "</x14:sparklineGroup></x14:sparklineGroups>"
    )
    ext = f'<ext xmlns:x14="{X14}" uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}">{group}</ext>'
    return in_sheet(plain(), f"<extLst>{ext}</extLst>")


def data_bars() -> bytes:
    old = (
        '<conditionalFormatting sqref="B2:B5"><cfRule type="dataBar" priority="1"><dataBar><cfvo type="min"/>'
        '<cfvo type="max"/><color rgb="FF638EC6"/></dataBar><extLst><ext xmlns:x14="http://x14" uri="{B025F937-'
        'C7B1-47D3-B67F-A62EFF666E3E}"><x14:id>{DA7ABA51-AAAA-BBBB-0001-000000000001}</x14:id></ext></extLst></cfRule>'
        "</conditionalFormatting>"
    ).replace("http://x14", X14)
    new = (
        f'<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="{XM}"><x14:cfRule type="dataBar"'
        ' id="{DA7ABA51-AAAA-BBBB-0001-000000000001}"><x14:dataBar minLength="0" maxLength="100"><x14:cfvo'
        ' type="autoMin"/><x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>B2:B5</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings>"
    )
    content = in_sheet(plain(), old, "<pageMargins")
    return in_sheet(
        content, f'<extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}">{new}</ext></extLst>'
    )


def wps_pictures() -> bytes:
    space = "http://www.wps.cn/officeDocument/2017/etCustomData"
    content = with_part(
        plain(),
        "xl/cellimages.xml",
        f'{HEAD}<etc:cellImages xmlns:etc="{space}"/>',
        "application/vnd.wps-officedocument.cellimage+xml",
    )
    content = led_from(content, RELS, "rIdW", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")
    content = led_from(content, "xl/_rels/cellimages.xml.rels", "rId1", "image", "media/image1.png")
    content = with_ending(with_part(content, "xl/media/image1.png", PNG), "png", "image/png")
    formula = '<c r="D5" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    return replaced(content, SHEET, "</row></sheetData>", f"{formula}</row></sheetData>")


def threads() -> bytes:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    id_ = "{A0000000-0000-4000-8000-000000000001}"
    who = "{B0000000-0000-4000-8000-000000000001}"
    text = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="B2" dT="2026-11-01T00:00:00.00" personId="{who}"'
        f' id="{id_}"><text>请核对</text></threadedComment></ThreadedComments>'
    )
    content = with_part(
        plain(),
        "xl/threadedComments/threadedComment1.xml",
        HEAD + text,
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    person = (
        f'<personList xmlns="{space}"><person displayName="李四" id="{who}" userId="x" providerId="None"/></personList>'
    )
    content = with_part(content, "xl/persons/person.xml", HEAD + person, "application/vnd.ms-excel.person+xml")
    base = "http://schemas.microsoft.com/office/2017/10/relationships"
    content = led_from(content, RELS, "rIdP", f"{base}/person", "persons/person.xml")
    content = led_from(
        content, SHEET_RELS, "rIdT", f"{base}/threadedComment", "../threadedComments/threadedComment1.xml"
    )
    return comments(content, "B2", f"tc={id_}", "[线程批注] 请核对")


def pivot() -> bytes:
    cache = f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId1" recordCount="0"/>'
    name = "xl/pivotCache/pivotCacheDefinition1.xml"
    content = with_part(plain(), name, HEAD + cache, f"{TYPE}spreadsheetml.pivotCacheDefinition+xml")
    records = f'{HEAD}<pivotCacheRecords xmlns="{MAIN}" count="0"/>'
    content = with_part(
        content, "xl/pivotCache/pivotCacheRecords1.xml", records, f"{TYPE}spreadsheetml.pivotCacheRecords+xml"
    )
    content = led_from(
        content,
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels",
        "rId1",
        "pivotCacheRecords",
        "pivotCacheRecords1.xml",
    )
    content = led_from(content, RELS, "rIdPV", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    caches = f'<pivotCaches><pivotCache cacheId="1" xmlns:r="{OFFICE}" r:id="rIdPV"/></pivotCaches></workbook>'
    return replaced(content, BOOK, "</workbook>", caches)


def custom_xml() -> bytes:
    content = with_part(plain(), "customXml/item1.xml", f"{HEAD}<审批 xmlns='urn:hb'>2026-11</审批>")
    content = led_from(content, "_rels/.rels", "rIdX", "customXml", "customXml/item1.xml")
    properties = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    return with_part(content, "docProps/custom.xml", f'{HEAD}<Properties xmlns="{space}"/>', properties)


def names_and_printer() -> bytes:
    content = with_part(plain(), "xl/printerSettings/printerSettings1.bin", b"\0P\0r" * 90)
    content = with_ending(content, "bin", f"{TYPE}spreadsheetml.printerSettings")
    content = led_from(content, SHEET_RELS, "rIdS", "printerSettings", "../printerSettings/printerSettings1.bin")
    content = in_sheet(content, f'<pageSetup paperSize="9" xmlns:r="{OFFICE}" r:id="rIdS"/>')
    names = '<definedName name="合计区">Data!$B$2:$B$5</definedName><definedName name="_xlnm.Print_Area"'
    names += ' localSheetId="1">Notes!$A$1</definedName>'
    found = parts(content)
    book = re.sub(rb"<definedNames ?/>", b"", found[BOOK])
    book = book.replace(b"<calcPr", f"<definedNames>{names}</definedNames><calcPr".encode())
    return packed(found | {BOOK: book})


def validations() -> bytes:
    checks = '<dataValidations count="1"><dataValidation type="list" sqref="A2:A9"><formula1>"是,否"</formula1>'
    checks += "</dataValidation></dataValidations>"
    content = in_sheet(plain(), checks, "<pageMargins")
    return replaced(content, SHEET, "</sheetData>", '</sheetData><sheetProtection sheet="1" password="CC1A"/>')


def table() -> bytes:
    text = (
        f'<table xmlns="{MAIN}" id="1" name="表1" displayName="表1" ref="A1:C5"><autoFilter ref="A1:C5"/>'
        '<tableColumns count="3"><tableColumn id="1" name="名称"/><tableColumn id="2" name="面积"/>'
        '<tableColumn id="3" name="日期"/></tableColumns></table>'
    )
    content = with_part(plain(), "xl/tables/table1.xml", HEAD + text, f"{TYPE}spreadsheetml.table+xml")
    content = led_from(content, SHEET_RELS, "rIdTb", "table", "../tables/table1.xml")
    return in_sheet(content, f'<tableParts count="1"><tablePart xmlns:r="{OFFICE}" r:id="rIdTb"/></tableParts>')


def external_link() -> bytes:
    text = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"/></externalLink>'
    content = with_part(
        plain(), "xl/externalLinks/externalLink1.xml", HEAD + text, f"{TYPE}spreadsheetml.externalLink+xml"
    )
    content = led_from(content, RELS, "rIdE", "externalLink", "externalLinks/externalLink1.xml")
    found = parts(content)
    link = f'<externalReferences><externalReference xmlns:r="{OFFICE}" r:id="rIdE"/></externalReferences>'
    book = found[BOOK].replace(b"</sheets>", b"</sheets>" + link.encode())
    return packed(found | {BOOK: book})


def shared_formulas() -> bytes:
    content = plain()
    for row, formula in ((2, '<f t="shared" ref="D2:D4" si="0">B2*2</f>'), (3, '<f t="shared" si="0"/>')):
        cell = f'<c r="D{row}">{formula}<v>{(row - 1) * 20}</v></c>'
        content = packed(
            parts(content)
            | {
                SHEET: re.sub(
                    rf'(<row r="{row}".*?)</row>'.encode(), rb"\1" + cell.encode() + b"</row>", parts(content)[SHEET]
                )
            }
        )
    chain = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="D2" i="1"/><c r="D3" i="1"/></calcChain>'
    content = with_part(content, "xl/calcChain.xml", chain, f"{TYPE}spreadsheetml.calcChain+xml")
    return led_from(content, RELS, "rIdCC", "calcChain", "calcChain.xml")


def with_prefix() -> bytes:
    """As programs of the office's own systems write it: every tag with its prefix."""
    found = parts(plain())
    for name in (SHEET, "xl/worksheets/sheet2.xml", BOOK, STYLES):
        text = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", found[name]).replace(b" xmlns=", b" xmlns:x=", 1)
        found[name] = text
    return packed(found)


def chart_sheet() -> bytes:
    text = f'<chartsheet xmlns="{MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
    name = "xl/chartsheets/sheet1.xml"
    content = with_part(plain(), name, f"{HEAD}{text}</chartsheet>", f"{TYPE}spreadsheetml.chartsheet+xml")
    content = led_from(content, RELS, "rIdK", "chartsheet", "chartsheets/sheet1.xml")
    found = parts(content)
    entry = f'<sheet xmlns:r="{OFFICE}" name="图" sheetId="9" r:id="rIdK"/></sheets>'
    return packed(found | {BOOK: found[BOOK].replace(b"</sheets>", entry.encode())})


def grouped() -> bytes:
    """Rows and cells without addresses, a row that is empty, a comment of the XML that looks like a row."""
    rows = "<row><c t='str'><v>名称</v></c><c><v>1</v></c></row><!-- <row r='2'><c r='A2'/></row> --><row/><row>"
    rows += "<c t='str' s='0'><v>a &gt; b</v></c><c><v>5</v></c></row>"
    found = parts(plain())
    sheet = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), found[SHEET])
    return packed(found | {SHEET: sheet})


KINDS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        plain,
        text_box,
        picture,
        chart,
        sparklines,
        data_bars,
        wps_pictures,
        threads,
        pivot,
        custom_xml,
        names_and_printer,
        validations,
        table,
        external_link,
        shared_formulas,
        with_prefix,
        chart_sheet,
        grouped,
    )
}
"""What a workbook holds → how it is made."""
