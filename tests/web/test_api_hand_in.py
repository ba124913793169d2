"""Handing in by program: archives, hostile files, two at once, slow bodies, limits; and what the trail has of it."""

import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import quote

import openpyxl
import pytest

from data.backup import check
from data.store import Store
from tests.conftest import REASON, filled, sample_rows
from tests.loaders.arriving import hostile
from tests.loaders.workshop import Blanks
from tests.served import served
from tests.web.programs import OCTOBER, Programs, bureau

pytestmark = pytest.mark.variants

FILES: dict[str, bytes] = {}
HOSTILE = [name for name in hostile.NAMES if name not in hostile.HEAVY][::9]


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    path = tmp_path_factory.mktemp("hand_in") / "store.duckdb"
    store, secrets = bureau(path)
    for unit, template in (("DAG", "BE-08"), ("DAG", "BE-07"), ("FJS", "BE-08")):
        FILES[f"{unit} {template}"] = filled(store, template, unit, OCTOBER, sample_rows(template, unit))
    blanks = Blanks(store)
    for name in HOSTILE:
        FILES[name] = hostile.case(name, blanks).content
    store.close()
    with served(path) as server:
        yield Programs(server, secrets)
    whole = Store(path)
    assert check(whole) == []
    whole.close()


def numbered(content: bytes, number: int) -> bytes:
    """The same figures in another file."""
    return content + b"\0" * number


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.xlsx", content)
    return out.getvalue()


def test_an_archive_is_so_many_receipts(programs):
    archive = zipped(a=FILES["DAG BE-08"], b=numbered(FILES["DAG BE-07"], 1))
    first = programs.hand_in(archive, file_name="十月.zip", explanation=REASON)
    assert first.status_code == 201, first.text
    assert [one["outcome"] for one in first.json()] == ["accepted", "accepted"]
    assert {one["template"] for one in first.json()} == {"BE-07", "BE-08"}
    again = programs.hand_in(archive, file_name="十月.zip")
    assert again.status_code == 200 and {one["outcome"] for one in again.json()} == {"duplicate"}
    mixed = programs.hand_in(zipped(a=FILES["DAG BE-08"], b=b"PK no workbook"), file_name="十月.zip")
    assert mixed.status_code == 422 and {one["outcome"] for one in mixed.json()} == {"duplicate", "returned"}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_an_attacker_sends_gets_an_answer_in_the_documents_form(programs, name):
    """What each deserves is tested in tests/loaders; here the dry run, which writes nothing, gets through HTTP."""
    content = FILES[name]
    answer = programs.hand_in(content or b"\0", dry_run="true")
    assert answer.status_code == 200 and answer.json(), answer.text
    assert {one["outcome"] for one in answer.json()} <= {"ready", "returned", "duplicate"}
    assert all(one["receipt_no"] is None for one in answer.json() if one["outcome"] != "duplicate")


def test_the_same_file_from_two_at_once_is_accepted_once(programs):
    content = numbered(FILES["FJS BE-08"], 7)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: programs.hand_in(content, "fjs"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()[0]["receipt_no"] for answer in answers}) == 1


def test_many_at_once_are_all_taken_in(programs):
    with ThreadPoolExecutor(24) as pool:
        answers = pool.map(programs.hand_in, [numbered(FILES["DAG BE-08"], 100 + n) for n in range(24)])
        receipts = [answer.json()[0] for answer in answers]
    assert {one["outcome"] for one in receipts} == {"accepted"}
    assert len({one["version"] for one in receipts}) == 24


def test_received_is_when_the_last_byte_came(programs):
    content, host = numbered(FILES["FJS BE-08"], 8), programs.server.address.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=30) as slow:
        head = f"POST /api/v1/workbooks?file_name=a.xlsx HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        head += f"Authorization: Bearer {programs.secrets['fjs']}\r\nContent-Length: {len(content)}\r\n\r\n"
        slow.sendall(head.encode() + content[:-1])
        time.sleep(1.5)
        before = datetime.now(UTC)
        slow.sendall(content[-1:])
        answer = b"".join(iter(lambda: slow.recv(65536), b""))
    (receipt,) = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert before <= datetime.fromisoformat(receipt["received_at"]) <= datetime.now(UTC)


