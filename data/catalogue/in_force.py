"""The catalogue in the store: loading one, reading back the one in force, and the dues that follow from it."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.catalogue.check import faults
from data.catalogue.deadlines import Due, dues
from data.catalogue.files import CatalogueError, bureau_of, read_catalogue, template_definition, template_of
from data.catalogue.indicator_files import indicator_definition, indicator_of
from data.catalogue.model import CalendarDay, Catalogue, Obligation, Unit
from data.catalogue.workdays import Workdays
from data.clock import Clock
from data.periods import add_months
from data.store import Store, append, insert, named_rows

REFERENCE = Path(__file__).parents[1] / "reference"
PLAN_MONTHS = 24  # how far ahead the plan of dues reaches
_CURRENT = "(SELECT arg_max(catalogue_id, loaded_at) FROM catalogue_load)"
_DUE_COLUMNS = (
    "unit_code, template_code, period, month, opens_at, deadline, due_date, is_exempt, zero_report_allowed, "
    "due_minutes, nominal_date, rest_name, is_calendar_known, lock_at, catalogue_id"
)


def ensure_catalogue(store: Store, now: datetime) -> None:
    """On the first start load the reference catalogue; on every start freeze the dues that have opened."""
    if not _has_catalogue(store):
        load_catalogue(store, read_catalogue(REFERENCE), now)
    refresh_dues(store, now)


def load_catalogue(store: Store, catalogue: Catalogue, now: datetime) -> bool:
    """Bring a catalogue into force. False where it is in force already; CatalogueError where it has faults.

    What has opened keeps its deadline, whether or not anything came: it is frozen first. Only who owes what still
    follows the new catalogue while nothing has been handed in or decided (see `_plan_dues`). Forbidden to all but the
    office.
    """
    store.person.must_have(Right.MANAGE)
    objections = faults(catalogue)
    if objections:
        raise CatalogueError("the catalogue was not loaded:\n" + "\n".join(objections))
    catalogue_id = _identity(catalogue)
    if store.value(f"SELECT {_CURRENT} = ?", [catalogue_id]):
        return False
    if _has_catalogue(store):
        refresh_dues(store, now)
    with store.write() as cursor:
        if not cursor.execute("SELECT 1 FROM bureau WHERE catalogue_id = ?", [catalogue_id]).fetchone():
            _keep(cursor, catalogue, catalogue_id)
        cursor.execute(  # strictly after the load before, whatever the clock says
            "INSERT INTO catalogue_load (catalogue_id, loaded_at, loaded_by) "
            "SELECT $id, greatest($now, max(loaded_at) + INTERVAL 1 MICROSECOND), $by "
            "FROM catalogue_load",
            {"id": catalogue_id, "now": now, "by": store.person.user_name},
        )
        _plan_dues(cursor, catalogue, catalogue_id, now, opened_by=now, is_setup=not _is_in_use(cursor))
        _rebuild_workdays(cursor, catalogue.calendar)
        size = {"units": len(catalogue.units), "obligations": len(catalogue.obligations)}
        loaded = Act("catalogue_loaded", catalogue_id[:12], details=size | {"templates": len(catalogue.templates)})
        audit.keep(store, cursor, [loaded])
        store.after_commit(lambda: store.set_zone(catalogue.clock.zone))
    freeze_dues(store, now)
    return True


def _has_catalogue(store: Store) -> bool:
    return bool(store.rows("SELECT 1 FROM catalogue_load LIMIT 1"))


def _identity(catalogue: Catalogue) -> str:
    values = asdict(catalogue)
    if not catalogue.indicators:
        del values["indicators"]  # a catalogue from before there were any stays the same one
    content = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _keep(cursor, catalogue: Catalogue, catalogue_id: str) -> None:
    definition = json.dumps(asdict(catalogue.bureau), ensure_ascii=False)
    insert(cursor, "bureau", {"catalogue_id": catalogue_id, "definition": definition})
    units, templates = catalogue.units, catalogue.templates
    _append(
        cursor,
        "unit",
        catalogue_id,
        unit_no=range(len(units)),
        unit_code=[unit.unit_code for unit in units],
        unit_name=[unit.unit_name["zh-CN"] for unit in units],
        unit_name_en=[unit.unit_name.get("en") for unit in units],
        kind=[unit.kind for unit in units],
        valid_from=[unit.valid_from for unit in units],
        valid_to=[unit.valid_to for unit in units],
        parent_code=[unit.parent_code for unit in units],
    )
    _append(
        cursor,
        "template",
        catalogue_id,
        template_no=range(len(templates)),
        template_code=[template.template_code for template in templates],
        template_version=[template.version for template in templates],
        template_name=[template.template_name["zh-CN"] for template in templates],
        template_name_en=[template.template_name.get("en") for template in templates],
        cycle=[template.cycle.value for template in templates],
        cycle_months=[template.cycle.months for template in templates],
        definition=[json.dumps(template_definition(t), ensure_ascii=False) for t in templates],
    )
    indicators = catalogue.indicators
    _append(
        cursor,
        "indicator",
        catalogue_id,
        indicator_no=range(len(indicators)),
        indicator_code=[indicator.indicator_code for indicator in indicators],
        definition=[json.dumps(indicator_definition(indicator), ensure_ascii=False) for indicator in indicators],
    )
    obligations, calendar = catalogue.obligations, catalogue.calendar
    _append(
        cursor,
        "obligation",
        catalogue_id,
        unit_code=[obligation.unit_code for obligation in obligations],
        template_code=[obligation.template_code for obligation in obligations],
        first_period=[obligation.first_period for obligation in obligations],
        last_period=[obligation.last_period for obligation in obligations],
        zero_report_allowed=[obligation.zero_report_allowed for obligation in obligations],
        exempt_months=[" ".join(map(str, obligation.exempt_months)) for obligation in obligations],
    )
    _append(
        cursor,
        "calendar_day",
        catalogue_id,
        day=[day.day for day in calendar],
        is_workday=[day.is_workday for day in calendar],
        day_name=[day.day_name for day in calendar],
    )


def _append(cursor, table: str, catalogue_id: str, **columns) -> None:
    columns = {name: list(values) for name, values in columns.items()}
    length = len(next(iter(columns.values())))
    append(cursor, table, {"catalogue_id": [catalogue_id] * length, **columns})


def _is_in_use(cursor) -> bool:
    """True once anything was handed in, decided about a due, or sent out: then who owes what has opened is settled."""
    tables = ("submission", "due_change", "waiver", "supervision_case", "board_publication", "reminder")
    return bool(cursor.execute(" UNION ALL ".join(f"(SELECT 1 FROM {table} LIMIT 1)" for table in tables)).fetchone())


def _plan_dues(
    cursor, catalogue: Catalogue, catalogue_id: str, now: datetime, opened_by: datetime, is_setup: bool
) -> None:
    """Rewrite the plan: every due that nobody has frozen. A catalogue plans no period that opened before it; but while
    the store is being set up, what nobody owes by it any more is dropped, and what is newly owed is owed from the past
    on: all of it where no first month was chosen yet, else what can still be handed in in time.
    """
    today = catalogue.clock.day(now)
    planned = dues(catalogue, add_months(today, PLAN_MONTHS))
    names = [name.strip() for name in _DUE_COLUMNS.split(",")][:-1]
    owed_until = None
    if is_setup:
        _drop_dues(cursor, planned)
        has_start = cursor.execute("SELECT 1 FROM counting_start LIMIT 1").fetchone()
        owed_until = now if has_start else datetime.min.replace(tzinfo=UTC)
    wanted, kept = _not_lost(cursor, planned, opened_by, now, owed_until)
    cursor.execute("DELETE FROM due_plan")
    rows = [tuple(getattr(due, name) for name in names) for due in wanted] + kept
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)} if rows else {}
    append(cursor, "due_plan", {**columns, "catalogue_id": [catalogue_id] * len(rows)} if rows else {})


def plan_anew(store: Store, cursor: Any, now: datetime) -> None:
    """Forget which dues were frozen: all follow the catalogue in force, as in a store that has received nothing."""
    catalogue_id = cursor.execute(f"SELECT {_CURRENT}").fetchone()[0]
    cursor.execute("DELETE FROM due")
    if catalogue_id:
        _plan_dues(cursor, catalogue_in_force(store), catalogue_id, now, opened_by=now, is_setup=True)


def _drop_dues(cursor, planned: list[Due]) -> None:
    """Forget the frozen dues that are not among these."""
    owed = {(due.unit_code, due.template_code, due.period) for due in planned}
    gone = [key for key in _frozen(cursor) if key not in owed]
    if gone:
        units, templates, periods = (list(column) for column in zip(*gone, strict=True))
        cursor.execute(
            """DELETE FROM due WHERE (unit_code, template_code, period) IN (SELECT (unnest($units::VARCHAR[]),
                unnest($templates::VARCHAR[]), unnest($periods::DATE[])))""",
            {"units": units, "templates": templates, "periods": periods},
        )


def _frozen(cursor) -> set[tuple]:
    return set(cursor.execute("SELECT unit_code, template_code, period FROM due").fetchall())


def _not_lost(
    cursor, planned: list[Due], opened_by: datetime, now: datetime, owed_until: datetime | None
) -> tuple[list[Due], list[tuple]]:
    """What a catalogue plans; and old rows of dues that had not opened and by it would have, with a deadline that
    has passed already: they stay as they were planned, since nobody may be late by a change of rules, nor owe nothing.

    owed_until: a due that had opened already and is new is planned where its deadline lies after this; None: never.
    """
    columns = _DUE_COLUMNS.rpartition(",")[0]
    sql = f"SELECT {columns} FROM due_plan WHERE opens_at > $at"
    rows = named_rows(cursor.execute(sql, {"at": opened_by}))
    frozen = _frozen(cursor)
    planned_before = {(row.unit_code, row.template_code, row.period): row for row in rows}
    waiting = {key: row for key, row in planned_before.items() if key not in frozen}
    wanted, kept = [], []
    for due in planned:
        key = (due.unit_code, due.template_code, due.period)
        if key in frozen:
            continue
        if due.opens_at > opened_by or (key in waiting and due.deadline > now):
            wanted.append(due)
        elif key in waiting:
            kept.append(waiting[key])
        elif owed_until is not None and due.deadline > owed_until:
            wanted.append(due)
    return wanted, kept


def _rebuild_workdays(cursor, calendar: tuple[CalendarDay, ...]) -> None:
    """Every day of the calendar's years and ten more; Monday to Friday where nothing else is said."""
    departures = {day.day: day.is_workday for day in calendar}
    first = min((day.day.year for day in calendar), default=2015)
    last = max((day.day.year for day in calendar), default=2026) + 10
    day, number, days, flags, numbers = date(min(first, 2015), 1, 1), 0, [], [], []
    while day.year <= last:
        is_workday = departures.get(day, day.weekday() < 5)
        number += is_workday
        days.append(day)
        flags.append(is_workday)
        numbers.append(number)
        day += timedelta(days=1)
    cursor.execute("DELETE FROM workday")
    append(cursor, "workday", {"day": days, "is_workday": flags, "workday_no": numbers})


