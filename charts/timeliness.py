"""Who was on time: by unit and month, in order, around the deadline, over time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy
import pandas
import plotly.graph_objects as go

from charts.style import (
    AMBER,
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

TICKS = 6  # months that are written below a course, at most
_RATES = [[0.0, "#A63A12"], [0.5, RUST], [0.8, AMBER], [0.97, "#E4EDF5"], [1.0, PALE]]


def on_time_heatmap(
    figures: pandas.DataFrame, units: Mapping[str, str], months: Sequence[date], t: Words, to: To
) -> go.Figure:
    """On-time rate per unit (code → name) and month. figures: unit_code, month, told_on_time_rate (NaN: a blank cell),
    is_over, expected, received, on_time, late, missing, pending. to(unit, month): what lies behind a cell.
    """
    stamps = [pandas.Timestamp(month) for month in months]
    by_place = {(row.unit_code, row.month): row for row in figures.itertuples()}
    rates, labels, hovers = [], [], []
    for code, name in units.items():
        unit_rows = [by_place.get((code, stamp)) for stamp in stamps]
        rates.append([numpy.nan if row is None else row.told_on_time_rate for row in unit_rows])
        labels.append(["" if numpy.isnan(r) or r == 1 else f"{100 * r:.0f}" for r in rates[-1]])
        hovers.append([f"{name} {s:%Y-%m}<br>{_hover(row, t)}" for s, row in zip(stamps, unit_rows, strict=True)])
    columns = [f"{stamp:%Y-%m}" for stamp in stamps]
    bar = {"orientation": "h", "thickness": 8, "len": 0.6, "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"}
    bar |= {"tickvals": [0, 0.5, 1], "ticktext": ["0%", "50%", "100%"], "outlinewidth": 0, "ypad": 4}
    cells = go.Heatmap(
        z=rates,
        x=columns,
        y=list(range(len(units))),
        text=labels,
        texttemplate="%{text}",
        customdata=hovers,
        hovertemplate="%{customdata}<extra></extra>",
        zmin=0,
        zmax=1,
        colorscale=_RATES,
        colorbar=bar,
        xgap=1,
        ygap=2,
        hoverongaps=False,
    )
    figure = laid_out(
        go.Figure(cells), 70 + rows_height(list(units.values())), margin={"l": 0, "r": 4, "t": 34, "b": 24}
    )
    with_clicks(
        figure,
        [
            (columns[column], row, to(unit=code, month=month), hovers[row][column])
            for row, code in enumerate(units)
            for column, month in enumerate(months)
        ],
    )
    figure.update_xaxes(type="category", **half_years(columns), tickangle=0, showgrid=False)
    return with_unit_axis(figure, list(units.values()))


def _hover(row, t: Words) -> str:
    if row is None or not row.expected:
        return t("chart.nothing_due")
    if not row.is_over:
        return t("chart.still_open", received=row.received, missing=row.missing, pending=row.pending)
    key = "chart.x_of_y_extended" if row.pending else "chart.x_of_y"
    names = ("expected", "on_time", "late", "missing", "pending")
    return t(key, **{name: getattr(row, name) for name in names})


def ranking(figures: pandas.DataFrame, names: Mapping[str, str], t: Words, to: Callable[[str], str]) -> go.Figure:
    """On-time rate by unit or template, the best on top. figures: code, on_time, due, on_time_rate (none NaN).
    to(code): what lies behind a bar.
    """
    ordered = figures.sort_values(["on_time_rate", "due"], ascending=[False, False])
    rates = ordered["on_time_rate"]
    labels = [
        f"{_percent(row.on_time_rate)}  {t('chart.fraction', part=row.on_time, whole=row.due)}"
        for row in ordered.itertuples()
    ]
    titles = [names[code] for code in ordered["code"]]
    bars = go.Bar(
        x=rates,
        y=list(range(len(ordered))),
        orientation="h",
        text=labels,
        textposition=["inside" if rate > 0.45 else "outside" for rate in rates],
        insidetextanchor="start",
        textfont={"color": [INK if rate > 0.45 else GREY for rate in rates]},
        marker={"color": [PALE if rate >= 0.9 else AMBER if rate >= 0.75 else RUST for rate in rates]},
        customdata=[to(code) for code in ordered["code"]],
        hovertext=[f"{title}<br>{label}" for title, label in zip(titles, labels, strict=True)],
        hoverinfo="text",
    )
    figure = laid_out(
        go.Figure(bars), 30 + rows_height(titles, 26), margin={"l": 0, "r": 8, "t": 4, "b": 24}, bargap=0.25
    )
    figure.update_xaxes(range=[0, 1.05], tickvals=[0, 0.5, 1], ticktext=["0%", "50%", "100%"], showgrid=False)
    return with_unit_axis(figure, titles)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share == 1 or share < 0.995 else f"{share:.1%}"


def days_around_deadline(received: pandas.DataFrame, units: Mapping[str, str], t: Words) -> go.Figure:
    """One mark a submission: days before (left) or after (right) its deadline. received: unit_code,
    lead_days, label, address (what lies behind the mark).
    """
    codes = {code: row for row, code in enumerate(units)}
    shown = received[received["unit_code"].isin(codes)]
    spread = (numpy.arange(len(shown)) * 0.618) % 1 - 0.5
    rows = shown["unit_code"].map(codes).to_numpy(dtype=float)
    after = -shown["lead_days"].to_numpy(dtype=float)
    after_shown = numpy.clip(after, -24, 30)
    is_late = after >= 0
    figure = go.Figure()
    for name, which, colour, symbol in (
        (t("chart.early"), ~is_late, BLUE, "circle"),
        (t("chart.late"), is_late, RUST, "x"),
    ):
        figure.add_scatter(
            x=after_shown[which],
            y=rows[which] + 0.55 * spread[which],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 5, "opacity": 0.55},
            customdata=shown["address"].to_numpy()[which],
            hovertext=shown["label"].to_numpy()[which],
            hoverinfo="text",
        )
    middle = pandas.Series(after_shown).groupby(rows).median()
    figure.add_scatter(
        x=middle,
        y=middle.index,
        mode="markers",
        name=t("chart.median"),
        marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": GREY}},
        hovertext=[t("chart.median_days", days=f"{abs(m):.1f}", side=_side(m, t)) for m in middle],
        hoverinfo="text",
    )
    figure.add_vline(x=0, line={"color": GREY, "width": 1.5})
    laid_out(figure, 90 + rows_height(list(units.values()), 26), margin={"l": 0, "r": 8, "t": 30, "b": 40})
    marks = [-20, -10, 0, 10, 20, 30]
    figure.update_xaxes(
        title=t("chart.days_axis"),
        tickvals=marks,
        ticktext=[t("chart.deadline") if m == 0 else f"{m:+d}" for m in marks],
        range=[-25, max(8.0, float(after_shown.max(initial=0)) + 2)],
        zeroline=False,
    )
    return with_unit_axis(figure, list(units.values()))


def _side(days: float, t: Words) -> str:
    return t("chart.after") if days >= 0 else t("chart.before")


def trend(figures: pandas.DataFrame, t: Words, to: To, height: int = 280) -> go.Figure:
    """Reporting and on-time rate by month. figures: month, due, received, on_time and both rates (NaN: a gap).
    to(month): what lies behind a point.
    """
    figure = go.Figure()
    lines = (
        ("reporting_rate", "received", GREY, "circle", "dot"),
        ("on_time_rate", "on_time", BLUE, "square", "solid"),
    )
    addresses = [to(month=month.date()) for month in figures["month"]]
    for column, part, colour, symbol, dash in lines:
        figure.add_scatter(
            x=figures["month"],
            y=figures[column],
            mode="lines+markers",
            name=t(f"chart.{column}"),
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 6},
            customdata=list(zip(figures[part], figures["due"], addresses, strict=True)),
            hovertemplate="%{x|%Y-%m}: %{y:.2~%} (%{customdata[0]}/%{customdata[1]})<extra></extra>",
        )
    laid_out(figure, height, margin={"l": 0, "r": 8, "t": 30, "b": 24})
    lowest = numpy.nanmin([figures["on_time_rate"].min(), figures["reporting_rate"].min(), 1.0])
    figure.update_yaxes(tickformat=".0%", range=[max(0.0, numpy.floor(lowest * 10) / 10 - 0.1), 1.02], nticks=6)
    few = {"tickvals": list(figures["month"])} if len(figures) <= TICKS else {"nticks": TICKS}  # else a month has four
    figure.update_xaxes(tickformat="%Y-%m", showgrid=False, **few)
    return figure
