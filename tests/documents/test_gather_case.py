"""The notices of supervision cases: what a case rests on and what was decided stands in them, the rest is blank."""

from datetime import date, timedelta

import pytest

from data.access import Forbidden
from data.fault import Fault
from data.supervision import cases
from data.supervision import record as queries
from data.supervision.evidence import CaseKind
from documents.gather_case import draft_cases
from tests.data.supervision.test_cases import LEADER, NUMBER, history, month, settled


def taken_up(store, as_of, kind: CaseKind) -> list[str]:
    """The proposals of a kind, opened and approved."""
    ids = [one.case_id for one in queries.candidates(store, as_of) if one.kind is kind]
    for one in ids:
        cases.open_case(store, one, as_of)
        cases.decide(store.seen_by(LEADER), one, True, as_of + timedelta(minutes=1))
    return ids


def text_of(store, as_of, ids) -> str:
    return "\n".join(draft_cases(store, as_of, ids).lines)


def test_a_criticism_names_the_returns_and_once_issued_its_number_and_day(tmp_path):
    store, as_of = history(tmp_path, {("A", "T1"): [None], ("A", "T2"): [5], ("A", "T3"): [0]}), settled(1)
    ids = taken_up(store, as_of, CaseKind.CRITICISM)
    later = as_of + timedelta(hours=1)
    drafted = text_of(store, later, ids)
    assert "关于对单位 A通报批评的通报" in drafted.replace("\n", "") and "2026年1月，单位 A" in drafted
    assert "模板 T1" in drafted and "模板 T2" in drafted and "模板 T3" not in drafted
    assert "2026年2月22日" in drafted and "2026年2月27日" in drafted and NUMBER not in drafted
    cases.issue(store, ids, NUMBER, later, date(2026, 3, 2))
    issued = draft_cases(store, later + timedelta(hours=1), ids)
    assert NUMBER in "\n".join(issued.lines) and "2026年3月2日" in "\n".join(issued.lines)


def test_praise_gathers_units_and_counts_what_was_on_time(tmp_path):
    store, as_of = history(tmp_path, {("A", "T1"): [0, 0, 0], ("B", "T1"): [0, 0, 0], ("B", "T2"): [0] * 3}), settled(3)
    ids = taken_up(store, as_of, CaseKind.PRAISE)
    drafted = text_of(store, as_of + timedelta(hours=1), ids)
    assert len(ids) == 2 and "单位 A、单位 B" in drafted and "2026年1月至2026年3月" in drafted
    rows = [line for line in drafted.splitlines() if "连续3个月全部按时" in line]
    assert rows == ["1　单位 A　3　3　100%　连续3个月全部按时", "2　单位 B　6　6　100%　连续3个月全部按时"]


def test_a_rectification_has_its_time_limit_and_a_talk_the_notices_that_led_to_it(tmp_path):
    store = history(tmp_path, {("A", "T1"): [None, None, None]})
    numbers = []
    for number in (1, 2, 3):
        as_of = settled(number)
        ids = taken_up(store, as_of, CaseKind.CRITICISM)
        numbers.append(f"鄂州建办通〔2026〕{number}号")
        cases.issue(store, ids, numbers[-1], as_of + timedelta(hours=1), as_of.date())
    as_of = settled(3) + timedelta(hours=2)
    (talk,) = taken_up(store, as_of, CaseKind.TALK)
    said = text_of(store, as_of + timedelta(hours=1), [talk])
    assert all(number in said for number in numbers) and "约谈" in said
    rectify = next(
        one
        for one in taken_up(store, as_of, CaseKind.RECTIFICATION)
        if queries.cases(store, as_of + timedelta(hours=1), case_id=one)[0].month == month(3)
    )
    limit = as_of.date() + timedelta(days=30)
    cases.issue(store, [rectify], "鄂州建改〔2026〕1号", as_of + timedelta(hours=1), as_of.date(), limit)
    said = text_of(store, as_of + timedelta(hours=2), [rectify])
    assert f"{limit.month}月{limit.day}日" in said and numbers[2] in said and "模板 T1" in said


def test_what_goes_into_no_document_is_refused(tmp_path):
    store, as_of = history(tmp_path, {("A", "T1"): [None], ("B", "T1"): [None]}), settled(1)
    ids = taken_up(store, as_of, CaseKind.RECTIFICATION)
    criticised = taken_up(store, as_of, CaseKind.CRITICISM)
    later = as_of + timedelta(hours=1)
    with pytest.raises(Fault, match=r"document\.one_case"):
        draft_cases(store, later, ids)
    with pytest.raises(Fault, match=r"document\.kinds"):
        draft_cases(store, later, [ids[0], criticised[0]])
    with pytest.raises(Fault, match=r"document\.unknown_case: found nothing"):
        draft_cases(store, later, ["nothing"])
    with pytest.raises(Forbidden):
        draft_cases(store.seen_by(LEADER), later, ids[:1])
