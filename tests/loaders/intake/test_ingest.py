"""From a file to a submission: what is accepted, returned, repeated and corrected, and when it counts."""

from datetime import UTC, date, datetime

import pytest

from data.backup import check
from data.catalogue.in_force import catalogue_in_force, set_counting_start
from data.dues.changes import Until, extend
from data.dues.standing import standings
from data.dues.timeliness import dues, late_reporters
from loaders.intake.kept import kept_receipt
from loaders.messages import receipt_object, receipt_text
from tests.conftest import OCTOBER, REASON, edited, filled, ingest, preview, sample_rows, shanghai

BEFORE = shanghai("2026-11-18T09:30:00")


def numbers(store, table: str) -> int:
    return store.rows(f"SELECT count(*) FROM {table}")[0][0]


def status(store, as_of: str, unit: str = "XZSP", template: str = "BE-02") -> tuple:
    frame = dues(store, shanghai(as_of), OCTOBER, unit)
    row = frame[frame["template_code"] == template].iloc[0]
    return row["status"], int(row["days_late"])


def test_an_accepted_file_is_kept_whole(store):
    content = filled(store, "BE-02", "XZSP")
    receipt = ingest(store, content, "BE-02.xlsx", BEFORE, "张三")
    assert (receipt.outcome, receipt.version, receipt.kind, receipt.status) == ("accepted", 1, "workbook", "on_time")
    assert receipt.deadline == shanghai("2026-11-23T00:00:00")
    assert receipt.receipt_no.startswith("20261118-")
    assert store.rows("SELECT content FROM workbook_file")[0][0] == content
    facts = store.rows("SELECT column_name, num, txt, sheet, row_no, col_no FROM fact WHERE row_key LIKE '420704%'")
    found = {name: (num if num is not None else txt) for name, num, txt, *_ in facts}
    assert found["area"] == 18650.4
    assert found["permit_no"] == "420704202610130101"
    assert found["issued_on"] == "2026-10-13"
    assert check(store) == []


def test_every_fact_leads_back_to_its_cell(store):
    from io import BytesIO

    from openpyxl import load_workbook

    content = filled(store, "BE-08", "FJS")
    ingest(store, content, "a.xlsx", BEFORE)
    book = load_workbook(BytesIO(content))
    rows = store.rows("SELECT sheet, row_no, col_no, num, txt FROM fact")
    assert len(rows) == 16
    for sheet, row_no, col_no, num, txt in rows:
        value = book[sheet].cell(row_no, col_no).value
        assert value == (num if num is not None else txt)


def test_nothing_of_a_returned_file_reaches_the_facts(store):
    rows = sample_rows("BE-02", "XZSP")
    rows[1]["contract_price"] = -5
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "bad.xlsx", BEFORE)
    assert receipt.outcome == "returned"
    assert [(i.code, i.cell, i.column_name, i.details["found"]) for i in receipt.issues if i.severity == "error"] == [
        ("out_of_range", "J6", "contract_price", "-5")
    ]
    assert numbers(store, "fact") == 0
    assert status(store, "2026-11-19T00:00:00") == ("pending", 0)
    assert numbers(store, "issue") == len(receipt.issues)


def test_the_same_file_again_is_a_duplicate(store):
    content = filled(store, "BE-02", "XZSP")
    first = ingest(store, content, "a.xlsx", BEFORE)
    again = ingest(store, content, "copy of a.xlsx", shanghai("2026-11-25T00:00:00"))
    assert (again.outcome, again.submission_id, again.status) == ("duplicate", first.submission_id, "on_time")
    assert again.received_at == first.received_at
    assert numbers(store, "submission") == 1


def test_a_correction_is_a_new_version_and_keeps_the_first_time(store):
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 4231.56
    second = ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "b.xlsx", shanghai("2026-11-26T10:00:00"))
    assert (second.outcome, second.version, second.kind, second.status) == ("accepted", 2, "correction", "on_time")
    assert status(store, "2026-11-30T00:00:00") == ("on_time", 0)
    sums = "SELECT sum(num) FROM fact JOIN current_at(?) USING (submission_id) WHERE column_name = 'contract_price'"
    assert store.rows(sums, [shanghai("2026-11-20T00:00:00")])[0][0] == pytest.approx(4231.55 + 1876 + 13988.2)
    assert store.rows(sums, [shanghai("2026-11-30T00:00:00")])[0][0] == pytest.approx(4231.56 + 1876 + 13988.2)


def test_sending_the_earlier_figures_again_is_an_ordinary_new_version(store):
    first = filled(store, "BE-02", "XZSP")
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 9999
    ingest(store, first, "a.xlsx", BEFORE)
    ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "b.xlsx", shanghai("2026-11-19T10:00:00"))
    third = ingest(store, first, "a.xlsx", shanghai("2026-11-20T10:00:00"))
    assert (third.outcome, third.version) == ("accepted", 3)


