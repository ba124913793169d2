"""Both languages say the same things: the same keys, the same placeholders, in the same files."""

import json
from pathlib import Path
from string import Formatter

import pytest

from locales import LOCALES, words

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
