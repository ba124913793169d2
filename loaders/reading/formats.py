"""What a number format says of a cell: a date, a time, a percentage; and which day a serial number means."""

import operator
import re
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


class Shown(StrEnum):
    """How a number is shown, as far as its meaning depends on it."""

    NUMBER = "n"
    PERCENT = "p"
    DATE = "d"
    TIME = "t"
    OTHER = "x"  # scaled by thousands, or not shown at all: what a person sees is another number


# ECMA-376 part 1, 18.8.30; 27-36 and 50-58 are dates in Chinese, Japanese and Korean editions (31: yyyy年m月d日).
_BUILTIN = {
    **dict.fromkeys((9, 10), Shown.PERCENT),
    **dict.fromkeys((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, *range(50, 59)), Shown.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), Shown.TIME),
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|!.')
_SCALED = re.compile(r"[0#?],+(?![0#?,])|%.*%")
_FIGURE = re.compile(r"[0#?@]")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_FITS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_BRACKET = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_PLAIN = re.compile(r"general|g/通用格式|e[+-]", re.IGNORECASE)


Look = tuple[tuple[str, float, Shown], ...]
"""A format's sections: (comparison or "", with what, how it shows a number); the first one that fits holds."""


def look_by_id(format_id: int, code: str | None) -> Look:
    """How the format of this number, or of this code where the file gives one, shows numbers."""
    if code is None:
        return (("", 0, _BUILTIN.get(format_id, Shown.NUMBER)),)
    return look(code)


@lru_cache(maxsize=1024)
def look(code: str) -> Look:
    """How a format code shows numbers: "0.0%", 'yyyy"年"m"月"', "[h]:mm", "[>=1]0.00;0.00%"."""
    sections = _LITERAL.sub("", code).split(";")[:3]
    found = [_CONDITION.search(section) for section in sections]
    if not any(found) and len(sections) > 1:  # positive;negative;zero
        signs = [(">", 0.0), ("<", 0.0), ("", 0.0)] if len(sections) > 2 else [(">=", 0.0), ("", 0.0)]
    else:
        signs = [(one[1], float(one[2])) if one else ("", 0.0) for one in found]
    return tuple((*sign, _shown(section, code)) for sign, section in zip(signs, sections, strict=True))


def _shown(section: str, whole: str) -> Shown:
    bare = _BRACKET.sub("", section)
    first = _PLAIN.sub("", bare).lower()
    if _SCALED.search(first):
        return Shown.OTHER
    if "%" in first:
        return Shown.PERCENT
    if re.search(r"[yd年日]|(?<![hs:])m{3,}|aaa|^m+$|[yd/\-]m|m[/\-]", first) and not first.startswith("["):
        return Shown.DATE
    if re.search(r"[hs]|月", first):
        return Shown.TIME
    is_shown = _FIGURE.search(bare) or _PLAIN.search(bare) or not _BRACKET.sub("", whole)
    return Shown.NUMBER if is_shown else Shown.OTHER


def day_of(serial: float, is_1904: bool = False) -> date | None:
    """The day of a serial number; None outside what a spreadsheet can show (1900 or 1904 to 9999)."""
    if is_1904:
        return date(1904, 1, 1) + timedelta(days=int(serial)) if 0 <= serial < 2957004 else None
    if not 1 <= serial < 2958466:
        return None
    # Spreadsheets believe that 1900-02-29 was a day (number 60); before it the count is off by one.
    return date(1899, 12, 31 if serial < 60 else 30) + timedelta(days=int(serial))


def clock(serial: float) -> str:
    """The time of day, or the hours, of a serial number as text."""
    seconds = round(serial * 86400)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def as_shown(number: float, look: Look, is_1904: bool) -> tuple[str, float | str]:
    """(kind, value) of a number that is shown so; the kinds are those of loaders.sheets.Kind."""
    how = look[-1][2]
    if len(look) > 1:
        how = next((kind for sign, limit, kind in look if not sign or _FITS[sign](number, limit)), how)
    if how is Shown.NUMBER or (how is Shown.OTHER and not number):
        return "n", number
    if how is Shown.OTHER:
        return "e", f"{number:.15g}: format"
    if how is Shown.PERCENT:
        return "p", number
    if how is Shown.TIME and 0 <= number < 100_000 and number % 1:
        return "s", clock(number)
    day = day_of(number, is_1904)
    return ("d", day.isoformat()) if day else ("n", number)
