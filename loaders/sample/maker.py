"""Makes the made-up workbooks in a process of its own: in the one that checks them, both would wait for one another."""

import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from loaders.blank.offers import Offer
from loaders.blank.workbook import blank_workbook

_ROOT = Path(__file__).parents[2]
_LENGTH = struct.Struct(">Q")


class Maker:
    """A process for the time of a block. One workbook at a time; from any one thread."""

    def __enter__(self) -> "Maker":
        command = [sys.executable, "-m", "loaders.sample.maker"]
        self._process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def make(self, blank: Offer, rows: Sequence[Any]) -> bytes:
        """The .xlsx. OSError where the process ended."""
        words = (blank.template, blank.unit_code, blank.unit_name, blank.period, blank.deadline_text, rows)
        _send(self._process.stdin, pickle.dumps(words))
        return _receive(self._process.stdout)


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise OSError("the process that makes workbooks ended")
    return stream.read(_LENGTH.unpack(head)[0])


def main() -> None:
    """Make what standard input asks for until it is closed. It is this program that asks: what comes is its own."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # a library's print must not break the answers
    while True:
        try:
            asked = _receive(sys.stdin.buffer)
        except OSError:
            return
        _send(answers, blank_workbook(*pickle.loads(asked)))


if __name__ == "__main__":
    main()
