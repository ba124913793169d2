"""The two parts of an indicator in each return that counts: its expressions over the rows of the original sheet."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas

from data.catalogue.adding import SUM_DIGITS
from data.catalogue.indicator import Indicator
from data.catalogue.model import Template
from data.catalogue.rules import columns_of_expression, nodes, sql_type
from data.store import Store, parse_tree

_STATED = "zero_report"


def columns_of(indicator: Indicator) -> tuple[str, ...]:
    """The columns of the template that its value rests on."""
    return tuple(dict.fromkeys(name for part in _expressions(indicator) for name in columns_of_expression(part)))


def parts(
    store: Store,
    as_of: datetime,
    template: Template,
    indicators: Sequence[Indicator],
    unit_code: str | None = None,
    breakdown: str | None = None,
) -> pandas.DataFrame:
    """One row per indicator and return that counts, and per text of the column `breakdown` where there is one:
    indicator_code, unit_code, period, row (the text, None without a breakdown), is_correction, has_figures (False for a
    statement that brings none), numerator and denominator. A zero report's parts are 0, those of what a platform has
    are unknown; where one part is unknown, so is the other.
    """
    if not indicators:
        return pandas.DataFrame(columns=[*_KEPT, "indicator_code", "numerator", "denominator"])
    values = {"as_of": as_of, "template_code": template.template_code, "unit_code": unit_code}
    wide = store.frame(_sql(template, indicators, breakdown), values)
    frames = [_of(wide, number, indicator) for number, indicator in enumerate(indicators)]
    return pandas.concat(frames, ignore_index=True)


_KEPT = ["unit_code", "period", "row", "is_correction", "has_figures"]


def _of(wide: pandas.DataFrame, number: int, indicator: Indicator) -> pandas.DataFrame:
    named = {f"n{number}": "numerator", f"d{number}": "denominator"}
    return wide[[*_KEPT, *named]].rename(columns=named).assign(indicator_code=indicator.indicator_code)


def _sql(template: Template, indicators: Sequence[Indicator], breakdown: str | None) -> str:
    """A statement of expressions that were checked when the catalogue was loaded, and of names of its columns."""
    expressions = [part for indicator in indicators for part in _expressions(indicator)]
    names = _needed(template, expressions, breakdown)
    columns = ", ".join(_column(template, name) for name in names)
    listed = ", ".join(f"'{name}'" for name in names)
    wanted = "true" if any(map(_counts_rows, expressions)) else f"f.column_name IN ({listed})"
    row = f"coalesce(\"{breakdown}\", '')" if breakdown else "NULL::VARCHAR"
    sums = ", ".join(_sums(number, indicator) for number, indicator in enumerate(indicators))
    joined = ", ".join(_joined(number) for number, _ in enumerate(indicators))
    return f"""
        WITH picked AS (
            SELECT submission_id, unit_code, period, kind FROM current_at($as_of)
            WHERE template_code = $template_code AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)),
        sheet AS (
            SELECT f.submission_id AS "#id", {columns}
            FROM fact f JOIN picked USING (submission_id) WHERE {wanted}
            GROUP BY f.submission_id, f.sheet, f.row_no),
        summed AS (SELECT "#id", {row} AS "#row", {sums} FROM sheet GROUP BY 1, 2)
        SELECT unit_code, period, "#row" AS row, kind = 'correction' AS is_correction, "#id" IS NOT NULL AS has_figures,
            {joined}
        FROM picked LEFT JOIN summed ON submission_id = "#id" """


def _sums(number: int, indicator: Indicator) -> str:
    numerator = f"round(({indicator.numerator})::DOUBLE, {SUM_DIGITS})"
    denominator = f"round(({indicator.denominator})::DOUBLE, {SUM_DIGITS})" if indicator.denominator else "NULL::DOUBLE"
    if not indicator.denominator:
        return f'{numerator} AS "#n{number}", {denominator} AS "#d{number}"'
    return (
        f'CASE WHEN ({indicator.denominator}) IS NOT NULL THEN {numerator} END AS "#n{number}", '
        f'CASE WHEN ({indicator.numerator}) IS NOT NULL THEN {denominator} END AS "#d{number}"'
    )


def _joined(number: int) -> str:
    return ", ".join(
        f"""CASE WHEN kind = '{_STATED}' THEN 0.0 ELSE "#{part}{number}" END AS {part}{number}""" for part in "nd"
    )


def _expressions(indicator: Indicator) -> list[str]:
    return [part for part in (indicator.numerator, indicator.denominator) if part]


def _needed(template: Template, expressions: Iterable[str], breakdown: str | None) -> list[str]:
    """The columns that the expressions name, at least one."""
    named = {name for part in expressions for name in columns_of_expression(part)} | (
        {breakdown} if breakdown else set()
    )
    return [column.name for column in template.columns if column.name in named] or [template.columns[0].name]


def _column(template: Template, name: str) -> str:
    column = template.column(name)
    cell = "num" if column.type.is_number else "txt"
    return f"max({cell}) FILTER (f.column_name = '{name}')::{sql_type(column.type)} AS \"{name}\""


def _counts_rows(expression: str) -> bool:
    """Whether it counts rows, those too in which none of the columns is filled in that it names."""
    return any(node.get("function_name") == "count_star" for node in nodes(parse_tree(expression)))
