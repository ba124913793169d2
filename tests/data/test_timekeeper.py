"""The machine's clock is not believed alone: set back or ahead, no receipt, due or correction moves."""

from datetime import UTC, datetime, timedelta

import pytest

from data import audit, timekeeper
from data.backup import check
from data.catalogue.in_force import refresh_dues
from data.commands import main
from data.dues.standing import standings
from data.people import accounts
from data.store import Store, open_store
from loaders.commands import main as loaders_main
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from loaders.sample.history import load_sample
from tests.conftest import OCTOBER, REASON, edited, filled
from tests.ready import reference_store

KEY = ("FJS", "BE-08", OCTOBER)
LATE = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
IN_TIME = LATE - timedelta(days=10)


class Machine:
    """Its clock, and how long it has run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, wall: datetime) -> None:
        self.wall, self.ran = wall, 1000.0
        monkeypatch.setattr(timekeeper, "_wall", lambda: self.wall)
        monkeypatch.setattr(timekeeper, "_tick", lambda: self.ran)

    def passes(self, time: timedelta) -> None:
        """Time, as it passes."""
        self.wall += time
        self.ran += time.total_seconds()


@pytest.fixture
def machine(monkeypatch) -> Machine:
    """A machine on the 25th, when what is handed in is late."""
    return Machine(monkeypatch, LATE)


@pytest.fixture
def store(tmp_path, machine):
    """A store whose rows are of before the 25th."""
    opened = reference_store(tmp_path / "store.duckdb", IN_TIME - timedelta(days=5))
    with opened.write() as cursor:  # the copy was made when the tests began
        cursor.execute("DELETE FROM audit")
        cursor.execute("UPDATE store_info SET created_at = TIMESTAMPTZ '2026-10-01'")
    opened.close()
    audit.head_path(opened.path).unlink(missing_ok=True)
    opened = Store(opened.path)
    audit.note(opened, audit.Act("tried"))
    yield opened
    opened.close()


def hand_in(store: Store, machine: Machine, title: str = "first"):
    """What a section sends now, as its page reads the clock."""
    content = edited(filled(store, "BE-08", "FJS"), lambda book: setattr(book.properties, "title", title))
    ((receipt,),) = take_in(store, [Upload(content, "a.xlsx", machine.wall, "王五", REASON)])
    return receipt


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_set_back_makes_no_late_return_on_time(store, machine, is_restarted):
    machine.wall = IN_TIME
    if is_restarted:
        store.close()
        store = Store(store.path)
    receipt = hand_in(store, machine)
    assert (receipt.outcome, receipt.status) == ("accepted", "late")
    assert abs(receipt.received_at - LATE) < timedelta(minutes=1)
    assert store.value("SELECT count(*) FROM audit WHERE \"action\" = 'clock_moved'") == 1
    assert any("the clock was moved" in fault for fault in check(store))
    store.close()


def test_a_correction_counts_though_the_clock_was_set_back_in_between(store, machine):
    first = hand_in(store, machine)
    machine.passes(timedelta(hours=1))
    machine.wall = IN_TIME
    second = hand_in(store, machine, "second")
    assert (first.version, second.outcome, second.version) == (1, "accepted", 2), second.issues
    counted = "SELECT version FROM current_at($at) WHERE unit_code = 'FJS' AND template_code = 'BE-08'"
    assert store.value(counted, {"at": store.now()}) == 2
    assert standings(store, [KEY], store.now())[KEY].first_received_at == first.received_at


def test_a_clock_that_is_ahead_for_two_seconds_freezes_nothing_of_next_year(store, machine):
    frozen = store.value("SELECT max(opens_at) FROM due")
    machine.wall += timedelta(days=400)
    machine.passes(timedelta(seconds=1))
    refresh_dues(store, store.timekeeper.lived_until())
    receipt = hand_in(store, machine)
    machine.wall -= timedelta(days=400)
    machine.passes(timedelta(seconds=1))
    assert store.value("SELECT max(opens_at) FROM due") - frozen < timedelta(days=62)
    assert abs(receipt.received_at - LATE) < timedelta(minutes=1)
    assert store.timekeeper.off_by() == timedelta(0)
    machine.passes(timedelta(hours=1))
    assert abs(store.now() - machine.wall) < timedelta(seconds=1)


def test_a_server_that_starts_a_year_ahead_freezes_no_further_than_it_may_have_been_away(store, machine):
    store.close()
    machine.passes(timedelta(days=400))
    again = Store(store.path)
    refresh_dues(again, again.timekeeper.lived_until())
    assert again.value("SELECT max(opens_at) FROM due") < LATE + timekeeper.ABSENCE + timedelta(days=1)
    again.close()


def test_time_that_passes_is_believed(store, machine):
    for step in (timedelta(seconds=1), timedelta(hours=9), timedelta(days=90)):
        machine.passes(step)
        assert store.now() == machine.wall and not store.timekeeper.off_by()
    machine.wall += timedelta(seconds=40)  # as a time server sets it
    assert store.now() == machine.wall
    machine.wall -= timedelta(seconds=40)
    before = store.now()
    assert before >= machine.wall and not store.timekeeper.off_by()  # it stands still, and never runs back
    assert store.value("SELECT count(*) FROM audit WHERE \"action\" = 'clock_moved'") == 0


def test_a_file_that_arrived_before_the_clock_was_moved_keeps_its_moment(store, machine):
    arrived = machine.wall
    machine.passes(timedelta(minutes=20))
    machine.wall -= timedelta(days=10)
    assert store.timely(arrived) == arrived
    assert abs(store.timely(machine.wall) - (arrived + timedelta(minutes=20))) < timedelta(seconds=2)


def test_the_office_says_that_the_clock_is_right(store, machine, monkeypatch, capsys):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    store.close()
    machine.wall -= timedelta(days=3)  # the 25th was wrong
    assert main(["clock"]) == 1
    assert main(["clock", "--right", "x"]) == 2
    assert main(["clock", "--right", "与授时中心核对一致"]) == 0
    opened = open_store()
    audit.note(opened, audit.Act("tried"))
    assert abs(opened.now() - machine.wall) < timedelta(seconds=1) and check(opened) == []
    opened.close()
    again = Store(store.path)
    assert not again.timekeeper.off_by()
    again.close()


# 补记

EXPLAINED = ("--explain", REASON)


def _file(store, tmp_path) -> str:
    (tmp_path / "a.xlsx").write_bytes(filled(store, "BE-08", "FJS"))
    return str(tmp_path / "a.xlsx")


def _marked(store: Store) -> list[tuple]:
    return store.rows("SELECT status, is_backdated FROM timeliness_at($at) WHERE is_backdated", {"at": store.now()})


def test_entering_later_wants_a_reason_once_people_sign_in_and_keeps_it_with_its_proof(
    store, machine, tmp_path, monkeypatch, capsys
):
    accounts.create_first(store, "admin", "张建国", "a-good-Password-1")
    words = [
        "ingest",
        _file(store, tmp_path),
        "--received-at",
        IN_TIME.isoformat(),
        "--explain",
        "本月集中办结上月结转件",
    ]
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    store.close()
    (tmp_path / "mail.pdf").write_bytes(b"%PDF-1.4 a mail")
    assert loaders_main(words) == 2
    assert "--received-reason" in capsys.readouterr().err
    words += ["--received-reason", "11月15日邮件收到，附截图", "--received-proof", str(tmp_path / "mail.pdf")]
    assert loaders_main(words) == 0
    opened = open_store()
    (row,) = opened.rows(
        "SELECT reason, proof_name, content FROM backdating JOIN workbook_file ON sha256 = proof_sha256"
    )
    assert row == ("11月15日邮件收到，附截图", "mail.pdf", b"%PDF-1.4 a mail")
    assert opened.value("SELECT count(*) FROM audit WHERE \"action\" = 'submission_backdated'") == 1
    assert _marked(opened) == [("on_time", True)] and check(opened) == []
    opened.close()


def test_before_anybody_signs_in_the_past_may_be_taken_over_and_is_marked_all_the_same(
    store, machine, tmp_path, monkeypatch
):
    words = [
        "ingest",
        _file(store, tmp_path),
        "--received-at",
        IN_TIME.isoformat(),
        "--explain",
        "本月集中办结上月结转件",
    ]
    monkeypatch.setenv("ZHUNDIAN_STORE", str(store.path))
    store.close()
    assert loaders_main(words) == 0
    opened = open_store()
    assert _marked(opened) == [("on_time", True)]
    opened.close()


# What was handed in is what the trail says


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE submission SET received_at = received_at - INTERVAL 5 DAY", "submissions whose moment"),
        ("UPDATE submission SET sha256 = 'x'", "submissions whose file"),
        ("UPDATE submission SET version = 7", "submissions that are not about"),
        ("UPDATE submission SET unit_code = 'DAG'", "submissions that are not about"),
        (
            "UPDATE fact SET num = num + 1 WHERE rowid = (SELECT max(rowid) FROM fact WHERE num > 0)",
            "submissions whose",
        ),
        ("DELETE FROM fact WHERE rowid = (SELECT min(rowid) FROM fact)", "submissions whose figures"),
        (
            "INSERT INTO submission SELECT * REPLACE ('20260101-X' AS receipt_no) FROM submission",
            "submissions that",
        ),
        ("DELETE FROM submission", "submissions of the audit trail that are gone"),
    ],
)
def test_an_edited_fact_is_found(store, machine, edit, told):
    hand_in(store, machine)
    assert check(store) == []
    with store.write() as cursor:
        cursor.execute(edit)
    assert [fault for fault in check(store) if fault.startswith(told)], check(store)


def test_an_edited_demonstration_is_found(tmp_path):
    store = reference_store(tmp_path / "store.duckdb")
    load_sample(store, 1, OCTOBER)
    assert check(store) == []
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET received_at = received_at - INTERVAL 1 DAY WHERE version = 1")
    assert "the made-up history is not what the audit trail says: 1" in check(store)
    store.close()
