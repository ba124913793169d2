"""Points and boards as of a moment: what each unit has, what was published, and who objected."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas

from data.boards.places import BoardPlace, BoardRules, UnitFigures, places
from data.boards.points import Points, Scored, lost, month_points, rounded
from data.catalogue.in_force import catalogue_in_force, clock_of, workdays
from data.clock import Clock
from data.dues.rounds import settled_months
from data.dues.tally import JUDGED
from data.periods import add_months
from data.settings import setting
from data.store import Store

_SQL = """
    WITH corrections AS (
        SELECT unit_code, template_code, period, received_at FROM accepted_at($as_of)
            ANTI JOIN asked_corrections_at($as_of) USING (unit_code, template_code, period, received_at)
        WHERE kind = 'correction' AND coalesce(sent_unit, unit_code) = unit_code)  -- not what others sent by mistake
    SELECT t.unit_code, t.template_code, t.period, t."month", t.status, t.days_late, t.lead_days,
        EXISTS (FROM corrections s WHERE s.received_at >= t.deadline
            AND (s.unit_code, s.template_code, s.period) = (t.unit_code, t.template_code, t.period)) AS is_corrected,
        coalesce(returns, 0) AS returns,
        EXISTS (FROM waiver w WHERE (w.unit_code, w.template_code, w.period)
            = (t.unit_code, t.template_code, t.period) AND made_at <= $as_of
            AND waiver_id NOT IN (SELECT waiver_id FROM waiver_end WHERE ended_at <= $as_of)) AS is_waived
    FROM timeliness_at($as_of) t LEFT JOIN returns_at($as_of) USING (unit_code, template_code, period)
    WHERE t."month" BETWEEN $first AND $last AND ($unit_code::VARCHAR IS NULL OR t.unit_code = $unit_code)
    ORDER BY t.unit_code, t."month", t.template_code, t.period"""
_SCORED = tuple(field.name for field in fields(Scored))


@dataclass(frozen=True)
class Board:
    """A ranking. board: month or year; period: its first month. is_settled: nothing of it is pending any more. For
    whoever belongs to a unit there are no places, since she sees no other unit's figures.
    """

    board: str
    period: date
    places: list[BoardPlace]
    points: Points
    rules: BoardRules
    is_settled: bool


def points_at(store: Store, as_of: datetime) -> Points:
    """The formula in force: the one that was chosen; where none was, the one by which boards were published first, so
    that nobody's points change by an upgrade; else the one that is delivered.
    """
    chosen = setting(store, "points", {}, as_of)
    return Points.of(chosen or _published_first(store))


def _published_first(store: Store) -> dict[str, Any]:
    rows = store.rows("SELECT content FROM board_publication ORDER BY published_at LIMIT 1")
    return json.loads(rows[0].content)["points"] if rows else {}


def board_rules_at(store: Store, as_of: datetime) -> BoardRules:
    """The settings of the boards in force."""
    return BoardRules.of(setting(store, "boards", {}, as_of))


def board(store: Store, as_of: datetime, kind: str, period: date, points: Points | None = None) -> Board:
    """The ranking of a month, or a year (its months whose deadlines have all passed). points: a formula to try."""
    points, rules = points or points_at(store, as_of), board_rules_at(store, as_of)
    last = add_months(period, 11) if kind == "year" else period
    due_rows = _dues(store, as_of, add_months(period, 1 - points.bonus_months), last)
    months = [add_months(period, n) for n in range(12 if kind == "year" else 1)]
    settled = settled_months(store, as_of, months)
    counted = settled if kind == "year" else months
    order = [unit.unit_code for unit in catalogue_in_force(store).units]
    units = sorted(
        {row.unit_code for row in due_rows if row.month in months}, key=lambda code: (code not in order, code)
    )
    units.sort(key=lambda code: order.index(code) if code in order else len(order))
    standings = [_standing(unit, [row for row in due_rows if row.unit_code == unit], counted, points) for unit in units]
    ranked = places(standings, rules)
    if store.person.role.is_of_unit:
        ranked = [BoardPlace(place.standing, None, "") for place in ranked]
    return Board(kind, period, ranked, points, rules, settled == months and bool(units))


def costs(store: Store, as_of: datetime, month: date, unit_code: str | None = None) -> pandas.DataFrame:
    """Where a month's points went: unit_code, template_code, period, month, status, days_late, is_corrected, returns,
    is_waived, lost (points; 0 for what does not count), one row per due that has a deadline behind it.
    """
    points = points_at(store, as_of)
    rows = []
    for row in _dues(store, as_of, month, month, unit_code):
        if row.status not in JUDGED:
            continue
        cost = 0.0 if row.is_waived else float(lost(_scored(row), points))
        place = (row.unit_code, row.template_code, pandas.Timestamp(row.period), pandas.Timestamp(row.month))
        rows.append((*place, row.status, row.days_late, row.is_corrected, row.returns, row.is_waived, cost))
    counted = ["status", "days_late", "is_corrected", "returns", "is_waived", "lost"]
    names = ["unit_code", "template_code", "period", "month", *counted]
    return pandas.DataFrame(rows, columns=names)


def _scored(row: Any) -> Scored:
    return Scored(**{name: getattr(row, name) for name in _SCORED})


def _dues(store: Store, as_of: datetime, first: date, last: date, unit_code: str | None = None) -> list[Any]:
    return store.rows(_SQL, {"as_of": as_of, "first": first, "last": last, "unit_code": unit_code})


def _standing(unit_code: str, rows: list[Any], counted: list[date], points: Points) -> UnitFigures:
    """A unit over some months: a month's points, or the mean of several; counts over all of them."""
    by_month: dict[date, list[Scored]] = {}
    for row in rows:
        if row.status in JUDGED and not (row.is_waived and row.status != "on_time"):
            by_month.setdefault(row.month, []).append(_scored(row))
    by_month_points = []
    for month in counted:
        wanted = [add_months(month, -back) for back in reversed(range(points.bonus_months))]
        by_month_points.append(month_points(by_month, wanted, points))
    given = [value for value in by_month_points if value is not None]
    dues = [due for month in counted for due in by_month.get(month, ())]
    within = [row for row in rows if row.month in counted]
    return UnitFigures(
        unit_code,
        rounded(sum(given, Decimal(0)) / len(given)) if given else None,
        len(dues),
        *(sum(due.status == status for due in dues) for status in JUDGED),
        sum(due.is_corrected for due in dues),
        sum(row.is_waived for row in within if row.status in ("late", "missing")),
        sum(row.status == "pending" for row in within),
        len(given),
    )


