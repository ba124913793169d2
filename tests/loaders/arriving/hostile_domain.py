"""Good workbooks of the wrong kind, and honest ones that people have changed: sheets, headers, rows, units, periods."""

import copy
import io
from collections.abc import Callable
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import edited, filled, sample_rows
from tests.loaders.workshop import ANY, Blanks, Marks, add, be02, be08, rows_of

SAME, RATES = be02(), be08()
Edit = Callable[[Worksheet], object]


def sheet(edit: Edit, which: str = "be02"):
    """The form after edit(sheet), with its protection taken off."""

    def work(book: Workbook) -> None:
        book.worksheets[0].protection.sheet = False
        edit(book.worksheets[0])

    return lambda b: edited(getattr(b, which), work)


def unmarked(edit: Edit = lambda _: None, which: str = "be02"):
    """The form without _meta, after edit(sheet)."""

    def work(book: Workbook) -> None:
        del book["_meta"]
        book.worksheets[0].protection.sheet = False
        edit(book.worksheets[0])

    return lambda b: edited(getattr(b, which), work)


def meta(**values: str | None):
    """The form with lines of _meta changed."""

    def work(book: Workbook) -> None:
        for row in book["_meta"].iter_rows():
            if row[0].value in values:
                row[1].value = values[row[0].value]

    return lambda b: edited(b.be02, work)


def above(old: str, new: str) -> Edit:
    """A piece of the rows above the header rewritten."""

    def work(form: Worksheet) -> None:
        hits = 0
        for row in form.iter_rows(max_row=3):
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value, hits = cell.value.replace(old, new), hits + 1
        assert hits, old

    return work


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def work(form: Worksheet) -> None:
        for edit in edits:
            edit(form)

    return work


def put(ref: str, value: object) -> Edit:
    """A value in a cell."""
    return lambda form: form.__setitem__(ref, value)


def head(old: str, new: object) -> Edit:
    """A heading rewritten."""

    def work(form: Worksheet) -> None:
        next(cell for cell in form[4] if cell.value == old).value = new

    return work


def drop(old: str) -> Edit:
    """A whole column deleted."""
    return lambda form: form.delete_cols(next(cell.column for cell in form[4] if cell.value == old))


def swap(form: Worksheet) -> None:
    """Name and owner, two text columns, change places, heading and all."""
    for row in range(4, 8):
        form[f"E{row}"].value, form[f"F{row}"].value = form[f"F{row}"].value, form[f"E{row}"].value


def insert_column(form: Worksheet) -> None:
    """A column of their own in the middle."""
    form.insert_cols(5)
    form["E4"], form["E5"] = "我们的序号", 1


def merge(ref: str) -> Edit:
    """Cells of the table merged."""
    return lambda form: form.merge_cells(ref)


def grouped(form: Worksheet) -> None:
    """A row of group headings above the headings, merged over them."""
    form.insert_rows(4)
    form["A4"], form["C4"], form["I4"] = "基本", "项目情况", "指标"
    for ref in ("A4:B4", "C4:H4", "I4:Q4"):
        form.merge_cells(ref)


def standing(form: Worksheet) -> None:
    """Headings merged over two rows, as where only some of them have a group."""
    form.insert_rows(5)
    for column in range(1, 18):
        form.merge_cells(start_row=4, start_column=column, end_row=5, end_column=column)


def under_a_group(form: Worksheet) -> None:
    """审批日期 stands over 受理日期 and 发证日期; every other heading is merged over both rows."""
    form.insert_rows(4)
    for column in range(1, 18):
        top, below = form.cell(4, column), form.cell(5, column)
        if column in (11, 12):
            continue
        top.value, below.value = below.value, None
        form.merge_cells(start_row=4, start_column=column, end_row=5, end_column=column)
    form["K4"] = "审批日期"
    form.merge_cells("K4:L4")


