"""Indicators: their course with the target, as a sparkline and in full, and values in order."""

from collections.abc import Mapping, Sequence

import numpy
import pandas
import plotly.graph_objects as go

from charts.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    RUST,
    To,
    Words,
    laid_out,
    rows_height,
    with_unit_axis,
    wrapped,
)

TARGET = {"color": GREY, "width": 1.5, "dash": "dash"}


def sparkline(values: Sequence[float], target: float, is_firm: bool, is_met: bool | None) -> str:
    """Two years in a line with the target, as SVG (twenty of them are drawn in no time). NaN: a gap. The last point is
    hollow where it is not firm, and of another colour where it misses its target.
    """
    known = [(place, value) for place, value in enumerate(values) if not numpy.isnan(value)]
    reach = [value for _, value in known] + ([] if numpy.isnan(target) else [target])
    if not known:
        return ""
    low, high = min(reach), max(reach)
    step, size = _WIDE / max(len(values) - 1, 1), (high - low) or 1.0

    def at(place: int, value: float) -> tuple[float, float]:
        return 4 + place * step, 4 + (_HIGH - (value - low) / size * _HIGH if high > low else _HIGH / 2)

    drawn = [
        f'<line x1="0" x2="{_WIDE + 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GREY}" stroke-dasharray="4 4"/>'
        for y in ([] if numpy.isnan(target) else [at(0, target)[1]])
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in known))
    drawn.append(f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2" stroke-linejoin="round"/>')
    x, y = at(*known[-1])
    colour = RUST if is_met is False else BLUE
    drawn.append(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" stroke="{colour}" stroke-width="2" '
        f'fill="{colour if is_firm else "transparent"}"/>'
    )
    box = f'viewBox="0 0 {_WIDE + 8} {_HIGH + 8}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(drawn)}</svg>'


_WIDE, _HIGH = 240, 36


def course(
    points: pandas.DataFrame, notes: Mapping[pandas.Timestamp, str], measure: str, t: Words, to: To
) -> go.Figure:
    """An indicator over its months. points: month, value, target, target_high, is_firm (False: it rests on late,
    missing, corrected or doubted returns), hover. A hollow point is not firm. notes: month → its number.
    """
    figure = go.Figure()
    for name in ("target", "target_high"):
        if points[name].notna().any():
            shown = {"name": t("chart.target"), "showlegend": name == "target", "hoverinfo": "skip"}
            figure.add_scatter(x=points["month"], y=points[name], mode="lines", line=TARGET, **shown)
    figure.add_scatter(
        x=points["month"], y=points["value"], mode="lines", line={"color": BLUE, "width": 2}, showlegend=False
    ).data[-1].update(hoverinfo="skip")
    for is_firm, key, fill in ((True, "chart.firm", BLUE), (False, "chart.not_firm", "rgba(0, 0, 0, 0)")):
        some = points[(points["is_firm"] == is_firm) & points["value"].notna()]
        figure.add_scatter(
            x=some["month"],
            y=some["value"],
            mode="markers",
            name=wrapped(t(key), 40),
            marker={"size": 8, "color": fill, "line": {"color": BLUE if is_firm else RUST, "width": 2}},
            hovertext=some["hover"],
            hoverinfo="text",
            customdata=[[to(month=month.date())] for month in some["month"]],
            showlegend=not some.empty,
        )
    for point in points[points["month"].isin(list(notes)) & points["value"].notna()].itertuples():
        said = {"text": notes[point.month], "showarrow": False, "yshift": 15, "font": {"size": 14}}
        figure.add_annotation(x=point.month, y=point.value, **said)
    laid_out(figure, 280, margin={"l": 0, "r": 12, "t": 34, "b": 24})
    ticks = _ticks(points)
    suffix = "%" if measure == "%" else ""
    written = [f"{tick:,.1f}".removesuffix(".0") + suffix for tick in ticks]
    figure.update_yaxes(range=_range(points), tickvals=ticks, ticktext=written, zeroline=False)
    figure.update_xaxes(tickformat="%Y-%m", nticks=6, showgrid=False)
    return figure


def reach(points: pandas.DataFrame) -> tuple[float, float]:
    """The lowest and the highest of values and targets."""
    numbers = points[["value", "target", "target_high"]].to_numpy(float)
    return (0.0, 1.0) if numpy.isnan(numbers).all() else (numpy.nanmin(numbers), numpy.nanmax(numbers))


def _range(points: pandas.DataFrame) -> list[float]:
    """The same with room for notes above and below."""
    low, high = reach(points)
    room = max((high - low) * 0.22, 0.1)
    return [low - room, high + room]


def _ticks(points: pandas.DataFrame) -> list[float]:
    """The lowest and the highest value, and the target, where there is room between them."""
    low, high = reach(points)
    ticks = [high] + ([low] if high > low else [])
    targets = points[["target", "target_high"]].to_numpy(float).ravel()
    for target in dict.fromkeys(targets[~numpy.isnan(targets)]):
        if all(abs(target - tick) > (high - low) * 0.1 for tick in ticks):
            ticks.append(target)
    return sorted(ticks)


def ranking(rows: pandas.DataFrame, average: float, average_name: str, to: To) -> go.Figure:
    """Values in order, the worst on top, with a line for all together. rows: code, name, value, target, is_met (None
    without one), label, hover, in that order.
    """
    colours = [RUST if is_met is False else PALE for is_met in rows["is_met"]]
    names, highest = list(rows["name"]), float(numpy.nanmax([rows["value"].max(), rows["target"].max(), 1e-9]))
    wide = rows["value"] > 0.35 * highest
    figure = go.Figure(
        go.Bar(
            x=rows["value"],
            y=list(range(len(rows))),
            orientation="h",
            text=rows["label"],
            textposition=["inside" if is_wide else "outside" for is_wide in wide],
            insidetextanchor="start",
            insidetextfont={"color": INK},
            outsidetextfont={"color": GREY},
            marker={"color": colours},
            hovertext=rows["hover"],
            hoverinfo="text",
            customdata=[[to(code)] for code in rows["code"]],
            cliponaxis=False,
        )
    )
    laid_out(figure, 44 + rows_height(names, 28), margin={"l": 0, "r": 36, "t": 26, "b": 4}, bargap=0.25)
    figure.update_layout(showlegend=False)
    for at, name, dash in ((rows["target"].max(), "", "dash"), (average, average_name, "dot")):
        if not numpy.isnan(at):
            figure.add_vline(x=at, line={"color": GREY, "width": 1.5, "dash": dash})
            said = {"yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 11}}
            figure.add_annotation(x=at, y=1, text=name, xanchor="right", **said)
    figure.update_xaxes(visible=False, range=[min(0.0, float(rows["value"].min())), highest * 1.06])
    return with_unit_axis(figure, names)
