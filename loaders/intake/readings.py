"""What files say and what is wrong with it, before anything is written: gate → reader → recognise → check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.catalogue.model import Catalogue, Severity, Template
from data.reasons import FIGURE, is_reason
from data.store import Store
from data.submissions.review import locked_returns
from loaders.checking.check import Checked, Row, check_cells, check_rules
from loaders.checking.contradicting import Contradicting
from loaders.checking.far_out import far_notes
from loaders.checking.other_months import other_month_issues
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised, recognise
from loaders.checking.replaced import Earlier, replaced_issues
from loaders.intake import admission
from loaders.intake.bounded import bounded, must_go_back
from loaders.intake.comparisons import compare, earlier
from loaders.intake.entries import About
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
    hides_a_fault: bool = False

    @property
    def is_faulty(self) -> bool:
        """It must go back: an error, or a check without an explanation, be it one that is not listed any more."""
        return self.hides_a_fault or any(map(must_go_back, self.issues))


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
    returns = [one for file in files for one in file.returns]
    keys = [key_of(recognised) for recognised, _ in returns]
    history = history_of(store, [about for recognised, _ in returns for about in earlier(recognised)])
    check_rules(store, returns)
    locked = locked_returns(store, keys)
    closed = admission.closing_moments(store, keys, [file.opened.arrival.received_at for file in files])
    sha256_of = {key_of(one): file.opened.arrival.sha256 for file in files for one, _ in file.returns}
    questions = compare(store, returns, history, sha256_of)
    together, received = [file.returns for file in files], [file.opened.arrival.received_at for file in files]
    replaced = replaced_issues(store, together, received, _earlier(history), catalogue.clock)
    other_months = other_month_issues(store, together, store.now(), replaced)
    contradicting = Contradicting(store, catalogue, returns)
    for file in files:
        arrival = file.opened.arrival
        contradicted = contradicting.issues(file.returns)
        for recognised, checked in file.returns:
            about = _about(recognised)
            issues = admission.closed_issues(store, recognised, arrival.received_at, catalogue, closed)
            issues += admission.obligation_issues(recognised, catalogue, arrival.received_at)
            if about.key in locked:
                issues.append(admission.locked_issue(locked[about.key], catalogue))
            issues += admission.replacement_issues(history, arrival, about, catalogue.clock)
            issues += [Issue(Severity.NOTE, code) for code in file.opened.book.notes]
            issues += [*recognised.doubts, *other_months.get(about.key, []), *questions[about.key].table]
            issues += checked.issues + contradicted.get(about.key, []) + questions[about.key].figures
            file.readings.append(_reading(file, recognised, checked.rows, issues))
        _return_together(file)
        if file.is_faulty:
            contradicting.forget(file.returns)


def _earlier(history: History) -> dict[Key, Earlier]:
    """The version that counts of each return."""
    return {
        key: Earlier(versions[0].submission_id, versions[0].version, versions[0].received_at)
        for key, versions in history.items()
    }


def keys_of(file: FileRead, catalogue: Catalogue) -> set[Key]:
    """Which unit, template and period a file is about; recognises it where that was not done yet."""
    _recognise(file, catalogue)
    return {key_of(recognised) for recognised, _ in file.returns}


def _recognise(file: FileRead, catalogue: Catalogue) -> None:
    if file.returns or file.readings:
        return
    arrival = file.opened.arrival
    try:
        if isinstance(file.opened.book, FileFault):
            raise file.opened.book
        received_on = catalogue.clock.day(arrival.received_at)
        sheets = file.opened.book.sheets
        returns = recognise(sheets, catalogue, file.opened.meant, arrival.file_name, received_on)
    except FileFault as fault:
        file.readings.append(_fault(fault, catalogue))
        if file.opened.book is not fault and not fault.code.startswith("stray_"):
            file.readings[-1].issues += far_notes(file.opened.book.sheets)
        file.opened.book = None  # a large one must not wait for its batch
        return
    for recognised in returns:
        try:
            file.returns.append((recognised, check_cells(recognised, catalogue)))
        except FileFault as fault:
            where = fault.details.pop("cell", None), fault.details.pop("column_name", None)
            issue = Issue(Severity.ERROR, fault.code, recognised.sheet.name, *where, details=fault.details)
            file.returns.append((recognised, Checked([], [issue])))


def _about(recognised: Recognised) -> About:
    template = recognised.template
    return About(recognised.unit_code, template.template_code, template.version, recognised.period)


def _reading(file: FileRead, recognised: Recognised, rows: list[Row], issues: list[Issue]) -> Reading:
    explanations = file.opened.explanations
    for issue in issues:
        if issue.severity is Severity.CHECK:
            issue.explanation = _explanation(issue, explanations)
    listed, hides_a_fault = bounded(issues, are_explained_singly=isinstance(explanations, Mapping))
    return Reading(_about(recognised), recognised.template, recognised.sheet.name, rows, listed, hides_a_fault)


def _return_together(file: FileRead) -> None:
    """A good table in a file that goes back says why it goes back too."""
    faulty = [reading.sheet for reading in file.readings if reading.is_faulty]
    if not faulty:
        return
    for reading in file.readings:
        if not reading.is_faulty:
            reading.issues.insert(0, Issue(Severity.ERROR, "other_sheet", details={"found": "、".join(faulty)}))


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


def _explanation(issue: Issue, explanations: Explanations) -> str | None:
    text = explanations.get(issue.key) if isinstance(explanations, Mapping) else explanations
    return text.strip() if text and is_reason(text, FIGURE) else None
