"""What is asked of the accepted rows, as plain values, and as the words of an address, a command or a program."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.catalogue.model import Catalogue, Column, ColumnType, Template
from data.fault import Fault
from data.periods import Cycle, closing_month, parse_period, unreadable_period

PAGE = 50
MOST = 1000
WORDS = ("template", "unit", "period", "from", "to", "columns", "where", "search", "sort", "limit", "offset")
"""The words of a question: in an address, as options of the command, as parameters of the API. The pages say month for
period.
"""

_BETWEEN = re.compile(r"((?:\\.|[^;\\])*)(?:;|$)", re.DOTALL)  # conditions; \; is a semicolon within a text


@dataclass(frozen=True)
class Condition:
    """What a column's value must be: one of these values; within a range of numbers or days, both ends included (None:
    open); this very text; or a text that contains these words, whatever their case.
    """

    column: str
    values: tuple[str, ...] = ()
    low: float | str | None = None
    high: float | str | None = None
    exact: str = ""
    contains: str = ""


@dataclass(frozen=True)
class Sort:
    """The column by which rows are ordered; blank cells come last."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True)
class Asked:
    """Which rows of a template. units: empty: all. first, last: months in which the period closes (None: open).

    columns: those that are shown, empty: all. search: words that some text of the row contains. sort None: the newest
    period first, then the catalogue's units, then as the rows stand in their workbook.
    """

    template_code: str
    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    search: str = ""
    sort: Sort | None = None
    limit: int = PAGE
    offset: int = 0

    def shown(self, template: Template) -> list[Column]:
        """The columns that are shown, in the template's order, but for those that repeat whose and when."""
        return [column for column in figures_of(template) if not self.columns or column.name in self.columns]


def figures_of(template: Template) -> list[Column]:
    """The template's columns but for those that say whose and when: the submission knows that."""
    return [column for column in template.columns if column.name not in template.frame_names]


def read(words: Mapping[str, str], catalogue: Catalogue) -> Asked:
    """The question that words ask (see WORDS; an empty one is not there). Fault for a template, unit, column, month or
    value that is not as expected.
    """
    given = {name: word for name, word in words.items() if word}
    if "template" not in given:
        raise Fault("rows.template", expected=", ".join(t.template_code for t in catalogue.templates))
    template = catalogue.template(given["template"])
    first, last = _months(given)
    return Asked(
        template.template_code,
        units=tuple(catalogue.unit(code).unit_code for code in _list(given.get("unit", ""))),
        first=first,
        last=last,
        columns=tuple(_column(template, name).name for name in _list(given.get("columns", ""))),
        conditions=_conditions(template, given.get("where", "")),
        search=given.get("search", "").strip(),
        sort=_sort(template, given.get("sort", "")),
        limit=_number("limit", given.get("limit"), PAGE, 1, MOST),
        offset=_number("offset", given.get("offset"), 0, 0, 2**31),
    )


def written(asked: Asked) -> dict[str, str]:
    """The words that ask this question, as an address has them; what goes without saying is left out."""
    whole = {
        "template": asked.template_code,
        "unit": ",".join(asked.units),
        "from": f"{asked.first:%Y-%m}" if asked.first else "",
        "to": f"{asked.last:%Y-%m}" if asked.last else "",
        "columns": ",".join(asked.columns),
        "where": ";".join(f"{one.column}={_escaped(said(one))}" for one in asked.conditions),
        "search": asked.search,
        "sort": (("-" if asked.sort.is_descending else "") + asked.sort.column) if asked.sort else "",
        "limit": "" if asked.limit == PAGE else str(asked.limit),
        "offset": str(asked.offset or ""),
    }
    return {name: text for name, text in whole.items() if text}


def said(condition: Condition) -> str:
    """A condition as an address writes it: a|b, 10..20, =this very text, words."""
    if condition.low is not None or condition.high is not None:
        return f"{_end(condition.low)}..{_end(condition.high)}"
    return "|".join(condition.values) or (f"={condition.exact}" if condition.exact else condition.contains)


