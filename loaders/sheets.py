"""What a workbook holds once it is read: sheets of cells, nothing interpreted yet."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What the spreadsheet itself says of a cell."""

    NUMBER = "n"
    PERCENT = "p"  # a number shown with a % format: 0.985 means 98.5 %
    TEXT = "s"
    DATE = "d"  # ISO text
    TRUTH = "b"
    ERROR = "e"  # #DIV/0! and its kin, as text
    UNCOMPUTED = "f"  # a formula whose value the file does not hold


_KINDS = {kind.value: kind for kind in Kind}


class Cell(NamedTuple):
    """row_no and col_no count from 1."""

    row_no: int
    col_no: int
    kind: Kind
    value: float | str | bool


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
    return Sheet(
        told["name"],
        told["is_hidden"],
        tuple([Cell(row, col, _KINDS[kind], value) for row, col, kind, value in told["cells"]]),
        told["is_1904"],
        tuple(Area(*area) for area in told.get("merges", ())),
        frozenset(told.get("hidden_rows", ())),
        tuple((first, last) for first, last in told.get("hidden_columns", ())),
        {int(row_no): width for row_no, width in widths.items()} if widths else None,
        told.get("fault"),
    )
