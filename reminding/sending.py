"""Sending, never twice: a try is noted before anything leaves, its outcome after. Scheduler, cron and page share this.

The row is the lock: it is written under the store's one writer lock, after what is owed was asked once more.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from data.access import Right
from data.catalogue.in_force import catalogue_in_force, clock_of
from data.dues.freshness import freshness_by_unit
from data.fault import Fault
from data.reminders.contacts import Channel, Contact, contact, contacts
from data.reminders.log import Outcome, Tried, Try, begin, give_up_lost, settle, tries
from data.store import Store
from data.submissions.received import has_sample
from locales import say
from reminding.delivery import Delivery
from reminding.mail import send_mail
from reminding.outside import Outside
from reminding.plan import Message, by_hand, owed, plan, reminder_id
from reminding.policy import PICTURE, TEST, policy_of
from reminding.robots import PER_MINUTE, send_to_robot
from reminding.texts import texts_in_force
from reminding.writing import Writer, robot_text

WAITS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
"""After the first, second and third failure; after the fourth none."""
BETWEEN = timedelta(hours=1)
"""Nobody is reminded by hand who was told anything within it."""
_in_flight: set[tuple[str, int]] = set()  # of this process, which alone has the store


@dataclass(frozen=True)
class Sender:
    """How to send. clock: the moment of now. stop: set when the server ends; nothing more is begun then."""

    store: Store
    outside: Outside
    clock: Callable[[], datetime]
    stop: threading.Event = field(default_factory=threading.Event)

    def writer(self, as_of: datetime) -> Writer:
        """Whoever writes the messages of this moment."""
        made_up = has_sample(self.store)
        catalogue, texts = catalogue_in_force(self.store), texts_in_force(self.store)
        return Writer(catalogue, texts, as_of, self.outside.link, made_up, freshness_by_unit(self.store, as_of))

    def send_due(self, as_of: datetime | None = None) -> "Report":
        """Send what is due now, or was at as_of; what has come in since is left out. Nothing where it is off.

        Raises StoreError where the log cannot be written: then nothing more is sent.
        """
        self.store.person.must_have(Right.MANAGE)
        self.settle_lost()
        policy = policy_of(self.store)
        if not policy.is_on:
            return Report(is_on=False)
        planned = plan(self.store, as_of or self.clock(), policy, self.clock())
        report = Report(unreached=planned.unreached)
        for message in planned.messages:
            if self.stop.is_set():
                break
            report.add(message.contact, self._send_planned(message.contact, as_of))
        return report

    def send_by_hand(self, unit_code: str | None) -> "Report":
        """Remind one unit (None: the bureau's groups) of all that it owes. Fault where nothing was sent: reminder. with
        no_contact, nothing_owed, recently (everybody was told something within the hour), no_mail_server or crowded.
        """
        self.store.person.must_have(Right.MANAGE)
        self.settle_lost()
        reached = [receiver for receiver in self.reachable() if receiver.unit_code == unit_code]
        if not reached:
            raise Fault("reminder.no_contact")
        report = Report()
        for receiver in reached:
            report.add(receiver, self._send(receiver, lambda receiver=receiver: self._message_by_hand(receiver)))
        if report.tried:
            return report
        if report.held:
            raise report.held[0]
        raise report.left[0][1] if report.left else Fault("reminder.nothing_owed")

    def send_to_units(self, unit_codes: Collection[str]) -> "Report":
        """Remind each of these units as `send_by_hand` does. held: who was told something within the hour; unreached:
        who owes and has no contact. Whoever owes nothing hears nothing.
        """
        self.store.person.must_have(Right.MANAGE)
        self.settle_lost()
        reached = [receiver for receiver in self.reachable() if receiver.unit_code in unit_codes]
        owing = dict.fromkeys(item.unit_code for item in owed(self.store, self.clock()))
        covered = {receiver.unit_code for receiver in reached}
        report = Report(unreached=tuple(code for code in owing if code in unit_codes and code not in covered))
        for receiver in reached:
            if self.stop.is_set():
                break
            if receiver.unit_code in owing:
                report.add(receiver, self._send(receiver, lambda receiver=receiver: self._message_by_hand(receiver)))
        return report

    def reachable(self) -> list[Contact]:
        """Every contact in use."""
        return contacts(self.store)

    def preview(self, *unit_codes: str | None) -> list[tuple[Contact, str, str]]:
        """What `send_by_hand` would say to whom, of a unit, of several, or (None) of the bureau's groups: contact,
        subject, body.
        """
        at = self.clock()
        items, day, writer = owed(self.store, at), self.day(at), self.writer(at)
        messages = [by_hand(contact, items, day, at) for contact in self.reachable() if contact.unit_code in unit_codes]
        return [(message.contact, *writer.write(message)) for message in messages if message]

    def send_test(self, contact_id: str) -> Delivery:
        """A message that reminds of nothing, to see whether it arrives."""
        self.store.person.must_have(Right.MANAGE)
        self.settle_lost()
        reached = contact(self.store, contact_id)
        at = self.clock()
        bureau = self.writer(at).catalogue.bureau.bureau_name["zh-CN"]
        text = {
            name: say(reached.locale, f"reminders.message.test.{name}", bureau=bureau) for name in ("subject", "body")
        }
        day = self.day(at)
        attempt = Try(
            reminder_id(reached, day, f"{TEST} {at.isoformat()}"), 1, day, TEST, reached, **text, dues=[], tried_at=at
        )
        with self.store.write(is_news=False) as cursor:
            begin(self.store, cursor, attempt)
            self.is_under_way(attempt)
        return self._deliver(attempt)

    def settle_lost(self) -> None:
        """What an earlier process left without an outcome is said to be unsure."""
        give_up_lost(self.store, _in_flight, self.clock())

    def _send_planned(self, contact: Contact, as_of: datetime | None) -> "Result":
        def again() -> Message | None:
            policy, moment = policy_of(self.store), as_of or self.clock()
            planned = [m for m in plan(self.store, moment, policy, self.clock()).messages if m.contact == contact]
            if not planned or not policy.is_on:
                return None
            return self._still_owed(planned[0]) if as_of else planned[0]

        return self._send(contact, again, as_of)

    def _still_owed(self, message: Message) -> Message | None:
        now = {(i.unit_code, i.template_code, i.period) for i in owed(self.store, self.clock())}
        left = tuple(i for i in message.items if (i.unit_code, i.template_code, i.period) in now)
        return Message(message.contact, left[0].step, left, message.for_day, *_numbers(message)) if left else None

    def _message_by_hand(self, contact: Contact) -> Message | None:
        at = self.clock()
        earlier = [tried for tried in tries(self.store, since=at - BETWEEN) if tried.contact_id == contact.contact_id]
        told = [tried for tried in earlier if _may_have_arrived(tried)]
        if told:
            raise Fault("reminder.recently", at=clock_of(self.store).hour(told[-1].tried_at))
        return by_hand(contact, owed(self.store, at), self.day(at), at)

    def day(self, moment: datetime) -> date:
        """By the bureau's clock."""
        return clock_of(self.store).day(moment)

    def _send(self, contact: Contact, decide: Callable[[], Message | None], as_of: datetime | None = None) -> "Result":
        """Decide once more under the writer lock, note the try, release the lock, and hand it over."""
        with self.store.write(is_news=False) as cursor:
            if left := self.obstacle(contact):
                return Result(left=left)
            try:
                message = decide()
            except Fault as fault:
                if fault.code != "reminder.recently":
                    raise
                return Result(held=fault)
            if message is None:
                return Result()
            subject, body = self.writer(as_of or self.clock()).write(message)
            attempt = Try(
                message.reminder_id,
                message.try_no,
                message.for_day,
                message.step,
                contact,
                subject,
                body,
                [item.kept for item in message.items],
                self.clock(),
            )
            begin(self.store, cursor, attempt)
            self.is_under_way(attempt)
        return Result(attempt, self._deliver(attempt))

    def obstacle(self, contact: Contact) -> Fault | None:
        """Why nothing can be sent there now: no mail server, or a robot that was sent as much within the minute as it
        takes.
        """
        if contact.channel is Channel.EMAIL:
            return None if self.outside.server else Fault("reminder.no_mail_server")
        same = {other.contact_id for other in contacts(self.store) if other.address == contact.address}
        lately = tries(self.store, since=self.clock() - timedelta(minutes=1))
        is_crowded = sum(tried.contact_id in same for tried in lately) >= PER_MINUTE
        return Fault("reminder.crowded") if is_crowded else None

    def is_under_way(self, attempt: Try) -> None:
        """To be said of a try before its lock is released, so that nobody takes it for lost."""
        _in_flight.add(attempt.key)

    def _deliver(self, attempt: Try) -> Delivery:
        if attempt.contact.channel is not Channel.EMAIL:
            text = robot_text(attempt.subject, attempt.body)
            return self.deliver(attempt, lambda: send_to_robot(attempt.contact, text, self.clock()))
        written = (attempt.contact.address, attempt.subject, attempt.body, attempt.reminder_id, attempt.tried_at)
        return self.deliver(attempt, lambda: send_mail(self.outside, *written))

    def deliver(self, attempt: Try, hand_over: Callable[[], Delivery]) -> Delivery:
        """Hand it over and note what became of it."""
        try:
            delivery = hand_over()
            settle(
                self.store, attempt, delivery.outcome, self.clock(), delivery.error, self._retry_at(attempt, delivery)
            )
            return delivery
        finally:
            _in_flight.discard(attempt.key)

    def _retry_at(self, attempt: Try, delivery: Delivery) -> datetime | None:
        """When it is tried again; never on another day, and never what a person has sent."""
        by_calendar = attempt.step.startswith(("before", "on_day", "after"))
        if (
            delivery.outcome is not Outcome.FAILED
            or delivery.is_final
            or not by_calendar
            or attempt.try_no > len(WAITS)
        ):
            return None
        again = self.clock() + WAITS[attempt.try_no - 1]
        is_todays = attempt.for_day == self.day(attempt.tried_at)
        return None if is_todays and self.day(again) > attempt.for_day else again


@dataclass(frozen=True)
class Result:
    """What became of one contact's message. own None: none was sent. left: why. held: it was told something lately."""

    own: Try | None = None
    delivery: Delivery | None = None
    left: Fault | None = None
    held: Fault | None = None


@dataclass
class Report:
    """What one run did. left: whom it could not send to and why (crowded, no_mail_server); the next run tries again."""

    is_on: bool = True
    unreached: tuple[str, ...] = ()
    tried: list[tuple[Try, Delivery]] = field(default_factory=list)
    left: list[tuple[Contact, Fault]] = field(default_factory=list)
    held: list[Fault] = field(default_factory=list)

    @property
    def done(self) -> list[Try]:
        """Those that were sent."""
        return [attempt for attempt, delivery in self.tried if delivery.outcome is Outcome.SENT]

    @property
    def is_whole(self) -> bool:
        """Whether all that was to be sent was."""
        return len(self.done) == len(self.tried) and not self.left

    def add(self, contact: Contact, result: Result) -> None:
        """Keep what became of one more."""
        if result.own and result.delivery:
            self.tried.append((result.own, result.delivery))
        elif result.left:
            self.left.append((contact, result.left))
        elif result.held:
            self.held.append(result.held)


def _numbers(message: Message) -> tuple[str, int]:
    return message.reminder_id, message.try_no


def _may_have_arrived(tried: Tried) -> bool:
    return tried.step not in (TEST, PICTURE) and tried.outcome in (Outcome.SENT, Outcome.SENDING)
