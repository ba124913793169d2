"""The paragraphs of an official document as named styles: whoever edits the draft changes all of a kind at once."""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from documents.layout.typeface import (
    BODY,
    HEI,
    KAI,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_5,
    SIZE_BANNER,
    SIZE_SMALL_4,
    SIZE_SMALL_5,
    SONG,
    TITLE,
    set_font,
)

LINE = 579  # 28.95 pt in twentieths: 22 lines in 225 mm
TITLE_LINE = 700
_KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Title", "Heading 1", "Heading 2", "Heading 3"}
_KEPT |= {"Heading 4", "header", "footer", "Header", "Footer"}


@dataclass(frozen=True)
class Style:
    """indent: characters before the first line; hanging: (left, first line less) in characters; line: twentieths of a
    point, 0 for as high as what stands in it.
    """

    name: str
    font: str
    size: float = SIZE_3
    align: str = "both"
    indent: int = 0
    line: int = LINE
    keeps_next: bool = False


TEXT, RECIPIENTS, MARK, NUMBER = "公文正文", "公文主送", "公文标记", "公文字号"
BANNER, SIDES = "简报名称", "简报两侧"
SIGNATURE, ATTACHED, ANNEX = "公文落款", "公文附件说明", "公文附件标识"
CELL, CELL_HEAD, CAPTION, NOTE, FIGURE, IMPRINT = "表格文字", "表格标题行", "图表标题", "图表说明", "图", "版记"
STYLES = (
    Style("Normal", BODY),
    Style("Title", TITLE, SIZE_2, "center", line=TITLE_LINE, keeps_next=True),
    Style("Heading 1", HEI, indent=2, keeps_next=True),
    Style("Heading 2", KAI, indent=2, keeps_next=True),
    Style("Heading 3", BODY, indent=2, keeps_next=True),
    Style("Heading 4", BODY, indent=2, keeps_next=True),
    Style("Header", SONG, SIZE_5, "center", line=0),
    Style("Footer", SONG, SIZE_4, "left", line=0),
    Style(TEXT, BODY, indent=2),
    Style(RECIPIENTS, BODY),
    Style(MARK, HEI, align="left"),
    Style(NUMBER, BODY, align="center"),
    Style(BANNER, TITLE, SIZE_BANNER, "center", line=0),
    Style(SIDES, BODY, align="left"),
    Style(SIGNATURE, BODY, align="right"),
    Style(ATTACHED, BODY, align="left"),
    Style(ANNEX, HEI, align="left", keeps_next=True),
    Style(CELL, BODY, SIZE_SMALL_4, "center", line=0),
    Style(CELL_HEAD, HEI, SIZE_SMALL_4, "center", line=0),
    Style(CAPTION, HEI, SIZE_4, "center", keeps_next=True),
    Style(NOTE, KAI, SIZE_5, "left", line=0),
    Style(FIGURE, BODY, SIZE_5, "center", line=0),
    Style(IMPRINT, BODY, SIZE_4, "left", line=0),
)
SIZES = {"normal": SIZE_SMALL_4, "small": SIZE_5, "smallest": SIZE_SMALL_5}


def set_styles(document: Document) -> None:
    """Replace the library's styles by those of the standard."""
    styles = document.styles
    for style in list(styles):
        if style.name not in _KEPT:
            style.delete()
    defaults = styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    set_font(run, BODY, SIZE_3)
    run.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
    for latent in styles.element.findall(qn("w:latentStyles")):
        styles.element.remove(latent)
    paragraph = defaults.find(qn("w:pPrDefault"))
    paragraph.clear()
    for style in STYLES:
        _write(styles, style)


def _write(styles, wanted: Style) -> None:
    names = {style.name for style in styles}
    if wanted.name in names:
        style = styles[wanted.name]
    else:
        style = styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
    style.quick_style, style.hidden = True, False
    for link in style.element.findall(qn("w:link")):  # to a style that was let go
        style.element.remove(link)
    run = style.element.get_or_add_rPr()
    for old in list(run):
        run.remove(old)
    set_font(run, wanted.font, wanted.size)
    old = style.element.find(qn("w:pPr"))
    level = None
    if old is not None:
        level = old.find(qn("w:outlineLvl"))
        style.element.remove(old)
    style.element.insert(list(style.element).index(style.element.rPr), _paragraph(wanted))
    if level is not None:
        style.element.find(qn("w:pPr")).append(level)


def _paragraph(wanted: Style):
    rule = f'w:line="{wanted.line}" w:lineRule="exact"' if wanted.line else 'w:line="240" w:lineRule="auto"'
    parts = ["<w:keepNext/>"] if wanted.keeps_next else []
    parts += ["<w:widowControl w:val='0'/>"]
    parts += ['<w:snapToGrid w:val="0"/>'] if not wanted.line else []
    parts += [f'<w:spacing w:before="0" w:after="0" {rule}/>']
    first = wanted.indent * int(wanted.size * 20)
    parts += [f'<w:ind w:firstLineChars="{100 * wanted.indent}" w:firstLine="{first}"/>']
    parts += [f'<w:jc w:val="{wanted.align}"/>']
    return parse_xml(f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>")