@pytest.mark.parametrize(
    ("received_at", "expected", "days"),
    [
        ("2026-11-22T23:59:59+08:00", "on_time", 0),
        ("2026-11-23T00:00:00+08:00", "late", 1),
        ("2026-11-22T15:59:59+00:00", "on_time", 0),
        ("2026-11-22T16:00:00+00:00", "late", 1),
        ("2026-11-22T16:00:01+00:00", "late", 1),
        ("2026-11-23T23:59:59+08:00", "late", 1),
        ("2026-11-24T00:00:00+08:00", "late", 2),
    ],
)
def test_the_deadline_is_the_first_instant_of_the_23rd_in_shanghai(store, received_at, expected, days):
    receipt = ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", datetime.fromisoformat(received_at))
    assert (receipt.status, receipt.days_late) == (expected, days)
    assert status(store, "2026-12-01T00:00:00") == (expected, days)


def test_returned_before_and_accepted_after_the_deadline_is_late(store):
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["project_name"] = None
    ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "bad.xlsx", shanghai("2026-11-22T20:00:00"))
    ingest(store, filled(store, "BE-02", "XZSP"), "good.xlsx", shanghai("2026-11-24T08:00:00"))
    assert status(store, "2026-11-23T00:00:00") == ("missing", 1)
    assert status(store, "2026-11-25T00:00:00") == ("late", 2)


def test_a_check_wants_a_real_explanation(store):
    content = filled(store, "BE-01", "XZSP")
    silent = ingest(store, content, "a.xlsx", BEFORE)
    assert (silent.outcome, len(silent.unexplained)) == ("returned", 2)
    assert ingest(store, content, "a.xlsx", BEFORE, explanations="数据核实无误").outcome == "returned"
    accepted = ingest(store, content, "a.xlsx", BEFORE, explanations=REASON)
    assert (accepted.outcome, accepted.version) == ("accepted", 1)
    assert store.rows("SELECT DISTINCT explanation FROM issue WHERE explanation IS NOT NULL") == [(REASON,)]


def test_explanations_go_to_the_issue_they_are_for(store):
    content = filled(store, "BE-01", "XZSP")
    keys = [issue.key for issue in preview(store, content, "a.xlsx", BEFORE).issues]
    assert len(set(keys)) == 2
    half = ingest(store, content, "a.xlsx", BEFORE, explanations={keys[0]: REASON})
    assert (half.outcome, len(half.unexplained)) == ("returned", 1)
    assert ingest(store, content, "a.xlsx", BEFORE, explanations=dict.fromkeys(keys, REASON)).outcome == "accepted"


def test_preview_writes_nothing(store):
    receipt = preview(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    assert receipt.outcome == "ready"
    assert numbers(store, "submission") == numbers(store, "workbook_file") == 0


def test_a_unit_that_does_not_owe_the_template_is_told_so(store):
    receipt = ingest(store, filled(store, "BE-02", "FJS", rows=sample_rows("BE-02", "XZSP")), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["not_obliged"]
    frame = late_reporters(store, shanghai("2026-11-25T00:00:00"), OCTOBER, "FJS")
    assert "BE-02" not in set(frame["template_code"])


def test_a_period_that_has_not_begun_is_returned(store):
    rows = sample_rows("BE-08", "FJS")
    receipt = ingest(store, filled(store, "BE-08", "FJS", date(2026, 12, 1), rows), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["future_period"]


def test_a_quarter_is_due_after_its_last_month(store):
    receipt = ingest(store, filled(store, "PR-01", "ZCFG", date(2026, 10, 1)), "a.xlsx", BEFORE)
    assert (receipt.outcome, receipt.period_label) == ("accepted", "2026-Q4")
    assert receipt.deadline == shanghai("2027-01-23T00:00:00")
    assert [issue.code for issue in receipt.issues] == ["period_not_over"]


def test_without_meta_the_title_and_headers_are_enough(store):
    def forget(book):
        del book["_meta"]
        book.worksheets[0].title = "Sheet1"

    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), forget), "改名.xlsx", BEFORE)
    assert (receipt.outcome, receipt.unit_code, receipt.template.template_code) == ("accepted", "XZSP", "BE-02")
    assert receipt.period == OCTOBER


