"""Figures that look wrong, as the store answers: where, why, for whom. The detector has tests of its own."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Person, Role
from data.anomalies import judged as queries
from data.anomalies.detector import judge
from data.anomalies.detector.classic import Method
from data.anomalies.flags import COLUMNS, anomalies, history
from data.anomalies.panels import ROWS
from data.anomalies.plain_methods import classic_flags
from data.catalogue.in_force import load_catalogue
from data.catalogue.model import ColumnType, Nature, Obligation, Severity, TemplateKind
from data.store import Store, append
from tests.conftest import OCTOBER, REASON, filled, ingest, shanghai
from tests.data import worlds
from tests.data.worlds import Sent, column, template
from tests.ready import ready_copy

STEADY = [100, 104, 98, 101, 99, 103, 97, 102]


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
    store = Store(ready_copy(_bare, tmp_path / "store.duckdb"))
    yield store
    store.close()


def _bare(path: Path) -> None:
    store = Store(path)
    owed = [Obligation(unit, code, date(2025, 1, 1)) for unit in ("U1", "U2") for code in "FQL"]
    load_catalogue(store, worlds.catalogue(owed, [FORM, QUARTERLY, LIST]), ALWAYS)
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
    assert tuple(frame.columns) == (*COLUMNS, "state", "answer", "answer_by")
    assert anomalies(bare, ALWAYS, date(2025, 3, 1), "U1").empty


def test_a_flag_says_where_it_is_why_and_what_was_to_be_expected(bare):
    for period, n in zip(months(9), [*STEADY, 1000], strict=True):
        report(bare, period, [{"n": n, "stock": 2 * 100 + period.month}, {"n": 50 + period.month % 3}])
    (row,) = anomalies(bare, ALWAYS, unit_code="U1").itertuples()
    assert (row.kind, row.unit_code, row.template_code) == ("decimal_slip", "U1", "F")
    assert (row.period.date(), row.month.date()) == (date(2025, 9, 1), date(2025, 9, 1))
    assert (row.column_name, row.row_key, row.sheet, row.cell) == ("n", "A", "表", "B5")
    assert (row.value, row.suggested, row.submission_id) == (1000, 100, "s8")
    assert 80 < row.low < 100 < row.high < 130
    details = json.loads(row.details)
    assert details["probability"] > 0.95 and details["n_months"] == 8 and details["effect"] == 900
    assert 0.9 < row.score <= 1  # the only unit: it moves the whole total


def test_with_hardly_any_past_it_says_so_or_nothing(bare):
    for period, n in zip(months(2), [100, 1_000_000], strict=True):
        report(bare, period, [{"n": n}])
    assert all(json.loads(row.details)["is_thin"] for row in anomalies(bare, ALWAYS).itertuples())


def test_numbers_that_only_grow_or_hardly_change_are_not_watched(bare):
    for period, n in zip(months(9), [*STEADY, 90_000], strict=True):
        report(bare, period, [{"staff": n, "total": n}])
    assert flags(bare) == []


def test_a_month_that_was_not_reported_is_a_gap_and_not_a_zero(bare):
    for period, n in zip(months(9), [*STEADY, 101], strict=True):
        if period.month not in (3, 8):
            report(bare, period, [{"n": n}])
    assert flags(bare) == []


def test_a_copied_form_is_told_once_and_not_figure_by_figure(bare):
    def rows(n: int, month: int) -> list[dict]:
        return [
            {"n": 900 + 7 * n + month + k, "stock": 3000 + 11 * n + k, "price": 70 + 0.01 * (n + k)} for k in range(3)
        ]

    for period, n in zip(months(8), STEADY, strict=True):
        report(bare, period, rows(n, period.month))
    report(bare, date(2025, 9, 1), rows(STEADY[-1], 8))
    (row,) = anomalies(bare, ALWAYS, date(2025, 9, 1)).itertuples()
    assert (row.kind, row.column_name, row.row_key, row.sheet, row.cell) == ("copy_form", None, "", "表", None)
    assert json.loads(row.details)["figures"] == 9 and row.submission_id == "s8"
    assert anomalies(bare, ALWAYS, date(2025, 8, 1)).empty


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([{"n": 10, "stock": 20}], [{"n": 10, "stock": 20}]),  # two figures are chance
        ([{"n": 0, "stock": 0, "price": 0, "share": 0}], [{"n": 0, "stock": 0, "price": 0, "share": 0}]),
        ([{"n": 10, "stock": 20, "price": 30}], [{"n": 10, "stock": 20, "price": 31}]),
    ],
)
def test_what_is_no_copy(bare, first, second):
    report(bare, date(2025, 1, 1), first)
    report(bare, date(2025, 2, 1), second)
    assert flags(bare) == []


def test_a_correction_takes_the_flag_away_and_brings_it_from_then_on(bare):
    for period, n in zip(months(9), [*STEADY, 10_000], strict=True):
        report(bare, period, [{"n": n}])
    wrong = datetime(2025, 10, 14, tzinfo=UTC)
    report(bare, date(2025, 9, 1), [{"n": 100}], version=2, received_at=wrong + timedelta(days=5))
    assert flags(bare, as_of=wrong) == [("unit_slip", "U1", date(2025, 9, 1), "n", "A")]
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
    assert flags(bare, date(2025, 12, 1)) == [("unexplained", "U1", date(2025, 10, 1), "n", "A")]
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


def test_the_most_important_come_first(bare):
    for period, n in zip(months(9), [*STEADY, 900], strict=True):
        report(bare, period, [{"n": n}, {"n": 1000 * n if n == 900 else n}])
    scores = anomalies(bare, ALWAYS)["score"].tolist()
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


def test_a_history_that_is_none_is_empty(bare):
    assert history(bare, ALWAYS, "U1", "F", "A", "n").empty
    assert list(history(bare, ALWAYS, "U1", "F", "A", "n").columns) == ["period", "value", "low", "high"]


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
    assert found[found["kind"] != "rule"]["kind"].tolist() == ["copy_form"]


# For whom, and how often it is worked out


def test_a_units_people_get_their_own_flags_judged_against_everybody(bare):
    """The other units' figures are hidden from them, and still what theirs are held against."""
    for n, period in enumerate(months(9)):
        for k, unit in enumerate(("U1", "U2", "U3", "U4")):
            report(
                bare,
                period,
                [{"n": (9000 if (unit, n) in (("U1", 8), ("U2", 8)) else STEADY[n - 1] + 3 * k)}],
                unit=unit,
            )
    own = bare.seen_by(Person("x", "x", Role.REPORTER, "U1"))
    mine, all_ = anomalies(own, ALWAYS), anomalies(bare, ALWAYS)
    assert set(mine["unit_code"]) == {"U1"} and set(all_["unit_code"]) == {"U1", "U2"}
    assert worlds.records(mine) == worlds.records(all_[all_["unit_code"] == "U1"])
    assert anomalies(own, ALWAYS, unit_code="U2")["unit_code"].tolist() == ["U1"]
    assert json.loads(mine.iloc[0]["details"])["n_units"] == 2  # the third is a suspect itself
    assert history(own, ALWAYS, "U2", "F", "A", "n").empty


