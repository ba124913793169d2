"""Single cells: what may stand in a number, a date, a code, a text, and how the file may write it."""

import re
from typing import Any

from tests.loaders.workshop import (
    BOOK,
    SHEET,
    Blanks,
    add,
    be02,
    be08,
    cell,
    format_cell,
    number_cell,
    packed,
    parts,
    replaced,
    shared,
    text_cell,
)

PRICE, AREA, ACCEPTED_ON, NAME, CONTRACTOR, PERMIT = "J5", "I5", "K5", "E5", "H5", "C5"
SAME = be02()
NO_AREA = be02({(0, "area"): None})
NUMBER = "not_a_number broken_workbook"


def texts(ref: str, text: str):
    """BE-02 with a text in one cell."""
    return lambda b: text_cell(b.be02, ref, text)


def numbers(ref: str, written: str):
    """BE-02 with a number in one cell, just as written."""
    return lambda b: number_cell(b.be02, ref, written)


def xml(ref: str, inner: str, attributes: str = ""):
    """BE-02 with one cell's XML rewritten."""
    return lambda b: cell(b.be02, ref, inner, attributes)


def looks(ref: str, format_: int | str, written: str | None = None):
    """BE-02 with a number format on a cell."""
    return lambda b: format_cell(b.be02, ref, format_, written)


def rate(format_: int | str, written: str):
    """BE-08's rate of good ratings as a number under a format."""
    return lambda b: format_cell(b.be08, "M5", format_, written)


def changed(**values: Any):
    """The figures of BE-02 with values of the first row changed."""
    return be02({(0, name): value for name, value in values.items()})


def mac(blanks: Blanks, keeps_style: bool = True) -> bytes:
    """The 1904 date system, as old Macs write, with the serials that belong to it."""
    found = parts(blanks.be02)
    found[BOOK] = found[BOOK].replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    text = found[SHEET].decode()

    def shift(match: re.Match) -> str:
        style = match[2] if keeps_style else ""
        return f'<c r="{match[1]}"{style} t="n"><v>{int(match[3]) - 1462}</v></c>'

    found[SHEET] = re.sub(r'<c r="([KL][5-7])"( s="\d+")[^>]*><v>(\d+)</v></c>', shift, text).encode()
    return packed(found)


# Numbers as no file may write them
for written in (
    "nan",
    "NaN",
    "inf",
    "-inf",
    "INF",
    "1e999",
    "0x10",
    "1_000",
    "١٢٣",
    "１２３",
    "4231,55",
    "4 231.55",
    "--5",
    "1e",
    ".",
    "+",
    "½",
    "4231.55kg",
    "1e1e1",
    "²",
):
    add(f"number: <v>{written}</v>", numbers(PRICE, written), NUMBER + " cell_error too_big")
for written, label in ((" 4231.55 ", "blanks round it"), ("+4231.55", "a plus sign"), ("4231.5500", "zeros behind it")):
    add(f"number: {label}", numbers(PRICE, written), NUMBER + " accepted", SAME)
for written in ("4.23155E3", "42.3155e+02", "4231.5500000000002", "4231.55"):
    add(f"honest number: {written}", numbers(PRICE, written), None, SAME)
add("number: empty <v>", numbers(PRICE, ""), "required broken_workbook")
add("number: 17 digits", numbers(PRICE, "12345678901234567"), "too_big")
add("number: 1e300", numbers(PRICE, "1e300"), "too_big out_of_range")
add("number: negative price", numbers(PRICE, "-5"), "out_of_range")
add("number: zero price", numbers(PRICE, "0"), "out_of_range")
add("number: a fraction where an integer belongs", numbers("N5", "3.5"), "not_an_integer")
add("number: almost an integer", numbers("N5", "3.0001"), "not_an_integer")
add("number: true in a price", xml(PRICE, "<v>1</v>", 't="b"'), "not_a_number")
add("number: false in an optional area", xml(AREA, "<v>0</v>", 't="b"'), "not_a_number")
add("number: a date in a price", looks(PRICE, 14, "46304"), "not_a_number")
add("number: a date of a Chinese built-in format in an area", looks(AREA, 57, "46304"), "not_a_number")
add("number: a percentage in a price", looks(PRICE, "0.00%", "42.3155"), "not_a_number")
for text in (
    "约4231",
    "4231.55元",
    "四千二百",
    "4.231,55",
    "42,31.55",
    "1,23",
    "见附件",
    "35①",
    "12²",
    "0x1F",
    "1e5e5",
    "4231.55 ‰",
    "(4231.55)",
    "4231。55",
    "NaN",
    "inf",
    "-∞",
    "4231.55/1",
    "=4231.55",
    "4231.55%",
    "1.2.3",
):
    add(f"number: text {text}", texts(PRICE, text), "not_a_number out_of_range formula_without_value")
