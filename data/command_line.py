"""What both command lines share: running one command here, for another process, or by the store's owner."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import pandas

from data.access import Person, Role
from data.catalogue.files import CatalogueError
from data.catalogue.in_force import catalogue_in_force, clock_of, ensure_catalogue
from data.door import knock
from data.fault import Fault
from data.store import Store, StoreBusy, StoreError, open_store, store_path
from locales.faults import fault_words

MakeParser = Callable[[], argparse.ArgumentParser]
"""Each command's defaults hold `run`: options → exit code. options.stdout and options.stderr are where it writes.
options.language: of the faults, where it is not English.
"""
_LANGUAGE = "en"


def sitter() -> Person:
    """Whoever sits at this machine."""
    name = getpass.getuser()
    return Person(name, name, Role.OFFICE, via="command_line")


def opened(has_catalogue: bool = True) -> Store:
    """The store as whoever sits at this machine sees it: whole, since she has the file. Her acts go by her system name.

    has_catalogue False: without the reference catalogue that a first start brings.
    """
    store = open_store().seen_by(sitter())
    if has_catalogue:
        ensure_catalogue(store, datetime.now(UTC))
    return store


def run(program: str, make_parser: MakeParser, words: Sequence[str]) -> int:
    """Run one command of `python -m program`; where another process has the store, that one runs it."""
    options = make_parser().parse_args(words)
    try:
        return _run(program, options, Path(), sys.stdout, sys.stderr)
    except StoreBusy as busy:
        code = knock(store_path(), program, words)
        if code is None:
            print(f"python -m {program}: {busy}", file=sys.stderr)
            return 2
        return code


def run_for_another(program: str, make_parser: MakeParser) -> Callable[..., int]:
    """The data.door.Command of a program: runs words as if in the caller's folder."""

    def command(words: Sequence[str], folder: Path, out: TextIO, errors: TextIO) -> int:
        return _run(program, make_parser().parse_args(words), folder, out, errors)

    return command


def _run(program: str, options: argparse.Namespace, folder: Path, out: TextIO, errors: TextIO) -> int:
    options.stdout, options.stderr = out, errors
    for name, value in vars(options).items():
        if isinstance(value, Path):
            setattr(options, name, folder / value)
        elif isinstance(value, list):
            setattr(options, name, [folder / item if isinstance(item, Path) else item for item in value])
    try:
        return options.run(options)
    except StoreBusy:
        raise
    except Fault as fault:
        words = fault_words(fault, getattr(options, "language", _LANGUAGE), is_typed=True)
        print(f"python -m {program}: {words}", file=errors)
        return 2
    except (StoreError, CatalogueError, ValueError, OSError) as error:
        print(f"python -m {program}: {error}", file=errors)
        return 2


def add_command(commands: Any, name: str, run: Callable[..., int], text: str | None) -> argparse.ArgumentParser:
    """A command that takes --json beside its own words."""
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    command.set_defaults(run=run)
    return command


def asked_moment(store: Store, text: str | None) -> datetime:
    """The moment that --as-of or --received-at names, on the bureau's clock; without one the present. ValueError."""
    return clock_of(store).parse(text) if text else datetime.now(UTC)


def add_moment(command: argparse.ArgumentParser, metavar: str = "MOMENT") -> None:
    """--as-of, and --known-at: see asked_store."""
    command.add_argument("--as-of", metavar=metavar, help="ISO 8601 moment; default: now")
    command.add_argument(
        "--known-at", metavar=metavar, help="leave out what was entered after this moment; default: nothing is left out"
    )


def asked_store(options: argparse.Namespace) -> tuple[Store, datetime]:
    """The store as --known-at wants it, and the moment of --as-of. ValueError for what is no moment."""
    store = opened()
    as_of = asked_moment(store, options.as_of)
    if not options.known_at:
        return store, as_of
    return store.known_at(clock_of(store).parse(options.known_at)), as_of


def asked_unit(store: Store, text: str | None) -> str | None:
    """The code that --unit gives; None without one. Fault for a unit that the catalogue does not have: a slip of the
    pen must not read as “nothing there”.
    """
    return catalogue_in_force(store).unit(text).unit_code if text else None


def print_rows(rows: list[dict[str, Any]], options: argparse.Namespace) -> None:
    """A JSON list, or a table with tabs between; a dash where there is nothing."""
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=str), file=options.stdout)
    elif rows:
        print(
            pandas.DataFrame(rows, dtype=object).to_csv(sep="\t", index=False, lineterminator="\n"),
            end="",
            file=options.stdout,
        )
    else:
        print("—", file=options.stdout)


def tell(options: argparse.Namespace, answer: dict[str, Any]) -> int:
    """One JSON object, or a line a value. Returns the exit code 0."""
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1), file=options.stdout)
    else:
        print("\n".join(f"{name}\t{value}" for name, value in answer.items()), file=options.stdout)
    return 0


def parse_values(given: list[str]) -> dict[str, Any]:
    """NAME=VALUE words; a value is JSON, or else a text. ValueError."""
    values = {}
    for pair in given:
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            raise ValueError(f"expected NAME=VALUE, found {pair!r}")
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values
