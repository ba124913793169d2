"""What is to come by each template's cycle, as command line and API answer it."""

from collections.abc import Callable
from datetime import datetime

import pandas

from data.catalogue.in_force import catalogue_at, catalogue_in_force
from data.dues.expected import freshness_trend, rhythm, turning
from data.readable import Names, Rows, as_read
from data.store import Store


def _rhythm(store: Store, as_of: datetime, unit_code: str | None) -> pandas.DataFrame:
    """by unit x template: when the next delivery is expected, and how many days before its deadline it came so far"""
    return rhythm(store, as_of, unit_code)


def _turning(store: Store, as_of: datetime, unit_code: str | None) -> pandas.DataFrame:
    """what gets older than it may be within two months if nothing comes, with dates"""
    return turning(store, as_of, unit_code)


def _trend(store: Store, as_of: datetime, unit_code: str | None) -> pandas.DataFrame:
    """the share that was fresh at the end of each of the last twelve months"""
    return freshness_trend(store, as_of, unit_code=unit_code)


CYCLE_QUESTIONS: dict[str, Callable[[Store, datetime, str | None], pandas.DataFrame]] = {
    "rhythm": _rhythm,
    "turning": _turning,
    "trend": _trend,
}


def cycle_answer(store: Store, question: str, as_of: datetime, unit_code: str | None) -> Rows:
    """The rows of a question by its name, of a unit (None: of all). Fault for one that the catalogue does not have."""
    catalogue = catalogue_in_force(store)
    if unit_code:
        catalogue.unit(unit_code)
    frame = CYCLE_QUESTIONS[question](store, as_of, unit_code)
    names = Names(catalogue_at(store, as_of), catalogue.clock.day(as_of))
    return [as_read(row, catalogue, names) for row in frame.to_dict("records")]
