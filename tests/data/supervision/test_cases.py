"""Supervision: each threshold at its edge, who may take which step from where, and a plain twin of what is proposed."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.access import Forbidden, Person, Role
from data.catalogue.model import CalendarDay, Obligation
from data.fault import Fault
from data.store import Store
from data.supervision import cases as supervision
from data.supervision import record as queries
from data.supervision import waivers
from data.supervision.cases import CaseState
from data.supervision.checks import ALWAYS, normal_number
from data.supervision.evidence import CaseKind
from data.supervision.rules import Rules, months_before
from data.supervision.waivers import Ground, Waiving
from tests.conftest import shanghai
from tests.data import worlds
from tests.data.worlds import SHANGHAI, Sent

pytestmark = pytest.mark.variants

OFFICE = Person("office", "张建国", Role.OFFICE)
LEADER = Person("zhao", "赵局长", Role.LEADER)
OTHER_OFFICE = Person("li", "李敏", Role.OFFICE)
REVIEWER = Person("wang", "王五", Role.REVIEWER, "A")
PEOPLE = (OFFICE, LEADER, REVIEWER, Person("m", "m", Role.MONITOR))
JANUARY = date(2026, 1, 1)
LOADED = datetime(2027, 6, 1, tzinfo=UTC)  # into an empty store: everything from the start is planned
ZONE = ZoneInfo(SHANGHAI)
REASON = "系统 22 日全天故障，有公告"
NUMBER = "鄂州建办通〔2026〕12号"


def month(number: int) -> date:
    """The number-th month, 1 for January 2026."""
    return worlds.later_month(JANUARY, number - 1)


def deadline(of: date) -> datetime:
    """The first instant too late for a monthly return: the 23rd of the month after."""
    return datetime.combine(worlds.later_month(of, 1).replace(day=23), datetime.min.time(), ZONE)


def sent(unit: str, template: str, of: date, days: int | None) -> list[Sent]:
    """Received so many begun days late; 0 on time; None never."""
    if days is None:
        return []
    at = deadline(of) + (timedelta(days=days - 1, hours=9) if days else timedelta(days=-2))
    return [Sent(unit, template, of, at)]


def history(tmp_path, told: dict[tuple[str, str], list], exempt: dict[tuple[str, str], tuple] | None = None) -> Store:
    """A store in which (unit, template) was late by so many days, month by month from January 2026 on."""
    obligations = [
        Obligation(unit, template, JANUARY, month(len(days)), False, (exempt or {}).get((unit, template), ()))
        for (unit, template), days in told.items()
    ]
    received = [
        one
        for (unit, template), days in told.items()
        for number, late in enumerate(days, start=1)
        for one in sent(unit, template, month(number), late)
    ]
    world = worlds.World(worlds.catalogue(obligations), received)
    return worlds.opened(tmp_path, world, LOADED).seen_by(OFFICE)


def settled(number: int) -> datetime:
    """Long after the grace of the number-th month, before the next one's deadline."""
    return deadline(month(number)) + timedelta(days=20)


def proposed(store: Store, as_of: datetime, kind: CaseKind | None = None) -> list[tuple]:
    """(kind, unit, month, {reason: number}) of each proposal."""
    return [
        (one.kind.value, one.unit_code, one.month, {reason.code: reason.number for reason in one.reasons})
        for one in queries.candidates(store, as_of)
        if kind in (None, one.kind)
    ]


# Each threshold at its edge


@pytest.mark.parametrize(
    ("days", "reasons"),
    [
        ([0, 0, 0], None),
        ([3, 0, 0], None),
        ([4, 0, 0], {"days": 4}),
        ([1, 1, 0], None),
        ([1, 1, 1], {"dues": 3}),
        ([None, 0, 0], {"omitted": 1}),
        ([None, 1, 5], {"omitted": 1, "days": 5, "dues": 3}),
    ],
    ids=str,
)
def test_a_month_is_criticised_from_each_limit_on(tmp_path, days, reasons):
    store = history(tmp_path, {("A", f"T{n}"): [late] for n, late in enumerate(days)})
    found = proposed(store, settled(1), CaseKind.CRITICISM)
    assert found == ([("criticism", "A", JANUARY, reasons)] if reasons else [])


