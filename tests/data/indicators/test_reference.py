"""Each indicator of the reference on workbooks that were handed in, against plain Python on the rows as typed."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.timeliness import figures
from data.indicators.breakdown import split, values_by_row
from data.indicators.returns import returns_behind
from data.indicators.values import values
from data.store import Store
from tests.conftest import NOW, OCTOBER, REASON, filled, ingest, sample_rows, shanghai
from tests.data.indicators.plain import PLAIN
from tests.ready import reference_store

pytestmark = pytest.mark.variants

AT = shanghai("2026-11-21T10:00")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Catalogue]]:
    """The reference's sample rows of October, each unit's as the workbook that it fills in."""
    store = reference_store(Path(tmp_path_factory.mktemp("indicators")) / "store.duckdb", NOW)
    catalogue = catalogue_in_force(store)
    for template_code in sorted({one.template_code for one in catalogue.indicators if one.template_code}):
        for unit_code in units_of(catalogue, template_code):
            content = filled(store, template_code, unit_code)
            receipt = ingest(store, content, f"{template_code}-{unit_code}.xlsx", AT, explanations=REASON)
            assert receipt.outcome == "accepted", (template_code, unit_code, receipt.issues)
    yield store, catalogue
    store.close()


def units_of(catalogue: Catalogue, template_code: str) -> list[str]:
    owing = [one.unit_code for one in catalogue.obligations if one.template_code == template_code]
    return [unit for unit in owing if sample_rows(template_code, unit)]


def rows_of(catalogue: Catalogue, template_code: str) -> list[dict]:
    """Of all units."""
    return [row for unit in units_of(catalogue, template_code) for row in sample_rows(template_code, unit)]


def asked(taken: tuple[Store, Catalogue], code: str, by: str) -> list:
    """The indicator's values of October."""
    store, catalogue = taken
    returns = returns_behind(store, AT)
    returns = returns[(returns["month"] == str(OCTOBER)) & (returns["indicator_code"] == code)]
    return list(values(catalogue, returns, None, [by]).itertuples())


@pytest.mark.parametrize("code", PLAIN)
def test_its_parts_are_those_of_the_rows_as_typed(taken, code):
    template_code = taken[1].indicator(code).template_code
    by_unit = {row.unit_code: row for row in asked(taken, code, "unit_code")}
    units = units_of(taken[1], template_code)
    assert units
    for unit in units:
        part, whole = PLAIN[code](sample_rows(template_code, unit))
        row = by_unit[unit]
        if whole == 0 and math.isnan(row.numerator):  # of no row anything is known
            continue
        assert row.numerator == pytest.approx(part)
        assert whole is None or row.denominator == pytest.approx(whole)


@pytest.mark.parametrize("code", PLAIN)
def test_its_value_is_that_of_all_rows_together(taken, code):
    indicator = taken[1].indicator(code)
    part, whole = PLAIN[code](rows_of(taken[1], indicator.template_code))
    (row,) = asked(taken, code, "month")
    if whole == 0:
        assert math.isnan(row.value)
    else:
        assert row.value == pytest.approx(part if whole is None else indicator.scale * part / whole)
    assert row.reported == len(units_of(taken[1], indicator.template_code))


@pytest.mark.parametrize("code", PLAIN)
def test_its_breakdowns_are_those_of_the_rows_as_typed(taken, code):
    store, catalogue = taken
    indicator = catalogue.indicator(code)
    rows = rows_of(catalogue, indicator.template_code)
    assert indicator.breakdowns
    for column in indicator.breakdowns:
        by_text = {row.row: row for row in values_by_row(split(store, AT, code, column), indicator).itertuples()}
        assert set(by_text) == {row.get(column) or "" for row in rows}
        for text, row in by_text.items():
            part, whole = PLAIN[code]([one for one in rows if (one.get(column) or "") == text])
            assert row.numerator == pytest.approx(part) or (not part and math.isnan(row.numerator))
            assert not whole or row.denominator == pytest.approx(whole)


def test_every_indicator_but_the_rates_of_the_dues_is_counted_a_second_time(taken):
    _, catalogue = taken
    assert {one.indicator_code for one in catalogue.indicators if not one.tally} == set(PLAIN)


def test_the_on_time_rate_is_that_of_the_dues(taken):
    store, catalogue = taken
    later = shanghai("2026-11-24T09:00")
    found = values(catalogue, returns_behind(store, later), None, ["month"])
    rates = {row.month.date(): row.value for row in found.itertuples() if row.indicator_code == "REP-01"}
    told = {row.month.date(): 100 * row.told_on_time_rate for row in figures(store, later, ["month"]).itertuples()}
    assert rates == pytest.approx(told, nan_ok=True)
    assert rates[date(2026, 10, 1)] > 0
