"""The command line of the store: questions (dues, timeliness, late, freshness, anomalies, issues) and care."""

import argparse
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas

from data import command_line
from data.backup import backup, check, restore
from data.catalogue import Catalogue
from data.catalogue_files import read_catalogue, write_catalogue
from data.catalogue_store import (
    catalogue_in_force,
    has_begun,
    load_catalogue,
    set_counting_start,
)
from data.catalogue_xlsx import read_catalogue_xlsx, write_catalogue_xlsx
from data.periods import Cycle, closing_month, label, parse_period
from data.queries.anomalies import anomalies
from data.queries.freshness import freshness
from data.queries.submissions import issues
from data.queries.timeliness import dues, late_reporters, timeliness
from data.queries.versions import changes, versions
from data.store import Store, parse_moment, store_path

Rows = list[dict[str, Any]]


def main(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: `check` found faults; 2: it could not run, and stderr says why."""
    return command_line.run("data", _parser, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, answer in _QUESTIONS.items():
        command = _command(commands, name, lambda options: _ask(options), answer.__doc__)
        command.set_defaults(question=name)
        command.add_argument("--period", help="a month (2026-10) or a period such as 2026-Q4")
        command.add_argument("--unit", help="a unit's code")
        command.add_argument("--as-of", help="ISO 8601 moment; default: now")
    history = _command(commands, "versions", _versions, "every version of one report, or what changed between two")
    for name in ("unit", "template", "period"):
        history.add_argument(f"--{name}", required=True)
    history.add_argument(
        "--changes", nargs="*", type=int, metavar="VERSION", help="cells that differ: A B, or the last two"
    )
    history.add_argument("--as-of", help="ISO 8601 moment; default: now")
    catalogue = _command(commands, "catalogue", _catalogue, "import or export the catalogue")
    catalogue.add_argument("action", choices=("import", "export"))
    catalogue.add_argument("path", type=Path, help="a folder of reference files, or one .xlsx")
    start = _command(commands, "start", _start, "the first month that this store counts")
    start.add_argument("period")
    start.add_argument("--force", action="store_true", help="even where months with received reports no longer count")
    _command(commands, "backup", _backup, "write a consistent copy").add_argument("file", type=Path)
    _command(commands, "restore", _restore, "make a copy the store").add_argument("file", type=Path)
    _command(commands, "check", _check, "look for facts that contradict each other")
    return parser


def _command(commands, name: str, run: Callable, text: str | None) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    command.set_defaults(run=run)
    return command


def _opened() -> Store:
    return command_line.opened()


def _ask(options: argparse.Namespace) -> int:
    store = _opened()
    catalogue = catalogue_in_force(store)
    zone = catalogue.bureau.timezone
    as_of = parse_moment(options.as_of, zone) if options.as_of else datetime.now(UTC)
    month, period, cycle = _wanted(options.period)
    if not options.json and not has_begun(store):
        print("this store has not begun to count; see: python -m data start --help", file=options.stderr)
    if options.unit and options.unit not in {unit.unit_code for unit in catalogue.units}:
        raise ValueError(f"expected the code of a unit of the catalogue, found {options.unit!r}")
    frame = _QUESTIONS[options.question](store, as_of, month, options.unit)
    if period is not None and "period" in frame and not frame.empty:
        cycles = {template.template_code: template.cycle for template in catalogue.templates}
        frame = frame[(frame["period"] == pandas.Timestamp(period)) & (frame["template_code"].map(cycles) == cycle)]
    _print([_object(row, catalogue) for row in frame.to_dict("records")], options)
    return 0


def _versions(options: argparse.Namespace) -> int:
    store = _opened()
    catalogue = catalogue_in_force(store)
    if options.unit not in {unit.unit_code for unit in catalogue.units}:
        raise ValueError(f"expected the code of a unit of the catalogue, found {options.unit!r}")
    try:
        template = catalogue.template(options.template)
    except KeyError:
        raise ValueError(f"expected the code of a template of the catalogue, found {options.template!r}") from None
    as_of = parse_moment(options.as_of, catalogue.bureau.timezone) if options.as_of else datetime.now(UTC)
    period = parse_period(options.period, template.cycle)
    found = versions(store, as_of, options.unit, options.template, period)
    if options.changes is not None:
        before, after = _two_versions(found, options.changes)
        ids = found.set_index("version")["submission_id"]
        found = changes(store, ids[before], ids[after]).assign(before_version=before, after_version=after)
    key = {"unit_code": options.unit, "template_code": options.template, "period": pandas.Timestamp(period)}
    _print([_object(key | row, catalogue) for row in found.to_dict("records")], options)
    return 0


def _two_versions(found: pandas.DataFrame, wanted: list[int]) -> tuple[int, int]:
    """The versions to compare: those that are wanted, else the last two that were received."""
    known = found.loc[found["outcome"] == "accepted", "version"].tolist()
    if not wanted and len(known) > 1:
        return known[1], known[0]
    if len(wanted) != 2 or not set(wanted) <= set(known):
        raise ValueError(f"expected two of the accepted versions {sorted(known)}, found {wanted or 'fewer than two'}")
    return wanted[0], wanted[1]


def _wanted(text: str | None) -> tuple[date | None, date | None, Cycle | None]:
    """(month, None) for a month, in which every due that closes then is meant; (None, period) for a longer period."""
    if text is None:
        return None, None, None
    try:
        return parse_period(text, Cycle.MONTH), None, None
    except ValueError:
        pass
    for cycle in (Cycle.QUARTER, Cycle.HALF_YEAR, Cycle.YEAR):
        try:
            return None, parse_period(text, cycle), cycle
        except ValueError:
            continue
    raise ValueError(f"expected a period such as 2026-10 or 2026-Q4, found {text!r}")


def _dues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """every due with its deadline and status"""
    return dues(store, as_of, month, unit)


def _timeliness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """due, received, on time, reporting rate and on-time rate by unit x template x period"""
    return timeliness(store, as_of, month=month, unit_code=unit)


def _late(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """who is late (received after the deadline), missing, or still owes (pending), and by how many days"""
    frame = late_reporters(store, as_of, month, unit)
    names = ["unit_code", "template_code", "period", "deadline", "status", "days_late", "first_received_at", "kind"]
    return frame[names].rename(columns={"first_received_at": "received_at"})


def _freshness(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """the age of the newest accepted data by unit x template: fresh, ageing, stale"""
    return freshness(store, as_of, unit)


def _anomalies(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """figures that look wrong, each with where it is and why"""
    return anomalies(store, as_of, month, unit)


def _issues(store: Store, as_of: datetime, month: date | None, unit: str | None) -> pandas.DataFrame:
    """what was wrong in the files that came in"""
    frame = issues(store, as_of, unit)
    if month is None or frame.empty:
        return frame
    cycles = {template.template_code: template.cycle for template in catalogue_in_force(store).templates}
    closing = [
        None
        if pandas.isna(row.period)
        else closing_month(row.period.date(), cycles.get(row.template_code, Cycle.MONTH))
        for row in frame.itertuples()
    ]
    return frame[[one == month for one in closing]]


_QUESTIONS: dict[str, Callable[..., pandas.DataFrame]] = {
    "dues": _dues,
    "timeliness": _timeliness,
    "late": _late,
    "freshness": _freshness,
    "anomalies": _anomalies,
    "issues": _issues,
}


def _object(row: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A row as people and programs read it: codes with their names, periods as written, moments as ISO 8601."""
    cycles = {template.template_code: template.cycle for template in catalogue.templates}
    names = {template.template_code: template.template_name["zh-CN"] for template in catalogue.templates}
    code = row.get("template_code")
    answer: dict[str, Any] = {}
    for name, value in row.items():
        if name == "unit_code":
            answer |= {"unit": value, "unit_name": catalogue.unit_name(value) if value else None}
        elif name == "template_code":
            answer |= {"template": value, "template_name": names.get(value)}
        elif name in ("period", "newest_period") and not pandas.isna(value):
            answer[name] = label(value.date(), cycles.get(code, Cycle.MONTH))
        elif name == "month":
            answer[name] = f"{value:%Y-%m}"
        elif name == "details":
            answer[name] = json.loads(value)
        else:
            answer[name] = _plain(value, catalogue.bureau.timezone)
    return answer


def _plain(value: Any, timezone: str) -> Any:
    if value is None or value is pandas.NaT or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, pandas.Timestamp):
        return value.tz_convert(timezone).isoformat() if value.tzinfo else value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


