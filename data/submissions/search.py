"""Submissions looked for: by unit, template, month, outcome, and by words of their receipt, file, sender or unit."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue, Words
from data.periods import Cycle, closing_month, period_of
from data.store import Store
from data.submissions.received import newest


@dataclass(frozen=True)
class Word:
    """A part of what was typed, in small letters, and the codes of the units and templates whose names hold it."""

    text: str
    unit_codes: tuple[str, ...] = ()
    template_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sought:
    """What is looked for; None: any. month: in which the period closes; words: all of them must fit."""

    unit_code: str | None = None
    template_code: str | None = None
    month: date | None = None
    outcome: str | None = None
    words: tuple[Word, ...] = field(default=())


def words_sought(catalogue: Catalogue, typed: str) -> tuple[Word, ...]:
    """What was typed, word by word. Names in any language of the catalogue and at any time count."""
    return tuple(
        Word(
            word,
            tuple(sorted({unit.unit_code for unit in catalogue.units if _is_in(word, unit.unit_name)})),
            tuple(sorted({t.template_code for t in catalogue.templates if _is_in(word, t.template_name)})),
        )
        for word in typed.casefold().split()
    )


def submissions_sought(store: Store, as_of: datetime, sought: Sought, limit: int) -> pandas.DataFrame:
    """The newest `limit` files of those looked for, received by as_of, with the columns of `submissions`."""
    condition, parameters = _condition(store, as_of, sought)
    return newest(store, condition, parameters | {"limit": limit})


def outcomes_sought(store: Store, as_of: datetime, sought: Sought) -> pandas.DataFrame:
    """One row an outcome of all files looked for, however many: outcome, number; accepted first."""
    condition, parameters = _condition(store, as_of, sought)
    sql = f"SELECT outcome, count(*) AS number FROM submission {condition} GROUP BY outcome ORDER BY outcome"
    return store.frame(sql, parameters)


def _condition(store: Store, as_of: datetime, sought: Sought) -> tuple[str, dict[str, Any]]:
    parts, parameters = ["received_at <= $as_of"], {"as_of": as_of}
    for name in ("unit_code", "template_code", "outcome"):
        if value := getattr(sought, name):
            parts.append(f"{name} = ${name}")
            parameters[name] = value
    if sought.month:
        templates = [t for t in catalogue_in_force(store).templates if _closes(t.cycle, sought.month)]
        parts.append("(template_code, period) IN (SELECT unnest($codes::VARCHAR[]), unnest($periods::DATE[]))")
        parameters |= {
            "codes": [template.template_code for template in templates],
            "periods": [period_of(sought.month, template.cycle) for template in templates],
        }
    for number, word in enumerate(sought.words):
        parts.append(
            f"""(contains(lower(concat_ws(' ', receipt_no, file_name, reported_by, unit_code, template_code)),
                $word_{number}) OR list_contains($units_{number}::VARCHAR[], unit_code)
                OR list_contains($templates_{number}::VARCHAR[], template_code))"""
        )
        parameters |= {
            f"word_{number}": word.text,
            f"units_{number}": list(word.unit_codes),
            f"templates_{number}": list(word.template_codes),
        }
    return "WHERE " + " AND ".join(parts), parameters


def _closes(cycle: Cycle, month: date) -> bool:
    return closing_month(period_of(month, cycle), cycle) == month


def _is_in(word: str, names: Words) -> bool:
    return any(word in name.casefold() for name in names.values())
