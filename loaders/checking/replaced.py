"""核实性: tables of one month that would take another's place: an old title above new figures, months in a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.catalogue.model import Severity, Template
from data.clock import Clock
from data.dues.standing import standings
from data.dues.tally import OWED
from data.periods import add_months, label
from data.store import Store
from loaders.checking.held import HeldRow, held_rows, number_same, share_changed
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.checking.unchanged import figures_in, repeats
from loaders.issues import Issue

_MOST = 0.5  # of the figures; a correction changes few of them, another month's table most
_LEAST = 4  # figures that must be those of a later period before it is asked whether it is meant

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
    came together, replace months; or most figures are others, while a later period is awaited or has these figures.
    received: of each file.
    """
    replacing = [[one for one in returns if one[1].rows and key_of(one[0]) in earlier] for returns in files]
    awaited = _awaited(store, replacing, received, clock)
    handed = [
        one
        for file_no, returns in enumerate(files)
        for one in _handed(file_no, returns, replacing[file_no], awaited[file_no])
    ]
    held = held_rows(store, {earlier[key_of(one.recognised)].submission_id for one in handed})
    rows_of = {id(one): held.get(earlier[key_of(one.recognised)].submission_id, []) for one in handed}
    handed = [one for one in handed if not repeats(one.checked.rows, figures_in(rows_of[id(one)]))]
    for one in handed:
        number_of_files = len({other.file_no for other in handed if other.pair == one.pair})
        issue = _issue(one, rows_of[id(one)], number_of_files) or _of_later(store, one, rows_of[id(one)], received)
        if issue:
            before = earlier[key_of(one.recognised)]
            issue.details |= {
                "found": before.version,
                "limit": clock.minute(before.received_at),
                "expected": label(one.recognised.period, one.recognised.template.cycle),
            }
            yield one.recognised, issue


def _handed(
    file_no: int, returns: Sequence[Return], replacing: Sequence[Return], awaited: Mapping[Key, date]
) -> list[_Handed]:
    periods: dict[tuple[str, str], set[date]] = {}
    for recognised, _ in returns:
        periods.setdefault(key_of(recognised)[:2], set()).add(recognised.period)
    return [
        _Handed(file_no, recognised, checked, len(periods[key_of(recognised)[:2]]), awaited.get(key_of(recognised)))
        for recognised, checked in replacing
    ]


def _awaited(
    store: Store, files: Sequence[Sequence[Return]], received: Sequence[datetime], clock: Clock
) -> list[dict[Key, date]]:
    """By file, for each of its returns the last later period of its unit and template that is due and was not received.
    Files of one minute came together, and are asked about together.
    """
    awaited: list[dict[Key, date]] = [{} for _ in files]
    together: dict[datetime, list[int]] = {}
    for file_no, moment in enumerate(received):
        if files[file_no]:
            together.setdefault(moment.replace(second=0, microsecond=0), []).append(file_no)
    for file_nos in together.values():
        moment = max(received[file_no] for file_no in file_nos)
        later = {
            key_of(recognised): _later_periods(recognised, clock.day(moment))
            for file_no in file_nos
            for recognised, _ in files[file_no]
        }
        standing_of = standings(store, (key for keys in later.values() for key in keys), moment)
        open_of = {key: [one[2] for one in keys if standing_of[one].status in OWED] for key, keys in later.items()}
        for file_no in file_nos:
            own = (key_of(recognised) for recognised, _ in files[file_no])
            awaited[file_no] = {key: max(open_of[key]) for key in own if open_of[key]}
    return awaited


def _later_periods(recognised: Recognised, last: date) -> list[Key]:
    unit_code, template_code, period = key_of(recognised)
    keys = []
    while (period := add_months(period, recognised.template.cycle.months)) <= last:
        keys.append((unit_code, template_code, period))
    return keys


def _is_most(before: Sequence[HeldRow], one: _Handed, template: Template) -> bool:
    return share_changed(before, one.checked.rows, template) > _MOST


def _of_later(store: Store, one: _Handed, before: Sequence[HeldRow], received: Sequence[datetime]) -> Issue | None:
    """Most of the figures are others than what it would replace, and most are those that a later period has: a
    correction of that period under an old title.
    """
    template, rows = one.recognised.template, one.checked.rows
    if not _is_most(before, one, template):
        return None
    later = _received_later(store, one.recognised, received[one.file_no])
    held = held_rows(store, later.values())
    for period, submission_id in sorted(later.items(), reverse=True):
        figures = held.get(submission_id, [])
        same = number_same(figures, rows, template)
        if same >= _LEAST and share_changed(figures, rows, template) < _MOST:
            details = {"awaited": label(period, template.cycle)}
            return Issue(Severity.CHECK, "replaces_with_later", one.recognised.sheet.name, details=details)
    return None


def _received_later(store: Store, recognised: Recognised, as_of: datetime) -> dict[date, str]:
    """The later periods of its unit and template that were received → what counts of each."""
    rows = store.rows(
        """SELECT period, submission_id FROM current_at($as_of)
        WHERE unit_code = $unit_code AND template_code = $template_code AND period > $period""",
        {
            "as_of": as_of,
            "unit_code": recognised.unit_code,
            "template_code": recognised.template.template_code,
            "period": recognised.period,
        },
    )
    return {row.period: row.submission_id for row in rows}


def _issue(one: _Handed, before: Sequence[HeldRow], number_of_files: int) -> Issue | None:
    """None where it is an ordinary correction."""
    template = one.recognised.template
    if one.number > 1:
        code, details = "replaces_months", {"number": one.number}
    elif one.awaited and _is_most(before, one, template):
        code, details = "replaces_other_month", {"awaited": label(one.awaited, template.cycle)}
    elif number_of_files > 1:
        code, details = "replaces_months_of_files", {"number": number_of_files}
    else:
        return None
    return Issue(Severity.CHECK, code, one.recognised.sheet.name, details=details)
