"""`python -m data cycles`: how often data is to be renewed, when the next is expected, and what turns stale next."""

import argparse
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, add_moment, asked_store, opened, print_rows, tell
from data.dues.cycle_answers import CYCLE_QUESTIONS, cycle_answer
from data.dues.update_cycles import UpdateCycle, set_limits, set_update_cycle, update_rules


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    text = "how often data is to be renewed, when the next is expected, and what turns stale next"
    group = commands.add_parser("cycles", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    for name, question in CYCLE_QUESTIONS.items():
        command = add_command(group, name, _ask, question.__doc__)
        command.set_defaults(question=name)
        command.add_argument("--unit", help="a unit's code")
        add_moment(command)
    add_command(group, "limits", _limits, "from when on data is ageing and stale, by cycle")
    add_command(group, "templates", _templates, "by which cycle the data of each template is to be renewed")
    limit = add_command(group, "set", _set, "other limits for a cycle, from now on")
    limit.add_argument("cycle", metavar="CYCLE", help=", ".join(UpdateCycle))
    limit.add_argument("--warn", required=True, metavar="N", help="ageing from so many days or periods on")
    limit.add_argument("--error", required=True, metavar="N", help="stale from so many on")
    own = add_command(group, "renew", _renew, "another cycle for a template's data, from now on")
    own.add_argument("template", metavar="TEMPLATE", help="a template's code")
    own.add_argument("cycle", metavar="CYCLE", help="real_time, day, week, on_occurrence, or the cycle it is due by")


def _ask(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    print_rows(cycle_answer(store, options.question, as_of, options.unit), options)
    return 0


def _limits(options: argparse.Namespace) -> int:
    rows = [
        {
            "cycle": cycle.value,
            "warn": limits.warn,
            "error": limits.error,
            "counts": None if limits.warn is None else "days" if cycle.is_counted_in_days else "periods",
        }
        for cycle, limits in update_rules(opened()).limits.items()
    ]
    print_rows(rows, options)
    return 0


def _templates(options: argparse.Namespace) -> int:
    store = opened()
    rules = update_rules(store)
    rows = [
        {
            "template": of.template_code,
            "template_name": of.template_name["zh-CN"],
            "cycle": of.cycle.value,
            "update_cycle": rules.cycle(of.template_code, of.cycle.value).value,
        }
        for of in catalogue_in_force(store).templates
    ]
    print_rows(rows, options)
    return 0


def _set(options: argparse.Namespace) -> int:
    store = opened()
    set_limits(store, options.cycle, options.warn, options.error, store.now())
    return tell(options, {"cycle": options.cycle, "warn": options.warn, "error": options.error})


def _renew(options: argparse.Namespace) -> int:
    store = opened()
    set_update_cycle(store, options.template, options.cycle, store.now())
    return tell(options, {"template": options.template, "update_cycle": options.cycle})
