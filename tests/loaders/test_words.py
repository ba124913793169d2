"""Every sentence that a section may read: with its place and what to do, and no word of the program's own in it."""

import ast
import re
from collections.abc import Iterator

import pytest

from bench.house import sources
from data.anomalies.panels import ROWS
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Severity
from loaders.arriving.gate import MAX_BYTES, check_file
from loaders.issues import FileFault, Issue
from loaders.messages import issue_object, message, title
from loaders.reading.package import unsafe
from locales import LOCALES, words
from tests.conftest import edited, filled, ingest, sample_rows, shanghai

pytestmark = pytest.mark.variants

AT = shanghai("2026-11-18T09:30:00")
SUMMED = ("of_template", "of_units")
EXAMPLES: dict[str, list[dict]] = {
    "rule": [{"rule": "BE-02-R01", "found": {"permit_no": "42", "area": 0.1 + 0.2, "issued_on": None}}],
    "contradiction": [
        {
            "rule": "BE-01-R11",
            "found": {"area": 12},
            "others": [
                {
                    "reach": reach,
                    "template": "BE-02",
                    "template_name": {"zh-CN": "施工许可", "en": "Permits"},
                    "value": value,
                    "periods": periods,
                    **({"column_label": {"zh-CN": "面积", "en": "Area"}} if reach not in SUMMED else {}),
                    **({"receipts": receipts, "is_stated": not value, "cell": cell} if reach != "of_units" else {}),
                }
            ],
        }
        for reach in ("last", "last_year", "so_far", *SUMMED)
        for value, periods, receipts, cell in (
            (9, ["2026-09"], ["20261020-1A2B3C4D"], "K5"),
            (0, ["2026-08", "2026-09"], [], ""),
            (0, [], [], ""),
        )
        if periods or reach not in SUMMED
    ],
    "unlikely": [
        {"cause": cause, "found": 7, "low": low, "high": 9.5, "suggested": suggested}
        for cause in ("decimal_slip", "unexplained", "copy_cell")
        for low, suggested in ((1.5, None), (None, 70))
    ],
    "unlikely_form": [{"cause": "copy_form", "found": 12}],
    "far_outside": [
        {
            "found": 18_760_000.0,
            "low": 1168.07,
            "high": 8811.94,
            "number": 326,
            "of": of,
            "suggested": suggested,
            "places": ["J6", "J9"][:count],
            "count": count,
        }
        for of, suggested, count in (("ledger", 1876, 1), ("summary", None, 2))
    ],
    "lost_rows": [
        {"version": 1, "before": 34, "found": 20, "count": number, "keys": ["A|B", "C"]} for number in (2, 14)
    ],
    "lost_columns": [
        {"columns": columns, "gone": gone, "unknown": unknown, "of": of, of: value}
        for columns, gone, unknown in (
            (["area"], ["area"], []),
            (["area"], [], []),
            (["area", "contract_price"], ["area"], ["面积"]),
            (["area", "contract_price"], [], []),
        )
        for of, value in (("version", 2), ("period", "2026-09"))
    ],
    "renamed_column": [{"found": "面积", "count": 2}],
    "unsafe_package": [
        {"found": "inflated size"},
        {"found": "entries 1001"},
        {"found": "encoding big5"},
        {"found": "?"},
    ],
    "broken_workbook": [{"found": "xl/sharedStrings.xml"}, {"found": "3 sheets"}, {"found": "zip"}],
    "not_a_spreadsheet": [
        {"found": found} for found in ("PDF", "RAR", "7z", "gzip", ".zip", ".docx", "OLE", "EXE", ".xlsx", ".txt", "?")
    ],
    "wrong_extension": [{"found": ".txt", "expected": ".xlsx"}, {"found": ".csv", "expected": ".xls"}],
    "too_large": [{"found": "10.01 MB", "limit": 10}, {"found": "> 10 MB", "limit": 10}],
    "bad_name": [{"found": "a/b.xlsx", "limit": 200, "is_long": False}, {"found": "长", "limit": 200, "is_long": True}],
    "duplicate_key": [{"found": "许可|EZ-1", "row": 5}, {"found": "", "row": 5}, {"found": "|", "row": 5}],
    "bad_csv": [{"found": "unexpected end of data"}, {"found": "newline inside string", "row": 7}],
    "more_issues": [
        {"found": 30, "must_go_back": 0, "error": 0, "check": 0, "note": 30},
        {"found": 30, "must_go_back": 20, "error": 10, "check": 10, "note": 10},
        {"found": 30},
    ],
    "unknown_template": [{"found": "BE-99"}],
    "too_many_cells": [{"found": "表: R60001C300"}, {"found": "> 1000000"}],
    "macros": [{"found": "xl/vbaproject.bin"}],
    "embedded_object": [{"found": "xl/embeddings/"}],
    "unsupported_format": [{"found": ".xlsb"}, {"found": ".ods"}],
    "csv_as_excel": [{"found": ".xlsx"}],
    "cell_error": [{"found": "#DIV/0!"}],
    "lost_digits": [{"found": "4.20704E+17"}],
    "locked": [{"found": 1, "limit": "2026-11-18 09:30", "by": "王五"}],
    "replaces_other_month": [
        {"expected": "2026-09", "found": 2, "limit": "2026-10-20 09:30", "awaited": "2026-10"},
    ],
    "replaces_with_later": [
        {"expected": "2026-09", "found": 2, "limit": "2026-10-20 09:30", "awaited": "2026-10"},
    ],
    "struck_rows": [{"rows": "5、8", "count": 2}],
    "struck_cells": [{"cells": "J6", "count": 1}],
    "no_heading": [{"found": "G", "count": 3, "columns": ["area"]}],
    "alike_rows": [{"row": 8, "other": 5, "found": "4207…01、4207…02"}],
    "likely_ratio": [{"found": 0.95, "suggested": 95.0, "places": places} for places in ([], ["J7", "J9"])],
}
GENERIC = {
    "found": "甲",
    "expected": "乙",
    "limit": 9,
    "row": 5,
    "period": "2026-10",
    "unit": "行政审批科",
    "template": "BE-02",
    "by": "王五",
    "places": "C5",
    "number": 3,
    "cells": "K5、K6",
    "within": "",
    "shown": "1",
    "measure": "万元",
    "on": "表",
    "last": "IV",
    "beyond": "IW",
}
CELLS = ("area", "contract_price", "promised_days", "permit_no", "issued_on", "channel", None)
ALLOWED = re.compile(
    r"Excel|WPS|Ctrl|Shift|NaN|Word|PPT|PowerPoint|PDF|PNG|JPE?G|GIF|RTF|RAR|ZIP|GZ|7z|CSV|XML|DDE|OLE|UTF-8|"
    r"GB18030|GB 32100|YYYY|MB|\.?(?:xlsx?|xlsm|xlsb|csv|zip|ods|et|txt|docx)\b|[A-Z]{2}-\d\d(?:-R\d+)?|"
    r"20\d\d-Q[1-4]|[A-Z]{1,3}\d+|[A-Z]{1,2} 列|EZ|#[A-Z0-9/]+[!?]?|E\+\d+|\b[A-C]\b|big5",
    re.ASCII,
)
INTERNAL = re.compile(r"[{}]|#rows|: format|（）|\(\)|“”|None|_|\bR\d+C\d+|: >")
WEAK = re.compile(r"应为应|请填请|不要紧.*必须|，，|。。|、、|  ")
BASES = sorted(
    {key.removeprefix("issue.").split(".")[0] for key in words("zh-CN") if key.startswith("issue.")} | {"rule"}
)
NOTES = {
    "unknown_column",
    "total_row",
    "replaces",
    "brings_back",
    "extension_differs",
    "external_links",
    "hidden_content",
    "outside_obligation",
    "period_not_over",
    "stray_blank",
    "statement_replaces_figures",
    "statement_replaces_statement",
    "more_issues",
}
"""What need not be mended."""


