"""What a number format says of a cell: a date, a time, a percentage; and which day a serial number means."""

import operator
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from loaders.reading.number_text import NEGATIVE, literal_text


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
_BUILTIN_CODES = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), "m-d"),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), "yyyy-m"),
    20: "h:mm",
    21: "h:mm:ss",
    **dict.fromkeys((37, 38), '#,##0_);"("#,##0")"'),
    **dict.fromkeys((39, 40), '#,##0.00_);"("#,##0.00")"'),
    **dict.fromkeys((41, 42), "#,##0"),
    **dict.fromkeys((43, 44), "#,##0.00"),
    45: "mm:ss",
    46: "[h]:mm:ss",
    48: "##0.0E+0",
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
_CLOCK = re.compile(r"\[?hh?\]?:mm(?::ss)?", re.IGNORECASE)


class Section(NamedTuple):
    """One section of a format: it holds where the comparison ("": always) with the limit does. kind: what the cell of a
    number is told to be (a loaders.sheets.Kind), followed by the section's code where that is not General.
    """

    sign: str
    limit: float
    shown: Shown
    kind: str


@dataclass(frozen=True)
class Look:
    """How a format shows numbers, the first section that fits, and texts: "s", with the code where it adds to them."""

    sections: tuple[Section, ...]
    text_kind: str = "s"


PLAIN = Look((Section("", 0, Shown.NUMBER, "n"),))


@lru_cache(maxsize=1024)
def look_by_id(format_id: int, code: str | None) -> Look:
    """How the format of this number, or of this code where the file gives one, shows numbers."""
    if code is not None:
        return look(code)
    code = _BUILTIN_CODES.get(format_id, "")
    how = _BUILTIN.get(format_id, Shown.NUMBER)
    if ";" in code:
        return look(code)
    return Look((Section("", 0, how, _kind(how, code)),))


@lru_cache(maxsize=1024)
def look(code: str) -> Look:
    """How a format code shows numbers: "0.0%", 'yyyy"年"m"月"', "[h]:mm", "[>=1]0.00;0.00%"."""
    parts = _parts(code)
    is_for_text = len(parts) > 1 and "@" in _LITERAL.sub("", parts[-1])
    text_code = parts[-1] if is_for_text or len(parts) == 1 else ""
    written = (parts[:-1] if is_for_text else parts)[:3]
    bare = [_LITERAL.sub("", part) for part in written]
    conditions = [_CONDITION.search(part) for part in bare]
    is_by_sign = not any(conditions) and len(written) > 1
    if is_by_sign:  # positive;negative;zero
        signs = [(">", 0.0), ("<", 0.0), ("", 0.0)] if len(written) > 2 else [(">=", 0.0), ("", 0.0)]
        written[1] = NEGATIVE + written[1]
    else:
        signs = [(found[1], float(found[2])) if found else ("", 0.0) for found in conditions]
    shown = [_shown(part, _LITERAL.sub("", code)) for part in bare]
    sections = tuple(
        Section(*sign, how, _kind(how, part)) for sign, how, part in zip(signs, shown, written, strict=True)
    )
    is_decorated = "@" in _LITERAL.sub("", text_code) and literal_text(text_code)
    return Look(sections, f"s{text_code}" if is_decorated else "s")


def _parts(code: str) -> list[str]:
    """The sections of a code; a semicolon within quotes parts nothing."""
    parts, start = [], 0
    for piece in re.finditer(r'"[^"]*"|\\.|!.|;', code, re.DOTALL):
        if piece[0] == ";":
            parts.append(code[start : piece.start()])
            start = piece.end()
    return [*parts, code[start:]]


def _kind(how: Shown, code: str) -> str:
    """A Kind's letter, with the code where the text that is shown may be asked for."""
    bare = code.removeprefix(NEGATIVE).strip()
    is_plain = bare.lower() in ("", "general", "g/通用格式", "@")
    match how:
        case Shown.DATE:
            figures = _BRACKET.sub("", _LITERAL.sub("", code)).lower()
            is_whole = re.search("[ye年]", figures) and re.search("[d日]", figures)
            return "d" if is_whole or is_plain else f"d{code}"
        case Shown.TIME:
            return f"s{code}"
        case Shown.OTHER:
            return f"x{code}"
    return how.value if is_plain else f"{how.value}{code}"


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


def clock(serial: float, code: str = "") -> str:
    """The time of day, or the hours, of a serial number as its format shows it: h:mm, [h]:mm:ss; else 13:05:00."""
    seconds = round(serial * 86400)
    parts = {"h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}
    bare = code.removesuffix(";@")
    if not _CLOCK.fullmatch(bare):
        return f"{parts['h']:02}:{parts['m']:02}:{parts['s']:02}"
    return re.sub(r"\[?([hms])(\1?)\]?", lambda part: f"{parts[part[1]]:0{1 + len(part[2])}}", bare.lower())


def as_shown(number: float, look: Look, is_1904: bool) -> tuple[str, float | str]:
    """(kind, value) of a number that is shown so; the kinds are those of loaders.sheets, with the format's code."""
    sections = look.sections
    section = sections[-1]
    if len(sections) > 1:
        section = next((s for s in sections if not s.sign or _FITS[s.sign](number, s.limit)), section)
    how = section.shown
    if how is Shown.NUMBER or how is Shown.PERCENT:
        return section.kind, number
    if how is Shown.OTHER:
        return (section.kind, number) if number else ("n", number)
    if how is Shown.TIME and 0 <= number < 100_000 and number % 1:
        return "s", clock(number, section.kind[1:])
    day = day_of(number, is_1904)
    if day is None:
        return "n", number
    return section.kind if how is Shown.DATE else "d", day.isoformat()
