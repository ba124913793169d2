"""What all figures share: colours, legend, margins, and axes with long names."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

Words = Callable[..., str]
To = Callable[..., str]
"""The address behind a mark: To(unit=…, month=…). A mark bears it as the last thing in its customdata."""

# Told apart with any colour vision (after Okabe and Ito), and never alone: numbers, marks or shapes go with them.
BAND = "rgba(138, 151, 165, 0.28)"
BLUE, PALE, AMBER, RUST, GREY, INK = "#3A7CB8", "#BCD7EE", "#F3C25B", "#DB7448", "#8A97A5", "#1B2733"
SAND, MIST = "#FAE7BE", "#E9EDF1"  # lighter than amber, and what is to be judged not at all
_WRITING = 12  # plotly's own size
CONFIG = {"displayModeBar": False, "scrollZoom": False}
LEGEND = {"orientation": "h", "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container"}
LEGEND |= {"yanchor": "top"}  # measured from the container: a legend measured from the plot would shrink it


def laid_out(figure: go.Figure, height: int, **more) -> go.Figure:
    """What all figures share: no zooming by an accidental touch, room for the names, the legend above."""
    figure.update_layout(height=height, dragmode=False, legend=LEGEND, hoverlabel={"align": "left"}, **more)
    figure.update_xaxes(fixedrange=True, automargin=True, title_standoff=6)
    figure.update_yaxes(fixedrange=True, automargin=True)
    return figure


def enlarged(figure: go.Figure, scale: float) -> go.Figure:
    """A copy of the figure with its writing so many times as large, to be read across a room, and somewhat higher."""
    large = go.Figure(figure)

    def grown(font: Any) -> float:
        return (font.size or _WRITING) * scale

    if large.layout.height:
        large.update_layout(height=large.layout.height * (1 + scale) / 2)
    large.update_layout(font={"size": _WRITING * scale}, legend={"font": {"size": grown(large.layout.legend.font)}})
    for axis in (*large.select_xaxes(), *large.select_yaxes()):
        axis.update(tickfont={"size": grown(axis.tickfont)}, title={"font": {"size": grown(axis.title.font)}})
    for written in large.layout.annotations:
        written.font.size = grown(written.font)
    for trace in large.data:
        if "textfont" in trace:
            trace.textfont.size = (
                trace.textfont.size if isinstance(trace.textfont.size, tuple) else grown(trace.textfont)
            )
    return large


def with_clicks(figure: go.Figure, marks: Sequence[tuple[Any, Any, str, str]]) -> go.Figure:
    """The figure with unseen marks that can be clicked, since Plotly lets nobody choose a heatmap's cells. marks: x, y,
    address and what hovering tells, a cell each.
    """
    x, y, addresses, hovers = zip(*marks, strict=True) if marks else ((), (), (), ())
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=list(x),
        y=list(y),
        customdata=list(addresses),
        mode="markers",
        marker={"symbol": "square", "size": 24, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertext=list(hovers),
        hoverinfo="text",
        showlegend=False,
    )
    return figure


def wrapped(name: str, width: int = 22) -> str:
    """Long names with spaces in two lines or more, so that on a phone something is left for the figure."""
    lines = [""]
    for word in name.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def half_years(months: Sequence[str]) -> dict[str, list[str]]:
    """tickvals and ticktext of an axis of months such as 2026-01: each January with its year, each July as 07 alone, so
    that two years fit on a phone.
    """
    marked = [month for month in months if month[5:] in ("01", "07")]
    return {"tickvals": marked, "ticktext": [month if month[5:] == "01" else month[5:] for month in marked]}


def rows_height(names: Sequence[str], least: int = 22) -> int:
    """Height of the rows: all alike, high enough for the name with the most lines."""
    lines = max((wrapped(name).count("<br>") + 1 for name in names), default=1)
    return len(names) * max(least, 14 * lines + 3)


def with_unit_axis(figure: go.Figure, names: Sequence[str]) -> go.Figure:
    """The figure with a row for each name, the first on top."""
    rows = list(range(len(names)))
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[wrapped(name) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    return figure
