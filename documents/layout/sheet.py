"""The page of the standard: A4, its margins, the grid of 22 lines by 28 characters, and what stands outside them."""

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm

from documents.layout.styles import LINE
from documents.layout.typeface import SIZE_4
from documents.wording import plain

TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26  # mm: 天头, foot, 订口, 切口; what is left is 156 x 225
TEXT_WIDTH, TEXT_HEIGHT = 156, 225
_NUMBER_BELOW = 7  # mm from the text down to the page number's line
_NUMBER_HEIGHT = 5
_TWIPS = 56.6929  # in a millimetre


def set_page(document: Document, header: str) -> None:
    """Make the document's first section a page of the standard. header: what stands small above every page."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    _portrait(section)
    for head in (section.header, section.even_page_header):
        head.is_linked_to_previous = False
        head.paragraphs[0].text = plain(header)
        head.paragraphs[0].style = document.styles["Header"]
    _number_pages(document, section, is_landscape=False)


def add_section(document: Document, is_landscape: bool) -> None:
    """A new page, on its side or upright; headers go on, and page numbers stay where an upright page has them."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    if is_landscape:
        _landscape(section)
    else:
        _portrait(section)
    _number_pages(document, section, is_landscape)


def _portrait(section: Section) -> None:
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(
        Mm, (TOP, BOTTOM, LEFT, RIGHT)
    )
    _set_rest(section, BOTTOM - _NUMBER_BELOW - _NUMBER_HEIGHT)


def _landscape(section: Section) -> None:
    """The upright page turned to the left: its left edge (订口) is now above, its foot at the left."""
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(
        Mm, (LEFT, RIGHT, BOTTOM, TOP)
    )
    _set_rest(section, 10)


def _set_rest(section: Section, footer: float) -> None:
    section.header_distance, section.footer_distance, section.gutter = Mm(15), Mm(footer), Mm(0)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    # 22 lines. The 28 characters come from the styles' spacing: in a grid of characters narrower than the letters some
    # programs give each letter two places.
    section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))


def _number_pages(document: Document, section: Section, is_landscape: bool) -> None:
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        if is_landscape:
            paragraph._p.addprevious(_turned(_number(side)))
        else:
            paragraph._p.getparent().replace(paragraph._p, parse_xml(_number(side)))


def _number(side: str) -> str:
    """— 1 —, one character in from the outer side: right on odd pages, left on even ones."""
    inner = f'<w:pStyle w:val="Footer"/><w:ind w:{side}Chars="100" w:{side}="{SIZE_4 * 20:.0f}"/><w:jc w:val="{side}"/>'
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            "<w:t xml:space='preserve'>— </w:t>",
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            "<w:t xml:space='preserve'> —</w:t>",
        )
    )
    return f"<w:p {nsdecls('w')}><w:pPr>{inner}</w:pPr>{field}</w:p>"


def _turned(number: str):
    """The number in a column of its own at the left edge, reading from above: upright once the page is bound."""
    x = (BOTTOM - _NUMBER_BELOW - _NUMBER_HEIGHT - 2) * _TWIPS
    wide, high = (_NUMBER_HEIGHT + 2) * _TWIPS, TEXT_WIDTH * _TWIPS
    place = f'w:vertAnchor="page" w:horzAnchor="page" w:tblpX="{x:.0f}" w:tblpY="{LEFT * _TWIPS:.0f}"'
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblpPr {place}/><w:tblOverlap w:val='never'/>"
        f'<w:tblW w:w="{wide:.0f}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{wide:.0f}"/></w:tblGrid>'
        f'<w:tr><w:trPr><w:trHeight w:val="{high:.0f}" w:hRule="exact"/></w:trPr>'
        f'<w:tc><w:tcPr><w:tcW w:w="{wide:.0f}" w:type="dxa"/><w:textDirection w:val="tbRl"/></w:tcPr>'
        f"{number}</w:tc></w:tr></w:tbl>"
    )
