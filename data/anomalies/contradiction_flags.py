"""The returns that contradict others, as flags on the return whose rule it is, whichever of the two came last.

What was accepted stays accepted: a flag is there while the figures that count disagree, and goes when they agree.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy
import pandas

from data.anomalies.contradictions import Contradiction, Judged, contradictions
from data.anomalies.counting import Counted, counted
from data.anomalies.held_returns import HeldReturn, anchors, held_returns
from data.anomalies.judged import Returned, flag_of
from data.anomalies.others import Asked, Others, known_at, others_at
from data.anomalies.triage import CONTRADICTION
from data.catalogue.model import Catalogue, Severity, Template
from data.catalogue.others import Reach
from data.catalogue.relations import columns_asked, needed_of, relations_of
from data.cells import address
from data.store import Store

WEIGHT = 0.05  # one of two figures is wrong, or wants words; a slip that moves the total by more comes first
_Found = tuple[tuple[tuple, float, dict[str, Any]], ...]
"""(column_name, row_key, sheet, cell), value and details of each contradiction of a return."""

_FOUND: dict[tuple, _Found] = {}  # what a return says and is held against never changes: only which of them count
_MOST = 60_000


def contradiction_flags(
    store: Store, as_of: datetime, catalogue: Catalogue, unit_code: str | None = None
) -> Iterator[tuple]:
    """A row of `data.anomalies.judged.COLUMNS` for each contradiction of the returns that count."""
    counting = counted(store, as_of)
    returns = [
        (template, one)
        for template in catalogue.templates
        if any(condition.rule.severity is not Severity.NOTE for condition in relations_of(template))
        for one in counting.get(template.template_code, ())
        if unit_code in (None, one.unit_code)
    ]
    explained: dict[tuple, str] | None = None
    for (template, one), found in zip(returns, _found(store, as_of, catalogue, returns), strict=True):
        for place, value, details in found:
            if explained is None:
                explained = _explained(store)
            said = details | {"explanation": explained.get(_said(one.submission_id, place[1], details))}
            of = Returned(one.unit_code, template, pandas.Timestamp(one.period), one.submission_id)
            yield flag_of(of, CONTRADICTION, place, (value, numpy.nan, numpy.nan, numpy.nan, WEIGHT), said)


def _found(
    store: Store, as_of: datetime, catalogue: Catalogue, returns: Sequence[tuple[Template, Counted]]
) -> list[_Found]:
    """What each contradicts; worked out anew only where it, or what it is held against, is another submission."""
    known = known_at(store, as_of, catalogue, [template for template, _ in returns])
    keys = [(store.state[0], template.content, one, *_held_against(known, template, one)) for template, one in returns]
    new = [number for number, key in enumerate(keys) if key not in _FOUND]
    judged = _judged(store, as_of, catalogue, [returns[number] for number in new])
    found = {keys[number]: said for number, said in zip(new, judged, strict=True)}
    answer = [found[key] if key in found else _FOUND[key] for key in keys]
    if len(_FOUND) > _MOST:
        _FOUND.clear()
    _FOUND.update(found)
    return answer


def _held_against(known: Others, template: Template, one: Counted) -> Iterator[tuple[str | None, ...]]:
    """The submissions that count of all that a return is held against."""
    of = Asked(one.unit_code, template, one.period)
    for other in needed_of(template):
        if other.reach is not Reach.TOTAL:
            yield tuple(known.current.get(key) for key in known.keys_of(of, other) or ())


def _judged(
    store: Store, as_of: datetime, catalogue: Catalogue, returns: Sequence[tuple[Template, Counted]]
) -> Iterator[_Found]:
    """One for each return; what brings no figures contradicts nothing."""
    if not returns:
        return
    columns = {template.template_code: _columns(template) for template, _ in returns}
    own = held_returns(store, [one.submission_id for _, one in returns], columns)
    asked = [Asked(one.unit_code, template, one.period) for template, one in returns]
    others = others_at(store, as_of, catalogue, asked)
    held = [own[of.unit_code, of.template.template_code, of.period] for of in asked]
    judged = [
        Judged(of, [row.values for row in one.rows.values()], list(one.rows))
        for of, one in zip(asked, held, strict=True)
    ]
    for one, found in zip(held, contradictions(store, others, judged), strict=True):
        yield tuple(
            _placed(one, contradiction)
            for contradiction in found
            if contradiction.conditions[0].rule.severity is not Severity.NOTE
        )


def _columns(template: Template) -> set[str]:
    names = {name for condition in relations_of(template) for name in columns_asked(condition)}
    return names.union(anchors(template)) - template.frame_names


def _placed(held: HeldReturn, said: Contradiction) -> tuple[tuple, float, dict[str, Any]]:
    row = list(held.rows.values())[said.index]
    col_no = row.col_nos.get(said.column_name) or min(row.col_nos.values())
    value = said.details["found"].get(said.column_name)
    number = float(value) if isinstance(value, int | float) else numpy.nan
    return (said.column_name, said.row_key, row.sheet, address(row.row_no, col_no)), number, said.details


def _explained(store: Store) -> dict[tuple, str]:
    """What was said of a contradiction when the return was sent holds for those very figures."""
    rows = store.rows(
        "SELECT submission_id, row_key, details, explanation FROM issue "
        "WHERE code = 'contradiction' AND explanation IS NOT NULL"
    )
    return {_said(row.submission_id, row.row_key, json.loads(row.details)): row.explanation for row in rows}


def _said(submission_id: str, row_key: str | None, details: dict[str, Any]) -> tuple:
    values = tuple((other["reach"], other["template"], other["value"]) for other in details["others"])
    return submission_id, row_key or "", details["rule"], details.get("condition", 0), values
