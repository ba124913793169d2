"""The words of a fault: what was expected, what was found, what to do."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from locales import DEFAULT, LOCALES, say, words

_CODED = {
    ("review.state", "found"): "review.state",
    ("supervision.state", "found"): "supervision.state",
    ("supervision.opened", "found"): "supervision.state",
    ("supervision.kind", "found"): "supervision.kind",
}
"""Details that are codes themselves: (the fault's code, the detail) → the key before their own words."""


class Coded(Protocol):
    """A data.fault.Fault; this folder imports nothing of ours."""

    code: str
    details: Mapping[str, Any]


def fault_words(
    fault: Coded,
    locale: str,
    is_typed: bool = False,
    show: Callable[[str], str] = str,
    **instead: object,
) -> str:
    """The words fault.<code>. is_typed: for whoever types commands, the words fault.<code>.typed where there are some;
    they name options, and codes as they are typed. show: what each value goes through before it stands in the text,
    such as escaping. instead: values in the place of the fault's own.
    """
    locale = locale if locale in LOCALES else DEFAULT
    key = f"fault.{fault.code}"
    if is_typed and f"{key}.typed" in words(locale):
        return say(locale, f"{key}.typed", **fault.details, **instead)
    details = {name: _value(fault.code, name, value, locale) for name, value in fault.details.items()}
    return say(locale, key, **{name: show(str(value)) for name, value in (details | instead).items()})


def _value(code: str, name: str, value: Any, locale: str) -> Any:
    key = _CODED.get((code, name))
    return say(locale, f"{key}.{value}") if key and f"{key}.{value}" in words(locale) else value
