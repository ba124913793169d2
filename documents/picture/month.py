"""The month in one picture: how much came, how much in time, who owes, and the last twelve months."""

from data.dues.digits import whole_percent
from documents.kinds.month_facts import MonthFacts, UnitMonth
from documents.picture.canvas import GAP, GREY, INK, INNER, LINE, MARGIN, Canvas
from documents.picture.typefaces import typeface
from documents.wording import listed, moment_words, month_words, rate_words

_COLOURS = {"on_time": "#BCD7EE", "late": "#F3C25B", "missing": "#DB7448", "pending": "#DDE3EA"}
_MOST = 14  # units listed by name


def month_picture(facts: MonthFacts) -> bytes:
    """A PNG 1080 pixels wide; the same bytes for the same facts. Raises Fault (document.no_typeface)."""
    canvas, now = Canvas(), facts.now
    canvas.band(
        f"{month_words(facts.month)}数据报送情况", facts.draft.bureau_name, f"数据截至{moment_words(facts.draft.as_of)}"
    )
    rate = now.told_on_time_rate
    canvas.tiles(
        [
            ("已报 / 应报", f"{now.received}/{now.expected}", INK),
            ("按时率", rate_words(rate) if rate is not None else "未到期", INK),
            ("未报", f"{now.missing}份", _COLOURS["missing"] if now.missing else INK),
            ("迟报", f"{now.late}份", INK),
        ]
    )
    canvas.bar([(name, number, _COLOURS[kind]) for name, kind, number in facts.parts])
    _units(canvas, "未报", [unit for unit in facts.owing if unit.now.missing], "missing")
    _units(canvas, "迟报", [unit for unit in facts.owing if unit.now.late], "late")
    if facts.prompt:
        canvas.heading(f"全部按时（{len(facts.prompt)}个单位）")
        canvas.text(listed(facts.prompt), 30)
    _trend(canvas, facts)
    _foot(canvas, facts)
    return canvas.png()


def _units(canvas: Canvas, name: str, units: list[UnitMonth], count: str) -> None:
    """Who, and how many, the most first."""
    if not units:
        return
    numbers = sorted(((getattr(unit.now, count), unit.unit_name) for unit in units), key=lambda pair: -pair[0])
    canvas.heading(f"{name}（{len(units)}个单位，{sum(number for number, _ in numbers)}份）")
    canvas.text("、".join(f"{unit_name}{number}份" for number, unit_name in numbers[:_MOST]), 30)
    if len(numbers) > _MOST:
        canvas.text(f"另有{len(numbers) - _MOST}个单位，见名单。", 26, GREY)


def _trend(canvas: Canvas, facts: MonthFacts) -> None:
    """On-time rates of the months that are over, as columns with their numbers."""
    told = [(month, tally.told_on_time_rate) for month, tally in facts.trend]
    if sum(rate is not None for _, rate in told) < 2:
        return
    canvas.heading("近12个月按时率（%）")
    step, height, foot = INNER / len(told), 190, canvas.at + 236
    canvas.draw.line((MARGIN, foot, MARGIN + INNER, foot), LINE, 2)
    small = typeface(22)
    for number, (month, rate) in enumerate(told):
        centre = MARGIN + step * (number + 0.5)
        canvas.draw.text((centre, foot + 10), f"{month.month}月", GREY, small, anchor="ma")
        if rate is None:
            continue
        top = foot - height * float(rate)
        last = month == facts.month
        canvas.draw.rectangle(
            (centre - step * 0.3, top, centre + step * 0.3, foot), fill="#3A7CB8" if last else _COLOURS["on_time"]
        )
        canvas.draw.text((centre, top - 6), whole_percent(rate), INK, small, anchor="md")
    canvas.at = foot + 44 + GAP


def _foot(canvas: Canvas, facts: MonthFacts) -> None:
    canvas.draw.line((MARGIN, canvas.at, MARGIN + INNER, canvas.at), LINE, 2)
    canvas.at += 16
    said = ["是否按时以首次报送并通过检查的时间为准，更正不影响。"]
    if facts.draft.known_at:
        said.append(f"仅计{moment_words(facts.draft.known_at)}前已录入的报送。")
    if facts.draft.is_sample:
        said.append("演示数据，均为虚构。")
    canvas.text("".join(said), 24, GREY)
