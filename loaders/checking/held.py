"""The rows of submissions as the store holds them, to compare others with."""

from collections.abc import Collection
from dataclasses import dataclass, field

from data.store import Store


@dataclass
class HeldRow:
    """One row of an accepted submission: its key, and what each filled column holds."""

    key: str
    values: dict[str, float | str] = field(default_factory=dict)


def held_rows(store: Store, submission_ids: Collection[str]) -> dict[str, list[HeldRow]]:
    """submission_id → its rows; those that hold none (declarations) are left out."""
    if not submission_ids:
        return {}
    rows: dict[str, dict[int, HeldRow]] = {}
    for cell in store.rows(
        """SELECT submission_id, row_no, row_key, column_name, num, txt FROM fact
        WHERE submission_id IN (SELECT unnest($1::VARCHAR[]))""",
        [list(submission_ids)],
    ):
        own = rows.setdefault(cell.submission_id, {})
        if cell.row_no not in own:
            own[cell.row_no] = HeldRow(cell.row_key)
        own[cell.row_no].values[cell.column_name] = cell.txt if cell.num is None else cell.num
    return {submission_id: list(own.values()) for submission_id, own in rows.items()}
