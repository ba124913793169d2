"""What files say and what is wrong with it, before anything is written: gate → reader → recognise → check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from data.access import Right
from data.catalogue.model import Catalogue, Severity, Template
from data.clock import Clock
from data.dues.changes import lock_moments
from data.periods import add_months, closing_month, end_of, label
from data.reasons import FIGURE, is_reason
from data.store import Store
from data.submissions.review import Lock, locked_returns
from loaders.checking.check import MAX_ISSUES, Checked, Row, check_cells, check_rules
from loaders.checking.other_months import Earlier, other_month_issues
from loaders.checking.recognise import Recognised, recognise
from loaders.checking.unchanged import Figures, figures_of, repeats, speaks
from loaders.checking.unlikely import unlikely_issues
from loaders.intake.entries import About, Arrival
from loaders.intake.opening import Explanations, Opened
from loaders.intake.record import History, history_of
from loaders.issues import FileFault, Issue


@dataclass
class Reading:
    """One return that a file holds, or the one fault that the file as a whole has."""

    about: About = field(default_factory=About)
    template: Template | None = None
    sheet: str = ""
    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_faulty(self) -> bool:
        """It must go back: an error, or a check without an explanation."""
        return any(
            issue.severity is Severity.ERROR or (issue.severity is Severity.CHECK and not issue.explanation)
            for issue in self.issues
        )


@dataclass
class FileRead:
    """An opened file with its readings; returns are its recognised sheets before they are held against the store."""

    opened: Opened
    readings: list[Reading] = field(default_factory=list)
    returns: list[tuple[Recognised, Checked]] = field(default_factory=list)

    @property
    def is_faulty(self) -> bool:
        """A file is accepted whole or returned whole."""
        return any(reading.is_faulty for reading in self.readings)


def understand(store: Store, files: Iterable[FileRead], catalogue: Catalogue) -> None:
    """Fills in each file's readings. The files must be about different returns: each is held against the store."""
    files = list(files)
    for file in files:
        _recognise(file, catalogue)
    abouts = [_about(found) for file in files for found, _ in file.returns]
    history = history_of(store, [*abouts, *(_before(found) for file in files for found, _ in file.returns)])
    check_rules(store, [one for file in files for one in file.returns])
    locked = locked_returns(store, [about.key for about in abouts])
    closed = _closed(store, files)
    unlikely = unlikely_issues(store, [one for file in files for one in file.returns], datetime.now(UTC))
    other_months = other_month_issues(
        store, [file.returns for file in files], datetime.now(UTC), _earlier(history), catalogue.clock
    )
    last = _last_figures(store, [one for file in files for one in file.returns], history)
    for file in files:
        for found, checked in file.returns:
            checked.issues += unlikely.get(_about(found).key, []) + other_months.get(_about(found).key, [])
            file.readings.append(_reading(file, found, checked, catalogue, history, last, locked))
            file.readings[-1].issues[:0] = _closed_issue(store, file, found, catalogue, closed)
        _return_together(file)


def _earlier(history: History) -> dict[tuple, Earlier]:
    """The version that counts of each return."""
    return {
        key: Earlier(versions[0].submission_id, versions[0].version, versions[0].received_at)
        for key, versions in history.items()
    }


def _closed(store: Store, files: Sequence[FileRead]) -> dict[tuple, datetime]:
    """unit, template, period → from when on nothing is taken any more."""
    moment = max((file.opened.arrival.received_at for file in files), default=None)
    keys = [_about(found).key for file in files for found, _ in file.returns]
    return lock_moments(store, keys, max(moment, datetime.now(UTC))) if moment else {}


def _closed_issue(
    store: Store, file: FileRead, found: Recognised, catalogue: Catalogue, closed: Mapping[tuple, datetime]
) -> list[Issue]:
    """A return that comes after its due was closed goes back; the office may still enter it, and is told."""
    at = closed.get(_about(found).key)
    if at is None or file.opened.arrival.received_at < at:
        return []
    severity = Severity.NOTE if store.person.may(Right.MANAGE) else Severity.ERROR
    details = {"period": label(found.period, found.template.cycle), "limit": catalogue.clock.minute(at)}
    return [Issue(severity, "due_closed", details=details)]


def _last_figures(
    store: Store, returns: Iterable[tuple[Recognised, Checked]], history: History
) -> dict[tuple, Figures]:
    """unit, template, period → the figures of the period before, for returns that could repeat them."""
    wanted = {
        _about(found).key: last[0].submission_id
        for found, checked in returns
        if (last := history.get(_before(found).key)) and speaks(checked.rows, found.template)
    }
    figures = figures_of(store, set(wanted.values()))
    return {key: figures[submission_id] for key, submission_id in wanted.items() if submission_id in figures}


def keys_of(file: FileRead, catalogue: Catalogue) -> set[tuple]:
    """Which unit, template and period a file is about; recognises it where that was not done yet."""
    _recognise(file, catalogue)
    return {_about(found).key for found, _ in file.returns}


