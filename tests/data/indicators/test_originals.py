"""Each indicator of the made-up history, a second time from the kept originals: workbooks opened by openpyxl alone."""

import io
import math
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Template
from data.indicators.returns import returns_behind
from data.store import Store
from loaders.sample.history import load_sample
from tests.conftest import shanghai
from tests.data.indicators.plain import PLAIN
from tests.ready import reference_store

NOW = shanghai("2026-11-24T12:00:00")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three months of every unit and template."""
    store = reference_store(tmp_path_factory.mktemp("originals") / "store.duckdb", NOW)
    load_sample(store, 3, now=NOW)
    yield store
    store.close()


def originals(store: Store) -> dict[tuple, Any]:
    """unit, template, period → the kept original of what was accepted last."""
    rows = store.rows(
        "SELECT unit_code, template_code, period, content FROM submission JOIN workbook_file USING (sha256) "
        "WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction') ORDER BY received_at, version"
    )
    return {(row.unit_code, row.template_code, row.period): row.content for row in rows}


def rows_of(content: bytes, template: Template) -> list[dict[str, Any]]:
    """The rows below the headings, numbers as numbers; without the total and the signatures."""
    labels = {_bare(column.label["zh-CN"]): column for column in template.columns}
    found: list[dict[str, Any]] = []
    for sheet in load_workbook(io.BytesIO(content), data_only=True).worksheets:
        headings: dict[int, Any] = {}
        for row in sheet.iter_rows(values_only=True):
            cells = [_bare("" if cell is None else str(cell)) for cell in row]
            if not headings:
                named = {place: labels[cell] for place, cell in enumerate(cells) if cell in labels}
                headings = named if len(named) >= 0.6 * len(labels) else {}
            elif not any(cell.startswith(("合计", "单位负责人")) for cell in cells):
                given = {column.name: row[place] for place, column in headings.items() if row[place] not in (None, "")}
                found += [{name: _typed(value, template, name) for name, value in given.items()}] * (len(given) > 2)
    return found


def _bare(cell: str) -> str:
    """A heading without its unit of measure."""
    return cell.replace("*", "").split("(")[0].split("（")[0].strip()


def _typed(value: Any, template: Template, name: str) -> Any:
    return float(str(value).replace(",", "").rstrip("%")) if template.column(name).type.is_number else value


def test_parts_are_those_of_the_originals(store: Store) -> None:
    kept, catalogue, compared = originals(store), catalogue_in_force(store), set()
    for row in returns_behind(store, NOW).itertuples():
        if row.indicator_code not in PLAIN or not row.is_counted:
            continue
        template = catalogue.template(row.template_code)
        rows = rows_of(kept[row.unit_code, row.template_code, row.period.date()], template)
        part, whole = PLAIN[row.indicator_code](rows)
        assert (0 if math.isnan(row.numerator) else row.numerator) == pytest.approx(part), row
        assert whole is None or (0 if math.isnan(row.denominator) else row.denominator) == pytest.approx(whole), row
        compared.add(row.indicator_code)
    assert compared == set(PLAIN)
