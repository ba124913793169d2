"""What the pages share: the store, the clock, cached answers, and the choices that outlive a page."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas
import streamlit as st

import text
from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.clock import Clock
from data.dues import timeliness
from data.store import Store, open_store
from data.submissions.received import has_sample
from pages.frame import moment
from pages.frame.viewer import may, store_of_viewer

PAGES = Path(__file__).parents[1]


def store() -> Store:
    """The process's store as the reader may see it, as it was known at the past moment where she asks for that; what is
    written through it is her act.
    """
    return store_of_viewer().known_at(as_of()) if moment.is_known_then() else store_of_viewer()


def catalogue() -> Catalogue:
    """The catalogue in force."""
    return catalogue_in_force(open_store())


def clock() -> Clock:
    """The bureau's clock."""
    return catalogue().clock


def now() -> datetime:
    """The moment of this rerun, on the bureau's clock."""
    return clock().now()


def as_of() -> datetime:
    """The moment that the page shows: the past one that the reader has chosen, or the present."""
    chosen = moment.chosen()
    return clock().wall(chosen) if chosen else now()


def is_demonstration() -> bool:
    """True where the store holds the made-up history, whoever looks: every page must say so."""
    return has_sample(open_store())


def ask(question: Callable[..., pandas.DataFrame], as_of: datetime, **parameters: Any) -> pandas.DataFrame:
    """The answer of a question of data, kept until the data or the minute changes; a copy of the caller's own.

    Asked with the exact moment, not the floored one: what has just arrived must show.
    """
    minute = as_of.astimezone(UTC).replace(second=0, microsecond=0)
    return _asked(question, as_of, minute, parameters)


def ask_daily(question: Callable[..., pandas.DataFrame], as_of: datetime, **parameters: Any) -> pandas.DataFrame:
    """As `ask`, for slow questions whose answer follows the data and not the clock: kept while the data stays."""
    return _asked(question, as_of, clock().day(as_of), parameters)


def _asked(
    question: Callable[..., pandas.DataFrame], as_of: datetime, until: date, parameters: dict
) -> pandas.DataFrame:
    """Kept for everybody who sees the same rows, and for nobody else."""
    reader_store, name = store(), f"{question.__module__}.{question.__name__}"
    key = (name, str(reader_store.path), reader_store.sight, reader_store.data_version, until, parameters)
    return _answer(key, lambda: question(reader_store, as_of, **parameters))


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(key: tuple, _ask: Callable[[], pandas.DataFrame]) -> pandas.DataFrame:
    """key: all that the answer depends on; Streamlit leaves what begins with _ out of its own."""
    return _ask()


def this_round(as_of: datetime) -> date | None:
    """The month now being collected, or collected last."""
    return timeliness.round_at(store(), as_of)


def months(as_of: datetime) -> list[date]:
    """The rounds that have opened, the newest first."""
    by_month = ask(timeliness.timeliness, as_of, by=("month",))
    return [when.date() for when in reversed(by_month["month"].tolist())]


def obliged_units() -> list[str]:
    """The units that owe anything and that the reader may see, in the catalogue's order."""
    owing = {obligation.unit_code for obligation in catalogue().obligations if may(Right.READ, obligation.unit_code)}
    return list(dict.fromkeys(unit.unit_code for unit in catalogue().units if unit.unit_code in owing))


def figures(
    as_of: datetime, within: Sequence[date], unit_code: str | None = None, template_code: str | None = None
) -> pandas.DataFrame:
    """Tallies and their figures by unit, template, period and month, for the rounds `within`."""
    by = ("unit_code", "template_code", "period", "month")
    by_return = ask(timeliness.figures, as_of, by=by, unit_code=unit_code)
    wanted = by_return["month"].isin([pandas.Timestamp(month) for month in within])
    if template_code:
        wanted &= by_return["template_code"] == template_code
    return by_return[wanted]


def template_names() -> dict[str, str]:
    """code → name in the reader's language, in the catalogue's order."""
    return {item.template_code: text.pick_words(item.template_name) for item in catalogue().templates}
