"""Returns as the store holds them, with the columns that are wanted of each template: row by row, by their keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from data.access import OWNER
from data.catalogue.model import Template
from data.store import Store

STATED = "zero_report"
_FIGURES = ("workbook", "correction")

Key = tuple[str, str, date]
"""unit, template, period."""


@dataclass(frozen=True)
class HeldRow:
    """A row of a return: each filled column's value and column number."""

    row_no: int
    values: Mapping[str, Any]
    col_nos: Mapping[str, int]
    sheet: str = ""


@dataclass(frozen=True)
class HeldReturn:
    """A return whose figures count. rows: by their key. receipt_no None: it lies in the file that is being judged, or
    in one before it that is not written yet.
    """

    rows: Mapping[str, HeldRow]
    kind: str = "workbook"
    submission_id: str | None = None
    receipt_no: str | None = None
    received_at: datetime | None = None
    mark: int = field(default_factory=count().__next__)  # tells it from another that takes its place

    @property
    def is_known(self) -> bool:
        """Its figures are: it brings them, or states that there are none."""
        return self.kind in _FIGURES or self.kind == STATED


def anchors(template: Template) -> tuple[str, ...]:
    """Columns that are filled in every row, so that rows can be counted by them."""
    columns = [column for column in template.columns if column.name not in template.frame_names]
    required = tuple(column.name for column in columns if column.required)
    return template.row_key or required[:1] or tuple(column.name for column in columns)


def held_returns(
    store: Store, submission_ids: Sequence[str], columns: Mapping[str, Iterable[str]]
) -> dict[Key, HeldReturn]:
    """These returns with the columns that are wanted of each template."""
    if not submission_ids:
        return {}
    found: dict[Key, tuple[Any, dict[str, tuple[int, dict, dict, str]]]] = {}
    for row in store.seen_by(OWNER).rows(_CELLS, {"ids": list(submission_ids), "columns": _listed(columns)}):
        key = (row.unit_code, row.template_code, row.period)
        rows = found.setdefault(key, (row, {}))[1]
        if row.column_name is None:
            continue
        values, col_nos = rows.setdefault(row.row_key or "", (row.row_no, {}, {}, row.sheet))[1:3]
        values[row.column_name], col_nos[row.column_name] = _cell(row), row.col_no
    return {
        key: HeldReturn(
            {row_key: HeldRow(*row) for row_key, row in rows.items()},
            *(head.kind, head.submission_id, head.receipt_no, head.received_at),
        )
        for key, (head, rows) in found.items()
    }


def _listed(columns: Mapping[str, Iterable[str]]) -> list[str]:
    return sorted({name for names in columns.values() for name in names})


_CELLS = """
    WITH picked AS (SELECT unnest($ids::VARCHAR[]) AS submission_id),
    cells AS (
        SELECT * FROM fact WHERE submission_id IN (SELECT submission_id FROM picked)
            AND column_name IN (SELECT unnest($columns::VARCHAR[])))
    SELECT s.unit_code, s.template_code, s.period, s.submission_id, s.receipt_no, s.kind, s.received_at, c.row_key,
        c.sheet, c.row_no, c.col_no, c.column_name, c.num, c.txt
    FROM submission s JOIN picked USING (submission_id) LEFT JOIN cells c USING (submission_id)
    ORDER BY s.submission_id, c.sheet, c.row_no"""


def _cell(row: Any) -> Any:
    return row.txt if row.num is None else plain(row.num)


def plain(number: float) -> float | int:
    """A whole number without a point."""
    return int(number) if float(number).is_integer() else float(number)
