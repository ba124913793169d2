"""The reading processes: what they must not load, and what they say where their memory does not suffice."""

import subprocess
import sys

import pytest

from loaders.arriving import worker
from tests.served import ROOT


def test_reading_and_marking_load_no_store() -> None:
    """Its libraries alone take much of the memory that a file may take."""
    heavy = "{'duckdb', 'pandas', 'pyarrow'} & set(sys.modules)"
    code = f"import sys, loaders.arriving.worker, loaders.marked, loaders.reading.workbook; print(*{heavy})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(("job", "answer"), [("mark", b""), ("read", b'{"fault": "reader_gave_up"}')])
def test_too_little_memory_makes_no_file(monkeypatch: pytest.MonkeyPatch, job: str, answer: bytes) -> None:
    def exhausted(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(worker, "_marked", exhausted)
    monkeypatch.setattr("loaders.reading.workbook.read_workbook", exhausted)
    assert worker._answer({"do": job, "kind": "xlsx"}, b"") == answer