def total(row_no: int, word: str) -> Edit:
    """A total in a row that is put in between."""

    def work(form: Worksheet) -> None:
        form.insert_rows(row_no)
        form.cell(row_no, 3, word)
        form.cell(row_no, 10, 20095.75)

    return work


def footer(form: Worksheet) -> None:
    """The lines that a form of the bureau ends with."""
    form["A10"], form["E10"], form["H10"] = "单位负责人：王某", "填报人：李某", "联系电话：0711-1234567"
    form["A11"] = "注：1. 本表每月22日前报送。2. 合同价格以万元计。"


def hide_row(form: Worksheet) -> None:
    """A row out of sight."""
    form.row_dimensions[6].hidden = True


def hide_column(form: Worksheet) -> None:
    """A column out of sight."""
    form.column_dimensions["J"].hidden = True


def blank_rows(form: Worksheet) -> None:
    """Space between the rows."""
    form.insert_rows(6, 3)


def moved_down(form: Worksheet) -> None:
    """Everything five rows lower and two columns to the right."""
    for merged in list(form.merged_cells.ranges):
        form.unmerge_cells(str(merged))
    form.move_range("A1:Q29", rows=5, cols=2)


def two_forms(first: tuple[str, str], second: tuple[str, str], keeps_meta: bool = False, edit: Edit | None = None):
    """One workbook with two forms."""

    def make(blanks: Blanks) -> bytes:
        book = load_workbook(io.BytesIO(blanks.of(*first)))
        other = load_workbook(io.BytesIO(blanks.of(*second))).worksheets[0]
        copied = book.create_sheet("第二张表")
        for row in other.iter_rows():
            for cell in row:
                if cell.value is not None:
                    made = copied.cell(cell.row, cell.column, cell.value)
                    made.number_format = copy.copy(cell.number_format)
        if edit:
            edit(copied)
        if not keeps_meta:
            del book["_meta"]
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


def of(code: str, unit: str, period: date, source: str | None = None):
    """A workbook of another unit or period, with the sample rows of `source`."""
    return lambda b: filled(b.store, code, unit, period, sample_rows(code, source or unit))


def rows(*pairs: tuple[str, str]):
    """The figures of several forms."""

    def made() -> dict[str, list[dict]]:
        found: dict[str, list[dict]] = {}
        for code, unit in pairs:
            found[code] = found.get(code, []) + rows_of(code, unit)
        return found

    return made


