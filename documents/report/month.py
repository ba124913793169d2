"""月度报告: the same figures and sentences as the circular, as a page."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from data.dues.digits import whole_percent
from documents.kinds.month_facts import MonthFacts
from documents.kinds.month_tables import unit_note, unit_table
from documents.kinds.month_words import (
    on_time_units,
    problem_sentences,
    quality_sentences,
    requirement_sentences,
    total_sentences,
)
from documents.wording import moment_words, month_words, plain, rate_words

MEDIA_TYPE = "text/html"
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())
_WIDTH, _HEIGHT = 720, 150  # of the drawing of the last months, in its own units


@dataclass(frozen=True)
class _Part:
    """A piece of a bar: from where to where, 0–100."""

    name: str
    number: int
    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class _Column:
    """A month in the drawing; height None: nothing to tell of it."""

    label: str
    x: float
    width: float
    height: float | None
    percent: str
    is_last: bool


def month_report(facts: MonthFacts) -> bytes:
    """UTF-8 HTML; the same bytes for the same facts."""
    columns, rows = unit_table(facts)
    sections = {
        "一、总体情况": total_sentences(facts),
        "二、各单位情况": [on_time_units(facts)],
        "三、数据质量": quality_sentences(facts),
        "四、存在问题": problem_sentences(facts),
        "五、下一步要求": requirement_sentences(facts),
    }
    html = _TEMPLATES.get_template("month.html").render(
        title=title(facts),
        bureau=plain(facts.draft.bureau_name),
        as_of=moment_words(facts.draft.as_of),
        header=facts.draft.header,
        now=facts.now,
        rate=rate_words(facts.now.told_on_time_rate),
        parts=_parts(facts),
        months=_months(facts),
        size=(_WIDTH, _HEIGHT),
        sections={heading: [plain(said) for said in sentences] for heading, sentences in sections.items()},
        columns=[(column.heading.replace("\n", ""), column.align) for column in columns],
        rows=[[plain(cell) for cell in row] for row in rows],
        note=unit_note(facts),
        problems=facts.problems,
    )
    return html.encode()


def title(facts: MonthFacts) -> str:
    """2026年10月营商环境和监管数据报送情况."""
    return f"{month_words(facts.month)}营商环境和监管数据报送情况"


def _parts(facts: MonthFacts) -> list[_Part]:
    start, parts = 0.0, []
    for name, kind, number in facts.parts:
        width = 100 * number / sum(other for _, _, other in facts.parts)
        parts.append(_Part(name, number, kind, round(start, 3), round(width, 3)))
        start += width
    return parts


def _months(facts: MonthFacts) -> list[_Column]:
    step, columns = _WIDTH / max(1, len(facts.trend)), []
    for number, (month, tally) in enumerate(facts.trend):
        rate = tally.told_on_time_rate
        height = None if rate is None else round(_HEIGHT * float(rate), 2)
        percent = "" if rate is None else whole_percent(rate)
        x, is_last = round(step * (number + 0.2), 2), month == facts.month
        columns.append(_Column(f"{month.month}月", x, round(step * 0.6, 2), height, percent, is_last))
    return columns
