"""One mistake is one card: the flags of a return that have one cause stand together, however many cells it touched."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import combinations
from typing import Any

import pandas

from data.anomalies.answered import record
from data.anomalies.detector import Cause
from data.anomalies.flags import anomalies
from data.anomalies.panels import ROWS
from data.anomalies.row_names import with_row_names
from data.anomalies.triage import CONTRADICTION, RULE, FlagState
from data.catalogue.adding import Adding, adding
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, Template
from data.catalogue.rules import columns_of_rule
from data.fault import Fault
from data.store import Store

COPIES = (Cause.COPY_FORM, Cause.COPY_CELL, Cause.LASTYEAR_COPY, Cause.OTHER_UNIT)
_THROUGH_A_COLUMN = (Cause.UNIT_SLIP, Cause.CUMULATIVE, Cause.ZERO_FOR_MISSING)  # a heading that was misunderstood
_OF_ITS_OWN = (RULE, Cause.UNEXPLAINED)  # kinds that say no cause: two of them need not be one mistake
_ALIKE = 0.05  # a total leaves its path by as much as the part does; the other parts move it by a little more
_GROWN_ALIKE = 0.25  # a ledger with twice the rows has about twice the sums
_STATES = (FlagState.OVERDUE, FlagState.OPEN, FlagState.TO_CORRECT)  # of a card's flags the first of these tells
_RANKS = {
    Cause.TOTAL_MISMATCH.value: 1,
    CONTRADICTION: 1,
    Cause.UNEXPLAINED.value: 2,
    RULE: 3,
}  # kinds that say less of the cause


def flags_by_card(
    store: Store, as_of: datetime, month: date | None = None, unit_code: str | None = None
) -> pandas.DataFrame:
    """The flags of `anomalies` in its order, with card (flags of one mistake have the same) and row_name (what people
    call the row; None where its key says it).
    """
    catalogue = catalogue_in_force(store)
    flags = with_row_names(store, catalogue, anomalies(store, as_of, month, unit_code))
    return flags.assign(card=pandas.Series(_card_ids(catalogue, flags), index=flags.index, dtype=object))


def cards(flags: pandas.DataFrame) -> pandas.DataFrame:
    """One row per card, the most urgent first: the columns of the flag that says most of the cause, with the state of
    the whole (overdue or open while one of its flags is), answer_by (the first day of them), number (of its flags) and
    figures (that are doubted: of a copied form all that it repeats). flags: of `flags_by_card`, all or some.
    """
    if flags.empty:
        return flags.assign(number=pandas.Series(dtype="int64"), figures=pandas.Series(dtype="int64"))
    ranks, places = flags["kind"].map(_RANKS).fillna(0), range(len(flags))
    every = flags.assign(figures=_figures(flags), _rank=ranks, _place=places)
    whole = every.groupby("card", sort=False).agg(
        _first=("_place", "min"),
        state=("state", _state),
        answer_by=("answer_by", "min"),
        number=("_place", "size"),
        figures=("figures", "sum"),
    )
    lead = every.sort_values(["_rank", "_place"]).drop_duplicates("card").set_index("card", drop=False)
    lead = lead.assign(**{name: whole[name] for name in whole.columns}).sort_values("_first")
    return lead.drop(columns=["_rank", "_place", "_first"]).reset_index(drop=True)


def waiting(flags: pandas.DataFrame) -> pandas.Series:
    """Whether somebody owes an answer about each flag, or card."""
    return ~flags["state"].map(lambda state: FlagState(state).is_answered).astype(bool)


def record_by_card(flags: pandas.DataFrame) -> pandas.DataFrame:
    """`data.anomalies.answered.record` with cards and figures: likely mistakes, and the figures that they touched."""
    by_unit = flags.assign(figures=_figures(flags)).groupby("unit_code")
    counts = record(flags)
    counts.insert(1, "cards", counts["unit_code"].map(by_unit["card"].nunique()).astype("int64"))
    counts.insert(2, "figures", counts["unit_code"].map(by_unit["figures"].sum()).astype("int64"))
    return counts


def _figures(flags: pandas.DataFrame) -> list[int]:
    """How many figures each flag doubts: one, or all that a copied form repeats."""
    return [int(json.loads(details).get("figures", 1)) for details in flags["details"]]


def _state(states: pandas.Series) -> str:
    return next((state.value for state in _STATES if (states == state.value).any()), states.iloc[0])


def _card_ids(catalogue: Catalogue, flags: pandas.DataFrame) -> list[str]:
    """A short text for each flag; made of what the card's first flag in its return is about, so that it stays."""
    templates = {template.template_code: template for template in catalogue.templates}
    ids = [""] * len(flags)
    rows = list(flags.itertuples())
    by_return: dict[str, list[int]] = {}
    for number, flag in enumerate(rows):
        by_return.setdefault(flag.submission_id, []).append(number)
    for numbers in by_return.values():
        of_return = [rows[number] for number in numbers]
        for group in mistakes(of_return, templates.get(of_return[0].template_code)):
            about = min("|".join(map(str, _about(of_return[member]))) for member in group)
            said = hashlib.sha256(about.encode()).hexdigest()[:10]
            for member in group:
                ids[numbers[member]] = said
    return ids


