"""A catalogue as a folder of reference files: bureau.json, three CSVs, templates/*.json, and indicators.json if any."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from data.catalogue.indicator_files import FILE as INDICATORS
from data.catalogue.indicator_files import indicator_definition, indicators_of
from data.catalogue.model import (
    Bureau,
    CalendarDay,
    Catalogue,
    Column,
    ColumnType,
    DuePolicy,
    Nature,
    Obligation,
    RestDays,
    Rule,
    Severity,
    Template,
    TemplateKind,
    Unit,
    Words,
)
from data.clock import MIDNIGHT
from data.periods import Cycle, label, parse_period

T = TypeVar("T")

UNIT_COLUMNS = ("unit_code", "unit_name", "unit_name_en", "kind", "valid_from", "valid_to", "parent_code")
OBLIGATION_COLUMNS = (
    "unit_code",
    "template_code",
    "first_period",
    "last_period",
    "zero_report_allowed",
    "exempt_months",
)
CALENDAR_COLUMNS = ("day", "is_workday", "day_name")
LATER_COLUMNS = {"parent_code"}  # a file written before there was such a column can be read


class CatalogueError(Exception):
    """A reference file is not what it should be; the text names file, line, what was expected and found."""


def read_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder. Raises CatalogueError; nothing is guessed."""
    if not folder.is_dir():
        raise CatalogueError(f"{folder}: expected a folder of reference files, found none")
    templates = tuple(_read_json(path, template_of) for path in sorted((folder / "templates").glob("*.json")))
    cycles = {template.template_code: template.cycle for template in templates}
    return Catalogue(
        bureau=_read_json(folder / "bureau.json", bureau_of),
        units=tuple(_read_csv(folder / "units.csv", UNIT_COLUMNS, unit_of)),
        obligations=tuple(
            _read_csv(folder / "obligations.csv", OBLIGATION_COLUMNS, lambda row: obligation_of(row, cycles))
        ),
        templates=templates,
        calendar=tuple(_read_csv(folder / "calendar.csv", CALENDAR_COLUMNS, calendar_day_of)),
        indicators=_read_json(folder / INDICATORS, indicators_of) if (folder / INDICATORS).exists() else (),
    )


def write_catalogue(catalogue: Catalogue, folder: Path) -> None:
    """Write the same files that read_catalogue reads."""
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    _write_json(folder / "bureau.json", asdict(catalogue.bureau))
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    _write_csv(folder / "units.csv", UNIT_COLUMNS, map(unit_row, catalogue.units))
    _write_csv(
        folder / "obligations.csv",
        OBLIGATION_COLUMNS,
        (obligation_row(obligation, cycles) for obligation in catalogue.obligations),
    )
    _write_csv(folder / "calendar.csv", CALENDAR_COLUMNS, map(calendar_row, catalogue.calendar))
    if catalogue.indicators or (folder / INDICATORS).exists():
        _write_json(folder / INDICATORS, [indicator_definition(indicator) for indicator in catalogue.indicators])
    for template in catalogue.templates:
        _write_json(folder / "templates" / f"{template.template_code}.json", template_definition(template))


def _words(given: Any) -> Words:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise ValueError(f'expected texts such as {{"zh-CN": …, "en": …}}, found {given!r}')
    return given


def due_of(given: Mapping[str, Any]) -> DuePolicy:
    """A DuePolicy from its JSON form: {"day": 22, "month_offset": 1, "until": "17:30", "rest_days": "postpone"}."""
    values = dict(given)
    policy: dict[str, Any] = {"minutes": minutes_of(values.pop("until", "24:00"))}
    policy["rest_days"] = RestDays(values.pop("rest_days", "fixed"))
    if start := values.pop("valid_from", None):
        policy["valid_from"] = parse_period(start)
    if not all(type(number) is int for number in values.values()):
        raise ValueError(f"due: expected whole numbers, found {values!r}")
    return DuePolicy(**values, **policy)


def due_definition(policy: DuePolicy) -> dict[str, Any]:
    """The JSON form of a DuePolicy; beside day and month what is as usual is left out."""
    usual = {name: value for name, value in asdict(policy).items() if value != getattr(DuePolicy(), name)}
    written = {"day": policy.day, "month_offset": policy.month_offset, **usual}
    if "minutes" in written:
        written["until"] = time_of(written.pop("minutes"))
    if "valid_from" in written:
        written["valid_from"] = label(written["valid_from"])
    return written


def minutes_of(text: str) -> int:
    """Minutes after the day's start of a time such as 17:30 or 24:00. ValueError."""
    hours, _, rest = str(text).strip().partition(":")
    if hours.isascii() and hours.isdigit() and rest.isascii() and rest.isdigit() and len(rest) == 2 and int(rest) < 60:
        minutes = int(hours) * 60 + int(rest)
        if 0 < minutes <= MIDNIGHT:
            return minutes
    raise ValueError(f"expected a time of day from 00:01 to 24:00, found {text!r}")