def freeze_dues(store: Store, now: datetime) -> None:
    """Write the dues whose period has opened, once; a later catalogue never re-judges them."""
    opened = (
        "FROM due_plan WHERE opens_at <= $now "
        "AND (unit_code, template_code, period) NOT IN (SELECT (unit_code, template_code, period) FROM due)"
    )
    if store.rows(f"SELECT 1 {opened} LIMIT 1", {"now": now}):
        with store.write() as cursor:
            cursor.execute(
                f"INSERT INTO due ({_DUE_COLUMNS}, frozen_at) SELECT {_DUE_COLUMNS}, $now {opened}",
                {"now": now},
            )


def refresh_dues(store: Store, now: datetime) -> None:
    """Freeze what has opened, and carry the plan forward when less than a year of it is left."""
    freeze_dues(store, now)
    ((reach, is_older),) = store.rows("SELECT max(opens_at), bool_or(nominal_date IS NULL) FROM due_plan")
    if reach is None or is_older or reach < now + timedelta(days=365):
        ((catalogue_id, loaded_at),) = store.rows(
            "SELECT arg_max(catalogue_id, loaded_at), max(loaded_at) FROM catalogue_load"
        )
        with store.write() as cursor:
            _plan_dues(cursor, catalogue_in_force(store), catalogue_id, now, opened_by=loaded_at, is_setup=False)
        freeze_dues(store, now)


