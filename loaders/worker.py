"""The reading process: warm, bounded in time and memory, without the store. When it dies, the server does not."""

import json
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from loaders.issues import FileFault
from loaders.sheets import Cell, Kind, Sheet

SECONDS = 10
MEMORY = 1 << 30
_ROOT = Path(__file__).parent.parent
_LENGTH = struct.Struct(">I")


class Worker:
    """One reading process, started when first needed and again after it died. One file at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()

    def read(self, content: bytes) -> list[Sheet]:
        """The sheets of an .xlsx. Raises FileFault (broken_workbook, too_many_cells, reader_gave_up)."""
        with self._lock:
            began = time.monotonic()
            answer = self._ask(content)
            if answer.get("fault") == "reader_gave_up" and time.monotonic() - began < SECONDS / 2:
                answer = self._ask(content)  # it died, not timed out: maybe not this file's fault
        if "fault" in answer:
            raise FileFault(answer["fault"])
        return [
            Sheet(
                sheet["name"],
                sheet["is_hidden"],
                tuple(Cell(row, col, Kind(kind), value) for row, col, kind, value in sheet["cells"]),
            )
            for sheet in answer["sheets"]
        ]

    def _ask(self, content: bytes) -> dict:
        process = self._started()
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        try:
            _send(process.stdin, content)
            received = _receive(process.stdout)
        except (OSError, ValueError):
            received = None
        finally:
            timer.cancel()
        if received is None:
            process.kill()
            process.wait()
            self._process = None
            return {"fault": "reader_gave_up"}
        return json.loads(received)

    def _started(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            kept = {"SYSTEMROOT", "PATH", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "loaders.worker"],
                cwd=_ROOT,
                env={name: value for name, value in os.environ.items() if name.upper() in kept},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None


READER = Worker()


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


def _limit() -> None:
    """Bound the memory where the system can (not on Windows, where the clock alone holds)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(content: bytes) -> dict:
    from loaders.reader import TooMuch, read_workbook

    try:
        return {"sheets": read_workbook(content)}
    except TooMuch:
        return {"fault": "too_many_cells"}
    except MemoryError:
        return {"fault": "reader_gave_up"}
    except Exception as error:  # any file may break any reader; which way it broke goes to the log
        print(f"unreadable workbook: {type(error).__name__}: {error}", file=sys.stderr)
        return {"fault": "broken_workbook"}


def main() -> None:
    """Answer files on standard input with sheets on standard output, until it is closed."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library's print must not break the answers
    _limit()
    while (content := _receive(sys.stdin.buffer)) is not None:
        _send(answers, json.dumps(_answer(content), ensure_ascii=False, default=str).encode())


if __name__ == "__main__":
    main()
