"""Every figure in one place, built by hand from plotly.graph_objects. Frames in, figures out; the words come as `t`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy
import pandas
import plotly.graph_objects as go

Words = Callable[..., str]

# Told apart with any colour vision (after Okabe and Ito), and never alone: numbers, marks or shapes go with them.
BAND = "rgba(138, 151, 165, 0.28)"
_APART = 20  # times the usual figure: on an even scale the past would be a flat line
BLUE, PALE, AMBER, RUST, GREY, INK = "#3A7CB8", "#BCD7EE", "#F3C25B", "#DB7448", "#8A97A5", "#1B2733"
_RATES = [[0.0, "#A63A12"], [0.5, RUST], [0.8, AMBER], [0.97, "#E4EDF5"], [1.0, PALE]]
_STATES = {"fresh": PALE, "ageing": AMBER, "stale": RUST}
_MARKS = {"fresh": "", "ageing": "!", "stale": "✕"}
CONFIG = {"displayModeBar": False, "scrollZoom": False}
_LEGEND = {"orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container"}
_LEGEND |= {"yanchor": "top"}  # measured from the container: a legend measured from the plot would shrink it


def _layout(figure: go.Figure, height: int, **more) -> go.Figure:
    """What all figures share: no zooming by an accidental touch, room for the names, the legend above."""
    figure.update_layout(height=height, dragmode=False, legend=_LEGEND, hoverlabel={"align": "left"}, **more)
    figure.update_xaxes(fixedrange=True, automargin=True, title_standoff=6)
    figure.update_yaxes(fixedrange=True, automargin=True)
    return figure


def _wrapped(name: str, width: int = 22) -> str:
    """Long names with spaces in two lines or more, so that on a phone something is left for the figure."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _rows(names: Sequence[str], least: int = 22) -> int:
    """Height of the rows: all alike, high enough for the name with the most lines."""
    lines = max((_wrapped(name).count("<br>") + 1 for name in names), default=1)
    return len(names) * max(least, 14 * lines + 3)


def round_bar(counts: Mapping[str, int], t: Words) -> go.Figure:
    """A round as one bar: on time, late, missing and still to come. counts: one number a status."""
    figure = go.Figure()
    for status, colour in (("on_time", PALE), ("late", AMBER), ("missing", RUST), ("pending", "#DDE3EA")):
        number = counts[status]
        if not number:
            continue
        figure.add_bar(
            x=[number],
            y=[""],
            orientation="h",
            name=f"{t(f'status.{status}')} {number}",
            marker={"color": colour},
            hovertemplate=f"{t(f'status.{status}')} {number}<extra></extra>",
        )
    _layout(figure, 62, barmode="stack", margin={"l": 0, "r": 0, "t": 30, "b": 0}, bargap=0.1, showlegend=True)
    figure.update_layout(legend=_LEGEND | {"traceorder": "normal"})
    figure.update_xaxes(visible=False, range=[0, max(1, counts["expected"])])
    figure.update_yaxes(visible=False)
    return figure


def on_time_heatmap(figures: pandas.DataFrame, units: Mapping[str, str], months: Sequence[date], t: Words) -> go.Figure:
    """On-time rate per unit (code → name) and month. figures: unit_code, month, due, on_time, pending, on_time_rate;
    a cell stays blank where nothing was due or the deadline has not passed.
    """
    stamps = [pandas.Timestamp(month) for month in months]
    known = {(row.unit_code, row.month): row for row in figures.itertuples()}
    rates, labels, hovers = [], [], []
    for code, name in units.items():
        found = [known.get((code, stamp)) for stamp in stamps]
        rates.append([_closed_rate(row) for row in found])
        labels.append(["" if numpy.isnan(r) or r == 1 else f"{100 * r:.0f}" for r in rates[-1]])
        hovers.append([f"{name} {s:%Y-%m}<br>{_hover(row, t)}" for s, row in zip(stamps, found, strict=True)])
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
    figure = _layout(go.Figure(cells), 70 + _rows(list(units.values())), margin={"l": 0, "r": 4, "t": 34, "b": 24})
    marked = [column for column in columns if column[5:] in ("01", "07")]
    figure.update_xaxes(type="category", tickvals=marked, tickangle=0, showgrid=False)
    return _unit_axis(figure, list(units.values()))


def _unit_axis(figure: go.Figure, names: Sequence[str]) -> go.Figure:
    rows = list(range(len(names)))
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[_wrapped(name) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    return figure


def _closed_rate(row) -> float:
    return numpy.nan if row is None or row.pending or not row.due else row.on_time / row.due


def _hover(row, t: Words) -> str:
    if row is None or not (row.due or row.pending):
        return t("chart.nothing_due")
    if row.pending:
        return t("chart.still_open", received=row.received, pending=row.pending)
    return t("chart.x_of_y", on_time=row.on_time, due=row.due, late=row.late, missing=row.missing)


def ranking(figures: pandas.DataFrame, names: Mapping[str, str], t: Words) -> go.Figure:
    """On-time rate by unit or template, the best on top. figures: code, on_time, due, on_time_rate (none NaN)."""
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
        hovertext=[f"{title}<br>{label}" for title, label in zip(titles, labels, strict=True)],
        hoverinfo="text",
    )
    figure = _layout(go.Figure(bars), 30 + _rows(titles, 26), margin={"l": 0, "r": 8, "t": 4, "b": 24}, bargap=0.25)
    figure.update_xaxes(range=[0, 1.05], tickvals=[0, 0.5, 1], ticktext=["0%", "50%", "100%"], showgrid=False)
    return _unit_axis(figure, titles)


