"""Figures that look wrong: the two detectors on series made by hand, and what the store answers with them."""

import json
import math
from datetime import UTC, date, datetime, timedelta

import numpy
import pytest

from data.catalogue import ColumnType, Nature, Obligation, Severity, TemplateKind
from data.catalogue_store import load_catalogue
from data.outliers import MIN_MONTHS, THRESHOLD, WINDOW, jumps, outliers, restore, transform
from data.queries.anomalies import COLUMNS, ROWS, anomalies, history
from data.store import Store, append
from tests.conftest import OCTOBER, REASON, filled, ingest, shanghai
from tests.data import worlds
from tests.data.worlds import Sent, column, template

NAN = math.nan
STEADY = [100, 104, 98, 101, 99, 103, 97, 102]


def judged(series: list[float], is_rate: bool = False, is_count: bool = True) -> dict:
    """What `outliers` says of the last month of one series."""
    values = numpy.array([series], dtype=float)
    found = outliers(values, numpy.array([is_rate]), numpy.array([is_count]), len(series) - 1)
    return {name: entry[0] for name, entry in found.items()}


def is_outlier(series: list[float], **kinds) -> bool:
    return bool(abs(judged(series, **kinds)["z"]) > THRESHOLD)


def jump(series: list[float], is_rate: bool = False) -> float:
    return float(jumps(numpy.array([series], dtype=float), numpy.array([is_rate]), len(series) - 1)[0])


def test_too_short_a_past_says_nothing_of_outliers():
    for months in range(MIN_MONTHS):
        assert math.isnan(judged([*STEADY[:months], 1_000_000])["z"])
    assert is_outlier([*STEADY[:MIN_MONTHS], 1_000_000])


def test_gaps_do_not_count_as_past():
    assert math.isnan(judged([100, NAN, 104, NAN, 98, NAN, NAN, 1_000_000])["z"])
    assert judged([100, NAN, 104, NAN, 98, NAN, 99, 1_000_000])["months"] == 4
    assert is_outlier([100, NAN, 104, NAN, 98, NAN, 99, 1_000_000])


def test_a_month_that_was_not_reported_is_no_outlier_and_no_jump():
    assert not is_outlier([*STEADY, NAN])
    assert math.isnan(jump([*STEADY, NAN]))
    assert math.isnan(jump([*STEADY, NAN, 1000]))


@pytest.mark.parametrize("last", [95, 100, 106, 110])
def test_ordinary_months_are_left_alone(last):
    assert not is_outlier([*STEADY, last])
    assert math.isnan(jump([*STEADY, last]))


@pytest.mark.parametrize("factor", [10, 100, 10_000, 0.1, 0.001])
@pytest.mark.parametrize("is_count", [True, False])
def test_a_wrong_unit_of_measure_is_seen(factor, is_count):
    series = [*(1000 * value for value in STEADY), 100_000 * factor]
    assert is_outlier(series, is_count=is_count)
    assert jump(series) == pytest.approx(factor, rel=0.05)


def test_a_zero_in_a_big_series_is_seen():
    assert is_outlier([*STEADY, 0])
    assert jump([*STEADY, 0]) < 0.01


def test_a_series_of_zeros_may_have_its_first_case():
    assert not is_outlier([0] * 12 + [0])
    assert not is_outlier([0] * 12 + [1])
    assert not is_outlier([0, 1, 0, 0, 2, 0, 1, 0, 3])
    assert is_outlier([0] * 12 + [500])


def test_the_same_value_for_months_leaves_room_for_chance():
    assert not is_outlier([100] * 12 + [103])
    assert not is_outlier([4] * 12 + [6])
    assert is_outlier([100] * 12 + [300])
    assert is_outlier([100] * 12 + [1000], is_count=False)


def test_rates_are_judged_in_percentage_points():
    assert not is_outlier([99.5] * 12 + [98.0], is_rate=True)
    assert not is_outlier([99.5, 99.1, 98.9, 99.7, 99.2, 99.4, 99.0], is_rate=True)
    assert is_outlier([99.5] * 12 + [9.95], is_rate=True)
    assert is_outlier([99.5] * 12 + [0.995], is_rate=True)
    assert math.isnan(jump([99.5] * 12 + [9.95], is_rate=True))


