"""One typed cell into one value of a column's type: a closed grammar, nothing is guessed."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Any

from data.catalogue.model import Column, ColumnType
from loaders.checking.measures import measure_in_format, shown_otherwise
from loaders.reading.formats import day_of
from loaders.reading.number_text import decorated_text, general_text, shown_text
from loaders.sheets import Cell, Kind, is_picture

_PLANES = (*range(0x20000), *range(0xE0000, 0xE1000))  # where such marks are; the others hold none
_UNSEEN = "".join(c for c in map(chr, _PLANES) if unicodedata.category(c) in ("Cf", "Cc") and c not in "\n\t")
_MARKS = re.compile(f"[{re.escape(_UNSEEN)}]")
BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "N/A", "n/a"})
STAND_INS = re.compile(
    r"[\W_]*|[×xX*]{2,}(?:公司|项目|工程|单位)?|[(]?(?:同[上前](?:一?[行项格]|所述)?|[见如]上|n/a|待补充?|待[定填报核查]|未填(?:写|报)?|空|略)[)]?"
    r"[\W_]*",
    re.IGNORECASE,
)
"""What fills no cell that must say something; 无 is an answer, and somebody may be called Null."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_DATES = (
    re.compile(r"(\d{4})[-./·、—–](\d{1,2})[-./·、—–](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号](?:\(?(?:星期|周)[一二三四五六日天]\)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_TRUTHS = {True: "是", False: "否"}
_EXACT = 10**15  # a spreadsheet number keeps 15 digits; a longer code has lost some already
_OFTEN = 80  # letters; longer texts are seldom seen twice
_DIGITS = 15
_LONGEST = 32_767  # what a cell can hold
_LOST = re.compile(r"\d(?:\.\d+)?E\+\d{2}", re.IGNORECASE)
_TURNED = frozenset("\u202e\u2067\r\v\f\x85")  # what is seen is not what is written
_LONGEST_NUMBER = 200
_UNREADABLE = {Kind.ERROR: "cell_error", Kind.UNCOMPUTED: "formula_without_value"}
_NO_CODE = re.compile(
    r"#(?:DIV/0!|REF!|N/A|NAME\?|VALUE!|NUM!|NULL!|SPILL!)|[-+]?(?:nan|inf(?:inity)?)|[-+]?1\.#\w+|#{2,}", re.IGNORECASE
)  # what programs write into a .csv where there is no value, or no room for it

Problem = tuple[str, dict[str, Any]]


def plain(text: object) -> str:
    """Text as it was meant: full-width forms made plain, invisible marks dropped, ends trimmed."""
    if isinstance(text, float) and text.is_integer() and abs(text) < _EXACT:
        return str(int(text))  # 202610, not 202610.0
    if not isinstance(text, str):
        return str(text)
    return _plain_once(text) if len(text) <= _OFTEN else _plain(text)


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).strip()


_plain_once = lru_cache(maxsize=1 << 16)(_plain)  # headers, units, lists: the same texts in every workbook


def parse(cell: Cell | None, column: Column, is_1904: bool = False) -> tuple[Any, Problem | None]:
    """(value, None), (None, None) for a blank, or (None, (issue code, details)).

    int → int, dec/pct → float (a percentage as 0–100), date → date, everything else → str.
    """
    if cell is None:
        return None, None
    kind = cell.kind
    if is_picture(cell):
        return None, ("picture", {})
    if kind in _UNREADABLE:
        return None, (_UNREADABLE[kind], {"found": str(cell.value)})
    if kind is Kind.OTHERWISE:
        return _shown_otherwise(cell, column)
    if column.type.is_number:
        return _number(cell, column)
    if column.type is ColumnType.DATE:
        return _date(cell, is_1904)
    return _text(cell, column)


def _number(cell: Cell, column: Column) -> tuple[Any, Problem | None]:
    if cell.kind in (Kind.NUMBER, Kind.PERCENT):
        number = float(cell.value)
        percent = cell.kind is Kind.PERCENT
        if cell.look and measure_in_format(cell.look):
            shown = shown_otherwise(number, cell.look, column.unit_of_measure)
            if shown is not None:
                return None, _as_otherwise(number, shown, column)
    else:
        text = _unspaced(plain(str(cell.value)[:_LONGEST_NUMBER]))
        if text in BLANKS and cell.kind is Kind.TEXT:
            return None, None
        percent = text.endswith("%")
        is_marked = any(unicodedata.category(letter) == "No" for letter in str(cell.value))  # 35① is not 351
        if (
            is_marked
            or not _NUMBER.fullmatch(text.removesuffix("%"))
            or cell.kind is not Kind.TEXT
            or _TURNED & set(cell.value)
        ):
            return None, ("not_a_number", {"found": str(cell.value)})
        if _digits(text) > _DIGITS:
            return None, ("too_big", {"found": text[:40]})
        number = float(text.rstrip("%").replace(",", "")) / (100 if percent else 1)
    if percent and column.type is not ColumnType.PCT:
        return None, ("not_a_number", {"found": f"{number * 100:g}%"})
    number = round(number * 100, 10) if percent else number
    if abs(number) >= _EXACT:
        return None, ("too_big", {"found": f"{number:g}"})
    if column.type is ColumnType.INT:
        if number != int(number):
            return None, ("not_an_integer", {"found": f"{number:.15g}"})
        number = int(number)
    return number, _out_of_range(number, column)


