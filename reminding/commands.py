"""The command line of reminders: what would go (due), sending it (send, for cron), what went (log), and contacts."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from data import command_line
from data.access import Right
from data.catalogue.in_force import catalogue_in_force, clock_of, has_begun
from data.clock import Clock
from data.command_line import add_command, opened, print_rows, tell
from data.periods import month_asked
from data.reminders.history import reminder_log
from data.reminders.log import Outcome
from data.store import Store
from reminding import contact_commands, setting_commands
from reminding.holders import left_behind
from reminding.outside import outside
from reminding.picture import Picture, send_picture
from reminding.plan import Message, overdue_units, owed, plan
from reminding.policy import policy_of
from reminding.sending import Report, Sender


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: all was sent, or there was nothing to do; 1: something was not; 2: it could not run."""
    return command_line.run("reminding", _parser, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reminding", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    moment = "ISO 8601 moment; default: now"
    add_command(commands, "due", _due, "what would go now; sends nothing").add_argument("--as-of", help=moment)
    send = add_command(commands, "send", _send, "send what is due now; for cron, every ten minutes")
    send.add_argument("--dry-run", action="store_true", help="show it, send nothing")
    send.add_argument("--as-of", help="send what was due then and is still owed now")
    urge = add_command(commands, "urge", _urge, "remind units now of all that they owe, by your own decision")
    urge.add_argument("--unit", action="append", metavar="U", help="may be repeated; default: all that are overdue")
    urge.add_argument("--dry-run", action="store_true", help="show the messages, send nothing")
    log = add_command(commands, "log", _log, "what was sent to whom, and what became of it")
    log.add_argument("--period", help="a month, 2026-10")
    log.add_argument("--unit", help="a unit's code")
    log.add_argument("--as-of", help=moment)
    log.add_argument("--full", action="store_true", help="with subject and text")
    contact_commands.add_parsers(commands)
    setting_commands.add_parsers(commands)
    picture = add_command(commands, "picture", _picture, "send a month's picture to the groups of the whole bureau")
    picture.add_argument("file", type=Path, help="a .png, as `documents picture` makes it")
    picture.add_argument("--period", required=True, help="its month, 2026-10")
    add_command(commands, "test", _test, "send a test message to one contact").add_argument("contact_id")
    return parser


def _sender(store: Store) -> Sender:
    return Sender(store, outside(), store.now)


def _moment(store: Store, written: str | None) -> datetime | None:
    return clock_of(store).parse(written) if written else None


def _due(options: argparse.Namespace) -> int:
    store = opened()
    store.person.must_have(Right.MANAGE)
    as_of, now = _moment(store, options.as_of), store.now()
    policy = policy_of(store)
    _say_what_is_missing(store, options, policy.is_on)
    planned = plan(store, as_of or now, policy, as_of or now)
    writer = _sender(store).writer(as_of or now)
    print_rows([_planned(message, *writer.write(message)) for message in planned.messages], options)
    _say_left_behind(store, options)
    _say_unreached(options, planned.unreached)
    return 0


def _send(options: argparse.Namespace) -> int:
    if options.dry_run:
        return _due(options)
    store = opened()
    sender, as_of = _sender(store), _moment(store, options.as_of)
    if as_of and as_of > sender.clock():
        print(f"{options.as_of} has not come yet; sending as if it had", file=options.stderr)
    report = sender.send_due(as_of)
    _say_what_is_missing(store, options, report.is_on)
    _print_report(report, options)
    _say_unreached(options, report.unreached)
    return 0 if report.is_whole else 1


def _urge(options: argparse.Namespace) -> int:
    store = opened()
    sender, catalogue = _sender(store), catalogue_in_force(store)
    codes = [catalogue.unit(code).unit_code for code in options.unit or ()]
    codes = codes or overdue_units(owed(store, sender.clock()))
    _say_left_behind(store, options)
    if options.dry_run:
        rows = [
            {"contact": c.contact_id, "unit": c.unit_code, "address": c.shown, "subject": subject, "body": body}
            for c, subject, body in sender.preview(*codes)
        ]
        print_rows(rows, options)
        return 0
    report = sender.send_to_units(codes)
    _print_report(report, options)
    _say_unreached(options, report.unreached)
    if report.held:
        print(f"told something within the hour, and left alone: {len(report.held)}", file=options.stderr)
    return 0 if report.is_whole and not report.held else 1


def _picture(options: argparse.Namespace) -> int:
    store, month = opened(), month_asked(options.period)
    report = send_picture(_sender(store), Picture(options.file.read_bytes(), month))
    _say_what_is_missing(store, options, report.is_on)
    _print_report(report, options)
    return 0 if report.is_whole else 1


def _print_report(report: Report, options: argparse.Namespace) -> None:
    rows = [
        {
            "contact": message.contact.contact_id,
            "unit": message.contact.unit_code,
            "channel": message.contact.channel.value,
            "address": message.contact.shown,
            "step": message.step,
            "dues": len(message.dues),
            "outcome": delivery.outcome.value,
            "error": delivery.error or None,
        }
        for message, delivery in report.tried
    ]
    for contact, why in report.left:
        about = {
            "contact": contact.contact_id,
            "unit": contact.unit_code,
            "channel": contact.channel.value,
            "address": contact.shown,
        }
        rows.append(about | {"step": None, "dues": None, "outcome": "waiting", "error": why.name})
    print_rows(rows, options)


def _log(options: argparse.Namespace) -> int:
    store = opened()
    as_of = _moment(store, options.as_of) or store.now()
    month = month_asked(options.period) if options.period else None
    if options.unit:
        catalogue_in_force(store).unit(options.unit)
    log = reminder_log(store, as_of, options.unit, month)
    hidden = [] if options.full or options.json else ["body", "dues", "subject"]
    rows = log.drop(columns=["contact_id", *hidden]).astype(object)
    rows = rows.where(rows.notna(), None).to_dict("records")
    print_rows([_logged(row, clock_of(store)) for row in rows], options)
    return 0


def _test(options: argparse.Namespace) -> int:
    delivery = _sender(opened()).send_test(options.contact_id)
    tell(options, {"outcome": delivery.outcome.value, "error": delivery.error or None})
    return 0 if delivery.outcome is Outcome.SENT else 1


def _planned(message: Message, subject: str, body: str) -> dict[str, Any]:
    return {
        "contact": message.contact.contact_id,
        "name": message.contact.contact_name,
        "unit": message.contact.unit_code,
        "channel": message.contact.channel.value,
        "address": message.contact.shown,
        "step": message.step,
        "try": message.try_no,
        "subject": subject,
        "body": body,
        "dues": [item.kept for item in message.items],
    }


def _logged(row: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """A row as people and programs read it: moments in ISO 8601, what it reminded of as a list."""
    row = {"unit" if name == "unit_code" else name: value for name, value in row.items()}
    if "dues" in row:
        row["dues"] = json.loads(row["dues"])
    row["for_day"] = f"{row['for_day']:%Y-%m-%d}"
    return {name: clock.iso(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _say_what_is_missing(store: Store, options: argparse.Namespace, is_on: bool) -> None:
    if not has_begun(store):
        print("this store has not begun to count; see: python -m data start --help", file=options.stderr)
    if not is_on:
        print("reminders are switched off; the office switches them on, on the page of reminders", file=options.stderr)


def _say_unreached(options: argparse.Namespace, units: Sequence[str]) -> None:
    if units:
        print(f"owe something and have no contact: {', '.join(units)}", file=options.stderr)


def _say_left_behind(store: Store, options: argparse.Namespace) -> None:
    """Contacts whose account is disabled, before anything goes there."""
    for contact, account in left_behind(store):
        about = f"{contact.contact_id} {contact.shown} ({contact.unit_code})"
        print(f"{about}: the account {account.user_code} is disabled; is anybody there?", file=options.stderr)


run_for_another = command_line.run_for_another("reminding", _parser)
