"""Boards as acts: the office publishes one, a unit objects, the office answers. What was published never changes."""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.boards.places import SHOWN, BoardRules
from data.boards.points import Points
from data.boards.standings import Publication, board, line_of, objections_close, points_at, publications
from data.catalogue.in_force import clock_of
from data.fault import Fault
from data.reasons import DECISION, is_reason, tidy
from data.settings import set_setting, setting
from data.store import Store, insert
from data.supervision.checks import ALWAYS
from data.supervision.waivers import Ground, Waiving, keep_waivers


def set_points(store: Store, values: dict[str, Any], now: datetime) -> Points:
    """Change the formula from now on; what was published stays. Another preset drops the values set before."""
    before = {} if "preset" in values else {"preset": points_at(store, now).preset} | setting(store, "points", {})
    points = Points.of(before | values)
    set_setting(store, "points", before | values, now)
    return points


def set_board_rules(store: Store, values: dict[str, Any], now: datetime) -> BoardRules:
    """Change the settings of the boards from now on. Fault."""
    wanted = setting(store, "boards", {}) | values
    rules = BoardRules.of(wanted)
    set_setting(store, "boards", wanted, now)
    return rules


def set_shown(store: Store, shown: str, now: datetime) -> None:
    """What units see of a published board beside their own place: own (nothing), red (the red list) or all."""
    if shown not in SHOWN:
        raise Fault("setting.choice", name="shown", expected=", ".join(SHOWN), found=shown)
    set_setting(store, "boards_shown", shown, now)


def publish(store: Store, kind: str, period: date, now: datetime, reason: str = "") -> Publication:
    """Publish a board as it stands now. A month must be over, with no deadline to come; a further edition wants a
    reason. Fault.
    """
    store.person.must_have(Right.DECIDE)
    reason = tidy(reason)
    with store.write() as cursor:
        made = board(store, now, kind, period)
        if not made.is_settled:
            raise Fault("board.unsettled")
        earlier = publications(store, ALWAYS, kind, period)
        if earlier and not is_reason(reason, DECISION):
            raise Fault("board.edition", limit=DECISION.min_length, edition=len(earlier) + 1)
        edition = len(earlier) + 1
        publication_id = hashlib.sha256(f"{kind}|{period}|{edition}".encode()).hexdigest()
        content = json.dumps({"points": asdict(made.points), "rules": asdict(made.rules)}, ensure_ascii=False)
        row = {"publication_id": publication_id, "board": kind, "period": period, "edition": edition}
        row |= {"published_at": now, **_who(store), "reason": reason or None, "content": content}
        insert(cursor, "board_publication", row)
        for number, place in enumerate(made.places):
            line = line_of(place) | {"no": number}
            row = {"publication_id": publication_id, "unit_code": place.standing.unit_code, "rank": place.rank}
            row |= {"points": line["points"], "list": place.list, "content": json.dumps(line)}
            insert(cursor, "board_line", row)
        about = {"board": kind, "month": f"{period:%Y-%m}" if kind == "month" else f"{period:%Y}", "edition": edition}
        audit.keep(store, cursor, [Act("board_published", "", None, about | ({"reason": reason} if reason else {}))])
    return publications(store, ALWAYS, kind, period)[0]


def object_to(
    store: Store, month: date, unit_code: str, reason: str, now: datetime, template_code: str | None = None
) -> str:
    """异议: a unit objects to its points of a published month, within the working days that the board says. Returns the
    objection's id. Fault, Forbidden.
    """
    store.person.must_have(Right.REPORT, unit_code)
    reason = tidy(reason)
    if not is_reason(reason, DECISION):
        raise Fault("board.reason", limit=DECISION.min_length)
    with store.write() as cursor:
        editions = publications(store, now, "month", month)
        if not editions:
            raise Fault("board.unpublished")
        newest = editions[0]
        if unit_code not in {line["unit_code"] for line in newest.lines if line["rank"] is not None}:
            raise Fault("board.not_ranked")
        if now >= objections_close(newest, clock_of(store)):
            raise Fault("board.too_late", until=newest.objections_until.isoformat())
        if template_code and not _owes(cursor, unit_code, template_code, month, now):
            raise Fault("board.no_due", found=template_code)
        about = f"{newest.publication_id}|{unit_code}|{template_code or ''}"
        objection_id = hashlib.sha256(about.encode()).hexdigest()
        if cursor.execute("SELECT 1 FROM objection WHERE objection_id = ?", [objection_id]).fetchone():
            raise Fault("board.objected")
        row = {"objection_id": objection_id, "publication_id": newest.publication_id, "unit_code": unit_code}
        row |= {"month": month, "template_code": template_code, "reason": reason, "made_at": now, **_who(store)}
        insert(cursor, "objection", row)
        told = {"month": f"{month:%Y-%m}", "template": template_code, "reason": reason}
        audit.keep(store, cursor, [Act("objection_made", objection_id[:8], unit_code, _said(told))])
    return objection_id


def _who(store: Store) -> dict[str, str]:
    return {"user_code": store.person.user_code, "user_name": store.person.user_name}


def answer_objection(
    store: Store,
    objection_id: str,
    is_upheld: bool,
    reason: str,
    now: datetime,
    ground: Ground | None = None,
    document_no: str = "",
) -> int:
    """The office upholds an objection or dismisses it, with a reason. ground: what it was about is waived as well, in
    the same breath; returns how many dues were. The published board stays as it is: publish a further edition.
    """
    store.person.must_have(Right.DECIDE)
    reason = tidy(reason)
    if not is_reason(reason, DECISION):
        raise Fault("board.reason", limit=DECISION.min_length)
    with store.write() as cursor:
        objected = cursor.execute(
            'SELECT unit_code, "month", template_code FROM objection WHERE objection_id = ?', [objection_id]
        ).fetchone()
        if objected is None:
            raise Fault("board.unknown")
        unit_code, month, template_code = objected
        if cursor.execute("SELECT 1 FROM objection_step WHERE objection_id = ?", [objection_id]).fetchone():
            raise Fault("board.answered")
        if ground and not is_upheld:
            raise Fault("board.dismissed_waiver")
        step = "upheld" if is_upheld else "dismissed"
        row = {"objection_id": objection_id, "unit_code": unit_code, "step": step, "taken_at": now, **_who(store)}
        insert(cursor, "objection_step", row | {"reason": reason})
        told = {"month": f"{month:%Y-%m}", "template": template_code, "reason": reason}
        audit.keep(store, cursor, [Act(f"objection_{step}", objection_id[:8], unit_code, _said(told))])
        if not ground:
            return 0
        wanted = Waiving(ground, month, reason, unit_code, template_code, document_no)
        return len(keep_waivers(store, cursor, wanted, now))


def _owes(cursor: Any, unit_code: str, template_code: str, month: date, now: datetime) -> bool:
    sql = 'SELECT 1 FROM timeliness_at(?) WHERE unit_code = ? AND template_code = ? AND "month" = ?'
    return bool(cursor.execute(sql, [now, unit_code, template_code, month]).fetchone())


def _said(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}
