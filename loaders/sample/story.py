"""What happens to each made-up workbook: when it arrives, if it does, and what is wrong with it. Told by story.json."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy

from data.catalogue.deadlines import Due
from data.catalogue.model import Catalogue, ColumnType, Nature, Severity, Template
from data.catalogue.relations import held_against
from data.catalogue.rules import broken_rules, columns_of_rule
from data.store import Store
from loaders.sample.rows import FOLDER, Row, seeded

ON_TIME_DAYS = 11  # a punctual unit hands in within so many days before the deadline
_OFFICE = ((8 * 60 + 40, 200), (14 * 60 + 10, 210))  # from which minute of the day, for how many


class Way(StrEnum):
    """What a file is in the story of its due."""

    FIRST = "first"
    RETURNED = "returned"
    CORRECTION = "correction"


@dataclass(frozen=True)
class Sending:
    """One file that a unit hands in."""

    due: Due
    way: Way
    received_at: datetime


class Story:
    """Deals out moments; what it deals depends only on unit, template, period and the distance from the last month."""

    def __init__(self, catalogue: Catalogue, last_month: date, now: datetime) -> None:
        self._told = json.loads((FOLDER / "story.json").read_text(encoding="utf-8"))
        self._departures = {day.day: day.is_workday for day in catalogue.calendar}
        self._clock = catalogue.clock
        self._held_against = held_against(catalogue.templates)
        self._last_month = last_month
        self._now = now

    def planted(self, due: Due) -> Mapping[str, Any] | None:
        """The mistake that this due's workbook is to hold."""
        key = (self._back(due), due.unit_code, due.template_code)
        return next((p for p in self._told["planted"] if (p["back"], p["unit"], p["template"]) == key), None)

    def sendings(self, due: Due) -> list[Sending]:
        """The files of a due that have arrived by now, in that order; none where it is missing."""
        return [] if due.is_exempt else [s for s in self._all(due) if s.received_at <= self._now]

    def content(
        self, store: Store, template: Template, sending: Sending, rows: list[Row]
    ) -> tuple[list[Row] | None, str | None]:
        """The rows of a file and the explanation of its checks; no rows where nothing can be corrected."""
        due = sending.due
        random = seeded(sending.way, due.unit_code, due.template_code, due.period)
        explanation = str(random.choice(self._told["explanations"]))
        if sending.way is Way.CORRECTION:
            return _amended(store, due, template, rows, random, self._held_against[template.template_code]), explanation
        if sending.way is Way.RETURNED:
            if Severity.CHECK in _faults(store, due, template, rows):
                return rows, None  # returned for want of an explanation
            return _spoiled(store, due, template, rows, random), explanation
        return rows, explanation

    def _all(self, due: Due) -> list[Sending]:
        random = seeded("story", due.unit_code, due.template_code, due.period)
        first = self._first(due, random)
        if first is None:
            return []
        sendings = [Sending(due, Way.FIRST, first)]
        if self._back(due) and self.planted(due) is None:
            share, corrected = random.random(), self._told["corrected_share"]
            if share < corrected:
                later = self._office((first + timedelta(days=int(random.integers(3, 13)))).date(), random)
                sendings.append(Sending(due, Way.CORRECTION, later))
            elif share < corrected + self._told["returned_share"]:
                earlier = max(due.opens_at, first - timedelta(minutes=int(random.integers(900, 1600))))
                sendings.insert(0, Sending(due, Way.RETURNED, earlier))
        return sendings

    def _back(self, due: Due) -> int:
        last = self._last_month
        return (last.year - due.month.year) * 12 + last.month - due.month.month

    def _first(self, due: Due, random: numpy.random.Generator) -> datetime | None:
        """The arrival of the first file to be accepted; None: it never arrives."""
        back, together = self._back(due), seeded("story", due.unit_code, due.month).random()
        pair = [due.unit_code, due.template_code]
        if back == 0:
            last = self._told["last_round"]
            if pair in last["missing"]:
                return None
            if pair in last["late"]:
                return self._office(due.deadline.date(), random)
            if pair in last["last_minute"]:
                return _last_minute(due, random)
            return self._on_time(due, together, random)
        manner = self._told["temperaments"][self._told["units"].get(due.unit_code, "punctual")]
        silent = manner.get("silent")
        chance, fate = self._chance(manner["late"], back), random.random()
        if silent and silent[0] <= back <= silent[1]:
            return None
        if together < 1.5 * chance and fate < 1 / 1.5:
            is_lost = random.random() < manner["lost"] and self.planted(due) is None
            return None if is_lost else self._late(due, random)
        if random.random() < manner["last_minute"]:
            return _last_minute(due, random)
        return self._on_time(due, together, random)

    def _chance(self, ends: list[float], back: int) -> float:
        share = min(1.0, back / self._told["temperaments_change_over"])
        return ends[0] * share + ends[1] * (1 - share)

    def _on_time(self, due: Due, together: float, random: numpy.random.Generator) -> datetime:
        """A unit's workbooks of a month come near each other, more of them towards the deadline."""
        last = due.deadline.date() - timedelta(days=1)
        days = [day for n in range(ON_TIME_DAYS, -1, -1) if self._is_workday(day := last - timedelta(days=n))]
        days = [day for day in days if day >= due.opens_at.date()] or [last]
        share = min(0.999, max(0.0, (0.75 * together + 0.25 * random.random()) ** 0.8))
        return self._office(days[int(share * len(days))], random)

    def _late(self, due: Due, random: numpy.random.Generator) -> datetime:
        day = due.deadline.date() + timedelta(days=int(6 * random.random() ** 1.7))
        return self._office(day, random)

    def _office(self, day: date, random: numpy.random.Generator) -> datetime:
        """A moment of office hours on that day or the next working one; now and then in the evening."""
        while not self._is_workday(day):
            day += timedelta(days=1)
        begin, minutes = _OFFICE[int(random.integers(len(_OFFICE)))]
        if random.random() < 0.06:
            begin, minutes = 19 * 60 + 5, 150
        return self._clock.at(day, begin) + timedelta(seconds=int(random.integers(minutes * 60)))

    def _is_workday(self, day: date) -> bool:
        return self._departures.get(day, day.weekday() < 5)


