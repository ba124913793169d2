"""`python -m reminding settings|texts`: when reminders go, and what they say."""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from data.command_line import add_command, opened, tell
from reminding.policy import policy_of, read_days, set_policy
from reminding.texts import set_texts, texts_in_force


def add_parsers(commands: Any) -> None:
    """Add both commands to the sub-commands of a parser."""
    command = add_command(commands, "settings", _settings, "when reminders go; with further words, changes it")
    switch = command.add_mutually_exclusive_group()
    switch.add_argument("--on", action="store_const", const=True, dest="is_on", help="send from now on")
    switch.add_argument("--off", action="store_const", const=False, dest="is_on", help="send nothing by itself")
    command.add_argument("--hour", type=int, help="from when on, on the bureau's clock")
    command.add_argument("--before", metavar="DAYS", help="such as 3,1; empty for none")
    command.add_argument("--after", metavar="DAYS", help="such as 1,3; empty for none")
    command.add_argument("--on-day", choices=("yes", "no"), help="on the last day in time")
    texts = add_command(commands, "texts", _texts, "the texts in force, as JSON; with further words, changes them")
    change = texts.add_mutually_exclusive_group()
    change.add_argument(
        "--set", type=Path, metavar="FILE", help="JSON as this command prints it; kinds may be left out"
    )
    change.add_argument("--reset", action="store_true", help="take back the program's own texts")


def _settings(options: argparse.Namespace) -> int:
    store = opened()
    before = policy_of(store)
    changes = {"is_on": options.is_on, "hour": options.hour}
    changes["on_day"] = None if options.on_day is None else options.on_day == "yes"
    changes["days_before"] = None if options.before is None else read_days(options.before)
    changes["days_after"] = None if options.after is None else read_days(options.after)
    wanted = replace(before, **{name: value for name, value in changes.items() if value is not None})
    return tell(options, asdict(wanted if wanted == before else set_policy(store, wanted)))


def _texts(options: argparse.Namespace) -> int:
    store = opened()
    if options.reset or options.set:
        set_texts(store, {} if options.reset else json.loads(options.set.read_text(encoding="utf-8")))
    print(json.dumps(texts_in_force(store), ensure_ascii=False, indent=1), file=options.stdout)
    return 0
