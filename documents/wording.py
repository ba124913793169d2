"""Dates, rates and differences as a Chinese official document writes them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from data.dues.digits import hundredths, two_decimals

DASH = "—"
_WEEKDAYS = "一二三四五六日"
_ILLEGAL = {
    code: " " for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0x2028, 0x2029, 0xFFFE, 0xFFFF)
}  # what XML cannot hold, or what would break a line


def plain(text: object) -> str:
    """Text that a document can hold, whoever wrote it: no control characters, no half characters."""
    return str(text).translate(_ILLEGAL)


def blank(width: int = 6) -> str:
    """（　　　　　　）: what people must decide, visibly left open."""
    return f"（{'　' * width}）"


def day_words(day: date | None) -> str:
    """2026年11月22日; a blank where there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　年　月　日"


def weekday(day: date) -> str:
    """星期日."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def month_words(month: date) -> str:
    """2026年10月."""
    return f"{month.year}年{month.month}月"


def hour_words(moment: datetime) -> str:
    """9时, 9时05分."""
    return f"{moment.hour}时" + (f"{moment.minute:02d}分" if moment.minute else "")


def moment_words(moment: datetime) -> str:
    """2026年11月23日9时05分, on the clock that the moment carries."""
    return day_words(moment.date()) + hour_words(moment)


def last_day(deadline: datetime) -> date:
    """The last day on which something is in time: a deadline of the 23rd 00:00 belongs to the 22nd."""
    return (deadline - timedelta(microseconds=1)).date()


def deadline_words(deadline: datetime, has_year: bool = True) -> str:
    """2026年11月22日（星期日）24时, for the first instant that is too late, 2026-11-23 00:00."""
    day = last_day(deadline)
    hour = "24时" if deadline.time() == time.min else hour_words(deadline)
    written = day_words(day) if has_year else f"{day.month}月{day.day}日"
    return f"{written}（{weekday(day)}）{hour}"


def rate_words(rate: Fraction | None) -> str:
    """95.24%, 100%, and — where nothing was due."""
    written = hundredths(rate)
    return DASH if written is None else f"{two_decimals(written)}%"


def points(rate: Fraction | None, before: Fraction | None) -> int | None:
    """The difference of two rates as they are printed, in hundredths of a percentage point; so it adds up on paper."""
    now, then = hundredths(rate), hundredths(before)
    return None if now is None or then is None else now - then


def points_words(rate: Fraction | None, before: Fraction | None) -> str:
    """上升2.31个百分点, 下降0.5个百分点, 持平; empty where there is nothing to compare."""
    difference = points(rate, before)
    if difference is None:
        return ""
    if not difference:
        return "持平"
    return f"{'上升' if difference > 0 else '下降'}{two_decimals(abs(difference))}个百分点"


def points_cell(rate: Fraction | None, before: Fraction | None) -> str:
    """+2.31, -0.5, 0 or —, for a table whose heading says 百分点."""
    difference = points(rate, before)
    if difference is None:
        return DASH
    sign = "+" if difference > 0 else "-" if difference < 0 else ""
    return sign + two_decimals(abs(difference))


def change_words(number: int, before: int) -> str:
    """增加3份, 减少2份, 持平."""
    difference = number - before
    return "持平" if not difference else f"{'增加' if difference > 0 else '减少'}{abs(difference)}份"


def listed(names: Sequence[str], most: int = 0) -> str:
    """甲、乙、丙; with `most`, 甲、乙等5个单位."""
    if most and len(names) > most:
        return f"{'、'.join(names[:most])}等{len(names)}个单位"
    return "、".join(names)


def chinese_number(number: int) -> str:
    """一 to 九十九, for headings."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def width(text: str) -> float:
    """How many Chinese characters wide a text is: a digit or a Latin letter is half of one."""
    return sum(1.0 if ord(letter) > 0x2000 else 0.5 for letter in text)


def balanced(pieces: Sequence[str], most: int = 20) -> list[str]:
    """The pieces of a title in as few lines as fit, none of them torn and all about as long; one that is too long by
    itself is cut.
    """
    units = [cut for piece in pieces for cut in _cut(plain(piece), most) if cut]
    best: list[tuple[float, list[str]]] = [(0.0, [])]  # by number of units: what the lines so far cost, and they
    for end in range(1, len(units) + 1):
        options = []
        for start in range(end):
            line = "".join(units[start:end])
            if width(line) <= most:
                cost, lines = best[start]
                options.append((cost + 1000 + (most - width(line)) ** 2, [*lines, line]))
        best.append(min(options))
    return best[-1][1]


def _cut(text: str, most: int) -> list[str]:
    lines, line = [], ""
    for letter in text:
        if width(line + letter) > most:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line]
