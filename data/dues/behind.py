"""The dues behind a figure, each with the submission that stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas

from data.dues.tally import OWED, RECEIVED
from data.store import Store

GROUPS = {"received": RECEIVED, "owed": OWED, "awaited": OWED, "extended": ("pending",), "open": ("pending",)}
"""What may be asked for beside a single status, as figures count it; extended and open share what is pending. awaited:
what is owed and not extended.
"""


@dataclass(frozen=True)
class Wanted:
    """Which dues: of a round, or of those from one to another; of a unit, a template, a status or one of GROUPS. None:
    of all.
    """

    month: date | None = None
    since: date | None = None
    until: date | None = None
    unit_code: str | None = None
    template_code: str | None = None
    status: str | None = None

    @property
    def statuses(self) -> Sequence[str] | None:
        """The statuses that are meant; None: all."""
        return None if self.status is None else list(GROUPS.get(self.status, (self.status,)))

    @property
    def is_extended(self) -> bool | None:
        """Whether only what an extension keeps from being missing is meant, or only the rest; None: both."""
        return {"extended": True, "open": False, "awaited": False}.get(self.status or "")


def dues_behind(store: Store, as_of: datetime, wanted: Wanted, limit: int = 500) -> pandas.DataFrame:
    """One row per due that has opened, the newest round first: the columns of `data.dues.timeliness.dues`; then
    submission_id and receipt_no (of the submission whose figures count; where all are still under review of the last
    accepted one; where none was accepted of the file that was returned or found faulty last; None where nothing came),
    is_returned, returns (how many different files were returned), dues (how many there are in all, beyond `limit` too).
    """
    return store.frame(
        """WITH wanted AS (
            SELECT * FROM timeliness_at($as_of)
            WHERE ($month::DATE IS NULL OR "month" = $month)
                AND ($since::DATE IS NULL OR "month" >= $since) AND ($until::DATE IS NULL OR "month" <= $until)
                AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)
                AND ($template_code::VARCHAR IS NULL OR template_code = $template_code)
                AND ($statuses::VARCHAR[] IS NULL OR status IN (SELECT unnest($statuses::VARCHAR[])))
                AND ($is_extended::BOOLEAN IS NULL OR is_extended = $is_extended)),
        listed AS (
            -- not count(*) OVER (): on no rows DuckDB 1.5.5 now and then fails by that, and takes the store with it
            SELECT *, (SELECT count(*) FROM wanted) AS dues FROM wanted
            ORDER BY "month" DESC, unit_code, template_code, period LIMIT $limit),
        sent AS (
            SELECT unit_code, template_code, period,
                arg_max(submission_id, (rank, received_at, version)) AS submission_id,
                arg_max(receipt_no, (rank, received_at, version)) AS receipt_no, max(rank) = 0 AS is_returned
            FROM (SELECT *, CASE WHEN outcome <> 'accepted' THEN 0
                    WHEN submission_id IN (SELECT submission_id FROM current_at($as_of)) THEN 2 ELSE 1 END AS rank
                FROM submission WHERE received_at <= $as_of AND (unit_code, template_code, period) IN (
                    SELECT (unit_code, template_code, period) FROM listed))
            GROUP BY unit_code, template_code, period)
        SELECT listed.*, submission_id, receipt_no, coalesce(is_returned, false) AS is_returned,
            coalesce(returns, 0) AS returns
        FROM listed LEFT JOIN sent USING (unit_code, template_code, period)
            LEFT JOIN returns_at($as_of) USING (unit_code, template_code, period)
        ORDER BY "month" DESC, unit_code, template_code, period""",
        {
            "as_of": as_of,
            "month": wanted.month,
            "since": wanted.since,
            "until": wanted.until,
            "unit_code": wanted.unit_code,
            "template_code": wanted.template_code,
            "statuses": wanted.statuses,
            "is_extended": wanted.is_extended,
            "limit": limit,
        },
    )


def first_accepted(store: Store, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """One row per unit x template x period of which anything was accepted by as_of: submission_id, of the submission
    that decides whether it was in time.
    """
    return store.frame(
        """SELECT unit_code, template_code, period, arg_min(submission_id, (received_at, version)) AS submission_id
        FROM accepted_at($as_of) WHERE $unit_code::VARCHAR IS NULL OR unit_code = $unit_code GROUP BY ALL""",
        {"as_of": as_of, "unit_code": unit_code},
    )
