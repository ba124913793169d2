"""更新周期: how often each template's data is to be renewed, and from when on it is ageing or stale."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.periods import Cycle
from data.settings import set_setting, setting
from data.store import Store


class UpdateCycle(StrEnum):
    """A template is due by a `Cycle` of months; its data may have to be renewed more often, or as things happen."""

    REAL_TIME = "real_time"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    ON_OCCURRENCE = "on_occurrence"

    @property
    def is_counted_in_days(self) -> bool:
        """Measured by the days since anything came; the others by the periods that are past their deadline."""
        return self in (UpdateCycle.REAL_TIME, UpdateCycle.DAY, UpdateCycle.WEEK)


@dataclass(frozen=True)
class Limits:
    """From how many days, or periods, on the data is ageing (warn) and stale (error). None: never."""

    warn: float | None
    error: float | None


_USUAL = {
    UpdateCycle.REAL_TIME: Limits(1, 3),
    UpdateCycle.DAY: Limits(4, 7),  # a weekend lies in between
    UpdateCycle.WEEK: Limits(8, 15),
    UpdateCycle.MONTH: Limits(1, 2),
    UpdateCycle.QUARTER: Limits(1, 2),
    UpdateCycle.HALF_YEAR: Limits(1, 2),
    UpdateCycle.YEAR: Limits(1, 2),
    UpdateCycle.ON_OCCURRENCE: Limits(None, None),
}
_OF_CYCLE, _OF_TEMPLATE = "freshness_limits", "update_cycles"
_MOST = 3660


@dataclass(frozen=True)
class UpdateRules:
    """What held at a moment. own: template → the cycle that the office gave it; others are renewed as they are due."""

    limits: Mapping[UpdateCycle, Limits]
    own: Mapping[str, UpdateCycle]

    def cycle(self, template_code: str, reporting: str) -> UpdateCycle:
        """How often this template's data is to be renewed."""
        return self.own.get(template_code, UpdateCycle(reporting))


def update_rules(store: Store, as_of: datetime | None = None) -> UpdateRules:
    """The rules as of a moment (None: now)."""
    changed = setting(store, _OF_CYCLE, {}, as_of)
    limits = {cycle: Limits(*changed[cycle]) if cycle in changed else usual for cycle, usual in _USUAL.items()}
    own = setting(store, _OF_TEMPLATE, {}, as_of)
    return UpdateRules(limits, {code: UpdateCycle(cycle) for code, cycle in own.items()})


def set_limits(store: Store, cycle_name: str, warn: Any, error: Any, now: datetime) -> None:
    """From when on data of this cycle is ageing and stale. Fault for what is no limit, or stale before it is ageing;
    forbidden to all but the office.
    """
    store.person.must_have(Right.MANAGE)
    cycle = _cycle(cycle_name)
    if cycle is UpdateCycle.ON_OCCURRENCE:
        raise Fault("freshness.no_limits", found=cycle.value)
    limits = [_limit(value, cycle) for value in (warn, error)]
    if limits[1] < limits[0]:
        raise Fault("freshness.order", warn=limits[0], error=limits[1])
    with store.write(is_news=False):  # between reading and keeping nobody else changes another cycle
        set_setting(store, _OF_CYCLE, setting(store, _OF_CYCLE, {}) | {cycle.value: limits}, now)


def set_update_cycle(store: Store, template_code: str, cycle_name: str | None, now: datetime) -> None:
    """How often a template's data is to be renewed (None: as it is due). Fault for an unknown template or cycle, and
    for one of months that is not the template's own; forbidden to all but the office.
    """
    store.person.must_have(Right.MANAGE)
    template = catalogue_in_force(store).template(template_code)
    cycle = _cycle(cycle_name) if cycle_name else None
    if cycle in set(Cycle) and cycle != template.cycle:
        raise Fault("freshness.other_cycle", template=template_code, expected=template.cycle.value, found=cycle_name)
    with store.write(is_news=False):
        own = {code: name for code, name in setting(store, _OF_TEMPLATE, {}).items() if code != template_code}
        if cycle and cycle != template.cycle:
            own[template_code] = cycle.value
        set_setting(store, _OF_TEMPLATE, own, now)


def _cycle(name: str) -> UpdateCycle:
    if name not in set(UpdateCycle):
        raise Fault("freshness.cycle", expected=", ".join(UpdateCycle), found=name[:60])
    return UpdateCycle(name)


def _limit(value: Any, cycle: UpdateCycle) -> float:
    """A number of days, or a whole number of periods: one at least."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 1 <= number <= _MOST:
        raise Fault("freshness.limit", found=str(value)[:60])
    if not cycle.is_counted_in_days and not number.is_integer():
        raise Fault("freshness.whole", found=str(value)[:60])
    return int(number) if number.is_integer() else number