def _last_minute(due: Due, random: numpy.random.Generator) -> datetime:
    return due.deadline - timedelta(seconds=int(random.integers(20, 9 * 60)))


def _faults(store: Store, due: Due, template: Template, rows: list[Row]) -> set[Severity]:
    """The severities of the rules that the rows break."""
    full = [{"period": due.period, "unit": due.unit_code, **row} for row in rows]
    return {rule.severity for rule, _ in broken_rules(store, template, full)}


def _spoiled(store: Store, due: Due, template: Template, rows: list[Row], random: numpy.random.Generator) -> list[Row]:
    """The rows with one mistake for which a file is returned: a broken sum, or a required cell left empty."""
    at = int(random.integers(len(rows)))
    errors = [rule for rule in template.rules if rule.severity is Severity.ERROR]
    named = dict.fromkeys(name for rule in errors for name in columns_of_rule(rule)[:1])
    for name in named:
        value = rows[at].get(name)
        column = template.column(name)
        if column.type is ColumnType.INT and column.nature is not Nature.FIXED and value is not None:
            changed = _with(rows, at, name, value + 9)
            if Severity.ERROR in _faults(store, due, template, changed):
                return changed
    automatic = (ColumnType.PERIOD, ColumnType.UNIT)
    required = [c.name for c in template.columns if c.required and c.type not in automatic]
    return _with(rows, at, required[int(random.integers(len(required)))], None)


def _amended(
    store: Store, due: Due, template: Template, rows: list[Row], random: numpy.random.Generator, tied: Set[str]
) -> list[Row] | None:
    """The rows with one number a little different, still within the error rules; None where no number can change. tied:
    the columns that are held against other returns, which would contradict it.
    """
    at = int(random.integers(len(rows)))
    free = [c.name for c in template.columns if c.type.is_number and c.nature is not Nature.FIXED]
    for name in random.permutation(free).tolist():
        value = rows[at].get(name)
        if value and name not in tied:
            changed = _with(rows, at, name, value + 1 if isinstance(value, int) else round(value * 1.03, 2))
            if Severity.ERROR not in _faults(store, due, template, changed):
                return changed
    return None


def _with(rows: list[Row], at: int, name: str, value: object) -> list[Row]:
    return [{**row, name: value} if index == at else row for index, row in enumerate(rows)]
