"""`python -m data checklist`: what is still to be set up before the first deadline, and what the first month brings."""

import argparse
from typing import Any

from data.catalogue.in_force import catalogue_in_force, clock_of, has_begun
from data.command_line import add_command, add_moment, asked_store, print_rows
from data.start.checklist import checklist, first_month, first_round, hide


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    command = add_command(commands, "checklist", _checklist, "what is to be done before the first deadline")
    command.add_argument("--first-month", action="store_true", help="instead: what opens then, and how many from whom")
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--hide", action="store_true", help="the pages show it no longer")
    shown.add_argument("--show", action="store_true", help="the pages show it again")
    add_moment(command)


def _checklist(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    if options.hide or options.show:
        hide(store, options.hide, store.now())
    if not options.json and not has_begun(store):
        print("this store has not begun to count; see: python -m data start --help", file=options.stderr)
    print_rows(_first_month(store) if options.first_month else _steps(store, as_of), options)
    return 0


def _steps(store: Any, as_of: Any) -> list[dict[str, Any]]:
    clock = clock_of(store)
    return [
        {
            "step": str(standing.step),
            "is_done": standing.is_done,
            "done": standing.done,
            "number": standing.number,
            "missing": " ".join(standing.missing),
            "at": clock.local(standing.at).isoformat() if standing.at else None,
        }
        for standing in checklist(store, as_of)
    ]


def _first_month(store: Any) -> list[dict[str, Any]]:
    catalogue, clock, month = catalogue_in_force(store), clock_of(store), first_month(store)
    return [
        {
            "month": f"{month:%Y-%m}",
            "unit_code": row.unit_code,
            "unit_name": catalogue.unit(row.unit_code).unit_name["zh-CN"],
            "dues": int(row.dues),
            "opens_at": clock.local(row.opens_at).isoformat(),
            "first_deadline": clock.local(row.first_deadline).isoformat(),
            "last_deadline": clock.local(row.last_deadline).isoformat(),
        }
        for row in first_round(store).itertuples()
    ]
