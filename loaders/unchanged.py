"""Whether a return repeats the last period's figures to the letter: an old file with a new date on it."""

from collections import Counter
from collections.abc import Iterable

from data.catalogue import Nature, Template
from data.store import Store
from loaders.check import Row

_MOVES = (Nature.FLOW, Nature.STOCK, Nature.CUMULATIVE)


def repeats_last_period(store: Store, rows: list[Row], template: Template, last_submission_id: str) -> bool:
    """True where every row is one of the last period's. Figures that may well stay (all zero, limits, levels) do not
    speak: at least two that count something must be there and not be zero. In a ledger every row is an event, and two
    of them are enough.
    """
    if not _speaks(rows, template):
        return False
    last: dict[int, list[tuple]] = {}
    for row_no, name, num, txt in store.rows(
        "SELECT row_no, column_name, num, txt FROM fact WHERE submission_id = ?", [last_submission_id]
    ):
        last.setdefault(row_no, []).append((name, txt if num is None else num))
    return Counter(map(frozenset, last.values())) == Counter(_values(row) for row in rows)


def _speaks(rows: list[Row], template: Template) -> bool:
    counting = [column.name for column in template.columns if column.nature in _MOVES]
    if not counting:
        return len(rows) > 1
    return sum(bool(row.values.get(name)) for row in rows for name in counting) > 1


def _values(row: Row) -> frozenset[tuple]:
    return frozenset(_kept(row.values.items(), row))


def _kept(values: Iterable[tuple], row: Row) -> Iterable[tuple]:
    for name, value in values:
        if value is not None and name in row.col_nos:
            yield name, float(value) if isinstance(value, int | float) else str(value)
