"""What looks wrong: figures that their past and the other units make unlikely, with causes; checks that fired."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy
import pandas

from data.anomalies.answered import with_states
from data.anomalies.detector import Cause, Verdicts, judge
from data.anomalies.kept import Kept
from data.anomalies.panels import ROWS, SERIES, Figures, cells_of, figures_of, redefinitions, submissions_of
from data.anomalies.triage import RULE
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, Template
from data.cells import address
from data.periods import closing_month
from data.store import Store

FORM_LEAST = 3  # so many figures of a return copied together are told as one
RULE_WEIGHT = 0.02  # a check that fired was explained by the section: below a likely slip of any size that matters
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
    "suggested",
    "score",
    "details",
    "submission_id",
)
_ORDER = ["score", "period", "unit_code", "template_code", "column_name", "row_key"]


@dataclass(frozen=True)
class Judged:
    """The figures of a template and what the detector says of each."""

    figures: Figures
    verdicts: Verdicts


def anomalies(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row per flag, by probability x effect: unit_code, template_code, period, month, kind (rule, or a Cause),
    column_name (None for a whole form, ROWS for a ledger's number of rows), row_key, sheet, cell, value, low, high
    (95 % of correct figures lie between; NaN where there is none), suggested (NaN: the cause does not tell), score
    (probability x share of the total that it moves), details (JSON, see `details_of`), submission_id, state and answer
    (see data.anomalies.answered), answer_by (the last day for it, NaT where nobody owes one). month: only
    flags of that round (None: all). Whoever belongs to a unit gets its own.
    """
    catalogue = catalogue_in_force(store)
    unit_code = store.person.unit_code or unit_code
    flags = [*_rules(store, as_of, catalogue, month, unit_code)]
    for template in catalogue.templates:
        judged = judged_at(store, as_of, template)
        if judged is not None:
            flags += _of_template(judged, template, month, unit_code)
    frame = with_states(store, as_of, catalogue, pandas.DataFrame(flags, columns=list(COLUMNS)))
    return frame.sort_values(_ORDER, ascending=[False, False, True, True, True, True], ignore_index=True)


def history(
    store: Store, as_of: datetime, unit_code: str, template_code: str, row_key: str, column_name: str
) -> pandas.DataFrame:
    """period, value, low, high: the series behind a flag as accepted by as_of, and the range of correct figures of each
    period (NaN where nothing is known).
    """
    template = catalogue_in_force(store).template(template_code)
    cells = cells_of(store, as_of, template, unit_code)
    cells = cells[(cells["row_key"] == (row_key or "")) & (cells["column_name"] == column_name)]
    points = cells[["period", "num"]].rename(columns={"num": "value"}).sort_values("period", ignore_index=True)
    judged = judged_at(store, as_of, template)
    if judged is None or points.empty:
        return points.assign(low=numpy.nan, high=numpy.nan)
    series = judged.figures.series
    rows = series.index[(series[SERIES] == [unit_code, row_key or "", column_name]).all(axis=1)]
    ranges = pandas.DataFrame({"period": pandas.to_datetime(judged.figures.periods)})
    for name in ("low", "high"):
        matrix = getattr(judged.verdicts, name)
        ranges[name] = matrix[rows[0]] if len(rows) else numpy.nan
    return points.merge(ranges, on="period", how="left")


_JUDGED: Kept[Judged | None] = Kept(64)


def judged_at(store: Store, as_of: datetime, template: Template) -> Judged | None:
    """All figures of a template that count, judged; kept until another submission of it counts. None: there is none."""
    submissions = submissions_of(store, as_of, template)
    redefined = redefinitions(store, as_of, template)
    if not submissions:
        return None
    key = (str(store.path), template.content, submissions, redefined)
    return _JUDGED.get(key, lambda: _judged(store, as_of, template))


def _judged(store: Store, as_of: datetime, template: Template) -> Judged | None:
    figures = figures_of(store, as_of, template)
    return None if figures is None else Judged(figures, judge(figures.panel))


def _of_template(judged: Judged, template: Template, month: date | None, unit_code: str | None) -> Iterator[tuple]:
    cells = judged.figures.cells
    flagged = judged.verdicts.score[cells["row"], cells["column"]] > 0
    flagged_cells = cells[flagged]
    if unit_code is not None:
        flagged_cells = flagged_cells[flagged_cells["unit_code"] == unit_code]
    if month is not None:
        wanted = [period for period in judged.figures.periods if closing_month(period, template.cycle) == month]
        flagged_cells = flagged_cells[flagged_cells["period"].isin(pandas.to_datetime(wanted))]
    causes = judged.verdicts.cause[flagged_cells["row"], flagged_cells["column"]]
    is_form = causes == Cause.COPY_FORM
    for key, form_cells in flagged_cells[is_form].groupby(["unit_code", "period"], sort=False):
        if len(form_cells) >= FORM_LEAST:
            yield _form_flag(judged, template, *key, form_cells)
        else:
            yield from (_cell_flag(judged, template, cell) for cell in form_cells.itertuples())
    yield from (_cell_flag(judged, template, cell) for cell in flagged_cells[~is_form].itertuples())


