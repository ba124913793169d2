"""How the due stands that a submission serves, as its receipt says: its status by the one rule, or why it has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.store import Store


class Uncounted(StrEnum):
    """before_start: of a month before the first that this store counts; not_open: the period has not opened yet;
    not_owed: nothing is due from this unit under this template for this period.
    """

    BEFORE_START = "before_start"
    NOT_OPEN = "not_open"
    NOT_OWED = "not_owed"


@dataclass(frozen=True)
class Standing:
    """status, days_late: of the due (None, 0 where it is not counted, and uncounted says why); deadline: also of a due
    that is planned and has not opened. first_received_at: of the first accepted submission, which decides.
    first_month, opens_at: what an uncounted one waits for, or came before.
    """

    status: str | None = None
    deadline: datetime | None = None
    days_late: int = 0
    first_received_at: datetime | None = None
    uncounted: Uncounted | None = None
    first_month: date | None = None
    opens_at: datetime | None = None


def standings(store: Store, keys: Iterable[tuple], as_of: datetime) -> dict[tuple, Standing]:
    """(unit, template, period) → its standing, of those of these keys that are whole."""
    wanted = sorted({key for key in keys if all(key)})
    if not wanted:
        return {}
    units, templates, periods = (list(column) for column in zip(*wanted, strict=True))
    rows = store.rows(
        """WITH wanted AS (SELECT unnest($units::VARCHAR[]) AS unit_code, unnest($templates::VARCHAR[]) AS
            template_code, unnest($periods::DATE[]) AS period),
        planned AS (
            SELECT unit_code, template_code, period, any_value("month") AS "month", any_value(opens_at) AS opens_at,
                any_value(deadline) AS planned_deadline
            FROM (SELECT unit_code, template_code, period, "month", opens_at, deadline FROM due
                UNION ALL SELECT unit_code, template_code, period, "month", opens_at, deadline FROM due_plan
                WHERE (unit_code, template_code, period) NOT IN (SELECT (unit_code, template_code, period) FROM due))
                SEMI JOIN wanted USING (unit_code, template_code, period)
            GROUP BY unit_code, template_code, period),
        first_accepted AS (
            SELECT unit_code, template_code, period, min(received_at) AS first_received_at
            FROM accepted_at($as_of) SEMI JOIN wanted USING (unit_code, template_code, period) GROUP BY ALL)
        SELECT unit_code, template_code, period, t.status, t.deadline, t.days_late, f.first_received_at, "month",
            opens_at, planned_deadline, (SELECT arg_max(first_month, set_at) FROM counting_start) AS first_month
        FROM wanted
            LEFT JOIN (SELECT unit_code, template_code, period, status, deadline, days_late
                FROM timeliness_at($as_of)) t USING (unit_code, template_code, period)
            LEFT JOIN planned USING (unit_code, template_code, period)
            LEFT JOIN first_accepted f USING (unit_code, template_code, period)""",
        {"units": units, "templates": templates, "periods": periods, "as_of": as_of},
    )
    return {(row.unit_code, row.template_code, row.period): _standing(row, as_of) for row in rows}


def _standing(row: Any, as_of: datetime) -> Standing:
    first = row.first_received_at
    if row.status is not None:
        return Standing(row.status, row.deadline, row.days_late, first)
    if row.month is None:
        return Standing(first_received_at=first, uncounted=Uncounted.NOT_OWED)
    if row.first_month and row.month < row.first_month:
        return Standing(first_received_at=first, uncounted=Uncounted.BEFORE_START, first_month=row.first_month)
    waiting = Uncounted.NOT_OPEN if row.opens_at > as_of else Uncounted.NOT_OWED
    return Standing(None, row.planned_deadline, 0, first, waiting, opens_at=row.opens_at)
