"""Units of measure and their kin: what 平方米, 个工作日, 万 or RMB mean, and whether two of them are the same."""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple
from unicodedata import normalize

from loaders.reading.number_text import literal_text, shown_text


class Fit(StrEnum):
    """How a text stands to a column's own measure."""

    SAME = "same"
    OTHER = "other"
    NONE = "none"  # it is no measure at all


class Measure(NamedTuple):
    """What is measured, and how many of its ones a figure counts: 万元 is 10,000 of money."""

    dimension: str
    factor: float


_MONEY, _AREA, _VOLUME, _LENGTH, _WEIGHT = "money", "area", "volume", "length", "weight"
_TIME, _SHARE, _COUNT = "time", "share", "count"
_TIMES = {"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "百亿": 1e10, "万亿": 1e12}
_TIMES |= {"k": 1e3, "10k": 1e4, "thousand": 1e3, "million": 1e6, "百分": 1e-2}
_COUNTED = (
    "个件宗笔项次人户套本卷条份处家张栋幢起例台辆批名位间座篇部所支只枚册页组单期场种类片队车辆株根块班",
    "人次 人数 件次 户次 家次 标段 案卷 批次 车次 处次 篇次 套次 homes cases units persons people items",
)
_MEASURES: dict[str, Measure] = {
    **dict.fromkeys(("元", "圆", "元整", "块", "块钱", "yuan"), Measure(_MONEY, 1)),
    "角": Measure(_MONEY, 0.1),
    **dict.fromkeys(("美元", "usd", "美金"), Measure(_MONEY, -1)),  # another currency is never the same
    **dict.fromkeys(("港元", "港币", "hkd"), Measure(_MONEY, -2)),
    **dict.fromkeys(("欧元", "eur"), Measure(_MONEY, -3)),
    **dict.fromkeys(("平方米", "平米", "平方", "平", "m2", "m^2", "sqm", "㎡", "m²"), Measure(_AREA, 1)),
    **dict.fromkeys(("亩", "市亩"), Measure(_AREA, 10_000 / 15)),
    **dict.fromkeys(("公顷", "ha", "hm2", "顷"), Measure(_AREA, 1e4)),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km^2"), Measure(_AREA, 1e6)),
    **dict.fromkeys(("立方米", "立方", "立米", "m3", "m^3", "方"), Measure(_VOLUME, 1)),
    **dict.fromkeys(("米", "m", "延米", "延长米", "公尺"), Measure(_LENGTH, 1)),
    **dict.fromkeys(("公里", "千米", "km"), Measure(_LENGTH, 1e3)),
    **dict.fromkeys(("吨", "t", "公吨"), Measure(_WEIGHT, 1e3)),
    **dict.fromkeys(("公斤", "千克", "kg"), Measure(_WEIGHT, 1)),
    **dict.fromkeys(("斤", "市斤"), Measure(_WEIGHT, 0.5)),
    **dict.fromkeys(("分钟", "min"), Measure(_TIME, 1 / 60)),
    **dict.fromkeys(("小时", "钟头", "时", "h", "hour", "hours"), Measure(_TIME, 1)),
    **dict.fromkeys(("工作日", "工作天", "个工作天", "working days", "workdays"), Measure(_TIME, 8)),
    **dict.fromkeys(("日", "天", "自然日", "日历日", "日历天", "日(自然日)", "天(自然日)", "days"), Measure(_TIME, 24)),
    **dict.fromkeys(("周", "星期", "weeks"), Measure(_TIME, 24 * 7)),
    **dict.fromkeys(("月", "个月", "months"), Measure(_TIME, 24 * 30)),
    **dict.fromkeys(("年", "years"), Measure(_TIME, 24 * 365)),
    **dict.fromkeys(("%", "百分比", "百分数", "百分率", "百分点", "百分之", "pct", "percent"), Measure(_SHARE, 0.01)),
    **dict.fromkeys(("‰", "千分比", "千分数", "千分率"), Measure(_SHARE, 0.001)),
    **dict.fromkeys(("小数", "比值"), Measure(_SHARE, 1)),
    **dict.fromkeys((*_COUNTED[0], *_COUNTED[1].split()), Measure(_COUNT, 1)),
}
_MEASURES = {re.sub(r"\s", "", normalize("NFKC", name)).casefold(): m for name, m in _MEASURES.items()}
_WHEN = frozenset("日天月年周时")  # of a column that measures no time they say when: 办结件数(月)
_WRAPPED = re.compile(r"\((.*)\)|\[(.*)\]|【(.*)】|〔(.*)〕")
_LABELLED = re.compile(r"(?:(?:计量|金额|货币|数量|面积|统计|计价)?单位|unit)(?:[::=]|为|是|均为)?(?=.)")
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny)(?=.)|(?<=.)\(?(?:人民币|rmb|cny)\)?$")
_PART = re.compile(r"[,、;和及与|·]|\s{1,}")
_QUANTITY = re.compile(r"-?\d[\d,]*(?:\.\d*)?|-?\.\d+")
_AROUND = ".,:;-_()[] "
_LONGEST = 20


