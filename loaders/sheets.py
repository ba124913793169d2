"""What a workbook holds once it is read: sheets of cells, nothing interpreted yet."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import chain, repeat
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What the spreadsheet itself says of a cell. Readers put the code of a number format behind the letter."""

    NUMBER = "n"
    PERCENT = "p"  # a number shown with a % format: 0.985 means 98.5 %
    TEXT = "s"
    DATE = "d"  # ISO text
    TRUTH = "b"
    ERROR = "e"  # #DIV/0! and its kin, as text
    UNCOMPUTED = "f"  # a formula whose value the file does not hold
    PICTURE = "g"  # a picture that lies in the cell, as the formula that shows it
    BROKEN = "q"  # a number that is none, as text: NaN, infinity
    OTHERWISE = "x"  # a number that its format shows as another one, or not at all


_FLOATS = (Kind.NUMBER, Kind.PERCENT, Kind.OTHERWISE)
PICTURE = re.compile(r"\s*=?\s*(?:_xl(?:fn|ws|udf)\.)*(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
"""How a formula begins that shows a picture in its cell: WPS writes DISPIMG, Excel has IMAGE."""


class _Kinds(dict[str, tuple[Kind, str]]):
    """What a reader says of a cell → its kind, and the code of its format; a workbook has a handful of them."""

    def __missing__(self, told: str) -> tuple[Kind, str]:
        self[told] = Kind(told[0]), told[1:]
        return self[told]


class Cell(NamedTuple):
    """row_no and col_no count from 1. look: the code of the number format, or of the one of its sections that holds;
    empty for General. A date has one only where it does not show the whole day, a text where something is added to it.
    """

    row_no: int
    col_no: int
    kind: Kind
    value: float | str | bool
    look: str = ""


def is_picture(cell: Cell) -> bool:
    """Whether a picture lies in the cell; programs that do not know its formula keep that as a text."""
    return cell.kind is Kind.PICTURE or (
        cell.kind is Kind.TEXT and cell.value[:1] == "=" and PICTURE.match(cell.value) is not None
    )


class Area(NamedTuple):
    """A merged area, its corners included."""

    row_no: int
    col_no: int
    last_row: int
    last_col: int


_UNPACKED = 400_000  # cells
_new_cell = partial(tuple.__new__, Cell)  # Cell._make without its call of Python, which took a third of the time


class _Rows(Mapping[int, dict[int, Cell]]):
    """Rows as they came, packed; those of a block become cells when one of them is asked for. Of a large sheet only the
    last blocks are kept so.
    """

    def __init__(self, blocks: list[list], texts: list[str]) -> None:
        self._blocks, self._texts = blocks, texts
        self._starts = [row_nos[0] for row_nos, _ in blocks]
        self._kinds = _Kinds()
        self._block: dict[int, dict[int, Cell]] = {}
        self._unpacked: dict[int, dict[int, dict[int, Cell]]] = {}
        self._room = _UNPACKED

    def __getitem__(self, row_no: int) -> dict[int, Cell]:
        row = self._block.get(row_no)
        if row is None:
            number = bisect_right(self._starts, row_no) - 1
            if number < 0:
                raise KeyError(row_no)
            self._block = self._unpacked.get(number) or self._unpack(number)
            row = self._block[row_no]
        return row

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(row_nos for row_nos, _ in self._blocks)

    def __len__(self) -> int:
        return sum(len(row_nos) for row_nos, _ in self._blocks)

    def count(self) -> int:
        """How many cells there are."""
        return sum(len(entry[-1]) for _, entries in self._blocks for entry in entries)

    def _unpack(self, number: int) -> dict[int, dict[int, Cell]]:
        row_nos, entries = self._blocks[number]
        self._room -= sum(len(entry[-1]) for entry in entries)
        if self._room < 0:
            self._unpacked.clear()
            self._room = _UNPACKED
        block = self._unpacked[number] = self._rows(row_nos, entries)
        return block

    def _rows(self, row_nos: list[int], entries: list[list]) -> dict[int, dict[int, Cell]]:
        rows: list[dict[int, Cell]] = [{} for _ in row_nos]
        for col_no, told, is_text, places, values in entries:
            kind, look = self._kinds[told]
            own = rows if places is None else [rows[place] for place in places]
            numbers = row_nos if places is None else [row_nos[place] for place in places]
            held = map(self._texts.__getitem__, values) if is_text else values
            if kind in _FLOATS and not is_text:
                held = map(float, values)
            cells = map(_new_cell, zip(numbers, repeat(col_no), repeat(kind), held, repeat(look), strict=False))
            for row, cell in zip(own, cells, strict=True):
                row[col_no] = cell
        return dict(zip(row_nos, rows, strict=True))


@dataclass(frozen=True)
class _Cells:
    """All cells of a sheet."""

    rows: _Rows

    def __len__(self) -> int:
        return self.rows.count()

    def __iter__(self) -> Iterator[Cell]:
        return chain.from_iterable(row.values() for row in self.rows.values())


@dataclass(frozen=True)
class Sheet:
    """The cells that hold something, row_no → col_no → Cell in the order of the sheet, and what surrounds them.

    widths: fields a row, of a .csv only. fault: where something lies that no template reaches; strays: where blanks do.
    page_texts: what is printed above and beneath each page; struck: (row, column) of cells that are struck through;
    pictures: where pictures float over the cells.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, dict[int, Cell]]
    is_1904: bool = False
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    widths: dict[int, int] | None = None
    fault: str | None = None
    strays: tuple[str, ...] = ()
    page_texts: tuple[str, ...] = ()
    struck: frozenset[tuple[int, int]] = frozenset()
    pictures: tuple[Area, ...] = ()

    @property
    def cells(self) -> "_Cells":
        """One after the other, row by row."""
        return _Cells(self.rows)


@dataclass(frozen=True)
class Workbook:
    """The sheets of a file and the codes of what is to be told of it (external links)."""

    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)


def sheet_of(told: dict[str, Any]) -> Sheet:
    """A Sheet from what the worker process sent."""
    widths = told.get("widths")
    return Sheet(
        told["name"],
        told["is_hidden"],
        _Rows(told["blocks"], told["texts"]),
        told["is_1904"],
        tuple(Area(*area) for area in told.get("merges", ())),
        frozenset(told.get("hidden_rows", ())),
        tuple((first, last) for first, last in told.get("hidden_columns", ())),
        {int(row_no): width for row_no, width in widths.items()} if widths else None,
        told.get("fault"),
        tuple(told.get("strays", ())),
        tuple(told.get("page_texts", ())),
        frozenset((row_no, col_no) for row_no, col_no in told.get("struck", ())),
        tuple(Area(*area) for area in told.get("pictures", ())),
    )


def cells_told(told: dict[str, Any]) -> list[tuple[int, int, str, float | str | bool]]:
    """The cells of what the worker process sent, as the readers have them: row_no, col_no, kind, value."""
    return [(c.row_no, c.col_no, f"{c.kind.value}{c.look}", c.value) for c in sheet_of(told).cells]
