"""Rows by program and as files: the figures of the command line and of the workbooks themselves, and nobody else's."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pyarrow.parquet
import pytest

from data.catalogue.in_force import catalogue_in_force
from data.rows.asked import read
from data.rows.files import MEDIA, file_of, rows_csv, rows_workbook
from data.rows.handed_out import handed_out
from data.store import Store
from tests.conftest import OCTOBER, filled, ingest, sample_rows
from tests.served import served
from tests.web.programs import Programs, bureau

UNITS = ("DAG", "FJS")
HOSTILE = '=HYPERLINK("http://x")'
WORKBOOKS: dict[str, bytes] = {}
NUMBERS = ("closed", "ratings", "active", "r5", "bad_orders")


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    """Two units' BE-08 of October, one of them corrected."""
    store, secrets = bureau(tmp_path_factory.mktemp("rows") / "store.duckdb")
    for unit in UNITS:
        rows = sample_rows("BE-08", unit)
        WORKBOOKS[unit] = filled(store, "BE-08", unit, OCTOBER, rows)
        at = datetime(2026, 11, 10, tzinfo=UTC)
        assert ingest(store, WORKBOOKS[unit], f"{unit}.xlsx", at).outcome == "accepted"
    store.close()
    with served(store.path) as server:
        yield Programs(server, secrets)


def command(programs: Programs, *words: str) -> list:
    """What the command line answers: the server has the store, and answers for it."""
    store = programs.server.log.with_name(programs.server.log.name.removesuffix(".log"))
    asked = [sys.executable, "-m", "data", "rows", *words, "--json"]
    done = subprocess.run(asked, env=os.environ | {"ZHUNDIAN_STORE": str(store)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def written_in(content: bytes) -> list[dict[str, object]]:
    """The rows of a workbook as the section filled it in, by its own headings."""
    sheet = next(sheet for sheet in openpyxl.load_workbook(io.BytesIO(content)) if sheet.title.startswith("BE-08"))
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    head = next(n for n, line in enumerate(lines) if "办结件数" in line)
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :] if any(map(_is_number, line))]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


LABELS = {
    "closed": "办结件数",
    "ratings": "评价总数",
    "active": "主动评价数",
    "r5": "非常满意",
    "bad_orders": "差评工单数",
}


def test_totals_are_those_of_the_workbooks(programs):
    lines = [line for unit in UNITS for line in written_in(WORKBOOKS[unit])]
    answer = programs.ask("GET", "/rows/totals?template=BE-08&period=2026-10", "leader").json()
    by_column = {row["column"]: row for row in answer}
    for name in NUMBERS:
        expected = sum(line[LABELS[name]] for line in lines if _is_number(line[LABELS[name]]))
        assert by_column[name]["value"] == expected > 0 or name == "bad_orders"
        assert (by_column[name]["how"], by_column[name]["units"]) == ("added", 2)
    good = sum(line[label] for line in lines for label in ("非常满意", "满意", "基本满意"))
    rate = 100 * good / sum(line["评价总数"] for line in lines)
    assert by_column["good_rate"]["value"] == pytest.approx(rate, abs=1e-6)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/rows?template=BE-08&limit=3&offset=1", ("--limit", "3", "--offset", "1")),
        ("/rows?template=BE-08&where=closed%3D20..&sort=-closed", ("--where", "closed=20..", "--sort=-closed")),
        ("/rows/totals?template=BE-08&period=2026-10", ("--period", "2026-10", "--totals")),
        (
            "/rows/layout?template=BE-08&by=unit&across=period&measure=good_rate",
            ("--by", "unit", "--across", "period", "--measure", "good_rate"),
        ),
    ],
)
def test_a_program_gets_what_the_command_line_says(programs, path, words):
    answer = programs.ask("GET", path, "leader")
    assert answer.status_code == 200
    assert answer.json() == command(programs, "--template", "BE-08", *words) != []


