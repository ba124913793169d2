"""Chasing notice, praise, criticism, rectification and talk from plain facts."""

from datetime import date, datetime

from documents.kinds.case_facts import Failing, Issued, UnitRecord
from documents.kinds.commendation import CriticismFacts, PraiseFacts, criticism, praise
from documents.kinds.month_facts import Owed
from documents.kinds.rectification import RectificationFacts, rectification
from documents.kinds.talk import TalkFacts, talk
from documents.kinds.urge import UrgeFacts, urge
from tests.documents.reading import NASTY, SHANGHAI, draft, read, tables, texts


def at(*numbers: int) -> datetime:
    """A moment on the bureau's clock."""
    return datetime(*numbers, tzinfo=SHANGHAI)


FAILINGS = (
    Failing("2026-08", "甲表", at(2026, 9, 23), at(2026, 9, 25, 9, 5), 3),
    Failing("2026-10", "乙表", at(2026, 11, 23), None, 2),
)
MISSING = (
    Owed("甲科", "甲表", "2026-10", at(2026, 11, 23), 2),
    Owed("甲科", "乙表", "2026-Q3", at(2026, 11, 20, 17, 30), 4),
    Owed("乙科", "甲表", "2026-10", at(2026, 11, 23), 2),
)
PENDING = (Owed("丙科", "丙表", "2026-10", at(2026, 11, 26)),)


def said(paper) -> str:
    return "\n".join(texts(read(paper)))


def test_the_chasing_notice_says_who_owes_what_since_when():
    made = urge(UrgeFacts(draft(basis="某方案"), date(2026, 10, 1), MISSING, (), at(2026, 11, 27, 12)))
    found = said(made)
    assert "甲科、乙科：" in found and "根据某方案" in found
    assert "截至2026年11月24日9时05分，2026年10月数据尚有2个单位的3份已过截止时间未报。" in found
    assert "于2026年11月27日（星期五）12时前补报" in found
    assert tables(read(made))[0][1:] == [
        ["甲科", "甲表", "2026-10", "2026年11月22日\n（星期日）24时", "未报\n已过2天"],
        ["甲科", "乙表", "2026-Q3", "2026年11月20日\n（星期五）17时30分", "未报\n已过4天"],
        ["乙科", "甲表", "2026-10", "2026年11月22日\n（星期日）24时", "未报\n已过2天"],
    ]
    assert "根据（　　　　　　）" in said(urge(UrgeFacts(draft(), None, MISSING)))
    assert "于　　　年　月　日　时前补报" in said(urge(UrgeFacts(draft(), None, MISSING)))


def test_what_can_still_be_in_time_is_never_called_late():
    both = urge(UrgeFacts(draft(), date(2026, 10, 1), MISSING, PENDING))
    assert "尚有2个单位的3份已过截止时间未报；另有1个单位的1份未到截止时间，有待报送" in said(both)
    only = urge(UrgeFacts(draft(), date(2026, 10, 1), (), PENDING))
    assert "丙科：" in said(only) and "尚有1个单位的1份未到截止时间" in said(only)
    assert "补报" not in said(only) and tables(read(only))[0][1][-1] == "待报"


def test_nobody_owes_anything():
    found = said(urge(UrgeFacts(draft(), date(2026, 10, 1))))
    assert "没有未报的，无需催报" in found


def test_praise():
    made = praise(
        PraiseFacts(draft(), "2026年第三季度", (UnitRecord("甲科", 12, 12), UnitRecord("乙科", 6, 6, (), "好。")))
    )
    assert made.title == "关于对甲科等单位通报表扬的通报"
    assert "决定对甲科、乙科予以通报表扬" in said(made)
    assert tables(read(made))[0][1:] == [["1", "甲科", "12", "12", "100%", ""], ["2", "乙科", "6", "6", "100%", "好。"]]
    nobody_counted = praise(PraiseFacts(draft(), "2026年", (UnitRecord("甲科"),)))
    assert tables(read(nobody_counted))[0][1] == ["1", "甲科", "—", "—", "—", ""]


