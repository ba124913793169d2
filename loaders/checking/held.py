"""The rows of submissions as the store holds them, to compare others with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from data.catalogue.adding import counts_something
from data.catalogue.model import Template
from data.store import Store
from loaders.checking.rows import Row


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


def share_changed(before: Sequence[HeldRow], rows: Sequence[Row], template: Template) -> float:
    """The share of the figures that were held which are others in these rows, which are told by their keys; what is 0
    in both says nothing. Only what counts something is looked at, for limits and rates stay; all figures where nothing
    counts.
    """
    pairs = _pairs(before, rows, template)
    return sum(value != other for value, other in pairs) / len(pairs) if pairs else 0.0


def number_same(before: Sequence[HeldRow], rows: Sequence[Row], template: Template) -> int:
    """How many of these figures are the same."""
    return sum(value == other for value, other in _pairs(before, rows, template))


def _pairs(before: Sequence[HeldRow], rows: Sequence[Row], template: Template) -> list[tuple[float, object]]:
    counting = {column.name for column in template.columns if counts_something(column)}
    names = counting or {column.name for column in template.columns if column.type.is_number}
    now = {row.key: row.values for row in rows}
    pairs = [
        (value, now.get(held.key, {}).get(name))
        for held in before
        for name, value in held.values.items()
        if name in names and not isinstance(value, str)
    ]
    return [(value, other) for value, other in pairs if value or other]