def test_a_unit_gets_its_own_rows_and_is_refused_others(programs):
    whole = programs.ask("GET", "/rows?template=BE-08", "leader")
    own = programs.ask("GET", "/rows?template=BE-08", "dag")
    assert own.json() == [row for row in whole.json() if row["unit"] == "DAG"] != []
    assert int(whole.headers["X-Total-Count"]) == len(whole.json()) > int(own.headers["X-Total-Count"])
    assert {
        row["by"] for row in programs.ask("GET", "/rows/layout?template=BE-08&by=unit&measure=closed", "dag").json()
    } == {"DAG"}
    for path in ("/rows", "/rows/totals", "/rows?format=csv"):
        joined = "&" if "?" in path else "?"
        assert programs.ask("GET", f"{path}{joined}template=BE-08&unit=DAG,FJS", "dag").status_code == 403
    assert programs.ask("GET", "/rows?template=BE-08", "monitor").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "template=XX",
        "template=BE-08&unit=ZZ",
        "template=BE-08&where=channel=nowhere",
        "template=BE-08&where=closed%3D1;DROP TABLE fact",
        "template=BE-08&sort=closed;DROP",
        "template=BE-08&limit=5000",
        "template=BE-08&format=exe",
        "template=BE-08&wher=closed",
        "template=BE-08&as_of=2099-01-01",
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(programs, query):
    answer = programs.ask("GET", f"/rows?{query}", "leader")
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_a_file_has_all_rows_and_the_trail_who_took_it(programs):
    for format_, media in MEDIA.items():
        answer = programs.ask("GET", f"/rows?template=BE-08&limit=1&format={format_}", "dag")
        assert answer.headers["content-type"] == media
        assert "BE-08_DAG_asof" in answer.headers["content-disposition"]
    table = pyarrow.parquet.read_table(io.BytesIO(answer.content))
    assert table.num_rows == len(sample_rows("BE-08", "DAG"))
    trail = command_trail(programs)
    assert [json.loads(one)["format"] for one in trail] == [".xlsx", ".csv", ".parquet"]


def command_trail(programs: Programs) -> list[str]:
    """The details of the downloads that the trail has, the oldest first."""
    store = programs.server.log.with_name(programs.server.log.name.removesuffix(".log"))
    asked = [sys.executable, "-m", "data", "audit", "--json"]
    done = subprocess.run(asked, env=os.environ | {"ZHUNDIAN_STORE": str(store)}, capture_output=True, text=True)
    rows = json.loads(done.stdout)
    kept = [row for row in rows if row["action"] == "rows_downloaded"]
    kept.sort(key=lambda row: row["audit_no"])
    return [row["details"] if isinstance(row["details"], str) else json.dumps(row["details"]) for row in kept]


@pytest.fixture
def hostile(store: Store):
    """A ledger's row whose texts would be formulas."""
    rows = [dict(row, description=HOSTILE, old_value="+1+1", new_value="@x") for row in sample_rows("DQ-01", "XZSP")]
    receipt = ingest(store, filled(store, "DQ-01", "XZSP", OCTOBER, rows), "a.xlsx", datetime(2026, 11, 10, tzinfo=UTC))
    assert receipt.outcome == "accepted", receipt.issues
    words = {"template": "DQ-01", "where": "status=已修复|核实中|待签收|已驳回|逾期", "search": "x"}
    asked = read(words, catalogue_in_force(store))
    return handed_out(store, datetime(2026, 11, 12, tzinfo=UTC), asked)


def test_no_cell_of_a_file_is_a_formula(hostile):
    lines = list(csv.DictReader(io.StringIO(rows_csv(hostile).decode("utf-8-sig"))))
    assert lines and {line["description"] for line in lines} == {f"'{HOSTILE}"}
    assert {line["question"] for line in lines} == {
        "template=DQ-01&where=status=已修复|核实中|待签收|已驳回|逾期&search=x"
    }
    assert {line["cell.description"] for line in lines} == {f"H{line['row_no']}" for line in lines}
    sheet = openpyxl.load_workbook(io.BytesIO(rows_workbook(hostile, "zh-CN"))).active
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    (found,) = {cell.value for cell in cells if cell.value and "HYPERLINK" in str(cell.value)}
    assert found == HOSTILE
    assert "任一文字列含“x”" in sheet["A3"].value and "template=" not in sheet["A3"].value
    assert sheet["A2"].value.startswith("截至 2026-11-12 ") and "." not in sheet["A2"].value


def test_a_parquet_has_types_and_says_what_was_asked(hostile):
    table = pyarrow.parquet.read_table(io.BytesIO(file_of(hostile, "parquet", "en")))
    assert str(table.schema.field("raised_on").type) == "date32[day]"
    assert table.schema.metadata[b"question"].decode().startswith("template=DQ-01&where=status=")
    assert table.schema.field("description").metadata[b"label"].decode() == "异议描述"
    assert "value.template_code" not in table.column_names and "template_code" in table.column_names


def test_a_layout_by_nothing_is_refused(programs):
    for words in ("across=period&measure=closed", "by=&measure=closed", "by=unit&across=&measure=closed&by=unit"):
        answer = programs.ask("GET", f"/rows/layout?template=BE-08&{words}", "dag")
        assert answer.status_code == 400, words
