"""报送情况核查单: what a unit owed for a month, how it is judged and why, what happened, and how to check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.extracts import Extract
from documents.draft import Draft
from documents.layout.paper import Paper
from documents.layout.tables import TableColumn
from documents.wording import blank, chinese_number, moment_words, month_words, plain

_VERDICTS = (
    TableColumn("目录模板", 4.2, "left"),
    TableColumn("报送期", 1.7),
    TableColumn("截止时间", 3.8),
    TableColumn("认定", 2.2),
    TableColumn("依据", 4.0, "left"),
)
_COURSE = (TableColumn("时间", 2.4), TableColumn("经过", 9.4, "left"), TableColumn("回执号", 3.8))
_FILES = (
    TableColumn("回执号", 3.2),
    TableColumn("收到时间", 2.6),
    TableColumn("结果", 1.2),
    TableColumn("文件", 4.0, "left"),
    TableColumn("字节", 1.4, "right"),
    TableColumn("SHA-256", 8.4, "left"),
    TableColumn("留痕码", 3.8),
)


@dataclass(frozen=True)
class Entry:
    """One thing that happened, with the receipt's number where there is one."""

    at: str
    what: str
    receipt_no: str = ""


@dataclass(frozen=True)
class Told:
    """One due: by when, how it is judged, on what ground, and its entries."""

    template_name: str
    template_code: str
    period: str
    deadline: str
    verdict: str
    status: str
    ground: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Record:
    """A file that was sent or checked. seal: empty where the audit trail has no act of its own for it."""

    receipt_no: str
    received_at: str
    outcome: str
    file_name: str
    size: int
    sha256: str
    seal: str = ""


@dataclass(frozen=True)
class ChronologyFacts:
    """unknown: files of which nobody could tell what they are. contacts: whom reminders reach. head: number and hash of
    the audit trail's newest row then. extracts: the rows of the trail of the files.
    """

    draft: Draft
    unit_name: str
    month: date
    dues: tuple[Told, ...]
    unknown: tuple[Entry, ...] = ()
    records: tuple[Record, ...] = ()
    contacts: str = ""
    head: str = ""
    extracts: tuple[Extract, ...] = ()


def title(unit_name: str, month: date) -> tuple[str, ...]:
    """In pieces, between which it may be broken into lines."""
    return unit_name, month_words(month), "数据报送情况核查单"


def chronology(facts: ChronologyFacts) -> Paper:
    """The draft."""
    paper = Paper(facts.draft, title(facts.unit_name, facts.month))
    paper.recipients(facts.draft.recipients)
    paper.text(_summary(facts))
    paper.heading(1, "一、认定结果")
    rows = [
        (told.template_name, told.period, told.deadline.replace("（", "\n（"), told.verdict, told.ground)
        for told in facts.dues
    ]
    paper.table(_VERDICTS, rows, size="small")
    paper.heading(1, "二、经过")
    _courses(paper, facts)
    paper.heading(1, "三、联系人")
    paper.text(f"催报发给：{facts.contacts}。" if facts.contacts else "本单位没有登记催报联系人。")
    paper.heading(1, "四、怎样核验")
    for said in _how(facts):
        paper.text(said)
    paper.text(f"对上述认定有异议的，请凭报送回执提出。联系人及电话：{facts.draft.contact or blank(10)}")
    names = [name for name, has in (("报送文件清单", facts.records), ("操作记录原文", facts.extracts)) if has]
    paper.attachments(names)
    paper.signature()
    _annexes(paper, facts)
    return paper


def _summary(facts: ChronologyFacts) -> str:
    """截至…，你单位2026年10月应报2份：按时1份、未报1份。本单列出……"""
    names = {"on_time": "按时", "late": "迟报", "missing": "未报", "pending": "待报", "exempt": "免报"}
    numbers = {status: sum(told.status == status for told in facts.dues) for status in names}
    said = "、".join(f"{name}{numbers[status]}份" for status, name in names.items() if numbers[status])
    return (
        f"截至{moment_words(facts.draft.as_of)}，你单位{month_words(facts.month)}共{len(facts.dues)}份报送责任：{said}。"
        "是否按时以首次报送并通过检查的时间为准，更正不影响；被退回的和只在网页上检查的不算收到。认定依据和经过如下，供核对。"
    )


def _courses(paper: Paper, facts: ChronologyFacts) -> None:
    """The dues that failed first; those that were on time afterwards."""
    ordered = sorted(facts.dues, key=lambda told: told.status in ("on_time", "exempt"))
    for number, told in enumerate(ordered, 1):
        paper.heading(2, f"（{chinese_number(number)}）{told.template_name}（{told.period}）")
        paper.table(_COURSE, _rows(told.entries), size="small")
    if facts.unknown:
        paper.heading(2, f"（{chinese_number(len(ordered) + 1)}）认不出是哪份数据的文件")
        paper.table(_COURSE, _rows(facts.unknown), size="small")


def _rows(entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    return [(entry.at, entry.what, entry.receipt_no or "—") for entry in entries]


def _how(facts: ChronologyFacts) -> list[str]:
    """Three things that anybody can check without the program."""
    said = [
        "（一）回执。附件1的回执号、收到时间和留痕码，与报送时当场发给报送人的回执逐项一致。回执在报送人手中，本局无法改动。",
        "（二）文件。对报送人留存的原文件计算SHA-256（Windows：certutil -hashfile 文件名 SHA256；"
        "Linux：sha256sum 文件名），与附件1一致的，就是当时收到的那一份，一个字节也没有改过。",
    ]
    if facts.extracts:
        said.append(
            "（三）记录。附件2是操作记录中有关各行的原文：把一行原文存为UTF-8文本（末尾不加换行）计算SHA-256，"
            "应等于该行的校验值，其前16位就是回执上的留痕码；每行开头的64位是上一行的校验值，改动任何一行，其后各行都对不上。"
        )
    if facts.head:
        said.append(f"出具本单时操作记录的最新一行（行号-校验值）：{facts.head}。")
    return said


def _annexes(paper: Paper, facts: ChronologyFacts) -> None:
    if facts.records:
        paper.annex(("报送文件清单",), is_landscape=True, is_only=not facts.extracts)
        rows = [
            (r.receipt_no, r.received_at, r.outcome, r.file_name, f"{r.size:,}", r.sha256, r.seal or "—")
            for r in facts.records
        ]
        paper.table(_FILES, rows, size="smallest")
        paper.note("注：收到时间以本局时钟为准。演示数据和早于操作记录的报送没有留痕码。")
    if facts.extracts:
        paper.annex(("操作记录原文",), is_landscape=True)
        for extract in facts.extracts:
            if plain(extract.text) != extract.text:
                paper.note(f"第{extract.number}行含有不能印出的字符，请在系统中核对。校验值：{extract.hash}")
                continue
            paper.note(f"第{extract.number}行，校验值：{extract.hash}")
            paper.note(extract.text)