def test_what_lies_in_the_range_is_what_is_not_flagged():
    luck = numpy.random.default_rng(3)
    for _ in range(200):
        past = list(luck.poisson(luck.choice([0, 3, 40, 900]), luck.integers(4, 30)))
        found = judged([*past, 1.0])
        for value in (found["low"], found["high"]):
            inside, outside = (
                found["median"] + 0.99 * (value - found["median"]),
                value + 0.01 * (value - found["median"]),
            )
            assert not is_outlier([*past, inside])
            assert is_outlier([*past, outside])


def test_only_the_window_of_the_past_counts():
    assert judged([1_000_000] * 30 + [100] * WINDOW + [100])["median"] == pytest.approx(100)
    assert judged([100] * 40)["months"] == WINDOW


def test_the_future_never_counts():
    values = numpy.array([[*STEADY, 100, 900_000, 900_000, 900_000]], dtype=float)
    flags = numpy.array([False]), numpy.array([True])
    assert outliers(values, *flags, 8)["z"] == outliers(values[:, :9], *flags, 8)["z"]


def test_the_transformation_has_its_inverse():
    values = numpy.array([[0.0], [1.0], [-3.5], [1e12], [55.5]])
    is_rate = numpy.array([False, False, False, False, True])
    assert restore(transform(values, is_rate)[:, 0], is_rate) == pytest.approx(values[:, 0])


def test_a_first_month_is_no_jump_and_a_second_may_be():
    assert math.isnan(jump([100]))
    assert jump([100, 1000]) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize(
    "series",
    [[1, 3], [4, 9], [3, 0], [0, 50], [NAN, 50], [50, NAN], [40, 75], [100, 51], [-100, 300], [100, -300], [12, 25]],
)
def test_what_is_no_news_is_no_jump(series):
    assert math.isnan(jump(series))


def test_the_fall_back_after_a_lone_peak_is_no_jump_but_the_peak_is():
    assert jump([*STEADY, 1000]) == pytest.approx(10, rel=0.05)
    assert math.isnan(jump([*STEADY, 1000, 101]))
    assert math.isnan(jump([*STEADY, 4, 101]))
    assert jump([*STEADY, 1000, 9]) < 0.1


def test_a_lasting_change_of_level_is_a_jump_once():
    assert jump([*STEADY, 400]) > 3
    assert math.isnan(jump([*STEADY, 400, 410]))


# Through the store, with figures put there as they are

FORM = template(
    "F",
    columns=(
        column("place", ColumnType.STR),
        column("n", nature=Nature.FLOW),
        column("stock", nature=Nature.STOCK),
        column("price", ColumnType.DEC, Nature.LEVEL),
        column("share", ColumnType.PCT, Nature.LEVEL),
        column("staff", nature=Nature.FIXED),
        column("total", nature=Nature.CUMULATIVE),
    ),
    row_key=("place",),
)
QUARTERLY = template("Q", "quarter", columns=(column("n", nature=Nature.FLOW),))
LIST = template(
    "L", kind=TemplateKind.LEDGER, columns=(column("n", nature=Nature.FLOW), column("price", nature=Nature.LEVEL))
)
ALWAYS = datetime(2026, 12, 31, tzinfo=UTC)


@pytest.fixture
def bare(tmp_path):
    """A store whose units U1 and U2 owe a monthly form F, a quarterly form Q and a list L, with nothing in it."""
    store = Store(tmp_path / "store.duckdb")
    owed = [Obligation(unit, code, date(2025, 1, 1)) for unit in ("U1", "U2") for code in "FQL"]
    load_catalogue(store, worlds.catalogue(owed, [FORM, QUARTERLY, LIST]), ALWAYS)
    yield store
    store.close()


