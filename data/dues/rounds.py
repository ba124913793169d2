"""Where a round stands at a moment: its figures, whether it is over, its due days and how far off they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas

from data.catalogue.in_force import clock_of
from data.clock import MIDNIGHT, Clock
from data.dues.tally import Tally, summed, tally_of
from data.dues.timeliness import dues, figures
from data.periods import add_months
from data.store import Store


def days_left(due_date: date, today: date) -> int:
    """Days of the bureau's calendar from today to the last day in time; negative after it."""
    return (due_date - today).days


def time_left(deadline: datetime, as_of: datetime) -> timedelta:
    """To the deadline; nothing or less once it has passed."""
    return deadline - as_of


def is_month_over(month: date, as_of: datetime, clock: Clock) -> bool:
    """Whether the month has ended: until then dues of it may still open."""
    return as_of >= clock.start(add_months(month, 1))


@dataclass(frozen=True)
class DueDay:
    """A last day in time of a round, until how many minutes of it, and the dues that go by it. has_passed: nothing of
    it can be in time any more. days_left: of the calendar, negative afterwards; time_left: to the first instant too
    late. days_past: begun days since then, as `days_late` of a due; 0 while it is to come. is_granted: by extension.
    """

    due_date: date
    due_minutes: int
    tally: Tally
    has_passed: bool
    days_left: int
    time_left: timedelta
    days_past: int
    is_granted: bool

    @property
    def has_hour(self) -> bool:
        """It ends within the day."""
        return self.due_minutes != MIDNIGHT


@dataclass(frozen=True)
class RoundStanding:
    """A round as of a moment. units: each unit's own tally, who owes most first. due_days: of what is not exempt, the
    earliest first.
    """

    month: date
    as_of: datetime
    tally: Tally
    units: tuple[tuple[str, Tally], ...]
    due_days: tuple[DueDay, ...]

    @property
    def is_over(self) -> bool:
        """As Tally.is_over."""
        return self.tally.is_over

    @property
    def open(self) -> int:
        """Pending, and not by extension."""
        return self.tally.pending - self.tally.extended

    @property
    def missing_units(self) -> tuple[str, ...]:
        """Who has let a deadline pass."""
        return tuple(code for code, tally in self.units if tally.missing)

    @property
    def open_units(self) -> tuple[str, ...]:
        """Who can still be in time with something, not by extension."""
        return tuple(code for code, tally in self.units if tally.pending > tally.extended)

    @property
    def extended_units(self) -> tuple[str, ...]:
        """Who would be missing something but for an extension."""
        return tuple(code for code, tally in self.units if tally.extended)

    @property
    def owing_units(self) -> tuple[str, ...]:
        """Who owes anything, whether its deadline has passed or not."""
        return tuple(code for code, tally in self.units if tally.owed)

    @property
    def next_day(self) -> DueDay | None:
        """The next day by which something is awaited that is not received; None where nothing is."""
        return next((day for day in self.due_days if day.tally.pending), None)

    @property
    def next_open_day(self) -> DueDay | None:
        """As next_day, without what only an extension keeps from being missing."""
        return next((day for day in self.due_days if day.tally.pending > day.tally.extended), None)

    @property
    def extended_days(self) -> tuple[DueDay, ...]:
        """Until when extensions run of which something is awaited."""
        return tuple(day for day in self.due_days if day.tally.extended)

    @property
    def main_day(self) -> DueDay | None:
        """The day to show: while the round runs the next one, then the last that was not granted by extension."""
        if self.next_open_day is not None:
            return self.next_open_day
        past = [day for day in self.due_days if day.has_passed]
        common = [day for day in past if not day.is_granted] or past
        return common[-1] if common else self.next_day or (self.due_days[-1] if self.due_days else None)


def round_standing(store: Store, as_of: datetime, month: date, unit_code: str | None = None) -> RoundStanding:
    """Where the round of a month stands."""
    return standing_of(dues(store, as_of, month, unit_code), month, as_of, clock_of(store))


def standing_of(round_dues: pandas.DataFrame, month: date, as_of: datetime, clock: Clock) -> RoundStanding:
    """From the month's dues as of that moment."""
    here = clock.local(as_of)
    units = [(code, tally_of(rows)) for code, rows in round_dues.groupby("unit_code", sort=True)]
    units.sort(key=lambda unit: (-unit[1].missing, -unit[1].pending))
    days = round_dues[round_dues["status"] != "exempt"].groupby(["deadline", "due_date", "due_minutes"], sort=True)
    return RoundStanding(
        month, here, tally_of(round_dues), tuple(units), tuple(_due_day(*key, rows, here) for key, rows in days)
    )


def _due_day(
    deadline: pandas.Timestamp, due_date: pandas.Timestamp, minutes: int, rows: pandas.DataFrame, as_of: datetime
) -> DueDay:
    last = due_date.to_pydatetime() + timedelta(minutes=int(minutes))
    has_passed = deadline <= as_of
    return DueDay(
        due_date.date(),
        int(minutes),
        tally_of(rows),
        has_passed,
        days_left(due_date.date(), as_of.date()),
        deadline.to_pydatetime() - as_of,
        1 + (as_of.replace(tzinfo=None) - last) // timedelta(days=1) if has_passed else 0,
        bool((rows["change_kind"] == "extension").all()),
    )


def coming_deadlines(store: Store, as_of: datetime, month: date) -> list[datetime]:
    """The deadlines of a round that are still to come, asked as if all of it had opened; without extensions."""
    clock = clock_of(store)
    later = dues(store, as_of + timedelta(days=62), month)
    moments = {moment.to_pydatetime() for moment in later.loc[later["status"] != "exempt", "planned_deadline"]}
    return sorted(clock.local(moment) for moment in moments if moment > as_of)


def over_by_month(figures: pandas.DataFrame) -> pandas.DataFrame:
    """`figures` by month, the earliest first: the months that are over."""
    by_month = summed(figures, ["month"]).sort_values("month")
    return by_month[by_month["is_over"]]


def settled_months(store: Store, as_of: datetime, months: Sequence[date]) -> list[date]:
    """Those of these months that are over, with nothing pending any more; a month in which nothing was owed is one."""
    clock = clock_of(store)
    by_month = figures(store, as_of, ["month"])
    waiting = {month.date() for month in by_month.loc[~by_month["is_settled"], "month"]}
    return [month for month in months if is_month_over(month, as_of, clock) and month not in waiting]


def last_settled(store: Store, as_of: datetime) -> date | None:
    """The newest month in which something was expected and nothing is pending any more; None where there is none."""
    by_month = figures(store, as_of, ["month"])
    settled = by_month.loc[by_month["is_settled"] & (by_month["expected"] > 0), "month"]
    return None if settled.empty else settled.max().date()
