"""When each return came, by unit and template, and when the next is expected."""

from collections.abc import Sequence
from datetime import datetime

import pandas
import plotly.graph_objects as go

from charts.style import AMBER, BLUE, GREY, RUST, Words, laid_out, rows_height, with_unit_axis


def deliveries(
    received: pandas.DataFrame, expected: pandas.DataFrame, names: Sequence[str], as_of: datetime, t: Words
) -> go.Figure:
    """One row a unit x template. received: row, at, is_late, label. expected: row, expected_at and next_deadline (NaT:
    none), label. names: of the rows, the first on top. Moments are as the bureau's clock shows them, without a zone.
    """
    figure = go.Figure()
    for name, is_late, colour, symbol in (("on_time", False, BLUE, "circle"), ("late", True, RUST, "x")):
        some = received[received["is_late"] == is_late]
        figure.add_scatter(
            x=some["at"],
            y=some["row"],
            mode="markers",
            name=t(f"freshness.timeline.{name}"),
            marker={"color": colour, "symbol": symbol, "size": 6},
            hovertext=some["label"],
            hoverinfo="text",
        )
    for name, column, colour, symbol in (
        ("expected", "expected_at", AMBER, "diamond"),
        ("deadline", "next_deadline", GREY, "line-ns-open"),
    ):
        some = expected[expected[column].notna()]
        figure.add_scatter(
            x=some[column],
            y=some["row"],
            mode="markers",
            name=t(f"freshness.timeline.{name}"),
            marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": GREY, "width": 1}},
            hovertext=some["label"],
            hoverinfo="text",
        )
    figure.add_vline(x=as_of, line={"color": GREY, "width": 1, "dash": "dot"})
    laid_out(figure, 100 + rows_height(list(names), 22), margin={"l": 0, "r": 8, "t": 66, "b": 24})
    figure.update_xaxes(tickformat="%Y-%m", nticks=7, side="bottom", showgrid=True)
    return with_unit_axis(figure, list(names))
