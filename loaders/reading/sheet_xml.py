"""One pass over a worksheet's XML: cells, merged areas, what is hidden. Declared sizes are not believed."""

import re
from xml.etree.ElementTree import Element

from data.cells import address, column_number
from loaders.reading.cell_reader import Book, CellReader, Written
from loaders.reading.found import MAX_COLUMNS, MAX_MERGES, MAX_ROWS, FoundSheet, RawCell
from loaders.reading.markup import finished
from loaders.reading.page_texts import page_texts
from loaders.reading.places import LAST_COLUMN, PLACE, area_of, whole
from loaders.reading.plain_rows import NotPlain, PlainRows
from loaders.reading.struck import struck_cells
from loaders.reading.texts import rich_text

_EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: [a-z]{1,4}="[^"<>&]*")* ?(?:/>|></c>)')
_EMPTY_ROW = re.compile(rb"<row [^<>]*(?:/>|></row>)")
_STRAYS = 5
_UNSEEN = " \t\r\n\xa0\u3000\u200b\u200c\u200d\u2060\ufeff"
_YES = ("1", "true", "on")


class SheetReader:
    """Fills a FoundSheet from the XML of its part."""

    def __init__(self, sheet: FoundSheet, book: Book) -> None:
        self._sheet, self._book = sheet, book
        self._meanings = CellReader(book, sheet.name)
        self.row_no = 0

    def read(self, data: bytes) -> int:
        """How many cells were taken. Raises FileFault (broken_workbook, too_many_cells, dde)."""
        number = self._read(data)
        styles, strings = self._book.struck_styles, self._book.struck_strings
        if styles or strings or b"<strike" in data:
            self._sheet.struck = struck_cells(data, styles, strings)
        return number

    def _read(self, data: bytes) -> int:
        for way in (self._take_plain, self._scan_lean):
            try:
                way(data)
                return self._sheet.number
            except (NotPlain, _PlaceMissing):
                self._sheet.forget()
                self.row_no = 0
        self._scan(data, needs_places=False)
        return self._sheet.number

    def _scan_lean(self, data: bytes) -> None:
        lean = self._without_empty_cells(data)
        if lean is None:
            raise NotPlain
        self._scan(lean, needs_places=True)

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
            for name, element in finished(
                data, {"row", "cols", "mergeCells", "headerFooter", "worksheet"}, self._sheet.name
            ):
                if name == "row":
                    self._take_row(element)
                else:
                    self._take_part(name, element)
        except _Over:
            return
        if name != "worksheet":
            raise self._meanings.broken("XML")

    def _take_plain(self, data: bytes) -> None:
        rows = PlainRows(self, self._meanings, self._sheet, data)
        self._scan(rows.around(), needs_places=True)
        rows.take()

    def _take_part(self, name: str, element: Element) -> None:
        if name == "cols":
            for column in element:
                if column.get("hidden") in _YES:
                    self._sheet.hidden_columns.append((whole(column.get("min")), whole(column.get("max"))))
        elif name == "headerFooter":
            self._sheet.page_texts = page_texts(part.text or "" for part in element)
        elif name == "mergeCells":
            self._sheet.merges.extend(area for entry in element[:MAX_MERGES] if (area := area_of(entry.get("ref"))))

    def _take_row(self, row: Element) -> None:
        given = row.get("r")
        if given is None and self._needs_places:
            raise _PlaceMissing
        row_no = whole(given) if given is not None else self.row_no + 1
        if not self.keep_row(row_no, row.get("hidden") in _YES, self.cells(row, row_no)):
            raise _Over

    def keep_row(self, row_no: int, is_hidden: bool, cells: list[RawCell]) -> bool:
        """False where something lies so far down that the rest need not be read."""
        if row_no <= self.row_no:
            raise self._meanings.broken(f"row {row_no}")
        self.row_no = row_no
        if not cells:
            return True
        if row_no > MAX_ROWS or cells[-1][1] > MAX_COLUMNS:
            cells = self.within_reach(cells)
            if self._sheet.fault and row_no > MAX_ROWS:
                return False
        if is_hidden and cells:
            self._sheet.hidden_rows.append(row_no)
        self._sheet.add(cells)
        return True

    def within_reach(self, cells: list[RawCell]) -> list[RawCell]:
        """Those that a template could reach. What others hold is a fault; blanks out there are a slip."""
        near = []
        for cell in cells:
            row_no, col_no, _, value = cell
            if row_no <= MAX_ROWS and col_no <= MAX_COLUMNS:
                near.append(cell)
            elif not is_blank(value):
                self._sheet.fault = self._sheet.fault or address(row_no, col_no)
            elif len(self._sheet.strays) < _STRAYS:
                self._sheet.strays.append(address(row_no, col_no))
        return near

    def cells(self, row: Element, row_no: int) -> list[RawCell]:
        """The cells of a row that hold something."""
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
                found = PLACE.fullmatch(place)
                if not found or int(found[2]) != row_no:
                    raise self._meanings.broken(place[:12])
                before, col_no = col_no, column_number(found[1])
                if col_no <= before or col_no > LAST_COLUMN:
                    raise self._meanings.broken(place[:12])
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
                    raise self._meanings.broken("two values")
                value = child.text or ""
            elif name == "f":
                formula = child.text or ""
            elif name == "is":
                inline = rich_text(child)
        written = Written(cell.get("t", "n"), value, formula, inline, cell.get("s"), cell.get("vm") is not None)
        return self._meanings.meaning(written)


def is_blank(value: object) -> bool:
    """Whether a cell shows nothing: blanks and marks that nobody sees."""
    return isinstance(value, str) and not value.strip(_UNSEEN)


class _Over(Exception):
    """Beyond where any template reaches: the rest need not be read."""


class _PlaceMissing(Exception):
    """A cell without an address: its place is counted, and no cell before it may be left out."""
