"""The questions that the command line and the HTTP API ask alike, and the answers as people and programs read them."""

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue import Catalogue
from data.catalogue_store import catalogue_in_force
from data.periods import Cycle, closing_month, label, parse_period
from data.queries.anomalies import anomalies
from data.queries.freshness import freshness
from data.queries.submissions import issues
from data.queries.timeliness import dues, late_reporters, timeliness
from data.store import Store

Rows = list[dict[str, Any]]
Question = Callable[[Store, datetime, date | None, str | None], pandas.DataFrame]


def answer(store: Store, question: str, as_of: datetime, period_text: str | None, unit_code: str | None) -> Rows:
    """The rows of a question by its name, of a month or period as written (None: of all) and a unit (None: of all).

    ValueError for a period that cannot be read or a unit that the catalogue does not have.
    """
    catalogue = catalogue_in_force(store)
    month, period, cycle = wanted(period_text)
    if unit_code and unit_code not in {unit.unit_code for unit in catalogue.units}:
        raise ValueError(f"expected the code of a unit of the catalogue, found {unit_code!r}")
    frame = QUESTIONS[question](store, as_of, month, unit_code)
    if period is not None and "period" in frame and not frame.empty:
        cycles = {template.template_code: template.cycle for template in catalogue.templates}
        frame = frame[(frame["period"] == pandas.Timestamp(period)) & (frame["template_code"].map(cycles) == cycle)]
    return [as_read(row, catalogue) for row in frame.to_dict("records")]


def wanted(text: str | None) -> tuple[date | None, date | None, Cycle | None]:
    """(month, None) for a month, in which every due that closes then is meant; (None, period) for a longer period."""
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
    raise ValueError(f"expected a period such as 2026-10 or 2026-Q4, found {text!r}")


def _dues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """every due with its deadline and status"""
    return dues(store, as_of, month, unit)


def _timeliness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """due, received, on time, reporting rate and on-time rate by unit x template x period"""
    return timeliness(store, as_of, month=month, unit_code=unit)


def _late(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """who is late (received after the deadline), missing, or still owes (pending), and by how many days"""
    frame = late_reporters(store, as_of, month, unit)
    names = ["unit_code", "template_code", "period", "deadline", "status", "days_late", "first_received_at", "kind"]
    return frame[names].rename(columns={"first_received_at": "received_at"})


def _freshness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """the age of the newest accepted data by unit x template: fresh, ageing, stale"""
    return freshness(store, as_of, unit)


def _anomalies(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """figures that look wrong, each with where it is and why"""
    return anomalies(store, as_of, month, unit)


def _issues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """what was wrong in the files that came in"""
    frame = issues(store, as_of, unit)
    if month is None or frame.empty:
        return frame
    cycles = {template.template_code: template.cycle for template in catalogue_in_force(store).templates}
    closing = [
        None
        if pandas.isna(row.period)
        else closing_month(row.period.date(), cycles.get(row.template_code, Cycle.MONTH))
        for row in frame.itertuples()
    ]
    return frame[[one == month for one in closing]]


QUESTIONS: dict[str, Question] = {
    "dues": _dues,
    "timeliness": _timeliness,
    "late": _late,
    "freshness": _freshness,
    "anomalies": _anomalies,
    "issues": _issues,
}


def as_read(row: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A row as people and programs read it: codes with their names, periods as written, moments as ISO 8601."""
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    code = row.get("template_code")
    answer: dict[str, Any] = {}
    for name, value in row.items():
        if name == "unit_code":
            unit = _plain(value, catalogue.bureau.timezone)
            answer |= {"unit": unit, "unit_name": catalogue.unit_name(unit) if unit else None}
        elif name == "template_code":
            template = _plain(value, catalogue.bureau.timezone)
            answer |= {"template": template, "template_name": names.get(template)}
        elif name in ("period", "newest_period") and not pandas.isna(value):
            answer[name] = label(value.date(), cycles.get(code, Cycle.MONTH))
        elif name == "month":
            answer[name] = f"{value:%Y-%m}"
        elif name == "details":
            answer[name] = json.loads(value)
        else:
            answer[name] = _plain(value, catalogue.bureau.timezone)
    return answer


def _plain(value: Any, timezone: str) -> Any:
    if value is None or value is pandas.NaT or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pandas.Timestamp):
        return value.tz_convert(timezone).isoformat() if value.tzinfo else value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
