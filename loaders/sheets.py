"""What a workbook holds once it is read: sheets of cells, nothing interpreted yet."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the spreadsheet itself says of a cell."""

    NUMBER = "n"
    PERCENT = "p"  # a number shown with a % format: 0.985 means 98.5 %
    TEXT = "s"
    DATE = "d"  # ISO text
    TRUTH = "b"
    ERROR = "e"  # #DIV/0! and its kin, as text
    UNCOMPUTED = "f"  # a formula whose value the file does not hold


@dataclass(frozen=True)
class Cell:
    """row_no and col_no count from 1."""

    row_no: int
    col_no: int
    kind: Kind
    value: float | str | bool


@dataclass(frozen=True)
class Sheet:
    """The cells that hold something, row by row."""

    name: str
    is_hidden: bool
    cells: tuple[Cell, ...]

    def rows(self) -> dict[int, dict[int, Cell]]:
        """row_no → col_no → Cell, in the order of the sheet."""
        rows: dict[int, dict[int, Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row_no, {})[cell.col_no] = cell
        return rows
