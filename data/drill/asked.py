"""Every question of which a store knows the answer as of a moment, and the answers in a form that can be compared."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pandas

from data.anomalies.flags import anomalies
from data.boards.standings import board, line_of, objections, publications
from data.catalogue.in_force import catalogue_in_force
from data.dues.freshness import freshness
from data.dues.granted import due_changes
from data.dues.timeliness import dues, late_reporters, timeliness
from data.indicators import answers as indicators
from data.reminders.history import reminder_log
from data.rows.asked import Asked
from data.rows.totals import totals
from data.store import Store
from data.submissions.received import issues, submissions
from data.submissions.reviewed import reviews
from data.supervision.record import candidates, cases, waivers

Rows = Iterable[Any]
_BOARDS = 6  # months whose boards are asked for
_EVERY = 1 << 40  # rows
_DIGITS = 10  # of a sum: in another order of its parts the last ones differ


def _boards(store: Store, as_of: datetime) -> Iterator[dict[str, Any]]:
    months = sorted({month.date() for month in dues(store, as_of)["month"]})[-_BOARDS:]
    asked = [("month", month) for month in months] + [("year", date(year, 1, 1)) for year in {m.year for m in months}]
    for kind, period in asked:
        for place in board(store, as_of, kind, period).places:
            yield {"board": kind, "period": period, **line_of(place)}


def _totals(store: Store, as_of: datetime) -> Iterator[dict[str, Any]]:
    for template in catalogue_in_force(store).templates:
        rows = totals(store, as_of, Asked(template.template_code)).to_dict("records")
        yield from ({"template": template.template_code, **row} for row in rows)


def _anomalies(store: Store, as_of: datetime) -> pandas.DataFrame:
    return anomalies(store, as_of).drop(columns="details")  # how it was reckoned, to the last digit


ASKED: dict[str, Callable[[Store, datetime], Rows | pandas.DataFrame]] = {
    "dues": dues,
    "late": late_reporters,
    "timeliness": timeliness,
    "timeliness_by_month": lambda store, as_of: timeliness(store, as_of, ["month"]),
    "freshness": freshness,
    "changes": due_changes,
    "received": lambda store, as_of: submissions(store, as_of, limit=_EVERY),
    "issues": issues,
    "reviews": reviews,
    "totals": _totals,
    "anomalies": _anomalies,
    "indicators": lambda store, as_of: indicators.answer(store, as_of, None, ["month", "unit"], None, None),
    "boards": _boards,
    "published": lambda store, as_of: map(asdict, publications(store, as_of)),
    "objections": objections,
    "cases": lambda store, as_of: map(asdict, cases(store, as_of)),
    "candidates": lambda store, as_of: map(asdict, candidates(store, as_of)),
    "waivers": waivers,
    "reminders": reminder_log,
}
"""Name → the rows of the answer."""


def answers(store: Store, question: str, as_of: datetime) -> Counter[str]:
    """Each row of an answer as one text, and how often it is there."""
    rows = ASKED[question](store, as_of)
    if isinstance(rows, pandas.DataFrame):
        rows = rows.to_dict("records")
    return Counter(json.dumps(_plain(row), ensure_ascii=False, sort_keys=True, default=str) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else f"{value:.{_DIGITS}g}"
    return None if value is pandas.NaT or value is pandas.NA else value
