"""`python -m loaders declare`: a zero report, or that the data went through a platform."""

import argparse
import json
from datetime import date, datetime
from pathlib import Path

from data import command_line
from data.catalogue.in_force import catalogue_in_force
from data.store import Store
from loaders.intake.ingest import Receipt
from loaders.messages import receipt_object, receipt_text
from loaders.statements.declare import Delivered, platform_declaration, zero_report
from locales import DEFAULT, LOCALES


def add_parsers(commands) -> None:
    """Add the command, with its two kinds, to the sub-commands of a parser."""
    text = "say that there is nothing to report, or that it went through a platform"
    kinds = commands.add_parser("declare", help=text, description=text).add_subparsers(required=True, metavar="KIND")
    _kind(kinds, "zero", _zero, "nothing happened in the period").add_argument(
        "--reason", default="", metavar="TEXT", help="why there is nothing"
    )
    platform = _kind(kinds, "platform", _platform, "the data went through the template's platform")
    platform.add_argument("--count", required=True, metavar="N", help="how many records were delivered")
    platform.add_argument("--on", required=True, metavar="DATE", help="the day of the delivery, such as 2026-11-18")
    platform.add_argument("--proof", required=True, type=Path, metavar="FILE", help="pdf, png, jpg or xlsx")


def _kind(kinds, name: str, run, text: str) -> argparse.ArgumentParser:
    kind = kinds.add_parser(name, help=text, description=text)
    kind.add_argument("--unit", required=True, help="the unit's code")
    kind.add_argument("--template", required=True, help="the template's code")
    kind.add_argument("--period", required=True, help="a month (2026-10) or a period such as 2026-Q4")
    command_line.add_received(kind, "the statement")
    kind.add_argument("--by", help="who states it; default: the system's user")
    kind.add_argument("--lang", choices=LOCALES, default=DEFAULT, help="the language of the messages")
    kind.add_argument("--json", action="store_true", help="answer in JSON")
    kind.set_defaults(run=lambda options: _declare(options, run))
    return kind


def _declare(options: argparse.Namespace, take) -> int:
    options.language = options.lang
    store = command_line.opened()
    catalogue = catalogue_in_force(store)
    store, received_at = command_line.as_received(store, options)
    period = catalogue.period(options.template, options.period)
    receipt = take(store, options, period, received_at, options.by or store.person.user_name)
    if options.json:
        text = json.dumps(receipt_object(receipt, options.lang), ensure_ascii=False)
    else:
        text = receipt_text(receipt, catalogue, options.lang)
    print(text, file=options.stdout)
    return 0


def _zero(store: Store, options: argparse.Namespace, period: date, received_at: datetime, by: str) -> Receipt:
    return zero_report(store, options.unit, options.template, period, received_at, by, options.reason)


def _platform(store: Store, options: argparse.Namespace, period: date, received_at: datetime, by: str) -> Receipt:
    if not options.proof.is_file():
        raise ValueError(f"--proof: no such file: {options.proof}; nothing was taken in")
    delivered = Delivered(_count(options.count), _day(options.on), options.proof.read_bytes(), options.proof.name)
    return platform_declaration(store, options.unit, options.template, period, received_at, by, delivered)


def _count(text: str) -> int | str:
    """A whole number; what is none stays as it was written, for the refusal to name it."""
    return int(text) if text.strip().lstrip("-").isdecimal() else text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--on: expected a day such as 2026-11-18, found {text!r}; nothing was taken in") from None
