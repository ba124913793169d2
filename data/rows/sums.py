"""Figures of columns over rows, added as their nature allows (data.catalogue.adding), group by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas

from data.catalogue.adding import COUNT, ROWS, SUM_DIGITS, Adding, Parts, Term, adding, parts_of
from data.catalogue.model import Column, ColumnType, Nature, Template, TemplateKind
from data.rows.asked import Asked
from data.rows.picking import ROW, Picked, picked, used
from data.store import Store

UNIT, PERIOD = "unit", "period"


class How(StrEnum):
    """How a figure came about: added over units and months; added over units, the last month's; a rate worked out from
    its parts, or from those of the last month; the only value there is; or not at all.
    """

    ADDED = "added"
    LAST = "last"
    PARTS = "parts"
    PARTS_LAST = "parts_last"
    ONLY = "only"
    NONE = "none"


class Why(StrEnum):
    """Why there is no figure."""

    LEVEL = "level"  # an average, a price: it has no sum
    FIXED = "fixed"  # it hardly ever changes, and is no count
    NO_PARTS = "no_parts"  # a rate of which nothing says what it is made of
    NO_NATURE = "no_nature"  # the catalogue does not say how it behaves over time
    NO_VALUE = "no_value"  # every cell is blank, or there is no row
    NOT_IN_LAST = "not_in_last"  # there are values, but none in the last month, which is the one that counts
    NOTHING_BELOW = "nothing_below"  # the denominator is 0


@dataclass(frozen=True)
class Figure:
    """value None: there is none, and why says so. month: the period of which it is, where only one counts.

    given: cells that are not blank; units: those that have some in it (in that period); lowest, highest: of one cell.
    above, below: the sums that a rate is worked out from.
    """

    how: How
    value: float | None
    why: Why | None = None
    period: date | None = None
    given: int = 0
    units: int = 0
    lowest: float | None = None
    highest: float | None = None
    above: float | None = None
    below: float | None = None


Group = tuple[Any, ...]
"""The values of the columns that it is grouped by: a unit's code, a period, a text."""


def figures(
    store: Store, as_of: datetime, asked: Asked, columns: Sequence[Column], by: Sequence[str] = ()
) -> dict[tuple[Group, str], Figure]:
    """(group, column name) → its figure, of the rows that are asked for, on all pages. by: `unit`, `period`, or columns
    of text; the group of a row without a text there has None.

    The last month is that of the whole question, so that the parts of a table add up to its total; where it is laid out
    by period, each period is its own.
    """
    of = picked(store, as_of, asked)
    plain = _plain(store, of, columns, by)
    answer: dict[tuple[Group, str], Figure] = {}
    for column in columns:
        made_of = parts_of(of.template, column.name) if adding(column) is Adding.NEVER else None
        shares = _shares(store, of, made_of, by) if made_of else {}
        groups = [group for group, name in plain if name == column.name]
        for group in dict.fromkeys([*groups, *shares] if by else [()]):
            row = plain.get((group, column.name))
            answer[group, column.name] = _figure(column, row, made_of, shares.get(group), PERIOD in by)
    return answer


def measures(template: Template) -> list[Column]:
    """The template's columns of numbers; of a ledger the number of its rows before them."""
    counted = [COUNT] if template.kind is TemplateKind.LEDGER else []
    return counted + [column for column in template.columns if column.type.is_number]


def measure_of(template: Template, name: str) -> Column:
    """The measure of this name; KeyError where there is none."""
    return {column.name: column for column in measures(template)}[name]


def _figure(column: Column, row: Any, made_of: Parts | None, share: Any, is_one_period: bool) -> Figure:
    """row, share: of the group, None where it has no value."""
    seen = {} if row is None else {"given": row.given, "lowest": row.lowest, "highest": row.highest, "units": row.units}
    if row is None and share is None:
        return Figure(How.NONE, None, Why.NO_VALUE)
    if made_of is not None and share is not None:
        return _share(share, made_of, seen, is_one_period)
    way = adding(column)
    if way is Adding.THROUGHOUT or (way is Adding.LAST and is_one_period):
        return Figure(How.ADDED, row.total, **seen)
    if way is Adding.LAST:
        why = Why.NOT_IN_LAST if row.last_total is None else None
        seen |= {"units": row.last_units, "given": row.last_given}
        return Figure(How.NONE if why else How.LAST, row.last_total, why, row.last.date(), **seen)
    if row.given == 1:
        return Figure(How.ONLY, row.total, **seen)
    return Figure(How.NONE, None, _why_not(column), **seen)


def _why_not(column: Column) -> Why:
    if column.type is ColumnType.PCT:
        return Why.NO_PARTS
    if column.nature is None:
        return Why.NO_NATURE
    return Why.FIXED if column.nature is Nature.FIXED else Why.LEVEL


def _share(share: Any, made_of: Parts, seen: dict[str, Any], is_one_period: bool) -> Figure:
    is_last = made_of.adding is Adding.LAST and not is_one_period
    seen |= {"given": share.given, "units": share.units, "above": share.above, "below": share.below}
    period = share.last.date() if is_last else None
    if not share.below:
        return Figure(How.NONE, None, Why.NOTHING_BELOW, period, **seen)
    how = How.PARTS_LAST if is_last else How.PARTS
    return Figure(how, round(made_of.scale * share.above / share.below, SUM_DIGITS), None, period, **seen)