def _recognise(file: FileRead, catalogue: Catalogue) -> None:
    if file.returns or file.readings:
        return
    arrival = file.opened.arrival
    try:
        if isinstance(file.opened.book, FileFault):
            raise file.opened.book
        found = recognise(
            file.opened.book.sheets,
            catalogue,
            file.opened.meant,
            arrival.file_name,
            catalogue.clock.day(arrival.received_at),
        )
    except FileFault as fault:
        file.readings.append(_fault(fault, catalogue))
        file.opened.book = None  # a large one must not wait for its batch
        return
    for one in found:
        try:
            file.returns.append((one, check_cells(one, catalogue)))
        except FileFault as fault:
            issue = Issue(Severity.ERROR, fault.code, one.sheet.name, details=fault.details)
            file.returns.append((one, Checked([], [issue])))


def _about(found: Recognised) -> About:
    return About(found.unit_code, found.template.template_code, found.template.version, found.period)


def _before(found: Recognised) -> About:
    """The same return of the period before."""
    period = add_months(found.period, -found.template.cycle.months)
    return About(found.unit_code, found.template.template_code, None, period)


def _reading(
    file: FileRead,
    found: Recognised,
    checked: Checked,
    catalogue: Catalogue,
    history: History,
    last: Mapping[tuple, Figures],
    locked: Mapping[tuple, Lock],
) -> Reading:
    about = _about(found)
    issues = _obligation_issues(found, catalogue, file.opened.arrival.received_at)
    if about.key in locked:
        issues.append(locked_issue(locked[about.key], catalogue))
    issues += _replacement_issues(history, file.opened.arrival, about, catalogue.clock)
    issues += [Issue(Severity.NOTE, code) for code in file.opened.book.notes]
    if about.key in last and repeats(checked.rows, last[about.key]):
        before = label(_before(found).period, found.template.cycle)
        issues.append(Issue(Severity.CHECK, "unchanged_since_last", found.sheet.name, details={"found": before}))
    issues += [*found.doubts, *checked.issues]
    for issue in issues:
        if issue.severity is Severity.CHECK:
            issue.explanation = _explanation(issue, file.opened.explanations)
    return Reading(about, found.template, found.sheet.name, checked.rows, _bounded(issues))


def _return_together(file: FileRead) -> None:
    """A good table in a file that goes back says why it goes back too."""
    faulty = [reading.sheet for reading in file.readings if reading.is_faulty]
    if not faulty:
        return
    for reading in file.readings:
        if not reading.is_faulty:
            reading.issues.insert(0, Issue(Severity.ERROR, "other_sheet", details={"found": "、".join(faulty)}))


def _bounded(issues: list[Issue]) -> list[Issue]:
    if len(issues) <= MAX_ISSUES:
        return issues
    rest = Issue(Severity.NOTE, "more_issues", details={"found": len(issues) - MAX_ISSUES})
    return [*issues[:MAX_ISSUES], rest]


def _fault(fault: FileFault, catalogue: Catalogue) -> Reading:
    """A file that could not be used, with as much as is known of what it was about."""
    known = {template.template_code: template for template in catalogue.templates}
    template = known.get(fault.details.get("template", ""))
    about = About(
        fault.details.get("unit"),
        template.template_code if template else None,
        template.version if template else None,
    )
    issue = Issue(Severity.ERROR, fault.code, fault.details.get("sheet"), details=fault.details)
    return Reading(about, template, "", [], [issue])


def _obligation_issues(found: Recognised, catalogue: Catalogue, received_at: datetime) -> list[Issue]:
    """Is anybody owed this? A unit that never owes the template has picked a wrong one."""
    owed = [
        one
        for one in catalogue.obligations
        if (one.unit_code, one.template_code) == (found.unit_code, found.template.template_code)
    ]
    cycle = found.template.cycle
    details = {
        "unit": catalogue.unit_name(found.unit_code),
        "template": found.template.template_code,
        "period": label(found.period, cycle),
    }
    if not owed:
        return [Issue(Severity.ERROR, "not_obliged", details=details)]
    local_day = catalogue.clock.day(received_at)
    if found.period > local_day:
        return [Issue(Severity.ERROR, "future_period", details=details)]
    issues = []
    policy = found.template.policy(closing_month(found.period, cycle))
    if end_of(found.period, cycle) > local_day and policy.month_offset > 0:
        issues.append(Issue(Severity.NOTE, "period_not_over", details=details))
    if not any(o.first_period <= found.period <= (o.last_period or found.period) for o in owed):
        issues.append(Issue(Severity.NOTE, "outside_obligation", details=details))
    return issues


def locked_issue(lock: Lock, catalogue: Catalogue) -> Issue:
    """What was approved takes no other version until the office has opened it again."""
    details = {"found": lock.version, "limit": catalogue.clock.minute(lock.since), "by": lock.by}
    return Issue(Severity.ERROR, "locked", details=details)


def _replacement_issues(history: History, arrival: Arrival, about: About, clock: Clock) -> list[Issue]:
    """A correction is told what it replaces, and above all that it brings earlier figures back."""
    accepted = history.get(about.key)
    if not accepted or accepted[0].sha256 == arrival.sha256:
        return []
    before = next((one.version for one in accepted if one.sha256 == arrival.sha256), None)
    details = {"found": accepted[0].version, "row": before, "limit": clock.minute(accepted[0].received_at)}
    return [Issue(Severity.NOTE, "brings_back" if before else "replaces", details=details)]


def _explanation(issue: Issue, explanations: Explanations) -> str | None:
    text = explanations.get(issue.key) if isinstance(explanations, Mapping) else explanations
    return text.strip() if text and is_reason(text, FIGURE) else None
