"""Which rows beneath a header are no data: totals, signatures, notes, dates, measures, the header printed again."""

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise

from data.catalogue.model import ColumnType, TemplateKind
from loaders.checking.footers import (
    is_computed,
    is_day,
    is_heading,
    is_item,
    is_nothing,
    is_remark,
    is_signature,
    is_total,
)
from loaders.checking.headers import label_of
from loaders.checking.recognise import Recognised
from loaders.checking.stated_measures import is_measure_row
from loaders.checking.values import BLANKS, plain
from loaders.sheets import Cell, Kind, is_picture

_LETTER = re.compile(r"\w")
_COLUMN_LETTERS = frozenset("甲乙丙丁戊己庚辛")
_NUMBERS = (Kind.NUMBER, Kind.PERCENT, Kind.OTHERWISE, Kind.BROKEN)
_FEWEST = 5  # 1 2 3 4 5: a row of the columns' numbers, where no letter says so
_LEAST_ASKED = 3  # required columns; of fewer, one cell says enough


class NoData(StrEnum):
    """What becomes of a row that is no data. Where a figure lies in it, or a word that may be data, it is told; where
    the word for a total stands in a column that the template does not have, or hardly anything is filled, the sender
    is asked.
    """

    SILENT = ""
    TOTAL = "total_row"
    TOTAL_BESIDE = "total_row_beside"
    TOLD = "row_left_out"
    PICTURES = "picture_row"
    SCARCE = "not_a_row"