add(
    "number: text in Arabic digits",
    texts(PRICE, "٤٢٣١"),
    "not_a_number accepted",
    be02({(0, "contract_price"): 4231}),
)
for text in ("¥4231.55", "4231.55万元", "4231.55\u200b", "4 231.55"):
    add(f"number: text {text!a}", texts(PRICE, text), "not_a_number accepted", SAME)
for text in (
    "4231.55",
    " 4231.55 ",
    "4,231.55",
    "4，231.55",
    "４２３１．５５",
    "４，２３１．５５",
    "\u30004231.55\u3000",
    "+4231.55",
    "\u202d4231.55\u202c",
    "\ufeff4231.55",
    "4231.55\n",
    "4231.550",
):
    add(f"honest number: text {text!a}", texts(PRICE, text), None, SAME)
add("number: text of 20 digits", texts(PRICE, "0.12345678901234567890"), "too_big not_a_number")
add("number: text of 18 digits", texts(AREA, "420704202610130101"), "too_big out_of_range")
add("number: text minus 5 with a typographic sign", texts(PRICE, "−5"), "out_of_range not_a_number")
for text in ("-", "/", "无", "——", "", " ", "—", "\u3000", "－", "／"):
    add(f"honest blank: {text!a} in an optional area", texts(AREA, text), None, NO_AREA)
    add(f"blank: {text!a} in a required price", texts(PRICE, text), "required")
for label, inner, attributes in (
    ("self-closed", "", ""),
    ("empty text", "<is><t></t></is>", 't="inlineStr"'),
    ("empty formula text", '<f>IF(1=1,"","")</f><v></v>', 't="str"'),
):
    add(f"honest blank: {label}", xml(AREA, inner, attributes), None, NO_AREA)

# Errors and formulas
for written in ("#DIV/0!", "#REF!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"):
    add(f"error: {written}", xml(PRICE, f"<v>{written}</v>", 't="e"'), "cell_error")
add("error: in an optional area", xml(AREA, "<v>#N/A</v>", 't="e"'), "cell_error")
add("error: in a text", xml(NAME, "<v>#REF!</v>", 't="e"'), "cell_error")
add("error: in a date", xml(ACCEPTED_ON, "<v>#VALUE!</v>", 't="e"'), "cell_error")
add("error: with its formula", xml(PRICE, "<f>1/0</f><v>#DIV/0!</v>", 't="e"'), "cell_error")
add("error: as formula text", xml(PRICE, "<f>T(1)</f><v>#DIV/0!</v>", 't="str"'), "cell_error not_a_number")
for written in ("#DIV/0!", "#REF!", "#VALUE!", "#N/A"):
    add(f"error: {written} typed into a price", texts(PRICE, written), "cell_error not_a_number")
