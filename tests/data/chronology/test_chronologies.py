"""What happened to each due, beside what was done to make it happen."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest

from data.access import Person, Role
from data.catalogue.in_force import catalogue_in_force
from data.chronology.chronologies import chronologies, chronology_rows
from data.chronology.events import Happened
from data.dues.timeliness import late_reporters
from data.store import Store
from data.submissions.received import original
from documents.chronology_words import contact_words, event_words
from tests.conftest import OCTOBER, OFFICE, shanghai
from tests.data.worlds import judged_at, moments, opened, random_world
from tests.disputed import AS_OF, EXTENDED_TO, LATE_AT, RETURNED_AT, UNIT, with_a_dispute


@pytest.fixture
def disputed(store: Store) -> Store:
    return with_a_dispute(store).seen_by(OFFICE)


def of(store: Store, template: str, unit: str = UNIT, as_of: datetime = AS_OF):
    return next(c for c in chronologies(store, as_of, OCTOBER, unit) if c.due and c.due.template_code == template)


def test_the_returned_file_is_told_with_receipt_hash_and_reason(disputed):
    told = of(disputed, "SV-03")
    (back,) = told.returned
    assert back.received_at == RETURNED_AT and back.by == "陈晨" and back.issues
    assert back.sha256 == hashlib.sha256(original(disputed, back.sha256)).hexdigest()
    number, _, beginning = back.seal.partition("-")
    ((hash_,),) = disputed.rows("SELECT hash FROM audit WHERE audit_no = ?", [int(number)])
    assert hash_.startswith(beginning) and len(beginning) == 16
    words = [event_words(catalogue_in_force(disputed), told, event, "zh-CN") for event in told.events]
    assert [event.what for event in told.events] == ["opened", "reminded", "returned", "checked", "deadline"]
    assert words[1] == "催报（截止前 3 天，邮箱）发给 陈晨 zaz@housing.example.cn：已发出"
    assert words[2].startswith("报送“质安双随机10月.xlsx”，被退回：")
    assert words[3].startswith("只在网页上检查了“质安双随机10月改.xlsx”，没有报送：")
    assert words[4] == "截止：2026-11-22 周日 24:00。规则：次月 22 日，当日有效；休息日不变。周末不顺延。"
    assert contact_words(told, "zh-CN") == "陈晨 邮箱 zaz@housing.example.cn"


def test_an_extension_is_told_with_its_document_and_the_first_deadline_with_what_became_of_it(disputed):
    told = of(disputed, "DQ-01")
    (extended,) = [event for event in told.events if event.what is Happened.EXTENDED]
    assert (
        extended.details["until"] == EXTENDED_TO.isoformat() and extended.details["document_no"] == "×建办〔2026〕18号"
    )
    deadline = next(event for event in told.events if event.what is Happened.DEADLINE)
    assert deadline.details["is_replaced"] and deadline.at == shanghai("2026-11-23T00:00:00")
    assert not told.is_failing and told.is_listed and told.due.is_extended


def test_what_comes_at_the_deadline_stands_behind_it_and_decides(disputed):
    told = of(disputed, "SV-02", "ZFD")
    assert told.due.status == "late" and told.is_failing
    assert [event.what for event in told.events][-2:] == ["deadline", "accepted"]
    assert told.events[-1].at == LATE_AT and told.attempts[-1].decides


def test_a_file_that_nobody_recognises_is_told_of_its_unit(disputed):
    (unknown,) = [c for c in chronologies(disputed, AS_OF, OCTOBER, UNIT) if c.due is None]
    (attempt,) = unknown.attempts
    assert attempt.file_name == "说明.txt" and attempt.outcome == "returned" and unknown.key is None
    assert not any(c.due is None for c in chronologies(disputed, AS_OF, OCTOBER, "ZFD"))


def test_nothing_is_told_that_had_not_happened_yet(disputed):
    before = shanghai("2026-11-21T16:20:30")
    assert [event.what for event in of(disputed, "SV-03", as_of=before).events] == ["opened", "reminded"]
    assert of(disputed, "DQ-01", as_of=before).due.change_kind is None


def test_a_unit_sees_its_own_alone_and_no_addresses(disputed):
    clerk = disputed.seen_by(Person("chenchen", "陈晨", Role.REPORTER, UNIT))
    told = chronologies(clerk, AS_OF, OCTOBER)
    assert {c.unit_code for c in told} == {UNIT}
    assert not any(c.contacts or c.reminders for c in told)
    assert of(clerk, "SV-03").returned


def test_rows_are_the_events(disputed):
    rows = chronology_rows(disputed, AS_OF, OCTOBER, UNIT)
    told = chronologies(disputed, AS_OF, OCTOBER, UNIT)
    assert len(rows) == sum(len(c.events) for c in told)
    back = rows[rows["event"] == "returned"].iloc[0]
    details = json.loads(back["details"])
    assert details["issue_count"] >= 1 and details["issues"][0]["severity"] == "error" and not details["decides"]


@pytest.mark.parametrize("seed", range(4))
def test_every_due_has_its_attempts_and_the_first_accepted_decides(seed, tmp_path):
    world = random_world(seed, "Asia/Shanghai")
    store = opened(tmp_path, world, datetime(2026, 12, 1, tzinfo=UTC)).seen_by(OFFICE)
    for as_of in moments(world, seed, 3):
        told = {c.key and (*c.key[:2], c.key[2].date()): c for c in chronologies(store, as_of)}
        judged = judged_at(world, as_of)
        assert {key for key in told if key} == {one.owed.key for one in judged}
        for one in judged:
            sent = [each for each in world.sent if (each.unit, each.template, each.period) == one.owed.key]
            sent = [each for each in sent if each.received_at <= as_of]
            chronology = told[one.owed.key]
            assert sorted(a.received_at for a in chronology.attempts) == sorted(each.received_at for each in sent)
            deciding = [a.received_at for a in chronology.attempts if a.decides]
            accepted = [each.received_at for each in sent if each.outcome == "accepted"]
            assert deciding == ([min(accepted)] if accepted else [])
            assert (chronology.due.status in ("late", "missing")) == chronology.is_failing
        listed = {c.key for c in told.values() if c.is_listed}
        assert len(listed) == len(late_reporters(store, as_of))
    store.close()


def test_the_rule_is_told_only_where_it_gives_the_frozen_day(disputed):
    with disputed.write() as cursor:
        cursor.execute("UPDATE due SET deadline = deadline + INTERVAL 1 HOUR WHERE template_code = 'SV-03'")
    assert of(disputed, "SV-03").policy is None
    assert of(disputed, "SV-02", "ZFD").policy.day == 22
    assert date(2026, 11, 22) == of(disputed, "SV-02", "ZFD").due.planned_date.date()
