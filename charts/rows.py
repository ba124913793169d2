"""One figure of what was delivered: by month, by group. Few marks, so that it can be read on a phone."""

from collections.abc import Mapping, Sequence

import pandas
import plotly.graph_objects as go

from charts.style import AMBER, BLUE, GREY, PALE, RUST, laid_out, rows_height, with_unit_axis

LINES, BARS = 6, 12
"""So many lines or bars one chart has; the rest is in the table."""

_LINES = (
    (BLUE, "circle", "solid"),
    (RUST, "x", "dash"),
    (GREY, "square", "dot"),
    (AMBER, "diamond", "dashdot"),
    ("#5B8C5A", "triangle-up", "longdash"),
    ("#8E6BAF", "star", "solid"),
)


def lines_by_period(
    values: Mapping[str, Sequence[float | None]],
    periods: Sequence[str],
    unit: str,
    links: Mapping[str, Sequence[str | None]],
) -> go.Figure:
    """name of a line → its value in each period; None: a gap. unit: of measure. links: name → the address of the rows
    behind each point.
    """
    figure = go.Figure()
    for (name, line), (colour, symbol, dash) in zip(values.items(), _LINES, strict=False):
        figure.add_scatter(
            x=list(periods),
            y=list(line),
            name=name,
            customdata=list(links[name]),
            mode="lines+markers" if len(periods) < 40 else "lines",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 6},
            hovertemplate=f"{name}<br>%{{x}}: %{{y:,.10~g}} {unit}<extra></extra>",
        )
    rows_of_legend = sum(len(name) for name in values) // 26 + 1 if len(values) > 1 else 0
    laid_out(figure, 300 + 20 * rows_of_legend, margin={"l": 0, "r": 8, "t": 14 + 20 * rows_of_legend, "b": 24})
    figure.update_layout(showlegend=len(values) > 1)
    figure.update_xaxes(type="category", tickvals=_marked(periods), tickangle=0, showgrid=False)
    figure.update_yaxes(nticks=6, tickformat=",", rangemode="tozero" if _is_near_zero(values) else "normal")
    return figure


def _marked(periods: Sequence[str]) -> list[str]:
    """Five of the periods, the newest among them."""
    return list(periods)[:: -max(1, -(-len(periods) // 5))][::-1]


def bars_by_group(
    values: Mapping[str, float], labels: Mapping[str, str], links: Mapping[str, str | None], is_lowest_first: bool
) -> go.Figure:
    """name of a group → its value, in the order in which the bars stand, what is written at each, and the address of
    the rows behind it. is_lowest_first: the first are what to look at, not what there is most of.
    """
    names, numbers = list(values), pandas.Series(list(values.values()), dtype=float)
    most = max(float(numbers.abs().max()), 1e-9)
    inside = numbers.abs() > 0.6 * most
    bars = go.Bar(
        x=numbers,
        y=list(range(len(names))),
        customdata=[links[name] for name in names],
        orientation="h",
        text=[labels[name] for name in names],
        textposition=["inside" if is_in else "outside" for is_in in inside],
        insidetextanchor="end",
        textfont={"color": ["#1B2733" if is_in else GREY for is_in in inside]},
        marker={"color": AMBER if is_lowest_first else PALE},
        hovertext=[f"{name}<br>{labels[name]}" for name in names],
        hoverinfo="text",
    )
    figure = laid_out(
        go.Figure(bars), 34 + rows_height(names, 28), margin={"l": 0, "r": 8, "t": 4, "b": 24}, bargap=0.25
    )
    figure.update_xaxes(range=_reach(numbers), nticks=4, tickformat=",", showgrid=False)
    return with_unit_axis(figure, names)


def _reach(numbers: pandas.Series) -> list[float]:
    """Bars begin at 0, and the longest leaves room for what is written beside it."""
    low, high = min(0.0, float(numbers.min())), max(0.0, float(numbers.max()))
    return [low * 1.1, high * 1.1 or 1.0]


def _is_near_zero(values: Mapping[str, Sequence[float | None]]) -> bool:
    """Whether a scale from 0 leaves something to see: lines high above it would all lie flat."""
    given = [value for line in values.values() for value in line if value is not None]
    return bool(given) and min(given) >= 0 and min(given) < 0.5 * max(given)
