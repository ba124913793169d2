"""The accepted figures of a template as the detector wants them: series x period, over all units."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy
import pandas

from data.access import OWNER
from data.anomalies.detector import Panel
from data.catalogue.adding import ROWS, SUM_DIGITS, Adding, adding
from data.catalogue.model import Column, ColumnType, Nature, Template, TemplateKind
from data.periods import add_months
from data.store import Store

WATCHED = (Nature.FLOW, Nature.STOCK, Nature.LEVEL)
WINDOW = 48  # months of past that are read: four of each month of the year; older ones were another world
SERIES = ["unit_code", "row_key", "column_name"]
_MOST_DECIMALS = 4
_DURATIONS = ("天", "日", "工作日", "小时", "分钟")
_MONEY = ("元", "万元", "亿元")


@dataclass(frozen=True)
class Figures:
    """panel: one row per series; series: unit_code, row_key, column_name of each row; periods: of each column;
    cells: one row per figure, with its place (see `cells_of`) and its row and column in the panel.
    """

    panel: Panel
    series: pandas.DataFrame
    periods: list[date]
    cells: pandas.DataFrame

    def column(self, period: date) -> int | None:
        """The column of a period; None where it lies outside."""
        return self.periods.index(period) if period in self.periods else None


def submissions_of(store: Store, as_of: datetime, template: Template) -> tuple[str, ...]:
    """The submissions whose figures count, as what tells one state of the template's figures from another."""
    sql = "SELECT submission_id FROM current_at($as_of) WHERE template_code = $code ORDER BY submission_id"
    return tuple(row.submission_id for row in _whole(store).rows(sql, {"as_of": as_of, "code": template.template_code}))


def figures_of(store: Store, as_of: datetime, template: Template) -> Figures | None:
    """The figures of all units, whoever asks: what one unit's figure is held against is what the others did. Whoever
    answers with them shows each person her own unit's alone. None where nothing counts yet.
    """
    cells = without_the_redefined(_whole(store), as_of, template, cells_of(_whole(store), as_of, template))
    return None if cells.empty else arranged(cells, template)


def redefinitions(store: Store, as_of: datetime, template: Template) -> tuple[tuple[str, str, str, date], ...]:
    """(unit_code, row_key, column_name, period) from which a column meant something else, as said by as_of."""
    sql = """SELECT unit_code, row_key, column_name, max(period) FROM (
            SELECT * FROM anomaly_step WHERE template_code = $code AND taken_at <= $as_of
            QUALIFY row_number() OVER (
                PARTITION BY unit_code, period, row_key, column_name ORDER BY taken_at DESC) = 1)
        WHERE step = 'redefined' GROUP BY ALL ORDER BY ALL"""
    return tuple(_whole(store).rows(sql, {"as_of": as_of, "code": template.template_code}))


def without_the_redefined(
    store: Store, as_of: datetime, template: Template, cells: pandas.DataFrame
) -> pandas.DataFrame:
    """Without the figures from before their column's definition changed: they are no past of what it means now."""
    for unit_code, row_key, column_name, period in redefinitions(store, as_of, template):
        is_of_series = (cells[SERIES] == [unit_code, row_key, column_name]).all(axis=1)
        cells = cells[~(is_of_series & (cells["period"] < pandas.Timestamp(period)))]
    return cells


