"""What is to be done before the first deadline, each step ticked by looking at the store, until the office hides it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pandas

from data.access import Right
from data.catalogue.in_force import catalogue_in_force, clock_of, workdays
from data.people.accounts import accounts
from data.reminders.contacts import contacts
from data.settings import set_setting, setting
from data.store import Store

_HIDDEN = "start.checklist_is_hidden"
_REMINDERS = "reminders"  # the switch of reminding/policy.py, of which this layer knows no more


class Step(StrEnum):
    """In the order in which one does them."""

    UNITS = "units"
    ACCOUNTS = "accounts"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    REMINDERS = "reminders"
    BACKUP = "backup"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Standing:
    """How far a step is. done of number: units, or years of the calendar; of the others 1. missing: codes of units, or
    years, that still lack it. at: when the newest backup was written, or when the first deadline is; None: not known.
    """

    step: Step
    done: int
    number: int
    missing: tuple[str, ...] = ()
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return 0 < self.number <= self.done


def first_month(store: Store) -> date | None:
    """The first month that counts; None before the start."""
    return store.value("SELECT arg_max(first_month, set_at) FROM counting_start")


def first_round(store: Store) -> pandas.DataFrame:
    """What the first month that counts brings, a line for each unit and day of opening: unit_code, opens_at, dues,
    first_deadline, last_deadline; the earliest first. Without extensions and exemptions that came later.
    """
    return store.frame(
        """SELECT unit_code, opens_at, count(*) AS dues, min(deadline) AS first_deadline, max(deadline) AS last_deadline
        FROM (
            SELECT unit_code, template_code, period, opens_at, deadline, "month", is_exempt FROM due
            UNION
            SELECT unit_code, template_code, period, opens_at, deadline, "month", is_exempt FROM due_plan p
            WHERE NOT EXISTS (SELECT 1 FROM due d WHERE d.unit_code = p.unit_code
                AND d.template_code = p.template_code AND d.period = p.period))
        WHERE "month" = $month AND NOT is_exempt GROUP BY ALL ORDER BY opens_at, unit_code""",
        {"month": first_month(store)},
    )


def checklist(store: Store, as_of: datetime) -> list[Standing]:
    """Every step, done or not; of what the first start has brought (accounts, contacts) as it is now."""
    catalogue = catalogue_in_force(store)
    units = tuple(dict.fromkeys(obligation.unit_code for obligation in catalogue.obligations))
    with_account = {account.unit_code for account in accounts(store) if account.is_active}
    reached = {contact.unit_code for contact in contacts(store)}
    year = clock_of(store).day(as_of).year
    known = workdays(store).years
    is_on = bool(setting(store, _REMINDERS, {}, as_of).get("is_on"))
    return [
        Standing(Step.UNITS, len(units), len(units)),
        _of_units(Step.ACCOUNTS, units, with_account),
        _of_years((year, year + 1), known),
        _of_units(Step.CONTACTS, units, reached),
        Standing(Step.REMINDERS, int(is_on), 1),
        _backup(store, as_of),
        _deadline(store, as_of),
    ]


def is_shown(store: Store, as_of: datetime) -> bool:
    """False once everything is done, or the office has hidden it."""
    if setting(store, _HIDDEN, False, as_of):
        return False
    return not all(standing.is_done for standing in checklist(store, as_of))


def hide(store: Store, is_hidden: bool, now: datetime) -> None:
    """Put it away, or show it again. Forbidden to all but the office."""
    store.person.must_have(Right.MANAGE)
    set_setting(store, _HIDDEN, is_hidden, now)


def _of_units(step: Step, units: tuple[str, ...], served: set[str | None]) -> Standing:
    missing = tuple(unit for unit in units if unit not in served)
    return Standing(step, len(units) - len(missing), len(units), missing)


def _of_years(wanted: tuple[int, ...], known: frozenset[int]) -> Standing:
    missing = tuple(str(year) for year in wanted if year not in known)
    return Standing(Step.CALENDAR, len(wanted) - len(missing), len(wanted), missing)


def _backup(store: Store, as_of: datetime) -> Standing:
    written = store.value(
        """SELECT max("at") FROM audit WHERE "action" = 'backup_written' AND "at" <= $as_of""", {"as_of": as_of}
    )
    return Standing(Step.BACKUP, int(written is not None), 1, at=written)


def _deadline(store: Store, as_of: datetime) -> Standing:
    opening = first_round(store)
    first = None if opening.empty else opening["first_deadline"].min().to_pydatetime()
    return Standing(Step.DEADLINE, int(first is not None and first <= as_of), 1, at=first)
