"""What the periods before a return tell of it, learnt once for all returns of the period, until other figures count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.anomalies.detector.arrival import Learned, learn
from data.anomalies.kept import Kept
from data.anomalies.panels import WINDOW, Redefined, Series, arranged, redefinitions
from data.anomalies.returns import Place, Return, returns_of
from data.catalogue.model import Template
from data.periods import add_months
from data.store import Store

MOST_BYTES = 256 << 20  # of what is learnt; a template of 1,500 units takes 10 to 20 MB


@dataclass(frozen=True)
class Before:
    """row_of: series → its row in what was learnt."""

    learned: Learned
    row_of: dict[Series, int]


_BEFORE: Kept[Before | None] = Kept(256, lambda before: before.learned.size if before else 0, MOST_BYTES)


def before(
    store: Store, as_of: datetime, template: Template, whose: tuple[str, date], places: Collection[Place]
) -> Before | None:
    """What counts of the periods before one, as a moment knows it, tells of these places in a unit's return. whose: the
    unit and the period. None where nothing came before.

    The periods before alone: whoever sends the same figures is asked the same, first or last of her round.
    """
    unit_code, period = whose
    first = add_months(period, -(WINDOW - 1) // template.cycle.months * template.cycle.months)
    past = [each for each in returns_of(store, as_of, template, before=period) if first <= each.period]
    told = {place for each in past if each.unit_code == unit_code for place in each.places}
    more = frozenset((unit_code, *place) for place in places if place not in told)
    redefined = redefinitions(store, as_of, template)
    key = (template.content, period, _digest(past), redefined, more)
    return _BEFORE.get(key, lambda: _before(past, template, redefined, period, more))


def _digest(past: Sequence[Return]) -> tuple[int, int]:
    """What tells other figures apart. A correction that brings the same ones changes nothing."""
    return len(past), sum(each.digest for each in past)


def _before(
    past: Sequence[Return], template: Template, redefined: Sequence[Redefined], period: date, more: frozenset[Series]
) -> Before | None:
    figures = arranged(past, template, redefined, ahead=period, more=more)
    return None if figures is None else Before(learn(figures.panel), figures.row_of)
