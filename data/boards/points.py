"""积分: what a month costs a unit, by a formula that is shown beside every ranking. Pure: figures in, points out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from data.dues.tally import share
from data.fault import Fault

PRESETS: dict[str, "Points"]
DELIVERED, PUBLISHED = "on_time_100", "average_100"
"""The preset of a store that has chosen none; and the one that values of its own belong to where they name none, since
it was delivered first.
"""


@dataclass(frozen=True)
class Points:
    """Each due starts at `base`; a unit's points are the mean over its dues, so that twelve tables are no handicap.

    late: once, if it was late at all; late_day: for each begun day; both together at most late_cap a due. missing: not
    received. corrected: a due that was corrected after its deadline (错报), unless a flag had asked for it. returned: a
    due of which more than returns_free different files were sent back; what is only checked on the page is not sent.
    bonus: to the mean, where bonus_months months in a row everything came at least bonus_days before its deadline and
    needed neither.
    preset: what these values began as.
    """

    preset: str = "average_100"
    base: float = 100
    late: float = 0
    late_day: float = 0.5
    late_cap: float = 5
    missing: float = 5
    corrected: float = 1
    returned: float = 0.5
    returns_free: int = 2
    bonus: float = 1
    bonus_months: int = 3
    bonus_days: int = 1

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Points":
        """A preset with these values in place of its own. Fault where one cannot be."""
        preset = values.get("preset", PUBLISHED if values else DELIVERED)
        if preset not in PRESETS:
            raise Fault("setting.choice", name="preset", expected=", ".join(PRESETS), found=preset)
        names = [field.name for field in fields(cls)]
        for name, value in values.items():
            if name not in names:
                raise Fault("setting.unknown", expected=", ".join(names), found=name)
            if name != "preset":
                _check(name, value)
        return replace(PRESETS[preset], **values)


def _check(name: str, value: Any) -> None:
    is_whole = name in ("returns_free", "bonus_months", "bonus_days")
    low, high = (1, 24) if name == "bonus_months" else (0, 31 if is_whole else 1000)
    kinds = (int,) if is_whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        if is_whole:
            raise Fault("setting.whole_number", name=name, low=low, high=high, found=value)
        raise Fault("setting.number", name=name, low=low, high=high, found=value)


PRESETS = {
    # a due on time is worth all of it, one that is late less than half, one that never came nothing: so that the points
    # follow the on-time rate, and who was late by a day still stands before who sent nothing
    "on_time_100": Points("on_time_100", late=50, late_day=5, late_cap=80, missing=100, corrected=5, returned=2),
    "average_100": Points(),
    # ten points a table, one for each day late, none left where it never came: as county statistics offices publish it
    "day_by_day": Points("day_by_day", base=10, late_day=1, late_cap=10, missing=10, corrected=1, returned=0, bonus=0),
}


@dataclass(frozen=True)
class Scored:
    """One due that counts, as far as points care: status on_time, late or missing; lead_days before its deadline."""

    unit_code: str
    template_code: str
    period: date
    month: date
    status: str
    days_late: int
    lead_days: float | None
    is_corrected: bool
    returns: int


def lost(due: Scored, points: Points) -> Decimal:
    """What one due costs; never more than it started with."""
    cost = Decimal(0)
    if due.status == "missing":
        cost += _exact(points.missing)
    elif due.status == "late":
        cost += min(_exact(points.late) + due.days_late * _exact(points.late_day), _exact(points.late_cap))
    cost += _exact(points.corrected) if due.is_corrected else 0
    cost += _exact(points.returned) if due.returns > points.returns_free else 0
    return min(cost, _exact(points.base))


def is_early_and_clean(dues: Sequence[Scored], points: Points) -> bool:
    """Whether a month's dues count towards the bonus; a month without any does not."""
    return bool(dues) and all(
        due.status == "on_time"
        and due.lead_days is not None
        and due.lead_days >= points.bonus_days
        and not due.is_corrected
        and due.returns <= points.returns_free
        for due in dues
    )


def month_points(months: Mapping[date, Sequence[Scored]], wanted: Sequence[date], points: Points) -> Decimal | None:
    """A unit's points for the last of the months `wanted` (bonus_months in a row); None where nothing was due."""
    dues = months.get(wanted[-1], ())
    if not dues:
        return None
    mean = _mean(dues, points)
    if points.bonus and all(is_early_and_clean(months.get(month, ()), points) for month in wanted):
        mean += _exact(points.bonus)
    return rounded(mean)


def _mean(dues: Sequence[Scored], points: Points) -> Decimal:
    return _exact(points.base) - sum((lost(due, points) for due in dues), Decimal(0)) / len(dues)


@dataclass(frozen=True)
class Example:
    """So many of ten dues on time, a day late and missing, and what a unit has for them."""

    on_time: int
    late: int
    missing: int
    points: Decimal

    @property
    def dues(self) -> int:
        """How many there are."""
        return self.on_time + self.late + self.missing

    @property
    def on_time_rate(self) -> Fraction | None:
        """Of all of them."""
        return share(self.on_time, self.dues)


def examples(points: Points) -> list[Example]:
    """What the formula makes of all on time, of less and less on time with the rest a day late, of a mixture, and of
    nothing received. No bonus is in it.
    """
    mixes = [(10, 0, 0), (8, 2, 0), (4, 6, 0), (4, 3, 3), (0, 10, 0), (0, 0, 10)]
    return [Example(*mix, rounded(_mean(_mixed(*mix), points))) for mix in mixes]


def _mixed(*numbers: int) -> list[Scored]:
    """So many dues on time, a day late and missing."""
    day = date(2026, 1, 1)
    return [
        Scored("", "", day, day, status, int(status == "late"), None, False, 0)
        for status, number in zip(("on_time", "late", "missing"), numbers, strict=True)
        for _ in range(number)
    ]


def rounded(points: Decimal) -> Decimal:
    """To two decimals, half up: what is shown is what is ranked, so that equal figures share a place."""
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _exact(value: float) -> Decimal:
    """The number as it was written: 0.1 is a tenth."""
    return Decimal(str(value))
