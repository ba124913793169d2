"""One column of numbers laid out by unit, period, or a column that tells rows apart."""

from dataclasses import asdict, dataclass
from datetime import datetime

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Column, ColumnType, Template
from data.catalogue.naming import named_by
from data.fault import Fault
from data.rows.asked import Asked
from data.rows.sums import PERIOD, UNIT, figures, measure_of, measures
from data.store import Store

MOST_GROUPS = 5000


@dataclass(frozen=True)
class Pivot:
    """by: what a line stands for; across: a column of figures, None: there is one; measure: a column of numbers."""

    by: str
    across: str | None
    measure: str


def pivoted(store: Store, as_of: datetime, asked: Asked, pivot: Pivot) -> pandas.DataFrame:
    """One row per group that has rows: by, across (unit code, period, text or None), then the figure of the measure as
    in `totals`: how, value, why, period, given, units, lowest, highest, above, below. In the order of the catalogue.
    """
    template = catalogue_in_force(store).template(asked.template_code)
    must_fit(template, pivot)
    by = [pivot.by] if pivot.across is None else [pivot.by, pivot.across]
    found = figures(store, as_of, asked, [measure_of(template, pivot.measure)], by)
    if len(found) > MOST_GROUPS:
        raise Fault("rows.groups", most=MOST_GROUPS, found=len(found))
    rows = [
        {"by": group[0], "across": group[1] if len(group) > 1 else None, **asdict(figure)}
        for (group, _), figure in found.items()
    ]
    orders = [_order(store, template, name) for name in by]
    rows.sort(key=lambda row: [order(row[place]) for order, place in zip(orders, ("by", "across"), strict=False)])
    names = ["by", "across", "how", "value", "why", "period", "given", "units", "lowest", "highest", "above", "below"]
    return pandas.DataFrame(rows, columns=names, dtype=object)


def groupings(template: Template) -> list[str]:
    """What rows may be laid out by: unit, period, and the columns of the row key and of lists; where a column of names
    goes with the codes of the key, the names first.
    """
    grouping = [column for column in template.columns if _groups(template, column)]
    by_column = [name for column in grouping for name in (*named_by(template, column), column.name)]
    return [UNIT, PERIOD, *dict.fromkeys(by_column)]


def must_fit(template: Template, pivot: Pivot) -> None:
    """Fault for what cannot be laid out, or no measure."""
    for name in (pivot.by, *([] if pivot.across is None else [pivot.across])):
        if name not in groupings(template):
            raise Fault("rows.by", expected=", ".join(groupings(template)), found=name[:60])
    if pivot.by == pivot.across:
        raise Fault("rows.by.twice", found=pivot.by[:60])
    known = [column.name for column in measures(template)]
    if pivot.measure not in known:
        raise Fault("rows.measure", expected=", ".join(known), found=pivot.measure[:60])


def _groups(template: Template, column: Column) -> bool:
    if column.name in template.frame_names or column.type.is_number or column.type is ColumnType.DATE:
        return False
    return column.name in template.row_key or column.type in (ColumnType.ENUM, ColumnType.BOOL)


def _order(store: Store, template: Template, name: str):
    """What sorts the groups of a name: the catalogue's own order, then the alphabet; None last."""
    offered = list(dict.fromkeys(unit.unit_code for unit in catalogue_in_force(store).units)) if name == UNIT else []
    if name not in (UNIT, PERIOD):
        offered = list(template.column(name).values)
    places = {value: place for place, value in enumerate(offered)}
    return lambda value: (value is None, places.get(value, len(places)), str(value))
