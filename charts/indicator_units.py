"""Indicators by unit: small multiples of their course, and unit by month."""

from collections.abc import Iterator, Mapping, Sequence

import numpy
import pandas
import plotly.graph_objects as go

from charts.indicators import TARGET, reach
from charts.style import AMBER, BLUE, INK, PALE, RUST, To, laid_out, rows_height, with_clicks, with_unit_axis, wrapped

_MISSED = [[0.0, PALE], [0.001, "#F7DFA8"], [0.4, AMBER], [1.0, RUST]]
_PLAIN = [[0.0, "#E4EDF5"], [1.0, BLUE]]
_ACROSS, _FIELD = 3, 124  # small multiples beside each other; the height of one


def by_unit(points: pandas.DataFrame, units: Mapping[str, str], shown: Mapping[str, str], to: To) -> go.Figure:
    """The same over its months for each unit (code → name), on one scale. points: unit_code, month, value, target,
    target_high, is_firm, hover; shown: code → the newest value as it is read.

    All of them share one pair of axes, in which each unit has a field of its own: sixteen subplots take Plotly half a
    second, sixteen fields nothing.
    """
    places = {code: (place % _ACROSS, place // _ACROSS) for place, code in enumerate(units)}
    lines = pandas.concat([_in_field(own, places[code]) for code, own in _fields(points, places)], ignore_index=True)
    figure = go.Figure()
    figure.add_scatter(x=lines["x"], y=lines["target_y"], mode="lines", line=TARGET, hoverinfo="skip")
    figure.add_scatter(
        x=lines["x"],
        y=lines["y"],
        mode="lines+markers",
        line={"color": BLUE, "width": 1.5},
        marker={"size": 4, "color": [BLUE if is_firm else RUST for is_firm in lines["is_firm"]]},
        hovertext=lines["hover"],
        hoverinfo="text",
        customdata=[
            None if pandas.isna(month) else [to(unit=code, month=month.date())]
            for code, month in zip(lines["unit_code"], lines["month"], strict=True)
        ],
    )
    rows = -(-len(units) // _ACROSS)
    laid_out(figure, rows * _FIELD, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False)
    said = {"showarrow": False, "yanchor": "top", "font": {"size": 11}}
    figure.update_layout(
        annotations=[
            {"x": x + 0.5, "y": -y, "text": f"{wrapped(units[code], 19)}<br><b>{shown.get(code, '')}</b>", **said}
            for code, (x, y) in places.items()
        ]
    )
    figure.update_xaxes(visible=False, range=[0, _ACROSS])
    figure.update_yaxes(visible=False, range=[-rows, 0])
    return figure


def _fields(points: pandas.DataFrame, places: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, pandas.DataFrame]]:
    """(unit, its points with `across` and `up`, both from 0 to 1)."""
    low, high = reach(points)
    first, last = points["month"].min(), points["month"].max()
    size, length = (high - low) or 1.0, max((last - first).days, 1)
    placed = points.assign(
        across=(points["month"] - first).dt.days / length,
        up=(points["value"] - low) / size if high > low else points["value"] * 0 + 0.5,
        target_up=(points["target"] - low) / size if high > low else points["target"] * 0 + 0.5,
    )
    yield from ((code, own) for code, own in placed.groupby("unit_code", sort=False) if code in places)


def _in_field(own: pandas.DataFrame, place: tuple[int, int]) -> pandas.DataFrame:
    """The points of a unit where its field lies, and after them a gap."""
    x, y = place
    moved = own.assign(
        x=x + 0.06 + 0.88 * own["across"],
        y=-y - 0.94 + 0.38 * own["up"],
        target_y=-y - 0.94 + 0.38 * own["target_up"],
    )
    gap = pandas.DataFrame({"unit_code": own["unit_code"].iloc[:1], "is_firm": True, "hover": ""})
    return pandas.concat([moved[_DRAWN], gap.reindex(columns=_DRAWN)], ignore_index=True)


_DRAWN = ["unit_code", "month", "x", "y", "target_y", "is_firm", "hover"]


def unit_months(
    cells: pandas.DataFrame, units: Mapping[str, str], months: Sequence[pandas.Timestamp], to: To
) -> go.Figure:
    """Unit (code → name, the worst first) by month. cells: unit_code, month, value, gap (NaN: no target), label, hover,
    mark (a sign of what it rests on).
    """
    by_place = {(cell.unit_code, cell.month): cell for cell in cells.itertuples()}
    has_target = cells["gap"].notna().any()
    shade, labels, marks, clicks = [], [], [], []
    columns = [f"{month:%y-%m}" for month in months]
    for row, code in enumerate(units):
        own = [by_place.get((code, month)) for month in months]
        shade.append([_shade(cell, has_target) for cell in own])
        labels.append(["" if cell is None else _written(cell) for cell in own])
        for column, month, cell in zip(columns, months, own, strict=True):
            if cell is not None and cell.hover:
                clicks.append((column, row, to(unit=code, month=month.date()), cell.hover))
                marks += [(column, row, cell.mark)] if cell.mark and numpy.isnan(cell.value) else []
    highest = max(float(numpy.nanmax([*(v for line in shade for v in line), 0.0])), 1e-9)
    figure = go.Figure(
        go.Heatmap(
            z=shade,
            x=columns,
            y=list(range(len(units))),
            text=labels,
            texttemplate="%{text}",
            textfont={"color": INK, "size": 11},
            zmin=0 if has_target else None,
            zmax=highest if has_target else None,
            colorscale=_MISSED if has_target else _PLAIN,
            showscale=False,
            xgap=1,
            ygap=2,
            hoverongaps=False,
            hoverinfo="skip",
        )
    )
    _with_marks(figure, marks)
    height = 34 + rows_height(list(units.values()), 32)
    laid_out(with_clicks(figure, clicks), height, margin={"l": 0, "r": 4, "t": 4, "b": 24}, showlegend=False)
    figure.update_xaxes(type="category", tickvals=columns[::3], tickangle=0, showgrid=False)
    return with_unit_axis(figure, list(units.values()))


def _shade(cell, has_target: bool) -> float:
    if cell is None or numpy.isnan(cell.value):
        return numpy.nan
    return max(cell.gap, 0.0) if has_target else cell.value


def _written(cell) -> str:
    """The sign above the number."""
    sign = f'<span style="font-size: 9px">{cell.mark}</span>' if cell.mark else ""
    return "<br>".join(part for part in (sign, cell.label) if part)


def _with_marks(figure: go.Figure, marks: Sequence[tuple[str, int, str]]) -> None:
    """Signs in cells that have no value: a heatmap writes nothing there."""
    figure.add_scatter(
        x=[x for x, _, _ in marks],
        y=[y for _, y, _ in marks],
        text=[mark for _, _, mark in marks],
        mode="text",
        textfont={"size": 9, "color": RUST},
        hoverinfo="skip",
    )
