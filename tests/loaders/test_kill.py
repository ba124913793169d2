"""A kill at any moment of an ingest: what was acknowledged is there once and whole, and sending again is harmless."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.backup import check
from data.catalogue_store import ensure_catalogue
from data.store import Store
from loaders.ingest import ingest
from tests.conftest import NOW, REASON, filled, sample_rows

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
ROUNDS = 15


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is for systems that have it")
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    store = Store(path)
    ensure_catalogue(store, NOW)
    files = []
    for number in range(12):
        rows = sample_rows("BE-02", "XZSP")
        rows[0]["contract_price"] = 4000.0 + number
        files.append(tmp_path / f"{number:02}.xlsx")
        files[-1].write_bytes(filled(store, "BE-02", "XZSP", rows=rows))
    store.close()
    chance, acknowledged = random.Random(7), set()
    for _ in range(ROUNDS):
        acknowledged |= _killed_while_taking_in(path, files, chance.uniform(0.8, 4.0))
    store = Store(path)
    kept = [sha256 for (sha256,) in store.rows("SELECT sha256 FROM submission WHERE outcome = 'accepted'")]
    assert acknowledged and acknowledged <= set(kept)
    assert check(store) == []
    before = store.rows("SELECT count(*) FROM submission")
    newest = store.rows("SELECT arg_max(content, version) FROM submission JOIN workbook_file USING (sha256)")[0][0]
    assert ingest(store, newest, "again.xlsx", NOW, explanations=REASON).outcome == "duplicate"
    assert store.rows("SELECT count(*) FROM submission") == before
    store.close()


def _killed_while_taking_in(path: Path, files: list[Path], seconds: float) -> set[str]:
    """The sha256 of every file whose acceptance was told before the kill."""
    command = [sys.executable, "-m", "loaders", "ingest", "--json", *map(str, files)]
    environment = os.environ | {"ZHUNDIAN_STORE": str(path)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    told, _ = process.communicate()
    lines = [line for line in told.decode().split("\n")[:-1] if line]
    return {answer["sha256"] for answer in map(json.loads, lines) if answer["outcome"] == "accepted"}
