"""Tables of a document: fixed widths within the text, the heading row again on every page, no row torn in two."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from documents.layout.styles import CELL, CELL_HEAD, SIZES
from documents.wording import plain

_TWIPS = 56.6929
_HEIGHT = {"normal": 480, "small": 400, "smallest": 280}  # of a row at least, in twips
_ALIGNED = {"left": "left", "center": "center", "right": "right"}


@dataclass(frozen=True)
class TableColumn:
    """A heading, its share of the width, and how its cells stand."""

    heading: str
    share: float
    align: str = "center"


def table(
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[object]],
    width: float,
    size: str,
    has_total: bool,
    ids: dict,
) -> etree._Element:
    """The w:tbl. width: mm; size: normal, small or smallest; has_total: the last row is a sum, and stands out."""
    whole = sum(column.share for column in columns)
    widths = [round(width * _TWIPS * column.share / whole) for column in columns]
    heads = _Row(widths, ["center"] * len(columns), size, ids[CELL_HEAD], is_head=True)
    head = _row([column.heading for column in columns], heads)
    aligned = [_ALIGNED[column.align] for column in columns]
    last = len(rows) - 1
    body = "".join(
        _row(
            row,
            _Row(
                widths,
                aligned,
                size,
                ids[CELL_HEAD if has_total and number == last else CELL],
                keeps_next=has_total and number in (last - 1, last - 2),
            ),
        )
        for number, row in enumerate(rows)
    )
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    borders = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    margins = "".join(f'<w:{side} w:w="40" w:type="dxa"/>' for side in ("left", "right"))
    grid = "".join(f'<w:gridCol w:w="{column_width}"/>' for column_width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


@dataclass(frozen=True)
class _Row:
    """How a row is set. keeps_next: on the same page as the row below, so that no sum stands alone."""

    widths: Sequence[int]
    aligned: Sequence[str]
    size: str
    style: str
    keeps_next: bool = False
    is_head: bool = False


def _row(values: Sequence[object], how: _Row) -> str:
    kept = "<w:keepNext/>" if how.keeps_next else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{how.style}"/>{kept}{_jc(align)}</w:pPr>{_runs(value, how.size)}</w:p></w:tc>'
        for value, width, align in zip(values, how.widths, how.aligned, strict=True)
    )
    height = f'<w:trHeight w:val="{_HEIGHT[how.size]}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{'<w:tblHeader/>' if how.is_head else ''}</w:trPr>{cells}</w:tr>"


def _jc(align: str) -> str:
    return "" if align == "center" else f'<w:jc w:val="{align}"/>'


def _runs(value: object, size: str) -> str:
    points = "" if size == "normal" else f'<w:sz w:val="{2 * SIZES[size]:.0f}"/><w:szCs w:val="{2 * SIZES[size]:.0f}"/>'
    properties = f"<w:rPr>{points}</w:rPr>" if points else ""
    lines = (f'<w:t xml:space="preserve">{escape(plain(line))}</w:t>' for line in str(value).split("\n"))
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"
