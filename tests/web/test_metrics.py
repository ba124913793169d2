"""/metrics: figures that are right, names that say nothing of who asked, and a meter that nothing trips up."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.conftest import SHANGHAI, filled, sample_rows
from tests.served import served
from tests.web.programs import OCTOBER, Programs, bureau
from web.metrics import REQUESTS, Meter

FILES: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Iterator[Programs]:
    path = tmp_path_factory.mktemp("metrics") / "store.duckdb"
    store, secrets = bureau(path)
    FILES["good"] = filled(store, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    store.close()
    with served(path) as server:
        yield Programs(server, secrets)


def figures(programs: Programs) -> dict[tuple[str, tuple], float]:
    """(name, labels) → value."""
    headers = {"Authorization": f"Bearer {programs.secrets['monitor']}"}
    answer = httpx2.get(f"{programs.server.address}/metrics", headers=headers, timeout=30, verify=False)
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_store_and_follow_it(programs):
    before = figures(programs)
    assert programs.hand_in(FILES["good"]).status_code == 201
    assert programs.hand_in(FILES["good"]).status_code == 200
    assert programs.hand_in(b"no workbook").status_code == 422
    after = figures(programs)

    def grown(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0)

    assert grown("zhundian_submissions", outcome="accepted") == 1
    assert grown("zhundian_submissions", outcome="returned") == 1
    for outcome in ("accepted", "duplicate", "returned"):
        assert grown("zhundian_uploads_total", outcome=outcome) == 1
    assert grown("zhundian_audit_rows") == 2 and grown("zhundian_data_version") >= 2
    route = "/api/v1/workbooks"
    assert grown("zhundian_requests_total", route=route, method="POST", status="201") == 1
    assert grown("zhundian_request_seconds_count", route=route) == 3
    collected = (datetime.now(SHANGHAI).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")  # now, whatever day it is
    statuses = [row["status"] for row in programs.ask("GET", f"/dues?period={collected}", "leader").json()]
    for status in ("on_time", "late", "missing", "pending", "exempt"):
        assert after["zhundian_dues", (("status", status),)] == statuses.count(status)
    states = [row["state"] for row in programs.ask("GET", "/freshness", "leader").json()]
    for state in ("stale", "never", "ageing", "repeated", "holes", "fresh", "awaited", "closed"):
        assert after["zhundian_freshness", (("state", state),)] == states.count(state)
    assert after["zhundian_store_bytes", ()] > 0 and ("zhundian_backup_age_seconds", ()) not in after


def test_labels_are_routes_and_nothing_that_was_typed(programs):
    secret = programs.secrets["dag"]
    for path in (f"/receipts/{secret}", f"/{secret}", f"/late?unit={secret}", "/blanks/DAG/BE-08/2026-10"):
        programs.ask("GET", path, "dag")
    httpx2.get(f"{programs.server.address}/{secret}", timeout=30, verify=False)
    known = figures(programs)
    assert secret not in str(known)
    routes = {dict(labels).get("route") for name, labels in known if name == "zhundian_requests_total"}
    assert {"/api/v1/receipts/{receipt_no}", "/api/v1/blanks/{unit}/{template}/{period}", "page"} <= routes


@pytest.mark.parametrize("target", ["*", "late", "/", "/metrics", "/_stcore/x", "/%2e%2e/x"])
def test_odd_targets_trip_nothing_up(programs, target):
    """OPTIONS * has no slash at all."""
    name, port = programs.server.address.removeprefix("http://").split(":")
    with socket.create_connection((name, int(port)), timeout=30) as raw:
        raw.sendall(f"OPTIONS {target} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert int(answer.split()[1]) < 500
    assert "Traceback" not in programs.log()


def test_a_fault_before_the_answer_is_counted_as_one():
    async def broken(*_: Any) -> None:
        raise RuntimeError("a bug")

    async def nothing(*_: Any) -> None:
        return None

    meter = Meter(broken, [Route("/here/{x}", lambda _: PlainTextResponse(""))])
    scope = {"type": "http", "method": "GET", "path": "/here/1", "headers": []}
    counted = REQUESTS.labels("/here/{x}", "GET", 500)
    before = counted._value.get()
    with pytest.raises(RuntimeError):
        asyncio.run(meter(scope, nothing, nothing))
    assert counted._value.get() == before + 1
