"""How many of some dues were on time, late and so on, and every figure that follows: here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import pandas

RECEIVED = ("on_time", "late")
OWED = ("missing", "pending")
JUDGED = (*RECEIVED, "missing")
"""The statuses that rates count: an exempt due and one that can still be in time are in no rate."""


def share(part: int, whole: int) -> Fraction | None:
    """A rate; None where there is nothing to have a share of."""
    return Fraction(part, whole) if whole else None


@dataclass(frozen=True)
class Tally:
    """Counts of dues by status; pending and exempt are in no rate. The others are shares of these: zero_report and
    platform of what was received; extended of what is pending: only an extension keeps it from being missing; early of
    what was on time: its deadline is still to come; running of all but exempt: its month is not over, so that others of
    it may still open.
    """

    on_time: int = 0
    late: int = 0
    missing: int = 0
    pending: int = 0
    exempt: int = 0
    zero_report: int = 0
    platform: int = 0
    extended: int = 0
    early: int = 0
    running: int = 0

    @property
    def received(self) -> int:
        """已报."""
        return self.on_time + self.late

    @property
    def due(self) -> int:
        """What rates count: received, or its deadline has passed. No word for people: 应报 is `expected`."""
        return self.received + self.missing

    @property
    def expected(self) -> int:
        """应报: everything that is to come in, what can still be in time with it."""
        return self.due + self.pending

    @property
    def owed(self) -> int:
        """Not received, whether its deadline has passed or not."""
        return self.missing + self.pending

    @property
    def reporting_rate(self) -> Fraction | None:
        """报送率; None where nothing was due."""
        return share(self.received, self.due)

    @property
    def on_time_rate(self) -> Fraction | None:
        """按时率; None where nothing was due."""
        return share(self.on_time, self.due)

    @property
    def is_settled(self) -> bool:
        """Nothing can be on time or become late any more."""
        return not self.pending and not self.running

    @property
    def is_over(self) -> bool:
        """Deadlines have passed, and whatever is pending was given a later one."""
        return self.is_settled or (not self.running and self.pending == self.extended and self.due > self.early)

    @property
    def told_reporting_rate(self) -> Fraction | None:
        """The rate once it is over: before that it would be 100 % for the first file."""
        return self.reporting_rate if self.is_over else None

    @property
    def told_on_time_rate(self) -> Fraction | None:
        """As told_reporting_rate."""
        return self.on_time_rate if self.is_over else None


NOTHING = Tally()
COUNTS = tuple(field.name for field in fields(Tally))
_TYPES = dict.fromkeys(("received", "due", "expected", "owed"), "int64")
_TYPES |= dict.fromkeys(("reporting_rate", "on_time_rate", "told_reporting_rate", "told_on_time_rate"), "float64")
_TYPES |= dict.fromkeys(("is_over", "is_settled"), "bool")


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    rows = [tuple(getattr(tally, name) for name in COUNTS) for tally in tallies]
    return Tally(*(sum(column) for column in zip(*rows, strict=True)))


def tally_of(dues: pandas.DataFrame) -> Tally:
    """The counts of rows of `data.dues.timeliness.dues`."""
    numbers = dues["status"].value_counts()
    kinds = dues.loc[dues["status"].isin(RECEIVED), "kind"].value_counts()
    return Tally(
        *(int(numbers.get(name, 0)) for name in ("on_time", "late", "missing", "pending", "exempt")),
        *(int(kinds.get(name, 0)) for name in ("zero_report", "platform_declaration")),
        *(int(dues[name].astype(bool).sum()) for name in ("is_extended", "is_early", "is_running")),
    )


def with_figures(counts: pandas.DataFrame) -> pandas.DataFrame:
    """A frame that has COUNTS, with every property of Tally as a column; a rate is NaN where it is None."""
    rows = list(counts[list(COUNTS)].itertuples(index=False, name=None))
    tallies = {row: Tally(*row) for row in set(rows)}  # far fewer than rows where each is one due

    def column(name: str, type_: str) -> pandas.Series:
        values = {row: getattr(tally, name) for row, tally in tallies.items()}
        if type_ == "float64":
            values = {row: float("nan") if rate is None else float(rate) for row, rate in values.items()}
        return pandas.Series([values[row] for row in rows], index=counts.index, dtype=type_)

    return counts.assign(**{name: column(name, type_) for name, type_ in _TYPES.items()})


def summed(figures: pandas.DataFrame, by: Sequence[str]) -> pandas.DataFrame:
    """Figures at a coarser grain, from the sums of their counts."""
    return with_figures(figures.groupby(list(by), as_index=False, sort=False)[list(COUNTS)].sum())
