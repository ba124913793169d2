"""Every word on screen and in the command line's answers, by key; zh-CN is the language of the house."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LOCALES = ("zh-CN", "en")
DEFAULT = "zh-CN"
LANGUAGE_COOKIE = "zhundian-lang"


@cache
def words(locale: str) -> dict[str, str]:
    """All texts of a locale, key → text with {placeholders}; the files of its folder taken together."""
    merged: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / locale).glob("*.json")):
        entries = json.loads(path.read_text(encoding="utf-8"))
        twice = merged.keys() & entries.keys()
        if twice:
            raise ValueError(f"{path}: keys that another file has already: {sorted(twice)}")
        merged |= entries
    return merged


def say(locale: str, key: str, **values: object) -> str:
    """The text of `key` with its placeholders filled. KeyError for a key that no file has."""
    text = words(locale if locale in LOCALES else DEFAULT)[key]
    return text.format(**values) if values else text


def remembered(cookies: Mapping[str, str]) -> str:
    """The language that was chosen last in the browser with these cookies, else the house's."""
    language = cookies.get(LANGUAGE_COOKIE)
    return language if language in LOCALES else DEFAULT


def measure_words(locale: str, unit_of_measure: str) -> str:
    """A unit of measure in this language; as it is written where there is no other word for it."""
    return words(locale).get(f"measure.{unit_of_measure}", unit_of_measure)


def pick(texts: dict[str, str], locale: str) -> str:
    """One language of a catalogue text, falling back to zh-CN."""
    return texts.get(locale) or texts.get(DEFAULT) or ""
