"""However many issues a file has: none that must be mended or explained is let through for being one too many."""

import pytest

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Severity
from loaders.checking.check import MAX_ISSUES
from loaders.intake import readings
from loaders.intake.bounded import bounded, must_go_back
from loaders.issues import Issue
from loaders.messages import message, receipt_text
from tests.conftest import OCTOBER, REASON, filled, ingest, preview, sample_rows, shanghai

AT = shanghai("2026-11-18T09:30:00")


def issues(severity: Severity, number: int, explanation: str | None = None) -> list[Issue]:
    return [Issue(severity, "total_row", "表", f"A{n}", explanation=explanation) for n in range(number)]


def test_as_many_as_there_is_room_for_stay_as_they_are():
    some = issues(Severity.NOTE, MAX_ISSUES - 1) + issues(Severity.CHECK, 1)
    assert bounded(some, False) == (some, False)


@pytest.mark.parametrize("last", [Severity.ERROR, Severity.CHECK])
def test_what_must_go_back_is_listed_before_what_need_not(last):
    listed, hides_a_fault = bounded(issues(Severity.NOTE, 600) + issues(last, 3), False)
    assert [issue.severity for issue in listed[:4]] == [last] * 3 + [Severity.NOTE] and not hides_a_fault
    assert len(listed) == MAX_ISSUES + 1 and listed[-1].details["must_go_back"] == 0
    assert message(listed[-1], None, "zh-CN") == "还有 103 条提示没有列出，不影响报送。"


def test_more_questions_than_are_listed_keep_the_file_from_passing():
    listed, hides_a_fault = bounded(issues(Severity.CHECK, 600), True)
    assert hides_a_fault and listed[-1].details["must_go_back"] == 100
    assert "还有 100 个问题没有列出（核实性 100 个）" in message(listed[-1], None, "zh-CN")


def test_those_that_are_explained_make_room_for_the_others_and_are_kept():
    explained, open_ones = issues(Severity.CHECK, 500, REASON), issues(Severity.CHECK, 100)
    listed, hides_a_fault = bounded(explained + open_ones, True)
    assert listed[:100] == open_ones and not hides_a_fault
    assert sum(bool(issue.explanation) for issue in listed) == 500


def test_one_explanation_for_all_is_kept_as_often_as_there_is_room():
    listed, hides_a_fault = bounded(issues(Severity.CHECK, 20_000, REASON), False)
    assert len(listed) == MAX_ISSUES + 1 and not hides_a_fault


def many(number: int) -> list[dict]:
    """Rows of DQ-01 that took longer than their limit, which each wants an explanation for."""
    (row,) = sample_rows("DQ-01", "ZAZ")
    return [row | {"dispute_no": f"{row['dispute_no']}-{n}"} for n in range(number)]


def test_600_questions_of_a_file_each_want_an_answer(store):
    content = filled(store, "DQ-01", "ZAZ", OCTOBER, many(600))
    first = ingest(store, content, "a.xlsx", AT)
    assert first.outcome == "returned" and len(first.unexplained) == MAX_ISSUES
    answered = {issue.key: REASON for issue in first.unexplained}
    second = ingest(store, content, "a.xlsx", AT, explanations=answered)
    assert second.outcome == "returned" and len(second.unexplained) == 100
    assert second.issues[0].explanation is None
    answered |= {issue.key: REASON for issue in second.unexplained}
    third = ingest(store, content, "a.xlsx", AT, explanations=answered)
    assert third.outcome == "accepted"
    kept = "SELECT count(*) FROM issue JOIN submission USING (submission_id) WHERE outcome = 'accepted'"
    assert store.rows(f"{kept} AND explanation IS NOT NULL")[0][0] == 600


def test_the_page_and_one_explanation_for_all_agree(store):
    content = filled(store, "DQ-01", "ZAZ", OCTOBER, many(600))
    assert len(preview(store, content, "a.xlsx", AT).unexplained) == MAX_ISSUES
    assert ingest(store, content, "a.xlsx", AT, explanations=REASON).outcome == "accepted"


def test_600_notes_hide_no_question(store, monkeypatch):
    """As if every row of a sheet gave a note before the one question."""
    wanted = readings.check_cells

    def noted(recognised, catalogue):
        checked = wanted(recognised, catalogue)
        checked.issues[:0] = issues(Severity.NOTE, 600)
        return checked

    monkeypatch.setattr(readings, "check_cells", noted)
    receipt = ingest(store, filled(store, "DQ-01", "ZAZ"), "a.xlsx", AT)
    assert receipt.outcome == "returned" and [issue.code for issue in receipt.unexplained] == ["rule"]
    assert must_go_back(receipt.issues[0])


def test_errors_come_before_everything(store):
    rows = many(600)
    rows[-1]["status"] = "不知道"
    receipt = ingest(store, filled(store, "DQ-01", "ZAZ", OCTOBER, rows), "a.xlsx", AT)
    assert receipt.issues[0].code == "not_in_list" and receipt.outcome == "returned"
    assert "核实性 " in receipt_text(receipt, catalogue_in_force(store), "zh-CN").splitlines()[-1]