def test_who_goes_away_in_the_middle_leaves_nothing_behind(programs):
    host = programs.server.address.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=30) as cut:
        head = f"POST /api/v1/workbooks HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100000\r\n"
        cut.sendall(f"{head}Authorization: Bearer {programs.secrets['dag']}\r\n\r\n".encode() + b"PK")
        time.sleep(0.3)
    time.sleep(0.3)
    assert programs.ask("GET", "/issues", "dag").status_code == 200
    assert "Traceback" not in programs.log()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"unit": ["DAG", "FJS"]}, "twice"),
        ({"file_name": "长" * 300}, "too_long"),
        ({"explanation": "本月集中办结上月结转件" * 200}, "too_long"),
        ({"received_at": "2026-10-01"}, "form"),
        ({"unit": "NONE"}, "unit"),
    ],
)
def test_a_form_says_each_thing_once_and_shortly(programs, said, code):
    answer = programs.ask("POST", "/workbooks", "dag", files={"file": ("a.xlsx", FILES["DAG BE-08"])}, data=said)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == code


def test_query_and_form_do_not_contradict_each_other(programs):
    files = {"file": ("a.xlsx", FILES["DAG BE-08"])}
    answer = programs.ask("POST", "/workbooks?unit=DAG", "dag", files=files, data={"unit": "DAG"})
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "twice"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"resaon": "本月未开展"}, "unknown_parameter"),
        ({"received_at": "2026-10-01"}, "unknown_parameter"),
        ({"reason": "无" * 201}, "too_long"),
        ({"period": 2031}, "period"),
    ],
)
def test_a_statement_says_nothing_that_is_not_asked(programs, said, code):
    whole = {"kind": "zero_report", "template": "BE-08", "period": "2026-10"} | said
    answer = programs.ask("POST", "/declarations", "dag", json=whole)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == code


def test_only_who_may_hand_in_is_listened_to(programs):
    for who in ("leader", "monitor"):
        for path in ("/workbooks", "/declarations"):
            assert programs.ask("POST", path, who, content=FILES["DAG BE-08"]).status_code == 403


def test_a_sheet_named_as_a_formula_is_text_in_the_csv(programs):
    book = openpyxl.load_workbook(io.BytesIO(FILES["DAG BE-08"]))
    book.worksheets[0].title = "=1+1|x"
    book.worksheets[0]["D6"] = "很多"
    out = io.BytesIO()
    book.save(out)
    receipt = programs.hand_in(out.getvalue())
    assert receipt.status_code == 422
    answer = programs.ask("GET", "/issues?format=csv", "dag").content.decode("utf-8-sig")
    assert ",'=1+1|x," in answer and ",=1+1" not in answer


def test_what_is_fetched_has_a_name_for_every_program(programs):
    (receipt,) = programs.hand_in(b"no workbook", file_name='坏 表;"x.CSV').json()
    number = receipt["receipt_no"]
    said = programs.ask("GET", f"/receipts/{number}/original", "dag").headers["content-disposition"]
    assert f'filename="{number}.CSV"' in said and said.endswith(quote('坏 表;"x.CSV'))
    said = programs.ask("GET", "/blanks/DAG/BE-08/2026-10", "dag").headers["content-disposition"]
    assert 'filename="BE-08_DAG_2026-10.xlsx"' in said and "filename*=UTF-8''BE-08_" in said


def test_words_come_in_the_language_that_is_asked_for(programs):
    def said(path: str, accepted: str = "") -> str:
        answer = programs.ask("GET", path, "dag", headers={"Accept-Language": accepted})
        return answer.json()["error"]["message"]

    assert said("/late?perod=1", "en-GB,zh;q=0.5").startswith("Expected")
    assert said("/late?perod=1", "fr, zh-Hans;q=0.9, en;q=0.1").startswith("没有")
    assert said("/late?perod=1&lang=en", "zh").startswith("Expected")
    assert said("/nowhere?lang=en").startswith("Expected")
    assert said("/late?lang=fr").startswith("lang")


def test_the_trail_has_what_was_handed_in_and_fetched_but_no_lists(programs):
    def trail() -> list[dict]:
        done = subprocess.run(
            [sys.executable, "-m", "data", "audit", "--json"],
            env=os.environ | {"ZHUNDIAN_STORE": str(programs.server.log).removesuffix(".log")},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return [row for row in json.loads(done.stdout) if row["via"] == "api"]

    (receipt,) = programs.hand_in(numbered(FILES["DAG BE-08"], 50)).json()
    before = len(trail())
    for path in ("/late", "/dues", "/issues", "/blanks?period=2026-10", f"/receipts/{receipt['receipt_no']}"):
        assert programs.ask("GET", path, "dag").status_code == 200
    assert len(trail()) == before
    assert programs.ask("GET", f"/receipts/{receipt['receipt_no']}/original", "dag").status_code == 200
    kept = {row["action"] for row in trail() if row["subject"] == receipt["receipt_no"]}
    assert "original_downloaded" in kept and len(kept) == 2
    assert not any(secret in programs.log() for secret in programs.secrets.values())
