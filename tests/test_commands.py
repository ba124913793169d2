"""The command line as scripts use it: the shapes of its answers, its exit codes, and nothing else on stdout."""

import csv
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

import data.commands
import loaders.commands
from data.anomalies.detector import CAUSES
from data.backup import check
from data.catalogue.files import read_catalogue
from data.catalogue.in_force import REFERENCE
from data.store import Store, is_open, open_store
from locales import say
from tests.conftest import OCTOBER, REASON, filled, ingest, sample_rows, shanghai
from tests.data.worlds import later_month
from tests.ready import copy_whole, reference_copy

pytestmark = pytest.mark.variants

ROOT = Path(__file__).parents[1]
BEFORE, AFTER = "2026-11-22T23:59:59", "2026-11-23"
MAINS = {"data": data.commands.main, "loaders": loaders.commands.main}
TOP = {"unit": str, "unit_name": str, "template": str, "template_name": str, "period": str}


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Path:
    """The file of a store that has started and received nothing."""
    return reference_copy(tmp_path_factory.mktemp("started") / "store.duckdb")


@pytest.fixture(scope="module")
def received(started, tmp_path_factory) -> Path:
    """The file of a store that took in: BE-02 returned, then on time; BE-08 three days late; BE-01 explained."""
    store = Store(copy_whole(started, tmp_path_factory.mktemp("received") / started.name))
    bad = sample_rows("BE-02", "XZSP")
    bad[1]["contract_price"] = -5
    for template, unit, rows, at, status in (
        ("BE-02", "XZSP", bad, "2026-11-09T09:00:00", None),
        ("BE-02", "XZSP", None, "2026-11-10T09:00:00", "on_time"),
        ("BE-08", "FJS", None, "2026-11-25T09:00:00", "late"),
        ("BE-01", "XZSP", None, "2026-11-12T09:00:00", "on_time"),
    ):
        content = filled(store, template, unit, rows=rows)
        assert ingest(store, content, "a.xlsx", shanghai(at), explanations=REASON).status == status
    store.close()
    return store.path


@pytest.fixture
def path(started, tmp_path, monkeypatch):
    """Where the commands of this test have their own store, which has received nothing."""
    path = (tmp_path / "store.duckdb").resolve()
    copy_whole(started, path)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(path))
    yield path
    if is_open(path):
        open_store(path).close()


@pytest.fixture
def taken(received, path):
    """The own store of a test, with something in it."""
    copy_whole(received, path)
    return open_store(path)


@pytest.fixture(scope="module")
def kept_open(received):
    yield received
    if is_open(received):
        open_store(received).close()


@pytest.fixture
def shared(kept_open, monkeypatch):
    """A store with something in it that the tests only read."""
    monkeypatch.setenv("ZHUNDIAN_STORE", str(kept_open))


@pytest.fixture
def run(request, capsys):
    """Runs a command in this process: (exit code, stdout, stderr)."""
    if "shared" not in request.fixturenames:
        request.getfixturevalue("path")

    def run(program: str, *words) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = MAINS[program]([str(word) for word in words])
        except SystemExit as stopped:
            code = stopped.code
        return code, *capsys.readouterr()

    return run


def test_a_fault_is_told_in_both_languages(run):
    code, said, errors = run("data", "issues", "--unit", "FCS")
    assert (code, said) == (2, "")
    assert errors.splitlines() == [
        "python -m data: expected the code of a unit of the catalogue, found 'FCS'",
        f"python -m data: {say('zh-CN', 'fault.catalogue.unit.typed', found='FCS')}",
    ]


@pytest.fixture
def ask(run):
    """Runs a question that can be answered; its JSON, with nothing else on either stream."""

    def ask(*words) -> list | dict:
        code, out, errors = run("data", *words, "--json")
        assert (code, errors) == (0, ""), errors
        return json.loads(out)

    return ask


def shape(row: dict, expected: dict) -> None:
    """The keys are exactly these, in any order, and every value is of its type."""
    assert set(row) == set(expected)
    for name, kinds in expected.items():
        assert isinstance(row[name], kinds), (name, row[name])
        assert not (isinstance(row[name], bool) and bool not in (kinds if isinstance(kinds, tuple) else (kinds,)))


