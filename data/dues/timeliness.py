"""Who was on time: the status of every due, the five figures, and who is late. Always as of a moment."""

from collections.abc import Sequence
from datetime import date, datetime

import pandas

from data.dues.tally import COUNTS, with_figures
from data.store import Store

_CONDITIONS = {name: f"status = '{name}'" for name in ("on_time", "late", "missing", "pending", "exempt")} | {
    "zero_report": "status IN ('on_time', 'late') AND kind = 'zero_report'",
    "platform": "status IN ('on_time', 'late') AND kind = 'platform_declaration'",
    "extended": "is_extended",
    "early": "is_early",
    "running": "is_running",
}
_COUNTS = ", ".join(f"count(*) FILTER ({_CONDITIONS[name]}) AS {name}" for name in COUNTS)
_LISTED = ["due", "received", "on_time", "reporting_rate", "on_time_rate", "late", "missing", "pending", "exempt"]
_WHERE = """
    WHERE ($month::DATE IS NULL OR "month" = $month) AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)"""
_NEWEST = "(SELECT arg_max(catalogue_id, loaded_at) FROM catalogue_load)"
GRAINS = {
    "unit_code": "unit_code",
    "template_code": "template_code",
    "period": "period",
    "month": '"month"',
    "quarter": """date_trunc('quarter', "month")::DATE""",
    "year": """date_trunc('year', "month")::DATE""",
    # a unit's parent on the last day of the period; a unit without one stands for itself
    "parent_code": f"""coalesce((SELECT any_value(u.parent_code) FROM unit u WHERE u.catalogue_id = {_NEWEST}
        AND u.unit_code = d.unit_code AND coalesce(u.valid_from <= last_day("month"), true)
        AND coalesce(u.valid_to >= last_day("month"), true)), unit_code)""",
    "template_group": f"""coalesce((SELECT any_value(t.definition->>'group') FROM "template" t
        WHERE t.catalogue_id = {_NEWEST} AND t.template_code = d.template_code), '')""",
}


def dues(store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per due that has opened: unit_code, template_code, period, month, opens_at, deadline, due_date and
    due_minutes (the last day in time, and until how many minutes of it), nominal_date, rest_name (what moved it),
    planned_deadline, planned_date, change_id, change_kind, change_reason (an extension or exemption), lock_at,
    is_calendar_known, status
    (on_time, late, missing, pending, exempt), is_locked (missing, and no longer taken), first_received_at,
    latest_received_at, versions, kind (of the submission that counts now: workbook, correction, zero_report,
    platform_declaration; None where there is none or the due is exempt), days_late (begun days, 0 unless late or
    missing), lead_days (days before the deadline, negative after it, NaN when not received), age_days (days after the
    period's end at which it was received), is_extended, is_early, is_running (see Tally).
    """
    return store.frame(
        f'SELECT * FROM timeliness_at($as_of){_WHERE} ORDER BY "month", unit_code, template_code, period',
        {"as_of": as_of, "month": month, "unit_code": unit_code},
    )


def timeliness(
    store: Store,
    as_of: datetime,
    by: Sequence[str] = ("unit_code", "template_code", "period"),
    month: date | None = None,
    unit_code: str | None = None,
) -> pandas.DataFrame:
    """The five figures by unit_code, template_code, period, month, quarter, year, parent_code and/or template_group:
    due, received, on_time (counts without pending and exempt), reporting_rate and on_time_rate (0–1, NaN where nothing
    was due); beside them late, missing, pending and exempt. parent_code is the unit's own where it has no parent.
    """
    return figures(store, as_of, by, month, unit_code)[[*by, *_LISTED]]


def figures(
    store: Store,
    as_of: datetime,
    by: Sequence[str] = ("unit_code", "template_code", "period"),
    month: date | None = None,
    unit_code: str | None = None,
) -> pandas.DataFrame:
    """As `timeliness`, with every count and property of Tally as a column."""
    unknown = set(by) - set(GRAINS)
    if unknown:
        raise ValueError(f"expected some of {sorted(GRAINS)}, found {sorted(unknown)}")
    grain = ", ".join(f'"{name}"' for name in by)
    named = "".join(f'{GRAINS[name]} AS "{name}", ' for name in by)
    judged = f"SELECT {named}status, kind, is_extended, is_early, is_running FROM timeliness_at($as_of) d{_WHERE}"
    counts = store.frame(
        f"SELECT {grain}{',' if grain else ''} {_COUNTS} FROM ({judged})"
        + (f" GROUP BY {grain} ORDER BY {grain}" if grain else ""),
        {"as_of": as_of, "month": month, "unit_code": unit_code},
    )
    return with_figures(counts)


def late_reporters(
    store: Store,
    as_of: datetime,
    month: date | None = None,
    unit_code: str | None = None,
    statuses: Sequence[str] = ("missing", "late", "pending"),
) -> pandas.DataFrame:
    """Who owes or owed what: one row per due that is missing (not received, deadline passed), late (received after it)
    or pending (still owed, deadline to come), the longest overdue first. Columns as in `dues`.
    """
    return store.frame(
        f"SELECT * FROM timeliness_at($as_of){_WHERE} AND status IN (SELECT unnest($statuses::VARCHAR[])) "
        "ORDER BY days_late DESC, deadline, unit_code, template_code",
        {"as_of": as_of, "month": month, "unit_code": unit_code, "statuses": list(statuses)},
    )


def known_deadlines(store: Store, as_of: datetime) -> dict[tuple[str, str, date], tuple[date, int]]:
    """unit, template, period → (last day in time, minutes of that day) of every due that has opened, as extended."""
    sql = "SELECT unit_code, template_code, period, due_date, due_minutes FROM due_at($as_of)"
    rows = store.rows(sql, {"as_of": as_of})
    return {(row.unit_code, row.template_code, row.period): (row.due_date, row.due_minutes) for row in rows}


def received_before(store: Store, month: date, as_of: datetime) -> int:
    """How many dues of earlier months something was received for."""
    sql = 'SELECT count(*) FROM timeliness_at($as_of) WHERE "month" < $month AND first_received_at IS NOT NULL'
    return store.value(sql, {"as_of": as_of, "month": month})


def round_at(store: Store, as_of: datetime) -> date | None:
    """The month that is being collected or was last: the newest whose dues have opened; None when there is none."""
    return store.value('SELECT max("month") FROM due_at($as_of)', {"as_of": as_of})
