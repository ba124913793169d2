"""What both command lines share: running one command here, for another process, or by the store's owner."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import pandas

from data.access import Person, Role
from data.backdating import AT_ONCE, Backdating
from data.catalogue.files import CatalogueError
from data.catalogue.in_force import catalogue_in_force, clock_of, ensure_catalogue
from data.door import knock
from data.fault import Fault
from data.reasons import FIGURE, is_reason
from data.store import Store, open_store, store_path
from data.store_errors import StoreBusy, StoreError
from locales.faults import fault_words

MakeParser = Callable[[], argparse.ArgumentParser]
"""Each command's defaults hold `run`: options → exit code. options.stdout and options.stderr are where it writes.
options.language: of the faults, where one was asked for.
"""
_LANGUAGES = ("en", "zh-CN")  # of faults: whoever reads a console may read either alone


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
        ensure_catalogue(store, store.timekeeper.lived_until())
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
        chosen = getattr(options, "language", None)
        for locale in [chosen] if chosen else _LANGUAGES:
            print(f"python -m {program}: {fault_words(fault, locale, is_typed=True)}", file=errors)
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
    return clock_of(store).parse(text) if text else store.now()


def add_received(command: argparse.ArgumentParser, what: str) -> None:
    """--received-at with why and what shows it: see as_received."""
    command.add_argument("--received-at", help=f"ISO 8601 moment at which {what} reached us; default: now")
    command.add_argument(
        "--received-reason", metavar="TEXT", help="why it is entered later; asked for once there are accounts"
    )
    command.add_argument(
        "--received-proof", type=Path, metavar="FILE", help="what shows when it came: the mail, a scan"
    )


def as_received(store: Store, options: argparse.Namespace) -> tuple[Store, datetime]:
    """The moment of --received-at, and the store in which what is handed in by it is marked as entered later where it
    is. ValueError where that has no reason, in a store that people sign in to.
    """
    moment = asked_moment(store, options.received_at)
    if not options.received_at or store.now() - moment <= AT_ONCE:
        return store, moment
    reason, proof = (options.received_reason or "").strip(), options.received_proof
    is_asked = bool(reason) or bool(store.rows("SELECT 1 FROM account LIMIT 1"))
    if is_asked and not is_reason(reason, FIGURE):
        raise ValueError(
            "--received-at lies in the past: expected --received-reason with a real reason of at least "
            f"{FIGURE.min_length} characters (and --received-proof, what shows it), found {reason or 'none'}; "
            "nothing was taken in"
        )
    if proof is not None and not proof.is_file():
        raise ValueError(f"--received-proof: no such file: {proof}; nothing was taken in")
    content, name = (proof.read_bytes(), proof.name) if proof else (None, None)
    return store.entering(Backdating(reason, content, name)), moment


def add_moment(command: argparse.ArgumentParser, metavar: str = "MOMENT") -> None:
    """--as-of, and --known-at: see asked_store."""
    command.add_argument("--as-of", metavar=metavar, help="ISO 8601 moment; default: now")
    command.add_argument(
        "--known-at", metavar=metavar, help="leave out what was entered after this moment; default: nothing is left out"
    )


def asked_store(options: argparse.Namespace) -> tuple[Store, datetime]:
    """The store as --known-at wants it, and the moment of --as-of. ValueError for what is no moment."""
    return asked_then(opened(), options)


def asked_then(store: Store, options: argparse.Namespace) -> tuple[Store, datetime]:
    """The same of a store that is open."""
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