def _about(flag: Any) -> tuple:
    """The place of a flag, whichever version of the return it is in."""
    of = flag.unit_code, flag.template_code, flag.period.date()
    return *of, *map(_said, (flag.sheet, flag.cell, flag.column_name, flag.row_key)), flag.kind


def mistakes(flags: list[Any], template: Template | None) -> list[list[int]]:
    """The flags of one return, by their places in the list, those of one mistake together. template None: unknown."""
    leader = list(range(len(flags)))

    def of(member: int) -> int:
        while leader[member] != member:
            member = leader[member]
        return member

    def unite(one: int, other: int) -> None:
        leader[of(one)] = of(other)

    first_with: dict[tuple, int] = {}
    ties = _ties(template) if template else {}
    sums = {(_said(flag.sheet), _said(flag.column_name)) for flag in flags if flag.kind != RULE and not flag.row_key}
    for number, flag in enumerate(flags):
        for token in _tokens(flag, ties, sums):
            unite(number, first_with.setdefault(token, number))
    if template is not None:
        for one, other in combinations([n for n, flag in enumerate(flags) if flag.kind != RULE], 2):
            if of(one) != of(other) and _moves_with(flags[one], flags[other], template):
                unite(one, other)
    groups: dict[int, list[int]] = {}
    for number in range(len(flags)):
        groups.setdefault(of(number), []).append(number)
    return list(groups.values())


def _tokens(flag: Any, ties: Mapping[str, Sequence[str]], sums: Set[tuple[str, str]]) -> Iterator[tuple]:
    """What a flag has in common with others of its mistake: flags that share any of these are one card. sums: (sheet,
    column) of the ledger's sums that are flagged, which have no row.
    """
    column, row = _said(flag.column_name), (_said(flag.sheet), _said(flag.row_key))
    if flag.kind in COPIES:
        yield "copied", flag.kind
    elif flag.kind == RULE:
        details = json.loads(flag.details)
        yield "rule", details.get("rule"), details.get("explanation")
        for name in details.get("found", {}):
            yield "figure", row, name
            if (row[0], name) in sums:
                yield "figure", (row[0], ""), name
        return
    elif flag.kind == CONTRADICTION:  # one wrong return on the other side contradicts every row
        yield "contradiction", json.loads(flag.details)["rule"]
    elif flag.kind not in _OF_ITS_OWN:
        yield "row", row, flag.kind
        if flag.kind in _THROUGH_A_COLUMN:
            yield "column", column, flag.kind
    if column:
        yield "figure", row, column
        yield from (("tied", row, code) for code in ties.get(column, ()))


def _ties(template: Template) -> dict[str, list[str]]:
    """column → the rules that hold it against others of its row: a figure that is typed wrong drags those along."""
    ties: dict[str, list[str]] = {}
    for rule in template.rules:
        names = columns_of_rule(rule)
        for name in names if len(names) > 1 else ():
            ties.setdefault(name, []).append(rule.code)
    return ties


def _moves_with(one: Any, other: Any, template: Template) -> bool:
    """Whether two figures left their path together: a row and its total in one column; a ledger's rows and its sums."""
    if not _said(one.row_key) and not _said(other.row_key):
        return ROWS in (one.column_name, other.column_name) and _grown_alike(one, other)
    if one.column_name != other.column_name or one.row_key == other.row_key or not _adds(template, one.column_name):
        return False
    moved = [_moved(flag) for flag in (one, other)]
    if None in moved or moved[0] * moved[1] <= 0:
        return False
    return abs(moved[0] - moved[1]) <= _ALIKE * max(map(abs, moved))


def _grown_alike(one: Any, other: Any) -> bool:
    grown = [_grown(flag) for flag in (one, other)]
    return None not in grown and min(grown) > 0 and max(grown) <= (1 + _GROWN_ALIKE) * min(grown)


def _grown(flag: Any) -> float | None:
    moved = _moved(flag)
    return None if moved is None or moved == flag.value else flag.value / (flag.value - moved)


def _adds(template: Template, name: str | None) -> bool:
    try:
        return name is not None and adding(template.column(name)) is not Adding.NEVER
    except (Fault, KeyError):  # of a catalogue before
        return False


def _moved(flag: Any) -> float | None:
    """How far a figure lies from what was expected of it, in its own unit; None where nobody knows."""
    expected = json.loads(flag.details).get("expected")
    return None if expected is None or pandas.isna(flag.value) else float(flag.value) - expected


def _said(written: Any) -> str:
    return "" if written is None or pandas.isna(written) else str(written)