add("error: #N/A typed into an optional area", texts(AREA, "#N/A"), "cell_error not_a_number")
add("error: #REF! typed into a name", texts(NAME, "#REF!"), "cell_error accepted", changed(project_name="#REF!"))
add("formula: no value", xml(PRICE, "<f>SUM(A1:A2)</f>"), "formula_without_value")
add("formula: empty value", xml(PRICE, "<f>SUM(A1:A2)</f><v></v>"), "formula_without_value required")
add("formula: no value in an optional area", xml(AREA, "<f>1+1</f>"), "formula_without_value")
add("formula: no value in a text", xml(NAME, "<f>A1</f>", 't="str"'), "formula_without_value required")
add("formula: shared, no value", xml(PRICE, '<f t="shared" si="0"/>'), "formula_without_value")
add("formula: array, no value", xml(PRICE, '<f t="array" ref="J5">SUM(A1)</f>'), "formula_without_value")
add("honest formula: with value", xml(PRICE, "<f>4231+0.55</f><v>4231.55</v>"), None, SAME)
add("honest formula: shared, with value", xml(PRICE, '<f t="shared" si="0"/><v>4231.55</v>'), None, SAME)
add("honest formula: array, with value", xml(PRICE, '<f t="array" ref="J5">SUM(1)</f><v>4231.55</v>'), None, SAME)
add("honest formula: text", xml(CONTRACTOR, "<f>A1</f><v>湖北示例建工有限公司</v>", 't="str"'), None, SAME)
add("honest formula: text that is a number", xml(PRICE, '<f>TEXT(1,"0")</f><v>4231.55</v>', 't="str"'), None, SAME)
add(
    "honest formula: no value beside the table",
    lambda b: cell(b.be02, "Q5", '<is><t>是</t></is></c><c r="Z5"><f>1+1</f>', 't="inlineStr"'),
    None,
    SAME,
)

# Dates
for written in ("46304", "46304.0", "46304.75", "20261009"):
    add(f"honest date: serial {written}", numbers(ACCEPTED_ON, written), None, SAME)
    if written != "20261009":
        add(f"honest date: serial {written} without a date format", looks(ACCEPTED_ON, 0, written), None, SAME)
for text in (
    "2026-10-09",
    "2026-10-9",
    "2026/10/9",
    "2026.10.9",
    "2026.10.09",
    "2026年10月9日",
    "2026年10月09日",
    "20261009",
    "２０２６－１０－０９",
    "２０２６年１０月９日",
    "2026-10-09 00:00:00",
    " 2026-10-09 ",
    "2026 年 10 月 9 日",
):
    add(f"honest date: text {text}", texts(ACCEPTED_ON, text), None, SAME)
for text in (
    "10/9/2026",
    "9.10.2026",
    "2026-13-09",
    "2026-02-30",
    "26.10.9",
    "10月9日",
    "2026-10",
    "十月九日",
    "2026-10-09至2026-10-12",
    "0000-00-00",
    "1900-01-00",
    "2026-10-32",
    "明天",
    "1826-10-09",
):
    add(f"date: text {text}", texts(ACCEPTED_ON, text), "bad_date")
add("date: text in Chinese numerals", texts(ACCEPTED_ON, "二〇二六年十月九日"), "bad_date accepted", SAME)
add("date: text with hours", texts(ACCEPTED_ON, "2026-10-09 16:30"), "bad_date accepted", SAME)
for written in ("0", "1", "60", "-1", "2958466", "1e10", "0.5", "2026"):
    add(f"date: serial {written}", looks(ACCEPTED_ON, 14, written), "bad_date broken_workbook")
for number in (14, 15, 16, 17, 22, 27, 28, 30, 31, 36, 50, 51, 54, 57, 58):
    add(f"honest date: built-in format {number}", looks(ACCEPTED_ON, number), None, SAME)
for code in (
    'yyyy"年"m"月"d"日"',
    'yyyy"年"m"月"d"日";@',
    '[$-804]yyyy"年"m"月"d"日";@',
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
    '[DBNum1][$-804]yyyy"年"m"月"d"日";@',
    "yyyy/m/d;@",
    "yyyy\\-mm\\-dd",
    "YYYY-MM-DD",
    "m/d/yy",
    "General",
    "@",
    "aaaa",
    "e-m-d",
):
    add(f"honest date: format {code}", looks(ACCEPTED_ON, code), None, SAME)
add("honest date: 1904 system", mac, None, SAME)
add("honest date: 1904 system without date formats", lambda b: mac(b, False), "bad_date accepted", SAME)
add("honest date: 1904 said as true", lambda b: replaced(mac(b), BOOK, 'date1904="1"', 'date1904="true"'), None, SAME)
add("honest date: ISO cell", xml(ACCEPTED_ON, "<v>2026-10-09</v>", 't="d"'), None, SAME)
add("honest date: ISO cell with time", xml(ACCEPTED_ON, "<v>2026-10-09T00:00:00</v>", 't="d"'), None, SAME)
add("date: ISO cell that is none", xml(ACCEPTED_ON, "<v>2026-99-09</v>", 't="d"'), "bad_date broken_workbook")
add("date: true", xml(ACCEPTED_ON, "<v>1</v>", 't="b"'), "bad_date not_a_number")
add(
    "date: in a name",
    looks(NAME, 14, "46304"),
    "accepted bad_date",
    changed(project_name=frozenset({"2026-10-09", "2026/10/9", "2026/10/09"})),
)

