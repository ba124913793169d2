"""Long work stays in its lane, and what Streamlit sends is packed: who waits, and what comes over the wire."""

import gzip
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import streamlit

from tests.web.people import PASSWORD, Client
from web.lanes import HASHING, Lane

STATIC = Path(streamlit.__file__).parent / "static" / "static"


def test_so_many_at_once_and_no_more() -> None:
    lane, inside, most = Lane(2), [], []
    counting = threading.Lock()

    def work() -> None:
        with lane.entered():
            with counting:
                inside.append(1)
                most.append(len(inside))
            time.sleep(0.02)
            with counting:
                inside.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(8)]:
            done.result()
    assert max(most) == 2


def test_whoever_is_in_a_lane_goes_on_and_leaves_it_by_a_fault() -> None:
    lane = Lane(1)
    for _ in range(2):
        try:
            with lane.entered(), lane.entered():
                raise ValueError
        except ValueError:
            pass


def test_people_are_let_in_while_many_sign_in(server) -> None:
    """More who sign in than there are threads that let requests in: a page of somebody else does not wait for them."""
    assert HASHING.total_tokens == 2
    with ThreadPoolExecutor(60) as pool:
        crowd = [pool.submit(lambda: Client(server.address).sign_in("nobody", PASSWORD).status_code) for _ in range(60)]
        time.sleep(0.3)
        waiting = sum(not one.done() for one in crowd)
        began = time.perf_counter()
        assert Client(server.address).ask("GET", "/sign-in").status_code == 200
        took = time.perf_counter() - began
        still = sum(not one.done() for one in crowd)
        answers = {one.result() for one in crowd}
    assert answers <= {401, 429}
    assert waiting == 0 or still > 0 or took < 5  # it did not come after all of them


def _scripts(office: Client) -> list[str]:
    page = office.ask("GET", "/").text
    asked = re.findall(r'(?:src|href)="\.?/static/([^"]+\.(?:js|css))"', page)
    return [f"/static/{path}" for path in asked if (STATIC / path).stat().st_size > 1024]  # smaller ones are as quick


def test_scripts_and_styles_come_packed_and_are_what_they_were(as_person) -> None:
    office = as_person("office")
    scripts = _scripts(office)
    assert scripts
    for path in scripts:
        answer = office.ask("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert answer.status_code == 200 and answer.headers["content-encoding"] == "gzip", path
        assert "immutable" in answer.headers["cache-control"] and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content == (STATIC / path.removeprefix("/static/")).read_bytes()
        assert int(answer.headers["content-length"]) < len(answer.content)


def test_whoever_cannot_unpack_gets_it_plain_and_what_is_not_there_is_not(as_person) -> None:
    office, (path, *_) = as_person("office"), _scripts(as_person("office"))
    answer = office.ask("GET", path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200 and "content-encoding" not in answer.headers
    assert answer.content == (STATIC / path.removeprefix("/static/")).read_bytes()
    part = office.ask("GET", path, headers={"Range": "bytes=0-9"})
    assert "content-encoding" not in part.headers
    for wrong in ("/static/%2e%2e/index.html", "/static/js/%2e%2e/%2e%2e/index.html"):
        assert office.ask("GET", wrong).status_code != 200, wrong


def test_nobody_gets_scripts_without_signing_in(server, as_person) -> None:
    (path, *_) = _scripts(as_person("office"))
    answer: httpx2.Response = Client(server.address).ask("GET", path)
    assert answer.status_code in (303, 401)
    assert answer.content[:2] != gzip.compress(b"")[:2]
