"""`python -m bench.upload STORE [--rounds N]`: what an upload costs, on the newest workbook of every template.

Prints medians, ratios and the most that one upload took; nothing passes or fails. STORE is copied, never written to.
"""

import argparse
import gc
import io
import os
import re
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.parsers import expat

from openpyxl import Workbook, load_workbook

from bench.month import copied
from data.store import Store
from loaders.arriving.worker import READER
from loaders.intake.ingest import preview, take_in
from loaders.intake.opening import Upload
from loaders.marked import Mark, words_of
from loaders.reading.workbook import read_workbook

_SHEET = "施工许可"
_HEADINGS = """报送期 填报单位 施工许可证编号 项目代码 工程名称 建设单位 建设单位统一社会信用代码 施工单位 建筑面积
合同价格 受理日期 发证日期 承诺时限 实际用时 办理方式 是否告知承诺 是否制发电子证照"""
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
        _print_large(store)  # before anything else takes memory
        _print_singly(store, templates, options.rounds)
        _print_batched(store, books, options.rounds)
        _print_reading()
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


def _print_reading() -> None:
    """Reading against unzip and bare expat, by the size of the table, in seconds of this process alone."""
    for number in (3, 60, 5000, 20_000, 50_000):
        content = _permits(number)
        ways = (lambda content=content: _scan(content, False), lambda content=content: read_workbook(content, "xlsx"))
        rounds = [[_cpu(way) for way in ways] for _ in range(25 if number < 1000 else 3)]
        bare, ours = (statistics.median(some) for some in zip(*rounds, strict=True))
        print(f"reading {number:6,} rows: {ours * 1000:8.1f} ms, {ours / bare:4.1f} times unzip + bare expat")


def _cpu(way: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()  # as in the reading processes
    began = time.process_time()
    way()
    took = time.process_time() - began
    gc.enable()
    return took


def _print_large(store: Store) -> None:
    """Large honest files, from their bytes to what is wrong with them, and marked."""
    for number in (20_000, 50_000):
        content = _permits(number)
        began = time.perf_counter()
        (receipt,) = preview(store, Upload(content, "a.xlsx", datetime.now(UTC), "bench", REASON))
        seconds = time.perf_counter() - began
        codes = ",".join(sorted({issue.code for issue in receipt.issues}))
        own = _peak(os.getpid()) / 1024
        print(f"{number:6,} rows checked: {seconds:5.2f} s, {own:.0f} MB in this process  {receipt.outcome} {codes}")
        marks = [asdict(Mark("error", _SHEET, f"E{row}", "工程名称", "请核对。" * 10)) for row in range(5, 505)]
        began = time.perf_counter()
        file = READER.mark(content, "xlsx", {"marks": marks, "words": words_of("zh-CN")})
        print(
            f"{number:6,} rows marked:  {time.perf_counter() - began:5.2f} s  {'kept' if file.is_own else 'made anew'}"
        )


def _permits(number: int) -> bytes:
    """A ledger of BE-02 as the section XZSP may hand it in; each row its own."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.append(["BE-02 建筑工程施工许可发放明细"])
    sheet.append(["填报单位：行政审批科", None, None, "报送期：2026-10"])
    sheet.append([])
    sheet.append(_HEADINGS.split())
    for index in range(number):
        turn, place = divmod(index, 24_800)
        day = date(2026, 10 - turn, 1) + timedelta(days=place // 800)
        area, code = ["00", "02", "03", "04"][place % 4], place % 800 // 4
        permit = f"4207{area}{day:%Y%m%d}{code % 100:02}0{1 + code // 100}"
        size = 1000 + index * 7919 % 50_000
        names = [f"示例产业园{index}期", "鄂州示例置业有限公司", "91420700MA49003792", "湖北示例建工有限公司"]
        row = [None, None, permit, f"2026-420704-47-03-{index:06}", *names, size, round(size * 0.3, 2), day, day]
        sheet.append([*row, 4, 0, "全程网办", "是", "是"])
    out = io.BytesIO()
    book.save(out)
    return _as_saved_by_people(out.getvalue())


def _as_saved_by_people(content: bytes) -> bytes:
    """Letters as letters: this way of writing puts their numbers there (&#35777;), as no spreadsheet program does."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            text = source.read(name).decode()
            made.writestr(name, re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text))
    return out.getvalue()


def _print_most(store: Store) -> None:
    """The dearest files that the gate lets through to the readers, and the reading process's peak memory."""
    dear = {
        "50,000 rows x 18 columns": _table(50_000, 18),
        "1,000,000 cells and more": _table(60_000, 17),
        "60 MB of XML in one part": _padded(60_000_000),
        "200,000 rows x 5 columns": _table(200_000, 5),
        "200,000 rows of formats": _formatted(200_000),
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


def _formatted(rows: int) -> bytes:
    """Three permits, and beneath them rows with borders in which nothing stands."""
    out = io.BytesIO()
    letters = [chr(65 + column) for column in range(17)]
    with (
        zipfile.ZipFile(io.BytesIO(_permits(3))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                cells = "".join(f'<c r="{letter}#" s="0"/>' for letter in letters)
                empty = (f'<row r="#">{cells}</row>'.replace("#", str(number)) for number in range(8, rows))
                data = data.replace(b"</sheetData>", "".join(empty).encode() + b"</sheetData>")
            made.writestr(name, data)
    return out.getvalue()


if __name__ == "__main__":
    main()
