"""Rows, totals and layouts as files of the command line: the same figures in all formats, and what was asked."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pandas
import pytest

import data.commands
from data.catalogue.in_force import catalogue_in_force
from data.rows.asked import Asked, Condition, Sort
from data.rows.question_words import question_words
from data.store import Store
from tests.data.rows.delivered import delivered

AT = ("--as-of", "2026-08-01T00:00:00.123456Z")
WHICH = ("--template", "T1", "--where", "done=5..")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Random deliveries as the program's store."""
    made, _, _ = delivered(11, tmp_path)
    made.close()
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    yield made


def ask(capsys, *words: str) -> tuple[int, list[dict], str]:
    """Exit code, answer and complaint of `data rows`."""
    capsys.readouterr()
    code = data.commands.main(["rows", *words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else [], said.err


def read(path: Path) -> pandas.DataFrame:
    """The table of a file, whatever its format; of a workbook the lines from its headings on."""
    if path.suffix == ".parquet":
        return pandas.read_parquet(path)
    if path.suffix == ".csv":
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        return pandas.DataFrame(lines[1:], columns=lines[0])
    lines = [[cell.value for cell in line] for line in openpyxl.load_workbook(path).active.iter_rows()]
    head = next(number for number, line in enumerate(lines) if "done" in line or "column" in line)
    return pandas.DataFrame(lines[head + 1 :], columns=lines[head])


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_all_rows_on_all_pages_go_into_a_file_of_each_format(store, tmp_path, capsys, suffix):
    rows = ask(capsys, *WHICH, *AT, "--limit", "1000")[1]
    out = tmp_path / f"rows.{suffix}"
    code, told, _ = ask(capsys, *WHICH, *AT, "--limit", "1", "--out", str(out))
    assert (code, told["rows"]) == (0, len(rows))
    done = pandas.to_numeric(read(out)["done"]).tolist()
    assert done == [row["values"]["done"] for row in rows] != []
    assert ask(capsys, *WHICH, *AT, "--out", str(out))[0] == 2  # it is there
    ((details,),) = Store(store.path).rows("SELECT details FROM audit WHERE action = 'rows_downloaded'")
    assert json.loads(details)["format"] == f".{suffix}"


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
@pytest.mark.parametrize("shape", [("--totals",), ("--by", "unit", "--measure", "done")])
def test_figures_go_into_a_file_with_what_was_asked(store, tmp_path, capsys, suffix, shape):
    figures = ask(capsys, *WHICH, *AT, *shape)[1]
    out = tmp_path / f"figures.{suffix}"
    code, told, _ = ask(capsys, *WHICH, *AT, *shape, "--out", str(out))
    table = read(out)
    assert (code, told["rows"], len(table)) == (0, len(figures), len(figures))
    expected = [row["value"] for row in figures]
    found = pandas.to_numeric(table["value"], errors="coerce").tolist()
    assert [value if pandas.notna(value) else None for value in found] == pytest.approx(expected)
    assert set(table["question"]) == {"template=T1&where=done=5.."}


def test_another_ending_is_refused_before_anything_is_read(store, tmp_path, capsys):
    code, _, said = ask(capsys, *WHICH, "--out", str(tmp_path / "rows.pdf"))
    assert code == 2 and ".xlsx, .csv, .parquet" in said


def test_a_workbook_says_the_question_in_words_and_the_moment_without_fractions(store, tmp_path, capsys):
    out = tmp_path / "rows.xlsx"
    ask(capsys, *WHICH, *AT, "--out", str(out))
    sheet = openpyxl.load_workbook(out).active
    assert sheet["A2"].value.startswith("截至 2026-08-01 08:00:00，")
    assert sheet["A3"].value == "条件：模板=模板 T1 (T1)；单位=全部单位；月份=全部；done不小于 5"
    ask(capsys, *WHICH, *AT, "--lang", "en", "--out", str(tmp_path / "en.xlsx"))
    assert "done at least 5" in openpyxl.load_workbook(tmp_path / "en.xlsx").active["A3"].value


def test_every_part_of_a_question_is_said(store):
    conditions = (
        Condition("stage", ("立项", "验收")),
        Condition("done", low=5.0, high=20.0),
        Condition("on_", high="2026-04-15"),
        Condition("note", contains="桥"),
    )
    months = {"first": date(2026, 1, 1), "last": date(2026, 3, 1)}
    more = {"search": "路", "columns": ("done", "note"), "sort": Sort("done", True)}
    asked = Asked("T1", units=("A", "B"), conditions=conditions, **months, **more)
    opened = Store(store.path)
    assert question_words(asked, catalogue_in_force(opened), "zh-CN") == (
        "模板=模板 T1 (T1)；单位=单位 A、单位 B；月份=2026-01 至 2026-03；stage=立项或验收；done=5 至 20；"
        "on_不大于 2026-04-15；note含“桥”；任一文字列含“路”；列=done、note；排序=done从大到小"
    )
    opened.close()
