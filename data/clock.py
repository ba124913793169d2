"""The bureau's clock: the one place that turns its time zone into days, hours and moments. No zone is the default."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

MIDNIGHT = 24 * 60  # minutes: the day ends


@dataclass(frozen=True)
class Clock:
    """zone: the IANA name of the zone in which the bureau's deadlines are meant. The catalogue's `clock` is the one to
    ask. Moments carry a zone, whichever; ValueError for one that does not.
    """

    zone: str

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def now(self) -> datetime:
        """The present moment, on this clock: for pages and command lines only."""
        return datetime.now(self._zone)

    def local(self, moment: datetime) -> datetime:
        """The same moment as this clock shows it."""
        if moment.tzinfo is None:  # Python would take it for the server's own time
            raise ValueError(f"expected a moment with a time zone, found {moment}")
        return moment.astimezone(self._zone)

    def local_column(self, moments: Any) -> Any:
        """A column of a frame: moments with a zone, in the bureau's."""
        return moments.dt.tz_convert(self.zone)

    def wall_column(self, moments: Any) -> Any:
        """A column of moments as the bureau's clock shows them, without a zone: for axes."""
        return self.local_column(moments).dt.tz_localize(None)

    def day(self, moment: datetime) -> date:
        """The day of the bureau's calendar."""
        return self.local(moment).date()

    def at(self, day: date, minutes: int) -> datetime:
        """The moment that many minutes of the wall clock after a day began; as a deadline the first that is too late.

        In a zone that skips midnight in spring, the day begins with the first instant that there is.
        """
        days, rest = divmod(minutes, MIDNIGHT)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self._zone)
        return wall.astimezone(UTC).astimezone(self._zone)  # a time that the clock skips becomes one that it shows

    def start(self, day: date) -> datetime:
        """The first instant of a day."""
        return self.at(day, 0)

    def end(self, day: date) -> datetime:
        """The first instant after a day."""
        return self.at(day, MIDNIGHT)

    def last_day(self, deadline: datetime) -> date:
        """The last day that has a moment before the deadline: the 22nd for the 23rd at 00:00."""
        return self.day(deadline.astimezone(UTC) - timedelta(microseconds=1))

    def until(self, deadline: datetime) -> tuple[date, int]:
        """A deadline as people say it: its last day, and how many minutes of that day are in time."""
        day, local = self.last_day(deadline), self.local(deadline)
        is_whole = self.end(day).timestamp() == local.timestamp()
        return day, MIDNIGHT if is_whole else local.hour * 60 + local.minute

    def minute(self, moment: datetime) -> str:
        """2026-11-23 09:05."""
        return f"{self.local(moment):%Y-%m-%d %H:%M}"

    def second(self, moment: datetime) -> str:
        """2026-11-23 09:05:30."""
        return f"{self.local(moment):%Y-%m-%d %H:%M:%S}"

    def hour(self, moment: datetime) -> str:
        """09:05."""
        return f"{self.local(moment):%H:%M}"

    def iso(self, moment: datetime) -> str:
        """ISO 8601 with the bureau's offset."""
        return self.local(moment).isoformat()

    def wall(self, shown: datetime) -> datetime:
        """The moment at which this clock shows a time that was given without a zone."""
        return shown.replace(tzinfo=self._zone)

    def parse(self, text: str) -> datetime:
        """An ISO 8601 moment; a day alone means its first instant; without a zone it is the bureau's. ValueError."""
        moment = datetime.fromisoformat(text)
        if not 1900 <= moment.year <= 2200:
            raise ValueError(f"expected a moment between 1900 and 2200, found {text!r}")
        return moment if moment.tzinfo else self.wall(moment)


def is_zone(name: str) -> bool:
    """Whether there is a zone of this name."""
    return name in available_timezones()
