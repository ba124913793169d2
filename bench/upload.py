"""`python -m bench.upload STORE [--rounds N]`: what an upload costs, on the newest workbook of every template.

Prints medians, ratios and the most that one upload took; nothing passes or fails. STORE is copied, never written to.
"""

import argparse
import gc
import io
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.parsers import expat

from openpyxl import Workbook, load_workbook

from bench.month import copied
from data.store import Store
from loaders.arriving.worker import READER
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from loaders.reading.workbook import read_workbook

REASON = "性能测试用，数据取自示例工作簿"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.upload", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = copied(options.store, Path(folder))
        templates = store.rows(
            """SELECT template_code, arg_max(content, s.received_at)
            FROM submission s JOIN workbook_file f USING (sha256)
            WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction') GROUP BY ALL ORDER BY ALL"""
        )
        round_ = store.rows(
            """SELECT arg_max(content, s.received_at) FROM submission s JOIN workbook_file f USING (sha256)
            WHERE outcome = 'accepted' AND kind IN ('workbook', 'correction') GROUP BY unit_code, s.template_code"""
        )
        books = [content for (content,) in round_]
        size = sum(map(len, books)) / len(books) / 1024
        print(
            f"{len(templates)} templates, a round of {len(books)} workbooks, {size:.0f} kB each, {os.cpu_count()} cores"
        )
        _print_singly(store, templates, options.rounds)
        _print_batched(store, books, options.rounds)
        _print_most(store)
        store.close()
        READER.close()


def _again(content: bytes, number: int) -> bytes:
    """The same figures in another file."""
    return content + b"\0" * number


def _print_singly(store: Store, books: Sequence[tuple[str, bytes]], rounds: int) -> None:
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        for code, content in books:
            upload = Upload(_again(content, number + 1), "a.xlsx", datetime.now(UTC), "bench", REASON)
            began = time.perf_counter()
            ((receipt,),) = take_in(store, [upload])
            if number:  # the first round warms the workers
                times.setdefault(code, []).append((time.perf_counter() - began) * 1000)
            assert receipt.outcome == "accepted", (code, receipt.issues)
    every = sorted(seconds for some in times.values() for seconds in some)
    for code, some in times.items():
        print(f"  {code}  p50 {statistics.median(some):6.1f} ms   max {max(some):6.1f} ms")
    p99 = every[min(len(every) - 1, int(len(every) * 0.99))]
    print(f"one upload, read to receipt: p50 {statistics.median(every):.1f} ms, p99 {p99:.1f} ms, n {len(every)}")


def _print_batched(store: Store, books: Sequence[bytes], rounds: int) -> None:
    """All in one run, in turn, so that a busy machine slows each of them."""
    ways: dict[str, Callable[[int], object]] = {
        "batched take_in": lambda n: list(
            take_in(
                store,
                [Upload(_again(b, rounds + 2 + n), "a.xlsx", datetime.now(UTC), "bench", REASON) for b in books],
            )
        ),
        "reading alone, in this process": lambda _: [read_workbook(content, "xlsx") for content in books],
        "openpyxl.load_workbook": lambda _: [load_workbook(io.BytesIO(content)) for content in books],
        "unzip + expat, no handlers": lambda _: [_scan(content, False) for content in books],
        "unzip + expat, Python handlers": lambda _: [_scan(content, True) for content in books],
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, run in ways.items():
            gc.collect()  # nobody pays for what another has left
            began = time.perf_counter()
            run(number)
            times[name].append((time.perf_counter() - began) / len(books) * 1000)
    took = {name: statistics.median(some[1:]) for name, some in times.items()}
    for name, each in took.items():
        print(f"{name:32} {each:7.2f} ms a workbook; batched take_in is {took['batched take_in'] / each:5.2f} of it")


def _scan(content: bytes, is_handled: bool) -> None:
    seen: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            parser = expat.ParserCreate()
            if is_handled:
                parser.StartElementHandler = lambda tag, _: seen.append(tag)
                parser.EndElementHandler = parser.CharacterDataHandler = seen.append
            parser.Parse(archive.read(name), True)


def _print_most(store: Store) -> None:
    """The dearest files that the gate lets through to the readers, and the reading process's peak memory."""
    dear = {
        "50,000 rows x 18 columns": _table(50_000, 18),
        "1,000,000 cells and more": _table(60_000, 17),
        "60 MB of XML in one part": _padded(60_000_000),
        "200,000 rows x 5 columns": _table(200_000, 5),
    }
    for name, content in dear.items():
        began = time.perf_counter()
        ((receipt,),) = take_in(store, [Upload(content, "a.xlsx", datetime.now(UTC), "bench")])
        seconds = time.perf_counter() - began
        codes = ",".join(issue.code for issue in receipt.issues)
        print(f"{name:28} {len(content) / 1048576:5.1f} MB  {seconds:5.2f} s  {receipt.outcome} {codes}")
    if peaks := [peak for pid in READER.process_ids() if (peak := _peak(pid))]:
        print(f"peak memory of a reading process: {max(peaks) / 1024:.0f} MB")


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _table(rows: int, columns: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("大表")
    for number in range(rows):
        sheet.append([number * columns + column for column in range(columns)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _padded(size: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_table(2, 2))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                rows = b"".join(b'<row r="%d" ht="15.%d"></row>' % (n, n) for n in range(3, size // 33))
                data = data.replace(b"</sheetData>", rows + b"</sheetData>")
            made.writestr(name, data)
    return out.getvalue()


if __name__ == "__main__":
    main()
