"""What a unit's earlier returns of a template held: its figures, and which columns it filled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from data.anomalies.panels import redefinitions
from data.catalogue.model import Template, TemplateKind
from data.periods import add_months
from data.store import Store
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked

PERIODS = 24  # so far back a return is held against its past

Key = tuple[str, str, date]
"""unit, template, period."""
Figures = Sequence[Sequence[float]]
"""(months from some day to the period, figure), in any order."""


@dataclass
class Past:
    """filled: column → period → how many rows had it filled. figures: (row_key, column) → its figures, each with the
    months since `since`; a ledger's rows do not recur, so theirs are together under the row_key "".
    """

    since: date
    filled: dict[str, dict[date, int]] = field(default_factory=dict)
    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Mapping[date, int]:
        """period → how many rows there were: as many as its fullest column has filled."""
        counts: dict[date, int] = {}
        for column_counts in self.filled.values():
            for period, number in column_counts.items():
                counts[period] = max(number, counts.get(period, 0))
        return dict(sorted(counts.items()))


def periods_before(recognised: Recognised) -> list[date]:
    """The periods that a return is held against, the newest first."""
    months = recognised.template.cycle.months
    return [add_months(recognised.period, -number * months) for number in range(1, PERIODS + 1)]


def pasts(store: Store, returns: Iterable[tuple[Recognised, Checked]], counting: Mapping[Key, str]) -> dict[Key, Past]:
    """The past of each return that has rows. counting: the submission that holds the figures of a unit, template and
    period; a period for which a unit declared that there is nothing has none, and is not missed.
    """
    asked = [recognised for recognised, checked in returns if checked.rows]
    past_of = {key_of(one): Past(periods_before(one)[-1]) for one in asked}
    picked = [
        (number, month_count(past_of[key_of(one)].since, period), counting[one.unit_code, code, period], one)
        for number, one in enumerate(asked)
        for period in periods_before(one)
        if (one.unit_code, code := one.template.template_code, period) in counting
    ]
    if not picked:
        return past_of
    keys = list(past_of)
    values = {
        "numbers": [number for number, *_ in picked],
        "months": [months for _, months, *_ in picked],
        "submissions": [submission_id for *_, submission_id, _ in picked],
        "ledgers": [one.template.kind is TemplateKind.LEDGER for *_, one in picked],
        "columns": sorted({name for one in asked for name in _watched(one.template)}),
    }
    for row in store.rows(_SQL, values):
        _add(past_of[keys[row.return_no]], row)
    return past_of


def since_redefined(store: Store, past: Past, recognised: Recognised) -> Past:
    """The past without figures from before their column's definition changed, as the office was told."""
    figures = dict(past.figures)
    for unit_code, row_key, column_name, period in redefinitions(store, store.now(), recognised.template):
        if unit_code == recognised.unit_code and (row_key, column_name) in figures:
            first = month_count(past.since, period)
            own = figures[row_key, column_name]
            figures[row_key, column_name] = [figure for figure in own if figure[0] >= first]
    return replace(past, figures=figures)


def month_count(since: date, until: date) -> int:
    """Months from one first day of a month to another."""
    return (until.year - since.year) * 12 + until.month - since.month


def key_of(recognised: Recognised) -> Key:
    """What a return is about."""
    return recognised.unit_code, recognised.template.template_code, recognised.period


_SQL = """
    WITH picked AS (
        SELECT unnest($numbers::INTEGER[]) AS return_no, unnest($months::INTEGER[]) AS months,
            unnest($submissions::VARCHAR[]) AS submission_id, unnest($ledgers::BOOLEAN[]) AS is_ledger)
    SELECT return_no, CASE WHEN is_ledger THEN '' ELSE row_key END AS series, column_name,
        list(months) AS months, list([months, num]) FILTER (num IS NOT NULL) AS figures
    FROM fact JOIN picked USING (submission_id)
    WHERE column_name IN (SELECT unnest($columns::VARCHAR[]))
    GROUP BY ALL"""


def _watched(template: Template) -> set[str]:
    """The columns that are compared, and those of the key, by which rows are counted."""
    wanted = {column.name for column in template.columns if column.type.is_number or not column.required}
    return (wanted | set(template.row_key)) - template.frame_names


def _add(past: Past, row: Any) -> None:
    counts = past.filled.setdefault(row.column_name, {})
    for months, number in Counter(row.months).items():
        period = add_months(past.since, months)
        counts[period] = counts.get(period, 0) + number
    if row.figures:
        past.figures[row.series, row.column_name] = row.figures