@pytest.mark.parametrize(
    ("days", "proposals"),
    [
        ([1, 1], {}),
        ([1, 1, 1], {3: 3}),
        ([1, 0, 1, 1], {}),
        ([1, 1, 1, 1, 1], {3: 3}),
        ([1, 1, 1, 1, 1, 1], {3: 3, 6: 6}),
    ],
)
def test_late_again_and_again_is_criticised_once_in_three(tmp_path, days, proposals):
    store = history(tmp_path, {("A", "T1"): days})
    found = proposed(store, settled(len(days)), CaseKind.CRITICISM)
    assert found == [("criticism", "A", month(number), {"months": run}) for number, run in proposals.items()]


def test_a_month_without_dues_neither_breaks_nor_lengthens_a_run(tmp_path):
    store = history(tmp_path, {("A", "T1"): [1, 1, 9, 1]}, {("A", "T1"): (3,)})
    assert proposed(store, settled(4), CaseKind.CRITICISM) == [("criticism", "A", month(4), {"months": 3})]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([0, 0], []),
        ([0, 0, 0], [3]),
        ([0, 1, 0, 0], []),
        ([0, 0, 0, 0, 0], [3]),
        ([0, 0, 0, 0, 0, 0], [3, 6]),
        ([1, 0, 0, 0], [4]),
    ],
)
def test_praise_is_for_three_months_and_comes_again_after_three(tmp_path, days, found):
    store = history(tmp_path, {("A", "T1"): days, ("A", "T2"): [0] * len(days)})
    assert [one[2] for one in proposed(store, settled(len(days)), CaseKind.PRAISE)] == [
        month(number) for number in found
    ]


def test_praise_wants_something_due_in_each_month(tmp_path):
    store = history(tmp_path, {("A", "T1"): [0] * 5}, {("A", "T1"): (2,)})
    assert [one[2] for one in proposed(store, settled(5), CaseKind.PRAISE)] == [month(5)]


def test_grace_ends_with_the_fifth_working_day(tmp_path):
    """February's deadline is Monday 23 March 2026, 00:00; the Friday after is off, so grace ends with the 30th."""
    obligations = [Obligation("A", "T1", month(2), month(2))]
    off = (CalendarDay(date(2026, 3, 27), False, "测试假日"),)
    inside, outside = shanghai("2026-03-30T23:59:59"), shanghai("2026-03-31T00:00:00")
    for number, (at, reasons) in enumerate({inside: {"days": 8}, outside: {"omitted": 1}}.items()):
        world = worlds.World(worlds.catalogue(obligations, calendar=off), [Sent("A", "T1", month(2), at)])
        (tmp_path / str(number)).mkdir()
        store = worlds.opened(tmp_path / str(number), world, LOADED).seen_by(OFFICE)
        assert proposed(store, inside) == []  # the days of grace are not over
        assert proposed(store, outside) == [("criticism", "A", month(2), reasons)]


def test_a_month_is_not_settled_before_the_next_has_begun(tmp_path):
    """A return due within its own month must not be judged while others of the same month have not opened."""
    templates = (worlds.template("T1", day=3, offset=0), worlds.template("T2"))
    obligations = [Obligation("A", "T1", JANUARY, JANUARY), Obligation("A", "T2", JANUARY, JANUARY)]
    world = worlds.World(worlds.catalogue(obligations, templates))
    store = worlds.opened(tmp_path, world, LOADED).seen_by(OFFICE)
    assert proposed(store, shanghai("2026-01-25T00:00:00")) == []
    assert proposed(store, shanghai("2026-02-15T00:00:00")) == []
    assert proposed(store, settled(1), CaseKind.CRITICISM) == [("criticism", "A", JANUARY, {"omitted": 2})]


def test_rectification_is_for_what_is_still_missing(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [30], ("B", "T1"): [0]})
    before, after = deadline(JANUARY) + timedelta(days=20), deadline(JANUARY) + timedelta(days=40)
    for as_of, number in ((before, 2), (after, 1)):
        assert proposed(store, as_of, CaseKind.RECTIFICATION) == [("rectification", "A", JANUARY, {"open": number})]
    supervision.set_rules(store, {"rectify_after": "criticism"}, before)
    assert proposed(store, after, CaseKind.RECTIFICATION) == []
    bring(store, CaseKind.CRITICISM, "issued", after)
    assert proposed(store, after, CaseKind.RECTIFICATION) == [("rectification", "A", JANUARY, {"open": 1})]


