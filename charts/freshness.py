"""How fresh the data is, by unit and template."""

from collections.abc import Mapping, Sequence

import pandas
import plotly.graph_objects as go

from charts.style import (
    AMBER,
    BLUE,
    INK,
    MIST,
    PALE,
    RUST,
    SAND,
    To,
    Words,
    laid_out,
    rows_height,
    with_clicks,
    with_unit_axis,
)

_STATES = {
    "fresh": PALE,
    "holes": SAND,
    "repeated": SAND,
    "ageing": AMBER,
    "never": RUST,
    "stale": RUST,
    "awaited": MIST,
    "closed": MIST,
}
_MARKS = {"fresh": "", "holes": "○", "repeated": "＝", "ageing": "!", "never": "✕", "stale": "✕"}
_MARKS |= {"awaited": "…", "closed": "—"}


def freshness_matrix(
    cells: pandas.DataFrame, units: Mapping[str, str], templates: Sequence[str], t: Words, to: To
) -> go.Figure:
    """State per unit and template as colour, mark and age. cells: unit_code, template_code, state, age_days, label.
    to(unit, template): what lies behind a cell.
    """
    by_place = {(row.unit_code, row.template_code): row for row in cells.itertuples()}
    order = list(_STATES)
    grid = [[by_place.get((unit, template)) for template in templates] for unit in units]
    heat = go.Heatmap(
        z=[[None if cell is None else order.index(cell.state) for cell in row] for row in grid],
        text=[["" if cell is None else _age(cell, t) for cell in row] for row in grid],
        customdata=[["" if cell is None else cell.label for cell in row] for row in grid],
        x=list(range(len(templates))),
        y=list(range(len(units))),
        texttemplate="%{text}",
        textfont={"color": INK},
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        zmin=-0.5,
        zmax=len(order) - 0.5,
        showscale=False,
        colorscale=_steps(list(_STATES.values())),
        xgap=2,
        ygap=2,
    )
    figure = go.Figure(heat)
    figure.add_scatter(**_marks(grid), mode="text", textfont={"color": INK, "size": 10}, showlegend=False)
    owed = [(row, column, cell) for row, cells in enumerate(grid) for column, cell in enumerate(cells) if cell]
    with_clicks(
        figure,
        [(column, row, to(unit=cell.unit_code, template=cell.template_code), cell.label) for row, column, cell in owed],
    )
    shown = {cell.state for _, _, cell in owed}
    for state, colour in _STATES.items():
        if state not in shown:
            continue
        square = {"symbol": "square", "size": 11, "color": colour}
        name = f"{t(f'freshness.{state}')} {_MARKS[state]}".strip()
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=square)
    laid_out(figure, 90 + rows_height(list(units.values()), 26), margin={"l": 0, "r": 4, "t": 66, "b": 4})
    columns = list(range(len(templates)))
    figure.update_xaxes(tickvals=columns, ticktext=list(templates), range=[-0.5, len(templates) - 0.5])
    figure.update_xaxes(side="top", autotickangles=[0, -90], showgrid=False, zeroline=False, tickfont={"size": 11})
    return with_unit_axis(figure, list(units.values()))


def _steps(colours: Sequence[str]) -> list[list]:
    """A colour scale of flat steps, one for each whole number from 0 on."""
    edges = [(place / len(colours), (place + 1) / len(colours), colour) for place, colour in enumerate(colours)]
    return [[edge, colour] for low, high, colour in edges for edge in (low, high)]


def _marks(grid: list[list]) -> dict[str, list]:
    """The marks of what is not fresh, at the left of their cells: they fit on a phone too, where the ages do not."""
    marked = [
        (column - 0.32, row, _MARKS[cell.state])
        for row, cells in enumerate(grid)
        for column, cell in enumerate(cells)
        if cell is not None and _MARKS[cell.state]
    ]
    x, y, text = zip(*marked, strict=True) if marked else ((), (), ())
    return {"x": list(x), "y": list(y), "text": list(text), "hoverinfo": "skip"}


def _age(cell, t: Words) -> str:
    if pandas.isna(cell.age_days):
        return t("freshness.never_short") if cell.state == "never" else ""
    return t("freshness.days_short", days=int(cell.age_days))


def freshness_course(months: pandas.DataFrame, t: Words, height: int = 220) -> go.Figure:
    """The share that was fresh by month. months: month, at, judged, fresh, fresh_share (NaN: a gap)."""
    figure = go.Figure()
    figure.add_scatter(
        x=[f"{month:%Y-%m}" for month in months["month"]],
        y=months["fresh_share"],
        mode="lines+markers",
        name=t("chart.freshness_share"),
        line={"color": BLUE, "width": 2},
        marker={"symbol": "square", "size": 6},
        customdata=list(zip(months["fresh"], months["judged"], strict=True)),
        hovertemplate="%{x}: %{y:.2~%} (%{customdata[0]}/%{customdata[1]})<extra></extra>",
    )
    laid_out(figure, height, margin={"l": 0, "r": 8, "t": 10, "b": 24}, showlegend=False)
    figure.update_yaxes(tickformat=".0%", range=[-0.02, 1.04], nticks=6)
    figure.update_xaxes(type="category", nticks=7, showgrid=False)
    return figure
