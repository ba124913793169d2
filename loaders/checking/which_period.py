"""Which period a sheet is about: every place that says one is held against the others."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from data.catalogue.model import ColumnType
from data.periods import Cycle, end_of, label
from loaders.checking.clues import Clues
from loaders.checking.mentions import Mention, Where
from loaders.checking.time_words import Span, months_and_more, spans, written_period, years
from loaders.checking.wider import COMPARED, wider_doubts
from loaders.issues import Issue

_SENT_IN = re.compile(r"(?:报送|上报|填报|报出|提交|发送|修改|更正)(?!期)")
_OF_A_DOCUMENT = re.compile(r"[版修第(]|制定|印发|起|以[来后]|工作方案|号")
_ROUND_A_PERIOD = 4  # letters that may stand around a period in a cell of its own: (2026年10月), 时间:2026年10月


def period_of_sheet(clues: Clues, meant: str | None) -> tuple[date, list[Issue]]:
    """The period, and a question for each weaker place (tab, file, a line of its own) that names another. meant: what
    the sender says, as written. FileFault where nothing names one, or what does is no period or contradicts.
    """
    labelled = [m for m in clues.around.periods if m.is_labelled or _spans(m, clues.cycle)]
    stated = [(mention, _stated(mention, clues, meant)) for mention in [*clues.of_meta("period"), *labelled]]
    if not labelled:
        stated += _from_title(clues, meant)
    if not stated:
        stated = _from_lines(clues) or _from_column(clues) or _from_covers(clues) or _from_names(clues, meant)
    if not stated and meant:
        period = written_period(meant, clues.cycle)
        if period is None:
            raise clues.fault("bad_period", found=meant)
        return period, _doubts(clues, period)
    if not stated:
        _refuse_nothing(clues, meant)
    if len({period for _, period in stated}) > 1:
        raise clues.fault("period_contradicts", [(mention, mention.shown) for mention, _ in stated])
    period = stated[0][1]
    _check_title(clues, stated[0][0], period)
    return period, _doubts(clues, period)


def _spans(mention: Mention, cycle: Cycle) -> list[Span]:
    """What a mention says of time; a bare year or day only where nothing else is said."""
    told = spans(mention.text)
    fitting = [span for span in told if span.kind not in ("date", "year")]
    return fitting or [span for span in told if span.kind == "date" or cycle is Cycle.YEAR]


def _stated(mention: Mention, clues: Clues, meant: str | None) -> date:
    """The one period that a label or our own blank names. FileFault for a stretch of time, for two, and for none."""
    period = written_period(mention.text, clues.cycle)
    if period or mention.where is Where.META:
        return period or _refuse(mention, clues, "bad_period")
    told = _spans(mention, clues.cycle)
    if len(told) > 1:
        outside = re.sub(r"\([^()]*\)", " ", mention.text)  # 2026年10月(上年同期2025年10月)
        told = _spans(Mention(outside, mention.where, mention.at), clues.cycle) or told
    if len({(span.start, span.end) for span in told}) > 1:
        raise clues.fault("period_contradicts", _each(mention, told))
    if not told:
        _refuse(mention, clues, "bad_period")
    return _with_year(told[0], clues, meant).period(clues.cycle) or _refuse(mention, clues, _why_none(told[0]), told[0])


def _why_none(span: Span) -> str:
    return "period_range" if span.kind in ("range", "day_range", "quarter", "open") else "bad_period"


def _refuse(mention: Mention, clues: Clues, code: str, span: Span | None = None) -> date:
    """A stretch of time is told by itself, without the title in which it stands."""
    is_told = span is not None and code == "period_range"
    raise clues.fault(code, _each(mention, [span]) if is_told else [(mention, mention.shown)])


def _each(mention: Mention, told: Iterable[Span]) -> list[tuple[Mention, str]]:
    """The place once for each stretch of time that it names."""
    return [(replace(mention, own_part=span.text), span.text) for span in told]


def _refuse_nothing(clues: Clues, meant: str | None) -> None:
    """FileFault where no place names a period: what there is of one is told, such as a month without its year."""
    titles = [clues.around.title] if clues.around.title else []
    for mention in [*titles, *clues.around.lines, *clues.pages, clues.tab, clues.file]:
        told = [_with_year(span, clues, meant) for span in _named(mention) if not COMPARED.search(mention.text)]
        if told and not told[0].has_year:
            raise clues.fault("period_without_year", _each(mention, told[:1]))
        if told and told[0].period(clues.cycle) is None:
            _refuse(mention, clues, _why_none(told[0]), told[0])
    raise clues.fault("no_period")


def _with_year(span: Span, clues: Clues, meant: str | None) -> Span:
    """10月 in the year that the title, or else the tab, the file or the sender names."""
    if span.has_year:
        return span
    around = clues.around
    title = [around.title.text] if around.title else []
    labelled = [mention.text for mention in around.periods]
    lines = [mention.text for mention in around.lines]
    pages = [mention.text for mention in clues.pages]
    names = pages, [clues.tab.text], [clues.file.text], [clues.meta.get("period", "")], [meant or ""]
    for texts in (title + labelled, lines, *names):
        named = years(texts)
        if len(named) == 1:
            return span.in_year(named.pop())
    return span


def _own_line(mention: Mention) -> list[Span]:
    """The period of a cell that holds hardly anything else."""
    told = months_and_more(mention.text) if not COMPARED.search(mention.text) else []
    return told if len(told) == 1 and len(mention.text) <= len(told[0].text) + _ROUND_A_PERIOD else []


def _from_title(clues: Clues, meant: str | None) -> list[tuple[Mention, date]]:
    """What the title and cells with a period of their own say, where no label says it. FileFault for two months in one
    title, and for a stretch of time.
    """
    stated = []
    title = [(clues.around.title, months_and_more(clues.around.title.text))] if clues.around.title else []
    for mention, told in [*title, *((line, _own_line(line)) for line in clues.around.lines)]:
        whole = [span for span in (_with_year(span, clues, meant) for span in told) if span.has_year]
        if len({(span.start, span.end) for span in whole}) > 1:
            raise clues.fault("period_contradicts", _each(mention, whole))
        for span in whole[:1]:
            stated.append((mention, span.period(clues.cycle) or _refuse(mention, clues, _why_none(span), span)))
    return stated


def _from_lines(clues: Clues) -> list[tuple[Mention, date]]:
    """A month inside of another line above the table, or the first of a month as a date, where nothing firmer is said.
    A line of two months says nothing.
    """
    stated = []
    for line in [*clues.around.first_days, *clues.around.lines]:
        told = [span for span in months_and_more(line.text) if span.has_year]
        periods = {span.period(clues.cycle) for span in told if not COMPARED.search(line.text)}
        if len(periods) == 1 and None not in periods:
            stated.append((line, periods.pop()))
    return stated


def _from_column(clues: Clues) -> list[tuple[Mention, date]]:
    """What the sheet's own column of periods holds; the rows are checked one by one later."""
    return [
        (mention, written_period(mention.text, clues.cycle) or _refuse(mention, clues, "bad_period"))
        for mention in clues.in_column(ColumnType.PERIOD)[:2]
    ]