NUMBER, MAYBE_TEXT, MAYBE_NUMBER = (int, float), (str, type(None)), (int, float, type(None))


def with_zone(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo
    return moment


def test_dues(ask, shared):
    rows = ask("dues", "--period", "2026-10", "--as-of", AFTER)
    for row in rows:
        shape(
            row,
            TOP
            | {
                "month": str, "opens_at": str, "deadline": str, "due_date": str, "is_exempt": bool,
                "zero_report_allowed": bool, "first_received_at": MAYBE_TEXT, "versions": int, "kind": MAYBE_TEXT,
                "status": str, "days_late": int, "lead_days": MAYBE_NUMBER, "age_days": MAYBE_NUMBER,
                "due_minutes": int, "nominal_date": str, "rest_name": str, "is_calendar_known": bool,
                "is_backdated": bool, "lock_at": MAYBE_TEXT, "is_locked": bool,
                "planned_deadline": str, "planned_date": str,
                "change_id": MAYBE_TEXT, "change_kind": MAYBE_TEXT, "change_reason": MAYBE_TEXT,
                "latest_received_at": MAYBE_TEXT,
            },
        )  # fmt: skip
        assert row["period"] == row["month"] == "2026-10"
        assert row["deadline"] == "2026-11-23T00:00:00+08:00"
        assert row["due_date"] == "2026-11-22"
    found = {(row["unit"], row["template"]): row for row in rows}
    one = found["XZSP", "BE-02"]
    assert (one["status"], one["versions"], one["first_received_at"]) == ("on_time", 1, "2026-11-10T09:00:00+08:00")
    assert one["lead_days"] == pytest.approx(12.625) and one["age_days"] == pytest.approx(9.375)
    assert (one["due_minutes"], one["nominal_date"], one["rest_name"]) == (1440, "2026-11-22", "weekend")
    assert found["FJS", "BE-08"]["status"] == "missing"


def test_timeliness(ask, shared):
    rows = ask("timeliness", "--period", "2026-10", "--as-of", "2026-12-01")
    for row in rows:
        counts = ["due", "received", "on_time", "late", "missing", "pending", "exempt"]
        rates = ["reporting_rate", "on_time_rate"]
        shape(row, TOP | dict.fromkeys(counts, int) | dict.fromkeys(rates, MAYBE_NUMBER))
        assert row["due"] == row["received"] + row["missing"]
    found = {(row["unit"], row["template"]): row for row in rows}
    assert (found["FJS", "BE-08"]["reporting_rate"], found["FJS", "BE-08"]["on_time_rate"]) == (1, 0)
    assert (found["XZSP", "BE-02"]["reporting_rate"], found["XZSP", "BE-02"]["on_time_rate"]) == (1, 1)


def test_a_rate_of_nothing_is_null(ask):
    rows = ask("timeliness", "--period", "2026-10", "--as-of", BEFORE)
    assert {(row["due"], row["reporting_rate"], row["on_time_rate"]) for row in rows} == {(0, None, None)}


def test_late(ask, shared):
    rows = ask("late", "--period", "2026-10", "--as-of", "2026-11-26")
    expected = TOP | {"deadline": str, "status": str, "days_late": int, "received_at": MAYBE_TEXT, "kind": MAYBE_TEXT}
    expected |= {"is_backdated": bool, "sent": int, "returned": int, "last_receipt_no": MAYBE_TEXT}
    for row in rows:
        shape(row, expected)
        with_zone(row["deadline"])
    assert list(rows[0]) == [
        *TOP,
        "deadline",
        "status",
        "days_late",
        "received_at",
        "kind",
        "is_backdated",
        "sent",
        "returned",
        "last_receipt_no",
    ]
    found = {(row["unit"], row["template"]): row for row in rows}
    assert found["FJS", "BE-08"]["status"] == "late"
    assert found["FJS", "BE-08"]["days_late"] == 3
    assert found["FJS", "BE-08"]["received_at"] == "2026-11-25T09:00:00+08:00"
    assert (found["FJS", "BE-08"]["kind"], found["FJS", "BE-09"]["kind"]) == ("workbook", None)
    assert ("XZSP", "BE-02") not in found
    assert [row["days_late"] for row in rows] == sorted((row["days_late"] for row in rows), reverse=True)


def test_late_is_pending_before_the_deadline_and_missing_from_it_on(ask):
    before = ask("late", "--period", "2026-10", "--as-of", BEFORE)
    after = ask("late", "--period", "2026-10", "--as-of", AFTER)
    assert {(row["status"], row["days_late"], row["received_at"]) for row in before} == {("pending", 0, None)}
    assert {(row["status"], row["days_late"], row["received_at"]) for row in after} == {("missing", 1, None)}
    assert [row["unit"] for row in before] == [row["unit"] for row in after]


def test_nobody_is_late_who_was_not_asked(ask):
    owed = {(o.unit_code, o.template_code) for o in read_catalogue(REFERENCE).obligations}
    rows = ask("late", "--period", "2026-10", "--as-of", "2027-01-01") + ask(
        "late", "--period", "2026-12", "--as-of", "2027-02-01"
    )
    assert {(row["unit"], row["template"]) for row in rows} == owed
    assert ask("late", "--unit", "JLD", "--as-of", "2027-01-01") == []


def test_freshness(ask, shared):
    rows = ask("freshness", "--as-of", "2026-11-26")
    for row in rows:
        expected = {name: kind for name, kind in TOP.items() if name != "period"} | {
            "cycle": str, "newest_period": MAYBE_TEXT, "newest_received_at": MAYBE_TEXT,
            "age_days": (int, type(None)), "behind": int, "state": str, "update_cycle": str, "delivered_at": MAYBE_TEXT,
            "delivered_days": (int, type(None)), "holes": int, "repeated": int, "next_deadline": MAYBE_TEXT,
        }  # fmt: skip
        shape(row, expected)
    found = {(row["unit"], row["template"]): row for row in rows}
    one = found["FJS", "BE-08"]
    assert (one["newest_period"], one["age_days"], one["behind"], one["state"]) == ("2026-10", 25, 0, "holes")
    assert found["XXB", "DQ-01"]["state"] == "never"
    assert found["XXB", "PR-01"]["newest_period"] is None


def test_anomalies(ask, shared):
    rows = ask("anomalies", "--period", "2026-10", "--as-of", "2026-11-26")
    assert rows
    for row in rows:
        shape(
            row,
            TOP
            | dict.fromkeys(("column_name", "row_key", "sheet", "cell"), MAYBE_TEXT)
            | dict.fromkeys(("value", "low", "high", "suggested"), MAYBE_NUMBER)
            | {"month": str, "kind": str, "score": NUMBER, "details": dict, "submission_id": str}
            | {"state": str, "answer": MAYBE_TEXT, "answer_by": MAYBE_TEXT, "card": str, "row_name": MAYBE_TEXT},
        )
    assert {row["kind"] for row in rows} <= {"rule", "contradiction", *CAUSES}
    assert {row["details"]["explanation"] for row in rows if row["kind"] == "rule"} == {REASON}
    assert ask("anomalies", "--period", "2026-09", "--as-of", "2026-11-26") == []


def test_issues(ask, shared):
    rows = ask("issues", "--period", "2026-10", "--as-of", "2026-11-26")
    for row in rows:
        shape(
            row,
            TOP
            | dict.fromkeys(("sheet", "cell", "column_name", "row_key", "explanation"), MAYBE_TEXT)
            | dict.fromkeys(("outcome", "receipt_no", "received_at", "submission_id", "severity", "code"), str)
            | {"version": int, "issue_no": int, "details": dict},
        )
    errors = [row for row in rows if row["severity"] == "error"]
    assert [(row["code"], row["cell"], row["outcome"], row["version"]) for row in errors] == [
        ("out_of_range", "J6", "returned", 0)
    ]
    assert ask("issues", "--unit", "FJS", "--period", "2026-09") == []


def test_issues_of_a_file_that_nobody_recognised_are_listed_too(ask, path):
    store = open_store(path)
    ingest(store, b"%PDF-1.7", "a.pdf", shanghai("2026-11-10T09:00:00"))
    row = ask("issues", "--as-of", "2026-11-26")[0]
    assert (row["unit"], row["unit_name"], row["template"], row["template_name"], row["period"]) == (None,) * 5


@pytest.mark.parametrize("question", ["dues", "timeliness", "late", "issues"])
def test_a_quarter_means_what_is_due_by_the_quarter(ask, path, question):
    store = open_store(path)
    for unit, template in (("XXB", "PR-01"), ("FJS", "BE-08")):
        content = filled(store, template, unit, OCTOBER, sample_rows(template, unit) or [{}])
        ingest(store, content, "a.xlsx", shanghai("2027-01-24T09:00:00"))
    rows = ask(question, "--period", "2026-Q4", "--as-of", "2027-02-01")
    assert rows
    assert {(row["template"], row["period"]) for row in rows} == {("PR-01", "2026-Q4")}


@pytest.mark.parametrize("question", ["dues", "timeliness", "late"])
def test_the_last_month_of_a_quarter_means_the_quarter_too_and_its_first_does_not(ask, question):
    december = ask(question, "--period", "2026-12", "--as-of", "2027-02-01")
    october = ask(question, "--period", "2026-10", "--as-of", "2027-02-01")
    assert {row["period"] for row in december} == {"2026-12", "2026-Q4"}
    assert {row["period"] for row in october} == {"2026-10"}


def test_issues_of_a_quarter_belong_to_the_round_of_its_last_month(ask, path):
    store = open_store(path)
    ingest(store, filled(store, "PR-01", "XXB", OCTOBER, []), "a.xlsx", shanghai("2027-01-10T09:00:00"))
    assert {row["period"] for row in ask("issues", "--as-of", "2027-02-01")} == {"2026-Q4"}
    assert {row["period"] for row in ask("issues", "--period", "2026-12", "--as-of", "2027-02-01")} == {"2026-Q4"}
    assert ask("issues", "--period", "2026-10", "--as-of", "2027-02-01") == []


def test_freshness_refuses_a_period_and_says_what_to_ask_instead(run, shared):
    code, out, errors = run("data", "freshness", "--period", "2026-10")
    assert (code, out) == (2, "")
    assert "as-of" in errors and "2026-10" in errors


@pytest.mark.parametrize("question", ["dues", "timeliness", "late", "anomalies", "issues"])
@pytest.mark.parametrize("words", [("--period", "2026-10"), ("--period", "2026-Q4"), ("--unit", "XXB")], ids=str)
def test_every_question_honours_an_option_or_refuses_it(run, shared, question, words):
    if question == "freshness" and words[0] == "--period":  # it is about all periods at once
        code, out, errors = run("data", question, *words)
        assert (code, out) == (2, "") and "--period" in errors
        return
    for json_too in ((), ("--json",)):
        code, out, errors = run("data", question, *words, "--as-of", "2026-11-26", *json_too)
        assert (code, errors) == (0, "")
        assert out
    assert isinstance(json.loads(out), list)


@pytest.mark.parametrize("question", ["late", "issues"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--period", "2026-13"), "2026-13"),
        (("--period", "October"), "October"),
        (("--unit", "NOBODY"), "NOBODY"),
        (("--as-of", "yesterday"), "yesterday"),
        (("--as-of", "2026-02-30"), ""),
        (("--color",), "--color"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_answered_is_2_and_says_why_on_stderr(run, shared, question, words, told):
    code, out, errors = run("data", question, "--json", *words)
    assert (code, out) == (2, "")
    assert told in errors
    assert "Traceback" not in errors


def test_a_moment_without_a_zone_is_the_bureaus(ask):
    for words in (AFTER, "2026-11-23T00:00:00+08:00", "2026-11-22T16:00:00Z", "2026-11-22T10:00:00-06:00"):
        assert {row["status"] for row in ask("late", "--period", "2026-10", "--as-of", words)} == {"missing"}
    for words in (BEFORE, "2026-11-22T15:59:59Z"):
        assert {row["status"] for row in ask("late", "--period", "2026-10", "--as-of", words)} == {"pending"}


# Workbooks


def test_blank_workbooks(run, tmp_path):
    words = ("--period", "2026-10", "--unit", "XZSP", "--out", tmp_path / "out")
    code, out, errors = run("loaders", "blank", *words, "--json")
    assert (code, errors) == (0, "")
    made = json.loads(out)
    for row in made:
        shape(row, {"file": str, "unit": str, "template": str, "period": str})
        assert load_workbook(row["file"]).sheetnames
        assert (row["unit"], row["period"]) == ("XZSP", "2026-10")
    assert len(list((tmp_path / "out").iterdir())) == len(made) > 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--period", "2026-13"), "2026-13"),
        (("--period", "2026-10", "--unit", "NOBODY"), "NOBODY"),
        (("--period", "2026-10", "--template", "XX-01"), "XX-01"),
        (("--period", "2019-10"), "2019-10"),
    ],
    ids=str,
)
def test_a_blank_that_nobody_owes_is_2(run, tmp_path, words, told):
    code, out, errors = run("loaders", "blank", "--json", "--out", tmp_path / "out", *words)
    assert (code, out) == (2, "")
    assert told in errors


def test_ingest_answers_one_object_a_line_for_each_file(run, ask, path, tmp_path):
    store = open_store(path)
    bad = sample_rows("BE-02", "XZSP")
    bad[1]["contract_price"] = -5
    contents = {
        "good.xlsx": filled(store, "BE-02", "XZSP"),
        "copy.xlsx": filled(store, "BE-02", "XZSP"),
        "bad.xlsx": filled(store, "BE-02", "XZSP", rows=bad),
        "letter.xlsx": b"Dear bureau",
    }
    contents["copy.xlsx"] = contents["good.xlsx"]
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / name for name in contents]
    code, out, errors = run(
        "loaders", "ingest", *files, "--received-at", "2026-11-24T10:00:00", "--by", "李四", "--json"
    )
    assert (code, errors) == (1, "")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["file"], row["outcome"]) for row in rows] == [
        ("good.xlsx", "accepted"), ("copy.xlsx", "duplicate"), ("bad.xlsx", "returned"), ("letter.xlsx", "returned"),
    ]  # fmt: skip
    asked = {
        "file": str, "sha256": str, "outcome": str, "unit": MAYBE_TEXT, "template": MAYBE_TEXT, "period": MAYBE_TEXT,
        "version": (int, type(None)), "kind": str, "status": MAYBE_TEXT, "received_at": str, "seal": MAYBE_TEXT,
        "entered_at": MAYBE_TEXT,
        "submission_id": MAYBE_TEXT, "issues": list, "deadline": MAYBE_TEXT, "days_late": int,
        "receipt_no": MAYBE_TEXT, "rows": int, "review": MAYBE_TEXT,
        "uncounted": MAYBE_TEXT, "first_received_at": MAYBE_TEXT,
    }  # fmt: skip
    for row in rows:
        shape(row, asked)
        for issue in row["issues"]:
            names = {"severity", "code", "sheet", "cell", "column", "found", "expected", "message"}
            assert names <= set(issue)
            assert issue["severity"] in ("error", "check", "note")
            assert issue["message"]
    good = rows[0]
    assert (good["unit"], good["template"], good["period"], good["version"]) == ("XZSP", "BE-02", "2026-10", 1)
    assert (good["status"], good["received_at"], good["issues"]) == ("late", "2026-11-24T10:00:00+08:00", [])
    assert rows[1]["submission_id"] == good["submission_id"]
    assert (rows[2]["status"], rows[2]["version"]) == (None, None)
    assert ask("late", "--unit", "XZSP", "--period", "2026-10", "--as-of", "2026-11-25")
    assert store.rows("SELECT DISTINCT reported_by FROM submission") == [("李四",)]


