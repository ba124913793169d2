"""The audit trail: nothing in it can be changed, taken out or cut off unseen, and no act goes without its row."""

import errno
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import audit
from data.access import Person, Role
from data.audit import Act
from data.backup import backup, check, restore
from data.commands import main
from data.store import Store, open_store
from tests.conftest import OCTOBER, filled, ingest, sample_rows

WANG = Person("wang", "王五", Role.REPORTER, "DAG", "page", "10.0.0.7")


@pytest.fixture
def trail(store: Store) -> Store:
    """A store with a dozen acts."""
    for number in range(12):
        audit.note(store, Act("tried", f"第 {number} 次", "DAG", {"number": number, "词": "“引号”\n换行"}), WANG)
    return store


def test_a_row_says_who_what_when_from_where(store):
    before = datetime.now(UTC)
    audit.note(store, Act("tried", "a.xlsx", "DAG", {"why": "=1+1"}), WANG)
    sql = 'SELECT user_code, user_name, role, via, address, "action", unit_code, subject, details FROM audit'
    row = store.rows(f"{sql} ORDER BY audit_no DESC LIMIT 1")[0]
    assert row == ("wang", "王五", "reporter", "page", "10.0.0.7", "tried", "DAG", "a.xlsx", '{"why": "=1+1"}')
    assert before <= store.rows('SELECT max("at") FROM audit')[0][0] <= datetime.now(UTC)


def test_a_whole_trail_has_no_fault(trail):
    assert audit.faults(trail) == [] and check(trail) == []


COLUMNS = ("at", "user_code", "user_name", "role", "via", "address", "action", "unit_code", "subject", "details")
COLUMNS += ("hash", "previous_hash")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_cell_is_found(trail, column):
    value = "now() - INTERVAL 1 DAY" if column == "at" else "'x'"
    with trail.write() as cursor:
        cursor.execute(f'UPDATE audit SET "{column}" = {value} WHERE audit_no = 6')
    assert any("row 6" in str(fault) or "row 7" in str(fault) for fault in audit.faults(trail)), audit.faults(trail)


@pytest.mark.parametrize("column", ["unit_code", "details", "address"])
def test_an_emptied_cell_is_found(trail, column):
    with trail.write() as cursor:
        cursor.execute(f"UPDATE audit SET {column} = NULL WHERE audit_no = 6")
    assert audit.TrailFault("changed", 6) in audit.faults(trail)


@pytest.mark.parametrize("column", ["audit_no", "at", "hash", "previous_hash", "user_code"])
def test_a_row_whose_place_or_seal_was_taken_away_is_found(trail, column):
    with trail.write() as cursor:
        cursor.execute(f'UPDATE audit SET "{column}" = NULL WHERE audit_no = 6')
    assert audit.faults(trail) and all("audit: " in fault for fault in check(trail))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM audit WHERE audit_no = 6", "rows 6 to 6 are missing"),
        ("DELETE FROM audit WHERE audit_no BETWEEN 3 AND 8", "rows 3 to 8 are missing"),
        ("DELETE FROM audit WHERE audit_no = 1", "rows 1 to 1 are missing"),
        ("INSERT INTO audit SELECT * FROM audit WHERE audit_no = 6", "row 6 is there twice"),
        ("DELETE FROM audit WHERE audit_no > 9", "the trail ends at row 9"),
        ("DELETE FROM audit", "the trail ends at row 0"),
        ("UPDATE audit SET audit_no = audit_no + 100 WHERE audit_no > 9", "are missing"),
        (
            "UPDATE audit SET subject = CASE audit_no WHEN 5 THEN 'x' ELSE 'y' END WHERE audit_no IN (5, 6)",
            "was changed",
        ),
    ],
)
def test_what_is_missing_or_moved_is_found(trail, damage, told):
    with trail.write() as cursor:
        cursor.execute(damage)
    assert any(told in str(fault) for fault in audit.faults(trail)), audit.faults(trail)
    assert any(told in fault for fault in check(trail))


