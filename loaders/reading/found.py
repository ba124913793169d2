"""What a reader hands over: cells as they stand, and what surrounds them. All of it goes through JSON."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from loaders.issues import FileFault

MAX_ROWS = 60_000
MAX_COLUMNS = 256
MAX_CELLS = 1_000_000
MAX_SHEETS = 60
MAX_MERGES = 20_000
_PIECE = 4000

RawCell = tuple[int, int, str, float | str | bool]
"""row_no, col_no, kind (a loaders.sheets.Kind, perhaps with the code of a number format behind it), value."""


@dataclass
class FoundSheet:
    """A sheet under way: cells are packed as they come, so that a large one takes little room.

    fault: where something lies that no template reaches. It matters only if this turns out to be the sheet that counts.
    """

    name: str
    is_hidden: bool = False
    is_1904: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: dict[int, int] | None = None
    fault: str | None = None
    _packed: list[str] = field(default_factory=list)
    _loose: list[RawCell] = field(default_factory=list)
    _number: int = 0

    def add(self, cells: Iterable[RawCell]) -> None:
        """Cells in the order of the sheet. Raises FileFault (too_many_cells)."""
        before = len(self._loose)
        self._loose.extend(cells)
        self._number += len(self._loose) - before
        if self._number > MAX_CELLS:
            raise FileFault("too_many_cells", found=f"{self.name}: > {MAX_CELLS}")
        if len(self._loose) > _PIECE:
            self._pack()

    def _pack(self) -> None:
        if self._loose:
            try:
                packed = _json(self._loose)
            except ValueError:
                packed = _json(list(map(_without_nan, self._loose)))
            self._packed.append(packed[1:-1])
            self._loose.clear()

    def cells(self) -> list[RawCell]:
        """What a small sheet holds."""
        self._pack()
        return [tuple(cell) for cell in json.loads(f"[{','.join(self._packed)}]")]

    def forget(self) -> None:
        """Begin anew."""
        self._packed.clear()
        self._loose.clear()
        for kept in (self.merges, self.hidden_rows, self.hidden_columns):
            kept.clear()
        self._number, self.fault = 0, None

    def to_json(self) -> str:
        """The sheet as JSON text: the fields of loaders.sheets.Sheet, cells as [row, column, kind, value]."""
        self._pack()
        head: dict[str, Any] = {
            name: value for name, value in vars(self).items() if not name.startswith("_") and value not in (None, [])
        }
        return f'{json.dumps(head, ensure_ascii=False)[:-1]},"cells":[{",".join(self._packed)}]}}'


def _json(cells: list[RawCell]) -> str:
    """Raises ValueError where a number is none."""
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _without_nan(cell: RawCell) -> RawCell:
    """The cell itself, or one that says what stands there instead of a number: no reader lets such a number out."""
    row_no, col_no, _, value = cell
    if not isinstance(value, float) or math.isfinite(value):
        return cell
    return row_no, col_no, "q", "NaN" if math.isnan(value) else f"{value:+.0f}".replace("inf", "∞")