def test_limits_are_settings_and_zero_switches_one_off(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [4]})
    assert proposed(store, settled(1), CaseKind.CRITICISM)[0][3] == {"omitted": 1, "days": 4}
    supervision.set_rules(store, {"omitted_dues": 0}, settled(1))
    assert proposed(store, settled(1), CaseKind.CRITICISM)[0][3] == {"days": 4}
    supervision.set_rules(store, {"late_days": 5}, settled(1) + timedelta(seconds=1))
    assert proposed(store, settled(1) + timedelta(seconds=1), CaseKind.CRITICISM) == []
    assert proposed(store, settled(1) - timedelta(seconds=1), CaseKind.CRITICISM)[0][3] == {"omitted": 1, "days": 4}


@pytest.mark.parametrize(
    "values",
    [
        {"n": 1},
        {"late_days": -1},
        {"late_days": "4"},
        {"late_days": True},
        {"praise_months": 0},
        {"rectify_after": "x"},
    ],
    ids=str,
)
def test_a_limit_that_is_none_is_refused_and_nothing_is_set(tmp_path, values):
    store = history(tmp_path, {("A", "T1"): [0]})
    with pytest.raises(Fault, match=r"^setting\."):
        supervision.set_rules(store, values, settled(1))
    assert queries.rules_at(store, ALWAYS) == Rules()


def test_what_lies_long_ago_is_not_proposed(tmp_path):
    store = history(tmp_path, {("A", "T1"): [5] + [0] * 14})
    found = proposed(store, shanghai("2027-01-31T23:59:00"), CaseKind.CRITICISM)
    assert found == [("criticism", "A", JANUARY, {"days": 5})]
    assert proposed(store, shanghai("2027-02-01T00:00:00"), CaseKind.CRITICISM) == []


# Waivers


def test_a_waived_due_is_no_evidence_and_comes_back_when_the_waiver_ends(tmp_path):
    store = history(tmp_path, {("A", "T1"): [0, 5, 0], ("A", "T2"): [0, 0, 0], ("B", "T1"): [0, 5, 0]})
    at = settled(3)
    assert [one[:2] for one in proposed(store, at)] == [("criticism", "A"), ("criticism", "B")]
    wanted = Waiving(Ground.SYSTEM_FAULT, month(2), REASON, "A", document_no="鄂数函〔2026〕3号")
    done = waivers.waive(store, wanted, at)
    assert done == [("A", "T1", month(2))]
    later = at + timedelta(seconds=1)
    assert [one[:3] for one in proposed(store, later)] == [("criticism", "B", month(2)), ("praise", "A", month(3))]
    (waived,) = queries.waivers(store, later)["waiver_id"]
    waivers.end_waivers(store, [waived], later, "公告有误，系统当日正常")
    assert [one[:2] for one in proposed(store, later)] == [("criticism", "A"), ("criticism", "B")]
    assert [one[:2] for one in proposed(store, at)] == [("criticism", "B"), ("praise", "A")]  # as it was known then
    acts = [row[0] for row in store.rows("SELECT action FROM audit ORDER BY audit_no")]
    assert acts[-2:] == ["waiver_made", "waiver_ended"]


def test_a_waiver_of_a_month_takes_in_what_is_late_or_missing_once(tmp_path):
    store = history(tmp_path, {("A", "T1"): [5], ("A", "T2"): [0], ("B", "T1"): [None]})
    at = settled(1)
    found = waivers.waive(store.seen_by(LEADER), Waiving(Ground.EXTENSION, JANUARY, REASON), at)
    assert found == [("A", "T1", JANUARY), ("B", "T1", JANUARY)]
    with pytest.raises(Fault, match="nothing_to_waive"):
        waivers.waive(store, Waiving(Ground.EXTENSION, JANUARY, REASON), at)
    assert proposed(store, at) == []


@pytest.mark.parametrize("person", [REVIEWER, Person("m", "m", Role.MONITOR)])
def test_nobody_of_a_unit_waives(tmp_path, person):
    store = history(tmp_path, {("A", "T1"): [5]})
    with pytest.raises(Forbidden):
        waivers.waive(store.seen_by(person), Waiving(Ground.EXTENSION, JANUARY, REASON, "A"), settled(1))
    with pytest.raises(Fault, match="reason"):
        waivers.waive(store, Waiving(Ground.EXTENSION, JANUARY, "没", "A"), settled(1))
    assert store.rows("SELECT count(*) FROM waiver") == [(0,)]


# The steps

WAYS = {
    "opened": [],
    "approved": ["approve"],
    "declined": ["decline"],
    "issued": ["approve", "issue"],
    "closed": ["approve", "issue", "close"],
    "waived": ["drop"],
    "withdrawn": ["approve", "issue", "drop"],
}