def issues(code: str) -> Iterator[Issue]:
    severities = [Severity.ERROR, Severity.CHECK] if code in ("rule", "contradiction") else [Severity.ERROR]
    is_of_a_cell = "{column}" in words("zh-CN")[f"issue.{code}"] or code in ("renamed_column", "required")
    names = [ROWS, *CELLS] if code == "unlikely" else [name for name in CELLS if name or not is_of_a_cell]
    for details in EXAMPLES.get(code, [{}]):
        for name in names:
            for severity in severities:
                said = {**GENERIC, **details} if code not in EXAMPLES else details | {"template": "BE-02"}
                said = said if "unit" in said else said | {"unit": "行政审批科", "period": "2026-10"} | details
                yield Issue(severity, code, "表", None if name == ROWS else "J6", name, "EZ-1", said)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", BASES)
def test_no_message_has_a_word_of_the_programs_own(store, locale, code):
    template = catalogue_in_force(store).template("BE-02")
    for issue in issues(code):
        for known in (template, None) if not issue.column_name and code != "lost_columns" else (template,):
            said = message(issue, known, locale)
            assert not INTERNAL.search(said), said
            assert not WEAK.search(said), said
            assert said == said.strip() and said[-1] in "。.；", said
            assert (issue_object(issue, known, locale)["column_label"] or "")[:1] != "#"
            if locale == "zh-CN":
                assert not re.search(r"[A-Za-z]{2,}", ALLOWED.sub("", said)), said


@pytest.mark.parametrize("code", [code for code in BASES if code not in NOTES])
def test_every_message_says_what_to_do(store, code):
    template = catalogue_in_force(store).template("BE-02")
    for issue in issues(code):
        said = message(issue, template, "zh-CN")
        assert re.search(r"请|应填|应为|只能|如果|需要改正|如确需", said), said


@pytest.mark.parametrize("locale", LOCALES)
def test_every_fault_of_a_package_is_said_in_plain_words(locale):
    """What a reader calls it never reaches a section; a new one wants words of its own."""
    other = words(locale)["unsafe.other"]
    calls = [
        node.args[0].value
        for name, path in sources().items()
        if name.startswith("loaders.")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "unsafe" and node.args
        if isinstance(node.args[0], ast.Constant)
    ]
    assert len(calls) > 8
    for what in calls:
        fault = unsafe(what)
        said = message(Issue(Severity.ERROR, fault.code, details=fault.details), None, locale)
        assert what not in said and other not in said, (what, said)


