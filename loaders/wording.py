"""What an issue's details say in words: the values that stand in its sentence."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from data.anomalies.panels import ROWS
from data.catalogue.conditions import words_of_issue
from data.catalogue.model import Column, ColumnType, Template
from loaders.blank.words import number
from loaders.issues import Issue
from loaders.mentioned import mentioned
from loaders.variants import column_of
from locales import measure_words, pick, say, words
from locales.contradictions import others_words

_LONGEST_TEXT = 32_767  # characters that a cell can hold


def expected(issue: Issue, template: Template | None, locale: str) -> str:
    """What the cell or file should have held; empty where the sentence says it all."""
    if rule_words := words_of_issue(template, issue.details):
        return pick(rule_words, locale)
    if issue.code in ("unlikely", "far_outside"):
        low, high = issue.details["low"], issue.details["high"]
        return "" if low is None else f"{_figure(low)}–{_figure(high)}"
    column = column_of(issue, template)
    if column is None or "expected" in issue.details:
        return str(issue.details.get("expected", ""))
    if issue.code == "too_long" and not column.max_length:
        return say(locale, "expected.length", limit=_LONGEST_TEXT)
    return _bounds(column, locale) or say(locale, f"expected.{column.type.value}")


def found(issue: Issue, template: Template | None, locale: str) -> str:
    """What was found; a broken rule shows the cells that it speaks of."""
    value = issue.details.get("found", "")
    if not isinstance(value, dict):
        return _plain(value)
    return "，".join(f"{column_label(template, name, locale)}={_plain(v)}" for name, v in value.items())


def column_label(template: Template | None, name: str | None, locale: str) -> str:
    """What a column is called; empty where there is none."""
    if name == ROWS:
        return say(locale, "anomaly.rows")
    if template is None or name is None:
        return ""
    return next((pick(c.label, locale) for c in template.columns if c.name == name), name)


def shown(issue: Issue, template: Template | None, locale: str) -> dict[str, Any]:
    """Every value that the sentence may have in it."""
    rule_words = words_of_issue(template, issue.details)
    more = _MORE.get(issue.code)
    return {
        **issue.details,
        "found": found(issue, template, locale),
        "expected": expected(issue, template, locale),
        "column": column_label(template, issue.column_name, locale),
        "rule": pick(rule_words, locale) if rule_words else "",
        "rule_code": issue.details["rule"] if rule_words else "",
        **mentioned(issue, locale),
        **(more(issue, template, locale) if more else {}),
    }


def _of_unlikely(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    """What it looks like, what it may have meant, where its past lies. Nobody has typed a number of rows."""
    details, said = issue.details, []
    if issue.column_name != ROWS:
        said.append(say(locale, f"anomaly.{details['cause']}.why"))
        if details["suggested"] is not None:
            said.append(say(locale, "anomaly.suggested", suggested=_figure(details["suggested"])))
    if details["low"] is not None:
        said.append(say(locale, "anomaly.range", low=_figure(details["low"]), high=_figure(details["high"])))
    why = say(locale, "list.semicolon").join(said or [say(locale, "far_outside.unexplained")])
    return {"why": why, "found": _figure(details["found"])}


def _of_far_outside(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    details, column = issue.details, column_of(issue, template)
    why = say(locale, "far_outside.unexplained")
    if details["suggested"] is not None and column is not None:
        suggested = _figure(details["suggested"])
        key = "far_outside.suggested.rate" if column.type is ColumnType.PCT else "far_outside.suggested"
        why = say(locale, key, measure=measure_words(locale, column.unit_of_measure), suggested=suggested)
    more = ""
    if details["count"] > 1:
        more = say(locale, "far_outside.more", count=details["count"], places="、".join(details["places"]))
    return {
        "found": _figure(details["found"]),
        "low": _figure(details["low"]),
        "high": _figure(details["high"]),
        "past": say(locale, f"far_outside.past.{details['of']}", number=details["number"]),
        "why": why,
        "more": more,
    }


def _of_lost_rows(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    keys, count = issue.details["keys"], issue.details["count"]
    return {"keys": "、".join(map(_key, keys)) + ("……" if count > len(keys) else "")}


def _of_lost_columns(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    names, gone, unknown = (issue.details[name] for name in ("columns", "gone", "unknown"))
    how = "gone" if len(gone) == len(names) else "both" if gone else "blank"
    if len(names) > 1 and how != "both":
        how += ".several"
    other = say(locale, "lost_columns.unknown", found=_quoted(unknown)) if unknown else ""
    labels = _quoted(column_label(template, name, locale) for name in names)
    return {"columns": labels, "how": say(locale, f"lost_columns.{how}"), "unknown": other}


def _of_renamed(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    return {"count": f"{issue.details['count']:,}"}


def _of_no_heading(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    labels = list(filter(None, (column_label(template, name, locale) for name in issue.details["columns"])))
    expected = say(locale, "list.comma").join(labels)
    return {"likely": say(locale, "no_heading.likely", expected=expected) if labels else ""}


def _of_ratio(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    others = issue.details["places"]
    more = say(locale, "likely_ratio.more", count=len(others), places="、".join(others[:5])) if others else ""
    return {"more": more, "suggested": _figure(issue.details["suggested"])}


def _of_template(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    """A template by its name too: nobody knows all codes."""
    code = str(issue.details.get("template", ""))
    return {"template": f"{code} {pick(template.template_name, locale)}" if template else code}


def _of_kind(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    content = str(issue.details.get("found", ""))
    return {"found": _said(locale, f"kind.{content.strip('.?').lower() or 'unknown'}") or content}


def _of_extension(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    content = str(issue.details.get("expected", ""))
    return {"kind": _said(locale, f"kind.{content.strip('.')}") or content}


def _of_unsafe(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    """What a reader calls a fault of the package, as a clerk may understand it."""
    told = str(issue.details.get("found", "")).lower().replace(" ", "_")
    key = next((key for key in words(locale) if key.startswith("unsafe.") and told.startswith(key[7:])), "unsafe.other")
    return {"found": say(locale, key)}


def _of_more(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    counts = [
        say(locale, "more_issues.part", severity=say(locale, f"severity.{name}"), count=issue.details[name])
        for name in ("error", "check", "note")
        if issue.details.get(name)
    ]
    return {"parts": say(locale, "more_issues.parts", parts=say(locale, "list.comma").join(counts)) if counts else ""}


def _of_contradiction(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    """The other figures, where they stand, and what to do; a year that begins anew has no other return."""
    others = issue.details["others"]
    advice = "contradiction.advice" if any(other["periods"] for other in others) else "contradiction.advice.own"
    return {"others": others_words(locale, others), "advice": say(locale, advice)}


def _of_key(issue: Issue, template: Template | None, locale: str) -> dict[str, str]:
    return {"found": _key(str(issue.details.get("found", "")))}


_MORE: Mapping[str, Callable[[Issue, Template | None, str], dict[str, str]]] = MappingProxyType(
    {
        "unlikely": _of_unlikely,
        "contradiction": _of_contradiction,
        "far_outside": _of_far_outside,
        "lost_rows": _of_lost_rows,
        "lost_columns": _of_lost_columns,
        "renamed_column": _of_renamed,
        "no_heading": _of_no_heading,
        "likely_ratio": _of_ratio,
        "not_a_spreadsheet": _of_kind,
        "wrong_extension": _of_extension,
        "unsafe_package": _of_unsafe,
        "more_issues": _of_more,
        "duplicate_key": _of_key,
        "no_header": _of_template,
        "hidden_sheet": _of_template,
        "not_obliged": _of_template,
        "outside_obligation": _of_template,
    }
)


def _bounds(column: Column, locale: str) -> str:
    """A column's range in words; empty where it has none."""
    hint = pick(column.hint, locale) if column.hint else ""
    if column.values:
        return "、".join(column.values)
    if column.min is not None and column.max is not None:
        return f"{number(column.min)}–{number(column.max)}"
    for name, limit in (("at_least", column.min), ("above", column.above), ("at_most", column.max)):
        if limit is not None:
            return say(locale, f"expected.{name}", limit=number(limit))
    if column.max_length:
        length = say(locale, "expected.length", limit=column.max_length)
        return say(locale, "list.semicolon").join(filter(None, (length, hint)))
    return hint


def _said(locale: str, key: str) -> str:
    return words(locale).get(key, "")


def _figure(value: float) -> str:
    return number(value)


def _plain(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _key(row_key: str) -> str:
    """A key of several columns as people write it."""
    return " / ".join(part for part in row_key.split("|") if part)


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
