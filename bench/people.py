"""Many people at once, by real web sockets of Streamlit against the real server: how long they wait, and what it costs.

python -m bench.people STORE [--people N] [--think SECONDS] [--uploads N] [--seconds N]

STORE: one with a history (python -m loaders sample); it is copied, never changed. --uploads: workbooks a minute that
clerks hand in beside those who read: put into the page, checked, sent. The people are on the server's own machine.
"""

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench.month import copied
from bench.visitor import Tab, memory_megabytes, processor_seconds, signed_in, tab, with_accounts
from data.store import Store
from tests.served import Served, served

REASON = "性能测试用，数据取自示例工作簿"
CLERKS = 10
# How often which page is opened, by whom: what is done on the 22nd and the day after.
OFFICE = {"overview": 3, "late": 3, "receipts": 2, "anomalies": 2, "timeliness": 1, "freshness": 1, "indicators": 1}
OFFICE |= {"rows": 1, "board": 1, "unit": 1, "supervision": 1, "documents": 1, "reminders": 1, "dues": 1}
OFFICE |= {"deadlines": 1, "review": 1, "audit": 1, "users": 1}
LEADER = {"overview": 3, "late": 2, "indicators": 2, "timeliness": 1, "board": 1, "supervision": 1, "unit": 1}
CLERK = {"upload": 3, "overview": 2, "receipts": 2, "templates": 1, "declare": 1, "late": 1, "versions": 1, "unit": 1}


@dataclass
class Waits:
    """Seconds that people waited, by what for; and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def noted(self, what: str):
        """Notes how long the block takes."""
        began = time.perf_counter()
        yield
        with self.lock:
            self.seconds.setdefault(what, []).append(time.perf_counter() - began)

    def failed(self, fault: Exception) -> None:
        """Notes a fault, which ends whoever met it."""
        with self.lock:
            self.faults.append(f"{type(fault).__name__}: {str(fault)[:200]}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.people", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--think", type=float, default=10.0)
    parser.add_argument("--uploads", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = copied(options.store, Path(folder))
        books = newest_workbooks(store)
        people = list(with_accounts(store, list(books)[:CLERKS]).items())
        path = store.path
        store.close()
        with served(path) as server:
            _run(server, people, books, options)


def newest_workbooks(store: Store) -> dict[str, bytes]:
    """unit → the newest workbook of its own that was accepted; those with the most workbooks first."""
    rows = store.rows(
        """SELECT unit_code, arg_max(content, s.received_at) AS content
        FROM submission s JOIN workbook_file f USING (sha256)
        WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction')
        GROUP BY ALL ORDER BY count(*) DESC, unit_code"""
    )
    return {row.unit_code: row.content for row in rows}


@dataclass(frozen=True)
class Hour:
    """What all of them share: where the server is, what is noted, and when it is over."""

    server: Served
    waits: Waits
    ending: threading.Event

    def every(self, pause: float, act: Callable[[], None], chance: random.Random) -> None:
        """Does it again and again, with pauses of about so many seconds, until the hour is over."""
        while not self.ending.wait(min(chance.expovariate(1 / pause), 3 * pause)):
            act()


def _run(server: Served, people: Sequence[tuple[str, str | None]], books: dict[str, bytes], options) -> None:
    hour, clerks = Hour(server, Waits(), threading.Event()), [(user, unit) for user, unit in people if unit]
    with tab(signed_in(server.address, people[0][0])) as office:  # whoever comes first after a start waits for more
        for page in dict.fromkeys([*OFFICE, *CLERK]):
            office.open(page)
    jobs = [
        (_read, (hour, *_reader(number, people, clerks), number, options.think)) for number in range(options.people)
    ]
    if options.uploads:
        pause = 60 * len(clerks) / options.uploads
        jobs += [(_hand_in, (hour, user, books[unit], number, pause)) for number, (user, unit) in enumerate(clerks)]
    threads = [threading.Thread(target=_noting_faults, args=(hour.waits, *job), daemon=True) for job in jobs]
    used, began = processor_seconds(server.process_id), time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(options.seconds)
    hour.ending.set()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - began, processor_seconds(server.process_id) - used
    _print(hour.waits, used, took, memory_megabytes(server.process_id))


def _reader(number: int, people: Sequence[tuple[str, str | None]], clerks: Sequence) -> tuple[str, Mapping[str, int]]:
    """Of ten people three of the office, two leaders, five clerks."""
    if number % 10 < 3:
        return people[0][0], OFFICE
    return (people[1][0], LEADER) if number % 10 < 5 else (clerks[number % len(clerks)][0], CLERK)


def _noting_faults(waits: Waits, act: Callable[..., None], about: tuple) -> None:
    try:
        act(*about)
    except Exception as fault:
        waits.failed(fault)


def _read(hour: Hour, user: str, pages: Mapping[str, int], number: int, think: float) -> None:
    chance = random.Random(number)
    with hour.waits.noted("sign-in"):
        client = signed_in(hour.server.address, user)
    with tab(client) as reader:

        def look() -> None:
            (page,) = chance.choices(list(pages), list(pages.values()))
            with hour.waits.noted("page"):
                reader.open(page)

        hour.every(think, look, chance)
        _tell_faults(hour, reader, user)


def _hand_in(hour: Hour, user: str, content: bytes, number: int, pause: float) -> None:
    chance, sent = random.Random(number), 0
    with tab(signed_in(hour.server.address, user)) as clerk:

        def hand_in() -> None:
            nonlocal sent
            sent += 1
            clerk.open("upload")
            state = clerk.sent_up("a.xlsx", content + b"\0" * sent)
            with hour.waits.noted("upload, until it is checked"):
                clerk.set("upload", [state])
            states = [state, *(WidgetState(id=asked.id, string_value=REASON) for asked in _explanations(clerk))]
            if len(states) > 1:
                clerk.set("upload", states)
            (button,) = (button for button in clerk.elements("button") if "send-" in button.id)
            with hour.waits.noted("upload, until its receipt"):
                clerk.set("upload", [*states, WidgetState(id=button.id, trigger_value=True)])
            if not any("已接收" in shown.body or "ccepted" in shown.body for shown in clerk.elements("alert")):
                raise RuntimeError(f"expected a receipt, found {[shown.body for shown in clerk.elements('alert')]}")

        hour.every(pause, hand_in, chance)
        _tell_faults(hour, clerk, user)


def _explanations(clerk: Tab) -> list:
    return [asked for asked in clerk.elements("text_input") if "explain-" in asked.id]


def _tell_faults(hour: Hour, shown: Tab, user: str) -> None:
    if shown.faults:
        hour.waits.failed(RuntimeError(f"{user}: {shown.faults} pages showed an exception"))


def _print(waits: Waits, used: float, took: float, memory: tuple[int, int]) -> None:
    for what, seconds in sorted(waits.seconds.items()):
        ordered = sorted(seconds)
        p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
        print(
            f"{what:28} n {len(ordered):5}  p50 {statistics.median(ordered):6.3f} s  p95 {p95:6.3f} s  "
            f"p99 {p99:6.3f} s  most {ordered[-1]:6.3f} s"
        )
    number = sum(map(len, waits.seconds.values()))
    print(f"processor time of the server: {used:.1f} s in {took:.0f} s, {1000 * used / max(1, number):.0f} ms an act")
    print(f"its memory: {memory[0]} MB, at most {memory[1]} MB")
    print(f"faults: {len(waits.faults)}")
    for fault in waits.faults[:5]:
        print(f"  {fault}")


if __name__ == "__main__":
    main()
