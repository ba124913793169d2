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
    """A unit's month, and the one before it. marks: template code → how its due stands, in a word or two."""

    unit_name: str
    now: Tally
    before: Tally = NOTHING
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Owed:
    """One due: what it is, by when, and what became of it. received_at: None while it is owed."""

    unit_name: str
    template_name: str
    period: str
    deadline: datetime
    days_late: int = 0
    received_at: datetime | None = None


@dataclass(frozen=True)
class Problem:
    """A line of the list of problems. what: 未报, 迟报, 退回未重报, 核实性问题."""

    unit_name: str
    template_name: str
    period: str
    what: str
    details: str


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
    still run; next_deadlines: those of the month after. freshness: of all data at that moment.
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
