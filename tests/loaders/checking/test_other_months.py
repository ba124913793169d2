"""A return that speaks of other periods than its own is asked about before it replaces anything."""

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from data.cells import address
from data.periods import add_months
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from tests.conftest import OCTOBER, REASON, filled, ingest, sample_rows, shanghai
from tests.loaders.arriving.test_hostile import facts_of

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
SEPTEMBER = date(2026, 9, 1)


def codes(receipt) -> list[str]:
    return [issue.code for issue in receipt.issues if issue.severity != "note"]


def permits(month: date, number: int, day: int = 12) -> list[dict]:
    """That many permits, all of one day of the month, which break no rule."""
    first = sample_rows("BE-02", "XZSP")[0]
    on = month.replace(day=day)
    return [
        first
        | {"permit_no": f"420704{on:%Y%m%d}{n:02d}01", "accepted_on": f"{on}", "issued_on": f"{on}", "actual_days": 0}
        | {"contract_price": 4000 + 37.5 * n + on.month, "area": 18000 + 11 * n}
        for n in range(1, number + 1)
    ]


def with_past(store, months: int = 4, number: int = 10) -> None:
    """So many months of permits, up to September."""
    for back in range(months, 0, -1):
        month = add_months(OCTOBER, -back)
        receipt = ingest(
            store,
            filled(store, "BE-02", "XZSP", month, permits(month, number)),
            f"{month:%Y-%m}.xlsx",
            shanghai(f"{add_months(month, 1):%Y-%m}-10T09:00:00"),
            explanations=REASON,
        )
        assert receipt.outcome == "accepted", receipt.issues


def sent(store, month: date, rows: list[dict], explanation=None):
    return ingest(store, filled(store, "BE-02", "XZSP", month, rows), "许可.xlsx", BEFORE, explanations=explanation)


def test_last_months_blank_with_this_months_rows_is_asked_about_before_it_replaces(store):
    with_past(store)
    before = facts_of(store)
    receipt = sent(store, SEPTEMBER, permits(OCTOBER, 3))
    assert receipt.outcome == "returned" and "outside_period" in codes(receipt)
    issue = next(issue for issue in receipt.issues if issue.code == "outside_period")
    assert (issue.cell, issue.details["number"], issue.details["period"]) == ("K5", 3, "2026-09")
    assert facts_of(store) == before
    assert sent(store, SEPTEMBER, permits(OCTOBER, 3), REASON).outcome == "accepted"


@pytest.mark.parametrize("with_history", [False, True])
def test_so_is_this_months_blank_with_last_months_rows(store, with_history):
    if with_history:
        with_past(store)
    assert "outside_period" in codes(sent(store, OCTOBER, permits(SEPTEMBER, 5, day=3)))


def test_one_date_of_another_month_is_asked_about_where_none_ever_was(store):
    with_past(store)
    rows = permits(OCTOBER, 6)
    rows[2] |= permits(SEPTEMBER, 1, day=29)[0] | {"permit_no": "420704202609290901"}
    receipt = sent(store, OCTOBER, rows)
    (issue,) = [issue for issue in receipt.issues if issue.code == "outside_period"]
    assert (issue.cell, issue.details["found"], issue.details["number"]) == ("K7", "2026-09-29", 1)


def test_a_wrong_year_is_asked_about(store):
    with_past(store)
    rows = permits(OCTOBER, 6)
    rows[0] |= {"issued_on": "2027-10-12", "actual_days": 250}
    assert "outside_period" in codes(sent(store, OCTOBER, rows))


def test_honest_months_are_not_asked_about(store):
    with_past(store)
    assert "outside_period" not in codes(sent(store, OCTOBER, permits(OCTOBER, 8)))


def test_a_ledger_whose_dates_always_lie_elsewhere_is_not_asked_about(store):
    """Deposits are listed for years, by the day on which they were paid."""
    rows = sample_rows("MW-01", "ZJK")
    for month in (date(2026, 8, 1), SEPTEMBER, OCTOBER):
        for n, row in enumerate(rows):
            row["workers"] = 100 + month.month + n
        content = filled(store, "MW-01", "ZJK", month, rows)
        receipt = ingest(store, content, "工资.xlsx", BEFORE, explanations=None)
        assert not {"outside_period", "keys_of_other_months"} & set(codes(receipt))


def test_keys_that_last_month_has_already_are_asked_about(store):
    with_past(store)
    receipt = sent(store, OCTOBER, [*permits(OCTOBER, 4), permits(SEPTEMBER, 1)[0]])
    (issue,) = [issue for issue in receipt.issues if issue.code == "keys_of_other_months"]
    assert (issue.details["number"], issue.details["expected"]) == (1, "2026-09")


