"""A second catalogue made from a panel of real figures: Texas house sales by city, month by month.

Nothing of the program knows these units, this template, this time zone; the catalogue is all that differs.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data.catalogue.indicator import Indicator, Span
from data.catalogue.model import (
    Bureau,
    Catalogue,
    Column,
    ColumnType,
    DuePolicy,
    Nature,
    Obligation,
    Template,
    TemplateKind,
    Unit,
)
from data.periods import Cycle, add_months

SOURCE = "tx_housing"
ZONE = "America/Chicago"
TEMPLATE = "TXH-01"
_COLUMNS = (
    ("sales", "Sales", ColumnType.INT, "homes", Nature.FLOW),
    ("volume", "Total volume of sales", ColumnType.DEC, "USD", Nature.FLOW),
    ("median", "Median sale price", ColumnType.DEC, "USD", Nature.LEVEL),
    ("listings", "Active listings", ColumnType.INT, "homes", Nature.STOCK),
    ("inventory", "Months of inventory", ColumnType.DEC, "months", Nature.LEVEL),
)


@dataclass(frozen=True)
class Report:
    """One city's month: the indicators that it has."""

    city: str
    month: date
    values: dict[str, float]


def read_panel(path: Path) -> list[Report]:
    """The reports of a cells file (source, unit, indicator, month, value); a month without any cell is no report."""
    opener = gzip.open if path.suffix == ".gz" else open
    found: dict[tuple[str, date], dict[str, float]] = {}
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["source"] == SOURCE and row["value"]:
                key = (row["unit"], date.fromisoformat(row["month"]))
                found.setdefault(key, {})[row["indicator"]] = float(row["value"])
    return [Report(city, month, values) for (city, month), values in sorted(found.items())]


def unit_code(city: str) -> str:
    """A code for a city: South Padre Island → SOUTH-PADRE-ISLAND."""
    return city.upper().replace(" ", "-")


def foreign_catalogue(reports: list[Report]) -> Catalogue:
    """Cities as units, one template with a column for each indicator, due by the 22nd on a clock in Texas."""
    cities = sorted({report.city for report in reports})
    first = min(report.month for report in reports)
    last = max(report.month for report in reports)
    return Catalogue(
        bureau=Bureau({"zh-CN": "得州房地产中心", "en": "Texas Real Estate Center"}, ZONE),
        units=tuple(Unit(unit_code(city), {"zh-CN": city, "en": city}, "city") for city in cities),
        obligations=tuple(Obligation(unit_code(city), TEMPLATE, first, last) for city in cities),
        templates=(_template(),),
        calendar=(),
        indicators=_INDICATORS,
    )


def _named(label: str) -> dict[str, str]:
    return {"zh-CN": label, "en": label}


_INDICATORS = (
    Indicator("PRICE", _named("Price of a home"), TEMPLATE, "sum(volume)", "sum(sales)", measure="USD"),
    Indicator("LISTED", _named("Active listings"), TEMPLATE, "sum(listings)", measure="homes", span=Span.STOCK),
)


def _template() -> Template:
    columns = [
        Column("period", {"zh-CN": "Month", "en": "Month"}, ColumnType.PERIOD),
        Column("unit", {"zh-CN": "City", "en": "City"}, ColumnType.UNIT),
    ]
    columns += [
        Column(name, {"zh-CN": label, "en": label}, type_, measure, min=0, nature=nature)
        for name, label, type_, measure, nature in _COLUMNS
    ]
    return Template(
        template_code=TEMPLATE,
        version="1",
        template_name={"zh-CN": "House sales", "en": "House sales"},
        kind=TemplateKind.SUMMARY,
        cycle=Cycle.MONTH,
        due=DuePolicy(),
        row_key=(),
        columns=tuple(columns),
        rules=(),
    )


def received_at(report: Report, number: int) -> datetime:
    """Most cities report on the 15th, every ninth one on the 25th, three days late."""
    day = add_months(report.month, 1) + timedelta(days=24 if number % 9 == 0 else 14)
    return datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=10)


def sums(reports: list[Report]) -> Iterator[tuple[str, float, int]]:
    """(indicator, sum, number of cells) computed in plain Python from the file."""
    for name, *_ in _COLUMNS:
        values = [report.values[name] for report in reports if name in report.values]
        yield name, sum(values), len(values)
