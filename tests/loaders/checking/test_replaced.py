"""A table of one month is asked about before it takes another's place: an old title, months as several files."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from loaders.messages import message
from tests.conftest import OCTOBER, REASON, edited, filled, ingest, sample_rows
from tests.loaders.checking.bare import bare
from tests.loaders.checking.earlier import AT, with_past

pytestmark = pytest.mark.variants

NOW = AT + timedelta(hours=2)
FORMS = [
    ("BE-08", "XZSP", "行政审批科", "政务服务“好差评”月报"),
    ("BE-04", "FJS", "房产交易所", "房产交易与不动产登记协同月报"),
]
SEPTEMBER = date(2026, 9, 1)
CODES = ("replaces_other_month", "replaces_with_later", "replaces_months", "replaces_months_of_files")


def codes(receipt: Receipt) -> list[str]:
    return [issue.code for issue in receipt.issues if issue.code in CODES]


def other_figures(template: str, unit: str, more: int = 1) -> list[dict]:
    """The sample's rows with a little more of everything that is counted."""
    return [
        {
            name: value + more if isinstance(value, int) and not isinstance(value, bool) and value else value
            for name, value in row.items()
        }
        for row in sample_rows(template, unit)
    ]


@pytest.mark.parametrize("month", [date(2026, 9, 1), date(2026, 8, 1), date(2025, 10, 1)])
@pytest.mark.parametrize(("template", "unit", "unit_name", "title"), FORMS)
def test_an_old_title_above_this_months_figures_is_asked_about(store, template, unit, unit_name, title, month):
    with_past(store, template, unit, 13)
    content = bare(store, {"A1": f"{unit_name}{month.year}年{month.month}月{title}"}, template, unit)
    receipt = ingest(store, content, "月报.xlsx", NOW)
    assert receipt.outcome == "returned" and receipt.period == month
    assert codes(receipt) == ["replaces_other_month"]
    (issue,) = [issue for issue in receipt.issues if issue.code in CODES]
    assert issue.severity == "check"
    assert (issue.details["expected"], issue.details["awaited"]) == (f"{month:%Y-%m}", "2026-10")
    assert issue.details["found"] == 1 and "2026-10 的还没有收到" in message(issue, receipt.template, "zh-CN")


def test_our_own_blank_is_asked_too_and_an_explanation_lets_it_pass(store):
    with_past(store, "BE-08", "XZSP", 6)
    content = filled(store, "BE-08", "XZSP", SEPTEMBER)
    assert codes(ingest(store, content, "a.xlsx", NOW)) == ["replaces_other_month"]
    assert ingest(store, content, "a.xlsx", NOW, explanations=REASON).outcome == "accepted"


@pytest.mark.parametrize(("template", "unit"), [("BE-08", "XZSP"), ("BE-04", "FJS"), ("BE-02", "XZSP")])
def test_a_correction_of_few_figures_is_not_asked_about(store, template, unit):
    first = filled(store, template, unit, SEPTEMBER)
    assert ingest(store, first, "a.xlsx", AT, explanations=REASON).outcome == "accepted"
    rows = sample_rows(template, unit)
    name = next(name for name, value in rows[0].items() if isinstance(value, int) and not isinstance(value, bool))
    rows[0][name] += 1
    receipt = ingest(store, filled(store, template, unit, SEPTEMBER, rows), "b.xlsx", NOW, explanations=REASON)
    assert "replaces" in [issue.code for issue in receipt.issues] and not codes(receipt)


def test_nor_is_one_while_nothing_later_is_awaited(store):
    with_past(store, "BE-08", "XZSP", 6)
    october = filled(store, "BE-08", "XZSP", OCTOBER)
    assert ingest(store, october, "a.xlsx", AT, explanations=REASON).outcome == "accepted"
    rows = other_figures("BE-08", "XZSP", 3)
    assert not codes(ingest(store, filled(store, "BE-08", "XZSP", SEPTEMBER, rows), "a.xlsx", NOW))


