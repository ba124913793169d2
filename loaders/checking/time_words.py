"""The stretches of time that a text names: 2026年10月, 2026-Q4, 10月, 1—10月, 9月26日至10月25日."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from data.periods import Cycle, add_months, end_of, parse_period, period_of
from loaders.checking.values import plain

_TO = r"起?(?:[-~—–―‐〜]+|至|到|→)"
_YEAR = r"(?<!\d)(?P<y>\d{4})"
_MONTH = r"(?P<m>1[0-2]|0?[1-9])"
_PART = r"(?:[底末初]|[上中下]旬)?"  # of a month
_HOUR = r"(?:\d{1,2}(?:[时点]|:\d{2}))?"
_AND = r"[、,&/和及与]"
_SECOND = r"(?:(?P<y2>\d{4})[年./-])?(?P<m2>1[0-2]|0?[1-9])"
_DAY_RANGES = (
    rf"(?:{_YEAR}[年./-])?(?<!\d){_MONTH}[月./-](?P<d>\d{{1,2}})[日号]?{_HOUR}{_TO}"
    rf"(?:{_SECOND}[月./-])?(?P<d2>\d{{1,2}})[日号]",
    rf"{_YEAR}([./-]){_MONTH}\2(?P<d>\d{{1,2}}){_TO}(?:(?P<y2>\d{{4}})\2)?(?P<m2>\d{{1,2}})\2(?P<d2>\d{{1,2}})(?!\d)",
)
_DATES = (
    rf"{_YEAR}年{_MONTH}月(?P<d>\d{{1,2}})[日号]",
    rf"{_YEAR}([./-]){_MONTH}\2(?P<d>\d{{1,2}})(?![\d月])",
    r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)",
    rf"(?<![\d年]){_MONTH}月(?P<d>\d{{1,2}})[日号]",
)
_MONTH_RANGES = (
    rf"{_YEAR}[年./-]{_MONTH}(?:月份?{_PART})?{_TO}{_SECOND}月份?{_PART}",
    rf"{_YEAR}([./-]){_MONTH}{_TO}(?P<y2>\d{{4}})\2(?P<m2>1[0-2]|0?[1-9])(?!\d|[./-]\d)",
    rf"{_YEAR}年{_MONTH}{_TO}(?P<m2>1[0-2]|0?[1-9])(?![\d日号月])",
    r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?:至|到|[-~—])(?P<y2>20\d{2})(?P<m2>0[1-9]|1[0-2])(?!\d)",
    rf"(?<![\d年.-]){_MONTH}(?:月份?{_PART})?{_TO}(?P<m2>1[0-2]|0?[1-9])月份?{_PART}(?!\d)",
    rf"{_YEAR}年{_MONTH}(?:{_AND}\d{{1,2}})*?{_AND}(?P<m2>1[0-2]|0?[1-9])(?:两个?)?月份?",
    rf"(?<![\d年.-]){_MONTH}{_AND}(?P<m2>1[0-2]|0?[1-9])(?:两个?)?月份?(?!\d)",
    rf"{_YEAR}年前(?P<m2>1[0-2]|[2-9])个?月份?",
    r"(?<![^\W\d_])前(?P<m2>1[0-2]|[2-9])个?月份?",
)
_OPEN = (  # 2026年1月至本月, 2026年1月1日起, 2026年1月以来
    rf"(?:自|从)?{_YEAR}[年./-]{_MONTH}(?:月份?{_PART}|[./-](?P<d>\d{{1,2}})(?!\d))?(?:(?<=月)\d{{1,2}}[日号])?"
    r"(?:以来|起?至(?![\d诚])|起?(?:到$|(?:到|[-~—–]+)(?=今|至今|本[月期季年日]|目前|现在|当前|当月))|起(?![重诉草止点伏\d至到]))"
    r"(?:今|本月|目前|现在|当前|当月)?",
)
_AS_OF = r"截[至止](?:时间|日期|到|至)?\s*:?\s*"
_OPEN_MONTHS = (rf"(?:(?<!来)自|从)(?P<y>\d{{4}})年{_MONTH}月份?(?![\d初])[底末]?",)
_AS_OF_MONTHS = (
    rf"{_AS_OF}(?P<y>\d{{4}})[年./-]{_MONTH}月?份?(?![\d初./-])[底末]?",
    rf"{_AS_OF}(?<!\d){_MONTH}月份?(?![\d初])[底末]?",
)
_AS_OF_DAYS = (rf"{_AS_OF}{_YEAR}[年./-]{_MONTH}[月./-](?P<last>2[89]|3[01])[日号]?(?!\d)",)
_TENTHS = (  # a third of a month
    rf"{_YEAR}年{_MONTH}月(?P<third>[上中下])旬",
    rf"(?<![\d年第近前每]){_MONTH}月(?P<third>[上中下])旬",
)
_QUARTERS = (
    rf"{_YEAR}年?度?前(?P<upto>[1-4])个?季度",
    rf"{_YEAR}[-年]?度?(?:第?(?P<q>[1-4])季度?|[Qq](?P<Q>[1-4])(?!\d))",
    rf"{_YEAR}[-年]?度?(?:[Hh](?P<h>[12])(?!\d)|(?P<half>[上下])半年)",
    r"(?<![\d个])第?(?P<q>[1-4])季度",
)
_MONTHS = (
    rf"{_YEAR}年{_MONTH}月份?",
    rf"{_YEAR}[./-]{_MONTH}月份?",
    rf"{_YEAR}[./-](?P<m>0[1-9]|1[0-2])(?![\d./-])",
    r"(?<!\d)(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?!\d)",
    rf"(?<![\d年第近前每]){_MONTH}月份?(?![\d个底末初内龄前])",
    rf"{_YEAR}年(?P<m>1[0-2]|0[1-9])(?!\d)",
)
_YEARS = (rf"{_YEAR}年度?(?!\d)",)
_SHAPES = tuple(
    (kind, re.compile(pattern))
    for kind, patterns in (
        ("day_range", _DAY_RANGES),
        ("open", _OPEN),
        ("as_of_day", _AS_OF_DAYS),
        ("date", _DATES),
        ("range", _MONTH_RANGES),
        ("quarter", _QUARTERS),
        ("open", _OPEN_MONTHS),
        ("as_of", _AS_OF_MONTHS),
        ("day_range", _TENTHS),
        ("month", _MONTHS),
        ("year", _YEARS),
    )
    for pattern in patterns
)
_BLANKS = re.compile(
    r"(?<=\d)[\s_]+(?=[年月日季至到~—–])|(?<=[年月日第至到~—–])[\s_]+(?=[\d第])|(?<=[月日])[\s_]+(?=[至到~—–])"
)
_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_LONGEST = 300
_OPEN_FOR = 24  # months that a stretch of which only the start is told is taken to last
_ANY_YEAR = 2000  # stands in where a text names none; a leap year, so that 2月29日 can be read


@dataclass(frozen=True)
class Span:
    """Days from start on, before end. has_year: the text itself names the year. kind: date, month, year, quarter,
    range, day_range, as_of (the month at whose end something was so), or open, of which only one end is told.
    """

    text: str
    start: date
    end: date
    has_year: bool
    kind: str

    def in_year(self, year: int) -> "Span":
        """The same days of that year, where the text names none."""
        if self.has_year:
            return self
        months = 12 * (year - _ANY_YEAR)
        whole = self.end.day == 1
        end = add_months(self.end, months) if whole else _moved(self.end, months)
        return replace(self, start=_moved(self.start, months), end=end, has_year=True)

    def touches(self, period: date, cycle: Cycle) -> bool:
        """Whether it may speak of this period: it lies in it, or reaches over all of it."""
        told = self.in_year(period.year)
        end = end_of(period, cycle)
        return (told.start <= period and end <= told.end) or (period <= told.start and told.end <= end)

    def period(self, cycle: Cycle) -> date | None:
        """The period that it means; None for a stretch that is no period of this cycle, or without a year. A single
        month, or a day, means the period in which it lies.
        """
        if not self.has_year:
            return None
        if self.kind == "open":
            return None
        period = period_of(self.start, cycle)
        is_single = self.end <= add_months(self.start.replace(day=1), 1) and self.kind != "day_range"
        return period if is_single or (self.start, self.end) == (period, end_of(period, cycle)) else None


def spans(text: str) -> list[Span]:
    """Every stretch of time that the text names, in its order; what lies inside of another is not told twice."""
    return list(_spans(plain(text)[:_LONGEST]))


@lru_cache(maxsize=4096)  # headings, names of rows and of sheets come again from month to month
def _spans(text: str) -> tuple[Span, ...]:
    left = _digits(_unspaced(text))
    told: list[tuple[int, Span]] = []
    for kind, shape in _SHAPES:
        for match in list(shape.finditer(left)):
            span = _span(kind, match)
            if span:
                told.append((match.start(), span))
                left = left[: match.start()] + "\0" * len(match[0]) + left[match.end() :]
    return tuple(span for _, span in sorted(told, key=lambda placed: placed[0]))


def months_and_more(text: str) -> list[Span]:
    """The stretches that may be a reporting period: no single days, no bare years."""
    return [span for span in spans(text) if span.kind not in ("date", "year")]


def years(texts: Sequence[str]) -> set[int]:
    """The years that the texts name, by themselves or with a month."""
    return {span.start.year for text in texts for span in spans(text) if span.has_year and span.kind != "date"}


def written_period(text: str, cycle: Cycle) -> date | None:
    """The period that a cell or title means; None when it means none. A date in the month counts as the month."""
    text = plain(text)
    if re.fullmatch(r"\d{4}\.\d", text):
        return None  # 2026.10 that a spreadsheet has turned into the number 2026.1, or January: nobody can tell
    try:
        return parse_period(text[:7] if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text, cycle)
    except ValueError:
        return None


def _unspaced(text: str) -> str:
    """Without the blanks and lines of a printed form between figures and their signs: 2026 年 _10_ 月."""
    text = _BLANKS.sub("", text)
    return re.sub(r"(?<=[\d月日])\s+-\s+(?=\d)", "-", text)


def _digits(text: str) -> str:
    """二〇二六年十月 and 26年10月 as 2026年10月."""
    text = re.sub(r"(?<!\d)(2\d)年(?=(?:\d|十|[一二三四五六七八九])+月)", r"20\1年", text)
    text = re.sub(r"[一二][〇○零0O一二三四五六七八九]{3}(?=年)", lambda m: m[0].translate(_DIGITS), text)
    text = re.sub(r"(?<![^年至到自从\s(-])元(?=月)", "1", text)
    text = re.sub(r"十([一二]?)(?=个?月)", lambda m: str(10 + int(m[1].translate(_DIGITS) or 0)), text)
    return re.sub(
        r"(?<![二三四五六七八九])[一二三四五六七八九](?=月|个?季度|至|到|个月)", lambda m: m[0].translate(_DIGITS), text
    )


def _span(kind: str, match: re.Match) -> Span | None:
    parts = match.groupdict()
    year = int(parts.get("y") or _ANY_YEAR)
    try:
        start, end = next(_bounds(kind, parts, year))
    except ValueError:
        return None
    if kind == "range" and not _is_a_range(match):
        return None
    if kind == "as_of_day":
        kind = "month" if end.day == 1 else "date"
        start = start if end.day == 1 else end - timedelta(days=1)
    if not 1990 <= start.year <= 2100 or end <= start:
        return None
    return Span(match[0], start, end, bool(parts.get("y")), kind)


def _is_a_range(match: re.Match) -> bool:
    """Not a number that only looks like one: 2026年10-2, or the item 1、10月."""
    parts = match.groupdict()
    first, last = int(parts.get("m") or 1), int(parts["m2"])
    if re.search(_AND, match[0]):
        return first < last if parts.get("y") else first + 1 == last
    return "月" in match[0] or bool(parts.get("y2")) or first < last


def _bounds(kind: str, parts: dict[str, str | None], year: int) -> Iterator[tuple[date, date]]:
    month = int(parts.get("m") or 1)
    if kind == "year":
        yield date(year, 1, 1), date(year + 1, 1, 1)
    elif kind == "quarter":
        yield _quarter(parts, year)
    elif kind in ("month", "as_of"):
        yield date(year, month, 1), add_months(date(year, month, 1), 1)
    elif kind == "open":
        first = date(year, month, 1)
        yield first, add_months(first, _OPEN_FOR)
    elif parts.get("last"):
        first = date(year, month, 1)
        yield first, date(year, month, int(parts["last"])) + timedelta(days=1)
    elif parts.get("third"):
        first = 1 + 10 * "上中下".index(parts["third"])
        yield (
            date(year, month, first),
            date(year, month, first + 10) if first < 21 else add_months(date(year, month, 1), 1),
        )
    elif kind == "date":
        day = date(year, month, int(parts["d"]))
        yield day, day + timedelta(days=1)
    else:
        last_year, last_month = int(parts.get("y2") or year), int(parts.get("m2") or month)
        if last_month < month and not parts.get("y2"):
            last_year += 1  # 12月26日至1月25日
        if kind == "range":
            yield date(year, month, 1), add_months(date(last_year, last_month, 1), 1)
        else:
            yield date(year, month, int(parts["d"])), date(last_year, last_month, int(parts["d2"])) + timedelta(days=1)


def _quarter(parts: dict[str, str | None], year: int) -> tuple[date, date]:
    if upto := parts.get("upto"):
        return date(year, 1, 1), add_months(date(year, 1, 1), 3 * int(upto))
    if half := parts.get("h") or {"上": "1", "下": "2"}.get(parts.get("half") or ""):
        start = date(year, 6 * int(half) - 5, 1)
        return start, add_months(start, 6)
    start = date(year, 3 * int(parts.get("q") or parts["Q"] or 1) - 2, 1)
    return start, add_months(start, 3)


def _moved(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    first = add_months(day, months)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), add_months(first, 1) - timedelta(days=1))
