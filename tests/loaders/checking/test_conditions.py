"""A rule that joins conditions: each is told by itself, at its own cell, as soon as its own cells can be read."""

from loaders.messages import message
from tests.conftest import REASON, sample_rows
from tests.loaders.checking.earlier import asked, october


def sv03(**changes) -> list[dict]:
    return [row | changes for row in sample_rows("SV-03", "ZAZ")]


def told(receipt) -> list[tuple[str, str]]:
    return [(issue.cell, issue.code) for issue in receipt.issues if issue.severity == "error"]


def test_the_condition_that_is_broken_is_told_at_its_own_cell(store):
    receipt = october(store, "SV-03", "ZAZ", sv03(plans_done=7))
    (issue,) = asked(receipt, "rule")
    assert (issue.cell, issue.column_name, issue.details["found"]) == (
        "K5",
        "plans_done",
        {"plans_done": 7, "plans": 6},
    )
    said = message(issue, receipt.template, "zh-CN")
    assert said.startswith("应满足：已完成抽查计划数不得超过本年抽查计划数。现在：") and "执法人员" not in said


def test_two_broken_conditions_of_a_rule_are_two_mistakes(store):
    receipt = october(store, "SV-03", "ZAZ", sv03(plans_done=7, rows_ok=319))
    assert [issue.cell for issue in asked(receipt, "rule")] == ["K5", "Q5"]


def test_an_unreadable_cell_hides_no_mistake_in_others(store):
    def spoil(book):
        book.worksheets[0]["H5"] = "二十八左右"

    receipt = october(store, "SV-03", "ZAZ", sv03(plans_done=7), edit=spoil)
    assert told(receipt)[0][0] == "H5" and ("K5", "rule") in told(receipt)


def test_a_rate_that_is_not_filled_in_is_asked_for_at_its_cell(store):
    receipt = october(store, "SV-03", "ZAZ", sv03(claim_rate=None, items_due=47))
    (issue,) = asked(receipt, "rule")
    assert (issue.cell, issue.details["found"]) == ("E5", {"items_due": 47, "claim_rate": None})
    assert "应认领监管事项数不为0时事项认领率必填" in message(issue, receipt.template, "zh-CN")


def test_what_must_be_filled_is_blamed_and_not_what_asks_for_it(store):
    rows = sample_rows("CR-01", "ZFD")
    rows[0] |= {"cp_type": "法人及非法人组织", "cp_uscc": None}
    (issue,) = [one for one in asked(october(store, "CR-01", "ZFD", rows), "rule") if one.severity == "error"]
    assert issue.column_name == "cp_uscc"


def test_an_explanation_belongs_to_one_condition(store):
    rows = [row | {"pending_precheck": 2, "stale": 3} for row in sample_rows("BE-07", "DAG")]
    receipt = october(store, "BE-07", "DAG", rows)
    checks = [issue for issue in asked(receipt, "rule") if issue.details["rule"] == "BE-07-R07"]
    assert len({issue.key for issue in checks}) == len(checks) == 2 * len(rows)
    explained = october(store, "BE-07", "DAG", rows, explanations={checks[0].key: REASON})
    assert [issue.key for issue in explained.issues if issue.explanation] == [checks[0].key]


def test_a_rule_that_speaks_of_all_its_conditions_together_is_told_once(store, monkeypatch):
    monkeypatch.setattr("loaders.checking.check.clauses", lambda rule: ())
    (issue,) = asked(october(store, "SV-03", "ZAZ", sv03(plans_done=7, rows_ok=319)), "rule")
    assert issue.cell == "K5" and set(issue.details["found"]) == {"plans_done", "plans", "rows_ok", "rows_sent"}
