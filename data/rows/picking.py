"""The SQL that all questions about rows share: the submissions that count, then which of their rows.

Never over all cells at once: the submissions are picked first (a few ms), rows are told apart by one column that every
row has, conditions are looked up among the cells of their own column. Values go in as parameters, and so do the names
of columns: a name stands in the SQL only as a number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Column, ColumnType, Template
from data.rows.asked import Asked, Condition, figures_of
from data.store import Store

ROW = "no, sheet, row_no"
"""What tells rows apart: the number of their submission, and their place in it."""

_TEXTS = (ColumnType.STR, ColumnType.CODE, ColumnType.ENUM, ColumnType.BOOL)
_PICKED = """picked AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY template_code ORDER BY period DESC,
        list_position($unit_order::VARCHAR[], unit_code) NULLS LAST, unit_code) AS no
    FROM current_at($as_of)
    WHERE template_code = $template_code AND (len($units::VARCHAR[]) = 0 OR list_contains($units, unit_code))
        AND ($first::DATE IS NULL OR period + to_months($later) >= $first)
        AND ($last::DATE IS NULL OR period + to_months($later) <= $last))"""
_CELL = """cell AS (
    SELECT no, f.sheet, f.row_no, f.col_no, f.column_name, f.row_key, f.num, f.txt
    FROM fact f JOIN picked USING (submission_id))"""
_COVERS = """SELECT (SELECT count(*) FROM cell WHERE column_name = $anchor)
    = (SELECT coalesce(sum(row_count), 0) FROM picked) AS is_whole"""


@dataclass(frozen=True)
class Picked:
    """sql: the common table expressions `picked` (the submissions, numbered), `cell` (their cells) and `wanted` (the
    rows that are asked for, by ROW), to put behind WITH; parameters: their values. is_narrow: `wanted` leaves rows out.
    """

    template: Template
    sql: str
    parameters: Mapping[str, Any]
    is_narrow: bool = False

    def parameter(self, name: str, value: Any) -> "Picked":
        """The same with one more parameter."""
        return Picked(self.template, self.sql, {**self.parameters, name: value}, self.is_narrow)


@dataclass
class _Narrowing:
    """The joins that leave rows out, and their parameters."""

    joins: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **parameters: Any) -> None:
        """Keep the rows that have a cell of this condition; {n} in it and in the parameters' names is a number."""
        n = str(len(self.joins))
        self.joins.append(
            f"SEMI JOIN (SELECT {ROW} FROM cell WHERE {condition.replace('{n}', n)}) AS c{n} USING ({ROW})"
        )
        self.parameters |= {f"{name}{n}": value for name, value in parameters.items()}


def picked(store: Store, as_of: datetime, asked: Asked) -> Picked:
    """What a question about rows begins with."""
    catalogue = catalogue_in_force(store)
    template = catalogue.template(asked.template_code)
    parameters = {
        "as_of": as_of,
        "template_code": template.template_code,
        "units": list(asked.units),
        "unit_order": list(dict.fromkeys(unit.unit_code for unit in catalogue.units)),
        "first": asked.first,
        "last": asked.last,
        "later": template.cycle.months - 1,
    }
    anchor = _anchor(store, template, parameters)
    narrowing = _narrowing(asked, template)
    rows = f"SELECT {ROW} FROM cell WHERE column_name = $anchor" if anchor else f"SELECT DISTINCT {ROW} FROM cell"
    wanted = f"wanted AS (SELECT {ROW} FROM ({rows}) {' '.join(narrowing.joins)})"
    parameters |= narrowing.parameters | ({"anchor": anchor} if anchor else {})
    return Picked(template, f"{_PICKED}, {_CELL}, {wanted}", parameters, bool(narrowing.joins))


def used(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names: DuckDB refuses those that it does not."""
    named = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in parameters.items() if name in named}


def _anchor(store: Store, template: Template, parameters: Mapping[str, Any]) -> str | None:
    """A column of which every row has a cell, so that counting its cells is counting rows; None where there is none:
    an older version of the template did not want it, say.
    """
    required = [column.name for column in figures_of(template) if column.required]
    sql = f"WITH {_PICKED}, {_CELL} {_COVERS}"
    if required and store.value(sql, {**parameters, "anchor": required[0]}):
        return required[0]
    return None


def _narrowing(asked: Asked, template: Template) -> _Narrowing:
    narrowing = _Narrowing()
    for condition in asked.conditions:
        _narrow(narrowing, condition, template.column(condition.column))
    if asked.search:
        texts = [column.name for column in figures_of(template) if column.type in _TEXTS]
        narrowing.add(
            "list_contains($texts{n}::VARCHAR[], column_name) AND contains(lower(txt), lower($search{n}))",
            texts=texts,
            search=asked.search,
        )
    return narrowing


def _narrow(narrowing: _Narrowing, condition: Condition, column: Column) -> None:
    ends = (condition.low, condition.high)
    if ends != (None, None):
        kept, type_ = ("num", "DOUBLE") if column.type.is_number else ("txt", "VARCHAR")
        narrowing.add(
            f"column_name = $column{{n}} AND ($low{{n}}::{type_} IS NULL OR {kept} >= $low{{n}}) "
            f"AND ($high{{n}}::{type_} IS NULL OR {kept} <= $high{{n}})",
            column=column.name,
            low=condition.low,
            high=condition.high,
        )
    elif condition.values or condition.exact:
        narrowing.add(
            "column_name = $column{n} AND list_contains($values{n}::VARCHAR[], txt)",
            column=column.name,
            values=list(condition.values) or [condition.exact],
        )
    else:
        narrowing.add(
            "column_name = $column{n} AND contains(lower(txt), lower($words{n}))",
            column=column.name,
            words=condition.contains,
        )