def test_every_code_that_is_made_has_words():
    """Codes are constants where they are made, so that they can be found; and none lacks its sentence."""
    made = set()
    for name, path in sources().items():
        if name.startswith("loaders."):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
                at = {"FileFault": 0, "Issue": 1}.get(called)
                if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    made.add(node.args[at].value)
    assert len(made) > 50 and made <= set(BASES), made - set(BASES)


def refused(content: bytes, name: str) -> str:
    with pytest.raises(FileFault) as caught:
        check_file(content, name)
    issue = Issue(Severity.ERROR, caught.value.code, details=caught.value.details)
    assert title(issue, "zh-CN") != "强制性"
    return message(issue, None, "zh-CN")


@pytest.mark.parametrize(
    ("content", "name", "wanted", "unwanted"),
    [
        (b"\x15Admin".ljust(165, b"\0"), "~$报送.xlsx", "关闭 Excel/WPS", "不是电子表格"),
        (b"\x15Admin".ljust(165, b"\0"), ".~报送.xlsx", "临时文件", "不是电子表格"),
        (b"Rar!\x1a\x07\x01\0", "报送.rar", "先解压", "不是电子表格"),
        (b"7z\xbc\xaf\x27\x1c", "报送.7z", "先解压", "不是电子表格"),
        (b"\x1f\x8b\x08\0", "报送.tar.gz", "先解压", "不是电子表格"),
        (bytes(range(256)), "报送.xlsx", "加密", "不是电子表格"),
        (b"%PDF-1.4", "报送.pdf", "PDF 文件", "（PDF）"),
        (bytes(MAX_BYTES + 2), "报送.xlsx", "10.01 MB", "10.0 MB"),
        (bytes(MAX_BYTES + 1), "报送.xlsx", "> 10 MB", "10.0 MB"),
        (b"a,b", "报送.xlsx ", "文本文件", "“.xlsx ”"),
        (b"a,b", "报送．xlsx", "文本文件", "“"),
        (b"a,b", "x" * 201 + ".csv", "太长", "不能用的字符"),
        (b"a,b", "a/b.csv", "不能用的字符", "太长"),
    ],
)
def test_what_is_refused_before_it_is_read_says_why(content, name, wanted, unwanted):
    said = refused(content, name)
    assert wanted in said and unwanted not in said, said


@pytest.mark.parametrize("name", ["报送.xlsx ", "报送.xlsx.", "报送．xlsx", "报送.XLSX", "报送.xl sx"])
def test_a_blank_in_the_extension_is_no_other_extension(store, name):
    passed = check_file(filled(store, "BE-02", "XZSP"), name)
    assert passed.kind == "xlsx" and not passed.is_misnamed


def told(store, content: bytes, name: str = "a.xlsx") -> list[tuple[str, str]]:
    """(code, sentence) of each issue of a file that is handed in."""
    receipt = ingest(store, content, name, AT)
    return [(issue.code, message(issue, receipt.template, "zh-CN")) for issue in receipt.issues]


def test_a_table_on_a_hidden_sheet_is_said_to_be_hidden(store):
    def hide(book) -> None:
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    ((code, said),) = told(store, edited(filled(store, "BE-02", "XZSP"), hide))
    assert code == "hidden_sheet" and "取消隐藏" in said and "BE-02 建筑工程施工许可发放明细" in said


def test_rows_without_a_key_are_not_said_to_be_the_same(store):
    rows = [row | {"permit_no": None} for row in sample_rows("BE-02", "XZSP")]
    codes = [code for code, _ in told(store, filled(store, "BE-02", "XZSP", rows=rows))]
    assert codes.count("required") == 3 and "duplicate_key" not in codes


def test_a_second_row_of_a_table_that_has_one_is_told_so(store):
    rows = sample_rows("SV-03", "ZAZ") * 2
    said = dict(told(store, filled(store, "SV-03", "ZAZ", rows=rows)))["duplicate_key"]
    assert "这张表只填一行，第 5 行已经填了" in said


def test_a_number_that_must_be_above_zero_is_not_asked_to_be_0(store):
    rows = [row | {"contract_price": None} for row in sample_rows("BE-02", "XZSP")[:1]]
    said = dict(told(store, filled(store, "BE-02", "XZSP", rows=rows)))["required"]
    assert "请填大于 0 的数。" in said and "填 0" not in said.replace("大于 0", "")
    rows = [row | {"volumes": None} for row in sample_rows("AR-01", "DAG")[:1]]
    assert "没有发生的填 0" in dict(told(store, filled(store, "AR-01", "DAG", rows=rows)))["required"]


def test_quotes_of_a_csv_that_do_not_match_are_told_with_their_row(store):
    ((code, said),) = told(store, b'a,b\n1,2\n"3,4\n', "a.csv")
    assert code == "bad_csv" and "行附近" in said and "unexpected" not in said
