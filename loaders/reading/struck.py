"""Cells that are struck through: by their style, or a part of their text."""

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from data.cells import column_number
from loaders.reading.found import MAX_COLUMNS, MAX_ROWS
from loaders.reading.markup import finished
from loaders.reading.places import PLACE

_MOST = 5000  # cells; what has more is struck through as a whole
_OFF = ("0", "false", "off")


def is_struck(font: Element | None) -> bool:
    """Whether a font, or the properties of a run of text, strike it through."""
    strike = font.find("{*}strike") if font is not None else None
    return strike is not None and strike.get("val", "1") not in _OFF


def struck_styles(root: Element) -> frozenset[int]:
    """The numbers of the cell styles, from the part of styles, that strike through what they show."""
    fonts = [number for number, font in enumerate(root.findall("{*}fonts/{*}font")) if is_struck(font)]
    wanted = {str(number) for number in fonts}
    styles = enumerate(root.findall("{*}cellXfs/{*}xf")) if wanted else ()
    return frozenset(number for number, style in styles if style.get("fontId", "0") in wanted)


def struck_strings(data: bytes | None) -> frozenset[int]:
    """The numbers of the shared texts of which a part is struck through. Raises FileFault (broken_workbook)."""
    if not data or b"strike" not in data:
        return frozenset()
    items = enumerate(item for _, item in finished(data, {"si"}, "sharedStrings"))
    return frozenset(number for number, item in items if any(map(is_struck, item.iterfind("{*}r/{*}rPr"))))


def struck_cells(data: bytes, styles: Collection[int], strings: Collection[int]) -> list[tuple[int, int]]:
    """(row, column) of the cells of a worksheet that hold something, in such a style or with such a text."""
    return sorted(set(_places(data, styles, strings)))


def _places(data: bytes, styles: Collection[int], strings: Collection[int]) -> Iterator[tuple[int, int]]:
    patterns = []
    if styles:
        patterns.append(rf'<c r="([A-Z]{{1,3}}\d{{1,7}})"[^<>]* s="(?:{_any(styles)})"(?:[^<>]*[^<>/])?>(?!</c>)')
    if strings:
        patterns.append(rf'<c r="([A-Z]{{1,3}}\d{{1,7}})"[^<>]* t="s"[^<>]*><v>(?:{_any(strings)})</v>')
    if b"strike" in data:
        patterns.append(
            r'<c r="([A-Z]{1,3}\d{1,7})"[^<>]* t="inlineStr"[^<>]*><is>'
            r'(?:(?!</is>).)*<strike(?: val="(?:1|true|on)")? ?/>'
        )
    number = 0
    for pattern in patterns:
        for match in re.finditer(pattern.encode(), data, re.DOTALL):
            place = PLACE.fullmatch(match[1].decode())
            if place and int(place[2]) <= MAX_ROWS and (col_no := column_number(place[1])) <= MAX_COLUMNS:
                yield int(place[2]), col_no
                number += 1
            if number > _MOST:
                return


def _any(numbers: Collection[int]) -> str:
    return "|".join(map(str, sorted(numbers)))
