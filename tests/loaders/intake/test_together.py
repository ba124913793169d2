"""Fifty sections upload in the same minute while leaders read: no error, no wrong answer, nothing twice."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from data.backup import check
from data.catalogue.in_force import catalogue_in_force
from data.dues.timeliness import dues, late_reporters, timeliness
from data.store import Store
from data.submissions.received import submissions
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from tests.conftest import NOW, OCTOBER, REASON, edited, filled, sample_rows, shanghai
from tests.ready import reference_store

MINUTE = shanghai("2026-11-22T23:59:00")
AS_OF = shanghai("2026-12-01T00:00:00")
SECTIONS = 50
READERS = 6
SUMMARY = ("BE-02", "BE-08", "MW-01", "DQ-01", "SV-03", "BE-07", "AR-01", "CR-01", "SV-01", "BE-01", "BE-03", "BE-05")


@dataclass(frozen=True)
class Sent:
    """What one person uploads, and how often at once."""

    upload: Upload
    times: int


def test_fifty_sections_in_one_minute(store: Store, tmp_path: Path) -> None:
    sent = _minute(store)
    oracle = reference_store(tmp_path / "serial.duckdb", NOW)
    for one in sent:
        for _ in range(one.times):
            list(take_in(oracle, [one.upload]))
    receipts, problems = _at_once(store, sent)
    assert problems == []
    assert len(receipts) == sum(one.times for one in sent)
    assert check(store) == []
    assert _state(store) == _state(oracle)
    assert _facts(store) == _facts(oracle)
    assert _dues(store) == _dues(oracle)
    oracle.close()


def test_an_acknowledged_file_is_seen_at_once(store: Store) -> None:
    """What a receipt says can be read back in the next breath, by another thread, while others write."""
    sent = _minute(store)[:16]

    def hand_in_and_look(one: Sent) -> list[str]:
        found = []
        for receipt in next(iter(take_in(store, [one.upload]))):
            frame = submissions(store, AS_OF, receipt.unit_code)
            if receipt.outcome == "accepted" and receipt.submission_id not in set(frame["submission_id"]):
                found.append(f"{receipt.file_name} was acknowledged and is not there")
        return found

    with ThreadPoolExecutor(16) as pool:
        assert [problem for found in pool.map(hand_in_and_look, sent) for problem in found] == []


@pytest.mark.parametrize("people", [2, 8])
def test_the_very_same_file_at_once_is_accepted_once(store: Store, people: int) -> None:
    content, gate = filled(store, "BE-02", "XZSP"), threading.Barrier(people)

    def hand_in(number: int) -> str:
        gate.wait()
        return next(iter(take_in(store, [Upload(content, f"{number}.xlsx", MINUTE, f"人{number}")])))[0].outcome

    with ThreadPoolExecutor(people) as pool:
        outcomes = sorted(pool.map(hand_in, range(people)))
    assert outcomes == ["accepted", *["duplicate"] * (people - 1)]
    assert store.rows("SELECT count(*) FROM submission")[0][0] == 1
    assert check(store) == []


def test_different_figures_at_once_become_versions_in_a_row(store: Store) -> None:
    """Eight people correct the same return at the same moment: eight versions, each whole, each once."""
    gate = threading.Barrier(8)

    def hand_in(number: int) -> Receipt:
        gate.wait()
        return next(iter(take_in(store, [Upload(_priced(store, 4000.0 + number), "a.xlsx", MINUTE)])))[0]

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(hand_in, range(8)))
    assert sorted(receipt.version for receipt in receipts) == list(range(1, 9))
    per_version = store.rows("SELECT count(*) FROM fact GROUP BY submission_id")
    assert len(set(per_version)) == 1 and len(per_version) == 8
    assert check(store) == []


def _minute(store: Store) -> list[Sent]:
    """Fifty uploads: every obligation with sample rows, its other months, some spoiled, every fifth one twice."""
    catalogue = catalogue_in_force(store)
    owed = [
        (o.template_code, o.unit_code)
        for o in catalogue.obligations
        if o.template_code in SUMMARY and sample_rows(o.template_code, o.unit_code)
    ]
    sent: list[Sent] = []
    month = 0
    while len(sent) < SECTIONS:
        period = OCTOBER.replace(month=10 - month)
        for code, unit in owed:
            if len(sent) == SECTIONS:
                break
            number = len(sent)
            content = filled(store, code, unit, period)
            if number % 7 == 3:
                content = edited(content, lambda book: book.worksheets[0].__setitem__("C5", "不在清单之内的值" * 40))
            if number % 11 == 5:
                content = content[: len(content) // 2]
            name = f"{unit}_{code}_{period:%Y-%m}.xlsx"
            sent.append(Sent(Upload(content, name, MINUTE, unit, REASON), 2 if number % 5 == 0 else 1))
        month += 1
    return sent


def _priced(store: Store, price: float) -> bytes:
    rows = sample_rows("BE-02", "XZSP")
    rows[0]["contract_price"] = price
    return filled(store, "BE-02", "XZSP", rows=rows)


def _at_once(store: Store, sent: list[Sent]) -> tuple[list[Receipt], list[str]]:
    """Everything in one burst, with readers that go on asking until the last one is in."""
    jobs = [one.upload for one in sent for _ in range(one.times)]
    gate, over = threading.Barrier(len(jobs) + READERS), threading.Event()
    problems: list[str] = []
    receipts: list[Receipt] = []

    def hand_in(upload: Upload) -> None:
        gate.wait()
        receipts.extend(receipt for found in take_in(store, [upload]) for receipt in found)

    def read(number: int) -> None:
        gate.wait()
        while not over.is_set():
            problems.extend(_contradictions(store))

    def guarded(work: Callable, argument: object) -> None:
        try:
            work(argument)
        except BaseException as error:  # whatever it is, the test must tell it
            problems.append(f"{type(error).__name__}: {error}")

    uploads = [threading.Thread(target=guarded, args=(hand_in, upload)) for upload in jobs]
    readers = [threading.Thread(target=guarded, args=(read, number)) for number in range(READERS)]
    for thread in uploads + readers:
        thread.start()
    for thread in uploads:
        thread.join(120)
    over.set()
    for thread in readers:
        thread.join(60)
    return receipts, problems


def _contradictions(store: Store) -> list[str]:
    """What a leader sees in one moment must agree with itself, however much is being written."""
    frame = dues(store, AS_OF, OCTOBER)
    counts = frame["status"].value_counts()
    found = []
    if set(counts.index) - {"on_time", "missing", "late", "pending", "exempt"}:
        found.append(f"unknown status: {list(counts.index)}")
    if frame.duplicated(["unit_code", "template_code", "period"]).any():
        found.append("a due twice")
    total = timeliness(store, AS_OF, by=(), month=OCTOBER).iloc[0]
    if total["received"] < counts.get("on_time", 0) or total["due"] != len(frame) - counts.get("exempt", 0):
        found.append(f"figures went back: {dict(total)} after {dict(counts)}")
    late = late_reporters(store, AS_OF, OCTOBER)
    if len(late) > counts.get("missing", 0) + counts.get("late", 0) + counts.get("pending", 0):
        found.append("somebody is late who had delivered")
    half = store.rows("""SELECT s.submission_id FROM submission s LEFT JOIN fact f USING (submission_id)
        WHERE s.outcome = 'accepted' AND s.row_count > 0 GROUP BY ALL HAVING count(f.column_name) = 0""")
    if half:
        found.append(f"half a submission was seen: {half}")
    return found


def _state(store: Store) -> list[tuple]:
    """Every submission but for what is random: names, outcomes, versions, rows, and how many issues of each code. What
    is held against earlier months depends on which of them came first: the minute brings several months of a section.
    """
    return sorted(
        store.rows("""
            SELECT file_name, outcome, coalesce(unit_code, ''), coalesce(template_code, ''),
                coalesce(period::VARCHAR, ''), version, row_count, coalesce(codes, '')
            FROM submission LEFT JOIN (
                SELECT submission_id, list_sort(list(code))::VARCHAR AS codes FROM issue
                WHERE code NOT IN ('replaces', 'brings_back', 'unchanged_since_last', 'unlikely', 'unlikely_form',
                    'contradiction')
                GROUP BY submission_id) USING (submission_id)""")
    )


def _facts(store: Store) -> list[tuple]:
    """Every cell that counts as accepted, with what it is about."""
    return store.rows("""SELECT unit_code, template_code, period, version, row_key, column_name, num, txt
        FROM fact JOIN submission USING (submission_id) ORDER BY ALL""")


def _dues(store: Store) -> list[tuple]:
    frame = dues(store, AS_OF + timedelta(days=1))
    return [tuple(row) for row in frame[["unit_code", "template_code", "period", "status", "days_late"]].to_numpy()]


def test_the_burst_is_what_it_says(store: Store) -> None:
    sent = _minute(store)
    assert len(sent) == SECTIONS and len({one.upload.file_name for one in sent}) == SECTIONS
    assert all(io.BytesIO(one.upload.content).read(2) == b"PK" for one in sent)
