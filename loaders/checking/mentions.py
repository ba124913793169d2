"""What a sheet says around its table about whose and which period it is, each with its place; nothing decided yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data.cells import address
from loaders.checking.time_words import spans
from loaders.checking.values import plain
from loaders.sheets import Cell, Kind

LONGEST = 400
_SHOWN = 60
FILLERS = " _\t\n-—–.…·"


def letters_apart(pattern: str) -> str:
    """A pattern that also finds its words with blanks between their letters, as on printed forms: 填 报 单 位."""
    return re.sub(r"([一-龥])(?=[一-龥])", r"\1\\s*", pattern)


_WHO_DOES = r"填报|填表|填制|填写|报送|上报|呈报|申报|报告|报出|报表|编报|编制|制表|责任|统计|提供"
_WHOSE = r"(?:单位|科室|部门|处室|机构|科\(室\))(?:名称)?"
_UNIT = (
    rf"(?:{_WHO_DOES})\s*{_WHOSE}|(?<![^\W_])(?:单位|科室|部门|处室|机构)名称|(?<![^\W_])(?:所在|所属)?(?:科室|部门|处室)"
    r"|(?<![^\W_])[Rr]eporting\s+(?:unit|section|department)"
)
_WHEN = (
    r"(?:报送|上报|填报)\s*(?:期间|期别|期|时段)|(?:报送|上报|业务)\s*月份|所属\s*(?:期间|期|月份|时期|年月)"
    r"|(?:数据|统计|报告|报表)\s*(?:期间|期|月份|年月)|(?:数据|统计)\s*(?:时间|时段)"
    r"|(?<![^\W_])(?:期间|月份|年月|期别)|(?<![^\W_])[Rr]eporting\s+(?:period|month)"
)
_HINT = (  # whose it may be; who leads an undertaking need not be who reports on it
    r"(?:牵头|承办|主办|经办|主管|归口|来源|出表|具体|实施|所在|所属|直属|(?:填报|填表|报送)人)\s*(?:单位|科室|部门|处室|机构)"
    r"|(?:单位|科室|部门)全称|[报来]自|(?:填报|填表|报送|上报|制表|编制|填制|报告|报出|呈报)(?:者|方|人)?"
    r"|(?:数据|资料|报表|信息)(?:来源|提供|报送|上报)"
)
_OTHER = (
    r"(?:计量|金额|货币|建设|施工|监理)单位|(?<![^\W_])单位(?!负责|领导)|(?:填报|填表|制表|审核|复核|负责|联系|经办|统计|报送|报)人"
    r"|(?:填报|填表|制表|报出|打印|编制|报送|上报|印发|发文)(?:日期|时间)|(?:联系)?电话|截[止至]|签[字章名]|盖章|分管领导"
)
_MARKS = r"\s*(?P<inside>(?:\([^()]{0,20}\)\s*)*)(?P<colon>[:∶﹕]?)\s*"
_UNIT_LABEL = re.compile(letters_apart(rf"(?:{_UNIT})(?!负责|领导|意见|代码|公章){_MARKS}"))
_BARE_UNIT_LABEL = re.compile(letters_apart(rf"(?<![^\W_])单位(?:盖章|公章|签章)?{_MARKS}"))
_PERIOD_LABEL = re.compile(letters_apart(rf"(?:{_WHEN})(?!限|末|初|内){_MARKS}"))
_NEXT_LABEL = re.compile(
    letters_apart(rf"\s{{3,}}\S|[|\t\n]|(?:{_UNIT}|{_WHEN})(?!限|末|初|内)|{_OTHER}|\s[^\s:]{{2,8}}:")
)
_STARTS_LIKE_A_LABEL = re.compile(letters_apart(rf"(?:{_UNIT}|{_WHEN}|{_OTHER})"))
_HINT_LABEL = re.compile(letters_apart(rf"(?<![^\W_])(?:{_HINT}){_MARKS}"))
_SEAL = re.compile(r"\(\s*(?:盖章|公章|签章|签字|印章|章|全称)\s*\)")
_LIKE_A_UNIT = re.compile(r"[科室部处办所站馆队组局委会心厅院司]$")


class Where(StrEnum):
    """What kind of place says it."""

    CELL = "cell"
    TAB = "tab"
    FILE = "file"
    PAGE = "page"
    META = "meta"


@dataclass(frozen=True)
class Mention:
    """A text that says whose or which period, and its place: a cell's address, a tab's or file's name.

    is_labelled: a label and a colon say that it is one, so what cannot be read is a fault. own_part: the text without
    the labels that follow in its cell. sheet: where it is not the sheet of the table.
    """

    text: str
    where: Where
    at: str
    is_labelled: bool = True
    own_part: str = ""
    sheet: str = ""

    @property
    def shown(self) -> str:
        """What a message repeats of it."""
        return self.own_part or self.text[:_SHOWN]


@dataclass
class Surroundings:
    """The mentions of a sheet. title: the first text above the table that is one; lines: the other texts there without
    a label; hinted: what stands behind 牵头单位, 报自 and the like; pages: what is printed above and beneath each page;
    signed: by row, the texts of the foot that stand alone in it; first_days: dates without a label that are
    the first of a month, which is what a spreadsheet makes of 2026年10月.

    notes: remarks of the foot. foot_rows: rows beneath the table that are about the sheet;
    days: rows there that hold nothing but a day.
    """

    units: list[Mention] = field(default_factory=list)
    bare_units: list[Mention] = field(default_factory=list)
    periods: list[Mention] = field(default_factory=list)
    title: Mention | None = None
    lines: list[Mention] = field(default_factory=list)
    hinted: list[Mention] = field(default_factory=list)
    pages: list[Mention] = field(default_factory=list)
    signed: dict[int, Mention] = field(default_factory=dict)
    first_days: list[Mention] = field(default_factory=list)
    notes: list[Mention] = field(default_factory=list)
    foot_rows: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)


def take_labelled(row: Mapping[int, Cell], zone: Mapping[int, Mapping[int, Cell]], told: Surroundings) -> set[int]:
    """Keeps what the labels of a row name; the columns of the labels and of their values."""
    used: set[int] = set()
    for col, cell in row.items():
        if cell.kind is not Kind.TEXT or col in used:
            continue
        text = _SEAL.sub("", plain(cell.value)[:LONGEST])
        kinds = (
            (told.units, _UNIT_LABEL),
            (told.periods, _PERIOD_LABEL),
            (told.bare_units, _BARE_UNIT_LABEL),
            (told.hinted, _HINT_LABEL),
        )
        for kind, label in kinds:
            for match in label.finditer(text):
                is_whole = match.span() == (0, len(text))
                if kind is told.bare_units and not match["colon"]:
                    continue
                if kind is told.hinted and not (match["colon"] or is_whole):
                    continue
                beside = _take_value(match, text, cell, zone, kind, told)
                if kind is not told.bare_units and (match["colon"] or is_whole):  # 责任单位办件统计表 is a title
                    used |= {col} | beside
    return used


def _take_value(match: re.Match, text: str, cell: Cell, zone, kind: list[Mention], told: Surroundings) -> set[int]:
    rest = text[match.end() :]
    following = _NEXT_LABEL.search(rest)
    value = (rest[: following.start()] if following else rest).strip(FILLERS)
    if not value and match["inside"].strip("() ") and not match["colon"]:
        value = match["inside"].strip("() ")  # 填报单位（行政审批科）
    if value:
        said = value if kind is told.periods else rest.strip(FILLERS) or value  # a unit's name may hold any sign
        kind.append(Mention(said, Where.CELL, address(cell.row_no, cell.col_no), bool(match["colon"]), value[:_SHOWN]))
        return set()
    if following and following[0].strip():
        return set()
    beside = _beside(cell, zone) or _beneath(cell, zone)
    if beside is None:
        return set()
    said = _joined(beside, zone[beside.row_no]) if kind is told.periods else plain(beside.value).strip(FILLERS)
    is_sure = bool(match["colon"]) and (kind is not told.units or _may_be_a_name(said))
    is_sure &= beside.row_no == cell.row_no or bool(_LIKE_A_UNIT.search(said))
    kind.append(Mention(said, Where.CELL, address(beside.row_no, beside.col_no), is_sure))
    return {beside.col_no} if beside.row_no == cell.row_no else set()


def _beside(cell: Cell, zone: Mapping[int, Mapping[int, Cell]]) -> Cell | None:
    """The next cell to the right that says something, unless it is a label itself."""
    cells = (other for col, other in sorted(zone[cell.row_no].items()) if col > cell.col_no)
    following = next((other for other in cells if plain(other.value).strip(FILLERS)), None)
    return following if following and not _is_label(plain(following.value)) else None


def _beneath(cell: Cell, zone: Mapping[int, Mapping[int, Cell]]) -> Cell | None:
    other = zone.get(cell.row_no + 1, {}).get(cell.col_no)
    return other if other and plain(other.value).strip(FILLERS) and not _is_label(plain(other.value)) else None


def _joined(cell: Cell, row: Mapping[int, Cell]) -> str:
    """A period that is written over several cells: 2026 | 年 | 10 | 月, or 2026-09-26 | 至 | 2026-10-25."""
    alone = plain(cell.value).strip(FILLERS)
    following = [plain(other.value) for col, other in sorted(row.items()) if cell.col_no < col <= cell.col_no + 8]
    if re.fullmatch(r"\d{4}年?", alone):
        written = re.match(r"\d{4}年\d{1,2}月", re.sub(r"[\s_]", "", "".join([alone, *following])))
        return written[0] if written else alone
    if len(following) > 1 and re.fullmatch(r"[-~—–至到]+", following[0]):
        return f"{alone}至{following[1]}"
    return alone


def _is_label(text: str) -> bool:
    return bool(re.search("[:∶﹕]", text) or _STARTS_LIKE_A_LABEL.match(text))


def _may_be_a_name(text: str) -> bool:
    """Not a measure, a number or a time that happens to stand beside an empty 填报单位."""
    return (
        bool(re.search(r"[^\W\d_]{2}", text)) and not spans(text) and not re.fullmatch(r"\(?[十百千万亿]*元\)?", text)
    )
