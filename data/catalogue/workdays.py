"""The working calendar: Monday to Friday, but for the holidays and the weekend days that are worked (调休)."""

from collections.abc import Iterable
from datetime import date, timedelta

from data.catalogue.model import CalendarDay, RestDays

WEEKEND = "weekend"
_FARTHEST = 60  # days looked for a working day; a calendar that rests longer is wrong


class Workdays:
    """Which days are worked."""

    def __init__(self, calendar: Iterable[CalendarDay]) -> None:
        self._departures = {day.day: day for day in calendar}
        self.years = frozenset(day.year for day in self._departures)
        """The years whose holidays are known; in another one Monday to Friday is all there is to go by."""

    def is_workday(self, day: date) -> bool:
        """True on a day that is worked."""
        departure = self._departures.get(day)
        return departure.is_workday if departure else day.weekday() < 5

    def rest_name(self, day: date) -> str:
        """Why a day is not worked: the holiday's name, or WEEKEND; empty on a working day."""
        if self.is_workday(day):
            return ""
        departure = self._departures.get(day)
        return departure.day_name if departure and departure.day_name else WEEKEND

    def nth_after(self, day: date, number: int) -> date:
        """The n-th working day after a day; a negative number counts back, 0 is the day itself. ValueError in a
        calendar without any.
        """
        if number == 0:
            return day
        step, left, reached = timedelta(days=1 if number > 0 else -1), abs(number), day
        for _ in range(_FARTHEST * left):
            reached += step
            left -= self.is_workday(reached)
            if not left:
                return reached
        raise ValueError(f"expected a working day within {_FARTHEST} days of {day}, found none: mend the calendar")

    def moved(self, day: date, rest_days: RestDays, number: int = 1) -> date:
        """Where a day goes that may be no working day."""
        if rest_days is RestDays.FIXED or self.is_workday(day):
            return day
        if rest_days is RestDays.ADVANCE:
            return self.nth_after(day, -1)
        return self.nth_after(day, number if rest_days is RestDays.NTH_WORKDAY else 1)
