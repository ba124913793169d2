"""What a unit has to do: against the small store, counted by hand, and after a check, a return, a receipt."""

from datetime import date, datetime, timedelta

import pandas
import pytest

from data.store import Store, insert
from data.tasks.tasks import tasks
from tests.pages.fabricated import NOW, SHANGHAI, small_store

OCTOBER = date(2026, 10, 1)
BEFORE = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def store(tmp_path):
    opened = small_store(tmp_path / "small.duckdb")
    yield opened
    opened.close()


def faulty(store: Store, unit: str, at: datetime, outcome: str, number: int) -> None:
    row = {"submission_id": f"x{number}", "receipt_no": f"X{number}", "unit_code": unit, "template_code": "T1"}
    row |= {"period": OCTOBER, "version": 0, "kind": "workbook", "outcome": outcome, "received_at": at}
    with store.write() as cursor:
        insert(cursor, "submission", row)
        for issue_no in range(number):
            insert(cursor, "issue", {"submission_id": f"x{number}", "issue_no": issue_no, "severity": "error"})


def only(store: Store, as_of: datetime, unit: str = "B"):
    (row,) = tasks(store, as_of, unit).itertuples()
    return row


def test_what_is_owed_comes_first_with_the_days_that_are_left(store):
    row = only(store, BEFORE)
    assert (row.template_code, row.is_owed, row.is_of_round, row.status, row.days_left) == (
        "T1",
        True,
        True,
        "pending",
        2,
    )
    assert pandas.isna(row.receipt_no) and pandas.isna(row.faulty_at)
    assert only(store, NOW).status == "missing" and only(store, NOW).days_left == -2
    mine = tasks(store, NOW, "A")
    assert mine["receipt_no"].tolist() == ["R6", "R7"] and not mine["is_owed"].any()


@pytest.mark.parametrize("outcome", ["checked", "returned"])
def test_what_was_not_taken_is_told_until_something_is(store, outcome):
    faulty(store, "B", BEFORE - timedelta(hours=2), "returned", 1)
    faulty(store, "B", BEFORE - timedelta(hours=1), outcome, 3)
    row = only(store, BEFORE)
    assert (row.faulty_id, row.faulty_no, row.faulty_outcome, row.faulty_errors) == ("x3", "X3", outcome, 3)
    assert row.is_owed and only(store, BEFORE - timedelta(minutes=90)).faulty_id == "x1"
    faulty(store, "A", BEFORE - timedelta(hours=1), outcome, 4)  # R6 came an hour after that
    assert pandas.isna(tasks(store, NOW, "A").iloc[0]["faulty_at"])


def test_an_earlier_month_that_is_owed_stays_on_the_list(store):
    with store.write() as cursor:
        cursor.execute("DELETE FROM submission WHERE unit_code = 'B' AND period = DATE '2026-08-01'")
    rows = tasks(store, BEFORE, "B")
    assert rows["period"].dt.date.tolist() == [date(2026, 8, 1), OCTOBER]
    assert rows["is_of_round"].tolist() == [False, True]


def test_what_was_sent_back_in_its_review_is_to_be_done(store):
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET needs_review = TRUE WHERE submission_id = 's5'")  # B of September
        step = {"submission_id": "s5", "step": "returned", "taken_at": BEFORE - timedelta(days=1)}
        insert(cursor, "review_step", step | {"user_code": "li", "user_name": "李", "reason": "合计不对"})
    rows = tasks(store, BEFORE, "B").set_index("receipt_no")
    assert (rows.loc["R5", "review"], rows.loc["R5", "review_reason"]) == ("returned", "合计不对")
    assert not rows.loc["R5", "is_owed"]
