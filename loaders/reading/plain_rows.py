"""Rows of a worksheet that is written in the plainest way, as nearly all are: a pattern that is made for the columns of
the sheet takes a row at a time.

Whatever is written otherwise, or would not be XML, is left to the parser: a row, or the whole sheet.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol
from xml.etree.ElementTree import XML, Element, ParseError

from data.cells import column_number
from loaders.reading.cell_reader import CellReader
from loaders.reading.columns import Arrangement, Columns, RowMatch
from loaders.reading.found import MAX_COLUMNS, MAX_ROWS, FoundSheet, RawCell
from loaders.reading.pieces import NotPlain
from loaders.reading.texts import is_plain

__all__ = ["NotPlain", "PlainRows"]

_PIECE_BYTES = 1 << 20
_ROOT = re.compile(rb"<worksheet [^<>]*>")
_LETTERS = re.compile(r'<c r="([A-Z]{1,3})[1-9]')
_ANY_ROW = re.compile(r"<row .*?</row>", re.DOTALL)
_SAMPLE = 1 << 14
_MANY = 16  # rows that the pattern does not fit, before it is made anew


class RowKeeper(Protocol):
    """Who reads the rows that the parser must read, and keeps them. row_no: the last row so far."""

    row_no: int

    def cells(self, row: Element, row_no: int) -> list[RawCell]:
        """The cells of a row that hold something."""

    def keep_row(self, row_no: int, is_hidden: bool, cells: list[RawCell]) -> bool:
        """False where something lies so far down that the rest need not be read."""

    def within_reach(self, cells: list[RawCell]) -> list[RawCell]:
        """Those that a template could reach."""


class PlainRows:
    """The rows of one sheet."""

    def __init__(self, keeper: RowKeeper, meanings: CellReader, sheet: FoundSheet, data: bytes) -> None:
        """Raises NotPlain."""
        self._keeper, self._data = keeper, data
        self._opened, self._closed = _borders(data)
        self._root = _ROOT.search(data)[0].decode()
        self._letters: set[str] = set()
        self._columns = Columns(meanings, sheet)
        self._patterns: dict[tuple, re.Pattern[str]] = {}

    def around(self) -> bytes:
        """The XML with its rows taken out."""
        return self._data[: self._opened] + self._data[self._closed :]

    def take(self) -> None:
        """Fill the sheet. Raises NotPlain, also after some rows have been taken, and FileFault."""
        for piece in self._pieces():
            if not self._take_piece(piece):
                return

    def _pieces(self) -> Iterator[str]:
        """Whole rows, some at a time; those in which nothing stands are left out at once."""
        at = self._opened
        while at < self._closed:
            end = min(at + _PIECE_BYTES, self._closed)
            if end < self._closed and (end := self._data.rfind(b"<row ", at + 1, end)) < 0:
                raise NotPlain
            piece = self._data[at:end]
            at = end
            if b"<v" in piece or b"<is" in piece or b"<f" in piece:
                if not is_plain(piece):
                    raise NotPlain
                try:
                    yield piece.decode()
                except UnicodeDecodeError as error:
                    raise NotPlain from error

    def _take_piece(self, text: str) -> bool:
        """False where something lies so far down that the rest need not be read."""
        self._letters |= set(_LETTERS.findall(text[:_SAMPLE])) | set(_LETTERS.findall(text[-_SAMPLE:]))
        rows = self._matched(text)
        strange = [row[-2] for row in rows if row[-2]]
        if len(strange) > _MANY:
            before = len(self._letters)
            self._letters.update(_LETTERS.findall("".join(strange)))
            rows = self._matched(text) if len(self._letters) > before else rows
        odd = {place: self._cells(row[-2]) for place, row in enumerate(rows) if row[-2]}
        row_nos = [odd[place][0] if place in odd else int(row[0]) for place, row in enumerate(rows)]
        if not row_nos:
            return True
        if row_nos[0] <= self._keeper.row_no or any(b <= a for a, b in pairwise(row_nos)):
            raise NotPlain  # the parser names the place
        if row_nos[-1] > MAX_ROWS:
            return self._take_last(text, next(row_no for row_no in row_nos if row_no > MAX_ROWS))
        self._keeper.row_no = row_nos[-1]
        cells = {place: self._keeper.within_reach(cells) for place, (_, cells) in odd.items()}
        self._columns.take(row_nos, rows, self._how, cells)
        return True

    def _take_last(self, text: str, row_no: int) -> bool:
        """What can be reached of a piece, and the first row beyond in which something stands."""
        at = text.index(f'<row r="{row_no}"')
        if at and not self._take_piece(text[:at]):
            return False
        for row in _ANY_ROW.finditer(text, at):
            number, cells = self._cells(row[0])
            if not self._keeper.keep_row(number, False, cells):
                return False
        return True

    def _matched(self, text: str) -> Sequence[RowMatch]:
        letters = tuple(sorted(filter(_in_reach, self._letters), key=column_number))
        key = letters, "<f" in text, "<is>" in text
        if key not in self._patterns:
            self._patterns[key] = _pattern(*key)
        rows = [row for row in self._patterns[key].findall(text) if row[0] or row[-2] or row[-1]]
        if rows and rows[-1][-1]:
            raise NotPlain
        self._how = Arrangement([column_number(letter) for letter in letters], key[1], key[2])
        return rows

    def _cells(self, text: str) -> tuple[int, list[RawCell]]:
        """Number and cells of a row that is left to the parser."""
        try:
            row = XML(f"{self._root}{text}</worksheet>")[0]
        except ParseError as error:
            raise NotPlain from error
        number = int(row.get("r", "0")) if row.get("r", "0").isdecimal() else 0
        if not number or row.get("hidden"):
            raise NotPlain
        return number, self._keeper.cells(row, number)


def _in_reach(letters: str) -> bool:
    return column_number(letters) <= MAX_COLUMNS


def _pattern(letters: Sequence[str], has_formulas: bool, has_inline: bool) -> re.Pattern[str]:
    """Groups: row number, its attributes; of each cell its attributes, formula, value, text; a row that is written
    otherwise; the rest, where there is no row.
    """
    formula = "(<f[^<>]*>[^<&]*</f>|<f[^<>]*/>)?" if has_formulas else ""
    inline = '|<is><t(?: xml:space="preserve")?>([^<&]*)</t></is></c>' if has_inline else ""
    inside = rf"(?:(?<=/)>|>{formula}(?:<v>([^<&]+)</v></c>|</c>{inline}))"
    cells = "".join(rf'(?:<c r="{letter}\1("[^<>]*){inside})?' for letter in letters)
    return re.compile(
        rf'<row r="([1-9]\d{{0,6}})"([^<>]*)>{cells}</row>|<row [^<>]*/>|(<row .*?</row>)|(.+)', re.DOTALL
    )


def _borders(data: bytes) -> tuple[int, int]:
    """Where the rows begin and end. Raises NotPlain."""
    opened, closed = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if opened < 0 or closed < opened or b"<!" in data or not _ROOT.search(data, 0, opened):
        raise NotPlain
    return opened + len(b"<sheetData>"), closed
