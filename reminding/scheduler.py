"""The scheduler in the program: every few minutes it asks what is due now, with the same function as the command."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from data.access import Person, Role
from data.catalogue.files import CatalogueError
from data.fault import Fault
from data.store import Store, StoreError
from locales.faults import fault_words
from reminding.outside import outside
from reminding.sending import Sender

EVERY = timedelta(minutes=5)
PROGRAM = Person("", "", Role.OFFICE, via="scheduler")
"""Who acts: what the office has switched on, acts for her."""


class Reminding:
    """Runs from `start` to `stop`. opened: the store, ready to be asked."""

    def __init__(self, opened: Callable[[], Store], every: timedelta = EVERY) -> None:
        self._opened, self._stop = opened, threading.Event()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.run,
            "interval",
            seconds=every.total_seconds(),
            next_run_time=datetime.now(UTC),  # what the program slept through today
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin; the first run is at once."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin no further message, and wait for the one that is under way."""
        self._stop.set()
        self._scheduler.shutdown(wait=True)

    def run(self) -> None:
        """Send what is due now. Whatever is wrong with store or settings is said, and asked again at the next run."""
        try:
            store = self._opened().seen_by(PROGRAM)
            report = Sender(store, outside(), store.now, self._stop).send_due()
        except Fault as fault:
            print(f"reminders: {fault_words(fault, 'en', is_typed=True)}", flush=True)
            return
        except (StoreError, CatalogueError) as error:
            print(f"reminders: {error}", flush=True)
            return
        for message, delivery in report.tried:
            to = f"{message.contact.unit_code or '*'} {message.contact.noted}"
            print(f"reminders: {message.step} {to}: {delivery.outcome} {delivery.error}".rstrip(), flush=True)
