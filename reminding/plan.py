"""Who would be reminded of what, at a moment: the same answer for the page, the command line and the scheduler."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from data.catalogue.in_force import clock_of, has_begun
from data.dues.rounds import days_left
from data.dues.tally import OWED
from data.dues.timeliness import late_reporters
from data.reminders.contacts import Contact, contacts
from data.reminders.log import Outcome, Tried, tries
from data.store import Store
from reminding.policy import BY_HAND, ON_DAY, PICTURE, TEST, Policy

BY_PERSON = (BY_HAND, TEST, PICTURE)  # steps that a person takes, beside the calendar


@dataclass(frozen=True)
class Item:
    """One due that is still owed. days: to its last day in time, negative since then. step: empty at none."""

    unit_code: str
    template_code: str
    period: date
    month: date
    due_date: date
    deadline: datetime
    status: str
    days: int
    step: str = ""

    @property
    def key(self) -> str:
        """What is not told twice: this due with this last day, at this step."""
        return "|".join((self.unit_code, self.template_code, f"{self.period}", f"{self.due_date}", self.step))

    @property
    def kept(self) -> dict[str, str]:
        """As the log keeps it."""
        return {
            "key": self.key,
            "unit": self.unit_code,
            "template": self.template_code,
            "period": f"{self.period}",
            "month": f"{self.month}",
            "due_date": f"{self.due_date}",
            "status": self.status,
        }


@dataclass(frozen=True)
class Message:
    """What one contact is told on one day, the most urgent first. step: the most urgent one's."""

    contact: Contact
    step: str
    items: tuple[Item, ...]
    for_day: date
    reminder_id: str
    try_no: int = 1


@dataclass(frozen=True)
class Plan:
    """messages: to be sent now. waiting: what failed, until when. unreached: units that owe and have no contact."""

    messages: tuple[Message, ...] = ()
    waiting: tuple[tuple[Contact, datetime], ...] = ()
    unreached: tuple[str, ...] = ()


def owed(store: Store, as_of: datetime) -> list[Item]:
    """Every due that has opened, is not received and would still be taken, the longest overdue first. None before the
    store has begun.
    """
    if not has_begun(store):
        return []
    reporters, today = late_reporters(store, as_of, statuses=OWED), clock_of(store).day(as_of)
    reporters = reporters[~reporters["is_locked"].astype(bool)]
    items = [
        Item(
            row.unit_code,
            row.template_code,
            row.period.date(),
            row.month.date(),
            row.due_date.date(),
            row.deadline.to_pydatetime(),
            row.status,
            days_left(row.due_date.date(), today),
        )
        for row in reporters.itertuples()
    ]
    return urgent_first(items)


def plan(store: Store, as_of: datetime, policy: Policy, at: datetime | None = None) -> Plan:
    """What is to go at as_of, as if it were on; nothing before the hour. What was told already is left out.

    at: the moment by the clock, where as_of is another: what failed waits by the clock.
    """
    clock = clock_of(store)
    day = clock.day(as_of)
    if clock.local(as_of).hour < policy.hour:
        return Plan()
    items = at_steps(owed(store, as_of), policy)
    if not items:
        return Plan()
    earlier_tries, reached = tries(store, for_day=day), set()
    messages, waiting = [], []
    for contact in contacts(store):
        owed_items = own_items(contact, items)
        reached |= {item.unit_code for item in owed_items} if contact.unit_code else set()
        earlier = [
            tried for tried in earlier_tries if tried.contact_id == contact.contact_id and tried.step not in BY_PERSON
        ]
        until = waits_until(earlier)
        if until and until > (at or as_of):
            waiting.append((contact, until))
        elif message := message_to(contact, owed_items, day, earlier):
            messages.append(message)
    unreached = dict.fromkeys(item.unit_code for item in items if item.unit_code not in reached)
    return Plan(tuple(messages), tuple(waiting), tuple(unreached))


def message_to(contact: Contact, items: Sequence[Item], day: date, earlier: Sequence[Tried]) -> Message | None:
    """The message of these items without those that the contact was told of today; None where none is left.

    A try that failed and may be repeated has told nobody; the next one is its repetition.
    """
    told = frozenset().union(*(tried.keys for tried in _last(earlier) if not _may_repeat(tried)))
    left = tuple(item for item in items if item.key not in told)
    if not left:
        return None
    failed = next((tried for tried in _last(earlier) if _may_repeat(tried)), None)
    if failed:
        return Message(contact, left[0].step, left, day, failed.reminder_id, failed.try_no + 1)
    number = len({tried.reminder_id for tried in earlier})
    return Message(contact, left[0].step, left, day, reminder_id(contact, day, number))


