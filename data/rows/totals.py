"""The totals of the rows that are asked for: a figure for each column of numbers, or why there is none."""

from dataclasses import asdict
from datetime import datetime

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.rows.asked import Asked
from data.rows.picking import picked, used
from data.rows.sums import figures, measures
from data.store import Store


def totals(store: Store, as_of: datetime, asked: Asked) -> pandas.DataFrame:
    """One row per column of numbers that is shown, in the template's order: column_name, how (see How), value, why (see
    Why; None where there is a value), period (where one month alone counts), given (cells that are not blank), units
    and of_units (units in the figure, units that delivered any figures at all), lowest, highest, above, below.
    """
    template = catalogue_in_force(store).template(asked.template_code)
    columns = [column for column in measures(template) if column in asked.shown(template)]
    by_column = figures(store, as_of, asked, columns)
    of_units = units_of(store, as_of, asked)
    rows = [
        {"column_name": column.name, **asdict(by_column[(), column.name]), "of_units": of_units} for column in columns
    ]
    return pandas.DataFrame(rows, dtype=object)


def units_of(store: Store, as_of: datetime, asked: Asked) -> int:
    """How many units delivered rows within the months and units that are asked for."""
    of = picked(store, as_of, asked)
    sql = f"WITH {of.sql} SELECT count(DISTINCT unit_code) FROM picked WHERE row_count > 0"
    return store.value(sql, used(sql, of.parameters))
