"""Text files with commas and tabs: every encoding in which they come, and rows that do not fit their header."""

import csv
import io
from collections.abc import Callable, Sequence

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import ColumnType
from tests.conftest import sample_rows
from tests.loaders.workshop import Blanks, Marks, add, be02, be08

CSV = "报送.csv"
SAME, RATES = be02(), be08()
Table = list[list[str]]


def table(blanks: Blanks, code: str = "BE-02", unit: str = "XZSP") -> Table:
    """Header and rows, with unit and period in their own columns."""
    template = catalogue_in_force(blanks.store).template(code)
    rows = [[column.label["zh-CN"] for column in template.columns]]
    for row in sample_rows(code, unit):
        typed = row | {"period": "2026-10", "unit": unit}
        rows.append([_written(typed.get(column.name), column.type) for column in template.columns])
    return rows


def _written(value: object, type_: ColumnType) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if type_.is_number else str(value)


def text(rows: Sequence[Sequence[str]], comma: str = ",", end: str = "\r\n") -> str:
    """As Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=comma, lineterminator=end).writerows(rows)
    return out.getvalue()


def encoded(
    encoding: str, code: str = "BE-02", unit: str = "XZSP", comma: str = ",", end: str = "\r\n", mark: bytes = b""
):
    """The table in an encoding."""
    return lambda b: mark + text(table(b, code, unit), comma, end).encode(encoding)


def edited(edit: Callable[[Table], object], encoding: str = "utf-8"):
    """The table after edit(rows)."""

    def make(blanks: Blanks) -> bytes:
        rows = table(blanks)
        edit(rows)
        return text(rows).encode(encoding)

    return make


def rewritten(edit: Callable[[str], str], encoding: str = "utf-8"):
    """The finished text after edit(text)."""
    return lambda b: edit(text(table(b))).encode(encoding, "surrogateescape")


def put(row: int, column: int, value: str):
    """One field replaced."""
    return edited(lambda rows: rows[row].__setitem__(column, value))


for name, encoding, mark in (
    ("UTF-8", "utf-8", b""),
    ("UTF-8 with a mark", "utf-8-sig", b""),
    ("GB18030", "gb18030", b""),
    ("GBK", "gbk", b""),
    ("UTF-16 little", "utf-16-le", b"\xff\xfe"),
    ("UTF-16 big", "utf-16-be", b"\xfe\xff"),
):
    add(
        f"honest csv: {name}",
        encoded(encoding, mark=mark) if encoding != "gbk" else lambda b: text(table(b)).replace("–", "-").encode("gbk"),
        None,
        SAME if encoding != "gbk" else be02({(2, "project_name"): "示例花园二期(5#-8#楼)"}),
        CSV,
    )
    add(f"honest csv: {name}, tabs", encoded(encoding, "BE-08", "FJS", "\t", mark=mark), None, RATES, CSV)
add("honest csv: line feeds only", encoded("utf-8", end="\n"), None, SAME, CSV)
add(
    "honest csv: everything quoted",
    lambda b: "\r\n".join(",".join(f'"{v}"' for v in row) for row in table(b)).encode(),
    None,
    SAME,
    CSV,
)
add("honest csv: no line break at its end", rewritten(lambda t: t.rstrip()), None, SAME, CSV)
add("honest csv: named .CSV", encoded("utf-8"), None, SAME, "报送.CSV")
add(
    "honest csv: a title above",
    lambda b: (
        "BE-02 建筑工程施工许可发放明细\r\n填报单位：行政审批科（XZSP） 报送期：2026-10\r\n" + text(table(b))
    ).encode(),
    None,
    SAME,
    CSV,
)
add(
    "honest csv: a title above, filled up with commas",
    lambda b: ("建筑工程施工许可发放明细" + "," * 16 + "\r\n" + text(table(b))).encode(),
    None,
    SAME,
    CSV,
)
add("honest csv: blank rows of commas", edited(lambda rows: rows.extend([[""] * 17] * 5)), None, SAME, CSV)
add("honest csv: blank lines at its end", rewritten(lambda t: t + "\r\n\r\n"), None, SAME, CSV)
add(
    "csv: a blank line in the middle",
    rewritten(lambda t: t.replace("\r\n", "\r\n\r\n", 2)),
    "csv_shape accepted",
    SAME,
    CSV,
)
add("honest csv: a line break in a field", put(1, 7, "湖北\n示例"), None, be02({(0, "contractor"): "湖北\n示例"}), CSV)
add(
    "honest csv: quotes and commas in a field",
    put(1, 7, '湖北"示例",公司'),
    None,
    be02({(0, "contractor"): '湖北"示例",公司'}),
    CSV,
)
add("honest csv: thousands separators", put(1, 9, "4,231.55"), None, SAME, CSV)
add("honest csv: dates with slashes", put(1, 10, "2026/10/9"), None, SAME, CSV)
add(
    "honest csv: text that looks like a formula",
    put(1, 7, "=cmd|'/c calc'!A0"),
    None,
    be02({(0, "contractor"): "=cmd|'/c calc'!A0"}),
    CSV,
)
add(
    "honest csv: columns swapped",
    edited(lambda rows: [row.__setitem__(slice(4, 6), [row[5], row[4]]) for row in rows]),
    None,
    SAME,
    CSV,
)
add("honest csv: a rare letter", put(1, 7, "𠮷示例"), None, be02({(0, "contractor"): "𠮷示例"}), CSV)
add(
    "honest csv: a rare letter in GB18030",
    edited(lambda rows: rows[1].__setitem__(7, "𠮷示例"), "gb18030"),
    None,
    be02({(0, "contractor"): "𠮷示例"}),
    CSV,
)
add(
    "csv: a total row",
    edited(lambda rows: rows.append(["合计", "", "", *[""] * 6, "20095.75", *[""] * 7])),
    None,
    SAME,
    CSV,
    notes="total_row",
)

SHAPE = "csv_shape bad_csv"
add("csv: a row too short", edited(lambda rows: rows[2].pop()), SHAPE, file_name=CSV)
add("csv: a row too long", edited(lambda rows: rows[2].append("?")), SHAPE, file_name=CSV)
add("csv: a row too long by a blank", edited(lambda rows: rows[2].append("")), SHAPE + " accepted", SAME, CSV)
add("csv: the last row cut off", rewritten(lambda t: t.rstrip()[:-30]), SHAPE, file_name=CSV)
add("csv: a comma that nobody quoted", rewritten(lambda t: t.replace("4231.55", "4,231.55")), SHAPE, file_name=CSV)
add(
    "csv: a quote that never ends",
    rewritten(lambda t: t.replace("湖北示例建工", '"湖北示例建工', 1)),
    SHAPE + " bad_csv",
    file_name=CSV,
)
add(
    "csv: a quote in the middle",
    rewritten(lambda t: t.replace("湖北示例建工", '湖北"示例"建工', 1)),
    SHAPE + " accepted",
    be02({(0, "contractor"): '湖北"示例"建工有限公司'}),
    CSV,
)
add(
    "csv: a quote closed too early",
    rewritten(lambda t: t.replace("湖北示例建工有限公司", '"湖北示例"建工有限公司', 1)),
    SHAPE + " bad_csv",
    file_name=CSV,
)
add("csv: semicolons", encoded("utf-8", comma=";"), SHAPE + " no_template no_header accepted", SAME, CSV)
add("csv: pipes", encoded("utf-8", comma="|"), SHAPE + " no_template no_header accepted", SAME, CSV)
add("csv: carriage returns only", encoded("utf-8", end="\r"), SHAPE + " no_template no_header accepted", SAME, CSV)
add(
    "csv: a NUL in it",
    rewritten(lambda t: t.replace("示例", "示\0例", 1)),
    "bad_encoding csv_shape not_a_spreadsheet broken_workbook",
    file_name=CSV,
)
add(
    "csv: a byte that is no letter",
    rewritten(lambda t: t.replace("示例", "示\udcff例", 1)),
    "bad_encoding no_template csv_shape",
    file_name=CSV,
)
add(
    "csv: two encodings in one file",
    lambda b: text(table(b)[:2]).encode() + text(table(b)[2:]).encode("gb18030"),
    "bad_encoding",
    file_name=CSV,
)
add(
    "csv: Big5",
    lambda _: "評價渠道,辦結件數\r\n大廳,391\r\n".encode("big5"),
    "bad_encoding no_template no_header csv_shape",
    file_name=CSV,
)
add(
    "csv: UTF-16 without a mark",
    encoded("utf-16-le"),
    "bad_encoding not_a_spreadsheet csv_shape no_template accepted",
    SAME,
    CSV,
)
add(
    "csv: UTF-16 with half a letter at its end",
    lambda b: b"\xff\xfe" + text(table(b)).encode("utf-16-le") + b"\x2c",
    "bad_encoding csv_shape",
    file_name=CSV,
)
add(
    "csv: UTF-16 with half a surrogate",
    lambda b: b"\xff\xfe" + text(table(b)).replace("湖北", "湖\ud83d", 1).encode("utf-16-le", "surrogatepass"),
    "bad_encoding csv_shape",
    file_name=CSV,
)
add("csv: UTF-32", encoded("utf-32"), "bad_encoding not_a_spreadsheet csv_shape no_template", file_name=CSV)
add("csv: a field of 300,000 letters", put(1, 7, "示" * 300_000), "too_long csv_shape too_many_cells", file_name=CSV)
add(
    "csv: 100,000 rows",
    lambda b: text([*table(b), *[table(b)[1]] * 2, *[[""] * 16 + ["x"]] * 100_000]).encode(),
    "too_many_cells too_large",
    file_name=CSV,
    marks=Marks(is_heavy=True),
)
add(
    "csv: 20,000 columns",
    lambda b: text([row + ["x"] * 20_000 for row in table(b)]).encode(),
    "too_many_cells csv_shape no_template",
    file_name=CSV,
)
add("csv: 18 digits that are lost", put(1, 2, "4.20704E+17"), "lost_digits", file_name=CSV)
add("csv: an error of Excel", put(1, 9, "#DIV/0!"), "cell_error not_a_number", file_name=CSV)
add("csv: a formula in a number", put(1, 9, "=1+1"), "not_a_number formula_without_value", file_name=CSV)
add("csv: other unit in a row", put(2, 1, "FJS"), "other_unit several_units", file_name=CSV)
add(
    "csv: other period in a row", put(2, 0, "2026-09"), "other_period period_contradicts several_periods", file_name=CSV
)
add(
    "csv: no unit anywhere", edited(lambda rows: [row.__setitem__(1, "") for row in rows[1:]]), "no_unit", file_name=CSV
)
add(
    "csv: no period anywhere",
    edited(lambda rows: [row.__setitem__(0, "") for row in rows[1:]]),
    "no_period",
    file_name=CSV,
)
add(
    "csv: only a header",
    edited(lambda rows: rows.__delitem__(slice(1, None))),
    "no_rows no_unit no_period",
    file_name=CSV,
)
add(
    "csv: a header of something else",
    lambda _: "姓名,年龄\r\n张三,30\r\n".encode(),
    "no_template no_header",
    file_name=CSV,
)
add(
    "csv: a header column twice",
    edited(lambda rows: rows[0].__setitem__(7, "建设单位")),
    "repeated_column missing_columns",
    file_name=CSV,
)
add(
    "csv: named .txt",
    encoded("utf-8"),
    "wrong_extension unsupported_format not_a_spreadsheet accepted",
    SAME,
    "报送.txt",
)
