"""The reading processes: warm, bounded in time and memory, without the store. When one dies, the server does not."""

import gc
import json
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from loaders.issues import FileFault
from loaders.sheets import Workbook, cells_told, sheet_of

SECONDS = 10
MEMORY = 512 << 20
PROCESSES = min(4, os.cpu_count() or 1)  # one file that takes its whole time must not make everybody wait
_COLLECT_ABOVE = 1 << 19
_ROOT = Path(__file__).parents[2]
_LENGTH = struct.Struct(">I")

Job = tuple[dict[str, Any], bytes]
"""What is asked ({"do": "read", "kind": ...}), and the file."""


@dataclass(frozen=True)
class MarkedFile:
    """A returned workbook with its issues marked. is_own: the sender's file, not only its cells."""

    content: bytes
    is_own: bool


class Worker:
    """One reading process, started when first needed and again after it died. One job at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def ask(self, job: Job) -> bytes | None:
        """The answer, or None where the process gave up: too long, too large, dead."""
        began = time.monotonic()
        answer = self._asked(job)
        if answer is None and time.monotonic() - began < SECONDS / 2:
            answer = self._asked(job)  # it died, not timed out: maybe not this file's fault
        return answer

    def _asked(self, job: Job) -> bytes | None:
        process = self._started()
        timer = threading.Timer(SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            _send(process.stdin, json.dumps(job[0], ensure_ascii=False).encode())
            _send(process.stdin, job[1])
            answer = _receive(process.stdout)
        except (OSError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self.close()
        return answer

    def _started(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            kept = {"SYSTEMROOT", "PATH", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "loaders.arriving.worker"],
                cwd=_ROOT,
                env={name: value for name, value in os.environ.items() if name.upper() in kept},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    @property
    def process_id(self) -> int | None:
        """None while there is no process."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None


class ReadersEnded(Exception):
    """The program itself ended the reading process: nothing is known of the file, and it is nobody's fault."""


class Readers:
    """A few workers; any thread may ask, and waits where all are busy."""

    def __init__(self, number: int = PROCESSES) -> None:
        self._all = [Worker() for _ in range(number)]
        self._free: queue.LifoQueue[Worker] = queue.LifoQueue()  # the warm one first
        for worker in reversed(self._all):
            self._free.put(worker)
        self._ended = 0  # how often all were ended

    @contextmanager
    def _borrowed(self) -> Iterator[Worker]:
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)

    def read(self, content: bytes, kind: str) -> Workbook:
        """The sheets of a file. Raises FileFault, also reader_gave_up; ReadersEnded where `close` came in between."""
        ended = self._ended
        with self._borrowed() as worker:
            answer = worker.ask(({"do": "read", "kind": kind}, content))
        if answer is None and self._ended != ended:
            raise ReadersEnded("the program is ending; the file was not read, and nothing was recorded")
        return _workbook(answer)

    def mark(self, content: bytes, kind: str, wanted: dict[str, Any]) -> MarkedFile | None:
        """The file with its issues marked (see loaders.marked); None where that could not be done."""
        with self._borrowed() as worker:
            answer = worker.ask(({"do": "mark", "kind": kind, **wanted}, content))
        return MarkedFile(answer[1:], answer[0] == 1) if answer else None

    def process_ids(self) -> list[int]:
        """Those that run now."""
        return [worker.process_id for worker in self._all if worker.process_id]

    def close(self) -> None:
        """End all processes."""
        self._ended += 1
        for worker in self._all:
            worker.close()


READER = Readers()


def _workbook(answer: bytes | None) -> Workbook:
    if answer is None:
        raise FileFault("reader_gave_up")
    told = json.loads(answer)
    if "fault" in told:
        raise FileFault(told["fault"], **told.get("details", {}))
    return Workbook([sheet_of(sheet) for sheet in told["sheets"]], told["notes"])


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    message = stream.read(length)
    return message if len(message) == length else None


def _limit_memory() -> None:
    """Bound the memory where the system can (not on Windows, where the clock alone holds)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """So many seconds of CPU more for the next file; the system ends the process that takes them."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, resource.RLIM_INFINITY))


def _answer(asked: dict[str, Any], content: bytes) -> bytes:
    from loaders.reading.workbook import read_workbook

    try:
        if asked["do"] == "mark":
            return _marked(asked, content)
        return read_workbook(content, asked["kind"]).encode("utf-8", "replace")
    except MemoryError:
        return b"" if asked["do"] == "mark" else b'{"fault": "reader_gave_up"}'
    except Exception as error:  # any file may break any reader; which way it broke goes to the log
        print(f"unreadable file: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
        return b"" if asked["do"] == "mark" else b'{"fault": "broken_workbook"}'


def _marked(asked: dict[str, Any], content: bytes) -> bytes:
    """One byte that says whether the file is the sender's own (1) or made anew (0), and the file."""
    from loaders.marked import Mark, marked_copy, marked_rebuilt
    from loaders.reading.workbook import read_workbook

    marks = [Mark(**mark) for mark in asked["marks"]]
    if asked["kind"] == "xlsx":
        try:
            return b"\1" + marked_copy(content, marks, asked["words"])
        except Exception as error:  # however oddly the package is built, what the reader found is there
            print(f"marked from its cells: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
    sheets = [
        {**told, "cells": cells_told(told)} for told in json.loads(read_workbook(content, asked["kind"]))["sheets"]
    ]
    return b"\0" + marked_rebuilt(sheets, marks, asked["words"])


def main() -> None:
    """Answer jobs on standard input until it is closed."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library's print must not break the answers
    _limit_memory()
    gc.disable()  # reading makes many objects and no rings of them; looking for those took a third of the time
    while (asked := _receive(sys.stdin.buffer)) is not None and (content := _receive(sys.stdin.buffer)) is not None:
        _limit_time()
        _send(answers, _answer(json.loads(asked), content))
        if len(content) > _COLLECT_ABOVE:
            gc.collect()


if __name__ == "__main__":
    main()
