"""What looks wrong: checks that fired, copies of last month, jumps, and values unlikely by the unit's own past."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy
import pandas

from data.catalogue import Catalogue, ColumnType, Nature, Template, TemplateKind
from data.catalogue_store import catalogue_in_force
from data.cells import address
from data.outliers import THRESHOLD, jumps, outliers
from data.periods import add_months, closing_month, label
from data.store import Store

ROWS = "#rows"  # the column_name under which a ledger's number of rows is watched
COPY_MIN = 3  # so many figures other than 0 must repeat before a form counts as a copy
COLUMNS = (
    "unit_code",
    "template_code",
    "period",
    "month",
    "kind",
    "column_name",
    "row_key",
    "sheet",
    "cell",
    "value",
    "low",
    "high",
    "score",
    "details",
    "submission_id",
)
_WATCHED = (Nature.FLOW, Nature.STOCK, Nature.LEVEL)
_SERIES = ["unit_code", "row_key", "column_name"]


def anomalies(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row a flag, the likeliest first: unit_code, template_code, period, month, kind (rule, copy, jump, outlier),
    column_name (None for a whole form, ROWS for a ledger's number of rows), row_key, sheet, cell, value, low, high
    (NaN where there is none), score, details (JSON), submission_id. month: only flags of that round (None: all).
    """
    catalogue = catalogue_in_force(store)
    flags = [*_rules(store, as_of, catalogue, month, unit_code)]
    for template in catalogue.templates:
        cells = _cells(store, as_of, template, unit_code)
        if not cells.empty:
            flags += _of_template(cells, template, month)
    found = pandas.DataFrame(flags, columns=list(COLUMNS))
    return found.sort_values(["score", "period"], ascending=False, ignore_index=True)


def history(
    store: Store, as_of: datetime, unit_code: str, template_code: str, row_key: str, column_name: str
) -> pandas.DataFrame:
    """period, value: the series behind a flag, as accepted by as_of."""
    template = catalogue_in_force(store).template(template_code)
    cells = _cells(store, as_of, template, unit_code)
    own = cells[(cells["row_key"] == (row_key or "")) & (cells["column_name"] == column_name)]
    return own[["period", "num"]].rename(columns={"num": "value"}).sort_values("period", ignore_index=True)


def _cells(store: Store, as_of: datetime, template: Template, unit_code: str | None) -> pandas.DataFrame:
    """One row a number that counts: unit_code, period, row_key, column_name, num, sheet, cell, submission_id.

    A ledger has no rows that recur: its columns are summed and its rows counted, under the row_key "".
    """
    sql = """
        WITH picked AS (
            SELECT submission_id, unit_code, period FROM current_at($as_of)
            WHERE template_code = $template_code AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code))
        SELECT unit_code, period, row_key, column_name, num, sheet, row_no, col_no, submission_id
        FROM fact JOIN picked USING (submission_id) WHERE num IS NOT NULL"""
    if template.kind is TemplateKind.LEDGER:
        sql = f"""
            WITH cells AS ({sql.replace("WHERE num IS NOT NULL", "")})
            SELECT unit_code, period, '' AS row_key, column_name, sum(num) AS num, any_value(sheet) AS sheet,
                NULL::INTEGER AS row_no, NULL::INTEGER AS col_no, submission_id
            FROM cells WHERE num IS NOT NULL GROUP BY ALL
            UNION ALL
            SELECT unit_code, period, '', '{ROWS}', count(DISTINCT row_no), any_value(sheet), NULL, NULL, submission_id
            FROM cells GROUP BY ALL"""
    cells = store.frame(sql, {"as_of": as_of, "template_code": template.template_code, "unit_code": unit_code})
    natures = {column.name: column.nature for column in template.columns}
    watched = {name for name, nature in natures.items() if nature in _WATCHED}
    if template.kind is TemplateKind.LEDGER:
        watched = {name for name in watched if natures[name] is Nature.FLOW} | {ROWS}
    return cells[cells["column_name"].isin(watched)]


def _of_template(cells: pandas.DataFrame, template: Template, month: date | None) -> list[tuple]:
    periods = _every_period(cells["period"], template)
    matrix = cells.pivot_table(index=_SERIES, columns="period", values="num", aggfunc="last")
    matrix = matrix.reindex(columns=periods)
    places = cells.set_index([*_SERIES, "period"]).sort_index()
    wanted = [
        index
        for index, period in enumerate(periods)
        if month is None or closing_month(period.date(), template.cycle) == month
    ]
    flags: list[tuple] = []
    for index in wanted:
        copied = set() if template.kind is TemplateKind.LEDGER else _copied_units(matrix, index)
        flags += [_copy_flag(unit, n, matrix, index, cells, template) for unit, n in copied]
        skipped = {unit for unit, _ in copied}
        flags += _unlikely(matrix, index, places, template, skipped)
    return flags


def _every_period(found: pandas.Series, template: Template) -> pandas.DatetimeIndex:
    """All periods from the first to the last; one that nobody reported stays a gap."""
    first, last = found.min().date(), found.max().date()
    periods = [first]
    while periods[-1] < last:
        periods.append(add_months(periods[-1], template.cycle.months))
    return pandas.DatetimeIndex(periods)