def test_figures_are_judged_again_only_when_others_count(bare, monkeypatch):
    asked = []
    monkeypatch.setattr(queries, "judge", lambda panel: asked.append(panel) or judge(panel))
    for period, n in zip(months(4), STEADY, strict=False):
        report(bare, period, [{"n": n}])
    anomalies(bare, ALWAYS)
    anomalies(bare, ALWAYS + timedelta(days=1), date(2025, 4, 1), "U1")
    assert len(asked) == 1
    report(bare, date(2025, 5, 1), [{"n": 101}])
    anomalies(bare, ALWAYS)
    assert [panel.values.shape for panel in asked] == [(1, 4), (1, 5)]
    anomalies(bare, datetime(2025, 5, 20, tzinfo=UTC))  # as of then, the same four counted
    assert len(asked) == 2


# The plain methods, for comparison


def test_what_plain_methods_flag_and_what_they_cannot(bare):
    """Of nine figures no z-score exceeds 3, however wrong one is; the other two see it."""
    for period, n in zip(months(9), [*STEADY, 10_000], strict=True):
        report(bare, period, [{"n": n}])
    assert classic_flags(bare, ALWAYS, Method.Z_SCORE).empty
    for method in (Method.MODIFIED_Z_SCORE, Method.MIN_MAX):
        (row,) = classic_flags(bare, ALWAYS, method).itertuples()
        assert (row.unit_code, row.period.date(), row.cell, row.value) == ("U1", date(2025, 9, 1), "B5", 10_000)
    (row,) = classic_flags(bare, ALWAYS, Method.Z_SCORE, 2.5).itertuples()
    assert row.score == pytest.approx(8**0.5, rel=1e-3)  # sqrt(n - 1): the most there can be
    assert classic_flags(bare, ALWAYS, Method.MIN_MAX, month=date(2025, 8, 1)).empty
    assert classic_flags(bare.seen_by(Person("x", "x", Role.REPORTER, "U2")), ALWAYS, Method.MIN_MAX).empty