# What the whole workbook is about
add("file: nothing filled in", lambda b: filled(b.store, "BE-02", "XZSP", rows=[]), "no_rows")
add("file: any other workbook", lambda _: _plain([["姓名", "年龄"], ["张三", 30]]), "no_template")
add("file: a workbook with nothing in it", lambda _: _plain([]), "no_template no_rows")
add("file: template code unheard of", meta(template_code="ZZ-99"), "unknown_template")
add("file: _meta of another template", meta(template_code="BE-08"), "no_header unknown_template no_template")
add("file: an older version", meta(template_version="0"), "old_version")
add("file: a version to come", meta(template_version="2"), "old_version")
add("file: _meta and title name two units", meta(unit_code="FJS"), "unit_contradicts")
add("file: _meta names a unit unheard of", meta(unit_code="XXXX"), "unknown_unit unit_contradicts")
add("file: title names a unit unheard of", unmarked(above("行政审批科（XZSP）", "火星科")), "unknown_unit")
add("file: title names another unit", sheet(above("行政审批科（XZSP）", "房产交易所（FJS）")), "unit_contradicts")
add("file: no unit anywhere", unmarked(above("填报单位：行政审批科（XZSP）", "填报单位：")), "no_unit")
add("file: no period anywhere", unmarked(both(above("报送期：2026-10", ""), above("2026-11-22", ""))), "no_period")
add("file: title says September", sheet(above("2026-10", "2026-09")), "period_contradicts")
add("file: title says 2026年9月", sheet(above("报送期：2026-10", "2026年9月")), "period_contradicts")
add("file: _meta says September", meta(period="2026-09"), "period_contradicts")
add("file: month 13", sheet(above("2026-10", "2026-13")), "bad_period period_contradicts")
add("file: a month of no use", meta(period="十月"), "bad_period period_contradicts")
add("file: December, which has not begun", of("BE-02", "XZSP", date(2026, 12, 1)), "future_period outside_period")
add("file: the year 2099", of("BE-02", "XZSP", date(2099, 10, 1)), "future_period outside_period")
add("file: a unit that does not owe it", of("BE-02", "FJS", date(2026, 10, 1), "XZSP"), "not_obliged")
add("file: a unit that is only leadership", of("BE-02", "JLD", date(2026, 10, 1), "XZSP"), "not_obliged")
add("file: another unit in a row", sheet(put("B6", "房产交易所")), "other_unit")
add(
    "file: two units, and no title",
    unmarked(both(above("填报单位：行政审批科（XZSP）", ""), put("B5", "XZSP"), put("B6", "FJS"))),
    "several_units other_unit",
)
add("file: another month in a row", sheet(put("A6", "2026-09")), "other_period")
add("file: another month in a row, as a date", sheet(put("A6", date(2026, 9, 1))), "other_period")
add(
    "honest file: unit and month in every row",
    sheet(both(*(put(f"A{n}", "2026年10月") for n in (5, 6, 7)), *(put(f"B{n}", "行政审批科") for n in (5, 6, 7)))),
    None,
    SAME,
)
add("honest file: the month as a date in a row", sheet(put("A6", date(2026, 10, 1))), None, SAME)
add("honest file: no _meta", unmarked(), None, SAME)
add("honest file: sheet renamed", sheet(lambda form: setattr(form, "title", "Sheet1")), None, SAME)
add(
    "honest file: no _meta, unit and month in the rows",
    unmarked(
        both(
            above("填报单位：行政审批科（XZSP）", ""),
            above("报送期：2026-10", ""),
            above("2026-11-22", ""),
            *(put(f"A{n}", "2026-10") for n in (5, 6, 7)),
            *(put(f"B{n}", "XZSP") for n in (5, 6, 7)),
        )
    ),
    None,
    SAME,
)
add(
    "honest file: the month in the title",
    unmarked(
        both(above("报送期：2026-10", ""), above("建筑工程施工许可发放明细", "建筑工程施工许可发放明细（2026年10月）"))
    ),
    None,
    SAME,
)
add(
    "honest file: the form's other sheets gone",
    lambda b: edited(b.be02, lambda book: book.remove(book["填报说明"])),
    None,
    SAME,
)
add(
    "honest file: a sheet of their own in front",
    lambda b: edited(b.be02, lambda book: book.create_sheet("我们的台账", 0).append(["随手记", 1, 2])),
    None,
    SAME,
)
add(
    "file: the form hidden",
    lambda b: edited(
        b.be02, lambda book: (setattr(book.worksheets[0], "sheet_state", "hidden"), setattr(book, "active", 1))
    ),
    "hidden_sheet",
    SAME,
)

