"""Counting working days: without weekends and holidays, with make-up days, as the catalogue's calendar has them."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

from data.store import Store


class Workdays:
    """The working days that the store knows; beyond them Monday to Friday."""

    def __init__(self, days: Sequence[date]) -> None:
        self._days = sorted(days)

    def after(self, day: date, number: int) -> date:
        """The number-th working day after a day; the day itself for 0."""
        if number <= 0:
            return day
        place = bisect_right(self._days, day) + number - 1
        if self._days and day >= self._days[0] and place < len(self._days):
            return self._days[place]
        while number:
            day += timedelta(days=1)
            number -= day.weekday() < 5
        return day


def workdays(store: Store) -> Workdays:
    """Those of the catalogue in force."""
    return Workdays([day for (day,) in store.rows("SELECT day FROM workday WHERE is_workday")])
