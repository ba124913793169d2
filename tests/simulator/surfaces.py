"""What the store says on each surface, held against the twin."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime

from data.backup import present_faults
from data.boards.standings import board
from data.dues.timeliness import timeliness
from data.questions import answer
from data.store import Store
from data.submissions.received import submissions
from tests.data.worlds import figures, records
from tests.simulator.bureau import Twin
from web import metrics

FAR = datetime(2199, 1, 1, tzinfo=UTC)


def late_list(store: Store, twin: Twin, as_of: datetime) -> None:
    """`data late`, as command and API answer it."""
    told = {
        (row["unit"], row["template"], row["status"], row["days_late"], row["deadline"]): row
        for row in answer(store, "late", as_of, None, None)
    }
    zone = twin.world.zone
    wanted = {
        (due.owed.unit, due.owed.template, due.status, due.days_late, due.owed.deadline.astimezone(zone).isoformat())
        for due in twin.judged(as_of)
        if due.status in ("late", "missing", "pending")
    }
    assert set(told) == wanted, (as_of, set(told) ^ wanted)


def rates(store: Store, twin: Twin, as_of: datetime) -> None:
    """Timeliness by month."""
    by_month = defaultdict(list)
    for due in twin.judged(as_of):
        by_month[due.owed.month].append(due)
    names = ["due", "received", "on_time", "reporting_rate", "on_time_rate", "late", "missing", "pending", "exempt"]
    frame = timeliness(store, as_of, ["month"])
    told = {row.month.date(): records(frame[frame["month"] == row.month][names])[0] for row in frame.itertuples()}
    for month, dues in by_month.items():
        wanted = figures(dues)
        values = tuple(None if wanted[name] != wanted[name] else wanted[name] for name in names)
        assert told[month] == values, (as_of, month, told[month], values)
    assert told.keys() == by_month.keys()


def boards(store: Store, twin: Twin, as_of: datetime) -> None:
    """The newest month's board: the counts beside each unit."""
    judged = twin.judged(as_of)
    month = max((due.owed.month for due in judged), default=None)
    if month is None:
        return
    of_unit = defaultdict(list)
    for due in judged:
        if due.owed.month == month:
            of_unit[due.owed.unit].append(due)
    for place in board(store, as_of, "month", month).places:
        wanted, told = figures(of_unit.pop(place.standing.unit_code)), place.standing
        assert (told.due, told.on_time, told.late, told.missing) == tuple(
            wanted[name] for name in ("due", "on_time", "late", "missing")
        ), (as_of, place)
    assert not of_unit


def gauges(store: Store, twin: Twin, as_of: datetime) -> None:
    """/metrics: how many are kept, and the dues of the newest round."""
    kept = {sample.labels["outcome"]: sample.value for sample in metrics._submissions(store).samples}
    told = Counter(one.outcome for one in twin.kept)
    assert (kept["accepted"], kept["returned"]) == (told["accepted"], told["returned"]), (kept, told)
    standing = metrics._round(store, as_of)
    if standing is None:
        return
    wanted = figures([due for due in twin.judged(as_of) if due.owed.month == standing.month])
    for sample in metrics._dues(standing).samples:
        assert sample.value == wanted[sample.labels["status"]], (as_of, sample, wanted)


def receipts(store: Store, twin: Twin, _as_of: datetime) -> None:
    """Each answer that was given is there once, as it was given; and nothing else is."""
    rows = submissions(store, FAR, limit=1_000_000)
    told = Counter((row.receipt_no, row.outcome, row.version, row.received_at) for row in rows.itertuples())
    wanted = Counter((one.receipt_no, one.outcome, one.version, one.received_at) for one in twin.kept)
    assert told == wanted, (told - wanted, wanted - told)


def whole(store: Store, _twin: Twin, _as_of: datetime) -> None:
    """`data check`: nothing contradicts itself."""
    assert present_faults(store) == []


SURFACES = (late_list, rates, boards, gauges, receipts)


def compare(store: Store, twin: Twin, as_of: datetime, luck: random.Random | None = None) -> None:
    """All of them, or one of them by chance."""
    for surface in [luck.choice(SURFACES)] if luck else [*SURFACES, whole]:
        surface(store, twin, as_of)
