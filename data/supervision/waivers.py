"""免责: a due that is held against nobody, for a reason outside the unit. It stays late or missing as it was."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data import audit
from data.access import Forbidden, Right
from data.audit import Act
from data.fault import Fault
from data.reasons import tidy
from data.store import Store, insert
from data.supervision.checks import must_say

Key = tuple[str, str, date]
"""unit, template, period."""


class Ground(StrEnum):
    """免责事由: 系统故障, 上级延期, 机构调整."""

    SYSTEM_FAULT = "system_fault"
    EXTENSION = "extension_from_above"
    REORGANISATION = "reorganisation"


@dataclass(frozen=True)
class Waiving:
    """What is to be waived and why: of a month, of one unit or all, of one template or all."""

    ground: Ground
    month: date
    reason: str
    unit_code: str | None = None
    template_code: str | None = None
    document_no: str = ""


def waive(store: Store, wanted: Waiving, now: datetime) -> list[Key]:
    """Waive what is late or missing. What was on time needs no excuse, what is still pending an extension. Returns what
    was waived. Fault where there is nothing.
    """
    _must_be_allowed(store)
    with store.write() as cursor:
        return keep_waivers(store, cursor, wanted, now)


def keep_waivers(store: Store, cursor: Any, wanted: Waiving, now: datetime) -> list[Key]:
    """As `waive`, within somebody else's transaction."""
    month, ground = wanted.month, wanted.ground
    reason, document_no = tidy(wanted.reason), " ".join(wanted.document_no.split())[:80]
    must_say(reason)
    waived = cursor.execute(
        """SELECT unit_code, template_code, period FROM timeliness_at($now)
        WHERE "month" = $month AND status IN ('late', 'missing')
            AND ($unit::VARCHAR IS NULL OR unit_code = $unit)
            AND ($template::VARCHAR IS NULL OR template_code = $template)
            AND (unit_code, template_code, period) NOT IN (
                SELECT (unit_code, template_code, period) FROM waiver
                WHERE waiver_id NOT IN (SELECT waiver_id FROM waiver_end))
        ORDER BY ALL""",
        {"now": now, "month": month, "unit": wanted.unit_code, "template": wanted.template_code},
    ).fetchall()
    if not waived:
        raise Fault("supervision.nothing_to_waive")
    person = store.person
    for key in waived:
        waiver_id = hashlib.sha256("|".join(map(str, (*key, now.isoformat()))).encode()).hexdigest()
        row = dict(zip(("unit_code", "template_code", "period"), key, strict=True))
        row |= {"waiver_id": waiver_id, "month": month, "ground": ground.value, "reason": reason}
        row |= {"document_no": document_no or None, "made_at": now}
        insert(cursor, "waiver", row | {"user_code": person.user_code, "user_name": person.user_name})
    audit.keep(store, cursor, _acts("waiver_made", waived, {"ground": ground.value, "reason": reason}, document_no))
    return waived


def end_waivers(store: Store, waiver_ids: Sequence[str], now: datetime, reason: str) -> None:
    """Take waivers back: from now on the dues count again."""
    _must_be_allowed(store)
    reason = tidy(reason)
    must_say(reason)
    with store.write() as cursor:
        for waiver_id in waiver_ids:
            keys = cursor.execute(
                """SELECT unit_code, template_code, period FROM waiver
                WHERE waiver_id = $id AND waiver_id NOT IN (SELECT waiver_id FROM waiver_end)""",
                {"id": waiver_id},
            ).fetchall()
            if not keys:
                raise Fault("supervision.unknown_waiver")
            ((unit_code, _, _),) = keys
            row = {"waiver_id": waiver_id, "unit_code": unit_code, "ended_at": now, "reason": reason}
            row |= {"user_code": store.person.user_code, "user_name": store.person.user_name}
            insert(cursor, "waiver_end", row)
            audit.keep(store, cursor, _acts("waiver_ended", keys, {"reason": reason}))


def _must_be_allowed(store: Store) -> None:
    if not (store.person.may(Right.DECIDE) or store.person.may(Right.RULE)):
        raise Forbidden(store.person, Right.RULE)


def _acts(action: str, keys: Sequence[Key], about: dict[str, str], document_no: str = "") -> list[Act]:
    told = about | ({"document_no": document_no} if document_no else {})
    return [Act(action, "", unit, {"template": template, "period": period} | told) for unit, template, period in keys]
