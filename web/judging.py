"""Judges all figures at the start and after whatever is written, so that hardly a page waits for it."""

import threading
from collections.abc import Callable
from contextlib import suppress

from data.anomalies.flags import anomalies
from data.catalogue.files import CatalogueError
from data.store import Store, StoreError

PAUSE = 0.5  # seconds without a write before it begins: a batch of files is judged once


class Judging:
    """A thread of its own. Pages that ask meanwhile wait for the judgement that is under way. then: what is done once
    after the first one, whether or not there was anything to judge.
    """

    def __init__(self, store_of: Callable[[], Store], pause: float = PAUSE, then: Callable[[], object] = bool) -> None:
        self._store_of, self._pause, self._then = store_of, pause, then
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="judging")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a judgement that is under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        judged = seen = None
        is_first = True
        while True:
            with suppress(StoreError, CatalogueError):  # said at the start, and again on each page
                store = self._store_of()
                state = store.state
                if state != judged and state == (seen or state):
                    anomalies(store, store.now())
                    judged = state
                seen = state
            if is_first:
                is_first = False
                self._then()
            if self._stopped.wait(self._pause):
                return
