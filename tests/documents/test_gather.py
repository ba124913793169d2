"""From the store to the facts: the same figures counted one by one in plain Python."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.access import Forbidden, Person, Role
from data.catalogue.model import Obligation, Unit
from data.dues.freshness import freshness, freshness_tally
from data.fault import Fault
from data.store import append
from documents.gather import draft_of
from documents.gather_month import month_facts
from documents.gather_urge import urge_facts
from documents.kinds.circular import circular
from documents.kinds.month_facts import Tally
from documents.kinds.month_words import quality_sentences
from documents.kinds.urge import urge
from documents.settings import document_settings, set_document_settings
from tests.data.worlds import (
    SHANGHAI,
    Judged,
    Sent,
    World,
    catalogue,
    judged_at,
    later_month,
    midnight,
    moments,
    opened,
    owed_by,
    random_world,
    words,
)
from tests.documents.reading import read, texts

LOADED = datetime(2026, 12, 1, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)


def counted(judged: list[Judged], as_of: datetime) -> Tally:
    """A tally, one by one."""
    early = sum(one.status == "on_time" and as_of < one.owed.deadline for one in judged)
    running = sum(
        one.status != "exempt" and as_of < midnight(later_month(one.owed.month, 1), ZoneInfo(SHANGHAI))
        for one in judged
    )
    number = Counter(one.status for one in judged)
    ways = Counter(one.kind for one in judged if one.status in ("on_time", "late"))
    statuses = (number[name] for name in ("on_time", "late", "missing", "pending", "exempt"))
    return Tally(*statuses, ways["zero_report"], ways["platform_declaration"], early=early, running=running)


def test_a_month_says_of_freshness_what_the_page_says(tmp_path):
    world = World(catalogue([Obligation("U1", "T1", date(2026, 8, 1)), Obligation("U2", "T1", date(2026, 8, 1))]))
    for unit, periods in (("U1", (8, 9, 10)), ("U2", (8, 10))):
        world.sent += [Sent(unit, "T1", date(2026, m, 1), datetime(2026, m + 1, 5, tzinfo=UTC)) for m in periods]
    store = opened(tmp_path, world, LOADED)
    facts = month_facts(store, LOADED, OCTOBER)
    assert quality_sentences(facts)[-1] == (
        "数据时效方面，参评的2项数据（单位×目录模板）中，1项最新，最新率50%；其余有缺期1项。"
    )
    assert facts.freshness == freshness_tally(freshness(store, LOADED)["state"])
    store.close()


@pytest.mark.parametrize("seed", range(6))
def test_a_months_facts_are_those_of_plain_python(seed, tmp_path):
    world = random_world(seed, SHANGHAI)
    store = opened(tmp_path, world, LOADED)
    for number, as_of in enumerate(moments(world, seed, 5)):
        judged = judged_at(world, as_of)
        month = random.Random(seed * 100 + number).choice([one.owed.month for one in judged] or [OCTOBER])
        facts = month_facts(store, as_of, month)
        own = [one for one in judged if one.owed.month == month]
        before = [one for one in judged if one.owed.month == later_month(month, -1)]
        assert facts.now == counted(own, as_of) and facts.before == counted(before, as_of)
        names = {code: f"单位 {code}" for code in sorted({o.unit_code for o in world.catalogue.obligations})}
        assert [unit.unit_name for unit in facts.units] == list(names.values())
        for code, unit in zip(names, facts.units, strict=True):
            assert unit.now == counted([one for one in own if one.owed.unit == code], as_of)
            assert unit.before == counted([one for one in before if one.owed.unit == code], as_of)
            assert unit.now.received + unit.now.missing == unit.now.due
            assert len("\n".join(unit.marks.values()).split()) == len([one for one in own if one.owed.unit == code])
        assert [one for one, _ in facts.trend] == [later_month(month, -n) for n in range(11, -1, -1)]
        for one, tally in facts.trend:
            assert tally == counted([each for each in judged if each.owed.month == one], as_of)
        late = Counter(problem.what for problem in facts.problems)
        assert (late["未报"], late["迟报"]) == (facts.now.missing, facts.now.late)
        returned = [one for one in world.sent if one.outcome == "returned" and one.received_at <= as_of]
        keys = {one.owed.key for one in own}
        assert facts.quality.returned == sum((s.unit, s.template, s.period) in keys for s in returned)
        deadlines = sorted({one.owed.deadline for one in own if one.status != "exempt"})
        assert list(facts.deadlines) == deadlines
        assert read(circular(facts)).paragraphs[0].text == "稿"
    store.close()


@pytest.mark.parametrize("seed", range(6))
def test_who_is_chased_is_who_is_missing(seed, tmp_path):
    world = random_world(seed, SHANGHAI)
    store = opened(tmp_path, world, LOADED)
    for as_of in moments(world, seed, 6):
        judged = judged_at(world, as_of)
        facts = urge_facts(store, as_of, has_pending=True)
        for found, status in ((facts.missing, "missing"), (facts.pending, "pending")):
            expected = Counter((f"单位 {one.owed.unit}", one.owed.deadline) for one in judged if one.status == status)
            assert Counter((one.unit_name, one.deadline) for one in found) == expected
            days = sorted(one.days_late for one in judged if one.status == status)
            assert sorted(one.days_late for one in found) == days
        assert urge_facts(store, as_of).pending == ()
    store.close()


def small(tmp_path, sent=(), units=None, obligations=None):
    """甲 owes T1 and T2, 乙 T1, from August 2026 on; the official order is 乙, 甲."""
    owed = obligations or [Obligation("A", "T1", date(2026, 8, 1)), Obligation("A", "T2", date(2026, 8, 1))]
    owed += [] if obligations else [Obligation("B", "T1", date(2026, 8, 1))]
    made = catalogue(owed, units=units or (Unit("B", words("乙科")), Unit("A", words("甲科"))))
    world = World(made, list(sent))
    for one in owed:
        world.owed += owed_by(one, made.template(one.template_code), world.zone, date(2027, 1, 1))
    return opened(tmp_path, world, LOADED)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_units_stand_in_the_bureaus_order_not_the_alphabets(tmp_path):
    store = small(tmp_path)
    facts = month_facts(store, moment("2026-11-24T09:00:00"), OCTOBER)
    assert [unit.unit_name for unit in facts.units] == ["乙科", "甲科"]
    assert [problem.unit_name for problem in facts.problems] == ["乙科", "甲科", "甲科"]
    urged = urge_facts(store, moment("2026-11-24T09:00:00"), OCTOBER)
    assert [one.unit_name for one in urged.missing] == ["乙科", "甲科", "甲科"]
    only = urge_facts(store, moment("2026-11-24T09:00:00"), OCTOBER, ["A"])
    assert {one.unit_name for one in only.missing} == {"甲科"}
    store.close()


def test_the_last_instant_is_on_time_and_the_next_is_late(tmp_path):
    store = small(
        tmp_path,
        [
            Sent("A", "T1", OCTOBER, moment("2026-11-22T23:59:59.999999")),
            Sent("A", "T2", OCTOBER, moment("2026-11-23T00:00:00")),
        ],
    )
    facts = month_facts(store, moment("2026-11-24T09:00:00"), OCTOBER)
    assert facts.units[1].now == Tally(1, 1, 0) and facts.units[1].marks == {"T1": "√", "T2": "迟1"}
    assert [(one.what, one.details) for one in facts.problems] == [
        ("未报", "截至2026年11月24日9时已过2天"),
        ("迟报", "2026年11月23日0时收到，迟1天"),
    ]
    at_deadline = urge_facts(store, moment("2026-11-22T23:59:59"), OCTOBER)
    assert at_deadline.missing == ()
    assert len(urge_facts(store, moment("2026-11-23T00:00:00"), OCTOBER).missing) == 1
    store.close()


def test_returned_files_and_checks(tmp_path):
    store = small(
        tmp_path,
        [
            Sent("A", "T1", OCTOBER, moment("2026-11-10T10:00:00"), "returned", 0),
            Sent("A", "T1", OCTOBER, moment("2026-11-11T10:00:00"), "returned", 0),
            Sent("A", "T1", OCTOBER, moment("2026-11-12T10:00:00")),
            Sent("B", "T1", OCTOBER, moment("2026-11-13T10:00:00"), "returned", 0),
            Sent("A", "T2", OCTOBER, moment("2026-11-13T10:00:00")),
            Sent("A", "T2", OCTOBER, moment("2026-11-14T10:00:00"), version=2),
            Sent("A", "T1", date(2026, 9, 1), moment("2026-10-14T10:00:00"), "returned", 0),
        ],
    )
    found = [("s2", "check", "集中办结"), ("s4", "check", "旧的一版"), ("s5", "check", ""), ("s3", "error", "")]
    with store.write() as cursor:
        columns = {"submission_id": [one[0] for one in found], "issue_no": list(range(4))}
        columns |= {"severity": [one[1] for one in found], "explanation": [one[2] for one in found]}
        append(cursor, "issue", columns | {"code": ["rule"] * 4, "details": [json.dumps({})] * 4})
    facts = month_facts(store, moment("2026-11-24T09:00:00"), OCTOBER)
    own = facts.quality
    assert (own.returned, own.returned_reports, own.not_sent_again) == (3, 2, 1)
    assert own.units == (("乙科", 1), ("甲科", 2)) and facts.quality_before.returned == 1
    assert (own.checks, own.explained) == (2, 1)  # the second version of T2 counts, not the first
    assert ("乙科", "退回未重报", "退回1件，尚未重报") in [(p.unit_name, p.what, p.details) for p in facts.problems]
    earlier = month_facts(store, moment("2026-11-10T12:00:00"), OCTOBER)
    assert (earlier.quality.returned, earlier.quality.not_sent_again) == (1, 1)
    store.close()


def test_names_are_those_of_the_time(tmp_path):
    units = (
        Unit("A", words("老名科"), valid_to=date(2026, 10, 31)),
        Unit("A", words("新名科"), valid_from=date(2026, 11, 1)),
    )
    store = small(tmp_path, units=units, obligations=[Obligation("A", "T1", date(2026, 8, 1))])
    as_of = moment("2026-12-01T09:00:00")
    assert month_facts(store, as_of, date(2026, 8, 1)).units[0].unit_name == "老名科"
    assert month_facts(store, as_of, OCTOBER).units[0].unit_name == "新名科"
    assert month_facts(store, moment("2026-10-20T09:00:00"), date(2026, 9, 1)).units[0].unit_name == "老名科"
    assert {one.unit_name for one in urge_facts(store, as_of).missing} == {"新名科"}  # whom it is written to now
    store.close()


def test_nothing_due_says_so(tmp_path):
    store = small(tmp_path)
    made = circular(month_facts(store, moment("2026-11-24T09:00:00"), date(2020, 5, 1)))
    assert "2020年5月各单位均没有应报的营商环境和监管数据。" in texts(read(made))
    store.close()


def test_the_next_deadline_is_named(tmp_path):
    store = small(tmp_path)
    facts = month_facts(store, moment("2026-11-24T09:00:00"), OCTOBER)
    assert facts.next_deadlines == (moment("2026-12-23T00:00:00"),)
    assert month_facts(store, moment("2027-02-24T09:00:00"), OCTOBER).next_deadlines == ()
    store.close()


@pytest.mark.parametrize("person", [Person("w", "王", Role.REPORTER, "A"), Person("z", "赵", Role.LEADER)])
def test_only_the_office_drafts(person, tmp_path):
    store = small(tmp_path).seen_by(person)
    for ask in (draft_of, urge_facts, lambda *one: month_facts(*one, OCTOBER)):
        with pytest.raises(Forbidden):
            ask(store, moment("2026-11-24T09:00:00"))
    with pytest.raises(Forbidden):
        set_document_settings(store, {"basis": "某方案"})
    store.close()


def test_settings_begin_every_draft(tmp_path):
    store = small(tmp_path)
    assert set(map(bool, document_settings(store).values())) == {False}
    set_document_settings(store, {"basis": " 某\n方案 ", "copies_to": ["甲局", " ", "乙局"], "mark": "征求意见稿"})
    set_document_settings(store, {"contact": "信息办"})
    made = draft_of(store, moment("2026-11-24T01:05:00") - timedelta(0))
    assert (made.bureau_name, made.signed_by) == ("某局", "某局")
    assert (made.basis, made.contact, made.copies_to, made.mark.value) == (
        "某 方案",
        "信息办",
        ("甲局", "乙局"),
        "征求意见稿",
    )
    given = draft_of(store, moment("2026-11-24T01:05:00"), basis="另一个", contact="", issued_by="某办")
    assert (given.basis, given.contact, given.signed_by) == ("另一个", "信息办", "某办")
    assert store.rows("SELECT count(*) FROM audit WHERE action = 'setting_changed'") == [(2,)]
    for wrong in ({"mark": "正式"}, {"basis": "长" * 1001}):
        with pytest.raises(Fault, match=r"^setting\."):
            set_document_settings(store, wrong)
    with pytest.raises(ValueError, match="expected"):
        set_document_settings(store, {"seal": "红"})
    assert urge(urge_facts(store, moment("2026-11-24T01:05:00"))).draft.recipients == ()
    store.close()


def test_made_up_data_is_called_so(tmp_path):
    store = small(tmp_path, [Sent("A", "T1", OCTOBER, moment("2026-11-10T10:00:00"))])
    assert not draft_of(store, moment("2026-11-24T09:00:00")).is_sample
    with store.write() as cursor:
        cursor.execute("UPDATE submission SET is_sample = true")
    assert draft_of(store, moment("2026-11-24T09:00:00")).is_sample
    assert "演示数据" in replace(draft_of(store, moment("2026-11-24T09:00:00"))).header
    store.close()
