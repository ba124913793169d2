"""核实性: a return that speaks of other periods than its own: dates outside of it, and keys that another period has
already.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from data.access import SAMPLE
from data.catalogue.model import Severity, Template, TemplateKind
from data.periods import label
from data.store import Store
from loaders.checking.event_dates import ENOUGH, date_issues, habits_of
from loaders.checking.held_ledgers import held_ledgers
from loaders.checking.past import Key, key_of
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.issues import Issue

_KEYS_SHOWN = 5

Return = tuple[Recognised, Checked]
Keys = Mapping[str, Mapping[date, frozenset[str]]]
"""unit → period → the row keys that count."""


def other_month_issues(
    store: Store, files: Sequence[Sequence[Return]], as_of: datetime, replaced: Iterable[tuple[Recognised, Issue]]
) -> dict[Key, list[Issue]]:
    """By unit, template and period, the questions of files (each: its returns) held against what counts at a moment;
    replaced: those about what they would replace. Nothing for the made-up history.
    """
    if store.person.via == SAMPLE:
        return {}
    issues: dict[Key, list[Issue]] = {}
    for recognised, told in replaced:
        issues.setdefault(key_of(recognised), []).append(told)
    files = [[one for one in returns if one[0].template.kind is TemplateKind.LEDGER] for returns in files]
    for template in {one[0].template.template_code: one[0].template for file in files for one in file}.values():
        own = [[one for one in returns if one[0].template is template and one[1].rows] for returns in files]
        _ask_of_ledgers(store, template, own, as_of, issues)
    return issues


def _ask_of_ledgers(
    store: Store, template: Template, files: Sequence[Sequence[Return]], as_of: datetime, issues: dict[Key, list[Issue]]
) -> None:
    handed = [(recognised.unit_code, recognised.period) for file in files for recognised, _ in file]
    if not handed:
        return
    habits = habits_of(store, as_of, template, handed)
    keys = keys_that_count(store, as_of, template)
    for file in files:
        for recognised, checked in file:
            asked = [*date_issues(recognised, checked.rows, habits), *key_issues(recognised, checked, keys, file)]
            issues.setdefault(key_of(recognised), []).extend(asked)


def keys_that_count(store: Store, as_of: datetime, template: Template) -> Keys:
    """The row keys of every unit's ledgers of this template, as they count at a moment."""
    keys: dict[str, dict[date, frozenset[str]]] = {}
    for ledger in held_ledgers(store, as_of, template):
        keys.setdefault(ledger.unit_code, {})[ledger.period] = ledger.row_keys
    return keys


def key_issues(recognised: Recognised, checked: Checked, keys: Keys, file: Sequence[Return]) -> list[Issue]:
    """A question where rows bear keys that another period of the unit has, if keys hardly ever come again; also where
    another sheet of the file, of another period, holds exactly the same rows.
    """
    mine = {row.key for row in checked.rows}
    others = {period: have & mine for period, have in keys.get(recognised.unit_code, {}).items()}
    twins = _twins(recognised, checked, file)
    if _come_again(keys):
        others = {}
    others |= {period: others.get(period, frozenset()) | again for period, again in twins.items()}
    others = {period: again for period, again in others.items() if again and period != recognised.period}
    if not others:
        return []
    again = sorted(frozenset().union(*others.values()))
    details = {
        "found": "、".join(again[:_KEYS_SHOWN]) + ("…" if len(again) > _KEYS_SHOWN else ""),
        "number": len(again),
        "expected": "、".join(label(period, recognised.template.cycle) for period in sorted(others)),
    }
    return [Issue(Severity.CHECK, "keys_of_other_months", recognised.sheet.name, details=details)]


def _come_again(keys: Keys) -> bool:
    """Whether rows of this ledger may come in several periods: deposits are listed until they are paid back. Also where
    too little is known.
    """
    counts: dict[tuple[str, str], int] = {}
    for unit_code, by_period in keys.items():
        for have in by_period.values():
            for key in have:
                counts[unit_code, key] = counts.get((unit_code, key), 0) + 1
    again = sum(number > 1 for number in counts.values())
    return len(counts) < ENOUGH or again * 50 > len(counts)


def _twins(recognised: Recognised, checked: Checked, file: Sequence[Return]) -> dict[date, frozenset[str]]:
    """Other periods' sheets of the same file with the very same rows."""
    mine = [row.values for row in checked.rows]
    frame = recognised.template.frame_names
    return {
        other.period: frozenset(row.key for row in rows.rows)
        for other, rows in file
        if other.unit_code == recognised.unit_code and other.period != recognised.period
        if _bare([row.values for row in rows.rows], frame) == _bare(mine, frame) and len(mine) > 1
    }


def _bare(rows: Sequence[Mapping], frame: frozenset[str]) -> list[dict]:
    return [{name: value for name, value in row.items() if name not in frame} for row in rows]
