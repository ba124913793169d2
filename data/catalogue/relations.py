"""Conditions that hold a return against others: judged by DuckDB over several returns of a template at once."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.catalogue.conditions import Condition, conditions_of
from data.catalogue.model import Template
from data.catalogue.others import Other, Reach, without_others
from data.catalogue.rule_check import type_of_other
from data.catalogue.rules import columns_of_expression, not_worked_out, sql_type, unpacked
from data.store import QueryError, Store

_TOGETHER = 4000  # rows that are judged at a time
_FEW = 400  # rows up to which planning takes longer than judging
_RETURN, _ROW = "#return", "#row"


@dataclass(frozen=True)
class Held:
    """A return to be judged: its rows, column name → value, and beside each the other figures, by `Other.name`."""

    rows: Sequence[Mapping[str, Any]]
    others: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Broken:
    """A condition that does not hold. index: of the row; where the condition is about the return as a whole, of the
    first row that its total counts. totals: of the return's own rows, by `Other.name`.
    """

    condition: Condition
    index: int
    totals: Mapping[str, float]


def relations_of(template: Template) -> tuple[Condition, ...]:
    """The conditions of a template that ask for more than one row."""
    return tuple(one for rule in template.rules for one in conditions_of(rule) if one.others)


def needed_of(template: Template) -> tuple[Other, ...]:
    """The figures that they ask for."""
    return tuple(dict.fromkeys(other for condition in relations_of(template) for other in condition.others))


def is_of_return(condition: Condition, template: Template) -> bool:
    """Whether it names no column of a row: the return as a whole keeps it or does not."""
    has_row = any(other.reach.is_of_row for other in condition.others)
    return not has_row and set(condition.columns) <= template.frame_names


def own_total(condition: Condition) -> Other | None:
    """The first total of the return's own rows that a condition names."""
    return next((other for other in condition.others if other.reach is Reach.TOTAL), None)


def columns_asked(condition: Condition) -> tuple[str, ...]:
    """The columns of the return itself that a condition rests on, those in its totals too."""
    totals = [other.what for other in condition.others if other.reach is Reach.TOTAL]
    names = [name for what in totals for name in columns_of_expression(what)]
    return tuple(dict.fromkeys((*condition.columns, *names)))


def held_against(templates: Collection[Template]) -> dict[str, frozenset[str]]:
    """template_code → its columns that are held against other returns, or that others are held against."""
    names: dict[str, set[str]] = {template.template_code: set() for template in templates}
    for template in templates:
        for condition in relations_of(template):
            names[template.template_code].update(columns_asked(condition))
            for other in condition.others:
                own = {other.what} if other.reach.is_of_row else set(columns_of_expression(other.what))
                names[other.template_code or template.template_code].update(own)
    return {code: frozenset(own) for code, own in names.items()}


def broken_relations(store: Store, template: Template, returns: Sequence[Held]) -> list[list[Broken]]:
    """For each return what does not hold; NULL means that it does not apply. Raises StoreError for a rule that cannot
    be worked out on these rows: the catalogue's fault.
    """
    conditions = relations_of(template)
    found: list[list[Broken]] = [[] for _ in returns]
    if not conditions:
        return found
    sql = _sql(template, conditions)
    try:
        for part in _parts(returns):
            packed = [text for number in part for text in _packed(number, returns[number], template)]
            answers = store.planned_rows(sql, packed) if len(packed) <= _FEW else store.rows(sql, [packed])
            _collect(answers, conditions, template, found)
    except QueryError as error:
        raise not_worked_out(template, error) from error
    return found


def _parts(returns: Sequence[Held]) -> Iterator[list[int]]:
    part, rows = [], 0
    for number, held in enumerate(returns):
        part.append(number)
        rows += len(held.rows)
        if rows > _TOGETHER:
            yield part
            part, rows = [], 0
    if part:
        yield part


def _packed(number: int, held: Held, template: Template) -> Iterator[str]:
    names = [name for condition in relations_of(template) for name in columns_asked(condition)]
    for index, (row, others) in enumerate(zip(held.rows, held.others, strict=True)):
        values = {name: row.get(name) for name in names}
        yield json.dumps({_RETURN: number, _ROW: index, **values, **others}, default=str)


def _collect(
    answers: Sequence[Any], conditions: Sequence[Condition], template: Template, found: list[list[Broken]]
) -> None:
    whole = [is_of_return(condition, template) for condition in conditions]
    totals = [other.name for other in needed_of(template) if other.reach is Reach.TOTAL]
    spots: dict[tuple[int, int], tuple[bool, int, Mapping[str, float]]] = {}
    for number, index, flags, counted, values in answers:
        own = dict(zip(totals, values or (), strict=True))
        for at, condition in enumerate(conditions):
            if not flags[at]:
                continue
            if not whole[at]:
                found[number].append(Broken(condition, index, own))
            else:
                spot = (not counted[at], index, own)
                if (number, at) not in spots or spot[:2] < spots[number, at][:2]:
                    spots[number, at] = spot
    for (number, at), (_, index, own) in sorted(spots.items()):
        found[number].append(Broken(conditions[at], index, own))


def _sql(template: Template, conditions: Sequence[Condition]) -> str:
    """One row per row of the returns, which come as a list of JSON objects: which conditions are broken, whether their
    first total counts the row, and the totals.
    """
    needed = needed_of(template)
    totals = [other for other in needed if other.reach is Reach.TOTAL]
    names = {name for condition in conditions for name in columns_asked(condition)}
    types = {column.name: sql_type(column.type) for column in template.columns if column.name in names}
    types |= {other.name: type_of_other(other, template) for other in needed if other.reach is not Reach.TOTAL}
    own = "".join(f", CAST(({other.what}) AS DOUBLE) AS {other.name}" for other in totals)
    broken = ", ".join(f"NOT ({without_others(condition.expression)})" for condition in conditions)
    counted = ", ".join(f"coalesce({_where(condition)}, FALSE)" for condition in conditions)
    values = ", ".join(other.name for other in totals)
    numbers = {_RETURN: "INTEGER", _ROW: "INTEGER"}
    return f"""
        WITH packed AS (SELECT unnest($1::VARCHAR[])::JSON AS "row_"),
        sheet AS (SELECT {unpacked(numbers | types)} FROM packed),
        own AS (SELECT "{_RETURN}"{own} FROM sheet GROUP BY ALL)
        SELECT "{_RETURN}", "{_ROW}", [{broken}], [{counted}], [{values}]
        FROM sheet JOIN own USING ("{_RETURN}") ORDER BY ALL"""


def _where(condition: Condition) -> str:
    total = own_total(condition)
    return f"({total.where})" if total and total.where else "TRUE"
