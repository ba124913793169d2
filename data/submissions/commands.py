"""`python -m data review list|approve|accept|return|reopen`: the office's steps by receipt number."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, asked_unit, opened, print_rows, tell
from data.readable import as_read
from data.submissions.review import ReviewStep, take
from data.submissions.reviewed import reviews

_STEPS = {
    "approve": ReviewStep.APPROVED,
    "accept": ReviewStep.ACCEPTED,
    "return": ReviewStep.RETURNED,
    "reopen": ReviewStep.REOPENED,
}


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    text = "what templates want reviewed before it is shown"
    group = commands.add_parser("review", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    add_command(group, "list", _list, "every submission that needs a review, and where it stands").add_argument(
        "--unit"
    )
    for word, step in _STEPS.items():
        command = add_command(group, word, _taking(step), f"the submission is {step.value}")
        command.add_argument("receipt_no")
        command.add_argument("--reason", default="")


def _list(options: argparse.Namespace) -> int:
    store = opened()
    catalogue = catalogue_in_force(store)
    rows = reviews(store, datetime.now(UTC), asked_unit(store, options.unit)).drop(columns=["submission_id", "sha256"])
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _taking(step: ReviewStep) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        store = opened()
        every = reviews(store, datetime.now(UTC))
        ids = every.loc[every["receipt_no"] == options.receipt_no, "submission_id"].tolist()
        take(store, ids[0] if ids else options.receipt_no, step, options.reason)
        return tell(options, {"receipt_no": options.receipt_no, "state": step.value})

    return run
