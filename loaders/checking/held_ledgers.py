"""Of the ledgers that count: their row keys, and whether their dates lay in their period. Each is read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.access import OWNER
from data.anomalies.counting import Counted, counted
from data.anomalies.returns import ReadOnce
from data.catalogue.model import ColumnType, Template
from data.store import Store

_MOST = 4_000_000  # row keys and dates that are kept


@dataclass(frozen=True)
class HeldLedger:
    """A ledger that counts. dates: column → how many of its dates lay in the period, how many outside, and how
    many of these after it.
    """

    unit_code: str
    period: date
    row_keys: frozenset[str]
    dates: dict[str, tuple[int, int, int]]

    @property
    def size(self) -> int:
        """How much is kept of it."""
        return len(self.row_keys) + len(self.dates)


_LEDGERS: ReadOnce[HeldLedger] = ReadOnce(_MOST, lambda ledger: ledger.size)


def date_columns(template: Template) -> list[str]:
    """The names of the columns that hold dates."""
    return [column.name for column in template.columns if column.type is ColumnType.DATE]


def held_ledgers(store: Store, as_of: datetime, template: Template) -> list[HeldLedger]:
    """Those of a template that count at a moment and have rows, whoever asks."""
    submissions = counted(store, as_of).get(template.template_code, ())
    ledgers = _LEDGERS.of(store, template, submissions, lambda absent: _read(store, template, absent))
    return [ledger for ledger in ledgers if ledger.row_keys]


def _read(store: Store, template: Template, submissions: Sequence[Counted]) -> list[HeldLedger]:
    whole, ids = store.seen_by(OWNER), [submission.submission_id for submission in submissions]
    keys: dict[str, frozenset[str]] = {}
    for row in whole.rows(_KEYS, {"submissions": ids}):
        keys[row.submission_id] = frozenset(row.row_keys)
    dates: dict[str, dict[str, tuple[int, int, int]]] = {}
    values = {
        "submissions": ids,
        "periods": [submission.period for submission in submissions],
        "names": date_columns(template),
        "months": template.cycle.months,
    }
    for row in whole.rows(_DATES, values):
        dates.setdefault(row.submission_id, {})[row.column_name] = (row.inside, row.outside, row.after)
    return [
        HeldLedger(each.unit_code, each.period, keys.get(each.submission_id, frozenset()), dates.get(each[0], {}))
        for each in submissions
    ]


_KEYS = """
    SELECT submission_id, list(DISTINCT row_key) AS row_keys FROM fact
    WHERE submission_id IN (SELECT unnest($submissions::VARCHAR[])) GROUP BY submission_id"""
_DATES = """
    WITH picked AS (SELECT unnest($submissions::VARCHAR[]) AS submission_id, unnest($periods::DATE[]) AS period),
    dated AS (
        SELECT submission_id, column_name, try_cast(txt AS DATE) AS day, period FROM fact JOIN picked
        USING (submission_id) WHERE column_name IN (SELECT unnest($names::VARCHAR[])))
    SELECT submission_id, column_name, count(*) FILTER (WHERE is_inside) AS inside,
        count(*) FILTER (WHERE NOT is_inside) AS outside, count(*) FILTER (WHERE is_after) AS after
    FROM (SELECT *, day >= period AND day < period + to_months($months) AS is_inside,
        day >= period + to_months($months) AS is_after FROM dated)
    GROUP BY submission_id, column_name"""
