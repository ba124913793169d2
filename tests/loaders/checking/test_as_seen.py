"""What a reader sees and no value says: struck rows, pictures, blank headings, examples, one project twice, ratios."""

import io
from datetime import timedelta

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from PIL import Image as Picture

from loaders.messages import message
from loaders.reading.page_texts import page_texts
from tests.conftest import OCTOBER, REASON, edited, filled, ingest, sample_rows, shanghai
from tests.loaders.arriving.test_hostile import differences, facts_of
from tests.loaders.checking.earlier import AT, with_past
from tests.loaders.workshop import be02, facts, fixture

pytestmark = pytest.mark.variants

BEFORE = shanghai("2026-11-18T09:30:00")
HEADER, FIRST, PRICE, AREA = 4, 5, "J", "I"


def handed(store, write, template="BE-02", unit="XZSP", **more):
    return ingest(store, edited(filled(store, template, unit), write), "报送.xlsx", BEFORE, **more)


def codes(receipt) -> list[str]:
    return [issue.code for issue in receipt.issues if issue.severity != "note"]


def column_of(book, label: str) -> str:
    """The letter of a column by what its heading begins with."""
    cells = [cell for row in book.worksheets[0].iter_rows(max_row=6) for cell in row]
    return next(cell.column_letter for cell in cells if str(cell.value or "").startswith(label))


def first_row(book) -> int:
    """The first row of data: the one beneath the header that has a permit."""
    sheet = book.worksheets[0]
    return next(row for row in range(1, 20) if str(sheet.cell(row, 3).value or sheet.cell(row, 1).value)[:4] == "4207")


def strike(*labels: str, rows=(1,)):
    """These cells struck through, all of a row where no label is given."""

    def write(book):
        sheet, first = book.worksheets[0], first_row(book)
        for number in rows:
            cells = [sheet[f"{column_of(book, label)}{first + number}"] for label in labels] or sheet[first + number]
            for cell in cells:
                cell.font = Font(strike=True)

    return write


def test_a_row_that_is_struck_through_is_asked_about(store):
    receipt = handed(store, strike())
    assert codes(receipt) == ["struck_rows"]
    assert "删除线" in message(receipt.issues[0], receipt.template, "zh-CN")
    assert handed(store, strike(), explanations=REASON).outcome == "accepted"


def test_so_are_single_cells_and_rows_of_a_sheet_only_once(store):
    assert codes(handed(store, strike("合同价格"))) == ["struck_cells"]
    receipt = handed(store, strike(rows=(0, 1)))
    assert codes(receipt) == ["struck_rows"] and receipt.issues[0].details["count"] == 2


def test_blank_rows_and_headings_may_be_struck_through(store):
    def write(book):
        strike(rows=(10, 11))(book)
        for cell in book.worksheets[0][1]:
            cell.font = Font(strike=True)

    receipt = handed(store, write)
    assert (receipt.outcome, codes(receipt)) == ("accepted", [])
    assert differences(facts_of(store), facts(store, be02()())) == []


@pytest.mark.parametrize("label", ["工程名称", "合同价格"])
def test_a_part_of_a_text_that_is_struck_through_is_asked_about(store, label):
    def write(book):
        cell = book.worksheets[0][f"{column_of(book, label)}{first_row(book)}"]
        cell.value = CellRichText(TextBlock(InlineFont(strike=True), "12"), "3456")

    receipt = handed(store, write)
    assert "struck_cells" in codes(receipt), receipt.issues


def picture(width: int, height: int) -> Image:
    out = io.BytesIO()
    Picture.new("RGB", (width, height), "white").save(out, "PNG")
    return Image(out)


def over(label: str, row: int = 0, width: int = 40, height: int = 15, blank: bool = True):
    """A picture on the cell of a label, which is blank."""

    def write(book):
        sheet = book.worksheets[0]
        cell = sheet[f"{column_of(book, label)}{first_row(book) + row}"]
        cell.value = None if blank else cell.value
        sheet.add_image(picture(width, height), cell.coordinate)

    return write


def test_a_picture_on_a_blank_cell_is_asked_about(store):
    receipt = handed(store, over("建筑面积"))
    assert codes(receipt) == ["picture_over_blank"]
    assert receipt.issues[0].column_name == "area"


@pytest.mark.parametrize("write", [over("建筑面积", blank=False), over("建筑面积", row=9)])
def test_other_pictures_are_not(store, write):
    receipt = handed(store, write)
    assert (receipt.outcome, codes(receipt)) == ("accepted", [])


def heading(label: str, text: str | None):
    def write(book):
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=first_row(book) - 1):
            for cell in row:
                if str(cell.value or "").startswith(label):
                    cell.value = text

    return write


def test_a_blank_heading_over_figures_is_asked_about(store):
    receipt = handed(store, heading("建筑面积", None))
    assert "no_heading" in codes(receipt), receipt.issues
    issue = next(issue for issue in receipt.issues if issue.code == "no_heading")
    assert "建筑面积" in message(issue, receipt.template, "zh-CN")
    assert "Floor area" in message(issue, receipt.template, "en") or "area" in message(issue, receipt.template, "en")


