"""From the store to the 疑似异常 of a month that wait for an answer, by return."""

from datetime import date, datetime

from data.anomalies.cards import cards, flags_by_card, waiting
from data.anomalies.panels import ROWS
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.fault import Fault
from data.store import Store
from documents.gather import template_name, unit_order
from documents.kinds.month_facts import OpenFlags

_COLUMNS = 3  # named of one return


def open_flags(store: Store, as_of: datetime, month: date) -> tuple[OpenFlags, ...]:
    """One per return of the month, in the units' official order; a mistake counts once, whatever it touches."""
    catalogue = catalogue_in_force(store)
    mistakes = cards(flags_by_card(store, as_of, month))
    mistakes = mistakes[waiting(mistakes)] if not mistakes.empty else mistakes
    order = {code: place for place, code in enumerate(unit_order(catalogue))}
    by_return = [
        (order.get(unit, len(order)), unit, code, rows)
        for (unit, code, _), rows in mistakes.groupby(["unit_code", "template_code", "period"], sort=True)
    ]
    return tuple(
        OpenFlags(
            catalogue.unit_name(unit, on=as_of.date()),
            template_name(catalogue, code),
            len(rows),
            _columns(catalogue, code, rows["column_name"].tolist()),
        )
        for _, unit, code, rows in sorted(by_return, key=lambda each: each[:3])
    )


def _columns(catalogue: Catalogue, code: str, names: list[str | None]) -> tuple[str, ...]:
    """What the doubted columns are called, each once; none for a form as a whole."""
    try:
        labels = {column.name: column.label["zh-CN"] for column in catalogue.template(code).columns}
    except Fault:
        return ()
    labels[ROWS] = "行数"
    return tuple(dict.fromkeys(labels[name] for name in names if name in labels))[:_COLUMNS]
