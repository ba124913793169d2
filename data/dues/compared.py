"""A round's on-time rate against that of the month before and of the same month a year before."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas

from data.dues.tally import COUNTS, Tally
from data.periods import add_months

BEFORE = (1, 12)


@dataclass(frozen=True)
class Against:
    """An earlier month. rate: its on-time rate; gained: by how much the later one is higher, as a share."""

    months_before: int
    month: date
    rate: Fraction
    gained: Fraction


def against_before(by_month: pandas.DataFrame, month: date) -> list[Against]:
    """by_month: `data.dues.timeliness.figures` by month. Only with months that are over, and nothing before this one
    is: a rate that is still moving is neither better nor worse. What was not counted yet has no entry.
    """
    rates = {
        row.month.date(): Tally(*(int(getattr(row, name)) for name in COUNTS)).told_on_time_rate
        for row in by_month.itertuples()
    }
    rate = rates.get(month)
    if rate is None:
        return []
    earlier = [(months, add_months(month, -months)) for months in BEFORE]
    return [
        Against(months, before, known, rate - known)
        for months, before in earlier
        if (known := rates.get(before)) is not None
    ]
