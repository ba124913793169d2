"""Returns held against what their units handed in before: copied, cut short, far outside; each is a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.access import SAMPLE
from data.catalogue.model import Severity
from data.periods import label
from data.store import Store
from loaders.checking.held import held_rows
from loaders.checking.lookalikes import lookalike_issues, lookalikes
from loaders.checking.lost import Replaced, lost_columns, lost_rows, replaced_by
from loaders.checking.past import Key, Past, key_of, pasts, periods_before, since_redefined
from loaders.checking.past_rows import far_outside
from loaders.checking.ratios import ratio_issues
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.checking.unchanged import figures_in, repeats, speaks
from loaders.checking.unlikely import unlikely_issues
from loaders.intake.entries import About
from loaders.intake.record import History
from loaders.issues import Issue

WORKBOOKS = ("workbook", "correction")
Returns = Sequence[tuple[Recognised, Checked]]


@dataclass(frozen=True)
class Questions:
    """Check issues: about the table as a whole, and about single figures."""

    table: list[Issue] = field(default_factory=list)
    figures: list[Issue] = field(default_factory=list)


def earlier(recognised: Recognised) -> list[About]:
    """What the history must know of for a return to be compared: itself, and the periods before."""
    unit_code, code = recognised.unit_code, recognised.template.template_code
    return [About(unit_code, code, None, period) for period in (recognised.period, *periods_before(recognised))]


def compare(store: Store, returns: Returns, history: History, sha256_of: Mapping[Key, str]) -> dict[Key, Questions]:
    """What is asked of each return. history: the accepted submissions of what is `earlier`; sha256_of: the file of each
    return, for the one that counts already replaces nothing.

    The made-up history is asked nothing but what it copies: it plants errors, and tells its own reasons.
    """
    unlikely = unlikely_issues(store, returns, store.now())
    counting = {key: accepted[0] for key, accepted in history.items() if accepted[0].kind in WORKBOOKS}
    last = {key: counting[before] for key, before in _before(returns).items() if before in counting}
    replaced = {key: now for key, sha256 in sha256_of.items() if (now := counting.get(key)) and now.sha256 != sha256}
    held = held_rows(store, {recorded.submission_id for recorded in (*last.values(), *replaced.values())})
    questions = {key_of(recognised): Questions() for recognised, _ in returns}
    for recognised, checked in returns:
        key = key_of(recognised)
        if key in last and repeats(checked.rows, figures_in(held.get(last[key].submission_id, ()))):
            questions[key].table.append(_copied(recognised))
    if store.person.via == SAMPLE:
        return questions
    past_of = pasts(store, returns, {key: recorded.submission_id for key, recorded in counting.items()})
    for recognised, checked in returns:
        key = key_of(recognised)
        if checked.rows:
            now = replaced.get(key)
            version = replaced_by(now.version, held.get(now.submission_id, ())) if now else None
            questions[key].table.extend(_lost(past_of[key], version, recognised, checked))
            outside = _outside(store, past_of[key], recognised, checked)
            questions[key].figures.extend(ratio_issues(past_of[key], recognised, checked))
            questions[key].figures.extend(_told_once(unlikely.get(key, []), outside))
    return questions


def _before(returns: Returns) -> dict[Key, Key]:
    """For the returns that could repeat figures: what they are about → the same of the period before."""
    return {
        key_of(recognised): (*key_of(recognised)[:2], periods_before(recognised)[0])
        for recognised, checked in returns
        if speaks(checked.rows, recognised.template)
    }


def _copied(recognised: Recognised) -> Issue:
    period = label(periods_before(recognised)[0], recognised.template.cycle)
    return Issue(Severity.CHECK, "unchanged_since_last", recognised.sheet.name, details={"found": period})


def _outside(store: Store, past: Past, recognised: Recognised, checked: Checked) -> list[Issue]:
    outside = far_outside(past, recognised, checked)
    if outside:  # which is seldom; only then what the office was told of definitions matters
        outside = far_outside(since_redefined(store, past, recognised), recognised, checked)
    return outside


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
