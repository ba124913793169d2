"""Row rules: SQL boolean expressions over a template's columns, evaluated by DuckDB over the whole sheet at once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from data.catalogue.conditions import Condition, columns_of_tree, conditions_of, nodes
from data.catalogue.model import ColumnType, Rule, Template
from data.store import QueryError, Store, StoreError, parse_tree

_OPERATORS = "+ - * / // % || ~~ !~~"
_NUMBERS = "abs round floor ceil greatest least coalesce nullif"
_TEXTS = """length len upper lower trim substr substring regexp_full_match regexp_matches string_split str_split
    regexp_split_to_array contains starts_with ends_with prefix suffix replace"""
_DAYS = "strftime year month day last_day date_diff date_trunc to_days to_months to_years workdays"
_TOGETHER = 1000  # rows that are judged at a time: as JSON a large table takes several times its room
_FEW = 400  # rows up to which planning takes longer than judging
FUNCTIONS = frozenset(f"{_OPERATORS} {_NUMBERS} {_TEXTS} {_DAYS} is_uscc".split())
_SQL_TYPES = {
    ColumnType.PERIOD: "DATE",
    ColumnType.INT: "BIGINT",
    ColumnType.DEC: "DOUBLE",
    ColumnType.PCT: "DOUBLE",
    ColumnType.DATE: "DATE",
}


def sql_type(type_: ColumnType) -> str:
    """The SQL type under which a rule sees a column."""
    return _SQL_TYPES.get(type_, "VARCHAR")


def faults_of_tree(tree: Any, names: set[str], functions: frozenset[str] = FUNCTIONS) -> Iterator[str]:
    """What in a parse tree names no column of these, calls none of these functions, or is more than an expression."""
    for node in nodes(tree):
        kind = node.get("class")
        if kind == "COLUMN_REF" and not set(node["column_names"]) <= names:
            yield f"names no column of the template: {'.'.join(node['column_names'])}"
        if kind == "FUNCTION" and node["function_name"] not in functions:
            yield f"calls {node['function_name']}, which no rule may"
        if kind in ("SUBQUERY", "WINDOW", "STAR", "PARAMETER", "LAMBDA", "DEFAULT", "POSITIONAL_REFERENCE"):
            yield f"uses {kind.lower()}, which no rule may"


def columns_of_rule(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule speaks of, in the order in which it names them."""
    return columns_of_expression(rule.expression)


@lru_cache(maxsize=4096)
def columns_of_expression(expression: str) -> tuple[str, ...]:
    """The columns that an expression names, in their order."""
    return columns_of_tree(parse_tree(expression))


def broken_rules(store: Store, template: Template, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Rule, int]]:
    """Each (rule, index of a row) where a condition of the rule is broken: see `broken_conditions`."""
    broken = broken_conditions(store, template, rows)
    return list({(condition.rule.code, index): (condition.rule, index) for condition, index in broken}.values())


def broken_conditions(
    store: Store, template: Template, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Condition, int]]:
    """Each (condition of a rule, index of a row) where it is FALSE; NULL means that it does not apply. What asks for
    figures of other returns is judged in `data.catalogue.relations`.

    rows: one mapping a row, column name → value, with None for a blank cell. Raises StoreError for a rule that DuckDB
    cannot work out on these rows (a text cast to a number): the catalogue's fault, never the section's.
    """
    conditions = [one for rule in template.rules for one in conditions_of(rule) if not one.others]
    if not rows or not conditions:
        return []
    sql, answers = _sheet_sql(template, conditions), []
    try:
        for start in range(0, len(rows), _TOGETHER):
            packed = [json.dumps(row, default=str) for row in rows[start : start + _TOGETHER]]  # in ASCII: see _FEW
            answers += store.planned_rows(sql, packed) if len(rows) <= _FEW else store.rows(sql, [packed])
    except QueryError as error:
        raise not_worked_out(template, error) from error
    return [
        (condition, index)
        for index, answer in enumerate(answers)
        for condition, is_broken in zip(conditions, answer, strict=True)
        if is_broken
    ]


def not_worked_out(template: Template, error: QueryError) -> StoreError:
    """A rule that DuckDB cannot work out on these rows is the catalogue's fault."""
    return StoreError(
        f"a rule of {template.template_code} cannot be worked out, and the file was not judged: {error}\n"
        "Mend the rule in the catalogue (TRY_CAST where a cast can fail) and send the file again."
    )


def _sheet_sql(template: Template, conditions: Sequence[Condition]) -> str:
    """One row per row of the sheet, which comes as a list of JSON objects: for each condition whether it is broken."""
    flags = ", ".join(f"NOT ({condition.expression}) AS f{n}" for n, condition in enumerate(conditions))
    columns = unpacked({column.name: sql_type(column.type) for column in template.columns})
    return (
        f'WITH packed AS (SELECT unnest($1::VARCHAR[])::JSON AS "row_"), sheet AS (SELECT {columns} FROM packed) '
        f"SELECT {flags} FROM sheet"
    )


def unpacked(types: Mapping[str, str]) -> str:
    """The columns (name → SQL type) of a row that comes as a JSON object."""
    return ", ".join(f'("row_" ->> \'$."{name}"\')::{type_} AS "{name}"' for name, type_ in types.items())
