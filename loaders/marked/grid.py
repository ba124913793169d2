"""A worksheet's XML: its cells get other formats, and everything else in it stays as it was written."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape

from data.cells import column_number
from loaders.marked.outline import (
    ATTRIBUTES,
    Edit,
    Node,
    attributes_of,
    outline,
    put_behind,
    spliced,
)
from loaders.reading.places import area_of

_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?(?!xml\s).*?\?>", re.DOTALL)
_ORDER = re.findall(
    r"\w+",
    """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
    hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
    ignoredErrors smartTags drawing legacyDrawing""",
)
"""The elements of a worksheet as the format wants them to follow one another, as far as something is put among them."""

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class Row:
    """A row's place in the XML: its tag, and where its content ends. number: as a spreadsheet counts it."""

    number: int
    start: int
    inside: int
    closing: int
    end: int


@dataclass(frozen=True)
class CellTag:
    """A cell's start tag and its end."""

    col_no: int
    start: int
    inside: int
    end: int


class Grid:
    """The XML of one worksheet. Edits are collected; saved() makes them."""

    def __init__(self, data: bytes) -> None:
        if b"<!" in data or data.find(b"<?", 1) > 0:  # what stands there could look like cells
            data = _HIDDEN.sub(lambda match: escape((match[1] or b"").decode()).encode(), data)
        self.data = data
        self._edits: list[Edit] = []
        whole = re.search(rb"<([\w.-]+:)?sheetData\b" + ATTRIBUTES + rb">", data)
        if whole is None:
            raise ValueError("expected a worksheet, found no sheetData")
        self.prefix = (whole[1] or b"").decode()
        self.is_empty = whole[0].endswith(b"/>")
        self.start, self.opened = whole.span()
        closing = f"</{self.prefix}sheetData".encode()
        self.closed = whole.end() if self.is_empty else data.index(closing, whole.end())

    @cached_property
    def root(self) -> Node:
        """The outline, without the rows."""
        root = outline(self.data[: self.opened] + self.data[self.closed :])
        gap = self.closed - self.opened

        def move(node: Node) -> None:
            for name in ("start", "inside", "closing", "end"):
                at = getattr(node, name)
                if at > self.opened or (at == self.opened and name == "closing"):
                    setattr(node, name, at + gap)
            for child in node.children:
                move(child)

        move(root)
        return root

    @cached_property
    def _starts(self) -> list[tuple[int, int, int]]:
        """(number, start, end of its tag) of each row, as they follow one another."""
        pattern = re.compile(f'<{self.prefix}row(?: r="(\\d+)"|(?=[\\s/>]))'.encode() + ATTRIBUTES + rb">")
        starts, number = [], 0
        for match in pattern.finditer(self.data, self.opened, self.closed):
            given = match[1] or attributes_of(match[0]).get("r")
            number = int(given) if given else number + 1
            starts.append((number, *match.span()))
        return starts

    def rows(self, numbers: Collection[int] | None = None) -> Iterator[Row]:
        """Those of these numbers, or all."""
        closing = f"</{self.prefix}row".encode()
        for number, start, inside in self._starts:
            if numbers is None or number in numbers:
                end = closed = inside
                if not self.data.endswith(b"/>", start, inside):
                    closed = self.data.index(closing, inside, self.closed)
                    end = self.data.index(b">", closed) + 1
                yield Row(number, start, inside, closed, end)

    def start_behind(self, number: int) -> int:
        """Where the next row after a number begins, or the rows end."""
        return next((start for other, start, _ in self._starts if other > number), self.closed)

    @cached_property
    def areas(self) -> list[tuple[int, int, int, int]]:
        """The merged areas: row, column, last row, last column."""
        entries = (entry for node in self.root.all("mergeCells") for entry in node.children)
        return [area for entry in entries if (area := area_of(entry.attribute("ref")))]

    def anchor(self, place: Place) -> Place | None:
        """The cell that shows what is said of a place, of a merged area its first one; None where none would."""
        row, col = place
        over = [a for a in self.areas if a[0] <= row <= a[2] and a[1] <= col <= a[3]]
        if not over:
            return place
        first = over[0][:2]
        is_covered = any(a[0] <= first[0] <= a[2] and a[1] <= first[1] <= a[3] and a[:2] != first for a in over)
        return None if is_covered else first

    def cells(self, row: Row) -> Iterator[CellTag]:
        pattern = re.compile(f"<{self.prefix}c(?=[\\s/>])".encode() + ATTRIBUTES + rb">")
        closing = f"</{self.prefix}c>".encode()
        col_no, at = 0, row.inside
        while match := pattern.search(self.data, at, row.closing):
            given = re.match(r"[A-Z]{1,3}", attributes_of(match[0]).get("r", ""))
            col_no = column_number(given[0]) if given else col_no + 1
            is_one_tag = match[0].endswith(b"/>")
            at = match.end() if is_one_tag else self.data.index(closing, match.end(), row.closing) + len(closing)
            yield CellTag(col_no, match.start(), match.end(), at)

    def column_look(self, col_no: int) -> int:
        """The format of a column, which its cells have until they are written."""
        columns = (column for node in self.root.all("cols") for column in node.children)
        own = (c for c in columns if whole_number(c.attribute("min")) <= col_no <= whole_number(c.attribute("max")))
        return next((whole_number(column.attribute("style")) for column in own), 0)

    def edit(self, edit: Edit) -> None:
        """One more edit."""
        self._edits.append(edit)

    def put(self, at: int, text: str) -> None:
        """Something that is inserted."""
        self._edits.append((at, at, text.encode()))

    def add_element(self, kind: str, text: str) -> None:
        """An element beneath the root, behind all that must come before it; several of one kind as they come."""
        self.put(put_behind(self.root, _ORDER[: _ORDER.index(kind)]), text)

    def text(self, node: Node) -> str:
        """An element as it is written."""
        return self.data[node.start : node.end].decode()

    def tag(self, node: Node) -> bytes:
        """Its start tag as it is written."""
        return self.data[node.start : node.inside]

    def first_row(self) -> bytes:
        """The worksheet with its row 1 alone."""
        first = b"".join(self.data[row.start : row.end] for row in self.rows({1}))
        return self.data[: self.opened] + first + self.data[self.closed :]

    def looks_of_first_row(self) -> dict[int, int]:
        """Column → format of the cells in row 1."""
        tags = (
            (cell.col_no, self.data[cell.start : cell.inside]) for row in self.rows({1}) for cell in self.cells(row)
        )
        return {col_no: whole_number(attributes_of(tag).get("s")) for col_no, tag in tags}

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._edits)

    def saved(self) -> bytes:
        """The XML after all edits."""
        return spliced(self.data, self._edits)


def whole_number(text: str | None) -> int:
    """What an attribute says; 0 where it is missing or no number."""
    return int(text) if text and text.isdecimal() else 0
