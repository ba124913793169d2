"""约谈通知: why, by which issued notices, when and where, who talks, what to bring; and the record to be filled in."""

from dataclasses import dataclass
from datetime import datetime

from documents.draft import Draft
from documents.kinds.case_facts import FAILING_COLUMNS, Failing, Issued, failing_rows, failing_words
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import blank, day_words, hour_words, listed, weekday

_RECORD = (TableColumn("栏目", 3.0), TableColumn("内容", 12.6, "left"))


@dataclass(frozen=True)
class TalkFacts:
    """criticisms: the issued circulars that led to it; only these are counted. person: the post that is asked to come,
    such as 主要负责人. at, place, host: None or empty where people have not decided. materials: what to bring.
    """

    draft: Draft
    unit_name: str
    criticisms: tuple[Issued, ...] = ()
    failings: tuple[Failing, ...] = ()
    person: str = "主要负责人"
    at: datetime | None = None
    place: str = ""
    host: str = ""
    materials: tuple[str, ...] = ("书面情况说明", "整改措施和时间安排")


def talk(facts: TalkFacts) -> Paper:
    """The draft."""
    paper = Paper(facts.draft, ("关于对", facts.unit_name, "进行约谈", "的通知"))
    paper.recipients([facts.unit_name])
    numbers = "、".join(criticism.words() for criticism in facts.criticisms) or blank(12)
    times = f"先后{len(facts.criticisms)}次" if len(facts.criticisms) > 1 else ""
    paper.text(
        f"你单位因营商环境和监管数据报送工作落实不力，{times}被通报批评：{numbers}。"
        f"根据{facts.draft.basis_words}，决定对你单位{facts.person or blank(4)}进行约谈。现将有关事项通知如下。"
    )
    paper.heading(1, "一、约谈事由")
    failed = failing_words(facts.failings)
    paper.text(f"你单位{failed}，具体如下。" if failed else f"报送工作落实不力的情况：{blank(12)}")
    if facts.failings:
        paper.table(FAILING_COLUMNS, failing_rows(facts.failings), size="small")
    paper.heading(1, "二、约谈时间和地点")
    paper.text(f"时间：{_time(facts.at)}")
    paper.text(f"地点：{facts.place or blank(10)}")
    paper.heading(1, "三、约谈人和被约谈人")
    paper.text(f"约谈人：{facts.host or blank(10)}")
    paper.text(f"被约谈人：{facts.unit_name}{facts.person or blank(4)}")
    paper.heading(1, "四、需准备的材料")
    paper.text(f"{listed(facts.materials) or blank(10)}。")
    paper.text(f"请按时参加；确有特殊情况的，请提前联系。联系人及电话：{facts.draft.contact or blank(10)}")
    paper.attachments(["约谈记录"])
    paper.signature()
    paper.annex(("约谈记录",), is_only=True)
    paper.table(_RECORD, _record(facts), size="normal")
    return paper


def _time(at: datetime | None) -> str:
    if at is None:
        return f"{blank(4)}年{blank(2)}月{blank(2)}日{blank(2)}时"
    return f"{day_words(at.date())}（{weekday(at.date())}）{hour_words(at)}"


def _record(facts: TalkFacts) -> list[tuple[str, str]]:
    signed, room = "签字：　　　　　　　　　年　月　日", "\n" * 5
    return [
        ("被约谈单位", facts.unit_name),
        ("时间、地点", f"{_time(facts.at)}\n{facts.place or blank(10)}"),
        ("约谈人", facts.host or blank(10)),
        ("被约谈人", blank(10)),
        ("约谈内容", room),
        ("被约谈人表态", room),
        ("后续整改要求", "\n" * 4),
        ("确　认", f"\n约谈人{signed}\n被约谈人{signed}"),
    ]
