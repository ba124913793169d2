"""Rules that hold returns against others: the made-up history keeps each of them, and each is caught where broken."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from data.anomalies.contradictions import Contradiction, Judged, contradictions
from data.anomalies.held_returns import HeldReturn, HeldRow, Key
from data.anomalies.others import Asked, Others
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE, catalogue_in_force
from data.catalogue.relations import relations_of
from data.store import Store
from tests.conftest import NOW
from tests.loaders.sample.made_up import Keyed, made_up
from tests.ready import reference_store

FIRST, LAST = date(2024, 11, 1), date(2026, 10, 1)
RULES = [
    rule
    for template in read_catalogue(REFERENCE).templates
    for rule in dict.fromkeys(condition.rule.code for condition in relations_of(template))
]
BROKEN = {
    "BE-01-R11": {"carried_in": 3},
    "BE-01-R12": {"closed_ytd": -5},
    "BE-01-R13": {"closed": 1},
    "BE-04-R09": {"carried_in": 3},
    "BE-04-R10": {"closed_ytd": -5},
    "BE-05-R07": {"carried_in": -3},
    "BE-06-R06": {"n_projects_ytd": 2},
    "BE-07-R12": {"carried_in": 3},
    "BE-07-R13": {"closed_ytd": 10},
    "BE-08-R09": {"closed": 900},
    "BE-08-R10": {"bad_orders": 30},
    "BE-09-R06": {"due_total": 1},
    "BE-09-R07": {"disputed": 30},
    "CR-01-R07": "drop",
    "CR-01-R08": "drop",
    "SV-03-R05": {"claim_rate": -20},
    "SV-03-R06": {"plans_done": -1},
}
"""Rule → what is added to figures of one row; drop: all rows but the first are left out."""


class World:
    """24 months of made-up returns of every unit, each held against all the others."""

    def __init__(self, store: Store) -> None:
        self.store, self.catalogue = store, catalogue_in_force(store)
        self.returns = {key: rows for key, rows in made_up(store, self.catalogue, FIRST, LAST)}
        self.others = Others(store, self.catalogue, NOW)
        for key, rows in self.returns.items():
            self.others.add(key, _held(rows))

    def contradicted(self, keys: list[Key]) -> list[list[Contradiction]]:
        judged = [
            Judged(
                Asked(unit, self.catalogue.template(code), period), [row for _, row in rows], [key for key, _ in rows]
            )
            for unit, code, period in keys
            for rows in [self.returns[unit, code, period]]
        ]
        return contradictions(self.store, self.others, judged)


def _held(rows: Keyed) -> HeldReturn:
    columns = {name: number for number, name in enumerate(rows[0][1], 1)}
    return HeldReturn({key: HeldRow(number, row, columns, "表") for number, (key, row) in enumerate(rows, 5)})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = reference_store(Path(tmp_path_factory.mktemp("relations")) / "store.duckdb", NOW)
    yield World(store)
    store.close()


def test_each_rule_is_kept_by_the_made_up_history(world: World) -> None:
    keys = list(world.returns)
    assert len(keys) > 1000
    found = zip(keys, world.contradicted(keys), strict=True)
    assert [(key, one.details) for key, told in found for one in told] == []


def test_each_rule_is_broken_here() -> None:
    assert set(BROKEN) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_figure_is_caught_in_every_month(world: World, rule: str) -> None:
    """In each return in which both figures are there: the first month has no past, and begins anew with the year."""
    code, change = rule.rsplit("-", 1)[0], BROKEN[rule]
    keys = [key for key in world.returns if key[1] == code and _is_asked(world, key, rule)]
    assert keys
    missed = []
    for key in keys:
        kept = world.returns[key]
        world.returns[key] = kept[:1] if change == "drop" else _changed(kept, change, rule)
        (told,) = world.contradicted([key])
        world.returns[key] = kept
        if not any(one.details["rule"] == rule for one in told):
            missed.append(key)
    assert missed == []


def _changed(rows: Keyed, change: dict, rule: str) -> Keyed:
    """One figure of one row: of a sum over a stage, of a row that it counts."""
    at = next(n for n, (_, row) in enumerate(rows) if rule != "BE-01-R13" or row["stage"] == "施工许可")
    key, row = rows[at]
    return [*rows[:at], (key, row | {name: row[name] + by for name, by in change.items()}), *rows[at + 1 :]]


def _is_asked(world: World, key: Key, rule: str) -> bool:
    """Whether every other figure is known, and so many rows are dropped that it tells."""
    unit, code, period = key
    of = Asked(unit, world.catalogue.template(code), period)
    world.others.work_out([of])
    (condition, *_) = [one for one in relations_of(of.template) if one.rule.code == rule]
    row_key, row = world.returns[key][0]
    beside = [other for other in condition.others if other.reach != "total"]
    values = [world.others.value(of, other, row_key) for other in beside]
    if rule == "SV-03-R06" and not (values[0] and values[0] > row["plans_done"] - 1):
        return False  # one less than a plan more than last month is no contradiction
    return None not in values and (BROKEN[rule] != "drop" or values[0] > 1)
