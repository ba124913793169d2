"""When reminders go: the setting `reminders` of the office. Off until she switches it on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from data.fault import Fault
from data.settings import set_setting, setting
from data.store import Store

NAME = "reminders"
MAX_DAYS, MAX_STEPS = 60, 6
BY_HAND, TEST, PICTURE, ON_DAY = "by_hand", "test", "picture", "on_day"


@dataclass(frozen=True)
class Policy:
    """Days are those of the calendar from a due's last day in time; hour: from when on, on the bureau's clock."""

    is_on: bool = False
    hour: int = 9
    days_before: tuple[int, ...] = (3, 1)
    on_day: bool = True
    days_after: tuple[int, ...] = (1, 3)

    def step(self, status: str, days: int) -> str | None:
        """The step that a due is at, days before its last day (negative: after it); None: at none.

        Only what may still come in time is reminded before, and only what is missing after: whatever the calendar says,
        nobody hears that she is late before the clock has judged so.
        """
        if days == 0:
            return ON_DAY if self.on_day and status in ("pending", "missing") else None
        if days > 0:
            return f"before-{days}" if status == "pending" and days in self.days_before else None
        return f"after-{-days}" if status == "missing" and -days in self.days_after else None


def policy_of(store: Store, as_of: datetime | None = None) -> Policy:
    """The policy in force, as it was set last by as_of (None: by now)."""
    return read_policy(setting(store, NAME, {}, as_of))


def set_policy(store: Store, policy: Policy, now: datetime | None = None) -> Policy:
    """Keep it from now on. Fault, Forbidden."""
    checked = read_policy(asdict(policy))
    set_setting(store, NAME, asdict(checked), now)
    return checked


def read_policy(kept: Any) -> Policy:
    """A policy from what JSON holds; what is not said is as by default. Fault."""
    names = {field.name for field in fields(Policy)}
    if not isinstance(kept, Mapping) or kept.keys() - names:
        raise Fault("reminder.policy", found=str(kept)[:100])
    values = asdict(Policy()) | dict(kept)
    for name in ("is_on", "on_day"):
        if not isinstance(values[name], bool):
            raise Fault("reminder.policy", found=f"{name} {values[name]!r}")
    hour = values["hour"]
    if isinstance(hour, bool) or not isinstance(hour, int) or not 0 <= hour <= 23:
        raise Fault("reminder.hour", found=str(hour))
    before, after = read_days(values["days_before"]), read_days(values["days_after"])
    return Policy(values["is_on"], hour, before, values["on_day"], tuple(sorted(after)))


def read_days(given: Any) -> tuple[int, ...]:
    """Numbers of days, each once, the most first; also as text, 3, 1. Fault."""
    if isinstance(given, str):
        parts = [part for part in given.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        if not all(part.strip().isdecimal() for part in parts):
            raise Fault("reminder.days", found=given[:60], limit=MAX_DAYS, most=MAX_STEPS)
        given = [int(part) for part in parts]
    is_list = isinstance(given, list | tuple) and len(given) <= MAX_STEPS
    if not is_list or not all(type(day) is int and 1 <= day <= MAX_DAYS for day in given):
        raise Fault("reminder.days", found=str(given)[:60], limit=MAX_DAYS, most=MAX_STEPS)
    return tuple(sorted(set(given), reverse=True))
