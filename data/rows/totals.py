"""The totals of the rows that are asked for: a figure for each column of numbers, or why there is none."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

import pandas

from data.catalogue.adding import COUNT
from data.catalogue.in_force import catalogue_in_force
from data.periods import closing_month
from data.rows.asked import Asked
from data.rows.picking import picked, used
from data.rows.sums import figures, measures
from data.store import Store


@dataclass(frozen=True)
class Returns:
    """How many are owed by the units, and of how many the figures count: not those that are missing or under review."""

    owed: int
    counting: int


def totals(store: Store, as_of: datetime, asked: Asked) -> pandas.DataFrame:
    """One row per column of numbers that is shown, in the template's order: column_name, how (see How), value, why (see
    Why; None where there is a value), period (where one month alone counts), given (cells that are not blank), units
    (in the figure), lowest, highest, above, below; returns and of_returns: how many of those that are owed for its
    months count, whatever the conditions leave out.
    """
    template = catalogue_in_force(store).template(asked.template_code)
    shown = asked.shown(template)
    columns = [one for one in measures(template) if one in shown or (one is COUNT and not asked.columns)]
    by_column = figures(store, as_of, asked, columns)
    by_period: dict[date | None, Returns] = {}
    rows = []
    for column in columns:
        figure = by_column[(), column.name]
        if figure.period not in by_period:
            month = figure.period and closing_month(figure.period, template.cycle)
            within = replace(asked, first=month, last=month) if month else asked
            by_period[figure.period] = returns_of(store, as_of, within)
        counted = by_period[figure.period]
        of_returns = {"returns": counted.counting, "of_returns": counted.owed}
        rows.append({"column_name": column.name, **asdict(figure), **of_returns})
    return pandas.DataFrame(rows, dtype=object)


def units_of(store: Store, as_of: datetime, asked: Asked) -> int:
    """How many units the rows that are asked for come from."""
    of = picked(store, as_of, asked)
    sql = f"WITH {of.sql} SELECT count(DISTINCT unit_code) FROM wanted JOIN picked USING (no)"
    return store.value(sql, used(sql, of.parameters))


def returns_of(store: Store, as_of: datetime, asked: Asked) -> Returns:
    """The returns of these units and months, exempt ones left out."""
    of = picked(store, as_of, asked)
    sql = f"""WITH {of.sql}, owed AS (
            SELECT unit_code, period FROM due_at($as_of)
            WHERE template_code = $template_code AND NOT is_exempt
                AND (len($units::VARCHAR[]) = 0 OR list_contains($units, unit_code))
                AND ($first::DATE IS NULL OR "month" >= $first) AND ($last::DATE IS NULL OR "month" <= $last))
        SELECT count(*) AS owed, count(p.submission_id) AS counting
        FROM owed LEFT JOIN picked p USING (unit_code, period)"""
    ((owed, counting),) = store.rows(sql, used(sql, of.parameters))
    return Returns(owed, counting)
