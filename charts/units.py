"""One unit, month by month."""

import pandas
import plotly.graph_objects as go

from charts.style import AMBER, GREY, PALE, RUST, To, Words, half_years, laid_out

_COLOURS = {"on_time": PALE, "late": AMBER, "missing": RUST, "pending": GREY}


def months_strip(figures: pandas.DataFrame, t: Words, to: To) -> go.Figure:
    """How many of a unit's returns were on time, late, missing or are still to come, a bar for each month. figures:
    month and these counts. to(month, status): what lies behind a part of a bar.
    """
    figure = go.Figure()
    months = [f"{month:%Y-%m}" for month in figures["month"]]
    for status, colour in _COLOURS.items():
        if figures[status].any():
            figure.add_bar(
                x=months,
                y=figures[status],
                name=t(f"status.{status}"),
                customdata=[to(month=month.date(), status=status) for month in figures["month"]],
                marker={"color": colour},
                hovertemplate=f"%{{x}} {t(f'status.{status}')} %{{y}}<extra></extra>",
            )
    laid_out(figure, 190, barmode="stack", margin={"l": 0, "r": 0, "t": 30, "b": 24}, bargap=0.15, showlegend=True)
    figure.update_xaxes(type="category", **half_years(months))
    figure.update_xaxes(tickangle=0, showgrid=False)
    figure.update_yaxes(nticks=4, rangemode="tozero", tickformat="d")
    return figure
