"""Answers as people and programs read them: codes with names, periods as written, moments as ISO 8601."""

import json
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas

from data.catalogue.model import Catalogue
from data.clock import Clock
from data.periods import Cycle, label, parse_period, unreadable_period

Rows = list[dict[str, Any]]


def wanted(text: str | None) -> tuple[date | None, date | None, Cycle | None]:
    """(month, None, None) for a month, in which every due that closes then is meant; (None, period, its cycle) for a
    longer period. Fault for what is neither.
    """
    if text is None:
        return None, None, None
    try:
        return parse_period(text, Cycle.MONTH), None, None
    except ValueError:
        pass
    for cycle in (Cycle.QUARTER, Cycle.HALF_YEAR, Cycle.YEAR):
        try:
            return None, parse_period(text, cycle), cycle
        except ValueError:
            continue
    raise unreadable_period(text)


@dataclass(frozen=True)
class Names:
    """What units were called: in the catalogue of then, on that day."""

    catalogue: Catalogue
    day: date

    def of_unit(self, unit_code: str) -> str | None:
        """None for a unit that there was not."""
        name = self.catalogue.unit_name(unit_code, on=self.day)
        return None if name == unit_code else name


def as_read(row: dict[str, Any], catalogue: Catalogue, then: Names | None = None) -> dict[str, Any]:
    """A row as people and programs read it: codes with their names, periods as written, moments as ISO 8601. then: the
    names of an earlier moment (None: today's).
    """
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    code = row.get("template_code")
    answer: dict[str, Any] = {}
    for name, value in row.items():
        if name == "unit_code":
            unit = _plain(value, catalogue.clock)
            name = (then and unit and then.of_unit(unit)) or (catalogue.unit_name(unit) if unit else None)
            answer |= {"unit": unit, "unit_name": name}
        elif name == "template_code":
            template = _plain(value, catalogue.clock)
            answer |= {"template": template, "template_name": names.get(template)}
        elif name in ("period", "newest_period", "next_period") and not pandas.isna(value):
            answer[name] = label(value.date(), cycles.get(code, Cycle.MONTH))
        elif name == "month":
            answer[name] = f"{value:%Y-%m}"
        elif name == "details":
            answer[name] = json.loads(value)
        else:
            answer[name] = _plain(value, catalogue.clock)
    return answer


def _plain(value: Any, clock: Clock) -> Any:
    if value is None or value is pandas.NaT or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pandas.Timestamp):
        return clock.iso(value) if value.tzinfo else value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
