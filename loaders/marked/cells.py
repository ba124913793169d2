"""Colours and comments on faulty cells, and how those of an earlier return are taken away again."""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from loaders.blank.layout import wrapped_lines
from loaders.cell_text import legal, one_line

Words = Mapping[str, str]
Originals = Mapping[int, Fill]
"""Number of an issue in the list → the fill that its cell had before it was marked."""

AUTHOR = "准点"
COLORS = {"error": "FFF8CFCB", "check": "FFFFE3A6", "note": "FFD3E5F8"}
"""Odd enough that nobody picks the same by hand, for the colour is how a mark is known again."""

_TOP = "── 准点 ──"
_END = "── 问题清单 #{number} ──"
_OURS = re.compile(r"\s*── 准点 ──.*?── 问题清单 #(\d{1,4}) ──", re.DOTALL)
_CONDITION = 'LEN("zhundian-mark")>0'  # always true; its text tells ours from the form's own
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_MESSAGE_LIMIT, _COMMENT_LINES = 400, 8
_BOX_WIDTH, _BOX_CHARACTERS, _LINE_HEIGHT, _BOX_HEIGHTS = 330, 52, 17, (70, 460)


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


def sheet_of(book: Workbook, mark: Mark) -> Worksheet | None:
    """The sheet that a mark is about; None where the workbook has no such sheet of cells."""
    return next((sheet for sheet in book.worksheets if sheet.title == mark.sheet), None)


def cell_of(book: Workbook, mark: Mark) -> Cell | None:
    """The cell that carries a mark, of a merged area its first one; None for a mark without a place in the file."""
    sheet = sheet_of(book, mark)
    written = _ADDRESS.fullmatch(mark.cell or "")
    if sheet is None or written is None:
        return None
    row_no, col_no = int(written[2]), column_index_from_string(written[1])
    if row_no > _LAST_ROW or col_no > _LAST_COLUMN:
        return None
    if isinstance(sheet._cells.get((row_no, col_no)), MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if mark.cell in area)
        row_no, col_no = area.min_row, area.min_col
    cell = sheet._cells.get((row_no, col_no)) or _new_cell(sheet, row_no, col_no)
    return None if isinstance(cell, MergedCell) else cell  # areas that overlap: no program would show a mark there


def _new_cell(sheet: Worksheet, row_no: int, col_no: int) -> Cell:
    """A cell that the file does not list looks like its row or column: unlocked, above all, where they are."""
    cell = sheet.cell(row_no, col_no)
    row = sheet.row_dimensions.get(row_no)
    column = next((c for c in sheet.column_dimensions.values() if (c.min or 0) <= col_no <= (c.max or 0)), None)
    look = next((d for d in (row, column) if d is not None and d.has_style), None)
    if look is not None:
        cell._style = copy(look._style)
    return cell


def mark_cells(book: Workbook, marks: Sequence[Mark], words: Words) -> dict[int, Fill]:
    """Marks in the order of the list, the worst first. Returns what the fills were before."""
    places: dict[tuple[str, str], list[tuple[int, Mark]]] = {}
    for number, mark in enumerate(marks, 1):
        if (cell := cell_of(book, mark)) is not None:
            places.setdefault((mark.sheet, cell.coordinate), []).append((number, mark))
    originals: dict[int, Fill] = {}
    for (name, coordinate), cell_marks in places.items():
        cell = book[name][coordinate]
        number, worst = cell_marks[0]
        originals[number] = copy(cell.fill)
        cell.fill = _fill(worst.severity)
        cell.comment = _comment(cell.comment, number, [mark for _, mark in cell_marks], words)
    for sheet in book.worksheets:
        _go_before_conditions(
            sheet, {place: f[0][1].severity for place, f in places.items() if place[0] == sheet.title}
        )
    return originals


def _fill(severity: str) -> PatternFill:
    return PatternFill("solid", start_color=COLORS[severity], end_color=COLORS[severity])


def _comment(earlier: Comment | None, number: int, marks: Sequence[Mark], words: Words) -> Comment:
    """Ours beneath a person's own. The last line leads to the list, and tells a later return where ours ends."""
    lines = [_line(mark, words) for mark in marks[:_COMMENT_LINES]]
    if len(marks) > _COMMENT_LINES:
        lines.append(words["marked.more"].format(number=len(marks) - _COMMENT_LINES))
    ours = "\n".join([_TOP, *lines, _END.format(number=number)])
    comment = Comment(f"{earlier.text}\n\n{ours}" if earlier else ours, earlier.author if earlier else AUTHOR)
    _size(comment)
    return comment


def _line(mark: Mark, words: Words) -> str:
    message = one_line(mark.message, _MESSAGE_LIMIT).replace("──", "—")  # it cannot feign the end of our part
    return words["marked.line"].format(severity=words[f"marked.{mark.severity}"], message=message)


def _size(comment: Comment) -> None:
    least, most = _BOX_HEIGHTS
    lines = wrapped_lines(comment.text[:4000], _BOX_CHARACTERS)
    comment.width, comment.height = _BOX_WIDTH, min(most, max(least, (lines + 1) * _LINE_HEIGHT))


def _go_before_conditions(sheet: Worksheet, severities: Mapping[tuple[str, str], str]) -> None:
    """Conditional colours cover a cell's own, as the blank's does on required cells left empty: ours go first.

    By priority for Excel, by their order in the file for LibreOffice.
    """
    if not sheet.conditional_formatting or not severities:
        return
    conditions = ConditionalFormattingList()
    for priority, severity in enumerate(COLORS, 1):
        if coordinates := [place[1] for place, cell_severity in severities.items() if cell_severity == severity]:
            rule = FormulaRule([_CONDITION], fill=_fill(severity))
            rule.priority = priority
            conditions.add(" ".join(coordinates), rule)
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            rule.priority += len(COLORS)
            conditions.add(area, rule)
    sheet.conditional_formatting = conditions


def clear_cells(book: Workbook, originals: Originals | None) -> None:
    """Takes our marks away, wherever rows that moved have taken them. originals: of our list, None without one.

    Without a list only what our comment signs is ours: somebody may have chosen the same colour after all.
    """
    ours = {index for index, fill in enumerate(book._fills) if _is_ours(fill)}
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):
            number = _take_comment(cell) if cell.comment else None
            if cell.has_style and cell._style.fillId in ours and (number or originals is not None):
                cell.fill = (originals or {}).get(number, PatternFill())
        _drop_conditions(sheet)


def _is_ours(fill: Fill) -> bool:
    return isinstance(fill, PatternFill) and fill.fill_type == "solid" and fill.start_color.rgb in COLORS.values()


def _take_comment(cell: Cell) -> int | None:
    """The number of the issue that our part of the comment names. A person's own part stays."""
    text = cell.comment.text
    match = _OURS.search(text)
    rest = _OURS.sub("", text).strip()
    if not match:
        _size(cell.comment)  # openpyxl forgets how large a box was
        return None
    author = cell.comment.author
    cell.comment = None
    if rest:
        cell.comment = Comment(legal(rest), author)
        _size(cell.comment)
    return int(match[1])


def _drop_conditions(sheet: Worksheet) -> None:
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [_CONDITION]:
                kept.add(area, rule)
    sheet.conditional_formatting = kept
