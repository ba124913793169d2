"""The page of the standard, read back from the file."""

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import etree

from documents.draft import DraftMark
from documents.layout.native_charts import Chart, Series
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from tests.documents.reading import AS_OF, NASTY, draft, fonts, read, tables, texts

COLUMNS = (TableColumn("单位", 3, "left"), TableColumn("应报", 1))


def paper(**given) -> Paper:
    """A draft with something of everything."""
    made = Paper(draft(**given), ("关于某事", "的通知"))
    made.recipients(["甲科", "乙科"])
    made.heading(1, "一、标题")
    made.heading(2, "（一）小标题")
    made.heading(3, "1.再小的标题")
    made.text("正文。")
    made.caption("图1　某图")
    made.chart(Chart(True, ("甲科", "乙科"), (Series("按时率", (95.24, None)),), 40, "某图"))
    made.table(COLUMNS, [(f"单位{n}", n) for n in range(60)], has_total=True)
    made.attachments(["甲表", "乙表"])
    made.signature()
    made.annex(("甲表",), is_landscape=True)
    made.table(COLUMNS, [("甲科", 1)])
    made.annex(("乙表",))
    made.text("附件正文。")
    made.imprint()
    return made


def test_page_and_margins():
    upright, landscape, last = read(paper()).sections
    for section in (upright, last):
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(side.mm) for side in sides] == [37, 35, 28, 26]
    assert landscape.orientation is WD_ORIENT.LANDSCAPE
    assert (round(landscape.page_width.mm), round(landscape.page_height.mm)) == (297, 210)
    sides = (landscape.top_margin, landscape.bottom_margin, landscape.left_margin, landscape.right_margin)
    assert [round(side.mm) for side in sides] == [28, 26, 35, 37]  # the upright page turned to the left


def test_22_lines_of_28_characters():
    document = read(paper())
    for section in document.sections:
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:linePitch")) == "579" and 22 * 579 <= 225 / 25.4 * 1440 < 23 * 579
    body = document.styles["公文正文"]
    spacing = document.styles["Normal"].element.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    tighter = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + tighter) <= 156 / 25.4 * 72 < 29 * (16 + tighter)


def test_fonts_by_name():
    document = read(paper())
    expected = {
        "Title": ("方正小标宋简体", 22),
        "公文正文": ("仿宋_GB2312", 16),
        "公文主送": ("仿宋_GB2312", 16),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
        "Heading 3": ("仿宋_GB2312", 16),
        "Heading 4": ("仿宋_GB2312", 16),
        "公文附件标识": ("黑体", 16),
        "Footer": ("宋体", 14),
        "版记": ("仿宋_GB2312", 14),
    }
    for style, (font, size) in expected.items():
        assert fonts(document, style) == (font, font, size)
        colour = document.styles[style].element.rPr.find(qn("w:color")).get(qn("w:val"))
        assert colour == "000000"
    with zipfile.ZipFile(io.BytesIO(paper().content())) as package:
        names = package.read("word/fontTable.xml").decode()
        assert 'w:name="方正小标宋简体"' in names and "FangSong" in names
        assert not [name for name in package.namelist() if "thumbnail" in name or name.startswith("word/fonts/")]
        assert "docProps/app.xml" not in package.namelist()
        assert b'w:eastAsia="zh-CN"' in package.read("word/settings.xml")


def test_it_is_a_draft_without_red_head_or_seal():
    made = paper()
    document = read(made)
    assert texts(document)[:2] == ["稿", "　　　　〔2026〕　　号"]
    for section in document.sections:
        for header in (section.header, section.even_page_header):
            assert header.paragraphs[0].text == "稿　未经签发、未盖印章，不作为正式公文"
    with zipfile.ZipFile(io.BytesIO(made.content())) as package:
        assert not [name for name in package.namelist() if "/media/" in name]
        for name in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
            colours = etree.fromstring(package.read(name)).xpath("//*[local-name()='color']/@*")
            assert set(colours) <= {"000000"}
    issued = read(paper(number="某建办〔2026〕20号", mark=DraftMark.FOR_COMMENT, is_sample=True))
    assert texts(issued)[:2] == ["征求意见稿", "某建办〔2026〕20号"]
    assert "演示数据" in issued.sections[0].header.paragraphs[0].text


def test_page_numbers_stand_outside():
    document = read(paper())
    assert document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            xml = footer._element.xml
            assert " PAGE " in xml and "— " in xml and f'<w:jc w:val="{side}"/>' in xml
            assert f'w:{side}Chars="100"' in xml
            is_turned = 'w:val="tbRl"' in xml
            assert is_turned == (section.orientation is WD_ORIENT.LANDSCAPE)


def test_tables_fit_and_repeat_their_headings():
    document = read(paper())
    long, wide = document.tables[0], document.tables[1]
    for table, limit in ((long, 156), (wide, 225)):
        assert sum(column.width.mm for column in table.columns) == pytest.approx(limit, abs=0.2)
        head, *rows = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert tables(document)[0][1:] == [[f"单位{n}", str(n)] for n in range(60)]


def test_signature_annexes_and_imprint():
    found = texts(read(paper(day=date(2026, 11, 5), copies_to=("市甲局", "市乙局"))))
    assert found[found.index("附件：1.甲表") :][:4] == ["附件：1.甲表", "2.乙表", "某市某局", "2026年11月5日"]
    assert [one for one in found if one in ("附件1", "附件2")] == ["附件1", "附件2"]
    last = tables(read(paper(day=date(2026, 11, 5), copies_to=("市甲局", "市乙局"))))[-1]
    assert last == [["抄送：市甲局、市乙局。"] * 2, ["（　　　　　　）", "2026年11月5日印发"]]
    assert "　　　年　月　日" in texts(read(paper()))


def test_the_same_facts_give_the_same_bytes(monkeypatch):
    first = paper().content()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)  # where a zip takes its parts' times from
    assert paper().content() == first
    assert paper(number="一〔2026〕1号").content() != first
    properties = read(paper()).core_properties
    assert properties.created == properties.modified == datetime(2026, 11, 24, 1, 5, tzinfo=properties.created.tzinfo)
    assert (properties.title, properties.author, properties.comments) == ("关于某事的通知", "某市某局", "")
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nasty_names_survive():
    made = Paper(draft(bureau_name=NASTY[0], copies_to=NASTY, printed_by=NASTY[2]), ("关于", *NASTY, "的通知"))
    made.recipients(NASTY)
    made.heading(1, NASTY[0])
    made.text(*NASTY)
    made.table(COLUMNS, [(name, 1) for name in NASTY])
    made.chart(Chart(False, NASTY, (Series(NASTY[0], (1.0,) * len(NASTY)),), 40, NASTY[0]))
    made.attachments(NASTY)
    made.signature()
    made.annex((NASTY[2],))
    made.imprint()
    document = read(made)
    seen = [row[0] for row in tables(document)[0][1:]]
    assert seen[:4] == list(NASTY[:4]) and seen[5] == NASTY[5]
    assert "甲&乙<科>" in texts(document) and "断 行 与 控制 符" in "\n".join(texts(document))
    assert document.core_properties.author == "甲&乙<科>"


def test_lines_say_what_the_file_says():
    made = paper()
    spoken = "\n".join(made.lines)
    for text in texts(read(made)):
        assert text in spoken
    assert "单位59　59" in spoken


def test_as_of_is_the_drafts_clock():
    assert AS_OF.utcoffset().total_seconds() == 8 * 3600
