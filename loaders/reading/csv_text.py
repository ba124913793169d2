"""Reads a .csv: its encoding, its separator, and how many fields each row has, so that none can shift unnoticed."""

import csv
import io
import re

from loaders.issues import FileFault
from loaders.reading.found import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, FoundSheet

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FORMULA_TEXT = re.compile(r'="([^"]*)"')  # how programs keep a spreadsheet from reading a long code as a number
_SAMPLE_LINES = 30
csv.field_size_limit(1 << 24)  # a cell that is too long is told so, with its place


def read_csv(content: bytes) -> list[FoundSheet]:
    """One sheet of text cells. Raises FileFault (bad_encoding, bad_csv, too_many_cells)."""
    text = _decoded(content)
    if "\0" in text:
        raise FileFault("not_a_spreadsheet", found=".csv")
    sheet = FoundSheet("CSV", widths={})
    number = 0
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for row_no, fields in enumerate(lines, 1):
            number += len(fields)
            if row_no > MAX_ROWS or number > MAX_CELLS:
                raise FileFault("too_many_cells", found=f"{row_no}")
            cells = [(row_no, col_no, "s", _field(field)) for col_no, field in enumerate(fields, 1) if field.strip()]
            if not cells:
                continue
            sheet.widths[row_no] = len(fields)
            if cells[-1][1] > MAX_COLUMNS:
                raise FileFault("too_many_cells", found=f"{row_no}")
            sheet.add(cells)
    except csv.Error as error:
        raise FileFault("bad_csv", found=str(error)[:80], row=lines.line_num) from error
    return [sheet]


def _decoded(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileFault("bad_encoding")


def _separator(text: str) -> str:
    """The one that most lines at the top have most of; a comma where nothing speaks for another."""
    lines = text.splitlines()[:_SAMPLE_LINES]
    return max(",\t;", key=lambda sign: sum(line.count(sign) for line in lines))


def _field(field: str) -> str:
    found = _FORMULA_TEXT.fullmatch(field.strip())
    return found[1] if found else field
