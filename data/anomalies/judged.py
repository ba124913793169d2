"""What the detector says of the figures of a template, kept until others count, and its flags as rows."""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy
import pandas

from data.anomalies.counting import counted
from data.anomalies.detector import Cause, Verdicts, judge
from data.anomalies.kept import Kept
from data.anomalies.panels import ROWS, Figures, Series, figures_of, redefinitions
from data.catalogue.model import Template
from data.cells import address
from data.periods import closing_month
from data.store import Store

FORM_LEAST = 3  # so many figures of a return copied together are told as one
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


@dataclass(frozen=True)
class Judged:
    """What the detector says of the figures of a template: flags, as `anomalies` has them but for their states; low and
    high, series x period, the row of each series (unit_code, row_key, column_name) and the period of each column.
    """

    flags: pandas.DataFrame
    row_of: dict[Series, int]
    periods: list[date]
    low: numpy.ndarray
    high: numpy.ndarray

    @property
    def size(self) -> int:
        """Bytes, about."""
        return self.low.nbytes + self.high.nbytes + 300 * len(self.row_of) + 2000 * len(self.flags)


_JUDGED: Kept[Judged | None] = Kept(128, lambda judged: judged.size if judged else 0, 256 << 20)


def judged_at(store: Store, as_of: datetime, template: Template) -> Judged | None:
    """All figures of a template that count, judged; kept until another submission of it counts. None: there is none."""
    submissions = counted(store, as_of).get(template.template_code)
    if not submissions:
        return None
    key = (store.state[0], template.content, submissions, redefinitions(store, as_of, template))
    return _JUDGED.get(key, lambda: _judged(store, as_of, template))


def judged_all(store: Store, as_of: datetime, templates: Sequence[Template]) -> list[Judged | None]:
    """Several templates, those that are not judged yet side by side."""
    counted(store, as_of)  # asked once, and not by each of them
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda template: judged_at(store, as_of, template), templates))


def _judged(store: Store, as_of: datetime, template: Template) -> Judged | None:
    figures = figures_of(store, as_of, template)
    if figures is None:
        return None
    verdicts = judge(figures.panel)
    flags = pandas.DataFrame([*_of_template(figures, verdicts, template)], columns=list(COLUMNS))
    return Judged(flags, figures.row_of, figures.periods, verdicts.low, verdicts.high)


def _of_template(figures: Figures, verdicts: Verdicts, template: Template) -> Iterator[tuple]:
    flagged_cells = figures.picked(verdicts.score > 0)
    causes = verdicts.cause[flagged_cells["row"], flagged_cells["column"]]
    is_form = causes == Cause.COPY_FORM
    for key, form_cells in flagged_cells[is_form].groupby(["unit_code", "period"], sort=False):
        if len(form_cells) >= FORM_LEAST:
            yield _form_flag(verdicts, template, *key, form_cells)
        else:
            yield from (_cell_flag(figures, verdicts, template, cell) for cell in form_cells.itertuples())
    yield from (_cell_flag(figures, verdicts, template, cell) for cell in flagged_cells[~is_form].itertuples())


def _form_flag(
    verdicts: Verdicts, template: Template, unit: str, period: pandas.Timestamp, form_cells: pandas.DataFrame
) -> tuple:
    """A return that repeats another month's figures: one flag, not one a figure."""
    first = form_cells.iloc[0]
    details = {"figures": len(form_cells), "probability": _mean(verdicts.probability, form_cells)}
    numbers = (numpy.nan, numpy.nan, numpy.nan, numpy.nan, details["probability"])
    place = (None, "", first["sheet"], None)
    of = Returned(unit, template, period, first["submission_id"])
    return flag_of(of, Cause.COPY_FORM.value, place, numbers, details)


def _mean(matrix: numpy.ndarray, cells: pandas.DataFrame) -> float:
    return float(matrix[cells["row"], cells["column"]].mean())


def _cell_flag(figures: Figures, verdicts: Verdicts, template: Template, cell: Any) -> tuple:
    row, column = cell.row, cell.column
    where = None if pandas.isna(cell.row_no) else address(int(cell.row_no), int(cell.col_no))
    place = (cell.column_name, cell.row_key, cell.sheet, where)
    digits = int(figures.panel.decimals[row])
    low, high, suggested = shown(verdicts, (row, column), digits, template, cell.column_name)
    details = details_of(verdicts, row, column)
    numbers = (float(cell.num), low, high, suggested, round(weight(details), 4))
    kind = str(verdicts.cause[row, column])
    return flag_of(Returned(cell.unit_code, template, cell.period, cell.submission_id), kind, place, numbers, details)


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
    verdicts: Verdicts, where: tuple[int, int], digits: int, template: Template, column_name: str
) -> tuple[float, float, float]:
    """low, high and suggested of a figure as people read them: rounded as the column is reported, within what it can
    hold.
    """
    matrices = (verdicts.low, verdicts.high, verdicts.suggested)
    low, high, suggested = (round(float(matrix[where]), digits) for matrix in matrices)
    return *_possible(low, high, template, column_name), suggested


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
class Returned:
    """The return that a flag is of."""

    unit_code: str
    template: Template
    period: pandas.Timestamp
    submission_id: str


def flag_of(of: Returned, kind: str, place: tuple, numbers: tuple, details: dict[str, Any]) -> tuple:
    """A row of COLUMNS. place: column_name, row_key, sheet, cell; numbers: value, low, high, suggested, weight."""
    month = pandas.Timestamp(closing_month(of.period.date(), of.template.cycle))
    written = json.dumps(details, ensure_ascii=False)
    about = (of.unit_code, of.template.template_code, of.period, month)
    return (*about, kind, *place, *numbers, written, of.submission_id)