@pytest.mark.parametrize("values", [[1, 2, 3], ["补录", None, "补录"], [7.5, None, None]])
def test_the_senders_own_column_without_a_heading_is_not(store, values):
    def write(book):
        sheet, first = book.worksheets[0], first_row(book)
        for number, value in enumerate(values):
            sheet.cell(first + number, 20, value)

    receipt = handed(store, write)
    assert (receipt.outcome, codes(receipt)) == ("accepted", [])


def test_an_example_that_was_left_in_is_asked_about(store):
    def write(book):
        cell = book.worksheets[0][f"{column_of(book, '工程名称')}{first_row(book)}"]
        cell.value = "××产业园一期（示例）"

    receipt = handed(store, write)
    assert codes(receipt) == ["example_row"]


@pytest.mark.parametrize("name", ["示例产业园一期3号厂房", "范例路小学", "鄂州示例置业公司厂房"])
def test_a_name_with_such_a_word_is_none(store, name):
    def write(book):
        book.worksheets[0][f"{column_of(book, '工程名称')}{first_row(book)}"].value = name

    assert codes(handed(store, write)) == []


def twice(**changes) -> list[dict]:
    rows = sample_rows("BE-02", "XZSP")
    number = rows[0]["permit_no"]
    return [*rows, rows[0] | {"permit_no": f"{number[:-4]}0901"} | changes]


@pytest.mark.parametrize("changes", [{}, {"channel": "窗口"}])
def test_one_project_under_two_numbers_is_asked_about(store, changes):
    content = filled(store, "BE-02", "XZSP", OCTOBER, twice(**changes))
    receipt = ingest(store, content, "报送.xlsx", BEFORE)
    assert codes(receipt) == ["alike_rows"]
    issue = next(issue for issue in receipt.issues if issue.code == "alike_rows")
    assert (issue.details["row"] - issue.details["other"]) == len(twice()) - 1


@pytest.mark.parametrize(
    "changes", [{"project_name": "二标段"}, {"area": 99.5}, {"contract_price": 1234.5, "area": 99.5}]
)
def test_two_parts_of_a_project_are_not(store, changes):
    content = filled(store, "BE-02", "XZSP", OCTOBER, twice(**changes))
    assert "alike_rows" not in codes(ingest(store, content, "报送.xlsx", BEFORE))


def rates(*figures: float):
    rows = sample_rows("AR-01", "DAG")
    return [row | {"digitized_rate": figure} for row, figure in zip(rows, figures, strict=False)] + rows[len(figures) :]


@pytest.mark.parametrize(("figures", "is_asked"), [((0.95,), True), ((0.95, 97.0), True), ((95.0, 97.0), False)])
def test_a_ratio_for_a_percentage_is_asked_about_from_the_first_month_on(store, figures, is_asked):
    content = filled(store, "AR-01", "DAG", OCTOBER, rates(*figures))
    receipt = ingest(store, content, "报送.xlsx", BEFORE)
    told = [issue for issue in receipt.issues if issue.code == "likely_ratio"]
    assert bool(told) == is_asked
    if told:
        assert "95" in message(told[0], receipt.template, "zh-CN")


@pytest.mark.parametrize("cost", [0.85, 0.3])
def test_what_can_only_be_a_few_percent_may_be_less_than_one(store, cost):
    rows = [row | {"cost_pct": cost} for row in sample_rows("BE-01", "XZSP")]
    receipt = ingest(store, filled(store, "BE-01", "XZSP", OCTOBER, rows), "报送.xlsx", BEFORE)
    assert "likely_ratio" not in codes(receipt)


def test_with_a_past_it_is_asked_once(store):
    with_past(store, "AR-01", "DAG")
    content = filled(store, "AR-01", "DAG", OCTOBER, rates(0.95))
    receipt = ingest(store, content, "报送.xlsx", AT + timedelta(hours=1))
    assert codes(receipt).count("likely_ratio") + codes(receipt).count("far_outside") == 1, receipt.issues


@pytest.mark.parametrize(
    "text", ["？", "×××", "略", "（空）", "未填写", "同上。", "同前", "见上", "同上一行", "XX公司"]
)
def test_what_stands_in_for_a_text_is_none(store, text):
    def write(book):
        book.worksheets[0][f"{column_of(book, '建设单位')}{first_row(book) + 1}"].value = text

    assert codes(handed(store, write)) == ["required"]


def test_headers_and_footers_without_their_codes():
    written = ['&L&"宋体,常规"&12填报单位：A&&B&C第 &P 页，共 &N 页&R&KFF00002026年10月', "&C&D &T", ""]
    assert page_texts(written) == ["填报单位：A&B", "第   页，共   页", "2026年10月"]


def test_the_old_format_tells_the_same(store):
    content = fixture("be02_seen.xls")(None)
    receipt = ingest(store, content, "报送.xls", BEFORE)
    assert set(codes(receipt)) == {"struck_rows", "other_unit_named"}, receipt.issues
