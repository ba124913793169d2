"""Cells as they are written, and a block of them under way: what loaders.reading.columns puts together."""

import json
from typing import Any

from loaders.reading.cell_reader import CellReader, Written
from loaders.reading.found import FoundSheet
from loaders.reading.packing import Entry


class NotPlain(Exception):
    """The parser must read it all."""


class SharedTexts(dict[str, str]):
    """Index of a shared text as it is written → its number in what is packed, as text; empty for an empty text."""

    def __init__(self, reader: CellReader, sheet: FoundSheet) -> None:
        super().__init__()
        self._reader, self._sheet = reader, sheet

    def __missing__(self, index: str) -> str:
        text = self._reader.shared_text(index)
        self[index] = str(self._sheet.text(text)) if text else ""
        return self[index]


class Meanings(dict[str, tuple[str, bool, str]]):
    """What cells of one type and style hold → (kind, whether it is a text, its JSON); no kind for nothing."""

    def __init__(self, reader: CellReader, sheet: FoundSheet, how: tuple[str, str, bool]) -> None:
        super().__init__()
        self._reader, self._sheet, self._how = reader, sheet, how

    def __missing__(self, text: str) -> tuple[str, bool, str]:
        type_, style, has_rich_value = self._how
        kind, value = self._reader.meaning(Written(type_, text, None, "", style, has_rich_value)) or ("", None)
        is_text = isinstance(value, str)
        self[text] = kind, is_text, str(self._sheet.text(value)) if is_text else json.dumps(value)
        return self[text]


class Pieces:
    """The cells of a block under way: by column and kind, with the places of their rows."""

    def __init__(self, sheet: FoundSheet) -> None:
        self._sheet = sheet
        self.entries: list[Entry] = []
        self._loose: dict[tuple[int, str, bool], tuple[list[int], list[Any]]] = {}
        self.number = 0

    def add(self, entry: Entry, number: int) -> None:
        """So many cells at once."""
        self.entries.append(entry)
        self.number += number

    def add_one(self, place: int, col_no: int, kind: str, value: float | str | bool) -> None:
        """A cell."""
        is_text = isinstance(value, str)
        places, values = self._loose.setdefault((col_no, kind, is_text), ([], []))
        places.append(place)
        values.append(self._sheet.text(value) if is_text else value)
        self.number += 1

    def finish(self) -> list[Entry]:
        """All entries from the left to the right."""
        for (col_no, kind, is_text), (places, values) in self._loose.items():
            self.entries.append(Entry(col_no, kind, is_text, places, json.dumps(values, separators=(",", ":"))[1:-1]))
        return sorted(self.entries, key=lambda entry: entry.col_no)