# Sheets
add("sheets: the same form twice", two_forms(("BE-02", "XZSP"), ("BE-02", "XZSP")), "several_sheets")
add("sheets: the same form twice, with _meta", two_forms(("BE-02", "XZSP"), ("BE-02", "XZSP"), True), "several_sheets")
add(
    "honest sheets: two templates",
    two_forms(("BE-02", "XZSP"), ("BE-08", "XZSP")),
    None,
    rows(("BE-02", "XZSP"), ("BE-08", "XZSP")),
    marks=Marks(accepted=2),
)
add(
    "honest sheets: two templates, with _meta of the first",
    two_forms(("BE-02", "XZSP"), ("BE-08", "XZSP"), True),
    None,
    rows(("BE-02", "XZSP"), ("BE-08", "XZSP")),
    marks=Marks(accepted=2),
)
add(
    "honest sheets: one template of two units",
    two_forms(("BE-08", "XZSP"), ("BE-08", "FJS")),
    "several_sheets several_units unit_contradicts accepted",
    rows(("BE-08", "XZSP"), ("BE-08", "FJS")),
)
add(
    "sheets: two templates, one with an error",
    two_forms(("BE-02", "XZSP"), ("BE-08", "XZSP"), False, lambda form: form.__setitem__("D5", "约三百")),
    "not_a_number other_sheet other_sheets",
)
add(
    "sheets: two templates, one of another month",
    two_forms(("BE-02", "XZSP"), ("BE-08", "XZSP"), False, above("2026-10", "2026-12")),
    "future_period other_sheet other_sheets period_contradicts",
)

# Headers
add("header: gone", sheet(lambda form: form.delete_rows(4)), "no_header")
add("header: gone, and no _meta", unmarked(lambda form: form.delete_rows(4)), "no_template no_header")
add("header: price in yuan", sheet(head("合同价格", "合同价格（元）")), ANY)
add("header: price in 亿元", sheet(head("合同价格", "合同价格(亿元)")), ANY)
add("header: area in 万㎡", sheet(head("建筑面积", "建筑面积（万㎡）")), ANY)
add("header: another measure in the row above", sheet(put("J3", "必填·元")), ANY + " accepted", SAME)
for text in (
    "合同价格（万元）",
    "合同价格(万元)",
    "合同价格\n（万元）",
    "合同价格（单位：万元）",
    "合同价格/万元",
    "*合同价格",
    "合 同 价 格",
    "合同价格（必填）",
    " 合同价格　",
    "合同价格（ 万元 ）",
    "合同价格*",
    "合同价格：",
    "合同价格[万元]",
):
    add(
        f"honest header: {text!a}",
        sheet(head("合同价格", text)),
        None
        if text not in ("合同价格：", "合同价格[万元]", "合同价格/万元", "合同价格（单位：万元）")
        else "missing_columns accepted",
        SAME,
    )
add(
    "honest header: area in m²",
    sheet(head("建筑面积", "建筑面积（m²）")),
    "unknown_column missing_columns accepted",
    SAME,
)
add("header: a required column deleted", sheet(drop("合同价格")), "missing_columns")
add("header: several required columns deleted", sheet(both(drop("合同价格"), drop("施工单位"))), "missing_columns")
add("header: a required column renamed", sheet(head("合同价格", "造价")), "missing_columns")
add("header: a column twice", sheet(head("施工单位", "建设单位")), "repeated_column missing_columns")
add("header: a column twice, both there", sheet(put("R4", "合同价格")), "repeated_column")
add(
    "header: two merged into one",
    sheet(lambda form: (form.__setitem__("F4", None), form.merge_cells("E4:F4"))),
    "missing_columns merged_header",
)
add("header: a formula", sheet(head("合同价格", "=A1")), "missing_columns formula_without_value")
add(
    "honest header: an optional column deleted",
    sheet(drop("建筑面积")),
    None,
    be02({(n, "area"): None for n in range(3)}),
)
add("honest header: columns swapped", sheet(swap), None, SAME)
add("honest header: a column inserted", sheet(insert_column), None, SAME, notes="unknown_column")
add("honest header: period and unit columns deleted", sheet(lambda form: form.delete_cols(1, 2)), None, SAME)
add("honest header: groups above it", sheet(grouped), None, SAME)
add("honest header: merged over two rows", sheet(standing), None, SAME)
add("honest header: two rows, some in a group", sheet(under_a_group), None, SAME)
add("honest header: everything moved", sheet(moved_down), None, SAME)
add("header: twenty rows lower", sheet(lambda form: form.move_range("A3:Q29", rows=20)), "no_header accepted", SAME)
add(
    "header: printed again in the middle",
    sheet(lambda form: (form.insert_rows(6), [form.cell(6, n, form.cell(4, n).value) for n in range(1, 18)])),
    ANY + " accepted",
    SAME,
)

