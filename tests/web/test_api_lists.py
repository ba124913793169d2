"""The lists by program: those of the command line on random questions, a unit's share of everybody's, CSV, ETag."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from data.access import SAMPLE_NAME
from data.questions import WITHOUT_PERIOD
from data.store import Store
from loaders.sample.history import load_sample
from tests.conftest import filled, sample_rows
from tests.served import served
from tests.web.programs import OCTOBER, Programs, bureau
from web.api.description import columns_of
from web.api.lists import LISTS
from web.api.refusals import answered, ranked

pytestmark = pytest.mark.variants

FILES: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    """Four made-up months, and files that nobody could read, which have no unit."""
    path = tmp_path_factory.mktemp("lists") / "store.duckdb"
    store, secrets = bureau(path, start=None)
    load_sample(store, months=4, until=OCTOBER)
    FILES["good"] = filled(store, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    store.close()
    with served(path) as server:
        programs = Programs(server, secrets)
        for who in ("dag", "fjs"):
            assert programs.hand_in(b"no workbook", who).status_code == 422
        yield programs
    shown = Store(path)
    by_program = shown.rows("SELECT is_sample FROM submission WHERE reported_by <> ?", [SAMPLE_NAME])
    assert by_program and set(by_program) == {(True,)}  # what came in by program belongs to the demonstration as well
    shown.close()


def questions(number: int) -> list[tuple[str, dict[str, str]]]:
    """Random ones: list, period, unit, moment."""
    chance = random.Random(20261126)
    found = []
    for turn in range(number):
        query = {"as_of": (datetime.now(UTC) - timedelta(hours=chance.randrange(1, 3000))).isoformat()}
        if chance.random() < 0.8 and LISTS[turn % len(LISTS)] not in WITHOUT_PERIOD:
            query["period"] = chance.choice(["2026-07", "2026-08", "2026-09", "2026-10", "2026-Q3", "2026", "2031-01"])
        if chance.random() < 0.5:
            query["unit"] = chance.choice(["DAG", "FJS", "XZSP", "ZJK"])
        found.append((LISTS[turn % len(LISTS)], query))
    return found


def ordered(name: str, rows: list) -> list:
    """Anomalies of the same score and period come in any order."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) if name == "anomalies" else rows


