"""What a return lacks that an earlier one held is asked about before it replaces anything: rows and columns."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from loaders.messages import message
from tests.conftest import OCTOBER, REASON, filled, ingest, preview, sample_rows
from tests.loaders.checking.earlier import AT, asked, october, with_past

pytestmark = pytest.mark.variants

CODES = ("lost_rows", "lost_columns", "renamed_column")


def without_column(label: str):
    def edit(book) -> None:
        sheet = book.worksheets[0]
        at = next(cell.column for cell in sheet[4] if cell.value and str(cell.value).startswith(label))
        sheet.delete_cols(at)

    return edit


def renamed(label: str, new: str):
    def edit(book) -> None:
        cell = next(cell for cell in book.worksheets[0][4] if cell.value and str(cell.value).startswith(label))
        cell.value = new

    return edit


def blanked(template: str, unit: str, name: str) -> list[dict]:
    return [row | {name: None} for row in sample_rows(template, unit)]


def said(receipt) -> str:
    return " ".join(message(issue, receipt.template, "zh-CN") for issue in receipt.issues)


LOST = [
    ("BE-02", "XZSP", "area", "建筑面积"),
    ("BE-03", "ZAZ", "area", "建筑面积"),
    ("CR-01", "ZFD", "fine", "罚款金额"),
    ("AR-01", "DAG", "digitized_rate", "数字化率"),
    ("BE-04", "FJS", "amount", "成交金额"),
    ("BE-07", "DAG", "online_rate", "网办率"),
    ("SV-03", "ZAZ", "claim_rate", "事项认领率"),
    ("BE-05", "CJK", "withdrawn", "本月退件/撤件数"),
]


@pytest.mark.parametrize(("template", "unit", "name", "label"), LOST)
def test_an_optional_column_that_was_reported_every_month_and_is_deleted_is_asked_about(
    store, template, unit, name, label
):
    with_past(store, template, unit, 13)
    receipt = october(store, template, unit, edit=without_column(label))
    (issue,) = asked(receipt, *CODES)
    assert receipt.outcome == "returned"
    assert (issue.code, issue.severity, issue.details["columns"], issue.column_name) == (
        "lost_columns", "check", [name], name,
    )  # fmt: skip
    assert f"“{label}”" in said(receipt) and "没有这一列了" in said(receipt) and "2026-09" in said(receipt)
    explained = october(store, template, unit, edit=without_column(label), explanations=REASON)
    rules = {issue.code for issue in explained.issues if issue.severity == "error"}  # some reckon with the column
    assert (explained.outcome == "accepted") != bool(rules) and rules <= {"rule"}
    assert explained.row_count == len(sample_rows(template, unit))


@pytest.mark.parametrize(("template", "unit", "name", "label"), [LOST[4], LOST[7]])
def test_a_column_of_a_form_that_is_all_blank_is_asked_about(store, template, unit, name, label):
    with_past(store, template, unit, 13)
    receipt = october(store, template, unit, blanked(template, unit, name))
    (issue,) = asked(receipt, "lost_columns")
    assert issue.details["columns"] == [name] and "全是空的" in said(receipt)


@pytest.mark.parametrize(("template", "unit", "name", "label"), [LOST[5], LOST[6]])
def test_a_blank_cell_that_a_rule_asks_for_is_told_once(store, template, unit, name, label):
    with_past(store, template, unit, 13)
    receipt = october(store, template, unit, blanked(template, unit, name))
    assert asked(receipt, "lost_columns") == []
    about = [issue for issue in receipt.issues if issue.column_name == name]
    assert {issue.code for issue in about} == {"rule"} and len(about) == len({issue.cell for issue in about})
    assert f"不为0时{label}必填" in said(receipt)


def test_blank_cells_of_a_ledger_may_be_chance(store):
    """One of two disputes is open still; three rows without the area that every row had are not."""
    with_past(store, "BE-02", "XZSP", 13)
    two = [row | {"area": None} for row in sample_rows("BE-02", "XZSP")[:2]]
    assert not asked(october(store, "BE-02", "XZSP", two), *CODES)


def test_a_deleted_column_that_was_never_filled_is_not_missed(store):
    with_past(store, "CR-01", "XZSP", 13)
    receipt = october(store, "CR-01", "XZSP", edit=without_column("没收金额"), explanations=REASON)
    assert receipt.outcome == "accepted" and not asked(receipt, *CODES)


def test_without_a_past_a_deleted_column_is_not_missed(store):
    receipt = october(store, "BE-02", "XZSP", edit=without_column("建筑面积"))
    assert receipt.outcome == "accepted" and not asked(receipt, *CODES)


RENAMED = [
    ("BE-02", "XZSP", "建筑面积", "面积", "area"),
    ("BE-02", "XZSP", "建筑面积", "建筑面機", "area"),
    ("BE-02", "XZSP", "建筑面积", "总建筑面积", "area"),
    ("BE-02", "XZSP", "建筑面积", "建 筑 面 积 合 计", "area"),
    ("CR-01", "ZFD", "罚款金额", "罚款数额", "fine"),
    ("CR-01", "ZFD", "罚款金额", "罚金", None),
    ("AR-01", "DAG", "数字化率", "数字化比率", "digitized_rate"),
    ("BE-04", "FJS", "成交金额", "网签成交金额", "amount"),
    ("BE-04", "FJS", "网签面积", "面积", "area"),
    ("BE-03", "ZAZ", "联合验收用时", "联合验收时间", "joint_days"),
]


@pytest.mark.parametrize(("template", "unit", "label", "new", "name"), RENAMED)
def test_a_misspelt_column_with_figures_is_asked_about(store, template, unit, label, new, name):
    with_past(store, template, unit, 13)
    receipt = october(store, template, unit, edit=renamed(label, new), explanations=None)
    issues = asked(receipt, *CODES)
    assert receipt.outcome == "returned" and len(issues) == 1
    assert label in said(receipt) and new in said(receipt).replace("“建筑面積”", new)
    if name:
        (issue,) = issues
        assert (issue.code, issue.column_name) == ("renamed_column", name) and issue.cell.endswith("4")
        assert not [one for one in receipt.issues if one.code == "unknown_column" and one.cell == issue.cell]


def test_a_misspelt_column_is_asked_about_without_a_past(store):
    receipt = october(store, "BE-02", "XZSP", edit=renamed("建筑面积", "面积"))
    (issue,) = asked(receipt, *CODES)
    assert receipt.outcome == "returned" and issue.details == {"found": "面积", "count": 2}
    assert "请把表头改成“建筑面积”" in said(receipt)


def test_a_misspelt_column_of_a_csv_is_asked_about(store):
    with_past(store, "BE-02", "XZSP", 13)
    sheet = load_workbook(io.BytesIO(filled(store, "BE-02", "XZSP"))).worksheets[0]
    rows = [
        [str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(max_row=7, values_only=True)
    ]
    rows[3] = [text.replace("建筑面积", "面积") for text in rows[3]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    receipt = ingest(store, out.getvalue().encode("gb18030"), "表.csv", AT)
    assert [issue.code for issue in asked(receipt, *CODES)] == ["renamed_column"], receipt.issues


@pytest.mark.parametrize("heading", ["备注", "序号", "负责人", "面积备注"])
def test_an_extra_column_of_the_senders_own_is_a_note(store, heading):
    with_past(store, "BE-02", "XZSP", 13)

    def edit(book) -> None:
        sheet = book.worksheets[0]
        for row_no, value in enumerate([heading, 1, 2, 3], 4):
            sheet.cell(row_no, 19, value)

    receipt = october(store, "BE-02", "XZSP", edit=edit)
    assert not asked(receipt, *CODES) and receipt.outcome == "accepted"


def first_version(store, template: str = "BE-02", unit: str = "XZSP") -> None:
    content = filled(store, template, unit)
    assert ingest(store, content, "a.xlsx", AT, explanations=REASON).outcome == "accepted"


@pytest.mark.parametrize(
    ("template", "unit"), [("BE-02", "XZSP"), ("BE-03", "ZAZ"), ("AR-01", "DAG"), ("BE-01", "XZSP"), ("BE-04", "FJS")]
)
def test_a_correction_that_loses_a_row_is_asked_about(store, template, unit):
    first_version(store, template, unit)
    rows = sample_rows(template, unit)[:-1]
    receipt = october(store, template, unit, rows)
    (issue,) = asked(receipt, "lost_rows")
    assert receipt.outcome == "returned" and issue.severity == "check"
    assert (issue.details["version"], issue.details["before"], issue.details["count"]) == (1, len(rows) + 1, 1)
    last = sample_rows(template, unit)[-1]
    assert str(last[receipt.template.row_key[0]]) in said(receipt) and "第 1 版" in said(receipt)
    counting = store.rows("SELECT max(version) FROM submission WHERE outcome = 'accepted'")[0][0]
    assert counting == 1
    assert october(store, template, unit, rows, explanations=REASON).outcome == "accepted"


def test_the_page_asks_too(store):
    first_version(store)
    receipt = preview(store, filled(store, "BE-02", "XZSP", OCTOBER, sample_rows("BE-02", "XZSP")[:2]), "b.xlsx", AT)
    assert receipt.outcome == "ready" and [issue.code for issue in receipt.unexplained] == ["lost_rows"]


def test_a_key_that_is_corrected_and_a_row_that_is_added_are_no_loss(store):
    first_version(store)
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["permit_no"] = "420704202610130109"
    assert not asked(october(store, "BE-02", "XZSP", rows), *CODES)


def test_the_same_number_of_other_keys_is_a_loss(store):
    first_version(store)
    rows = [row | {"permit_no": f"42070420261013020{n}"} for n, row in enumerate(sample_rows("BE-02", "XZSP"))]
    (issue,) = asked(october(store, "BE-02", "XZSP", rows), "lost_rows")
    assert issue.details["count"] == 3


@pytest.mark.parametrize(("number", "others", "is_asked"), [(16, 8, True), (16, 7, False), (6, 3, True), (4, 2, False)])
def test_half_of_the_keys_are_others_is_a_loss(store, number, others, is_asked):
    first = sample_rows("BE-02", "XZSP")[0]
    rows = [first | {"permit_no": f"42070420261013{n + 1:02d}01"} for n in range(number)]
    assert october(store, "BE-02", "XZSP", rows, explanations=REASON).outcome == "accepted"
    for n in range(others):
        rows[n] = rows[n] | {"permit_no": f"42070420261013{n + 51:02d}01"}
    content = filled(store, "BE-02", "XZSP", OCTOBER, rows)
    assert bool(asked(ingest(store, content, "b.xlsx", AT + timedelta(hours=2)), "lost_rows")) == is_asked


def test_a_correction_that_loses_a_column_is_asked_about_by_its_version(store):
    first_version(store)
    receipt = october(store, "BE-02", "XZSP", blanked("BE-02", "XZSP", "area"))
    (issue,) = asked(receipt, "lost_columns")
    assert issue.details["version"] == 1 and "第 1 版填了“建筑面积”" in said(receipt)
    gone = october(store, "BE-02", "XZSP", edit=without_column("建筑面积"))
    assert [issue.details["gone"] for issue in asked(gone, "lost_columns")] == [["area"]]


def test_what_is_sent_again_or_changes_a_figure_is_asked_nothing(store):
    first_version(store)
    assert ingest(store, filled(store, "BE-02", "XZSP"), "b.xlsx", AT).outcome == "duplicate"
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["area"] = 18650.5
    receipt = october(store, "BE-02", "XZSP", rows)
    assert receipt.outcome == "accepted" and receipt.version == 2 and not asked(receipt, *CODES)


def test_a_correction_is_held_against_the_version_that_counts_now(store):
    first_version(store)
    more = [*sample_rows("BE-02", "XZSP"), sample_rows("BE-02", "XZSP")[0] | {"permit_no": "420704202610130102"}]
    assert october(store, "BE-02", "XZSP", more, explanations=REASON).version == 2  # two rows alike are asked about
    back = ingest(store, filled(store, "BE-02", "XZSP"), "a.xlsx", AT + timedelta(hours=3))
    assert [issue.details["version"] for issue in asked(back, "lost_rows")] == [2]
    assert any(issue.code == "brings_back" for issue in back.issues)


def test_several_lost_columns_are_one_question(store):
    with_past(store, "BE-04", "FJS", 13)
    rows = [row | {"n_homes": None, "area": None, "amount": None} for row in sample_rows("BE-04", "FJS")]
    (issue,) = asked(october(store, "BE-04", "FJS", rows), *CODES)
    assert issue.details["columns"] == ["n_homes", "area", "amount"]
