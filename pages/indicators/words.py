"""Indicators in words: values in their measure, changes, definitions, and what a value rests on."""

import re
from collections.abc import Iterable
from typing import Any

import pandas

import text
from data.catalogue.indicator import Aim, Indicator
from data.catalogue.model import Catalogue, ColumnType
from data.catalogue.rules import columns_of_expression
from data.indicators.values import ALMOST, turn
from text import t

RESTS = ("missing", "flagged", "late", "pending", "corrected", "explained")
"""What makes a value less than firm, the gravest first."""
COLOURS = {1: "green", -1: "red", 0: "gray"}


def name(indicator: Indicator) -> str:
    """In the reader's language."""
    return text.pick_words(indicator.indicator_name)


def value(number: float, indicator: Indicator) -> str:
    """98.5%, 12 件, or a dash."""
    if indicator.measure == "%":
        written = text.estimate(None if pandas.isna(number) else number / 100, 1)
        return _WHOLE.get(written, written)
    return text.DASH if pandas.isna(number) else f"{plain(number)} {text.measure(indicator.measure)}"


def plain(number: float) -> str:
    """1,234 or 3.25, with two digits after the point at most."""
    return text.number(round(number, 2))


def short(number: float, indicator: Indicator) -> str:
    """The same for the cell of a heatmap: 98, 99.6, 12."""
    if pandas.isna(number):
        return ""
    if indicator.measure == "%" and number < _NEAR:
        return f"{number:.0f}"
    return (
        value(number, indicator)
        .removesuffix("%")
        .removesuffix(text.measure(indicator.measure))
        .strip()
        .removesuffix(".0")
    )


def target(row: Any, indicator: Indicator) -> str:
    """≥ 100%, ≤ 0 件, 90–100%; nothing without one."""
    if pandas.isna(row.target):
        return ""
    low = value(row.target, indicator)
    if indicator.aim is Aim.BAND:
        return f"{plain(row.target)}–{value(row.target_high, indicator)}"
    return low if row.target == (100 if indicator.aim is Aim.HIGHER else 0) else f"{_SIGNS[indicator.aim]} {low}"


_SIGNS = {Aim.HIGHER: "≥", Aim.LOWER: "≤"}


def change(difference: float, indicator: Indicator) -> str:
    """+0.3 of a share in percentage points, +2 of anything else; nothing where it is none or not known."""
    if pandas.isna(difference) or abs(difference) <= ALMOST:
        return ""
    number = _size(difference)
    sign = "-" if difference < 0 else "+"
    return f"{sign}{t('indicator.points', number=number) if indicator.measure == '%' else number}"


def _size(difference: float) -> str:
    size = abs(difference)
    return text.number(round(size, 1 if size >= _COARSE else 2)) if size >= _LEAST else "< 0.01"


_WHOLE = {"100.0%": "100%", "0.0%": "0%"}
_LEAST = 0.005  # what two digits after the point would write as 0.01
_NEAR = 99  # % from which on a digit after the point tells something
_COARSE = 0.1  # from here on one digit is enough


def turned(difference: float, indicator: Indicator) -> str:
    """↑ 0.3 个百分点, in the colour of better or worse; nothing where it is not known."""
    if pandas.isna(difference):
        return ""
    said = change(difference, indicator)
    arrow = "→" if not said else "↓" if difference < 0 else "↑"
    return f":{COLOURS[turn(difference, indicator)]}[{arrow} {said.lstrip('+-') or t('indicator.same')}]"


def arrow(difference: float, indicator: Indicator) -> str:
    """The same without its measure: ↓ 13.4; a dash where it is not known."""
    if pandas.isna(difference):
        return text.DASH
    if abs(difference) <= ALMOST:
        return "→ 0"
    return f":{COLOURS[turn(difference, indicator)]}[{'↓' if difference < 0 else '↑'} {_size(difference)}]"


def rests_on(row: Any) -> str:
    """3/3 份，迟报 1 份，有疑问 1 份: how many returns are in the value, and what is to be said of them."""
    said = [t("indicator.reported", reported=int(row.reported), owed=int(row.owed))]
    said += [t(f"indicator.rests.{name_}", number=int(number)) for name_ in RESTS if (number := getattr(row, name_))]
    return t("indicator.comma").join(said)


def is_firm(row: Any) -> bool:
    """Whether nothing is to be said of the returns that a value rests on but that they are there."""
    return not any(getattr(row, name_) for name_ in RESTS)


def mark(row: Any) -> str:
    """The sign of the gravest thing to be said; nothing for what is firm."""
    return next((t(f"indicator.mark.{name_}") for name_ in RESTS if getattr(row, name_)), "")


def hover(row: Any, indicator: Indicator, heading: str) -> str:
    """What is told of a point: where it is, value with its parts, target, what it rests on, what was said."""
    lines = [f"<b>{heading}</b>", with_parts(row, indicator), rests_on(row)]
    if aimed := target(row, indicator):
        lines.insert(2, t("indicator.target", target=aimed))
    return "<br>".join([*lines, *(f"“{note}”" for note in row.note.split("\n") if note)][:7])


def with_parts(row: Any, indicator: Indicator) -> str:
    """97.8%（44 ÷ 45）."""
    shown = value(row.value, indicator)
    if not indicator.is_share or pandas.isna(row.denominator) or pandas.isna(row.value):
        return shown
    return t("indicator.parts", value=shown, part=plain(row.numerator), whole=plain(row.denominator))


def definition(indicator: Indicator, catalogue: Catalogue) -> str:
    """What is divided by what, with the columns as the workbook heads them."""
    if indicator.tally:
        return t(f"indicator.tally.{indicator.tally}")
    labels = {
        column.name: text.pick_words(column.label)
        for column in catalogue.template(indicator.template_code).columns
        if column.type is not ColumnType.PERIOD
    }
    parts = [indicator.numerator, indicator.denominator] if indicator.denominator else [indicator.numerator]
    return " ÷ ".join(_labelled(part, labels) for part in parts)


def _labelled(expression: str, labels: dict[str, str]) -> str:
    for column in sorted(columns_of_expression(expression), key=len, reverse=True):
        expression = re.sub(rf"\b{column}\b", labels[column], expression)
    for said, key in _SAID.items():
        expression = re.sub(said, t(key), expression)
    return expression


_SAID = {
    r"\bcount\(\*\)": "indicator.said.rows",
    r"\bsum\b": "indicator.said.sum",
    r"\bcount\b": "indicator.said.count",
    r" FILTER \((?:WHERE )?": "indicator.said.where",
    r" IS NOT NULL": "indicator.said.filled",
}


def listed(parts: Iterable[str]) -> str:
    """Those that there are, with points between."""
    return " · ".join(part for part in parts if part)
