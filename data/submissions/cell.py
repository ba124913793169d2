"""What is known of one cell of a form: its value in every version, the rules that speak of it, what they named then."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas

from data.catalogue.conditions import clauses, conditions_of
from data.catalogue.model import Rule, Template, Words
from data.catalogue.relations import columns_asked
from data.cells import address, place
from data.store import Store
from data.submissions.form import Delivered, FormCell, FormRow, Sheet, Value

_ZERO_FOR_BLANK = re.compile(r"coalesce\((\w+), 0\)", re.IGNORECASE)
_QUOTED_NAME = re.compile(r'"([A-Za-z_]\w*)"')
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")  # around the whole
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
    """A rule that speaks of a cell, over the cell's row; or that of its conditions that does, where each has words of
    its own. written: its expression with the numbers in the place of the columns (12 = 10 + 5 − 3); empty for one that
    is more than arithmetic. condition: its number; 0 for a whole rule.
    """

    rule: Rule
    text: Words
    expression: str
    parts: tuple[Part, ...]
    written: str
    condition: int = 0

    def is_broken(self, details: Mapping[str, Any]) -> bool:
        """Whether an issue of the cell's row with these details says that it is; one that names no condition says it of
        the whole rule.
        """
        number = details.get("condition", 0)
        return details.get("rule") == self.rule.code and (not number or self.condition in (0, number))


def cell_rules(template: Template, sheet: Sheet, row: FormRow, column_name: str) -> list[CellRule]:
    """The template's rules that name the column, each with its parts in this row; the others of its parts included."""
    rules = []
    for rule in template.rules:
        conditions = conditions_of(rule)
        names = dict.fromkeys(name for condition in conditions for name in columns_asked(condition))
        asked = [(rule.text, rule.expression, tuple(names), 0)]
        if clauses(rule):
            asked = [(one.text, one.expression, columns_asked(one), one.number) for one in conditions]
        for words, expression, names, number in asked:
            if column_name in names:
                parts = tuple(Part(name, _cell(sheet, row, name), row.values.get(name)) for name in names)
                written = with_numbers(expression, row.values)
                rules.append(CellRule(rule, words, expression, parts, written, number))
    return rules


def places_named(sheet: Sheet, at: str | None, details: Mapping[str, Any]) -> set[tuple[int, str]]:
    """(row number, column name) of each cell of the sheet that an issue or a flag names, which stands at the cell of
    this name: a broken rule names all of its columns in that row, others may list places. Empty where it has no cell.
    """
    names = {col_no: name for name, col_no in sheet.column_numbers.items()}
    listed = details.get("places", ())
    spots = [place(spot) for spot in (at, *listed)] if isinstance(at, str) else []
    named = {(spot[0], names[spot[1]]) for spot in spots if spot and spot[1] in names}
    if "rule" in details and spots and spots[0]:
        named |= {(spots[0][0], name) for name in details.get("found", ()) if name in sheet.column_numbers}
    return named


def naming(rows: pandas.DataFrame, sheet: Sheet, cell: FormCell) -> list[bool]:
    """Which of these issues or flags (sheet, cell, details as JSON) name the cell."""
    return [
        row.sheet == sheet.name
        and (cell.row_no, cell.column_name) in places_named(sheet, row.cell, json.loads(row.details))
        for row in rows.itertuples()
    ]


def _cell(sheet: Sheet, row: FormRow, name: str) -> str | None:
    col_no = sheet.column_numbers.get(name)
    return None if col_no is None else address(row.row_no, col_no)


def with_numbers(expression: str, values: dict[str, float | str]) -> str:
    """A rule of plain arithmetic with the row's numbers in it; empty for any other, and where a number is missing."""
    named = _QUOTED_NAME.sub(r"\1", expression)
    plain = _ZERO_FOR_BLANK.sub(lambda matched: _number(values.get(matched[1], 0.0)), named)
    names = set(_NAME.findall(plain))
    if not _PLAIN.fullmatch(plain) or not names or not all(isinstance(values.get(name), float) for name in names):
        return ""
    written = _NAME.sub(lambda matched: _number(values[matched[0]]), plain)
    for sign, shown in _SIGNS:
        written = written.replace(sign, shown)
    return matched[1] if (matched := _IN_BRACKETS.fullmatch(written)) else written


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
