"""The API over raw HTTP: role x endpoint x method, another unit's things by every way, parity with the command line."""

import csv
import io
import itertools
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import httpx2
import openpyxl
import pytest

from data.access import Role
from data.catalogue.in_force import set_counting_start
from data.people import accounts, tokens
from loaders.arriving import quota
from loaders.arriving.gate import MAX_BYTES
from tests.conftest import filled, sample_rows
from tests.ready import reference_store
from tests.served import Served, served
from tests.web.people import PASSWORD, Client
from tests.web.programs import judge
from web import sessions
from web.api import BASE, routes
from web.api.description import DOCUMENT

pytestmark = pytest.mark.variants

LISTS = ("dues", "timeliness", "late", "freshness", "anomalies", "issues")
OCTOBER = date(2026, 10, 1)
SECRETS: dict[str, str] = {}
FILES: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The reference catalogue, begun in October; tokens of two units and of every other kind, ended and expired too."""
    path = tmp_path_factory.mktemp("api") / "store.duckdb"
    store = reference_store(path)
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    set_counting_start(office, OCTOBER, datetime.now(UTC))
    for name, role, unit in (
        ("dag", Role.REPORTER, "DAG"),
        ("fjs", Role.REPORTER, "FJS"),
        ("leader", Role.LEADER, None),
        ("monitor", Role.MONITOR, None),
        ("ended", Role.LEADER, None),
        ("expired", Role.LEADER, None),
    ):
        expires = datetime.now(UTC) + timedelta(milliseconds=1) if name == "expired" else None
        made, SECRETS[name] = tokens.create(office, name, role, unit, expires)
        if name == "ended":
            tokens.end(office, made.token_id)
    for unit in ("DAG", "FJS"):
        FILES[unit] = filled(store, "BE-08", unit, OCTOBER, sample_rows("BE-08", unit))
    rows = sample_rows("BE-08", "DAG")
    FILES["bad"] = filled(store, "BE-08", "DAG", OCTOBER, [{**rows[0], "r5": 43}, *rows[1:]])
    store.close()
    with served(path) as one:
        yield one


def ask(server: Served, method: str, path: str, token: str | None = None, **more) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {SECRETS.get(token, token)}"} if token else {}
    headers |= more.pop("headers", {})
    answer = httpx2.request(method, f"{server.address}{BASE}{path}", headers=headers, timeout=60, verify=False, **more)
    judge(answer, method, path)
    return answer


def hand_in(server: Served, token: str, own: str, **query) -> httpx2.Response:
    return ask(server, "POST", "/workbooks", token, params={"file_name": f"{own}.xlsx", **query}, content=FILES[own])


READ = (*(f"/{name}" for name in LISTS), "/blanks?period=2026-10")


@pytest.mark.parametrize(
    ("path", "token"),
    list(itertools.product(READ, (None, "garbage", "ended", "expired", "dag", "fjs", "leader", "monitor"))),
)
def test_who_may_read_what(server, path, token):
    answer = ask(server, "GET", path, token)
    expected = {None: 401, "garbage": 401, "ended": 401, "expired": 401, "monitor": 403}.get(token, 200)
    assert answer.status_code == expected, answer.text
    if expected == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if expected == 200 and token in ("dag", "fjs"):
        assert {row["unit"] for row in answer.json()} <= {token.upper()}


@pytest.mark.parametrize("path", [*READ, "/openapi.json", "/workbooks", "/declarations", "/receipts/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_without_a_token_is_refused(server, path, method):
    answer = ask(server, method, path)
    takes = "POST" if path in ("/workbooks", "/declarations") else "GET"
    assert answer.status_code == (401 if method == takes else 405) and "error" in answer.json()
    if method != takes:
        assert takes in answer.headers["allow"]


def test_a_session_is_no_token(server):
    client = Client(server.address)
    client.sign_in("office")
    assert client.ask("GET", f"{BASE}/late").status_code == 401
    assert client.ask("POST", f"{BASE}/workbooks", content=FILES["DAG"]).status_code == 401


@pytest.mark.parametrize("way", ["Basic", "bearer", "Token", ""])
def test_the_scheme_is_bearer(server, way):
    answer = ask(server, "GET", "/late", headers={"Authorization": f"{way} {SECRETS['dag']}".strip()})
    assert answer.status_code == (200 if way == "bearer" else 401)


# Another unit's things


@pytest.mark.parametrize("path", [*(f"/{name}?unit=FJS" for name in LISTS), "/blanks?period=2026-10&unit=FJS"])
def test_another_units_list_is_refused_and_never_empty(server, path):
    answer = ask(server, "GET", path, "dag")
    assert answer.status_code == 403 and "FJS" in answer.json()["error"]["message"]
    assert ask(server, "GET", path, "leader").status_code == 200


def test_another_units_things_by_every_way(server):
    receipt = hand_in(server, "fjs", "FJS").json()[0]
    number = receipt["receipt_no"]
    for ending in ("", "/original", "/marked"):
        assert ask(server, "GET", f"/receipts/{number}{ending}", "dag").status_code == 404
    assert ask(server, "GET", f"/receipts/{number}", "dag").text == ask(
        server, "GET", "/receipts/20261120-00000000", "dag"
    ).text.replace("20261120-00000000", number)
    assert ask(server, "GET", f"/receipts/{number}", "fjs").json()["receipt_no"] == number
    assert ask(server, "GET", f"/receipts/{number}/original", "fjs").content == FILES["FJS"]
    assert ask(server, "GET", f"/receipts/{number}/original", "leader").content == FILES["FJS"]
    assert ask(server, "GET", "/blanks/FJS/BE-08/2026-10", "dag").status_code == 403
    assert ask(server, "POST", "/workbooks?unit=FJS", "dag", content=FILES["FJS"]).status_code == 403
    returned = ask(server, "POST", "/workbooks?file_name=x.xlsx", "dag", content=FILES["FJS"])
    assert returned.status_code == 422  # the file says FJS, the token says DAG
    assert [one["severity"] for one in returned.json()[0]["issues"]] == ["error"]
    said = {"kind": "zero_report", "template": "BE-02", "period": "2026-10", "unit": "FJS"}
    assert ask(server, "POST", "/declarations", "dag", json=said).status_code == 403
    assert ask(server, "POST", "/workbooks", "leader", content=FILES["FJS"]).status_code == 403
    assert ask(server, "GET", "/late?unit=DAG&unit=FJS", "dag").status_code == 400


# Handing in


def test_a_workbook_handed_in_is_received_checked_and_known(server):
    dry = hand_in(server, "dag", "DAG", dry_run="true")
    assert dry.status_code == 200 and dry.json()[0]["outcome"] in ("ready", "duplicate")
    first = hand_in(server, "dag", "DAG")
    assert first.status_code == 201, first.text
    (receipt,) = first.json()
    assert (receipt["outcome"], receipt["unit"], receipt["template"]) == ("accepted", "DAG", "BE-08")
    again = hand_in(server, "dag", "DAG")
    assert again.status_code == 200 and again.json()[0]["outcome"] == "duplicate"
    kept = ask(server, "GET", f"/receipts/{receipt['receipt_no']}", "dag").json()
    assert kept["received_at"] == receipt["received_at"] and kept["status"] == receipt["status"]
    dues = {row["template"]: row for row in ask(server, "GET", "/dues?period=2026-10", "dag").json()}
    assert dues["BE-08"]["first_received_at"] == receipt["received_at"]


def test_a_bad_workbook_comes_back_with_its_cells(server):
    answer = ask(server, "POST", "/workbooks?lang=en", "dag", files={"file": ("坏表.xlsx", FILES["bad"])})
    assert answer.status_code == 422
    (receipt,) = answer.json()
    assert receipt["file"] == "坏表.xlsx" and receipt["status"] is None
    errors = [issue for issue in receipt["issues"] if issue["severity"] == "error"]
    assert errors and all((issue["cell"] and issue["message"].isascii() is False) or issue["cell"] for issue in errors)
    marked = ask(server, "GET", f"/receipts/{receipt['receipt_no']}/marked", "dag")
    assert marked.status_code == 200 and len(openpyxl.load_workbook(io.BytesIO(marked.content)).sheetnames) > 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"explanation": "核实无误"}, "explanation"),
        ({"period": "Oktober"}, "period"),
        ({"unit": "NOBODY"}, "unit"),
        ({"dry_run": "maybe"}, "dry_run"),
        ({"received_at": "2026-10-01"}, "unknown_parameter"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_is_taken_in(server, query, code):
    answer = hand_in(server, "dag", "DAG", **query)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == code


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04 no", b"<html>"])
def test_what_is_no_workbook_is_returned_or_refused(server, content):
    answer = ask(server, "POST", "/workbooks?file_name=x.xlsx", "dag", content=content)
    assert answer.status_code == (422 if content else 400)


def test_more_than_ten_megabytes_are_too_many(server):
    answer = ask(server, "POST", "/workbooks", "dag", content=b"x" * (MAX_BYTES + 1))
    assert answer.status_code == 413
    assert ask(server, "POST", "/workbooks", "dag", content=b"x" * (MAX_BYTES + 200_000)).status_code == 413


def test_the_forms_of_a_form(server):
    two = [("file", ("a.xlsx", FILES["DAG"])), ("file", ("b.xlsx", FILES["DAG"]))]
    assert ask(server, "POST", "/workbooks", "dag", files=two).status_code == 400
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert ask(server, "POST", "/workbooks", "dag", content=b"--y\r\n", headers=broken).status_code == 400
    assert (
        ask(server, "POST", "/workbooks", "dag", files={"file": ("a.xlsx", b"x")}, data={"odd": "1"}).status_code == 400
    )


def test_a_zero_report_is_declared_once(server):
    owed = [row for row in ask(server, "GET", "/dues?period=2026-10", "dag").json() if row["zero_report_allowed"]]
    said = {"kind": "zero_report", "template": owed[0]["template"], "period": "2026-10", "reason": "本月无此类业务"}
    first, again = (ask(server, "POST", "/declarations", "dag", json=said) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["receipt_no"] == again.json()["receipt_no"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "zero_report", "template": "BE-08", "period": "2031-01"}, 422),
        ({"kind": "zero_report", "template": "NONE", "period": "2026-10"}, 400),
        ({"kind": "zero_report", "template": "BE-08", "period": "soon"}, 400),
        ({"kind": "praise", "template": "BE-08", "period": "2026-10"}, 400),
        (
            {"kind": "platform_declaration", "template": "BE-08", "period": "2026-10", "count": 1, "delivered_on": "x"},
            400,
        ),
        ([1], 400),
        ({"kind": {}}, 400),
    ],
)
def test_a_statement_that_cannot_be_is_refused(server, said, status):
    assert ask(server, "POST", "/declarations", "dag", json=said).status_code == status


def test_a_programs_share_of_a_day_is_that_of_a_person(tmp_path):
    """The limit is the page's; here it is reached by what the store says came today."""
    store = reference_store(tmp_path / "store.duckdb")
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    made, secret = tokens.create(office, "dag", Role.REPORTER, "DAG")
    with store.write() as cursor:
        cursor.execute("INSERT INTO workbook_file (sha256, size) VALUES ('x', 1)")
        cursor.execute(
            """INSERT INTO submission (submission_id, sha256, outcome, sent_by, sent_unit, received_at, recorded_at)
            SELECT 'x' || i, 'x', 'returned', ?, 'DAG', now(), now() - to_milliseconds(i) FROM range(?) r(i)""",
            [f"token:{made.token_id}", quota.MAX_FILES],
        )
    store.close()
    with served(store.path) as server:
        answer = ask(server, "POST", "/workbooks", secret, content=b"x")
    assert answer.status_code == 429 and answer.json()["error"]["code"] == "quota" and "retry-after" in answer.headers


