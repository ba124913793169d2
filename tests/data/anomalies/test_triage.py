"""What people say of a flag: who may, what it changes, how long it holds, and the count by unit."""

from datetime import UTC, date, datetime, timedelta

import pandas
import pytest

from data.access import Forbidden, Person, Role
from data.anomalies.answered import corrected, record
from data.anomalies.flags import anomalies
from data.anomalies.triage import Flagged, FlagState, FlagStep, answer
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from tests.data.anomalies.test_anomalies import STEADY, bare, months, report

__all__ = ["bare"]
CLERK = Person("wang", "王五", Role.REPORTER, "U1")
OFFICE = Person("office", "张建国", Role.OFFICE)
SENT = datetime(2025, 10, 13, tzinfo=UTC)  # when `report` has September's figures come in
REASON = "有一次性大额业务，附合同"
WRONG = Flagged("U1", "F", date(2025, 9, 1), "A", "n", 1000.0, "decimal_slip")


@pytest.fixture
def flagged(bare):
    """U1's September figure is ten times what it was."""
    for period, n in zip(months(9), [*STEADY, 1000], strict=True):
        report(bare, period, [{"n": n}])
    return bare


def only(store, as_of: datetime):
    (row,) = anomalies(store, as_of).itertuples()
    return row


def test_a_flag_waits_for_an_answer_and_is_overdue_after_its_working_days(flagged):
    row = only(flagged, SENT + timedelta(hours=1))
    assert (row.state, row.answer) == ("open", None)
    assert row.answer_by.date() == date(2025, 10, 20)  # five working days from Monday the 13th
    assert only(flagged, datetime(2025, 10, 20, 15, tzinfo=UTC)).state == "open"
    assert only(flagged, datetime(2025, 10, 20, 16, tzinfo=UTC)).state == "overdue"  # the 21st has begun


def test_a_confirmed_figure_is_not_raised_again_but_another_one_is(flagged):
    at = SENT + timedelta(days=1)
    answer(flagged.seen_by(CLERK), WRONG, FlagStep.CONFIRMED, REASON, at)
    row = only(flagged, at)
    assert (row.state, row.answer, pandas.isna(row.answer_by)) == ("confirmed", REASON, True)
    assert FlagState(row.state).is_answered and only(flagged, at - timedelta(seconds=1)).state == "open"
    report(flagged, date(2025, 9, 1), [{"n": 10_000}], version=2, received_at=at + timedelta(days=1))
    row = only(flagged, at + timedelta(days=2))
    assert (row.value, row.state) == (10_000, "open")


def test_a_promise_has_its_days_and_a_correction_ends_it(flagged):
    at = SENT + timedelta(days=1)
    answer(flagged.seen_by(CLERK), WRONG, FlagStep.TO_CORRECT, "少点了一位小数，本周更正", at)
    row = only(flagged, at)
    assert (row.state, row.answer_by.date()) == ("to_correct", date(2025, 10, 21))
    assert only(flagged, at + timedelta(days=9)).state == "overdue"
    assert corrected(flagged, at + timedelta(days=9), catalogue_in_force(flagged)) == {}
    report(flagged, date(2025, 9, 1), [{"n": 100}], version=2, received_at=at + timedelta(days=10))
    assert anomalies(flagged, at + timedelta(days=11)).empty
    assert corrected(flagged, at + timedelta(days=11), catalogue_in_force(flagged)) == {"U1": 1}


def test_a_new_definition_begins_a_new_past(flagged):
    """From September on the column counts ten times as much: October's 1,020 is no surprise, November's 100 is."""
    at = SENT + timedelta(days=1)
    answer(flagged.seen_by(OFFICE), WRONG, FlagStep.REDEFINED, "九月起按新口径统计", at)
    for n, value in enumerate((1020, 990, 1010, 1005, 985, 1000, 100)):
        report(flagged, date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1), [{"n": value}])
    found = anomalies(flagged, datetime(2027, 1, 1, tzinfo=UTC))
    assert [(row.period.date(), row.value) for row in found.itertuples()] == [(date(2026, 4, 1), 100)]
    assert only(flagged, SENT + timedelta(hours=1)).value == 1000  # as it was before anybody said so


def test_the_office_may_reopen_what_was_answered(flagged):
    at = SENT + timedelta(days=1)
    answer(flagged.seen_by(CLERK), WRONG, FlagStep.CONFIRMED, REASON, at)
    answer(flagged.seen_by(OFFICE), WRONG, FlagStep.REOPENED, "合同金额对不上", at + timedelta(hours=1))
    assert only(flagged, at + timedelta(hours=2)).state == "open"
    acts = flagged.rows("SELECT action, user_code, unit_code FROM audit ORDER BY audit_no")
    assert acts[-2:] == [("anomaly_confirmed", "wang", "U1"), ("anomaly_reopened", "office", "U1")]


@pytest.mark.parametrize(
    ("person", "step"),
    [
        (CLERK, FlagStep.REDEFINED),
        (CLERK, FlagStep.REOPENED),
        (Person("x", "x", Role.REPORTER, "U2"), FlagStep.CONFIRMED),
        (Person("z", "z", Role.LEADER), FlagStep.CONFIRMED),
    ],
)
def test_nobody_says_what_is_not_hers_to_say(flagged, person, step):
    with pytest.raises(Forbidden):
        answer(flagged.seen_by(person), WRONG, step, REASON, SENT)
    assert flagged.rows("SELECT count(*) FROM anomaly_step") == [(0,)]


def test_what_is_no_answer_is_refused(flagged):
    with pytest.raises(Fault, match="reason"):
        answer(flagged, WRONG, FlagStep.CONFIRMED, "  属实 ", SENT)
    form = Flagged("U1", "F", date(2025, 9, 1), "", None, None, "copy_form")
    with pytest.raises(Fault, match="whole_form"):
        answer(flagged, form, FlagStep.REDEFINED, REASON, SENT)
    assert flagged.rows("SELECT count(*) FROM anomaly_step") == [(0,)]


def test_a_unit_sees_its_own_answers_only(flagged):
    answer(flagged.seen_by(CLERK), WRONG, FlagStep.CONFIRMED, REASON, SENT)
    assert flagged.seen_by(CLERK).rows("SELECT count(*) FROM anomaly_step") == [(1,)]
    other = flagged.seen_by(Person("x", "x", Role.REPORTER, "U2"))
    assert other.rows("SELECT count(*) FROM anomaly_step") == [(0,)]


def test_the_record_counts_each_state_once(flagged):
    for period, n in zip(months(9), [*STEADY, 10_000], strict=True):
        report(flagged, period, [{"n": n}], unit="U2")
    at = SENT + timedelta(days=1)
    answer(flagged, WRONG, FlagStep.CONFIRMED, REASON, at)
    counted = record(anomalies(flagged, at)).set_index("unit_code")
    assert counted.loc["U1"].to_dict() == {"flags": 1, "open": 0, "overdue": 0, "to_correct": 0, "answered": 1}
    assert counted.loc["U2"].to_dict() == {"flags": 1, "open": 1, "overdue": 0, "to_correct": 0, "answered": 0}
    late = record(anomalies(flagged, at + timedelta(days=30))).set_index("unit_code")
    assert late.loc["U2", "overdue"] == 1 and late["flags"].sum() == 2
