"""标注版: what a clerk sees in the file that comes back, and what becomes of it when she sends it round again."""

import io
import json
import warnings
import zipfile
from dataclasses import asdict

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import GradientFill, PatternFill

from loaders.arriving.worker import READER
from loaders.blank.layout import META_SHEET
from loaders.intake.ingest import Receipt
from loaders.marked import ISSUE_SHEET, Mark, marked_copy, marked_rebuilt, words_of
from loaders.marked.cells import AUTHOR, COLORS
from loaders.messages import issue_object
from tests.conftest import edited, filled, ingest, sample_rows, shanghai

BEFORE = shanghai("2026-11-18T09:30:00")
FORM = "BE-02_建筑工程施工许可发放明细"
FIRST_ISSUE = 7
WORDS = words_of("zh-CN")
GREY = PatternFill("solid", start_color="FFE0E0E0", end_color="FFE0E0E0")


def marks_of(receipt: Receipt, locale: str = "zh-CN") -> list[Mark]:
    objects = [issue_object(issue, receipt.template, locale) for issue in receipt.issues]
    return [Mark(o["severity"], o["sheet"], o["cell"], o["column_label"] or "", o["message"]) for o in objects]


def faulty(store) -> bytes:
    """Two figures out of range (J5, I7), a required cell left empty (E6), a total row (A9)."""
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"], rows[1]["project_name"], rows[2]["area"] = -5, None, -3

    def total(book):
        book[FORM]["A9"], book[FORM]["I9"] = "合计", 20000

    return edited(filled(store, "BE-02", "XZSP", rows=rows), total)


def returned(store, content: bytes) -> tuple[Receipt, bytes]:
    receipt = ingest(store, content, "a.xlsx", BEFORE)
    assert receipt.outcome == "returned"
    return receipt, marked_copy(content, marks_of(receipt), WORDS)


