"""What both command lines share: running one command here, for another process, or by the store's owner."""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from data.access import Person, Role
from data.catalogue_files import CatalogueError
from data.catalogue_store import ensure_catalogue
from data.door import knock
from data.store import Store, StoreBusy, StoreError, open_store, store_path

MakeParser = Callable[[], argparse.ArgumentParser]
"""Each command's defaults hold `run`: options → exit code. options.stdout and options.stderr are where it writes."""


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
            setattr(options, name, [folder / one if isinstance(one, Path) else one for one in value])
    try:
        return options.run(options)
    except StoreBusy:
        raise
    except (StoreError, CatalogueError, ValueError, OSError) as error:
        print(f"python -m {program}: {error}", file=errors)
        return 2
