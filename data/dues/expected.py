"""When each unit's next delivery is to be expected, what turns stale next, and the share that was fresh by month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy
import pandas

from data.catalogue import deadlines
from data.catalogue.in_force import catalogue_at, clock_of
from data.dues.freshness import STATES, State, aged, freshness, freshness_tally
from data.dues.timeliness import dues
from data.dues.update_cycles import UpdateCycle, update_rules
from data.periods import add_months
from data.store import Store

AHEAD = 15  # months that the plan is looked into: a yearly return too has its next deadline in them
_KEY = ["unit_code", "template_code"]
Upcoming = dict[tuple[str, str], list[tuple[datetime, date]]]


def upcoming(store: Store, as_of: datetime) -> Upcoming:
    """unit, template → the deadlines to come, the earliest first, each with its period: what has opened and is awaited,
    as extended; then what opens later, by the catalogue of that moment. Without what is exempt or received.
    """
    opened = dues(store, as_of)
    found: Upcoming = {}
    for row in opened[opened["status"] == "pending"].itertuples():
        found.setdefault((row.unit_code, row.template_code), []).append((row.deadline, row.period.date()))
    catalogue = catalogue_at(store, as_of)
    last = {key: rows["period"].max().date() for key, rows in opened.groupby(_KEY)}
    for due in deadlines.dues(catalogue, add_months(catalogue.clock.day(as_of), AHEAD)):
        key = (due.unit_code, due.template_code)
        is_to_come = due.opens_at > as_of and due.deadline > as_of and key in last and due.period > last[key]
        if is_to_come and not due.is_exempt:
            found.setdefault(key, []).append((pandas.Timestamp(due.deadline), due.period))
    return {key: sorted(ends) for key, ends in found.items()}


def rhythm(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per unit x template of `freshness` that is not closed: unit_code, template_code, update_cycle, state,
    n_received (how many of its dues came so far), lead_days (the median of the days that they came before the deadline,
    negative after it; NaN where none came), early_days and late_days (the earliest and the latest of them),
    delivered_at, next_period and next_deadline (NaT: none is to come), expected_at (that deadline less lead_days; NaT
    where either is missing), is_overdue (expected before now, and not here). The next that is expected first.
    """
    cells = freshness(store, as_of, unit_code)
    cells = cells[cells["state"] != State.CLOSED]
    received = dues(store, as_of, unit_code=unit_code)
    received = received[received["status"].isin(["on_time", "late"])]
    leads = received.groupby(_KEY)["lead_days"].agg(
        n_received="size", lead_days="median", early_days="max", late_days="min"
    )
    rows = cells[[*_KEY, "update_cycle", "state", "delivered_at"]].merge(leads, on=_KEY, how="left")
    ends = upcoming(store, as_of)
    nexts = [ends.get(key, [(pandas.NaT, None)])[0] for key in zip(*(rows[name] for name in _KEY), strict=True)]
    rows["n_received"] = rows["n_received"].fillna(0).astype(int)
    rows["next_period"] = pandas.to_datetime([period for _, period in nexts])
    deadlines_ = pandas.Series(pandas.to_datetime([deadline for deadline, _ in nexts], utc=True))
    rows["next_deadline"] = clock_of(store).local_column(deadlines_)
    rows["expected_at"] = (rows["next_deadline"] - pandas.to_timedelta(rows["lead_days"], unit="D")).dt.round("s")
    rows["is_overdue"] = rows["expected_at"].notna() & (rows["expected_at"] < pandas.Timestamp(as_of))
    names = [*_KEY, "update_cycle", "state", "n_received", "lead_days", "early_days", "late_days", "delivered_at"]
    names += ["next_period", "next_deadline", "expected_at", "is_overdue"]
    return rows[names].sort_values(["expected_at", *_KEY], ignore_index=True)


def turning(store: Store, as_of: datetime, unit_code: str | None = None, days: int = 62) -> pandas.DataFrame:
    """What gets worse within so many days if nothing comes, the soonest first: unit_code, template_code, state (now),
    next_state (ageing, stale, never or holes), turns_at.
    """
    ends, rules = upcoming(store, as_of), update_rules(store, as_of)
    rows = []
    for cell in freshness(store, as_of, unit_code).itertuples():
        cycle = rules.cycle(cell.template_code, cell.cycle)
        for moment, state in sorted(_changes(cell, ends.get((cell.unit_code, cell.template_code), []), cycle, rules)):
            if STATES.index(state) < STATES.index(State(cell.state)) or cell.state == State.AWAITED:
                rows.append((cell.unit_code, cell.template_code, cell.state, state.value, moment))
                break
    table = pandas.DataFrame(rows, columns=[*_KEY, "state", "next_state", "turns_at"])
    soon = table[table["turns_at"] <= as_of + timedelta(days=days)] if rows else table
    return soon.sort_values(["turns_at", *_KEY], ignore_index=True)


def _changes(cell: Any, ends: list, cycle: UpdateCycle, rules: Any) -> Iterator[tuple[datetime, State]]:
    """The moments at which the state may change if nothing comes, and what it would be."""
    if cell.state == State.CLOSED:
        return
    behind = cell.behind
    for moment, period in ends:
        if pandas.isna(cell.delivered_at):
            yield moment, State.NEVER
        else:
            behind += period > cell.newest_period.date()  # an extension may have kept an earlier one open
            yield moment, aged(cycle, rules, cell.cycle, behind, 0) or State.HOLES
    if cycle.is_counted_in_days and not pandas.isna(cell.delivered_at):
        limits = rules.limits[cycle]
        start = cell.delivered_at.normalize()
        for limit, state in ((limits.warn, State.AGEING), (limits.error, State.STALE)):
            yield start + timedelta(days=int(numpy.ceil(limit))), state


def freshness_trend(store: Store, as_of: datetime, months: int = 12, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per month, the earliest first: month, at (its end; of the month that runs, as_of), judged, fresh,
    fresh_share (0–1; NaN where nothing was judged), and how many were in each state. Months before anything was due are
    left out.
    """
    clock = clock_of(store)
    this = clock.day(as_of).replace(day=1)
    rows = []
    for back in range(months - 1, -1, -1):
        month = add_months(this, -back)
        at = min(as_of, clock.start(add_months(month, 1)))
        states = freshness(store, at, unit_code)["state"]
        if states.empty:
            continue
        tally = freshness_tally(states)
        part = tally.fresh_share
        figures = (tally.judged, tally.fresh, numpy.nan if part is None else float(part))
        rows.append((month, clock.local(at), *figures, *(tally.counts[state] for state in STATES)))
    names = ["month", "at", "judged", "fresh_count", "fresh_share", *(state.value for state in STATES)]
    frame = pandas.DataFrame(rows, columns=names).drop(columns="fresh_count")
    return frame.assign(month=pandas.to_datetime(frame["month"]))