def test_columns_are_found_by_header_not_by_position(store):
    def insert(book):
        sheet = book.worksheets[0]
        sheet.protection.sheet = False
        sheet.insert_cols(4)
        sheet.cell(4, 4, "我们自己的备注")
        sheet.cell(5, 4, "随手记")

    receipt = ingest(store, edited(filled(store, "BE-08", "FJS"), insert), "a.xlsx", BEFORE)
    assert receipt.outcome == "accepted"
    assert [issue.code for issue in receipt.issues] == ["unknown_column"]
    assert store.rows("SELECT num FROM fact WHERE column_name = 'ratings'") == [(377.0,)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026年9月", "period_contradicts"), ("2026-13", "bad_period")],
)
def test_a_period_that_contradicts_the_meta_is_returned(store, text, code):
    def rewrite(book):
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=3):
            for cell in row:
                if isinstance(cell.value, str) and "2026-10" in cell.value:
                    cell.value = cell.value.replace("2026-10", text)

    receipt = ingest(store, edited(filled(store, "BE-08", "FJS"), rewrite), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == [code]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7 ...", "not_a_spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "html_as_excel"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "broken_workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"PK\x03\x04 and then nothing", "broken_workbook"),
    ],
)
def test_what_is_no_workbook_gets_a_clear_answer(store, content, code):
    receipt = ingest(store, content, "上报.xlsx", BEFORE)
    assert (receipt.outcome, [issue.code for issue in receipt.issues]) == ("returned", [code])
    assert numbers(store, "fact") == 0


def test_a_blank_workbook_is_returned_as_blank(store):
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=[]), "a.xlsx", BEFORE)
    assert [issue.code for issue in receipt.issues] == ["no_rows"]


def test_cells_as_people_type_them(store):
    def retype(book):
        sheet = book.worksheets[0]
        heads = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(5, heads["办结件数"]).value = "１,３９１"
        sheet.cell(5, heads["好评率"]).value = "99.47%"
        sheet.cell(5, heads["主动评价率"]).value = 0.2531
        sheet.cell(5, heads["主动评价率"]).number_format = "0.00%"
        sheet.cell(6, 1).value = "合　计"
        sheet.cell(6, heads["办结件数"]).value = 1391
        sheet.cell(8, 1).value = "单位负责人：某某"

    receipt = ingest(store, edited(filled(store, "BE-08", "FJS"), retype), "a.xlsx", BEFORE, explanations=REASON)
    assert receipt.outcome == "accepted", receipt.issues
    found = dict(store.rows("SELECT column_name, num FROM fact WHERE num IS NOT NULL"))
    assert (found["closed"], found["good_rate"], found["active_rate"]) == (1391, 99.47, 25.31)


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("施工许可证编号", 420704202610130101, "lost_digits"),
        ("施工许可证编号", "4.20704E+17", "lost_digits"),
        ("合同价格", "约四千万", "not_a_number"),
        ("合同价格", "#DIV/0!", "cell_error"),
        ("合同价格", "=1/3", "formula_without_value"),
        ("实际用时", 2.5, "not_an_integer"),
        ("办理方式", "网上", "not_in_list"),
        ("发证日期", "十月十三", "bad_date"),
        ("工程名称", None, "required"),
        ("填报单位", "房产交易所", "other_unit"),
        ("报送期", "2026-09", "other_period"),
    ],
)
def test_a_bad_cell_is_named_with_what_was_found(store, label, value, code):
    def spoil(book):
        sheet = book.worksheets[0]
        col = next(cell.column for cell in sheet[4] if cell.value == label)
        cell = sheet.cell(5, col)
        cell.value = value
        if value == "#DIV/0!":
            cell.data_type = "e"

    receipt = ingest(store, edited(filled(store, "BE-02", "XZSP"), spoil), "a.xlsx", BEFORE)
    errors = [issue for issue in receipt.issues if issue.severity == "error"]
    assert receipt.outcome == "returned"
    assert [issue.code for issue in errors] == [code]
    assert errors[0].cell.endswith("5")
    assert numbers(store, "fact") == 0


def test_the_same_row_twice_is_an_error(store):
    rows = sample_rows("BE-02", "XZSP")
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=[*rows, rows[0]]), "a.xlsx", BEFORE)
    errors = [issue for issue in receipt.issues if issue.severity == "error"]
    assert [(issue.code, issue.cell, issue.details["row"]) for issue in errors] == [("duplicate_key", "C8", 5)]


def test_a_failing_write_leaves_nothing_half(store, monkeypatch):
    import loaders.intake.record_tables

    def fail(*_):
        raise RuntimeError("power cut")

    monkeypatch.setattr(loaders.intake.record_tables, "_facts", fail)
    with pytest.raises(RuntimeError):
        ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    assert [numbers(store, table) for table in ("workbook_file", "submission", "fact", "issue")] == [0, 0, 0, 0]


# What a receipt says of its due


def started(store, first=OCTOBER):
    set_counting_start(store, first, shanghai("2026-11-20T12:00:00"))


def said(store, receipt, locale="zh-CN") -> str:
    return receipt_text(receipt, catalogue_in_force(store), locale).splitlines()[2].strip()


