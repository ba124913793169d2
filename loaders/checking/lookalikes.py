"""Columns that a template does not have and that look like one of its own which is not there: 面积 for 建筑面积."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from data.catalogue.model import Column, Severity
from data.cells import address
from loaders.checking.headers import label_of
from loaders.checking.past import Past
from loaders.checking.recognise import Recognised
from loaders.checking.values import BLANKS, plain
from loaders.issues import Issue

_LIKE = 0.6  # the share of letters that two headings have in common, in their order
_VERY_LIKE = 0.75
_LEAST_LETTERS = 2
_MEASURE = re.compile(r"\([^()]*\)$|[/,].*$")


@dataclass(frozen=True)
class Lookalike:
    """A heading of the sheet, the column of the template that it is likely meant for, and how many cells it has."""

    col_no: int
    text: str
    column_name: str
    cells: int
    likeness: float


def lookalikes(recognised: Recognised, past: Past) -> list[Lookalike]:
    """The unknown headings with something beneath them that look like an optional column whose heading is not there.

    Where the unit has a past in which it never used the column, only what can hardly be anything else.
    """
    there = set(recognised.columns.values()) | recognised.template.frame_names
    absent = [column for column in recognised.template.columns if not column.required and column.name not in there]
    pairs = sorted(_pairs(recognised, absent, past), key=lambda one: -one.likeness)
    chosen: list[Lookalike] = []
    for pair in pairs:
        if all(pair.col_no != other.col_no and pair.column_name != other.column_name for other in chosen):
            chosen.append(pair)
    return sorted(chosen, key=lambda one: one.col_no)


def likely_heading(column: Column, headings: Iterable[str]) -> str | None:
    """The heading that is likely meant for a column which is not there: 合同价款(万元) for 合同价格."""
    best = max(headings, key=lambda text: _likeness_to(column, text), default=None)
    return best if best is not None and _likeness_to(column, best) >= _LIKE else None


def lookalike_issues(pairs: list[Lookalike], recognised: Recognised) -> list[Issue]:
    """A check for each, at its heading."""
    return [
        Issue(
            Severity.CHECK,
            "renamed_column",
            recognised.sheet.name,
            address(recognised.header_row, pair.col_no),
            pair.column_name,
            details={"found": pair.text[:60], "count": pair.cells},
        )
        for pair in pairs
    ]


def _pairs(recognised: Recognised, absent: list[Column], past: Past) -> Iterator[Lookalike]:
    if not absent:
        return
    columns = recognised.template.columns
    for col_no, text in recognised.unknown.items():
        if cells := _filled_cells(recognised, col_no):
            likeness_to = {column.name: _likeness_to(column, text) for column in columns}
            most = max(likeness_to.values())
            for column in absent:
                is_used = column.name in past.filled or not past.filled
                if likeness_to[column.name] >= max(most, _LIKE if is_used else _VERY_LIKE):
                    yield Lookalike(col_no, text, column.name, cells, most)


def _filled_cells(recognised: Recognised, col_no: int) -> int:
    rows = recognised.sheet.rows
    return sum(
        1
        for row_no, row in rows.items()
        if row_no > recognised.header_row and col_no in row and plain(row[col_no].value) not in BLANKS
    )


def _likeness_to(column: Column, text: str) -> float:
    return max(_likeness(label_of(text), label_of(words)) for words in column.label.values())


def _likeness(heading: str, label: str) -> float:
    """1 where one is the other; where one contains the other enough to be asked about: 面积 is likely 建筑面积."""
    heading, label = (_MEASURE.sub("", text) or text for text in (heading, label))
    if min(len(heading), len(label)) < _LEAST_LETTERS:
        return 0.0
    likeness = SequenceMatcher(None, heading, label, autojunk=False).ratio()
    is_part = heading in label or label in heading
    return max(likeness, _LIKE) if is_part else likeness
