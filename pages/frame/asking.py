"""What the pages share: the store, the clock, cached answers, and the choices that outlive a page."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pandas

import text
from data.access import Right
from data.audit import losses
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.clock import Clock
from data.dues import timeliness
from data.store import Store, open_store
from data.submissions.received import has_sample
from pages.frame import moment
from pages.frame.kept import Kept, hashable
from pages.frame.viewer import store_of_viewer, viewer

PAGES = Path(__file__).parents[1]
_KEPT = Kept()
T = TypeVar("T")


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
    return clock().local(open_store().now())


def as_of() -> datetime:
    """The moment that the page shows: the past one that the reader has chosen, or the present."""
    chosen = moment.chosen()
    return clock().wall(chosen) if chosen else now()


def warnings() -> list[str]:
    """What every page must say of the store itself: that the clock cannot be believed; and, to whoever may do something
    about it, that something was lost.
    """
    off = open_store().timekeeper.off_by()
    told = []
    if off:
        which = "ahead" if off.total_seconds() > 0 else "behind"
        told.append(text.t(f"store.clock.{which}", minutes=f"{abs(off.total_seconds()) / 60:,.0f}"))
    told += [text.t("store.lost", row=row) for row in losses(open_store())[-1:] if viewer().may(Right.MANAGE)]
    return told


def is_demonstration() -> bool:
    """True where the store holds the made-up history, whoever looks: every page must say so."""
    return has_sample(open_store())


def ask(question: Callable[..., T], as_of: datetime, **parameters: Any) -> T:
    """The answer of a question of data, kept until the data or the minute changes. A frame is a copy of the caller's
    own; anything else is everybody's, and must not be altered.

    Asked with the exact moment, not the floored one: what has just arrived must show.
    """
    return _asked(question, as_of, _minute(as_of), parameters)


def ask_daily(question: Callable[..., T], as_of: datetime, **parameters: Any) -> T:
    """As `ask`, for slow questions whose answer follows the data and not the clock: kept while the data stays."""
    return _asked(question, as_of, clock().day(as_of), parameters)


def _asked(question: Callable[..., Any], as_of: datetime, until: date, parameters: dict) -> Any:
    """Kept for everybody who sees the same rows with the same rights, and for nobody else."""
    reader_store = store()
    about = (_name(question), *_eyes(reader_store), until, hashable(parameters))
    return _KEPT.answer(reader_store.state, about, lambda: question(reader_store, as_of, **parameters))


def worked_out(make: Callable[..., T], as_of: datetime, **parameters: Any) -> T:
    """What a page makes of answers (a figure, a table, lines of words), kept like an answer of `ask`: for everybody
    with the same rows, role, unit, language and moment. It must not be altered.

    make(as_of, **parameters) asks through this module, and looks at nothing else that may differ between readers: no
    widget, no session, no other part of the address.
    """
    reader_store, spoken = store(), text.language()
    seen = (*_eyes(reader_store), spoken, moment.in_address(), moment.chosen())
    about = (_name(make), *seen, _minute(as_of), hashable(parameters))

    def make_in_language() -> T:
        with text.speaking(spoken):
            return make(as_of, **parameters)

    return _KEPT.answer(reader_store.state, about, make_in_language)


def _eyes(reader_store: Store) -> tuple[str, str, str | None]:
    """What tells readers apart: which rows they see, and what they may do."""
    person = reader_store.person
    return reader_store.sight, person.role.value, person.unit_code


def _minute(as_of: datetime) -> datetime:
    """Deadlines pass on whole minutes, so that within one nobody becomes late."""
    return as_of.astimezone(UTC).replace(second=0, microsecond=0)


def _name(made_by: Callable) -> str:
    """A function of a module is the same whoever calls it; one of a page's own script holds on to what that run had."""
    name = f"{made_by.__module__}.{made_by.__qualname__}"
    if made_by.__module__ == "__main__" or "<" in name:
        raise TypeError(f"expected a function of a module, found {name}")
    return name


def this_round(as_of: datetime) -> date | None:
    """The month now being collected, or collected last."""
    return ask(timeliness.round_at, as_of)


def months(as_of: datetime) -> list[date]:
    """The rounds that have opened, the newest first."""
    by_month = ask(timeliness.timeliness, as_of, by=("month",))
    return [when.date() for when in reversed(by_month["month"].tolist())]


def obliged_units() -> list[str]:
    """The units that owe anything and that the reader may see, in the catalogue's order."""
    reader, in_force = viewer(), catalogue()
    owing = {obligation.unit_code for obligation in in_force.obligations}
    mine = {unit_code for unit_code in owing if reader.may(Right.READ, unit_code)}
    return list(dict.fromkeys(unit.unit_code for unit in in_force.units if unit.unit_code in mine))


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
