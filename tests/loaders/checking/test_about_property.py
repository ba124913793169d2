"""A workbook whose unit, period and measure are written in random ones of all the ways is read right or asked about,
and never taken for another one's.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.store import Store
from loaders.checking.recognise import Meant
from loaders.intake.ingest import Receipt, take_in
from loaders.intake.opening import Upload
from tests.conftest import NOW, sample_rows, shanghai
from tests.examples import examples
from tests.loaders.arriving.test_hostile import differences, empty, facts_of
from tests.loaders.checking.bare import bare
from tests.loaders.workshop import facts
from tests.ready import reference_store

BEFORE = shanghai("2026-11-18T09:30:00")
NAMES = {"XZSP": "行政审批科", "FJS": "房产交易所"}
LABELS = ("填报单位", "报送单位", "上报单位", "编报单位", "填表单位", "责任单位", "单位名称", "填报科室", "科室")
COLONS = ("：", ":", "： ", " ：", "　", " ")
PERIOD_LABELS = ("报送期", "所属期", "统计期", "报告期", "数据期", "统计月份", "所属月份", "报送月份")
MONTHS = ("2026-{:02}", "2026年{}月", "2026年{}月份", "2026{:02}", "2026.{:02}", "2026 年 {} 月", "26年{}月")
MONTHS += ("__2026__年__{}__月",)
STRETCHES = ("2026年1-{}月", "2026年1月至{}月", "1—{}月", "2026年{}月26日至12月25日", "2025年12月—2026年{}月")
MEASURES = ("单位：万元", "计量单位：件", "金额单位：万元", "")
HONEST_FILES = ("报送.xlsx", "好差评2026-11-18.xlsx", "20261118李某.xlsx", "好差评 - 副本(2).xlsx", "11月报送.xlsx")


@dataclass
class Written:
    """Cells, and what they say: units and months; sent: the month of a file's name before 报送, which is its period or
    when it was sent; has_stretch: some place names a stretch of time.
    """

    above: dict[str, str] = field(default_factory=dict)
    foot: dict[str, str] = field(default_factory=dict)
    title: list[str] = field(default_factory=list)
    tab: str = "Sheet1"
    file_name: str = "报送.xlsx"
    units: set[str] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    sent: int | None = None
    has_stretch: bool = False


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A unit, a period and perhaps more of them, each written in some way."""
    made = Written(file_name=draw(st.sampled_from(HONEST_FILES)))
    for row, place in enumerate(draw(st.lists(st.sampled_from(PLACES), max_size=2, unique=True))):
        _put_unit(draw, made, place, row)
    for row, place in enumerate(draw(st.lists(st.sampled_from(PERIOD_PLACES), max_size=2, unique=True))):
        _put_period(draw, made, place, row)
    made.above["A1"] = "".join([*made.title, draw(st.sampled_from(["政务服务“好差评”月报", "好差评情况"]))])
    made.above["P2"] = draw(st.sampled_from(MEASURES))
    return made


PLACES = ("cell", "beside", "beneath", "foot", "signed", "title", "tab", "file")
PERIOD_PLACES = ("cell", "beside", "beneath", "foot", "title", "alone", "tab", "file")


def _put_unit(draw: st.DrawFn, made: Written, place: str, row: int) -> None:
    unit = draw(st.sampled_from(sorted(NAMES)))
    label, colon = draw(st.sampled_from(LABELS)), draw(st.sampled_from(COLONS))
    name = draw(st.sampled_from([NAMES[unit], f"{NAMES[unit]}（{unit}）", f"市住建局{NAMES[unit]}"]))
    line = draw(st.sampled_from(["", "__", "＿＿"]))
    made.units.add(unit)
    match place:
        case "cell":
            made.above[f"A{2 + row}"] = f"{label}{colon}{line}{name}{line}"
        case "beside":
            made.above |= {f"A{2 + row}": f"{label}{colon}".strip(), f"C{2 + row}": name}
        case "beneath":
            made.above |= {"F2": label, "F3": NAMES[unit]}
        case "foot":
            made.foot["A1"] = f"{label}（盖章）：{name}"
        case "signed":
            made.foot["F2"] = NAMES[unit]
        case "title":
            made.title.insert(0, NAMES[unit])
        case "tab":
            made.tab = f"{NAMES[unit]}{made.tab.removeprefix('Sheet1')}"
        case "file":
            made.file_name = f"{NAMES[unit]}_{made.file_name}"


def _put_period(draw: st.DrawFn, made: Written, place: str, row: int) -> None:
    month, label = draw(st.sampled_from([8, 9, 10])), draw(st.sampled_from(PERIOD_LABELS))
    is_stretch = place in ("cell", "beside", "foot") and draw(st.integers(0, 5)) == 0
    text = draw(st.sampled_from(STRETCHES if is_stretch else MONTHS)).format(month)
    made.has_stretch |= is_stretch
    if place == "file" and made.file_name.startswith("报送"):
        made.sent = month
    else:
        made.months.add(month)
    match place:
        case "cell":
            made.above[f"H{2 + row}"] = f"{label}{draw(st.sampled_from(COLONS))}{text}"
        case "beside":
            made.above |= {f"H{2 + row}": f"{label}：", f"J{2 + row}": text}
        case "beneath":
            made.above |= {"M2": label, "M3": text}
        case "foot":
            made.foot["H1"] = f"{label}：{text}"
        case "title":
            made.title.append(f"2026年{month}月")
        case "alone":
            made.above["L2"] = f"2026年{month}月"
        case "tab":
            made.tab = f"{made.tab.removeprefix('Sheet1')}2026年{month}月"
        case "file":
            made.file_name = f"2026年{month}月{made.file_name}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One store for all examples; each leaves it empty."""
    opened = reference_store(tmp_path_factory.mktemp("about") / "store.duckdb", NOW)
    yield opened
    opened.close()


@examples(300)
@given(written(), st.sampled_from([None, "XZSP", "FJS"]), st.sampled_from([None, "2026-10"]))
def test_a_workbook_is_read_right_or_asked_about(
    store: Store, about: Written, sender: str | None, month: str | None
) -> None:
    content = bare(store, about.above, "BE-08", "FJS", about.tab, about.foot)
    try:
        upload = Upload(content, about.file_name, BEFORE, meant=Meant(sender, month))
        ((receipt,),) = take_in(store, [upload])
        _judge(store, about, sender, month, receipt)
    finally:
        empty(store)


def _judge(store: Store, about: Written, sender: str | None, month: str | None, receipt: Receipt) -> None:
    units = about.units | ({sender} if sender else set())
    months = about.months | ({10} if month else set())
    told = [(issue.severity, issue.code) for issue in receipt.issues]
    if receipt.outcome == "accepted":
        assert {receipt.unit_code} == units, (about, told)
        assert {receipt.period.month} == months, (about, told)
        assert about.sent is None or receipt.period.month <= about.sent, (about, told)
        rows = [row | {"unit": receipt.unit_code} for row in sample_rows("BE-08", "FJS")]
        assert differences(facts_of(store), facts(store, {"BE-08": rows})) == []
    elif len(units) == 1 and len(months) == 1 and not about.has_stretch and min(months) <= (about.sent or 12):
        raise AssertionError(f"an honest file came back: {told} {receipt.issues}")