def act(store: Store, case_id: str, step: str, now: datetime, number: str = NUMBER, on: date | None = None):
    """Take a step by its name."""
    match step:
        case "approve" | "decline":
            return supervision.decide(store, case_id, step == "approve", now, REASON)
        case "record":
            return supervision.decide(store, case_id, True, now, REASON, "赵局长")
        case "issue":
            return supervision.issue(store, [case_id], number, now, on)
        case "rectified":
            return supervision.rectified(store, case_id, now)
        case "close":
            return supervision.close(store, case_id, now, REASON)
        case "drop":
            return supervision.drop(store, case_id, now, REASON)


def bring(
    store: Store,
    kind: CaseKind,
    state: str,
    now: datetime,
    unit: str = "A",
    number: str = NUMBER,
    on: date | None = None,
) -> str:
    """Take the first proposal of this kind for the unit on to a state; the case's id."""
    one = next(one for one in queries.candidates(store, now) if one.kind is kind and one.unit_code == unit)
    supervision.open_case(store.seen_by(OFFICE), one.case_id, now)
    for step in WAYS[state]:
        person = LEADER if step in ("approve", "decline") else OFFICE
        act(store.seen_by(person), one.case_id, step, now, number, on)
    assert state_of(store, one.case_id) == state
    return one.case_id


def state_of(store: Store, case_id: str) -> str:
    (case,) = queries.cases(store, ALWAYS, case_id=case_id)
    return case.state


def written(store: Store) -> list[tuple]:
    tables = ("supervision_case", "supervision_step", "waiver", "audit")
    return [store.rows(f"SELECT count(*) FROM {table}")[0] for table in tables]


ALLOWED = {
    ("opened", "approve"): {LEADER},
    ("opened", "decline"): {LEADER},
    ("opened", "record"): {OFFICE, LEADER},  # to a leader it is her own decision
    ("approved", "issue"): {OFFICE},
    ("issued", "close"): {OFFICE},
    ("opened", "drop"): {OFFICE},
    ("approved", "drop"): {OFFICE},
    ("issued", "drop"): {OFFICE},
    ("closed", "drop"): {OFFICE},
}
STEPS = ("approve", "decline", "record", "issue", "rectified", "close", "drop")


def test_who_may_take_which_step_from_where(tmp_path):
    """Every state x step x person: refused with nothing written, or taken where it may be, on a case of its own."""
    store = history(tmp_path, {(f"U{n:02d}", "T1"): [9] for n in range(len(WAYS) + len(ALLOWED) + 1)})
    now = settled(1)
    numbers = (f"鄂州建办通〔2026〕{number}号" for number in itertools.count(1))
    units = iter([f"U{n:02d}" for n in range(99)])
    for state in WAYS:
        case_id = bring(store, CaseKind.CRITICISM, state, now, next(units), next(numbers))
        before = written(store)
        for step, person in itertools.product(STEPS, PEOPLE):
            if person in ALLOWED.get((state, step), ()):
                own, number = bring(store, CaseKind.CRITICISM, state, now, next(units), next(numbers)), next(numbers)
                act(store.seen_by(person), own, step, now, number)
                told = store.rows("SELECT action, user_code, subject FROM audit ORDER BY audit_no DESC LIMIT 1")[0]
                assert told == (f"supervision_{state_of(store, own)}", person.user_code, own[:8])
                assert state_of(store, own) != state
                before = written(store)
            else:
                with pytest.raises((Forbidden, Fault)):
                    act(store.seen_by(person), case_id, step, now, next(numbers))
                assert written(store) == before, (state, step, person.role)
                assert state_of(store, case_id) == state


@pytest.mark.parametrize("person", [LEADER, REVIEWER])
def test_only_the_office_opens(tmp_path, person):
    store = history(tmp_path, {("A", "T1"): [9]})
    (one,) = queries.candidates(store, settled(1))
    with pytest.raises(Forbidden):
        supervision.open_case(store.seen_by(person), one.case_id, settled(1))
    assert store.rows("SELECT count(*) FROM supervision_case") == [(0,)]


def test_what_was_taken_up_is_not_proposed_twice_whatever_becomes_of_it(tmp_path):
    store = history(tmp_path, {(unit, "T1"): [9] for unit in WAYS})
    for number, state in enumerate(WAYS, start=1):
        case_id = bring(store, CaseKind.CRITICISM, state, settled(1), state, f"鄂州建办通〔2026〕{number}号")
        assert case_id not in {one.case_id for one in queries.candidates(store, settled(1))}
        with pytest.raises(Fault, match="opened"):
            supervision.open_case(store, case_id, settled(1))
    assert proposed(store, settled(1), CaseKind.CRITICISM) == []
    with pytest.raises(Fault, match="unknown"):
        supervision.open_case(store, "0" * 64, settled(1))


