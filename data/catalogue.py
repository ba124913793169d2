"""The catalogue: units, obligations, templates and the working calendar, as plain values.

Nothing in the code knows the bureau's catalogue; another bureau brings its own reference files.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from data.periods import Cycle

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


@dataclass(frozen=True)
class DuePolicy:
    """By when: through day `day` of the month that lies `month_offset` months after the period's last."""

    day: int = 22
    month_offset: int = 1


@dataclass(frozen=True)
class Template:
    """The workbook of one kind. `row_key` names the columns that tell rows apart within one workbook.

    platform: the name of the system through which the data may be delivered instead; empty: there is none.
    review: what comes in is shown only once its unit's reviewer has approved and the office accepted it.
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

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def frame_names(self) -> frozenset[str]:
        """The columns that say whose and when; they belong to the submission and are no figures."""
        return frozenset(c.name for c in self.columns if c.type in (ColumnType.PERIOD, ColumnType.UNIT))


@dataclass(frozen=True)
class Unit:
    """Who reports. A unit may have several rows, one for each name it has borne."""

    unit_code: str
    unit_name: Words
    kind: str = "section"
    valid_from: date | None = None
    valid_to: date | None = None


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
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Catalogue:
    """Everything another bureau would replace."""

    bureau: Bureau
    units: tuple[Unit, ...]
    obligations: tuple[Obligation, ...]
    templates: tuple[Template, ...]
    calendar: tuple[CalendarDay, ...]

    def template(self, template_code: str) -> Template:
        """The template of this code; KeyError when there is none."""
        return self._by_code[template_code]

    @cached_property
    def _by_code(self) -> dict[str, Template]:
        return {template.template_code: template for template in self.templates}

    def unit_name(self, unit_code: str, locale: str = "zh-CN", on: date | None = None) -> str:
        """The name that the unit bore on that day (None: its newest); the code itself when it is unknown."""
        names = [unit for unit in self.units if unit.unit_code == unit_code]
        valid = [
            unit
            for unit in names
            if on is None or ((unit.valid_from or date.min) <= on and on <= (unit.valid_to or date.max))
        ]
        for unit in reversed(valid or names):
            return unit.unit_name.get(locale) or unit.unit_name.get("zh-CN") or unit_code
        return unit_code