# Percentages
for text in ("99.47%", "９９．４７％", "99.47 %", "99.47", "99.47％"):
    add(f"honest rate: text {text}", lambda b, text=text: text_cell(b.be08, "M5", text), None, be08())
for format_, written in (
    ("0.00%", "0.9947"),
    (10, "0.9947"),
    (9, "0.9947"),
    ("0.00", "99.47"),
    (0, "99.47"),
    ('0.00"%"', "99.47"),
    ("0.00\\%", "99.47"),
    ("0.00%;[Red]-0.00%", "0.9947"),
):
    add(f"honest rate: {written} as {format_}", rate(format_, written), None, be08())
add("rate: 0.9947 under a conditional format", rate("[>=1]0.00;0.00%", "0.9947"), "rule accepted", be08())
add("rate: 0.9947 without a format", rate(0, "0.9947"), "rule out_of_range")
add("rate: text 0.9947", lambda b: text_cell(b.be08, "M5", "0.9947"), "rule out_of_range")
add("rate: 99.47 as a percentage", rate("0.00%", "99.47"), "out_of_range rule")
add("rate: text 9947%", lambda b: text_cell(b.be08, "M5", "9947%"), "out_of_range rule")
add("rate: text 99.47%%", lambda b: text_cell(b.be08, "M5", "99.47%%"), "not_a_number")
add("rate: a percentage in a count", lambda b: format_cell(b.be08, "D5", "0%", "3.91"), "not_a_number")

# Formats that look like dates or percentages and are not
for code in (
    "[Red]0.00",
    '0.00"万元/day"',
    '"编号"0.00',
    "0.00_);[Red]\\(0.00\\)",
    "[$￥-804]#,##0.00",
    "#,##0.00\\d",
    '0.00"%"',
    "0.00\\%",
    '[Blue][>1000]0.00"m";0',
    "[DBNum2]0.00",
    "0.00_ ;[Red]\\-0.00\\ ",
    "@",
    '_ "￥"* #,##0.00_ ;_ "￥"* \\-#,##0.00_ ;_ @_ ',
):
    add(f"honest format: {code}", looks(PRICE, code), None, SAME)

# Codes and texts
add("code: 18 digits as a number", numbers(PERMIT, "420704202610130101"), "lost_digits")
add("code: 18 digits as a rounded number", numbers(PERMIT, "4.20704202610130E+17"), "lost_digits")
add("code: 4.20704E+17 as text", texts(PERMIT, "4.20704E+17"), "lost_digits")
add("code: 4.20704e17 as text", texts(PERMIT, "4.20704e17"), "lost_digits rule")
add("code: full-width 4.20704Ｅ＋17", texts(PERMIT, "４．２０７０４Ｅ＋１７"), "lost_digits")
add("code: 16 digits as a number", numbers(PERMIT, "4207042026101301"), "lost_digits")
add("code: a number formula of 18 digits", xml(PERMIT, "<f>A1</f><v>4.2070420261013E+17</v>"), "lost_digits")
for text in (
    "４２０７０４２０２６１０１３０１０１",
    " 420704202610130101 ",
    "\u202d420704202610130101\u202c",
    "420704202610130101\n",
    "\u200b420704202610130101",
):
    add(f"honest code: {text!a}", texts(PERMIT, text), None, SAME)
