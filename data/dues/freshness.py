"""数据时效: how new the data of each unit and template is, judged by the catalogue and the limits of the moment.

Data is not its delivery: age_days counts from the end of the newest period with new data, delivered_days from the last
time that anything came. A due that is past its deadline is never fresh, wherever it lies.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pandas

from data.dues.tally import share
from data.dues.update_cycles import UpdateCycle, UpdateRules, update_rules
from data.store import Store


class State(StrEnum):
    """The worst first; the first that applies."""

    STALE = "stale"  # as many periods are missing after the newest data, or days gone, as make it stale
    NEVER = "never"  # nothing ever came, although a deadline has passed
    AGEING = "ageing"  # as many as make it ageing
    REPEATED = "repeated"  # what came last has the figures of the period before it: no new data
    HOLES = "holes"  # the newest data is new, but a period is missing
    FRESH = "fresh"  # every period past its deadline came, the newest with new figures
    AWAITED = "awaited"  # nothing came yet, and no deadline has passed
    CLOSED = "closed"  # nothing is owed any more


STATES = tuple(State)
JUDGED = STATES[:6]
"""The states that a share counts: what is not to be judged yet, or any more, is in none."""
OLD = (State.STALE, State.NEVER, State.AGEING)
"""Data that is too old."""


def freshness(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per unit x template that has ever been due: unit_code, template_code, cycle (by which it is due),
    update_cycle (by which its data is to be renewed), newest_period (with new data; NaT: nothing ever came) and
    newest_received_at, age_days (from that period's end), delivered_at (of whatever came last), delivered_days (since
    then), behind and holes (dues past their deadline that never came, after the newest data and before it), repeated
    (periods after it whose figures are only those of the period before), next_deadline (of what is awaited), state.
    """
    rows = store.frame(
        "SELECT * FROM freshness_at($as_of) "
        "WHERE $unit_code::VARCHAR IS NULL OR unit_code = $unit_code ORDER BY unit_code, template_code",
        {"as_of": as_of, "unit_code": unit_code},
    )
    rules = update_rules(store, as_of)
    cycles = [rules.cycle(row.template_code, row.cycle) for row in rows.itertuples()]
    states = [_state(row, cycle, rules) for row, cycle in zip(rows.itertuples(), cycles, strict=True)]
    rows.insert(3, "update_cycle", pandas.Series([cycle.value for cycle in cycles], dtype=object))
    return rows.drop(columns="is_closed").assign(state=pandas.Series([state.value for state in states], dtype=object))


def _state(row: Any, cycle: UpdateCycle, rules: UpdateRules) -> State:
    if row.is_closed:
        return State.CLOSED
    if pandas.isna(row.delivered_at):
        return State.NEVER if row.behind else State.AWAITED
    if old := aged(cycle, rules, row.cycle, row.behind, row.delivered_days):
        return old
    if row.repeated:
        return State.REPEATED
    return State.HOLES if row.behind or row.holes else State.FRESH


def aged(cycle: UpdateCycle, rules: UpdateRules, reporting: str, behind: int, days: int) -> State | None:
    """Stale, ageing or neither, of data that is so many periods behind and came last so many days ago."""
    measures = [(days, cycle)] if cycle.is_counted_in_days else []
    by_periods = cycle is not UpdateCycle.ON_OCCURRENCE
    measures += [(behind, UpdateCycle(reporting))] if by_periods else []
    for state in (State.STALE, State.AGEING):
        for measured, of in measures:
            limit = rules.limits[of].error if state is State.STALE else rules.limits[of].warn
            if limit is not None and measured >= limit:
                return state
    return None


@dataclass(frozen=True)
class FreshnessTally:
    """How many unit x templates are in each state."""

    counts: Counter[str]

    @property
    def judged(self) -> int:
        """Those that can be fresh or not."""
        return sum(self.counts[state] for state in JUDGED)

    @property
    def fresh(self) -> int:
        """最新."""
        return self.counts[State.FRESH]

    @property
    def old(self) -> int:
        """Too old: see OLD."""
        return sum(self.counts[state] for state in OLD)

    @property
    def fresh_share(self) -> Fraction | None:
        """最新率; None where nothing is to be judged."""
        return share(self.fresh, self.judged)


def freshness_tally(states: Iterable[str]) -> FreshnessTally:
    """Of the `state` of rows of `freshness`."""
    return FreshnessTally(Counter(states))


def freshness_by_unit(store: Store, as_of: datetime) -> dict[str | None, FreshnessTally]:
    """Of each unit that has ever owed anything, and of all (None)."""
    cells = freshness(store, as_of)
    by_unit = {code: freshness_tally(rows["state"]) for code, rows in cells.groupby("unit_code")}
    return {**by_unit, None: freshness_tally(cells["state"])}


def not_fresh(cells: pandas.DataFrame) -> pandas.DataFrame:
    """The rows of `freshness` that are judged and not fresh, the worst first."""
    wanted = cells[cells["state"].isin(JUDGED) & (cells["state"] != State.FRESH)]
    place = wanted["state"].map({state.value: place for place, state in enumerate(STATES)})
    ordered = wanted.assign(place=place).sort_values(
        ["place", "behind", "holes", "unit_code", "template_code"], ascending=[True, False, False, True, True]
    )
    return ordered.drop(columns="place")
