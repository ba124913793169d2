"""Random histories with extensions, exemptions, hours, several due days and quarterly templates, judged one by one."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from data.catalogue.model import DuePolicy, Obligation
from data.dues.changes import Until, exempt, extend, revoke
from data.store import Store
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Key, Owed, Sent, World

LOADED = datetime(2024, 1, 1, tzinfo=UTC)
UNTIL = date(2024, 6, 1)
LAST = datetime(2024, 7, 31, tzinfo=UTC)  # before periods open that are not in the world
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Given:
    """An extension (to a moment) or an exemption, and until when it held."""

    key: Key
    set_at: datetime
    deadline: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Stood:
    """A due at a moment: its status; is_extended: pending by extension alone; is_early: its deadline is to come."""

    owed: Owed
    status: str
    kind: str
    is_extended: bool
    is_early: bool


@dataclass
class History:
    """A world and what the office decided in it."""

    world: World
    given: list[Given] = field(default_factory=list)

    def at(self, as_of: datetime) -> list[Stood]:
        """Every due that has opened, judged one by one."""
        return [self._judged(due, as_of) for due in self.world.owed if due.opens_at <= as_of]

    def _judged(self, due: Owed, as_of: datetime) -> Stood:
        holds = [
            one
            for one in self.given
            if one.key == due.key and one.set_at <= as_of and not (one.ended_at and one.ended_at <= as_of)
        ]
        newest = max(holds, key=lambda one: one.set_at, default=None)
        deadline = newest.deadline if newest and newest.deadline else due.deadline
        came = [
            one
            for one in self.world.sent
            if (one.unit, one.template, one.period) == due.key
            and one.outcome == "accepted"
            and one.received_at <= as_of
        ]
        first = min((one.received_at for one in came), default=None)
        if due.is_exempt or (newest and newest.deadline is None):
            status = "exempt"
        elif first:
            status = "on_time" if first < deadline else "late"
        else:
            status = "missing" if as_of >= deadline else "pending"
        kind = max(came, key=lambda one: one.received_at).known_kind if came else ""
        is_extended = status == "pending" and due.deadline <= as_of
        return Stood(due, status, kind, is_extended, status == "on_time" and as_of < deadline)


@dataclass(frozen=True)
class Expected:
    """The figures of some dues, counted one by one."""

    count: Counter
    extended: int
    early: int
    is_running: bool

    @classmethod
    def of(cls, stood: Iterable[Stood], as_of: datetime, zone) -> "Expected":
        rows = list(stood)
        ends = [worlds.midnight(worlds.later_month(one.owed.month, 1), zone) for one in rows if one.status != "exempt"]
        return cls(
            Counter(one.status for one in rows),
            sum(one.is_extended for one in rows),
            sum(one.is_early for one in rows),
            any(as_of < end for end in ends),
        )

    @property
    def received(self) -> int:
        return self.count["on_time"] + self.count["late"]

    @property
    def due(self) -> int:
        return self.received + self.count["missing"]

    @property
    def expected(self) -> int:
        return self.due + self.count["pending"]

    @property
    def on_time_rate(self) -> Fraction | None:
        return Fraction(self.count["on_time"], self.due) if self.due else None

    @property
    def reporting_rate(self) -> Fraction | None:
        return Fraction(self.received, self.due) if self.due else None

    @property
    def is_over(self) -> bool:
        if self.is_running:
            return False
        return self.count["pending"] == 0 or (self.count["pending"] == self.extended and self.due > self.early)


def random_history(seed: int, path: Path) -> tuple[Store, History]:
    """A store with a history of half a year in it."""
    luck = random.Random(seed)
    days = luck.sample((8, 15, 22, 25), 2)
    templates = [
        worlds.template(
            f"T{number}", luck.choice(("month", "month", "month", "quarter")) if number else "month", luck.choice(days)
        )
        for number in range(4)
    ]
    minutes = {one.template_code: luck.choice((MIDNIGHT, MIDNIGHT, 990, 1050)) for one in templates}
    templates = [replace(one, due=DuePolicy(one.due.day, 1, minutes=minutes[one.template_code])) for one in templates]
    obligations = [
        Obligation(f"U{unit}", one.template_code, date(2024, 1, 1), None, False, tuple(luck.sample(range(1, 7), 1)))
        if luck.random() < 0.2
        else Obligation(f"U{unit}", one.template_code, date(2024, 1, 1))
        for unit in range(4)
        for one in templates
        if luck.random() < 0.85
    ]
    world = World(worlds.catalogue(obligations, templates))
    for obligation in obligations:
        template = world.catalogue.template(obligation.template_code)
        for due in worlds.owed_by(obligation, template, world.zone, UNTIL):
            hour = timedelta(minutes=minutes[due.template] - MIDNIGHT)
            world.owed.append(replace(due, deadline=due.deadline + hour))
    for due in world.owed:
        world.sent += _sent(luck, due)
    store, history = worlds.opened(path, world, LOADED), History(world)
    _decide(luck, store, history)
    return store, history


def _sent(luck: random.Random, due: Owed) -> Iterable[Sent]:
    if luck.random() < 0.25:
        return
    hours = luck.choice((-200, -90, -30, -2, -0.2, 0, 0.1, 5, 30, 400))
    kind = luck.choice(("", "", "zero_report", "platform_declaration"))
    yield Sent(due.unit, due.template, due.period, due.deadline + timedelta(hours=hours), "accepted", 1, kind)
    if luck.random() < 0.2:
        later = due.deadline + timedelta(hours=hours + 50)
        yield Sent(due.unit, due.template, due.period, later, "accepted", 2)


def _decide(luck: random.Random, store: Store, history: History) -> None:
    """Some dues are extended or exempted, some of that is taken back; in the order of the clock."""
    chosen = [(due, due.deadline + timedelta(hours=luck.choice((-48, -5, 3, 40)))) for due in history.world.owed]
    chosen = [(due, at) for due, at in chosen if luck.random() < 0.2 and not due.is_exempt and at > due.opens_at]
    for due, at in sorted(chosen, key=lambda one: one[1]):
        if luck.random() < 0.25:
            (change_id,) = exempt(store, [due.key], "机构改革期间免报", at)
            deadline = None
        else:
            day, minutes = due.due_date + timedelta(days=luck.choice((1, 9, 60))), luck.choice((MIDNIGHT, 600))
            (change_id,) = extend(store, [due.key], Until(day, minutes), "系统故障，同意延期", at)
            deadline = worlds.midnight(day, history.world.zone) + timedelta(minutes=minutes)
        given = Given(due.key, at, deadline)
        if luck.random() < 0.2:
            given = replace(given, ended_at=at + timedelta(hours=1))
            revoke(store, change_id, "重复批准，撤回", given.ended_at)
        history.given.append(given)


def moments(history: History, seed: int, number: int) -> list[datetime]:
    """Around the deadlines and extensions of the last months, on the bureau's clock."""
    luck = random.Random(seed)
    ends = [due.deadline for due in history.world.owed if due.month >= date(2024, 4, 1)]
    ends += [one.deadline for one in history.given if one.deadline]
    nudges = (-72, -0.3, 0, 0.35, 20, 200)
    picked = [luck.choice(ends) + timedelta(hours=luck.choice(nudges)) for _ in range(number)]
    return [min(at, LAST).astimezone(history.world.zone) for at in picked]


assert SHANGHAI == "Asia/Shanghai"  # no summer time: a deadline's hours can be counted from midnight
