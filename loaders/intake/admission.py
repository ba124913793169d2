"""Whether a return may come at all, and what it would replace: owed, begun, closed, locked, a correction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from data.access import Right
from data.catalogue.model import Catalogue, Severity
from data.clock import Clock
from data.dues.changes import lock_moments
from data.periods import closing_month, end_of, label
from data.store import Store
from data.submissions.review import Lock
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.intake.entries import About, Arrival
from loaders.intake.record import History
from loaders.issues import Issue


def closing_moments(store: Store, keys: Sequence[Key], arrivals: Sequence[datetime]) -> dict[Key, datetime]:
    """unit, template, period → from when on nothing is taken any more. arrivals: when the files came."""
    return lock_moments(store, keys, max(*arrivals, store.now())) if arrivals else {}


def closed_issues(
    store: Store,
    recognised: Recognised,
    received_at: datetime,
    catalogue: Catalogue,
    closed: Mapping[Key, datetime],
) -> list[Issue]:
    """A return that comes after its due was closed goes back; the office may still enter it, and is told."""
    at = closed.get(key_of(recognised))
    if at is None or received_at < at:
        return []
    severity = Severity.NOTE if store.person.may(Right.MANAGE) else Severity.ERROR
    period = label(recognised.period, recognised.template.cycle)
    return [Issue(severity, "due_closed", details={"period": period, "limit": catalogue.clock.minute(at)})]


def obligation_issues(recognised: Recognised, catalogue: Catalogue, received_at: datetime) -> list[Issue]:
    """Is anybody owed this? A unit that never owes the template has picked a wrong one."""
    template, period = recognised.template, recognised.period
    owed = [
        obligation
        for obligation in catalogue.obligations
        if (obligation.unit_code, obligation.template_code) == (recognised.unit_code, template.template_code)
    ]
    cycle = template.cycle
    details = {
        "unit": catalogue.unit_name(recognised.unit_code),
        "template": template.template_code,
        "period": label(period, cycle),
    }
    if not owed:
        return [Issue(Severity.ERROR, "not_obliged", details=details)]
    local_day = catalogue.clock.day(received_at)
    if period > local_day:
        return [Issue(Severity.ERROR, "future_period", details=details)]
    issues = []
    policy = template.policy(closing_month(period, cycle))
    if end_of(period, cycle) > local_day and policy.month_offset > 0:
        issues.append(Issue(Severity.NOTE, "period_not_over", details=details))
    if not any(one.first_period <= period <= (one.last_period or period) for one in owed):
        issues.append(Issue(Severity.NOTE, "outside_obligation", details=details))
    return issues


def locked_issue(lock: Lock, catalogue: Catalogue) -> Issue:
    """What was approved takes no other version until the office has opened it again."""
    details = {"found": lock.version, "limit": catalogue.clock.minute(lock.since), "by": lock.by}
    return Issue(Severity.ERROR, "locked", details=details)


def replacement_issues(history: History, arrival: Arrival, about: About, clock: Clock) -> list[Issue]:
    """A correction is told what it replaces, and above all that it brings earlier figures back."""
    accepted = history.get(about.key)
    if not accepted or accepted[0].sha256 == arrival.sha256:
        return []
    before = next((one.version for one in accepted if one.sha256 == arrival.sha256), None)
    details = {"found": accepted[0].version, "row": before, "limit": clock.minute(accepted[0].received_at)}
    return [Issue(Severity.NOTE, "brings_back" if before else "replaces", details=details)]
