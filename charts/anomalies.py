"""The series behind a flag."""

import numpy
import pandas
import plotly.graph_objects as go

from charts.style import BAND, BLUE, RUST, Words, laid_out

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
