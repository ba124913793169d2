"""The styles of a workbook: read where they lie, added to, never rewritten."""

import re
from dataclasses import dataclass

from loaders.marked.outline import (
    Node,
    outline,
    prefixed,
    put_behind,
    put_inside,
    set_attribute,
    spliced,
    with_attribute,
)

EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{main}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_SOLID = re.compile(r'patternType\s*=\s*["\']solid["\']')
_COLOR = re.compile(r'<(?:\w+:)?fgColor\b[^>]*\brgb\s*=\s*["\']([0-9A-Fa-f]{8})["\']')


@dataclass
class _Table:
    """The entries of one kind as they are written, and how many of them the part has already."""

    entries: list[str]
    number: int
    places: dict[str, int]


class Styles:
    """Fonts, fills, borders, formats of cells and of conditions by their numbers in the file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = outline(data)
        self._prefix = self._root.prefix
        self._tables: dict[str, _Table] = {}

    def _table(self, kind: str) -> _Table:
        if kind not in self._tables:
            node = self._root.first(kind)
            children = node.children if node else []
            entries = [self._data[child.start : child.end].decode() for child in children]
            places = {text: number for number, text in reversed(list(enumerate(entries)))}
            self._tables[kind] = _Table(entries, len(entries), places)
        return self._tables[kind]

    def add(self, kind: str, text: str) -> int:
        """The number of an entry, which is added where the file has none that is written so."""
        table = self._table(kind)
        number = table.places.get(text)
        if number is None:
            number = table.places[text] = len(table.entries)
            table.entries.append(text)
        return number

    def add_plain(self, kind: str, text: str) -> int:
        """The same of an entry that is written without prefixes."""
        return self.add(kind, prefixed(text, self._prefix))

    def fill_of(self, look: int) -> int:
        """The fill that a cell format names; 0, none, for a format that the file does not have."""
        looks = self._table("cellXfs").entries
        number = re.search(r'\bfillId\s*=\s*["\'](\d+)', _tag_of(looks[look])) if look < len(looks) else None
        return int(number[1]) if number else 0

    def with_fill(self, look: int, fill: int) -> int:
        """The cell format that is like another but for its fill."""
        looks = self._table("cellXfs").entries
        if look >= len(looks):
            look = 0
        if not looks:
            self.add_plain("cellXfs", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>')
        text = looks[look]
        tag = with_attribute(_tag_of(text).encode(), "fillId", str(fill))
        return self.add("cellXfs", with_attribute(tag, "applyFill", "1").decode() + text[len(_tag_of(text)) :])

    def solid_fills(self, colors: frozenset[str]) -> set[int]:
        """The fills that are one of these colours and nothing else."""
        fills = self._table("fills").entries
        return {
            number
            for number, text in enumerate(fills)
            if _SOLID.search(text) and (color := _COLOR.search(text)) and color[1].upper() in colors
        }

    def looks_with(self, fills: set[int]) -> set[int]:
        """The cell formats that have one of these fills."""
        return {number for number in range(len(self._table("cellXfs").entries)) if self.fill_of(number) in fills}

    def is_none(self, fill: int) -> bool:
        """Whether a fill fills nothing."""
        fills = self._table("fills").entries
        return fill >= len(fills) or bool(re.search(r'patternType\s*=\s*["\']none|<(?:\w+:)?fill\s*/>', fills[fill]))

    def saved(self) -> bytes:
        """The part with what was added; the very same bytes where nothing was."""
        edits, fresh = [], ""
        for kind in _ORDER:
            table = self._tables.get(kind)
            added = "".join(table.entries[table.number :]) if table else ""
            if not added:
                continue
            if node := self._root.first(kind):
                data = spliced(self._data[node.start : node.end], self._counted(node, added, len(table.entries)))
                edits.append((node.start, node.end, data))
            else:
                fresh = f'<{self._prefix}{kind} count="{len(table.entries)}">{added}</{self._prefix}{kind}>'
                before = _ORDER[: _ORDER.index(kind)]
                edits.append((at := put_behind(self._root, before), at, fresh.encode()))
        return spliced(self._data, edits)

    def _counted(self, node: Node, added: str, number: int) -> list[tuple[int, int, bytes]]:
        """The edits of one table, in places that count from its own start."""
        data = self._data[node.start : node.end]
        own = outline_at(node)
        if node.is_empty:
            tag = with_attribute(data, "count", str(number))[:-2].rstrip()
            return [(0, len(data), tag + b">" + added.encode() + f"</{node.tag}>".encode())]
        return [set_attribute(data, own, "count", str(number)), put_inside(data, own, added.encode())]


def outline_at(node: Node) -> Node:
    """The same element in places that count from its start."""
    at = node.start
    return Node(node.tag, node.attributes, 0, node.inside - at, node.closing - at, node.end - at)


def _tag_of(text: str) -> str:
    """The start tag of an entry; no attribute of a format holds a >."""
    return text[: text.index(">") + 1]
