"""What programs cost: a scrape of /metrics, an upload, a list, by HTTP against the real server.

python -m bench.api STORE [--cells N] [--rounds N]     STORE: one with a history (python -m loaders sample); it is
copied, never changed. --cells: the copy is blown up to so many, by units that repeat those that are there.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.month import copied
from data.access import Role
from data.people import tokens
from data.store import Store
from tests.served import Served, served

REASON = "性能测试用，数据取自示例工作簿"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = copied(options.store, Path(folder))
        unit, content = _blown_up(store, options.cells)
        secrets = {"unit": tokens.create(store, "bench", Role.REPORTER, unit)[1]}
        secrets |= {role: tokens.create(store, "bench", Role(role))[1] for role in ("monitor", "leader")}
        names = ("fact", "submission", "due")
        print(", ".join(f"{store.rows(f'SELECT count(*) FROM {name}')[0][0]} {name}s" for name in names))
        path = store.path
        store.close()
        with served(path) as server:
            _print(server, secrets, content, options.rounds)


def _blown_up(store: Store, cells: int) -> tuple[str, bytes]:
    """A unit with a workbook of its own, after the store has grown by repeating what it holds."""
    rows = store.rows(
        """SELECT unit_code, content FROM submission JOIN workbook_file USING (sha256)
        WHERE outcome = 'accepted' AND kind = 'workbook' ORDER BY row_count DESC LIMIT 1"""
    )[0]
    number = store.rows("SELECT count(*) FROM fact")[0][0]
    for turn in range(max(0, round(cells / number) - 1)):
        with store.write() as cursor:
            for table, changed in (
                ("due", "unit_code || $turn AS unit_code"),
                ("submission", "unit_code || $turn AS unit_code, submission_id || $turn AS submission_id"),
                ("fact", "submission_id || $turn AS submission_id"),
            ):
                is_original = "NOT contains(unit_code, '~')" if table != "fact" else "NOT contains(submission_id, '~')"
                cursor.execute(
                    f"INSERT INTO {table} BY NAME SELECT * REPLACE ({changed}) FROM {table} WHERE {is_original}",
                    {"turn": f"~{turn}"},
                )
    return rows


def _print(server: Served, secrets: dict[str, str], content: bytes, rounds: int) -> None:
    def ask(method: str, path: str, who: str, body: bytes | None = None) -> bytes:
        # a connection each, as curl and cron make it
        with closing(http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)) as connection:
            connection.request(method, path, body, {"Authorization": f"Bearer {secrets[who]}"})
            answer = connection.getresponse()
            said = answer.read()
        assert answer.status in (200, 201), (answer.status, said[:300])
        return said

    sent = 0

    def upload() -> None:
        nonlocal sent
        sent += 1
        path = f"/api/v1/workbooks?file_name=a.xlsx&explanation={_quoted(REASON)}"
        (receipt,) = json.loads(ask("POST", path, "unit", content + b"\0" * sent))
        assert receipt["outcome"] == "accepted", receipt

    def scrape() -> None:
        ask("GET", "/metrics", "monitor")

    health = _times(lambda: ask("GET", "/healthz", "monitor"), rounds)
    print(f"GET /healthz, which does nothing:          {health}")
    print(f"GET /metrics:                              {_times(scrape, rounds)}")
    print(f"GET /metrics, first after a write:         {_times(scrape, rounds // 2, before=upload)}")
    print(f"POST /workbooks, {len(content) / 1024:.0f} kB:                    {_times(upload, rounds)}")
    late = _times(lambda: ask("GET", "/api/v1/late?period=2026-10", "leader"), rounds // 2)
    print(f"GET /late?period=2026-10 as leader:        {late}")


def _times(act: Callable[[], object], rounds: int, before: Callable[[], object] = lambda: None) -> str:
    taken = []
    for _ in range(rounds + 2):
        before()
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    taken = sorted(taken[2:])
    return f"p50 {statistics.median(taken):6.1f} ms, most {taken[-1]:6.1f} ms, n {len(taken)}"


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


if __name__ == "__main__":
    main()
