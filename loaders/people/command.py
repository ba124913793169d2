"""`python -m loaders people`: a filled list of people brought into force, or one to fill in. It lies here and not in
`python -m data users`, since reading a spreadsheet is the loaders' business.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from data import audit, command_line
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.store import Store
from loaders.arriving.gate import MAX_BYTES
from loaders.people.lists import take_people
from loaders.people.sheets import people_list, slips
from locales import DEFAULT, LOCALES


def add_parsers(commands: Any) -> None:
    """Add `people` to the sub-commands of a parser."""
    text = "bring a filled list of people into force, or write one to fill in"
    command = command_line.add_command(commands, "people", _people, text)
    command.add_argument("file", type=Path, help="the filled .xlsx; with --blank the one to write")
    command.add_argument("--blank", action="store_true", help="write the list to fill in, with those who are there")
    command.add_argument("--slips", type=Path, help="a new file for the first passwords of the new accounts")
    command.add_argument("--address", default="", help="the address that the slips give")
    command.add_argument("--lang", choices=LOCALES, default=DEFAULT, help="the language of the list and the messages")


def _people(options: argparse.Namespace) -> int:
    store = command_line.opened()
    if options.blank:
        with options.file.open("xb") as out:
            out.write(people_list(store, options.lang))
        audit.note(store, Act("people_downloaded", str(options.file)))
        return _tell(options, {"written": str(options.file)})
    if options.slips is None:
        raise ValueError("--slips: expected a new file for the first passwords, found nothing")
    with options.file.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    with _new(options.slips) as out:
        try:
            return _take(store, options, content, out)
        finally:
            if not out.tell():  # nothing came into force
                options.slips.unlink()


def _new(path: Path) -> Any:
    """Opened before anything is done, so that no password is made that cannot be written; for the owner's eyes."""
    try:
        out = path.open("xb")
    except FileExistsError:
        raise ValueError(f"--slips: expected a new file for the first passwords, found {path}") from None
    path.chmod(0o600)
    return out


def _take(store: Store, options: argparse.Namespace, content: bytes, out: Any) -> int:
    people, passwords, faults = take_people(store, content, options.file.name)
    if faults:
        said = "\n".join(fault.words(options.lang) for fault in faults)
        raise ValueError(f"{options.file}: nothing was changed:\n{said}")
    told = {"people": len(people), "new": sorted(passwords)}
    if passwords:
        out.write(slips(people, passwords, options.address, catalogue_in_force(store), options.lang))
        audit.note(store, Act("slips_downloaded", str(options.slips), details={"accounts": sorted(passwords)}))
    return _tell(options, told | {"slips": str(options.slips) if passwords else None})


def _tell(options: argparse.Namespace, answer: dict[str, Any]) -> int:
    """A list of one object, as the other commands of this program answer, or a line a value."""
    lines = "\n".join(f"{name}\t{value}" for name, value in answer.items())
    print(json.dumps([answer], ensure_ascii=False, indent=1) if options.json else lines, file=options.stdout)
    return 0