def report(store, period: date, rows: list[dict], unit="U1", code="F", version=1, received_at=None) -> str:
    """Put an accepted submission into the store: rows of figures, under the row keys A, B, C …"""
    received_at = received_at or datetime(period.year, period.month, 28, tzinfo=UTC) + timedelta(days=15)
    worlds.send(store, [Sent(unit, code, period, received_at, "accepted", version)])
    submission_id = f"s{store.rows('SELECT count(*) FROM submission')[0][0] - 1}"
    cells = [(n, c, name, value) for n, row in enumerate(rows) for c, (name, value) in enumerate(row.items())]
    with store.write() as cursor:
        append(
            cursor,
            "fact",
            {
                "submission_id": [submission_id] * len(cells),
                "sheet": ["表"] * len(cells),
                "row_no": [5 + cell[0] for cell in cells],
                "col_no": [2 + cell[1] for cell in cells],
                "column_name": [cell[2] for cell in cells],
                "row_key": [chr(65 + cell[0]) for cell in cells],
                "num": [float(cell[3]) for cell in cells],
                "txt": [None] * len(cells),
            },
        )
    return submission_id


def months(number: int) -> list[date]:
    return [worlds.later_month(date(2025, 1, 1), n) for n in range(number)]


def flags(store, month: date | None = None, unit: str | None = None, as_of: datetime = ALWAYS) -> list[tuple]:
    frame = anomalies(store, as_of, month, unit)
    return [(r.kind, r.unit_code, r.period.date(), r.column_name, r.row_key) for r in frame.itertuples()]


def test_an_empty_store_gives_an_empty_frame_with_every_column(bare):
    frame = anomalies(bare, ALWAYS)
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS
    assert anomalies(bare, ALWAYS, date(2025, 3, 1), "U1").empty


def test_an_outlier_says_where_it_is_and_what_was_to_be_expected(bare):
    for period, n in zip(months(9), [*STEADY, 1000], strict=True):
        report(bare, period, [{"n": n, "stock": 2 * n + period.month}, {"n": 50 + period.month % 3}])
    row = anomalies(bare, ALWAYS, unit_code="U1").iloc[0]
    assert (row["kind"], row["unit_code"], row["template_code"]) == ("outlier", "U1", "F")
    assert (row["period"].date(), row["month"].date()) == (date(2025, 9, 1), date(2025, 9, 1))
    assert (row["row_key"], row["sheet"]) == ("A", "表")
    assert {"n": "B5", "stock": "C5"}[row["column_name"]] == row["cell"]
    found = anomalies(bare, ALWAYS)
    one = found[found["column_name"] == "n"].iloc[0]
    assert one["value"] == 1000
    assert 0 <= one["low"] < 100 < one["high"] < 1000
    assert json.loads(one["details"]) == {"median": 100.5, "months": 8}
    assert one["submission_id"] == "s8"
    assert set(found["row_key"]) == {"A"}


def test_a_jump_is_told_where_the_past_is_too_short_for_an_outlier(bare):
    for period, n in zip(months(2), [100, 1000], strict=True):
        report(bare, period, [{"n": n}])
    row = anomalies(bare, ALWAYS).iloc[0]
    assert (row["kind"], row["value"], row["cell"]) == ("jump", 1000, "B5")
    assert json.loads(row["details"]) == {"previous": 100, "ratio": 9.955}
    assert math.isnan(row["low"]) and math.isnan(row["high"])


def test_numbers_that_only_grow_or_hardly_change_are_not_watched(bare):
    for period, n in zip(months(9), [*STEADY, 90_000], strict=True):
        report(bare, period, [{"staff": n, "total": n}])
    assert flags(bare) == []


def test_a_month_that_was_not_reported_is_a_gap_and_not_a_zero(bare):
    for period, n in zip(months(9), [*STEADY, 101], strict=True):
        if period.month not in (3, 8):
            report(bare, period, [{"n": n}])
    assert flags(bare) == []


