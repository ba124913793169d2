"""`python -m bench.questions STORE [--seeds N]`: how often an honest section is asked about its past.

First every file of a made-up history in the order of its arrival, the last year of them as sections send them; then the
rows of N other made-up histories, each of their last twelve months against those before. Prints each question that no
planted mistake explains; nothing passes or fails. STORE is only read.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

from data.access import SAMPLE
from data.catalogue.in_force import catalogue_in_force, ensure_catalogue
from data.catalogue.model import Template, TemplateKind
from data.periods import add_months, closing_month
from data.store import Store
from loaders.arriving.worker import READER
from loaders.checking.lost import lost_columns
from loaders.checking.past import Past
from loaders.checking.past_rows import far_outside
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from loaders.issues import Issue
from loaders.messages import message
from loaders.sample import rows as sample_rows
from loaders.sheets import Sheet

CODES = ("lost_rows", "lost_columns", "renamed_column", "far_outside", "replaces_other_month")
REASON = "历史数据重放，已与原始台账逐笔核对"
MONTHS = 12


@dataclass(frozen=True)
class File:
    """One accepted file of the history."""

    content: bytes
    file_name: str
    received_at: datetime
    month: date
    version: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    history = Store(options.store, is_copy=True)
    try:
        _print_replayed(history)
        for seed in range(options.seeds):
            _print_rows(history, seed)
    finally:
        history.close()
        READER.close()


def _files(history: Store) -> list[File]:
    templates = {template.template_code: template for template in catalogue_in_force(history).templates}
    rows = history.rows(
        """SELECT content, s.file_name, received_at, template_code, period, version
        FROM submission s JOIN workbook_file USING (sha256)
        WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction') ORDER BY received_at, version"""
    )
    return [
        File(
            row.content,
            row.file_name,
            row.received_at,
            closing_month(row.period, templates[row.template_code].cycle),
            row.version,
        )
        for row in rows
    ]


def _planted(last: date) -> set[tuple[str, str, date]]:
    """unit, template, month of the mistakes that the history holds on purpose."""
    told = json.loads((sample_rows.FOLDER / "story.json").read_text(encoding="utf-8"))["planted"]
    return {(one["unit"], one["template"], add_months(last, -one["back"])) for one in told}


def _print_replayed(history: Store) -> None:
    files = _files(history)
    last = max(file.month for file in files)
    since, planted = add_months(last, 1 - MONTHS), _planted(last)
    asked: Counter[str] = Counter()
    corrections = sent = 0
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.duckdb")
        ensure_catalogue(store, datetime.now(UTC))
        teller = store.seen_by(replace(store.person, via=SAMPLE))
        for file in files:
            is_sent = file.month >= since
            upload = Upload(file.content, file.file_name, file.received_at, "bench", REASON)
            (receipts,) = take_in(store if is_sent else teller, [upload])
            sent, corrections = sent + is_sent, corrections + (is_sent and file.version > 1)
            for receipt in receipts:
                for issue in receipt.issues:
                    about = (receipt.unit_code, receipt.template.template_code, file.month)
                    if issue.code in CODES:
                        asked[issue.code, "planted" if about in planted else "honest"] += 1
                        if about not in planted:
                            print(file.file_name, message(issue, receipt.template, "zh-CN"))
        store.close()
    print(
        f"{sent} files of the last {MONTHS} months, {corrections} of them corrections: {dict(asked) or 'no question'}"
    )


def _print_rows(history: Store, seed: int) -> None:
    """Other draws of the same recipes: no mistakes are planted in them."""
    catalogue, number, asked = catalogue_in_force(history), 0, Counter()
    last = add_months(max(file.month for file in _files(history)), 0)
    draws = sample_rows.seeded
    with (
        mock.patch.object(sample_rows, "seeded", lambda *parts: draws("bench", seed, *parts)),
        sample_rows.RowMaker(history, catalogue) as maker,
    ):
        for code, recipe in sample_rows.recipes(catalogue).items():
            units = [one.unit_code for one in catalogue.obligations if one.template_code == code]
            made = maker.rows(recipe, units, add_months(last, -35), last)
            for (unit, period), issues in _questions(recipe.template, made, last):
                number += 1
                for issue in issues:
                    asked[issue.code] += 1
                    print(f"seed {seed} {code} {unit} {period:%Y-%m}", message(issue, recipe.template, "zh-CN"))
    print(f"seed {seed}: {number} returns of {MONTHS} months: {dict(asked) or 'no question'}")


def _questions(
    template: Template, made: sample_rows.Rows, last: date
) -> Iterator[tuple[tuple[str, date], list[Issue]]]:
    for (unit, period), rows in made.items():
        if rows and period > add_months(last, -MONTHS):
            past = _past(template, {when: own for (who, when), own in made.items() if who == unit and when < period})
            columns = {number: column.name for number, column in enumerate(template.columns, 1)}
            recognised = Recognised(template, Sheet(code_of(template), False, ()), 1, columns, {}, unit, period)
            checked = Checked([_row(template, number, row) for number, row in enumerate(rows, 2)], [])
            yield (
                (unit, period),
                far_outside(past, recognised, checked) + lost_columns(past, None, recognised, checked, []),
            )


def code_of(template: Template) -> str:
    """A sheet's name."""
    return template.template_code


def _row(template: Template, row_no: int, values: sample_rows.Row) -> Row:
    col_nos = {column.name: number for number, column in enumerate(template.columns, 1)}
    key = "|".join(str(values[name]) for name in template.row_key)
    return Row(row_no, dict(values), col_nos, key=key)


def _past(template: Template, earlier: dict[date, list[sample_rows.Row]]) -> Past:
    past = Past(min(earlier, default=date.min))
    for period, rows in sorted(earlier.items())[-24:]:
        for row in rows:
            series = "" if template.kind is TemplateKind.LEDGER else "|".join(str(row[n]) for n in template.row_key)
            for name, value in row.items():
                if value is not None:
                    counts = past.filled.setdefault(name, {})
                    counts[period] = counts.get(period, 0) + 1
                    if template.column(name).type.is_number:
                        past.figures.setdefault((series, name), []).append((period.toordinal(), float(value)))
    return past


if __name__ == "__main__":
    main()
