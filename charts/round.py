"""Where a round stands."""

from collections.abc import Mapping

import plotly.graph_objects as go

from charts.style import AMBER, GREY, LEGEND, PALE, RUST, To, Words, laid_out


def round_bar(counts: Mapping[str, int], t: Words, to: To) -> go.Figure:
    """A round as one bar: on time, late, missing, extended and still to come (pending but for extended). counts: one
    number each, and expected, all of them. to(status): what lies behind a part.
    """
    figure = go.Figure()
    colours = {"on_time": PALE, "late": AMBER, "missing": RUST, "extended": GREY, "pending": "#DDE3EA"}
    for status, colour in colours.items():
        number = counts[status]
        if not number:
            continue
        figure.add_bar(
            x=[number],
            y=[""],
            orientation="h",
            name=f"{t(f'status.{status}')} {number}",
            customdata=[to(status="open" if status == "pending" else status)],
            marker={"color": colour},
            hovertemplate=f"{t(f'status.{status}')} {number}<extra></extra>",
        )
    laid_out(figure, 62, barmode="stack", margin={"l": 0, "r": 0, "t": 30, "b": 0}, bargap=0.1, showlegend=True)
    figure.update_layout(legend=LEGEND | {"traceorder": "normal"})
    figure.update_xaxes(visible=False, range=[0, max(1, counts["expected"])])
    figure.update_yaxes(visible=False)
    return figure
