"""From the store to the facts of a 催报通知."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.catalogue.in_force import catalogue_in_force
from data.catalogue.model import Catalogue
from data.dues.tally import OWED
from data.dues.timeliness import late_reporters
from data.store import Store
from documents.gather import draft_of, period_label, template_name, unit_order
from documents.gather_chronology import courses
from documents.kinds.month_facts import Owed
from documents.kinds.urge import UrgeFacts


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
    keys = [(due.unit_code, due.template_code, due.period.date()) for due in reporters.itertuples()]
    return UrgeFacts(draft, month, owed["missing"], owed["pending"], by, courses(store, as_of, keys, on))


def _owed(catalogue: Catalogue, due: Any, on: date) -> Owed:
    return Owed(
        catalogue.unit_name(due.unit_code, on=on),
        template_name(catalogue, due.template_code),
        period_label(catalogue, due.template_code, due.period),
        catalogue.clock.local(due.deadline.to_pydatetime()),
        int(due.days_late),
        is_extended=due.change_kind == "extension",
    )
