"""版记: copies to, printed by and when, between lines, with the last one on the lower edge of the text."""

from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from documents.draft import Draft
from documents.layout.typeface import SIZE_4
from documents.wording import blank, day_words, plain

_TWIPS = 56.6929
_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm
_CHARACTER = SIZE_4 * 20
_COPIES = 4  # 　抄送： — where its further lines begin


def imprint(draft: Draft, width: float, style_id: str) -> tuple[etree._Element, list[str]]:
    """A table that floats to the foot of the page that it is on, and its text. width: mm."""
    wide = round(width * _TWIPS)
    half = wide // 2
    rows, said = "", []
    if draft.copies_to:
        said.append(f"抄送：{'、'.join(map(plain, draft.copies_to))}。")
        hanging = f'<w:ind w:left="{_COPIES * _CHARACTER:.0f}" w:hanging="{(_COPIES - 1) * _CHARACTER:.0f}"/>'
        rows += _row(_cell(said[0], wide, style_id, hanging, span=2))
    printed_by, printed = plain(draft.printed_by) or blank(), f"{day_words(draft.day)}印发"
    said.append(f"{printed_by}　{printed}")
    left, right = (f'<w:ind w:{side}="{_CHARACTER:.0f}"/>' for side in ("left", "right"))
    rows += _row(
        _cell(printed_by, half, style_id, left),
        _cell(printed, wide - half, style_id, right + '<w:jc w:val="right"/>'),
    )
    thick, thin = (f'w:val="single" w:sz="{size}" w:space="0" w:color="000000"' for size in (_THICK, _THIN))
    place = 'w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="left"'
    margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    built = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblpPr {place} w:tblpYSpec="bottom"/><w:tblW w:w="{wide}" w:type="dxa"/>'
        f"<w:tblBorders><w:top {thick}/><w:bottom {thick}/><w:insideH {thin}/></w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>'
        f'<w:gridCol w:w="{half}"/><w:gridCol w:w="{wide - half}"/></w:tblGrid>{rows}</w:tbl>'
    )
    return built, said


def _row(*cells: str) -> str:
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="500" w:hRule="atLeast"/></w:trPr>{"".join(cells)}</w:tr>'


def _cell(text: str, wide: int, style_id: str, looks: str, span: int = 1) -> str:
    spanning = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{spanning}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="{style_id}"/>{looks}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:tc>'
    )