_in_force: dict[str, tuple[tuple[int, int], str, Catalogue]] = {}  # store path → its state, what is in force then


def catalogue_in_force(store: Store) -> Catalogue:
    """The catalogue that was loaded last. CatalogueError where there is none."""
    return _current(store)[2]


def _current(store: Store) -> tuple[tuple[int, int], str, Catalogue]:
    """Asked a dozen times in a rerun of a page: the store is asked again only after something was written."""
    path, state = str(store.path), store.state
    before = _in_force.get(path)
    if before and before[0] == state:
        return before
    catalogue_id = store.value(f"SELECT {_CURRENT}")
    if catalogue_id is None:
        raise CatalogueError("the store has no catalogue; run: python -m data catalogue import FOLDER")
    is_same = before is not None and before[1] == catalogue_id
    now = (state, catalogue_id, before[2] if is_same else _read_back(store, catalogue_id))
    _in_force[path] = now
    return now


_earlier: dict[tuple[str, str], Catalogue] = {}


def catalogue_at(store: Store, as_of: datetime) -> Catalogue:
    """The catalogue that was in force at a moment, for the names that it gave; before the first one, that."""
    _, current_id, current = _current(store)
    catalogue_id = store.value(
        """SELECT coalesce(arg_max(catalogue_id, loaded_at) FILTER (WHERE loaded_at <= $1),
            arg_min(catalogue_id, loaded_at)) FROM catalogue_load""",
        [as_of],
    )
    return current if catalogue_id == current_id else catalogue_of(store, catalogue_id)


