"""Made-up rows, as data/reference/sample says: SQL expressions over each template's base rows and seeded draws."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy
import pyarrow

from data.catalogue.in_force import REFERENCE
from data.catalogue.model import Catalogue, ColumnType, Template
from data.catalogue.rules import sql_type
from data.periods import closing_month, end_of, period_of
from data.store import Store

FOLDER = REFERENCE / "sample"
Row = dict[str, Any]
Rows = dict[tuple[str, date], list[Row]]
_NORMALS = tuple(f"n{number}" for number in range(1, 7))
_UNIFORMS = tuple(f"u{number}" for number in range(1, 5))
_DAYS_AFTER = 25  # so many working days beyond the period's end may be named
_PAST = re.compile(r"\bprev_(\w+)")
_NO_ROWS: Mapping[str, Rows] = MappingProxyType({})
_FRAME = (ColumnType.PERIOD, ColumnType.UNIT)
_MACROS = (
    # A count about `mean`: it varies like a Poisson count, and by some percent more. z: a standard normal.
    "count_about(mean_, z_) AS greatest(0, round(mean_ + z_ * sqrt(0.7 * mean_ + 0.002 * mean_ * mean_)))",
    "pick(list_, u_) AS list_[1 + CAST(floor(u_ * len(list_)) AS INTEGER)]",
)


@dataclass(frozen=True)
class Recipe:
    """How a template's rows are made.

    rows: by unit, the values of the `base` columns. repeat: SQL, how many rows come of one (None: one).
    totals: name → another template and SQL sums over the unit's rows of it, of the same period.
    columns: name and SQL in the order of evaluation; names that the template lacks only help.
    """

    template: Template
    base: tuple[str, ...]
    rows: Mapping[str, list[list]]
    repeat: str | None
    columns: tuple[tuple[str, str], ...]
    totals: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def past(self) -> tuple[str, ...]:
        """The columns whose value of the period before (prev_…) some expression asks for."""
        names = (name for _, expression in self.columns for name in _PAST.findall(expression))
        return tuple(dict.fromkeys(names))


def recipes(catalogue: Catalogue) -> dict[str, Recipe]:
    """By template code, for the templates that have a definition which makes all of their required columns."""
    by_template = {}
    for template in catalogue.templates:
        path = FOLDER / f"{template.template_code}.json"
        if not path.is_file():
            continue
        told = json.loads(path.read_text(encoding="utf-8"))
        columns = tuple((name, expression) for name, expression in told["columns"])
        made = {*told["base"], *dict(columns)}
        required = {c.name for c in template.columns if c.required and c.type not in _FRAME}
        if required <= made:
            totals = {name: (code, sums) for name, (code, sums) in told.get("totals", {}).items()}
            recipe = Recipe(template, tuple(told["base"]), told["rows"], told.get("repeat"), columns, totals)
            by_template[template.template_code] = recipe
    return _in_order(by_template)


def _in_order(by_template: dict[str, Recipe]) -> dict[str, Recipe]:
    """Each after those whose totals it asks for."""
    ordered: dict[str, Recipe] = {}

    def add(code: str) -> None:
        for other, _ in by_template[code].totals.values():
            if other in by_template and other not in ordered:
                add(other)
        ordered[code] = by_template[code]

    for code in by_template:
        add(code)
    return ordered


def seeded(*parts: object) -> numpy.random.Generator:
    """A generator that depends on nothing but these parts."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return numpy.random.default_rng(int.from_bytes(digest[:8], "big"))