def _from_names(clues: Clues, meant: str | None) -> list[tuple[Mention, date]]:
    """What is printed on each page, and the tab's and the file's names, each where it names one month alone."""
    stated = []
    for mention in (*clues.pages, clues.tab, clues.file):
        told = [_with_year(span, clues, meant) for span in _named(mention)]
        periods = {span.period(clues.cycle) for span in told}
        if len(periods) == 1 and None not in periods:
            stated.append((mention, periods.pop()))
    return stated


def _from_covers(clues: Clues) -> list[tuple[Mention, date]]:
    told = [(mention, written_period(mention.text, clues.cycle)) for mention in clues.covers.periods]
    return [(mention, period) for mention, period in told if period]


def _named(mention: Mention) -> list[Span]:
    """The periods that a name of a tab or file gives; 11月报送 is when it was sent."""
    return [span for span in months_and_more(mention.text) if not _is_when_sent(span, mention)]


def _is_when_sent(span: Span, mention: Mention) -> bool:
    return bool(_SENT_IN.match(mention.text.split(span.text, 1)[-1].strip(" _-")))


def _sent_too_early(mention: Mention, period: date, clues: Clues) -> list[Span]:
    """8月报送 in the name of a file about October: nobody sends a month before it is over."""
    day = clues.received_on
    told = [span for span in months_and_more(mention.text) if _is_when_sent(span, mention)]
    dated = [(span, span.in_year(day.year) if day and not span.has_year else span) for span in told]
    return [span for span, own in dated if own.has_year and own.start < end_of(period, clues.cycle)]


def _check_title(clues: Clues, firm: Mention, period: date) -> None:
    """FileFault where the title speaks of other periods only."""
    title = clues.around.title
    told = months_and_more(title.text) if title else []
    if told and not any(span.touches(period, clues.cycle) for span in told):
        raise clues.fault("period_contradicts", [(title, told[0].text), (firm, firm.shown)])


def _doubts(clues: Clues, period: date) -> list[Issue]:
    named = [
        (mention, _named(mention) or _sent_too_early(mention, period, clues))
        for mention in (*clues.pages, clues.tab, clues.file, *clues.covers.periods)
    ]
    named = [one for one in named if one[0] not in clues.pages or not _is_made_in_one(one[1], period, clues)]
    lines = [(line, _own_line(line)) for line in [*clues.around.lines, *clues.around.first_days]]
    for line, told in lines:
        if told and not _is_made_in(told[0], period, clues):
            named.append((line, told))
    others = [
        clues.doubt("other_period_named", [(mention, told[0].text)], label(period, clues.cycle))
        for mention, told in [*named, *_other_years(clues, period)]
        if told and not any(span.touches(period, clues.cycle) for span in told)
    ]
    return [*others, *wider_doubts(clues, period)]


def _other_years(clues: Clues, period: date) -> Iterator[tuple[Mention, list[Span]]]:
    """The title, tab or file that names nothing but a year: last year's template. 2025年版 is of a document."""
    title = [clues.around.title] if clues.around.title else []
    for mention in [*title, clues.tab, clues.file]:
        told = [span for span in spans(mention.text) if span.kind != "date"]
        others = [span for span in told if not _OF_A_DOCUMENT.match(mention.text.split(span.text, 1)[-1].strip())]
        if others and all(span.kind == "year" for span in told) and not COMPARED.search(mention.text):
            yield mention, others


def _is_made_in_one(told: list[Span], period: date, clues: Clues) -> bool:
    return len(told) == 1 and _is_made_in(told[0], period, clues)


def _is_made_in(span: Span, period: date, clues: Clues) -> bool:
    """2026年11月 alone in a corner of October's sheet that comes in November: when it was made."""
    day = clues.received_on
    told = span.in_year(day.year) if day else span
    return bool(day) and told.start <= day < told.end and told.start >= end_of(period, clues.cycle)
