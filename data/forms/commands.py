"""`python -m data form RECEIPT_NO`: a submission cell by cell, or all that is known of one cell."""

import argparse
from typing import Any

from data.command_line import add_command, add_moment, asked_store, print_rows, tell
from data.forms.answers import MOST, Part, cell_object, form_object, form_of


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    command = add_command(commands, "form", _form, "a submission cell by cell, or all that is known of one cell")
    command.add_argument("receipt_no")
    command.add_argument("--cell", help="such as E5: its rules with their parts, its versions, flags and issues")
    command.add_argument("--sheet", help="default: every sheet; for a cell the first that has it")
    command.add_argument("--limit", type=int, default=1000, metavar="N", help=f"cells at most, up to {MOST}")
    command.add_argument("--offset", type=int, default=0, metavar="N", help="cells to leave out before")
    add_moment(command)


def _form(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    form = form_of(store, as_of, options.receipt_no)
    if form is None:
        raise ValueError(
            f"expected the number of a receipt, found {options.receipt_no!r}; see `data issues` or a receipt"
        )
    if not (1 <= options.limit <= MOST and options.offset >= 0):
        raise ValueError(
            f"expected --limit from 1 to {MOST} and --offset from 0, found {options.limit}, {options.offset}"
        )
    if options.cell:
        found = cell_object(form, options.cell, options.sheet)
        if found is None:
            raise ValueError(f"expected a cell of the form such as E5, found {options.cell!r}")
        return tell(options, found)
    whole = form_object(form, Part(options.sheet, options.limit, options.offset))
    if options.json:
        return tell(options, whole)
    print_rows(whole["cells"], options)
    return 0