def test_a_copy_of_last_month_is_told_once_and_not_again_as_outliers(bare):
    for period, n in zip(months(8), STEADY, strict=True):
        report(bare, period, [{"n": n, "stock": 3 * n + period.month, "price": 7 + 0.01 * period.month}])
    odd = [{"n": 5000, "stock": 9000, "price": 70.5}]
    report(bare, date(2025, 9, 1), odd)
    report(bare, date(2025, 10, 1), odd)
    assert {flag[0] for flag in flags(bare, date(2025, 9, 1))} == {"outlier"}
    assert [(flag[0], flag[3]) for flag in flags(bare, date(2025, 10, 1))] == [("copy", None)]
    details = json.loads(anomalies(bare, ALWAYS, date(2025, 10, 1)).iloc[0]["details"])
    assert details == {"columns": 3, "previous_period": "2025-09"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([{"n": 10, "stock": 20}], [{"n": 10, "stock": 20}]),  # two figures are chance
        ([{"n": 0, "stock": 0, "price": 0, "share": 0}], [{"n": 0, "stock": 0, "price": 0, "share": 0}]),
        ([{"n": 10, "stock": 20, "price": 30}], [{"n": 10, "stock": 20, "price": 31}]),
        ([{"n": 10, "stock": 20, "price": 30}], [{"n": 10, "stock": 20, "price": 30}, {"n": 1}]),
        ([{"n": 10, "stock": 20, "price": 30}, {"n": 1}], [{"n": 10, "stock": 20, "price": 30}]),
    ],
)
def test_what_is_no_copy(bare, first, second):
    report(bare, date(2025, 1, 1), first)
    report(bare, date(2025, 2, 1), second)
    assert "copy" not in {flag[0] for flag in flags(bare)}


def test_a_copy_is_of_the_month_before_and_of_the_own_unit(bare):
    rows = [{"n": 10, "stock": 20, "price": 30}]
    report(bare, date(2025, 1, 1), rows)
    report(bare, date(2025, 1, 1), rows, unit="U2")
    report(bare, date(2025, 3, 1), rows)
    assert flags(bare) == []


def test_a_correction_takes_the_flag_away_and_brings_it_from_then_on(bare):
    for period, n in zip(months(9), [*STEADY, 10_000], strict=True):
        report(bare, period, [{"n": n}])
    wrong = datetime(2025, 10, 14, tzinfo=UTC)
    report(bare, date(2025, 9, 1), [{"n": 100}], version=2, received_at=wrong + timedelta(days=5))
    assert flags(bare, as_of=wrong) == [("outlier", "U1", date(2025, 9, 1), "n", "A")]
    assert flags(bare) == []
    assert history(bare, wrong, "U1", "F", "A", "n")["value"].tolist()[-1] == 10_000
    assert history(bare, ALWAYS, "U1", "F", "A", "n")["value"].tolist() == [*STEADY, 100]


def test_a_month_and_a_unit_ask_for_their_flags_only(bare):
    for unit in ("U1", "U2"):
        for period, n in zip(months(9), [*STEADY[:7], 9000, 100], strict=True):
            report(bare, period, [{"n": n}], unit=unit)
    assert [flag[1:3] for flag in flags(bare, date(2025, 8, 1), "U2")] == [("U2", date(2025, 8, 1))]
    assert len(flags(bare, date(2025, 8, 1))) == 2
    assert flags(bare, date(2025, 9, 1)) == []
    assert flags(bare, date(2030, 1, 1)) == []


def test_a_quarter_belongs_to_the_round_of_its_last_month(bare):
    for n, value in enumerate([100, 101, 99, 100, 98, 5000]):
        report(bare, worlds.later_month(date(2024, 7, 1), 3 * n), [{"n": value}], code="Q")
    assert flags(bare, date(2025, 12, 1)) == [("outlier", "U1", date(2025, 10, 1), "n", "A")]
    assert flags(bare, date(2025, 10, 1)) == []


def test_a_list_is_watched_by_its_sums_and_its_number_of_rows(bare):
    for n, period in enumerate(months(9)):
        rows = 4 if n < 8 else 300
        report(bare, period, [{"n": 10 + (n + k) % 2, "price": 5} for k in range(rows)], code="L")
    found = anomalies(bare, ALWAYS)
    assert set(found["column_name"]) == {"n", ROWS}
    by_name = found.set_index("column_name")
    assert by_name.loc[ROWS, "value"] == 300
    assert by_name.loc["n", "value"] == 3150
    assert found["cell"].isna().all()
    assert history(bare, ALWAYS, "U1", "L", "", ROWS)["value"].tolist() == [4] * 8 + [300]


