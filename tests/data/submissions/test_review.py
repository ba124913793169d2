"""Review: who may take which step from where, what is locked, what counts and is shown; and the clock goes on."""

import itertools
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.access import Forbidden, Person, Role
from data.catalogue.in_force import catalogue_in_force, load_catalogue
from data.dues.timeliness import dues
from data.fault import Fault
from data.store import Store
from data.submissions.review import Locked, ReviewStep, locked_returns, take
from data.submissions.reviewed import reviews
from loaders.intake.entries import About, Arrival, Entry
from loaders.intake.ingest import Receipt
from loaders.intake.kept import kept_receipt
from loaders.intake.record import record
from loaders.messages import receipt_object
from loaders.statements.declare import zero_report
from locales.faults import fault_words
from tests.conftest import NOW, OCTOBER, edited, filled, ingest, sample_rows, shanghai
from tests.ready import ready_copy, reference_store

pytestmark = pytest.mark.variants

REPORTER = Person("wang", "王五", Role.REPORTER, "DAG")
REVIEWER = Person("li", "李四", Role.REVIEWER, "DAG")
STRANGER = Person("sun", "孙", Role.REVIEWER, "FJS")
OFFICE = Person("office", "张建国", Role.OFFICE)
LEADER = Person("zhao", "赵局长", Role.LEADER)
IN_TIME = shanghai("2026-11-18T09:00:00")


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Store]:
    """The reference store, in which BE-08 wants a review from before anything came."""
    opened = Store(ready_copy(_reviewed, tmp_path / "store.duckdb"))
    yield opened
    opened.close()


def _reviewed(path: Path) -> None:
    store = reference_store(path, NOW)
    catalogue = catalogue_in_force(store)
    templates = tuple(replace(one, review=one.template_code == "BE-08") for one in catalogue.templates)
    load_catalogue(store, replace(catalogue, templates=templates), NOW)
    store.close()


def brought_to(path: Path, wanted: str) -> Store:
    """A store of its own at path, in which one workbook was handed in and taken to a state: the newest submission."""
    return Store(ready_copy(_brought_to, path, wanted))


def _brought_to(path: Path, wanted: str) -> None:
    store = Store(ready_copy(_reviewed, path))
    bring_to(store, hand_in(store), wanted)
    store.close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """state → a store brought there, which the tests of the module share: for steps that are refused."""
    opened: dict[str, Store] = {}

    def at(wanted: str) -> Store:
        if wanted not in opened:
            opened[wanted] = brought_to(tmp_path_factory.mktemp(wanted) / "store.duckdb", wanted)
        return opened[wanted]

    yield at
    for store in opened.values():
        store.close()


def submission_of(store: Store) -> str:
    ((submission_id,),) = store.rows("SELECT submission_id FROM submission")
    return submission_id


