"""Real figures under a foreign catalogue go through the same code: every sum is kept, every gap is a missing report."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.backup import check
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.dues.timeliness import dues
from data.indicators.returns import returns_behind
from data.indicators.values import values
from data.store import Store
from loaders.blank.offers import offer
from tests.conftest import ingest
from tests.foreign.panel import TEMPLATE, ZONE, foreign_catalogue, read_panel, received_at, sums, unit_code

EXTRACT = Path(__file__).parent / "tx_housing.csv"
NOW = datetime(2015, 9, 1, 12, tzinfo=ZoneInfo(ZONE))


@pytest.fixture(
    scope="module", params=[date(2014, 6, 1), pytest.param(date(2010, 8, 1), marks=pytest.mark.slow)], ids=str
)
def taken(request, tmp_path_factory):
    """(store, reports, receipts) of the extract from a month on, each report as a workbook through the ordinary
    ingest: a year of it, and all of it among the slow tests.
    """
    reports = [report for report in read_panel(EXTRACT) if report.month >= request.param]
    store = Store(tmp_path_factory.mktemp("foreign") / "store.duckdb")
    load_catalogue(store, foreign_catalogue(reports), NOW)
    template = catalogue_in_force(store).template(TEMPLATE)
    receipts = []
    for number, report in enumerate(reports):
        blank = offer(catalogue_in_force(store), unit_code(report.city), template, report.month)
        content = blank.make([report.values])
        at = received_at(report, number)
        receipts.append(ingest(store, content, blank.file_name, at, explanations="交易统计机构公布的原数，已核对"))
    yield store, reports, receipts
    store.close()


def test_every_report_is_accepted(taken):
    _, reports, receipts = taken
    assert {receipt.outcome for receipt in receipts} == {"accepted"}
    assert [receipt.period for receipt in receipts] == [report.month for report in reports]
    doubted = [receipt for receipt in receipts if any(issue.code.startswith("unlikely") for issue in receipt.issues)]
    assert len(doubted) <= 0.05 * len(receipts)  # honest figures: hardly any section would have been asked


def test_every_sum_in_the_store_equals_the_sum_in_the_file(taken):
    store, reports, _ = taken
    for name, total, cells in sums(reports):
        found = store.rows("SELECT sum(num), count(num) FROM fact WHERE column_name = ?", [name])[0]
        assert found == (pytest.approx(total, rel=1e-12), cells)
    assert check(store) == []


def test_gaps_are_missing_reports_and_days_count_in_texas(taken):
    store, reports, _ = taken
    frame = dues(store, NOW)
    judged = {(row.unit_code, row.period.date()): (row.status, row.days_late) for row in frame.itertuples()}
    reported = {(unit_code(r.city), r.month): n for n, r in enumerate(reports)}
    gaps = judged.keys() - reported.keys()
    assert len(gaps) == (3 if reports[0].month.year == 2010 else 2)  # one of them in 2013
    assert {judged[gap][0] for gap in gaps} == {"missing"}
    for key, number in reported.items():
        assert judged[key] == (("late", 3) if number % 9 == 0 else ("on_time", 0))


def test_the_deadline_is_midnight_in_texas(taken):
    store, *_ = taken
    frame = dues(store, NOW, date(2014, 6, 1))
    assert set(frame["deadline"]) == {datetime(2014, 7, 23, tzinfo=ZoneInfo(ZONE))}


def test_its_own_indicators_are_worked_out_by_the_same_code(taken):
    store, reports, _ = taken
    catalogue = catalogue_in_force(store)
    found = values(catalogue, returns_behind(store, NOW), None, ("month",))
    by_place = {(row.indicator_code, row.month.date()): row.value for row in found.itertuples()}
    for month in {report.month for report in reports}:
        of_month = [report.values for report in reports if report.month == month]
        known = [one for one in of_month if "volume" in one and "sales" in one]
        price = sum(one["volume"] for one in known) / sum(one["sales"] for one in known)
        listed = sum(one.get("listings", 0) for one in of_month)
        assert by_place["PRICE", month] == pytest.approx(price)
        assert by_place["LISTED", month] == pytest.approx(listed)
    (last,) = values(catalogue, returns_behind(store, NOW), None, ()).query("indicator_code == 'LISTED'").itertuples()
    assert last.value == by_place["LISTED", max(report.month for report in reports)]
