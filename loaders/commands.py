"""The command line of the loaders: blank, ingest, declare, people, sample."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Any

from data import command_line
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.timeliness import known_deadlines
from data.periods import label, month_asked
from data.reasons import FIGURE, is_reason
from loaders.arriving.gate import MAX_BYTES
from loaders.arriving.worker import READER
from loaders.blank.offers import offers
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload, split
from loaders.messages import receipt_object, receipt_text
from loaders.people import command as people_command
from loaders.returned import can_be_marked, marked_file, marked_name
from loaders.sample.clear import clear_sample
from loaders.statements import command as declare_command
from locales import DEFAULT, LOCALES, say

_CLOCKS_DIFFER = timedelta(minutes=5)


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: all accepted or duplicate; 1: some file was returned; 2: it could not run."""
    try:
        return command_line.run("loaders", _parser, arguments)
    finally:
        READER.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loaders", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    blank = _command(commands, "blank", _blank, "make the blank workbooks of a period")
    blank.add_argument("--period", required=True, help="a month (2026-10) or a period such as 2026-Q4")
    blank.add_argument("--unit", help="a unit's code; default: every unit")
    blank.add_argument("--template", help="a template's code; default: every template")
    blank.add_argument("--out", required=True, type=Path, help="the folder to write into")
    take = _command(commands, "ingest", _ingest, "take filled workbooks in")
    take.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command_line.add_received(take, "the files")
    take.add_argument("--by", help="who hands them in; default: the system's user")
    take.add_argument("--unit", help="the unit whose files these must be; default: whatever they say")
    take.add_argument("--period", help="the period that they must be about")
    take.add_argument("--explain", metavar="TEXT", help="the explanation of the checks that fire")
    take.add_argument("--marked", type=Path, metavar="DIR", help="write returned workbooks there, their issues marked")
    take.add_argument("--lang", choices=LOCALES, default=DEFAULT, help="the language of the messages")
    declare_command.add_parsers(commands)
    people_command.add_parsers(commands)
    sample = _command(commands, "sample", _sample, "fill the store with a made-up history")
    sample.add_argument("--months", type=int, default=24)
    sample.add_argument("--clear", action="store_true", help="take the made-up history out again")
    sample.add_argument("--until", metavar="PERIOD", help="the last month; default: the newest that is due")
    return parser


def _command(commands, name: str, run, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    command.set_defaults(run=run)
    return command


def _blank(options: argparse.Namespace) -> int:
    store = command_line.opened()
    deadlines = known_deadlines(store, store.now())
    to_make = offers(catalogue_in_force(store), options.period, options.unit, options.template, deadlines)
    options.out.mkdir(parents=True, exist_ok=True)
    made = []
    for offer in to_make:
        path = options.out / offer.file_name
        path.write_bytes(offer.make())
        made.append(
            {
                "file": str(path),
                "unit": offer.unit_code,
                "template": offer.template.template_code,
                "period": label(offer.period, offer.template.cycle),
            }
        )
    if not made:
        raise ValueError(f"no obligation in {options.period} for this unit and template; nothing was written")
    _print(made, options, lambda row: row["file"])
    return 0


def _ingest(options: argparse.Namespace) -> int:
    missing = [path for path in options.files if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(map(str, missing))}; nothing was taken in")
    if options.explain and not is_reason(options.explain, FIGURE):
        raise ValueError(
            f"--explain: expected a real explanation of at least {FIGURE.min_length} characters "
            "(not 核实无误 or the like), "
            f"found {options.explain!r}; nothing was taken in"
        )
    store = command_line.opened()
    catalogue, now = catalogue_in_force(store), store.now()
    store, received_at = command_line.as_received(store, options)
    if received_at > now + _CLOCKS_DIFFER:
        print(say(options.lang, "receipt.in_future", found=catalogue.clock.minute(received_at)), file=options.stderr)
    by = options.by or store.person.user_name
    meant = Meant.of(catalogue, options.unit, options.period)
    uploads = (
        Upload(_content(path), path.name, received_at, by, options.explain, meant=meant) for path in options.files
    )
    is_returned = False
    for path, receipts in zip(options.files, take_in(store, uploads), strict=True):
        for receipt in receipts:
            is_returned |= receipt.outcome == "returned"
            print(_said(receipt, options, catalogue), file=options.stdout, flush=True)
        if options.marked:
            _write_marked(path, receipts, options)
    return 1 if is_returned else 0


def _content(path: Path) -> bytes:
    """The file; of one that is too large anyway, enough to see that."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _write_marked(path: Path, receipts: list[Receipt], options: argparse.Namespace) -> None:
    """The marked workbook of each file that came back; an archive has several. None replaces a file that is there."""
    options.marked.mkdir(parents=True, exist_ok=True)
    for part in split(Upload(_content(path), path.name, datetime.now(UTC))):
        returned = [r for r in receipts if r.file_name == part.shown_name and r.outcome == "returned"]
        file = marked_file(part.content, part.file_name, returned, options.lang) if can_be_marked(returned) else None
        if file is not None:
            _free(options.marked / marked_name(part.file_name, options.lang)).write_bytes(file.content)
            if not file.is_own:
                print(f"{part.shown_name}: {say(options.lang, 'upload.marked.rebuilt')}", file=options.stderr)


def _free(path: Path) -> Path:
    """The path itself, or the next one of its kind that is not taken."""
    names = (path.with_stem(f"{path.stem}_{number}") for number in count(2))
    return next(free for free in chain([path], names) if not free.exists())


def _said(receipt: Receipt, options: argparse.Namespace, catalogue: Catalogue) -> str:
    if options.json:  # one object a return, one a line
        return json.dumps(receipt_object(receipt, options.lang), ensure_ascii=False)
    return receipt_text(receipt, catalogue, options.lang)


def _sample(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from loaders.sample.history import load_sample

    if options.clear:
        _print([{"removed": clear_sample(command_line.opened())}], options, lambda row: f"removed\t{row['removed']}")
        return 0
    if options.months < 1:
        raise ValueError(f"--months: expected at least 1, found {options.months}")
    until = month_asked(options.until) if options.until else None
    with tqdm(unit="workbook", file=options.stderr, disable=None, mininterval=0.5) as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.total = total
            bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        result = load_sample(command_line.opened(), options.months, until, progress)
    _print([result], options, lambda row: "\n".join(f"{k}\t{v}" for k, v in row.items()))
    return 0


def _print(rows: list[dict[str, Any]], options: argparse.Namespace, line) -> None:
    text = json.dumps(rows, ensure_ascii=False, indent=1) if options.json else "\n".join(line(row) for row in rows)
    print(text, file=options.stdout)


run_for_another = command_line.run_for_another("loaders", _parser)