def again(store: Store, person: Person, at: datetime) -> Receipt:
    """The same figures in other bytes, as a section saves its workbook again: a new version."""
    content = edited(filled(store, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG")), lambda book: None)
    return ingest(store.seen_by(person), content, f"{at:%d%H%M}.xlsx", at)


def hand_in(store: Store, person: Person = REPORTER, at: datetime = IN_TIME) -> str:
    """One workbook of DAG for October; the submission's id."""
    content = filled(store, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    receipt = ingest(store.seen_by(person), content, "a.xlsx", at)
    assert receipt.outcome == "accepted", receipt.issues
    return receipt.submission_id


def state(store: Store, submission_id: str, as_of: datetime | None = None) -> str | None:
    found = reviews(store, as_of or datetime.now(UTC) + timedelta(minutes=1))
    return dict(zip(found["submission_id"], found["state"], strict=True)).get(submission_id)


def counting(store: Store, as_of: datetime | None = None) -> list[str]:
    sql = "SELECT submission_id FROM current_at(?) WHERE template_code = 'BE-08'"
    return [row[0] for row in store.rows(sql, [as_of or datetime.now(UTC) + timedelta(minutes=1)])]


def bring_to(store: Store, own: str, wanted: str) -> None:
    """Take the submission on to a state."""
    ways = {
        "submitted": [],
        "approved": [(REVIEWER, ReviewStep.APPROVED)],
        "accepted": [(REVIEWER, ReviewStep.APPROVED), (OFFICE, ReviewStep.ACCEPTED)],
        "returned": [(OFFICE, ReviewStep.RETURNED)],
        "reopened": [(REVIEWER, ReviewStep.APPROVED), (OFFICE, ReviewStep.REOPENED)],
    }
    for person, step in ways[wanted]:
        take(store.seen_by(person), own, step, "与台账核对不符")
    assert state(store, own) == wanted


# Who may do what from where

ALLOWED = {
    ("submitted", ReviewStep.APPROVED): {REVIEWER.user_code, OFFICE.user_code},
    ("submitted", ReviewStep.RETURNED): {REVIEWER.user_code, OFFICE.user_code},
    ("approved", ReviewStep.ACCEPTED): {OFFICE.user_code},
    ("approved", ReviewStep.RETURNED): {OFFICE.user_code},
    ("approved", ReviewStep.REOPENED): {OFFICE.user_code},
    ("accepted", ReviewStep.REOPENED): {OFFICE.user_code},
}


@pytest.mark.parametrize(
    ("before", "step", "person"),
    list(
        itertools.product(
            ("submitted", "approved", "accepted", "returned", "reopened"),
            ReviewStep,
            (REPORTER, REVIEWER, STRANGER, OFFICE, LEADER),
        )
    ),
    ids=lambda one: getattr(one, "user_code", str(one)),
)
def test_who_may_take_which_step_from_where(standing, tmp_path, before, step, person):
    if person.user_code in ALLOWED.get((before, step), ()):
        store = brought_to(tmp_path / "store.duckdb", before)
        own = submission_of(store)
        take(store.seen_by(person), own, step, "与台账核对不符")
        assert state(store, own) == step.value
        (act,) = store.rows('SELECT "action", user_code, unit_code FROM audit ORDER BY audit_no DESC LIMIT 1')
        assert act == (f"review_{step.value}", person.user_code, "DAG")
        store.close()
    else:
        store = standing(before)
        own, acts = submission_of(store), store.rows("SELECT count(*) FROM audit")
        with pytest.raises((Forbidden, Fault)):
            take(store.seen_by(person), own, step, "与台账核对不符")
        assert state(store, own) == before and store.rows("SELECT count(*) FROM audit") == acts


def test_whoever_handed_it_in_does_not_approve_it(reviewed):
    own = hand_in(reviewed, REVIEWER)
    with pytest.raises(Fault, match="own"):
        take(reviewed.seen_by(REVIEWER), own, ReviewStep.APPROVED)
    take(reviewed.seen_by(replace(REVIEWER, user_code="other")), own, ReviewStep.APPROVED)
    assert state(reviewed, own) == "approved"


@pytest.mark.parametrize(("step", "before"), [(ReviewStep.RETURNED, "submitted"), (ReviewStep.REOPENED, "accepted")])
@pytest.mark.parametrize("reason", ["", "   ", "no", "不行", "asdfgh", "不行不行"])
def test_a_return_and_a_reopening_want_a_reason(standing, step, before, reason):
    store = standing(before)
    with pytest.raises(Fault, match="reason"):
        take(store.seen_by(OFFICE), submission_of(store), step, reason)


def test_the_office_approves_in_her_stead_with_a_reason_and_it_is_said(reviewed):
    own = hand_in(reviewed)
    with pytest.raises(Fault, match="reason"):
        take(reviewed.seen_by(OFFICE), own, ReviewStep.APPROVED)
    take(reviewed.seen_by(OFFICE), own, ReviewStep.APPROVED, "审核人出差，电话确认")
    assert "instead_of_reviewer" in reviewed.rows("SELECT details FROM audit ORDER BY audit_no DESC LIMIT 1")[0][0]


# The lock


@pytest.mark.parametrize(
    ("before", "is_locked"),
    [("submitted", False), ("approved", True), ("accepted", True), ("returned", False), ("reopened", False)],
)
def test_what_is_approved_takes_nothing_more_until_it_is_reopened(reviewed, before, is_locked):
    own = hand_in(reviewed)
    bring_to(reviewed, own, before)
    receipt = again(reviewed, REPORTER, IN_TIME + timedelta(hours=1))
    assert receipt.outcome == ("returned" if is_locked else "accepted")
    assert ("locked" in [issue.code for issue in receipt.issues]) == is_locked
    assert (own in counting(reviewed)) == (before == "accepted")


def test_the_same_file_again_is_harmless_however_it_stands(reviewed):
    content = filled(reviewed, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    first = ingest(reviewed.seen_by(REPORTER), content, "a.xlsx", IN_TIME)
    bring_to(reviewed, first.submission_id, "accepted")
    assert ingest(reviewed.seen_by(REPORTER), content, "a.xlsx", IN_TIME + timedelta(days=1)).outcome == "duplicate"


def test_no_statement_takes_the_place_of_what_is_locked(reviewed):
    own = hand_in(reviewed)
    bring_to(reviewed, own, "approved")
    with reviewed.write() as cursor:
        cursor.execute("UPDATE due SET zero_report_allowed = true")
    with pytest.raises(Fault) as refused:
        zero_report(reviewed.seen_by(REPORTER), "DAG", "BE-08", OCTOBER, datetime.now(UTC), "王五", "本月无此类业务")
    assert refused.value.code == "declaration.locked" and "重新开放" in fault_words(refused.value, "zh-CN")
    assert counting(reviewed) == [] and len(reviews(reviewed, datetime.now(UTC))) == 1


def test_two_at_once_an_approval_and_a_correction(reviewed):
    """Whichever wins, nothing is approved that was replaced unseen, and nothing replaces what was approved."""
    for round_ in range(8):
        at = IN_TIME + timedelta(minutes=round_)
        about = About("DAG", "BE-08", "1", date(2026, 1 + round_, 1))
        arrival = Arrival(f"first {round_}".encode(), "a.xlsx", at, "王五")
        (first,) = record(reviewed.seen_by(REPORTER), [Entry(arrival, about, True)])
        later = Arrival(f"second {round_}".encode(), "b.xlsx", at + timedelta(seconds=1), "王五")

        def approve(own=first.submission_id) -> str:
            try:
                take(reviewed.seen_by(REVIEWER), own, ReviewStep.APPROVED)
            except Fault as fault:
                return fault.code
            return "approved"

        def correct(later=later, about=about) -> str:
            try:
                record(reviewed.seen_by(REPORTER), [Entry(later, about, True)])
            except Locked:
                return "locked"
            return "corrected"

        with ThreadPoolExecutor(2) as pool:
            outcome = {one.result() for one in [pool.submit(approve), pool.submit(correct)]}
        assert outcome in ({"approved", "locked"}, {"state", "corrected"})


# What counts, what is shown, and the clock


def test_figures_count_once_they_are_accepted_and_go_on_while_it_is_open_again(reviewed):
    first = hand_in(reviewed)
    assert counting(reviewed) == []
    bring_to(reviewed, first, "accepted")
    assert counting(reviewed) == [first]
    take(reviewed.seen_by(OFFICE), first, ReviewStep.REOPENED, "单位要求更正")
    assert counting(reviewed) == [first]
    receipt = again(reviewed, REPORTER, IN_TIME + timedelta(days=1))
    assert receipt.outcome == "accepted" and counting(reviewed) == [first]
    take(reviewed.seen_by(REVIEWER), receipt.submission_id, ReviewStep.APPROVED)
    take(reviewed.seen_by(OFFICE), receipt.submission_id, ReviewStep.ACCEPTED)
    assert counting(reviewed) == [receipt.submission_id]


def test_a_leader_sees_nothing_of_it_before_it_is_accepted(reviewed):
    own = hand_in(reviewed)
    seen = reviewed.seen_by(LEADER)

    def shown() -> list[int]:
        tables = ("fact", "issue", "workbook_file")
        return [seen.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]

    assert shown()[0] == 0 and shown()[2] == 0
    assert seen.rows("SELECT count(*) FROM submission") == [(1,)]  # that something came is what the clock needs
    bring_to(reviewed, own, "accepted")
    assert shown()[0] > 0 and shown()[2] == 1
    assert reviewed.seen_by(REPORTER).rows("SELECT count(*) FROM fact")[0][0] == shown()[0]


@pytest.mark.parametrize("end", ["submitted", "approved", "accepted", "returned", "reopened"])
def test_the_clock_counts_from_the_first_hand_in_whatever_becomes_of_it(standing, end):
    found = dues(standing(end), shanghai("2026-11-25T00:00:00"), OCTOBER, "DAG")
    (due,) = found[(found["template_code"] == "BE-08") & (found["period"].dt.date == OCTOBER)].itertuples()
    assert (due.status, due.first_received_at) == ("on_time", IN_TIME)


def test_steps_after_a_moment_are_not_known_at_it(reviewed):
    own = hand_in(reviewed)
    between = []
    for person, step in ((REVIEWER, ReviewStep.APPROVED), (OFFICE, ReviewStep.ACCEPTED), (OFFICE, ReviewStep.REOPENED)):
        between.append(datetime.now(UTC))
        take(reviewed.seen_by(person), own, step, "与台账核对不符")
    between.append(datetime.now(UTC))
    assert [state(reviewed, own, at) for at in between] == ["submitted", "approved", "accepted", "reopened"]
    assert [counting(reviewed, at) for at in between] == [[], [], [own], [own]]


def test_what_came_before_a_template_wanted_it_needs_no_review(store):
    own = hand_in(store)
    catalogue = catalogue_in_force(store)
    load_catalogue(
        store, replace(catalogue, templates=tuple(replace(t, review=True) for t in catalogue.templates)), NOW
    )
    assert counting(store) == [own] and reviews(store, datetime.now(UTC) + timedelta(minutes=1)).empty


def test_random_histories_against_a_plain_twin(reviewed):
    """Versions and steps in any order: states, lock and what counts, told once more in plain Python."""
    rng = random.Random(20261126)
    versions: list[str] = []
    states: dict[str, str] = {}
    accepted: set[str] = set()
    for number in range(120):
        is_locked = any(one in ("approved", "accepted") for one in states.values())
        if not versions or rng.random() < 0.35:
            about = About("DAG", "BE-08", "1", OCTOBER)
            arrival = Arrival(f"{number}".encode(), "a.xlsx", IN_TIME + timedelta(seconds=number), "王五")
            if is_locked:
                with pytest.raises(Locked):
                    record(reviewed.seen_by(REPORTER), [Entry(arrival, about, True)])
                continue
            (made,) = record(reviewed.seen_by(REPORTER), [Entry(arrival, about, True)])
            states = {own: "superseded" if one == "submitted" else one for own, one in states.items()}
            versions.append(made.submission_id)
            states[made.submission_id] = "submitted"
        else:
            own, step = rng.choice(versions), rng.choice(list(ReviewStep))
            froms = {
                ReviewStep.APPROVED: ("submitted",),
                ReviewStep.ACCEPTED: ("approved",),
                ReviewStep.RETURNED: ("submitted", "approved"),
                ReviewStep.REOPENED: ("approved", "accepted"),
            }
            person = REVIEWER if step is ReviewStep.APPROVED else OFFICE
            if states[own] in froms[step]:
                take(reviewed.seen_by(person), own, step, "与台账核对不符")
                states[own] = step.value
                accepted |= {own} if step is ReviewStep.ACCEPTED else set()
            else:
                with pytest.raises(Fault):
                    take(reviewed.seen_by(person), own, step, "与台账核对不符")
        found = reviews(reviewed, datetime.now(UTC) + timedelta(minutes=1))
        assert dict(zip(found["submission_id"], found["state"], strict=True)) == states
        assert counting(reviewed) == [own for own in versions if own in accepted][-1:]
        now_locked = any(one in ("approved", "accepted") for one in states.values())
        assert bool(locked_returns(reviewed, [("DAG", "BE-08", OCTOBER)])) == now_locked


def test_the_receipt_says_where_it_stands(reviewed):
    content = filled(reviewed, "BE-08", "DAG", OCTOBER, sample_rows("BE-08", "DAG"))
    receipt = ingest(reviewed.seen_by(REPORTER), content, "a.xlsx", IN_TIME)
    assert receipt_object(receipt, "zh-CN")["review"] == "submitted"
    bring_to(reviewed, receipt.submission_id, "approved")
    kept = kept_receipt(reviewed.seen_by(REPORTER), receipt.receipt_no, datetime.now(UTC) + timedelta(minutes=1))
    assert receipt_object(kept, "zh-CN")["review"] == "approved" and kept.status == "on_time"
    other = filled(reviewed, "BE-02", "XZSP", OCTOBER, sample_rows("BE-02", "XZSP"))
    assert receipt_object(ingest(reviewed, other, "b.xlsx", IN_TIME), "zh-CN")["review"] is None
