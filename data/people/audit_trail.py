"""Who did what when from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas

from data.store import Store


@dataclass(frozen=True)
class Wanted:
    """Which acts. since: None, the beginning. who: an account or token:ID, whatever it did and whatever was done to it;
    or a part of somebody's name.
    """

    since: datetime | None = None
    who: str | None = None
    actions: Sequence[str] | None = None
    unit_code: str | None = None


ALL = Wanted()


def audit_trail(
    store: Store,
    as_of: datetime,
    wanted: Wanted = ALL,
    limit: int = 1000,
    newest: int | None = None,
) -> pandas.DataFrame:
    """One row an act until as_of, the newest first: audit_no, at, user_code, user_name, role, via (page, api,
    command_line, sample), address, action, unit_code, subject, details (JSON). newest: no row after that number.
    """
    return store.frame(
        """SELECT audit_no, "at", user_code, user_name, role, via, address, "action", unit_code, subject, details
        FROM audit WHERE "at" <= $as_of AND ($since::TIMESTAMPTZ IS NULL OR "at" >= $since)
            AND ($who::VARCHAR IS NULL OR lower($who) IN (lower(user_code), lower(subject))
                OR contains(lower(user_name), lower($who)))
            AND ($actions::VARCHAR[] IS NULL OR "action" IN (SELECT unnest($actions::VARCHAR[])))
            AND ($newest::BIGINT IS NULL OR audit_no <= $newest)
            AND ($unit_code::VARCHAR IS NULL OR unit_code = $unit_code)
        ORDER BY audit_no DESC LIMIT $limit""",
        {
            "as_of": as_of,
            "since": wanted.since,
            "who": wanted.who,
            "actions": list(wanted.actions) if wanted.actions else None,
            "unit_code": wanted.unit_code,
            "limit": limit,
            "newest": newest,
        },
    )


def last_sign_ins(store: Store) -> dict[str, tuple[datetime, str | None]]:
    """user_code → when she signed in last, and how: password, oidc or proxy."""
    rows = store.rows(
        """SELECT user_code, max("at") AS last_at,
            arg_max(CASE WHEN json_valid(details) THEN json_extract_string(details, '$.way') END, "at") AS way
        FROM audit WHERE "action" = 'signed_in' GROUP BY ALL"""
    )
    return {row.user_code: (row.last_at, row.way) for row in rows}


def last_act(store: Store, action: str) -> datetime | None:
    """When somebody last did this; None: nobody ever did."""
    return store.value('SELECT max("at") FROM audit WHERE "action" = ?', [action])


def first_act(store: Store, action: str) -> datetime | None:
    """When somebody first did this; None: nobody ever did."""
    return store.value('SELECT min("at") FROM audit WHERE "action" = ?', [action])
