"""The values that formulas had: openpyxl writes formulas without them, so they are put back into the saved file."""

import io
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import to_excel

Values = Mapping[str, Mapping[str, tuple[str, str]]]
"""Sheet name → coordinate → (cell type of the file format, value as it is written there)."""

_WITHOUT_VALUE = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?>(<f\b[^>]*?(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>')


def known_values(content: bytes, book: Workbook) -> Values:
    """The values that the file holds for the formulas of `book`, which was loaded from it."""
    formulas = {
        sheet.title: {place for place, c in sheet._cells.items() if c.data_type == "f"} for sheet in book.worksheets
    }
    if not any(formulas.values()):
        return {}
    held = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return {name: _values(held[name], places, book.epoch) for name, places in formulas.items() if places}


def _values(sheet, places: set[tuple[int, int]], epoch: datetime) -> dict[str, tuple[str, str]]:
    """Cell by cell as the file comes; the size that it declares is not believed."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=min(row for row, _ in places), max_row=max(row for row, _ in places))
    cells = (cell for row in rows for cell in row if cell.value is not None)
    wanted = ((cell.coordinate, _written(cell, epoch)) for cell in cells if (cell.row, cell.column) in places)
    return {coordinate: written for coordinate, written in wanted if written}


def _written(cell, epoch: datetime) -> tuple[str, str] | None:
    value = cell.value
    if cell.data_type == "e":
        return "e", escape(str(value))
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, date | time | timedelta):
        value = to_excel(value, epoch)
    if isinstance(value, int | float):
        return ("n", repr(value)) if math.isfinite(value) else None
    return "str", escape(str(value), {"\r": "&#13;"})


def with_values(saved: bytes, book: Workbook, values: Values) -> bytes:
    """The file that `book` was just saved to, its formulas with their values."""
    parts = {sheet.path.lstrip("/"): values[sheet.title] for sheet in book.worksheets if values.get(sheet.title)}
    if not parts:
        return saved
    out = io.BytesIO()
    with ZipFile(io.BytesIO(saved)) as archive, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in archive.namelist():
            data = archive.read(name)
            target.writestr(name, _filled(data, parts[name]) if name in parts else data)
    return out.getvalue()


def _filled(xml: bytes, values: Mapping[str, tuple[str, str]]) -> bytes:
    """openpyxl has just written this part: its cells have one shape, and no text in it holds a bare <."""

    def put(match: re.Match) -> str:
        coordinate, look, formula = match[1], match[2] or "", match[3]
        if coordinate not in values:
            return match[0]
        kind, value = values[coordinate]
        return f'<c r="{coordinate}"{look} t="{kind}">{formula}<v>{value}</v></c>'

    return _WITHOUT_VALUE.sub(put, xml.decode()).encode()
