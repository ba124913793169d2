"""Files that contradict other returns, as they are handed in: asked about on their cell, with both figures."""

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from data.anomalies import held_returns
from data.anomalies.flags import anomalies
from data.catalogue.in_force import catalogue_in_force
from data.forms.answers import cell_object, form_of
from data.store import Store
from loaders.blank.offers import offer
from loaders.intake.alone import understand_each
from loaders.intake.entries import About, Arrival, Declared
from loaders.intake.opening import Upload, opened
from loaders.intake.readings import FileRead
from loaders.intake.record import record_declaration
from loaders.messages import message
from tests.conftest import NOW, OCTOBER, REASON, ingest, preview, shanghai
from tests.loaders.sample.made_up import made_up
from tests.ready import reference_store

SEPTEMBER = date(2026, 9, 1)
IN_OCTOBER, IN_NOVEMBER = shanghai("2026-10-18T09:30:00"), shanghai("2026-11-18T09:30:00")


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two months of files are handed in."""
    monkeypatch.setattr(Store, "now", lambda self: shanghai("2026-11-20T10:00:00"))


@cache
def _rows() -> dict:
    store = reference_store(Path(tempfile.mkdtemp()) / "store.duckdb", NOW)
    rows = dict(made_up(store, catalogue_in_force(store), date(2026, 8, 1), OCTOBER))
    store.close()
    return rows


def rows(unit: str, code: str, period: date = OCTOBER) -> list[dict]:
    return [dict(row) for _, row in _rows()[unit, code, period]]


def workbook(store: Store, unit: str, code: str, period: date, rows: list[dict]) -> bytes:
    catalogue = catalogue_in_force(store)
    return offer(catalogue, unit, catalogue.template(code), period).make(rows)


def hand_in(store: Store, unit: str, code: str, period: date = OCTOBER, changed: list[dict] | None = None, **how):
    at = IN_NOVEMBER if period == OCTOBER else IN_OCTOBER
    content = workbook(store, unit, code, period, rows(unit, code, period) if changed is None else changed)
    return ingest(store, content, f"{code}.xlsx", how.pop("at", at), explanations=how.pop("explanations", None))


def contradictions(receipt) -> list:
    return [issue for issue in receipt.issues if issue.code == "contradiction"]


def test_what_was_carried_in_is_held_against_last_month(store):
    september = hand_in(store, "FJS", "BE-04", SEPTEMBER, explanations=REASON)
    assert september.outcome == "accepted" and not contradictions(september)
    assert not contradictions(preview_of(store, rows("FJS", "BE-04")))
    wrong = rows("FJS", "BE-04")
    wrong[1]["carried_in"] += 3
    wrong[1]["carried_out"] += 3
    receipt = preview_of(store, wrong)
    (issue,) = contradictions(receipt)
    assert (issue.cell, issue.column_name, issue.severity) == ("E6", "carried_in", "check")
    said = message(issue, receipt.template, "zh-CN")
    carried = rows("FJS", "BE-04", SEPTEMBER)[1]["carried_out"]
    assert f"“月末在办件数”是 {carried}（回执 {september.receipt_no}、单元格 I6）" in said
    assert f"上月结转在办件数={carried + 3}" in said and "上期（2026-09）" in said
    returned = hand_in(store, "FJS", "BE-04", changed=wrong)
    assert returned.outcome == "returned"
    explained = {issue.key: REASON for issue in returned.issues if issue.severity == "check"}
    accepted = hand_in(store, "FJS", "BE-04", changed=wrong, explanations=explained)
    assert accepted.outcome == "accepted"
    flags = anomalies(store, store.now())
    (flag,) = flags[flags["kind"] == "contradiction"].itertuples()
    assert (flag.cell, flag.state, flag.answer, flag.value) == ("E6", "explained", REASON, carried + 3)


def preview_of(store: Store, changed: list[dict], unit: str = "FJS", code: str = "BE-04"):
    return preview(store, workbook(store, unit, code, OCTOBER, changed), f"{code}.xlsx", IN_NOVEMBER)


def test_where_last_month_is_missing_nothing_is_asked(store):
    wrong = rows("FJS", "BE-04")
    wrong[1]["closed_ytd"] -= 5
    assert not contradictions(preview_of(store, wrong))


def test_a_correction_of_last_month_contradicts_what_was_accepted(store):
    hand_in(store, "FJS", "BE-07", SEPTEMBER, explanations=REASON)
    october = hand_in(store, "FJS", "BE-07", explanations=REASON)
    assert october.outcome == "accepted" and not contradictions(october)
    mended = rows("FJS", "BE-07", SEPTEMBER)
    mended[0]["closed_ytd"] += 7
    september = hand_in(
        store, "FJS", "BE-07", SEPTEMBER, mended, explanations=REASON, at=shanghai("2026-11-19T10:00:00")
    )
    assert september.outcome == "accepted"
    flags = anomalies(store, store.now())
    (flag,) = flags[flags["kind"] == "contradiction"].itertuples()
    assert (flag.period.date(), flag.column_name, flag.state) == (OCTOBER, "closed_ytd", "open")
    assert flag.submission_id == october.submission_id


def test_a_total_is_held_against_the_other_template_of_the_same_unit(store):
    hand_in(store, "XZSP", "BE-02", explanations=REASON)
    first = preview_of(store, rows("XZSP", "BE-01"), "XZSP", "BE-01")
    assert not contradictions(first)
    fewer = rows("XZSP", "BE-02")[:-2]
    hand_in(store, "XZSP", "BE-02", changed=fewer, explanations=REASON, at=shanghai("2026-11-19T10:00:00"))
    receipt = preview_of(store, rows("XZSP", "BE-01"), "XZSP", "BE-01")
    (issue,) = contradictions(receipt)
    at = next(n for n, row in enumerate(rows("XZSP", "BE-01"), 5) if row["stage"] == "施工许可")
    assert (issue.column_name, issue.cell[0], int(issue.cell[1:])) == ("closed", "I", at)
    said = message(issue, receipt.template, "zh-CN")
    assert f"《建筑工程施工许可发放明细》（2026-10）对应的数是 {len(fewer)}（回执 " in said


def test_a_zero_report_of_the_other_template_is_a_figure(store):
    zero_report(store, "XZSP", "BE-02", OCTOBER)
    (issue,) = contradictions(preview_of(store, rows("XZSP", "BE-01"), "XZSP", "BE-01"))
    assert issue.details["others"][0]["value"] == 0 and issue.details["others"][0]["is_stated"]


def zero_report(store: Store, unit: str, code: str, period: date) -> None:
    arrival = Arrival(b"zero", "zero", IN_NOVEMBER, "")
    record_declaration(store, arrival, About(unit, code, "1", period), "zero_report", Declared("本期无发生额"), [])


def test_files_that_are_handed_in_together_count_for_one_another(store):
    """In one archive as one by one; a file that goes back counts for nothing."""
    wrong = rows("XZSP", "BE-02")[:-1]
    broken = rows("XZSP", "BE-02")
    broken[0]["actual_days"] += 1
    for ledger, has_issue in ((rows("XZSP", "BE-02"), False), (wrong, True), (broken, False)):
        own = store.seen_by(store.person)
        files = [("BE-02", ledger), ("BE-01", rows("XZSP", "BE-01"))]
        uploads = [
            Upload(workbook(own, "XZSP", code, OCTOBER, table), f"{code}.xlsx", IN_NOVEMBER, "", None)
            for code, table in files
        ]
        understood = understand(own, uploads)
        assert [bool(contradictions(one)) for one in understood] == [False, has_issue], ledger[0]


def understand(store: Store, uploads: list[Upload]) -> list:
    """The readings of the files, and nothing written."""
    catalogue = catalogue_in_force(store)
    explained = [Upload(u.content, u.file_name, u.received_at, "", REASON) for u in uploads]
    files = list(map(FileRead, opened(explained, catalogue)))
    understand_each(store, files, catalogue)
    return [reading for file in files for reading in file.readings]


def test_an_illegible_figure_is_asked_for_alone(store):
    hand_in(store, "FJS", "BE-04", SEPTEMBER, explanations=REASON)
    wrong = rows("FJS", "BE-04")
    wrong[1]["carried_in"] = "不详"
    receipt = preview_of(store, wrong)
    assert receipt.outcome == "returned" and not contradictions(receipt)


def test_a_template_without_such_rules_asks_for_no_other_figures(store, monkeypatch):
    monkeypatch.setattr("loaders.checking.contradicting.others_at", None)
    assert hand_in(store, "DAG", "AR-01", explanations=REASON).outcome == "accepted"


def test_other_figures_are_asked_for_once_a_batch(store, monkeypatch):
    asked = []
    original = Store.rows

    def counting(self, sql, *parameters):
        asked.append(sql == held_returns._CELLS)
        return original(self, sql, *parameters)

    monkeypatch.setattr(Store, "rows", counting)
    hand_in(store, "FJS", "BE-04", SEPTEMBER, explanations=REASON)
    hand_in(store, "FJS", "BE-04", explanations=REASON)
    assert sum(asked) == 1  # of the second: nothing is there to be read before the first


def test_a_cell_says_what_it_is_held_against(store):
    """On the form and by the API: the other figure with its receipt and cell; none where it is not known."""
    alone = hand_in(store, "FJS", "BE-07", explanations=REASON)
    assert [other["value"] for other in held(store, alone, "G5")] == [None]
    september = hand_in(store, "FJS", "BE-07", SEPTEMBER, explanations=REASON)
    (other,) = held(store, alone, "G5")
    before = rows("FJS", "BE-07", SEPTEMBER)[0]
    assert (other["value"], other["cell"], other["receipts"]) == (before["carried_out"], "K5", [september.receipt_no])
    assert [other["value"] for other in held(store, alone, "W5")] == [before["closed_ytd"]]


def held(store: Store, receipt, cell: str) -> list[dict]:
    answer = cell_object(form_of(store, store.now(), receipt.receipt_no), cell)
    return [other for rule in answer["rules"] for other in rule["others"]]
