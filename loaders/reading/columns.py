"""Cells of rows that were matched, turned into what they mean column by column: most columns hold one kind of thing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from loaders.reading.cell_reader import CellReader, Written
from loaders.reading.found import FoundSheet
from loaders.reading.packing import Entry, RawCell
from loaders.reading.pieces import Meanings, NotPlain, Pieces, SharedTexts
from loaders.reading.texts import unescaped

_ATTRIBUTES = re.compile(r'(?: [A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?="[^"<>&]*")* ?', re.ASCII)
_ATTRIBUTE = re.compile(r' ([A-Za-z][\w.:-]*)="([^"]*)"', re.ASCII)
_NUMBER = r"-?(?:0|[1-9]\d{0,29})(?:\.\d{1,40})?"
_INDICES = re.compile(r"(?:0|[1-9]\d{0,8})(?:,(?:0|[1-9]\d{0,8}))*", re.ASCII)
_NUMBERS = re.compile(rf"{_NUMBER}(?:,{_NUMBER})*", re.ASCII)

RowMatch = tuple[str, ...]
"""The groups of a row: see loaders.reading.plain_rows."""


class Arrangement(NamedTuple):
    """Which columns the groups of a row are about, and what of each cell: attributes, formula?, value, text?"""

    col_nos: Sequence[int]
    has_formulas: bool
    has_inline: bool


class Columns:
    """Packs the rows of one sheet."""

    def __init__(self, reader: CellReader, sheet: FoundSheet) -> None:
        self._reader, self._sheet = reader, sheet
        self._shared, self._is_direct = SharedTexts(reader, sheet), reader.is_direct
        self._meanings: dict[tuple[str, str, bool], Meanings] = {}
        self._parsed: dict[str, dict[str, str]] = {}

    def take(
        self, row_nos: list[int], rows: Sequence[RowMatch], how: Arrangement, odd: Mapping[int, Iterable[RawCell]]
    ) -> None:
        """Pack some rows. odd: place → the cells of a row that the parser has read. Raises NotPlain and FileFault."""
        groups = list(zip(*rows, strict=True))
        pieces = Pieces(self._sheet)
        step = 2 + how.has_formulas + how.has_inline
        for index, col_no in enumerate(how.col_nos):
            attributes, *own = groups[2 + index * step : 2 + (index + 1) * step]
            formulas = own.pop(0) if how.has_formulas else ()
            if any(formulas):
                own = self._take_formulas(pieces, col_no, (attributes, formulas, own[0]), own[1:])
            for is_inline, texts in enumerate(own):
                if any(texts):
                    self._take_column(pieces, col_no, attributes, texts, bool(is_inline))
        for place, cells in odd.items():
            for _, col_no, kind, value in cells:
                pieces.add_one(place, col_no, kind, value)
        self._pack(row_nos, groups[1], pieces)

    def _take_column(
        self, pieces: Pieces, col_no: int, attributes: Sequence[str], texts: Sequence[str], is_inline: bool
    ) -> None:
        """The cells of a column, those with the same attributes at once. An empty text is that of no cell."""
        kinds = set(attributes)
        if len(kinds) == 1:
            places = None if "" not in texts else [place for place, text in enumerate(texts) if text]
            taken = texts if places is None else list(filter(None, texts))
            self._take_alike(pieces, (col_no, places), self._attributes(*kinds), taken, is_inline)
            return
        by_kind: dict[str, list[int]] = {kind: [] for kind in kinds}
        for place, text in enumerate(texts):
            if text:
                by_kind[attributes[place]].append(place)
        for kind, places in by_kind.items():
            if places:
                taken = [texts[place] for place in places]
                self._take_alike(pieces, (col_no, places), self._attributes(kind), taken, is_inline)

    def _take_alike(
        self,
        pieces: Pieces,
        where: tuple[int, list[int] | None],
        attributes: Mapping[str, str],
        texts: Sequence[str],
        is_inline: bool,
    ) -> None:
        type_, style = attributes.get("t", "n"), attributes.get("s", "")
        col_no, places = where
        if is_inline is not (type_ == "inlineStr"):
            raise NotPlain
        if type_ in ("s", "str", "inlineStr"):
            self._take_texts(pieces, where, style, texts, type_ == "s")
        elif type_ == "n" and (kind := self._reader.one_kind(style)) and (joined := _numbers(texts)):
            pieces.add(Entry(col_no, kind, False, places, joined), len(texts))
        else:
            self._take_others(pieces, where, (type_, style, "vm" in attributes), texts)

    def _take_others(
        self, pieces: Pieces, where: tuple[int, list[int] | None], how: tuple[str, str, bool], texts: Sequence[str]
    ) -> None:
        """Days above all, of which the same come again and again."""
        col_no, places = where
        if how not in self._meanings:
            self._meanings[how] = Meanings(self._reader, self._sheet, how)
        meant = list(map(self._meanings[how].__getitem__, texts))
        if len({kind for kind, _, _ in meant}) == 1 and all(is_text for _, is_text, _ in meant):
            pieces.add(Entry(col_no, meant[0][0], True, places, ",".join(packed for _, _, packed in meant)), len(meant))
            return
        for place, meaning in zip(range(len(texts)) if places is None else places, meant, strict=True):
            if meaning[0]:
                pieces.add(Entry(col_no, meaning[0], meaning[1], [place], meaning[2]), 1)

    def _take_texts(
        self, pieces: Pieces, where: tuple[int, list[int] | None], style: str, texts: Sequence[str], is_shared: bool
    ) -> None:
        col_no, places = where
        if is_shared and self._is_direct and (joined := self._direct(texts)):
            pieces.add(Entry(col_no, self._reader.text_kind(style), True, places, joined), len(texts))
            return
        if is_shared:
            numbers = list(map(self._shared.__getitem__, texts))
        else:
            numbers = [str(self._sheet.text(unescaped(text))) for text in texts]
        if "" in numbers:
            all_places = range(len(texts)) if places is None else places
            places = [place for place, number in zip(all_places, numbers, strict=True) if number]
            numbers = list(filter(None, numbers))
        if numbers:
            pieces.add(Entry(col_no, self._reader.text_kind(style), True, places, ",".join(numbers)), len(numbers))

    def _direct(self, texts: Sequence[str]) -> str:
        """Numbers of shared texts as they are written; nothing where one of them is none, or an empty text's."""
        joined = ",".join(texts)
        is_plain = joined.count(",") == len(texts) - 1 and _INDICES.fullmatch(joined)
        if not is_plain or max(map(int, texts)) >= self._reader.number_of_strings:
            return ""
        return "" if self._reader.has_empty_string else joined

    def _take_formulas(
        self, pieces: Pieces, col_no: int, cells: tuple[Sequence[str], ...], inline: Sequence[Sequence[str]]
    ) -> list[Sequence[str]]:
        """Cells with formulas. Returns what is left: the values, and perhaps the texts, of all others."""
        attributes, formulas, values = cells
        left = list(values)
        for place, formula in enumerate(formulas):
            if formula:
                named = self._attributes(attributes[place])
                if named.get("t") == "inlineStr":
                    raise NotPlain
                written = Written(
                    named.get("t", "n"),
                    values[place] or None,
                    _formula(formula),
                    "",
                    named.get("s", ""),
                    "vm" in named,
                )
                left[place] = ""
                if meaning := self._reader.meaning(written):
                    pieces.add_one(place, col_no, *meaning)
        return [left, *inline]

    def _attributes(self, written: str) -> dict[str, str]:
        """The attributes of a tag by name. Raises NotPlain for what is no XML."""
        if written not in self._parsed:
            names = _ATTRIBUTE.findall(written)
            if not _ATTRIBUTES.fullmatch(written.removeprefix('"')) or len(dict(names)) < len(names):
                raise NotPlain
            self._parsed[written] = dict(names)
        return self._parsed[written]

    def _pack(self, row_nos: list[int], row_attributes: Sequence[str], pieces: Pieces) -> None:
        entries = pieces.finish()
        hidden = {text for text in set(row_attributes) if self._attributes(text).get("hidden") in ("1", "true", "on")}
        if any("r" in self._attributes(text) for text in set(row_attributes)):
            raise NotPlain
        if all(entry.places is not None for entry in entries):  # rows in which nothing stands are none
            used = sorted(set().union(*(entry.places for entry in entries)))
            anew = {place: number for number, place in enumerate(used)}
            entries = [entry._replace(places=[anew[place] for place in entry.places]) for entry in entries]
            row_nos = [row_nos[place] for place in used]
            row_attributes = [row_attributes[place] for place in used]
        if hidden:
            pairs = zip(row_nos, row_attributes, strict=True)
            self._sheet.hidden_rows.extend(row_no for row_no, text in pairs if text in hidden)
        if entries:
            self._sheet.add_block(row_nos, entries, pieces.number)


def _numbers(texts: Sequence[str]) -> str:
    """Numbers as JSON; nothing where one of them is written otherwise. 4231,55 is none, and not two either."""
    joined = ",".join(texts)
    return joined if joined.count(",") == len(texts) - 1 and _NUMBERS.fullmatch(joined) else ""


def _formula(written: str) -> str:
    """What a formula says: <f>A1*2</f>."""
    return written[written.index(">") + 1 :].removesuffix("</f>")
