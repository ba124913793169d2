"""`python -m data boards|points`: rankings, their publication, objections, and the formula."""

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from data.boards import publishing
from data.boards import standings as queries
from data.boards.points import PRESETS, examples
from data.catalogue.in_force import catalogue_in_force, clock_of
from data.command_line import (
    add_command,
    add_moment,
    asked_moment,
    asked_then,
    asked_unit,
    opened,
    parse_values,
    print_rows,
    tell,
)
from data.dues.rounds import last_settled
from data.fault import Fault
from data.periods import Cycle, month_asked, period_asked
from data.readable import as_read
from data.settings import setting
from data.store import Store
from data.supervision.checks import ALWAYS
from data.supervision.waivers import Ground

_ACTIONS = ("show", "publish", "published", "objections", "object", "uphold", "dismiss", "set")
_QUESTIONS = ("show", "published", "objections")


def add_parsers(commands: Any) -> None:
    """Add both commands to the sub-commands of a parser."""
    command = add_command(commands, "boards", _boards, "the ranking of a month or a year, and what is done with it")
    command.add_argument("action", nargs="?", default="show", choices=_ACTIONS)
    command.add_argument("about", nargs="*", help="uphold, dismiss: an objection's id; set: NAME=VALUE …")
    command.add_argument("--period", help="a month (2026-10) or a year (2026); default: the last round")
    command.add_argument("--unit", help="a unit's code")
    command.add_argument("--template", help="object: to what this one cost alone")
    add_moment(command)
    command.add_argument("--reason", default="")
    command.add_argument("--ground", choices=[ground.value for ground in Ground], help="uphold: waive it as well")
    command.add_argument("--document", default="", help="uphold: the document behind the waiver")
    points = add_command(commands, "points", _points, "the formula, examples of it, or what a month cost each due")
    points.add_argument("action", choices=("show", "set", "presets", "costs", "examples"))
    points.add_argument("values", nargs="*", metavar="NAME=VALUE")
    points.add_argument("--period", help="costs: a month")
    points.add_argument("--unit", help="costs: a unit's code")


def _boards(options: argparse.Namespace) -> int:
    if options.known_at and options.action not in _QUESTIONS:
        raise ValueError(f"--known-at: expected one of {', '.join(_QUESTIONS)} before it, found {options.action}")
    return _ways[options.action](opened(), options)


def _show(store: Store, options: argparse.Namespace) -> int:
    store, as_of = asked_then(store, options)
    kind, period = _period(store, options)
    board = queries.board(store, as_of, kind, period)
    lines = [queries.line_of(place) for place in board.places]
    unit_code = asked_unit(store, options.unit)
    shown = [line for line in lines if unit_code in (None, line["unit_code"])]
    print_rows([_line(store, line, kind, period) for line in shown], options)
    if not board.is_settled and not options.json:
        print("provisional: not every deadline has passed", file=options.stderr)
    return 0


def _publish(store: Store, options: argparse.Namespace) -> int:
    if not options.period:
        raise ValueError("--period: expected what is to be published")
    made = publishing.publish(store, *_period(store, options), store.now(), options.reason)
    return tell(options, _published_row(store, made))


def _published(store: Store, options: argparse.Namespace) -> int:
    store, as_of = asked_then(store, options)
    wanted = _period(store, options) if options.period else (None, None)
    editions = queries.publications(store, as_of, *wanted)
    if options.period and editions:
        unit_code = asked_unit(store, options.unit)
        lines = [line for line in editions[0].lines if unit_code in (None, line["unit_code"])]
        rows = [
            _line(store, line, editions[0].board, editions[0].period) | {"edition": editions[0].edition}
            for line in lines
        ]
        print_rows(rows, options)
    else:
        print_rows([_published_row(store, edition) for edition in editions], options)
    return 0


def _objections(store: Store, options: argparse.Namespace) -> int:
    month = month_asked(options.period) if options.period else None
    store, as_of = asked_then(store, options)
    objections = queries.objections(store, as_of, month, asked_unit(store, options.unit))
    objections = objections.astype(object).where(objections.notna(), None)
    catalogue = catalogue_in_force(store)
    print_rows([as_read(row, catalogue) for row in objections.to_dict("records")], options)
    return 0