def test_a_tail_that_was_cut_off_and_written_anew_is_found(trail):
    """The forger has the file and the program, but not what the head beside it said when he began."""
    with trail.write() as cursor:
        cursor.execute("DELETE FROM audit WHERE audit_no > 9")
    audit.note(trail, Act("tried", "another"), WANG)
    assert trail.rows('SELECT "action" FROM audit WHERE audit_no = 10') == [("audit_head_lost",)]
    assert trail.rows('SELECT "action" FROM audit WHERE audit_no = 11') == [("tried",)]


@pytest.mark.parametrize("left", [None, "", "x", "99 abc", "3 " + "0" * 64])
def test_a_head_that_is_gone_or_wrong_is_found_and_said_for_ever(trail, left):
    path = audit.head_path(trail.path)
    path.unlink()
    if left is not None:
        path.write_text(left, encoding="ascii")
    assert len(audit.faults(trail)) == 1
    audit.note(trail, Act("tried", "next"), WANG)
    assert [row[0] for row in trail.rows('SELECT "action" FROM audit ORDER BY audit_no DESC LIMIT 2')] == [
        "tried",
        "audit_head_lost",
    ]
    lost = trail.value("SELECT audit_no FROM audit WHERE \"action\" = 'audit_head_lost'")
    for _ in range(3):
        audit.note(trail, Act("tried", "and on"), WANG)
        assert audit.faults(trail) == [audit.TrailFault("lost", lost)]
    assert [fault for fault in check(trail) if audit.is_of_the_past(fault)] == check(trail) != []


def test_a_kill_between_the_act_and_its_head_is_no_fault(trail):
    path = audit.head_path(trail.path)
    before = path.read_text(encoding="ascii")
    audit.note(trail, Act("tried", "and killed"), WANG)
    path.write_text(before, encoding="ascii")  # the row is there, the head was not written any more
    assert audit.faults(trail) == []
    audit.note(trail, Act("tried", "after the restart"), WANG)
    assert trail.rows("SELECT count(*) FROM audit WHERE \"action\" = 'audit_head_lost'") == [(0,)]


def test_an_act_that_fails_leaves_no_row_and_none_goes_without(trail):
    before, head = trail.rows("SELECT count(*) FROM audit"), audit.read_head(trail.path)
    with pytest.raises(RuntimeError), trail.write() as cursor:
        audit.keep(trail, cursor, [Act("tried")])
        raise RuntimeError
    assert trail.rows("SELECT count(*) FROM audit") == before and audit.read_head(trail.path) == head
    assert audit.faults(trail) == []


def test_eight_at_once_make_one_chain(trail):
    def act(number: int) -> None:
        for step in range(10):
            audit.note(trail, Act("tried", f"{number}-{step}"), WANG)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    assert audit.faults(trail) == [] and audit.head(trail)[0] == audit.read_head(trail.path)[0]


def test_what_strangers_send_is_cut_short_and_stays_text(store):
    odd = Person("\ud800" * 3, "名" * 9000, Role.NOBODY, address="x" * 9000)
    audit.note(store, Act("sign_in_failed", "\x00" + "y" * 9000, details={"agent": "z" * 9000}), odd)
    assert max(len(cell) for cell in store.rows("SELECT user_name, address, subject FROM audit")[-1]) <= 2000
    assert audit.faults(store) == []


