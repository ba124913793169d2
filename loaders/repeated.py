"""The same mistake in many cells of a column is one thing to tell: the first in full, the others by their cells."""

from collections.abc import Iterable

from data.catalogue.model import Template
from loaders.issues import Issue
from loaders.wording import found
from locales import say

LEAST = 3  # cells; two are told one by one
_NAMED = 12  # cells that are named; the others are in the table and in the marked copy
MOST_TOLD = 1 + _NAMED
"""Cells of which a group's words tell."""


def grouped(issues: Iterable[Issue]) -> list[list[Issue]]:
    """The issues in their order, those alike in one list: same sheet and column, same kind, same rule, and the same
    explanation, if any. What is about no cell, or alike in fewer than LEAST, stands alone.
    """
    alike: dict[tuple, list[Issue]] = {}
    for number, issue in enumerate(issues):
        has_place = issue.cell and issue.column_name
        about = (issue.details.get("rule"), issue.details.get("condition"), issue.explanation)
        key = (issue.severity, issue.code, issue.sheet, issue.column_name, *about) if has_place else (number,)
        alike.setdefault(key, []).append(issue)
    return [part for group in alike.values() for part in ([group] if len(group) >= LEAST else [[one] for one in group])]


def others(group: list[Issue], template: Template | None, locale: str) -> str:
    """The cells of a group after its first, each with what was found there; empty where there are none."""
    if len(group) < 2:
        return ""
    named = []
    for issue in group[1 : 1 + _NAMED]:
        is_short = issue.details.get("found") and not isinstance(issue.details["found"], dict)
        said = say(locale, "issues.same.cell", cell=issue.cell, found=found(issue, template, locale))
        named.append(said if is_short else str(issue.cell))
    cells = say(locale, "list.comma").join(named)
    wording = "issues.same" if len(group) - 1 <= _NAMED else "issues.same.more"
    return say(locale, wording, number=len(group) - 1, cells=cells)