def test_whoever_opened_it_does_not_decide_it_even_as_a_leader(tmp_path):
    store = history(tmp_path, {("A", "T1"): [9]})
    case_id = bring(store, CaseKind.CRITICISM, "opened", settled(1))
    promoted = Person(OFFICE.user_code, OFFICE.user_name, Role.LEADER)
    with pytest.raises(Fault, match="own"):
        supervision.decide(store.seen_by(promoted), case_id, True, settled(1))
    supervision.decide(store.seen_by(LEADER), case_id, True, settled(1))
    assert state_of(store, case_id) == "approved"


def test_the_office_records_what_was_decided_on_paper_and_the_trail_says_so(tmp_path):
    store = history(tmp_path, {("A", "T1"): [9]})
    case_id = bring(store, CaseKind.CRITICISM, "opened", settled(1))
    for reason, by, code in ((REASON, "", "decided_by"), ("", "赵局长", "reason"), ("asdfgh", "赵局长", "reason")):
        with pytest.raises(Fault, match=code):
            supervision.decide(store, case_id, True, settled(1), reason, by)
    made = supervision.decide(store, case_id, True, settled(1), "11 月 25 日呈批件", "赵局长")
    assert (made.steps[-1].user_name, made.steps[-1].details["decided_by"]) == ("张建国", "赵局长")
    told = json.loads(store.rows("SELECT details FROM audit ORDER BY audit_no DESC LIMIT 1")[0][0])
    assert told["decided_by"] == "赵局长" and told["is_recorded"] and told["reason"] == "11 月 25 日呈批件"


@pytest.mark.parametrize(("step", "state"), [("decline", "opened"), ("drop", "opened"), ("drop", "issued")])
@pytest.mark.parametrize("reason", ["", "  ", "不行", "asdfgh"])
def test_a_no_wants_a_reason(tmp_path, step, state, reason):
    store = history(tmp_path, {("A", "T1"): [9]})
    case_id, before = bring(store, CaseKind.CRITICISM, state, settled(1)), written(store)
    with pytest.raises(Fault, match="reason"):
        if step == "decline":
            supervision.decide(store.seen_by(LEADER), case_id, False, settled(1), reason)
        else:
            supervision.drop(store, case_id, settled(1), reason)
    assert written(store) == before


def test_of_two_at_once_one_wins_and_the_other_is_told(tmp_path):
    store = history(tmp_path, {(f"U{n}", "T1"): [9] for n in range(6)})
    for one in queries.candidates(store, settled(1)):

        def take(step: str, case_id: str = one.case_id) -> str:
            try:
                if step == "open":
                    return supervision.open_case(store, case_id, settled(1)).state
                return act(store.seen_by(LEADER), case_id, step, settled(1)).state
            except Fault as fault:
                return fault.code

        for pair, outcome in ((("open", "open"), ["opened", "supervision.opened"]), (("approve", "decline"), None)):
            with ThreadPoolExecutor(2) as pool:
                found = sorted(pool.map(take, pair))
            assert found == outcome or found in (["approved", "supervision.state"], ["declined", "supervision.state"])
        states = [step.step for step in queries.cases(store, ALWAYS, case_id=one.case_id)[0].steps]
        assert states[0] == "opened" and len(states) == 2


# Document numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("鄂州建办通〔2026〕12号", "鄂州建办通〔2026〕12号"),
        (" 鄂州建办通[2026] 012 号", "鄂州建办通〔2026〕12号"),
        ("鄂州建改（2026）第3号", "鄂州建改〔2026〕3号"),
        ("鄂建办通【2026】7", "鄂建办通〔2026〕7号"),
    ],
)
def test_a_number_is_kept_in_its_proper_form(typed, kept):
    assert normal_number(typed) == kept


NO_NUMBERS = ("", "12", "鄂州建办通2026-12", "〔2026〕12号", "鄂州建办通〔26〕12号", "鄂通〔2026〕0号", "x" * 99)


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(Fault, match="document_no"):
        normal_number(typed)


