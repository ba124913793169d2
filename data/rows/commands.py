"""rows: what was delivered, row by row, summed, or one column laid out; and taken away as a file."""

import argparse
from pathlib import Path
from typing import Any

from data import audit
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.command_line import add_command, add_moment, asked_store, print_rows, tell
from data.readable import Rows
from data.rows.asked import Asked, read
from data.rows.files import MEDIA, MOST, figures_file, file_of
from data.rows.handed_out import AS_OF, QUESTION, handed_out, question_of
from data.rows.pivot import Pivot
from data.rows.readable import layout_as_read, rows_as_read, totals_as_read
from locales import DEFAULT, LOCALES

DOWNLOADED = "rows_downloaded"


def add_parsers(commands: Any) -> None:
    """The command `rows`."""
    command = add_command(
        commands, "rows", _rows, "the accepted rows of a template, their totals, or one column laid out"
    )
    command.add_argument("--template", required=True, help="a template's code")
    command.add_argument("--unit", help="units' codes, with commas between")
    command.add_argument("--period", help="a month (2026-10) or a period such as 2026-Q4")
    command.add_argument("--from", dest="from_", metavar="PERIOD", help="the first period")
    command.add_argument("--to", metavar="PERIOD", help="the last period")
    command.add_argument("--columns", help="the columns to show, with commas between; default: all")
    command.add_argument("--where", help="conditions: 'stage=A|B;accepted=10..20;field=words'")
    command.add_argument("--search", help="words that some text of the row contains")
    command.add_argument("--sort", help="a column; -column: the largest first")
    command.add_argument("--limit", help="rows at once; default: 50")
    command.add_argument("--offset", help="rows to leave out before the first")
    add_moment(command)
    shape = command.add_mutually_exclusive_group()
    shape.add_argument(
        "--totals", action="store_true", help="a figure for each column of numbers, or why there is none"
    )
    shape.add_argument("--by", help="lay --measure out by unit, period or a column")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="a new .xlsx, .csv or .parquet: all rows on all pages, or the figures"
    )
    command.add_argument("--lang", choices=LOCALES, default=DEFAULT, help="of the headings of an .xlsx")
    command.add_argument("--across", help="with --by: what stands across")
    command.add_argument("--measure", help="with --by: the column of numbers")


def _rows(options: argparse.Namespace) -> int:
    store, as_of = asked_store(options)
    asked = _asked(options, store)
    if options.by and not options.measure:
        raise ValueError("--by: expected --measure beside it, found none")
    if options.out:
        _check_new(options.out)
    if options.by:
        pivot = Pivot(options.by, options.across, options.measure)
        return _figures(options, store, as_of, asked, layout_as_read(store, as_of, asked, pivot))
    if options.totals:
        return _figures(options, store, as_of, asked, totals_as_read(store, as_of, asked))
    if options.out:
        return _taken_away(options, store, as_of, asked)
    found = rows_as_read(store, as_of, asked)
    print_rows(found if options.json else _flat(found), options)
    return 0


def _figures(options: argparse.Namespace, store: Any, as_of: Any, asked: Asked, found: Rows) -> int:
    if not options.out:
        print_rows(found, options)
        return 0
    about = {AS_OF: catalogue_in_force(store).clock.iso(as_of), QUESTION: question_of(asked)}
    return _written(options, store, figures_file(found, about, options.out.suffix.lower()[1:]), len(found), asked)


def _asked(options: argparse.Namespace, store: Any) -> Asked:
    names = ("template", "unit", "to", "columns", "where", "search", "sort", "limit", "offset")
    words = {name: getattr(options, name) or "" for name in names}
    return read(words | {"period": options.period or "", "from": options.from_ or ""}, catalogue_in_force(store))


def _flat(found: Rows) -> Rows:
    """A table's rows: values and cells side by side."""
    flat = []
    for row in found:
        values, cells = row.pop("values"), row.pop("cells")
        flat.append(
            row
            | {f"value.{name}": value for name, value in values.items()}
            | {f"cell.{name}": cell for name, cell in cells.items()}
        )
    return flat


def _taken_away(options: argparse.Namespace, store: Any, as_of: Any, asked: Asked) -> int:
    format_ = options.out.suffix.lower()[1:]
    table = handed_out(store, as_of, asked, MOST[format_])
    return _written(options, store, file_of(table, format_, options.lang), len(table.frame), asked)


def _check_new(path: Path) -> None:
    if path.suffix.lower()[1:] not in MEDIA:
        raise ValueError(f"--out: expected a file that ends in {', '.join(f'.{name}' for name in MEDIA)}, found {path}")
    if path.exists():
        raise ValueError(f"--out: expected a new file, found that {path} is there already; nothing was written")


def _written(options: argparse.Namespace, store: Any, content: bytes, rows: int, asked: Asked) -> int:
    with options.out.open("xb") as file:
        file.write(content)
    audit.note(store, download_act(question_of(asked), options.out.suffix.lower(), rows, asked))
    return tell(options, {"written": str(options.out), "rows": rows})


def download_act(question: str, suffix: str, rows: int | None, asked: Asked) -> Act:
    """What the audit trail keeps of rows that were taken away. rows None: not known before they are."""
    unit = asked.units[0] if len(asked.units) == 1 else None
    details = {"template": asked.template_code, "question": question, "format": suffix}
    return Act(DOWNLOADED, asked.template_code, unit, details | ({} if rows is None else {"rows": rows}))
