"""`python -m data policy|changes|forecast|calibration`: by when, for whom otherwise, and who will be late."""

import argparse
from dataclasses import replace
from datetime import date
from typing import Any

import pandas

from data.catalogue.deadlines import deadline_of
from data.catalogue.files import due_definition, minutes_of
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import DuePolicy, RestDays
from data.command_line import add_command, add_moment, asked_store, asked_unit, opened, print_rows, tell
from data.dues.changes import Key, Until, exempt, extend, revoke
from data.dues.forecast import calibration, likely_late
from data.dues.granted import change_id_of, due_changes
from data.dues.policy import set_policy
from data.dues.timeliness import GRAINS, dues, timeliness
from data.periods import add_months, label, month_asked, period_of
from data.readable import as_read, wanted
from data.store import Store


def add_parsers(commands: Any) -> None:
    """Add the commands and their words to the sub-commands of a parser."""
    _add_policy(commands)
    text = "extensions and exemptions of single dues"
    group = commands.add_parser("changes", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    listed = add_command(group, "list", _list, "every extension and exemption, and whether it holds")
    listed.add_argument("--period", help="of the round of this month")
    listed.add_argument("--unit")
    add_moment(listed)
    for name, run, what in (
        ("extend", _extend, "another deadline for these dues"),
        ("exempt", _exempt, "nothing is due"),
    ):
        command = add_command(group, name, run, what)
        command.add_argument("--unit", required=True, action="append", help="may be given again")
        command.add_argument("--template", action="append", help="may be given again; default: all that the unit owes")
        command.add_argument("--period", required=True)
        command.add_argument("--reason", required=True)
        command.add_argument("--document", default="", help="the paper it goes by")
        if name == "extend":
            command.add_argument("--until", required=True, metavar="DAY", help="2026-11-25, or 2026-11-25T17:30")
    ending = add_command(group, "revoke", _revoke, "the due goes by what it went by before")
    ending.add_argument("change_id", help="its number, or the beginning of it")
    ending.add_argument("--reason", required=True)
    rolled = add_command(commands, "rollup", _rollup, "the five figures by a coarser grain")
    rolled.add_argument("--by", action="append", required=True, choices=GRAINS, help="may be given again")
    rolled.add_argument("--period", help="of the round of this month")
    rolled.add_argument("--unit")
    add_moment(rolled)
    ahead = add_command(commands, "forecast", _forecast, "who is likely to be late, of the dues that are still pending")
    ahead.add_argument("--period")
    ahead.add_argument("--unit")
    add_moment(ahead)
    add_moment(add_command(commands, "calibration", _calibration, "how such estimates held on the past"))


def _add_policy(commands: Any) -> None:
    text = "by when each template is due"
    group = commands.add_parser("policy", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    add_command(group, "show", _show, "the policies in force, and the next deadlines that they give").add_argument(
        "--template"
    )
    command = add_command(group, "set", _set, "another policy for the periods from one on; what has opened stays")
    command.add_argument("--template", action="append", help="may be given again; default: every template")
    command.add_argument("--since", required=True, metavar="PERIOD", help="the first month for which it holds")
    command.add_argument("--day", type=int)
    command.add_argument("--month-offset", type=int)
    command.add_argument("--until", metavar="HH:MM", help="24:00 is the end of the day")
    command.add_argument("--rest-days", choices=[rest_days.value for rest_days in RestDays])
    command.add_argument("--workdays", type=int, help="the n of nth_workday")
    command.add_argument("--lock-days", type=int, help="days after the due day from which nothing is taken; -1: none")


def _show(options: argparse.Namespace) -> int:
    store = opened()
    catalogue = catalogue_in_force(store)
    today, rows = catalogue.clock.day(store.now()), []
    template_code = catalogue.template(options.template).template_code if options.template else None
    for template in catalogue.templates:
        if template_code not in (None, template.template_code):
            continue
        this = period_of(add_months(today, -1), template.cycle)
        ends = [deadline_of(catalogue, template, period_of(add_months(this, n), template.cycle)) for n in range(0, 12)]
        days = sorted({end.due_date for end in ends if end.due_date >= today})[:3]
        for policy in (template.due, *template.due_changes):
            rows.append({"template": template.template_code, **due_definition(policy), "next": [f"{d}" for d in days]})
    print_rows(rows, options)
    return 0


def _set(options: argparse.Namespace) -> int:
    store, since = opened(), month_asked(options.since)
    changes = {"day": options.day, "month_offset": options.month_offset, "workdays": options.workdays}
    changes["minutes"] = minutes_of(options.until) if options.until else None
    changes["rest_days"] = RestDays(options.rest_days) if options.rest_days else None
    given = {name: value for name, value in changes.items() if value is not None}
    if options.lock_days is not None:
        given["lock_days"] = None if options.lock_days == -1 else options.lock_days
    if not given:
        raise ValueError("expected something to change, such as --rest-days postpone")

    def changed(policy: DuePolicy) -> DuePolicy:
        return replace(policy, **given)

    codes = set_policy(store, options.template, since, changed, store.now())
    return tell(options, {"templates": " ".join(codes), "since": label(since)})


def _list(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    month = month_asked(options.period) if options.period else None
    rows = due_changes(store, as_of, month, asked_unit(store, options.unit))
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _extend(options: argparse.Namespace) -> int:
    store = opened()
    day, _, hour = options.until.partition("T")
    until = Until(date.fromisoformat(day), minutes_of(hour or "24:00"))
    ids = extend(store, _dues(store, options), until, options.reason, store.now(), options.document)
    return tell(options, {"changes": " ".join(ids)})


def _exempt(options: argparse.Namespace) -> int:
    store = opened()
    ids = exempt(store, _dues(store, options), options.reason, store.now(), options.document)
    return tell(options, {"changes": " ".join(ids)})


def _revoke(options: argparse.Namespace) -> int:
    store = opened()
    change_id = change_id_of(store, options.change_id)
    revoke(store, change_id, options.reason, store.now())
    return tell(options, {"changes": change_id})


def _dues(store: Store, options: argparse.Namespace) -> list[Key]:
    """The dues that are meant: those of the units that have opened, of a month's round or of a longer period."""
    catalogue = catalogue_in_force(store)
    for unit_code in options.unit:
        catalogue.unit(unit_code)
    for template_code in options.template or ():
        catalogue.template(template_code)
    month, period, cycle = wanted(options.period)
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    rows = dues(store, store.now(), month)
    rows = rows[rows["unit_code"].isin(options.unit)]
    if not options.template:
        rows = rows[rows["status"] != "exempt"]
    if options.template:
        rows = rows[rows["template_code"].isin(options.template)]
    if period is not None:
        rows = rows[(rows["period"] == pandas.Timestamp(period)) & (rows["template_code"].map(cycles) == cycle)]
    keys = [(row.unit_code, row.template_code, row.period.date()) for row in rows.itertuples()]
    if not keys:
        raise ValueError(f"expected a due of {' '.join(options.unit)} in {options.period}, found none")
    return keys


def _rollup(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    month = month_asked(options.period) if options.period else None
    rows = timeliness(store, as_of, options.by, month, asked_unit(store, options.unit))
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _forecast(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    month = month_asked(options.period) if options.period else None
    rows = likely_late(store, as_of, month, asked_unit(store, options.unit))
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _calibration(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    print_rows(calibration(store, as_of).to_dict("records"), options)
    return 0
