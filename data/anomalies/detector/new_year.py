"""Chinese New Year moves between January and February; a month is slow by its share of the holiday."""

from datetime import date, timedelta

import numpy

DAYS = 15  # from New Year's Eve: the week off and the week in which work comes back
_DATES = (
    "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 "
    "2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 "
    "2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 "
    "2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)


def _shares() -> dict[int, float]:
    shares: dict[int, float] = {}
    for text in _DATES.split():
        for day in range(DAYS):
            on = date.fromisoformat(text) + timedelta(days=day - 1)
            month = on.year * 12 + on.month - 1
            shares[month] = shares.get(month, 0.0) + 1 / DAYS
    return shares


SHARES = _shares()


def holiday_share(months: numpy.ndarray) -> numpy.ndarray:
    """For each month (year * 12 + month - 1) the share of the holiday in it; 0 for years that are not listed."""
    return numpy.array([SHARES.get(int(month), 0.0) for month in months])
