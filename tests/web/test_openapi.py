"""What the OpenAPI file says holds: schemathesis makes requests from it, and judges every answer by it."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from data import accounts, tokens
from data.access import Role
from data.catalogue_store import ensure_catalogue, set_counting_start
from data.store import Store
from tests.conftest import filled, ingest, sample_rows
from tests.served import served
from tests.web.people import PASSWORD
from web.api.documents import _DOCUMENT

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
def test_every_answer_is_as_it_is_written(tmp_path):
    store = Store(tmp_path / "store.duckdb")
    ensure_catalogue(store, datetime.now(UTC))
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    set_counting_start(office, date(2026, 8, 1), datetime.now(UTC))
    for unit in ("DAG", "FJS"):
        good = filled(store, "BE-08", unit, date(2026, 10, 1), sample_rows("BE-08", unit))
        ingest(office, good, "a.xlsx", datetime.now(UTC))
    secret = tokens.create(office, "fuzz", Role.REPORTER, "DAG")[1]
    store.close()
    with served(store.path) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(_DOCUMENT), "--url", server.address]
        command += ["--header", f"Authorization: Bearer {secret}", "--checks", CHECKS, "--max-examples", "60"]
        command += ["--seed", "20261122", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
    assert "operations" in done.stdout.lower() or "passed" in done.stdout.lower()
