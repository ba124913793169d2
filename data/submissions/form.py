"""One submission as the form that its section filled in: what it is, its sheets, columns, rows and cells.

Asked through the store of whoever looks: what is not hers to see is not there, and None does not tell the two apart.
"""

from dataclasses import dataclass
from datetime import date, datetime

from data.catalogue.model import Template
from data.cells import address, place
from data.store import Store

Value = float | str | None
_DELIVERED = """submission_id, receipt_no, file_name, sha256, unit_code, template_code, template_version, period,
    version, kind, outcome, received_at, recorded_at, reported_by, row_count, is_sample"""


@dataclass(frozen=True)
class Delivered:
    """A submission; unit, template and period are None for a file that was not recognised, version 0 for one that
    was returned. is_current: its figures count. is_under_review: the office has not accepted it yet, and leaders see no
    figure of it.
    """

    submission_id: str
    receipt_no: str
    file_name: str
    sha256: str
    unit_code: str | None
    template_code: str | None
    template_version: str | None
    period: date | None
    version: int
    kind: str
    outcome: str
    received_at: datetime
    recorded_at: datetime
    reported_by: str | None
    row_count: int | None
    is_sample: bool
    is_current: bool
    is_under_review: bool

    @property
    def is_accepted(self) -> bool:
        """Not returned."""
        return self.outcome == "accepted"

    @property
    def has_figures(self) -> bool:
        """An accepted file, and no statement."""
        return self.is_accepted and self.kind in ("workbook", "correction")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a submission that has figures. column_numbers: column name → its place on the sheet."""

    name: str
    row_count: int
    column_numbers: dict[str, int]


@dataclass(frozen=True)
class FormRow:
    """A row of a sheet: its number, its key, and what it has in which column; a blank cell has no value."""

    row_no: int
    row_key: str
    values: dict[str, float | str]


@dataclass(frozen=True)
class FormCell:
    """A cell of a form, blank or not. turn: the how-manieth row with this key it is in, from 1."""

    sheet: str
    row_no: int
    col_no: int
    column_name: str
    row_key: str
    turn: int
    value: Value

    @property
    def name(self) -> str:
        """E5."""
        return address(self.row_no, self.col_no)


def delivered(
    store: Store, as_of: datetime, submission_id: str | None = None, receipt_no: str | None = None
) -> Delivered | None:
    """The submission of this id or receipt number that store.person may see and that was there by as_of; else None."""
    rows = store.rows(
        f"""SELECT {_DELIVERED}, submission_id IN (SELECT submission_id FROM submission_under_review) AS is_under_review
        FROM submission WHERE received_at <= $as_of
            AND (submission_id = $submission_id OR receipt_no = $receipt_no) ORDER BY version DESC LIMIT 1""",
        {"as_of": as_of, "submission_id": submission_id, "receipt_no": receipt_no},
    )
    if not rows:
        return None
    *kept, is_under_review = rows[0]
    counting = store.rows(
        """SELECT submission_id FROM current_at($as_of) WHERE unit_code = $unit_code
            AND template_code = $template_code AND period = $period""",
        {name: getattr(rows[0], name) for name in ("unit_code", "template_code", "period")} | {"as_of": as_of},
    )
    return Delivered(*kept, (rows[0].submission_id,) in counting, is_under_review)


def sheets(store: Store, submission_id: str, template: Template | None) -> list[Sheet]:
    """The sheets with figures, by name. Where the filled columns stand in the template's order, the place of those that
    were left blank follows from it; elsewhere a blank column has none.
    """
    rows = store.rows(
        """SELECT sheet, column_name, min(col_no) AS col_no FROM fact WHERE submission_id = ? GROUP BY ALL
        ORDER BY sheet, col_no""",
        [submission_id],
    )
    counts = dict(
        store.rows(
            "SELECT sheet, count(DISTINCT row_no) FROM fact WHERE submission_id = ? GROUP BY sheet", [submission_id]
        )
    )
    filled: dict[str, dict[str, int]] = {}
    for row in rows:
        filled.setdefault(row.sheet, {})[row.column_name] = row.col_no
    return [Sheet(name, counts[name], _with_blank(columns, template)) for name, columns in filled.items()]


def _with_blank(columns: dict[str, int], template: Template | None) -> dict[str, int]:
    names = [column.name for column in template.columns] if template else []
    offsets = {columns[name] - index for index, name in enumerate(names) if name in columns}
    if len(offsets) != 1 or not columns.keys() <= set(names):
        return columns
    (offset,) = offsets
    shown = [name for name in names if name not in template.frame_names]
    return {name: names.index(name) + offset for name in shown}


def rows_of(store: Store, submission_id: str, sheet: str, first_row: int = 0, limit: int = 100) -> list[FormRow]:
    """The rows of a sheet from row number first_row on, in its order, at most so many."""
    cells = store.rows(
        """SELECT row_no, coalesce(row_key, '') AS row_key, column_name, num, txt FROM fact
        WHERE submission_id = $submission_id AND sheet = $sheet AND row_no IN (
            SELECT DISTINCT row_no FROM fact WHERE submission_id = $submission_id AND sheet = $sheet
                AND row_no >= $first_row ORDER BY row_no LIMIT $limit)
        ORDER BY row_no, col_no""",
        {"submission_id": submission_id, "sheet": sheet, "first_row": first_row, "limit": limit},
    )
    form_rows: dict[int, FormRow] = {}
    for cell in cells:
        row = form_rows.setdefault(cell.row_no, FormRow(cell.row_no, cell.row_key, {}))
        row.values[cell.column_name] = cell.txt if cell.num is None else cell.num
    return list(form_rows.values())


def row_before(store: Store, submission_id: str, sheet: str, row_no: int, rows: int) -> int:
    """The number of the row that lies so many rows before this one, or of the first."""
    numbers = store.rows(
        """SELECT DISTINCT row_no FROM fact WHERE submission_id = ? AND sheet = ? AND row_no < ?
        ORDER BY row_no DESC LIMIT ?""",
        [submission_id, sheet, row_no, rows],
    )
    return numbers[-1].row_no if numbers else row_no


def cell_of(store: Store, submission_id: str, sheet: Sheet, written: str) -> FormCell | None:
    """The cell of this name, in a row that has any; None for what is no cell of the form."""
    at = place(written)
    names = {col_no: name for name, col_no in sheet.column_numbers.items()}
    if at is None or at[1] not in names:
        return None
    row_no, col_no = at
    rows = rows_of(store, submission_id, sheet.name, row_no, 1)
    if not rows or rows[0].row_no != row_no:
        return None
    turn = store.value(
        """SELECT count(*) FROM (SELECT DISTINCT sheet, row_no FROM fact WHERE submission_id = $submission_id
            AND coalesce(row_key, '') = $row_key) WHERE (sheet, row_no) <= ($sheet, $row_no)""",
        {"submission_id": submission_id, "row_key": rows[0].row_key, "sheet": sheet.name, "row_no": row_no},
    )
    name = names[col_no]
    return FormCell(sheet.name, row_no, col_no, name, rows[0].row_key, turn, rows[0].values.get(name))


def cells_of(store: Store, submission_id: str, sheet: str | None, limit: int, offset: int) -> list[tuple]:
    """sheet, row_no, col_no, column_name, row_key, num, txt of the filled cells, in the order of the sheets."""
    return store.rows(
        """SELECT sheet, row_no, col_no, column_name, coalesce(row_key, '') AS row_key, num, txt FROM fact
        WHERE submission_id = $submission_id AND ($sheet::VARCHAR IS NULL OR sheet = $sheet)
        ORDER BY sheet, row_no, col_no LIMIT $limit OFFSET $offset""",
        {"submission_id": submission_id, "sheet": sheet, "limit": limit, "offset": offset},
    )


def cells_number(store: Store, submission_id: str, sheet: str | None) -> int:
    """How many cells are filled."""
    return store.value(
        """SELECT count(*) FROM fact
        WHERE submission_id = $submission_id AND ($sheet::VARCHAR IS NULL OR sheet = $sheet)""",
        {"submission_id": submission_id, "sheet": sheet},
    )