def time_of(minutes: int) -> str:
    """17:30 or 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def template_of(given: Mapping[str, Any]) -> Template:
    """A Template from its JSON form. Raises KeyError, ValueError or TypeError on a form that is not one."""
    return Template(
        template_code=given["template_code"],
        version=str(given["version"]),
        template_name=_words(given["template_name"]),
        kind=TemplateKind(given.get("kind", "summary")),
        cycle=Cycle(given.get("cycle", "month")),
        due=due_of(given.get("due", {})),
        row_key=tuple(given.get("row_key", ())),
        columns=tuple(_column_of(column) for column in given["columns"]),
        rules=tuple(
            Rule(rule["code"], Severity(rule["severity"]), rule["expression"], _words(rule["text"]))
            for rule in given.get("rules", ())
        ),
        group=given.get("group", ""),
        source=given.get("source", ""),
        platform=_words(given.get("platform") or {}),
        review=_flag(given.get("review", False)),
        due_changes=tuple(due_of(change) for change in given.get("due_changes", ())),
    )


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise ValueError(f"review: expected true or false, found {given!r}")
    return given


def _column_of(given: Mapping[str, Any]) -> Column:
    values = dict(given)
    values["label"], values["hint"] = _words(given["label"]), _words(given.get("hint", {}))
    values["type"] = ColumnType(given["type"])
    values["nature"] = Nature(given["nature"]) if given.get("nature") else None
    values["values"] = tuple(given.get("values") or ())
    return Column(**values)


def template_definition(template: Template) -> dict[str, Any]:
    """The JSON form of a Template; what is empty is left out of columns."""
    definition = asdict(template)
    definition["columns"] = [
        {name: value for name, value in column.items() if value not in (None, "", (), {})}
        for column in definition["columns"]
    ]
    definition["due"] = due_definition(template.due)
    definition["due_changes"] = [due_definition(change) for change in template.due_changes]
    return definition


def bureau_of(given: Mapping[str, Any]) -> Bureau:
    """A Bureau from its JSON form."""
    return Bureau(_words(given["bureau_name"]), given.get("timezone", ""))


def unit_of(row: Mapping[str, str]) -> Unit:
    """A Unit from a row of units.csv."""
    names = {"zh-CN": row["unit_name"], "en": row["unit_name_en"] or row["unit_name"]}
    return Unit(
        row["unit_code"],
        names,
        row["kind"] or "section",
        _day(row["valid_from"]),
        _day(row["valid_to"]),
        row["parent_code"] or None,
    )


def unit_row(unit: Unit) -> dict[str, str]:
    """The row of units.csv of a Unit."""
    values = (
        unit.unit_code,
        unit.unit_name.get("zh-CN", ""),
        unit.unit_name.get("en", ""),
        unit.kind,
        _iso(unit.valid_from),
        _iso(unit.valid_to),
        unit.parent_code or "",
    )
    return dict(zip(UNIT_COLUMNS, values, strict=True))


def obligation_of(row: Mapping[str, str], cycles: Mapping[str, Cycle]) -> Obligation:
    """An Obligation from a row of obligations.csv; periods are written in the cycle of its template."""
    cycle = cycles.get(row["template_code"], Cycle.MONTH)
    return Obligation(
        row["unit_code"],
        row["template_code"],
        parse_period(row["first_period"], cycle),
        parse_period(row["last_period"], cycle) if row["last_period"] else None,
        truth(row["zero_report_allowed"] or "false"),
        tuple(int(month) for month in row["exempt_months"].split()),
    )


def obligation_row(obligation: Obligation, cycles: Mapping[str, Cycle]) -> dict[str, str]:
    """The row of obligations.csv of an Obligation."""
    cycle = cycles[obligation.template_code]
    values = (
        obligation.unit_code,
        obligation.template_code,
        label(obligation.first_period, cycle),
        label(obligation.last_period, cycle) if obligation.last_period else "",
        str(obligation.zero_report_allowed).lower(),
        " ".join(map(str, obligation.exempt_months)),
    )
    return dict(zip(OBLIGATION_COLUMNS, values, strict=True))


def calendar_day_of(row: Mapping[str, str]) -> CalendarDay:
    """A CalendarDay from a row of calendar.csv."""
    return CalendarDay(date.fromisoformat(row["day"]), truth(row["is_workday"]), row["day_name"])


def calendar_row(day: CalendarDay) -> dict[str, str]:
    """The row of calendar.csv of a CalendarDay."""
    values = (day.day.isoformat(), str(day.is_workday).lower(), day.day_name)
    return dict(zip(CALENDAR_COLUMNS, values, strict=True))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"expected true or false, found {text!r}")
    return text.lower() == "true"


def _read_json(path: Path, make: Callable[[Any], T]) -> T:
    try:
        return make(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CatalogueError(f"{path}: {type(error).__name__}: {error}") from error


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read_csv(path: Path, columns: tuple[str, ...], make: Callable[[Mapping[str, str]], T]) -> Iterable[T]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path}: {error}") from error
    header = tuple(rows[0]) if rows else ()
    if header not in (columns, tuple(name for name in columns if name not in LATER_COLUMNS)):
        raise CatalogueError(f"{path} line 1: expected {','.join(columns)}, found {','.join(header)}")
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != len(header):
            raise CatalogueError(
                f"{path} line {number}: expected {len(header)} values, one for each of {','.join(header)}, "
                f"found {len(row)}: {','.join(row)}; a value that holds a comma stands in quotation marks"
            )
        try:
            yield make(dict.fromkeys(columns, "") | dict(zip(header, row, strict=True)))
        except ValueError as error:
            raise CatalogueError(f"{path} line {number}: {error}") from error


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