def test_ingest_is_0_when_every_file_is_accepted_or_there_already(run, path, tmp_path):
    store = open_store(path)
    (tmp_path / "a.xlsx").write_bytes(filled(store, "BE-01", "XZSP"))
    words = ("loaders", "ingest", tmp_path / "a.xlsx", "--json", "--received-at", "2026-11-10")
    assert run(*words)[0] == 1
    code, out, _ = run(*words, "--explain", REASON)
    assert (code, json.loads(out)["outcome"], json.loads(out)["status"]) == (0, "accepted", "on_time")
    code, out, _ = run(*words, "--explain", REASON)
    assert (code, json.loads(out)["outcome"]) == (0, "duplicate")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere.xlsx",), "nowhere.xlsx"),
        (("there.xlsx", "nowhere.xlsx"), "nowhere.xlsx"),
        (("there.xlsx", "--received-at", "noon"), "noon"),
        (("there.xlsx", "--explain", "核实无误"), "核实无误"),
        ((), "FILE"),
    ],
    ids=str,
)
def test_ingest_that_cannot_run_is_2_and_takes_nothing_in(run, path, tmp_path, words, told, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.xlsx").write_bytes(b"PK")
    code, out, errors = run("loaders", "ingest", "--json", *words)
    assert (code, out) == (2, "")
    assert told in errors
    assert open_store(path).rows("SELECT count(*) FROM submission") == [(0,)]


# The catalogue


def this_month() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().replace(day=1)


@pytest.mark.parametrize("form", ["folder", "xlsx"])
@pytest.mark.parametrize("is_used", [False, True], ids=["new store", "store in use"])
def test_a_unit_that_opens_this_month_owes_nothing_earlier(ask, request, tmp_path, form, is_used):
    if is_used:
        request.getfixturevalue("taken")
    before = ask("late", "--period", "2026-10", "--as-of", "2026-11-26")
    exported = tmp_path / ("catalogue.xlsx" if form == "xlsx" else "catalogue")
    assert ask("catalogue", "export", exported)["obligations"] == 57
    first = this_month()
    unit = {"unit_code": "NEW", "unit_name": "新科室", "unit_name_en": "New section", "kind": "section"}
    owed = {
        "unit_code": "NEW",
        "template_code": "DQ-01",
        "first_period": f"{first:%Y-%m}",
        "zero_report_allowed": "true",
    }
    for table, row in (("units", unit), ("obligations", owed)):
        if form == "xlsx":
            book = load_workbook(exported)
            heads = [cell.value for cell in book[table][1]]
            book[table].append([row.get(head) for head in heads])
            book.save(exported)
        else:
            with (exported / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
                heads = next(csv.reader(lines))
            with (exported / f"{table}.csv").open("a", encoding="utf-8", newline="") as lines:
                csv.DictWriter(lines, heads).writerow(row)
    answer = ask("catalogue", "import", exported)
    assert (answer["is_new"], answer["obligations"]) == (True, 58)
    assert ask("catalogue", "import", exported)["is_new"] is False
    assert ask("late", "--period", "2026-10", "--as-of", "2026-11-26") == before
    rows = ask("late", "--unit", "NEW", "--as-of", later_month(first, 2))
    assert [(row["period"], row["status"]) for row in rows] == [
        (f"{first:%Y-%m}", "missing"),
        (f"{later_month(first, 1):%Y-%m}", "pending"),
    ]
    assert ask("late", "--unit", "NEW", "--as-of", first) == []
    names = {row["unit_name"] for row in rows}
    assert names == {"新科室"}


def test_importing_what_is_none_is_2_and_changes_nothing(run, ask, tmp_path):
    before = ask("dues", "--period", "2026-10", "--as-of", AFTER)
    (tmp_path / "letter.xlsx").write_bytes(b"Dear bureau")
    (tmp_path / "empty").mkdir()
    for name in ("letter.xlsx", "empty", "nowhere", "nowhere.xlsx"):
        code, out, errors = run("data", "catalogue", "import", tmp_path / name, "--json")
        assert (code, out) == (2, "")
        assert name in errors
    assert ask("dues", "--period", "2026-10", "--as-of", AFTER) == before


def test_a_faulty_catalogue_is_2_and_every_fault_is_on_stderr(run, ask, tmp_path):
    ask("catalogue", "export", tmp_path / "catalogue")
    (tmp_path / "catalogue" / "units.csv").write_text(
        "unit_code,unit_name,unit_name_en,kind,valid_from,valid_to\n甲,甲,,,,\n", encoding="utf-8"
    )
    code, out, errors = run("data", "catalogue", "import", tmp_path / "catalogue", "--json")
    assert (code, out) == (2, "")
    assert "'甲'" in errors
    assert "XXB x DQ-01: no such unit" in errors
    assert len(ask("dues", "--period", "2026-10", "--as-of", AFTER)) > 40


def test_the_first_month_that_counts(run, ask):
    assert ask("start", "2026-10") == {"counts_from": "2026-10"}
    assert {row["period"] for row in ask("dues", "--as-of", AFTER)} == {"2026-10"}
    assert run("data", "start", "last month", "--json")[:2] == (2, "")


# Care


def test_backup_check_and_restore(run, ask, path, tmp_path, taken):
    answer = ask("backup", tmp_path / "copy.duckdb")
    assert answer == {"backup": str(tmp_path / "copy.duckdb"), "bytes": (tmp_path / "copy.duckdb").stat().st_size}
    assert ask("check") == {"faults": []}
    before = ask("late", "--as-of", "2026-11-26")
    with taken.write() as cursor:
        cursor.execute("DELETE FROM fact")
    code, out, _ = run("data", "check", "--json")
    assert (code, len(json.loads(out)["faults"])) == (1, 2)  # of the counted rows, and of the seal in the trail
    assert run("data", "backup", tmp_path / "copy.duckdb", "--json")[:2] == (2, "")
    taken.close()
    answer = ask("restore", tmp_path / "copy.duckdb")
    assert answer["restored"] == str(tmp_path / "copy.duckdb")
    assert Path(answer["previous_store"]).is_file()
    assert ask("late", "--as-of", "2026-11-26") == before
    assert check(open_store(path)) == []
    open_store(path).close()
    assert run("data", "restore", tmp_path / "nowhere.duckdb", "--json")[:2] == (2, "")


def test_the_programs_run_by_themselves(tmp_path):
    environment = os.environ | {"ZHUNDIAN_STORE": str(tmp_path / "deep" / "store.duckdb"), "PYTHONIOENCODING": "utf-8"}

    def run(*words) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=120)

    made = run("loaders", "blank", "--period", "2026-10", "--unit", "FJS", "--out", tmp_path, "--json")
    assert (made.returncode, made.stderr) == (0, "")
    late = run("data", "late", "--period", "2026-10", "--as-of", AFTER, "--json")
    assert (late.returncode, late.stderr) == (0, "")
    assert {row["status"] for row in json.loads(late.stdout)} == {"missing"}
    blank = run("loaders", "ingest", json.loads(made.stdout)[0]["file"], "--json")
    assert (blank.returncode, blank.stderr) == (1, "")
    assert json.loads(blank.stdout)["issues"][0]["code"] == "no_rows"
    wrong = run("data", "late", "--period", "2026-99", "--json")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "2026-99" in wrong.stderr


def test_rollup_adds_counts_and_never_rates(ask, shared):
    months = ask("rollup", "--by", "month", "--as-of", "2026-12-01")
    years = ask("rollup", "--by", "year", "--as-of", "2026-12-01")
    for year in years:
        own = [row for row in months if row["month"][:4] == year["year"][:4]]
        assert year["due"] == sum(row["due"] for row in own) and year["on_time"] == sum(row["on_time"] for row in own)
        assert year["on_time_rate"] == (pytest.approx(year["on_time"] / year["due"]) if year["due"] else None)


@pytest.mark.parametrize(
    "words",
    [
        "late", "rollup --by month", "forecast", "changes list", "review list", "supervision candidates",
        "supervision list", "supervision waivers", "boards show --period 2026-10", "boards objections",
        "points costs --period 2026-10", "compare --method z_score",
    ],
)  # fmt: skip
def test_a_unit_that_nobody_knows_is_told_and_not_answered_with_nothing(run, shared, words):
    code, out, errors = run("data", *words.split(), "--unit", "NOBODY")
    assert (code, out) == (2, "")
    assert "NOBODY" in errors