@pytest.mark.parametrize(("template", "unit"), [("BE-08", "XZSP"), ("BE-04", "FJS")])
def test_but_for_one_with_the_figures_of_a_later_period(store, template, unit):
    """October's correction, whose title still says September."""
    with_past(store, template, unit, 6)
    october = filled(store, template, unit, OCTOBER)
    assert ingest(store, october, "a.xlsx", AT, explanations=REASON).outcome == "accepted"
    rows = sample_rows(template, unit)
    name = next(name for name, value in rows[0].items() if isinstance(value, int) and not isinstance(value, bool))
    rows[0][name] += 1
    receipt = ingest(store, filled(store, template, unit, SEPTEMBER, rows), "b.xlsx", NOW)
    assert codes(receipt) == ["replaces_with_later"]
    (issue,) = [issue for issue in receipt.issues if issue.code in CODES]
    assert "与 2026-10 的相同" in message(issue, receipt.template, "zh-CN")


def test_this_month_may_be_corrected_whole(store):
    assert ingest(store, filled(store, "BE-08", "XZSP"), "a.xlsx", AT, explanations=REASON).outcome == "accepted"
    again = filled(store, "BE-08", "XZSP", OCTOBER, other_figures("BE-08", "XZSP"))
    assert not codes(ingest(store, again, "b.xlsx", NOW))


def files_of(store, months: list[int]) -> dict[str, bytes]:
    """Each month as a file of its own, with other figures than were received."""
    return {
        f"{month}月.xlsx": filled(store, "BE-08", "XZSP", date(2026, month, 1), other_figures("BE-08", "XZSP", month))
        for month in months
    }


@pytest.mark.parametrize("months", [[7, 8, 9, 10], [10, 9, 8, 7], [9, 10, 7, 8]])
@pytest.mark.parametrize("is_zip", [False, True])
def test_months_as_several_files_are_asked_about_whatever_their_order(store, months, is_zip):
    with_past(store, "BE-08", "XZSP", 6)
    files = files_of(store, months)
    if is_zip:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        files = {"表.zip": out.getvalue()}
    taken = take_in(store, [Upload(content, name, NOW) for name, content in files.items()])
    receipts = [receipt for receipts in taken for receipt in receipts]
    asked = {receipt.period_label: codes(receipt) for receipt in receipts}
    assert asked == {f"2026-0{month}": ["replaces_other_month"] for month in (7, 8, 9)} | {"2026-10": []}


@pytest.mark.parametrize(("months", "number"), [([8, 9], 2), ([9], 0)])
def test_several_files_that_replace_months_are_asked_about_though_nothing_is_awaited(store, months, number):
    with_past(store, "BE-08", "XZSP", 6)
    october = filled(store, "BE-08", "XZSP", OCTOBER)
    assert ingest(store, october, "a.xlsx", AT, explanations=REASON).outcome == "accepted"
    uploads = [Upload(content, name, NOW) for name, content in files_of(store, months).items()]
    issues = [issue for (receipt,) in take_in(store, uploads) for issue in receipt.issues if issue.code in CODES]
    assert [issue.code for issue in issues] == ["replaces_months_of_files"] * number
    assert all(issue.details["number"] == number for issue in issues)


def test_files_that_hold_what_was_received_are_not_asked_about(store):
    contents = [filled(store, "BE-08", "XZSP", date(2026, month, 1)) for month in (7, 8, 9)]
    for content in contents:
        assert ingest(store, content, "a.xlsx", AT, explanations=REASON).outcome == "accepted"

    def touch(book) -> None:
        book.worksheets[0].cell(1, 1).value = book.worksheets[0].cell(1, 1).value

    uploads = [Upload(edited(content, touch), f"{number}.xlsx", NOW) for number, content in enumerate(contents)]
    assert not [code for (receipt,) in take_in(store, uploads) for code in codes(receipt)]
