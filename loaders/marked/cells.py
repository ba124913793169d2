"""Colours and comments on faulty cells, and how those of an earlier return are taken away again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from data.cell_text import one_line
from data.cells import column_number
from loaders.marked.book import Book, BookSheet
from loaders.marked.boxes import Boxes
from loaders.marked.conditions import drop_conditions, go_before_conditions
from loaders.marked.grid import Grid, Place
from loaders.marked.notes import AUTHOR, END, TOP, Notes
from loaders.marked.outline import set_attribute
from loaders.marked.repaint import Change, repaint, repaint_all
from loaders.reading.relations import relations_of

__all__ = ["AUTHOR", "COLORS", "Mark", "Numbered", "Originals", "Words", "clear_sheet", "mark_sheet", "place_of"]

Words = Mapping[str, str]
Originals = Mapping[int, int]
"""Number of an issue in the list → the fill that its cell had before it was marked, by the fill's number."""

COLORS = {"error": "FFF8CFCB", "check": "FFFFE3A6", "note": "FFD3E5F8"}
"""Odd enough that nobody picks the same by hand, for the colour is how a mark is known again."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_MESSAGE_LIMIT, _COMMENT_LINES = 400, 8


@dataclass(frozen=True)
class Mark:
    """One issue as it goes to the worker process, words and all. severity: error, check or note."""

    severity: str
    sheet: str | None
    cell: str | None
    column: str
    message: str

    def on(self, sheet: str | None) -> "Mark":
        """The same on a sheet of another name."""
        return replace(self, sheet=sheet)


Numbered = tuple[int, Mark]
"""A mark with its number in the list."""


def place_of(grid: Grid, mark: Mark) -> Place | None:
    """The cell that carries a mark, of a merged area its first one; None for a mark without a place on its sheet."""
    written = _ADDRESS.fullmatch(mark.cell or "")
    if written is None:
        return None
    place = int(written[2]), column_number(written[1])
    return grid.anchor(place) if place[0] <= _LAST_ROW and place[1] <= _LAST_COLUMN else None


def coordinate_of(place: Place) -> str:
    """A place as people name it: B5."""
    return f"{get_column_letter(place[1])}{place[0]}"


def clear_sheet(book: Book, sheet: BookSheet, originals: Originals | None) -> None:
    """Takes our marks away, wherever rows that moved have taken them. originals: of our list, None without one.

    Without a list only what our comment signs is ours: somebody may have chosen the same colour after all.
    """
    styles = book.styles
    numbers = _take_notes(book, sheet)
    grid = book.grid(sheet.part)
    ours = styles.looks_with(styles.solid_fills(frozenset(COLORS.values())))

    def as_before(place: Place, look: int) -> int:
        number = numbers.get(coordinate_of(place))
        if number is None and originals is None:
            return look
        return styles.with_fill(look, (originals or {}).get(number, 0))

    if ours and (numbers or originals is not None):
        repaint_all(grid, ours, as_before)
    if b"zhundian-mark" in grid.data:
        drop_conditions(grid)
    book.write_grid(sheet.part)


def _take_notes(book: Book, sheet: BookSheet) -> dict[str, int]:
    """The numbers of the issues that our comments name, by cell. A person's own words stay, and their box."""
    parts = book.parts
    for kind, part in relations_of(parts, sheet.part).values():
        if kind == "comments" and part in parts and TOP.encode() in parts.read(part):
            notes = Notes(parts.read(part), book.main)
            taken = notes.take_ours()
            parts.write(part, notes.saved())
            drawing = _drawing_part(book, sheet, book.grid(sheet.part))
            if drawing:
                boxes = Boxes(parts.read(drawing))
                boxes.take({_place(coordinate) for coordinate, (_, is_shared) in taken.items() if not is_shared})
                parts.write(drawing, boxes.saved())
            return {coordinate: number for coordinate, (number, _) in taken.items()}
    return {}


def _drawing_part(book: Book, sheet: BookSheet, grid: Grid) -> str | None:
    """Where the boxes of the comments lie; other such drawings belong to headers and footers."""
    element = grid.root.first("legacyDrawing")
    if element is None:
        return None
    part = relations_of(book.parts, sheet.part).get(element.attribute("id"), ("", ""))[1]
    if part not in book.parts:
        raise ValueError(f"expected a drawing, found none at {part[-60:]}")
    return part


