"""What a month's circular and bulletin rest on, as plain values: from a store, or from a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from data.dues.freshness import FreshnessTally
from data.dues.tally import NOTHING, Tally, total
from documents.draft import Draft


@dataclass(frozen=True)
class UnitMonth:
    """A unit's month, and the one before it. marks: template code → how its due stands, in a word or two. alike: both
    months of the templates alone that were due in both; None: these are all.
    """

    unit_name: str
    now: Tally
    before: Tally = NOTHING
    marks: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[Tally, Tally] | None = None

    @property
    def compared(self) -> tuple[Tally, Tally]:
        """This month and the one before, of what was due in both: a quarterly return has none to stand against."""
        return self.alike or (self.now, self.before)


@dataclass(frozen=True)
class Owed:
    """One due: what it is, by when, and what became of it. received_at: None while it is owed. is_extended: the
    deadline is one that was granted.
    """

    unit_name: str
    template_name: str
    period: str
    deadline: datetime
    days_late: int = 0
    received_at: datetime | None = None
    is_extended: bool = False


@dataclass(frozen=True)
class Problem:
    """A line of the list of problems. what: 未报, 迟报, 退回未重报, 核实性问题."""

    unit_name: str
    template_name: str
    period: str
    what: str
    details: str


@dataclass(frozen=True)
class OpenFlags:
    """疑似异常 of one return that wait for an answer: how many, and the figures that they doubt, by their columns."""

    unit_name: str
    template_name: str
    number: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quality:
    """returned: files sent back; returned_reports: of how many reports; not_sent_again: those of them that nothing was
    accepted for by now; checks: 核实性 issues of the files that count, explained: those of them with an explanation;
    units: who had files returned, and how many.
    """

    returned: int = 0
    returned_reports: int = 0
    not_sent_again: int = 0
    checks: int = 0
    explained: int = 0
    units: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class MonthFacts:
    """units: in the bureau's official order, those without any due too. trend: the last months, this one at the end.
    templates: code → name. deadlines: those of the round, without extensions; extended_until: those of extensions that
    still run; next_deadlines: those of the month after. granted: how many were on time by an extension alone;
    freshness: of all data at that moment.
    """

    draft: Draft
    month: date
    units: tuple[UnitMonth, ...]
    trend: tuple[tuple[date, Tally], ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    quality: Quality = Quality()
    quality_before: Quality = Quality()
    problems: tuple[Problem, ...] = ()
    deadlines: tuple[datetime, ...] = ()
    next_deadlines: tuple[datetime, ...] = ()
    extended_until: tuple[datetime, ...] = ()
    granted: int = 0
    freshness: FreshnessTally | None = None

    @property
    def now(self) -> Tally:
        """The bureau's month."""
        return total(unit.now for unit in self.units)

    @property
    def before(self) -> Tally:
        """The bureau's month before; the trend knows it with units that owe nothing any more."""
        return self.trend[-2][1] if len(self.trend) > 1 else Tally()

    @property
    def compared(self) -> tuple[Tally, Tally]:
        """As UnitMonth.compared, of the bureau."""
        if all(unit.alike is None for unit in self.units):
            return self.now, self.before
        now, before = zip(*(unit.compared for unit in self.units), strict=True)
        return total(now), total(before)

    @property
    def left_out(self) -> tuple[int, int]:
        """How many were due this month and not in the one before, and the other way round."""
        now, before = self.compared
        return self.now.expected - now.expected, self.before.expected - before.expected

    @property
    def owing(self) -> tuple[UnitMonth, ...]:
        """The units with something due, still to come, or exempt."""
        return tuple(unit for unit in self.units if unit.now.expected or unit.now.exempt)

    @property
    def prompt(self) -> tuple[str, ...]:
        """The names of the units that were on time with everything."""
        return tuple(unit.unit_name for unit in self.owing if unit.now.is_settled and unit.now.on_time_rate == 1)

    @property
    def parts(self) -> tuple[tuple[str, str, int], ...]:
        """(name, field of Tally, how many) of what the bar of the month is made of; without what there is none of."""
        names = {"on_time": "按时", "late": "迟报", "missing": "未报", "pending": "待报"}
        return tuple((name, kind, number) for kind, name in names.items() if (number := getattr(self.now, kind)))

    @property
    def idle(self) -> tuple[str, ...]:
        """The names of the units that owe nothing this month."""
        return tuple(unit.unit_name for unit in self.units if unit not in self.owing)


def ranks(rates: Sequence[Fraction | None]) -> list[int | None]:
    """1 for the highest; equal rates share a place; None stays without one."""
    given = [rate for rate in rates if rate is not None]
    return [None if rate is None else 1 + sum(other > rate for other in given) for rate in rates]
