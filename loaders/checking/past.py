"""What a unit's earlier returns of a template held: its figures, and which columns it filled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.catalogue.model import Template, TemplateKind
from data.periods import add_months
from data.store import Store
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked

PERIODS = 24  # so far back a return is held against its past
_WORKBOOKS = ("workbook", "correction")

Key = tuple[str, str, date]
"""unit, template, period."""
Figures = Sequence[Sequence[float]]
"""(number of the period, figure), in any order."""


@dataclass
class Past:
    """filled: column → period → how many rows had it filled. figures: (row_key, column) → its figures, each with a
    number that tells its period; a ledger's rows do not recur, so theirs are together under the row_key "".
    """

    filled: dict[str, dict[date, int]] = field(default_factory=dict)
    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)

    @property
    def rows(self) -> Mapping[date, int]:
        """period → how many rows there were: as many as its fullest column has filled."""
        counts: dict[date, int] = {}
        for column_counts in self.filled.values():
            for period, number in column_counts.items():
                counts[period] = max(number, counts.get(period, 0))
        return dict(sorted(counts.items()))


def pasts(store: Store, returns: Iterable[tuple[Recognised, Checked]]) -> dict[Key, Past]:
    """The past of each return that has rows: what counts, or counted first of what waits for its review, of the two
    years before. A period for which a unit declared that there is nothing has no rows, and none is missed.
    """
    asked = [recognised for recognised, checked in returns if checked.rows]
    found = {key_of(recognised): Past() for recognised in asked}
    if not asked:
        return found
    keys = list(found)
    first = [add_months(one.period, -PERIODS * one.template.cycle.months) for one in asked]
    values = {
        "numbers": list(range(len(asked))),
        "units": [one.unit_code for one in asked],
        "templates": [one.template.template_code for one in asked],
        "firsts": first,
        "periods": [one.period for one in asked],
        "ledgers": [one.template.kind is TemplateKind.LEDGER for one in asked],
        "columns": sorted({name for one in asked for name in _watched(one.template)}),
        "kinds": list(_WORKBOOKS),
    }
    for row in store.rows(_SQL, values):
        _add(found[keys[row.return_no]], row, first[row.return_no])
    return found


def key_of(recognised: Recognised) -> Key:
    """What a return is about."""
    return recognised.unit_code, recognised.template.template_code, recognised.period


_SQL = """
    WITH asked AS (
        SELECT unnest($numbers::INTEGER[]) AS return_no, unnest($units::VARCHAR[]) AS unit_code,
            unnest($templates::VARCHAR[]) AS template_code, unnest($firsts::DATE[]) AS since,
            unnest($periods::DATE[]) AS until, unnest($ledgers::BOOLEAN[]) AS is_ledger),
    latest AS (
        SELECT return_no, submission_id, kind, is_ledger, datediff('month', since, period) AS months
        FROM submission JOIN asked USING (unit_code, template_code)
        WHERE outcome = 'accepted' AND period >= since AND period < until
        QUALIFY row_number() OVER (PARTITION BY return_no, period ORDER BY received_at DESC, version DESC) = 1)
    SELECT return_no, CASE WHEN is_ledger THEN '' ELSE row_key END AS series, column_name,
        list(months) AS months, list([months, num]) FILTER (num IS NOT NULL) AS figures
    FROM fact JOIN latest USING (submission_id)
    WHERE kind IN (SELECT unnest($kinds::VARCHAR[])) AND column_name IN (SELECT unnest($columns::VARCHAR[]))
    GROUP BY ALL"""


def _watched(template: Template) -> set[str]:
    """The columns that are compared, and those of the key, by which rows are counted."""
    wanted = {column.name for column in template.columns if column.type.is_number or not column.required}
    return (wanted | set(template.row_key)) - template.frame_names


def _add(past: Past, row: Any, first: date) -> None:
    counts = past.filled.setdefault(row.column_name, {})
    for months, number in Counter(row.months).items():
        period = add_months(first, months)
        counts[period] = counts.get(period, 0) + number
    if row.figures:
        past.figures[row.series, row.column_name] = row.figures
