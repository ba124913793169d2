"""核实性: dates of a ledger that lie outside of the period that it is sent for. Which of its dates say when the event
was is learnt from what counts already: a column whose dates have always lain in their period.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.catalogue.model import Severity, Template
from data.cells import address
from data.periods import Cycle, end_of, label, period_of
from data.store import Store
from loaders.checking.held_ledgers import date_columns, held_ledgers
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Row
from loaders.issues import Issue

ENOUGH = 30  # dates that a column must have had before it can be said where they lie
_FEW = 0.02  # the share of strays above which single dates outside say nothing
_ROWS_SHOWN = 10


@dataclass(frozen=True)
class Habit:
    """How many dates of a column lay in the period that they were sent for, how many outside, how many of these after
    it.
    """

    inside: int
    outside: int
    after: int = 0

    @property
    def is_event(self) -> bool:
        """The column says when what the row is about happened."""
        return self.inside + self.outside >= ENOUGH and self.outside <= _FEW * self.inside

    @property
    def is_over(self) -> bool:
        """The column says what had happened by the end of the period: not one date has ever lain after it."""
        return self.inside + self.outside >= ENOUGH and not self.after

    @property
    def is_strict(self) -> bool:
        """Not one date has ever lain outside."""
        return self.is_event and not self.outside


Habits = Mapping[str, Habit]
"""By the name of the column."""


def habits_of(store: Store, as_of: datetime, template: Template, but: Iterable[tuple[str, date]] = ()) -> Habits:
    """What counted at a moment of the template; but: units and periods that are left out."""
    left_out, counts = set(but), {}
    for ledger in held_ledgers(store, as_of, template):
        if (ledger.unit_code, ledger.period) not in left_out:
            for name, numbers in ledger.dates.items():
                before = counts.get(name, (0, 0, 0))
                counts[name] = tuple(map(sum, zip(before, numbers, strict=True)))
    return {name: Habit(*numbers) for name, numbers in counts.items()}


def date_issues(recognised: Recognised, rows: Sequence[Row], habits: Habits) -> list[Issue]:
    """At most one question: about the column of events with dates outside of the period, or one with dates after it
    that never had any; or, where no column of events is known, about a sheet all of whose dates lie in one other
    period.
    """
    template, period = recognised.template, recognised.period
    names = date_columns(template)
    for name in sorted(names, key=lambda name: -(habits[name].inside if name in habits else 0)):
        habit = habits.get(name)
        if habit and habit.is_event:
            dated = [row for row in rows if row.values.get(name)]
            strays = [row for row in dated if not _is_in(row.values[name], period, template.cycle)]
            if strays and (habit.is_strict or len(strays) * 2 > len(dated)):
                return [_issue(recognised, strays, name)]
    end = end_of(period, template.cycle)
    for name in (name for name in names if name in habits and habits[name].is_over):
        if late := [row for row in rows if row.values.get(name) and row.values[name] >= end]:
            return [_issue(recognised, late, name, "after_period")]
    if not any(habit.is_event for habit in habits.values()) and _is_elsewhere(rows, names, period, template.cycle):
        name = next(name for name in names if rows[0].values.get(name))
        return [_issue(recognised, rows, name)]
    return []


def _is_in(day: date, period: date, cycle: Cycle) -> bool:
    return period <= day < end_of(period, cycle)


def _is_elsewhere(rows: Sequence[Row], names: Sequence[str], period: date, cycle: Cycle) -> bool:
    """Whether every row has a date, and all dates lie in one period after this one; or, of several rows, before it."""
    days = [[row.values[name] for name in names if row.values.get(name)] for row in rows]
    periods = {period_of(day, cycle) for row_days in days for day in row_days}
    if len(periods) != 1 or not all(days):
        return False
    other = periods.pop()
    return other > period or (other < period and len(rows) > 2)


def _issue(recognised: Recognised, strays: Sequence[Row], name: str, code: str = "outside_period") -> Issue:
    first = strays[0]
    days = sorted(row.values[name] for row in strays if row.values.get(name))
    shown = [address(row.row_no, row.col_nos[name]) for row in strays[:_ROWS_SHOWN] if name in row.col_nos]
    details = {
        "found": f"{days[0]}" if days[0] == days[-1] else f"{days[0]} – {days[-1]}",
        "period": label(recognised.period, recognised.template.cycle),
        "number": len(strays),
        "cells": "、".join(shown) + ("…" if len(strays) > _ROWS_SHOWN else ""),
    }
    cell = address(first.row_no, first.col_nos[name]) if name in first.col_nos else None
    return Issue(Severity.CHECK, code, recognised.sheet.name, cell, name, None, details)
