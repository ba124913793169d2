"""The accepted figures of a template as the detector wants them: series x period, over all units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy
import pandas

from data.access import OWNER
from data.anomalies.counting import moment_of
from data.anomalies.detector import Panel
from data.anomalies.equalities import sum_rules
from data.anomalies.kept import Kept
from data.anomalies.returns import Return, returns_of, watched
from data.catalogue.adding import ROWS, SUM_DIGITS
from data.catalogue.model import Column, ColumnType, Nature, Severity, Template, TemplateKind
from data.periods import add_months
from data.store import Store

WINDOW = 48  # months of past that are read: four of each month of the year; older ones were another world
SERIES = ["unit_code", "row_key", "column_name"]
_MOST_DECIMALS = 4
_DURATIONS = ("天", "日", "工作日", "小时", "分钟")
_MONEY = ("元", "万元", "亿元")

Series = tuple[str, str, str]
"""unit_code, row_key, column_name."""
Redefined = tuple[str, str, str, date]
"""unit_code, row_key, column_name, and the period from which on the column means something else."""


@dataclass(frozen=True)
class Figures:
    """panel: one row per series, in their order; row_of: series → its row; periods: of each column; returns: those
    whose figures they are.
    """

    panel: Panel
    row_of: dict[Series, int]
    periods: list[date]
    returns: Sequence[Return]

    def column(self, period: date) -> int | None:
        """The column of a period; None where it lies outside."""
        return self.periods.index(period) if period in self.periods else None

    @cached_property
    def cells(self) -> pandas.DataFrame:
        """One row per figure: see `picked`."""
        return self.picked(~numpy.isnan(self.panel.values))

    def picked(self, is_wanted: numpy.ndarray) -> pandas.DataFrame:
        """One row per figure whose place in the panel is wanted: unit_code, period, row_key, column_name, num, sheet,
        row_no, col_no (NaN: nobody typed it), submission_id; its row and column in the panel.
        """
        rows = _Rows(self.row_of)
        picked = []
        for each in self.returns:
            column = self.column(each.period)
            if column is None:
                continue
            of_return = rows.of(each)
            for n in numpy.flatnonzero(is_wanted[of_return, column]):
                place = (each.row_nos[n] or numpy.nan, each.col_nos[n] or numpy.nan)
                about = (each.unit_code, pandas.Timestamp(each.period), *each.places[n], float(each.figures[n]))
                picked.append((*about, each.sheets[n], *place, each.submission_id, int(of_return[n]), column))
        names = ["unit_code", "period", "row_key", "column_name", "num", "sheet", "row_no", "col_no"]
        return pandas.DataFrame(picked, columns=[*names, "submission_id", "row", "column"])


class _Rows:
    """The rows in which returns stand; worked out once for all months of a unit that have the same places."""

    def __init__(self, row_of: dict[Series, int]) -> None:
        self._row_of = row_of
        self._kept: dict[tuple[str, int], numpy.ndarray] = {}

    def of(self, each: Return) -> numpy.ndarray:
        """One a place."""
        key = (each.unit_code, id(each.places))
        if key not in self._kept:
            rows = [self._row_of.get((each.unit_code, *place), -1) for place in each.places]
            self._kept[key] = numpy.array(rows, dtype=int)
        return self._kept[key]


def figures_of(store: Store, as_of: datetime, template: Template) -> Figures | None:
    """The figures of all units, whoever asks: what one unit's figure is held against is what the others did. Whoever
    answers with them shows each person her own unit's alone. None where nothing counts yet.
    """
    returns = returns_of(store, as_of, template)
    return arranged(returns, template, redefinitions(store, as_of, template))


_REDEFINED: Kept[dict[str, tuple[Redefined, ...]]] = Kept(8)


def redefinitions(store: Store, as_of: datetime, template: Template) -> tuple[Redefined, ...]:
    """(unit_code, row_key, column_name, period) from which a column meant something else, as said by as_of."""
    whole = store.seen_by(OWNER)
    key = (whole.state, whole.sight, moment_of(store, as_of))
    return _REDEFINED.get(key, lambda: _redefined(whole, as_of)).get(template.template_code, ())


def _redefined(whole: Store, as_of: datetime) -> dict[str, tuple[Redefined, ...]]:
    sql = """SELECT template_code, unit_code, row_key, column_name, max(period) FROM (
            SELECT * FROM anomaly_step WHERE taken_at <= $as_of
            QUALIFY row_number() OVER (
                PARTITION BY template_code, unit_code, period, row_key, column_name ORDER BY taken_at DESC) = 1)
        WHERE step = 'redefined' GROUP BY ALL ORDER BY ALL"""
    by_template: dict[str, tuple[Redefined, ...]] = {}
    for template_code, *redefined in whole.rows(sql, {"as_of": as_of}):
        by_template[template_code] = (*by_template.get(template_code, ()), tuple(redefined))
    return by_template


def arranged(
    returns: Sequence[Return],
    template: Template,
    redefined: Sequence[Redefined] = (),
    ahead: date | None = None,
    more: Collection[Series] = (),
) -> Figures | None:
    """Returns as series x period; a period that nobody reported stays a gap. The latest of two with one place counts.
    None where there is no figure.

    ahead: a period after all of them, which becomes the last column, empty; then all series have a row, those of `more`
    as well, with figures or without. From before a column's definition changed nothing is taken: it is no past of what
    it means now.
    """
    months = template.cycle.months
    if not returns:
        return None
    last = ahead or max(each.period for each in returns)
    first = max(min(each.period for each in returns), add_months(last, -(WINDOW - 1) // months * months))
    periods = [first]
    while periods[-1] < last:
        periods.append(add_months(periods[-1], months))
    returns = [each for each in returns if each.period >= first]
    own = {(each.unit_code, id(each.places)): each for each in returns}
    series = {(each.unit_code, *place) for each in own.values() for place in each.places}
    row_of = {one: row for row, one in enumerate(sorted(series | set(more)))}
    rows, values = _Rows(row_of), numpy.full((len(row_of), len(periods)), numpy.nan)
    column_of = {period: number for number, period in enumerate(periods)}
    for each in returns:
        values[rows.of(each), column_of[each.period]] = each.figures
    for *one, period in redefined:
        if tuple(one) in row_of:
            before = [column for column, each in enumerate(periods) if each < period]
            values[row_of[tuple(one)], before] = numpy.nan
    names = list(row_of)
    if ahead is None:
        has_figures = ~numpy.isnan(values).all(axis=1)
        names = [one for one, is_kept in zip(names, has_figures, strict=True) if is_kept]
        row_of, values = {one: row for row, one in enumerate(names)}, values[has_figures]
    if not names:
        return None
    # before it is sent a return is asked by the rules themselves what it explains; nobody is asked twice
    severities = tuple(Severity) if ahead is None else (Severity.ERROR,)
    return Figures(_panel(values, names, periods, template, severities), row_of, periods, returns)


def _panel(
    values: numpy.ndarray,
    names: Sequence[Series],
    periods: list[date],
    template: Template,
    severities: Collection[Severity],
) -> Panel:
    kind_of = {name: _kind(template, name) for name in {column_name for *_, column_name in names}}
    kinds = [kind_of[column_name] for *_, column_name in names]
    vtype = numpy.array([vtype for vtype, _ in kinds])
    decimals = _decimals(values, numpy.array([column_name for *_, column_name in names]), vtype)
    return Panel(
        values=values,
        months=numpy.array([period.year * 12 + period.month - 1 for period in periods]),
        source=numpy.full(len(names), template.template_code),
        unit=numpy.array([unit_code for unit_code, *_ in names]),
        indicator=numpy.array([f"{row_key}\x1f{column_name}" for _, row_key, column_name in names]),
        vtype=vtype,
        decimals=decimals,
        is_flow=numpy.array([is_flow for _, is_flow in kinds]),
        rules=sum_rules(template, {name: row for row, name in enumerate(names)}, decimals, severities),
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


def _decimals(values: numpy.ndarray, column_names: numpy.ndarray, vtype: numpy.ndarray) -> numpy.ndarray:
    digits = numpy.zeros(len(column_names), dtype=int)
    for name in numpy.unique(column_names):
        rows = numpy.flatnonzero(column_names == name)
        digits[rows] = digits_shown(values[rows], str(vtype[rows[0]]))
    return digits


def digits_shown(figures: numpy.ndarray, vtype: str) -> int:
    """Digits after the point with which a column is reported: as many as its figures show."""
    if vtype == "count":
        return 0
    given = figures[~numpy.isnan(figures)]
    for decimals in range(_MOST_DECIMALS):
        if (numpy.abs(given - numpy.round(given, decimals)) < 1e-9).all():
            return decimals
    return _MOST_DECIMALS


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
