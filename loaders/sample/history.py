"""A made-up history, clearly marked: workbooks filled as sections fill them, sent through the same ingest as theirs."""

import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from data import audit
from data.access import SAMPLE, SAMPLE_NAME, Right
from data.attested import sample_digest
from data.audit import Act
from data.catalogue.deadlines import Due, dues
from data.catalogue.in_force import catalogue_in_force, set_counting_start
from data.catalogue.model import Catalogue, Severity, Template
from data.catalogue.rules import broken_rules
from data.dues import timeliness
from data.dues.tally import tally_of
from data.periods import add_months, label
from data.store import Store
from loaders.blank.offers import Offer, offer
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from loaders.sample.rows import Recipe, Row, RowMaker, Rows, recipes
from loaders.sample.story import Sending, Story, Way

REPORTED_BY = SAMPLE_NAME
_NAMES = {Way.FIRST: "", Way.RETURNED: "_退回件", Way.CORRECTION: "_更正"}
_PAST = 36  # months over which stocks and totals have run, where the obligations reach back so far
_AHEAD = 4  # workbooks made while the reading process is busy with another
Progress = Callable[[int, int, str], None]
MAKING = threading.Lock()
"""Held while a history is made in this process: a second one waits, and then finds all of it told."""


@dataclass(frozen=True)
class _File:
    """One workbook to be made and sent."""

    sending: Sending
    offer: Offer
    rows: list[Row]
    explanation: str | None

    @property
    def name(self) -> str:
        """Says that it is made up."""
        return f"示例_{self.offer.file_name.removesuffix('.xlsx')}{_NAMES[self.sending.way]}.xlsx"

    def make(self) -> bytes:
        """The .xlsx."""
        return self.offer.make(self.rows)


