"""Answers as people and programs read them: codes with names, periods as written, moments as ISO 8601."""

import json
import math
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


def as_read(row: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A row as people and programs read it: codes with their names, periods as written, moments as ISO 8601."""
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    code = row.get("template_code")
    answer: dict[str, Any] = {}
    for name, value in row.items():
        if name == "unit_code":
            unit = _plain(value, catalogue.clock)
            answer |= {"unit": unit, "unit_name": catalogue.unit_name(unit) if unit else None}
        elif name == "template_code":
            template = _plain(value, catalogue.clock)
            answer |= {"template": template, "template_name": names.get(template)}
        elif name in ("period", "newest_period") and not pandas.isna(value):
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
