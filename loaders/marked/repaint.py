"""Cells of a worksheet get other formats; a cell that the file does not list comes to be."""

import re
from collections.abc import Callable, Mapping

from openpyxl.utils import get_column_letter

from data.cells import column_number
from loaders.marked.grid import Grid, Place, Row, whole_number
from loaders.marked.outline import attributes_of, with_attribute
from loaders.reading.places import PLACE

Change = Callable[[int], int]
"""From a cell's format to its new one."""


def repaint(grid: Grid, changes: Mapping[Place, Change]) -> None:
    """Give cells other formats. One that is not there has the format of its row or column to begin with."""
    by_row: dict[int, dict[int, Change]] = {}
    for (row_no, col_no), change in sorted(changes.items(), key=lambda item: item[0]):
        by_row.setdefault(row_no, {})[col_no] = change
    there = {row.number: row for row in grid.rows(by_row.keys())}
    fresh = {row_no: _new_row(grid, row_no, row) for row_no, row in by_row.items() if row_no not in there}
    for row_no, row in there.items():
        _repaint_row(grid, row, by_row[row_no])
    if grid.is_empty and fresh:
        tag = grid.data[grid.start : grid.opened - 2].rstrip()
        rows = "".join(fresh.values()) + f"</{grid.prefix}sheetData>"
        grid.edit((grid.start, grid.opened, tag + b">" + rows.encode()))
        return
    for row_no, text in fresh.items():
        grid.put(grid.start_behind(row_no), text)


def repaint_all(grid: Grid, looks: set[int], change: Callable[[Place, int], int]) -> None:
    """Give every cell that has one of some formats another: change(place, format)."""
    numbers = "|".join(map(str, sorted(looks)))
    pattern = re.compile(rf"""<{grid.prefix}c\s(?:[^<>]*\s)?s\s*=\s*["'](?:{numbers})["'][^<>]*>""".encode())
    tags = list(pattern.finditer(grid.data, grid.opened, grid.closed))
    named = [PLACE.fullmatch(attributes_of(tag[0]).get("r", "")) for tag in tags]
    if all(named):
        places = [(int(name[2]), column_number(name[1])) for name in named]
    else:  # somewhere a cell's place must be counted
        there = {cell.start: (row.number, cell.col_no) for row in grid.rows() for cell in grid.cells(row)}
        places = [there[tag.start()] for tag in tags]
    for tag, place in zip(tags, places, strict=True):
        fresh = str(change(place, whole_number(attributes_of(tag[0]).get("s"))))
        grid.edit((*tag.span(), with_attribute(tag[0], "s", fresh)))


def _repaint_row(grid: Grid, row: Row, changes: Mapping[int, Change]) -> None:
    tag = grid.data[row.start : row.inside]
    left = dict(changes)
    if row.inside == row.end:  # <row/>
        cells = "".join(_new_cell(grid, row.number, col_no, change, tag) for col_no, change in left.items())
        text = tag[:-2].rstrip() + b">" + cells.encode() + f"</{grid.prefix}row>".encode()
        grid.edit((row.start, row.end, text))
        return
    for cell in grid.cells(row):
        for col_no in [col_no for col_no in left if col_no < cell.col_no]:
            grid.put(cell.start, _new_cell(grid, row.number, col_no, left.pop(col_no), tag))
        if change := left.pop(cell.col_no, None):
            written = grid.data[cell.start : cell.inside]
            look = change(whole_number(attributes_of(written).get("s")))
            named = with_attribute(written, "r", f"{get_column_letter(cell.col_no)}{row.number}")
            grid.edit((cell.start, cell.inside, with_attribute(named, "s", str(look))))
    for col_no, change in left.items():
        grid.put(row.closing, _new_cell(grid, row.number, col_no, change, tag))
    if left:  # it says between which columns cells are
        grid.edit((row.start, row.inside, with_attribute(tag, "spans", None)))


def _new_row(grid: Grid, row_no: int, changes: Mapping[int, Change]) -> str:
    cells = "".join(_new_cell(grid, row_no, col_no, change, b"") for col_no, change in changes.items())
    return f'<{grid.prefix}row r="{row_no}">{cells}</{grid.prefix}row>'


def _new_cell(grid: Grid, row_no: int, col_no: int, change: Change, row_tag: bytes) -> str:
    """It looks like its row or column: unlocked, above all, where they are."""
    row = attributes_of(row_tag)
    look = whole_number(row.get("s")) if row.get("customFormat") in ("1", "true") else grid.column_look(col_no)
    return f'<{grid.prefix}c r="{get_column_letter(col_no)}{row_no}" s="{change(look)}"/>'
