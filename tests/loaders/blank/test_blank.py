"""The blank workbook, opened again as a clerk's Excel would."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from data.catalogue.model import Column, ColumnType, DuePolicy, Rule, Severity, Template, TemplateKind
from data.periods import Cycle
from loaders.blank import workbook as blank
from loaders.blank.checks import INLINE_LIST_LIMIT
from loaders.blank.words import PROMPT_LIMIT, PROMPT_TITLE_LIMIT

PERIOD = date(2026, 10, 1)
DEADLINE = "2026年11月22日 24:00"


def column(name: str, label: str, type_: ColumnType, **more) -> Column:
    return Column(name, {"zh-CN": label, "en": name}, type_, **more)


COLUMNS = (
    column("period", "报送期", ColumnType.PERIOD),
    column("unit", "填报单位", ColumnType.UNIT),
    column("stage", "审批阶段", ColumnType.ENUM, required=True, values=("施工许可", "竣工验收")),
    column("n_steps", "审批环节数", ColumnType.INT, required=True, min=0, max=60, unit_of_measure="个"),
    column("days", "承诺时限", ColumnType.DEC, required=True, above=0, unit_of_measure="工作日"),
    column("cost", "平均费用", ColumnType.DEC, min=0, max=1_000_000, unit_of_measure="元"),
    column("rate", "网办率", ColumnType.PCT, min=0, max=100, unit_of_measure="%"),
    column("growth", "同比增减", ColumnType.PCT),
    column("joint", "是否联合验收", ColumnType.BOOL, required=True),
    column("issued_on", "发证日期", ColumnType.DATE, required=True),
    column("permit_no", "许可证编号", ColumnType.CODE, required=True, hint={"zh-CN": "18位编号", "en": "18 digits"}),
    column("project", "工程名称", ColumnType.STR, max_length=200),
)
RULES = (
    Rule("XX-01-R01", Severity.ERROR, "n_steps <= 60", {"zh-CN": "环节数不得超过60", "en": "at most 60 steps"}),
    Rule("XX-01-R02", Severity.CHECK, "days <= 30", {"zh-CN": "时限超过30须说明", "en": "over 30: explain"}),
)


def template(columns=COLUMNS, name="工程审批“样表”月报", kind=TemplateKind.SUMMARY, cycle=Cycle.MONTH, rules=RULES):
    names = {"zh-CN": name, "en": "Sample"}
    return Template("XX-01", "3", names, kind, cycle, DuePolicy(), ("stage",), tuple(columns), tuple(rules))


def opened(made: Template | None = None, rows=(), period: date = PERIOD) -> Workbook:
    content = blank.blank_workbook(made or template(), "XZSP", "行政审批科", period, DEADLINE, rows)
    return load_workbook(BytesIO(content))


@pytest.fixture(scope="module")
def form():
    return opened().worksheets[0]


def check_of(sheet, name: str, columns=COLUMNS) -> DataValidation:
    letter = get_column_letter([c.name for c in columns].index(name) + 1)
    area = f"{letter}{blank.FIRST_DATA_ROW}:{letter}{blank.LAST_DATA_ROW}"
    return next(check for check in sheet.data_validations.dataValidation if str(check.sqref) == area)


def cell_of(sheet, name: str, row: int = blank.FIRST_DATA_ROW):
    return sheet.cell(row, [c.name for c in COLUMNS].index(name) + 1)


def test_hidden_meta_tells_what_the_workbook_is():
    sheet = opened()[blank.META_SHEET]
    assert sheet.sheet_state == "hidden"
    assert dict(sheet.values) == {
        "template_code": "XX-01",
        "template_version": "3",
        "unit_code": "XZSP",
        "period": "2026-10",
        "made_by": "zhundian",
        "layout": "1",
    }


def test_quarterly_period_is_written_as_a_quarter():
    workbook = opened(template(cycle=Cycle.QUARTER))
    assert dict(workbook[blank.META_SHEET].values)["period"] == "2026-Q4"
    assert "报送期：2026-Q4" in [cell.value for cell in workbook.worksheets[0][blank.IDENTITY_ROW]]


def test_top_rows_name_template_unit_period_and_deadline(form):
    assert form.cell(blank.TITLE_ROW, 1).value == "XX-01 工程审批“样表”月报"
    texts = [cell.value for cell in form[blank.IDENTITY_ROW] if cell.value]
    assert texts == ["填报单位：行政审批科（XZSP）", "报送期：2026-10", f"截止：{DEADLINE}"]


def test_header_holds_the_labels_alone(form):
    assert [cell.value for cell in form[blank.HEADER_ROW]][: len(COLUMNS)] == [c.label["zh-CN"] for c in COLUMNS]
    notes = [cell.value for cell in form[blank.MEASURE_ROW]]
    assert notes[:7] == ["可留空", "可留空", "必填", "必填·个", "必填·工作日", "选填·元", "选填·%"]


def test_required_optional_and_automatic_heads_differ(form):
    fills = {cell_of(form, name, blank.HEADER_ROW).fill.start_color.rgb for name in ("unit", "n_steps", "cost")}
    assert len(fills) == 3


def test_rows_and_key_columns_are_frozen(form):
    assert form.freeze_panes == "D5"  # below the header, right of period, unit and stage


def test_sheet_is_protected_without_password_but_can_be_filled(form):
    protection = form.protection
    assert protection.sheet and not protection.password
    allowed = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter")
    assert not any(getattr(protection, name) for name in allowed)
    top = [cell for row in form.iter_rows(max_row=blank.HEADER_ROW) for cell in row]
    assert all(cell.protection.locked for cell in top)
    data = [cell for row in form.iter_rows(min_row=blank.FIRST_DATA_ROW) for cell in row]
    assert data and not any(cell.protection.locked for cell in data)


def test_whole_columns_are_unlocked_and_formatted_even_beyond_the_table(form):
    dimension = form.column_dimensions["D"]
    assert not dimension.protection.locked
    assert dimension.number_format == "0"
    rest = form.column_dimensions[get_column_letter(len(COLUMNS) + 1)]
    assert rest.max == 16384 and not rest.protection.locked  # else Excel refuses to delete a row


def test_number_formats(form):
    expected = {
        "period": "@",
        "unit": "@",
        "stage": "@",
        "n_steps": "0",
        "days": "#,##0.00##",
        "rate": "0.00",
        "joint": "@",
        "issued_on": "yyyy-mm-dd",
        "permit_no": "@",
        "project": "@",
    }
    assert {name: cell_of(form, name).number_format for name in expected} == expected


def test_choices_are_lists(form):
    assert (check_of(form, "stage").type, check_of(form, "stage").formula1) == ("list", '"施工许可,竣工验收"')
    assert check_of(form, "joint").formula1 == '"是,否"'


@pytest.mark.parametrize(
    "values",
    [tuple(f"很长的一个选项第{number}种" for number in range(40)), ("甲,乙", "丙"), ('引"号', "丙")],
    ids=["too long", "comma", "quote"],
)
def test_choices_that_do_not_fit_a_check_stand_on_a_hidden_sheet(values):
    columns = (*COLUMNS[:2], column("kind", "类别", ColumnType.ENUM, values=values))
    workbook = opened(template(columns, rules=()))
    lists = workbook[blank.LISTS_SHEET]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists["A"]] == list(values)
    check = check_of(workbook.worksheets[0], "kind", columns)
    assert check.formula1 == f"{blank.LISTS_SHEET}!$A$1:$A${len(values)}"


def test_two_long_lists_stand_side_by_side():
    long = tuple(f"选项{number}" * 10 for number in range(20))
    columns = [column(name, name, ColumnType.ENUM, values=long) for name in ("a", "b")]
    sheet = opened(template(columns, rules=())).worksheets[0]
    assert [check_of(sheet, name, columns).formula1[:10] for name in ("a", "b")] == ["_lists!$A$", "_lists!$B$"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("n_steps", ("whole", "between", "0", "60")),
        ("days", ("decimal", "greaterThan", "0", None)),
        ("cost", ("decimal", "between", "0", "1000000")),
        ("rate", ("decimal", "between", "0", "100")),
        ("growth", ("decimal", "between", "-999999999999", "999999999999")),
        ("issued_on", ("date", "between", "36526", "2958465")),
        ("project", ("textLength", "lessThanOrEqual", "200", None)),
    ],
)
def test_bounds(form, name, expected):
    check = check_of(form, name)
    assert (check.type, check.operator, check.formula1, check.formula2) == expected
    assert check.errorStyle == "stop" and check.showErrorMessage


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"min": 3}, ("greaterThanOrEqual", "3", None)),
        ({"max": 0.5}, ("lessThanOrEqual", "0.5", None)),
        ({"above": 0, "max": 3}, ("between", "0", "3")),
    ],
)
def test_half_open_bounds(more, expected):
    columns = [column("x", "数", ColumnType.DEC, **more)]
    check = check_of(opened(template(columns, rules=())).worksheets[0], "x", columns)
    assert (check.operator, check.formula1, check.formula2) == expected


def test_hints_say_need_measure_range_and_how(form):
    assert check_of(form, "n_steps").prompt == "必填，整数，计量单位：个。\n范围：0–60。"
    assert "＞0" in check_of(form, "days").prompt
    assert "1,000,000" in check_of(form, "cost").prompt
    assert "填 98.5 表示 98.5%" in check_of(form, "rate").prompt
    assert "18位编号" in check_of(form, "permit_no").prompt
    assert check_of(form, "period").prompt == "可留空，自动取本表报送期。"
    assert check_of(form, "unit").prompt == "可留空，自动取本表填报单位。"


def test_hints_and_errors_keep_within_what_excel_takes():
    columns = [
        column(
            "x",
            "很长的列名" * 20,
            ColumnType.ENUM,
            values=tuple(f"很长的选项{i}" for i in range(90)),
            hint={"zh-CN": "说明" * 200},
        )
    ]
    check = check_of(opened(template(columns, rules=())).worksheets[0], "x", columns)
    assert len(check.prompt) <= PROMPT_LIMIT and len(check.promptTitle) <= PROMPT_TITLE_LIMIT
    assert len(check.error) <= INLINE_LIST_LIMIT and len(check.errorTitle) <= PROMPT_TITLE_LIMIT


def test_rows_are_written_beneath_the_header_as_typed():
    row = {
        "period": "2026-10",
        "stage": "施工许可",
        "n_steps": 3,
        "days": 2.5,
        "rate": 98.5,
        "joint": True,
        "issued_on": date(2026, 10, 9),
        "permit_no": "420704202610130101",
        "project": None,
    }
    sheet = opened(rows=[row, {"n_steps": 4}]).worksheets[0]
    assert {name: cell_of(sheet, name).value for name in row} == row | {
        "joint": "是",
        "issued_on": datetime(2026, 10, 9),
    }
    assert cell_of(sheet, "n_steps", blank.FIRST_DATA_ROW + 1).value == 4
    assert cell_of(sheet, "permit_no").data_type == "s"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(text):
    cell = cell_of(opened(rows=[{"project": text}]).worksheets[0], "project")
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert cell.number_format == "@" and not cell.protection.locked


def test_more_rows_than_the_table_all_fit():
    sheet = opened(rows=[{"n_steps": number} for number in range(60)]).worksheets[0]
    assert cell_of(sheet, "n_steps", blank.FIRST_DATA_ROW + 59).value == 59


def test_long_text_gets_a_higher_row():
    sheet = opened(rows=[{"project": "示例工程" * 20}, {"project": "短"}]).worksheets[0]
    first, second = (sheet.row_dimensions[blank.FIRST_DATA_ROW + offset].height for offset in (0, 1))
    assert first > 60 and second is None


def test_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match=r"XX-01.*nonsense"):
        opened(rows=[{"nonsense": 1}])


def test_a_begun_row_shows_its_missing_required_cells(form):
    ((area, rules),) = form.conditional_formatting._cf_rules.items()
    assert "C5:C2004" in str(area.sqref) and "A5" not in str(area.sqref)
    assert rules[0].formula == ["AND(LEN(C5)=0,COUNTA($A5:$L5)>0)"]


def test_notes_explain_columns_and_rules():
    workbook = opened()
    sheet = workbook[blank.NOTES_SHEET]
    assert workbook.sheetnames[1] == blank.NOTES_SHEET
    lines = [[value for value in row if value is not None] for row in sheet.values]
    assert ["序号", "列名", "类型", "计量单位", "必填", "取值范围", "说明"] in lines
    assert any(line[:6] == [4, "审批环节数", "整数", "个", "必填", "0–60"] for line in lines)
    assert [1, "XX-01-R01", "强制性", "环节数不得超过60"] in lines
    assert [2, "XX-01-R02", "核实性", "时限超过30须说明"] in lines
    assert any(DEADLINE in str(line[0]) for line in lines if line)
    assert sheet.protection.sheet


def test_notes_without_rules_say_so():
    values = [row[0] for row in opened(template(rules=()))[blank.NOTES_SHEET].values]
    assert "本表没有核对关系。" in values


def test_prints_on_a4_with_repeated_head_and_signatures(form):
    setup = form.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert form.sheet_properties.pageSetUpPr.fitToPage
    assert form.print_title_rows == "$1:$4"
    assert all(word in form.oddFooter.left.text for word in ("单位负责人：", "审核人：", "填报日期："))
    assert "&P" in form.oddFooter.right.text


def test_a_very_wide_table_takes_more_pages():
    columns = [column(f"c{number}", f"说明{number}", ColumnType.STR) for number in range(30)]
    assert opened(template(columns, rules=())).worksheets[0].page_setup.fitToWidth > 1


def test_only_ledgers_have_a_filter():
    ledger = opened(template(kind=TemplateKind.LEDGER)).worksheets[0]
    assert ledger.auto_filter.ref == f"A4:L{blank.LAST_DATA_ROW}"
    assert opened().worksheets[0].auto_filter.ref is None


def test_a_table_of_one_column_still_names_everybody():
    sheet = opened(template(COLUMNS[3:4], rules=())).worksheets[0]
    assert next(cell.value for cell in sheet[blank.IDENTITY_ROW] if cell.value) == "填报单位：行政审批科（XZSP）"
    assert sheet.freeze_panes == "A5"


def test_sheet_name_is_legal_and_short():
    name = blank.sheet_name(template(name="甲/乙:丙[丁]*" + "长" * 40))
    assert name.startswith("XX-01_甲乙丙丁长") and len(name) == 31


def test_file_name_is_safe_on_windows():
    made = template(name="许可/处罚“双公示”台账?")
    assert blank.file_name(made, "审批科*", PERIOD) == "XX-01_许可处罚双公示台账_审批科_2026-10.xlsx"
    assert blank.file_name(template(cycle=Cycle.QUARTER), "局", PERIOD).endswith("_局_2026-Q4.xlsx")


def test_same_input_gives_the_same_bytes():
    def make() -> bytes:
        return blank.blank_workbook(template(), "XZSP", "行政审批科", PERIOD, DEADLINE, [{"n_steps": 1}])

    assert make() == make()


def test_what_a_rule_wants_filled_is_not_called_optional():
    words = {"zh-CN": "承诺时限不为0时网办率必填;网办率不得低于10", "en": "required; at least 10"}
    wanting = Rule("XX-01-R03", Severity.ERROR, "days = 0 OR rate IS NOT NULL AND rate >= 10", words)
    book = opened(template(rules=(*RULES, wanting)))
    heads = [cell.value for cell in book.worksheets[0][3]]
    assert "条件必填·%" in heads and "选填·元" in heads
    assert "承诺时限不为0时网办率必填" in check_of(book.worksheets[0], "rate").prompt
    (row,) = [row for row in book[blank.NOTES_SHEET].values if row[1] == "网办率"]
    assert row[4] == "条件必填" and "承诺时限不为0时网办率必填" in row[6] and "10" not in row[6]
