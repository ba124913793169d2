"""`python -m bench.rows [--rows N] [--rounds N]`: what the accepted rows cost in a store of 6 million cells.

The store is made up by SQL alone: one template, ten units, 24 months, N rows a return. Prints medians of time and of
processor time; nothing passes or fails.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bench.medians import median_ms, median_processor_ms
from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force, ensure_catalogue
from data.catalogue.model import ColumnType, Template
from data.rows.asked import Asked, Condition, Sort
from data.rows.pivot import Pivot, pivoted
from data.rows.rows import number_of_rows, rows
from data.rows.totals import returns_of, totals, units_of
from data.store import Store

TEMPLATE, AS_OF = "BE-01", datetime(2026, 11, 1, tzinfo=UTC)
_NO, _MONTHS = 10, 24


def main() -> None:
    """Make the store, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=1320, help="rows of one return")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = made(Path(folder) / "store.duckdb", options.rows)
        print(f"cells {store.value('SELECT count(*) FROM fact'):,}, rows {number_of_rows(store, AS_OF, _asked()):,}")
        for name, ask in _questions(store).items():
            used = median_processor_ms(ask, options.rounds)
            print(f"{name:44} {median_ms(ask, options.rounds):8.1f} ms, processor {used:8.1f} ms", flush=True)
        store.close()


def made(path: Path, rows_a_return: int) -> Store:
    """A store with that many rows in each of 240 returns of one template, every column filled."""
    store = Store(path)
    ensure_catalogue(store, AS_OF)
    template = catalogue_in_force(store).template(TEMPLATE)
    units = [unit.unit_code for unit in catalogue_in_force(store).units][:_NO]
    with store.write() as cursor:
        cursor.execute(
            """INSERT INTO submission (submission_id, receipt_no, sha256, file_name, unit_code, template_code,
                template_version, period, version, kind, outcome, received_at, recorded_at, reported_by, row_count,
                is_sample)
            SELECT md5(unit || period::VARCHAR), md5(unit), md5(unit), 'made.xlsx', unit, $template, '1', period::DATE,
                1, 'workbook', 'accepted', period + INTERVAL 50 DAY, period + INTERVAL 50 DAY, '', $rows, false
            FROM (SELECT unnest($units::VARCHAR[]) AS unit),
                (SELECT unnest(range(DATE '2024-10-01', DATE '2026-10-01', INTERVAL 1 MONTH)) AS period)""",
            {"template": template.template_code, "rows": rows_a_return, "units": units},
        )
        for col_no, column in enumerate(_figures(template), start=3):
            num = f"(hash(submission_id, row_no, {col_no}) % 1000)::DOUBLE" if column.type.is_number else "NULL"
            values = list(column.values) or ["文字"]
            txt = (
                "NULL"
                if column.type.is_number
                else f"$texts[1 + (hash(submission_id, row_no, {col_no}) % {len(values)})::INT]"
            )
            cursor.execute(
                f"""INSERT INTO fact (submission_id, sheet, row_no, col_no, column_name, row_key, num, txt)
                SELECT submission_id, 'Sheet1', row_no, {col_no}, '{column.name}', 'row ' || row_no,
                    {num}, {txt}
                FROM submission, (SELECT unnest(range(5, 5 + $rows))::INTEGER AS row_no)""",
                {"rows": rows_a_return} | ({"texts": values} if "$texts" in txt else {}),
            )
    return store


def _figures(template: Template) -> list:
    return [column for column in template.columns if column.type not in (ColumnType.PERIOD, ColumnType.UNIT)]


def _asked() -> Asked:
    return Asked(TEMPLATE)


def _questions(store: Store) -> dict[str, Callable[[], object]]:
    asked = _asked()
    leader = store.seen_by(Person("leader", "leader", Role.LEADER))
    unit = catalogue_in_force(store).units[0].unit_code
    section = store.seen_by(Person("clerk", "clerk", Role.REPORTER, unit))
    narrow = replace(asked, conditions=(Condition("stage", ("施工许可",)), Condition("accepted", low=900)))
    months = replace(asked, first=date(2026, 9, 1), last=date(2026, 9, 1))
    return {
        "first page": lambda: rows(store, AS_OF, asked),
        "first page, a leader": lambda: rows(leader, AS_OF, asked),
        "first page, a section": lambda: rows(section, AS_OF, asked),
        "page 1,000": lambda: rows(store, AS_OF, replace(asked, offset=50_000)),
        "number of rows": lambda: number_of_rows(store, AS_OF, asked),
        "units of the rows": lambda: units_of(store, AS_OF, asked),
        "returns of the rows": lambda: returns_of(store, AS_OF, asked),
        "first page, sorted by a column": lambda: rows(store, AS_OF, replace(asked, sort=Sort("accepted", True))),
        "first page, two conditions": lambda: rows(store, AS_OF, narrow),
        "number of rows, two conditions": lambda: number_of_rows(store, AS_OF, narrow),
        "first page, a search": lambda: rows(store, AS_OF, replace(asked, search="许可")),
        "totals of one month": lambda: totals(store, AS_OF, months),
        "totals of 24 months": lambda: totals(store, AS_OF, asked),
        "unit x period of one column": lambda: pivoted(store, AS_OF, asked, Pivot("unit", "period", "accepted")),
        "stage x period of a rate": lambda: pivoted(store, AS_OF, asked, Pivot("stage", "period", "online_rate")),
    }


if __name__ == "__main__":
    main()
