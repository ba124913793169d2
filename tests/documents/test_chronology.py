"""报送情况核查单 and the annex of a notice: what they say, and that anybody can check it without the program."""

import hashlib
import re

import pytest

from data.access import Forbidden, Person, Role
from data.dues.changes import Until, extend
from data.store import Store
from data.submissions.received import original
from documents.drafting import draft_chronology, draft_urge
from documents.gather_month import month_facts
from tests.conftest import OCTOBER, OFFICE, filled, ingest, shanghai
from tests.disputed import AS_OF, EXTENDED_TO, UNIT, with_a_dispute
from tests.documents.reading import read, tables, texts


@pytest.fixture
def disputed(store: Store) -> Store:
    return with_a_dispute(store).seen_by(OFFICE)


def test_the_sheet_says_how_each_due_is_judged_and_why(disputed):
    paper = draft_chronology(disputed, AS_OF, OCTOBER, UNIT)
    verdicts = {row[0]: row[3:] for row in tables(read(paper))[0][1:]}
    assert verdicts["双随机抽查与监管数据汇聚月报"] == ["未报\n已过1天", "退回1件，没有收到通过检查的"]
    assert verdicts["异议数据(含差评工单)修复台账"][0] == "待报\n（已延期）"
    assert verdicts["行政处罚行为(“互联网+监管”库表)"] == ["未报\n已过1天", "没有报送过，也没有检查过文件"]
    said = "".join(paper.lines)
    assert "批准延期至 2026-11-27 周五 24:00" in said and "×建办〔2026〕18号" in said
    assert "催报发给：陈晨 邮箱 zaz@housing.example.cn。" in said and "认不出是哪份数据" in said


def test_files_and_records_can_be_checked_without_the_program(disputed):
    paper = read(draft_chronology(disputed, AS_OF, OCTOBER, UNIT))
    heading, *records = tables(paper)[-1]
    assert heading[-2:] == ["SHA-256", "留痕码"] and len(records) == 3
    for record in records:
        assert hashlib.sha256(original(disputed, record[5])).hexdigest() == record[5]
    lines = texts(paper)
    checked = {}
    for place, line in enumerate(lines):
        if match := re.fullmatch(r"第(\d+)行，校验值：([0-9a-f]{64})", line):
            assert hashlib.sha256(lines[place + 1].encode()).hexdigest() == match[2]
            checked[f"{match[1]}-{match[2][:16]}"] = lines[place + 1]
    sealed = {record[6]: record for record in records if record[6] != "—"}
    assert len(sealed) == 2 and sealed.keys() == checked.keys()
    for seal, record in sealed.items():
        assert record[0] in checked[seal] and record[5] in checked[seal]


def test_a_notice_to_everybody_tells_the_course_and_names_nobody(disputed):
    paper = draft_urge(disputed, AS_OF, OCTOBER)
    rows = {(row[1], row[2].partition("\n")[0]): row for row in tables(read(paper))[-1][1:]}
    told = rows["质量安全监督站", "双随机抽查与监管数据汇聚月报"]
    assert "周末不顺延" in told[3]
    assert re.search(r"11月21日16时20分 报送，被退回：C5等 3 处不符合要求（回执20261121-[0-9A-F]{8}）", told[4])
    assert told[5] == "11月20日9时 截止前 3 天，邮箱：已发出"
    assert not any(name in "".join(paper.lines) for name in ("陈晨", "housing.example", "张建国", "若干"))


def test_the_sheet_is_the_offices(disputed):
    with pytest.raises(Forbidden):
        draft_chronology(disputed.seen_by(Person("a", "甲", Role.REPORTER, UNIT)), AS_OF, OCTOBER, UNIT)


def test_the_same_facts_give_the_same_sheet(disputed):
    first, again = (draft_chronology(disputed, AS_OF, OCTOBER, UNIT).content() for _ in range(2))
    assert first == again


def test_a_circular_says_what_was_put_off_and_what_came_by_then(disputed):
    before = month_facts(disputed, AS_OF, OCTOBER)
    marks = next(unit.marks for unit in before.units if unit.unit_name == "质量安全监督站")
    assert (marks["DQ-01"], marks["SV-03"], before.granted) == ("延期", "未报", 0)
    extend(disputed, [(UNIT, "SV-03", OCTOBER)], Until(EXTENDED_TO), "11月22日平台停机检修，无法取数", AS_OF)
    late = ingest(disputed, filled(disputed, "SV-03", UNIT), "sv.xlsx", shanghai("2026-11-25T09:00:00"))
    after = month_facts(disputed, shanghai("2026-11-26T09:00:00"), OCTOBER)
    marks = next(unit.marks for unit in after.units if unit.unit_name == "质量安全监督站")
    assert late.outcome == "accepted" and (marks["SV-03"], after.granted) == ("延", 1)


def test_a_notice_before_the_new_day_says_that_it_was_put_off(disputed):
    paper = draft_urge(disputed, AS_OF, OCTOBER, [UNIT], has_pending=True)
    assert tables(read(paper))[1][1][-1] == "待报\n（已延期）"