def _plain(store: Store, of: Picked, columns: Sequence[Column], by: Sequence[str]) -> dict[tuple[Group, str], Any]:
    """(group, column name) → given, total, lowest, highest, units; last, last_total, last_given, last_units."""
    joins, keys, parameters = _grouping(by)
    added = f"round(kahan_sum(num), {SUM_DIGITS})"
    is_last = "FILTER (period = (SELECT last FROM newest))"
    counted = f"UNION ALL SELECT {ROW}, '{ROWS}', 1 FROM wanted" if COUNT in columns else ""
    names = ", ".join(f"$measure{n}" for n in range(len(columns))) or "NULL"
    sql = f"""WITH {of.sql}, newest AS (SELECT max(period) AS last FROM picked)
        SELECT {", ".join([*keys, "column_name"])}, count(*) AS given, {added} AS total, min(num) AS lowest,
            max(num) AS highest, count(DISTINCT unit_code) AS units, (SELECT last FROM newest) AS last,
            round(kahan_sum(num) {is_last}, {SUM_DIGITS}) AS last_total, count(*) {is_last} AS last_given,
            count(DISTINCT unit_code) {is_last} AS last_units
        FROM (SELECT {ROW}, column_name, num FROM cell
            WHERE num IS NOT NULL AND column_name IN ({names}) {counted})
        JOIN picked USING (no) {_narrowed(of)} {joins} GROUP BY ALL"""
    parameters |= {f"measure{n}": column.name for n, column in enumerate(columns)}
    rows = _frame(store, of, sql, parameters)
    return {(_group(row, by), row.column_name): row for row in rows}


def _shares(store: Store, of: Picked, made_of: Parts, by: Sequence[str]) -> dict[Group, Any]:
    """group → above, below, given, units, last: sums over the rows that have both parts."""
    joins, keys, parameters = _grouping(by)
    numbers = {name: n for n, name in enumerate(made_of.columns)}
    values = ", ".join(f"any_value(num) FILTER (column_name = $part{n}) AS p{n}" for n in numbers.values())
    names = ", ".join(f"$part{n}" for n in numbers.values())
    above, below = (_sum(terms, numbers) for terms in (made_of.above, made_of.below))
    is_last = made_of.adding is Adding.LAST and PERIOD not in by
    counts = "WHERE period = (SELECT last FROM newest)" if is_last else ""
    selected = "".join(f"{key}, " for key in keys)
    sql = f"""WITH {of.sql}, newest AS (SELECT max(period) AS last FROM picked),
        parts AS (SELECT {ROW}, {values} FROM cell WHERE column_name IN ({names}) GROUP BY {ROW}),
        given AS (SELECT {ROW}, {above} AS above, {below} AS below FROM parts)
        SELECT {selected}round(kahan_sum(above), {SUM_DIGITS}) AS above, round(kahan_sum(below), {SUM_DIGITS}) AS below,
            count(*) AS given, count(DISTINCT unit_code) AS units, (SELECT last FROM newest) AS last
        FROM (SELECT * FROM given WHERE above IS NOT NULL AND below IS NOT NULL) JOIN picked USING (no)
            {_narrowed(of)} {joins} {counts} GROUP BY ALL"""
    parameters |= {f"part{n}": name for name, n in numbers.items()}
    rows = _frame(store, of, sql, parameters)
    return {_group(row, by): row for row in rows if row.below is not None}


def _sum(terms: Sequence[Term], numbers: dict[str, int]) -> str:
    written = []
    for term in terms:
        cell = f"p{numbers[term.column]}"
        written.append(f"{term.factor!r} * {f'coalesce({cell}, 0)' if term.is_blank_zero else cell}")
    return " + ".join(written)


def _grouping(by: Sequence[str]) -> tuple[str, list[str], dict[str, Any]]:
    """(joins, expressions named g0, g1 …, parameters) of what it is grouped by."""
    joins, keys, parameters = "", [], {}
    for n, name in enumerate(by):
        if name in (UNIT, PERIOD):
            keys.append(f"{'unit_code' if name == UNIT else 'period'} AS g{n}")
            continue
        cells = f"SELECT {ROW}, txt AS t{n} FROM cell WHERE column_name = $by{n}"
        joins += f" LEFT JOIN ({cells}) AS d{n} USING ({ROW})"
        keys.append(f"t{n} AS g{n}")
        parameters[f"by{n}"] = name
    return joins, keys, parameters


def _narrowed(of: Picked) -> str:
    return f"SEMI JOIN wanted USING ({ROW})" if of.is_narrow else ""


def _frame(store: Store, of: Picked, sql: str, parameters: dict[str, Any]) -> list[Any]:
    frame = store.frame(sql, used(sql, {**of.parameters, **parameters}))
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False))


def _group(row: Any, by: Sequence[str]) -> Group:
    values = (getattr(row, f"g{n}") for n in range(len(by)))
    return tuple(value.date() if isinstance(value, pandas.Timestamp) else value for value in values)
