"""What a cell means that is written so: its kind and value, by its type, its style and the texts that cells share."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from loaders.issues import FileFault
from loaders.reading.formats import PLAIN, Look, Shown, as_shown
from loaders.reading.places import INDEX, whole
from loaders.reading.texts import unescaped
from loaders.sheets import PICTURE

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DDE = re.compile(r"\s*[A-Za-z]+\s*\|\s*'")
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_AS_NUMBERS = (Shown.NUMBER, Shown.PERCENT)


class Written(NamedTuple):
    """A cell as it is written. inline: the text within the cell; has_rich_value: something beside the value."""

    type: str
    value: str | None
    formula: str | None
    inline: str
    style: str | None
    has_rich_value: bool


class Book(NamedTuple):
    """What the sheets of a workbook have in common.

    is_stale: the file asks to be computed when it is opened; programs that cannot compute put a zero there.
    is_direct: the sheets have the strings among their texts, under their own numbers.
    struck_styles, struck_strings: the numbers of those that strike through what a cell shows.
    """

    strings: Sequence[str]
    styles: Sequence[Look]
    is_stale: bool = False
    is_1904: bool = False
    is_direct: bool = False
    struck_styles: frozenset[int] = frozenset()
    struck_strings: frozenset[int] = frozenset()


class CellReader:
    """The cells of one sheet."""

    def __init__(self, book: Book, sheet_name: str) -> None:
        self._strings, self._styles, self._is_stale, self._is_1904 = book[:4]
        self._sheet_name = sheet_name
        self._text_kinds = {n: look.text_kind for n, look in enumerate(book.styles) if look.text_kind != "s"}
        self.is_direct, self.number_of_strings = book.is_direct, len(book.strings)
        self.has_empty_string = "" in book.strings

    def meaning(self, written: Written) -> tuple[str, float | str | bool] | None:
        """(kind, value) of what a cell holds; None for nothing."""
        type_, value, formula, inline, style, has_rich_value = written
        if formula is not None and _DDE.match(formula):
            raise FileFault("dde")
        if formula is not None and PICTURE.match(formula):
            return "g", "=" + formula.lstrip(" =")[:200]
        if type_ == "e" and formula is None and has_rich_value and value == "#VALUE!":
            return "g", value  # Excel keeps a picture that lies in a cell as an error with a value beside it
        is_guess = self._is_stale and type_ == "n" and value in ("0", "0.0")
        if formula is not None and (is_guess or (not value and type_ != "str")):
            return "f", "=" + formula[:200]
        if type_ == "inlineStr":
            return (self.text_kind(style), inline) if inline else None
        if value is None or (value == "" and type_ != "s"):
            return None
        return self._value(type_, value, style)

    def _value(self, type_: str, value: str, style: str | None) -> tuple[str, float | str | bool] | None:
        if type_ == "n":
            return self._number_of(value.strip(), style)
        if type_ == "s":
            text = self.shared_text(value)
            return (self.text_kind(style), text) if text else None
        if type_ == "str":
            return self.text_kind(style), unescaped(value)
        if type_ == "b" and value.strip() in _TRUTHS:
            return "b", _TRUTHS[value.strip()]
        if type_ == "e":
            return "e", value[:40]
        if type_ == "d":
            return ("d", value[:10]) if re.match(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) else ("s", value)
        raise self.broken(f"type {type_[:12]} {value[:12]}")

    def shared_text(self, index: str) -> str:
        """The text that a cell names by its number. Raises FileFault (broken_workbook) where there is none."""
        if not INDEX.fullmatch(index.strip()) or int(index) >= len(self._strings):
            raise self.broken(f"string {index[:12]}")
        return self._strings[int(index)]

    def one_kind(self, style: str) -> str | None:
        """The kind of all numbers of a style; None where it depends on the number."""
        number = whole(style)
        sections = (self._styles[number] if number < len(self._styles) else PLAIN).sections
        return sections[0].kind if len(sections) == 1 and sections[0].shown in _AS_NUMBERS else None

    def text_kind(self, style: str | None) -> str:
        """That of a text, with the format's code where it shows more than the text."""
        return self._text_kinds.get(whole(style), "s") if self._text_kinds else "s"

    def _number_of(self, text: str, style: str | None) -> tuple[str, float | str] | None:
        if not _NUMBER.fullmatch(text) or not math.isfinite(number := float(text)):
            return "q", text[:40]
        number_of_style = whole(style)
        shown = self._styles[number_of_style] if number_of_style < len(self._styles) else PLAIN
        return as_shown(number, shown, self._is_1904)

    def broken(self, what: str) -> FileFault:
        """The fault of a part that is written as no program writes it."""
        return FileFault("broken_workbook", found=f"{self._sheet_name[:31]}: {what}")