class Sieve:
    """Holds the rows of a sheet, from top to bottom, against what people write besides data."""

    def __init__(self, recognised: Recognised, places: Mapping[str, int]) -> None:
        """places: column name → its column in the sheet."""
        self._found, frame = recognised, recognised.template.frame_names
        self._own = {col_no for col_no, name in recognised.columns.items() if name not in frame}
        self._required = {places.get(c.name, 0) for c in recognised.template.columns if c.required}
        self._asked = {places[c.name] for c in recognised.template.columns if c.required and c.name in places}
        self._asked &= self._own
        self._is_ledger = recognised.template.kind is TemplateKind.LEDGER
        heads = recognised.sheet.rows.get(recognised.header_row, {})
        self._heads = {col_no: label_of(str(cell.value)) for col_no, cell in heads.items() if col_no in self._own}
        self._is_beneath_header, self._are_notes = True, False

    def sifted(self, cells: Mapping[int, Cell]) -> NoData | None:
        """None for a row of data. cells: col_no → Cell, those that other rows lend it included."""
        texts = {col_no: text for col_no, cell in cells.items() if (text := plain(cell.value))}
        own = {col_no: text for col_no, text in texts.items() if col_no in self._own}
        if not own:
            self._are_notes |= any(map(is_remark, texts.values()))
            return NoData.SILENT
        verdict = self._verdict(cells, texts, own)
        self._is_beneath_header = verdict is NoData.SILENT and self._is_beneath_header
        if self._is_header_again(own):
            self._is_beneath_header = True
            return NoData.SILENT
        return verdict

    def _verdict(self, cells: Mapping[int, Cell], texts: Mapping[int, str], own: Mapping[int, str]) -> NoData | None:
        if all(map(_is_blank, own.values())) and not any(map(is_picture, cells.values())):
            return NoData.SILENT
        if self._is_beneath_header and (self._is_of_measures(cells, own) or self._is_numbering(own)):
            return NoData.SILENT
        if self._required <= own.keys():  # an event of a ledger may be called 合计
            is_total_row = not self._is_ledger and self._begins_with_total(own)
            return NoData.TOTAL if is_total_row else None
        return self._unfinished(cells, texts, own)

    def _unfinished(self, cells: Mapping[int, Cell], texts: Mapping[int, str], own: Mapping[int, str]) -> NoData | None:
        """A row in which required cells are empty: begun and not finished, or no data."""
        has_figures = any(cells[col_no].kind in _NUMBERS and self._is_figure(col_no) for col_no in own)
        said = NoData.TOLD if has_figures else NoData.SILENT
        lead = texts[min(texts)]
        if sum(map(is_signature, texts.values())) * 2 >= len(texts) or any(map(is_signature, (lead, own[min(own)]))):
            self._are_notes |= any(map(is_remark, texts.values()))
            return said
        if self._begins_with_total(texts) or self._begins_with_total(own):
            is_beside = has_figures and min(texts) not in self._found.columns and is_total(lead)
            return NoData.TOTAL_BESIDE if is_beside else NoData.TOTAL
        if is_computed(lead) or is_computed(own[min(own)]):
            return NoData.TOLD
        if all(is_picture(cells[col_no]) for col_no in texts):
            return NoData.PICTURES
        if all(cells[col_no].kind is Kind.DATE or is_day(text) for col_no, text in texts.items()):
            return NoData.TOLD
        if len(texts) == 1 and (is_nothing(lead) or is_heading(lead) or self._are_notes):
            return NoData.SILENT if is_item(lead) and self._are_notes else NoData.TOLD
        return NoData.SCARCE if self._is_scarce(own) else None

    def _is_scarce(self, own: Mapping[int, str]) -> bool:
        """Under a third of what must be filled is; in a ledger, nothing but prefilled choices and zeros."""
        if len(self._asked) < _LEAST_ASKED:
            return False
        filled = {col_no for col_no, text in own.items() if col_no in self._asked and not _is_blank(text)}
        is_prefilled = self._is_ledger and all(map(self._may_be_prefilled, own, own.values()))
        return is_prefilled or len(filled) * 3 < len(self._asked)

    def _may_be_prefilled(self, col_no: int, text: str) -> bool:
        column = self._found.template.column(self._found.columns[col_no])
        return text in map(plain, column.values) or column.type is ColumnType.BOOL or _is_blank(text) or text == "0"

    def _begins_with_total(self, texts: Mapping[int, str]) -> bool:
        """By its first text, which may stand in a column of the sender's own; a value of the column's list is none."""
        col_no = min(texts)
        if not is_total(texts[col_no]):
            return False
        name = self._found.columns.get(col_no)
        return name is None or texts[col_no] not in map(plain, self._found.template.column(name).values)

    def _is_figure(self, col_no: int) -> bool:
        return self._found.template.column(self._found.columns[col_no]).type.is_number

    def _is_of_measures(self, cells: Mapping[int, Cell], own: Mapping[int, str]) -> bool:
        return is_measure_row({col_no: cells[col_no] for col_no in own}, self._found)

    def _is_header_again(self, own: Mapping[int, str]) -> bool:
        first = min(own)
        if label_of(own[first]) != self._heads.get(first):
            return False
        return sum(label_of(text) == self._heads.get(col_no) for col_no, text in own.items()) * 2 > len(own) > 1

    def _is_numbering(self, own: Mapping[int, str]) -> bool:
        """甲 乙 1 2 3 …, (1) (2) (3) …: the numbers of the columns, of which a sheet's own may have taken the first."""
        bare = [text.strip("()[]") for text in own.values() if text != "栏次"]
        numbers = [float(text) for text in bare if re.fullmatch(r"\d{1,3}(?:\.0)?", text)]
        letters = [text for text in bare if text in _COLUMN_LETTERS]
        if not numbers or len(numbers) + len(letters) != len(bare):
            return False
        is_run = all(after == before + 1 for before, after in pairwise(numbers))
        is_among_words = len(numbers) >= _FEWEST and not all(map(self._is_figure, own))
        return is_run and (numbers[0] == 1 if letters else is_among_words)


def _is_blank(text: str) -> bool:
    """Nothing, or marks that say as much: /, ——, ……."""
    return text in BLANKS or not _LETTER.search(text)