def test_criticism():
    units = (UnitRecord("甲科", 12, 10, FAILINGS), UnitRecord("乙科", failings=FAILINGS[:1]))
    made = criticism(CriticismFacts(draft(), "2026年8月至10月", units))
    found = said(made)
    assert made.title == "关于对甲科等单位通报批评的通报"
    assert "甲科应报12份，按时10份；迟报1份、未报1份。" in found and "乙科迟报1份。" in found
    assert tables(read(made))[0][1:] == [
        ["2026-08", "甲表", "2026年9月22日\n（星期二）24时", "2026年9月25日\n9时05分", "3天"],
        ["2026-10", "乙表", "2026年11月22日\n（星期日）24时", "—", "未报\n已过2天"],
    ]
    assert "（一）甲科" in found and "于　　　年　月　日　时前补报" in found
    alone = said(criticism(CriticismFacts(draft(), "2026年", units[:1], "2026年12月1日12时")))
    assert "（一）甲科" not in alone and "于2026年12月1日12时前补报" in alone


def test_rectification():
    issued = (Issued("某〔2026〕3号", "关于某事的通报", date(2026, 9, 1)),)
    made = rectification(RectificationFacts(draft(), "甲科", FAILINGS, at(2026, 12, 11, 17, 30), issued=issued))
    found = said(made)
    assert made.title == "限期整改通知书" and "甲科：" in found
    assert "请于2026年12月11日（星期五）17时30分前完成整改" in found
    assert "《关于某事的通报》（某〔2026〕3号，2026年9月1日）" in found
    _, items, form = tables(read(made))
    assert items[1] == ["1", "补报《乙表》2026-10期数据", "通过检查并取得报送回执"] and len(items) == 3
    assert [row[0] for row in form] == [
        "栏目",
        "被通知单位",
        "文　号",
        "整改时限",
        "签　收",
        "整改情况",
        "核查意见",
        "销　号",
    ]
    open_ = said(rectification(RectificationFacts(draft(), "甲科")))
    assert "请于　　　年　月　日　时前完成整改" in open_ and "（　　　　　　）" in open_


def test_talk_leaves_blank_what_people_decide():
    criticisms = tuple(Issued(f"某〔2026〕{n}号") for n in (3, 5, 9))
    found = said(talk(TalkFacts(draft(), "甲科", criticisms, FAILINGS)))
    assert "先后3次被通报批评：某〔2026〕3号、某〔2026〕5号、某〔2026〕9号。" in found
    assert "时间：（　　　　）年（　　）月（　　）日（　　）时" in found
    assert "地点：（　　　　　　　　　　）" in found and "约谈人：（　　　　　　　　　　）" in found
    decided = TalkFacts(draft(), "甲科", criticisms, at=at(2026, 12, 1, 9, 30), place="三楼会议室", host="分管负责人")
    known = said(talk(decided))
    assert "时间：2026年12月1日（星期二）9时30分" in known and "地点：三楼会议室" in known
    assert [row[0] for row in tables(read(talk(decided)))[-1]][1:4] == ["被约谈单位", "时间、地点", "约谈人"]


def test_nasty_names_survive_everywhere():
    for name in NASTY:
        record = UnitRecord(name, 1, 0, FAILINGS, name)
        for paper in (
            praise(PraiseFacts(draft(basis=name), name, (record,))),
            criticism(CriticismFacts(draft(basis=name), name, (record, record))),
            rectification(RectificationFacts(draft(), name, FAILINGS, remarks=name)),
            talk(TalkFacts(draft(), name, (Issued(name, name),), FAILINGS, place=name)),
            urge(UrgeFacts(draft(contact=name), None, (Owed(name, name, name, at(2026, 11, 23), 1),))),
        ):
            assert read(paper).paragraphs[0].text == "稿"