def _object(store: Store, options: argparse.Namespace) -> int:
    if not options.unit or not options.period:
        raise ValueError("expected --unit and --period, the month that is objected to")
    month = month_asked(options.period)
    unit_code = asked_unit(store, options.unit)
    made = publishing.object_to(store, month, unit_code, options.reason, store.now(), options.template)
    return tell(options, {"objection_id": made})


def _answering(is_upheld: bool) -> Any:
    def run(store: Store, options: argparse.Namespace) -> int:
        given = options.about[0] if options.about else ""
        every = queries.objections(store, ALWAYS)["objection_id"].tolist()
        ids = [objection_id for objection_id in every if objection_id.startswith(given)] if len(given) >= 6 else []
        if len(ids) != 1:
            raise Fault("board.unknown")
        ground = Ground(options.ground) if options.ground else None
        reason, now = options.reason, store.now()
        waived = publishing.answer_objection(store, ids[0], is_upheld, reason, now, ground, options.document)
        state = "upheld" if is_upheld else "dismissed"
        return tell(options, {"objection_id": ids[0], "state": state, "waived": waived})

    return run


def _set(store: Store, options: argparse.Namespace) -> int:
    values, now = parse_values(options.about), store.now()
    shown = values.pop("shown", None)
    if shown is not None:
        publishing.set_shown(store, shown, now)
    if values:
        publishing.set_board_rules(store, values, now)
    kept = {"shown": setting(store, "boards_shown", "red")}
    return tell(options, asdict(queries.board_rules_at(store, ALWAYS)) | kept)


_ways = {
    "show": _show,
    "publish": _publish,
    "published": _published,
    "objections": _objections,
    "object": _object,
    "uphold": _answering(True),
    "dismiss": _answering(False),
    "set": _set,
}


def _points(options: argparse.Namespace) -> int:
    store = opened()
    if options.action == "presets":
        print_rows([asdict(preset) for preset in PRESETS.values()], options)
        return 0
    if options.action == "costs":
        if not options.period:
            raise ValueError("--period: expected a month")
        unit_code = asked_unit(store, options.unit)
        costs = queries.costs(store, store.now(), month_asked(options.period), unit_code)
        catalogue = catalogue_in_force(store)
        print_rows([as_read(row, catalogue) for row in costs.to_dict("records")], options)
        return 0
    if options.action == "examples":
        every = examples(queries.points_at(store, ALWAYS))
        print_rows([asdict(each) | {"points": float(each.points)} for each in every], options)
        return 0
    if options.action == "set":
        publishing.set_points(store, parse_values(options.values), store.now())
    return tell(options, asdict(queries.points_at(store, ALWAYS)))


def _period(store: Store, options: argparse.Namespace) -> tuple[str, date]:
    """(month or year, its first day); the last round where none is named."""
    if options.period:
        is_year = len(options.period.strip(" 年")) == 4
        return ("year" if is_year else "month"), period_asked(options.period, Cycle.YEAR if is_year else Cycle.MONTH)
    month = last_settled(store, asked_moment(store, options.as_of))
    if month is None:
        raise ValueError("no month is over yet; see: python -m data boards --period 2026-10")
    return "month", month


def _line(store: Store, line: dict[str, Any], kind: str, period: date) -> dict[str, Any]:
    kept = {name: value for name, value in line.items() if name not in ("no", "unit_code")}
    name = catalogue_in_force(store).unit_name(line["unit_code"])
    written = f"{period:%Y-%m}" if kind == "month" else f"{period:%Y}"
    return {"period": written, "rank": kept.pop("rank"), "unit": line["unit_code"], "unit_name": name, **kept}


def _published_row(store: Store, made: queries.Publication) -> dict[str, Any]:
    written = f"{made.period:%Y-%m}" if made.board == "month" else f"{made.period:%Y}"
    row = {"publication_id": made.publication_id, "board": made.board, "period": written, "edition": made.edition}
    row |= {"published_at": clock_of(store).iso(made.published_at), "by": made.user_name, "reason": made.reason or None}
    return row | {"objections_until": made.objections_until.isoformat(), "units": len(made.lines)}
