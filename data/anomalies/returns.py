"""The figures of the returns that count. A submission's cells never change, so they are read once, and kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

import numpy
import pandas

from data.access import OWNER
from data.anomalies.counting import Counted, counted
from data.catalogue.adding import ROWS, SUM_DIGITS, Adding, adding
from data.catalogue.model import Nature, Template, TemplateKind
from data.store import Store

WATCHED = (Nature.FLOW, Nature.STOCK, Nature.LEVEL)
MOST_CELLS = 12_000_000  # that are kept, of all templates: some 300 MB
_READ_TOGETHER = 2000  # submissions; their cells fit into memory as rows too

_Read = TypeVar("_Read")
Place = tuple[str, str]
"""row_key, column_name."""


@dataclass(frozen=True)
class Return:
    """What a submission reported, cell by cell: places (a ledger's sums under the row_key ""), figures, and where they
    stand (row_nos and col_nos: 0 for a sum, which nobody typed). digest: what tells it from one with other figures.
    """

    submission_id: str
    unit_code: str
    period: date
    places: tuple[Place, ...]
    figures: numpy.ndarray
    sheets: tuple[str, ...]
    row_nos: numpy.ndarray
    col_nos: numpy.ndarray
    digest: int


def returns_of(store: Store, as_of: datetime, template: Template, before: date | None = None) -> list[Return]:
    """The returns of a template that count at a moment and hold figures, by unit and period. before: of the periods
    before that one alone.
    """
    submissions = counted(store, as_of).get(template.template_code, ())
    if before is not None:
        submissions = [submission for submission in submissions if submission.period < before]
    returns = _RETURNS.of(store, template, submissions, lambda absent: _read(store, template, absent))
    return [each for each in returns if len(each.places)]


class ReadOnce(Generic[_Read]):
    """What was read of submissions, whose cells never change. The most of it stays, by size_of; what was read first is
    forgotten first. Any thread may ask.
    """

    def __init__(self, most: int, size_of: Callable[[_Read], int]) -> None:
        self._most, self._size_of, self._size = most, size_of, 0
        self._kept: OrderedDict[tuple, _Read] = OrderedDict()
        self._changing = threading.Lock()

    def of(
        self,
        store: Store,
        template: Template,
        submissions: Sequence[Counted],
        read: Callable[[Sequence[Counted]], Sequence[_Read]],
    ) -> list[_Read]:
        """What is read of each of the submissions, in their order; read: does it for those that are absent."""
        opening_no, _ = store.state
        keys = [(opening_no, template.content, submission.submission_id) for submission in submissions]
        held = [self._kept.get(key) for key in keys]
        absent = [n for n, each in enumerate(held) if each is None]
        for first in range(0, len(absent), _READ_TOGETHER):
            numbers = absent[first : first + _READ_TOGETHER]
            for n, each in zip(numbers, read([submissions[n] for n in numbers]), strict=True):
                held[n] = each
                self._keep(keys[n], each)
        return held

    def _keep(self, key: tuple, each: _Read) -> None:
        with self._changing:
            before = self._kept.pop(key, None)
            self._size += self._size_of(each) - (self._size_of(before) if before is not None else 0)
            self._kept[key] = each
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._size_of(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._kept.clear()
            self._size = 0


_RETURNS: ReadOnce[Return] = ReadOnce(MOST_CELLS, lambda each: len(each.places))


def _read(store: Store, template: Template, submissions: Sequence[Counted]) -> list[Return]:
    """All of them; one without figures has no places."""
    values = {
        "numbers": list(range(len(submissions))),
        "submissions": [submission.submission_id for submission in submissions],
        "columns": sorted(watched(template)),
    }
    sql = _LEDGER if template.kind is TemplateKind.LEDGER else _SUMMARY
    cells = store.seen_by(OWNER).frame(f"{_PICKED} {sql} ORDER BY number, sheet, row_no, col_no, column_name", values)
    ends = numpy.searchsorted(cells["number"].to_numpy(), numpy.arange(len(submissions) + 1))
    layouts: dict[bytes, tuple] = {}
    return [
        _return(submission, cells.iloc[first:end], layouts)
        for submission, first, end in zip(submissions, ends[:-1], ends[1:], strict=True)
    ]


def _return(submission: Counted, cells: pandas.DataFrame, layouts: dict[bytes, tuple]) -> Return:
    """layouts: places and sheets are the same in most months, and kept once."""
    layout = cells["layout"].to_numpy().tobytes()
    if layout not in layouts:
        places = zip(cells["row_key"].tolist(), cells["column_name"].tolist(), strict=True)
        layouts[layout] = (tuple(places), tuple(cells["sheet"].tolist()))
    places, sheets = layouts[layout]
    figures, row_nos, col_nos = (cells[name].to_numpy(copy=True) for name in ("num", "row_no", "col_no"))
    about = (submission.submission_id, submission.unit_code, submission.period)
    digest = hash((submission.unit_code, submission.period, places, figures.tobytes()))
    return Return(*about, places, figures, sheets, row_nos, col_nos, digest)


_PICKED = """
    WITH picked AS (
        SELECT unnest($numbers::INTEGER[]) AS number, unnest($submissions::VARCHAR[]) AS submission_id),
    cells AS (SELECT number, fact.* FROM fact JOIN picked USING (submission_id)),
    judged AS (
        SELECT * FROM cells WHERE num IS NOT NULL AND column_name IN (SELECT unnest($columns::VARCHAR[])))"""
_SUMMARY = """
    SELECT number, coalesce(row_key, '') AS row_key, column_name, num, sheet, row_no, col_no,
        hash(coalesce(row_key, ''), column_name, sheet) AS layout
    FROM judged"""
# A ledger has no rows that recur: its columns are summed and its rows counted.
_LEDGER = f"""
    SELECT *, hash(column_name, sheet) AS layout FROM (
        SELECT number, '' AS row_key, column_name, round(kahan_sum(num), {SUM_DIGITS}) AS num,
            any_value(sheet) AS sheet, 0::INTEGER AS row_no, 0::INTEGER AS col_no
        FROM judged GROUP BY number, column_name
        UNION ALL
        SELECT number, '', '{ROWS}', count(DISTINCT row_no)::DOUBLE, any_value(sheet), 0, 0
        FROM cells GROUP BY number)"""


def watched(template: Template) -> set[str]:
    """The columns that are judged: what only grows or hardly ever changes is not; of a ledger only what adds up."""
    if template.kind is TemplateKind.LEDGER:
        return {column.name for column in template.columns if adding(column) is Adding.THROUGHOUT} | {ROWS}
    return {column.name for column in template.columns if column.nature in WATCHED}
