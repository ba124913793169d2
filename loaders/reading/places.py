"""Addresses in a worksheet, as its XML writes them."""

import re

from data.cells import column_number

LAST_COLUMN = 16384  # XFD
PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
INDEX = re.compile(r"\d{1,9}", re.ASCII)


def whole(text: str | None) -> int:
    """What an attribute says; 0 where it is missing or no number."""
    return int(text) if text and INDEX.fullmatch(text) else 0


def area_of(reference: str | None) -> tuple[int, int, int, int] | None:
    """A1:B3 as (row, column, last row, last column); None where it is none."""
    first, _, last = (reference or "").replace("$", "").partition(":")
    start, end = PLACE.fullmatch(first), PLACE.fullmatch(last or first)
    if not start or not end:
        return None
    return int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1])