def _place(coordinate: str) -> Place:
    written = _ADDRESS.fullmatch(coordinate)
    return (int(written[2]), column_number(written[1])) if written else (0, 0)


def mark_sheet(book: Book, sheet: BookSheet, marks: Sequence[Numbered], words: Words) -> dict[int, int]:
    """Marks in the order of the list, the worst first, on a sheet that is then no longer the open one.

    Returns what the fills were before.
    """
    grid = book.grid(sheet.part)
    places: dict[Place, list[Numbered]] = {}
    for number, mark in marks:
        if (place := place_of(grid, mark)) is not None:
            places.setdefault(place, []).append((number, mark))
    originals: dict[int, int] = {}
    changes = {place: _painter(book, numbered[0], originals) for place, numbered in places.items()}
    if places:
        repaint(grid, changes)
        colored = {
            color: [coordinate_of(place) for place, numbered in places.items() if numbered[0][1].severity == severity]
            for severity, color in COLORS.items()
        }
        go_before_conditions(grid, colored, book.styles)
        _write_notes(book, sheet, grid, {place: _comment(numbered, words) for place, numbered in places.items()})
    _unselect(grid)
    book.write_grid(sheet.part)
    return originals


def _unselect(grid: Grid) -> None:
    """What is typed into one of several selected sheets goes into all of them: the list is to be the only one."""
    for view in (view for views in grid.root.all("sheetViews") for view in views.children):
        if view.attribute("tabSelected"):
            grid.edit(set_attribute(grid.data, view, "tabSelected", None))


def _painter(book: Book, worst: Numbered, originals: dict[int, int]) -> Change:
    """What gives a cell the colour of its worst mark, and notes what fill it had."""
    number, mark = worst
    color = COLORS[mark.severity]
    text = f'<fgColor rgb="{color}"/><bgColor rgb="{color}"/>'
    fill = book.styles.add_plain("fills", f'<fill><patternFill patternType="solid">{text}</patternFill></fill>')

    def paint(look: int) -> int:
        originals[number] = book.styles.fill_of(look)
        return book.styles.with_fill(look, fill)

    return paint


def _comment(numbered: Sequence[Numbered], words: Words) -> str:
    """The last line leads to the list, and tells a later return where ours ends."""
    lines = [_line(mark, words) for _, mark in numbered[:_COMMENT_LINES]]
    if len(numbered) > _COMMENT_LINES:
        lines.append(words["marked.more"].format(number=len(numbered) - _COMMENT_LINES))
    return "\n".join([TOP, *lines, END.format(number=numbered[0][0])])


def _line(mark: Mark, words: Words) -> str:
    message = one_line(mark.message, _MESSAGE_LIMIT).replace("──", "—")  # it cannot feign the end of our part
    return words["marked.line"].format(severity=words[f"marked.{mark.severity}"], message=message)


def _write_notes(book: Book, sheet: BookSheet, grid: Grid, texts: Mapping[Place, str]) -> None:
    """Comments and the boxes that show them, in the parts that the sheet has for them or in new ones."""
    parts = book.parts
    related = relations_of(parts, sheet.part).values()
    part = next((target for kind, target in related if kind == "comments" and target in parts), None)
    notes = Notes(parts.read(part) if part else None, book.main)
    drawing = _drawing_part(book, sheet, grid)
    boxes = Boxes(parts.read(drawing) if drawing else None)
    theirs = {place: own for place in texts if (own := notes.text(coordinate_of(place))) is not None}
    boxes.take(theirs.keys())
    for place, text in texts.items():
        notes.add(coordinate_of(place), text)
        boxes.put(*place, f"{theirs[place]}\n\n{text}" if place in theirs else text)
    if part is None:
        book.add_comments(part := parts.free_name("xl/comments{}.xml"), notes.saved())
        book.relate(sheet.part, "comments", part)
    parts.write(part, notes.saved())
    if drawing is None:
        book.add_drawing(drawing := parts.free_name("xl/drawings/vmlDrawing{}.vml"), boxes.saved())
        id_ = book.relate(sheet.part, "vmlDrawing", drawing)
        grid.add_element("legacyDrawing", f'<{grid.prefix}legacyDrawing xmlns:r="{book.relations}" r:id="{id_}"/>')
    parts.write(drawing, boxes.saved())
