"""`python -m data indicators`: what the catalogue's indicators are, and what they rest on."""

import argparse
from typing import Any

from data.command_line import add_command, add_moment, asked_store, print_rows
from data.indicators.answers import answer


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    text = "the catalogue's indicators, each with its target and what it rests on"
    command = add_command(commands, "indicators", _indicators, text)
    command.add_argument("--indicator", metavar="CODE", help="one of them; default: all")
    command.add_argument("--by", action="append", help="month, unit, or a column; may be given again; default: month")
    command.add_argument("--period", help="a month (2026-10) or a longer period; default: all months")
    command.add_argument("--unit", help="a unit's code")
    add_moment(command)


def _indicators(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    by = options.by or ["month"]
    print_rows(answer(store, as_of, options.indicator, by, options.period, options.unit), options)
    return 0