# Lists


def command_line(server: Served, name: str, *words: str) -> list:
    done = subprocess.run(
        [sys.executable, "-m", "data", name, "--json", *words],
        env=os.environ | {"ZHUNDIAN_STORE": str(server.log).removesuffix(".log")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", LISTS)
def test_the_answers_are_those_of_the_command_line(server, name):
    at = "2026-11-24T09:00:00+08:00"
    at = min(at, datetime.now(UTC).isoformat())
    period = [] if name == "freshness" else ["--period", "2026-10"]
    of_month = "&period=2026-10" if period else ""
    for words, query in (
        (["--as-of", at], f"?as_of={quote(at)}"),
        (["--as-of", at, *period, "--unit", "DAG"], f"?as_of={quote(at)}{of_month}&unit=DAG"),
    ):
        assert ask(server, "GET", f"/{name}{query}", "leader").json() == command_line(server, name, *words)


@pytest.mark.parametrize("name", LISTS)
def test_csv_holds_the_same_cells(server, name):
    rows = ask(server, "GET", f"/{name}", "leader").json()
    answer = ask(server, "GET", f"/{name}", "leader", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(read) == len(rows)
    for one, row in zip(read, rows, strict=True):
        for key, value in row.items():
            if isinstance(value, str):
                assert one[key] == value
            elif value is None:
                assert one[key] == ""


def test_no_cell_of_a_csv_is_a_formula(server):
    """A section's file name, an explanation: whatever comes from outside stays text where it is opened."""
    from web.api.lists import as_csv

    row = {"a": "=cmd|' /C calc'!A0", "b": "+3", "c": "-x", "d": {"k": "=1"}, "e": None, "f": 1.5}
    written = as_csv([row], list(row))
    (row,) = csv.reader(io.StringIO(written.decode("utf-8-sig").split("\r\n", 1)[1]))
    assert row == ["'=cmd|' /C calc'!A0", "+3", "'-x", '{"k": "=1"}', "", "1.5"]


@pytest.mark.parametrize(
    "query",
    ["period=2026-13", "as_of=yesterday", "as_of=2999-01-01", "format=xml", "unit=NOBODY", "perod=2026-10"],
)
def test_a_question_that_cannot_be_answered_is_refused(server, query):
    answer = ask(server, "GET", f"/late?{query}", "leader")
    assert answer.status_code == 400, answer.text


# The rest


def test_what_is_not_there_says_so_in_the_same_form(server):
    for path in ("/nowhere", "/late/x", "/", ""):
        assert ask(server, "GET", path, "leader").json()["error"]["code"] == "unknown_path"


def test_wrong_tokens_are_few_and_shut_out_no_good_one(tmp_path):
    store = reference_store(tmp_path / "store.duckdb")
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    secret = tokens.create(office, "dag", Role.REPORTER, "DAG")[1]
    store.close()
    with served(store.path) as server:
        answers = [ask(server, "GET", "/late", f"zhundian_{n}") for n in range(sessions.MAX_OF_ADDRESS + 1)]
        assert [answer.status_code for answer in answers] == [401] * sessions.MAX_OF_ADDRESS + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert ask(server, "GET", "/late", secret).status_code == 200
        assert secret not in server.log.read_text(encoding="utf-8")
        assert Client(server.address).sign_in("office").status_code == 303  # people at that address still get in


def test_wrong_passwords_of_an_account_named_api_keep_no_program_out(server):
    for number in range(sessions.MAX_OF_USER + 2):
        Client(server.address).sign_in("api", f"x{number}")
    assert ask(server, "GET", "/late", "leader").status_code == 200


def test_a_token_that_is_ended_opens_nothing_from_then_on(server):
    path = str(server.log).removesuffix(".log")
    environment = os.environ | {"ZHUNDIAN_STORE": path}

    def run(*words: str) -> dict:
        command = [sys.executable, "-m", "data", "tokens", *words, "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    made = run("create", "--name", "short-lived", "--role", "leader")
    assert ask(server, "GET", "/late", made["secret"]).status_code == 200
    run("end", made["token_id"])
    assert ask(server, "GET", "/late", made["secret"]).status_code == 401


def test_figures_for_the_monitor(server):
    address = f"{server.address}/metrics"
    for token, status in (("monitor", 200), ("leader", 200), ("dag", 403), ("garbage", 401), (None, 401)):
        headers = {"Authorization": f"Bearer {SECRETS.get(token, token)}"} if token else {}
        answer = httpx2.get(address, headers=headers, timeout=30)
        assert answer.status_code == status, token
        if status == 200:
            assert 'zhundian_submissions{outcome="accepted"}' in answer.text
            assert 'zhundian_requests_total{method="GET",route="/api/v1/late",status="200"}' in answer.text
            assert "zhundian_dues" in answer.text and "nowhere" not in answer.text


def test_the_document_and_the_routes_are_the_same(server):
    written = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    coded = {"/healthz": {"GET"}, "/metrics": {"GET"}}
    for route in routes():
        if route.methods:  # those that refuse take every method
            coded.setdefault(route.path, set()).update(route.methods - {"HEAD"})
    assert {path: {method.upper() for method in one} for path, one in written.items()} == coded
    assert ask(server, "GET", "/openapi.json", "monitor").json()["paths"] == written