def both(store, receipt):
    """The receipt as it was given and as it is read later: they say the same."""
    kept = kept_receipt(store, receipt.receipt_no, shanghai("2026-12-30T00:00:00"))
    assert (kept.standing, said(store, kept)) == (receipt.standing, said(store, receipt))
    return receipt


def test_a_period_before_the_first_that_counts_gets_no_status_and_is_told_so(store):
    started(store)
    content = filled(store, "BE-08", "FJS", date(2026, 9, 1))
    receipt = both(store, ingest(store, content, "a.xlsx", shanghai("2026-11-29T10:00:00"), explanations=REASON))
    assert (receipt.outcome, receipt.status, receipt.deadline, receipt.days_late) == ("accepted", None, None, 0)
    assert receipt.standing.uncounted == "before_start"
    assert "按时" not in said(store, receipt).replace("不计是否按时", "")
    assert said(store, receipt).endswith("截止 — · 本系统从 2026-10 起计，此期不计是否按时")
    assert said(store, receipt, "en").endswith("last day — · not counted: counting starts with 2026-10")
    assert receipt_object(receipt, "en")["uncounted"] == "before_start"


def test_a_period_that_opens_later_gets_no_status_before_it_opens(store):
    receipt = ingest(store, filled(store, "PR-01", "ZCFG", date(2026, 10, 1)), "a.xlsx", BEFORE)
    found = standings(store, [("ZCFG", "PR-01", OCTOBER)], shanghai("2026-12-31T23:59:59"))
    assert receipt.outcome == "accepted" and [one.uncounted for one in found.values()] == ["not_open"]
    before = kept_receipt(store, receipt.receipt_no, shanghai("2026-12-31T00:00:00"))
    assert (before.status, before.deadline) == (None, shanghai("2027-01-23T00:00:00"))
    assert said(store, before).endswith("截止 2027-01-22 周五（含当日） · 此期 2027-01-01 起报，届时再计是否按时")
    opened = kept_receipt(store, receipt.receipt_no, shanghai("2027-01-01T00:00:00"))
    assert (opened.status, opened.standing.uncounted) == ("on_time", None)


def test_a_period_that_is_not_owed_gets_no_status(store):
    receipt = ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    with store.write() as cursor:  # as where the unit came to owe it after the period had opened
        cursor.execute("DELETE FROM due WHERE unit_code = 'XZSP' AND template_code = 'BE-02'")
        cursor.execute("DELETE FROM due_plan WHERE unit_code = 'XZSP' AND template_code = 'BE-02'")
    kept = kept_receipt(store, receipt.receipt_no, shanghai("2026-11-30T00:00:00"))
    assert (kept.status, kept.deadline, kept.standing.uncounted) == (None, None, "not_owed")
    assert said(store, kept).endswith("此期不在应报范围，不计是否按时")


def test_a_duplicate_tells_when_the_first_came_and_how_that_one_stands(store):
    ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", BEFORE)
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = 4231.56
    content = filled(store, "BE-02", "XZSP", rows=rows)
    correction = both(store, ingest(store, content, "b.xlsx", shanghai("2026-11-26T10:00:00")))
    first = "2026-11-18 09:30:00"
    assert said(store, correction).endswith(
        f"收到 2026-11-26 10:00:00 · 截止 2026-11-22 周日（含当日） · 按时（以首次收到的 {first} 为准）"
    )
    again = ingest(store, content, "b.xlsx", shanghai("2026-11-27T10:00:00"))
    assert again.outcome == "duplicate"
    assert said(store, again).endswith(f"首次收到 {first} · 截止 2026-11-22 周日（含当日） · 按时")
    assert "first received 2026-11-18" in said(store, again, "en")
    assert receipt_object(again, "en")["first_received_at"] == BEFORE.isoformat()


def test_a_file_that_came_late_and_is_entered_after_an_extension_is_not_told_that_it_is_late(store):
    key = ("XZSP", "BE-02", OCTOBER)
    extend(store, [key], Until(date(2026, 11, 25)), "上级延期", shanghai("2026-11-24T09:00:00"))
    received_at = shanghai("2026-11-23T09:00:00")
    receipt = ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", received_at)
    judged = dues(store, max(received_at, datetime.now(UTC)), OCTOBER, "XZSP").set_index("template_code")["status"]
    assert receipt.status == judged["BE-02"]


def test_a_returned_file_gets_no_status(store):
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["project_name"] = None
    receipt = ingest(store, filled(store, "BE-02", "XZSP", rows=rows), "bad.xlsx", BEFORE)
    assert (receipt.outcome, receipt.status, receipt.standing.uncounted) == ("returned", None, None)
    assert receipt.deadline == shanghai("2026-11-23T00:00:00")