class RowMaker:
    """Makes rows on one cursor of the store (for its working days and functions); writes nothing into it."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._held = ExitStack()
        self._cursor = self._held.enter_context(store.cursor())
        self._departures = {day.day: day.is_workday for day in catalogue.calendar}
        self._shared = json.loads((FOLDER / "shared.json").read_text(encoding="utf-8"))
        lists = (
            f"{name}(k_) AS {values}[1 + CAST(k_ AS BIGINT) % {len(values)}]"
            for name, values in self._shared["lists"].items()
        )
        for macro in (*_MACROS, *lists):
            self._cursor.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")

    def __enter__(self) -> "RowMaker":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def rows(
        self, recipe: Recipe, units: Iterable[str], first: date, last: date, made: Mapping[str, Rows] = _NO_ROWS
    ) -> Rows:
        """The rows of each unit and period, both ends included. Other units, or fewer months, change no row. made: the
        rows of the templates whose totals the recipe asks for.
        """
        cycle, period = recipe.template.cycle, period_of(first, recipe.template.cycle)
        periods = []
        while period <= last:
            periods.append(period)
            period = end_of(period, cycle)
        reporting = [unit for unit in units if unit in recipe.rows]
        rows: Rows = {(unit, period): [] for unit in reporting for period in periods}
        self._register("moments", [self._moment(period, recipe) for period in periods])
        totals = self._totals(recipe, made)
        past = None
        for batch in [[period] for period in periods] if recipe.past else [periods]:
            new = self._made(recipe, [(unit, period) for unit in reporting for period in batch], past, totals)
            for row in new.to_pylist():
                values = {column.name: row[f"out_{column.name}"] for column in _filled(recipe)}
                rows[row["unit"], row["period"]].append(values)
            past = new
        return rows

    def _totals(self, recipe: Recipe, made: Mapping[str, Rows]) -> dict[str, dict[tuple[str, date], float]]:
        """name → unit and period → total."""
        totals: dict[str, dict[tuple[str, date], float]] = {}
        for name, (code, sums) in recipe.totals.items():
            rows = [{"unit": unit, "period": p, **row} for (unit, p), own in made.get(code, {}).items() for row in own]
            if rows:
                self._register("plain", rows)
                found = self._cursor.execute(
                    f"SELECT unit, period, ({sums})::DOUBLE FROM plain GROUP BY ALL"
                ).fetchall()
            totals[name] = {(unit, period): total for unit, period, total in found} if rows else {}
        return totals

    def mistaken(self, template: Template, rows: list[Row], before: list[Row], mistake: Mapping) -> list[Row]:
        """The rows with a planted mistake of story.json; `before`: those of the period before."""
        if mistake["kind"] == "copy":
            return before
        if "again" in mistake:  # every row once more for each entry, under another key
            return rows + [row for keys in mistake["again"] for row in self._changed(template, rows, "TRUE", keys)]
        return self._changed(template, rows, mistake["where"], mistake["set"])

    def _changed(self, template: Template, rows: list[Row], where: str, changes: Mapping[str, str]) -> list[Row]:
        """SQL over the old values, in the rows for which `where` holds."""
        self._register("plain", rows)
        replaced = ", ".join(
            f'CAST(CASE WHEN {where} THEN {expression} ELSE "{name}" END AS {sql_type(template.column(name).type)}) '
            f'AS "{name}"'
            for name, expression in changes.items()
        )
        return self._cursor.execute(f"SELECT * REPLACE ({replaced}) FROM plain").to_arrow_table().to_pylist()

    def _register(self, name: str, rows: list[Row]) -> None:
        self._cursor.register(name, pyarrow.Table.from_pylist(rows))

    def _moment(self, period: date, recipe: Recipe) -> Row:
        """What expressions may know of a period; `days` are working days from its first on, n_days lie within it."""
        shared, end = self._shared, end_of(period, recipe.template.cycle)
        days, day = [], period
        while day < end or sum(workday >= end for workday in days) < _DAYS_AFTER:
            if self._departures.get(day, day.weekday() < 5):
                days.append(day)
            day += timedelta(days=1)
        years = (period - date.fromisoformat(shared["growth_since"])).days / 365.25
        return {
            "period": period,
            "year": period.year,
            "month": period.month,
            "season": shared["season"][closing_month(period, recipe.template.cycle).month - 1],
            "trend": 1 + shared["growth_a_year"] * years,
            "days": days,
            "n_days": sum(workday < end for workday in days),
        }

    def _made(
        self,
        recipe: Recipe,
        wanted: list[tuple[str, date]],
        past: pyarrow.Table | None,
        totals: Mapping[str, Mapping[tuple[str, date], float]],
    ) -> pyarrow.Table:
        generators = {key: seeded(recipe.template.template_code, *key) for key in wanted}
        bases = [
            (key, dict(zip(recipe.base, row, strict=True)) | {name: own.get(key) for name, own in totals.items()})
            for key in wanted
            for row in recipe.rows[key[0]]
        ]
        drawn = _drawn(bases, generators)
        self._register("drawn", drawn)
        if recipe.repeat:
            sql = f"SELECT CAST({recipe.repeat} AS INTEGER) FROM drawn JOIN moments USING (period) ORDER BY place"
            counts = [count for (count,) in self._cursor.execute(sql).fetchall()]
            bases = [base for base, count in zip(bases, counts, strict=True) for _ in range(count)]
            self._register("drawn", _drawn(bases, generators))
        if past is not None:
            self._cursor.register("past", past)
        return self._cursor.execute(_query(recipe, past is not None)).to_arrow_table()


def _drawn(bases: list[tuple[tuple[str, date], Row]], generators: Mapping) -> list[Row]:
    rows, seqs = [], dict.fromkeys(generators, 0)
    for key, base in bases:
        seqs[key] += 1
        numbers = (*generators[key].standard_normal(len(_NORMALS)), *generators[key].random(len(_UNIFORMS)))
        draws = dict(zip((*_NORMALS, *_UNIFORMS), map(float, numbers), strict=True))
        rows.append({"unit": key[0], "period": key[1], "seq": seqs[key], "place": len(rows), **base, **draws})
    return rows


def _filled(recipe: Recipe) -> list:
    made = {*recipe.base, *dict(recipe.columns)}
    return [c for c in recipe.template.columns if c.name in made and c.type not in _FRAME]


def _query(recipe: Recipe, has_past: bool) -> str:
    """One subselect a column, so that each may use those before it; `out_…` are the template's, in its types."""
    types = {column.name: sql_type(column.type) for column in recipe.template.columns}
    before = "".join(
        f', past."{name}" AS "prev_{name}"'
        if has_past
        else f', CAST(NULL AS {types.get(name, "DOUBLE")}) AS "prev_{name}"'
        for name in recipe.past
    )
    sql = f"SELECT drawn.*, moments.* EXCLUDE (period){before} FROM drawn JOIN moments USING (period)"
    if has_past:
        sql += " LEFT JOIN past ON past.unit = drawn.unit AND past.seq = drawn.seq"
    for name, expression in recipe.columns:
        value = f"CAST({expression} AS {types[name]})" if name in types else expression
        sql = f'SELECT *, {value} AS "{name}" FROM ({sql})'
    out = ", ".join(f'CAST("{c.name}" AS {types[c.name]}) AS "out_{c.name}"' for c in _filled(recipe))
    kept = "".join(f', "{name}"' for name in recipe.past)
    return f"SELECT unit, period, seq{kept}, {out} FROM ({sql}) ORDER BY place"