def catalogue_of(store: Store, catalogue_id: str) -> Catalogue:
    """A catalogue that is kept, by its id."""
    key = (str(store.path), catalogue_id)
    if key not in _earlier:
        _earlier[key] = _read_back(store, catalogue_id)
    return _earlier[key]


def _read_back(store: Store, catalogue_id: str) -> Catalogue:
    def rows(columns: str, table: str, order: str) -> list[Any]:
        sql = f'SELECT {columns} FROM "{table}" WHERE catalogue_id = ? ORDER BY {order}'
        return store.rows(sql, [catalogue_id])

    return Catalogue(
        bureau=bureau_of(json.loads(rows("definition", "bureau", "1")[0].definition)),
        units=tuple(
            Unit(
                row.unit_code,
                {"zh-CN": row.unit_name, "en": row.unit_name_en or row.unit_name},
                row.kind,
                row.valid_from,
                row.valid_to,
                row.parent_code,
            )
            for row in rows(
                "unit_code, unit_name, unit_name_en, kind, valid_from, valid_to, parent_code", "unit", "unit_no"
            )
        ),
        obligations=tuple(
            Obligation(
                row.unit_code,
                row.template_code,
                row.first_period,
                row.last_period,
                row.zero_report_allowed,
                tuple(map(int, row.exempt_months.split())),
            )
            for row in rows(
                "unit_code, template_code, first_period, last_period, zero_report_allowed, exempt_months",
                "obligation",
                "rowid",
            )
        ),
        templates=tuple(
            template_of(json.loads(definition)) for (definition,) in rows("definition", "template", "template_no")
        ),
        calendar=tuple(
            CalendarDay(row.day, row.is_workday, row.day_name)
            for row in rows("day, is_workday, day_name", "calendar_day", "day")
        ),
        indicators=tuple(
            indicator_of(json.loads(definition)) for (definition,) in rows("definition", "indicator", "indicator_no")
        ),
    )


def clock_of(store: Store) -> Clock:
    """The clock of the catalogue in force."""
    return catalogue_in_force(store).clock


def workdays(store: Store) -> Workdays:
    """The working days of the catalogue in force."""
    return Workdays(catalogue_in_force(store).calendar)


def has_begun(store: Store) -> bool:
    """True once the store counts: a first month was chosen, or something has been received."""
    return bool(store.rows("SELECT 1 FROM counting_start UNION ALL SELECT 1 FROM submission LIMIT 1"))


def set_counting_start(store: Store, first_month: date, now: datetime) -> None:
    """From which month on this store counts dues: what lay before the bureau began is nobody's lateness. Forbidden to
    all but the office.
    """
    store.person.must_have(Right.MANAGE)
    refresh_dues(store, now)
    with store.write() as cursor:
        row = {"first_month": first_month, "set_at": now, "set_by": store.person.user_name}
        insert(cursor, "counting_start", row)
        audit.keep(store, cursor, [Act("counting_start_set", f"{first_month:%Y-%m}")])
