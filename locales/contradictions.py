"""The figures of other returns that a figure contradicts, in words: alike on pages, receipts and marked workbooks."""

from collections.abc import Iterable, Mapping
from typing import Any

from locales import pick, say

_SHOWN = 3  # receipts that are named


def others_words(locale: str, others: Iterable[Mapping[str, Any]]) -> str:
    """Each other figure with its receipt and cell. others: as `data.anomalies.others.Others.told` has them."""
    return say(locale, "list.semicolon").join(_other_words(locale, other) for other in others)


def _other_words(locale: str, other: Mapping[str, Any]) -> str:
    periods, reach = other["periods"], other["reach"]
    if other["value"] is None:
        template = pick(other["template_name"], locale)
        return say(locale, "contradiction.unknown", template=template, period=periods[0] if periods else "—")
    values = {
        "column": pick(other.get("column_label", {}), locale),
        "template": pick(other["template_name"], locale),
        "value": _number(other["value"]),
        "where": _where(locale, other),
        "first": periods[0] if periods else "",
        "last": periods[-1] if periods else "",
    }
    values["period"] = values["first"] if len(periods) < 2 else say(locale, "contradiction.span", **values)
    return say(locale, f"contradiction.{reach if periods else 'new_year'}", **values)


def _where(locale: str, other: Mapping[str, Any]) -> str:
    receipts, cell = other.get("receipts", []), other.get("cell", "")
    if "receipts" not in other:
        return ""
    named = say(locale, "list.comma").join(receipts[:_SHOWN])
    parts = [say(locale, "contradiction.receipt", receipt=named) if named else say(locale, "contradiction.file")]
    parts += [say(locale, "contradiction.stated")] if other.get("is_stated") else []
    parts += [say(locale, "contradiction.cell", cell=cell)] if cell else []
    return say(locale, "contradiction.where", parts=say(locale, "list.comma").join(parts))


def _number(value: Any) -> str:
    return f"{value:,.15g}" if isinstance(value, int | float) else str(value)
