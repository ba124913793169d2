"""Figures that contradict other returns: by the rules that hold a return against others, as these count at a moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.anomalies.others import Asked, Others
from data.catalogue.adding import ROWS
from data.catalogue.conditions import Condition, blamed, clauses
from data.catalogue.others import Other, Reach
from data.catalogue.relations import Broken, Held, broken_relations, is_of_return, needed_of, own_total
from data.catalogue.rules import columns_of_expression
from data.store import Store


@dataclass(frozen=True)
class Judged:
    """A return to be judged: what it is about, and its rows with their keys."""

    of: Asked
    rows: Sequence[Mapping[str, Any]]
    keys: Sequence[str]


@dataclass(frozen=True)
class Contradiction:
    """One broken rule in one row, or one of its conditions where each has words of its own. index: of the row.
    column_name: the figure that it points at. conditions: those that are broken. details: rule, condition (where it has
    one), found (this return's own figures, by column) and others (see `Others.told`).
    """

    index: int
    row_key: str
    column_name: str | None
    conditions: tuple[Condition, ...]
    details: dict[str, Any]


def contradictions(store: Store, others: Others, returns: Sequence[Judged]) -> list[list[Contradiction]]:
    """For each return what contradicts what it is held against, in the order of its rows."""
    others.work_out(one.of for one in returns)
    found: list[list[Contradiction]] = [[] for _ in returns]
    by_template: dict[str, list[int]] = {}
    for number, one in enumerate(returns):
        by_template.setdefault(one.of.template.template_code, []).append(number)
    for numbers in by_template.values():
        held = [_held(others, returns[number]) for number in numbers]
        for number, broken in zip(numbers, broken_relations(store, returns[numbers[0]].of.template, held), strict=True):
            found[number] = list(_told(others, returns[number], broken))
    return found


def _held(others: Others, one: Judged) -> Held:
    template = one.of.template
    needed = [other for other in needed_of(template) if other.reach is not Reach.TOTAL]
    whole = {other.name: others.value(one.of, other, "") for other in needed if not other.reach.is_of_row}
    own = [other for other in needed if other.reach.is_of_row]
    beside = [whole | {other.name: others.value(one.of, other, key) for other in own} for key in one.keys]
    frame = {
        column.name: _frame(column.type, one.of) for column in template.columns if column.name in template.frame_names
    }
    return Held([{**row, **frame} for row in one.rows], beside)


def _frame(type_: str, of: Asked) -> str | date:
    return of.period if type_ == "period" else of.unit_code


def _told(others: Others, one: Judged, broken: Sequence[Broken]) -> Iterator[Contradiction]:
    """Together where the rule speaks of its conditions together, as for the rules of one row."""
    groups: dict[tuple, list[Broken]] = {}
    for each in broken:
        rule = each.condition.rule
        part = each.condition.number if clauses(rule) else 0
        groups.setdefault((each.index, rule.code, part), []).append(each)
    for (index, code, _), group in sorted(groups.items(), key=lambda item: item[0]):
        first = group[0].condition
        found: dict[str, Any] = {}
        for each in group:
            found |= _own_figures(each, one)
        key = one.keys[index]
        asked = dict.fromkeys(other for each in group for other in each.condition.others)
        details = {"rule": code, "found": found}
        if clauses(first.rule):
            details["condition"] = first.number
        details["others"] = [others.told(one.of, other, key) for other in asked if other.reach is not Reach.TOTAL]
        row_key = "" if is_of_return(first, one.of.template) else key
        conditions = tuple(each.condition for each in group)
        yield Contradiction(index, row_key, _pointed_at(first, one, index), conditions, details)


def _own_figures(broken: Broken, one: Judged) -> dict[str, Any]:
    """What the return itself says: the row's columns, and its totals by the column that they sum."""
    row = one.rows[broken.index]
    names = [name for name in broken.condition.columns if name not in one.of.template.frame_names]
    found = {name: _plain(row.get(name)) for name in names}
    for other in broken.condition.others:
        if other.reach is Reach.TOTAL:
            found[_of_total(other)] = _plain(broken.totals.get(other.name))
    return found


def _of_total(other: Other) -> str:
    """The column that a total sums; ROWS for a number of rows."""
    names = [
        name for name in columns_of_expression(other.what) if name not in columns_of_expression(other.where or "0")
    ]
    return names[0] if names else ROWS


def _pointed_at(condition: Condition, one: Judged, index: int) -> str | None:
    total = own_total(condition)
    if is_of_return(condition, one.of.template) and total:
        return _of_total(total)
    return blamed(condition, one.rows[index], one.of.template)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value