def test_a_number_belongs_to_one_document(tmp_path):
    """Of one kind and one day, each unit in it once; a withdrawn document keeps its number."""
    store = history(tmp_path, {(unit, "T1"): [None, None] for unit in ("A", "B", "C")})
    now = settled(2)
    ids = {(one.kind, one.unit_code, one.month): one.case_id for one in queries.candidates(store, now)}
    for case_id in ids.values():
        supervision.open_case(store, case_id, now)
        supervision.decide(store.seen_by(LEADER), case_id, True, now)
    a, b, c = (ids[CaseKind.CRITICISM, unit, month(1)] for unit in ("A", "B", "C"))
    made = supervision.issue(store, [a, b], NUMBER, now, now.date() - timedelta(days=1))
    assert [one.steps[-1].document_no for one in made] == [NUMBER, NUMBER]
    refused = [
        ([c], NUMBER, now.date(), "number_taken"),  # another day
        ([ids[CaseKind.RECTIFICATION, "C", month(1)]], NUMBER, now.date() - timedelta(days=1), "number_taken"),
        (
            [ids[CaseKind.CRITICISM, "A", month(2)]],
            NUMBER,
            now.date() - timedelta(days=1),
            "number_taken",
        ),  # A is in it
        ([c, ids[CaseKind.CRITICISM, "C", month(2)]], "鄂州建办通〔2026〕13号", None, "together"),
        ([c, ids[CaseKind.RECTIFICATION, "B", month(1)]], "鄂州建办通〔2026〕13号", None, "together"),
        ([c], NUMBER, now.date() + timedelta(days=1), "issued_on"),
        ([c], NUMBER, date(2025, 12, 31), "issued_on"),
        ([c, a], "鄂州建办通〔2026〕13号", None, "state"),
    ]
    before = written(store)
    for cases, number, on, code in refused:
        with pytest.raises(Fault, match=code):
            supervision.issue(store, cases, number, now, on)
        assert written(store) == before
    supervision.issue(store, [c], "鄂州建办通[2026]12号", now, now.date() - timedelta(days=1))
    supervision.drop(store, c, now, "事实有误，撤销")
    with pytest.raises(Fault, match="number_taken"):
        supervision.issue(store, [ids[CaseKind.CRITICISM, "C", month(2)]], NUMBER, now, now.date() - timedelta(days=1))


# Evidence that no longer stands


def test_a_case_whose_evidence_was_waived_is_flagged_and_goes_no_further(tmp_path):
    store = history(tmp_path, {("A", "T1"): [5], ("A", "T2"): [5]})
    now = settled(1)
    case_id = bring(store, CaseKind.CRITICISM, "opened", now)
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "A", "T1"), now)

    def look() -> tuple[list, bool]:
        (case,) = queries.cases(store, ALWAYS, case_id=case_id)
        by_unit = queries.history(store, now, Rules.of(case.rules), "A")
        found = queries.changes(case, by_unit, [])
        return [(one.template_code, one.was, one.now) for one in found], queries.still_holds(case, by_unit, [])

    assert look() == ([("T1", "late", "waived")], True)
    for reason in ("", "asdfgh"):
        with pytest.raises(Fault, match="changed"):
            supervision.decide(store.seen_by(LEADER), case_id, True, now, reason)
    supervision.decide(store.seen_by(LEADER), case_id, True, now, "余下一份仍迟报 5 天")
    waivers.waive(store, Waiving(Ground.SYSTEM_FAULT, JANUARY, REASON, "A", "T2"), now)
    assert look() == ([("T1", "late", "waived"), ("T2", "late", "waived")], False)
    with pytest.raises(Fault, match="no_longer"):
        supervision.issue(store, [case_id], NUMBER, now, reason="仍要发文")
    supervision.drop(store, case_id, now, REASON)
    assert state_of(store, case_id) == "waived"


def test_what_comes_in_later_is_no_change_but_a_counted_day_is(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [5]})
    now = settled(1)
    case_id = bring(store, CaseKind.CRITICISM, "opened", now)
    worlds.send(store, [Sent("A", "T1", JANUARY, now + timedelta(hours=1))])
    (case,) = queries.cases(store, ALWAYS, case_id=case_id)
    later = now + timedelta(days=1)
    assert queries.changes(case, queries.history(store, later, Rules(), "A"), []) == []
    by_mail = deadline(JANUARY) + timedelta(days=3, hours=1)  # entered when the case was there already
    worlds.send(store, [Sent("A", "T2", JANUARY, by_mail)])
    (change,) = queries.changes(case, queries.history(store, later, Rules(), "A"), [])
    assert (change.template_code, change.was_days, change.now_days) == ("T2", 5, 4)


