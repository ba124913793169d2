"""The writing of the meeting room's figures."""

import plotly.graph_objects as go

from charts.style import enlarged


def test_all_that_is_written_grows_and_the_figure_itself_stays() -> None:
    bar = go.Bar(x=[1], y=[2], text=["2"], textfont={"size": 10})
    figure = go.Figure([bar], {"height": 200, "xaxis": {"tickfont": {"size": 11}}})
    figure.update_yaxes(title="份")
    figure.add_annotation(text="x", font={"size": 9})
    large = enlarged(figure, 1.5)
    assert (large.layout.font.size, large.layout.xaxis.tickfont.size, large.layout.yaxis.tickfont.size) == (
        18,
        16.5,
        18,
    )
    assert (large.data[0].textfont.size, large.layout.annotations[0].font.size, large.layout.height) == (15, 13.5, 250)
    assert figure.layout.height == 200 and figure.data[0].textfont.size == 10
