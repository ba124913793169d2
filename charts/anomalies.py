"""The series behind a flag; flags by unit and month, and of which kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
import pandas
import plotly.graph_objects as go

from charts.style import (
    AMBER,
    BAND,
    BLUE,
    GREY,
    INK,
    PALE,
    RUST,
    To,
    Words,
    half_years,
    laid_out,
    rows_height,
    with_clicks,
    with_unit_axis,
)

_KINDS = (BLUE, AMBER, RUST, GREY, PALE, "#7B6BA8", "#4F9D8B", "#B9A36B")
_APART = 20  # times the usual figure: on an even scale the past would be a flat line


def history(series: pandas.DataFrame, period: pandas.Timestamp, value: float, t: Words) -> go.Figure:
    """The series behind a flag over the range that was to be expected of each period; the flagged point stands out.
    series: period, value, low, high (NaN where nothing is known).
    """
    figure = go.Figure()
    expected = series.dropna(subset=["low", "high"])
    for name in ("high", "low"):
        figure.add_scatter(
            x=expected["period"],
            y=expected[name],
            mode="lines",
            name=t("chart.expected"),
            line={"width": 0},
            fill="tonexty" if name == "low" else None,
            fillcolor=BAND,
            showlegend=name == "low",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=series["period"],
        y=series["value"],
        mode="lines+markers",
        name=t("chart.history"),
        line={"color": BLUE, "width": 2},
        marker={"size": 5},
        hovertemplate="%{x|%Y-%m}: %{y:,}<extra></extra>",
    )
    if not numpy.isnan(value):
        figure.add_scatter(
            x=[period],
            y=[value],
            mode="markers",
            name=t("chart.flagged"),
            marker={"color": RUST, "size": 12, "symbol": "diamond"},
            hovertemplate="%{x|%Y-%m}: %{y:,}<extra></extra>",
        )
    laid_out(figure, 260, margin={"l": 0, "r": 8, "t": 30, "b": 24})
    figure.update_xaxes(tickformat="%Y-%m", nticks=6, showgrid=False)
    usual = series["value"].median()
    is_apart = (series["value"] > 0).all() and value > _APART * usual
    scale = {"type": "log", "exponentformat": "none"} if is_apart else {"rangemode": "tozero", "nticks": 5}
    figure.update_yaxes(**scale, separatethousands=True)
    return figure


_OPEN = [[0.0, BAND], [0.08, BAND], [0.16, "#FAE8C3"], [0.5, AMBER], [1.0, RUST]]
_MANY = 6  # open flags of a unit in a month from which on the colour says no more


def flags_by_month(
    counts: pandas.DataFrame, units: Mapping[str, str], months: Sequence[pandas.Timestamp], t: Words, to: To
) -> go.Figure:
    """Cards per unit (code → name) and month: the colour and the number are those that wait for an answer; a cell whose
    cards are all answered is pale, one without any is blank. counts: unit_code, month, waiting, answered, figures.
    to(unit, month): the cards of a cell.
    """
    by_place = {(row.unit_code, row.month): row for row in counts.itertuples()}
    grid = [[by_place.get((code, month)) for month in months] for code in units]
    columns = [f"{month:%Y-%m}" for month in months]
    cells = go.Heatmap(
        z=[[None if cell is None else min(cell.waiting, _MANY) for cell in row] for row in grid],
        x=columns,
        y=list(range(len(units))),
        text=[["" if cell is None or not cell.waiting else f"{cell.waiting}" for cell in row] for row in grid],
        texttemplate="%{text}",
        textfont={"color": INK},
        hoverinfo="skip",
        hoverongaps=False,
        zmin=0,
        zmax=_MANY,
        showscale=False,
        colorscale=_OPEN,
        xgap=1,
        ygap=2,
    )
    figure = laid_out(
        go.Figure(cells), 40 + rows_height(list(units.values())), margin={"l": 0, "r": 4, "t": 4, "b": 24}
    )
    marks = [
        (columns[column], row, to(unit=code, month=months[column]), _hover(units[code], cell, columns[column], t))
        for row, code in enumerate(units)
        for column, cell in enumerate(grid[row])
        if cell is not None
    ]
    with_clicks(figure, marks)
    order = {"categoryorder": "array", "categoryarray": columns}
    figure.update_xaxes(type="category", **half_years(columns), **order, tickangle=0, showgrid=False)
    return with_unit_axis(figure, list(units.values()))


def _hover(name: str, cell: Any, month: str, t: Words) -> str:
    counts = {"waiting": cell.waiting, "answered": cell.answered, "figures": cell.figures}
    return f"{name} {month}<br>{t('chart.flags', **counts)}"


def causes_by_unit(counts: pandas.DataFrame, units: Mapping[str, str], t: Words) -> go.Figure:
    """How many cards of each kind a unit has, a bar for each unit, who has most on top. counts: unit_code, kind,
    number.
    """
    figure = go.Figure()
    codes = list(units)
    for number, (kind, rows) in enumerate(counts.groupby("kind", sort=False)):
        of_unit = dict(zip(rows["unit_code"], rows["number"], strict=True))
        name = t(f"anomaly.{kind}")
        figure.add_bar(
            x=[of_unit.get(code, 0) for code in codes],
            y=list(range(len(codes))),
            orientation="h",
            name=name,
            marker={"color": _KINDS[number % len(_KINDS)]},
            hovertemplate=f"{name} %{{x}}<extra></extra>",
        )
    laid_out(figure, 90 + rows_height(list(units.values()), 26), barmode="stack", bargap=0.25)
    figure.update_layout(margin={"l": 0, "r": 8, "t": 56, "b": 24}, showlegend=True)
    figure.update_xaxes(tickformat="d", nticks=5, rangemode="tozero")
    return with_unit_axis(figure, list(units.values()))
