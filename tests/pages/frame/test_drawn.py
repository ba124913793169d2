"""A figure that is kept shows what the figure shows, and is neither copied nor worked through again."""

import json

import numpy
import plotly.graph_objects as go
import plotly.io
from plotly.tools import return_figure_from_figure_or_data
from streamlit.testing.v1 import AppTest

from pages.frame.drawn import Drawn

FIGURE = go.Figure(go.Heatmap(z=[[0.5, numpy.nan]], x=["2026-09", "2026-10"], customdata=[["甲科", "乙科"]]))
FIGURE.update_layout(height=120)


def test_it_is_what_the_figure_is() -> None:
    sent = json.loads(plotly.io.to_json(Drawn(FIGURE).to_dict(), validate=False))
    assert sent == json.loads(plotly.io.to_json(FIGURE.to_dict(), validate=False))
    assert sent["data"][0]["z"] == [[0.5, None]]


def test_it_is_taken_as_it_is() -> None:
    drawn = Drawn(FIGURE)
    assert return_figure_from_figure_or_data(drawn, validate_figure=True) is drawn.to_dict()


def _page() -> None:
    import streamlit

    from tests.pages.frame.test_drawn import FIGURE, Drawn

    streamlit.plotly_chart(Drawn(FIGURE), key="kept")


def test_streamlit_shows_it() -> None:
    app = AppTest.from_function(_page).run()
    assert not app.exception
    (chart,) = app.get("plotly_chart")
    assert json.loads(chart.proto.spec)["data"][0]["customdata"] == [["甲科", "乙科"]]
