"""Every way out of an endpoint is an answer in the API's form; and however many programs come, threads are left."""

import asyncio
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from data.access import Forbidden, Person, Right, Role
from data.catalogue.files import CatalogueError
from data.fault import Fault
from data.store import StoreError
from web.api import answering
from web.api.refusals import Refused

PERSON = Person("token:1", "t", Role.LEADER, via="api")
SECRET = "zhundian_secret"


@pytest.fixture(autouse=True)
def anybody(monkeypatch):
    """Who comes is known, and the store is not asked."""
    monkeypatch.setattr(answering, "asking", lambda _: PERSON)
    seen = SimpleNamespace(timely=lambda moment: moment)
    monkeypatch.setattr(answering, "open_store", lambda: SimpleNamespace(seen_by=lambda _: seen))


def request(query: str = "", body: Exception | bytes = b"") -> Request:
    async def receive() -> dict[str, Any]:
        if isinstance(body, Exception):
            raise body
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"authorization", f"Bearer {SECRET}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": query.encode(), "headers": headers}
    return Request(scope, receive)


def raising(error: Exception) -> Any:
    def answer(_: answering.Asked) -> Response:
        raise error

    return answering.endpoint(answer)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused(400, "form.proofs", found=2), 400, "form"),
        (Fault("declaration.not_due", unit="A", template="T", period="2026-10"), 422, "not_due"),
        (Forbidden(PERSON, Right.REPORT, "DAG"), 403, "forbidden"),
        (StoreError("/srv/secret/store.duckdb: the disk is full"), 503, "store"),
        (CatalogueError(["/srv/secret: no catalogue"]), 503, "store"),
        (KeyError("/srv/secret"), 500, "bug"),
        (RecursionError(), 500, "bug"),
        (ValueError("/srv/secret"), 500, "bug"),
    ],
)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_way_out_is_an_answer(capsys, error, status, code, lang):
    response = asyncio.run(raising(error)(request(f"lang={lang}")))
    said = json.loads(response.body)["error"]
    assert (response.status_code, said["code"]) == (status, code)
    assert "/srv/secret" not in said["message"] and said["message"].isascii() is (lang == "en")
    printed = capsys.readouterr()
    assert ("Traceback" in printed.err) is (status == 500)
    assert (printed.err != "") is (status >= 500) and SECRET not in printed.err and printed.out == ""


@pytest.mark.parametrize("code", ["unit", "template", "period", "period.cycle"])
def test_what_the_catalogue_does_not_know_is_400_under_its_name(code):
    """At every address alike, whether the template's cycle is known or not."""
    response = asyncio.run(raising(Fault(f"catalogue.{code}", found="x", cycle="month"))(request("lang=en")))
    said = json.loads(response.body)["error"]
    assert (response.status_code, said["code"]) == (400, code.partition(".")[0])
    assert said["message"].startswith(f"{said['code']}: expected") and "“x”" in said["message"]


def test_who_goes_away_is_no_bug(capsys):
    response = asyncio.run(answering.endpoint(lambda _: Response())(request(body=ClientDisconnect())))
    assert response.status_code == 400 and capsys.readouterr().err == ""


def test_a_right_that_the_role_has_not_is_refused_before_anything_is_read():
    unread = request(body=AssertionError("it was read"))
    response = asyncio.run(answering.endpoint(lambda _: Response(), Right.REPORT)(unread))
    assert response.status_code == 403


def test_however_many_come_threads_are_left_for_others(monkeypatch):
    """anyio has 40 threads for everybody: the guard asks the store in one of them at each request."""
    go, working = threading.Event(), []

    def slow(_: answering.Asked) -> Response:
        working.append(1)
        assert go.wait(10)
        return Response("done")

    async def come() -> None:
        reply = answering.endpoint(slow)
        programs = [asyncio.create_task(reply(request())) for _ in range(60)]
        try:
            await asyncio.sleep(0.3)
            assert len(working) == answering._AT_ONCE.total_tokens
            assert await asyncio.wait_for(run_in_threadpool(lambda: "a page"), 2) == "a page"
            quick = answering.endpoint(lambda _: Response("quick"), is_quick=True)
            assert (await asyncio.wait_for(quick(request()), 2)).body == b"quick"
        finally:
            go.set()
        assert {(await one).body for one in programs} == {b"done"}

    asyncio.run(come())