@dataclass(frozen=True)
class Publication:
    """A board as it was published. lines: those that the reader may see, as they were then."""

    publication_id: str
    board: str
    period: date
    edition: int
    published_at: datetime
    user_name: str
    reason: str
    content: dict[str, Any]
    lines: list[dict[str, Any]]
    objections_until: date


def publications(
    store: Store, as_of: datetime, kind: str | None = None, period: date | None = None
) -> list[Publication]:
    """What was published by as_of, the newest first."""
    rows = store.rows(
        """SELECT publication_id, board, period, edition, published_at, user_name, reason, content
        FROM board_publication WHERE published_at <= $as_of AND ($board::VARCHAR IS NULL OR board = $board)
            AND ($period::DATE IS NULL OR period = $period) ORDER BY published_at DESC, edition DESC""",
        {"as_of": as_of, "board": kind, "period": period},
    )
    days, clock = workdays(store), clock_of(store)
    lines: dict[str, list[dict]] = {}
    for line in store.rows("SELECT publication_id, content FROM board_line"):
        lines.setdefault(line.publication_id, []).append(json.loads(line.content))
    result = []
    for row in rows:
        kept = json.loads(row.content)
        day = clock.day(row.published_at)
        read = {
            "reason": row.reason or "",
            "content": kept,
            "lines": sorted(lines.get(row.publication_id, []), key=lambda line: line["no"]),
            "objections_until": days.nth_after(day, kept["rules"]["objection_days"]),
        }
        result.append(Publication(**(row._asdict() | read)))
    return result


def objections_close(publication: Publication, clock: Clock) -> datetime:
    """The first instant that is too late to object."""
    return clock.end(publication.objections_until)


def objections(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """One row an objection, the newest first: objection_id, publication_id, unit_code, month, template_code (blank: the
    month as a whole), reason, made_at, user_name, state (open, upheld, dismissed), answered_at, answered_by, answer.
    """
    return store.frame(
        """SELECT o.objection_id, publication_id, o.unit_code, "month", template_code, o.reason, made_at, o.user_name,
            coalesce(step, 'open') AS state, taken_at AS answered_at, s.user_name AS answered_by, s.reason AS answer
        FROM objection o LEFT JOIN (FROM objection_step WHERE taken_at <= $as_of) s USING (objection_id)
        WHERE made_at <= $as_of AND ($month::DATE IS NULL OR "month" = $month)
            AND ($unit_code::VARCHAR IS NULL OR o.unit_code = $unit_code)
        ORDER BY made_at DESC, o.objection_id""",
        {"as_of": as_of, "month": month, "unit_code": unit_code},
    )


def line_of(place: BoardPlace) -> dict[str, Any]:
    """A place as it is kept when it is published, and as programs read it."""
    standing = place.standing
    kept = asdict(standing) | {"rank": place.rank, "list": place.list, "on_time_rate": standing.on_time_rate}
    return kept | {"points": None if standing.points is None else float(standing.points)}
