"""核实性: tables of one month that would take another's place: an old title above new figures, months in a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.catalogue.model import Severity
from data.clock import Clock
from data.dues.standing import standings
from data.dues.tally import OWED
from data.periods import add_months, label
from data.store import Store
from loaders.checking.held import HeldRow, held_rows, share_changed
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.checking.unchanged import figures_in, repeats
from loaders.issues import Issue

_MOST = 0.5  # of the figures; a correction changes few of them, another month's table most

Return = tuple[Recognised, Checked]


@dataclass(frozen=True)
class Earlier:
    """The version of a return that counts before this file."""

    submission_id: str
    version: int
    received_at: datetime


@dataclass(frozen=True)
class _Handed:
    """A return that would replace what was received. number: of periods that its file holds of its unit and template;
    awaited: a later period that is due and was not received.
    """

    file_no: int
    recognised: Recognised
    checked: Checked
    number: int
    awaited: date | None

    @property
    def pair(self) -> tuple[str, str]:
        """Its unit and template."""
        return key_of(self.recognised)[:2]


def replaced_issues(
    store: Store,
    files: Sequence[Sequence[Return]],
    received: Sequence[datetime],
    earlier: Mapping[Key, Earlier],
    clock: Clock,
) -> Iterator[tuple[Recognised, Issue]]:
    """One question at most of a return with other figures than what it would replace: its file, or several files that
    came together, replace months; or most figures are others, while a later period is awaited. received: of each file.
    """
    handed = [
        one
        for file_no, (returns, moment) in enumerate(zip(files, received, strict=True))
        for one in _handed(store, file_no, returns, moment, earlier, clock)
    ]
    pairs = [one.pair for one in handed]
    handed = [one for one in handed if one.number > 1 or one.awaited or pairs.count(one.pair) > 1]
    held = held_rows(store, {earlier[key_of(one.recognised)].submission_id for one in handed})
    rows_of = {id(one): held.get(earlier[key_of(one.recognised)].submission_id, []) for one in handed}
    handed = [one for one in handed if not repeats(one.checked.rows, figures_in(rows_of[id(one)]))]
    for one in handed:
        number_of_files = len({other.file_no for other in handed if other.pair == one.pair})
        if issue := _issue(one, rows_of[id(one)], number_of_files):
            before = earlier[key_of(one.recognised)]
            issue.details |= {
                "found": before.version,
                "limit": clock.minute(before.received_at),
                "expected": label(one.recognised.period, one.recognised.template.cycle),
            }
            yield one.recognised, issue


def _handed(
    store: Store,
    file_no: int,
    returns: Sequence[Return],
    received_at: datetime,
    earlier: Mapping[Key, Earlier],
    clock: Clock,
) -> list[_Handed]:
    periods: dict[tuple[str, str], set[date]] = {}
    for recognised, _ in returns:
        periods.setdefault(key_of(recognised)[:2], set()).add(recognised.period)
    replacing = [one for one in returns if one[1].rows and key_of(one[0]) in earlier]
    awaited = _awaited(store, [recognised for recognised, _ in replacing], received_at, clock)
    return [
        _Handed(file_no, recognised, checked, len(periods[key_of(recognised)[:2]]), awaited.get(key_of(recognised)))
        for recognised, checked in replacing
    ]


def _awaited(store: Store, replacing: Sequence[Recognised], received_at: datetime, clock: Clock) -> dict[Key, date]:
    """For each return the last later period of its unit and template that is due and was not received."""
    last = clock.day(received_at)
    later: dict[Key, list[Key]] = {}
    for recognised in replacing:
        unit_code, template_code, period = key_of(recognised)
        own = later.setdefault((unit_code, template_code, period), [])
        while (period := add_months(period, recognised.template.cycle.months)) <= last:
            own.append((unit_code, template_code, period))
    standing_of = standings(store, (key for keys in later.values() for key in keys), received_at)
    open_of = {key: [one[2] for one in keys if standing_of[one].status in OWED] for key, keys in later.items()}
    return {key: max(periods) for key, periods in open_of.items() if periods}


def _issue(one: _Handed, before: Sequence[HeldRow], number_of_files: int) -> Issue | None:
    """None where it is an ordinary correction."""
    template = one.recognised.template
    if one.number > 1:
        code, details = "replaces_months", {"number": one.number}
    elif one.awaited and share_changed(before, one.checked.rows, template) > _MOST:
        code, details = "replaces_other_month", {"awaited": label(one.awaited, template.cycle)}
    elif number_of_files > 1:
        code, details = "replaces_months_of_files", {"number": number_of_files}
    else:
        return None
    return Issue(Severity.CHECK, code, one.recognised.sheet.name, details=details)
