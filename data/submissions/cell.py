"""What is known of one cell of a form: its value in every version, the rules that speak of it, what they named then."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas

from data.catalogue.model import Rule, Template
from data.catalogue.rules import columns_of_rule
from data.cells import address
from data.store import Store
from data.submissions.form import Delivered, FormCell, FormRow, Sheet, Value

_ZERO_FOR_BLANK = re.compile(r"coalesce\((\w+), 0\)")
_PLAIN = re.compile(r"[\w\s.+\-*/()=<>]+")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNS = ((" - ", " − "), (" * ", " × "), (" / ", " ÷ "), ("<=", "≤"), (">=", "≥"), ("<>", "≠"))


@dataclass(frozen=True)
class Part:
    """A column that a rule names, with its cell in the row (None: the sheet has no such column) and its value there."""

    column_name: str
    cell: str | None
    value: Value


@dataclass(frozen=True)
class CellRule:
    """A rule that speaks of a cell, over the cell's row. written: the rule with the numbers in the place of its columns
    (12 = 10 + 5 − 3); empty for one that is more than arithmetic.
    """

    rule: Rule
    parts: tuple[Part, ...]
    written: str


def cell_rules(template: Template, sheet: Sheet, row: FormRow, column_name: str) -> list[CellRule]:
    """The template's rules that name the column, each with its parts in this row; the others of its parts included."""
    rules = []
    for rule in template.rules:
        names = columns_of_rule(rule)
        if column_name in names:
            parts = tuple(Part(name, _cell(sheet, row, name), row.values.get(name)) for name in names)
            rules.append(CellRule(rule, parts, with_numbers(rule.expression, row.values)))
    return rules


def _cell(sheet: Sheet, row: FormRow, name: str) -> str | None:
    col_no = sheet.column_numbers.get(name)
    return None if col_no is None else address(row.row_no, col_no)


def with_numbers(expression: str, values: dict[str, float | str]) -> str:
    """A rule of plain arithmetic with the row's numbers in it; empty for any other, and where a number is missing."""
    plain = _ZERO_FOR_BLANK.sub(lambda matched: _number(values.get(matched[1], 0.0)), expression)
    names = set(_NAME.findall(plain))
    if not _PLAIN.fullmatch(plain) or not names or not all(isinstance(values.get(name), float) for name in names):
        return ""
    written = _NAME.sub(lambda matched: _number(values[matched[0]]), plain)
    for sign, shown in _SIGNS:
        written = written.replace(sign, shown)
    return written


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return "?"  # a text in a column of numbers: not plain arithmetic
    written = f"{Decimal(repr(float(value))).normalize():f}"
    return f"({written})" if value < 0 else written


def cell_versions(store: Store, as_of: datetime, of: Delivered, cell: FormCell) -> pandas.DataFrame:
    """One row per accepted version of the report, the one received first on top: version, submission_id, receipt_no,
    kind, received_at, is_current, is_hidden (under review, and not shown to the reader), sheet and cell (where the row
    stands in it; None where it has no such row), value (float, str; None where the cell is blank).

    The row is found by its key and its turn among the rows of that key, as in `data.submissions.versions.changes`.
    """
    rows = store.rows(
        """WITH own AS (
            SELECT * FROM accepted_at($as_of)
            WHERE unit_code = $unit_code AND template_code = $template_code AND period = $period),
        counting AS (
            SELECT submission_id FROM current_at($as_of)
            WHERE unit_code = $unit_code AND template_code = $template_code AND period = $period),
        filled AS (SELECT DISTINCT submission_id FROM fact SEMI JOIN own USING (submission_id)),
        keyed AS (
            SELECT *, dense_rank() OVER (PARTITION BY submission_id ORDER BY sheet, row_no) AS turn FROM fact
            WHERE submission_id IN (SELECT submission_id FROM own) AND coalesce(row_key, '') = $row_key),
        shown AS (
            SELECT submission_id, any_value(sheet) AS sheet, any_value(row_no) AS row_no,
                any_value(col_no) FILTER (column_name = $column_name) AS col_no,
                any_value(num) FILTER (column_name = $column_name) AS num,
                any_value(txt) FILTER (column_name = $column_name) AS txt
            FROM keyed WHERE turn = $turn GROUP BY submission_id)
        SELECT version, submission_id, receipt_no, kind, received_at,
            submission_id IN (SELECT submission_id FROM counting) AS is_current,
            kind IN ('workbook', 'correction') AND submission_id NOT IN (SELECT submission_id FROM filled) AS is_hidden,
            sheet, row_no, col_no, num, txt
        FROM own LEFT JOIN shown USING (submission_id) ORDER BY received_at, version""",
        {
            "as_of": as_of,
            **{name: getattr(of, name) for name in ("unit_code", "template_code", "period")},
            **{name: getattr(cell, name) for name in ("row_key", "turn", "column_name")},
        },
    )
    versions = [
        (
            *row[:7],
            row.sheet,
            None if row.row_no is None else address(row.row_no, row.col_no or cell.col_no),
            row.txt if row.num is None else row.num,
        )
        for row in rows
    ]
    names = ["version", "submission_id", "receipt_no", "kind", "received_at", "is_current", "is_hidden"]
    return pandas.DataFrame(versions, columns=[*names, "sheet", "cell", "value"], dtype=object)
