"""Whether a return repeats the last period's figures to the letter: an old file with a new date on it."""

from collections import Counter
from collections.abc import Iterable

from data.catalogue.adding import counts_something
from data.catalogue.model import Template
from loaders.checking.held import HeldRow
from loaders.checking.rows import Row

Figures = Counter[frozenset[tuple[str, float | str]]]
"""How often each row occurs, a row being its (column name, value) pairs."""


def figures_in(rows: Iterable[HeldRow]) -> Figures:
    """The figures of rows that were accepted."""
    return Counter(frozenset(row.values.items()) for row in rows)


def speaks(rows: list[Row], template: Template) -> bool:
    """Whether equal figures would say anything. Those that may well stay (all zero, limits, levels) do not: at least
    two must count something and not be zero. In a ledger every row is an event, and two of them are enough.
    """
    counting = [column.name for column in template.columns if counts_something(column)]
    if not counting:
        return len(rows) > 1
    return sum(bool(row.values.get(name)) for row in rows for name in counting) > 1


def repeats(rows: list[Row], last: Figures) -> bool:
    """True where the rows are those of the last period, each as often."""
    return len(rows) == sum(last.values()) and Counter(map(_values, rows)) == last


def _values(row: Row) -> frozenset[tuple[str, float | str]]:
    return frozenset(
        (name, float(value) if isinstance(value, int | float) else str(value))
        for name, value in row.values.items()
        if value is not None and name in row.col_nos
    )