@pytest.mark.parametrize(("name", "query"), questions(12))
def test_random_questions_are_answered_as_on_the_command_line(programs, name, query):
    words = [word for key, value in query.items() for word in (f"--{key.replace('_', '-')}", value)]
    done = subprocess.run(
        [sys.executable, "-m", "data", name, "--json", *words],
        env=os.environ | {"ZHUNDIAN_STORE": str(programs.server.log).removesuffix(".log")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer = programs.ask("GET", f"/{name}?{urlencode(query)}", "leader")
    assert ordered(name, answer.json()) == ordered(name, json.loads(done.stdout, parse_constant=lambda _: None))


@pytest.mark.parametrize("name", ["rhythm", "turning", "trend"])
def test_what_is_to_come_is_answered_as_on_the_command_line(programs, name):
    at = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    done = subprocess.run(
        [sys.executable, "-m", "data", "cycles", name, "--json", "--as-of", at, "--unit", "FJS"],
        env=os.environ | {"ZHUNDIAN_STORE": str(programs.server.log).removesuffix(".log")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    query = urlencode({"as_of": at, "unit": "FJS"})
    rows = programs.ask("GET", f"/freshness/{name}?{query}", "leader").json()
    assert rows == json.loads(done.stdout, parse_constant=lambda _: None)
    written = programs.ask("GET", f"/freshness/{name}?{query}&format=csv", "leader").content.decode("utf-8-sig")
    assert written.splitlines()[0].split(",") == list(columns_of(f"freshness/{name}"))
    assert all(set(row) == set(columns_of(f"freshness/{name}")) for row in rows)


def test_freshness_has_no_period(programs):
    answer = programs.ask("GET", "/freshness?period=2026-10&lang=en", "leader")
    assert answer.status_code == 400
    assert "at a moment, not in a period" in answer.text


@pytest.mark.parametrize("name", LISTS)
def test_a_unit_gets_its_share_of_what_everybody_is_told(programs, name):
    """Computed beside it in plain Python: a leader's rows with the unit's code."""
    at = urlencode({"as_of": datetime.now(UTC).isoformat()})
    everything = programs.ask("GET", f"/{name}?{at}", "leader").json()
    assert len({row["unit"] for row in everything}) > 2
    for who in ("dag", "fjs"):
        own = ordered(name, [row for row in everything if row["unit"] == who.upper()])
        for path in (f"/{name}?{at}", f"/{name}?{at}&unit={who.upper()}"):
            assert ordered(name, programs.ask("GET", path, who).json()) == own


@pytest.mark.parametrize("name", LISTS)
def test_csv_holds_every_cell_of_the_json(programs, name):
    at = urlencode({"as_of": datetime.now(UTC).isoformat()})
    rows = programs.ask("GET", f"/{name}?{at}", "leader").json()
    answer = programs.ask("GET", f"/{name}?{at}&format=csv", "leader")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    first, *read = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert rows and first == list(rows[0]) == list(columns_of(name))
    assert sorted([cell.removeprefix("'") for cell in line] for line in read) == sorted(
        [_said(value).removeprefix("'") for value in row.values()] for row in rows
    )


def _said(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", ["dues", "timeliness", "late", "anomalies", "issues"])
def test_csv_names_its_columns_though_there_is_no_row(programs, name):
    answer = programs.ask("GET", f"/{name}?period=2031-01&format=csv", "dag")
    assert answer.content.decode("utf-8-sig") == ",".join(columns_of(name)) + "\r\n"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("text/csv", "text/csv"),
        ("application/json, text/csv;q=0.1", "application/json"),
        ("application/json;q=0.2, text/csv", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("text/csv;q=nonsense", "application/json"),
    ],
)
def test_what_is_accepted_most_is_answered(programs, accepted, expected):
    answer = programs.ask("GET", "/late?period=2026-10", "dag", headers={"Accept": accepted})
    assert answer.headers["content-type"].partition(";")[0] == expected


def test_ranked():
    assert ranked("a;q=0.1, b, c;q=0, d;q=x, e;q=0.9") == ["b", "e", "a"]
    assert ranked("") == [""]


def test_an_answer_that_the_program_has_is_not_sent_again(programs):
    at = urlencode({"period": "2026-10", "as_of": datetime.now(UTC).isoformat()})
    path = f"/dues?{at}"
    tag = programs.ask("GET", path, "dag").headers["etag"]
    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        answer = programs.ask("GET", path, "dag", headers={"If-None-Match": known})
        assert (answer.status_code, answer.headers["etag"]) == (304, tag), known
    assert programs.ask("GET", path, "dag", headers={"If-None-Match": 'W/"x"'}).status_code == 200
    assert programs.ask("GET", path, "fjs", headers={"If-None-Match": tag}).status_code == 200  # other rows
    assert programs.hand_in(FILES["good"], explanation="与上月台账逐笔核对，合并了两行").status_code == 201
    now = programs.ask("GET", "/dues?period=2026-10", "dag", headers={"If-None-Match": tag})
    assert now.status_code == 200 and now.headers["etag"] != tag
    described = programs.ask("GET", "/openapi.json", "dag").headers["etag"]
    assert programs.ask("GET", "/openapi.json", "fjs", headers={"If-None-Match": described}).status_code == 304


def test_an_empty_unit_or_period_is_no_question(programs):
    for who in ("dag", "leader"):
        for word in ("unit", "period", "as_of", "format"):
            assert programs.ask("GET", f"/late?{word}=", who).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "BREW", "PUT"])
def test_odd_methods_are_refused_in_the_same_form(programs, method):
    assert programs.ask(method, "/late", "dag").status_code == 405
    assert programs.ask(method, "/workbooks", "dag").headers["allow"] == "POST"
    assert programs.ask(method, "/nowhere", "dag").status_code == 404


def test_json_has_no_nan():
    odd = {"a": float("nan"), "b": [float("inf"), (1.5, "NaN")], "at": date(2026, 10, 1), "path": Path("x")}
    said = json.loads(answered(odd).body, parse_constant=pytest.fail)
    assert said == {"a": None, "b": [None, [1.5, "NaN"]], "at": "2026-10-01", "path": "x"}