def _shown_otherwise(cell: Cell, column: Column) -> tuple[Any, Problem | None]:
    """A number that its format scales or hides: taken only where the measure beside it says the same quantity."""
    number = float(cell.value)
    shown = shown_otherwise(number, cell.look, column.unit_of_measure)
    if shown is None and column.type.is_number:
        return _number(cell._replace(kind=Kind.NUMBER, look=""), column)
    if shown != "" and not column.type.is_number:
        return None, ("not_as_shown", {"found": f"{number:.15g}"})
    return None, _as_otherwise(number, shown or "", column)


def _as_otherwise(number: float, shown: str, column: Column) -> Problem:
    details = {"found": f"{number:.15g}", "shown": shown, "measure": column.unit_of_measure or "—"}
    return "shown_otherwise" if shown else "hidden_number", details


def _unspaced(text: str) -> str:
    """Without blanks where they can only be looks: 1 876, - 5, 98.5 %. 12 13 stays what it is: two numbers."""
    grouped = re.fullmatch(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?%?", text)
    return text.replace(" ", "") if grouped else re.sub(r"(?<=[+-]) +| +(?=%)", "", text)


def _digits(text: str) -> int:
    """How many digits a written number needs; a spreadsheet keeps fifteen."""
    return len(re.sub(r"[eE].*|[^0-9]", "", text).strip("0"))


def _out_of_range(number: float, column: Column) -> Problem | None:
    if (
        (column.min is not None and number < column.min)
        or (column.max is not None and number > column.max)
        or (column.above is not None and number <= column.above)
    ):
        return "out_of_range", {"found": f"{number:.15g}"}
    return None


def _date(cell: Cell, is_1904: bool) -> tuple[Any, Problem | None]:
    text = plain(cell.value)
    if text in BLANKS and cell.kind is Kind.TEXT:
        return None, None
    found = None
    if cell.kind is Kind.DATE:
        found = _written_date(text)
    elif cell.kind is Kind.NUMBER:
        found = day_of(float(cell.value), is_1904)
        if found is None or not 1990 <= found.year <= 2100:
            found = _written_date(f"{cell.value:.0f}")
    elif cell.kind is Kind.TEXT:
        found = _written_date(text.replace(" ", "") if "年" in text else text)
    if found is None or not 1990 <= found.year <= 2100:
        return None, ("bad_date", {"found": str(cell.value)})
    return found, None


def _written_date(text: str) -> date | None:
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _text(cell: Cell, column: Column) -> tuple[Any, Problem | None]:
    text, problem = _written(cell, column)
    if problem:
        return None, problem
    if not plain(text):
        return None, None
    if column.type in (ColumnType.CODE, ColumnType.ENUM, ColumnType.BOOL):
        text = plain(text)
        if text in BLANKS and text not in column.values:
            return None, None
    if column.type is ColumnType.CODE:
        if _LOST.fullmatch(text):
            return None, ("lost_digits", {"found": text})
        if _NO_CODE.fullmatch(text):
            return None, ("broken_number", {"found": text})
    if column.required and not column.values and STAND_INS.fullmatch(plain(text)):
        return None, None
    known = _listed(column.values)
    return known.get(text, text), _unfit_text(text, column, known)


@lru_cache(maxsize=256)
def _listed(values: tuple[str, ...]) -> dict[str, str]:
    """The values of a list as they are compared → as they are kept."""
    return {plain(value): value for value in values}


def _written(cell: Cell, column: Column) -> tuple[str, Problem | None]:
    """The text of a cell as its reader sees it; a problem where that cannot be told for certain."""
    match cell.kind:
        case Kind.TEXT:
            return decorated_text(cell.value.strip(), cell.look) if cell.look else cell.value.strip(), None
        case Kind.NUMBER | Kind.PERCENT:
            return _number_as_text(cell, column)
        case Kind.TRUTH:
            return _TRUTHS[bool(cell.value)], None
        case Kind.BROKEN:
            return "", ("broken_number", {"found": str(cell.value)})
        case Kind.DATE if cell.look or column.type is ColumnType.CODE:
            return "", ("text_as_date", {"found": str(cell.value)})
    return str(cell.value).strip(), None


def _number_as_text(cell: Cell, column: Column) -> tuple[str, Problem | None]:
    if abs(cell.value) >= _EXACT:
        return "", ("lost_digits", {"found": f"{cell.value:.6g}"})
    text, is_code = number_shown(cell), column.type is ColumnType.CODE
    if text is None and not cell.look and not is_code:
        return f"{cell.value:.15g}", None
    if text is None or (is_code and "," in text):  # nobody writes a code with marks between its thousands
        return "", ("not_as_shown", {"found": f"{cell.value:.15g}"})
    return text, None


def number_shown(cell: Cell) -> str | None:
    """The text that a cell shows of its number; None where that is not certain."""
    return shown_text(cell.value, cell.look) if cell.look else general_text(cell.value)


def _unfit_text(text: str, column: Column, known: dict[str, str]) -> Problem | None:
    if known and text not in known:
        return "not_in_list", {"found": text[:60]}
    if len(text) > (column.max_length or _LONGEST):
        return "too_long", {"found": len(text)}
    if column.pattern and not re.fullmatch(column.pattern, text):
        return "bad_pattern", {"found": text[:60]}
    return None
