"""红榜/提醒名单: places from points, and who is on which list. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from data.dues.tally import share
from data.fault import Fault

SHOWN = ("own", "red", "all")


@dataclass(frozen=True)
class BoardRules:
    """top, bottom: places on the red list and the list of reminders. target: whoever's on-time rate reaches it is on no
    list of reminders, and nobody below it on the red list. is_black: the reminders are called 黑榜. objection_days:
    working days after publication.
    """

    top: int = 3
    bottom: int = 3
    target: float = 1.0
    is_black: bool = False
    objection_days: int = 5

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "BoardRules":
        """The rules with these values. Fault where one cannot be."""
        names = [field.name for field in fields(cls)]
        for name, value in values.items():
            if name not in names:
                raise Fault("setting.unknown", expected=", ".join(names), found=name)
            _check(name, value)
        return cls(**values)


def _check(name: str, value: Any) -> None:
    is_switch = isinstance(value, bool)
    if name == "is_black":
        if not is_switch:
            raise Fault("setting.switch", name=name, found=value)
    elif name == "target":
        if is_switch or not isinstance(value, (int, float)) or not 0 < value <= 1:
            raise Fault("setting.share", name=name, found=value)
    else:
        low, high = 1 if name == "objection_days" else 0, 60
        if is_switch or not isinstance(value, int) or not low <= value <= high:
            raise Fault("setting.whole_number", name=name, low=low, high=high, found=value)


@dataclass(frozen=True)
class UnitFigures:
    """A unit's figures before places. due: what points count, without pending, exempt and waived: on_time, late and
    missing together. points None: nothing was due.
    """

    unit_code: str
    points: Decimal | None
    due: int
    on_time: int
    late: int
    missing: int
    corrected: int
    waived: int
    pending: int
    months: int

    @property
    def on_time_rate(self) -> float | None:
        rate = share(self.on_time, self.due)
        return None if rate is None else float(rate)


@dataclass(frozen=True)
class BoardPlace:
    """A unit's place: ties share one, and the next is skipped. rank None: nothing was due. list: red, reminder, ''."""

    standing: UnitFigures
    rank: int | None
    list: str


def places(standings: Sequence[UnitFigures], rules: BoardRules) -> list[BoardPlace]:
    """The ranking, the best first, those without points last; among equals as given.

    An exempt unit keeps its place at the bottom, and nobody moves down to fill it.
    """
    points = [standing.points for standing in standings if standing.points is not None]
    placed = []
    for standing in standings:
        if standing.points is None:
            placed.append(BoardPlace(standing, None, ""))
            continue
        above = sum(other > standing.points for other in points)
        below = sum(other < standing.points for other in points)
        # as it is written: 0.95 reached by 19 of 20
        is_at_target = Decimal(standing.on_time) >= Decimal(str(rules.target)) * standing.due
        list_ = ""
        if is_at_target and above < rules.top:
            list_ = "red"
        elif not is_at_target and below < rules.bottom:
            list_ = "reminder"
        placed.append(BoardPlace(standing, above + 1, list_))
    return sorted(placed, key=lambda place: (place.rank is None, place.rank or 0))
