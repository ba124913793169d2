"""The catalogue: units, obligations, templates and the working calendar, as plain values.

Nothing in the code knows the bureau's catalogue; another bureau brings its own reference files.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from data.catalogue.indicator import Indicator
from data.clock import MIDNIGHT, Clock
from data.fault import Fault
from data.periods import Cycle, period_asked

Words = dict[str, str]
"""One text in every language: {"zh-CN": …, "en": …}."""


class ColumnType(StrEnum):
    """What a column holds. `period` and `unit` repeat the workbook's own and may be left blank."""

    PERIOD = "period"
    UNIT = "unit"
    INT = "int"
    DEC = "dec"
    PCT = "pct"
    ENUM = "enum"
    BOOL = "bool"
    DATE = "date"
    CODE = "code"
    STR = "str"

    @property
    def is_number(self) -> bool:
        """True for the types that are kept as numbers."""
        return self in (ColumnType.INT, ColumnType.DEC, ColumnType.PCT)


class Nature(StrEnum):
    """How a number behaves over time."""

    FLOW = "flow"  # happened in the period; adds up over the year
    STOCK = "stock"  # stands at the end (or start) of the period
    CUMULATIVE = "cumulative"  # since the first of January
    LEVEL = "level"  # an average, a rate, a price
    FIXED = "fixed"  # hardly ever changes: a statutory limit, a head count


class Severity(StrEnum):
    """error 强制性 returns the file; check 核实性 wants an explanation; note 提示 only tells."""

    ERROR = "error"
    CHECK = "check"
    NOTE = "note"


class TemplateKind(StrEnum):
    """summary: the same rows every period; ledger: one row an event."""

    SUMMARY = "summary"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Column:
    """One column of a template; bounds are inclusive but for `above`, which is not."""

    name: str
    label: Words
    type: ColumnType
    unit_of_measure: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    above: float | None = None
    max_length: int | None = None
    pattern: str | None = None
    nature: Nature | None = None
    hint: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A row rule: an SQL boolean expression over the template's columns; FALSE breaks it, NULL does not apply."""

    code: str
    severity: Severity
    expression: str
    text: Words


class RestDays(StrEnum):
    """What becomes of a day that is no working day."""

    FIXED = "fixed"  # it stays
    ADVANCE = "advance"  # the working day before
    POSTPONE = "postpone"  # the next working day
    NTH_WORKDAY = "nth_workday"  # the n-th working day after it


"""The end of the day, in minutes after its start."""


@dataclass(frozen=True)
class DuePolicy:
    """By when: day `day` of the month that lies `month_offset` months after the period's last, until `minutes` after
    the day began on the bureau's clock, moved by `rest_days` where that day is no working day.

    workdays: the n of NTH_WORKDAY. lock_days: that many days after the day it was due nothing is taken any more (None:
    late is always better than never). valid_from: the first month (a period's last) for which it holds.
    """

    day: int = 22
    month_offset: int = 1
    minutes: int = MIDNIGHT
    rest_days: RestDays = RestDays.FIXED
    workdays: int = 1
    lock_days: int | None = None
    valid_from: date | None = None


@dataclass(frozen=True)
class Template:
    """The workbook of one kind. `row_key` names the columns that tell rows apart within one workbook.

    platform: the name of the system through which the data may be delivered instead; empty: there is none.
    review: what comes in is shown only once its unit's reviewer has approved and the office accepted it.
    due_changes: later due policies, each from its `valid_from` on.
    """

    template_code: str
    version: str
    template_name: Words
    kind: TemplateKind
    cycle: Cycle
    due: DuePolicy
    row_key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    group: str = ""
    source: str = ""
    platform: Words = field(default_factory=dict)
    review: bool = False
    due_changes: tuple[DuePolicy, ...] = ()

    def policy(self, month: date) -> DuePolicy:
        """The due policy that holds for the periods whose last month is `month`."""
        later = [change for change in self.due_changes if change.valid_from and change.valid_from <= month]
        return max(later, key=lambda change: change.valid_from, default=self.due)

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def content(self) -> str:
        """All that it says as one text, by which a key tells it from another."""
        return repr(self)

    @cached_property
    def frame_names(self) -> frozenset[str]:
        """The columns that say whose and when; they belong to the submission and are no figures."""
        return frozenset(c.name for c in self.columns if c.type in (ColumnType.PERIOD, ColumnType.UNIT))