def test_a_correction_of_the_same_month_is_no_repetition(store):
    with_past(store)
    assert "keys_of_other_months" not in codes(sent(store, SEPTEMBER, permits(SEPTEMBER, 11)))


def months_in_one(store, tabs: dict[str, tuple[date, list[dict]]]) -> bytes:
    """A workbook that a section keeps all year: a tab a month."""
    book = Workbook()
    book.remove(book.active)
    for tab, (month, rows) in tabs.items():
        made = book.create_sheet(tab)
        for row in load_workbook(io.BytesIO(filled(store, "BE-02", "XZSP", month, rows))).worksheets[0].iter_rows():
            for cell in row:
                if cell.value is not None:
                    made[address(cell.row, cell.column)] = cell.value
                    made[address(cell.row, cell.column)].number_format = cell.number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def months(first: int, last: int) -> list[date]:
    return [date(2026, month, 1) for month in range(first, last + 1)]


def test_a_workbook_of_ten_months_does_not_overwrite_nine_without_a_question(store):
    with_past(store)
    before = facts_of(store)
    tabs = {f"{m.month}月": (m, permits(m, 9)) for m in months(6, 10)}
    (receipts,) = take_in(store, [Upload(months_in_one(store, tabs), "施工许可2026年.xlsx", BEFORE)])
    asked = {receipt.period_label for receipt in receipts if "replaces_months" in codes(receipt)}
    assert asked == {"2026-06", "2026-07", "2026-08", "2026-09"}
    assert {receipt.outcome for receipt in receipts} == {"returned"} and facts_of(store) == before
    (receipts,) = take_in(store, [Upload(months_in_one(store, tabs), "施工许可2026年.xlsx", BEFORE, "", REASON)])
    assert {receipt.outcome for receipt in receipts} == {"accepted"}


def test_months_that_stay_as_they_were_are_not_asked_about(store):
    with_past(store)
    tabs = {f"{m.month}月": (m, permits(m, 10)) for m in months(6, 9)} | {"10月": (OCTOBER, permits(OCTOBER, 9))}
    (receipts,) = take_in(store, [Upload(months_in_one(store, tabs), "施工许可2026年.xlsx", BEFORE)])
    assert [codes(receipt) for receipt in receipts if "replaces_months" in codes(receipt)] == []


def test_one_table_under_ten_months_is_asked_about_even_in_a_new_store(store):
    same = permits(OCTOBER, 5)
    tabs = {f"{m.month}月": (m, same) for m in months(8, 10)}
    (receipts,) = take_in(store, [Upload(months_in_one(store, tabs), "施工许可.xlsx", BEFORE)])
    assert all("keys_of_other_months" in codes(receipt) for receipt in receipts)


def test_a_tab_that_was_copied_and_not_renamed_is_named(store):
    content = months_in_one(store, {"9月": (OCTOBER, permits(OCTOBER, 4))})
    ((receipt,),) = take_in(store, [Upload(content, "施工许可.xlsx", BEFORE)])
    assert codes(receipt) == ["other_period_named"]


def deposits(month: date, number: int) -> list[dict]:
    """Deposits, which stay on the list: each month one more, paid in on the 5th."""
    first = sample_rows("MW-01", "ZJK")[0]
    months = [add_months(month, -back) for back in range(number)]
    return [first | {"permit_no": f"420704{on:%Y%m}050101", "stored_on": f"{on:%Y-%m}-05"} for on in months]


def test_a_date_after_the_period_is_asked_about_where_none_ever_was(store):
    """A list whose rows stay tells another month by its newest row alone."""
    for back in range(4, 0, -1):
        month = add_months(OCTOBER, -back)
        content = filled(store, "MW-01", "ZJK", month, deposits(month, 12))
        assert ingest(store, content, f"{back}.xlsx", BEFORE, explanations=REASON).outcome == "accepted"
    late = filled(store, "MW-01", "ZJK", SEPTEMBER, deposits(OCTOBER, 12))
    receipt = ingest(store, late, "月报.xlsx", BEFORE)
    assert "after_period" in codes(receipt), receipt.issues
    issue = next(issue for issue in receipt.issues if issue.code == "after_period")
    assert (issue.column_name, issue.details["number"], issue.details["found"]) == ("stored_on", 1, "2026-10-05")
    on_time = ingest(store, filled(store, "MW-01", "ZJK", OCTOBER, deposits(OCTOBER, 12)), "十月.xlsx", BEFORE)
    assert "after_period" not in codes(on_time)
