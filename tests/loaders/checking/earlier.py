"""A unit's earlier returns, written straight into a store: the sample rows, with other figures and keys each month."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from data.store import Store, append
from loaders.intake.ingest import Receipt
from loaders.issues import Issue
from tests.conftest import OCTOBER, REASON, edited, filled, ingest, sample_rows, shanghai
from tests.data.worlds import later_month

AT = shanghai("2026-11-18T09:30:00")
_COLUMNS = ("submission_id", "sheet", "row_no", "col_no", "column_name", "row_key", "num", "txt")
Vary = Callable[[random.Random, str, float], float]


def a_little(luck: random.Random, name: str, number: float) -> float:
    """Rates by a point or two, other figures by a fifth."""
    if name.endswith("_rate"):
        return round(min(100.0, 96 + 2 * luck.random()), 2)
    varied = number * luck.uniform(0.8, 1.2)
    return float(round(varied)) if float(number).is_integer() else round(varied, 2)


def with_past(
    store: Store, template: str, unit: str, months: int = 12, rows: list[dict] | None = None, vary: Vary = a_little
) -> Store:
    """`months` of them before October. rows: of the oldest (default: the sample's)."""
    rows = sample_rows(template, unit) if rows is None else rows
    before = later_month(OCTOBER, -months)
    receipt = ingest(store, filled(store, template, unit, before, rows), "past.xlsx", AT, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    (submission,) = store.rows("SELECT * FROM submission WHERE submission_id = ?", [receipt.submission_id])
    facts = store.rows(f"SELECT {', '.join(_COLUMNS[1:])} FROM fact WHERE submission_id = ?", [receipt.submission_id])
    luck = random.Random(5)
    with store.write() as cursor:
        cursor.execute("UPDATE fact SET row_key = row_key || '-0' WHERE regexp_matches(row_key, '[0-9]')")
        for back in range(1, months):
            _add(cursor, submission._asdict(), facts, back, luck, vary)
    return store


def _add(cursor, submission: dict, facts: list, back: int, luck: random.Random, vary: Vary) -> None:
    name, period = f"past-{back}", later_month(OCTOBER, -back)
    received_at = submission["received_at"] - timedelta(days=30 * back)
    row = submission | {"submission_id": name, "period": period, "received_at": received_at}
    append(cursor, "submission", {key: [value] for key, value in row.items()})
    written = [
        (name, *fact[:4], _key(fact.row_key, back), fact.num and vary(luck, fact.column_name, fact.num), fact.txt)
        for fact in facts
    ]
    append(cursor, "fact", dict(zip(_COLUMNS, map(list, zip(*written, strict=True)), strict=True)))


def _key(row_key: str, back: int) -> str:
    """A ledger's keys are numbers, which no month has again; those of a summary are words."""
    return f"{row_key}-{back}" if any(letter.isdigit() for letter in row_key) else row_key


def october(store: Store, template: str, unit: str, rows: list[dict] | None = None, edit=None, **more: Any) -> Receipt:
    """The receipt of October's workbook, edited as a person would."""
    content = filled(store, template, unit, OCTOBER, rows)
    return ingest(store, edited(content, edit) if edit else content, "十月.xlsx", AT + timedelta(hours=1), **more)


def asked(receipt: Receipt, *codes: str) -> list[Issue]:
    """The questions of these codes."""
    return [issue for issue in receipt.issues if issue.code in codes]