def _end(value: float | str | None) -> str:
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else value


def _list(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))


def _column(template: Template, name: str) -> Column:
    known = {column.name: column for column in figures_of(template)}
    if name not in known:
        raise Fault("rows.column", expected=", ".join(known), found=name[:60], template=template.template_code)
    return known[name]


def _sort(template: Template, text: str) -> Sort | None:
    return Sort(_column(template, text.removeprefix("-")).name, text.startswith("-")) if text else None


def _number(name: str, text: str | None, default: int, least: int, most: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= most:
        raise Fault("rows.number", name=name, least=least, most=most, found=text[:60])
    return int(text)


def _months(given: Mapping[str, str]) -> tuple[date | None, date | None]:
    """From which to which month: `period` is both; `from` begins with a longer one's first, `to` ends with its last."""
    one = given.get("period") or given.get("month", "")
    begin, end = given.get("from", one), given.get("to", one)
    first = _period(begin)[0] if begin else None
    last = closing_month(*_period(end)) if end else None
    if first and last and first > last:
        raise Fault("rows.months", first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")
    return first, last


def _period(text: str) -> tuple[date, Cycle]:
    for cycle in Cycle:
        try:
            return parse_period(text, cycle), cycle
        except ValueError:
            continue
    raise unreadable_period(text)


def _conditions(template: Template, text: str) -> tuple[Condition, ...]:
    """stage=施工许可|竣工验收;accepted=10..20;field=罚款 - one a column: of two on one column the last holds."""
    found: dict[str, Condition] = {}
    if not re.fullmatch(r"(?:\\.|[^\\])*", text, re.DOTALL):
        raise Fault("rows.where", found=text[:60])
    for part in _BETWEEN.findall(text):
        name, is_condition, value = part.partition("=")
        value = re.sub(r"\\(.)", r"\1", value)
        if is_condition and value:
            found[name.strip()] = _condition(_column(template, name.strip()), value)
        elif part.strip():
            raise Fault("rows.where", found=part[:60])
    return tuple(found.values())


def _escaped(text: str) -> str:
    return re.sub(r"([;\\])", r"\\\1", text)


def _condition(column: Column, text: str) -> Condition:
    if column.type.is_number or column.type is ColumnType.DATE:
        return _range(column, text)
    if column.type in (ColumnType.ENUM, ColumnType.BOOL):
        values = tuple(dict.fromkeys(text.split("|")))
        strange = [value for value in values if value not in column.values]
        if column.values and strange:
            raise Fault("rows.value", column=column.name, expected=" | ".join(column.values), found=strange[0][:60])
        return Condition(column.name, values)
    return text_condition(column.name, text)


def text_condition(name: str, text: str) -> Condition:
    """Of a column of text: with = before it this very text, else one that contains it."""
    exact = text.removeprefix("=")
    return Condition(name, exact=exact) if exact and exact != text else Condition(name, contains=text)


def _range(column: Column, text: str) -> Condition:
    low, is_range, high = text.partition("..")
    ends = [_bound(column, end.strip(), text) for end in (low, high if is_range else low)]
    if ends == [None, None]:
        raise _no_range(column, text)
    return Condition(column.name, low=ends[0], high=ends[1])


def _bound(column: Column, end: str, text: str) -> float | str | None:
    if not end:
        return None
    try:
        if column.type is ColumnType.DATE:
            return date.fromisoformat(end).isoformat()
        number = float(end)
    except ValueError:
        raise _no_range(column, text) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise _no_range(column, text)
    return number


def _no_range(column: Column, text: str) -> Fault:
    if column.type is ColumnType.DATE:
        return Fault("rows.range.day", column=column.name, found=text[:60])
    return Fault("rows.range", column=column.name, found=text[:60])
