"""The totals of the rows that are asked for: a figure for each column of numbers, or why there is none."""

from dataclasses import asdict, replace
from datetime import date, datetime

import pandas

from data.catalogue.adding import COUNT
from data.catalogue.in_force import catalogue_in_force
from data.periods import closing_month
from data.rows.asked import Asked
from data.rows.picking import picked, used
from data.rows.sums import figures, measures
from data.store import Store


def totals(store: Store, as_of: datetime, asked: Asked) -> pandas.DataFrame:
    """One row per column of numbers that is shown, in the template's order: column_name, how (see How), value, why (see
    Why; None where there is a value), period (where one month alone counts), given (cells that are not blank), units
    and of_units (units in the figure, units that owe the return for these months), lowest, highest, above, below.
    """
    template = catalogue_in_force(store).template(asked.template_code)
    shown = asked.shown(template)
    columns = [one for one in measures(template) if one in shown or (one is COUNT and not asked.columns)]
    by_column = figures(store, as_of, asked, columns)
    owing: dict[date | None, int] = {}
    rows = []
    for column in columns:
        figure = by_column[(), column.name]
        if figure.period not in owing:
            month = figure.period and closing_month(figure.period, template.cycle)
            within = replace(asked, first=month, last=month) if month else asked
            owing[figure.period] = units_owing(store, as_of, within)
        rows.append({"column_name": column.name, **asdict(figure), "of_units": owing[figure.period]})
    return pandas.DataFrame(rows, dtype=object)


def units_of(store: Store, as_of: datetime, asked: Asked) -> int:
    """How many units delivered rows within the months and units that are asked for."""
    of = picked(store, as_of, asked)
    sql = f"WITH {of.sql} SELECT count(DISTINCT unit_code) FROM picked WHERE row_count > 0"
    return store.value(sql, used(sql, of.parameters))


def units_owing(store: Store, as_of: datetime, asked: Asked) -> int:
    """How many units owe the return for some of these months, exempt ones left out."""
    sql = """SELECT count(DISTINCT unit_code) FROM due_at($as_of)
        WHERE template_code = $template_code AND NOT is_exempt
            AND (len($units::VARCHAR[]) = 0 OR list_contains($units, unit_code))
            AND ($first::DATE IS NULL OR "month" >= $first) AND ($last::DATE IS NULL OR "month" <= $last)"""
    named = {"template_code": asked.template_code, "units": list(asked.units), "first": asked.first, "last": asked.last}
    return store.value(sql, named | {"as_of": as_of})