def test_evidence_is_frozen_as_it_was(tmp_path):
    store = history(tmp_path, {("A", "T1"): [4], ("A", "T2"): [0]})
    case_id = bring(store, CaseKind.CRITICISM, "opened", settled(1))
    supervision.set_rules(store, {"late_days": 9}, settled(1))
    (case,) = queries.cases(store, ALWAYS, case_id=case_id)
    assert case.rules["late_days"] == 4 and case.reasons == [{"code": "days", "number": 4, "limit": 4, "window": 0}]
    (kept,) = case.evidence
    assert (kept["template_code"], kept["verdict"], kept["days_late"]) == ("T1", "late", 4)
    assert kept["deadline"] == "2026-02-23T00:00:00+08:00" and kept["received_at"] == "2026-02-26T09:00:00+08:00"
    supervision.decide(store.seen_by(LEADER), case_id, True, settled(1))  # its own rules still hold


# Rectification and its closing check


def test_a_rectification_closes_when_everything_named_has_come(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [None], ("A", "T3"): [0]})
    now = settled(1)
    case_id = bring(store, CaseKind.RECTIFICATION, "issued", now, on=date(2026, 3, 13))
    (case,) = queries.cases(store, ALWAYS, case_id=case_id)
    assert case.step("issued").due_date == date(2026, 3, 20)  # five working days after Friday the 13th
    with pytest.raises(Fault, match="still_open") as refused:
        supervision.rectified(store, case_id, now)
    assert refused.value.details == {"number": 2, "items": "T1 2026-01、T2 2026-01"}
    with pytest.raises(Fault, match="state"):
        supervision.close(store, case_id, now, REASON)
    worlds.send(store, [Sent("A", "T1", JANUARY, now)])
    waivers.waive(store, Waiving(Ground.REORGANISATION, JANUARY, REASON, "A", "T2"), now)
    items = queries.closing_check(case, queries.history(store, now, Rules(), "A"))
    assert [(item.template_code, item.settled_by) for item in items] == [("T1", "received"), ("T2", "waived")]
    supervision.rectified(store, case_id, now, "单位书面报告已收")
    made = supervision.close(store, case_id, now)
    assert made.state == CaseState.CLOSED and [one["settled_by"] for one in made.steps[-1].details["check"]] == [
        "received",
        "waived",
    ]


def test_a_rectification_of_what_has_come_in_meanwhile_is_not_issued(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [None]})
    now = settled(1)
    case_id = bring(store, CaseKind.RECTIFICATION, "approved", now)
    worlds.send(store, [Sent("A", "T1", JANUARY, now), Sent("A", "T2", JANUARY, now + timedelta(hours=2))])
    for hours, is_issued in ((3, False), (1, True)):
        later = now + timedelta(hours=hours)
        if is_issued:
            assert supervision.issue(store, [case_id], NUMBER, later)[0].state == "issued"
        else:
            with pytest.raises(Fault, match="no_longer"):
                supervision.issue(store, [case_id], NUMBER, later)


def test_a_due_day_may_be_given_but_not_before_the_notice(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None]})
    case_id = bring(store, CaseKind.RECTIFICATION, "approved", settled(1))
    day = settled(1).date()
    with pytest.raises(Fault, match="due_date"):
        supervision.issue(store, [case_id], NUMBER, settled(1), day, day - timedelta(days=1))
    (made,) = supervision.issue(store, [case_id], NUMBER, settled(1), day, day)
    assert made.steps[-1].due_date == day


# Talks


def criticised(tmp_path, days: list[date]) -> tuple[Store, list[str]]:
    """A unit that was criticised on these days, month after month; and the cases."""
    store = history(tmp_path, {("A", "T1"): [9] * len(days)})
    found = []
    for number, day in enumerate(days, start=1):
        now = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=10)
        found.append(bring(store, CaseKind.CRITICISM, "issued", now, number=f"鄂州建办通〔{day.year}〕{number}号"))
    return store, found


THREE = [date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20)]


def on(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=hour)


def test_the_third_issued_criticism_in_twelve_months_makes_a_talk(tmp_path):
    store, cases = criticised(tmp_path, THREE)
    assert proposed(store, on(date(2026, 5, 20), 9), CaseKind.TALK) == []
    assert proposed(store, on(date(2026, 5, 20)), CaseKind.TALK) == [("talk", "A", month(3), {"criticisms": 3})]
    assert proposed(store, on(date(2027, 3, 19)), CaseKind.TALK) == [("talk", "A", month(3), {"criticisms": 3})]
    assert proposed(store, on(date(2027, 3, 20)), CaseKind.TALK) == []  # the first is twelve months old
    supervision.drop(store, cases[1], on(date(2026, 5, 21)), "事实有误，撤销")
    assert proposed(store, on(date(2026, 5, 21), 13), CaseKind.TALK) == []
    assert proposed(store, on(date(2026, 5, 21), 11), CaseKind.TALK) != []  # as it was known before


