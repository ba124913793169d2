"""What a reader hands over: cells as they stand, and what surrounds them. All of it goes through JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

from loaders.issues import FileFault
from loaders.reading.packing import Entry, Packing, RawCell

__all__ = ["MAX_CELLS", "MAX_COLUMNS", "MAX_MERGES", "MAX_ROWS", "MAX_SHEETS", "FoundSheet", "RawCell"]

MAX_ROWS = 60_000
MAX_COLUMNS = 256
MAX_CELLS = 1_000_000
MAX_SHEETS = 60
MAX_MERGES = 20_000
_PIECE = 4000


@dataclass
class FoundSheet:
    """A sheet under way: cells are packed as they come, so that a large one takes little room.

    fault: where something lies that no template reaches, such as XFD4. It matters only if this turns out to be the
    sheet that counts. strays: where blanks lie out there; they are not read. page_texts, struck, pictures: as in
    loaders.sheets.Sheet.
    """

    name: str
    is_hidden: bool = False
    is_1904: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: dict[int, int] | None = None
    fault: str | None = None
    strays: list[str] = field(default_factory=list)
    page_texts: list[str] = field(default_factory=list)
    struck: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[tuple[int, int, int, int]] = field(default_factory=list)
    shared: InitVar[Sequence[str]] = ()
    _packing: Packing = field(init=False)
    _loose: list[RawCell] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self, shared: Sequence[str]) -> None:
        """shared: texts that have the first numbers of all texts."""
        self._packing = Packing(shared)

    def add(self, cells: Iterable[RawCell]) -> None:
        """Cells of whole rows in the order of the sheet. Raises FileFault (too_many_cells)."""
        before = len(self._loose)
        self._loose.extend(cells)
        self._count(len(self._loose) - before)
        if len(self._loose) > _PIECE:
            self._pack()

    def add_block(self, row_nos: Sequence[int], entries: Sequence[Entry], number: int) -> None:
        """So many cells that are packed already, below all others. Raises FileFault (too_many_cells)."""
        self._pack()
        self._count(number)
        self._packing.add(row_nos, entries)

    def text(self, text: str) -> int:
        """The number of a text in what is packed."""
        return self._packing.text(text)

    def _count(self, number: int) -> None:
        self._number += number
        if self._number > MAX_CELLS:
            raise FileFault("too_many_cells", found=f"{self.name}: > {MAX_CELLS}")

    @property
    def number(self) -> int:
        """How many cells there are so far."""
        return self._number

    def _pack(self) -> None:
        self._packing.add_cells(self._loose)
        self._loose.clear()

    def forget(self) -> None:
        """Begin anew."""
        self._packing.clear()
        self._loose.clear()
        for kept in (self.merges, self.hidden_rows, self.hidden_columns, self.strays, self.page_texts):
            kept.clear()
        self._number, self.fault = 0, None

    def to_json(self) -> str:
        """The sheet as JSON text: the fields of loaders.sheets.Sheet, its cells as loaders.reading.packing has them."""
        self._pack()
        head: dict[str, Any] = {
            name: value for name, value in vars(self).items() if not name.startswith("_") and value not in (None, [])
        }
        return f"{json.dumps(head, ensure_ascii=False)[:-1]},{self._packing.to_json()}}}"