def _copied_units(matrix: pandas.DataFrame, index: int) -> set[tuple[str, int]]:
    """(unit, figures) of each unit whose every figure equals the period before, enough of them not 0."""
    if index == 0:
        return set()
    now, before = matrix.iloc[:, index], matrix.iloc[:, index - 1]
    either = now.notna() | before.notna()
    pairs = pandas.DataFrame({"same": (now == before)[either], "counts": ((now == before) & (now != 0))[either]})
    by_unit = pairs.groupby(level="unit_code").agg(same=("same", "all"), counts=("counts", "sum"))
    copied = by_unit[by_unit["same"] & (by_unit["counts"] >= COPY_MIN)]
    return {(str(unit), int(n)) for unit, n in copied["counts"].items()}


def _copy_flag(
    unit: str, figures: int, matrix: pandas.DataFrame, index: int, cells: pandas.DataFrame, template: Template
) -> tuple:
    period = matrix.columns[index]
    own = cells[(cells["unit_code"] == unit) & (cells["period"] == period)].iloc[0]
    details = {
        "columns": figures,
        "previous_period": label(matrix.columns[index - 1].date(), template.cycle),
    }
    place = (None, "", own["sheet"], None)
    numbers = (numpy.nan, numpy.nan, numpy.nan, 9.0)
    return _flag(unit, template, period, "copy", place, numbers, details, own["submission_id"])


def _unlikely(
    matrix: pandas.DataFrame, index: int, places: pandas.DataFrame, template: Template, skipped: set[str]
) -> Iterator[tuple]:
    values = matrix.to_numpy(dtype=float)
    types = [_type(template, name) for name in matrix.index.get_level_values("column_name")]
    is_rate = numpy.array([type_ is ColumnType.PCT for type_ in types])
    is_count = numpy.array([type_ is ColumnType.INT for type_ in types])
    judged = outliers(values, is_rate, is_count, index)
    ratio = jumps(values, is_rate, index)
    is_outlier = numpy.abs(judged["z"]) > THRESHOLD
    for n in numpy.flatnonzero(is_outlier | ~numpy.isnan(ratio)):
        unit, row_key, column_name = matrix.index[n]
        if unit in skipped:
            continue
        place = places.loc[(unit, row_key, column_name, matrix.columns[index])]
        place = place.iloc[0] if isinstance(place, pandas.DataFrame) else place
        cell = None if pandas.isna(place["row_no"]) else address(int(place["row_no"]), int(place["col_no"]))
        low, high = float(judged["low"][n]), float(judged["high"][n])
        low, high = _possible(low, high, template, column_name)
        if is_outlier[n]:
            kind, score = "outlier", abs(float(judged["z"][n]))
            details = {"median": _round(judged["median"][n]), "months": int(judged["months"][n])}
        else:
            kind, low, high = "jump", numpy.nan, numpy.nan
            score = 2 * abs(float(numpy.log(ratio[n])))
            details = {"previous": _round(values[n, index - 1]), "ratio": _round(ratio[n])}
        where = (column_name, row_key, place["sheet"], cell)
        numbers = (float(values[n, index]), low, high, score)
        yield _flag(unit, template, matrix.columns[index], kind, where, numbers, details, place["submission_id"])


def _possible(low: float, high: float, template: Template, name: str) -> tuple[float, float]:
    """A range within what the column can hold: no rate above 100, no count below 0."""
    if name == ROWS:
        return max(low, 0.0), high
    column = template.column(name)
    least = column.min if column.min is not None else column.above
    low = low if least is None else max(low, least)
    return low, high if column.max is None else min(high, column.max)


def _type(template: Template, name: str) -> ColumnType:
    return ColumnType.INT if name == ROWS else template.column(name).type


def _round(number: float) -> float:
    return float(f"{number:.4g}")


def _flag(unit, template, period, kind, where, numbers, details: dict[str, Any], submission_id) -> tuple:
    month = pandas.Timestamp(closing_month(period.date(), template.cycle))
    column_name, row_key, sheet, cell = where
    written = json.dumps(details, ensure_ascii=False)
    return (
        unit,
        template.template_code,
        period,
        month,
        kind,
        column_name,
        row_key,
        sheet,
        cell,
        *numbers,
        written,
        submission_id,
    )


def _rules(
    store: Store, as_of: datetime, catalogue: Catalogue, month: date | None, unit_code: str | None
) -> Iterator[tuple]:
    """The broken rules of accepted figures that count; the section's explanation goes with them."""
    fired = store.frame(
        """SELECT s.unit_code, s.template_code, s.period, i.column_name, i.row_key, i.sheet, i.cell,
            i.details, i.explanation, i.submission_id
        FROM issue i JOIN current_at($as_of) s USING (submission_id)
        WHERE i.severity = 'check' AND i.code = 'rule' AND ($unit_code::VARCHAR IS NULL OR s.unit_code = $unit_code)""",
        {"as_of": as_of, "unit_code": unit_code},
    )
    known = {template.template_code: template for template in catalogue.templates}
    for row in fired.itertuples():
        template = known.get(row.template_code)
        if template is None:
            continue
        if month is not None and closing_month(row.period.date(), template.cycle) != month:
            continue
        details = json.loads(row.details) | {"explanation": row.explanation}
        value = details.get("found", {}).get(row.column_name)
        number = float(value) if isinstance(value, int | float) else numpy.nan
        where = (row.column_name, row.row_key, row.sheet, row.cell)
        numbers = (number, numpy.nan, numpy.nan, 1.0)
        yield _flag(row.unit_code, template, row.period, "rule", where, numbers, details, row.submission_id)
