"""So many issues as anybody reads: what must be mended or explained first, the rest counted and never forgotten."""

from collections.abc import Sequence

from data.catalogue.model import Severity
from loaders.checking.check import MAX_ISSUES
from loaders.issues import Issue


def must_go_back(issue: Issue) -> bool:
    """An error, or a check without an explanation."""
    return issue.severity is Severity.ERROR or (issue.severity is Severity.CHECK and not issue.explanation)


def bounded(issues: Sequence[Issue], are_explained_singly: bool) -> tuple[list[Issue], bool]:
    """The issues to list, and whether one of the others must be mended or explained all the same.

    Where there are too many, errors come first, then what wants an explanation, so that whoever has mended the first
    ones meets the next. An explanation that was given for one issue is kept with it; one that was given for the
    whole file, as often as there is room.
    """
    if len(issues) <= MAX_ISSUES:
        return list(issues), False
    ordered = sorted(issues, key=_urgency)
    listed, rest = ordered[:MAX_ISSUES], ordered[MAX_ISSUES:]
    if are_explained_singly:
        listed += [issue for issue in rest if issue.explanation]
        rest = [issue for issue in rest if not issue.explanation]
    if not rest:
        return listed, False
    counts = {severity.value: sum(issue.severity is severity for issue in rest) for severity in Severity}
    hides_a_fault = any(map(must_go_back, rest))
    details = {"found": len(rest), "must_go_back": sum(map(must_go_back, rest)), **counts}
    return [*listed, Issue(Severity.NOTE, "more_issues", details=details)], hides_a_fault


def _urgency(issue: Issue) -> int:
    if issue.severity is Severity.ERROR:
        return 0
    if issue.severity is Severity.CHECK:
        return 2 if issue.explanation else 1
    return 3
