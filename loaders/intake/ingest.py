"""From files to submissions: read, understand, record, answer with receipts. The page and the command line call it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from data.audit import seals
from data.catalogue.in_force import catalogue_in_force, freeze_dues
from data.catalogue.model import Catalogue, Severity, Template
from data.dues.standing import Standing, standings
from data.periods import label
from data.store import Store
from data.submissions.received import backdated
from data.submissions.review import Locked, locked_returns
from loaders.intake.admission import locked_issue
from loaders.intake.alone import known_keys, understand_each
from loaders.intake.entries import Entry, Recorded
from loaders.intake.opening import Upload, opened
from loaders.intake.readings import FileRead, Reading
from loaders.intake.record import duplicate_of, history_of, record
from loaders.issues import Issue

BATCH = 32  # files that are written together; a kill loses at most these, and nobody was told of them yet
_BATCH_ROWS = 20_000
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Receipt:
    """回执: what became of a file. standing: of the due that it serves, with a status only where it was received;
    review: where it stands in its review (None: it needs none); seal: its place in the audit trail;
    entered_at: when it was entered, where that is later than it came (补记).
    """

    file_name: str
    sha256: str
    outcome: str
    received_at: datetime
    receipt_no: str | None = None
    submission_id: str | None = None
    unit_code: str | None = None
    template: Template | None = None
    period: date | None = None
    version: int = 0
    kind: str = "workbook"
    standing: Standing = field(default_factory=Standing)
    row_count: int = 0
    reported_by: str = ""
    issues: list[Issue] = field(default_factory=list)
    review: str | None = None
    seal: str | None = None
    entered_at: datetime | None = None

    @property
    def status(self) -> str | None:
        """That of the due; None where it is not counted, or this file was not received."""
        return self.standing.status

    @property
    def deadline(self) -> datetime | None:
        """That of the due; None where it is not counted."""
        return self.standing.deadline

    @property
    def days_late(self) -> int:
        """Those of the due, by its first submission."""
        return self.standing.days_late

    @property
    def period_label(self) -> str | None:
        """The period as it is written: 2026-10, 2026-Q4."""
        return label(self.period, self.template.cycle) if self.period and self.template else None

    @property
    def unexplained(self) -> list[Issue]:
        """The checks that still want an explanation."""
        return [i for i in self.issues if i.severity is Severity.CHECK and not i.explanation]


def take_in(store: Store, uploads: Iterable[Upload]) -> Iterator[list[Receipt]]:
    """Take files in, in their order. For each upload the receipts of what it held: one as a rule, more for a workbook
    of several tables or an archive.

    Each is accepted, or returned with its issues, or a duplicate of what is there; a file is never half accepted. A
    file with unexplained checks is returned. Receipts come once they are written.
    """
    catalogue = catalogue_in_force(store)
    uploads = (replace(upload, received_at=store.timely(upload.received_at)) for upload in uploads)
    receipts: list[Receipt] = []
    for files in _apart(map(FileRead, opened(uploads, catalogue)), catalogue):
        understand_each(store, files, catalogue)
        for file, file_receipts in zip(files, _recorded(store, files), strict=True):
            receipts += file_receipts
            if file.opened.is_last:
                yield receipts
                receipts = []


def preview(store: Store, upload: Upload, keep_faulty: bool = False) -> list[Receipt]:
    """What `take_in` would find, with nothing written: outcome is ready, returned or duplicate.

    keep_faulty: a file with errors is recorded as checked, an attempt that everybody can look up. It is no return, for
    nobody sent it.
    """
    catalogue = catalogue_in_force(store)
    upload = replace(upload, received_at=store.timely(upload.received_at))
    receipts = []
    for file in map(FileRead, opened([upload], catalogue)):
        understand_each(store, [file], catalogue)
        errors = any(i.severity is Severity.ERROR for reading in file.readings for i in reading.issues)
        if errors and keep_faulty:
            receipts += _recorded(store, [file], is_sent=False)[0]
            continue
        history = history_of(store, [reading.about for reading in file.readings])
        outcome = "returned" if errors else "ready"
        kept = [
            duplicate_of(history, file.opened.arrival, reading.about)
            or Recorded(outcome, "", "", 0, "workbook", file.opened.arrival.received_at)
            for reading in file.readings
        ]
        receipts += _receipts(
            store, [(file, reading, kept_outcome) for reading, kept_outcome in zip(file.readings, kept, strict=True)]
        )
    return receipts


def _apart(files: Iterable[FileRead], catalogue: Catalogue) -> Iterator[list[FileRead]]:
    """Runs of files that are about different returns: each must be seen against what those before it have left."""
    run: list[FileRead] = []
    keys: set[tuple] = set()
    rows = size = 0
    for file in files:
        file_keys = known_keys(file, catalogue)
        if file_keys & keys or len(run) == BATCH or rows > _BATCH_ROWS or size > _BATCH_BYTES:
            yield run
            run, keys, rows, size = [], set(), 0, 0
        run.append(file)
        keys |= file_keys
        rows += sum(len(checked.rows) for _, checked in file.returns)
        size += max(len(file.opened.arrival.content), file.opened.weight if file.returns else 0)
    if run:
        yield run


def _recorded(store: Store, files: Sequence[FileRead], is_sent: bool = True) -> list[list[Receipt]]:
    """Write files that are understood, in one transaction, and answer with their receipts, file by file."""
    if any(not file.is_faulty for file in files):
        freeze_dues(store, min(max(file.opened.arrival.received_at for file in files), store.now()))
    history = history_of(store, [reading.about for file in files if file.is_faulty for reading in file.readings])
    entries, outcomes = [], {}
    for file in files:
        for reading in file.readings:
            duplicate = duplicate_of(history, file.opened.arrival, reading.about) if file.is_faulty else None
            if duplicate:  # what was accepted is not returned for being sent again
                outcomes[id(reading)] = duplicate
            else:
                entries.append((reading, _entry(file, reading, is_sent)))
    try:
        written = record(store, [entry for _, entry in entries])
    except Locked:  # approved between the check and the writing: now each is known to be, and goes back
        return _recorded_again(store, files, is_sent)
    for (reading, _), outcome in zip(entries, written, strict=True):
        outcomes[id(reading)] = outcome
    receipts = iter(_receipts(store, [(file, r, outcomes[id(r)]) for file in files for r in file.readings]))
    return [list(islice(receipts, len(file.readings))) for file in files]


def _recorded_again(store: Store, files: Sequence[FileRead], is_sent: bool) -> list[list[Receipt]]:
    catalogue = catalogue_in_force(store)
    keys = [reading.about.key for file in files for reading in file.readings]
    locked = locked_returns(store, keys)
    for file in files:
        for reading in file.readings:
            if reading.about.key in locked and not any(issue.code == "locked" for issue in reading.issues):
                reading.issues.insert(0, locked_issue(locked[reading.about.key], catalogue))
    return _recorded(store, files, is_sent)


def _entry(file: FileRead, reading: Reading, is_sent: bool) -> Entry:
    arrival, is_accepted = file.opened.arrival, not file.is_faulty
    return Entry(arrival, reading.about, is_accepted, reading.issues, reading.rows, reading.sheet, is_sent=is_sent)


def _receipts(store: Store, kept: Sequence[tuple[FileRead, Reading, Recorded]]) -> list[Receipt]:
    # as the dues stand now, not when the files came: an extension that was granted in between holds
    moments = [max(outcome.received_at, file.opened.arrival.received_at) for file, _, outcome in kept]
    standing_of = standings(store, (reading.about.key for _, reading, _ in kept), max([store.now(), *moments]))
    sealed = seals(store, [outcome.receipt_no for _, _, outcome in kept if outcome.receipt_no])
    entered = backdated(store, [outcome.submission_id for _, _, outcome in kept if outcome.submission_id])
    return [
        replace(
            _receipt(file, reading, outcome, standing_of.get(reading.about.key, Standing())),
            seal=sealed.get(outcome.receipt_no),
            entered_at=entered.get(outcome.submission_id),
        )
        for file, reading, outcome in kept
    ]


def _receipt(file: FileRead, reading: Reading, recorded: Recorded, standing: Standing) -> Receipt:
    return Receipt(
        file_name=file.opened.arrival.file_name,
        sha256=file.opened.arrival.sha256,
        outcome=recorded.outcome,
        received_at=recorded.received_at,
        receipt_no=recorded.receipt_no or None,
        submission_id=recorded.submission_id or None,
        unit_code=reading.about.unit_code,
        template=reading.template,
        period=reading.about.period,
        version=recorded.version,
        kind=recorded.kind,
        standing=as_received(standing, recorded.outcome),
        row_count=len(reading.rows),
        reported_by=file.opened.arrival.reported_by,
        issues=reading.issues if recorded.outcome != "duplicate" else [],
        review="submitted" if recorded.outcome == "accepted" and reading.template.review else None,
    )


def as_received(standing: Standing, outcome: str) -> Standing:
    """What a receipt of this outcome says of the due: of what was not received, only by when it is due."""
    if outcome in ("accepted", "duplicate"):
        return standing
    return Standing(deadline=standing.deadline, uncounted=standing.uncounted if outcome == "ready" else None)
