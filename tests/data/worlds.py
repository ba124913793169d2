"""Small made-up catalogues and histories, and the same answers computed in plain Python beside the store's SQL."""

import calendar
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas

from data.catalogue.in_force import load_catalogue
from data.catalogue.model import (
    Bureau,
    Catalogue,
    Column,
    ColumnType,
    DuePolicy,
    Nature,
    Obligation,
    Rule,
    Severity,
    Template,
    TemplateKind,
    Unit,
)
from data.periods import Cycle
from data.store import Store, append

SHANGHAI, CHICAGO, KOLKATA = "Asia/Shanghai", "America/Chicago", "Asia/Kolkata"
LENGTH = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
Key = tuple[str, str, date]


@dataclass(frozen=True)
class Sent:
    """One submission, as far as the clock cares."""

    unit: str
    template: str
    period: date
    received_at: datetime
    outcome: str = "accepted"
    version: int = 1
    kind: str = ""  # empty: a workbook, or a correction from the second version on

    @property
    def known_kind(self) -> str:
        return self.kind or ("correction" if self.version > 1 else "workbook")


@dataclass(frozen=True)
class Owed:
    """One due as plain Python finds it."""

    unit: str
    template: str
    period: date
    month: date
    opens_at: datetime
    due_date: date
    deadline: datetime
    is_exempt: bool

    @property
    def key(self) -> Key:
        return self.unit, self.template, self.period


@dataclass
class World:
    """A catalogue, what was sent under it, and what is owed."""

    catalogue: Catalogue
    sent: list[Sent] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.bureau.timezone)


def words(text: str) -> dict[str, str]:
    """A text that is the same in both languages."""
    return {"zh-CN": text, "en": text}


def column(name: str, type_: ColumnType = ColumnType.INT, nature: Nature | None = None, **more) -> Column:
    """A column headed by its own name."""
    return Column(name, words(name), type_, nature=nature, **more)


def rule(expression: str, code: str = "R1", severity: Severity = Severity.ERROR) -> Rule:
    """A rule with words."""
    return Rule(code, severity, expression, words("规则"))


def template(code: str = "T1", cycle: str = "month", day: int = 22, offset: int = 1, **more) -> Template:
    """A template with one figure, unless `more` says otherwise."""
    given = {
        "version": "1",
        "template_name": words(f"模板 {code}"),
        "kind": TemplateKind.SUMMARY,
        "row_key": (),
        "columns": (column("n", nature=Nature.FLOW),),
        "rules": (),
    }
    return Template(template_code=code, cycle=Cycle(cycle), due=DuePolicy(day, offset), **(given | more))


def catalogue(
    obligations: Sequence[Obligation], templates: Sequence[Template] = (), zone: str = SHANGHAI, **more
) -> Catalogue:
    """A catalogue around obligations: their units, and monthly templates unless some are given."""
    codes = sorted({obligation.unit_code for obligation in obligations})
    given = {
        "units": tuple(Unit(code, words(f"单位 {code}")) for code in codes),
        "templates": tuple(templates) or tuple(map(template, sorted({o.template_code for o in obligations}))),
        "calendar": (),
    }
    return Catalogue(bureau=Bureau(words("某局"), zone), obligations=tuple(obligations), **(given | more))


def later_month(month: date, months: int) -> date:
    """The first day, `months` on; written anew so as not to lean on the code under test."""
    total = month.year * 12 + month.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day on a wall clock, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def owed_by(obligation: Obligation, of: Template, zone: ZoneInfo, until: date) -> Iterable[Owed]:
    """Every due of an obligation whose period begins by `until`."""
    length, period = LENGTH[of.cycle.value], obligation.first_period
    while period <= until and (obligation.last_period is None or period <= obligation.last_period):
        closing = later_month(period, length - 1)
        month = later_month(closing, of.due.month_offset)
        due_date = date(month.year, month.month, min(of.due.day, calendar.monthrange(month.year, month.month)[1]))
        opens = later_month(period, length) if of.due.month_offset else period
        yield Owed(
            obligation.unit_code,
            obligation.template_code,
            period,
            closing,
            midnight(opens, zone),
            due_date,
            midnight(due_date + timedelta(days=1), zone),
            closing.month in obligation.exempt_months,
        )
        period = later_month(period, length)


def random_world(seed: int, zone: str, until: date = date(2027, 1, 1)) -> World:
    """Some units and templates, who owes what, and what came in: early, late, twice, returned or never."""
    luck = random.Random(seed)
    templates = [
        template(f"T{n}", luck.choice([*LENGTH, "month"]), luck.randint(1, 31), luck.randint(0, 2))
        for n in range(luck.randint(1, 4))
    ]
    obligations = [
        _random_obligation(luck, f"U{unit}", of) for unit in range(4) for of in templates if luck.random() < 0.8
    ]
    obligations = obligations or [_random_obligation(luck, "U0", templates[0])]
    world = World(catalogue(obligations, templates, zone))
    by_code = {of.template_code: of for of in templates}
    for obligation in obligations:
        world.owed += owed_by(obligation, by_code[obligation.template_code], world.zone, until)
    for due in world.owed:
        world.sent += _random_sent(luck, due)
    world.sent.append(Sent("U9", templates[0].template_code, date(2026, 1, 1), midnight(date(2026, 2, 1), world.zone)))
    return world


