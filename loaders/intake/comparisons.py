"""Returns held against what their units handed in before: copied, cut short, far outside; each is a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from data.access import SAMPLE
from data.catalogue.model import Severity
from data.periods import add_months, label
from data.store import Store
from loaders.checking.lookalikes import lookalike_issues, lookalikes
from loaders.checking.lost import Replaced, lost_columns, lost_rows, replaced_of
from loaders.checking.past import Key, Past, key_of, pasts, since_redefined
from loaders.checking.past_rows import far_outside
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.checking.unchanged import figures_of, repeats, speaks
from loaders.checking.unlikely import unlikely_issues
from loaders.intake.entries import About
from loaders.intake.record import History
from loaders.issues import Issue

Returns = Sequence[tuple[Recognised, Checked]]


@dataclass(frozen=True)
class Questions:
    """Check issues: about the table as a whole, and about single figures."""

    table: list[Issue] = field(default_factory=list)
    figures: list[Issue] = field(default_factory=list)


def compare(store: Store, returns: Returns, history: History, sha256_of: Mapping[Key, str]) -> dict[Key, Questions]:
    """What is asked of each return. history: the accepted submissions of the returns, and of their periods before;
    sha256_of: the file of each return.

    The made-up history is asked nothing but what it copies: it plants errors, and tells its own reasons.
    """
    unlikely = unlikely_issues(store, returns, datetime.now(UTC))
    questions = {key_of(recognised): Questions() for recognised, _ in returns}
    for key, copied in _copied(store, returns, history).items():
        questions[key].table.append(copied)
    if store.person.via == SAMPLE:
        return questions
    replaced = _replaced(store, returns, history, sha256_of)
    past_of = pasts(store, returns)
    for recognised, checked in returns:
        key = key_of(recognised)
        if key in past_of:
            questions[key].table.extend(_lost(past_of[key], replaced.get(key), recognised, checked))
            outside = far_outside(past_of[key], recognised, checked)
            if outside:  # which is seldom; then what the office was told counts
                outside = far_outside(since_redefined(store, past_of[key], recognised), recognised, checked)
            questions[key].figures.extend(_told_once(unlikely.get(key, []), outside))
    return questions


def before(recognised: Recognised) -> About:
    """The same return of the period before."""
    period = add_months(recognised.period, -recognised.template.cycle.months)
    return About(recognised.unit_code, recognised.template.template_code, None, period)


def _copied(store: Store, returns: Returns, history: History) -> dict[Key, Issue]:
    """A question for each return that repeats the figures of the period before."""
    wanted = {
        key_of(recognised): last[0].submission_id
        for recognised, checked in returns
        if (last := history.get(before(recognised).key)) and speaks(checked.rows, recognised.template)
    }
    figures = figures_of(store, set(wanted.values()))
    issues = {}
    for recognised, checked in returns:
        submission_id = wanted.get(key_of(recognised))
        if submission_id in figures and repeats(checked.rows, figures[submission_id]):
            period = label(before(recognised).period, recognised.template.cycle)
            issues[key_of(recognised)] = Issue(
                Severity.CHECK, "unchanged_since_last", recognised.sheet.name, details={"found": period}
            )
    return issues


def _replaced(store: Store, returns: Returns, history: History, sha256_of: Mapping[Key, str]) -> dict[Key, Replaced]:
    """What the corrections among the returns would replace. The file that counts already replaces nothing."""
    counting = {
        key: accepted[0]
        for recognised, checked in returns
        if checked.rows and (accepted := history.get(key := key_of(recognised)))
        if accepted[0].sha256 != sha256_of[key]
    }
    versions = {recorded.submission_id: recorded.version for recorded in counting.values()}
    held = replaced_of(store, versions)
    return {key: held[one.submission_id] for key, one in counting.items() if one.submission_id in held}


def _lost(past: Past, replaced: Replaced | None, recognised: Recognised, checked: Checked) -> list[Issue]:
    renamed = lookalikes(recognised, past)
    issues = lookalike_issues(renamed, recognised)
    asked_about = {issue.cell for issue in issues}
    checked.issues[:] = [
        issue for issue in checked.issues if not (issue.code == "unknown_column" and issue.cell in asked_about)
    ]
    if replaced:
        issues += lost_rows(replaced, recognised, checked)
    return issues + lost_columns(past, replaced, recognised, checked, renamed)


def _told_once(unlikely: Sequence[Issue], outside: Sequence[Issue]) -> list[Issue]:
    """One question a figure: of a cell what is unlikely about it, which has a cause; of a sum the row that is far
    outside, which has a place.
    """
    cells = {issue.cell for issue in unlikely if issue.cell}
    outside = [issue for issue in outside if issue.details["count"] > 1 or issue.cell not in cells]
    places = {place for issue in outside for place in issue.details["places"]}
    columns = {issue.column_name for issue in outside}
    return outside + [
        issue for issue in unlikely if (issue.cell not in places if issue.cell else issue.column_name not in columns)
    ]
