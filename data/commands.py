"""The command line of the store: questions (dues, timeliness, late, freshness, anomalies, issues), care and people."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas

from data import audit, command_line
from data.anomalies import commands as triage_commands
from data.audit import Act
from data.backup import backup, backup_into, check, create_anew, restore
from data.boards import commands as boards_commands
from data.catalogue.fault_places import with_places
from data.catalogue.files import CatalogueError, read_catalogue, write_catalogue
from data.catalogue.in_force import catalogue_in_force, clock_of, has_begun, load_catalogue, set_counting_start
from data.catalogue.model import Catalogue
from data.catalogue.xlsx import read_catalogue_xlsx, write_catalogue_xlsx
from data.command_line import add_command, add_moment, asked_store, opened, print_rows, tell
from data.drill import commands as drill_commands
from data.dues import commands as deadline_commands
from data.dues import cycle_commands
from data.dues.timeliness import received_before
from data.forms import commands as form_commands
from data.indicators import commands as indicator_commands
from data.moved_clock import confirm_clock
from data.people import commands as people_commands
from data.people.came_back import came_back, end_again
from data.periods import month_asked
from data.questions import QUESTIONS, WITHOUT_PERIOD, answer
from data.readable import as_read
from data.rows import commands as rows_commands
from data.start import commands as start_commands
from data.store import store_path
from data.submissions import commands as review_commands
from data.submissions.versions import changes, versions
from data.supervision import commands as supervision_commands


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: `check` found faults; 2: it could not run, and stderr says why."""
    return command_line.run("data", _parser, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, question in QUESTIONS.items():
        command = add_command(commands, name, _ask, question.__doc__)
        command.set_defaults(question=name)
        words = argparse.SUPPRESS if name in WITHOUT_PERIOD else "a month (2026-10) or a period such as 2026-Q4"
        command.add_argument("--period", help=words)
        command.add_argument("--unit", help="a unit's code")
        add_moment(command)
    history = add_command(commands, "versions", _versions, "every version of one report, or what changed between two")
    for name in ("unit", "template", "period"):
        history.add_argument(f"--{name}", required=True)
    history.add_argument(
        "--changes", nargs="*", type=int, metavar="VERSION", help="cells that differ: A B, or the last two"
    )
    add_moment(history)
    catalogue = add_command(commands, "catalogue", _catalogue, "import or export the catalogue")
    catalogue.add_argument("action", choices=("import", "export"))
    catalogue.add_argument("path", type=Path, help="a folder of reference files, or one .xlsx")
    start = add_command(commands, "start", _start, "the first month that this store counts")
    start.add_argument("period")
    start.add_argument("--force", action="store_true", help="even where months with received reports no longer count")
    copied = add_command(commands, "backup", _backup, "write a consistent copy")
    copied.add_argument("file", type=Path, help="a new file; or a folder, for one named by its date")
    copied.add_argument("--keep", type=int, metavar="N", help="in a folder: delete all but the newest N")
    copied.add_argument("--sure", action="store_true", help="whatever was lost against the copy before is meant")
    add_command(commands, "create", _create, "make a new, empty store where one was lost or deleted")
    restored = add_command(commands, "restore", _restore, "make a copy the store")
    restored.add_argument("file", type=Path)
    restored.add_argument("--end", action="store_true", help="end and disable what had been since the copy")
    clock = add_command(commands, "clock", _clock, "whether the machine's clock is believed")
    clock.add_argument("--right", metavar="REASON", help="it is right as it is now, and why that is known")
    add_command(commands, "check", _check, "look for facts that contradict each other")
    drill_commands.add_parsers(commands)
    start_commands.add_parsers(commands)
    rows_commands.add_parsers(commands)
    people_commands.add_parsers(commands)
    deadline_commands.add_parsers(commands)
    cycle_commands.add_parsers(commands)
    form_commands.add_parsers(commands)
    review_commands.add_parsers(commands)
    triage_commands.add_parsers(commands)
    indicator_commands.add_parsers(commands)
    supervision_commands.add_parsers(commands)
    boards_commands.add_parsers(commands)
    return parser


def _ask(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    rows = answer(store, options.question, as_of, options.period, options.unit)
    if not options.json and not has_begun(store):
        print("this store has not begun to count; see: python -m data start --help", file=options.stderr)
    print_rows(rows, options)
    return 0


def _versions(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    catalogue = catalogue_in_force(store)
    catalogue.unit(options.unit)
    period = catalogue.period(options.template, options.period)
    rows = versions(store, as_of, options.unit, options.template, period)
    if options.changes is not None:
        before, after = _two_versions(rows, options.changes)
        ids = rows.set_index("version")["submission_id"]
        rows = changes(store, ids[before], ids[after]).assign(before_version=before, after_version=after)
    key = {"unit_code": options.unit, "template_code": options.template, "period": pandas.Timestamp(period)}
    print_rows([as_read(key | row, catalogue) for row in rows.to_dict("records")], options)
    return 0


def _two_versions(every: pandas.DataFrame, wanted: list[int]) -> tuple[int, int]:
    """The versions to compare: those that are wanted, else the last two that were received."""
    accepted = every.loc[every["outcome"] == "accepted", "version"].tolist()
    if not wanted and len(accepted) > 1:
        return accepted[1], accepted[0]
    if len(wanted) != 2 or not set(wanted) <= set(accepted):
        received = wanted or "fewer than two"
        raise ValueError(f"expected two of the accepted versions {sorted(accepted)}, found {received}")
    return wanted[0], wanted[1]


def _catalogue(options: argparse.Namespace) -> int:
    if options.action == "export":
        store = opened()
        catalogue = catalogue_in_force(store)
        if options.path.suffix.lower() == ".xlsx":
            write_catalogue_xlsx(catalogue, options.path)
        else:
            write_catalogue(catalogue, options.path)
        audit.note(store, Act("catalogue_exported", str(options.path)))
        return tell(options, {"exported": str(options.path), **_counts(catalogue)})
    is_book = options.path.suffix.lower() == ".xlsx"
    catalogue = read_catalogue_xlsx(options.path) if is_book else read_catalogue(options.path)
    store = opened(has_catalogue=False)
    try:
        is_new = load_catalogue(store, catalogue, store.now())
    except CatalogueError as error:
        raise CatalogueError(with_places(str(error), options.path)) from error
    return tell(options, {"imported": str(options.path), "is_new": is_new, **_counts(catalogue)})


def _counts(catalogue: Catalogue) -> dict[str, int]:
    return {
        "units": len({unit.unit_code for unit in catalogue.units}),
        "obligations": len(catalogue.obligations),
        "templates": len(catalogue.templates),
        "calendar_days": len(catalogue.calendar),
        "indicators": len(catalogue.indicators),
    }


def _start(options: argparse.Namespace) -> int:
    store = opened()
    now = store.now()
    first = month_asked(options.period)
    hidden = received_before(store, first, now)
    if hidden and not options.force:
        raise ValueError(
            f"{hidden} reports that were received for earlier months would no longer count; "
            "nothing was changed. Add --force if that is meant"
        )
    set_counting_start(store, first, now)
    return tell(options, {"counts_from": f"{first:%Y-%m}"})


def _backup(options: argparse.Namespace) -> int:
    if options.file.is_dir():
        store = opened()
        copied = backup_into(store, options.file, store.now(), options.keep, options.sure)
        told = {"backup": str(copied.made), "bytes": copied.made.stat().st_size}
        told |= {"let_go": [path.name for path in copied.gone]}
        if not copied.doubts:
            return tell(options, told)
        tell(options, told | {"doubts": copied.doubts if options.json else "; ".join(copied.doubts)})
        return 1
    if options.keep is not None:
        raise ValueError(f"--keep: expected a folder beside it, found {options.file}")
    backup(opened(), options.file)
    return tell(options, {"backup": str(options.file), "bytes": options.file.stat().st_size})


def _create(options: argparse.Namespace) -> int:
    moved = create_anew(store_path(), command_line.sitter())
    return tell(options, {"created": str(store_path()), "set_aside": [path.name for path in moved]})


def _restore(options: argparse.Namespace) -> int:
    kept = restore(options.file, store_path(), command_line.sitter())
    store = opened()
    back = came_back(store, kept)
    if options.end:
        end_again(store, back)
    told = {"restored": str(options.file), "previous_store": str(kept) if kept else None}
    told |= {"tokens_back": list(back.token_ids), "accounts_back": list(back.user_codes), "are_ended": options.end}
    if not back.is_known:
        print("what was ended or disabled since the backup is not known: go through both lists", file=options.stderr)
    elif (back.token_ids or back.user_codes) and not options.end:
        print("these open the door again; to end them: data tokens end, data users disable", file=options.stderr)
    return tell(options, told)


def _clock(options: argparse.Namespace) -> int:
    store = opened()
    if options.right is not None:
        confirm_clock(store, options.right)
    off, clock = store.timekeeper.off_by(), clock_of(store)
    believed = store.now()
    told = {"machine": clock.iso(believed + off), "believed": clock.iso(believed)}
    tell(options, told | {"off_by_seconds": round(off.total_seconds())})
    return 1 if off else 0


def _check(options: argparse.Namespace) -> int:
    faults = check(opened())
    tell(options, {"faults": faults} if options.json else {"faults": "; ".join(faults) or "none"})
    return 1 if faults else 0


run_for_another = command_line.run_for_another("data", _parser)
