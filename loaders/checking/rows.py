"""The data rows of a recognised sheet: which rows are data, and each cell as a value of its column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.catalogue.model import Catalogue, Column, ColumnType, Severity
from data.cells import address
from data.periods import label
from loaders.checking.no_data import NoData, Sieve
from loaders.checking.recognise import Recognised
from loaders.checking.time_words import written_period
from loaders.checking.unit_names import unit_by_name
from loaders.checking.values import parse, plain
from loaders.issues import FileFault, Issue
from loaders.sheets import Cell, is_picture

_FRAME = (ColumnType.PERIOD, ColumnType.UNIT)
_FOUND_SHOWN = 200  # letters of what was typed that an issue repeats


@dataclass
class Row:
    """One data row: values by column name (None: blank), and the columns of the sheet that they came from.

    Period and unit have values, for the rules, but no place: they belong to the submission, not to its facts.
    """

    row_no: int
    values: dict[str, Any]
    col_nos: dict[str, int]
    faulty: set[str] = field(default_factory=set)
    key: str = ""


@dataclass
class Checked:
    """What a sheet holds and what is wrong with it. left_out: rows beneath the header that are no data."""

    rows: list[Row]
    issues: list[Issue]
    left_out: list[int] = field(default_factory=list)


def take_rows(recognised: Recognised, catalogue: Catalogue) -> Checked:
    """Every data row beneath the header, with the issues of its cells. Raises FileFault (csv_shape)."""
    checked = Checked([], [])
    merged, covered = _merged_cells(recognised, checked), _covered(recognised)
    places = {recognised.columns[col]: col for col in reversed(recognised.columns)}
    frame = recognised.template.frame_names
    own_places = {name: col for name, col in places.items() if name not in frame}  # one for all rows
    sieve = Sieve(recognised, places)
    for row_no, cells in recognised.sheet.rows.items():
        if row_no > recognised.header_row and row_no not in recognised.foot_rows:
            if row_no in covered:
                cells = {col: cell for col, cell in cells.items() if col not in covered[row_no]}
            if merged and row_no in merged:
                cells = dict(sorted((merged[row_no] | cells).items()))
            if (no_data := sieve.sifted(cells)) is None:
                _take_row(row_no, cells, recognised, places, own_places, catalogue, checked)
            else:
                _leave_out(row_no, cells, no_data, recognised, checked)
    return checked


def _leave_out(row_no: int, cells: dict[int, Cell], why: NoData, recognised: Recognised, checked: Checked) -> None:
    """One sentence for the row, where figures or a word that may be data are in it."""
    checked.left_out.append(row_no)
    if why is NoData.SILENT:
        return
    place = address(row_no, min(cells))
    said = "、".join(text for cell in cells.values() if not is_picture(cell) and (text := plain(cell.value)))
    details = {} if why is NoData.TOTAL else {"row": row_no, "found": said[:_FOUND_SHOWN]}
    severity = Severity.ERROR if why in (NoData.TOTAL_BESIDE, NoData.SCARCE) else Severity.NOTE
    checked.issues.append(Issue(severity, why.value, recognised.sheet.name, place, details=details))


def _merged_cells(recognised: Recognised, checked: Checked) -> dict[int, dict[int, Cell]]:
    """row_no → col_no → the cell that a merged area puts there: a text holds for every row that it spans.

    A number over several rows is an error: nobody can tell whose it is.
    """
    merged: dict[int, dict[int, Cell]] = {}
    for area in recognised.sheet.merges:
        name = recognised.columns.get(area.col_no)
        cell = recognised.sheet.rows.get(area.row_no, {}).get(area.col_no)
        is_below = area.row_no > recognised.header_row and area.last_row > area.row_no
        if name is None or cell is None or not is_below or not plain(cell.value):
            continue
        if recognised.template.column(name).type.is_number:
            place = address(area.row_no, area.col_no)
            details = {"found": str(cell.value)}
            checked.issues.append(
                Issue(Severity.ERROR, "merged_number", recognised.sheet.name, place, name, None, details)
            )
            continue
        for row_no in range(area.row_no + 1, min(area.last_row, area.row_no + 2000) + 1):
            if row_no in recognised.sheet.rows:
                merged.setdefault(row_no, {})[area.col_no] = cell
    return merged


def _covered(recognised: Recognised) -> dict[int, set[int]]:
    """row_no → the columns that lie under a merged area: what the file may still hold there, nobody sees."""
    covered: dict[int, set[int]] = {}
    for area in recognised.sheet.merges:
        for row_no in range(max(area.row_no, recognised.header_row + 1), min(area.last_row, area.row_no + 2000) + 1):
            if row := recognised.sheet.rows.get(row_no):
                under = {col for col in row if area.col_no <= col <= area.last_col}
                if row_no == area.row_no:
                    under.discard(area.col_no)
                if under:
                    covered.setdefault(row_no, set()).update(under)
    return covered


def _take_row(
    row_no: int,
    cells: dict[int, Cell],
    recognised: Recognised,
    places: Mapping[str, int],
    own_places: dict[str, int],
    catalogue: Catalogue,
    checked: Checked,
) -> None:
    template, sheet = recognised.template, recognised.sheet.name
    _check_width(row_no, recognised)
    row = Row(row_no, {}, own_places)
    for column in template.columns:
        col_no = places.get(column.name)
        cell = cells.get(col_no) if col_no else None
        value, issue = _value(cell, column, recognised, catalogue)
        row.values[column.name] = value
        if issue:
            if len(str(issue.details.get("found", ""))) > _FOUND_SHOWN:
                issue.details["found"] = f"{str(issue.details['found'])[:_FOUND_SHOWN]}…"
            row.faulty.add(column.name)
            issue.sheet, issue.column_name = sheet, column.name
            issue.cell = address(row_no, col_no) if col_no else None
            checked.issues.append(issue)
    row.key = "|".join(_written(row.values[name], recognised) for name in template.row_key)
    checked.rows.append(row)


def _check_width(row_no: int, recognised: Recognised) -> None:
    """A row of a .csv with more or fewer fields than its header has shifted somewhere; nobody can tell where."""
    widths = recognised.sheet.widths
    if widths is not None and widths[row_no] != widths[recognised.header_row]:
        details = {"row": row_no, "found": widths[row_no], "expected": widths[recognised.header_row]}
        raise FileFault("csv_shape", **details, template=recognised.template.template_code, unit=recognised.unit_code)


def _value(cell: Cell | None, column: Column, recognised: Recognised, catalogue: Catalogue) -> tuple[Any, Issue | None]:
    if column.type in _FRAME and cell is not None and is_picture(cell):
        return None, Issue(Severity.ERROR, "picture")
    if column.type is ColumnType.PERIOD:
        text = plain(cell.value) if cell else ""
        period = written_period(text, recognised.template.cycle) if text else recognised.period
        wrong = period != recognised.period
        return recognised.period, Issue(Severity.ERROR, "other_period", details={"found": text}) if wrong else None
    if column.type is ColumnType.UNIT:
        text = plain(cell.value) if cell else ""
        wrong = bool(text) and unit_by_name(text, catalogue, recognised.period) != recognised.unit_code
        return recognised.unit_code, Issue(Severity.ERROR, "other_unit", details={"found": text}) if wrong else None
    value, problem = parse(cell, column, recognised.sheet.is_1904)
    if problem:
        return None, Issue(Severity.ERROR, problem[0], details=problem[1])
    if value is None and column.required:
        given = plain(cell.value) if cell else ""
        return None, Issue(Severity.ERROR, "required", details={"found": given} if given else {})
    return value, None


def _written(value: Any, recognised: Recognised) -> str:
    if isinstance(value, date):
        return value.isoformat() if value != recognised.period else label(value, recognised.template.cycle)
    return "" if value is None else str(value)
