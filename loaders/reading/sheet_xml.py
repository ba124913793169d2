"""One pass over a worksheet's XML: cells, merged areas, what is hidden. Declared sizes are not believed."""

import math
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from loaders.issues import FileFault
from loaders.reading.formats import PLAIN, Look, as_shown
from loaders.reading.found import MAX_CELLS, MAX_COLUMNS, MAX_MERGES, MAX_ROWS, FoundSheet, RawCell
from loaders.reading.markup import finished
from loaders.reading.plain_rows import NotPlain, PlainCell, around, plain_rows
from loaders.sheets import PICTURE

_EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: [a-z]{1,4}="[^"<>&]*")* ?(?:/>|></c>)')
_EMPTY_ROW = re.compile(rb"<row [^<>]*(?:/>|></row>)")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_INDEX = re.compile(r"\d{1,9}", re.ASCII)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DDE = re.compile(r"\s*[A-Za-z]+\s*\|\s*'")
_LAST_COLUMN = 16384  # XFD
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_YES = ("1", "true", "on")
_columns: dict[str, int] = {}


def unescaped(text: str) -> str:
    """Text with its _xHHHH_ escapes (ST_Xstring) resolved; half characters and NUL stay as they are written."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF or code >= 0xFFFE else chr(code)


def rich_text(item: Element) -> str:
    """The text of <si> or <is>: its own and that of its runs, without the phonetic guides."""
    pieces = []
    for child in item:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [text.text or "" for text in child if text.tag.endswith("}t")]
    return unescaped("".join(pieces))


def column_number(letters: str) -> int:
    """A is 1, XFD is 16384."""
    number = _columns.get(letters)
    if number is None:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        _columns[letters] = number
    return number


class SheetReader:
    """Fills a FoundSheet from the XML of its part."""

    def __init__(
        self, sheet: FoundSheet, strings: Sequence[str], styles: Sequence[Look], is_stale: bool = False
    ) -> None:
        """is_stale: the file asks to be computed when it is opened; programs that cannot compute put a zero there."""
        self._sheet, self._strings, self._styles, self._is_stale = sheet, strings, styles, is_stale
        self._text_kinds = {n: look.text_kind for n, look in enumerate(styles) if look.text_kind != "s"}
        self._row_no = self._number = 0

    def read(self, data: bytes) -> int:
        """How many cells were taken. Raises FileFault (broken_workbook, too_many_cells, dde)."""
        lean = self._without_empty_cells(data)
        ways = [self._take_plain, self._scan_lean] if lean is not None else []
        for way in ways:
            try:
                way(lean)
                return self._number
            except (NotPlain, _PlaceMissing):
                self._sheet.forget()
                self._row_no = self._number = 0
        self._scan(data, needs_places=False)
        return self._number

    def _scan_lean(self, data: bytes) -> None:
        self._scan(data, needs_places=True)

    @staticmethod
    def _without_empty_cells(data: bytes) -> bytes | None:
        """The XML without cells that hold only a style: most of a blank table. Not where a comment or CDATA, in which
        such characters would be text, could make this wrong.
        """
        return None if b"<!" in data else _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", data))

    def _scan(self, data: bytes, needs_places: bool) -> None:
        self._needs_places = needs_places
        name = ""
        try:
            for name, element in finished(data, {"row", "cols", "mergeCells", "worksheet"}, self._sheet.name):
                if name == "row":
                    self._take_row(element)
                else:
                    self._take_part(name, element)
        except _Over:
            return
        if name != "worksheet":
            raise self._broken("XML")

    def _take_plain(self, data: bytes) -> None:
        self._scan(around(data), needs_places=True)
        for rows in plain_rows(data):
            for row_no, is_hidden, plain in rows:
                if not self._keep_row(row_no, is_hidden, self._plain_cells(row_no, plain)):
                    return

    def _plain_cells(self, row_no: int, plain: list[PlainCell]) -> list[RawCell]:
        cells: list[RawCell] = []
        col_no = 0
        for letters, style, type_, text in plain:
            before, col_no = col_no, column_number(letters)
            if col_no <= before or col_no > _LAST_COLUMN:
                raise self._broken(f"{letters}{row_no}")
            if type_ == "inlineStr":
                cells += [(row_no, col_no, self._text_kind(style), unescaped(text))] if text else []
            elif (text or type_ == "s") and (taken := self._value(type_, text, style)):
                cells.append((row_no, col_no, *taken))
        return cells

    def _take_part(self, name: str, element: Element) -> None:
        if name == "cols":
            for column in element:
                if column.get("hidden") in _YES:
                    self._sheet.hidden_columns.append((_whole(column.get("min")), _whole(column.get("max"))))
        elif name == "mergeCells":
            self._sheet.merges.extend(area for entry in element[:MAX_MERGES] if (area := area_of(entry.get("ref"))))

    def _take_row(self, row: Element) -> None:
        given = row.get("r")
        if given is None and self._needs_places:
            raise _PlaceMissing
        row_no = _whole(given) if given is not None else self._row_no + 1
        if not self._keep_row(row_no, row.get("hidden") in _YES, self._cells(row, row_no)):
            raise _Over

    def _keep_row(self, row_no: int, is_hidden: bool, cells: list[RawCell]) -> bool:
        """False where something lies so far out that the rest need not be read."""
        if row_no <= self._row_no:
            raise self._broken(f"row {row_no}")
        self._row_no = row_no
        if not cells:
            return True
        self._number += len(cells)
        if row_no > MAX_ROWS or cells[-1][1] > MAX_COLUMNS:
            self._sheet.fault = f"R{row_no}C{cells[-1][1]}"
            return False
        if self._number > MAX_CELLS:
            raise FileFault("too_many_cells", found=f"{self._sheet.name}: > {MAX_CELLS}")
        if is_hidden:
            self._sheet.hidden_rows.append(row_no)
        self._sheet.add(cells)
        return True

    def _cells(self, row: Element, row_no: int) -> list[RawCell]:
        cells: list[RawCell] = []
        col_no = 0
        for cell in row:
            if not cell.tag.endswith("}c"):
                continue
            place = cell.get("r")
            if place is None:
                if self._needs_places:
                    raise _PlaceMissing
                col_no += 1
            else:
                found = _PLACE.fullmatch(place)
                if not found or int(found[2]) != row_no:
                    raise self._broken(place[:12])
                before, col_no = col_no, column_number(found[1])
                if col_no <= before or col_no > _LAST_COLUMN:
                    raise self._broken(place[:12])
            if len(cell):
                taken = self._cell(cell)
                if taken is not None:
                    cells.append((row_no, col_no, *taken))
        return cells

    def _cell(self, cell: Element) -> tuple[str, float | str | bool] | None:
        """(kind, value); None for a cell that holds nothing."""
        value = formula = None
        inline = ""
        for child in cell:
            name = child.tag.rpartition("}")[2]
            if name == "v":
                if value is not None:
                    raise self._broken("two values")
                value = child.text or ""
            elif name == "f":
                formula = child.text or ""
                if _DDE.match(formula):
                    raise FileFault("dde")
            elif name == "is":
                inline = rich_text(child)
        type_ = cell.get("t", "n")
        if formula is not None and PICTURE.match(formula):
            return "g", "=" + formula.lstrip(" =")[:200]
        if type_ == "e" and formula is None and cell.get("vm") and value == "#VALUE!":
            return "g", value  # Excel keeps a picture that lies in a cell as an error with a value beside it
        is_guess = self._is_stale and type_ == "n" and value in ("0", "0.0")
        if formula is not None and (is_guess or (not value and type_ != "str")):
            return "f", "=" + formula[:200]
        if type_ == "inlineStr":
            return (self._text_kind(cell.get("s")), inline) if inline else None
        if value is None or (value == "" and type_ != "s"):
            return None
        return self._value(type_, value, cell.get("s"))

    def _value(self, type_: str, value: str, style: str | None) -> tuple[str, float | str | bool] | None:
        if type_ == "n":
            return self._number_of(value.strip(), style)
        if type_ == "s":
            if not _INDEX.fullmatch(value.strip()) or int(value) >= len(self._strings):
                raise self._broken(f"string {value[:12]}")
            text = self._strings[int(value)]
            return (self._text_kind(style), text) if text else None
        if type_ == "str":
            return self._text_kind(style), unescaped(value)
        if type_ == "b" and value.strip() in _TRUTHS:
            return "b", _TRUTHS[value.strip()]
        if type_ == "e":
            return "e", value[:40]
        if type_ == "d":
            return ("d", value[:10]) if re.match(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) else ("s", value)
        raise self._broken(f"type {type_[:12]} {value[:12]}")

    def _text_kind(self, style: str | None) -> str:
        """That of a text, with the format's code where it shows more than the text."""
        return self._text_kinds.get(_whole(style), "s") if self._text_kinds else "s"

    def _number_of(self, text: str, style: str | None) -> tuple[str, float | str] | None:
        if not _NUMBER.fullmatch(text) or not math.isfinite(number := float(text)):
            return "q", text[:40]
        number_of_style = _whole(style)
        shown = self._styles[number_of_style] if number_of_style < len(self._styles) else PLAIN
        return as_shown(number, shown, self._sheet.is_1904)

    def _broken(self, what: str) -> FileFault:
        return FileFault("broken_workbook", found=f"{self._sheet.name[:31]}: {what}")


class _Over(Exception):
    """Beyond where any template reaches: the rest need not be read."""


class _PlaceMissing(Exception):
    """A cell without an address: its place is counted, and no cell before it may be left out."""


def _whole(text: str | None) -> int:
    return int(text) if text and _INDEX.fullmatch(text) else 0


def area_of(reference: str | None) -> tuple[int, int, int, int] | None:
    """A1:B3 as (row, column, last row, last column); None where it is none."""
    first, _, last = (reference or "").replace("$", "").partition(":")
    start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if not start or not end:
        return None
    return int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1])
