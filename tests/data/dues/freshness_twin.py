"""Freshness once more, in plain Python: random histories with what was said in each return, and their states."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from data.catalogue.in_force import load_catalogue
from data.catalogue.model import Catalogue
from data.store import Store, append
from tests.data import worlds
from tests.data.worlds import LENGTH, Owed, Sent, World

FAST = ("real_time", "day", "week")


@dataclass(frozen=True)
class Change:
    """An extension (deadline) or an exemption (None) of one due."""

    owed: Owed
    due_date: date | None
    set_at: datetime


@dataclass
class History:
    """A world, what its returns said (an index in `sent` → print, is_quiet; None: no figures), and what was granted.
    later: catalogues that came into force afterwards, with their moments.
    """

    world: World
    prints: list[tuple[str, bool] | None]
    changes: list[Change] = field(default_factory=list)
    later: list[tuple[datetime, Catalogue]] = field(default_factory=list)
    own_cycles: dict[str, str] = field(default_factory=dict)
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)


def random_history(seed: int, zone: str) -> History:
    """A random world in which some returns repeat, some say nothing, some units are closed, some dues are granted."""
    luck = random.Random(seed * 31 + 7)
    world = worlds.random_world(seed, zone)
    units = tuple(
        replace(unit, valid_to=date(2025, luck.randint(1, 12), luck.randint(1, 28))) if luck.random() < 0.3 else unit
        for unit in world.catalogue.units
    )
    world.catalogue = replace(world.catalogue, units=units)
    ends = {unit.unit_code: unit.valid_to or date.max for unit in units}
    world.owed = [due for due in world.owed if _last_day(due.month) <= ends[due.unit]]
    kept = {due.key for due in world.owed}
    world.sent = [one for one in world.sent if one.unit == "U9" or (one.unit, one.template, one.period) in kept]
    prints = [_random_print(luck, one) for one in world.sent]
    changes = [
        Change(due, due.due_date + timedelta(days=luck.randint(1, 30)) if luck.random() < 0.6 else None, due.opens_at)
        for due in luck.sample(world.owed, min(6, len(world.owed)))
    ]
    own = {of.template_code: luck.choice([*FAST, "on_occurrence"]) for of in world.catalogue.templates}
    own = {code: cycle for code, cycle in own.items() if luck.random() < 0.3}
    limits = {"month": (1, 3), "week": (10.5, 40), "quarter": (2, 2)} if luck.random() < 0.5 else {}
    return History(world, prints, changes, own_cycles=own, limits=limits)


def _random_print(luck: random.Random, one: Sent) -> tuple[str, bool] | None:
    if one.known_kind in ("zero_report", "platform_declaration") or one.outcome != "accepted":
        return None
    return luck.choice([("same", False), ("same", False), ("zeros", True), (f"p{luck.randint(0, 99)}", False)])


def _last_day(month: date) -> date:
    return worlds.later_month(month, 1) - timedelta(days=1)


def opened(path: Path, history: History, now: datetime) -> Store:
    """A store with the history in it."""
    store = worlds.opened(path, history.world, now)
    with store.write() as cursor:
        kept = [(f"s{n}", *told) for n, told in enumerate(history.prints) if told]
        if kept:
            ids, prints, quiet = zip(*kept, strict=True)
            append(cursor, "figure_print", {"submission_id": ids, "print": prints, "is_quiet": quiet})
        append(cursor, "due_change", _by_column([_row(n, one, history) for n, one in enumerate(history.changes)]))
        settings = {"update_cycles": history.own_cycles, "freshness_limits": history.limits}
        for name, value in settings.items():
            cursor.execute(
                "INSERT INTO setting (setting_name, setting_value, set_at) VALUES (?, ?::JSON, ?)",
                [
                    name,
                    str(value).replace("'", '"').replace("(", "[").replace(")", "]"),
                    datetime(2020, 1, 1, tzinfo=UTC),
                ],
            )
    for at, catalogue in history.later:
        load_catalogue(store, catalogue, at)
    return store


def _row(number: int, change: Change, history: History) -> dict[str, Any]:
    owed, day = change.owed, change.due_date
    return {
        "change_id": f"c{number}",
        "kind": "extension" if day else "exemption",
        "unit_code": owed.unit,
        "template_code": owed.template,
        "period": owed.period,
        "due_date": day,
        "due_minutes": 1440 if day else None,
        "deadline": worlds.midnight(day + timedelta(days=1), history.world.zone) if day else None,
        "set_at": change.set_at,
    }


def _by_column(rows: list[dict[str, Any]]) -> dict[str, list]:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


USUAL = {
    "real_time": (1, 3), "day": (4, 7), "week": (8, 15), "month": (1, 2), "quarter": (1, 2), "half_year": (1, 2),
    "year": (1, 2),
}  # fmt: skip
Answer = dict[tuple[str, str], dict[str, Any]]


def expected(history: History, as_of: datetime) -> Answer:
    """unit, template → what is to be said of it, counted one by one."""
    world, told = history.world, {}
    for key in sorted({due.key[:2] for due in world.owed}):
        dues = [_granted(due, history, as_of) for due in world.owed if due.key[:2] == key and due.opens_at <= as_of]
        if dues:
            told[key] = _series(history, key, dues, as_of)
    return told


def _granted(due: Owed, history: History, as_of: datetime) -> Owed:
    for change in history.changes:
        if change.owed.key == due.key and change.set_at <= as_of:
            if change.due_date is None:
                return replace(due, is_exempt=True)
            return replace(due, deadline=worlds.midnight(change.due_date + timedelta(days=1), history.world.zone))
    return due


def _series(history: History, key: tuple[str, str], dues: list[Owed], as_of: datetime) -> dict[str, Any]:
    world = history.world
    came: dict[date, tuple[datetime, int, tuple[str, bool] | None]] = {}
    latest = None
    for one, said in zip(world.sent, history.prints, strict=True):
        if (one.unit, one.template, one.outcome) == (*key, "accepted") and one.received_at <= as_of:
            latest = max(latest or one.received_at, one.received_at)
            before = came.get(one.period)
            if before is None or (one.received_at, one.version) > before[:2]:
                came[one.period] = (one.received_at, one.version, said)
    newest, repeated, previous = None, 0, None
    for period in sorted(came):
        said = came[period][2]
        if said is not None and said == previous and not said[1]:
            repeated += 1
        else:
            newest, repeated = period, 0
        previous = said
    missing = [d.period for d in dues if not d.is_exempt and d.deadline <= as_of and d.period not in came]
    pending = [d.deadline for d in dues if not d.is_exempt and d.deadline > as_of and d.period not in came]
    behind = sum(newest is None or period > newest for period in missing)
    today = as_of.astimezone(world.zone).date()
    cycle = world.catalogue.template(key[1]).cycle.value
    days = (today - latest.astimezone(world.zone).date()).days if latest else None
    is_closed = not pending and not _goes_on(world.catalogue, key, today, LENGTH[cycle])
    holes = len(missing) - behind
    return {
        "newest": newest,
        "age": max(0, (today - worlds.later_month(newest, LENGTH[cycle])).days) if newest else None,
        "delivered_at": latest,
        "delivered_days": days,
        "behind": behind,
        "holes": holes,
        "repeated": repeated,
        "next_deadline": min(pending, default=None),
        "state": "closed" if is_closed else _state(history, key[1], cycle, days, behind, holes, repeated),
    }


def _goes_on(catalogue: Catalogue, key: tuple[str, str], today: date, length: int) -> bool:
    unit = next(unit for unit in catalogue.units if unit.unit_code == key[0])
    if unit.valid_to and unit.valid_to < today:
        return False
    owed = [one for one in catalogue.obligations if (one.unit_code, one.template_code) == key]
    return any(one.last_period is None or worlds.later_month(one.last_period, length) > today for one in owed)


def _state(history, code, cycle, days, behind, holes, repeated) -> str:
    if days is None:
        return "never" if behind else "awaited"
    limits = {**USUAL, **history.limits}
    own = history.own_cycles.get(code, cycle)
    for name, place in (("stale", 1), ("ageing", 0)):
        if own != "on_occurrence" and behind >= limits[cycle][place]:
            return name
        if own in FAST and days >= limits[own][place]:
            return name
    if repeated:
        return "repeated"
    return "holes" if behind or holes else "fresh"