def _percent(share: float) -> str:
    return f"{share:.0%}" if share == 1 or share < 0.995 else f"{share:.1%}"


def days_around_deadline(received: pandas.DataFrame, units: Mapping[str, str], t: Words) -> go.Figure:
    """One mark a submission: days before (left) or after (right) its deadline. received: unit_code,
    lead_days, label.
    """
    codes = {code: row for row, code in enumerate(units)}
    known = received[received["unit_code"].isin(codes)]
    spread = (numpy.arange(len(known)) * 0.618) % 1 - 0.5
    rows = known["unit_code"].map(codes).to_numpy(dtype=float)
    after = -known["lead_days"].to_numpy(dtype=float)
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
            hovertext=known["label"].to_numpy()[which],
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
    _layout(figure, 90 + _rows(list(units.values()), 26), margin={"l": 0, "r": 8, "t": 30, "b": 40})
    marks = [-20, -10, 0, 10, 20, 30]
    figure.update_xaxes(
        title=t("chart.days_axis"),
        tickvals=marks,
        ticktext=[t("chart.deadline") if m == 0 else f"{m:+d}" for m in marks],
        range=[-25, max(8.0, float(after_shown.max(initial=0)) + 2)],
        zeroline=False,
    )
    return _unit_axis(figure, list(units.values()))


def _side(days: float, t: Words) -> str:
    return t("chart.after") if days >= 0 else t("chart.before")


def trend(figures: pandas.DataFrame, t: Words, height: int = 280) -> go.Figure:
    """Reporting and on-time rate by month. figures: month, due, received, on_time and both rates (NaN: a gap)."""
    figure = go.Figure()
    lines = (
        ("reporting_rate", "received", GREY, "circle", "dot"),
        ("on_time_rate", "on_time", BLUE, "square", "solid"),
    )
    for column, part, colour, symbol, dash in lines:
        figure.add_scatter(
            x=figures["month"],
            y=figures[column],
            mode="lines+markers",
            name=t(f"chart.{column}"),
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 6},
            customdata=numpy.stack([figures[part], figures["due"]], axis=-1),
            hovertemplate="%{x|%Y-%m}: %{y:.1%} (%{customdata[0]}/%{customdata[1]})<extra></extra>",
        )
    _layout(figure, height, margin={"l": 0, "r": 8, "t": 30, "b": 24})
    lowest = numpy.nanmin([figures["on_time_rate"].min(), figures["reporting_rate"].min(), 1.0])
    figure.update_yaxes(tickformat=".0%", range=[max(0.0, numpy.floor(lowest * 10) / 10 - 0.1), 1.02], nticks=6)
    figure.update_xaxes(tickformat="%Y-%m", nticks=6, showgrid=False)
    return figure


def freshness_matrix(
    cells: pandas.DataFrame, units: Mapping[str, str], templates: Sequence[str], t: Words
) -> go.Figure:
    """State per unit and template as colour, mark and age. cells: unit_code, template_code, state, age_days, label."""
    known = {(row.unit_code, row.template_code): row for row in cells.itertuples()}
    order = list(_STATES)
    grid = [[known.get((unit, template)) for template in templates] for unit in units]
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
        zmin=0,
        zmax=2,
        showscale=False,
        colorscale=[[0, PALE], [0.33, PALE], [0.34, AMBER], [0.66, AMBER], [0.67, RUST], [1, RUST]],
        xgap=2,
        ygap=2,
    )
    figure = go.Figure(heat)
    figure.add_scatter(**_marks(grid), mode="text", textfont={"color": INK, "size": 10}, showlegend=False)
    for state, colour in _STATES.items():
        square = {"symbol": "square", "size": 11, "color": colour}
        name = f"{t(f'freshness.{state}')} {_MARKS[state]}".strip()
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=square)
    _layout(figure, 90 + _rows(list(units.values()), 26), margin={"l": 0, "r": 4, "t": 66, "b": 4})
    columns = list(range(len(templates)))
    figure.update_xaxes(tickvals=columns, ticktext=list(templates), range=[-0.5, len(templates) - 0.5])
    figure.update_xaxes(side="top", autotickangles=[0, -90], showgrid=False, zeroline=False, tickfont={"size": 11})
    return _unit_axis(figure, list(units.values()))


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
        return t("freshness.never_short") if cell.state == "stale" else ""
    return t("freshness.days_short", days=int(cell.age_days))


def history(series: pandas.DataFrame, period: pandas.Timestamp, value: float, t: Words) -> go.Figure:
    """The series behind a flag over the range that was to be expected of each period; the flagged point stands out.
    series: period, value, low, high (NaN where nothing is known).
    """
    figure = go.Figure()
    known = series.dropna(subset=["low", "high"])
    for name in ("high", "low"):
        figure.add_scatter(
            x=known["period"],
            y=known[name],
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
    _layout(figure, 260, margin={"l": 0, "r": 8, "t": 30, "b": 24})
    figure.update_xaxes(tickformat="%Y-%m", nticks=6, showgrid=False)
    usual = series["value"].median()
    is_apart = (series["value"] > 0).all() and value > _APART * usual
    scale = {"type": "log", "exponentformat": "none"} if is_apart else {"rangemode": "tozero", "nticks": 5}
    figure.update_yaxes(**scale, separatethousands=True)
    return figure
