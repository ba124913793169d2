"""The rows of the made-up history, without a story: no file of it is late, wrong or missing."""

from collections.abc import Iterator
from datetime import date

from data.anomalies.held_returns import Key
from data.catalogue.model import Catalogue
from data.store import Store
from loaders.sample.rows import RowMaker, Rows, recipes

Keyed = list[tuple[str, dict]]
"""The rows of a return with their keys."""


def made_up(store: Store, catalogue: Catalogue, first: date, last: date) -> Iterator[tuple[Key, Keyed]]:
    """unit, template, period → its rows with their keys."""
    rows: dict[str, Rows] = {}
    with RowMaker(store, catalogue) as maker:
        for code, recipe in recipes(catalogue).items():
            units = [one.unit_code for one in catalogue.obligations if one.template_code == code]
            rows[code] = maker.rows(recipe, units, first, last, rows)
            for (unit, period), own in rows[code].items():
                yield (unit, code, period), [(_key(recipe.template.row_key, row), row) for row in own]


def _key(names: tuple[str, ...], row: dict) -> str:
    return "|".join(str(row[name]) for name in names)
