"""Cells as they travel from the reading process: column by column in blocks of rows, every text once.

A sheet has its texts, and blocks [row numbers, entries]. An entry is [col_no, kind, whether its values are numbers of
texts, places, values]: the cells of a column that are of one kind, at these places of the block's rows (null: at all).
"""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

RawCell = tuple[int, int, str, float | str | bool]
"""row_no, col_no, kind (a loaders.sheets.Kind, perhaps with the code of a number format behind it), value."""


class Entry(NamedTuple):
    """values: the JSON of the list without its brackets."""

    col_no: int
    kind: str
    is_text: bool
    places: Sequence[int] | None
    values: str


class Packing:
    """The cells of one sheet under way."""

    def __init__(self, shared: Sequence[str] = ()) -> None:
        """shared: texts that have the first numbers."""
        self._shared = shared
        self._texts: dict[str, int] = {}
        self._blocks: list[str] = []

    def text(self, text: str) -> int:
        """The number of a text."""
        return self._texts.setdefault(text, len(self._shared) + len(self._texts))

    def add(self, row_nos: Sequence[int], entries: Iterable[Entry]) -> None:
        """A block of rows, each with a cell at least; entries from the left to the right."""
        packed = ",".join(
            f"[{col_no},{json.dumps(kind, ensure_ascii=False)},{int(is_text)},"
            f"{'null' if places is None else _numbers(places)},[{values}]]"
            for col_no, kind, is_text, places, values in entries
        )
        self._blocks.append(f"[{_numbers(row_nos)},[{packed}]]")

    def add_cells(self, cells: Iterable[RawCell]) -> None:
        """A block of whole rows, cell by cell in their order."""
        places: dict[int, int] = {}
        columns: dict[tuple[int, str, bool], tuple[list[int], list[Any]]] = {}
        for row_no, col_no, kind, value in cells:
            if isinstance(value, float) and not math.isfinite(value):  # no reader lets such a number out
                kind, value = "q", "NaN" if math.isnan(value) else f"{value:+.0f}".replace("inf", "∞")
            is_text = isinstance(value, str)
            at, values = columns.setdefault((col_no, kind, is_text), ([], []))
            at.append(places.setdefault(row_no, len(places)))
            values.append(self.text(value) if is_text else value)
        if places:
            self.add(list(places), [_entry(*key, *columns[key]) for key in sorted(columns)])

    def clear(self) -> None:
        """Begin anew."""
        self._texts.clear()
        self._blocks.clear()

    def to_json(self) -> str:
        """Two fields of an object: "texts" and "blocks"."""
        texts = json.dumps([*self._shared, *self._texts], ensure_ascii=False, separators=(",", ":"))
        return f'"texts":{texts},"blocks":[{",".join(self._blocks)}]'


def _entry(col_no: int, kind: str, is_text: bool, places: list[int], values: list[Any]) -> Entry:
    return Entry(col_no, kind, is_text, places, json.dumps(values, separators=(",", ":"))[1:-1])


def _numbers(numbers: Sequence[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"