def opened(content: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_workbook(io.BytesIO(content))


def marked(edit, *marks: Mark) -> Workbook:
    return opened(marked_copy(made(edit), marks, WORDS))


def made(edit) -> bytes:
    """A workbook of one sheet, Data, after edit(sheet)."""
    book = Workbook()
    book.active.title = "Data"
    edit(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def error(cell: str | None, message: str = "不对。", sheet: str | None = "Data") -> Mark:
    return Mark("error", sheet, cell, "面积", message)


def color(cell) -> str | None:
    return cell.fill.start_color.rgb if cell.fill.fill_type else None


def issues_listed(sheet) -> list[tuple]:
    return [row for row in sheet.iter_rows(min_row=FIRST_ISSUE, max_col=6, values_only=True) if row[0]]


def places(issues) -> list[tuple]:
    return [(issue.code, issue.sheet, issue.cell) for issue in issues]


def test_every_faulty_cell_has_its_color_and_its_reason(store):
    receipt, content = returned(store, faulty(store))
    form = opened(content)[FORM]
    for mark in marks_of(receipt):
        cell = form[mark.cell]
        assert color(cell) == COLORS[mark.severity]
        assert mark.message in cell.comment.text
        assert WORDS[f"marked.{mark.severity}"] in cell.comment.text
        assert cell.comment.author == AUTHOR
    assert {cell.coordinate for row in form for cell in row if cell.comment} == {"J5", "E6", "I7", "A9"}
    assert form["J6"].fill.fill_type is None


def test_the_list_comes_first_and_leads_to_each_cell(store):
    receipt, content = returned(store, faulty(store))
    book = opened(content)
    sheet = book.active
    assert (book.sheetnames[0], sheet.title) == (ISSUE_SHEET, ISSUE_SHEET)
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == [ISSUE_SHEET]
    listed = issues_listed(sheet)
    assert [(row[2], row[3], row[4], row[5]) for row in listed] == [
        (mark.sheet, mark.cell, mark.column or "—", mark.message) for mark in marks_of(receipt)
    ]
    assert [row[0] for row in listed] == [1, 2, 3, 4]
    assert [row[1] for row in listed] == ["强制性"] * 3 + ["提示"]
    links = [sheet.cell(row, 4).hyperlink.location for row in range(FIRST_ISSUE, FIRST_ISSUE + 4)]
    assert links == [f"'{FORM}'!{cell}" for cell in ("J5", "E6", "I7", "A9")]
    assert [sheet.cell(4, column).value.split(" · ")[0] for column in (1, 4, 6)] == [
        "强制性 3 条",
        "核实性 0 条",
        "提示 1 条",
    ]


def test_the_list_is_ready_to_read_and_to_print(store):
    sheet = opened(returned(store, faulty(store))[1]).active
    assert [cell.value for cell in sheet[6][:6]] == ["序号", "级别", "工作表", "单元格", "列", "问题"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A7", "A6:F10")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        1,
    )
    assert sheet.print_area == f"'{ISSUE_SHEET}'!$A$1:$F$10"
    assert sheet.column_dimensions["H"].hidden


def test_errors_come_first_and_an_issue_without_a_cell_links_to_its_sheet_or_nowhere():
    note, about_sheet = Mark("note", "Data", "A1", "", "提示"), Mark("check", "Data", None, "", "整张表")
    gone = error("A1", sheet="Gone")
    book = marked(lambda sheet: sheet.append([1]), note, about_sheet, error(None, sheet=None), gone, error("ZZZ1"))
    listed = issues_listed(book.active)
    assert [row[1] for row in listed] == ["强制性"] * 3 + ["核实性", "提示"]
    assert [(row[2], row[3]) for row in listed[:2]] == [("整个文件", "—"), ("Gone", "A1")]
    links = [book.active.cell(row, 4).hyperlink for row in range(FIRST_ISSUE, FIRST_ISSUE + 5)]
    assert [link and link.location for link in links] == [None, None, "'Data'!A1", "'Data'!A1", "'Data'!A1"]
    assert listed[3][3] == "整张表"


def test_several_issues_of_a_cell_are_one_comment_in_the_worst_color():
    marks = [Mark("note", "Data", "B2", "", "第三"), error("B2", "第一"), Mark("check", "Data", "B2", "", "第二")]
    cell = marked(lambda sheet: sheet.append([1]), *marks)["Data"]["B2"]
    assert color(cell) == COLORS["error"]
    assert [cell.comment.text.index(text) for text in ("第一", "第二", "第三")] == sorted(
        cell.comment.text.index(text) for text in ("第一", "第二", "第三")
    )


def test_a_comment_stays_within_bounds_whatever_it_has_to_say():
    many = [error("A1", "长" * 5000) for _ in range(500)]
    book = marked(lambda sheet: sheet.append([1]), *many)
    assert len(book["Data"]["A1"].comment.text) < 4000
    assert "还有 492 条" in book["Data"]["A1"].comment.text
    assert len(issues_listed(book.active)) == 500
    assert max(dimension.height or 0 for dimension in book.active.row_dimensions.values()) <= 409


def test_the_box_is_large_enough_for_its_text():
    content = marked_copy(made(lambda s: s.append([1, 2])), [error("A1"), error("B1", "长" * 200)], WORDS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawing = next(archive.read(n).decode() for n in archive.namelist() if n.endswith(".vml"))
    heights = [int(part.split("px")[0]) for part in drawing.split("height:")[1:]]
    assert heights[0] < heights[1] >= 200 / 26 * 15


def test_a_mark_on_a_merged_area_goes_to_its_first_cell():
    def merge(sheet):
        sheet["B2"] = 1
        sheet.merge_cells("B2:C4")

    book = marked(merge, error("C3"))
    assert color(book["Data"]["B2"]) == COLORS["error"]
    assert book["Data"]["B2"].comment
    assert book.active.cell(FIRST_ISSUE, 4).hyperlink.location == "'Data'!B2"
    assert [str(area) for area in book["Data"].merged_cells.ranges] == ["B2:C4"]


def test_a_persons_own_comment_stays_above_ours_and_remains_when_ours_goes():
    def comment(sheet):
        sheet["A1"] = 1
        sheet["A1"].comment = Comment("请王科长核对\n第二行", "李四")

    first = marked_copy(made(comment), [error("A1", "太小。")], WORDS)
    cell = opened(first)["Data"]["A1"]
    assert cell.comment.text.startswith("请王科长核对\n第二行\n\n── 准点 ──\n")
    assert "太小。" in cell.comment.text
    again = opened(marked_copy(first, [], WORDS))["Data"]["A1"]
    assert (again.comment.text, again.comment.author) == ("请王科长核对\n第二行", "李四")
    assert color(again) is None


def test_sent_back_unchanged_it_gives_the_same_issues(store):
    receipt, content = returned(store, faulty(store))
    again, twice = returned(store, content)
    assert places(again.issues) == places(receipt.issues)
    assert (again.unit_code, again.period) == ("XZSP", receipt.period)
    assert opened(twice).sheetnames == opened(content).sheetnames
    assert opened(twice)[FORM]["J5"].comment.text == opened(content)[FORM]["J5"].comment.text


def test_mended_it_is_accepted(store):
    _, content = returned(store, faulty(store))

    rows = sample_rows("BE-02", "XZSP")

    def mend(book):
        form = book[FORM]
        form["J5"], form["E6"], form["I7"] = rows[0]["contract_price"], rows[1]["project_name"], rows[2]["area"]

    receipt = ingest(store, edited(content, mend), "b.xlsx", BEFORE)
    assert (receipt.outcome, receipt.row_count) == ("accepted", 3)


def test_what_was_mended_meanwhile_is_no_longer_marked(store):
    _, content = returned(store, faulty(store))
    price = sample_rows("BE-02", "XZSP")[0]["contract_price"]
    half = edited(content, lambda book: book[FORM].cell(5, 10, price))
    receipt, twice = returned(store, half)
    form = opened(twice)[FORM]
    assert (color(form["J5"]), form["J5"].comment) == (None, None)
    assert color(form["E6"]) == COLORS["error"]
    assert color(form["A9"]) == COLORS["note"]
    cleared = opened(marked_copy(twice, [], WORDS))[FORM]
    assert (color(cleared["A9"]), color(cleared["E6"])) == ("00F2F2F2", None)  # the grey of the blank is back
    assert len(issues_listed(opened(twice).active)) == len(receipt.issues) == 3


def test_the_blank_keeps_its_checks_its_protection_and_its_hidden_sheet(store):
    source = faulty(store)
    before, after = opened(source), opened(returned(store, source)[1])
    old, new = before[FORM], after[FORM]
    assert after.sheetnames == [ISSUE_SHEET, *before.sheetnames]
    assert after[META_SHEET].sheet_state == "hidden"
    assert [row for row in after[META_SHEET].values] == [row for row in before[META_SHEET].values]

    def checks(sheet) -> set[tuple]:
        return {(str(c.sqref), c.type, c.formula1, c.prompt) for c in sheet.data_validations.dataValidation}

    assert checks(new) == checks(old)
    assert new.protection.sheet and not new["J5"].protection.locked
    assert {k: d.width for k, d in new.column_dimensions.items()} == {
        k: d.width for k, d in old.column_dimensions.items()
    }
    assert (new.freeze_panes, new.print_title_rows) == (old.freeze_panes, old.print_title_rows)
    assert new["L5"].number_format == old["L5"].number_format


def test_a_cell_that_the_file_does_not_list_can_still_be_filled_in(store):
    """Beyond the bordered rows the formats are those of the columns: a new cell must not come out locked."""
    content = filled(store, "BE-02", "XZSP")
    form = opened(marked_copy(content, [error("C60", sheet=FORM)], WORDS))[FORM]
    assert color(form["C60"]) == COLORS["error"]
    assert not form["C60"].protection.locked
    assert form["C60"].number_format == "@"


def test_a_conditional_color_does_not_hide_a_mark_and_ours_go_again():
    def condition(sheet):
        sheet["A1"] = 1
        sheet.conditional_formatting.add("A1:A9", FormulaRule(["LEN(A1)=1"], fill=GREY))

    first = marked_copy(made(condition), [error("A1")], WORDS)
    rules = [
        (str(area.sqref), rule.priority) for area in opened(first)["Data"].conditional_formatting for rule in area.rules
    ]
    assert rules[0] == ("A1", 1)
    assert rules[1][0] == "A1:A9" and rules[1][1] > 1
    cleared = opened(marked_copy(first, [], WORDS))["Data"].conditional_formatting
    assert [(str(area.sqref), area.rules[0].formula) for area in cleared] == [("A1:A9", ["LEN(A1)=1"])]


def test_original_fills_come_back_also_after_rows_have_moved():
    def fills(sheet):
        for row in range(1, 6):
            sheet.append([row, row])
        sheet["A2"].fill = GREY
        sheet["A4"].fill = GradientFill(stop=("FF0000", "00FF00"))

    marks = [error("A2"), error("A4"), error("B5")]
    first = marked_copy(made(fills), marks, WORDS)

    def delete_a_row_and_done_issues(book):
        book.active.delete_rows(FIRST_ISSUE, 2)  # of the list
        data = book["Data"]
        for row in (1, 2, 3, 4):  # what Excel does when row 1 is deleted
            for column in (1, 2):
                source, target = data.cell(row + 1, column), data.cell(row, column)
                target.value, target._style, comment = source.value, source._style, source.comment
                source.comment = None
                target.comment = Comment(comment.text, comment.author) if comment else None

    again = opened(marked_copy(edited(first, delete_a_row_and_done_issues), [], WORDS))["Data"]
    assert color(again["A1"]) == "FFE0E0E0"
    assert isinstance(again["A3"].fill, GradientFill) or again["A3"].fill.tagname == "gradientFill"
    assert color(again["B4"]) is None
    assert all(cell.comment is None for row in again for cell in row)


def test_a_color_that_the_clerk_chose_meanwhile_stays():
    first = marked_copy(made(lambda s: s.append([1, 2])), [error("A1"), error("B1")], WORDS)
    again = edited(first, lambda book: setattr(book["Data"]["A1"], "fill", GREY))
    sheet = opened(marked_copy(again, [], WORDS))["Data"]
    assert (color(sheet["A1"]), color(sheet["B1"])) == ("FFE0E0E0", None)


@pytest.mark.parametrize("record", ["zhundian-marked/1", "1,,2", "9" * 9, "1," * 5000, "=1", "-1"])
def test_a_forged_record_does_no_harm(record):
    """Whoever writes our signature into a sheet loses that sheet, and gets no more than that."""
    first = marked_copy(made(lambda s: s.append([1])), [error("A1")], WORDS)

    def forge(book):
        book.active["I1"].value = record
        book.active["I1"].data_type = "s"

    again = opened(marked_copy(edited(first, forge), [error("A1")], WORDS))
    assert again.sheetnames == [ISSUE_SHEET, "Data"]
    assert color(again["Data"]["A1"]) == COLORS["error"]


def test_without_its_list_a_marked_file_is_still_known_by_the_comments():
    def two(sheet):
        sheet.append([1, 2])
        sheet["B1"].fill = PatternFill("solid", start_color=COLORS["error"], end_color=COLORS["error"])

    first = marked_copy(made(two), [error("A1")], WORDS)
    alone = edited(first, lambda book: book.remove(book.active))
    sheet = opened(marked_copy(alone, [], WORDS))["Data"]
    assert (color(sheet["A1"]), sheet["A1"].comment) == (None, None)
    assert color(sheet["B1"]) == COLORS["error"]  # somebody's own after all


def test_a_sections_own_sheet_of_that_name_stays():
    def own(sheet):
        sheet.append([1])
        sheet.parent.create_sheet(ISSUE_SHEET).append(["本科室的问题"])

    first = marked_copy(made(own), [error("A1")], WORDS)
    assert opened(first).sheetnames == ["问题清单2", "Data", ISSUE_SHEET]
    again = opened(marked_copy(first, [error("A1")], WORDS))
    assert again.sheetnames == ["问题清单2", "Data", ISSUE_SHEET]
    assert again[ISSUE_SHEET]["A1"].value == "本科室的问题"


def test_our_list_is_known_under_another_name():
    first = marked_copy(made(lambda s: s.append([1])), [error("A1")], WORDS)
    renamed = edited(first, lambda book: setattr(book.active, "title", "旧清单"))
    assert opened(marked_copy(renamed, [], WORDS)).sheetnames == [ISSUE_SHEET, "Data"]


def test_formulas_stay_and_keep_their_values():
    formulas = '<c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="str"><f>"a"&amp;"&lt;"</f><v>a&lt;</v></c>'
    formulas += '<c r="D1" t="b"><f>1=1</f><v>1</v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    formulas += '<c r="F1"><f>SUM(A1:B1)</f></c><c r="G1"><f t="array" ref="G1">A1*2</f><v>2.5</v></c>'
    source = with_cells(made(lambda s: s.append([1])), formulas)
    content = marked_copy(source, [error("B1"), error("F1")], WORDS)
    sheet = opened(content)["Data"]
    assert [sheet[f"{letter}1"].value for letter in "BCDEF"] == ["=1+1", '="a"&"<"', "=1=1", "=1/0", "=SUM(A1:B1)"]
    values = load_workbook(io.BytesIO(content), data_only=True)["Data"]
    assert [values[f"{letter}1"].value for letter in "BCDEFG"] == [2, "a<", True, "#DIV/0!", None, 2.5]
    assert opened(content).calculation.fullCalcOnLoad == opened(source).calculation.fullCalcOnLoad
    assert color(sheet["B1"]) == COLORS["error"]


def with_cells(content: bytes, cells: str) -> bytes:
    """The workbook with more cells, as Excel writes them, at the end of the first row."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</row>", cells.encode() + b"</row>", 1)
            target.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_hostile_text_stays_text(start):
    text = f"{start}HYPERLINK(1)"
    sheets = [{"name": text, "is_hidden": False, "cells": [[1, 1, "s", text], [2, 1, "f", text]]}]
    book = opened(marked_rebuilt(sheets, [Mark("error", text, text, text, text)], WORDS))
    held = [*book.worksheets[1]["A1:A2"], book.active[FIRST_ISSUE][2:6]]
    for cell in (cell for row in held for cell in row):
        assert cell.data_type == "s"
        assert cell.quotePrefix or not cell.value.startswith(tuple("=+-@\t\r＝＋－＠"))
    assert book.worksheets[1]["A1"].quotePrefix


def test_characters_that_xml_refuses_are_escaped_in_cells_and_dropped_elsewhere():
    message = "坏\x00\x08\x0b\x1f\ufffe\uffff\ud800字"
    sheets = [{"name": "a\x01b", "is_hidden": False, "cells": [[1, 1, "s", message]]}]
    book = opened(marked_rebuilt(sheets, [error("A1", message, "a\x01b")], WORDS))
    assert book.worksheets[1]["A1"].value == "坏_x0008__x000B__x001F_字"  # as a spreadsheet program writes and reads it
    assert "坏字" in book.worksheets[1]["A1"].comment.text
    assert issues_listed(book.active)[0][5] == "坏字"
    assert book.sheetnames[1] == "ab"


def test_a_quote_in_a_sheets_name_is_escaped_in_the_link():
    content = made(lambda sheet: setattr(sheet, "title", "it's"))
    book = opened(marked_copy(content, [error("B3", sheet="it's")], WORDS))
    assert book.active.cell(FIRST_ISSUE, 4).hyperlink.location == "'it''s'!B3"


def test_a_message_cannot_feign_the_end_of_our_comment():
    first = marked_copy(made(lambda s: s.append([1])), [error("A1", "── 问题清单 #7 ──\n── 准点 ──")], WORDS)
    assert opened(marked_copy(first, [], WORDS))["Data"]["A1"].comment is None


def test_an_old_file_is_rebuilt_from_its_cells():
    cells = [[1, 1, "s", "标题"], [3, 1, "s", "编号"], [3, 2, "s", "比率"], [4, 1, "s", "420704202610130101"]]
    cells += [
        [4, 2, "p", 0.985],
        [4, 3, "d", "2026-10-09"],
        [4, 4, "n", 12.5],
        [4, 5, "b", True],
        [4, 6, "e", "#DIV/0!"],
    ]
    sheets = [{"name": "表/1", "is_hidden": False, "cells": cells}, {"name": "_meta", "is_hidden": True, "cells": []}]
    book = opened(marked_rebuilt(sheets, [error("B4", sheet="表/1")], WORDS))
    assert book.sheetnames == [ISSUE_SHEET, "表_1", "_meta"]
    assert book["_meta"].sheet_state == "hidden"
    sheet = book["表_1"]
    row = [(cell.value, cell.number_format) for cell in sheet[4]]
    assert row[:2] == [("420704202610130101", "@"), (0.985, "0.00%")]
    assert (row[2][0].date().isoformat(), row[2][1]) == ("2026-10-09", "yyyy-mm-dd")
    assert [value for value, _ in row[3:]] == [12.5, True, "#DIV/0!"]
    assert sheet.column_dimensions["A"].width >= 18
    assert color(sheet["B4"]) == COLORS["error"]
    assert book.active.cell(FIRST_ISSUE, 4).hyperlink.location == "'表_1'!B4"


def test_a_rebuilt_form_goes_round_like_any_other(store):
    """As an .xls would: the reader's cells of our own workbook, without their formats."""
    source = opened(faulty(store))
    sheets = [
        {
            "name": sheet.title,
            "is_hidden": sheet.sheet_state != "visible",
            "cells": [_as_read(cell) for row in sheet for cell in row if cell.value is not None],
        }
        for sheet in source.worksheets
    ]
    receipt = ingest(store, faulty(store), "a.xlsx", BEFORE)
    content = marked_rebuilt(sheets, marks_of(receipt), WORDS)
    assert places(ingest(store, content, "b.xlsx", BEFORE).issues) == places(receipt.issues)


def _as_read(cell) -> list:
    if cell.is_date:
        return [cell.row, cell.column, "d", cell.value.date().isoformat()]
    return [cell.row, cell.column, "s" if isinstance(cell.value, str) else "n", cell.value]


def test_names_that_excel_refuses_or_that_are_taken_twice_are_changed():
    names = ["A" * 40, "A" * 40, "'", "data", "DATA"]
    sheets = [{"name": name, "is_hidden": False, "cells": [[1, 1, "n", 1]]} for name in names]
    book = opened(marked_rebuilt(sheets, [], WORDS))
    assert book.sheetnames == [ISSUE_SHEET, "A" * 31, "A" * 27 + "_2", "Sheet", "data", "DATA_2"]


def test_an_xlsx_that_cannot_be_kept_is_made_anew_and_its_first_sheet_says_so():
    broken = with_part(made(lambda s: s.append([1])), "xl/styles.xml", b"<styleSheet><fonts><font><b val='?'/></font>")
    with pytest.raises(ValueError, match="expected XML"):
        marked_copy(broken, [], WORDS)
    file = READER.mark(broken, "xlsx", {"marks": [asdict(error("A1"))], "words": WORDS})
    assert file is None  # nobody can read it either
    sheets = [{"name": "Data", "is_hidden": False, "cells": [[1, 1, "n", 1]]}]
    book = opened(marked_rebuilt(sheets, [error("A1")], WORDS))
    assert book["Data"]["A1"].value == 1
    assert color(book["Data"]["A1"]) == COLORS["error"]
    assert book.active["A5"].value == WORDS["marked.rebuilt"]


def with_part(content: bytes, part: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            target.writestr(name, data if name == part else archive.read(name))
    return out.getvalue()


def test_a_mark_travels_as_json():
    mark = error("A1")
    assert Mark(**json.loads(json.dumps(asdict(mark)))) == mark


def test_english_words_mark_and_take_away_the_same():
    english = words_of("en")
    first = marked_copy(made(lambda s: s.append([1])), [error("A1", "Too small.")], english)
    assert opened(first).active["A1"].value == "List of issues"
    assert opened(marked_copy(first, [], WORDS))["Data"]["A1"].comment is None
    assert issues_listed(opened(first).active)[0][1] == "Error"
