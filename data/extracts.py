"""Rows of the audit trail as anybody can check them with any program, without this one."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.audit import COLUMNS, hashed
from data.store import Store


@dataclass(frozen=True)
class Extract:
    """One row. The SHA-256 of `text` in UTF-8 is `hash`; text begins with the hash of the row before."""

    number: int
    text: str
    hash: str


def extracts(store: Store, numbers: Sequence[int]) -> list[Extract]:
    """The rows of these numbers that the reader may see, in their order."""
    rows = store.rows(
        f"SELECT {COLUMNS}, previous_hash, hash FROM audit WHERE audit_no IN (SELECT unnest($1::BIGINT[])) "
        "ORDER BY audit_no",
        [list(numbers)],
    )
    return [Extract(row[0], hashed(row[:-2], row.previous_hash), row.hash) for row in rows]
