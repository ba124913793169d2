"""Which submissions count at a moment, kept up to date by what arrives."""

import threading
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from data.access import OWNER
from data.anomalies.kept import Kept
from data.store import Store


class Counted(NamedTuple):
    """A submission whose figures count."""

    submission_id: str
    unit_code: str
    period: date


Counting = dict[str, tuple[Counted, ...]]
"""template_code → the submissions that count, by unit and period."""


@dataclass(frozen=True)
class _Standing:
    """All that is known of one state of a store. rows: of the table of submissions, and last_row the number of the last
    one; latest: after this moment nothing happened; steps: of reviews; versions: the (received_at, version) that counts
    of each template, unit and period.
    """

    state: tuple[int, int]
    rows: int
    last_row: int
    steps: int
    latest: datetime | None
    counting: Counting
    versions: dict[tuple[str, str, date], tuple[datetime, int]]


_STANDING: dict[tuple[int, str], _Standing] = {}  # by opening of the file, and by what is seen of it
_MOST_OPENINGS = 8
_STANDING_CHANGES = threading.Lock()
_EARLIER: Kept[Counting] = Kept(16)


def moment_of(store: Store, as_of: datetime) -> datetime | None:
    """None where as_of lies after all that is known of figures and flags: two such moments give the same answers."""
    latest = _standing(store.seen_by(OWNER)).latest
    return None if latest is None or as_of >= latest else as_of


def counted(store: Store, as_of: datetime) -> Counting:
    """The submissions that count at a moment, whoever asks."""
    whole = store.seen_by(OWNER)
    standing = _standing(whole)
    if standing.latest is None or as_of >= standing.latest:
        return standing.counting
    return _EARLIER.get((standing.state, whole.sight, as_of), lambda: _read(whole, as_of)[0])


def _standing(whole: Store) -> _Standing:
    key = (whole.state[0], whole.sight)
    standing = _STANDING.get(key)
    if standing is not None and standing.state == whole.state:
        return standing
    with _STANDING_CHANGES:
        state = whole.state  # before anything is read: what is written meanwhile belongs to the next state
        standing = _STANDING.get(key)
        if standing is None or standing.state != state:
            standing = (standing and _advanced(whole, standing, state)) or _from_nothing(whole, state)
            _STANDING.pop(key, None)
            _STANDING[key] = standing
            while len(_STANDING) > _MOST_OPENINGS:
                _STANDING.pop(next(iter(_STANDING)))
        return standing


_SIZES = """SELECT (SELECT count(*) FROM submission) AS rows_, (SELECT count(*) FROM review_step) AS steps,
    (SELECT max(moment) FROM (SELECT max(taken_at) AS moment FROM review_step
        UNION ALL SELECT max(taken_at) FROM anomaly_step UNION ALL SELECT max(set_at) FROM setting)) AS latest"""


def _from_nothing(whole: Store, state: tuple[int, int]) -> _Standing:
    sizes = whole.rows(_SIZES)[0]
    received, last_row = whole.value("SELECT max(received_at) FROM submission"), -1
    if whole.known is None:  # what was known at a moment is seen through a view, whose rows have no numbers
        last_row = whole.value("SELECT coalesce(max(rowid), -1) FROM submission")
    latest = _later(received, sizes.latest)
    counting, versions = _read(whole, latest) if latest else ({}, {})
    return _Standing(state, sizes.rows_, last_row, sizes.steps, latest, counting, versions)


def _advanced(whole: Store, before: _Standing, state: tuple[int, int]) -> _Standing | None:
    """The next state, where submissions were added and nothing else bears on what counts; None where it must be read
    from nothing: a review went on, or rows are gone.
    """
    sizes = whole.rows(_SIZES)[0]
    if sizes.steps != before.steps or whole.known is not None:
        return None
    new = whole.rows(
        """SELECT rowid AS row_, template_code, unit_code, period, submission_id, received_at, version,
            outcome = 'accepted' AND NOT coalesce(needs_review, false) AS is_counted
        FROM submission WHERE rowid > $last_row ORDER BY rowid""",
        {"last_row": before.last_row},
    )
    if sizes.rows_ != before.rows + len(new):
        return None
    counting, versions, changed = dict(before.counting), before.versions, {}
    for row in new:
        key = (row.template_code, row.unit_code, row.period)
        if row.is_counted and versions.get(key, (row.received_at, -1)) < (row.received_at, row.version):
            versions = versions if versions is not before.versions else dict(versions)
            versions[key] = (row.received_at, row.version)
            changed.setdefault(row.template_code, []).append(Counted(row.submission_id, row.unit_code, row.period))
    for template_code, submissions in changed.items():
        of = {(each.unit_code, each.period): each for each in counting.get(template_code, ())}
        of |= {(each.unit_code, each.period): each for each in submissions}
        counting[template_code] = tuple(of[key] for key in sorted(of))
    latest = _later(before.latest, sizes.latest, *(row.received_at for row in new))
    last_row = new[-1].row_ if new else before.last_row
    return _Standing(state, sizes.rows_, last_row, sizes.steps, latest, counting, versions)


def _later(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _read(whole: Store, as_of: datetime) -> tuple[Counting, dict[tuple[str, str, date], tuple[datetime, int]]]:
    by_template: dict[str, list[Counted]] = {}
    versions: dict[Any, tuple[datetime, int]] = {}
    for row in whole.rows(
        """SELECT template_code, submission_id, unit_code, period, received_at, version FROM current_at($as_of)
        ORDER BY unit_code, period""",
        {"as_of": as_of},
    ):
        by_template.setdefault(row.template_code, []).append(Counted(row.submission_id, row.unit_code, row.period))
        versions[row.template_code, row.unit_code, row.period] = (row.received_at, row.version)
    return {code: tuple(submissions) for code, submissions in by_template.items()}, versions
