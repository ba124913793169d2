"""What a workbook holds once it is read: sheets of cells, nothing interpreted yet."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
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


@dataclass(frozen=True)
class Sheet:
    """The cells that hold something, row by row, and what surrounds them.

    widths: fields a row, of a .csv only. fault: where something lies that no template reaches.
    """

    name: str
    is_hidden: bool
    cells: tuple[Cell, ...]
    is_1904: bool = False
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    widths: dict[int, int] | None = None
    fault: str | None = None

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """row_no → col_no → Cell, in the order of the sheet."""
        rows: dict[int, dict[int, Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row_no, {})[cell.col_no] = cell
        return rows


@dataclass(frozen=True)
class Workbook:
    """The sheets of a file and the codes of what is to be told of it (external links)."""

    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)


def sheet_of(told: dict[str, Any]) -> Sheet:
    """A Sheet from what the worker process sent."""
    widths = told.get("widths")
    kinds = _Kinds()
    return Sheet(
        told["name"],
        told["is_hidden"],
        tuple([Cell(row, col, (known := kinds[kind])[0], value, known[1]) for row, col, kind, value in told["cells"]]),
        told["is_1904"],
        tuple(Area(*area) for area in told.get("merges", ())),
        frozenset(told.get("hidden_rows", ())),
        tuple((first, last) for first, last in told.get("hidden_columns", ())),
        {int(row_no): width for row_no, width in widths.items()} if widths else None,
        told.get("fault"),
    )