@pytest.mark.parametrize("state", ["opened", "approved", "declined", "waived", "withdrawn", "issued", "closed"])
def test_only_issued_criticisms_count_towards_a_talk(tmp_path, state):
    store = history(tmp_path, {("A", "T1"): [9] * 3})
    for number, day in enumerate(THREE, start=1):
        reached = "issued" if number < 3 else state
        bring(store, CaseKind.CRITICISM, reached, on(day), number=f"鄂州建办通〔2026〕{number}号")
    assert bool(proposed(store, on(THREE[2]), CaseKind.TALK)) == (state in ("issued", "closed"))


def test_after_a_talk_counting_begins_anew(tmp_path):
    store, _ = criticised(tmp_path, THREE)
    talk = bring(store, CaseKind.TALK, "issued", on(THREE[2]), number="鄂州建约〔2026〕1号")
    assert proposed(store, on(THREE[2]), CaseKind.TALK) == []
    with pytest.raises(Fault, match="reason"):
        supervision.close(store, talk, on(THREE[2]))
    supervision.close(store, talk, on(THREE[2]), "已约谈主要负责人，有记录")


def test_six_criticisms_make_two_talks_with_one_between(tmp_path):
    store = history(tmp_path, {("A", "T1"): [9] * 6})
    talks = []
    for number in range(1, 7):
        now = deadline(month(number)) + timedelta(days=26)
        bring(store, CaseKind.CRITICISM, "issued", now, number=f"鄂州建办通〔2026〕{number}号")
        if found := proposed(store, now, CaseKind.TALK):
            talks.append((number, found[0][3]["criticisms"]))
            bring(store, CaseKind.TALK, "issued", now, number=f"鄂州建约〔2026〕{number}号")
    assert talks == [(3, 3), (6, 3)]


def test_a_declined_talk_comes_again_with_the_next_criticism(tmp_path):
    store = history(tmp_path, {("A", "T1"): [9] * 4})
    seen = []
    for number in range(1, 5):
        now = deadline(month(number)) + timedelta(days=26)
        bring(store, CaseKind.CRITICISM, "issued", now, number=f"鄂州建办通〔2026〕{number}号")
        seen.append([one[3]["criticisms"] for one in proposed(store, now, CaseKind.TALK)])
        if seen[-1]:
            bring(store, CaseKind.TALK, "declined", now)
            assert proposed(store, now, CaseKind.TALK) == []
    assert seen == [[], [], [3], [4]]


def test_the_same_day_some_months_before():
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)


# Who sees what


def test_a_unit_sees_its_own_notices_once_they_are_issued_and_no_proposal(tmp_path):
    store = history(tmp_path, {("A", "T1"): [9], ("B", "T1"): [9], ("A", "T2"): [0]})
    now = settled(1)
    own = store.seen_by(REVIEWER)
    first = bring(store, CaseKind.CRITICISM, "approved", now)
    bring(store, CaseKind.CRITICISM, "issued", now, "B")
    waivers.waive(store, Waiving(Ground.EXTENSION, JANUARY, REASON, "B"), now)
    assert queries.cases(own, ALWAYS) == [] and queries.waivers(own, ALWAYS).empty
    for table in ("supervision_case", "supervision_step", "waiver"):
        assert own.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    with pytest.raises(Forbidden):
        queries.candidates(own, now)
    act(store, first, "issue", now, "鄂州建办通〔2026〕99号")
    (case,) = queries.cases(own, ALWAYS)
    assert (case.unit_code, [step.step for step in case.steps]) == ("A", ["issued"])
    waivers.waive(store, Waiving(Ground.EXTENSION, JANUARY, REASON, "A"), now)
    assert queries.waivers(own, ALWAYS)["unit_code"].tolist() == ["A"]
    assert len(queries.cases(store.seen_by(LEADER), ALWAYS)) == 2
    for role in (Role.MONITOR, Role.NOBODY):
        hidden = store.seen_by(Person("m", "m", role))
        for table in ("supervision_case", "supervision_step", "waiver"):
            assert hidden.rows(f"SELECT count(*) FROM {table}") == [(0,)]