add("code: with a letter", texts(PERMIT, "42070420261013010O"), "rule")
add("code: true", xml(PERMIT, "<v>1</v>", 't="b"'), "rule bad_pattern")
add("choice: not in the list", texts("O5", "网上"), "not_in_list")
add("choice: another one's capital", texts("P5", "Y"), "not_in_list")
add("honest choice: true for 是", xml("P5", "<v>1</v>", 't="b"'), None, SAME)
add("honest choice: with blanks", texts("O5", " 全程网办\u3000"), None, SAME)
add("choice: truth of 2", xml("P5", "<v>2</v>", 't="b"'), "not_in_list broken_workbook")
for text in (
    "=cmd|'/c calc'!A0",
    "@SUM(A1)",
    "+86 10",
    "-示例",
    "=1+1",
    '=HYPERLINK("http://x")',
    "＝1＋1",
    "示例🏗️👷‍♀️工程",
    "𠮷野家示例",
    "\u202e示例\u202c工程",
    "示例'; DROP TABLE fact; --",
    "示例<script>alert(1)</script>",
    "A&B <C> \"D\" 'E'",
    "第一行\n第二行",
    "中\t文",
    "0012",
    "1e5",
    "TRUE",
    "nan",
    "2026-10-09",
    "示例　工程",
    "null",
    "{{7*7}}",
    "%s%n",
    "${jndi:x}",
    "\\\\server\\share",
    "示例\u00a0工程",
    "e\u0301",
    "１２３ＡＢＣ",
):
    add(f"honest text: {text!a}", texts(CONTRACTOR, text), None, changed(contractor=text))
    add(
        f"honest text, shared: {text!a}",
        lambda b, text=text: shared(text_cell(b.be02, CONTRACTOR, text)),
        None,
        changed(contractor=text),
    )
add(
    "honest text: a carriage return as Excel writes it",
    texts(CONTRACTOR, "示例_x000D_工程"),
    None,
    changed(contractor=frozenset({"示例\r工程", "示例\n工程"})),
)
add(
    "honest text: an escaped escape",
    texts(CONTRACTOR, "示例_x005F_x000D_工程"),
    None,
    changed(contractor="示例_x000D_工程"),
)
add("honest text: a letter escaped", texts(CONTRACTOR, "示例_x5DE5_程"), None, changed(contractor="示例工程"))
add(
    "text: a bell escaped",
    texts(CONTRACTOR, "示例_x0007_工程"),
    "broken_workbook bad_pattern accepted",
    changed(contractor=frozenset({"示例\x07工程", "示例工程"})),
)
add(
    "text: a NUL escaped",
    texts(CONTRACTOR, "示例_x0000_工程"),
    "broken_workbook bad_pattern accepted",
    changed(contractor=frozenset({"示例\0工程", "示例工程", "示例_x0000_工程"})),
)
add(
    "text: half a surrogate pair escaped",
    texts(CONTRACTOR, "示例_xD83D_工程"),
    "broken_workbook accepted",
    changed(contractor=frozenset({"示例_xD83D_工程", "示例工程", "示例\ufffd工程"})),
)
add("honest text: a number in a text", numbers(CONTRACTOR, "42"), None, changed(contractor="42"))
add(
    "honest text: rich",
    xml(NAME, "<is><r><t>示例产业园</t></r><r><rPr><b/></rPr><t>一期3号厂房</t></r></is>", 't="inlineStr"'),
    None,
    SAME,
)
add(
    "honest text: with phonetics",
    xml(NAME, '<is><t>示例产业园一期3号厂房</t><rPh sb="0" eb="2"><t>shi li</t></rPh></is>', 't="inlineStr"'),
    None,
    SAME,
)
add(
    "honest text: CDATA",
    xml(NAME, "<is><t><![CDATA[示例产业园一期3号厂房]]></t></is>", 't="inlineStr"'),
    "broken_workbook unsafe_package accepted",
    SAME,
)
add(
    "honest text: 32,767 letters",
    lambda b: text_cell(b.be02, CONTRACTOR, "示" * 32_767),
    None,
    changed(contractor="示" * 32_767),
)
add(
    "text: 40,000 letters",
    lambda b: text_cell(b.be02, CONTRACTOR, "示" * 40_000),
    "too_long broken_workbook " + "too_many_cells unsafe_package",
)
add(
    "text: 5 million letters",
    lambda b: text_cell(b.be02, CONTRACTOR, "示" * 5_000_000),
    "too_long broken_workbook unsafe_package too_large too_many_cells",
)
add("text: longer than its column", texts(NAME, "示" * 201), "too_long")
add("honest text: as long as its column", texts(NAME, "示" * 200), None, changed(project_name="示" * 200))
add("text: nothing but a character that could not be read", texts(NAME, "\ufffd"), "required")
add("text: only blanks in a required name", texts(NAME, " \u3000\u200b"), "required")
