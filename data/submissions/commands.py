"""`python -m data submissions`: what came in; `review list|approve|accept|return|reopen`: by receipt number."""

import argparse
from collections.abc import Callable
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, add_moment, asked_store, asked_unit, opened, print_rows, tell
from data.periods import month_asked
from data.readable import as_read
from data.submissions.review import ReviewStep, take
from data.submissions.reviewed import reviews
from data.submissions.search import Sought, outcomes_sought, submissions_sought, words_sought

_STEPS = {
    "approve": ReviewStep.APPROVED,
    "accept": ReviewStep.ACCEPTED,
    "return": ReviewStep.RETURNED,
    "reopen": ReviewStep.REOPENED,
}


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    listed = add_command(commands, "submissions", _listed, "every file that came in, the newest first")
    for name, words in (
        ("--unit", "a unit's code"),
        ("--template", "a template's code"),
        ("--period", "a month (2026-10): of whatever closes in it"),
        ("--search", "words of the receipt's number, the file's name, the person, the unit or the template"),
    ):
        listed.add_argument(name, help=words)
    listed.add_argument("--outcome", choices=("accepted", "returned", "checked"))
    listed.add_argument("--limit", type=int, default=1000, help="at most so many; default: 1000")
    add_moment(listed)
    text = "what templates want reviewed before it is shown"
    group = commands.add_parser("review", help=text, description=text).add_subparsers(required=True, metavar="COMMAND")
    add_command(group, "list", _list, "every submission that needs a review, and where it stands").add_argument(
        "--unit"
    )
    for word, step in _STEPS.items():
        command = add_command(group, word, _taking(step), f"the submission is {step.value}")
        command.add_argument("receipt_no")
        command.add_argument("--reason", default="")


def _listed(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    if options.unit:
        catalogue.unit(options.unit)
    if options.template:
        catalogue.template(options.template)
    month = month_asked(options.period) if options.period else None
    words = words_sought(catalogue, options.search or "")
    sought = Sought(options.unit, options.template, month, options.outcome, words)
    rows = submissions_sought(store, as_of, sought, max(options.limit, 0)).drop(columns=["submission_id", "sha256"])
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    number = int(outcomes_sought(store, as_of, sought)["number"].sum())
    if number > len(rows):
        print(f"{len(rows)} of {number}; --limit shows more", file=options.stderr)
    return 0


def _list(options: argparse.Namespace) -> int:
    store = opened()
    catalogue = catalogue_in_force(store)
    rows = reviews(store, store.now(), asked_unit(store, options.unit)).drop(columns=["submission_id", "sha256"])
    print_rows([as_read(row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _taking(step: ReviewStep) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        store = opened()
        every = reviews(store, store.now())
        ids = every.loc[every["receipt_no"] == options.receipt_no, "submission_id"].tolist()
        take(store, ids[0] if ids else options.receipt_no, step, options.reason)
        return tell(options, {"receipt_no": options.receipt_no, "state": step.value})

    return run
