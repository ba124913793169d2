"""A course of one month has one tick below it, not four with the same name."""

from datetime import date

import pandas
import pytest

from charts.timeliness import TICKS, trend


@pytest.mark.parametrize(("months", "ticks"), [(1, 1), (TICKS, TICKS), (TICKS + 1, None)])
def test_as_many_ticks_as_months(months: int, ticks: int | None) -> None:
    days = [pandas.Timestamp(date(2026, month, 1)) for month in range(1, months + 1)]
    rates = {"due": 4, "received": 4, "on_time": 3, "reporting_rate": 1.0, "on_time_rate": 0.75}
    figure = trend(pandas.DataFrame([{"month": day, **rates} for day in days]), lambda key, **_: key, lambda month: "")
    written = figure.layout.xaxis.tickvals
    assert (len(written) if written is not None else None) == ticks