def test_handing_in_is_in_it_with_the_explanations(store):
    own = store.seen_by(WANG)
    content = filled(store, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    receipt = ingest(own, content, "好差评.xlsx", datetime.now(UTC), "王五")
    again = ingest(own, content, "好差评.xlsx", datetime.now(UTC), "王五")
    bad = ingest(own, b"nothing", "坏.xlsx", datetime.now(UTC), "王五")
    found = store.rows('SELECT "action", user_code, subject, details FROM audit ORDER BY audit_no')
    acts = [row for row in found if row[0].startswith("submission")]
    assert again.outcome == "duplicate" and len(acts) == 2  # a repetition is no act
    assert acts[0][:3] == ("submission_accepted", "wang", receipt.receipt_no) and receipt.sha256 in acts[0][3]
    assert acts[1][:3] == ("submission_returned", "wang", bad.receipt_no) and "坏.xlsx" in acts[1][3]


def test_a_backup_carries_the_trail_and_a_restore_goes_on_from_there(trail, tmp_path):
    backup(trail, tmp_path / "copy.duckdb")
    audit.note(trail, Act("tried", "after the backup"), WANG)
    path = trail.path
    trail.close()
    restore(tmp_path / "copy.duckdb", path, WANG)
    again = Store(path)
    assert check(again) == []
    assert again.rows('SELECT "action", user_code FROM audit ORDER BY audit_no DESC LIMIT 1') == [("restored", "wang")]
    assert not again.rows("SELECT 1 FROM audit WHERE action = 'backup_written'")  # noted once the copy was there
    again.close()


def test_a_copy_of_the_trail_of_another_store_is_found(trail, tmp_path):
    """Another store's rows fit each other, but not the head that this one noted."""
    other = Store(tmp_path / "other.duckdb")
    for number in range(20):
        audit.note(other, Act("tried", f"elsewhere {number}"), WANG)
    rows = other.frame("SELECT * FROM audit")
    other.close()
    with trail.write() as cursor:
        cursor.execute("DELETE FROM audit")
        cursor.register("elsewhere", rows)
        cursor.execute("INSERT INTO audit SELECT * FROM elsewhere")
    assert [fault.code for fault in audit.faults(trail)] == ["cut_off"]


def test_more_rows_than_are_read_at_once_are_one_chain(store, monkeypatch):
    """Read in steps; the steps' edges are no gaps, and a gap at an edge is one."""
    with store.write() as cursor:
        audit.keep(store, cursor, [Act("tried", str(number)) for number in range(25_000)], WANG)
    assert audit.faults(store) == []
    with store.write() as cursor:
        cursor.execute("DELETE FROM audit WHERE audit_no = 20000")
    assert audit.TrailFault("missing", 20000, 20000) in audit.faults(store)


@pytest.mark.parametrize("kept", [None, "", "x", "[1]", '"x"', "{", "null"])
def test_details_that_are_legible_no_more_are_none(kept):
    assert audit.read_details(kept) == {}


def test_details_come_back_as_they_were(trail):
    (kept,) = trail.rows("SELECT details FROM audit WHERE subject = '第 3 次'")[0]
    assert audit.read_details(kept) == {"number": 3, "词": "“引号”\n换行"}


def test_a_receipt_bears_a_head_that_is_looked_up_years_later(store, monkeypatch, capsys):
    receipt = ingest(store, filled(store, "BE-08", "DAG", OCTOBER), "a.xlsx", datetime.now(UTC), "王五")
    number, _, hash_ = receipt.seal.partition("-")
    assert (int(number), len(hash_)) == (audit.head(store)[0], 16) and audit.holds(store, receipt.seal)
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    store.close()
    assert main(["audit", "--holds", receipt.seal]) == 0
    assert main(["audit", "--holds", f"{number}-{'0' * 16}"]) == 1
    assert main(["audit", "--holds", "x"]) == 2
    open_store().close()


def test_a_disk_that_does_not_answer_is_no_loss(trail, monkeypatch):
    """What is told for ever was seen; the next act looks again."""

    def failing(*_: object, **__: object) -> str:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", failing)
        audit.note(trail, Act("catalogue_exported", "a"))
        assert [fault.code for fault in audit.faults(trail)] == ["no_head"]
    audit.note(trail, Act("catalogue_exported", "b"))
    assert audit.faults(trail) == [] and audit.losses(trail) == []
