"""The command line of the documents: urge, chronology, circular, bulletin, case, and what the office sets for all."""

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from data import audit, command_line
from data.catalogue.in_force import catalogue_in_force, clock_of
from data.command_line import add_command, add_moment, asked_store, opened, print_rows, tell
from data.periods import month_asked
from data.store import Store
from data.supervision.record import cases
from documents.draft import DraftMark
from documents.drafting import (
    SHEETS,
    act_of,
    act_of_sheet,
    draft_bulletin,
    draft_chronology,
    draft_circular,
    draft_urge,
    file_name,
    sheet_name,
)
from documents.gather_case import draft_cases
from documents.layout.paper import Paper
from documents.settings import LISTS, TEXTS, document_settings, set_document_settings

_GIVEN = {
    "number": "the document's number, once there is one",
    "basis": "what it rests on",
    "contact": "whom to call",
    "issued_by": "who signs; default: the bureau",
    "printed_by": "who has it printed",
}


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 2: it could not run, and stderr says why."""
    return command_line.run("documents", _parser, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m documents", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    urge = _draft(commands, "urge", _urge, "催报通知: who owes what, and until when it must come", has_period=False)
    urge.add_argument("--unit", action="append", metavar="U", help="a unit's code; may be repeated; default: all")
    urge.add_argument("--pending", action="store_true", help="also what can still be in time")
    urge.add_argument("--by", metavar="ISO8601", help="the new deadline; default: a blank")
    urge.add_argument("--each", action="store_true", help="a notice for each unit; --out is then a folder")
    sheet = _draft(commands, "chronology", _chronology, "报送情况核查单 of a unit's month, with what proves it")
    sheet.add_argument("--unit", required=True, metavar="U", help="a unit's code")
    _draft(commands, "circular", _circular, "月度报送情况通报, with tables and charts")
    bulletin = _draft(commands, "bulletin", _bulletin, "工作简报")
    for name, text in (("issue-no", "第×期"), ("whole-no", "总第×期"), ("copies", "how many are printed")):
        bulletin.add_argument(f"--{name}", default="", help=text)
    for kind, text in (
        ("report", "月度报告: one HTML file"),
        ("picture", "一图读懂: the month as a PNG, 1080 pixels wide"),
    ):
        sheet = add_command(commands, kind, _sheet, text)
        sheet.set_defaults(kind=kind)
        sheet.add_argument("--period", required=True, help="a month, such as 2026-10")
        add_moment(sheet, "ISO8601")
        sheet.add_argument("--out", required=True, type=Path, help="a new file, or a folder")
    case = _draft(
        commands, "case", _case, "通报表扬/批评, 限期整改通知书, 约谈通知 of supervision cases", has_period=False
    )
    case.add_argument("--case", required=True, action="append", metavar="ID", help="its number; may be repeated")
    kept = add_command(commands, "settings", _settings, "show or change what all drafts begin with")
    for name in TEXTS:
        kept.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help="an empty text takes it back")
    for name in LISTS:
        kept.add_argument(f"--{name.replace('_', '-')}", nargs="*", metavar="NAME")
    return parser


def _draft(
    commands: Any, name: str, run: Callable[..., int], text: str, has_period: bool = True
) -> argparse.ArgumentParser:
    command = add_command(commands, name, run, text)
    command.add_argument("--period", required=has_period, help="a month, such as 2026-10")
    add_moment(command, "ISO8601")
    command.add_argument("--out", required=True, type=Path, help="a new .docx, or a folder")
    command.add_argument("--recipient", action="append", metavar="NAME", help="主送; may be repeated")
    command.add_argument("--copy-to", action="append", metavar="NAME", help="抄送; may be repeated")
    command.add_argument("--day", metavar="DATE", help="the day of the document; default: a blank")
    command.add_argument("--mark", choices=[mark.value for mark in DraftMark])
    for option, about in _GIVEN.items():
        command.add_argument(f"--{option.replace('_', '-')}", default="", metavar="TEXT", help=about)
    return command


def _urge(options: argparse.Namespace) -> int:
    store, as_of, month, given = _begun(options)
    catalogue = catalogue_in_force(store)
    codes = [catalogue.unit(code).unit_code for code in options.unit or ()]
    by = catalogue.clock.parse(options.by) if options.by else None
    if options.each and options.out.is_file():
        raise ValueError(f"--each: expected a folder for --out, found the file {options.out}")
    every = list(dict.fromkeys(unit.unit_code for unit in catalogue.units))
    wanted = [[code] for code in codes or every] if options.each else [codes]
    drafts = [(draft_urge(store, as_of, month, units, options.pending, by, **given), units) for units in wanted]
    papers = [(paper, units[0] if len(units) == 1 else None) for paper, units in drafts if paper is not None]
    if not papers:
        print("nobody owes anything; nothing was written", file=options.stderr)
    if options.each:
        options.out.mkdir(parents=True, exist_ok=True)
    return _write(options, store, "urge", papers)


def _chronology(options: argparse.Namespace) -> int:
    store, as_of, month, given = _begun(options)
    unit_code = catalogue_in_force(store).unit(options.unit).unit_code
    paper = draft_chronology(store, as_of, month, unit_code, **given)
    if paper is None:
        print("the unit owes nothing of that month; nothing was written", file=options.stderr)
    return _write(options, store, "chronology", [(paper, unit_code)] if paper else [])


def _circular(options: argparse.Namespace) -> int:
    store, as_of, month, given = _begun(options)
    return _write(options, store, "circular", [(draft_circular(store, as_of, month, **given), None)])


def _bulletin(options: argparse.Namespace) -> int:
    store, as_of, month, given = _begun(options)
    numbers = {name: getattr(options, name) for name in ("issue_no", "whole_no", "copies")}
    return _write(options, store, "bulletin", [(draft_bulletin(store, as_of, month, **numbers, **given), None)])


def _sheet(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    month, kind = month_asked(options.period), options.kind
    make, extension, _ = SHEETS[kind]
    path = _free(options.out / sheet_name(kind, month)) if options.out.is_dir() else options.out
    _check_new(path, f".{extension}")
    path.write_bytes(make(store, as_of, month))
    audit.note(store, act_of_sheet(kind, month, as_of, store.known))
    return tell(options, {"kind": kind, "as_of": clock_of(store).iso(as_of), "file": str(path)})


def _check_new(path: Path, extension: str) -> None:
    if path.suffix.lower() != extension:
        raise ValueError(f"--out: expected a folder that is there or a file name with {extension}, found {path}")
    if path.exists():
        raise ValueError(f"--out: expected a new file, found that {path} is there already; nothing was written")


def _case(options: argparse.Namespace) -> int:
    store, as_of, _month, given = _begun(options)
    case_ids = [case.case_id for case in cases(store, as_of)]
    wanted = [next((case_id for case_id in case_ids if case_id.startswith(text)), text) for text in options.case]
    return _write(options, store, "case", [(draft_cases(store, as_of, wanted, **given), None)])


def _begun(options: argparse.Namespace) -> tuple[Store, datetime, date | None, dict[str, Any]]:
    """The store, the moment, the month, and what stands in place of the settings."""
    store, as_of = asked_store(options)
    month = month_asked(options.period) if options.period else None
    given: dict[str, Any] = {name: getattr(options, name) for name in _GIVEN}
    given |= {"recipients": tuple(options.recipient or ()), "copies_to": tuple(options.copy_to or ())}
    given |= {"mark": DraftMark(options.mark) if options.mark else None, "day": _day(options.day)}
    return store, as_of, month, given


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"--day: expected a day such as 2026-11-23, found {text!r}; nothing was written") from None


def _write(options: argparse.Namespace, store: Store, kind: str, papers: list[tuple[Paper, str | None]]) -> int:
    """No draft replaces a file that is there: somebody may have worked on it."""
    rows = []
    for paper, unit_code in papers:
        about = catalogue_in_force(store).unit_name(unit_code, on=paper.draft.as_of.date()) if unit_code else ""
        path = _free(options.out / file_name(paper, about)) if options.out.is_dir() else options.out
        _check_new(path, ".docx")
        path.write_bytes(paper.content())
        audit.note(store, act_of(paper, unit_code))
        as_of = clock_of(store).iso(paper.draft.as_of)
        rows.append({"kind": kind, "unit": unit_code, "title": paper.title, "as_of": as_of, "file": str(path)})
    print_rows(rows, options)
    return 0


def _free(path: Path) -> Path:
    if not path.exists():
        return path
    return next(free for n in count(2) if not (free := path.with_stem(f"{path.stem}_{n}")).exists())


def _settings(options: argparse.Namespace) -> int:
    store = opened()
    changes = {name: value for name in (*TEXTS, *LISTS) if (value := getattr(options, name)) is not None}
    return tell(options, set_document_settings(store, changes) if changes else document_settings(store))


run_for_another = command_line.run_for_another("documents", _parser)
