"""`python -m documents` as scripts use it, also while another process owns the store."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

import documents.commands
from data.door import Door
from data.store import open_store
from tests.documents.reading import tables, texts
from tests.pages.fabricated import small_store

ROOT = Path(__file__).parents[2]
AS_OF = ["--as-of", "2026-11-24T09:05"]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The small store as the program's: A/T2 of October late, B/T1 missing."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    yield made
    made.close()


def run(capsys, *words: str) -> tuple[int, list | dict | None, str]:
    """Exit code, the answer in JSON, stderr."""
    code = documents.commands.main([*words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_urge_into_a_folder(store, tmp_path, capsys):
    words = ["urge", "--period", "2026-10", *AS_OF, "--by", "2026-11-25T12:00", "--basis", "某方案"]
    code, rows, _ = run(capsys, *words, "--out", str(tmp_path))
    assert code == 0 and len(rows) == 1
    assert rows[0]["file"] == str(tmp_path / "关于催报2026年10月营商环境和监管数据的通知（稿）.docx")
    assert rows[0] | {"file": ""} == {
        "kind": "urge",
        "unit": None,
        "title": "关于催报2026年10月营商环境和监管数据的通知",
        "as_of": "2026-11-24T09:05:00+08:00",
        "file": "",
    }
    document = Document(rows[0]["file"])
    assert "乙科：" in texts(document) and "于2026年11月25日（星期三）12时前" in "\n".join(texts(document))
    assert [row[0] for row in tables(document)[0][1:]] == ["乙科"]
    assert run(capsys, *words, "--out", str(tmp_path))[1][0]["file"].endswith("（稿）_2.docx")
    acts = store.rows("SELECT subject, details FROM audit WHERE action = 'document_drafted'")
    assert len(acts) == 2 and acts[0] == (rows[0]["title"], '{"as_of": "2026-11-24T09:05+08:00"}')


def test_a_draft_that_is_there_is_never_replaced(store, tmp_path, capsys):
    path = tmp_path / "mine.docx"
    path.write_bytes(b"worked on")
    code, answer, errors = run(capsys, "circular", "--period", "2026-10", *AS_OF, "--out", str(path))
    assert (code, answer) == (2, None) and "there already; nothing was written" in errors
    assert path.read_bytes() == b"worked on"


def test_a_notice_each(store, tmp_path, capsys):
    words = ["urge", *AS_OF, "--each", "--pending", "--out", str(tmp_path / "each")]
    rows = run(capsys, *words)[1]
    assert [row["unit"] for row in rows] == ["B"] and "乙科" in Path(rows[0]["file"]).name
    assert store.rows("SELECT unit_code FROM audit WHERE action = 'document_drafted'") == [("B",)]


def test_nobody_to_chase(store, tmp_path, capsys):
    code, rows, errors = run(capsys, "urge", "--period", "2026-08", *AS_OF, "--out", str(tmp_path))
    assert (code, rows) == (0, []) and "nobody owes anything" in errors
    assert not list(tmp_path.glob("*.docx"))


def test_circular_and_bulletin(store, tmp_path, capsys):
    for kind, title in (("circular", "关于2026年10月"), ("bulletin", "优化营商环境工作简报")):
        path = tmp_path / f"{kind}.docx"
        code, rows, _ = run(capsys, kind, "--period", "2026-10", *AS_OF, "--out", str(path))
        assert code == 0 and rows[0]["title"].startswith(title)
        said = "\n".join(texts(Document(path)))
        assert "本期应报3份，已报2份，其中按时1份、迟报1份；未报1份" in said
        assert "报送率66.67%，按时率33.33%" in said and "按时率下降33.34个百分点（上月66.67%）" in said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["urge", "--unit", "X", "--out", "."], "expected the code of a unit of the catalogue, found 'X'"),
        (["circular", "--period", "2026-Q3", "--out", "."], "expected a period such as 2026-10"),
        (["circular", "--period", "2026-10", "--out", "x.txt"], "--out: expected"),
        (["circular", "--period", "2026-10", "--day", "gestern", "--out", "."], "--day: expected a day"),
        (["circular", "--period", "2026-10", "--as-of", "gestern", "--out", "."], "gestern"),
        (["circular", "--period", "2026-10", "--out", "no/such/folder/x.docx"], "No such file"),
        (["settings", "--mark", "正式"], "mark: expected one of"),
    ],
)
def test_bad_input_is_answered_and_nothing_written(store, words, found, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, answer, errors = run(capsys, *words)
    assert (code, answer) == (2, None) and found in errors
    assert not list(tmp_path.glob("**/*.docx"))
    assert store.rows("SELECT count(*) FROM audit WHERE action IN ('document_drafted', 'setting_changed')") == [(0,)]


def test_settings_are_kept_and_taken_back(store, capsys):
    kept = run(capsys, "settings", "--basis", "某方案", "--copies-to", "甲局", "乙局")[1]
    assert kept["basis"] == "某方案" and kept["copies_to"] == ["甲局", "乙局"]
    assert run(capsys, "settings")[1] == kept
    assert run(capsys, "settings", "--basis", "", "--copies-to")[1] | {"basis": "", "copies_to": []} == {
        **dict.fromkeys(kept, ""),
        "recipients": [],
        "copies_to": [],
    }


def test_the_owner_of_the_store_answers(store, tmp_path):
    assert open_store() is store
    door = Door(store.path, {"documents": documents.commands.run_for_another})
    environment = {**os.environ, "ZHUNDIAN_STORE": str(store.path), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "documents",
        "circular",
        "--period",
        "2026-10",
        *AS_OF,
        "--out",
        "c.docx",
        "--json",
    ]
    asked = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    door.close()
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)[0]["file"] == str(tmp_path / "c.docx")
    assert texts(Document(tmp_path / "c.docx"))[0] == "稿"


def test_the_month_as_a_page_and_as_a_picture(store, tmp_path, capsys):
    code, row, _ = run(capsys, "report", "--period", "2026-10", *AS_OF, "--out", str(tmp_path))
    assert code == 0 and Path(row["file"]).name == "2026年10月数据报送情况.html"
    assert row["as_of"] == "2026-11-24T09:05:00+08:00"
    assert "应报3份" in Path(row["file"]).read_text(encoding="utf-8")
    assert run(capsys, "report", "--period", "2026-10", *AS_OF, "--out", row["file"])[0] == 2  # it is there
    code, row, errors = run(capsys, "picture", "--period", "2026-10", *AS_OF, "--out", str(tmp_path / "m.png"))
    if "fonts-noto-cjk" not in errors:
        assert code == 0 and Path(row["file"]).read_bytes().startswith(b"\x89PNG")
    acts = store.rows("SELECT subject FROM audit WHERE action = 'document_drafted'")
    assert ("2026年10月数据报送情况.html",) in acts


def test_the_present_moment_is_told_on_the_bureaus_clock(store, tmp_path, capsys):
    for kind in ("report", "urge"):
        _, told, _ = run(capsys, kind, "--period", "2026-10", "--out", str(tmp_path))
        row = told if isinstance(told, dict) else told[0]
        assert row["as_of"].endswith("+08:00")


def test_what_was_entered_later_is_left_out_and_the_paper_says_so(store, tmp_path, capsys):
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET recorded_at = received_at + INTERVAL 30 DAY WHERE unit_code = 'A'")
        cursor.execute("UPDATE submission SET is_sample = FALSE")
    words = ["circular", "--period", "2026-10", *AS_OF, "--out", str(tmp_path)]
    whole = run(capsys, *words)[1][0]["file"]
    then = run(capsys, *words, "--known-at", "2026-11-24T09:05")[1][0]["file"]
    assert "已报2份" in "\n".join(texts(Document(whole))) and "已报0份" in "\n".join(texts(Document(then)))
    headers = [section.header.paragraphs[0].text for section in Document(then).sections]
    assert any("仅计2026年11月24日9时05分前已录入的报送" in header for header in headers)