def test_the_likeliest_come_first(bare):
    for period, n in zip(months(9), [*STEADY, 900], strict=True):
        report(bare, period, [{"n": n}, {"n": 1000 * n if n == 900 else n}])
    scores = anomalies(bare, ALWAYS)["score"].tolist()
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


def test_a_history_that_is_none_is_empty(bare):
    assert history(bare, ALWAYS, "U1", "F", "A", "n").empty
    assert list(history(bare, ALWAYS, "U1", "F", "A", "n").columns) == ["period", "value"]


def complain(store, submission_id: str, kinds: list[dict]) -> None:
    """Put check issues of a submission into the store."""
    with store.write() as cursor:
        append(
            cursor,
            "issue",
            {
                "submission_id": [submission_id] * len(kinds),
                "issue_no": list(range(len(kinds))),
                "severity": ["check"] * len(kinds),
                "code": ["rule"] * len(kinds),
                "column_name": ["n"] * len(kinds),
                "details": [json.dumps(details) for details in kinds],
            },
        )


def test_a_check_tells_the_figure_that_it_found(bare):
    complain(bare, report(bare, date(2025, 1, 1), [{"n": 3}]), [{"rule": "R1", "found": {"n": 3, "stock": None}}])
    row = anomalies(bare, ALWAYS).iloc[0]
    assert (row["kind"], row["value"], row["column_name"]) == ("rule", 3, "n")
    assert json.loads(row["details"])["rule"] == "R1"


@pytest.mark.parametrize("details", [{"found": {"n": "三"}}, {"found": {}}, {}])
def test_a_check_that_found_no_number_is_listed_too(bare, details):
    complain(bare, report(bare, date(2025, 1, 1), [{"n": 3}]), [details])
    assert [flag[0] for flag in flags(bare)] == ["rule"]


def test_the_checks_of_figures_that_were_corrected_are_not_listed(bare):
    wrong = datetime(2025, 2, 10, tzinfo=UTC)
    complain(bare, report(bare, date(2025, 1, 1), [{"n": 3}], received_at=wrong), [{"found": {"n": 3}}])
    report(bare, date(2025, 1, 1), [{"n": 4}], version=2, received_at=wrong + timedelta(days=1))
    assert [flag[0] for flag in flags(bare, as_of=wrong)] == ["rule"]
    assert flags(bare) == []


# Through real workbooks


def test_the_checks_that_fired_are_listed_with_their_explanation(store):
    at = shanghai("2026-11-18T09:30:00")
    receipt = ingest(store, filled(store, "BE-01", "XZSP"), "a.xlsx", at, explanations=REASON)
    assert receipt.outcome == "accepted"
    found = anomalies(store, at, OCTOBER)
    rules = found[found["kind"] == "rule"]
    checks = [issue for issue in receipt.issues if issue.severity is Severity.CHECK]
    assert sorted(rules["cell"]) == sorted(issue.cell for issue in checks)
    assert {json.loads(details)["explanation"] for details in rules["details"]} == {REASON}
    assert anomalies(store, at - timedelta(seconds=1)).empty
    assert anomalies(store, at, date(2026, 9, 1)).empty
    assert anomalies(store, at, OCTOBER, "FJS").empty


def test_a_workbook_sent_twice_for_two_months_is_a_copy(store):
    for month in (9, 10):
        content = filled(store, "BE-08", "FJS", date(2026, month, 1))
        at = shanghai(f"2026-{month + 1}-18T09:30:00")
        assert ingest(store, content, "a.xlsx", at, explanations=REASON).outcome == "accepted"
    found = anomalies(store, shanghai("2026-12-01T00:00:00"), OCTOBER, "FJS")
    assert found[found["kind"] != "rule"]["kind"].tolist() == ["copy"]
