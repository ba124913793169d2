"""Places that speak of more than the sheet's period, or of a part of it: 2026年1-10月, 累计, 10月上旬."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from data.catalogue.model import Nature
from data.periods import Cycle, end_of, label
from loaders.checking.clues import Clues
from loaders.checking.mentions import Mention, Where
from loaders.checking.time_words import Span, months_and_more
from loaders.issues import Issue

COMPARED = re.compile(r"同比|同期|上年|去年|环比|对比|较|其中|基期")
_SO_FAR = re.compile(r"(?<![非不含])(?:本年度?|当年|全年)?累计|年初(?:以来|至今|至本月)|(?:今年|本年度?)以来")
_OF_THE_TABLE = re.compile(
    r"以上|本表|此表|上表|表[中内]|上述|上列|口径|数据(?:为|均|是|时间|范围)|统计(?:时间|时段|范围|区间)"
)
_NOTE = re.compile(r"^[附备]?注:\s*")
_ALONE = 4  # letters that may stand around a stretch of time, or 累计, in a cell of its own
_NAMED = (Where.TAB, Where.FILE)


def wider_doubts(clues: Clues, period: date) -> Iterator[Issue]:
    """A question for each title, name, line and note of the foot that speaks of other figures than the period's own.
    Columns of the year so far are the template's own affair, and so is what is said of them.
    """
    around = clues.around
    titles = [around.title] if around.title else []
    strong = [*titles, *clues.pages, clues.tab, clues.file]
    has_stocks = any(column.nature is Nature.STOCK for column in clues.header.template.columns)
    has_sums = clues.cycle is Cycle.YEAR or any(
        _SO_FAR.search(column.label["zh-CN"]) for column in clues.header.template.columns
    )
    for mention in [*strong, *around.lines, *around.notes]:
        if COMPARED.search(mention.text):
            continue
        told = [span for span in months_and_more(mention.text) if _is_other(span, mention, clues, period)]
        told = [span for span in told if not (has_stocks and span.kind == "as_of")]
        texts = [span.text for span in told]
        if not has_sums and (sums := _SO_FAR.search(_without_name(mention.text, clues))):
            texts.append(sums[0])
        if texts and (mention in strong or _is_of_the_table(mention, texts)):
            yield clues.doubt("wider_period_named", [(mention, texts[0])], label(period, clues.cycle))


def _without_name(text: str, clues: Clues) -> str:
    for words in clues.header.template.template_name.values():
        text = text.replace(words, " ")
    return text


def _is_other(span: Span, mention: Mention, clues: Clues, period: date) -> bool:
    """Whether it reaches over more than the period, or is a third of a month in it."""
    if span.kind == "month" or (span.kind == "quarter" and mention.where in _NAMED):
        return False
    told, end = span.in_year(period.year), end_of(period, clues.cycle)
    if span.kind == "as_of":  # what was there at its end, or all that happened until then
        return told.start <= period and end == told.end
    if span.kind == "open":
        return told.start < period
    is_part = span.kind == "day_range" and told.end - told.start <= timedelta(11) and "旬" in span.text
    return (is_part and period <= told.start and told.end <= end) or (
        told.start <= period and end <= told.end and (told.start, told.end) != (period, end)
    )


def _is_of_the_table(mention: Mention, texts: list[str]) -> bool:
    """Whether a line or note is about all figures: 以上数据为1-10月累计数, or (1-10月) alone; not 本年累计153件."""
    rest = _NOTE.sub("", mention.text).replace(texts[0], "")
    is_alone = len(rest) <= _ALONE and not re.search(r"\d", rest)
    return is_alone or bool(_OF_THE_TABLE.search(mention.text))
