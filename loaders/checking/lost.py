"""What a return lacks that an earlier one held: rows of the version it replaces, columns that used to be filled."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from data.catalogue.model import Nature, Severity, TemplateKind
from data.periods import label
from loaders.checking.held import HeldRow
from loaders.checking.lookalikes import Lookalike
from loaders.checking.past import Past
from loaders.checking.recognise import Recognised
from loaders.checking.rows import Checked
from loaders.checking.values import plain
from loaders.issues import Issue

_RECENT = 6  # periods that say whether a column is filled as a rule
_LEAST = 3  # of them, and of rows, there must be before blank cells mean anything
_ENOUGH = 6  # periods in which a form had something in a column, each of them, before a blank one is missed
_CHANCE = 1e-5  # that so many rows would all be blank; rows of one kind come together
_CHANCE_OF_ALWAYS = 1e-3  # where none was ever blank
_CHANCE_OF_STEADY = 1e-2  # of what is added up, where there was some in every period
_MOST_REPLACED = 0.5  # of the keys; a key may be corrected, half of them are another month's
_SHOWN = 5


@dataclass(frozen=True)
class Replaced:
    """The version that a correction would replace. filled: column → in how many of its rows it was."""

    version: int
    keys: tuple[str, ...] = ()
    filled: Mapping[str, int] = field(default_factory=dict)


def replaced_by(version: int, rows: Sequence[HeldRow]) -> Replaced:
    """A version from the rows that the store holds of it."""
    keys = sorted({row.key for row in rows})
    return Replaced(version, tuple(keys), Counter(name for row in rows for name in row.values))


def lost_rows(replaced: Replaced, recognised: Recognised, checked: Checked) -> list[Issue]:
    """A check where a correction has fewer keys than what it replaces, or half of them are others. One key that was
    corrected is no row that is lost.
    """
    there = {_folded(row.key) for row in checked.rows}
    lost = [key for key in replaced.keys if _folded(key) not in there]
    is_shorter = len(there) < len(replaced.keys)
    is_another = len(lost) >= _LEAST and len(lost) >= _MOST_REPLACED * len(replaced.keys)
    if not lost or not (is_shorter or is_another):
        return []
    details = {
        "version": replaced.version,
        "before": len(replaced.keys),
        "found": len(checked.rows),
        "count": len(lost),
        "keys": lost[:_SHOWN],
    }
    return [Issue(Severity.CHECK, "lost_rows", recognised.sheet.name, details=details)]


def lost_columns(
    past: Past,
    replaced: Replaced | None,
    recognised: Recognised,
    checked: Checked,
    lookalikes: Collection[Lookalike],
) -> list[Issue]:
    """Checks for optional columns that hold nothing and held something: in the version that is replaced, or as a rule
    in the periods before. What stands there under another name is asked about as that, and what a broken rule asks for
    is told once.
    """
    told = {lookalike.column_name for lookalike in lookalikes} | _asked_for(recognised, checked)
    blank = [name for name in _blank(recognised, checked) if name not in told]
    since_version = [name for name in blank if replaced and _was_filled(replaced, name)]
    as_a_rule = [
        name for name in blank if name not in since_version and _is_missed(past, name, recognised, len(checked.rows))
    ]
    issues = []
    if since_version:
        issues.append(_issue(since_version, recognised, {"version": replaced.version}))
    if as_a_rule:
        last = max(past.rows)
        issues.append(_issue(as_a_rule, recognised, {"period": label(last, recognised.template.cycle)}))
    return issues


def _blank(recognised: Recognised, checked: Checked) -> list[str]:
    """The optional columns that no row has filled; what cannot be read is filled."""
    frame = recognised.template.frame_names
    optional = [one.name for one in recognised.template.columns if not one.required and one.name not in frame]
    return [
        name
        for name in optional
        if not any(row.values.get(name) is not None or name in row.faulty for row in checked.rows)
    ]


def _asked_for(recognised: Recognised, checked: Checked) -> set[str]:
    """The columns of the sheet whose blank cells a broken rule asks for already."""
    return {
        issue.column_name
        for issue in checked.issues
        if issue.code == "rule"
        and issue.severity is Severity.ERROR
        and issue.column_name in recognised.columns.values()
    }


def _was_filled(replaced: Replaced, name: str) -> bool:
    return replaced.filled.get(name, 0) * 2 >= len(replaced.keys) > 0


def _is_missed(past: Past, name: str, recognised: Recognised, number: int) -> bool:
    """Whether a blank column used to be filled; one whose very heading is gone needs less of a past to be missed.

    That the rows of a ledger are all blank may be chance: two disputes of a month may both be open still, ten hardly.
    """
    rows, filled = past.rows, past.filled.get(name, {})
    recent = list(rows)[-_RECENT:]
    if not recent:
        return False
    is_usual = sum(filled.get(period, 0) for period in recent) * 2 >= sum(rows[period] for period in recent)
    if name not in recognised.columns.values():
        return is_usual
    if len(recent) < _LEAST or not all(filled.get(period) for period in recent):
        return False
    if recognised.template.kind is TemplateKind.SUMMARY:  # its rows are the same every period
        return is_usual and len(rows) >= _ENOUGH and all(filled.get(period) for period in rows)
    every, blank = sum(rows.values()), sum(rows.values()) - sum(filled.values())
    blank_lately = sum(rows[period] - filled[period] for period in recent)
    share = max((blank + 1) / (every + 2), (blank_lately + 1) / (sum(rows[period] for period in recent) + 2))
    is_added_up = recognised.template.column(name).nature is Nature.FLOW
    is_steady = is_added_up and len(rows) >= _ENOUGH and all(filled.get(period) for period in rows)
    chance = _CHANCE_OF_STEADY if is_steady else _CHANCE if blank else _CHANCE_OF_ALWAYS
    return number >= _LEAST and share**number < chance


def _issue(names: list[str], recognised: Recognised, since: dict[str, object]) -> Issue:
    gone = [name for name in names if name not in recognised.columns.values()]
    unknown = [text[:30] for text in recognised.unknown.values()] if gone else []
    details = {"columns": names, "gone": gone, "unknown": unknown[:_SHOWN], "of": next(iter(since)), **since}
    column_name = names[0] if len(names) == 1 else None
    return Issue(Severity.CHECK, "lost_columns", recognised.sheet.name, None, column_name, None, details)


def _folded(key: str) -> str:
    return "".join(plain(key).split()).casefold()
