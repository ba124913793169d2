"""Rows of a worksheet that is written in the plainest way, as nearly all are, without building a tree for them.

Whatever is written otherwise, or would not be XML, is left to the parser: the pattern must fit from end to end.
"""

import re
from collections.abc import Iterator

_PIECE_BYTES = 1 << 20
_TEXT = "[^<&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_PIECE = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="(n|s|str|b|inlineStr)")?'
    rf'>(?:<v>({_TEXT})</v>|<is><t(?: xml:space="preserve")?>({_TEXT})</t></is>)</c>'
    r'|<row r="([1-9][0-9]{0,6})"((?: [A-Za-z]+="[^"<>&]*")*)>|</row>'
)

PlainCell = tuple[str, str, str, str]
"""column letters, style, type, value."""
PlainRow = tuple[int, bool, list[PlainCell]]
"""row_no, whether it is hidden, its cells."""


class NotPlain(Exception):
    """The parser must read it all."""


def around(data: bytes) -> bytes:
    """The XML with its rows taken out. Raises NotPlain."""
    opened, closed = _borders(data)
    return data[:opened] + data[closed:]


def plain_rows(data: bytes) -> Iterator[list[PlainRow]]:
    """The rows, some at a time. Raises NotPlain, also after some have come."""
    at, closed = _borders(data)
    while at < closed:
        end = data.rfind(b"</row>", at, min(at + _PIECE_BYTES, closed)) + len(b"</row>")
        if end <= at:
            raise NotPlain
        try:
            rows = _rows(data[at:end].decode())
        except UnicodeDecodeError as error:
            raise NotPlain from error
        if rows is None:
            raise NotPlain
        yield rows
        at = end


def _borders(data: bytes) -> tuple[int, int]:
    """Where the rows begin and end."""
    opened, closed = data.find(b"<sheetData>"), data.find(b"</sheetData>")
    if opened < 0 or closed < opened or b"]]>" in data or b"<worksheet " not in data[:opened]:
        raise NotPlain
    return opened + len(b"<sheetData>"), closed


def _rows(body: str) -> list[PlainRow] | None:
    rows: list[PlainRow] = []
    cells: list[PlainCell] | None = None
    at, within = 0, ""
    for found in _PIECE.finditer(body):
        if found.start() != at:
            return None
        at = found.end()
        letters, row, style, type_, value, inline, row_no, others = found.groups()
        if letters:
            if cells is None or row != within or (type_ == "inlineStr") is (inline is None):
                return None
            cells.append((letters, style or "", type_ or "n", value if inline is None else inline))
        elif row_no:
            names = ["r", *re.findall(r" ([A-Za-z]+)=", others)]
            if cells is not None or len(set(names)) < len(names):  # an attribute twice is no XML
                return None
            within, cells = row_no, []
            rows.append((int(row_no), ' hidden="1"' in others or ' hidden="true"' in others, cells))
        elif cells is None:
            return None
        else:
            cells = None
    return rows if at == len(body) and cells is None else None
