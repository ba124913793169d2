"""核实性: what a reader sees on a sheet and no value says: rows struck through, pictures pasted where a figure should
be, figures without a heading, rows that are an example.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from data.catalogue.model import Column, ColumnType, Severity
from data.cells import address
from loaders.checking.headers import label_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.checking.values import BLANKS, plain
from loaders.issues import Issue
from loaders.sheets import Cell, Kind

_EXAMPLE = re.compile(
    r"[(\[【〔<《](?:填[写报表])?(?:示例|样例|举例|范例|例子?|样表)[)\]】〕>》]|(?:填[写报])?(?:示例|样例|举例|范例|例)[::].*"
)
_SHOWN = 10
_LARGEST_PICTURE = 2  # rows and columns beyond its corner; a seal or a chart covers more
_FIGURES = (Kind.NUMBER, Kind.PERCENT, Kind.DATE, Kind.OTHERWISE)
_SAID = (ColumnType.STR, ColumnType.CODE)


def as_seen(recognised: Recognised, checked: Checked) -> list[Issue]:
    """The questions about a sheet; one for all its cells that are struck through."""
    return [
        *_struck(recognised, checked.rows),
        *_under_pictures(recognised, checked.rows),
        *_without_heading(recognised, checked.rows),
        *_examples(recognised, checked.rows),
    ]


def _issue(recognised: Recognised, code: str, place: str | None, name: str | None = None, **details) -> Issue:
    return Issue(Severity.CHECK, code, recognised.sheet.name, place, name, details=details)


def _listed(places: Iterable[str]) -> str:
    listed = list(places)
    return "、".join(listed[:_SHOWN]) + ("…" if len(listed) > _SHOWN else "")


def _struck(recognised: Recognised, rows: Iterable[Row]) -> Iterator[Issue]:
    struck = recognised.sheet.struck
    if not struck:
        return
    places, numbers = [], []
    for row in rows:
        filled = [col for name, col in row.col_nos.items() if row.values.get(name) is not None]
        cells = [col for col in filled if (row.row_no, col) in struck]
        if filled and len(cells) == len(filled):
            numbers.append(str(row.row_no))
        else:
            places += [address(row.row_no, col) for col in cells]
    if numbers:
        yield _issue(recognised, "struck_rows", None, rows=_listed(numbers), count=len(numbers))
    if places:
        yield _issue(recognised, "struck_cells", places[0], cells=_listed(places), count=len(places))


def _under_pictures(recognised: Recognised, rows: Iterable[Row]) -> Iterator[Issue]:
    """A small picture whose corner lies on a blank cell of a row of data."""
    corners = {
        (area.row_no, area.col_no)
        for area in recognised.sheet.pictures
        if max(area.last_row - area.row_no, area.last_col - area.col_no) <= _LARGEST_PICTURE
    }
    for row in rows if corners else ():
        for name, col_no in row.col_nos.items():
            is_blank = row.values.get(name) is None and name not in row.faulty
            if (row.row_no, col_no) in corners and is_blank:
                yield _issue(recognised, "picture_over_blank", address(row.row_no, col_no), name)


def _without_heading(recognised: Recognised, rows: list[Row]) -> Iterator[Issue]:
    """Columns of figures beneath a blank heading, where a column of the template may be meant: its heading is not there
    or has nothing beneath it, or is merged over several columns.
    """
    cells = _headless(recognised, rows)
    for col_no, own in cells.items():
        figures = [cell for cell in own if cell.kind in _FIGURES]
        if len(figures) * 2 < len(rows) or _is_numbering(figures):
            continue
        meant = _over(recognised, col_no) or _blank_columns(recognised, rows)
        if meant:
            place, names = address(recognised.header_row, col_no), [column.name for column in meant]
            letters = address(1, col_no)[:-1]
            yield _issue(recognised, "no_heading", place, found=letters, count=len(figures), columns=names)


def _headless(recognised: Recognised, rows: Iterable[Row]) -> dict[int, list[Cell]]:
    heads = recognised.sheet.rows[recognised.header_row]
    named = recognised.columns.keys() | recognised.unknown.keys() | {col for col in heads if plain(heads[col].value)}
    cells: dict[int, list[Cell]] = {}
    for row in rows:
        for col_no, cell in recognised.sheet.rows[row.row_no].items():
            if col_no not in named and plain(cell.value) not in BLANKS:
                cells.setdefault(col_no, []).append(cell)
    return dict(sorted(cells.items()))


def _over(recognised: Recognised, col_no: int) -> list[Column]:
    """The column of the template whose heading is merged over this column too."""
    return [
        recognised.template.column(recognised.columns[area.col_no])
        for area in recognised.sheet.merges
        if area.row_no <= recognised.header_row <= area.last_row and area.col_no < col_no <= area.last_col
        if area.col_no in recognised.columns
    ]


def _blank_columns(recognised: Recognised, rows: Iterable[Row]) -> list[Column]:
    """The columns of figures or dates in which no row has anything."""
    return [
        column
        for column in recognised.template.columns
        if (column.type.is_number or column.type is ColumnType.DATE)
        and not any(row.values.get(column.name) is not None or column.name in row.faulty for row in rows)
    ]


def _is_numbering(figures: list[Cell]) -> bool:
    """1 2 3: the sender's own numbers of the rows."""
    numbers = [cell.value for cell in figures if isinstance(cell.value, float)]
    return len(numbers) == len(figures) and numbers[:1] == [1] and all(b == a + 1 for a, b in pairwise(numbers))


def _examples(recognised: Recognised, rows: Iterable[Row]) -> Iterator[Issue]:
    names = [column.name for column in recognised.template.columns if column.type in _SAID]
    for row in rows:
        for name in names:
            text = row.values.get(name)
            if isinstance(text, str) and name in row.col_nos and "例" in text and _is_example(plain(text)):
                place = address(row.row_no, row.col_nos[name])
                yield _issue(recognised, "example_row", place, name, found=text[:60], row=row.row_no)
                break


def _is_example(text: str) -> bool:
    """The mark at either end; amid a name, with words of the name on both sides, it is a part of the name."""
    marks = _EXAMPLE.finditer(text)
    return label_of(text) != "" and any(mark.start() == 0 or mark.end() == len(text) for mark in marks)