def load_sample(
    store: Store,
    months: int = 24,
    until: date | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Make the history of `months` rounds up to `until` (None: the newest that has opened) and take it in.

    progress: called with (done, total, file name) after each file. Nothing arrives after `now` (None: the clock).
    Returns files, accepted (with the corrections), returned and corrections: what was taken in; known: files that an
    earlier run has told; late, missing: dues, in the whole story; planted: [{unit, template, period, column, kind}];
    left_out: obligations without a sample; seconds. Raises ValueError, with nothing written, where the store holds
    real submissions, or where the catalogue in force has no samples or has rules that they break.
    """
    store.person.must_have(Right.MANAGE)
    with MAKING:
        return _load(store, months, until, progress, now)


def _load(
    store: Store, months: int, until: date | None, progress: Progress | None, now: datetime | None
) -> dict[str, Any]:
    began, now = time.monotonic(), now or datetime.now(UTC)
    catalogue = catalogue_in_force(store)
    made = recipes(catalogue)
    _check(store, catalogue, made)
    last = until or timeliness.round_at(store, now)
    if last is None:
        raise ValueError("expected a round whose dues have opened, found none; name the last month (--until)")
    last = last.replace(day=1)
    rows = _all_rows(store, catalogue, made, last, months)
    wanted = _wanted(catalogue, rows, add_months(last, 1 - months), last, now)
    files, planted = _files(store, catalogue, Story(catalogue, last, now), rows, wanted)
    new = _unknown(store, files)
    teller = store.seen_by(replace(store.person, user_name=REPORTED_BY, via=SAMPLE))
    _count_from(teller, add_months(last, 1 - months), now)
    counts = _send(teller, new, progress)
    attested = {"months": months, "digest": sample_digest(store, store.now())}
    audit.note(store, Act("sample_loaded", f"{last:%Y-%m}", details=counts | attested))
    return {
        "files": len(new),
        **counts,
        "known": len(files) - len(new),
        **_timeliness(store, wanted, now),
        "planted": planted,
        "left_out": [f"{o.unit_code} {o.template_code}" for o in catalogue.obligations if not _has_sample(made, o)],
        "seconds": round(time.monotonic() - began, 1),
    }


def _count_from(store: Store, first: date, now: datetime) -> None:
    """What lies before the history is nobody's lateness; a longer history moves the start back."""
    counted_from = store.value("SELECT arg_max(first_month, set_at) FROM counting_start")
    if counted_from is None or counted_from > first:
        set_counting_start(store, first, now)


def _check(store: Store, catalogue: Catalogue, made: dict[str, Recipe]) -> None:
    if store.rows("SELECT 1 FROM submission WHERE NOT coalesce(is_sample, FALSE) LIMIT 1"):
        raise ValueError(
            f"{store.path} holds real submissions; a made-up history would mix with them. "
            "Use a store of its own: set ZHUNDIAN_STORE to a new file."
        )
    if store.rows("SELECT 1 FROM counting_start WHERE set_by <> ? LIMIT 1", [REPORTED_BY]):
        raise ValueError(
            f"{store.path} has been begun in earnest; a made-up history would mix with it. "
            "Use a store of its own: set ZHUNDIAN_STORE to a new file."
        )
    if not any(_has_sample(made, obligation) for obligation in catalogue.obligations):
        raise ValueError(
            f"the catalogue in force ({catalogue.bureau.bureau_name['zh-CN']}) has no sample definitions; "
            "they are in data/reference/sample, one file a template, and belong to the reference catalogue"
        )


def _has_sample(made: dict[str, Recipe], owed) -> bool:
    """For an obligation or a due."""
    return owed.template_code in made and owed.unit_code in made[owed.template_code].rows


def _all_rows(store: Store, catalogue: Catalogue, made: dict[str, Recipe], last: date, months: int) -> dict[str, Rows]:
    """Every row of every template, by template code, from the obligations' start on: so a shorter sample is the end
    of a longer one. Raises ValueError where some break an error rule.
    """
    rows: dict[str, Rows] = {}
    with RowMaker(store, catalogue) as maker:
        for code, recipe in made.items():
            owed = [o for o in catalogue.obligations if o.template_code == code]
            if owed:
                start = max(min(o.first_period for o in owed), add_months(last, -max(_PAST, months)))
                rows[code] = maker.rows(recipe, [o.unit_code for o in owed], start, last, rows)
                _check_rows(store, recipe.template, rows[code])
    return rows


def _check_rows(store: Store, template: Template, rows: Rows) -> None:
    full = [{"period": period, "unit": unit, **row} for (unit, period), unit_rows in rows.items() for row in unit_rows]
    broken = {rule.code for rule, _ in broken_rules(store, template, full) if rule.severity is Severity.ERROR}
    if broken:
        raise ValueError(
            f"the sample rows of {template.template_code} break {', '.join(sorted(broken))} of the catalogue in "
            f"force; correct data/reference/sample/{template.template_code}.json"
        )


def _wanted(catalogue: Catalogue, rows: dict[str, Rows], first: date, last: date, now: datetime) -> list[Due]:
    return [
        due
        for due in dues(catalogue, last)
        if first <= due.month <= last
        and due.opens_at <= now
        and (due.unit_code, due.period) in rows.get(due.template_code, {})
    ]


def _files(
    store: Store, catalogue: Catalogue, story: Story, rows: dict[str, Rows], wanted: list[Due]
) -> tuple[list[_File], list[dict[str, Any]]]:
    """Every file of the story as it arrives, and the mistakes planted in them."""
    files, planted = [], []
    with RowMaker(store, catalogue) as maker:
        for due in wanted:
            template, made = catalogue.template(due.template_code), rows[due.template_code]
            sendings, mistake, unit_rows = story.sendings(due), story.planted(due), made[due.unit_code, due.period]
            if mistake and sendings:
                before = made.get((due.unit_code, add_months(due.period, -template.cycle.months)), unit_rows)
                unit_rows = maker.mistaken(template, unit_rows, before, mistake)
                planted.append(_planted(due, template, mistake))
            blank = offer(catalogue, due.unit_code, template, due.period)
            for sending in sendings:
                sent, explanation = story.content(store, template, sending, unit_rows)
                if sent:
                    files.append(_File(sending, blank, sent, explanation))
    return sorted(files, key=lambda file: file.sending.received_at), planted


def _planted(due: Due, template: Template, mistake: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit": due.unit_code,
        "template": due.template_code,
        "period": label(due.period, template.cycle),
        "column": mistake.get("column"),
        "kind": mistake["kind"],
    }


def _unknown(store: Store, files: list[_File]) -> list[_File]:
    """The files that no earlier run took in. A due that an earlier run told in another way is left as it is."""
    received: dict[tuple, set[datetime]] = {}
    for row in store.rows("SELECT unit_code, template_code, period, received_at FROM submission"):
        received.setdefault((row.unit_code, row.template_code, row.period), set()).add(row.received_at)
    told: dict[tuple, set[datetime]] = {}
    for file in files:
        told.setdefault(_key(file), set()).add(file.sending.received_at)
    return [
        file
        for file in files
        if file.sending.received_at not in received.get(_key(file), set())
        and received.get(_key(file), set()) <= told[_key(file)]
    ]


def _key(file: _File) -> tuple[str, str, date]:
    due = file.sending.due
    return due.unit_code, due.template_code, due.period


def _send(store: Store, files: list[_File], progress: Progress | None) -> dict[str, int]:
    counts: Counter[str] = Counter(accepted=0, returned=0, corrections=0)
    uploads = (
        Upload(content, file.name, file.sending.received_at, REPORTED_BY, file.explanation)
        for file, content in _made_ahead(files)
    )
    for number, (file, (receipt,)) in enumerate(zip(files, take_in(store, uploads), strict=True), 1):
        counts[receipt.outcome] += 1
        counts["corrections"] += receipt.kind == "correction"
        if progress:
            progress(number, len(files), file.name)
    return dict(counts)


def _made_ahead(files: list[_File]) -> Iterator[tuple[_File, bytes]]:
    """Each file with its content; a thread makes the next ones meanwhile.

    It never sleeps: at Python's usual 5 ms a turn every small query of the ingest would wait for it.
    """
    turn = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield from _made_by_thread(files)
    finally:
        sys.setswitchinterval(turn)


def _made_by_thread(files: list[_File]) -> Iterator[tuple[_File, bytes]]:
    with ThreadPoolExecutor(1) as maker:
        making: deque = deque()
        for file in files:
            making.append((file, maker.submit(file.make)))
            if len(making) > _AHEAD:
                done, content = making.popleft()
                yield done, content.result()
        for done, content in making:
            yield done, content.result()


def _timeliness(store: Store, wanted: list[Due], now: datetime) -> dict[str, int]:
    """How many of the story's dues are late and missing once it is told."""
    told = {(due.unit_code, due.template_code, due.period) for due in wanted}
    judged = timeliness.dues(store, now)
    keys = zip(judged["unit_code"], judged["template_code"], judged["period"].dt.date, strict=True)
    tally = tally_of(judged[[key in told for key in keys]])
    return {"late": tally.late, "missing": tally.missing}