def _form_flag(
    judged: Judged, template: Template, unit: str, period: pandas.Timestamp, form_cells: pandas.DataFrame
) -> tuple:
    """A return that repeats another month's figures: one flag, not one a figure."""
    first = form_cells.iloc[0]
    details = {"figures": len(form_cells), "probability": _mean(judged.verdicts.probability, form_cells)}
    numbers = (numpy.nan, numpy.nan, numpy.nan, numpy.nan, details["probability"])
    place = (None, "", first["sheet"], None)
    of = _Return(unit, template, period, first["submission_id"])
    return _flag(of, Cause.COPY_FORM.value, place, numbers, details)


def _mean(matrix: numpy.ndarray, cells: pandas.DataFrame) -> float:
    return float(matrix[cells["row"], cells["column"]].mean())


def _cell_flag(judged: Judged, template: Template, cell: Any) -> tuple:
    row, column, verdicts = cell.row, cell.column, judged.verdicts
    where = None if pandas.isna(cell.row_no) else address(int(cell.row_no), int(cell.col_no))
    place = (cell.column_name, cell.row_key, cell.sheet, where)
    low, high, suggested = shown(judged.figures, verdicts, row, column, template)
    details = details_of(verdicts, row, column)
    numbers = (float(cell.num), low, high, suggested, round(weight(details), 4))
    kind = str(verdicts.cause[row, column])
    return _flag(_Return(cell.unit_code, template, cell.period, cell.submission_id), kind, place, numbers, details)


def details_of(verdicts: Verdicts, row: int, column: int) -> dict[str, Any]:
    """What the answer to a flag is made of: probability (that the figure is wrong), cause_probability, second and
    second_probability, expected, level, season, movement and beside (its parts on the series' own scale), n_months,
    n_units, peers (other units that left their own path the same way), is_thin, effect (on the total) and effect_share.
    """
    said = {
        name: _round(getattr(verdicts, name)[row, column])
        for name in (
            *("probability", "cause_probability", "second_probability", "expected", "effect", "effect_share"),
            *("level", "season", "movement", "beside"),
        )
    }
    counts = {name: int(getattr(verdicts, name)[row, column]) for name in ("n_months", "n_units", "peers")}
    return (
        said
        | counts
        | {
            "second": str(verdicts.second[row, column]),
            "is_thin": bool(verdicts.is_thin[row, column]),
        }
    )


def weight(details: dict[str, Any]) -> float:
    """Probability x how much of the total the flag moves; where figures do not add up, as if all units weighed the
    same.
    """
    if details["effect_share"] is not None:
        return details["probability"] * min(abs(details["effect_share"]), 1.0)
    effect, expected = abs(details["effect"] or 0.0), abs(details["expected"] or 0.0)
    share = effect / (expected * (1 + details["n_units"]) + effect) if effect else 0.0
    return details["probability"] * share


def shown(
    figures: Figures, verdicts: Verdicts, row: int, column: int, template: Template
) -> tuple[float, float, float]:
    """low, high and suggested as people read them: rounded as the column is reported, within what it can hold."""
    digits = int(figures.panel.decimals[row])
    matrices = (verdicts.low, verdicts.high, verdicts.suggested)
    low, high, suggested = (round(float(matrix[row, column]), digits) for matrix in matrices)
    return *_possible(low, high, template, figures.series["column_name"].iloc[row]), suggested


def _possible(low: float, high: float, template: Template, name: str) -> tuple[float, float]:
    """A range within what the column can hold: no rate above 100, no count below 0."""
    if name == ROWS:
        return max(low, 0.0), high
    column = template.column(name)
    least = column.min if column.min is not None else column.above
    low = low if least is None else max(low, least)
    return low, high if column.max is None else min(high, column.max)


def _round(number: float) -> float | None:
    return None if numpy.isnan(number) else float(f"{number:.4g}")


@dataclass(frozen=True)
class _Return:
    """The return that a flag is of."""

    unit_code: str
    template: Template
    period: pandas.Timestamp
    submission_id: str


def _flag(of: _Return, kind: str, place: tuple, numbers: tuple, details: dict[str, Any]) -> tuple:
    """A row of COLUMNS. place: column_name, row_key, sheet, cell; numbers: value, low, high, suggested, weight."""
    month = pandas.Timestamp(closing_month(of.period.date(), of.template.cycle))
    written = json.dumps(details, ensure_ascii=False)
    about = (of.unit_code, of.template.template_code, of.period, month)
    return (*about, kind, *place, *numbers, written, of.submission_id)


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
    templates = {template.template_code: template for template in catalogue.templates}
    for row in fired.itertuples():
        template = templates.get(row.template_code)
        if template is None:
            continue
        if month is not None and closing_month(row.period.date(), template.cycle) != month:
            continue
        details = json.loads(row.details) | {"explanation": row.explanation}
        value = details.get("found", {}).get(row.column_name)
        number = float(value) if isinstance(value, int | float) else numpy.nan
        where = (row.column_name, row.row_key, row.sheet, row.cell)
        numbers = (number, numpy.nan, numpy.nan, numpy.nan, RULE_WEIGHT)
        yield _flag(_Return(row.unit_code, template, row.period, row.submission_id), RULE, where, numbers, details)
