"""`python -m data drill`: try the newest backup, without touching it or the store."""

import argparse
from pathlib import Path
from typing import Any

from data.catalogue.in_force import clock_of
from data.command_line import add_command, opened, tell
from data.drill.drill import drill


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    command = add_command(commands, "drill", _drill, "bring up the newest backup aside and hold it against the store")
    command.add_argument("--from", dest="source", type=Path, metavar="FOLDER|FILE", help="default: the last written")
    command.add_argument("--scratch", type=Path, metavar="FOLDER", help="where it is brought up; default: by the store")


def _drill(options: argparse.Namespace) -> int:
    store = opened()
    result = drill(store, options.source, options.scratch)
    told = {
        "backup": str(result.backup),
        "as_of": clock_of(store).iso(result.as_of) if result.as_of else None,
        "questions": result.questions,
        "rows": result.rows,
        "seconds": round(result.seconds, 1),
        "is_good": result.is_good,
    }
    listed = {
        "faults": list(result.faults),
        "differences": list(map(str, result.differences)),
        "since": list(result.since),
    }
    tell(options, told | (listed if options.json else {name: "; ".join(of) or "none" for name, of in listed.items()}))
    return 0 if result.is_good else 1