def by_hand(contact: Contact, items: Sequence[Item], day: date, at: datetime) -> Message | None:
    """A message about all that is owed now, by somebody's own decision. None where nothing is owed."""
    named = tuple(replace(item, step=BY_HAND) for item in own_items(contact, items))
    return Message(contact, BY_HAND, named, day, reminder_id(contact, day, at.isoformat())) if named else None


def reminder_id(contact: Contact, day: date, which: object) -> str:
    """The same for the same contact, day and number of the day: repetitions bear it too."""
    return hashlib.sha256(f"{contact.contact_id}|{day}|{which}".encode()).hexdigest()[:32]


def waits_until(earlier: Sequence[Tried]) -> datetime | None:
    """When a try that failed is repeated."""
    return max((tried.retry_at for tried in _last(earlier) if _may_repeat(tried)), default=None)


def at_steps(items: Iterable[Item], policy: Policy) -> list[Item]:
    """Those that are at a step today."""
    with_steps = [(item, policy.step(item.status, item.days)) for item in items]
    return [replace(item, step=step) for item, step in with_steps if step]


def own_items(contact: Contact, items: Sequence[Item]) -> list[Item]:
    """Those that a contact is told of: its unit's, or everybody's."""
    return [item for item in items if contact.unit_code in (None, item.unit_code)]


def overdue_units(items: Iterable[Item]) -> list[str]:
    """Who has let a deadline pass, the longest overdue first."""
    return list(dict.fromkeys(item.unit_code for item in items if item.status == "missing"))


def urgent_first(items: Iterable[Item]) -> list[Item]:
    """The longest overdue first, then what is due next."""
    return sorted(items, key=lambda item: (item.days, item.deadline, item.unit_code, item.template_code, item.period))


@dataclass(frozen=True)
class Coming:
    """A step to come: on which day, at which step, for whom."""

    day: date
    step: str
    unit_code: str
    number: int


def coming(store: Store, as_of: datetime, policy: Policy, days: int = 31) -> list[Coming]:
    """The steps of what is owed now or opens within these days, from today on, if nothing more comes in; by day, then
    by unit. Without what every contact of the unit was told of today.
    """
    today, numbers, done = clock_of(store).day(as_of), {}, _done_today(store, as_of, policy)
    soon: dict[tuple, Item] = {}
    for item in (*owed(store, as_of), *owed(store, as_of + timedelta(days=days))):
        soon.setdefault((item.unit_code, item.template_code, item.period), item)
    for item in soon.values():
        for step, day in _steps_of(item, policy):
            if today <= day <= today + timedelta(days=days) and replace(item, step=step).key not in done:
                key = (day, step, item.unit_code)
                numbers[key] = numbers.get(key, 0) + 1
    return [
        Coming(*key, number) for key, number in sorted(numbers.items(), key=lambda entry: (entry[0][0], entry[0][2]))
    ]


def _done_today(store: Store, as_of: datetime, policy: Policy) -> set[str]:
    """Today's keys of units whose contacts all have been told."""
    planned = plan(store, as_of, replace(policy, hour=0))
    open_units = {*planned.unreached, *(contact.unit_code for contact, _ in planned.waiting)}
    left = {item.key for message in planned.messages if message.contact.unit_code for item in message.items}
    items = at_steps(owed(store, as_of), policy)
    return {item.key for item in items if item.unit_code not in open_units} - left


def _steps_of(item: Item, policy: Policy) -> list[tuple[str, date]]:
    steps = [(f"before-{days}", -days) for days in policy.days_before]
    steps += [(ON_DAY, 0)] if policy.on_day else []
    steps += [(f"after-{days}", days) for days in policy.days_after]
    return [(step, item.due_date + timedelta(days=days)) for step, days in steps]


def _last(earlier: Sequence[Tried]) -> list[Tried]:
    """The last try of each message."""
    return list({tried.reminder_id: tried for tried in sorted(earlier, key=lambda tried: tried.try_no)}.values())


def _may_repeat(tried: Tried) -> bool:
    return tried.outcome is Outcome.FAILED and tried.retry_at is not None