@lru_cache(maxsize=4096)
def measure_of(text: str, dimension: str = "") -> Measure | None:
    """What a text means as a measure; None where it is none. A bare 万 counts what the dimension says, or nothing."""
    if len(text) > 4 * _LONGEST:
        return None
    bare = _bare(text)
    if dimension and bare in _TIMES:
        return Measure(dimension, _TIMES[bare])
    above, is_rate, below = bare.partition("/") if "每" not in bare else bare.partition("每")
    if is_rate and below:
        upper, lower = _single(above), _single(below)
        return Measure(f"{upper.dimension}/{lower.dimension}", upper.factor / lower.factor) if upper and lower else None
    return _single(bare)


def _bare(text: str) -> str:
    """Without blanks, brackets around it, 单位： before it, 人民币 beside it."""
    bare = re.sub(r"[\s_]", "", normalize("NFKC", text)).casefold()
    before = ""
    while bare != before and bare not in _MEASURES:
        before = bare
        if wrapped := _WRAPPED.fullmatch(bare):
            inner = next(filter(None, wrapped.groups()), "")
            bare = inner if inner.count("(") == inner.count(")") else bare
        bare = _CURRENCY.sub("", _LABELLED.sub("", bare, count=1), count=1).strip(":.。")
    return bare


def _single(bare: str) -> Measure | None:
    if bare in _MEASURES:
        return _MEASURES[bare]
    for length in (6, 5, 4, 3, 2, 1):
        times, rest = _TIMES.get(bare[:length]), bare[length:]
        if times and rest in _MEASURES:
            return Measure(_MEASURES[rest].dimension, times * _MEASURES[rest].factor)
    if bare.startswith("个") and bare[1:] in _MEASURES:  # 个工作日, 个月
        return _MEASURES[bare[1:]]
    return None


@lru_cache(maxsize=4096)
def fit(text: str, own: str) -> Fit:
    """How a text stands to a column's own measure. What counts ones of anything is the same: 件, 个, 宗, 笔."""
    if not text.strip(_AROUND):
        return Fit.NONE
    if _bare(text) == _bare(own):
        return Fit.SAME
    own_measure = measure_of(own) or Measure("", 0)
    said = measure_of(text, own_measure.dimension)
    if said is None or (said.dimension == _TIME and _bare(text) in _WHEN and own_measure.dimension != _TIME):
        return Fit.NONE
    return Fit.SAME if _is_same(said, own_measure) else Fit.OTHER


def _is_same(one: Measure, other: Measure) -> bool:
    return one.dimension == other.dimension and abs(one.factor - other.factor) <= 1e-9 * abs(other.factor)


def is_kin(text: str, own: str) -> bool:
    """Whether both measure the same thing, however large their ones are."""
    own_measure = measure_of(own)
    said = measure_of(text, own_measure.dimension if own_measure else "")
    return said is not None and own_measure is not None and said.dimension == own_measure.dimension


def is_stated(text: str) -> bool:
    """Whether a text that stands alone says a measure: 万元, 万; not 月 or 日, which are parts of a date."""
    bare = _bare(text)
    return bare in _TIMES or (bare not in _WHEN and measure_of(text) is not None)


def leading_measures(text: str) -> list[str]:
    """The measures that a text begins with: 万元 and 件 of 万元、件  填表人:李某."""
    if is_stated(text):
        return [text]
    return list(takewhile(is_stated, filter(None, _PART.split(normalize("NFKC", text).strip()))))


def listed_measures(text: str) -> list[str]:
    """The measures of a text that holds nothing else: 万元、件、%; empty where something else is in it."""
    if is_stated(text):
        return [text]
    parts = [part for part in _PART.split(normalize("NFKC", text).strip()) if part]
    return parts if all(map(is_stated, parts)) else []


@lru_cache(maxsize=1024)
def measure_in_format(look: str) -> str:
    """The measure that a number format writes behind the figures: 万 of 0!.0,"万"; empty where it writes none."""
    text = literal_text(look).strip(_AROUND)
    for piece in (text, text.partition("/")[0]):
        if piece and (measure_of(piece) or _bare(piece) in _TIMES):
            return piece
    return ""


def shown_otherwise(number: float, look: str, own: str) -> str | None:
    """The text that a format shows where it means another quantity than the stored number does in the column's own
    measure, like 4231.6万 for 42315500 in a column of 万元; None where both agree, as they do in a column of 元.
    """
    shown = shown_text(number, look)
    figure = _QUANTITY.search(shown or "")
    if shown is None or not figure:
        return shown or ""
    own_measure = measure_of(own)
    said = measure_of(measure_in_format(look), own_measure.dimension) if own_measure else None
    if said and own_measure and said.dimension != own_measure.dimension:
        return None
    times = said.factor / own_measure.factor if said and own_measure else 1.0
    quantity = float(figure[0].replace(",", "")) * times
    step = abs(times) * 10.0 ** -len(figure[0].partition(".")[2])
    return None if abs(quantity - number) <= max(step, 0.01 * abs(number)) else shown