@dataclass(frozen=True)
class Unit:
    """Who reports. A unit may have several rows, one for each name it has borne or parent it has had.

    valid_from, valid_to: the first and last day of the row (None: open). Outside of all its rows the unit is not there,
    and owes nothing for a period on whose last day it was not.
    """

    unit_code: str
    unit_name: Words
    kind: str = "section"
    valid_from: date | None = None
    valid_to: date | None = None
    parent_code: str | None = None

    def is_valid(self, on: date) -> bool:
        """Whether the row holds on that day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


@dataclass(frozen=True)
class Obligation:
    """Unit x template: from the first to the last period (both inclusive; None: open)."""

    unit_code: str
    template_code: str
    first_period: date
    last_period: date | None = None
    zero_report_allowed: bool = False
    exempt_months: tuple[int, ...] = ()


@dataclass(frozen=True)
class CalendarDay:
    """A day that departs from Monday to Friday: a holiday, or a weekend day that is worked (调休)."""

    day: date
    is_workday: bool
    day_name: str


@dataclass(frozen=True)
class Bureau:
    """The reporting bureau: its name and the time zone in which its deadlines are meant."""

    bureau_name: Words
    timezone: str


@dataclass(frozen=True)
class Catalogue:
    """Everything another bureau would replace."""

    bureau: Bureau
    units: tuple[Unit, ...]
    obligations: tuple[Obligation, ...]
    templates: tuple[Template, ...]
    calendar: tuple[CalendarDay, ...]
    indicators: tuple[Indicator, ...] = ()

    @cached_property
    def clock(self) -> Clock:
        """The bureau's clock."""
        return Clock(self.bureau.timezone)

    def template(self, template_code: str) -> Template:
        """The template of this code; Fault where there is none."""
        if template_code not in self._by_code:
            raise Fault("catalogue.template", found=template_code[:60])
        return self._by_code[template_code]

    def indicator(self, indicator_code: str) -> Indicator:
        """The indicator of this code; Fault where there is none."""
        for indicator in self.indicators:
            if indicator.indicator_code == indicator_code:
                return indicator
        raise Fault("catalogue.indicator", found=indicator_code[:60])

    def unit(self, unit_code: str) -> Unit:
        """The newest row of the unit of this code; Fault where there is none."""
        if unit_code not in self._rows_of_unit:
            raise Fault("catalogue.unit", found=unit_code[:60])
        return self._rows_of_unit[unit_code][-1]

    def period(self, template_code: str, text: str) -> date:
        """The period that somebody typed, in the template's cycle. Fault where it cannot be read, or there is no such
        template.
        """
        return period_asked(text, self.template(template_code).cycle)

    @cached_property
    def _by_code(self) -> dict[str, Template]:
        return {template.template_code: template for template in self.templates}

    def unit_name(self, unit_code: str, locale: str = "zh-CN", on: date | None = None) -> str:
        """The name that the unit bore on that day (None: its newest); the code itself when it is unknown."""
        names = self._rows_of_unit.get(unit_code, [])
        valid = [unit for unit in names if on is None or unit.is_valid(on)]
        for unit in reversed(valid or names):
            return unit.unit_name.get(locale) or unit.unit_name.get("zh-CN") or unit_code
        return unit_code

    def has_unit(self, unit_code: str, on: date) -> bool:
        """Whether the unit is there on that day."""
        return any(unit.is_valid(on) for unit in self._rows_of_unit.get(unit_code, []))

    @cached_property
    def _rows_of_unit(self) -> dict[str, list[Unit]]:
        rows: dict[str, list[Unit]] = {}
        for unit in self.units:
            rows.setdefault(unit.unit_code, []).append(unit)
        return rows
