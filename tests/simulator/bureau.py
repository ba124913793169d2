"""The made-up bureau: who owes what, its workbooks, and what plain Python knows of all that was acknowledged."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from data import timekeeper
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.catalogue.model import Catalogue, ColumnType, Nature, Obligation
from data.reminders.contacts import Channel, Contact, add
from data.store import Store
from loaders.blank.offers import offer
from reminding.policy import Policy, set_policy
from tests.data.worlds import Judged, Key, Owed, Sent, World, column, judged_at, midnight, owed_by, template
from tests.data.worlds import catalogue as made_catalogue

BEGAN = datetime(2026, 2, 1, 1, 0, tzinfo=UTC)
FIRST = date(2026, 1, 1)
UNITS = ("U1", "U2", "U3", "U4")
OWES = (("T1", UNITS), ("T2", UNITS), ("T3", UNITS[:2]))


def bureau() -> Catalogue:
    """Four units; T1 and T2 each month by the 22nd and the 10th, T3 each quarter by the 22nd, of two of them."""
    made = [_template("T1", "month", 22), _template("T2", "month", 10), _template("T3", "quarter", 22)]
    owed = [Obligation(unit, code, FIRST, None, True, ()) for code, units in OWES for unit in units]
    return made_catalogue(owed, made)


def _template(code: str, cycle: str, day: int):
    columns = (
        column(f"item_{code.lower()}", ColumnType.STR, required=True),
        column(f"n_{code.lower()}", ColumnType.INT, nature=Nature.FLOW, required=True),
        column(f"of_{code.lower()}", ColumnType.INT, nature=Nature.FLOW, required=True),
    )
    return template(code, cycle, day, columns=columns, row_key=(f"item_{code.lower()}",))


def opening(path: Path) -> None:
    """A closed store with the bureau in it."""
    wall, timekeeper._wall = timekeeper._wall, lambda: BEGAN
    try:
        _opening(path)
    finally:
        timekeeper._wall = wall


def _opening(path: Path) -> None:
    store = Store(path)
    load_catalogue(store, bureau(), BEGAN)
    for unit in UNITS:
        add(store, Contact(unit, Channel.EMAIL, f"{unit.lower()}@bureau.example"))
    set_policy(store, Policy(is_on=True))
    store.close()


def workbook(store: Store, key: Key, number: int) -> bytes:
    """What a clerk fills in."""
    unit, code, period = key
    asked = (key, number)
    if asked not in _made:
        catalogue = catalogue_in_force(store)
        row = {f"item_{code.lower()}": "事项", f"n_{code.lower()}": number, f"of_{code.lower()}": 2 * number}
        _made[asked] = offer(catalogue, unit, catalogue.template(code), period).make([row])
    return _made[asked]


_made: dict[tuple, bytes] = {}


@cache
def _owed(until: date) -> tuple[Owed, ...]:
    catalogue = _bureau()
    templates = {of.template_code: of for of in catalogue.templates}
    zone = World(catalogue).zone
    return tuple(due for o in catalogue.obligations for due in owed_by(o, templates[o.template_code], zone, until))


@dataclass(frozen=True)
class Acknowledged:
    """One answer that somebody was given."""

    key: Key | None
    receipt_no: str
    outcome: str
    version: int
    received_at: datetime
    sha256: str
    kind: str

    @classmethod
    def of(cls, key: Key | None, told: Any) -> "Acknowledged":
        """A receipt, or the row of a submission."""
        return cls(key, told.receipt_no, told.outcome, told.version, told.received_at, told.sha256, told.kind)


@dataclass
class Twin:
    """What was acknowledged, and nothing else. extended: dues, their later days, and since when."""

    kept: list[Acknowledged] = field(default_factory=list)
    extended: list[tuple[Key, date, datetime]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)

    def copy(self) -> "Twin":
        """As it stands now."""
        return Twin(list(self.kept), list(self.extended), self.mails)

    def owed(self, as_of: datetime) -> list[Owed]:
        """The dues of the bureau until some months on, as they were extended by then."""
        days = {key: day for key, day, at in sorted(self.extended, key=itemgetter(2)) if at <= as_of}
        found, zone = [], self.world.zone
        for due in _owed(date(as_of.year + 1, 12, 1)):
            day = days.get(due.key, due.due_date)
            found.append(replace(due, due_date=day, deadline=midnight(day + timedelta(days=1), zone)))
        return found

    @property
    def world(self) -> World:
        """The catalogue with what was sent."""
        known = [one for one in self.kept if one.key is not None]
        sent = [Sent(*one.key, one.received_at, one.outcome, one.version, one.kind) for one in known]
        return World(_bureau(), sent)

    def judged(self, as_of: datetime) -> list[Judged]:
        """Every due that has opened by as_of."""
        world = self.world
        world.owed = self.owed(as_of)
        return judged_at(world, as_of)


@cache
def _bureau() -> Catalogue:
    """The same one."""
    return bureau()


def sha256(content: bytes) -> str:
    """The identity of a file."""
    return hashlib.sha256(content).hexdigest()
