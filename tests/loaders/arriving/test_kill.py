"""A kill at any moment of an ingest: what was acknowledged is there once and whole, and sending again is harmless."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from data.backup import check
from data.catalogue.in_force import ensure_catalogue
from data.store import Store
from loaders.intake.ingest import Upload, take_in
from tests.conftest import NOW, REASON, filled, sample_rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="kill -9 is for systems that have it"),
]
ROOT = Path(__file__).parents[3]
ROUNDS = 56
FILES = 48
LANES = max(2, min(4, os.cpu_count() or 2))
"""Stores that are ingested into and killed side by side, each with rounds of its own."""


@dataclass
class Lane:
    """One store with its files: what was told so far, and how long a whole ingest took."""

    path: Path
    files: list[Path]
    chance: random.Random
    told: set[str] = field(default_factory=set)
    longest: float = 3.0
    problems: list[str] = field(default_factory=list)


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Rounds of killing, then all of it sent again: every file once and whole, whatever was told."""
    lanes = [_lane(tmp_path / str(number), number) for number in range(LANES)]
    rounds = -(-ROUNDS // LANES)
    threads = [threading.Thread(target=_rounds, args=(lane, rounds)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [problem for lane in lanes for problem in lane.problems] == []
    assert any(lane.told for lane in lanes), "no round lived long enough to tell anything"
    for lane in lanes:
        _all_there(lane)


def _lane(folder: Path, number: int) -> Lane:
    """A store with an empty catalogue, and files: versions of one return, and many different returns."""
    folder.mkdir()
    store = Store(folder / "store.duckdb")
    ensure_catalogue(store, NOW)
    files = []
    for index in range(FILES):
        template, unit = (("BE-02", "XZSP"), ("MW-01", "ZJK"), ("BE-08", "FJS"))[index % 3]
        rows = sample_rows(template, unit)
        if template == "BE-02":
            rows[0]["contract_price"] = 4000.0 + index
        period = NOW.date().replace(month=10 - index // 3 % 9, day=1) if template != "BE-02" else None
        content = filled(store, template, unit, period, rows) if period else filled(store, template, unit, rows=rows)
        if index % 8 == 7:
            content = content[:-400]  # one that is returned
        files.append(folder / f"{index:02}.xlsx")
        files[-1].write_bytes(content)
    store.close()
    return Lane(folder / "store.duckdb", files, random.Random(number))


def _rounds(lane: Lane, rounds: int) -> None:
    """Kill from the first instant of the process to a while after its end; every third time a few files only."""
    for number in range(rounds):
        files = lane.files if number % 3 else lane.chance.sample(lane.files, 5)
        moment = lane.chance.uniform(0, 1.1) * lane.longest
        try:
            _round(lane, files, moment)
        except Exception as error:  # told in the test's own thread
            lane.problems.append(f"round {number}: {type(error).__name__}: {error}")


def _round(lane: Lane, files: list[Path], moment: float) -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "loaders", "ingest", "--json", "--explain", REASON, *map(str, files)]
    environment = os.environ | {"ZHUNDIAN_STORE": str(lane.path)}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        told, errors = process.communicate(timeout=moment)
        lane.longest = max(1.0, time.monotonic() - began)
        if process.returncode not in (0, 1):
            lane.problems.append(f"exit {process.returncode}: {errors.decode()[-400:]}")
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        told, _ = process.communicate()
    _take_down(lane, told.decode())


def _take_down(lane: Lane, told: str) -> None:
    """Only whole lines were told; a line cut off in the middle was not."""
    for line in told.split("\n")[:-1]:
        answer = json.loads(line)
        if answer["outcome"] in ("accepted", "duplicate"):
            lane.told.add(answer["sha256"])


def _all_there(lane: Lane) -> None:
    store = Store(lane.path)
    try:
        assert check(store) == []
        assert lane.told <= _accepted(store)
        _whole(store)
        uploads = [Upload(path.read_bytes(), path.name, NOW, "", REASON) for path in lane.files]
        answers = [receipt for receipts in take_in(store, uploads) for receipt in receipts]
        assert {receipt.outcome for receipt in answers} <= {"accepted", "duplicate", "returned"}
        assert sum(receipt.outcome == "returned" for receipt in answers) == FILES // 8
        assert check(store) == []
        _whole(store)
        good = {_sha(path) for number, path in enumerate(lane.files) if number % 8 != 7}
        assert _accepted(store) == good
        _complete(store, lane)
    finally:
        store.close()


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _accepted(store: Store) -> set[str]:
    rows = store.rows("SELECT sha256 FROM submission WHERE outcome = 'accepted'")
    return {sha256 for (sha256,) in rows}


def _whole(store: Store) -> None:
    """Every accepted submission holds as many rows as it says, and every cell of what was sent; no id twice."""
    wrong = store.rows(
        """SELECT s.submission_id, s.row_count, count(DISTINCT f.row_no) FROM submission s
        LEFT JOIN fact f USING (submission_id) WHERE s.outcome = 'accepted'
        GROUP BY ALL HAVING count(DISTINCT f.row_no) <> s.row_count"""
    )
    assert wrong == []
    uneven = store.rows(
        """SELECT sha256 FROM (SELECT s.submission_id, s.sha256, count(*) AS cells FROM submission s
            JOIN fact f USING (submission_id) GROUP BY ALL)
        GROUP BY sha256 HAVING count(DISTINCT cells) > 1"""
    )
    assert uneven == [], "the same file has left different numbers of facts"
    gaps = store.rows(
        """SELECT unit_code, template_code, period FROM submission WHERE outcome = 'accepted'
        GROUP BY ALL HAVING max(version) <> count(*) OR min(version) <> 1 OR count(DISTINCT version) <> count(*)"""
    )
    assert gaps == [], "versions with a gap, or twice"


def _complete(store: Store, lane: Lane) -> None:
    """A store that never was killed, given the same files, holds the same cells for each of them."""
    twin = Store(lane.path.with_name("twin.duckdb"))
    ensure_catalogue(twin, NOW)
    uploads = [Upload(path.read_bytes(), path.name, NOW, "", REASON) for path in lane.files]
    for _ in take_in(twin, uploads):
        pass
    cells = """SELECT DISTINCT sha256, row_no, col_no, column_name, row_key, num, txt
        FROM fact JOIN submission USING (submission_id) ORDER BY ALL"""
    assert store.rows(cells) == twin.rows(cells)
    twin.close()
