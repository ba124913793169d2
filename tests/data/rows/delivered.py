"""Random deliveries with corrections, blanks and reviews; and what counts of them, found in plain Python."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from data.catalogue.in_force import load_catalogue
from data.catalogue.model import ColumnType, Nature, Obligation, Template
from data.store import Store, append
from tests.data import worlds

LOADED = datetime(2025, 1, 1, tzinfo=UTC)
MONTHS = [date(2026, month, 1) for month in range(1, 7)]
UNITS = ("A", "B", "C")
STAGES = ("立项", "施工", "验收")
NUMBERS = ("done", "open_", "ytd", "days", "limit", "of", "rate", "share")
FIRST_COLUMN = 3  # the blank workbook's own columns lie before


def template(code: str = "T1", **more: Any) -> Template:
    """A column of each nature, two rates (of flows, of stocks), texts and a day."""
    columns = (
        worlds.column("stage", ColumnType.ENUM, required=True, values=STAGES),
        worlds.column("note", ColumnType.STR),
        worlds.column("on_", ColumnType.DATE),
        worlds.column("done", ColumnType.INT, Nature.FLOW),
        worlds.column("open_", ColumnType.INT, Nature.STOCK),
        worlds.column("ytd", ColumnType.INT, Nature.CUMULATIVE),
        worlds.column("days", ColumnType.DEC, Nature.LEVEL),
        worlds.column("limit", ColumnType.INT, Nature.FIXED),
        worlds.column("of", ColumnType.INT, Nature.FLOW),
        worlds.column("rate", ColumnType.PCT, Nature.LEVEL),
        worlds.column("share", ColumnType.PCT, Nature.LEVEL),
    )
    rules = (
        worlds.rule("of = 0 OR abs(rate - 100.0 * done / of) <= 0.05", "R1"),
        worlds.rule("ytd = 0 OR abs(share - 100.0 * (open_ + coalesce(open_, 0)) / ytd) <= 0.05 + 1e-9", "R2"),
    )
    return worlds.template(code, columns=columns, rules=rules, row_key=("stage",), **more)


@dataclass(frozen=True)
class Delivery:
    """One accepted submission: its rows as column → value; accepted_at: in its review, if it was."""

    unit: str
    period: date
    version: int
    received_at: datetime
    rows: tuple[dict[str, Any], ...]
    needs_review: bool = False
    accepted_at: datetime | None = None

    @property
    def submission_id(self) -> str:
        return f"{self.unit}-{self.period:%Y%m}-{self.version}"


@dataclass
class Deliveries:
    """All of them, in the order of arrival."""

    made: list[Delivery] = field(default_factory=list)

    def counting(self, as_of: datetime) -> list[Delivery]:
        """The newest of each unit and period that came by then and is not waiting for its review."""
        newest: dict[tuple[str, date], Delivery] = {}
        for one in self.made:
            is_shown = not one.needs_review or (one.accepted_at is not None and one.accepted_at <= as_of)
            if one.received_at <= as_of and is_shown:
                newest[one.unit, one.period] = one
        return list(newest.values())

    def rows(self, as_of: datetime, first: date = date.min, last: date = date.max) -> list[tuple[Delivery, dict]]:
        """Every row that counts, of these months."""
        counting = [one for one in self.counting(as_of) if first <= one.period <= last]
        return [(one, row) for one in counting for row in one.rows]


def delivered(seed: int, path: Path) -> tuple[Store, Deliveries, datetime]:
    """A store with random deliveries, the same as plain values, and a moment within them."""
    chance = random.Random(seed)
    store = Store(path / f"rows-{seed}.duckdb")
    obligations = [Obligation(unit, "T1", MONTHS[0]) for unit in UNITS]
    load_catalogue(store, worlds.catalogue(obligations, [template()]), LOADED)
    deliveries = Deliveries(sorted(_made(chance), key=lambda one: one.received_at))
    _write(store, deliveries.made)
    return store, deliveries, datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=chance.randrange(120))


def _made(chance: random.Random) -> Iterator[Delivery]:
    for unit in UNITS:
        for period in MONTHS:
            if chance.random() < 0.15:
                continue
            at = datetime(period.year, period.month, 1, tzinfo=UTC) + timedelta(days=chance.randrange(31, 60))
            for version in range(1, chance.choice([1, 1, 2, 3]) + 1):
                at += timedelta(hours=chance.randrange(1, 400))
                needs_review = chance.random() < 0.3
                is_accepted = needs_review and chance.random() < 0.5
                accepted_at = at + timedelta(hours=5) if is_accepted else None
                stages = chance.sample(STAGES, chance.randrange(0, 4))
                rows = tuple(_row(chance, stage) for stage in stages)
                yield Delivery(unit, period, version, at, rows, needs_review, accepted_at)


def _row(chance: random.Random, stage: str) -> dict[str, Any]:
    row: dict[str, Any] = {"stage": stage}
    row["note"] = chance.choice([None, "东湖 road", "西山;a\\b", "=1+1", "'; DROP TABLE fact; --", "100% Tested"])
    row["on_"] = chance.choice([None, f"2026-0{chance.randrange(1, 9)}-1{chance.randrange(9)}"])
    for name in NUMBERS:
        is_fraction = name in ("days", "rate", "share")
        number = round(chance.uniform(0, 100), 2) if is_fraction else float(chance.randrange(0, 50))
        row[name] = None if chance.random() < 0.15 else number
    return row


def _write(store: Store, made: list[Delivery]) -> None:
    columns = [column.name for column in template().columns]
    submissions: list[dict] = []
    facts: list[dict] = []
    steps: list[dict] = []
    for one in made:
        submissions.append(
            {
                "submission_id": one.submission_id,
                "receipt_no": f"R-{one.submission_id}",
                "sha256": one.submission_id,
                "file_name": "a.xlsx",
                "unit_code": one.unit,
                "template_code": "T1",
                "template_version": "1",
                "period": one.period,
                "version": one.version,
                "kind": "workbook" if one.version == 1 else "correction",
                "outcome": "accepted",
                "received_at": one.received_at,
                "row_count": len(one.rows),
                "needs_review": one.needs_review,
            }
        )
        if one.accepted_at:
            steps.append({"submission_id": one.submission_id, "step": "accepted", "taken_at": one.accepted_at})
        for row_no, row in enumerate(one.rows, start=5):
            facts += [
                _cell(one.submission_id, row_no, columns.index(name) + FIRST_COLUMN, name, row)
                for name in columns
                if row[name] is not None
            ]
    with store.write() as cursor:
        for table, rows in (("submission", submissions), ("fact", facts), ("review_step", steps)):
            append(cursor, table, {name: [row[name] for row in rows] for name in (rows[0] if rows else ())})


def _cell(submission_id: str, row_no: int, col_no: int, name: str, row: dict[str, Any]) -> dict[str, Any]:
    place = {"submission_id": submission_id, "sheet": "表", "row_no": row_no, "col_no": col_no}
    value = row[name]
    held = {"num": value, "txt": None} if isinstance(value, float) else {"num": None, "txt": value}
    return place | {"column_name": name, "row_key": row["stage"]} | held
