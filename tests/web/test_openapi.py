"""What the OpenAPI file says holds: schemathesis makes requests from it, and judges every answer by it.

Every answer of the ordinary tests is held against it too: tests/web/programs.py.
"""

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from tests.conftest import filled, ingest, sample_rows
from tests.served import served
from tests.web.programs import OCTOBER, bureau
from web.api.description import DOCUMENT

OPERATIONS = sum(len(methods) for methods in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].values())


@pytest.mark.slow
@pytest.mark.parametrize(("who", "examples"), [("dag", 60), ("leader", 20), ("monitor", 10)])
def test_every_answer_is_as_it_is_written(tmp_path, who, examples):
    store, secrets = bureau(tmp_path / "store.duckdb", date(2026, 8, 1))
    for unit in ("DAG", "FJS"):
        ingest(store, filled(store, "BE-08", unit, OCTOBER, sample_rows("BE-08", unit)), "a.xlsx", datetime.now(UTC))
    ingest(store, b"no workbook", "b.xlsx", datetime.now(UTC))
    store.close()
    with served(store.path) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", server.address]
        command += ["--header", f"Authorization: Bearer {secrets[who]}", "--max-examples", str(examples)]
        command += ["--header", "Connection: close"]  # kept open, each answer waits 40 ms for the one before (Nagle)
        # every check but one: a schema cannot say which units there are, so what fits it may be refused
        command += ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
        command += ["--seed", "20261122", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert f"Tested: {OPERATIONS}" in done.stdout
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
