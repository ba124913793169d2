"""通报表扬 and 通报批评: facts, evaluation, decision, call. Units only, never who filled in."""

from dataclasses import dataclass

from data.dues.tally import share
from documents.draft import Draft
from documents.kinds.case_facts import FAILING_COLUMNS, UnitRecord, failing_rows, failing_words
from documents.kinds.courses import NAME, Course, courses_annex
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import blank, chinese_number, listed, rate_words

_PRAISED = (
    TableColumn("序号", 1.0),
    TableColumn("单位", 4.5, "left"),
    TableColumn("应报", 1.3),
    TableColumn("按时", 1.3),
)
_PRAISED += (TableColumn("按时率", 1.6), TableColumn("其他情况", 5.0, "left"))


@dataclass(frozen=True)
class PraiseFacts:
    """span: the time that it is about, as it is written: 2026年第三季度."""

    draft: Draft
    span: str
    units: tuple[UnitRecord, ...]


@dataclass(frozen=True)
class CriticismFacts:
    """As PraiseFacts. rectify_by: a moment in words, or empty for a blank. courses: of the failings, for the annex."""

    draft: Draft
    span: str
    units: tuple[UnitRecord, ...]
    rectify_by: str = ""
    courses: tuple[Course, ...] = ()


def praise(facts: PraiseFacts) -> Paper:
    """The draft of a 通报表扬."""
    paper, names = _begun(facts, "表扬")
    paper.text(f"根据{facts.draft.basis_words}，经研究，现将有关情况通报如下。")
    paper.heading(1, "一、基本情况")
    paper.text(f"{facts.span}，{names}在营商环境和监管数据报送工作中落实到位、积极作为，报送情况如下。")
    rows = [
        (number, unit.unit_name, _count(unit.due), _count(unit.on_time), _rate(unit), unit.remarks)
        for number, unit in enumerate(facts.units, 1)
    ]
    paper.table(_PRAISED, rows, size="small")
    paper.heading(1, "二、表扬决定")
    paper.text(f"为鼓励先进，决定对{names}予以通报表扬。希望受表扬的单位珍惜荣誉、再接再厉。")
    paper.heading(1, "三、工作要求")
    paper.text("各单位要以受表扬的单位为榜样，按时、准确、完整地报送数据，共同做好优化营商环境工作。")
    return _closed(paper)


def criticism(facts: CriticismFacts) -> Paper:
    """The draft of a 通报批评."""
    paper, names = _begun(facts, "批评")
    paper.text(f"根据{facts.draft.basis_words}，经研究，现将有关情况通报如下。")
    paper.heading(1, "一、基本事实")
    for number, unit in enumerate(facts.units, 1):
        if len(facts.units) > 1:
            paper.heading(2, f"（{chinese_number(number)}）{unit.unit_name}")
        is_counted = unit.due is not None and unit.on_time is not None
        counted = f"应报{unit.due}份，按时{unit.on_time}份；" if is_counted else ""
        failed = failing_words(unit.failings) or "迟报、未报情况" + blank()
        paper.text(f"{facts.span}，{unit.unit_name}{counted}{failed}。{unit.remarks}")
        if unit.failings:
            paper.table(FAILING_COLUMNS, failing_rows(unit.failings), size="small")
    paper.heading(1, "二、批评决定")
    paper.text(f"上述情况反映出有关单位落实报送责任不力。决定对{names}予以通报批评。")
    paper.heading(1, "三、工作要求")
    by = facts.rectify_by or "　　　年　月　日　时"
    paper.text(
        f"被通报的单位要查明原因、限期整改，于{by}前补报数据并报送书面整改报告。各单位要引以为戒，按规定时间报送数据。"
    )
    paper.text("对所列事实有异议的，请凭报送回执在收到本通报后及时提出。")
    return _closed(paper, facts.courses)


def _begun(facts: PraiseFacts | CriticismFacts, kind: str) -> tuple[Paper, str]:
    names = listed([unit.unit_name for unit in facts.units]) or blank()
    units = [unit.unit_name for unit in facts.units]
    short = listed(units[:1]) + ("等单位" if len(units) > 1 else "") if units else blank()
    paper = Paper(facts.draft, ("关于对", short, f"通报{kind}", "的通报"))
    paper.recipients(facts.draft.recipients)
    return paper, names


def _closed(paper: Paper, courses: tuple[Course, ...] = ()) -> Paper:
    paper.attachments([NAME] if courses else [])
    paper.signature()
    if courses:
        courses_annex(paper, courses, is_only=True)
    paper.imprint()
    return paper


def _count(number: int | None) -> str:
    return "—" if number is None else str(number)


def _rate(unit: UnitRecord) -> str:
    return rate_words(None if unit.on_time is None else share(unit.on_time, unit.due or 0))
