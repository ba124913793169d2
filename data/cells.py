"""Cell addresses as spreadsheets write them: A1, XFD4."""

import re
from functools import cache

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")


def address(row_no: int, col_no: int) -> str:
    """The cell's name as people know it: row 7, column 4 is D7."""
    return f"{letters(col_no)}{row_no}"


def letters(col_no: int) -> str:
    """The column's name: 4 is D."""
    written = ""
    while col_no:
        col_no, rest = divmod(col_no - 1, 26)
        written = chr(65 + rest) + written
    return written


@cache
def column_number(name: str) -> int:
    """A is 1, XFD is 16384; in capitals."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def place(written: str) -> tuple[int, int] | None:
    """(row, column) of a cell's name, in whatever case; None for what is none."""
    matched = _ADDRESS.fullmatch(written.strip())
    if matched is None:
        return None
    return int(matched[2]), column_number(matched[1].upper())
