"""From the store to the facts of a draft. Only the office drafts: another role sees some of the rows, and a circular of
those would be false.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.access import Right
from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.tally import OWED
from data.dues.timeliness import late_reporters
from data.fault import Fault
from data.periods import Cycle, label
from data.store import Store
from data.submissions.received import has_sample
from documents.draft import Draft, DraftMark
from documents.kinds.month_facts import Owed
from documents.kinds.urge import UrgeFacts
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
    )
    return replace(draft, **{name: value for name, value in given.items() if value})


def urge_facts(
    store: Store,
    as_of: datetime,
    month: date | None = None,
    unit_codes: Sequence[str] = (),
    has_pending: bool = False,
    new_deadline: datetime | None = None,
    **given: Any,
) -> UrgeFacts:
    """Who owes what as of a moment. unit_codes: only these (none: all). has_pending: what can still be in time, too.
    The addressees are the units that owe, whatever the settings say; their names are those of the day of as_of.
    """
    draft = draft_of(store, as_of, **given)
    catalogue = catalogue_in_force(store)
    statuses = OWED if has_pending else ("missing",)
    reporters = late_reporters(store, as_of, month, statuses=statuses)
    reporters = reporters[~reporters["is_locked"].astype(bool)]  # what is no longer taken is not asked for
    if unit_codes:
        reporters = reporters[reporters["unit_code"].isin(list(unit_codes))]
    order = {code: place for place, code in enumerate(unit_order(catalogue))}
    reporters = reporters.assign(place=reporters["unit_code"].map(order).fillna(len(order)))
    reporters = reporters.sort_values(["place", "unit_code", "deadline", "template_code", "period"])
    on = draft.as_of.date()
    owed = {
        status: tuple(_owed(catalogue, due, on) for due in reporters[reporters["status"] == status].itertuples())
        for status in OWED
    }
    by = catalogue.clock.local(new_deadline) if new_deadline else None
    if not given.get("recipients"):
        draft = replace(draft, recipients=())
    return UrgeFacts(draft, month, owed["missing"], owed["pending"], by)


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


def _owed(catalogue: Catalogue, due: Any, on: date) -> Owed:
    return Owed(
        catalogue.unit_name(due.unit_code, on=on),
        template_name(catalogue, due.template_code),
        period_label(catalogue, due.template_code, due.period),
        catalogue.clock.local(due.deadline.to_pydatetime()),
        int(due.days_late),
    )
