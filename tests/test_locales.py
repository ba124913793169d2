"""Both languages say the same things: the same keys, the same placeholders, in the same files."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

from data.catalogue.files import read_catalogue
from locales import LOCALES, measure_words, words
from tests.test_reference import REFERENCE

FOLDER = Path(__file__).parent.parent / "locales"
FILES = sorted({path.name for locale in LOCALES for path in (FOLDER / locale).glob("*.json")})


def _texts(locale: str, name: str) -> dict[str, str]:
    return json.loads((FOLDER / locale / name).read_text(encoding="utf-8"))


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", FILES)
def test_files_have_the_same_keys(name: str) -> None:
    first, *others = (_texts(locale, name).keys() for locale in LOCALES)
    for other in others:
        assert first ^ other == set()


@pytest.mark.parametrize("name", FILES)
def test_texts_take_the_same_values(name: str) -> None:
    """A word that one language does without (the number of a month name) may be missing, none may be extra."""
    chinese, english = (_texts(locale, name) for locale in LOCALES)
    known = {"month.name": {"year", "month", "written"}}
    for key in chinese:
        allowed = known.get(key, _placeholders(chinese[key]))
        assert _placeholders(english[key]) <= allowed, key
        assert key in known or _placeholders(english[key]) == allowed, key


def test_no_key_stands_in_two_files() -> None:
    for locale in LOCALES:
        assert words(locale)


_MARKS = "，。；：！？（）、《》"
_LINES_OF_A_RECEIPT = re.compile(r"receipt\.")  # on a console, indented
_MEANT = {
    "span.join",
    "kind.xlsx",
    "supervision.flow",
}  # between a number and a word, before a name in Latin letters, around an arrow


def test_no_chinese_text_has_a_stray_space() -> None:
    """None beside Chinese punctuation, none at an end, where another text may come before or after."""
    beside = re.compile(f"[{_MARKS}] (?! *\\n)| [{_MARKS}]")
    stray = {
        key
        for key, text in words("zh-CN").items()
        if (beside.search(text) or text != text.strip(" ")) and key not in _MEANT and not _LINES_OF_A_RECEIPT.match(key)
    }
    assert stray == set()


def test_units_of_measure_are_read_in_english_too() -> None:
    catalogue = read_catalogue(REFERENCE)
    used = {column.unit_of_measure for template in catalogue.templates for column in template.columns}
    used |= {indicator.measure for indicator in catalogue.indicators}
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert [unit for unit in used if chinese.search(measure_words("en", unit))] == []
    assert measure_words("zh-CN", "万元") == "万元" and measure_words("en", "公斤") == "公斤"  # another bureau's
