"""`python -m reminding contacts list|add|end|import|export`: whom reminders reach."""

import argparse
from pathlib import Path
from typing import Any

from data import audit
from data.audit import Act
from data.command_line import add_command, opened, print_rows, tell
from data.reminders.contacts import LANGUAGES, Channel, Contact, add, contacts, end
from loaders.arriving.gate import MAX_BYTES
from reminding.contact_lists import take_list, write_list


def add_parsers(commands: Any) -> None:
    """Add the command and its words to the sub-commands of a parser."""
    text = "whom reminders reach"
    group = commands.add_parser("contacts", help=text, description=text)
    words = group.add_subparsers(required=True, metavar="COMMAND")
    add_command(words, "list", _list, "every contact in use; a robot's key is masked")
    made = add_command(words, "add", _add, "a new contact, or one that is there with another name, language or secret")
    made.add_argument("channel", choices=[channel.value for channel in Channel])
    made.add_argument("address", help="an e-mail address, or the robot's webhook address")
    made.add_argument("--unit", help="a unit's code; without it a group of the whole bureau, for robots")
    made.add_argument("--name", default="", help="whose it is")
    made.add_argument("--secret-file", type=Path, help="a file with the secret that a 钉钉 robot signs with (SEC…)")
    made.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help="the language of its messages")
    add_command(words, "end", _end, "nothing goes there any more").add_argument("contact_id")
    taken = add_command(words, "import", _import, "a filled list, .xlsx or .csv; taken whole or not at all")
    taken.add_argument("file", type=Path)
    written = add_command(words, "export", _export, "the list, to a new .xlsx or .csv; robots' keys are masked")
    written.add_argument("file", type=Path)
    for command in (taken, written):
        command.add_argument(
            "--lang", choices=LANGUAGES, default=LANGUAGES[0], help="the language of list and messages"
        )


def _list(options: argparse.Namespace) -> int:
    print_rows([_row(contact) for contact in contacts(opened())], options)
    return 0


def _add(options: argparse.Namespace) -> int:
    secret = options.secret_file.read_text(encoding="utf-8").strip() if options.secret_file else ""
    wanted = Contact(options.unit, Channel(options.channel), options.address, options.name, secret, options.lang)
    return tell(options, _row(add(opened(), wanted)))


def _end(options: argparse.Namespace) -> int:
    return tell(options, _row(end(opened(), options.contact_id)) | {"is_active": False})


def _import(options: argparse.Namespace) -> int:
    with options.file.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    taken, faults = take_list(opened(), content, options.file.name)
    if faults:
        lines = "\n".join(fault.words(options.lang) for fault in faults)
        raise ValueError(f"{options.file}: nothing was changed:\n{lines}")
    return tell(options, {"contacts": len(taken)})


def _export(options: argparse.Namespace) -> int:
    store = opened()
    content = write_list(store, options.lang, options.file.suffix.lower() == ".csv")
    with options.file.open("xb") as out:
        out.write(content)
    audit.note(store, Act("contacts_downloaded", str(options.file)))
    return tell(options, {"written": str(options.file), "contacts": len(contacts(store))})


def _row(contact: Contact) -> dict[str, Any]:
    return {
        "contact": contact.contact_id,
        "unit": contact.unit_code,
        "channel": contact.channel.value,
        "address": contact.shown,
        "name": contact.contact_name,
        "lang": contact.locale,
        "has_secret": bool(contact.secret),
    }
