"""Indicators in the reference files: indicators.json of a folder, the sheet `indicators` of a workbook."""

import json
from collections.abc import Mapping
from typing import Any

from data.catalogue.indicator import Aim, Indicator, Span, Tallied, Target

FILE = "indicators.json"
SHEET = "indicators"
COLUMNS = (
    "indicator_code",
    "indicator_name",
    "indicator_name_en",
    "template_code",
    "numerator",
    "denominator",
    "tally",
    "measure",
    "aim",
    "span",
    "targets",
    "breakdowns",
    "source",
    "source_en",
)
_TEXTS = ("template_code", "numerator", "denominator", "measure")
_TWO = ("indicator_name", "source")


def indicators_of(given: Any) -> tuple[Indicator, ...]:
    """The indicators of a JSON list. ValueError, KeyError or TypeError names the one that is none."""
    if not isinstance(given, list):
        raise ValueError(f"expected a list of indicators, found {type(given).__name__}")
    return tuple(_named(number, definition) for number, definition in enumerate(given, start=1))


def _named(number: int, definition: Any) -> Indicator:
    try:
        return indicator_of(definition)
    except (ValueError, KeyError, TypeError) as error:
        name = definition.get("indicator_code") if isinstance(definition, dict) else None
        raise ValueError(f"indicator {name or number}: {type(error).__name__}: {error}") from error


def indicator_of(given: Mapping[str, Any]) -> Indicator:
    """An Indicator from its JSON form."""
    unknown = set(given) - {"indicator_code", *_TWO, *_TEXTS, "tally", "aim", "span", "targets", "breakdowns"}
    if unknown:
        raise ValueError(f"expected no such name: {sorted(unknown)}")
    for name in ("indicator_code", *_TEXTS):
        if not isinstance(given.get(name, ""), str):
            raise ValueError(f"{name}: expected a text, found {given[name]!r}")
    return Indicator(
        indicator_code=given["indicator_code"],
        indicator_name=_words(given["indicator_name"]),
        **{name: given.get(name, "").strip() for name in _TEXTS},
        tally=Tallied(given["tally"]) if given.get("tally") else None,
        aim=Aim(given.get("aim") or Aim.HIGHER),
        span=Span(given.get("span") or Span.FLOW),
        targets=tuple(_target(year, value) for year, value in sorted(given.get("targets", {}).items())),
        breakdowns=tuple(given.get("breakdowns", ())),
        source=_words(given.get("source", {})),
    )


def _words(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise ValueError(f'expected texts such as {{"zh-CN": …, "en": …}}, found {given!r}')
    return given


def _target(year: str, value: Any) -> Target:
    edges = value if isinstance(value, list) else [value]
    is_number = [isinstance(edge, int | float) and not isinstance(edge, bool) for edge in edges]
    if not (year.isascii() and year.isdigit()) or not all(is_number) or len(edges) not in (1, 2):
        raise ValueError(
            f'targets: expected a year with a number or a band, such as "2026": [90, 100], found {value!r}'
        )
    return Target(int(year), float(edges[0]), float(edges[1]) if len(edges) == 2 else None)


def indicator_definition(indicator: Indicator) -> dict[str, Any]:
    """The JSON form; what is empty or as usual is left out."""
    targets = {str(target.first_year): _edges(target) for target in indicator.targets}
    written = {
        "indicator_code": indicator.indicator_code,
        "indicator_name": indicator.indicator_name,
        **{name: getattr(indicator, name) for name in _TEXTS},
        "tally": indicator.tally.value if indicator.tally else "",
        "aim": indicator.aim.value,
        "span": "" if indicator.span is Span.FLOW else indicator.span.value,
        "targets": targets,
        "breakdowns": list(indicator.breakdowns),
        "source": indicator.source,
    }
    return {name: value for name, value in written.items() if value not in ("", {}, [])}


def _edges(target: Target) -> Any:
    low = _plain(target.value)
    return low if target.high is None else [low, _plain(target.high)]


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


def indicator_row(indicator: Indicator) -> dict[str, Any]:
    """The row of the sheet."""
    definition = indicator_definition(indicator)
    two = {f"{name}{end}": definition.get(name, {}).get(locale) for name in _TWO for locale, end in _LOCALES.items()}
    targets = definition.get("targets")
    return {
        **{name: definition.get(name) for name in ("indicator_code", *_TEXTS, "tally", "aim", "span")},
        **two,
        "targets": json.dumps(targets) if targets else None,
        "breakdowns": " ".join(definition.get("breakdowns", ())),
    }


_LOCALES = {"zh-CN": "", "en": "_en"}


def indicator_of_row(row: Mapping[str, str]) -> Indicator:
    """An Indicator from a row of the sheet."""
    two = {
        name: {locale: row[f"{name}{end}"] for locale, end in _LOCALES.items() if row[f"{name}{end}"]} for name in _TWO
    }
    plain = {name: row[name] for name in ("indicator_code", *_TEXTS, "tally", "aim", "span")}
    targets = json.loads(row["targets"] or "{}")
    return indicator_of({**plain, **two, "targets": targets, "breakdowns": row["breakdowns"].split()})
