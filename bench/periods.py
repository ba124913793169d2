"""How many honest ledgers are asked whether they belong to another period: every one that counts, held against all
others as if it came last.

    python -m bench.periods STORE
"""

import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from data.access import OWNER
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import ColumnType, Template, TemplateKind
from data.store import Store
from loaders.checking.event_dates import date_issues, habits_of
from loaders.checking.other_months import key_issues, keys_that_count
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked, Row
from loaders.sheets import Sheet


def main(path: str) -> None:
    """Prints the ledgers of each template, and the questions about them, with and without a past to learn from."""
    store = Store(Path(path)).seen_by(OWNER)
    now = datetime.now(UTC)
    for template in catalogue_in_force(store).templates:
        if template.kind is not TemplateKind.LEDGER:
            continue
        ledgers = _ledgers(store, template, now)
        keys = keys_that_count(store, now, template)
        asked: Counter[str] = Counter()
        for (unit_code, period), rows in ledgers.items():
            recognised = Recognised(template, Sheet("", False, ()), 4, {}, {}, unit_code, period)
            habits = habits_of(store, now, template, [(unit_code, period)])
            asked["dates"] += len(date_issues(recognised, rows, habits))
            asked["dates, no past"] += len(date_issues(recognised, rows, {}))
            asked["keys"] += len(key_issues(recognised, Checked(rows, []), keys, []))
        print(
            template.template_code, f"{len(ledgers)} ledgers", *(f"{name}: {n}" for name, n in asked.items()), sep="\t"
        )


def _ledgers(store: Store, template: Template, now: datetime) -> dict[tuple[str, date], list[Row]]:
    """unit, period → the rows that count."""
    dated = {column.name for column in template.columns if column.type is ColumnType.DATE}
    rows: dict[tuple, Row] = {}
    for cell in store.rows(
        """SELECT unit_code, period, row_no, col_no, row_key, column_name, txt FROM fact
            JOIN current_at($as_of) USING (submission_id) WHERE template_code = $template_code ORDER BY ALL""",
        {"as_of": now, "template_code": template.template_code},
    ):
        row = rows.setdefault((cell.unit_code, cell.period, cell.row_no), Row(cell.row_no, {}, {}, key=cell.row_key))
        value: Any = date.fromisoformat(cell.txt) if cell.column_name in dated else cell.txt
        row.values[cell.column_name], row.col_nos[cell.column_name] = value, cell.col_no
    ledgers: dict[tuple[str, date], list[Row]] = {}
    for (unit_code, period, _), row in rows.items():
        ledgers.setdefault((unit_code, period), []).append(row)
    return ledgers


if __name__ == "__main__":
    main(*sys.argv[1:])
