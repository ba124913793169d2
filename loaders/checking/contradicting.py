"""Returns held against others by the rules of their templates: last period, other templates, other units.

Figures of the same file count, and those of the files before it that are taken in with it.
"""

from collections.abc import Iterable, Iterator, Sequence

from data.anomalies.contradictions import Contradiction, Judged, contradictions
from data.anomalies.held_returns import HeldReturn, HeldRow
from data.anomalies.others import Asked, Others, others_at
from data.catalogue.model import Catalogue
from data.catalogue.relations import columns_asked, needed_of
from data.cells import address
from data.store import Store
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.issues import Issue

Returns = Sequence[tuple[Recognised, Checked]]


class Contradicting:
    """What the returns of one batch are held against: asked of the store once, and only where a rule wants it."""

    def __init__(self, store: Store, catalogue: Catalogue, returns: Returns) -> None:
        asked = [_asked(recognised) for recognised, checked in returns if checked.rows]
        self._store = store
        self._others: Others | None = None
        self._before: dict[Key, HeldReturn | None] = {}
        if any(needed_of(of.template) for of in asked):
            self._others = others_at(store, store.now(), catalogue, asked)

    def issues(self, returns: Returns) -> dict[Key, list[Issue]]:
        """unit, template, period → what contradicts other returns. They count for one another, and for later files."""
        if self._others is None:
            return {}
        self._put(returns)
        held = [(found, checked) for found, checked in returns if checked.rows and needed_of(found.template)]
        judged = [
            Judged(_asked(found), [row.values for row in checked.rows], [row.key for row in checked.rows])
            for found, checked in held
        ]
        return {
            key_of(found): list(_issues(found, checked, told))
            for (found, checked), told in zip(held, contradictions(self._store, self._others, judged), strict=True)
        }

    def forget(self, returns: Returns) -> None:
        """These go back: what was there before counts again."""
        for recognised, _ in returns if self._others else ():
            before = self._before.get(key_of(recognised))
            if before is None:
                self._others.returns.pop(key_of(recognised), None)
            else:
                self._others.returns[key_of(recognised)] = before

    def _put(self, returns: Returns) -> None:
        for recognised, checked in returns:
            key = key_of(recognised)
            self._before[key] = self._others.returns.get(key)
            if checked.rows and not recognised.template.review:  # what is under review does not count yet
                self._others.add(key, HeldReturn({row.key: _row(row, recognised) for row in checked.rows}))


def _row(row: Row, recognised: Recognised) -> HeldRow:
    return HeldRow(row.row_no, row.values, row.col_nos, recognised.sheet.name)


def _asked(recognised: Recognised) -> Asked:
    return Asked(recognised.unit_code, recognised.template, recognised.period)


def _issues(recognised: Recognised, checked: Checked, told: Iterable[Contradiction]) -> Iterator[Issue]:
    faulty = {name for row in checked.rows for name in row.faulty}
    for one in told:
        row = checked.rows[one.index]
        rests_on = {name for condition in one.conditions for name in columns_asked(condition)}
        of_row = {name for condition in one.conditions for name in condition.columns}
        if (rests_on - of_row) & faulty or of_row & row.faulty:
            continue  # what is asked for there already
        cell = address(row.row_no, row.col_nos.get(one.column_name) or min(row.col_nos.values()))
        where = (recognised.sheet.name, cell, one.column_name, one.row_key)
        yield Issue(one.conditions[0].rule.severity, "contradiction", *where, details=one.details)
