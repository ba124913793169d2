"""From the store to the facts of a draft. Only the office drafts: another role sees some of the rows, and a circular of
those would be false.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.access import Right
from data.audit import seal_at
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.fault import Fault
from data.periods import Cycle, label
from data.store import Store
from data.submissions.received import has_sample
from documents.draft import Draft, DraftMark
from documents.settings import document_settings


def draft_of(store: Store, as_of: datetime, **given: Any) -> Draft:
    """A draft from the bureau's name, the office's settings, and what is given in their place unless it is empty."""
    store.person.must_have(Right.DECIDE)
    catalogue = catalogue_in_force(store)
    kept = document_settings(store)
    draft = Draft(
        catalogue.bureau.bureau_name["zh-CN"],
        catalogue.clock.local(as_of).replace(microsecond=0),
        kept["issued_by"],
        tuple(kept["recipients"]),
        basis=kept["basis"],
        contact=kept["contact"],
        copies_to=tuple(kept["copies_to"]),
        printed_by=kept["printed_by"],
        mark=DraftMark(kept["mark"] or DraftMark.DRAFT),
        is_sample=has_sample(store),
        known_at=catalogue.clock.local(store.known) if store.known else None,
        seal=seal_at(store, as_of),
    )
    return replace(draft, **{name: value for name, value in given.items() if value})


def unit_order(catalogue: Catalogue) -> list[str]:
    """The bureau's official order: that of the catalogue."""
    return list(dict.fromkeys(unit.unit_code for unit in catalogue.units))


def template_name(catalogue: Catalogue, code: str) -> str:
    """The template's name; its code where the catalogue no longer has it."""
    try:
        return catalogue.template(code).template_name["zh-CN"]
    except Fault:
        return code


def period_label(catalogue: Catalogue, code: str, period: date) -> str:
    """2026-10, 2026-Q4."""
    try:
        return label(period, catalogue.template(code).cycle)
    except Fault:
        return label(period, Cycle.MONTH)
