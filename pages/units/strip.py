"""A unit's months as a strip of figures."""

from datetime import datetime
from functools import partial

from charts.units import months_strip
from data.dues.tally import summed
from pages.frame import asking, ways
from pages.frame.drawn import Drawn
from text import t


def strip(as_of: datetime, unit_code: str, months: int) -> Drawn:
    """On time or not in each of the last months; each leads to the unit's dues of that month."""
    figures = asking.figures(as_of, asking.months(as_of)[:months], unit_code)
    by_month = summed(figures, ["month"]).sort_values("month")
    return Drawn(months_strip(by_month, t, partial(ways.dues_address, unit=unit_code)))
