"""Reads an .xlsx into sheets of cells. Runs in the worker process only: native readers and odd files may kill it."""

import io
import math
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

MAX_ROWS = 60_000
MAX_COLUMNS = 256
MAX_CELLS = 1_000_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")

RawCell = tuple[int, int, str, float | str | bool]


class TooMuch(Exception):
    """A sheet with more rows, columns or cells than any template has."""


def read_workbook(content: bytes) -> list[dict]:
    """One dict a sheet: name, is_hidden, cells [row_no, col_no, kind, value] with the kinds of loaders.sheets.Kind.

    Raises TooMuch, or whatever openpyxl raises on a broken file.
    """
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    formulas = load_workbook(io.BytesIO(content), read_only=True) if _has_formulas(content) else None
    sheets = []
    for sheet in book.worksheets:
        cells = list(_cells(sheet))
        if formulas is not None:
            cells += _uncomputed(formulas[sheet.title], {(cell[0], cell[1]) for cell in cells})
            cells.sort(key=lambda cell: cell[:2])
        sheets.append({"name": sheet.title, "is_hidden": sheet.sheet_state != "visible", "cells": cells})
    return sheets


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(name)) for name in names)


def _filled(sheet) -> Iterator:
    """The cells that hold something. The size that the file declares is not believed."""
    sheet.reset_dimensions()
    number = 0
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            number += 1
            if cell.row > MAX_ROWS or cell.column > MAX_COLUMNS or number > MAX_CELLS:
                raise TooMuch(f"{sheet.title}: row {cell.row}, column {cell.column}, {number} cells")
            yield cell


def _cells(sheet) -> Iterator[RawCell]:
    for cell in _filled(sheet):
        kind, value = _kind_and_value(cell)
        yield cell.row, cell.column, kind, value


def _kind_and_value(cell) -> tuple[str, float | str | bool]:
    value = cell.value
    if cell.data_type == "e":
        return "e", str(value)
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return "e", str(value)
        return ("p" if "%" in (cell.number_format or "") else "n"), value
    if isinstance(value, datetime):
        return "d", value.date().isoformat()
    if isinstance(value, date):
        return "d", value.isoformat()
    if isinstance(value, time):
        return "s", value.isoformat()
    return "s", str(value)


def _uncomputed(sheet, computed: set[tuple[int, int]]) -> list[RawCell]:
    """Formulas whose value the file does not hold; a plain reader shows them as blanks."""
    return [
        (cell.row, cell.column, "f", str(cell.value)[:200])
        for cell in _filled(sheet)
        if cell.data_type == "f" and (cell.row, cell.column) not in computed
    ]


def serial_date(serial: float) -> date | None:
    """The day of an Excel serial number (1900 system) from 1990 to 2100; None outside."""
    if not 32874 <= serial < 73415:
        return None
    found = from_excel(serial)
    return found.date() if isinstance(found, datetime) else None