# Rows
for word in ("合计", "合　计", "小计", "总计", "合计：", "本页小计", "累计"):
    strict = word in ("合计", "合　计", "小计", "总计")
    add(
        f"rows: {word} in the middle",
        sheet(total(6, word)),
        None if strict else ANY + " accepted",
        SAME,
        notes="total_row" if strict else "",
    )
add("honest rows: a total at the end", sheet(total(8, "合计")), None, SAME, notes="total_row")
add("honest rows: lines for signatures", sheet(footer), None, SAME)
add("honest rows: one hidden", sheet(hide_row), None, SAME, notes="hidden_content")
add("honest rows: a column hidden", sheet(hide_column), None, SAME, notes="hidden_content")
add("honest rows: blank ones between", sheet(blank_rows), None, SAME)
add("honest rows: a filter", sheet(lambda form: setattr(form.auto_filter, "ref", "A4:Q7")), None, SAME)
add("honest rows: a note beside the table", sheet(put("T6", "已与业主核对")), None, SAME)
add(
    "honest rows: comments, colours, a link",
    sheet(
        lambda form: (
            setattr(form["E5"], "hyperlink", "http://192.0.2.1/"),
            form["E5"].__setattr__("value", "示例产业园一期3号厂房"),
        )
    ),
    None,
    SAME,
)
add(
    "rows: the same permit twice",
    sheet(lambda form: [form.cell(8, n, form.cell(5, n).value) for n in range(1, 18)]),
    "duplicate_key",
)
add("rows: one with only a name", sheet(put("E8", "示例")), "not_a_row")
add("rows: one with only a number far below", sheet(put("J60", 5)), "not_a_row")
add(
    "honest rows: 500 of them",
    lambda b: filled(b.store, "BE-02", "XZSP", rows=_permits(500)),
    None,
    lambda: {"BE-02": _permits(500)},
)
add("rows: a required cell blank", sheet(put("E5", None)), "required")
add("rows: a rule broken", sheet(put("N5", 2)), "rule")
add("rows: a check that wants words", sheet(put("M5", 2)), "rule")
add(
    "honest rows: a text merged over rows",
    sheet(both(put("H6", None), put("H7", None), merge("H5:H7"))),
    None,
    be02({(n, "contractor"): "湖北示例建工有限公司" for n in range(3)}),
)
add("rows: a number merged over rows", sheet(both(put("J6", None), merge("J5:J6"))), "merged_number required")
add("rows: an optional number merged over rows", sheet(merge("I5:I6")), "merged_number")
add("rows: a date merged over rows", sheet(both(put("K6", None), merge("K5:K6"))), "merged_number rule required")
add("rows: two texts merged into one", sheet(both(put("F5", None), merge("E5:F5"))), "required merged_cells")
add("rows: key merged over rows", sheet(both(put("C6", None), merge("C5:C6"))), "duplicate_key rule required")
add(
    "rows: all of them merged into one cell",
    sheet(both(*(put(f"{c}5", None) for c in "DEFGHIJKLMNOPQ"), merge("C5:Q5"))),
    "not_a_row",
)


def _plain(table: list[list]) -> bytes:
    book = Workbook()
    for row in table:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _permits(number: int) -> list[dict]:
    """Permits that differ in area, serial and class, so that no rule or check fires."""
    first = rows_of("BE-02", "XZSP")[0]
    places = [(area, serial, kind) for area in ("00", "02", "03", "04") for serial in range(100) for kind in (1, 2)]
    return [
        first | {"permit_no": f"4207{area}20261013{serial:02d}0{kind}", "project_name": f"示例工程{n}"}
        for n, (area, serial, kind) in enumerate(places[:number])
    ]
