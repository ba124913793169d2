"""At upload: a figure that past and other units make unlikely wants an explanation, an honest one nothing."""

import random
from datetime import timedelta

import pytest

from data.access import SAMPLE, Person, Role
from data.anomalies.flags import anomalies
from data.store import append
from loaders.messages import message
from tests.conftest import OCTOBER, filled, ingest, sample_rows, shanghai
from tests.data.worlds import later_month

AT = shanghai("2026-11-18T09:30:00")
CLERK = Person("wang", "王五", Role.REPORTER, "CJK")


def rows(cost: float = 1200.0, more: int = 0) -> list[dict]:
    """The sample rows of BE-05, with a cost in each, the last one's as asked for, and some cases more."""
    own = [{**row, "avg_cost": 1000.0 + 100 * n + 7 * more} for n, row in enumerate(sample_rows("BE-05", "CJK"))]
    for row in own:
        for name in ("accepted", "closed", "online"):
            row[name] = int(row[name]) + more
        row["accepted"] = row["closed"] + int(row["withdrawn"] or 0)  # so that each month carries on the one before
        row["carried_out"] = row["carried_in"]
    own[-1]["avg_cost"] = cost
    return own


def varied_a_little(luck: random.Random, number: float) -> float:
    """Large ones by a few of a hundred, small counts not at all; always whole where it was whole."""
    return round(number * luck.uniform(0.96, 1.04), 0 if float(number).is_integer() else 1)


@pytest.fixture
def past(store):
    """A store in which CJK has sent BE-05 for the ten months before October: October's figures, varied a little."""
    receipt = ingest(store, filled(store, "BE-05", "CJK", later_month(OCTOBER, -1), rows(1210.0, 2)), "a.xlsx", AT)
    assert receipt.outcome == "accepted"
    (submission,) = store.rows("SELECT * FROM submission WHERE submission_id = ?", [receipt.submission_id])
    names = [name for (name,) in store.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'submission'")]
    facts = store.rows(
        "SELECT sheet, row_no, col_no, column_name, row_key, num, txt FROM fact WHERE submission_id = ?",
        [receipt.submission_id],
    )
    luck = random.Random(3)
    with store.write() as cursor:
        for back in range(2, 11):
            period = later_month(OCTOBER, -back)
            one = dict(zip(names, submission, strict=True)) | {"submission_id": f"past-{back}", "period": period}
            one["received_at"] -= timedelta(days=30 * back)
            append(cursor, "submission", {name: [value] for name, value in one.items()})
            varied = [
                (f"past-{back}", *fact[:5], fact[5] and varied_a_little(luck, fact[5]), fact[6]) for fact in facts
            ]
            columns = ("submission_id", "sheet", "row_no", "col_no", "column_name", "row_key", "num", "txt")
            append(cursor, "fact", dict(zip(columns, map(list, zip(*varied, strict=True)), strict=True)))
    return store


def doubted(receipt) -> list:
    return [issue for issue in receipt.issues if issue.code == "unlikely"]


def test_an_honest_return_is_asked_nothing(past):
    receipt = ingest(past, filled(past, "BE-05", "CJK", OCTOBER, rows(1234.0)), "b.xlsx", AT)
    assert not doubted(receipt) and receipt.outcome == "accepted"


def test_a_slip_wants_an_explanation_and_says_what_it_may_have_meant(past):
    content = filled(past, "BE-05", "CJK", OCTOBER, rows(12_340_000.0))
    returned = ingest(past.seen_by(CLERK), content, "b.xlsx", AT)
    (issue,) = doubted(returned)
    assert returned.outcome == "returned" and issue.severity == "check" and issue.column_name == "avg_cost"
    assert issue.details["cause"] == "unit_slip" and issue.details["suggested"] == 1234
    assert 900 < issue.details["low"] < 1234 < issue.details["high"] < 1700
    said = message(issue, returned.template, "zh-CN")
    assert "填的是 12,340,000" in said and "可能应为 1,234" in said and "请说明原因" in said
    assert "perhaps 1,234" in message(issue, returned.template, "en")
    accepted = ingest(past.seen_by(CLERK), content, "b.xlsx", AT, explanations="本月含一次性迁改费用，已附合同")
    assert accepted.outcome == "accepted"
    flagged = anomalies(past, AT + timedelta(days=1), OCTOBER)
    assert (flagged["cell"] == issue.cell).any()  # the office still sees it, and the words beside it
    assert past.rows("SELECT explanation FROM issue WHERE code = 'unlikely' AND explanation IS NOT NULL") == [
        ("本月含一次性迁改费用，已附合同",)
    ]


def test_a_correction_is_held_against_the_other_months_not_against_what_it_corrects(past):
    wrong = filled(past, "BE-05", "CJK", OCTOBER, rows(12_340_000.0))
    assert ingest(past, wrong, "b.xlsx", AT, explanations="本月含一次性迁改费用，已附合同").outcome == "accepted"
    right = ingest(past, filled(past, "BE-05", "CJK", OCTOBER, rows(1234.0)), "c.xlsx", AT + timedelta(hours=1))
    assert (right.outcome, right.kind) == ("accepted", "correction") and not doubted(right)


def test_without_a_past_and_in_the_made_up_history_nothing_is_asked(store, past):
    slip = rows(12_340_000.0)
    sample = past.seen_by(Person("", "示例", Role.OFFICE, via=SAMPLE))
    assert not doubted(ingest(sample, filled(past, "BE-05", "CJK", OCTOBER, slip), "b.xlsx", AT))


def test_a_first_return_is_asked_nothing(store):
    assert not doubted(ingest(store, filled(store, "BE-05", "CJK", OCTOBER, rows(12_340_000.0)), "a.xlsx", AT))