def cells_of(store: Store, as_of: datetime, template: Template, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per number that counts: unit_code, period, row_key, column_name, num, sheet, row_no, col_no,
    submission_id.

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
            SELECT unit_code, period, '' AS row_key, column_name, round(kahan_sum(num), {SUM_DIGITS}) AS num,
                any_value(sheet) AS sheet,
                NULL::INTEGER AS row_no, NULL::INTEGER AS col_no, submission_id
            FROM cells WHERE num IS NOT NULL GROUP BY ALL
            UNION ALL
            SELECT unit_code, period, '', '{ROWS}', count(DISTINCT row_no), any_value(sheet), NULL, NULL, submission_id
            FROM cells GROUP BY ALL"""
    values = {"as_of": as_of, "template_code": template.template_code, "unit_code": unit_code}
    cells = store.frame(sql, values)
    return cells[cells["column_name"].isin(watched(template))].reset_index(drop=True)


def watched(template: Template) -> set[str]:
    """The columns that are judged: what only grows or hardly ever changes is not; of a ledger only what adds up."""
    if template.kind is TemplateKind.LEDGER:
        return {column.name for column in template.columns if adding(column) is Adding.THROUGHOUT} | {ROWS}
    return {column.name for column in template.columns if column.nature in WATCHED}


def arranged(cells: pandas.DataFrame, template: Template) -> Figures:
    """Cells as series x period; a period that nobody reported stays a gap. The latest of two with one place counts."""
    months = template.cycle.months
    last = cells["period"].max().date()
    first = max(cells["period"].min().date(), add_months(last, -(WINDOW - 1) // months * months))
    periods = [first]
    while periods[-1] < last:
        periods.append(add_months(periods[-1], months))
    cells = cells[cells["period"] >= pandas.Timestamp(first)].reset_index(drop=True)
    row, names = pandas.MultiIndex.from_frame(cells[SERIES]).factorize()
    column_of = {pandas.Timestamp(period): number for number, period in enumerate(periods)}
    column = cells["period"].map(column_of).to_numpy()
    values = numpy.full((len(names), len(periods)), numpy.nan)
    values[row, column] = cells["num"].to_numpy(float)
    series = pandas.DataFrame(list(names), columns=SERIES)
    return Figures(_panel(values, series, periods, template), series, periods, cells.assign(row=row, column=column))


def _panel(values: numpy.ndarray, series: pandas.DataFrame, periods: list[date], template: Template) -> Panel:
    kind_of = {name: _kind(template, name) for name in series["column_name"].unique()}
    kinds = [kind_of[name] for name in series["column_name"]]
    indicator = (series["row_key"] + "\x1f" + series["column_name"]).to_numpy(str)
    return Panel(
        values=values,
        months=numpy.array([period.year * 12 + period.month - 1 for period in periods]),
        source=numpy.full(len(series), template.template_code),
        unit=series["unit_code"].to_numpy(str),
        indicator=indicator,
        vtype=numpy.array([vtype for vtype, _ in kinds]),
        decimals=_decimals(values, series, numpy.array([vtype for vtype, _ in kinds])),
        is_flow=numpy.array([is_flow for _, is_flow in kinds]),
    )


def _kind(template: Template, name: str) -> tuple[str, bool]:
    """(the detector's type, whether it adds up over the year)."""
    if name == ROWS:
        return "count", True
    column: Column = template.column(name)
    is_flow = column.nature is Nature.FLOW
    if column.type is ColumnType.PCT:
        return "pct", False
    if column.type is ColumnType.INT:
        return "count", is_flow
    if any(column.unit_of_measure == unit for unit in _DURATIONS):
        return "duration", is_flow
    return ("money" if any(unit in column.unit_of_measure for unit in _MONEY) else "ratio"), is_flow


def _decimals(values: numpy.ndarray, series: pandas.DataFrame, vtype: numpy.ndarray) -> numpy.ndarray:
    """Digits after the point with which each column is reported: as many as its figures show."""
    digits = numpy.zeros(len(series), dtype=int)
    for rows in series.groupby("column_name").groups.values():
        given = values[rows.to_numpy()]
        given = given[~numpy.isnan(given)]
        for decimals in range(_MOST_DECIMALS + 1):
            if vtype[rows[0]] == "count" or (numpy.abs(given - numpy.round(given, decimals)) < 1e-9).all():
                break
        digits[rows.to_numpy()] = decimals
    return digits


def _whole(store: Store) -> Store:
    return store.seen_by(OWNER)