def _random_obligation(luck: random.Random, unit: str, of: Template) -> Obligation:
    length = LENGTH[of.cycle.value]
    first = later_month(date(2024, 1, 1), length * luck.randint(0, 12 // length))
    last = later_month(first, length * luck.randint(0, 18 // length)) if luck.random() < 0.3 else None
    exempt = tuple(sorted(luck.sample(range(1, 13), luck.choice([0, 0, 1, 2]))))
    return Obligation(unit, of.template_code, first, last, False, exempt)


def _random_sent(luck: random.Random, due: Owed) -> Iterable[Sent]:
    edges = [timedelta(0), timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=1)]
    version = 0
    for _ in range(luck.choice([0, 0, 1, 1, 1, 2, 3])):
        if luck.random() < 0.4:
            at = due.deadline + luck.choice([-1, 1]) * luck.choice(edges)
        else:
            at = due.deadline + timedelta(
                seconds=luck.randint(-40 * 86400, 70 * 86400), microseconds=luck.randint(0, 9)
            )
        if luck.random() < 0.25:
            yield Sent(due.unit, due.template, due.period, at, "returned", 0)
        else:
            version += 1
            kind = luck.choice(["", "", "zero_report", "platform_declaration"])
            yield Sent(due.unit, due.template, due.period, at, "accepted", version, kind)


def moments(world: World, seed: int, number: int) -> list[datetime]:
    """Moments to ask at: just before, at and after deadlines and receipts, and any; each on some other clock."""
    luck = random.Random(seed)
    nudges = [timedelta(0), timedelta(0), timedelta(seconds=-1), timedelta(seconds=1), timedelta(microseconds=-1)]
    found = []
    for n in range(number):
        base = [
            luck.choice(world.owed).deadline,
            luck.choice(world.sent).received_at,
            luck.choice(world.owed).opens_at,
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=luck.randint(0, 3 * 365 * 86400)),
        ][n % 4]
        clock = luck.choice(["UTC", SHANGHAI, CHICAGO, "Asia/Kathmandu", "Pacific/Kiritimati"])
        found.append(min(base + luck.choice(nudges), datetime(2027, 1, 1, tzinfo=UTC)).astimezone(ZoneInfo(clock)))
    return found


@dataclass(frozen=True)
class Judged:
    """What plain Python says of a due at a moment."""

    owed: Owed
    status: str
    days_late: int
    lead_days: float
    first: datetime | None
    versions: int
    kind: str | None


def judged_at(world: World, as_of: datetime, counts_from: date = date.min) -> list[Judged]:
    """Every due that has opened by as_of, judged one by one."""
    accepted: dict[Key, list[Sent]] = defaultdict(list)
    for sent in world.sent:
        if sent.outcome == "accepted" and sent.received_at <= as_of:
            accepted[sent.unit, sent.template, sent.period].append(sent)
    return [
        _judge(due, accepted[due.key], as_of, world.zone)
        for due in world.owed
        if due.opens_at <= as_of and due.month >= counts_from
    ]


def _judge(due: Owed, received: list[Sent], as_of: datetime, zone: ZoneInfo) -> Judged:
    first = min((one.received_at for one in received), default=None)
    newest = max(received, key=lambda one: (one.received_at, one.version), default=None)
    kind = None if newest is None or due.is_exempt else newest.known_kind
    if due.is_exempt:
        status = "exempt"
    elif first is not None:
        status = "on_time" if first < due.deadline else "late"
    else:
        status = "missing" if as_of >= due.deadline else "pending"
    days = 0
    if status in ("late", "missing"):
        days = ((first or as_of).astimezone(zone).date() - due.due_date).days
    lead = (due.deadline - first) / timedelta(days=1) if first else math.nan
    return Judged(due, status, days, lead, first, len(received), kind)


def figures(judged: Iterable[Judged]) -> dict[str, float]:
    """The five figures and their companions, counted one by one."""
    number = defaultdict(int)
    for one in judged:
        number[one.status] += 1
    due = number["on_time"] + number["late"] + number["missing"]
    received = number["on_time"] + number["late"]
    return {
        "due": due,
        "received": received,
        "on_time": number["on_time"],
        "reporting_rate": received / due if due else math.nan,
        "on_time_rate": number["on_time"] / due if due else math.nan,
        **{status: number[status] for status in ("late", "missing", "pending", "exempt")},
    }


def send(store: Store, sent: Iterable[Sent]) -> None:
    """Put submissions into the store as they are, with nothing of the loaders in between."""
    rows = list(sent)
    numbers = range(len(rows))
    have = store.rows("SELECT count(*) FROM submission")[0][0]
    with store.write() as cursor:
        append(
            cursor,
            "submission",
            {
                "submission_id": [f"s{have + n}" for n in numbers],
                "sha256": [f"f{have + n}" for n in numbers],
                "unit_code": [one.unit for one in rows],
                "template_code": [one.template for one in rows],
                "period": [one.period for one in rows],
                "version": [one.version for one in rows],
                "kind": [one.known_kind for one in rows],
                "outcome": [one.outcome for one in rows],
                "received_at": [one.received_at.astimezone(UTC) for one in rows],
                "is_sample": [False for _ in rows],
            },
        )


def opened(path: Path, world: World, now: datetime) -> Store:
    """A store with the world in it, its catalogue loaded at `now` while it was still empty."""
    store = Store(path / "store.duckdb")
    load_catalogue(store, world.catalogue, now)
    send(store, world.sent)
    return store


def key_of(row) -> Key:
    """(unit, template, period) of a row of a frame."""
    return row.unit_code, row.template_code, row.period.date()


def records(frame: pandas.DataFrame) -> list[tuple]:
    """The rows of a frame in a form that compares equal, NaN included."""
    return [tuple(None if pandas.isna(value) else value for value in row) for row in frame.itertuples(index=False)]
