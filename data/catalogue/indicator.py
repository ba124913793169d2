"""An indicator of a catalogue: what is read off the returns of a template, and what it should be."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Aim(StrEnum):
    """Which way is better: higher, lower, or within a band."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"


class Span(StrEnum):
    """How months go together: what happened in each adds up; of what stands at a month's end the last month counts."""

    FLOW = "flow"
    STOCK = "stock"


class Tallied(StrEnum):
    """The rates of data.dues.tally, which are indicators without columns."""

    ON_TIME_RATE = "on_time_rate"
    REPORTING_RATE = "reporting_rate"


@dataclass(frozen=True)
class Target:
    """From the first of January of a year on. high: the upper edge of a band, of which value is the lower one."""

    first_year: int
    value: float
    high: float | None = None


@dataclass(frozen=True)
class Indicator:
    """A number, or a share of two: SQL over the columns of a template, made of sum(…) and count(…), so that the parts
    of several units and months may be added. A measure of % is a share times 100.

    denominator: empty for a number alone. tally: instead of expressions, a rate of the dues, over all templates where
    template_code is empty. breakdowns: the columns by which it may be split. source: which task of the plan.
    """

    indicator_code: str
    indicator_name: dict[str, str]
    template_code: str = ""
    numerator: str = ""
    denominator: str = ""
    tally: Tallied | None = None
    measure: str = ""
    aim: Aim = Aim.HIGHER
    span: Span = Span.FLOW
    targets: tuple[Target, ...] = ()
    breakdowns: tuple[str, ...] = ()
    source: dict[str, str] = field(default_factory=dict)

    @property
    def is_share(self) -> bool:
        """Whether it has two parts."""
        return self.tally is not None or bool(self.denominator)

    @property
    def scale(self) -> float:
        """By how much a share is multiplied to be in its measure."""
        return 100.0 if self.measure == "%" else 1.0

    def target(self, month: date) -> Target | None:
        """The target that holds in a month; None before the first, and where there is none at all."""
        begun = [target for target in self.targets if target.first_year <= month.year]
        return max(begun, key=lambda target: target.first_year, default=None)
