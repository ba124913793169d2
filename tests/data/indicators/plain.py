"""The indicators of the reference a second time, in plain Python, from the rows as they were typed: both parts."""

from collections.abc import Callable
from typing import Any

Rows = list[dict[str, Any]]


def _total(rows: Rows, name: str) -> float:
    return sum(row[name] for row in rows if row.get(name) is not None)


def _share(part: str, whole: str) -> Callable[[Rows], tuple[float, float]]:
    return lambda rows: (_total(rows, part), _total(rows, whole))


def _weighed(days: str, promised: str, cases: str) -> Callable[[Rows], tuple[float, float]]:
    """Time taken and time promised, each as often as there were cases; rows without a time, or without a promise, are
    left out.
    """

    def parts(rows: Rows) -> tuple[float, float]:
        counted = [row for row in rows if row.get(days) is not None and row[promised] > 0]
        return (sum(r[days] * r[cases] for r in counted), sum(r[promised] * r[cases] for r in counted))

    return parts


def _mean(name: str) -> Callable[[Rows], tuple[float, float]]:
    return lambda rows: (_total(rows, name), len([row for row in rows if row.get(name) is not None]))


def _in_time(days: str, limit: str | int) -> Callable[[Rows], tuple[float, float]]:
    def parts(rows: Rows) -> tuple[float, float]:
        known = [row for row in rows if row.get(days) is not None]
        return len([r for r in known if r[days] <= (r[limit] if isinstance(limit, str) else limit)]), len(known)

    return parts


PLAIN: dict[str, Callable[[Rows], tuple[float, float | None]]] = {
    "NET-01": _share("online", "accepted"),
    "NET-02": lambda rows: (_total(rows, "pending_precheck"), None),
    "NET-03": lambda rows: (_total(rows, "stale"), None),
    "NET-04": lambda rows: (_total(rows, "closed") - _total(rows, "overdue"), _total(rows, "closed")),
    "NET-05": _weighed("avg_days", "promised_days", "closed"),
    "NET-06": lambda rows: (
        _total(rows, "statutory_days") - _total(rows, "promised_days"),
        _total(rows, "statutory_days"),
    ),
    "NET-07": _share("zero_visit", "accepted"),
    "BLD-01": _mean("n_steps"),
    "BLD-02": _mean("n_docs"),
    "BLD-03": _weighed("avg_days", "promised_days", "closed"),
    "BLD-04": _share("actual_days", "promised_days"),
    "EST-01": _weighed("avg_hours", "promised_hours", "closed"),
    "FB-01": _share("active", "closed"),
    "FB-02": _share("rectified", "bad_orders"),
    "LIC-01": _share("e_issued", "issued"),
    "LIC-02": _share("fixed", "disputed"),
    "DAT-01": _in_time("fix_days", "limit_days"),
    "DAT-02": _in_time("report_days", 7),
    "SUP-01": _share("items_with_data", "items_claimed"),
}