def _print(rows: Rows, options: argparse.Namespace) -> None:
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


def _catalogue(options: argparse.Namespace) -> int:
    if options.action == "export":
        catalogue = catalogue_in_force(_opened())
        if options.path.suffix.lower() == ".xlsx":
            write_catalogue_xlsx(catalogue, options.path)
        else:
            write_catalogue(catalogue, options.path)
        return _tell(options, {"exported": str(options.path), **_counts(catalogue)})
    is_book = options.path.suffix.lower() == ".xlsx"
    catalogue = read_catalogue_xlsx(options.path) if is_book else read_catalogue(options.path)
    is_new = load_catalogue(command_line.opened(has_catalogue=False), catalogue, datetime.now(UTC))
    return _tell(options, {"imported": str(options.path), "is_new": is_new, **_counts(catalogue)})


def _counts(catalogue: Catalogue) -> dict[str, int]:
    return {
        "units": len({unit.unit_code for unit in catalogue.units}),
        "obligations": len(catalogue.obligations),
        "templates": len(catalogue.templates),
        "calendar_days": len(catalogue.calendar),
    }


def _start(options: argparse.Namespace) -> int:
    store, now = _opened(), datetime.now(UTC)
    first = parse_period(options.period, Cycle.MONTH)
    hidden = store.rows(
        "SELECT count(*) FROM timeliness_at(?) WHERE month < ? AND first_received_at IS NOT NULL", [now, first]
    )[0][0]
    if hidden and not options.force:
        raise ValueError(
            f"{hidden} reports that were received for earlier months would no longer count; "
            "nothing was changed. Add --force if that is meant"
        )
    set_counting_start(store, first, now)
    return _tell(options, {"counts_from": f"{first:%Y-%m}"})


def _backup(options: argparse.Namespace) -> int:
    backup(_opened(), options.file)
    return _tell(options, {"backup": str(options.file), "bytes": options.file.stat().st_size})


def _restore(options: argparse.Namespace) -> int:
    kept = restore(options.file, store_path(), command_line.sitter())
    return _tell(options, {"restored": str(options.file), "previous_store": str(kept) if kept else None})


def _check(options: argparse.Namespace) -> int:
    found = check(_opened())
    _tell(options, {"faults": found} if options.json else {"faults": "; ".join(found) or "none"})
    return 1 if found else 0


def _tell(options: argparse.Namespace, answer: dict[str, Any]) -> int:
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1), file=options.stdout)
    else:
        print("\n".join(f"{name}\t{value}" for name, value in answer.items()), file=options.stdout)
    return 0


run_for_another = command_line.run_for_another("data", _parser)
